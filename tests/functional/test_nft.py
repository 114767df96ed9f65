# SPDX-License-Identifier: GPL-2.0
"""Tests nft-sip: the sip match in native nft rules.

What its rules do to packets, and that what it does to chains happens as a
whole or not at all. tests/nft has its words without a kernel, tests/xt/run-t
gives it all options of the match, test_nft_trouble.py mistakes of all kinds.
"""

import os
import re
import socket
import struct
import subprocess
import tempfile

import pytest

from tests import lib
from tests.lib import blob, Shot, sip, sources
from tests.lib.nftsip import Tables

PHONE = sip.request("REGISTER")
SCANNER = sip.request("OPTIONS", agent="friendly-scanner")
PLACES = (("ip", 4), ("ip6", 6), ("inet", 4), ("inet", 6))


def sent(network, family, *shots):
    """Which of these arrive: "phone" or "scanner", number of the sender."""
    data = {"phone": PHONE, "scanner": SCANNER}
    got = network.path(family).through([Shot(data[what], source)
                                        for what, source in shots])
    return [bool(one) for one in got]


def saddr(family):
    """nft's name of the source's address, and its set in table f."""
    return ("ip", "banned") if family == 4 else ("ip6", "banned6")


# ---- Packets ----

def test_packets(network, checks):
    """A scanner is dropped and banned, and its address is in the set."""
    for family, packets in PLACES:
        name = f"{family}, IPv{packets}"
        header, banned = saddr(packets)
        with Tables(network.server, family) as tables:
            tables.add(*f"--scanner --ban 1d counter add @{banned} timeout "
                       "1h drop".split())
            checks.equal(f"{name}: the scanner alone is dropped",
                         [True, False, False, True],
                         sent(network, packets, ("phone", 0), ("scanner", 1),
                              ("phone", 1), ("phone", 0)))
            checks.equal(f"{name}: counted", [2], tables.counts())
            members = tables.members(banned)
            checks.equal(f"{name}: in the set", [lib.CLIENTS[packets][1]],
                         list(members))
            checks.true(f"{name}: for an hour",
                        3500 < min(members.values(), default=0) <= 3600)
            checks.true(f"{name}: banned in xt_sip's table",
                        sources.banned(network.server))
            # The set feeds plain nft, also without xt_sip.
            tables.apply(sip="")
            network.server.write(sources.SOURCES, "flush\n")
            tables.nft(f"insert rule {family} f in {header} saddr @{banned} "
                       "drop\n")
            checks.equal(f"{name}: the set keeps it out", [True, False],
                         sent(network, packets, ("phone", 0), ("phone", 1)))


def test_one_family(network, checks):
    """In inet a rule with a set of IPv4 is for IPv4; IPv6 is not judged."""
    with Tables(network.server) as tables:
        tables.add(*"--scanner --ban 1d counter add @banned drop".split())
        checks.equal("IPv6 passes", [True], sent(network, 6, ("scanner", 1)))
        checks.equal("nobody is banned", {}, sources.banned(network.server))
        tables.add(*"--scanner --ban 1d counter add @banned6 drop".split())
        checks.equal("a rule of its own", [False],
                     sent(network, 6, ("scanner", 1)))
        checks.equal("IPv4 is dropped", [False],
                     sent(network, 4, ("scanner", 2)))
        checks.equal("counted by family", [1, 1], tables.counts())
    network.server.write(sources.SOURCES, "flush\n")


def test_full(network, checks):
    """A full set ends the rule, as in nft; a drop of its own is reached."""
    tiny = "set tiny { type ipv4_addr; size 2; flags dynamic,timeout; }"
    with Tables(network.server, more=tiny) as tables:
        shots = [("scanner", n) for n in (1, 2, 3)]
        tables.apply(sip="--scanner add @tiny timeout 1d drop")
        checks.equal("the third passes", [False, False, True],
                     sent(network, 4, *shots))
        tables.apply(sip="--scanner add @tiny timeout 1d; --scanner drop")
        checks.equal("none passes", [False] * 3, sent(network, 4, *shots))


