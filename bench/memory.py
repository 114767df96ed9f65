# SPDX-License-Identifier: GPL-2.0
"""Measures the memory that a million sources take: the part `memory`.

Everything counts but the namespace: free pages before the rules are loaded,
less those after all sources are known. The per-CPU lists of free pages, which
count as used, are kept short.
"""
import time

from bench import network, table
from tests import lib
from tests.lib import memory
from tests.lib.sources import SOURCES

COUNT = 1000000
LIMIT = 1048576
TABLES = 60
AT_HAND = "/proc/sys/vm/percpu_pagelist_high_fraction"
SETTLED = 100000                # least change in bytes per half a second
ROWS = (
    ("xt_sip", "legacy: @file examples/recommended.rules"),
    ("ipset hash:ip", "legacy: U -m set --match-set s src -j DROP; "
     "@ipset %d" % COUNT),
    ("nft set", "nft: udp dport 5060 ip saddr @s drop; @set %d" % COUNT),
    ("nft dynset", "nft: udp dport 5060 add @m { ip saddr limit rate over "
     "50/second burst 100 packets } drop; @meter"),
    ("hashlimit", "legacy: U @hashlimit"),
)


def free_bytes():
    """Bytes of free memory."""
    memory.write("/proc/sys/vm/drop_caches", "3")
    return 1024 * memory.kilobytes("MemFree")


def settle():
    """Wait until freed memory is accounted as free."""
    before = 0
    for _ in range(100):
        now = free_bytes()
        if abs(now - before) < SETTLED:
            return now
        before = now
        time.sleep(0.5)
    raise lib.NetworkError("free memory does not settle")


def grown(before, after):
    """The slab caches that grew by more than a byte per source, as text."""
    more = {name: size - before.get(name, (0, 0))[1]
            for name, (_, size) in after.items()}
    return ", ".join("%s %.1f" % (name, size / COUNT)
                     for name, size in more.items() if size > COUNT) or "none"


def per_source(text, say, name):
    """Bytes per source under these rules, with a million sources."""
    row = table.Row("memory", [name, text, "phone", "1M", "0", ""])
    before = {}

    def ready():
        before.update(free=settle(), slabs=memory.slabs())

    one = network.Network(row, ready)
    one.push(COUNT)
    # The module keeps the order of a run's sources until the next run.
    one.push(network.CYCLE, sources=1)
    bytes_each = (before["free"] - free_bytes()) / COUNT
    say("%s: %.1f bytes per source; of slab caches: %s" % (
        name, bytes_each, grown(before["slabs"], memory.slabs())))
    return one, bytes_each


def per_table():
    """Bytes of a table with one source, without the source."""
    row = table.Row("memory", ["tables", "legacy: U -m sip --banned",
                               "phone", "1", "0", ""])
    one = network.Network(row)
    free = settle()
    one.netns.write(SOURCES, "".join(
        "ban 10.0.0.1 1d table t%d\n" % number for number in range(TABLES)))
    used = free - free_bytes()
    one.close()
    return used / TABLES


def measure(say):
    """Measure all rows; {name: figure}."""
    found = {}
    memory.write(AT_HAND, "100000")
    for name, text in ROWS:
        one, each = per_source(text, say, name)
        if name == "xt_sip":
            stats = one.netns.stats()
            known = [value for key, value in stats.items()
                     if key.startswith("xt_sip_sources{")]
            found["sources known"] = sum(known)
            found["bytes per source"] = each * COUNT / max(1, sum(known))
            found["of these, buckets"] = 8 * LIMIT / COUNT
            found["bytes per table"] = per_table()
        else:
            found["bytes per source, " + name] = each
        one.close()
    return found
