# SPDX-License-Identifier: GPL-2.0
"""Tests bad input: a clear error, no change of state, no flood in the log.

All that a rule or a line can have wrong is in tests/unit/test_validate.c and
test_command.c, and given to the kernel by tests/blobs/run.
"""

import errno
import os
import subprocess
import time

from tests import lib
from tests.lib import abi, sources
from tests.lib.blob import (BAN, FLAGS, NAME, PREFIX6, RATE,
                            RESERVED0, RULE, SIZE, STATUS, TEXTS, TEXT_SIZE,
                            USER, USERS, Table, add_rule, dump_rules, edited,
                            matches, u16, u32)
from tests.lib.sources import KernelLog, LOG_BURST, SOURCES, module_users
from tests.lib.way import Way

# The rules that are edited, by number.
RULES = ["--request", "--status 401,403", "--ua abc,def",
         "--rate 50/s --ban 1h", "--banned", "--users 20/h"]
REQUEST, STATUSES, LISTS, COUNT, BANNED, SCAN = range(6)

UNKNOWN = max(abi.FLAGS.values()) << 1
# Bytes of a rule that are changed, and what the kernel says to it.
ROWS = [
    (REQUEST, {FLAGS: u32(UNKNOWN | 1)}, "unknown flag"),
    (REQUEST, {TEXTS - 1: b"\x80"}, "reserved byte"),
    (STATUSES, {STATUS: u16(402, 401)}, "--status: expected codes"),
    (LISTS, {FLAGS: u32(0x40010)}, "--ua, --uri, --from, --to and --contact "
     "exclude each other"),
    (LISTS, {TEXT_SIZE: u16(65535)}, "texts: more bytes"),
    (COUNT, {RATE: u32(0)}, "--rate: expected 1 to"),
    (COUNT, {BAN: u32(31536001)}, "--ban: expected at most"),
    (SCAN, {USERS: u32(201)}, "--users: expected 1 to 200"),
    (BANNED, {NAME: b"A" * 32}, "--name: expected"),
    (REQUEST, {0: b"\xff" * SIZE}, "unknown flag"),
]
LOG_INTERVAL = 5        # so many lines of a kind within so many seconds


def load(way):
    """The rules that rows edit, as iptables takes them."""
    way.rules(*[f"-A PREROUTING -m sip {rule}" for rule in RULES])


def state(netns):
    """What bad input must not change."""
    return module_users(), sorted(key for key in netns.stats()
                                  if "{table=" in key)


def ours(lines):
    """Lines of the log that are xt_sip's, without its name."""
    return [line.removeprefix("xt_sip: ") for line in lines
            if line.startswith("xt_sip: ")]


def test_replace(network, checks):
    """Each row through setsockopt(), as one bad rule among good ones."""
    for family in (4, 6):
        way = Way(network, family, "legacy")
        sources.fresh_module(network)
        load(way)
        with KernelLog() as log, Table(way.server, family) as table:
            for rule, edits, says in ROWS:
                name = f"IPv{family}: {RULES[rule]}: {says}"
                start = matches(table.entries)[rule]
                before = state(way.server)
                log.lines()
                checks.equal(f"{name}: errno", "EINVAL", lib.tried(
                    table.replace, edited(table.entries, start, edits)))
                said = ours(log.lines())
                checks.true(f"{name}: one line that names it", len(said) == 1
                            and said[0].startswith(says), said)
                checks.equal(f"{name}: rules and tables", before,
                             state(way.server))
                checks.true(f"{name}: the table",
                            table.read() == table.entries)


def test_pointer(network, checks):
    """The kernel's pointer: never shown, never taken."""
    for family in (4, 6):
        way = Way(network, family, "legacy")
        load(way)
        with Table(network.server, family) as table:
            for start in matches(table.entries):
                checks.equal(f"IPv{family}: shown", bytes(8),
                             table.entries[start + USER:start + SIZE])
            start = matches(table.entries)[BANNED]
            table.replace(edited(table.entries, start, {RULE: b"\xff" * 8}))
            checks.true(f"IPv{family}: as it was",
                        table.read() == table.entries)
        sources.write(way.server, f"ban {way.source('1.1')} 1h")
        checks.equal(f"IPv{family}: nothing is dropped", [True],
                     way.forge("1.1", 1, b"x"))


def test_log(network, checks):
    """However much bad input comes, the log stays short."""
    sources.fresh_module(network)
    load(Way(network, 4, "legacy"))
    with KernelLog() as log, Table(network.server, 4) as table:
        bad = edited(table.entries, matches(table.entries)[REQUEST],
                     {RESERVED0: b"\1"})
        start = time.monotonic()
        answers = {lib.tried(table.replace, bad) for _ in range(500)}
        answers |= {lib.tried(sources.write, network.server, "ban x 1h")
                    for _ in range(500)}
        spent = time.monotonic() - start
        lines = log.lines()
    # Each of the two has a burst of lines in LOG_INTERVAL, and one more that
    # counts what was left out: a slow kernel has time for several.
    intervals = 1 + int(spent / LOG_INTERVAL)
    checks.equal("answers", {"EINVAL"}, answers)
    checks.true("lines", 2 * LOG_BURST <= len(lines) <=
                2 * (LOG_BURST + 1) * intervals + 8,
                f"{len(lines)} in {spent:.1f} s: {lines[:3]}")