# Rules of chain sip and chain other; whether a scanner and a phone arrive.
SRC = lib.CLIENTS[4][0]
VERDICTS = (
    ("--scanner accept; drop", "", True, False),
    ("--scanner return; drop", "", True, False),
    ("--scanner continue; ! --scanner drop", "", True, False),
    ("--scanner counter; drop", "", False, False),
    ("--scanner jump other; drop", "", False, False),
    ("--scanner jump other; drop", "accept", True, False),
    ("--scanner goto other; drop", "", True, False),
    ("goto other", "--scanner drop", False, True),
    ("udp dport 5060 --scanner drop", "", False, True),
    ("udp dport 5061 --scanner drop", "", True, True),
    ("udp dport != 5060 --scanner drop", "", True, True),
    ("udp dport 5000-5100 --scanner drop", "", False, True),
    ("udp dport != 5000-5100 --scanner drop", "", True, True),
    ("udp dport @ports --scanner drop", "", False, True),
    ("udp dport != @ports --scanner drop", "", True, True),
    ("tcp dport 5060 --scanner drop", "", True, True),
    (f"ip saddr {SRC} --scanner drop", "", False, True),
    (f"ip saddr != {SRC} --scanner drop", "", True, True),
    (f"ip saddr {SRC}/25 --scanner drop", "", False, True),
    ("ip saddr 192.0.2.128/25 --scanner drop", "", True, True),
    ("ip saddr @trunks return; --scanner drop", "", True, True),
    ("ip saddr != @trunks return; --scanner drop", "", False, True),
    ("ip6 saddr ::/1 drop", "", True, True),
    ("iifname up0 --scanner drop", "", False, True),
    ('iifname "up*" --scanner drop', "", False, True),
    ("iifname != up0 --scanner drop", "", True, True),
    ("iifname @ways --scanner drop", "", False, True),
    ("--scanner sip --method OPTIONS drop", "", False, True),
    ("--scanner sip --method REGISTER drop", "", True, True),
    ("--scanner counter --method OPTIONS counter drop", "", False, True),
)
MORE = ("set ports { type inet_service; elements = { 5060, 5061 }; }\n"
        "set trunks { type ipv4_addr; flags interval; "
        "elements = { 192.0.2.0/24 }; }\n"
        "set ways { type ifname; elements = { up0 }; }")


def test_verdicts(network, checks):
    """Verdicts and plain fields do what they do in nft."""
    with Tables(network.server, more=MORE) as tables:
        for rules, other, *arrive in VERDICTS:
            tables.apply(sip=rules, other=other)
            checks.equal(f"{rules} ({other})", arrive,
                         sent(network, 4, ("scanner", 0), ("phone", 0)))
        tables.apply(sip="--scanner limit rate 1/day burst 2 packets accept; "
                     "--scanner drop")
        checks.equal("limit", [True, True, False, True],
                     sent(network, 4, *[("scanner", 0)] * 3, ("phone", 0)))
        tables.apply(sip="--scanner limit rate over 1/day burst 1 packets "
                     "drop")
        checks.equal("limit over", [True, False],
                     sent(network, 4, *[("scanner", 0)] * 2))


def nflog(netns, group):
    """A socket that gets what is logged to a group."""
    sock = netns.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    sock.settimeout(lib.PATIENCE)
    for family, command in ((2, 4), (10, 4), (0, 1)):   # PF_BIND, BIND
        data = struct.pack("!BBH", family, 0, group) + blob.attribute(
            1, bytes([command]))
        sock.send(struct.pack("=IHHII", 16 + len(data), 0x401, 5, 1, 0) +
                  data)
        sock.recv(4096)
    return sock


def test_log(network, checks):
    """A message goes to the group, with its prefix."""
    with Tables(network.server) as tables, nflog(network.server, 7) as sock:
        tables.add("--scanner", "log", "prefix", "sip scan: ", "group", "7",
                   "drop")
        checks.equal("dropped", [False, True],
                     sent(network, 4, ("scanner", 0), ("phone", 0)))
        data = sock.recv(65536)
        checks.true("prefix", b"sip scan: \0" in data, repr(data[:200]))
        checks.true("packet", b"friendly-scanner" in data)
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(65536)


# ---- Rules, one by one ----

def test_order(network, checks):
    """add, insert, replace and delete do it where they are told."""
    for family in ("ip", "ip6", "inet"):
        with Tables(network.server, family) as tables:
            tables.add("--status", "200")
            tables.add("--status", "400")
            tables.add("--status", "100", verb="insert")
            handles = [handle for handle, _ in tables.rules()]
            tables.add("handle", str(handles[1]), "--status", "300")
            tables.add("handle", str(handles[1]), "--status", "150",
                       verb="insert")
            checks.equal(f"{family}: in order",
                         [f"--status {n}" for n in (100, 150, 200, 300, 400)],
                         tables.texts())
            tables.add("handle", str(handles[1]), "--status", "201",
                       verb="replace")
            tables.add("handle", str(handles[0]), verb="delete")
            checks.equal(f"{family}: replaced and deleted",
                         [f"--status {n}" for n in (150, 201, 300, 400)],
                         tables.texts())


