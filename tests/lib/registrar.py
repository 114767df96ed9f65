# SPDX-License-Identifier: GPL-2.0
"""Runs a small registrar in the server's namespace, and its clients.

It answers from port 5060, as public servers do: 401 to a request without
credentials and to a wrong password, 404 for a user it does not have, 200 to
the right password. Each 401 has a nonce, which the next request of the address
names. All is in one process: see lib.Path for how it makes
sure that no packet is still under way.
"""

import contextlib
import itertools
import re

from tests import lib
from tests.lib import sip

USER = re.compile(rb"\nTo: <sip:([^@>]*)@")
PASSWORD = re.compile(rb'\nAuthorization: [^\r\n]*response="([^"]*)"')
SAME = re.compile(rb"\n((?:From|To|Call-ID|CSeq): [^\r\n]*)")
FIRST_PORT = 21000
CALLS = itertools.count(1)


def request(method, user, password=None, caller="alice"):
    """A request of its own call, with credentials if there is a password."""
    more = [] if password is None else [
        f'Authorization: Digest username="{user}", realm="example.com", '
        f'nonce="n", uri="sip:example.com", response="{password}"']
    return sip.request(
        method, f"From: <sip:{caller}@example.com>;tag=1",
        f"To: <sip:{user}@example.com>", f"Call-ID: call{next(CALLS)}", *more,
        without=("From", "To", "Call-ID"),
        start="{method} sip:example.com SIP/2.0")


def register(user, password=None):
    """A REGISTER."""
    return request("REGISTER", user, password)


def answer(status, data, *more):
    """The response to a request."""
    return sip.response(status, "REGISTER", *SAME.findall(data), *more,
                        without=("From", "To", "Call-ID", "CSeq"))


class Registrar:
    """The server, and the client's sockets that talk to it.

    accounts: {user: password}; unknown and wrong: the status for an unknown
    user and for a wrong password. heard: how many requests came. to: where
    requests go, if it is not the server's own address.
    """

    def __init__(self, network, family, accounts, unknown=404, wrong=401,
                 to=None):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.to = to or network.servers[family]
        self.there, self.back = network.path(family), network.back(family)
        self.family = family
        self.accounts = accounts
        self.unknown, self.wrong = unknown, wrong
        self.heard = 0
        self.nonces = {}        # of each address, the last one
        self.there.forget()

    def _status(self, data):
        user = USER.search(data)[1].decode()
        password = PASSWORD.search(data)
        if user not in self.accounts:
            return self.unknown
        if not password:
            return 401
        return (200 if password[1].decode() == self.accounts[user] else
                self.wrong)

    def _answer(self, got):
        status, more = self._status(got.data), []
        if status == 401:
            nonce = f"nonce{next(CALLS)}"
            self.nonces[got.source[0]] = nonce.encode()
            more = ['WWW-Authenticate: Digest realm="example.com", '
                    f'nonce="{nonce}"']
        return answer(status, got.data, *more)

    def _serve(self):
        for got in self.there.arrived():
            self.heard += 1
            # A drop in OUTPUT is an error of sendto().
            with contextlib.suppress(PermissionError):
                self.there.inbox.sendto(self._answer(got), got.source)

    def ask(self, source, *messages):
        """Requests from one of the client's addresses, one by one; for each
        the status of the answer, or None."""
        sock = self.there.from_port(FIRST_PORT + source, source)
        sock.setblocking(False)
        found = []
        for data in messages:
            nonce = self.nonces.get(sock.getsockname()[0], b"n")
            sock.sendto(data.replace(b'nonce="n"', b'nonce="%s"' % nonce),
                        (self.to, lib.SIP))
            self._serve()
            self.back.sync()
            try:
                found.append(int(sock.recv(65536).split()[1]))
            except BlockingIOError:
                found.append(None)
        return found

    def login(self, source, user):
        """As a phone: ask, then answer the challenge; the last status."""
        (status,) = self.ask(source, register(user))
        if status == 401:
            (status,) = self.ask(source, register(user, self.accounts[user]))
        return status
