# SPDX-License-Identifier: GPL-2.0
"""The servers of make detect: the demo's Kamailio, and Asterisk as
tests/servers starts it, with the lifetime of a nonce that it has by default and
with what a phone needs to see who is busy.
"""
import os
import re
import sys

import actors
from field import SERVER6, address
from lab import HERE, LabError, SERVER

sys.path.append(os.path.join(os.path.dirname(HERE), "tests", "servers"))

import programs  # noqa: E402
from server import Server, ServerError  # noqa: E402

REALM = {"kamailio": "pbx.example", "asterisk": "asterisk"}


def is_asterisk(field):
    """Is it what this field protects?"""
    return field.ruleset.server != "kamailio"


def realm(field):
    """What the server calls itself in a challenge."""
    return REALM["asterisk" if is_asterisk(field) else "kamailio"]


def start(field, people, probe):
    """The field's server; returns when it answers."""
    if is_asterisk(field):
        asterisk(field, people, SERVER, SERVER6)
        return
    with field.host(probe) as space:
        actors.start_server(field, people, (space, address(probe)), (
            "#!define LIKE_ASTERISK", "listen=udp:[%s]:5060" % SERVER6))


def start_spare(field, people, place):
    """Another one at place; a function that ends it. It need not be ready."""
    if is_asterisk(field):
        return asterisk(field, people, place).stop
    server = field.start("server", actors.server_command(
        field, people, place), "spare.log")
    return lambda: field.stop(server)


def asterisk(field, people, *addresses):
    """An Asterisk in the field's server's namespace; ready."""
    server = Server("asterisk-guests" if field.ruleset.server == "guests"
                    else "asterisk", addresses[0], field.work, dict(people),
                    addresses[1:], ("ip", "netns", "exec",
                                    field.space("server")))
    server.kind = server.kind._replace(command=command_of(server.kind))
    try:
        server.start()
    except ServerError as error:
        raise LabError(str(error)) from error
    field.servers.append(server)
    return server


def command_of(kind):
    """That of the kind, with other configuration."""
    def command(server):
        made = kind.command(server)
        path = os.path.join(server.home, "etc", "pjsip.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        programs.write(server, "etc/pjsip.conf", re.sub(
            "(?m)^nonce_lifetime.*\n", "", text))
        with open(os.path.join(server.home, "etc", "extensions_users.conf"),
                  "a", encoding="utf-8") as file:
            for user in server.users:
                file.write("exten => {0},hint,PJSIP/{0}\n".format(user))
        return made
    return command
