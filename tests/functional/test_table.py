# SPDX-License-Identifier: GPL-2.0
"""Tests tables full of sources or bans, and too many tables.

test_banks.py tests tables full of rules.
"""

import re
import subprocess

import pytest

from tests import lib
from tests.lib import sip, sources
from tests.lib.sources import forged, gauge, write

RULES = ["-A PREROUTING -m sip --banned -j DROP",
         f"-A PREROUTING -m sip --ua {sip.SCANNER} --ban 1d -j DROP",
         "-A PREROUTING -m sip --rate 50/s --burst 100 -j DROP"]
SCAN = sip.request("REGISTER", agent=sip.SCANNER)
ENEMIES = [f"198.18.0.{n}" for n in range(200, 210)]
MORE = 10               # times max_sources that forged sources come
STEP = 256              # forged sources between two looks


class Flood:
    """Forged sources, each new, as fast as can be."""

    def __init__(self, network):
        self.sent = 0
        for family in (4, 6):           # makes the sockets
            network.raw(*sources.forged_many(family, lib.SERVER[family], 0, 1))
        self.socks = {family: network.paths["raw", family] for family in (4, 6)}

    def _send(self, family, first, count):
        to = lib.SERVER[family]
        for packet in sources.forged_many(family, to, first, count):
            self.socks[family].sendto(packet, (to, 0))

    def run(self, count):
        """So many sources more; IPv4 and IPv6 by turns of STEP."""
        for first in range(0, count, STEP):
            family = 4 if first // STEP % 2 == 0 else 6
            self.sent += STEP
            self._send(family, self.sent, STEP)
            yield


class Phone:
    """Registers at a small server: both are here."""

    def __init__(self, network):
        self.path = network.path(4)
        self.sock = self.path.from_port(self.path.PORTS[0])
        self.sock.settimeout(lib.PATIENCE)
        self.tried = self.done = 0

    def register(self):
        """One exchange: REGISTER there, 200 back."""
        self.tried += 1
        cseq = f"CSeq: {self.tried} REGISTER"
        self.path.send(sip.request("REGISTER", cseq, without=["CSeq"]))
        for got in self.path.arrived():
            if got.source == (lib.CLIENTS[4][0], self.path.PORTS[0]):
                self.path.inbox.sendto(
                    b"SIP/2.0 200 OK" + got.data[got.data.index(b"\r\n"):],
                    got.source)
                answer = self.sock.recv(65536)
                self.done += (answer.startswith(b"SIP/2.0 200 OK\r\n") and
                              cseq.encode() + b"\r\n" in answer)


def both(netns, lines):
    """The rules in both families."""
    for family in (4, 6):
        netns.rules(lines, family=family)


def attack(network, limit):
    """A flood, MORE times the limit, and what is seen meanwhile."""
    phone, flood, seen = Phone(network), Flood(network), []
    for _ in flood.run(MORE * limit):
        phone.register()
        for enemy in ENEMIES:
            network.raw(forged(enemy, lib.SERVER[4], b"enemy"))
        enemies = [got for got in network.path(4).arrived()
                   if got.data == b"enemy"]
        seen.append((gauge(network.server, "sources"), len(enemies)))
    return phone, flood, seen


def test_flood(network, checks):
    """Ten times as many sources as there is room for, for two limits."""
    with sources.max_sources(1024):
        with sources.Account() as account:
            both(network.server, RULES)
        # What others left here could end of itself meanwhile.
        write(network.server, "flush")
        before = account.kernel()
        for enemy in ENEMIES:
            network.raw(forged(enemy, lib.SERVER[4], SCAN))
        for limit in (1024, 256):
            sources.set_max_sources(limit)
            checks.true(f"{limit}: within 15 s no more than that",
                        sources.wait_until(
                            lambda: gauge(network.server, "sources") <=
                            limit,      # pylint: disable=cell-var-from-loop
                            15), gauge(network.server, "sources"))
            check_flood(network, checks, limit)
            check_memory(checks, account.kernel() - before)


