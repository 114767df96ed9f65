# SPDX-License-Identifier: GPL-2.0
"""The test network for packets of one family and rules of one backend.

A test that takes the fixture `way` runs for each of WAYS.
"""

from tests import lib
from tests.lib import sources

# Each family and each backend, but not each with each: few tests need that.
WAYS = ((4, "legacy"), (6, "nft"))


class Way:
    """@there is the path to the server, @back the one to the client; @here and
    @to are the addresses of client and server."""

    def __init__(self, network, family, backend):
        self.network, self.family, self.backend = network, family, backend
        self.server, self.router = network.server, network.router
        self.here, self.to = lib.CLIENTS[family][0], lib.SERVER[family]
        self.there, self.back = network.path(family), network.back(family)

    def __str__(self):
        return f"IPv{self.family}, {self.backend}"

    def rules(self, *lines, table="raw", netns=None):
        """Make a table hold these rules and no others."""
        (netns or self.server).rules(lines, table, self.family, self.backend)

    def target(self, number):
        """One of the server's many addresses."""
        return lib.target(number, self.family)

    def source(self, name):
        """The address of a source "A.B" (sources.address())."""
        return sources.address(name, self.family)

    def through(self, *shots):
        """Which of these Shots, or payloads, arrive."""
        return [bool(got) for got in self.there.through(shots)]

    def back_through(self, *shots):
        """The same for what the server sends."""
        return [bool(got) for got in self.back.through(shots)]

    def forge(self, source, to, *payloads):
        """Which of these payloads of a source, to a target, arrive."""
        return sources.arrive(self.network, [
            (self.source(source), self.target(to), data)
            for data in payloads])
