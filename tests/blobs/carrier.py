# SPDX-License-Identifier: GPL-2.0
"""Holds what the ways to hand blobs to the kernel have in common."""

import functools
import random

from tests.blobs import mutants, oracle
from tests.lib import blob as wire

KNOWN = mutants.Blob(wire.make("method", methods=1 << 11))


class Carrier:
    """A way to the kernel, on one Network.

    submit(blobs) hands it blobs: for each [(errno's name or "ok", what is
    wrong with the state it left the kernel in, or None)]; refused() does so
    with some among which is one that should be refused although all are
    valid. known() sets a good rule and says what is wrong with what it does,
    or None. close() removes all rules.
    """

    def __init__(self, network):
        self.network = network
        self.base = network.held()
        self.rng = random.Random(0)


def left(before, after):
    """What a refused rule has left in the kernel, or None.

    States are (rules, references to the module, tables). Tables without rules
    go at some time, so there may be less of them.
    """
    if before[0] != after[0]:
        return "refused, but the rules are others now"
    if before[1] != after[1]:
        return f"refused, but {after[1] - before[1]} more hold the module"
    if after[2] - before[2]:
        return f"refused, but there are tables {after[2] - before[2]}"
    return None


@functools.lru_cache(1000)
def valid(blob):
    """Is it a rule that an ip, ip6 or inet table can have?"""
    return (blob.revision == 0 and blob.name == b"sip" and
            blob.claimed is None and len(blob.info) == wire.SIZE and
            not oracle.wrong(blob.info))


def table_of(blob):
    """The name of the table of a valid rule."""
    if not valid(blob):
        return b""
    return wire.decode(blob.info).name.rstrip(b"\0")
