# SPDX-License-Identifier: GPL-2.0
"""Actors that make rules: they replace rulesets, edit single rules, and make
and end namespaces. See actor.py."""
import contextlib
import os
import socket

from tests import lib
from tests.lib import sip, sources
from tests.soak import ruleset
from tests.soak.actor import Actor


class Replacer(Actor):
    """Replaces the protecting ruleset, which is there at any time, with the
    iptables-restore of a backend."""

    gated = True
    share = 60
    counts = ("IPv4", "IPv6")

    def begin(self):
        self.number = 0

    def step(self):
        self.number += 1
        family = (4, 6)[self.number % 2]
        ruleset.protect(self.netns, self.number // 2,
                        [(family, self.variant)])
        self.count(f"IPv{family}")


class LegacyEditor(Actor):
    """iptables-legacy -A, -R and -D of single rules in the table mangle."""

    gated = True
    share = 60
    counts = ("added", "replaced", "deleted")

    def begin(self):
        self.made = {4: [], 6: []}      # rules, in order
        self.round = 0

    def _tool(self, family, *words):
        self.netns.run(lib.TOOLS[family, "legacy"], "-w", "-t", "mangle",
                       *words)

    def step(self):
        family = self.random.choice((4, 6))
        made = self.made[family]
        rule = ruleset.single(self.random.randrange(100), family)
        self.round += 1
        if len(made) < 2 or self.round % 4 < 2:
            self._tool(family, "-A", "PREROUTING", *rule)
            made.append(rule)
            self.count("added")
        elif self.round % 4 == 2:
            number = self.random.randrange(len(made))
            self._tool(family, "-R", "PREROUTING", str(number + 1), *rule)
            made[number] = rule
            self.count("replaced")
        else:
            # The first one that is equal goes.
            rule = self.random.choice(made)
            self._tool(family, "-D", "PREROUTING", *rule)
            made.remove(rule)
            self.count("deleted")
        if len(made) > 6:
            self._tool(family, "-F", "PREROUTING")
            made.clear()

    def rest(self):
        for family, made in self.made.items():
            self._tool(family, "-F", "PREROUTING")
            made.clear()


class NftEditor(Actor):
    """iptables-nft adds rules to the table mangle, nft -f flushes the chain
    or deletes the table."""

    gated = True
    share = 60
    counts = ("added", "flushed", "deleted")

    def begin(self):
        self.chains = set()
        self.round = 0

    def _nft(self, what, family):
        table = "ip" if family == 4 else "ip6"
        chain = " PREROUTING" if what.endswith("chain") else ""
        self.netns.run("nft", "-f", "-",
                       text=f"{what} {table} mangle{chain}\n")

    def step(self):
        family = self.random.choice((4, 6))
        for _ in range(self.random.randrange(1, 4)):
            self.netns.run(
                lib.TOOLS[family, "nft"], "-t", "mangle", "-A", "PREROUTING",
                *ruleset.single(self.random.randrange(100), family))
            self.chains.add(family)
            self.count("added")
        self.round += 1
        if self.round % 3:
            self._nft("flush chain", family)
            self.count("flushed")
        else:
            self._nft("delete table", family)
            self.chains.discard(family)
            self.count("deleted")

    def rest(self):
        for family in self.chains:
            self._nft("delete table", family)
        self.chains = set()


class Spaces(Actor):
    """Network namespaces come, get rules, bans and traffic, and die with
    all of it."""

    gated = True
    share = 60
    counts = ("died with rules", "died without", "packets")
    may = ("dropped",)

    RULES = ("-A OUTPUT -m sip --banned -j DROP",
             "-A OUTPUT -m sip --scanner --ban 1h -j DROP",
             "-A OUTPUT -m sip --method REGISTER --rate 2/s -j DROP",
             "-A OUTPUT -m sip --method REGISTER --users 5/h --name many",
             "-A OUTPUT -m sip --malformed --rate 5/m --name other --ban 1m")

    def begin(self):
        self.number = 0

    def step(self):
        self.number += 1
        netns = lib.Netns("cycle")
        try:
            netns.ip(["link set lo up"])
            self._play(netns)
        finally:
            netns.close()

    def _play(self, netns):
        family, backend = ruleset.TABLES[self.number % 4]
        lines = self.random.sample(self.RULES,
                                   self.random.randrange(2, 6))
        netns.restore("\n".join(["*raw", ":OUTPUT ACCEPT [0:0]", *lines,
                                 "COMMIT", ""]), family, backend,
                      *ruleset.waiting(backend))
        sources.write(netns, "ban 192.0.2.0/24 1h",
                      "ban 192.0.2.1 1h table third")
        with contextlib.ExitStack() as still:
            for _ in range(self.random.randrange(3)):
                with netns.inside():
                    fd = os.open(sources.SOURCES, os.O_RDWR)
                still.callback(os.close, fd)
                os.read(fd, 100)
            self._traffic(netns, family)
            if self.number % 3:
                self.count("died with rules")
                return
            netns.restore("*raw\nCOMMIT\n", family, backend,
                          *ruleset.waiting(backend))
            self._traffic(netns, family)
            self.count("died without")

    def _traffic(self, netns, family):
        here = "127.0.0.1" if family == 4 else "::1"
        with netns.socket(lib.AF[family], socket.SOCK_DGRAM) as sock:
            for data in (sip.request("REGISTER"), b"junk", b"",
                         sip.to_user(f"user{self.number}"),
                         sip.request(agent=sip.SCANNER)) * 4:
                try:
                    sock.sendto(data, (here, 5060))
                    self.count("packets")
                except PermissionError:
                    self.count("dropped")
                except ConnectionError:
                    self.count("packets")   # an earlier one, refused
