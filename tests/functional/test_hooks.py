# SPDX-License-Identifier: GPL-2.0
"""Tests the same rules in every hook, of a server and a router, and on lo."""

import collections

from tests import lib
from tests.lib import marks, Shot, sip, sources

SCANNER = sip.request(agent=sip.SCANNER)
PHONE = sip.request("REGISTER")
LARGE = sip.request("OPTIONS", "X: " + 2500 * "x", agent=sip.SCANNER)
LARGE_PHONE = sip.request("OPTIONS", "X: " + 2500 * "x")
CRLF = b"\r\n\r\n"

# What is sent through each rule, and what each rule drops.
SENT = {"scanner": SCANNER, "phone": PHONE, "large scanner": LARGE,
        "large phone": LARGE_PHONE, "junk": sip.JUNK, "keep-alive": CRLF}
RULES = {"--ua friendly-scanner": {"scanner", "large scanner"},
         "! --ua friendly-scanner": {"phone", "large phone", "junk",
                                     "keep-alive"},
         "--malformed": {"junk"},
         "--method REGISTER": {"phone"}}

# namespace, table, hook, path (which path of the network it lies on)
PLACES = [
    ("server", "raw", "PREROUTING", "path"),
    ("server", "mangle", "PREROUTING", "path"),
    ("server", "mangle", "INPUT", "path"),
    ("server", "filter", "INPUT", "path"),
    ("server", "security", "INPUT", "path"),
    ("router", "raw", "PREROUTING", "path"),
    ("router", "mangle", "PREROUTING", "path"),
    ("router", "mangle", "FORWARD", "path"),
    ("router", "filter", "FORWARD", "path"),
    ("router", "security", "FORWARD", "path"),
    ("router", "mangle", "POSTROUTING", "path"),
    ("client", "raw", "OUTPUT", "path"),
    ("client", "mangle", "OUTPUT", "path"),
    ("client", "filter", "OUTPUT", "path"),
    ("client", "mangle", "POSTROUTING", "path"),
    ("server", "raw", "OUTPUT", "back"),
    ("server", "filter", "OUTPUT", "back"),
    ("router", "filter", "FORWARD", "back"),
    ("client", "filter", "INPUT", "back"),
    ("server", "raw", "OUTPUT", "loop"),
    ("server", "filter", "OUTPUT", "loop"),
    ("server", "raw", "PREROUTING", "loop"),
    ("server", "filter", "INPUT", "loop"),
]

# Messages of a place come from source ports of their own, so that the rules
# of eight places can be loaded at once.
TOGETHER = 8


def load_places(way, rows):
    """All rules in all these places, each for its own source ports."""
    tables = collections.defaultdict(list)
    port = lib.Path.PORTS[0]
    for name, table, hook, _ in rows:
        for options in RULES:
            chain = f"to_{port}"
            tables[name, table] += [
                f"-A {hook} -p udp --sport {port}:{port + len(SENT) - 1} "
                f"-j {chain}", f"-A {chain} -m sip {options} -j DROP"]
            port += len(SENT)
    for (name, table), lines in tables.items():
        way.rules(*lines, table=table, netns=getattr(way.network, name))


def test_places(way, checks):
    """Every hook of every table."""
    for start in range(0, len(PLACES), TOGETHER):
        for path in ("path", "back", "loop"):
            rows = [row for row in PLACES[start:start + TOGETHER]
                    if row[3] == path]
            load_places(way, rows)
            results = iter(getattr(way.network, path)(way.family).through(
                list(SENT.values()) * len(RULES) * len(rows)))
            for row in rows:
                for options, expected in RULES.items():
                    checks.equal(f"{options} in {row}: dropped", expected, {
                        what for what in SENT if not next(results)})
            way.network.clear()


def test_tcp_places(way, checks):
    """TCP in INPUT, FORWARD and OUTPUT: the segment never gets there."""
    for name, table, hook in (
            ("server", "filter", "INPUT"), ("router", "filter", "FORWARD"),
            ("client", "filter", "OUTPUT"), ("server", "raw", "PREROUTING")):
        way.rules(f"-A {hook} -m sip --ua friendly-scanner -j DROP",
                  table=table, netns=getattr(way.network, name))
        checks.equal(f"{name}'s {table} {hook}: scanner, phone",
                     [False, True], way.there.segments([SCANNER, PHONE]))
        way.network.clear()


def test_two_hooks(way, checks):
    """One rule in two hooks: both see the packet, it is counted once."""
    conditions = ["--method REGISTER", "--malformed", "--request"]
    way.rules(*marks.rules(conditions, way.family),
              *[f"-A INPUT -m sip {one} -j TOS --xor-tos {0x10 << bit:#x}"
                for bit, one in enumerate(conditions)], table="mangle")
    before = way.server.stats()
    for name, got in zip(SENT, way.there.through(list(SENT.values()))):
        early = marks.read(conditions, got.ttl, 0)
        late = {one for bit, one in enumerate(conditions)
                if got.tos & 0x10 << bit}
        checks.equal(f"{name}: in both hooks", early, late)
    checks.equal("counted", {
        'packets_total{class="request"}': 4, 'packets_total{class="junk"}': 1,
        'packets_total{class="keepalive"}': 1,
        'requests_total{method="REGISTER"}': 1,
        'requests_total{method="OPTIONS"}': 3,
        'defects_total{defect="start-line"}': 1}, {
            key: count for key, count in way.server.grown(before).items()
            if not key.startswith("matched_total")})


def test_reloaded(way, checks):
    """The same packet again after each load of a ruleset: all are counted,
    though it may lie where the last one lay, and its rule may not."""
    before = way.server.stats()
    for _ in range(12):
        way.rules("-A PREROUTING -m sip --request",
                  "-A PREROUTING -m sip --malformed -j DROP")
        way.through(PHONE)
    checks.equal("requests", 12, way.server.grown(before)[
        'packets_total{class="request"}'])


def test_two_counts(way, checks):
    """Rules with a count in two hooks: the same parameters are one rule,
    which counts a packet in each; other parameters are another."""
    for number, (first, second, arrive) in enumerate((
            (6, 6, 3), (6, 4, 4), (3, 9, 3))):
        # Tables stay for a while: a name for each.
        way.rules(*[
            f"-A {hook} -m sip --request --rate 1/h --burst {burst} "
            f"--name two{number} -j DROP"
            for hook, burst in (("PREROUTING", first), ("INPUT", second))],
                  table="mangle")
        checks.equal(f"{first} and {second}: arrive", arrive,
                     sum(way.through(*[PHONE] * 10)))


CHALLENGE = sip.response(401, "REGISTER", server="Asterisk PBX 20.5.0")
OK = sip.response(200, "REGISTER", server="Asterisk PBX 20.5.0")


def test_replies(way, checks):
    """On the server's replies, --by dst is the client."""
    way.rules("-A OUTPUT -m sip --response --status 401 --by dst --rate 3/h "
              "--burst 3 --name replies --ban 10m",
              "-A PREROUTING -m sip --banned --name replies -j DROP")

    def client_and_other():
        return way.through(Shot(PHONE, 0), Shot(PHONE, 1))

    checks.true("replies arrive",
                all(way.back_through(*[OK] * 5, *[CHALLENGE] * 3)))
    checks.equal("3 challenges are allowed", [True, True], client_and_other())
    checks.true("no target, nothing dropped",
                all(way.back_through(OK, CHALLENGE, OK)))
    checks.equal("the 4th bans the challenged source", [False, True],
                 client_and_other())
    sources.write(way.server, f"unban {way.here}")
    checks.equal("unbanned", [True, True], client_and_other())
