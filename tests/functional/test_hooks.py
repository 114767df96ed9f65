# SPDX-License-Identifier: GPL-2.0
"""Tests the same rules in every hook, of a server and a router, and on lo."""

from tests import lib
from tests.lib import marks, Shot, sip

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


def load_places(network, rows, family, backend):
    """All rules in all these places, each for its own source ports."""
    tables = {}
    port = lib.Path.PORTS[0]
    for name, table, hook, _ in rows:
        lines = tables.setdefault((name, table), [])
        for options in RULES:
            chain = f"to_{port}"
            lines += [f"-A {hook} -p udp --sport {port}:"
                      f"{port + len(SENT) - 1} -j {chain}",
                      f"-A {chain} -m sip {options} -j DROP"]
            port += len(SENT)
    for (name, table), lines in tables.items():
        getattr(network, name).rules(lines, table, family, backend)


def check_places(network, checks, rows, family, backend):
    """All messages through all these places, which lie on one path."""
    load_places(network, rows, family, backend)
    path = getattr(network, rows[0][3])(family)
    results = path.through(list(SENT.values()) * len(RULES) * len(rows))
    for name, table, hook, way in rows:
        for options, expected in RULES.items():
            got, results = results[:len(SENT)], results[len(SENT):]
            checks.equal(f"{options} in {name}'s {table} {hook}, {way}, "
                         f"IPv{family}, {backend}: dropped", expected,
                         {what for what, one in zip(SENT, got) if not one})
    network.clear()


def test_places(network, checks):
    """Every hook of every table, both families, legacy and nft."""
    for way in ("path", "back", "loop"):
        rows = [row for row in PLACES if row[3] == way]
        for start in range(0, len(rows), TOGETHER):
            for family, backend in ((4, "legacy"), (6, "nft")):
                check_places(network, checks, rows[start:start + TOGETHER],
                             family, backend)


def test_without_rules(network, checks):
    """With no rule all arrives; so it is the rules that drop."""
    for family in (4, 6):
        for way in ("path", "back", "loop"):
            results = getattr(network, way)(family).through(list(SENT.values()))
            checks.true(f"{way}, IPv{family}", all(results), str(results))


def test_two_hooks(network, checks):
    """One rule in two hooks: both see the packet, it is counted once."""
    conditions = ["--method REGISTER", "--malformed", "--request"]
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(
            marks.rules(conditions, family) +
            [f"-A INPUT -m sip {one} -j TOS --xor-tos {0x10 << bit:#x}"
             for bit, one in enumerate(conditions)], "mangle", family,
            backend)
        before = network.server.stats()
        for name, got in zip(SENT, network.path(family).through(
                list(SENT.values()))):
            early = marks.read(conditions, got.ttl, 0)
            late = {one for bit, one in enumerate(conditions)
                    if got.tos & 0x10 << bit}
            checks.equal(f"{name}, IPv{family}: in both hooks", early, late)
        after = network.server.stats()
        for key, count in (('packets_total{class="request"}', 4),
                           ('packets_total{class="junk"}', 1),
                           ('packets_total{class="keepalive"}', 1),
                           ('requests_total{method="REGISTER"}', 1),
                           ('defects_total{defect="start-line"}', 1)):
            key = "xt_sip_" + key
            checks.equal(f"IPv{family}: {key}", count,
                         after[key] - before[key])
        network.clear()


def test_reloaded(network, checks):
    """The same packet again after each load of a ruleset: all are counted,
    though it may lie where the last one lay, and its rule may not."""
    key = 'xt_sip_packets_total{class="request"}'
    for family, backend in ((4, "legacy"), (6, "nft")):
        counts = []
        for _ in range(12):
            network.server.rules(["-A PREROUTING -m sip --request",
                                  "-A PREROUTING -m sip --malformed -j DROP"],
                                 "raw", family, backend)
            network.path(family).through([PHONE])
            counts.append(network.server.stats()[key])
        checks.equal(f"IPv{family}: {key}",
                     [counts[0] + one for one in range(12)], counts)
        network.clear()