# ---- nf_tables ----

# family, edits, size, revision, errno, what the kernel says
NFT = [
    ("ip", {}, SIZE, 0, "ok", None),
    ("ip6", {}, SIZE, 0, "ok", None),
    ("inet", {}, SIZE, 0, "ok", None),
    ("bridge", {}, SIZE, 0, "EINVAL", "works in ip, ip6 and inet tables"),
    ("arp", {}, SIZE, 0, "EINVAL", None),
    ("netdev", {}, SIZE, 0, "EINVAL", "works in ip, ip6 and inet tables"),
    ("ip", {}, SIZE - 8, 0, "EINVAL", None),
    ("ip", {}, SIZE + 8, 0, "EINVAL", None),
    ("ip", {}, 8, 0, "EINVAL", None),
    ("ip", {}, SIZE, 1, "ENOENT", None),
    ("ip", {RESERVED0: b"\1"}, SIZE, 0, "EINVAL", "reserved byte"),
    ("ip6", {FLAGS: u32(UNKNOWN)}, SIZE, 0, "EINVAL", "unknown flag"),
    ("inet", {PREFIX6: b"\xff"}, SIZE, 0, "EINVAL", "--prefix6: expected"),
    ("ip", {RULE: b"\xff" * 8}, SIZE, 0, "ok", None),
]


def test_nft(network, checks):
    """Rules by netlink: the families, the sizes, the bytes."""
    sources.fresh_module(network)
    server = network.server
    server.rules(["-A PREROUTING -m sip --banned"])
    with Table(server, 4) as table:
        start = matches(table.entries)[0]
        info = table.entries[start:start + SIZE]
    server.run("nft", "-f", "-", text="".join(
        f"table {family} t {{ chain c {{ }}; }}\n"
        for family in dict.fromkeys(row[0] for row in NFT)))
    for family, edits, size, revision, expected, says in NFT:
        name = f"{family} {edits} size {size} revision {revision}"
        before = state(server)
        with KernelLog() as log:
            bad = edited(info, 0, edits)[:size].ljust(size, b"\0")
            checks.equal(name, expected, lib.tried(add_rule, server, family,
                                                   bad, revision))
            said = ours(log.lines())
        if says:
            checks.true(f"{name}: one line", len(said) == 1 and
                        said[0].startswith(says), said)
        if expected == "ok":
            dump = dump_rules(server, family)
            start = dump.index(info[:USER])
            checks.equal(f"{name}: shown", bytes(8),
                         dump[start + USER:start + SIZE])
        else:
            checks.true(f"{name}: nothing changed", sources.wait_until(
                lambda: state(server) == before, 5),
                f"{before}, then {state(server)}")
    server.run("nft", "flush", "ruleset")


# ---- /proc ----

# What is written, and what the kernel says to it.
LINES = [
    ("bann 10.5.1.1 1h", "EINVAL"), ("ban 10.5.1.256 1h", "EINVAL"),
    ("ban 10.5.1.1 366d", "EINVAL"), ("ban 10.5.1.1\0 1h", "EINVAL"),
    ("ban 10.5.1.1 1h table a/b", "EINVAL"), ("flush sip now", "EINVAL"),
    ("src=10.5.1.1/32 table=sip banned=0", "EINVAL"),
    ("\xff\xfe", "EINVAL"), ("x" * 511, "EINVAL"), ("x" * 5000, "EINVAL"),
    ("unban 10.5.1.1 table none", "ENOENT"), ("flush none", "ENOENT"),
    ("forgive 10.5.1.1 table none", "ENOENT"), ("", "ok"),
    ("\n\n \t\n# x\n", "ok"), ("# " + "x" * 400, "ok"),
    ("unban 10.5.1.1", "ENOENT"), ("unban 192.0.2.0/24", "ENOENT"),
    ("unban 2001:db8::/64", "ENOENT"),
]


