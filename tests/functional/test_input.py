# SPDX-License-Identifier: GPL-2.0
"""Tests bad input: a clear error, no change of state, no flood in the log."""

import collections
import errno
import os
import subprocess
import time

from tests import lib
from tests.lib import sources
from tests.lib.blob import (BAN, BURST, DEFECTS, FLAGS, INVERT, METHODS, NAME, PREFIX4,
                  PREFIX6, RATE, RESERVED, RESERVED0, RULE, SIZE, STATUS,
                  STATUS_COUNT, UA, UA_COUNT, UA_SIZE, UNIT, USER, USERS,
                  USERS_UNIT, Table, add_rule, dump_rules, edited, matches,
                  u16, u32)
from tests.lib.sources import SOURCES, KernelLog, forged, module_users

# The rules that are edited, by number.
RULES = ["--request", "--method REGISTER", "--status 401,403",
         "--ua abc,def", "--defect cseq", "--rate 50/s --ban 1h", "--banned",
         "--rate 1/d --name low", "--users 20/h"]
REQUEST, METHOD, STATUSES, TEXTS, DEFECT, COUNT, BANNED, LOW, SCAN = range(9)

# Bytes of a rule that are changed, and what the kernel says to it.
Row = collections.namedtuple("Row", "rule edits says")
ROWS = [
    Row(REQUEST, {FLAGS: u32(1 << 16 | 1)}, "unknown flag"),
    Row(REQUEST, {FLAGS: u32(1 << 31 | 1)}, "unknown flag"),
    Row(REQUEST, {FLAGS: u32(0xffffffff)}, "unknown flag"),
    Row(REQUEST, {FLAGS: u32(0)}, "no condition"),
    Row(BANNED, {FLAGS: u32(1 << 13)}, "no condition"),
    Row(REQUEST, {INVERT: u32(2)}, "inverted flag"),
    Row(REQUEST, {INVERT: u32(0xffffffff)}, "inverted flag"),
    Row(COUNT, {INVERT: u32(1 << 14)}, "inverted flag"),
    Row(REQUEST, {RESERVED0: b"\1"}, "reserved byte"),
    Row(REQUEST, {RESERVED: b"\1"}, "reserved byte"),
    Row(REQUEST, {RESERVED + 103: b"\x80"}, "reserved byte"),
    Row(SCAN, {INVERT: u32(1 << 12)}, "inverted flag"),
    Row(BANNED, {FLAGS: u32(1 << 15), INVERT: u32(1 << 15)}, "inverted flag"),
    Row(REQUEST, {FLAGS: u32(1 << 5 | 2)}, "--scanner needs a request: leave"),
    Row(STATUSES, {FLAGS: u32(1 << 5 | 1 << 3)},
        "--scanner needs a request, --status"),
    Row(BANNED, {FLAGS: u32(1 << 9 | 1)}, "--solicited needs a response"),
    Row(BANNED, {FLAGS: u32(1 << 9 | 1 << 5)},
        "--scanner needs a request, --solicited"),
    Row(REQUEST, {FLAGS: u32(1 << 9)}, "--name: expected"),
    Row(COUNT, {FLAGS: u32(1 << 11 | 1 << 14 | 1 << 15)},
        "--ban and --forgive exclude"),
    Row(REQUEST, {FLAGS: u32(1 << 15 | 1)}, "--name: expected"),
    Row(SCAN, {USERS: u32(0)}, "--users: expected 1 to 200"),
    Row(SCAN, {USERS: u32(201)}, "--users: expected 1 to 200"),
    Row(SCAN, {USERS: u32(0xffffffff)}, "--users: expected 1 to 200"),
    Row(SCAN, {USERS_UNIT: u32(0)}, "--users: expected per"),
    Row(SCAN, {USERS_UNIT: u32(7)}, "--users: expected per"),
    Row(BANNED, {FLAGS: u32(1 << 12)}, "--users: expected 1 to 200"),
    Row(REQUEST, {FLAGS: u32(3)}, "--request and --response exclude"),
    Row(METHOD, {METHODS: u32(1 << 15)}, "--method: unknown method"),
    Row(METHOD, {METHODS: u32(0)}, "--method: expected"),
    Row(REQUEST, {METHODS: u32(1)}, "--method: expected"),
    Row(DEFECT, {DEFECTS: u32(1 << 12)}, "--defect: unknown defect"),
    Row(DEFECT, {DEFECTS: u32(0)}, "--defect: expected"),
    Row(STATUSES, {STATUS_COUNT: b"\0"}, "--status: expected at least"),
    Row(STATUSES, {STATUS_COUNT: b"\x11"}, "--status: expected at most 16"),
    Row(STATUSES, {STATUS_COUNT: b"\xff"}, "--status: expected at most 16"),
    Row(STATUSES, {STATUS_COUNT: b"\1"}, "--status: bytes after"),
    Row(STATUSES, {STATUS: u16(99, 401)}, "--status: expected codes"),
    Row(STATUSES, {STATUS: u16(402, 401)}, "--status: expected codes"),
    Row(STATUSES, {STATUS: u16(401, 1000)}, "--status: expected codes"),
    Row(STATUSES, {STATUS: u16(401, 402)}, "--status: expected ranges"),
    Row(STATUSES, {STATUS: u16(403)}, "--status: expected codes"),
    Row(STATUSES, {STATUS: u16(404, 404)}, "--status: expected ranges"),
    Row(STATUSES, {STATUS + 60: u16(200)}, "--status: bytes after"),
    Row(TEXTS, {UA_COUNT: u16(0)}, "--ua: expected at least"),
    Row(TEXTS, {UA_COUNT: u16(1)}, "--ua: wrong number"),
    Row(TEXTS, {UA_COUNT: u16(65535)}, "--ua: wrong number"),
    Row(TEXTS, {UA_SIZE: u16(2817)}, "--ua: more bytes"),
    Row(TEXTS, {UA_SIZE: u16(65535)}, "--ua: more bytes"),
    Row(TEXTS, {UA_SIZE: u16(4)}, "--ua: wrong number"),
    Row(TEXTS, {UA_SIZE: u16(7)}, "--ua: expected texts of 1 to 63"),
    Row(TEXTS, {UA: b"\0"}, "--ua: expected texts of 1 to 63"),
    Row(TEXTS, {UA + 4: b"\xff"}, "--ua: expected texts of 1 to 63"),
    Row(TEXTS, {UA + 2: b"\0"}, "--ua: expected texts without control"),
    Row(TEXTS, {UA + 2815: b"x"}, "--ua: bytes after"),
    Row(COUNT, {RATE: u32(0)}, "--rate: expected 1 to"),
    Row(COUNT, {RATE: u32(1000001)}, "--rate: expected 1 to"),
    Row(COUNT, {RATE: u32(0xffffffff)}, "--rate: expected 1 to"),
    Row(COUNT, {UNIT: u32(0)}, "--rate: expected per"),
    Row(COUNT, {UNIT: u32(2)}, "--rate: expected per"),
    Row(COUNT, {BURST: u32(0)}, "--burst: expected 1 to"),
    Row(COUNT, {BURST: u32(1000001)}, "--burst: expected 1 to"),
    Row(LOW, {BURST: u32(1000000)}, "--burst: too many"),
    Row(BANNED, {RATE: u32(1)}, "--burst: expected --rate"),
    Row(BANNED, {USERS: u32(1)}, "--users: value without its flag"),
    Row(BANNED, {USERS_UNIT: u32(1)}, "--users: value without its flag"),
    Row(BANNED, {NAME: b"\0\0\0"}, "--name: expected"),
    Row(BANNED, {NAME: b"/"}, "--name: expected"),
    Row(BANNED, {NAME: b"a b"}, "--name: expected"),
    Row(BANNED, {NAME: b"a\n"}, "--name: expected"),
    Row(BANNED, {NAME: b"A" * 32}, "--name: expected"),
    Row(BANNED, {NAME: b"a\0b"}, "--name: expected"),
    Row(BANNED, {NAME + 31: b"x"}, "--name: expected"),
    Row(BANNED, {PREFIX4: b"\x21"}, "--prefix4: expected 0 to 32"),
    Row(BANNED, {PREFIX6: b"\x81"}, "--prefix6: expected 0 to 128"),
    Row(REQUEST, {NAME: b"x"}, "--by, --prefix4, --prefix6 and --name"),
    Row(REQUEST, {PREFIX4: b"\1"}, "--by, --prefix4, --prefix6 and --name"),
    Row(REQUEST, {FLAGS: u32(1 << 13 | 1)}, "--by, --prefix4, --prefix6"),
    Row(COUNT, {BAN: u32(0)}, "--ban: expected"),
    Row(COUNT, {BAN: u32(31536001)}, "--ban: expected at most"),
    Row(COUNT, {BAN: u32(0xffffffff)}, "--ban: expected at most"),
    Row(BANNED, {BAN: u32(1)}, "--ban: expected"),
    Row(COUNT, {FLAGS: u32(1 << 14 | 1 << 11 | 1 << 10),
                INVERT: u32(1 << 10)}, "--ban matches banned sources"),
    Row(REQUEST, {RULE: b"\xff" * 8, RESERVED: b"\1"}, "reserved byte"),
    Row(REQUEST, {0: b"\xff" * SIZE}, "unknown flag"),
]