# ---- Files ----

def test_apply(network, checks):
    """Chains become what the file says, all of them or none."""
    with Tables(network.server) as tables:
        tables.apply(sip="--scanner counter drop", other="--banned drop")
        before = tables.ruleset()
        bad = tables.file(sip="--malformed drop",
                          other="".join(f"--rate {n}/h drop; "
                                        for n in range(1, 200)))
        status, _, error = tables.run("apply", "-f", "-", text=bad)
        checks.equal("the kernel refuses one", 2, status)
        checks.true("it names the rule and says why", re.match(
            r"nft-sip: stdin:6:\d+: the table of sources has no room for one "
            "more counting rule: expected another --name", error), error)
        checks.equal("nothing changed", before, tables.ruleset())
        status, _, error = tables.run("apply", "--check", "-f", "-", text=bad)
        checks.equal("--check sees it, too", 2, status)
        good = tables.file(sip="--malformed drop\n--banned drop", other="")
        tables.sip("apply", "--check", "-f", "-", text=good)
        checks.equal("--check changes nothing", before, tables.ruleset())
        tables.sip("apply", "-f", "-", text=good)
        checks.equal("applied", ["--malformed drop", "--banned drop"],
                     tables.texts())
        checks.equal("an empty chain", [], tables.texts("other"))


def test_unchanged(network, checks):
    """A chain that is as it should be keeps its counters and handles."""
    with Tables(network.server) as tables:
        rules = "--scanner counter drop; counter accept"
        tables.apply(sip=rules, other="drop")
        sent(network, 4, ("scanner", 0), ("phone", 0))
        before = tables.rules()
        tables.apply(sip=rules, other="accept")
        checks.equal("handles", before, tables.rules())
        checks.equal("counters", [1, 1], tables.counts())
        checks.equal("the other one", ["accept"], tables.texts("other"))


def test_diff(network, checks):
    """diff says 0, or 1 and what is not as it should be."""
    with Tables(network.server) as tables:
        rules = ("--banned drop\nsip --scanner counter add @banned timeout 1d "
                 "drop\n--method register counter\n")
        tables.apply(sip=rules, other="")

        def diff(**chains):
            return tables.run("diff", "-f", "-", text=tables.file(**chains))

        checks.equal("same", (0, "", ""), diff(sip=rules, other=""))
        checks.equal("one chain alone", (0, "", ""), diff(other=""))
        status, out, _ = diff(sip="--banned drop\n--malformed drop\n"
                              "--method REGISTER counter\n")
        checks.equal("another rule", (1, [
            "table inet f chain sip:",
            "-\t\t--scanner counter add @banned timeout 1d drop",
            "+\t\t--malformed drop"]), (status, out.splitlines()))
        status, out, _ = diff(sip=rules, other="drop")
        checks.equal("a rule too few", (1, [
            "table inet f chain other:", "+\t\tdrop"]),
            (status, out.splitlines()))
        status, out, _ = diff(nowhere="drop")
        checks.equal("a chain too few", (1, "table inet f has no chain "
                                         "nowhere\n"), (status, out))
        tables.nft("add rule inet f other accept\n")
        status, out, _ = diff(other="")
        checks.true("another program's rule", status == 1 and
                    "not made by nft-sip" in out, out)
        sent(network, 4, ("scanner", 0), ("phone", 0))
        checks.equal("counters are no difference", (0, "", ""),
                     diff(sip=rules))


RICH = """--banned drop
ip saddr 198.51.100.0/24 return
iifname "up*" udp dport 5060-5070 --ua "^a b,c\\"d\\\\\\\\e$" log prefix "x {}" level info
--scanner --ban 1d counter limit rate over 10/minute burst 9 packets update @banned timeout 1d12h drop
--method REGISTER ! --auth sip --rate 5/m --name x goto other
"""