def test_lines(network, checks):
    """What is not understood, or does nothing, has changed nothing."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    sources.write(network.server, "ban 192.0.2.1 1h", "ban 2001:db8::1 1h")
    for line, expected in LINES:
        for end in ("", "\n"):
            checks.equal(f"{line[:60]!r}: errno", expected, lib.tried(
                network.server.write, SOURCES, line + end))
            checks.equal(f"{line[:60]!r}: bans",
                         {"192.0.2.1/32", "2001:db8::1/128"},
                         set(sources.banned(network.server)))


LINE = "ban 10.5.1.1 1h\n"

# What is written at once, bans after it, bytes that were taken.
PARTLY = [
    (LINE + "x\nban 10.5.1.2 1h\n", "10.5.1.1/32", 16),
    ("x\nban 10.5.1.2 1h\n", "", "EINVAL"),
    (LINE + "ban 10.5.1.2 1h", "10.5.1.1/32 10.5.1.2/32", 31),
    # The kernel takes 64 KiB at once: a bad line after them, one that begins
    # before, and one that is too long.
    (4096 * LINE + "x\nflush\n", "10.5.1.1/32", 65536),
    (4095 * LINE + "#\n#\nunban 10.5.1.1 1h\nflush\n", "10.5.1.1/32", 65524),
    (4090 * LINE + "x" * 600 + "\nflush\n", "10.5.1.1/32", 65440),
    (LINE + "x" * 66000, "10.5.1.1/32", 16),
]


def test_partly(network, checks):
    """Lines before the bad one are done, it and those after are not."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    for text, bans, taken in PARTLY:
        sources.write(network.server, "flush")
        try:
            got = write_once(network.server, text)
        except OSError as error:
            got = errno.errorcode[error.errno]
        checks.equal(f"{text[:40]!r}: taken", taken, got)
        checks.equal(f"{text[:40]!r}: bans", set(bans.split()),
                     set(sources.banned(network.server)))


def write_once(netns, *texts):
    """Write texts to one open file; bytes of the last that were taken."""
    with netns.inside():
        fd = os.open(SOURCES, os.O_WRONLY)
    try:
        return [os.write(fd, text.encode()) for text in texts][-1]
    finally:
        os.close(fd)


FILLER = "# nothing\n" * 200           # more than a small write is

# Writes to one open file, the bans after them, whether the log tells of a
# line that was not done.  Before them 10.5.1.1 is banned.
UNFINISHED = [
    (["flush", "ban 10.5.2.1 1h"], "10.5.2.1/32", False),
    ([FILLER + "flush"], "10.5.1.1/32", True),
    ([FILLER + "flush\n"], "", False),
    ([FILLER + "flu", "sh"], "10.5.1.1/32", True),
    ([FILLER + "flu", "sh", " sip", "\n"], "", False),
    ([FILLER + "ban 10.5.2.1/2", "4 1h\n"], "10.5.1.1/32 10.5.2.0/24",
     False),
    ([FILLER + "ban 10.5.2.1 1h table trunks", "2\nflush sip"],
     "10.5.1.1/32 10.5.2.1/32", True),
    ([FILLER + "ban 10.5.2.1 1h\nflush", "\n" + FILLER], "", False),
    (["ban 10.5.2.1 1h\n" * 4095 + "ban 10.5.3.1 1h\nflush"],
     "10.5.1.1/32 10.5.2.1/32 10.5.3.1/32", True),
]


def test_unfinished(network, checks):
    """No part of a line is a command, whatever stops its writer."""
    sources.fresh_module(network)
    network.server.rules(["-A PREROUTING -m sip --banned"])
    for writes, bans, told in UNFINISHED:
        name = " | ".join(text[-30:] for text in writes)
        sources.write(network.server, "flush", "ban 10.5.1.1 1h")
        with KernelLog() as log:
            write_once(network.server, *writes)
            lines = [line for line in log.lines() if "newline" in line]
        checks.equal(f"{name!r}: bans", set(bans.split()),
                     set(sources.banned(network.server)))
        checks.equal(f"{name!r}: told", told, len(lines) == 1)


def test_parameter(checks):
    """max_sources takes 2 to 16777216."""
    sources.load_module()
    for value, expected in (
            ("1", "EINVAL"), ("16777217", "EINVAL"),
            ("4294967298", "ERANGE"), ("x", "EINVAL"), ("1 2", "EINVAL"),
            ("2", "ok"), ("16777216", "ok"), ("300\n", "ok")):
        with sources.max_sources(1000):
            checks.equal(f"{value!r}", expected,
                         lib.tried(sources.set_max_sources, value))
            with open(sources.MAX_SOURCES, encoding="ascii") as file:
                checks.equal(f"{value!r}: what it is then",
                             int(value) if expected == "ok" else 1000,
                             int(file.read()))
    for value, loaded in (("1", None), ("16777217", None), ("x", None),
                          ("77", 0)):
        sources.unload_module()
        subprocess.run(["modprobe", "xt_sip", f"max_sources={value}"],
                       check=False, capture_output=True)
        checks.equal(f"modprobe with {value!r}: rules", loaded,
                     module_users())
    with open(sources.MAX_SOURCES, encoding="ascii") as file:
        checks.equal("modprobe with 77", "77", file.read().strip())
    sources.unload_module()
