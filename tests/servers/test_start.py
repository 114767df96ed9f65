# SPDX-License-Identifier: GPL-2.0
"""Starts every server of tests/lib/server.py, checks its answers to plain
requests with and without passwords, stops it and checks that nothing is left.
"""
import contextlib
import os
import signal
import subprocess
import tempfile
import time

import pytest

from tests.lib.checkout import SERVERS
from tests.lib.client import Client
from tests.lib.server import (KINDS, Server, ServerError, free_address,
                              prepare, taken)

KNOWN, UNKNOWN = "2001", "9999"
OTHER = "2002"
NUMBER = "600"
PATIENCE = 60

# Method, From, To, password (None: no credentials) -> the final status of
# Asterisk without guests, with guests, of Kamailio and of sofia.
ROWS = (
    ("REGISTER", KNOWN, KNOWN, None, 401, 401, 401, 401),
    ("REGISTER", KNOWN, KNOWN, "wrong", 401, 401, 401, 401),
    ("REGISTER", KNOWN, KNOWN, "right", 200, 200, 200, 200),
    ("REGISTER", UNKNOWN, UNKNOWN, None, 401, 403, 404, 404),
    # The account is From's or To's.
    ("REGISTER", UNKNOWN, KNOWN, None, 401, 403, 401, 401),
    ("REGISTER", KNOWN, UNKNOWN, None, 401, 401, 404, 404),
    ("REGISTER", KNOWN, OTHER, "right", 404, 404, 401, 401),
    ("INVITE", UNKNOWN, NUMBER, None, 401, 200, 403, 404),
    ("INVITE", KNOWN, NUMBER, None, 401, 401, 407, 404),
    ("INVITE", KNOWN, NUMBER, "wrong", 401, 401, 407, 404),
    ("INVITE", KNOWN, NUMBER, "right", 200, 200, 480, 404),
    ("INVITE", KNOWN, UNKNOWN, "right", 404, 404, 480, 404),
    ("OPTIONS", UNKNOWN, KNOWN, None, 401, 200, 200, 401),
    ("OPTIONS", KNOWN, KNOWN, "wrong", 401, 401, 200, 401),
    ("OPTIONS", KNOWN, KNOWN, "right", 200, 200, 200, 200),
    ("SUBSCRIBE", UNKNOWN, NUMBER, None, 401, 404, 403, 404),
    ("SUBSCRIBE", KNOWN, NUMBER, "wrong", 401, 401, 407, 404),
    ("SUBSCRIBE", KNOWN, NUMBER, "right", 404, 404, 480, 404),
    ("MESSAGE", UNKNOWN, NUMBER, None, 401, 415, 403, 404),
    ("MESSAGE", KNOWN, NUMBER, "wrong", 401, 401, 407, 404),
    ("MESSAGE", KNOWN, NUMBER, "right", 415, 415, 480, 404),
    ("FOO", UNKNOWN, NUMBER, None, 401, 501, 405, 404),
    ("FOO", KNOWN, NUMBER, "wrong", 401, 401, 405, 404),
    ("FOO", KNOWN, NUMBER, "right", 501, 501, 405, 404),
)
COLUMNS = {"asterisk": 4, "asterisk-guests": 5, "kamailio-5.6": 6,
           "kamailio-6.0": 6, "sofia": 7}


def ask(server, transport, row):
    """The final status of one row's request, or why there is none."""
    method, who, to, word = row[:4]
    try:
        with Client(server.address, transport=transport) as client:
            if word is None:
                return client.ask(method, who, to).status
            password = server.users[who] if word == "right" else word
            return client.try_password(method, who, password, to).status
    except OSError as error:
        return "no answer (%s)" % error


def sessions(number):
    """The processes of a session, which the server's first process began."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/stat" % name,
                                                encoding="utf-8") as file:
            state, _, _, session = file.read().rpartition(")")[2].split()[:4]
            if int(session) == number and state != "Z":
                found.append(int(name))
    return found


@pytest.fixture(scope="module", name="workdir")
def fixture_workdir():
    """A directory with a short name: paths of sockets have to fit."""
    with tempfile.TemporaryDirectory(prefix="xt_sip-servers.") as workdir:
        yield workdir


@pytest.fixture(scope="module", name="servers")
def fixture_servers(workdir):
    """All servers, beside each other: {name: Server}."""
    prepare(*KINDS)
    with contextlib.ExitStack() as stack:
        yield {name: stack.enter_context(Server(name, workdir=workdir))
               for name in KINDS}


@pytest.mark.parametrize("transport", ("udp", "tcp"))
@pytest.mark.parametrize("name", KINDS)
def test_answers(servers, name, transport):
    """What the server answers to each row's request."""
    assert sessions(servers[name].process.pid)
    got = {row[:4]: ask(servers[name], transport, row) for row in ROWS}
    assert got == {row[:4]: row[COLUMNS[name]] for row in ROWS}


@pytest.mark.parametrize("name", KINDS)
def test_stopped(workdir, name):
    """Nothing is left of a server that was stopped."""
    with Server(name, workdir=workdir) as server:
        number = server.process.pid
        assert sessions(number)
    assert not sessions(number)
    assert not taken(server.address)


def test_taken(workdir):
    """Two servers never share an address."""
    with Server("sofia", workdir=workdir) as server, \
            pytest.raises(ServerError, match="has port"), \
            Server("kamailio-5.6", server.address, workdir):
        pass


@pytest.mark.parametrize("sig", (signal.SIGTERM, signal.SIGKILL))
def test_killed(workdir, sig):
    """`start` says when it is ready; its server does not outlive it."""
    address = free_address()
    with subprocess.Popen([os.path.join(SERVERS, "start"), "kamailio-5.6",
                           address], stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, TMPDIR=workdir)) as start:
        assert start.stdout.readline().split(":")[0] == "ready"
        assert taken(address)
        start.send_signal(sig)
    end = time.monotonic() + PATIENCE
    while taken(address) and time.monotonic() < end:
        time.sleep(0.01)
    assert not taken(address)