def check_flood(network, checks, limit):
    """A flood under @limit."""
    old = network.server.stats()
    full = gauge(network.server, "sources")
    phone, flood, seen = attack(network, limit)
    grown = network.server.grown(old)
    most = max(count for count, _ in seen)
    checks.true(f"{limit}: never more sources", most <= limit, most)
    checks.true(f"{limit}: room is used", most > limit - 8, most)
    checks.equal(f"{limit}: packets of banned sources that arrived", 0,
                 sum(enemies for _, enemies in seen))
    checks.equal(f"{limit}: registrations", phone.tried, phone.done)
    checks.true(f"{limit}: many registrations", phone.tried >= 10)
    least = flood.sent - (limit - full)
    checks.true(f"{limit}: evicted", least <= grown["evicted_total"] <=
                least + phone.tried + 8, f"{grown['evicted_total']} of "
                f"{flood.sent}, expected {least} or so")
    checks.true(f"{limit}: no packet found no room",
                "full_total" not in grown, grown)
    checks.equal(f"{limit}: bans", len(ENEMIES),
                 gauge(network.server, "banned_sources"))
    checks.equal(f"{limit}: the limit in stats", limit,
                 network.server.stats()["xt_sip_max_sources"])


def check_memory(checks, grown):
    """128 bytes a source and the chunks in the making, whatever came."""
    most = 2048 * 128 + 2 * 32768 + 65536
    checks.true("memory", 200 * 112 < grown <= most,
                f"{grown} bytes more, expected at most {most}")


def ban(netns):
    """One more, by hand: the errno or "ok"."""
    return lib.tried(write, netns, "ban 192.0.2.1 1h")


def test_bans(way, checks):
    """Bans hold half of all room; past that only the packet is matched."""
    way.rules(*RULES)
    with sources.max_sources(256):
        old = way.server.stats()
        write(way.server, "flush")
        names = [f"10.7.{n >> 8}.{n & 255}" if way.family == 4 else
                 f"2001:db8:7:{n:x}::1" for n in range(400)]
        for data, passing in ((SCAN, 0), (b"x", 400 - 128)):
            checks.equal("arrived", passing, sum(sources.arrive(
                way.network, [(name, way.to, data) for name in names])))
        grown = way.server.grown(old)
        checks.equal("bans, refused, no room", (128, 272, 0), tuple(
            grown.get(f"{name}_total", 0) for name in (
                "bans", "bans_refused", "full")))
        checks.equal("listed", 128, len(sources.banned(way.server)))
        checks.equal("by hand", "ENOSPC", ban(way.server))
        write(way.server, f"unban {names[0]}")
        checks.equal("by hand, after an unban", "ok", ban(way.server))
        write(way.server, "flush")


def test_lowered(network, checks):
    """A limit below what is banned already: no room, and nothing is lost."""
    both(network.server, RULES)
    with sources.max_sources(1000):
        for number in range(400):
            write(network.server, f"ban 10.8.{number >> 8}.{number & 255} 1h")
        for limit in (800, 400, 399, 256):
            sources.set_max_sources(limit)
            checks.equal(f"max_sources {limit}: a new ban", "ENOSPC",
                         ban(network.server))
            checks.equal(f"max_sources {limit}: an old one", "ok", lib.tried(
                write, network.server, "ban 10.8.0.1 2h"))
            checks.equal(f"max_sources {limit}: banned", 400,
                         len(sources.banned(network.server)))
        write(network.server, "flush")


