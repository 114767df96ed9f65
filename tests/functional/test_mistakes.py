# SPDX-License-Identifier: GPL-2.0
"""Tests for mistakes that other kernel firewalls made; see tests/mistakes.

Those that need two actors at once are test_races.
"""

import ipaddress
import os
import re
import signal
import subprocess
import time

from tests import lib
from tests.functional import test_netns, test_packets
from tests.lib import packets, sip, sources
from tests.lib.loop import Loop
from tests.lib.sources import SOURCES, write
from tests.lib.users import User

# ---- Short packets ----

MESSAGE = sip.request(agent=sip.SCANNER)
LINE = MESSAGE.index(b"\n") + 1         # the start line


def cut_transports(ends):
    """(name, protocol, a whole message, bytes it is never judged below)"""
    udp = test_packets.udp(ends, MESSAGE)
    return [("udp", packets.UDP, udp, len(udp)),
            ("udp-lite", packets.UDPLITE, test_packets.udp(
                ends, MESSAGE, protocol=packets.UDPLITE), 8),
            ("tcp", packets.TCP, test_packets.tcp(ends, MESSAGE), 20 + LINE),
            ("tcp with options", packets.TCP, test_packets.tcp(
                ends, MESSAGE, options=40 * b"\1"), 60 + LINE),
            ("sctp", packets.SCTP, test_packets.sctp(
                test_packets.chunk(MESSAGE)), 28 + len(MESSAGE))]


def test_short(way, checks):
    """Of a message that is cut at any byte no rule sees more than there is.

    The rules match every message, and what is none: whatever arrives was not
    judged.
    """
    ends = way.here, way.to
    start = 20 if way.family == 4 else 40
    test_packets.load_every(way)
    for name, protocol, whole, judged in cut_transports(ends):
        sizes = [*range(90), len(whole) - 1, len(whole)]
        with lib.Sniffer(way.server) as sniffer:
            for size in sizes:
                way.network.raw(packets.ip(*ends, protocol, whole[:size]))
            arrived = [one[start:] for one in sniffer.packets(way.there)
                       if one[9 if way.family == 4 else 6] == protocol]
        checks.equal(f"{name}: sizes that are judged wrong", [], [
            size for size in sizes if (whole[:size] in arrived) != (
                size < judged)])


# ---- The ends of the address space ----