def test_two_counts(network, checks):
    """Rules with a count in two hooks: the same parameters are one rule,
    which counts a packet in each; other parameters are another."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        for number, (options, arrive) in enumerate((
                (("--burst 6", "--burst 6"), 3),
                (("--burst 6", "--burst 4"), 4),
                (("--burst 3", "--burst 9"), 3))):
            # Tables stay for a while: a name for each.
            lines = [f"-A {hook} -m sip --request --rate 1/h {burst} "
                     f"--name two{family}{number} -j DROP"
                     for hook, burst in zip(("PREROUTING", "INPUT"), options)]
            network.server.rules(lines, "mangle", family, backend)
            results = network.path(family).through([PHONE] * 10)
            checks.equal(f"{' and '.join(options)}, IPv{family}: arrive",
                         [True] * arrive + [False] * (10 - arrive),
                         [bool(got) for got in results])
        network.clear()


CHALLENGE = sip.response(401, "REGISTER", server="Asterisk PBX 20.5.0")
OK = sip.response(200, "REGISTER", server="Asterisk PBX 20.5.0")


def test_replies(network, checks):
    """On the server's replies, --by dst is the client."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(
            [f"-A OUTPUT -m sip --response --status 401 --by dst --rate 3/h "
             f"--burst 3 --name replies{family} --ban 10m",
             f"-A PREROUTING -m sip --banned --name replies{family} "
             "-j DROP"], "raw", family, backend)
        there, back = network.path(family), network.back(family)
        banned, other = Shot(PHONE, 0), Shot(PHONE, 1)

        def both(family=family, there=there):
            """Whether client and bystander get through, and the label."""
            return [bool(got) for got in there.through([banned, other])]

        replies = back.through([OK] * 5 + [CHALLENGE] * 3)
        checks.true(f"IPv{family}: replies arrive", all(replies), "not all")
        checks.equal(f"IPv{family}: 3 challenges are allowed", [True, True],
                     both())
        replies = back.through([OK, CHALLENGE, OK])
        checks.true(f"IPv{family}: no target, nothing dropped", all(replies),
                    "a reply was")
        checks.equal(f"IPv{family}: the 4th bans the challenged source",
                     [False, True], both())
        network.server.write("/proc/net/xt_sip/sources",
                             f"unban {lib.CLIENTS[family][0]}\n")
        checks.equal(f"IPv{family}: unbanned", [True, True], both())
        network.clear()


def test_replies_dropped(network, checks):
    """Replies that match are dropped on their way out."""
    sent = {"ok": OK, "challenge": CHALLENGE, "request": PHONE,
            "junk": sip.JUNK}
    for family, backend in ((4, "nft"), (6, "legacy")):
        for options, expected in (
                ("--status 401", {"challenge"}),
                ("--response", {"ok", "challenge"}),
                ("--request", {"request"}),
                ("--ua ^asterisk", {"ok", "challenge"}),
                ("--method REGISTER ! --status 2xx",
                 {"challenge", "request"}),
                ("! --malformed --by dst --rate 1/h --burst 1 "
                 f"--name out{family}", {"challenge", "request"}),
                (f"--by dst --ban 1h --name out{family}b", set(sent))):
            network.server.rules([f"-A OUTPUT -m sip {options} -j DROP"],
                                 "filter", family, backend)
            results = network.back(family).through(list(sent.values()))
            checks.equal(f"{options}, IPv{family}: dropped", expected,
                         {name for name, got in zip(sent, results)
                          if not got})
        network.clear()


def test_tcp_places(network, checks):
    """TCP in INPUT, FORWARD and OUTPUT: the segment never gets there."""
    places = [("server", "filter", "INPUT"), ("router", "filter", "FORWARD"),
              ("client", "filter", "OUTPUT"), ("server", "raw", "PREROUTING")]
    for family, backend in ((4, "nft"), (6, "legacy")):
        for name, table, hook in places:
            netns = getattr(network, name)
            netns.rules([f"-A {hook} -m sip --ua friendly-scanner -j DROP"],
                        table, family, backend)
            for what, arrives in (("scanner", False), ("phone", True)):
                checks.equal(f"{what} in {name}'s {table} {hook}, "
                             f"IPv{family}: arrives", arrives,
                             tcp_arrives(network.path(family), SENT[what]))
            netns.clear()


def tcp_arrives(path, data):
    """Whether a segment on a new connection gets to the server."""
    with path.listen() as listener, path.connect() as sock:
        sock.sendall(data)
        path.sync()
        server, _ = listener.accept()
        with server:
            server.setblocking(False)
            try:
                return server.recv(65536) == data
            except BlockingIOError:
                return False
