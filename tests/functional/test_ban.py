# SPDX-License-Identifier: GPL-2.0
"""Tests --ban and --banned, and bans by way of /proc/net/xt_sip/sources."""

import ipaddress
import time

import pytest

from tests import lib
from tests.lib import bursts, packets, sip, sources
from tests.lib.sources import address, banned, forged, SOURCES, write

PHONE = sip.request("REGISTER")
SCAN = sip.request("REGISTER", agent=sip.SCANNER)
MESSAGES = {"phone": PHONE, "scan": SCAN, "junk": sip.JUNK, "empty": b""}
CASES = [
    ("from the first packet, the one that bans included",
     "1 --scanner --ban 1h -j DROP",
     "1.1>1 1/1 phone; 1.1>1 0/1 scan; 1.1>1 0/1 phone; 1.1>1 0/1 empty; "
     "1.1>1 0/1 junk; 2.1>1 1/1 phone"),
    ("--banned in a rule before",
     "1 --banned -j DROP; 1 --scanner --ban 1h",
     "1.1>1 1/1; 1.1>1 1/1 scan; 1.1>1 0/1 scan; 1.1>1 0/1; 2.1>1 1/1"),
    ("--banned in a rule after",
     "1 --scanner --ban 1h; 1 --banned -j DROP",
     "1.1>1 0/1 scan; 2.1>1 1/1 phone"),
    ("! --banned", "1 --scanner --ban 1h; 2 ! --banned -j DROP",
     "1.1>2 0/1; 1.1>1 1/1 scan; 1.1>2 1/1; 2.1>2 0/1"),
    ("--banned with a condition: the message decides too",
     "1 --scanner --ban 1h; 2 --method REGISTER --banned -j DROP",
     "1.1>2 1/1 phone; 1.1>1 1/1 scan; 1.1>2 0/1 phone; 1.1>2 1/1 junk"),
    ("banned for all targets of the table",
     "1 --scanner --ban 1h -j DROP; 2 --banned -j DROP",
     "1.1>1 0/1 scan; 1.1>2 0/1 phone; 1.1>3 1/1 phone"),
    ("every rule with --ban matches a banned source",
     "1 --scanner --ban 1h -j DROP; 2 --method BYE --ban 10s -j DROP",
     "1.1>2 1/1 phone; 1.1>1 0/1 scan; 1.1>2 0/1 phone; 1.1>2 0/1"),
    ("tables are independent",
     "1 --scanner --ban 1h --name one -j DROP; 2 --banned --name two -j DROP",
     "1.1>1 0/1 scan; 1.1>2 1/1 phone; 1.1>1 0/1 phone"),
    ("--rate and --ban",
     "1 --rate 3/h --burst 3 --ban 1h -j DROP; 2 --banned -j DROP",
     "1.1>1 3/3; 1.1>2 1/1; 1.1>1 0/1; 1.1>2 0/1"),
    ("--ban alone bans everyone", "1 --ban 1h -j DROP; 2 --banned -j DROP",
     "1.1>2 1/1; 1.1>1 0/1; 1.1>2 0/1; 2.1>2 1/1"),
    ("a prefix",
     "1 --scanner --ban 1h --prefix4 24 -j DROP; 2 --banned -j DROP",
     "1.1>1 0/1 scan; 1.77>2 0/1; 1.255>1 0/1; 2.1>2 1/1"),
    ("a shorter prefix",
     "1 --scanner --ban 1h --prefix4 16 --prefix6 48 -j DROP; "
     "2 --banned --prefix4 32 --prefix6 128 -j DROP",
     "1.1>1 0/1 scan; 60.9>2 0/1; 70.1>2 1/1"),
    ("one address of a prefix",
     "1 --scanner --ban 1h --prefix6 128 -j DROP; 2 --banned -j DROP",
     "1.1>1 0/1 scan; 1.1>2 0/1; 1.2>2 1/1; 1.2>1 0/1 scan; 1.2>2 0/1; "
     "1.3>2 1/1"),
]


