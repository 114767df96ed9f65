# SPDX-License-Identifier: GPL-2.0
"""Tests --ban and --banned, and bans by way of /proc/net/xt_sip/sources."""

import collections
import ipaddress
import time

from tests import lib
from tests.lib import packets, sip, sources
from tests.lib.sources import address, banned, forged, SOURCES, write

PHONE = sip.request("REGISTER")
SCAN = sip.request("REGISTER", agent=sip.SCANNER)
BANS = f"-m sip --ua {sip.SCANNER} --ban 1h"

# Packets one after the other: source "A.B" as in sources.address(), number of
# the target, payload, whether it arrives.
Step = collections.namedtuple("Step", "source target data arrives")

CASES = [
    ("from the first packet, the one that bans included",
     [f"-d {{1}} {BANS} -j DROP"],
     [Step("1.1", 1, PHONE, True), Step("1.1", 1, SCAN, False),
      Step("1.1", 1, PHONE, False), Step("1.1", 1, b"", False),
      Step("1.1", 1, sip.JUNK, False), Step("2.1", 1, PHONE, True)]),
    ("--banned in a rule before",
     ["-d {1} -m sip --banned -j DROP", f"-d {{1}} {BANS}"],
     [Step("1.1", 1, b"", True), Step("1.1", 1, SCAN, True),
      Step("1.1", 1, SCAN, False), Step("1.1", 1, b"", False),
      Step("2.1", 1, b"", True)]),
    ("--banned in a rule after",
     [f"-d {{1}} {BANS}", "-d {1} -m sip --banned -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("2.1", 1, PHONE, True)]),
    ("! --banned",
     [f"-d {{1}} {BANS}", "-d {2} -m sip ! --banned -j DROP"],
     [Step("1.1", 2, b"", False), Step("1.1", 1, SCAN, True),
      Step("1.1", 2, b"", True), Step("2.1", 2, b"", False)]),
    ("--banned with a condition: the message decides too",
     [f"-d {{1}} {BANS}", "-d {2} -m sip --method REGISTER --banned -j DROP"],
     [Step("1.1", 2, PHONE, True), Step("1.1", 1, SCAN, True),
      Step("1.1", 2, PHONE, False), Step("1.1", 2, sip.JUNK, True)]),
    ("banned for all targets of the table",
     [f"-d {{1}} {BANS} -j DROP", "-d {2} -m sip --banned -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("1.1", 2, PHONE, False),
      Step("1.1", 3, PHONE, True)]),
    ("every rule with --ban matches a banned source",
     [f"-d {{1}} {BANS} -j DROP",
      "-d {2} -m sip --method BYE --ban 10s -j DROP"],
     [Step("1.1", 2, PHONE, True), Step("1.1", 1, SCAN, False),
      Step("1.1", 2, PHONE, False), Step("1.1", 2, b"", False)]),
    ("tables are independent",
     [f"-d {{1}} {BANS} --name one -j DROP",
      "-d {2} -m sip --banned --name two -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("1.1", 2, PHONE, True),
      Step("1.1", 1, PHONE, False)]),
    ("--rate and --ban",
     ["-d {1} -m sip --rate 3/h --burst 3 --ban 1h -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [Step("1.1", 1, b"", True), Step("1.1", 1, b"", True),
      Step("1.1", 1, b"", True), Step("1.1", 2, b"", True),
      Step("1.1", 1, b"", False), Step("1.1", 2, b"", False)]),
    ("--ban alone bans everyone",
     ["-d {1} -m sip --ban 1h -j DROP", "-d {2} -m sip --banned -j DROP"],
     [Step("1.1", 2, b"", True), Step("1.1", 1, b"", False),
      Step("1.1", 2, b"", False), Step("2.1", 2, b"", True)]),
    ("--by dst",
     [f"-d {{1}} {BANS} --by dst --prefix6 128",
      "-d {1} -m sip --banned --by dst -j DROP",
      "-d {2} -m sip --banned --by dst -j DROP"],
     [Step("1.1", 1, b"", True), Step("1.1", 1, SCAN, False),
      Step("2.1", 1, b"", False), Step("1.1", 2, b"", True)]),
    ("a prefix",
     [f"-d {{1}} {BANS} --prefix4 24 -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("1.77", 2, b"", False),
      Step("1.255", 1, b"", False), Step("2.1", 2, b"", True)]),
    ("a shorter prefix",
     [f"-d {{1}} {BANS} --prefix4 16 --prefix6 48 -j DROP",
      "-d {2} -m sip --banned --prefix4 32 --prefix6 128 -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("60.9", 2, b"", False),
      Step("70.1", 2, b"", True)]),
    ("one address of a prefix",
     [f"-d {{1}} {BANS} --prefix6 128 -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [Step("1.1", 1, SCAN, False), Step("1.1", 2, b"", False),
      Step("1.2", 2, b"", True), Step("1.2", 1, SCAN, False),
      Step("1.2", 2, b"", False), Step("1.3", 2, b"", True)]),
]


def rule_of(number, rule, family):
    """A rule of case @number, with targets and a table of its own."""
    if "--name" not in rule:
        rule = rule.replace("-m sip", f"-m sip --name case{number}")
    return "-A PREROUTING " + rule.format(
        *[lib.target(number * 10 + n, family) for n in range(10)])


def test_rules(network, checks):
    """Every case, both families, half with legacy and half with nft."""
    for family in (4, 6):
        for odd, backend in enumerate(("legacy", "nft")):
            network.server.rules(
                [rule_of(number, rule, family)
                 for number, (_, rules, _) in enumerate(CASES)
                 for rule in rules if number % 2 == odd],
                family=family, backend=backend)
        path = network.path(family)
        for number, (name, _, steps) in enumerate(CASES):
            for count, step in enumerate(steps):
                network.raw(forged(address(step.source, family),
                                   lib.target(number * 10 + step.target,
                                              family),
                                   step.data))
                checks.equal(f"IPv{family}: {name}: packet {count + 1}",
                             step.arrives,
                             bool(path.arrived()), step.data)


# ---- All of a banned source's packets ----

def icmp(source, to):
    """An echo request; nobody here looks at its checksum."""
    if ":" in source:
        return packets.ipv6(source, to, 58, b"\x80\0\0\0\0\1\0\1ping")
    return packets.ipv4(source, to, 1, b"\x08\0\0\0\0\1\0\1ping")


def fragment(source, to, which):
    """One fragment of a datagram."""
    data = packets.udp(source, to, 5060, 5060, b"x" * 100)
    return packets.fragments(source, to, packets.UDP, data, [48], 77)[which]


KINDS = {
    "SIP": lambda s, t: forged(s, t, PHONE),
    "an empty datagram": lambda s, t: forged(s, t, b""),
    "another port": lambda s, t: forged(s, t, b"x", 1234, 53),
    "ping": icmp,
    "TCP SYN": lambda s, t: packets.ip(
        s, t, packets.TCP, packets.tcp(s, t, 5060, 443, b"", flags=2)),
    "protocol 253": lambda s, t: packets.ip(s, t, 253, b"x" * 8),
    "a first fragment": lambda s, t: fragment(s, t, 0),
    "a fragment that is not the first": lambda s, t: fragment(s, t, 1),
    "nothing after the IP header": lambda s, t: packets.ip(s, t, 59, b""),
}


def test_protocols(network, checks):
    """A ban looks at the address alone; seen behind a router that bans."""
    for backend, invert in (("legacy", ""), ("nft", ""), ("nft", "! ")):
        for family in (4, 6):
            network.router.rules([f"-A PREROUTING -m sip {invert}--banned "
                                  "-j DROP"], family=family, backend=backend)
            enemy, friend = address("1.1", family), address("2.1", family)
            write(network.router, "flush", f"ban {enemy} 1h")
            for name, make in KINDS.items():
                with lib.Sniffer(network.server) as sniffer:
                    for source in (enemy, friend):
                        network.raw(make(source, lib.SERVER[family]))
                    got = [senders(packet) for packet
                           in sniffer.packets(network.path(family))]
                checks.equal(f"IPv{family} {backend} {invert}--banned: {name}",
                             [enemy if invert else friend],
                             [one for one in got if one in (enemy, friend)])
            network.path(family).arrived()
            network.router.clear()


def senders(packet):
    """The source address of an IP packet."""
    part = packet[12:16] if packet[0] >> 4 == 4 else packet[8:24]
    return str(ipaddress.ip_address(part))


# ---- One table for four tools ----

def test_tools(network, checks):
    """A ban set by a rule of one tool holds in those of the others."""
    tools = list(lib.TOOLS)
    for number, (family, backend) in enumerate(tools):
        network.server.rules(
            [f"-A PREROUTING -d {lib.target(10 * number + 1, family)} {BANS} "
             "--name tools -j DROP",
             f"-A PREROUTING -d {lib.target(10 * number + 2, family)} "
             "-m sip --banned --name tools -j DROP"],
            family=family, backend=backend)
    for number, (family, backend) in enumerate(tools):
        source = address(f"{number + 1}.1", family)
        network.raw(forged(source, lib.target(10 * number + 1, family), SCAN))
        for other, (its_family, its_backend) in enumerate(tools):
            if its_family != family:
                continue
            network.raw(forged(source, lib.target(10 * other + 2, family), b""))
            checks.equal(f"IPv{family}: banned by {backend}, seen by "
                         f"{its_backend}", [], network.path(family).arrived())
    expected = {ipaddress.ip_network(
        (address(f"{number + 1}.0", 6), 64) if family == 6 else
        address(f"{number + 1}.1", 4))
        for number, (family, _) in enumerate(tools)}
    checks.equal("one table holds both families' bans", expected,
                 set(map(ipaddress.ip_network,
                         banned(network.server, "tools"))))
    checks.equal("the gauge", 4, network.server.stats()[
        'xt_sip_banned_sources{table="tools"}'])


# ---- Time ----

LAG = 0.05      # the kernel's seconds move on with its tick


def test_expiry(network, checks):
    """To the second: a ban of N ends between N and N + 1 seconds later."""
    rows = [(family, seconds, by) for family in (4, 6)
            for seconds in (1, 2, 3) for by in ("rule", "/proc")]
    for family in (4, 6):
        network.server.rules(
            [f"-A PREROUTING -d {lib.target(number + 1, family)} -m sip "
             f"--ua {sip.SCANNER} --name e{number} --ban {seconds}s "
             "-j DROP" for number, (_, seconds, _) in enumerate(rows)],
            family=family)
    since, results = [], []
    for number, row in enumerate(rows):
        since.append(ban_row(network, number, *row))
        results.append([probe(network, number, row[0])])
    # All have ended by then; one that is probed again shows it.
    end = time.monotonic() + 4.2
    late = False
    while not late:
        late = time.monotonic() > end
        for number, (family, _, _) in enumerate(rows):
            results[number].append(probe(network, number, family))
    for number, (family, seconds, by) in enumerate(rows):
        name = f"IPv{family}: --ban {seconds}s by {by}"
        first, last = since[number]
        wrong = [(round(start - first, 2), passed)
                 for start, stop, passed in results[number]
                 if (passed and stop < int(first - LAG) + seconds + 1) or
                 (not passed and start - LAG >= int(last) + seconds + 1)]
        checks.equal(f"{name}: wrong answers", [], wrong)
        checks.true(f"{name}: it ends", results[number][-1][2])


def probe(network, number, family):
    """Does a phone's packet pass? Between which moments it was looked."""
    first = time.monotonic()
    network.raw(forged(address("1.1", family), lib.target(number + 1, family),
                       PHONE))
    passed = bool(network.path(family).arrived())
    return first, time.monotonic(), passed


def ban_row(network, number, family, seconds, by):
    """Ban 10.5.1.1 or its like; bounds of the moment."""
    first = time.monotonic()
    if by == "rule":
        network.raw(forged(address("1.1", family),
                           lib.target(number + 1, family), SCAN))
        network.path(family).sync()
    else:
        write(network.server, f"ban {address('1.1', family)} {seconds} "
                          f"table e{number}")
    return first, time.monotonic()


# ---- /proc ----

Proc = collections.namedtuple("Proc", "lines bans dropped passing")
PROC = [
    Proc(["ban 10.5.1.1 1h"], "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    Proc(["ban 10.5.1.1/32 1h"], "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    Proc(["ban 10.5.1.1 1h table sip"], "10.5.1.1/32", "10.5.1.1", ""),
    Proc(["ban 10.5.1.1 1h table other"], "10.5.1.1/32", "", "10.5.1.1"),
    Proc(["ban 10.5.1.0/24 1h"], "10.5.1.0/24",
         "10.5.1.0 10.5.1.1 10.5.1.255", "10.5.0.255 10.5.2.0"),
    Proc(["ban 10.5.1.77/24 1h"], "10.5.1.0/24", "10.5.1.1", "10.5.2.0"),
    Proc(["ban 10.5.1.4/30 1h"], "10.5.1.4/30", "10.5.1.4 10.5.1.7",
         "10.5.1.3 10.5.1.8"),
    Proc(["ban 10.0.0.0/8 1d"], "10.0.0.0/8", "10.255.255.255",
         "11.0.0.0 9.255.255.255"),
    Proc(["ban 255.255.255.255 1h", "ban 0.0.0.0 1h"],
         "255.255.255.255/32 0.0.0.0/32", "", "10.5.1.1"),
    Proc(["ban 2001:db8:5:1::1 1h"], "2001:db8:5:1::1/128",
         "2001:db8:5:1::1", "2001:db8:5:1::2"),
    Proc(["ban 2001:db8:5:1::1/64 1h"], "2001:db8:5:1::/64",
         "2001:db8:5:1::1 2001:db8:5:1:ffff::", "2001:db8:5:2::"),
    Proc(["ban 2001:DB8:5:0:0::/48 1h"], "2001:db8:5::/48",
         "2001:db8:5:77::1", "2001:db8:6::1"),
    Proc(["ban 2001:db8:5:1::10.5.1.1/127 1h"], "2001:db8:5:1::a05:100/127",
         "2001:db8:5:1::a05:100", "2001:db8:5:1::a05:102"),
    Proc(["ban ::ffff:10.5.1.1 1h"], "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    Proc(["ban ::ffff:10.5.1.1/120 1h"], "10.5.1.0/24", "10.5.1.77",
         "10.5.2.0 2001:db8:5:1::1"),
    Proc(["ban 10.5.1.1 1h", "unban ::ffff:10.5.1.1"], "", "", "10.5.1.1"),
    Proc(["ban 10.5.1.0/24 1h", "unban ::ffff:10.5.1.0/120"], "", "",
         "10.5.1.1"),
    Proc(["src=::ffff:10.5.1.1/128 table=sip seen=7 banned=99"],
         "10.5.1.1/32", "10.5.1.1", ""),
    Proc(["ban ::/0 1h"], "::/0", "2001:db8:5::1", "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "ban 2001:db8:5:1::1 1h"],
         "10.5.1.1/32 2001:db8:5:1::1/128", "10.5.1.1 2001:db8:5:1::1", ""),
    Proc(["ban 10.5.1.1 1h", "unban 10.5.1.1"], "", "", "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "unban 10.5.1.1/32"], "", "", "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "unban 10.5.1.2"], "10.5.1.1/32", "10.5.1.1",
         ""),
    Proc(["ban 10.5.1.1 1h", "unban 10.5.1.1 table other"], "10.5.1.1/32",
         "10.5.1.1", ""),
    Proc(["ban 10.5.1.1 1h", "unban 10.5.1.1 table sip"], "", "", "10.5.1.1"),
    Proc(["ban 10.5.1.0/24 1h", "unban 10.5.1.1"], "", "",
         "10.5.1.1 10.5.1.2"),
    Proc(["ban 10.5.1.0/24 1h", "unban 10.5.1.1/32"], "10.5.1.0/24",
         "10.5.1.1", ""),
    Proc(["ban 10.5.1.0/24 1h", "ban 10.5.1.1 1h", "unban 10.5.1.0/24"],
         "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    Proc(["ban 10.5.1.0/24 1h", "ban 10.5.1.1 1h", "ban 10.0.0.0/8 1h",
          "unban 10.5.1.1"], "", "", "10.5.1.1 10.5.1.2"),
    Proc(["ban 2001:db8:5::/48 1h", "unban 2001:db8:5:1::7"], "", "",
         "2001:db8:5:1::1"),
    Proc(["ban 10.5.1.1 1h", "ban 10.5.1.2 1h table other", "flush"], "", "",
         "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "ban 10.5.1.2 1h table other", "flush sip"],
         "10.5.1.2/32", "", "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "ban 10.5.1.2 1h table other", "flush other"],
         "10.5.1.1/32", "10.5.1.1", ""),
    Proc(["ban 10.5.1.1 1h", "forgive 10.5.1.1"], "10.5.1.1/32", "10.5.1.1",
         ""),
    Proc(["ban 10.5.1.1 1h\nban 10.5.1.2 1h\n# no\n\n  unban\t10.5.1.1"],
         "10.5.1.2/32", "10.5.1.2", "10.5.1.1"),
    Proc(["src=10.5.1.1/32 table=sip seen=7 banned=99 new=1"], "10.5.1.1/32",
         "10.5.1.1", ""),
    Proc(["src=10.5.1.1/32 table=sip seen=7 banned=99 scanner=nmap "
          "users=20/h:3/20 rate=5/m:3/5"], "10.5.1.1/32", "10.5.1.1", ""),
    Proc(["src=10.5.1.1/32 table=sip seen=7 scanner=nmap"], "", "",
         "10.5.1.1"),
    Proc(["src=10.5.1.0/24 banned=99 table=other"], "10.5.1.0/24", "",
         "10.5.1.1"),
    Proc(["src=10.5.1.1/32 table=sip seen=7 rate=50/s:3/100"], "", "",
         "10.5.1.1"),
    Proc(["ban 10.5.1.1 1h", "ban 10.5.1.1 365d"], "10.5.1.1/32", "10.5.1.1",
         ""),
]


def test_proc(network, checks):
    """What is written to sources: what it lists then, whose packets pass."""
    for family in (4, 6):
        network.server.rules(["-A PREROUTING -m sip --banned -j DROP"],
                             family=family)
    write(network.server, "ban 10.5.1.1 1 table other")
    for row in PROC:
        write(network.server, "flush", *row.lines)
        checks.equal(f"{row.lines}: bans", set(row.bans.split()),
                     set(banned(network.server)))
        for word, expected in ((row.dropped, False), (row.passing, True)):
            for source in word.split():
                family = 6 if ":" in source else 4
                network.raw(forged(source, lib.SERVER[family], b"x"))
                checks.equal(f"{row.lines}: {source} arrives", expected,
                             bool(network.path(family).arrived()))
    write(network.server, "flush", "ban 10.5.1.1 1h")
    left = banned(network.server)["10.5.1.1/32"]
    checks.true("time left", 3590 <= left <= 3600, left)


def test_forgive(network, checks):
    """forgive clears counts and leaves bans; unban does the reverse."""
    rows = [("forgive 10.5.1.1", 5, 0), ("forgive 10.5.1.1/32", 5, 0),
            ("forgive 10.5.1.2", 0, 0), ("forgive 10.5.1.1/24", 0, 0),
            ("forgive 10.5.1.1 table f1", 5, 0),
            ("forgive 10.5.1.1 table f2", 0, 0),
            ("unban 10.5.1.1", 0, 1), ("flush f1", 5, 0),
            ("flush", 5, 1), ("flush f2", 0, 1)]
    network.server.rules(
        [f"-A PREROUTING -d {lib.target(1, 4)} -m sip --rate 5/h --name f1 "
         "-j DROP",
         f"-A PREROUTING -d {lib.target(2, 4)} -m sip --banned --name f2 "
         "-j DROP"])
    for line, counted, unbanned in rows:
        write(network.server, "flush", "ban 10.5.1.1 1h table f2")
        for target in [1] * 7 + [2]:
            network.raw(forged("10.5.1.1", lib.target(target, 4), b"x"))
        checks.equal(f"before {line}", 5, len(network.path(4).arrived()))
        write(network.server, line)
        for target, expected in ((1, counted), (2, unbanned)):
            for _ in range(7 if target == 1 else 1):
                network.raw(forged("10.5.1.1", lib.target(target, 4), b"x"))
            checks.equal(f"{line}: target {target}", expected,
                         len(network.path(4).arrived()))


# ---- Rules go and come back ----

def reload_rules(family, rate="5/h"):
    """What every way of reloading below loads."""
    return [f"-A PREROUTING -d {lib.target(1, family)} {BANS} --name r "
            "-j DROP",
            f"-A PREROUTING -d {lib.target(2, family)} -m sip --rate {rate} "
            "--name r -j DROP"]


def same(netns, family, backend):
    """iptables-restore of the same ruleset."""
    netns.rules(reload_rules(family), family=family, backend=backend)


def empty(netns, family, backend):
    """iptables -F, then line by line."""
    tool = lib.TOOLS[family, backend]
    netns.run(tool, "-t", "raw", "-F")
    for rule in reload_rules(family):
        netns.run(tool, "-t", "raw", *rule.split())


def turned(netns, family, backend):
    """No rule for two seconds, then other order and backend."""
    netns.clear()
    time.sleep(2)
    netns.rules(reload_rules(family)[::-1], family=family,
                backend="nft" if backend == "legacy" else "legacy")


def changed(netns, family, backend):
    """Another rate: a rule of its own."""
    netns.rules(reload_rules(family, "6/h"), family=family, backend=backend)


RELOADS = [(4, "legacy", same, 2), (4, "legacy", empty, 2),
           (4, "legacy", turned, 2), (4, "legacy", changed, 5),
           (4, "nft", same, 2), (4, "nft", empty, 2), (4, "nft", turned, 2),
           (4, "nft", changed, 5), (6, "legacy", same, 2),
           (6, "nft", empty, 2)]


def test_reload(network, checks):
    """Bans and counts survive what leaves the rule the same."""
    for family, backend, reload, expected in RELOADS:
        path = network.path(family)
        network.server.rules(reload_rules(family), family=family,
                             backend=backend)
        write(network.server, "flush")
        network.raw(forged(address("1.1", family), lib.target(1, family), SCAN))
        for _ in range(3):
            network.raw(forged(address("2.1", family), lib.target(2, family),
                               b"x"))
        name = f"IPv{family} {backend}: {reload.__doc__}"
        checks.equal(f"{name} Before", 3, len(path.arrived()))
        reload(network.server, family, backend)
        network.raw(forged(address("1.1", family), lib.target(1, family),
                           PHONE))
        checks.equal(f"{name} The ban", 0, len(path.arrived()))
        for _ in range(9):
            network.raw(forged(address("2.1", family), lib.target(2, family),
                               b"x"))
        checks.equal(f"{name} The count", expected, len(path.arrived()))
        network.server.clear()


def test_namespaces(network, checks):
    """A ban is one of its namespace; a new one knows nothing of it."""
    line = "-A PREROUTING -m sip --banned -j DROP"
    for netns in (network.server, network.router):
        netns.rules([line])
    write(network.server, "flush", "ban 10.5.1.1 1h")
    write(network.router, "flush", "ban 10.5.1.2 1h")
    with lib.Sniffer(network.server) as sniffer:
        for number in (1, 2, 3):
            network.raw(forged(f"10.5.1.{number}", lib.SERVER[4], b"x"))
        checks.equal("past the router", ["10.5.1.1", "10.5.1.3"],
                     [senders(packet) for packet
                      in sniffer.packets(network.path(4))])
    checks.equal("past both", [("10.5.1.3", 5060)],
                 [got.source for got in network.path(4).arrived()])
    new = lib.Netns("new")
    new.rules([line])
    checks.equal("in a new one", [], sources.listed(new))
    new.close()
    checks.equal("still there", {"10.5.1.1/32"}, set(banned(network.server)))


# ---- Saved and restored ----

def times(text):
    """{"ADDRESS TABLE": seconds} of what grep banned= finds."""
    return {line.split(" seen=")[0]:
            int(line.split("banned=")[1].split()[0])
            for line in text.splitlines() if "banned=" in line}


def test_save(network, checks):
    """Bans go to a file and come back, as a systemd unit would do it."""
    network.server.rules(["-A PREROUTING -m sip --banned -j DROP"])
    write(network.server, "flush")
    bans = [f"10.{n >> 8}.{n & 255}.0/24" for n in range(2500)]
    bans += [f"2001:db8:{n:x}::/48" for n in range(1, 2501)]
    text = "".join(f"ban {ban} {1000 + n}\n" for n, ban in enumerate(bans))
    checks.true("more than 64 KiB", len(text) > 65536)
    network.server.run("sh", "-c", f"cat > {SOURCES}", text=text)
    checks.equal("5,000 bans from one cat", set(bans),
                 set(banned(network.server)))
    write(network.server, "ban 10.5.1.1 1h table other",
          "ban 10.5.1.1 365d")
    start = time.monotonic()
    saved = network.server.run("sh", "-c", f"grep banned= {SOURCES}")
    expected = times(saved)
    checks.equal("saved", 5002, len(expected))
    for command in (
            f"cat > {SOURCES}", f"grep banned= > {SOURCES}",
            f"sed -n /banned=/p > {SOURCES}",
            f"cat | dd of={SOURCES} bs=1024 iflag=fullblock status=none",
            f"cat | dd of={SOURCES} bs=4097 iflag=fullblock status=none",
            f"cat | dd of={SOURCES} bs=65537 iflag=fullblock status=none",
            f"cat | dd of={SOURCES} bs=1M iflag=fullblock status=none",
            f"tac > {SOURCES}"):
        write(network.server, "flush")
        try:
            network.server.run("sh", "-c", command, text=saved)
        except lib.NetworkError as error:
            checks.fail(command, str(error)[:200])
            continue
        after = times(network.server.read(SOURCES))
        most = time.monotonic() - start + 2
        wrong = [one for one in expected.keys() & after.keys()
                 if not 0 <= expected[one] - after[one] <= most]
        wrong += expected.keys() ^ after.keys()
        checks.true(command, not wrong, f"{len(wrong)} wrong: {wrong[:3]}")
    write(network.server, "flush")
    checks.equal("all gone", [], sources.listed(network.server))
