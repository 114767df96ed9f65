# SPDX-License-Identifier: GPL-2.0
"""Makes a network namespace to hand blobs to, and sends traffic through it.

The namespace has only a loopback device. A Network is used until its rules have
named so many tables that a namespace may soon hold no more (tables outlive
their rules for a minute), then another one takes its place.
"""

import os
import re
import socket
import time

from tests import lib
from tests.lib import samples

REFERENCES = "/sys/module/xt_sip/refcnt"
STATS = "/proc/net/xt_sip/stats"
TABLES = 64                 # that a namespace may have
HOME = {4: "127.0.0.1", 6: "::1"}


class Network:
    """A namespace; a context manager."""

    def __init__(self, families):
        self.named = set()
        self.netns = lib.Netns("network")
        self.netns.ip(["link set lo up"])
        self.loops = [Loop(self.netns, family) for family in families]
        with self.netns.inside():
            self.stats = os.open(STATS, os.O_RDONLY)
        self.references = (os.open(REFERENCES, os.O_RDONLY)
                           if os.path.exists(REFERENCES) else None)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for loop in self.loops:
            loop.close()
        for fd in (self.stats, self.references):
            if fd is not None:
                os.close(fd)
        self.netns.close()

    def crowded(self):
        """Have enough tables been named?"""
        return len(self.named) > TABLES - 24

    def tables(self):
        """Names of the tables that there are."""
        data = b""
        while True:
            more = os.pread(self.stats, 1 << 16, len(data))
            if not more:
                return set(re.findall(rb'\{table="([^"]*)"', data))
            data += more

    def held(self):
        """How many rules hold the module; 0 if it is built in."""
        if self.references is None:
            return 0
        return int(os.pread(self.references, 32, 0))

    def settles(self, held):
        """Rules on their way out may take a moment: is it @held, at last?"""
        end = time.monotonic() + lib.PATIENCE
        while self.held() != held:
            if time.monotonic() > end:
                return False
            time.sleep(.001)
        return True

    def passes(self, rng):
        """Does some SIP traffic pass whole? What does not, or None."""
        sent = rng.sample(MESSAGES, 2)
        for loop in self.loops:
            got = loop.through(sent)
            if got != sent:
                return f"sent {sent}, arrived {got}"
        return None

    def drops(self):
        """Are REGISTERs dropped and nothing else? What is not, or None."""
        for loop in self.loops:
            got = loop.through([REGISTER, OPTIONS])
            if got != [OPTIONS]:
                return f"a rule for REGISTER let pass {got}"
        return None


MESSAGES = [data for data in samples.SAMPLES.values() if len(data) < 2000]
REGISTER, OPTIONS = samples.SAMPLES["register"], samples.sip.request("OPTIONS")


class Loop:
    """UDP to port 5060 of this very machine."""

    sent = 0

    def __init__(self, netns, family):
        self.to = (HOME[family], lib.SIP)
        self.sender, self.inbox = (netns.socket(lib.AF[family],
                                                socket.SOCK_DGRAM)
                                   for _ in range(2))
        self.sender.bind((HOME[family], lib.SIP + 2))
        self.inbox.bind(self.to)
        self.inbox.settimeout(lib.PATIENCE)

    def close(self):
        """Close the sockets."""
        self.sender.close()
        self.inbox.close()

    def through(self, messages):
        """Send messages; those that arrive, in order."""
        Loop.sent += 1
        end = b"end of batch %d" % Loop.sent
        for data in (*messages, end):
            self.sender.sendto(data, self.to)
        found = []
        while True:
            try:
                data = self.inbox.recv(65536)
            except TimeoutError as error:
                raise lib.NetworkError("the end of a batch did not arrive, "
                                       f"only {found}") from error
            if data == end:
                return found
            found.append(data)
