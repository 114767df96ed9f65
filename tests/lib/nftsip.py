# SPDX-License-Identifier: GPL-2.0
"""Makes tables of nft and nft-sip in a namespace, for test_nft*.py."""

import json
import os
import re
import subprocess

from tests import lib

# Set of IPv4 addresses, set of IPv6 addresses; families that can have them.
SETS = {"ip": ("banned",), "ip6": ("banned6",),
        "inet": ("banned", "banned6")}
TYPES = {"banned": "ipv4_addr", "banned6": "ipv6_addr"}


def table(family, more=""):
    """Table f: what comes to port 5060 goes to chain sip, which is empty."""
    sets = "".join(f"set {name} {{ type {TYPES[name]}; size 1024; "
                   "flags dynamic,timeout; timeout 1d; }\n"
                   for name in SETS[family])
    return (f"table {family} f {{\n{sets}{more}\n"
            "chain in { type filter hook prerouting priority -300;\n"
            f"udp dport {lib.SENTINEL} accept\nudp dport 5060 jump sip\n}}\n"
            "chain sip { }\nchain other { }\n}\n")


class Tables:
    """The ruleset of a namespace; a context manager that leaves it empty."""

    def __init__(self, netns, family="inet", more=""):
        self.netns, self.family = netns, family
        self.nft(f"flush ruleset\n{table(family, more)}")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.nft("flush ruleset\n")

    def nft(self, text):
        """Have nft do this; raises NetworkError."""
        self.netns.run("nft", "-f", "-", text=text)

    def run(self, *words, text="", env=None, name="nft-sip"):
        """nft-sip: (status, stdout, stderr)."""
        with self.netns.inside():
            done = subprocess.run(
                [name, *words], input=text, check=False, capture_output=True,
                encoding="utf-8", env={**os.environ, **(env or {})})
        return done.returncode, done.stdout, done.stderr.strip()

    def sip(self, *words, text=""):
        """nft-sip, which succeeds; its stdout."""
        status, out, error = self.run(*words, text=text)
        if status:
            raise lib.NetworkError(f"nft-sip {' '.join(words)}: "
                                   f"status {status}: {error}\n{text}")
        return out

    def file(self, **chains):
        """A file of rules: rules, in lines or with ;, of chains of table f."""
        text = "".join(f"chain {name} {{\n{rules}\n}}\n"
                       for name, rules in chains.items())
        return f"table {self.family} f {{\n{text}}}\n"

    def apply(self, **chains):
        """Make chains so; raises NetworkError."""
        self.sip("apply", "-f", "-", text=self.file(**chains))

    def add(self, *words, verb="add", chain="sip"):
        """A rule, in words."""
        return self.sip(verb, "rule", self.family, "f", chain, *words)

    def rules(self, chain="sip"):
        """[(handle, rule)] of a chain, without what counters say."""
        text = self.sip("-a", "-s", "list", self.family, "f", chain)
        return [(int(handle), rule) for rule, handle in
                re.findall(r"^\t\t(.*) # handle (\d+)$", text, re.M)]

    def texts(self, chain="sip"):
        """Only the rules."""
        return [rule for _, rule in self.rules(chain)]

    def counts(self, chain="sip"):
        """Packets that the counters of a chain have seen."""
        text = self.sip("list", self.family, "f", chain)
        return [int(found) for found in
                re.findall(r"counter packets (\d+) bytes \d+", text)]

    def members(self, name):
        """Addresses in a set -> seconds that they stay."""
        text = self.netns.run("nft", "-j", "list", "set", self.family, "f",
                              name)
        found = [part["set"] for part in json.loads(text)["nftables"]
                 if "set" in part]
        return {entry["elem"]["val"]: entry["elem"].get("expires")
                for entry in found[0].get("elem", [])}

    def ruleset(self):
        """All there is, as stock nft and nft-sip show it."""
        return (self.netns.run("nft", "-a", "-s", "list", "ruleset"),
                self.sip("-a", "-s", "list"))
