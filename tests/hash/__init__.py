# SPDX-License-Identifier: GPL-2.0
"""Chosen sources, and the program that tells how they share buckets."""

import itertools
import os
import subprocess

COUNT = 4096            # sources of a set, and buckets


def turned(base, bits):
    """@base with none, one, two, three of its bits turned."""
    chosen = itertools.chain.from_iterable(
        itertools.combinations(range(bits), many) for many in range(4))
    return [base ^ sum(1 << bit for bit in some)
            for some in itertools.islice(chosen, COUNT)]


def sequential(first):
    """Numbers in a row."""
    return range(first, first + COUNT)


# Name: family, the bits of its address that count.
SETS = {
    "sequential4": (4, sequential(0x0a000000)),
    # The low bits are the same in all.
    "low4": (4, [n << 15 | 0x1234 for n in sequential(1)]),
    # So are those that a little-endian machine takes for the low ones.
    "last4": (4, sequential(0x0a0b0000)),
    "bits4": (4, turned(0xc6336401, 32)),
    "sequential6": (6, sequential(0x20010db800000000)),
    "low6": (6, [n << 40 | 0x1234567890 for n in sequential(1)]),
    "bits6": (6, turned(0x20010db800010002, 64)),
}


def sources_of(name):
    """A set as lines for `chains`."""
    family, prefixes = SETS[name]
    digits = 8 if family == 4 else 16
    return "".join(f"{family} {one:0{digits}x}\n" for one in prefixes)


def bound():
    """How long a chain gets by chance, but once in 10^10: k of as many sources
    as buckets share one with a probability below COUNT / k!."""
    k, chance = 1, COUNT
    while chance > 1e-10:
        k += 1
        chance /= k
    return k - 1


class Chains:
    """The program `chains`, of a directory; keys are two words each."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "chains")

    def __call__(self, *words, text=None):
        return subprocess.run([self.path, *map(str, words)], check=True,
                              text=True, input=text,
                              stdout=subprocess.PIPE).stdout

    def collide(self, family, count, key):
        """So many sources that share a bucket under a key."""
        return self("collide", family, count, COUNT, *key.split())

    def longest(self, text, *keys):
        """The longest chain of sources under any of the keys."""
        return int(self("longest", COUNT, *" ".join(keys).split(), text=text))