def test_rules(way, checks):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES)


# ---- All of a banned source's packets ----

def echo(source, to):
    """An echo request; nobody here looks at its checksum."""
    protocol, kind = (58, b"\x80") if ":" in source else (1, b"\x08")
    return packets.ip(source, to, protocol, kind + b"\0\0\0\0\1\0\1ping")


def fragment(which):
    """One fragment of a datagram."""
    def make(source, to):
        data = packets.udp(source, to, 5060, 5060, b"x" * 100)
        return packets.fragments(source, to, packets.UDP, data, [48],
                                 77)[which]
    return make


KINDS = {
    "SIP": lambda s, t: forged(s, t, PHONE),
    "an empty datagram": lambda s, t: forged(s, t, b""),
    "another port": lambda s, t: forged(s, t, b"x", 1234, 53),
    "ping": echo,
    "TCP SYN": lambda s, t: packets.ip(
        s, t, packets.TCP, packets.tcp(s, t, 5060, 443, b"", flags=2)),
    "protocol 253": lambda s, t: packets.ip(s, t, 253, b"x" * 8),
    "a first fragment": fragment(0),
    "a fragment that is not the first": fragment(1),
    "nothing after the IP header": lambda s, t: packets.ip(s, t, 59, b""),
}


def senders(sniffer, path):
    """The source addresses of what has come."""
    return [str(ipaddress.ip_address(
        one[12:16] if one[0] >> 4 == 4 else one[8:24]))
        for one in sniffer.packets(path)]


@pytest.mark.parametrize("invert", ("", "! "))
def test_protocols(way, checks, invert):
    """A ban looks at the address alone; seen behind a router that bans."""
    way.rules(f"-A PREROUTING -m sip {invert}--banned -j DROP",
              netns=way.router)
    enemy, friend = way.source("1.1"), way.source("2.1")
    write(way.router, f"ban {enemy} 1h")
    for name, make in KINDS.items():
        with lib.Sniffer(way.server) as sniffer:
            for source in (enemy, friend):
                way.network.raw(make(source, way.to))
            checks.equal(name, [enemy if invert else friend],
                         [one for one in senders(sniffer, way.there)
                          if one in (enemy, friend)])
    way.there.arrived()


# ---- One table for four tools ----

def test_tools(network, checks):
    """A ban set by a rule of one tool holds in those of the others."""
    for number, (family, backend) in enumerate(lib.TOOLS):
        network.server.rules(
            [f"-A PREROUTING -d {lib.target(10 * number + 1, family)} -m sip "
             "--scanner --ban 1h --name tools -j DROP",
             f"-A PREROUTING -d {lib.target(10 * number + 2, family)} "
             "-m sip --banned --name tools -j DROP"],
            family=family, backend=backend)
    expected = set()
    for number, (family, backend) in enumerate(lib.TOOLS):
        source = address(f"{number + 1}.1", family)
        expected.add(ipaddress.ip_network((source, 64 if family == 6 else 32),
                                          strict=False))
        network.raw(forged(source, lib.target(10 * number + 1, family), SCAN))
        for other, (its_family, its_backend) in enumerate(lib.TOOLS):
            if its_family != family:
                continue
            network.raw(forged(source, lib.target(10 * other + 2, family), b""))
            checks.equal(f"IPv{family}: banned by {backend}, seen by "
                         f"{its_backend}", [], network.path(family).arrived())
    checks.equal("one table holds both families' bans", expected,
                 set(map(ipaddress.ip_network,
                         banned(network.server, "tools"))))
    checks.equal("the gauge", 4, network.server.stats()[
        'xt_sip_banned_sources{table="tools"}'])


# ---- Time ----

LAG = 0.05      # the kernel's seconds move on with its tick