def test_buckets(network, checks):
    """Bans that share a bucket: one comes or goes, the others stay."""
    sources.fresh_module(network)
    with sources.max_sources(32):       # as many buckets, and half the bans
        both(network.server, RULES[:1])
        for family in (4, 6):
            names = [sources.address(f"7.{n}", family) for n in range(1, 17)]
            shots = [(name, lib.SERVER[family], b"x") for name in names]
            passing = [True] * 16
            for change, first, step in (("ban", 0, 1), ("unban", 0, 2),
                                        ("unban", 1, 4), ("ban", 0, 4),
                                        ("unban", 3, 4), ("unban", 0, 4)):
                for number in range(first, 16, step):
                    write(network.server, f"{change} {names[number]}" +
                          " 1h" * (change == "ban"))
                    passing[number] = change == "unban"
                checks.equal(f"IPv{family}: {change} {first}::{step}",
                             passing, sources.arrive(network, shots))
            write(network.server, "flush")
            checks.equal(f"IPv{family}: flush", [True] * 16,
                         sources.arrive(network, shots))


def test_room(network, checks):
    """With half of the room held by bans new sources still find some."""
    both(network.server, RULES)
    with sources.max_sources(2048):
        write(network.server, "flush")
        network.server.run("sh", "-c", f"cat > {sources.SOURCES}", text="".join(
            f"ban 172.16.{n >> 8}.{n & 255} 1h\n" for n in range(1024)))
        old = network.server.stats()
        for _ in Flood(network).run(6 * STEP):
            pass
        network.path(4).arrived()
        checks.equal("bans", 1024, gauge(network.server, "banned_sources"))
        checks.true("no source found no room",
                    "full_total" not in network.server.grown(old))
        checks.equal("sources", 2048, gauge(network.server, "sources"))
        write(network.server, "flush")


def test_tables(checks):
    """64 tables, each its own; not one more."""
    netns = lib.Netns("tables")
    line = "-A PREROUTING -s 192.0.2.10 -m sip --banned --name t{}"
    netns.rules([line.format(n) for n in range(64)])
    for number in range(64):
        write(netns, f"ban 10.5.1.{number} 1h table t{number}")
    checks.equal("a ban in each", {f"10.5.1.{n}/32": f"t{n}"
                                   for n in range(64)},
                 {source["src"]: source["table"]
                  for source in sources.listed(netns)})
    with sources.KernelLog() as log:
        with pytest.raises(lib.NetworkError):
            netns.run("iptables-legacy", "-t", "raw",
                      *line.format(64).split())
        lines = [line for line in log.lines() if "xt_sip" in line]
    checks.equal("the kernel says why",
                 ["xt_sip: --name t64: there are 64 tables already"], lines)
    checks.equal("a ban in the 65th", "ENOSPC", lib.tried(
        write, netns, "ban 10.5.1.1 1h table t64"))
    checks.equal("64 in stats", 64, sum(
        key.startswith("xt_sip_banned_sources{")
        for key in netns.stats()))
    netns.close()


def test_stats(network, checks):
    """stats is what Prometheus reads, without a complaint."""
    network.server.rules(RULES + [
        "-A PREROUTING -m sip --malformed --rate 5/m --name other"])
    for data in (SCAN, sip.JUNK, b"", sip.request("INVITE"), sip.response(200)):
        network.raw(forged(f"10.5.1.{len(data) % 256}", lib.SERVER[4], data))
    network.path(4).sync()
    text = network.server.read("/proc/net/xt_sip/stats")
    done = subprocess.run(["promtool", "check", "metrics"], input=text,
                          text=True, check=False, capture_output=True)
    checks.equal("promtool", (0, "", ""),
                 (done.returncode, done.stdout, done.stderr))
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    helps = re.findall(r"^# HELP (\w+) \S", text, re.M)
    checks.equal("each has help", sorted(kinds), sorted(helps))
    checks.equal("each is shown", set(kinds),
                 {key.split("{")[0] for key in network.server.stats()})
    for name, kind in kinds.items():
        checks.equal(f"kind of {name}",
                     "counter" if name.endswith("_total") else "gauge", kind)
    stats = network.server.stats()
    for table in ("sip", "other"):
        checks.true(f"sources of {table}",
                    stats[f'xt_sip_sources{{table="{table}"}}'] > 0)
