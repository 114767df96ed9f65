# SPDX-License-Identifier: GPL-2.0
"""Starts the servers of make detect: the demo's Kamailio, and Asterisk.

Asterisk is started as in tests/servers, but with its default lifetime of a
nonce, and with hints for the busy lamp keys of phones.
"""
import os
import re

from bench.detect.network import address, SERVER6
from tests.lib import actors
from tests.lib.namespaces import NetworkError, SERVER

from tests.lib import programs
from tests.lib.server import Server, ServerError

REALM = {"kamailio": "pbx.example", "asterisk": "asterisk"}


def is_asterisk(network):
    """Whether the network's server is Asterisk."""
    return network.ruleset.server != "kamailio"


def realm(network):
    """The realm of the server's challenges."""
    return REALM["asterisk" if is_asterisk(network) else "kamailio"]


def start(network, accounts, probe):
    """Start the network's server; returns when it answers."""
    if is_asterisk(network):
        asterisk(network, accounts, SERVER, SERVER6)
        return
    with network.host(probe) as space:
        actors.start_server(network, accounts, (space, address(probe)), (
            "#!define LIKE_ASTERISK", "listen=udp:[%s]:5060" % SERVER6))


class Spare:
    """A second server at place, with accounts [(extension, password)]. Does not
    wait until it answers, if it is Kamailio."""

    def __init__(self, network, accounts, place):
        self.network, self.place = network, place
        self.server = None
        self.start(accounts)

    def start(self, accounts):
        """Start it."""
        if is_asterisk(self.network):
            self.server = asterisk(self.network, accounts, self.place)
        else:
            self.server = self.network.start("server", actors.server_command(
                self.network, accounts, self.place),
                "spare-%s.log" % self.place)

    def stop(self):
        """End it."""
        if is_asterisk(self.network):
            self.server.stop()
        else:
            self.network.stop(self.server)

    def change(self, accounts):
        """Other accounts; Kamailio starts again."""
        if not is_asterisk(self.network):
            self.stop()
            self.start(accounts)
            return
        self.server.users = dict(accounts)
        command = self.server.kind.command(self.server)
        self.network.run_in("server", *(
            word for word in command if word not in ("-f", "-q")), "-rx",
            "module reload res_pjsip.so")


def asterisk(network, accounts, *addresses):
    """Start an Asterisk in the server's namespace; returns when it answers."""
    server = Server("asterisk-guests" if network.ruleset.server == "guests"
                    else "asterisk", addresses[0], network.work, dict(accounts),
                    addresses[1:], ("nsenter", "--net=/proc/%d/fd/%d" % (
                        os.getpid(), network.spaces["server"].fd)))
    server.kind = server.kind._replace(command=command_of(server.kind))
    try:
        server.start()
    except ServerError as error:
        raise NetworkError(str(error)) from error
    network.servers.append(server)
    return server


def command_of(kind):
    """The command of the kind, with a changed configuration."""
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