def test_expiry(way, checks):
    """To the second: a ban of N ends between N and N + 1 seconds later."""
    rows = [(seconds, by) for seconds in (1, 2, 3) for by in ("rule", "/proc")]
    way.rules(*[f"-A PREROUTING -d {way.target(number)} -m sip --scanner "
                f"--name e{number} --ban {seconds}s -j DROP"
                for number, (seconds, _) in enumerate(rows, 1)])
    since, results = [], [[] for _ in rows]
    for number, (seconds, by) in enumerate(rows, 1):
        first = time.monotonic()
        if by == "rule":
            way.forge("1.1", number, SCAN)
        else:
            write(way.server,
                  f"ban {way.source('1.1')} {seconds}s table e{number}")
        since.append((first, time.monotonic()))
    # All have ended by then; one that is probed again shows it.
    end = time.monotonic() + 4.2
    late = False
    while not late:
        late = time.monotonic() > end
        for number, result in enumerate(results, 1):
            first = time.monotonic()
            passed = way.forge("1.1", number, PHONE)[0]
            result.append((first, time.monotonic(), passed))
    for row, (first, last), result in zip(rows, since, results):
        checks.equal(f"{row}: wrong answers", [], [
            (round(start - first, 2), passed)
            for start, stop, passed in result
            if (passed and stop < int(first - LAG) + row[0] + 1) or
            (not passed and start - LAG >= int(last) + row[0] + 1)])
        checks.true(f"{row}: it ends", result[-1][2])


# ---- /proc ----