LOG_BURST = sources.LOG_BURST
LOG_INTERVAL = 5        # ... within so many seconds


def rules():
    """The rules that rows edit, as iptables takes them."""
    return [f"-A PREROUTING -m sip {rule}" for rule in RULES]


def tried(function, *args):
    """The name of the errno with which it fails, or "ok"."""
    try:
        function(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"


def state(network):
    """What bad input must not change."""
    stats = network.server.stats()
    return module_users(), sorted(key for key in stats if "{table=" in key)


def ours(lines):
    """Lines of the log that are xt_sip's, without its name."""
    return [line.removeprefix("xt_sip: ") for line in lines
            if line.startswith("xt_sip: ")]


def check_row(network, checks, log, table, row):
    """One bad rule in a table of good ones."""
    name = f"IPv{table.family}: {RULES[row.rule]}: {row.says}: {row.edits}"
    start = matches(table.entries)[row.rule]
    before = state(network)
    log.lines()
    checks.equal(f"{name[:200]}: errno", "EINVAL", tried(
        table.replace, edited(table.entries, start, row.edits)))
    said = ours(log.lines())
    checks.true(f"{name[:200]}: one line that names it",
                len(said) == 1 and said[0].startswith(row.says), said)
    checks.equal(f"{name[:200]}: rules and tables", before, state(network))
    checks.true(f"{name[:200]}: the table", table.read() == table.entries)


def test_replace(network, checks):
    """Each row through setsockopt(); IPv4 and IPv6 by turns."""
    for first in range(0, len(ROWS), LOG_BURST):
        sources.fresh_module(network)
        family = 4 if first // LOG_BURST % 2 else 6
        network.server.rules(rules(), family=family)
        with KernelLog() as log, Table(network.server, family) as table:
            checks.equal("rules", len(RULES), len(matches(table.entries)))
            for row in ROWS[first:first + LOG_BURST]:
                check_row(network, checks, log, table, row)


def test_pointer(network, checks):
    """The kernel's pointer: never shown, never taken."""
    for family in (4, 6):
        network.server.rules(rules(), family=family)
        with Table(network.server, family) as table:
            for start in matches(table.entries):
                checks.equal(f"IPv{family}: shown", bytes(8),
                             table.entries[start + USER:start + SIZE])
            start = matches(table.entries)[BANNED]
            table.replace(edited(table.entries, start, {RULE: b"\xff" * 8}))
            checks.true(f"IPv{family}: as it was",
                        table.read() == table.entries)
        source = sources.address("1.1", family)
        path = network.path(family)
        sources.write(network.server, "flush", f"ban {source} 1h")
        network.raw(forged(source, lib.SERVER[family], b"x"))
        checks.equal(f"IPv{family}: nothing is dropped", 1,
                     len(path.arrived()))
        network.server.clear()


def test_names(network, checks):
    """Odd but valid names are names like others."""
    for name in ("a.", "_..", "-", "a" * 31):
        network.server.rules([f"-A PREROUTING -m sip --banned --name {name} "
                              "-j DROP"])
        sources.write(network.server, f"ban 10.5.1.1 1h table {name}")
        checks.equal(name[:5], {"10.5.1.1/32"},
                     set(sources.banned(network.server, name)))
    sources.write(network.server, "flush")


def test_log(network, checks):
    """However much bad input comes, the log stays short."""
    sources.fresh_module(network)
    network.server.rules(rules())
    with KernelLog() as log, Table(network.server, 4) as table:
        bad = edited(table.entries, matches(table.entries)[REQUEST],
                     {RESERVED0: b"\1"})
        start = time.monotonic()
        answers = {tried(table.replace, bad) for _ in range(500)}
        answers |= {tried(sources.write, network.server, "ban x 1h")
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

def good_info(network):
    """The bytes of a good rule, --banned."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    with Table(network.server, 4) as table:
        start = matches(table.entries)[0]
        return table.entries[start:start + SIZE]


NFT = [
    # family, edits, size, revision, errno, what the kernel says
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
    ("ip6", {FLAGS: u32(1 << 16)}, SIZE, 0, "EINVAL", "unknown flag"),
    ("inet", {NAME: b"A" * 32}, SIZE, 0, "EINVAL", "--name: expected"),
    ("inet", {PREFIX6: b"\xff"}, SIZE, 0, "EINVAL", "--prefix6: expected"),
    ("ip", {RULE: b"\xff" * 8}, SIZE, 0, "ok", None),
]


def test_nft(network, checks):
    """Rules by netlink: the families, the sizes, the bytes."""
    # pylint: disable=too-many-locals
    sources.fresh_module(network)
    info = good_info(network)
    network.server.run("nft", "-f", "-", text="".join(
        f"table {family} t {{ chain c {{ }}; }}\n"
        for family in dict.fromkeys(row[0] for row in NFT)))
    for family, edits, size, revision, expected, says in NFT:
        name = f"{family} {edits} size {size} revision {revision}"
        before = state(network)
        with KernelLog() as log:
            bad = edited(info, 0, edits)[:size].ljust(size, b"\0")
            checks.equal(name, expected, tried(add_rule, network.server, family,
                                               bad, revision))
            said = ours(log.lines())
        if says:
            checks.true(f"{name}: one line", len(said) == 1 and
                        said[0].startswith(says), said)
        if expected == "ok":
            checks.equal(f"{name}: shown", bytes(8),
                         shown(network, family, info))
        else:
            checks.true(f"{name}: nothing changed", sources.wait_until(
                lambda: state(network) == before, 5),
                f"{before}, then {state(network)}")
    network.server.run("nft", "flush", "ruleset")
    network.server.clear()


def shown(network, family, info):
    """The bytes after the user's part of a match in a dump of rules."""
    dump = dump_rules(network.server, family)
    start = dump.index(info[:USER])
    return dump[start + USER:start + SIZE]


def test_inet(network, checks):
    """A rule in an inet table sees both families."""
    info = good_info(network)
    network.clear()
    network.server.run("nft", "-f", "-", text="table inet t { chain c { type "
                       "filter hook prerouting priority -300; }; }\n")
    add_rule(network.server, "inet", info)
    for family in (4, 6):
        path = network.path(family)
        enemy = sources.address("1.1", family)
        sources.write(network.server, "flush", f"ban {enemy} 1h")
        for source in (enemy, sources.address("2.1", family)):
            network.raw(forged(source, lib.SERVER[family], source.encode()))
        checks.equal(f"IPv{family}", [sources.address("2.1", family)],
                     [got.source[0] for got in path.arrived()])
    network.server.run("nft", "flush", "ruleset")


# ---- /proc ----

BAD_LINES = [
    "x", "bann 10.5.1.1 1h", "banned 10.5.1.1 1h", "BAN", "ban", "ban 1h",
    "ban 10.5.1.1", "ban 10.5.1.1 0", "ban 10.5.1.1 0s", "ban 10.5.1.1 1y",
    "ban 10.5.1.1 -1", "ban 10.5.1.1 1h30m", "ban 10.5.1.1 1.5h",
    "ban 10.5.1.1 366d", "ban 10.5.1.1 99999999999999999999s",
    "ban 10.5.1.1 4294967297", "ban 10.5.1.1 1h x",
    "ban 10.5.1.1 1h table", "ban 10.5.1.1 1h table a/b",
    "ban 10.5.1.1 1h table " + "a" * 32, "ban 10.5.1.1 1h table \0",
    "ban 10.5.1.1 1h table a b", "ban 10.5.1.1 1h name sip",
    "ban 10.5.1 1h", "ban 10.5.1.1.1 1h", "ban 10.5.1.256 1h",
    "ban 10.5.1.1x 1h", "ban 10.5.1.1:5060 1h", "ban 10.5.1.1, 1h",
    "ban 10.5.1.1\0 1h", "ban 0x0a.5.1.1 1h", "ban .10.5.1.1 1h",
    "ban 10.5.1.1. 1h", "ban 10..1.1 1h", "ban 10.5.1.a 1h",
    "ban 10.5.1.1/ 1h", "ban 10.5.1.1/33 1h", "ban 10.5.1.1/-1 1h",
    "ban 10.5.1.1/24x 1h", "ban 10.5.1.1/2 4 1h", "ban /24 1h",
    "ban 10.5.1.1/255.255.255.0 1h", "ban 10.5.1.1/4294967320 1h",
    "ban example.com 1h", "ban :: 1h :", "ban ::: 1h", "ban ::1::2 1h",
    "ban 1:2:3:4:5:6:7 1h", "ban 1:2:3:4:5:6:7:8:9 1h",
    "ban fe80::1%eth0 1h", "ban [::1] 1h", "ban ::1/129 1h",
    "ban ::ffff:10.5.1.1/95 1h", "unban ::ffff:10.5.1.1/64",
    "forgive ::ffff:10.5.1.1/0", "src=::ffff:10.5.1.1/64 banned=9",
    "ban 12345::1 1h", "ban ::g 1h", "ban ::1x 1h", "ban ::10.5.1 1h",
    "unban", "unban x", "unban 10.5.1.1 1h", "unban 10.5.1.1/33",
    "unban 10.5.1.1 table", "forgive", "forgive 10.5.1.1 5m",
    "flush a/b", "flush sip now", "flush " + "a" * 32,
    "src=10.5.1.1/32 table=sip banned=0", "src=x banned=9",
    "src=10.5.1.1/32 table=a/b banned=9", "src=10.5.1.1/32 banned=x",
    "src= banned=9", "src=10.5.1.1/32 table= banned=9",
    "ban 10.5.1.1 1h\rflush", "ban 10.5.1.1 1h;flush", "\0",
    "\xff\xfe", "x" * 511, "x" * 5000, "ban " + "1" * 60000 + " 1h",
]


def test_lines(network, checks):
    """What is not understood: EINVAL, and nothing has changed."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    sources.write(network.server, "flush", "ban 192.0.2.1 1h",
                  "ban 2001:db8::1 1h")
    before = sources.banned(network.server)
    for line in BAD_LINES:
        checks.equal(f"{line[:60]!r}: errno", "EINVAL",
                     tried(network.server.write, SOURCES, line))
        checks.equal(f"{line[:60]!r}: bans", set(before),
                     set(sources.banned(network.server)))
        checks.equal(f"{line[:60]!r}: with a newline", "EINVAL",
                     tried(network.server.write, SOURCES, line + "\n"))
    for line, expected in (("unban 10.5.1.1 table none", "ENOENT"),
                           ("forgive 10.5.1.1 table none", "ENOENT"),
                           ("flush none", "ENOENT"), ("", "ok"),
                           ("\n\n \t\n# x\n", "ok"), ("# " + "x" * 400, "ok"),
                           ("unban 10.5.1.1", "ok")):
        checks.equal(f"{line[:60]!r}: errno", expected,
                     tried(network.server.write, SOURCES, line))
    checks.equal("bans after all that", set(before),
                 set(sources.banned(network.server)))


def test_partly(network, checks):
    """Lines before the bad one are done, it and those after are not."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    for text, bans, written in (
            ("ban 10.5.1.1 1h\nx\nban 10.5.1.2 1h\n", {"10.5.1.1/32"}, 16),
            ("x\nban 10.5.1.2 1h\n", set(), "EINVAL"),
            ("ban 10.5.1.1 1h\nban 10.5.1.2 1h", {"10.5.1.1/32",
                                                  "10.5.1.2/32"}, 31),
            ("ban 10.5.1.1 1h\n" * 500 + "x\n" + "flush\n", {"10.5.1.1/32"},
             8000),
            # The kernel takes 64 KiB at once: a bad line after them, one
            # that begins before, and one that is too long.
            ("ban 10.5.1.1 1h\n" * 4096 + "x\n" + "flush\n",
             {"10.5.1.1/32"}, 65536),
            ("ban 10.5.1.1 1h\n" * 4095 + "#\n#\n" + "unban 10.5.1.1 1h\n"
             + "flush\n", {"10.5.1.1/32"}, 65524),
            ("ban 10.5.1.1 1h\n" * 4090 + "x" * 600 + "\nflush\n",
             {"10.5.1.1/32"}, 65440),
            ("ban 10.5.1.1 1h\n" + "x" * 66000, {"10.5.1.1/32"}, 16)):
        sources.write(network.server, "flush")
        with network.server.inside():
            fd = os.open(SOURCES, os.O_WRONLY)
        try:
            got = os.write(fd, text.encode())
        except OSError as error:
            got = errno.errorcode[error.errno]
        os.close(fd)
        checks.equal(f"{text[:40]!r}: written", written, got)
        checks.equal(f"{text[:40]!r}: bans", bans,
                     set(sources.banned(network.server)))


FILLER = "# nothing\n" * 200           # more than a small write is

# Writes to one open file, the bans after them, whether the log tells of a
# line that was not done.  Before them 10.5.1.1 is banned.
UNFINISHED = [
    (["flush"], "", False),
    (["flush", "ban 10.5.2.1 1h"], "10.5.2.1/32", False),
    ([FILLER + "flush"], "10.5.1.1/32", True),
    ([FILLER + "flush\n"], "", False),
    ([FILLER, "flush"], "10.5.1.1/32", True),
    ([FILLER + "flu", "sh"], "10.5.1.1/32", True),
    ([FILLER + "flu", "sh\n"], "", False),
    ([FILLER + "flu", "sh", " sip", "\n"], "", False),
    ([FILLER + "unban 10.5.1.1/2"], "10.5.1.1/32", True),
    ([FILLER + "unban 10.5.1.1/2", "4\n"], "10.5.1.1/32", False),
    ([FILLER + "ban 10.5.2.1 1h table trunks", "2\nflush sip"],
     "10.5.1.1/32 10.5.2.1/32", True),
    ([FILLER + "ban 10.5.2.1 1h\nflush", "\n" + FILLER], "", False),
    (["ban 10.5.2.1 1h\n" * 4095 + "ban 10.5.3.1 1h\nflush"],
     "10.5.1.1/32 10.5.2.1/32 10.5.3.1/32", True),
]


def test_unfinished(network, checks):
    """No part of a line is a command, whatever stops its writer."""
    for first in range(0, len(UNFINISHED), LOG_BURST):
        sources.fresh_module(network)       # the log says no more at once
        network.server.rules(["-A PREROUTING -m sip --banned"])
        for writes, bans, told in UNFINISHED[first:first + LOG_BURST]:
            name = " | ".join(text[-30:] for text in writes)
            sources.write(network.server, "flush", "ban 10.5.1.1 1h")
            with KernelLog() as log:
                with network.server.inside():
                    fd = os.open(SOURCES, os.O_WRONLY)
                for text in writes:
                    os.write(fd, text.encode())
                os.close(fd)
                lines = [line for line in log.lines() if "newline" in line]
            checks.equal(f"{name!r}: bans", set(bans.split()),
                         set(sources.banned(network.server)))
            checks.equal(f"{name!r}: told", told, len(lines) == 1)
        sources.write(network.server, "flush")


# ---- Permissions ----

def test_users(network, checks):
    """Files are root's; only with CAP_NET_ADMIN can they be written."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    sources.write(network.server, "flush", "ban 192.0.2.1 1h")
    nobody = "setpriv --reuid 1000 --regid 1000 --clear-groups "
    no_admin = "setpriv --bounding-set -net_admin --inh-caps -net_admin "
    for command, expected in (
            (f"cat {SOURCES}", True), (f"{nobody} cat {SOURCES}", False),
            (f"{nobody} sh -c 'echo unban 192.0.2.1 > {SOURCES}'", False),
            (f"{no_admin} cat {SOURCES}", True),
            (f"{no_admin} sh -c 'echo unban 192.0.2.1 > {SOURCES}'", False),
            (f"{no_admin} sh -c 'cat /dev/null > {SOURCES}'", True),
            (f"{nobody} cat /proc/net/xt_sip/stats", True),
            ("sh -c 'echo x > /proc/net/xt_sip/stats'", False)):
        checks.equal(command, expected, works(network, command))
        checks.equal(f"{command}: the ban", {"192.0.2.1/32"},
                     set(sources.banned(network.server)))
    for name, mode in (("sources", 0o640), ("stats", 0o444)):
        with network.server.inside():
            info = os.stat(f"/proc/net/xt_sip/{name}")
        checks.equal(f"mode of {name}", (mode, 0, 0),
                     (info.st_mode & 0o7777, info.st_uid, info.st_gid))


def works(network, command):
    """Run it in the server; whether it exits with 0."""
    with network.server.inside():
        return not subprocess.run(command, shell=True, check=False,
                                  capture_output=True).returncode


OTHER_ROOT = r"""
set -e
export XTABLES_LOCKFILE=$(mktemp)
%s -t raw -A PREROUTING -m sip --banned -j DROP
ls -ln /proc/net/xt_sip/sources | cut -d' ' -f1,3,4
echo ban 10.5.1.1 1h > /proc/net/xt_sip/sources
grep -o 'src=.* table=sip' /proc/net/xt_sip/sources
grep -o '^xt_sip_max_sources.*' /proc/net/xt_sip/stats
cat /proc/%d/net/xt_sip/sources 2>&1 | sed 's/.*: //'
(echo flush > /proc/%d/net/xt_sip/sources) 2> /dev/null || echo no
"""


def test_namespace_root(network, checks):
    """Root of a user namespace may write in its own namespace, in no other."""
    subprocess.run(["modprobe", "-a", "iptable_raw", "nft_compat"],
                   check=True)
    network.server.rules(["-A PREROUTING -m sip --banned"])
    sources.write(network.server, "flush", "ban 192.0.2.1 1h")
    with network.server.inside():
        # A process of the server, whose /proc/PID/net the other one tries.
        with subprocess.Popen(["sleep", "60"]) as there:
            for tool in ("iptables-legacy", "iptables-nft"):
                got = subprocess.run(
                    ["setpriv", "--reuid", "1000", "--regid", "1000",
                     "--clear-groups", "unshare", "-Urn", "sh", "-c",
                     OTHER_ROOT % (tool, there.pid, there.pid)],
                    check=False, text=True, capture_output=True)
                checks.equal(
                    tool, ["-rw-r----- 0 0", "src=10.5.1.1/32 table=sip",
                           "xt_sip_max_sources 4096", "Permission denied",
                           "no"], got.stdout.splitlines(),
                    got.stderr.encode())
            there.kill()
    checks.equal("the server's bans", {"192.0.2.1/32"},
                 set(sources.banned(network.server)))


def test_parameter(checks):
    """max_sources takes 2 to 16777216."""
    sources.load_module()
    for value, expected in (
            ("0", "EINVAL"), ("1", "EINVAL"), ("16777217", "EINVAL"),
            ("4294967298", "ERANGE"), ("-1", "EINVAL"), ("x", "EINVAL"),
            ("\n", "EINVAL"), ("100x", "EINVAL"), ("1 2", "EINVAL"),
            ("2", "ok"), ("16777216", "ok"), ("300\n", "ok")):
        with sources.max_sources(1000):
            checks.equal(f"{value!r}", expected,
                         tried(sources.set_max_sources, value))
            with open(sources.MAX_SOURCES, encoding="ascii") as file:
                checks.equal(f"{value!r}: what it is then",
                             int(value) if expected == "ok" else 1000,
                             int(file.read()))
    for value in ("1", "16777217", "x"):
        sources.unload_module()
        checks.true(f"modprobe with {value!r} fails", subprocess.run(
            ["modprobe", "xt_sip", f"max_sources={value}"], check=False,
            capture_output=True).returncode)
        checks.equal(f"modprobe with {value!r}: not loaded", None,
                     module_users())
    sources.load_module("max_sources=77")
    with open(sources.MAX_SOURCES, encoding="ascii") as file:
        checks.equal("modprobe with 77", "77", file.read().strip())
    sources.unload_module()