EDGES = [
    # lines written, sources that are dropped, sources that pass
    ("ban 0.0.0.0/0 1h", "1.2.3.4 255.255.255.255", "::2 127.0.0.1"),
    ("ban 255.255.255.255 1h", "255.255.255.255", "255.255.255.254 0.0.0.1"),
    ("ban 255.255.255.254/31 1h", "255.255.255.255 255.255.255.254",
     "255.255.255.253 0.0.0.1"),
    ("ban 255.255.255.255/1 1h", "128.0.0.0 255.255.255.255", "127.0.0.1"),
    ("ban ::/0 1h", "::2 2001:db8::1 ffff::ffff", "255.255.255.255 ::1"),
    ("ban ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 1h",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ::1"),
    ("ban ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127 1h",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffd"),
    ("ban 8000::/1 1h", "8000::1 ffff::1", "7fff:ffff::1"),
    ("ban 2001:db8::/33 1h", "2001:db8:7fff:ffff::1", "2001:db8:8000::1"),
    ("ban ::ffff:10.1.1.1 1h", "10.1.1.1", "::ffff:10.1.1.1 ::10.1.1.1"),
]


def test_edges(checks):
    """Bans at both ends of the address space, and of all of it."""
    with Loop("--banned") as loop:
        for line, dropped, passing in EDGES:
            write(loop, "flush", line)
            for words, expected in ((dropped, True), (passing, False)):
                for source in words.split():
                    checks.equal(f"{line}: {source}", expected,
                                 loop.drops(source))
            write(loop, line.replace("ban", "unban").removesuffix(
                " 1h"))
            checks.equal(f"{line}, then unban", [], [
                source for source in dropped.split() if loop.drops(source)])
    with Loop("--rate 1/d --burst 2 --prefix4 0 --prefix6 0 --name all",
              "--rate 1/d --burst 5 --prefix4 1 --name half") as loop:
        checks.equal("a prefix of 0 bits", [False, False, True, True], [
            loop.drops(source) for source in ("0.0.0.1", "255.255.255.255",
                                              "127.0.0.1", "128.0.0.0")])
        checks.equal("the same of IPv6", [False, False, True], [
            loop.drops(source) for source in ("::2", "ffff::1", "8000::")])


# ---- A write that would last for hours ----

ENDLESS = 24 << 20      # bytes of "forgive" in one write


def write_all(path, size):
    """One write of so many bytes; how many are done."""
    fd = os.open(path, os.O_WRONLY)
    line = b"forgive 10.9.9.9\n"
    return os.write(fd, line * (size // len(line)))


def test_endless(checks):
    """Each line walks a full table, but the writer can be killed, and others
    need not wait for it."""
    with Loop("--banned") as loop, sources.max_sources(8192):
        loop.run("sh", "-c", f"cat > {SOURCES}", text="".join(
            f"ban 10.{n >> 8}.{n & 255}.1 1h\n" for n in range(4096)))
        with loop.inside(), User() as writer:
            writer.do(os.sched_setaffinity, 0, range(os.cpu_count()))
            start = time.monotonic()
            writer.start(write_all, SOURCES, ENDLESS)
            for number in range(20):
                write(loop, f"unban 10.0.{number}.1")
            waited = time.monotonic() - start
            checks.true("the writer is still busy", writer.busy())
            os.kill(writer.pid, signal.SIGKILL)
            checks.true("the writer can be killed", sources.wait_until(
                lambda: not writer.busy(), 60))
        checks.equal("what others have done meanwhile", 4096 - 20,
                     len(sources.banned(loop)), f"{waited:.1f} s")


# ---- An unrelated change ----

# Every change with iptables-legacy is a new table.
CHANGES = [
    "-A OUTPUT -p icmp -j ACCEPT", "-D OUTPUT -p icmp -j ACCEPT",
    "-I OUTPUT -m sip --malformed", "-Z",
    "-A OUTPUT -m sip --rate 2/d --burst 6 --name keep", "-N other",
]
NFT = ("add table inet other\nadd chain inet other c "
       "{ type filter hook output priority 0; }\n"
       "add rule inet other c counter\n", "delete table inet other\n")


def changes(netns, backend):
    """What else can happen to a ruleset, step by step."""
    for words in CHANGES:
        netns.run(lib.TOOLS[4, backend], "-t", "raw", *words.split())
        yield
    for text in NFT if backend == "nft" else ():
        netns.run("nft", "-f", "-", text=text)
        yield


def test_unrelated(checks):
    """What a rule has counted survives when others come and go."""
    for backend in ("nft", "legacy"):
        with Loop() as loop:
            loop.rules(
                ["-A OUTPUT -s 10.0.0.0/8 -m sip --rate 1/d --burst 6 "
                 "--name keep -j DROP",
                 "-A OUTPUT -s 10.0.0.0/8 -m sip --users 2/d --name keep "
                 "--ban 1h -j DROP"], backend=backend)
            got = [loop.drops("10.1.1.1") for _ in range(3)]
            estimates = []
            for _ in changes(loop, backend):
                got.append(loop.drops("10.1.1.1"))
                loop.drops("10.1.1.2", sip.to_user("anna"))
                estimates += sources.users(loop, "keep", "10.1.1.2/32")
            checks.equal(f"{backend}: the rate, a packet after each change",
                         6 * [False] + (len(got) - 6) * [True], got)
            checks.equal(f"{backend}: the users", [1] * (len(got) - 3),
                         estimates)


# ---- Long lines ----

ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
NAME = "n" * 31


def test_lines(checks):
    """The longest line that sources can print is whole, and taken back."""
    with Loop(f"--scanner --ban 365d --prefix6 128 --name {NAME}", *[
            f"--rate {1000000 - n}/d --burst {1000000 - n} --prefix6 128 "
            f"--name {NAME}" for n in range(8)]) as loop:
        scan = sip.request("REGISTER", agent=sip.SCANNER)
        loop.drops(ALL_ONES)
        loop.drops(ALL_ONES, scan)
        text = loop.read(SOURCES)
        head, line = text.splitlines()
        checks.equal("the head", "# xt_sip 1", head)
        want = (rf"src={ALL_ONES}/128 table={NAME} seen=\d+ banned=3153\d{{4}}"
                r" scanner=\S+ why=scanner:\S+ since=\d+ of=31536000 bans=1"
                r" hits=\d+" + "".join(
                    rf" rate={1000000 - n}/d:\d+/{1000000 - n}"
                    for n in range(8)))
        checks.true("the line", re.fullmatch(want, line), line)
        checks.true("it is long", len(line) > 300, len(line))
        write(loop, "flush")
        checks.true("flushed", not loop.drops(ALL_ONES))
        write(loop, "flush", line)
        checks.equal("taken back", {f"{ALL_ONES}/128": NAME}, {
            one["src"]: one["table"] for one in sources.listed(loop)
            if "banned" in one})
        checks.true("and in force", loop.drops(ALL_ONES))


ADDRESSES = ("0.0.0.1", "255.255.255.255", "::2", "::ffff:255.255.255.255",
             "::255.255.255.255", "1::", "::ffff:0:0", "2001:db8:0:1::",
             "64:ff9b::192.0.2.33", "fe80::200:5efe:192.0.2.1", ALL_ONES)


def meant(text):
    """What a ban of an address is of: IPv4-mapped ones are IPv4."""
    address = ipaddress.ip_address(text)
    return ipaddress.ip_network(getattr(address, "ipv4_mapped", None) or
                                address)


def test_addresses(checks):
    """Addresses of every form are printed so that they can be taken back."""
    with Loop("--banned") as loop:
        for address in ADDRESSES:
            write(loop, f"ban {address} 1h")
        expected = {meant(one) for one in ADDRESSES}
        for turn in ("written", "taken back"):
            text = loop.read(SOURCES)
            checks.equal(turn, expected, {ipaddress.ip_network(
                one) for one in sources.banned(loop)})
            write(loop, "flush")
            loop.run("sh", "-c", f"cat > {SOURCES}", text=text)


# ---- No room at all ----

STRANGER = {4: "10.200.0.1", 6: "2001:db8:200::1"}


def test_no_room(checks):
    """A source that finds no room is not over anything, and is no error.

    When max_sources falls below the number of bans, nothing can be evicted.
    """
    sources.load_module()
    with sources.max_sources(200), Loop(
            "--banned", "--rate 1/d --burst 1 --name sip",
            "--users 1/d --name sip", "--scanner --ban 1h") as loop:
        for number in range(100):
            write(loop, f"ban 10.100.0.{number} 1h")
        sources.set_max_sources(2)
        for family, stranger in STRANGER.items():
            before = loop.stats()
            checks.equal(f"IPv{family}: a stranger's packets", 4 * [False], [
                loop.drops(stranger, sip.to_user(f"user{n}"))
                for n in range(4)])
            checks.equal(f"IPv{family}: a scanner, then itself", [True, False],
                         [loop.drops(stranger, MESSAGE), loop.drops(stranger)])
            grown = loop.grown(before)
            checks.equal(f"IPv{family}: no room, no bans, no counts",
                         [12, 1, 0, 0, 0], [
                             grown.get(f"{name}_total", 0) for name in (
                                 "full", "bans_refused", "bans", "over_rate",
                                 "over_users")])
            checks.true(f"IPv{family}: a banned source stays banned",
                        loop.drops("10.100.0.7"))
        checks.equal("bans", 100, len(sources.banned(loop)))


# ---- Order of unloading ----

RULESETS = ("iptable_raw", "ip6table_raw", "nft_compat", "nf_tables")


def test_order(network, checks):
    """Namespaces die with their rules. What was loaded last goes first:
    either the module's part of them, or the rules."""
    for name, before, after in (("the module first", RULESETS, ()),
                                ("rules first", (), RULESETS)):
        network.clear()
        checks.true(f"{name}: unload", sources.unload_module())
        subprocess.run(["modprobe", "-r", *RULESETS], check=False,
                       capture_output=True)
        for module in (*before, "xt_sip", *after):
            subprocess.run(["modprobe", module], check=True)
        with sources.KernelLog() as log:
            for number in range(12):
                os.close(test_netns.cycle(number))
            checks.true(f"{name}: no rule is left", sources.wait_until(
                lambda: not sources.module_users(), 30),
                sources.module_users())
            checks.equal(f"{name}: kernel log", [], log.lines())