def test_save(network, checks):
    """list and save print what restores."""
    with Tables(network.server) as tables:
        tables.apply(sip=RICH, other="drop")
        wanted = tables.texts()
        checks.equal("saved as given", RICH.splitlines(), wanted)
        for what in ("list", "-a list", "-s list", "save", "save inet f",
                     "list inet", "list inet f", "list inet f sip",
                     "list chain inet f sip", "list table inet f"):
            text = tables.sip(*what.split())
            tables.apply(sip="", other="")
            checks.equal(f"{what}: empty chains first", [], tables.texts())
            tables.sip("apply", "-f", "-", text=text)
            checks.equal(f"{what} | apply", wanted, tables.texts())
            tables.apply(other="drop")
        checks.equal("nothing there", "", tables.sip("list", "ip"))
        with tempfile.TemporaryDirectory() as where:
            path = os.path.join(where, "rules")
            tables.sip("save", "-f", path)
            with open(path, encoding="utf-8") as file:
                checks.equal("save -f", tables.sip("save"), file.read())
            os.chmod(path, 0o600)
            tables.sip("save", "-f", path, "inet", "f", "other")
            checks.equal("rights stay", 0o600,
                         os.stat(path).st_mode & 0o777)
            checks.equal("no other file", ["rules"], os.listdir(where))
            tables.run("save", "-f", path, "inet", "nowhere")
            with open(path, encoding="utf-8") as file:
                checks.true("the old file stays", "drop" in file.read())
            checks.equal("and alone", ["rules"], os.listdir(where))


# ---- Beside other programs ----

def test_stock(network, checks):
    """What stock nft shows of our rules, and that its text does not load."""
    with Tables(network.server) as tables:
        tables.apply(sip='--scanner --ua "a" counter drop')
        text = network.server.run("nft", "list", "ruleset")
        checks.true("the match and what it is", re.search(
            r'xt match "?sip"? counter packets 0 bytes 0 drop '
            "comment \"nft-sip: --ua a --scanner\"", text), text)
        with pytest.raises(lib.NetworkError):
            tables.nft(text)        # it does not load as something else
        done = network.server.run("nft", "-j", "list", "ruleset")
        checks.true("JSON", '"sip"' in done, done)


def test_foreign(network, checks):
    """Rules of other programs are left alone."""
    with Tables(network.server) as tables:
        tables.add("--scanner", "drop")
        tables.nft("add rule inet f sip tcp dport 22 accept\n")
        text = network.server.run("nft", "-a", "list", "chain", "inet", "f",
                                  "sip")
        foreign = re.search(r"tcp dport 22 accept # handle (\d+)", text)[1]
        before = tables.ruleset()
        for words in (("apply", "-f", "-"), ("apply", "-c", "-f", "-"),
                      ("delete", "rule", "inet", "f", "sip", "handle",
                       foreign),
                      ("replace", "rule", "inet", "f", "sip", "handle",
                       foreign, "--banned", "drop")):
            status, _, error = tables.run(
                *words, text=tables.file(sip="--banned drop"))
            checks.true(" ".join(words), status == 2 and
                        re.search("nft-sip did not make|not made by nft-sip",
                                  error), error)
        checks.equal("nothing changed", before, tables.ruleset())
        checks.true("shown as a comment", f"# handle {foreign}: not made by "
                    "nft-sip" in tables.sip("list"))
    with Tables(network.server) as tables:
        network.server.rules(["-A PREROUTING -m sip --scanner -j DROP"],
                             backend="nft")
        tables.add("--banned", "drop")
        text = tables.sip("list")
        checks.true("iptables-nft's is a comment", re.search(
            r"\t# chain PREROUTING # handle \d+: not made by nft-sip, has: "
            "--scanner\n", text), text)
        before = tables.ruleset()
        tables.sip("apply", "-f", "-", text=tables.sip("save"))
        checks.equal("save | apply leaves it alone", before, tables.ruleset())


def test_busy(network, checks):
    """Others change the ruleset meanwhile: looked at again, none fails."""
    with Tables(network.server) as tables:
        with network.server.inside():
            other = subprocess.Popen(
                ["sh", "-c", "while nft add table inet x; nft delete table "
                 "inet x; do :; done"], stderr=subprocess.DEVNULL)
        try:
            for turn in range(10):
                rules = f"--status {200 + turn} drop"
                tables.apply(sip=rules, other=rules)
                checks.equal(f"turn {turn}", [rules] * 2,
                             tables.texts() + tables.texts("other"))
        finally:
            other.kill()
            other.wait()


def test_big(network, checks):
    """A file of many big rules is one transaction, and is listed whole."""
    with Tables(network.server) as tables:
        rules = "\n".join(
            f"--ua {'x' * 60},{n} sip --ua b sip --ua c sip --ua d drop"
            for n in range(300))
        tables.apply(sip=rules)
        checks.equal("300 rules of 12 KB", rules.splitlines(),
                     tables.texts())