# Lines that are written, bans that are listed then, sources that are dropped
# and sources that pass. tests/unit/test_command.c has all that can be written.
PROC = [
    (["ban 10.5.1.1 1h"], "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    (["ban 10.5.1.1 1h table other"], "10.5.1.1/32", "", "10.5.1.1"),
    (["ban 10.5.1.77/24 1h"], "10.5.1.0/24", "10.5.1.0 10.5.1.1 10.5.1.255",
     "10.5.0.255 10.5.2.0"),
    (["ban 10.5.1.4/30 1h"], "10.5.1.4/30", "10.5.1.4 10.5.1.7",
     "10.5.1.3 10.5.1.8"),
    (["ban 2001:db8:5:1::1 1h"], "2001:db8:5:1::1/128",
     "2001:db8:5:1::1", "2001:db8:5:1::2"),
    (["ban 2001:db8:5:1::1/64 1h"], "2001:db8:5:1::/64",
     "2001:db8:5:1::1 2001:db8:5:1:ffff::", "2001:db8:5:2::"),
    (["ban 2001:DB8:5:0:0::/48 1h"], "2001:db8:5::/48",
     "2001:db8:5:77::1", "2001:db8:6::1"),
    (["ban 2001:db8:5:1::10.5.1.1/127 1h"], "2001:db8:5:1::a05:100/127",
     "2001:db8:5:1::a05:100", "2001:db8:5:1::a05:102"),
    (["ban ::ffff:10.5.1.1/120 1h"], "10.5.1.0/24", "10.5.1.77",
     "10.5.2.0 2001:db8:5:1::1"),
    (["ban 10.5.1.1 1h", "unban ::ffff:10.5.1.1"], "", "", "10.5.1.1"),
    (["ban 2001:db8:5:1::/64 1h", "unban 2001:db8:5:1::7"], "", "",
     "2001:db8:5:1::1"),
    (["ban 10.5.1.0/24 1h", "ban 10.5.1.1 1h", "unban 10.5.1.0/24"],
     "10.5.1.1/32", "10.5.1.1", "10.5.1.2"),
    (["ban 10.5.1.1 1h", "ban 10.5.1.2 1h table other", "flush"], "", "",
     "10.5.1.1"),
    (["ban 10.5.1.1 1h", "ban 10.5.1.2 1h table other", "flush sip"],
     "10.5.1.2/32", "", "10.5.1.1"),
    (["ban 10.5.1.1 1h", "forgive 10.5.1.1"], "10.5.1.1/32", "10.5.1.1", ""),
    (["ban 10.5.1.1 1h\nban 10.5.1.2 1h\n# no\n\n  unban\t10.5.1.1"],
     "10.5.1.2/32", "10.5.1.2", "10.5.1.1"),
    (["src=10.5.1.1/32 table=sip seen=7 banned=99 scanner=nmap "
      "users=20/h:3/20 rate=5/m:3/5"], "10.5.1.1/32", "10.5.1.1", ""),
    (["src=10.5.1.1/32 table=sip seen=7 scanner=nmap"], "", "", "10.5.1.1"),
]


def test_proc(network, checks):
    """What is written to sources: what it lists then, whose packets pass."""
    for family in (4, 6):
        network.server.rules(["-A PREROUTING -m sip --banned -j DROP"],
                             family=family)
    write(network.server, "ban 10.5.1.1 1s table other")
    for lines, bans, dropped, passing in PROC:
        write(network.server, "flush", *lines)
        checks.equal(f"{lines}: bans", set(bans.split()),
                     set(banned(network.server)))
        for words, expected in ((dropped, False), (passing, True)):
            for source in words.split():
                to = lib.SERVER[6 if ":" in source else 4]
                checks.equal(f"{lines}: {source} arrives", [expected],
                             sources.arrive(network, [(source, to, b"x")]))
    write(network.server, "flush", "ban 10.5.1.1 1h", "ban 10.5.1.1 365d")
    left = banned(network.server)["10.5.1.1/32"]
    checks.true("time left", 31535990 <= left <= 31536000, left)


# Bans, what is refused, and how.
REFUSED = [
    (["ban 10.5.1.1 1h"], "unban 10.5.1.2", "ENOENT"),
    (["ban 10.5.1.1 1h"], "unban 10.5.1.0/24", "ENOENT"),
    (["ban 10.5.1.1 1h"], "unban 10.5.1.1 table other", "ENOENT"),
    (["ban 10.5.1.0/24 1h"], "unban 10.5.1.1", "EBUSY"),
    (["ban 10.5.1.0/24 1h"], "unban 10.5.1.1/32", "ENOENT"),
    (["ban 10.5.1.0/24 1h", "ban 10.5.1.1 1h"], "unban 10.5.1.1", "EBUSY"),
    (["ban 2001:db8:5::/48 1h"], "unban 2001:db8:5:1::7", "EBUSY"),
    (["ban ::/0 1h", "ban 0.0.0.0/0 1h"], "unban ::ffff:10.5.1.1", "EBUSY"),
]


def test_unban_refused(network, checks):
    """An unban that would lift nothing, or the ban of others, lifts none."""
    network.server.rules(["-A PREROUTING -m sip --banned"])
    write(network.server, "ban 10.5.1.9 1h table other")
    for bans, line, expected in REFUSED:
        write(network.server, "flush sip", *bans)
        before = set(banned(network.server))
        checks.equal(f"{bans}: {line}", expected, lib.tried(
            network.server.write, sources.SOURCES, line + "\n"))
        checks.equal(f"{bans}: {line}: bans", before,
                     set(banned(network.server)))


def test_forgive(network, checks):
    """forgive clears counts and leaves bans; unban ends both."""
    rows = [("forgive 10.5.1.1", 5, 0), ("forgive 10.5.1.1/32", 5, 0),
            ("forgive 10.5.1.2", 0, 0), ("forgive 10.5.1.1/24", 0, 0),
            ("forgive 10.5.1.1 table f1", 5, 0),
            ("forgive 10.5.1.1 table f2", 0, 0),
            ("unban 10.5.1.1", 5, 1), ("flush f1", 5, 0),
            ("flush", 5, 1), ("flush f2", 0, 1)]
    network.server.rules(
        [f"-A PREROUTING -d {lib.target(1, 4)} -m sip --rate 5/h --name f1 "
         "-j DROP",
         f"-A PREROUTING -d {lib.target(2, 4)} -m sip --banned --name f2 "
         "-j DROP"])

    def arrive():
        return [sum(sources.arrive(network, count * [
            ("10.5.1.1", lib.target(to, 4), b"x")]))
            for to, count in ((1, 7), (2, 1))]

    for line, *expected in rows:
        write(network.server, "flush", "ban 10.5.1.1 1h table f2")
        checks.equal(f"before {line}", [5, 0], arrive())
        write(network.server, line)
        checks.equal(line, expected, arrive())


# ---- Rules go and come back ----

def reload_rules(way, rate="5/h"):
    """What every way of reloading below loads."""
    return [f"-A PREROUTING -d {way.target(1)} -m sip --scanner --ban 1h "
            "--name r -j DROP",
            f"-A PREROUTING -d {way.target(2)} -m sip --rate {rate} --name r "
            "-j DROP"]


def same(way):
    """iptables-restore of the same ruleset."""
    way.rules(*reload_rules(way))


def empty(way):
    """iptables -F, then line by line."""
    tool = lib.TOOLS[way.family, way.backend]
    way.server.run(tool, "-t", "raw", "-F")
    for rule in reload_rules(way):
        way.server.run(tool, "-t", "raw", *rule.split())


def turned(way):
    """No rule for two seconds, then other order and backend."""
    way.server.clear()
    time.sleep(2)
    way.server.rules(reload_rules(way)[::-1], family=way.family,
                     backend="nft" if way.backend == "legacy" else "legacy")


def changed(way):
    """Another rate: a rule of its own."""
    way.rules(*reload_rules(way, "6/h --burst 5"))


def test_reload(way, checks):
    """Bans and counts survive what leaves the rule the same."""
    for reload, passing in ((same, 2), (empty, 2), (turned, 2), (changed, 5)):
        way.rules(*reload_rules(way))
        write(way.server, "flush")
        checks.equal(f"{reload.__doc__} Before", [False, 3], [
            *way.forge("1.1", 1, SCAN), sum(way.forge("2.1", 2, *3 * [b"x"]))])
        reload(way)
        checks.equal(reload.__doc__, [False, passing], [
            *way.forge("1.1", 1, PHONE),
            sum(way.forge("2.1", 2, *9 * [b"x"]))])
        way.server.clear()


def test_namespaces(network, checks):
    """A ban is one of its namespace; a new one knows nothing of it."""
    line = "-A PREROUTING -m sip --banned -j DROP"
    for netns in (network.server, network.router):
        netns.rules([line])
    write(network.server, "ban 10.5.1.1 1h")
    write(network.router, "ban 10.5.1.2 1h")
    with lib.Sniffer(network.server) as sniffer:
        for number in (1, 2, 3):
            network.raw(forged(f"10.5.1.{number}", lib.SERVER[4], b"x"))
        checks.equal("past the router", ["10.5.1.1", "10.5.1.3"],
                     senders(sniffer, network.path(4)))
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
    bans = [f"10.{n >> 8}.{n & 255}.0/24" for n in range(2500)]
    bans += [f"2001:db8:{n:x}::/48" for n in range(1, 2501)]
    text = "".join(f"ban {ban} {1000 + n}s\n" for n, ban in enumerate(bans))
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
    for command in (f"cat > {SOURCES}", f"sed -n /banned=/p > {SOURCES}",
                    *(f"cat | dd of={SOURCES} bs={size} iflag=fullblock "
                      "status=none" for size in ("1024", "65537", "1M")),
                    f"tac > {SOURCES}"):
        write(network.server, "flush")
        network.server.run("sh", "-c", command, text=saved)
        after = times(network.server.read(SOURCES))
        most = time.monotonic() - start + 2
        wrong = [one for one in expected.keys() & after.keys()
                 if not 0 <= expected[one] - after[one] <= most]
        wrong += expected.keys() ^ after.keys()
        checks.true(command, not wrong, f"{len(wrong)} wrong: {wrong[:3]}")
    write(network.server, "flush")
    checks.equal("all gone", [], sources.listed(network.server))
