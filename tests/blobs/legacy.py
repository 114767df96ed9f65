# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to x_tables, as iptables-legacy does: one rule at a time.

The raw table holds the rule in PREROUTING and nothing else. See blob.py for
the structures and carrier.py for what a carrier does.
"""

import struct

from tests import lib
from tests.blobs import carrier
from tests.lib import blob as wire

HOOKS = struct.pack("=I", 1 << 0 | 1 << 3)      # PREROUTING, OUTPUT
ACCEPT, DROP = -2, -1
ERROR = struct.pack("=H", 64) + b"ERROR".ljust(30, b"\0") + b"ERROR".ljust(
    32, b"\0")


def match_of(blob):
    """struct xt_entry_match."""
    size = 32 + len(blob.info) if blob.claimed is None else blob.claimed
    return (struct.pack("=H", size) + blob.name.ljust(29, b"\0") +
            bytes([blob.revision]) + blob.info)


def good(blob):
    """The rule as the kernel shows it: without its pointer."""
    return blob._replace(info=blob.info[:wire.USER] + bytes(8))


def entry(layout, match, target):
    """An entry with a match or none."""
    at = layout.entry + len(match)
    return (bytes(layout.at) + struct.pack("=HH", at, at + len(target)) +
            bytes(layout.entry - layout.at - 4) + match + target)


def image(layout, blob, verdict=ACCEPT):
    """A table with a rule, or none, as Table.load() takes it."""
    def target(verdict):
        return struct.pack("=H30xi", layout.target, verdict).ljust(
            layout.target, b"\0")
    rule = entry(layout, match_of(blob), target(verdict)) if blob else b""
    policy = entry(layout, b"", target(ACCEPT))
    at = len(rule), len(rule) + len(policy)
    return (HOOKS, struct.pack("=10I", 0, 0, 0, at[1], 0, at[0], 0, 0, at[1],
                               0), 4 if blob else 3,
            rule + 2 * policy + entry(layout, b"", ERROR))


class Legacy(carrier.Carrier):
    """The raw table of a family."""

    def __init__(self, network, family):
        super().__init__(network)
        self.family = family
        self.table = wire.Table(network.netns, family)
        self.state = self.look()

    def close(self):
        """Remove the rule."""
        self.set(None)
        self.table.close()

    def set(self, blob, verdict=ACCEPT):
        """Make the table hold a rule, or none; the name of the errno."""
        return put(self.table, blob, verdict)

    def look(self):
        """What a refused rule must not change."""
        return self.table.read(), self.network.held(), self.network.tables()

    # -- what a carrier does --

    def submit(self, blobs):
        """[(the kernel's verdict, what is wrong with what it left)]"""
        return [self.submit_one(blob) for blob in blobs]

    refused = submit

    def submit_one(self, blob):
        """The same for one blob."""
        got = self.set(blob)
        if got != "ok":
            before, self.state = self.state, self.look()
            return got, carrier.left(before, self.state)
        why = self.kept(blob)
        self.state = self.look()
        if not why and self.state[1] not in (0, self.base + 1):
            why = f"one rule, and {self.state[1] - self.base} hold the module"
        return got, why

    def kept(self, blob):
        """What is wrong with an accepted rule, or None."""
        if not shows(self.table, blob):
            return "it reads back otherwise"
        return self.network.passes(self.rng)

    def known(self):
        """Does a good rule still match? What is wrong, or None."""
        got = self.set(carrier.KNOWN, DROP)
        why = self.network.drops() if got == "ok" else got
        self.state = self.look()
        return why


def put(table, blob, verdict=ACCEPT):
    """Make a table hold a rule, or none; the name of the errno."""
    return lib.tried(table.load, image(table.layout, blob, verdict))


def shows(table, blob):
    """Does a table read back as one with this rule?"""
    return table.read() == table.masked(image(table.layout, good(blob))[3])
