# SPDX-License-Identifier: GPL-2.0
"""Makes a network namespace to hand blobs to, and sends traffic through it.

The namespace has only a loopback device. A Network is used until its rules have
named so many tables that a namespace may soon hold no more (tables outlive
their rules for a minute), then another one takes its place.
"""

import os
import re
import time

from tests import lib
from tests.lib import packets, samples

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
        self.paths = [lib.Path(self.netns, self.netns, (HOME[family],),
                               HOME[family], family, packets.UDP)
                      for family in families]
        with self.netns.inside():
            self.stats = os.open(STATS, os.O_RDONLY)
        self.references = (os.open(REFERENCES, os.O_RDONLY)
                           if os.path.exists(REFERENCES) else None)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for path in self.paths:
            path.close()
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
        return self._passes(rng.sample(MESSAGES, 2), [True, True])

    def drops(self):
        """Are REGISTERs dropped and nothing else? What is not, or None."""
        return self._passes([REGISTER, OPTIONS], [False, True])

    def _passes(self, messages, expected):
        for path in self.paths:
            got = [bool(one) for one in path.through(messages)]
            if got != expected:
                return f"sent {messages}, of which arrived {got}"
        return None


MESSAGES = [data for data in samples.SAMPLES.values() if len(data) < 2000]
REGISTER, OPTIONS = samples.SAMPLES["register"], samples.sip.request("OPTIONS")
