# SPDX-License-Identifier: GPL-2.0
"""Tests every option of `-m sip`: alone, inverted, together.

Each row of a table is a rule with -j DROP in a chain of its own, for one of
the server's addresses; all samples are sent to that address, and those that
do not arrive are the ones that matched.
"""

import collections
import contextlib
import os
import socket

import pytest

from tests import lib
from tests.lib import packets, Shot
from tests.lib.samples import (MALFORMED, OPTIONS, PHONES, REQUESTS, RESPONSES,
                     SAMPLES)

# Options that may be inverted; samples that match. Run as they are, and with
# a `!`, for which all others match.
SINGLE = [
    ("--request", REQUESTS),
    ("--response", RESPONSES),
    ("--method REGISTER",
     "register register-auth svwar ok-register challenge not-found"),
    ("--method invite", "invite-proxy-auth ringing unavailable declined"),
    ("--method BYE,INVITE",
     "bye-no-agent invite-proxy-auth ringing unavailable declined"),
    ("--method OPTIONS", OPTIONS),
    ("--method INFO", "two"),
    ("--method other", "foo moved-foo"),
    ("--method other,BYE", "foo moved-foo bye-no-agent"),
    ("--method ACK,CANCEL,MESSAGE,NOTIFY,PRACK,PUBLISH,REFER,SUBSCRIBE,"
     "UPDATE", ""),
    ("--status 200", "ok-register"),
    ("--status 4xx", "challenge not-found"),
    ("--status 401-403", "challenge"),
    ("--status 402-404,603", "not-found declined"),
    ("--status 1xx,2xx,3xx,4xx,5xx,6xx", RESPONSES),
    ("--status 201-399", "moved-foo"),
    ("--status 100-179,181-199", ""),
    ("--ua friendly-scanner", "options-scanner challenge"),
    ("--ua FRIENDLY-SCANNER,nothing", "options-scanner challenge"),
    ("--ua ^friendly-scanner$", "challenge"),
    ("--ua ^sipcli/", "invite-proxy-auth"),
    ("--ua ^cli", ""),
    ("--ua 1.0$", "options-scanner"),
    ("--ua 20.5.0$,(5.6.3)$", "ringing ok-register"),
    ('--ua "pbx 20"', "ringing"),
    ('--ua "^a\\\\, b$"', "foo"),
    ("--ua t46s", PHONES),
    ("--ua-file {file}", "options-scanner challenge foo"),
    ("--malformed", MALFORMED),
    ("--defect start-line", "junk version empty-uri"),
    ("--defect missing", "no-call-id"),
    ("--defect duplicate", "two-to"),
    ("--defect cseq", "cseq-method"),
    ("--defect content-length", "length-lie"),
    ("--defect header", "no-colon"),
    ("--defect long", "huge"),
    ("--defect ambiguous", ""),
    ("--defect no-end", "no-empty-line"),
    ("--defect cookie", "no-cookie"),
    ("--defect pipeline", "two"),
    ("--defect charset", "control"),
    ("--defect cseq,pipeline,no-end", "cseq-method two no-empty-line"),
    ("--auth", "register-auth invite-proxy-auth"),
    ("--solicited", ""),        # see test_solicited.py
    ("--scanner", "svwar options-scanner invite-proxy-auth"),
]

# Several at once: all have to hold.
TOGETHER = [
    ("--request --method REGISTER", "register register-auth svwar"),
    ("! --request --method REGISTER", "ok-register challenge not-found"),
    ("--response --method REGISTER", "ok-register challenge not-found"),
    ("--response --method REGISTER --status 2xx", "ok-register"),
    ("--method REGISTER ! --status 2xx",
     "register register-auth svwar challenge not-found"),
    ("--response ! --status 4xx",
     "ringing ok-register moved-foo unavailable declined"),
    ("! --response ! --malformed ! --method REGISTER,OPTIONS,INFO",
     "invite-proxy-auth bye-no-agent foo empty crlf nuls stun"),
    ("--method REGISTER --auth", "register-auth"),
    ("--method REGISTER ! --auth",
     "register svwar ok-register challenge not-found"),
    ("--request --method REGISTER ! --auth", "register svwar"),
    ("--response --auth", ""),
    ("--response ! --auth", RESPONSES),
    ("--response ! --solicited", RESPONSES),
    ("--request ! --solicited", REQUESTS),
    ("--method REGISTER --status 401 ! --auth ! --solicited", "challenge"),
    ("--method REGISTER --auth ! --solicited", "register-auth"),
    ("--ua friendly-scanner --ua sipcli --request",
     "options-scanner invite-proxy-auth"),
    ("--request ! --ua t46s ! --auth",
     "svwar options-scanner bye-no-agent foo"),
    ("--malformed ! --request", "junk version"),
    ("--malformed ! --defect start-line,long",
     "no-call-id two-to cseq-method length-lie no-colon"),
    ("--request --defect cookie,charset --malformed", ""),
    ("! --malformed --method OPTIONS --defect no-end,cookie",
     "no-empty-line no-cookie"),
    ("--request --method INVITE --ua sipcli --auth", "invite-proxy-auth"),
    ("--request --method INVITE --ua sipcli ! --auth", ""),
    ("! --request ! --ua kamailio,asterisk --method INVITE,REGISTER "
     "! --status 503", "challenge not-found declined"),
    ("--scanner --method REGISTER", "svwar"),
    ("--scanner ! --ua friendly-scanner,sipcli", "svwar"),
    ("--request --scanner --auth", "invite-proxy-auth"),
    ("! --scanner --method OPTIONS ! --malformed",
     "no-empty-line no-cookie control"),
    ("! --response --ua zoiper ! --scanner", ""),
]

TEXTS = """# how scanners call themselves
friendly-scanner

a, b
"""


def all_rows():
    """[(options, names that match)] with the inverted ones."""
    rows = [(options, set(names.split())) for options, names in SINGLE]
    rows += [(f"! {options}", set(SAMPLES) - names)
             for options, names in rows]
    return rows + [(options, set(names.split()))
                   for options, names in TOGETHER]


@contextlib.contextmanager
def text_file():
    """The file for --ua-file; it is read when rules are added only."""
    path = "/run/xt_sip-texts"
    with open(path, "w", encoding="ascii") as file:
        file.write(TEXTS)
    yield path
    os.unlink(path)


def load_rows(network, rows, how):
    """A chain for each row, chosen by the destination address."""
    protocol = f"-p {how.protocol} " if how.protocol else ""
    lines = []
    with text_file() as path:
        for number, (options, _) in enumerate(rows, 1):
            to = lib.target(number, how.family)
            lines += [f"-A {how.chain} -d {to} -j to_{number}",
                      f"-A to_{number} {protocol}-m sip "
                      f"{options.format(file=path)} -j DROP"]
        network.server.rules(lines, how.table, how.family, how.backend)


How = collections.namedtuple("How", "family backend protocol table chain")


def row_wrong(checks, label, expected, dropped):
    """The check of a row; names what differs."""
    return checks.true(label, expected == dropped,
                       f"dropped, but should not be: "
                       f"{sorted(dropped - expected)}; arrived, but should "
                       f"not: {sorted(expected - dropped)}")


def udp_rows(network, checks, how):
    """All rows with all samples, as UDP datagrams."""
    rows = all_rows()
    load_rows(network, rows, how)
    names = list(SAMPLES)
    shots = [Shot(SAMPLES[name], 0, lib.target(number, how.family))
             for number in range(1, len(rows) + 1) for name in names]
    results = network.path(how.family).through(shots)
    for index, (options, expected) in enumerate(rows):
        got = results[index * len(names):(index + 1) * len(names)]
        row_wrong(checks, f"{options} ({' '.join(map(str, how))})", expected,
                  {name for name, one in zip(names, got) if not one})


def test_udp_ipv4(network, checks):
    """Over IPv4, iptables-legacy without -p, iptables-nft with -p udp."""
    udp_rows(network, checks, How(4, "legacy", "", "raw", "PREROUTING"))
    network.clear()
    udp_rows(network, checks, How(4, "nft", "udp", "filter", "INPUT"))


def test_udp_ipv6(network, checks):
    """Over IPv6, ip6tables-nft without -p, ip6tables-legacy with -p udp."""
    udp_rows(network, checks, How(6, "nft", "", "raw", "PREROUTING"))
    network.clear()
    udp_rows(network, checks, How(6, "legacy", "udp", "filter", "INPUT"))


# ---- TCP ----

# Samples that begin a message in a segment of their own. There is also the
# middle of a stream, which no rule on the message ever matches, and one of them
# after the end of another message; of that one defects and tools do not count.
TCP_SAMPLES = ("register register-auth svwar options-scanner foo ringing "
               "challenge empty-uri two-to cseq-method no-colon "
               "no-cookie").split()
TCP_ROWS = [row for row in SINGLE if not row[0].endswith(
    ("missing", "long", "no-end", "pipeline"))] + TOGETHER


def tcp_rows(network, checks, how):
    """Each sample on a connection of its own."""
    rows = [(options, set(names.split())) for options, names in TCP_ROWS]
    rows += [(f"! {options}", set(SAMPLES) - names)
             for options, names in rows[:len(TCP_ROWS) - len(TOGETHER)]]
    load_rows(network, rows, how)
    path = network.path(how.family)
    with path.listen() as listener:
        for number, (options, expected) in enumerate(rows, 1):
            to = lib.target(number, how.family)
            expected = expected & set(TCP_SAMPLES)
            if "register" in expected:
                expected.add("after")
            dropped = tcp_dropped(path, listener, to)
            row_wrong(checks, f"{options} over TCP ({how})", expected,
                      dropped)


def tcp_samples():
    """The segments that are sent, by name."""
    message = SAMPLES["options-scanner"]
    return {**{name: SAMPLES[name] for name in TCP_SAMPLES},
            "stream": message[message.index(b"\n") + 1:],
            "after": b"v: 1\r\n" + SAMPLES["register"]}


def tcp_dropped(path, listener, to):
    """Names of the samples whose segment did not get through."""
    clients = {}
    for name, data in tcp_samples().items():
        sock = path.connect(to)
        sock.sendall(data)
        clients[sock.getsockname()[1]] = (name, sock)
    path.sync()
    dropped = set()
    for _ in clients:
        sock, address = listener.accept()
        name, _ = clients[address[1]]
        with sock:
            sock.setblocking(False)
            try:
                sock.recv(65536)
            except BlockingIOError:
                dropped.add(name)
    for _, sock in clients.values():
        sock.close()
    return dropped


def test_tcp(network, checks):
    """Over TCP: with and without -p tcp, both families, legacy and nft."""
    tcp_rows(network, checks, How(4, "legacy", "", "raw", "PREROUTING"))
    network.clear()
    tcp_rows(network, checks, How(6, "nft", "tcp", "filter", "INPUT"))


# ---- Other transports ----

@pytest.mark.protocol(packets.UDPLITE)
def test_udplite(network, checks):
    """UDP-Lite, as UDP; the rules have no -p."""
    rows = [("--request", REQUESTS), ("--malformed", MALFORMED),
            ("--ua ^friendly-scanner$", "challenge")]
    rows = [(options, set(names.split())) for options, names in rows]
    for family in (4, 6):
        load_rows(network, rows, How(family, "legacy", "", "raw", "PREROUTING"))
        path = network.path(family, packets.UDPLITE)
        for number, (options, expected) in enumerate(rows, 1):
            results = path.through(
                [Shot(data, 0, lib.target(number, family))
                 for data in SAMPLES.values()])
            row_wrong(checks, f"{options}, UDP-Lite over IPv{family}",
                      expected, {name for name, one in zip(SAMPLES, results)
                                 if not one})


# Linux 7 took these sockets out; rules see such packets all the same, as
# packets.py has them.


def test_sctp(network, checks):
    """SCTP: a message is a DATA chunk of an association."""
    names = "register options-scanner foo ringing no-call-id two".split()
    for family in (4, 6):
        for options, expected in (("--method REGISTER", "register"),
                                  ("--ua friendly-scanner",
                                   "options-scanner"),
                                  ("--malformed", "no-call-id"),
                                  ("! --response", "register foo two "
                                   "options-scanner no-call-id")):
            network.server.rules([f"-A INPUT -m sip {options} -j DROP"],
                                 "filter", family)
            dropped = {name for name in names
                       if not sctp_arrives(network, family, SAMPLES[name])}
            row_wrong(checks, f"{options}, SCTP over IPv{family}",
                      set(expected.split()), dropped)


def sctp_arrives(network, family, data):
    """Whether the first message of a new association gets through."""
    sctp = (lib.AF[family], socket.SOCK_STREAM, socket.IPPROTO_SCTP)
    with network.server.socket(*sctp) as listener, \
            network.client.socket(*sctp) as client:
        listener.bind((lib.SERVER[family], 0))
        listener.listen(1)
        client.settimeout(lib.PATIENCE)
        client.bind((lib.CLIENTS[family][0], 0))
        client.connect(listener.getsockname()[:2])
        client.sendall(data)
        network.path(family).sync()
        server, _ = listener.accept()
        with server:
            server.setblocking(False)
            try:
                return server.recv(65536) == data
            except BlockingIOError:
                return False


# ---- Sources: each option at work; exact numbers are test_rate's ----

A, D = True, False
PHONE, SCAN = "register", "options-scanner"

# (rules in order, [(sample, number of the client's address, arrives)])
SCENARIOS = [
    (["--rate 1/h --burst 3"],
     [(PHONE, 0, A), ("empty", 0, A), ("junk", 0, A), (PHONE, 0, D),
      ("empty", 0, D), (PHONE, 1, A)]),
    (["! --rate 1/h --burst 2"],
     [(PHONE, 0, D), (PHONE, 0, D), (PHONE, 0, A), (PHONE, 1, D)]),
    (["--rate 1/d"], [(PHONE, 0, A)] * 5 + [(PHONE, 0, D)] * 2),
    (["--rate 2/hour --burst 1"], [(PHONE, 0, A), (PHONE, 0, D)]),
    (["--method OPTIONS --rate 1/h --burst 2"],
     [(SCAN, 0, A), (PHONE, 0, A), (SCAN, 0, A), (SCAN, 0, D),
      (PHONE, 0, A), (SCAN, 1, A)]),
    (["! --method OPTIONS --rate 1/h --burst 1"],
     [(PHONE, 0, A), (SCAN, 0, A), (PHONE, 0, D), (SCAN, 0, A)]),
    (["--ua friendly-scanner --ban 1h"],
     [(PHONE, 0, A), (SCAN, 0, D), (PHONE, 0, D), ("crlf", 0, D),
      (PHONE, 1, A)]),
    (["--ban 1h"], [(PHONE, 0, D), (PHONE, 1, D)]),
    (["--banned", "--malformed --ban 90s"],
     [(PHONE, 0, A), ("junk", 0, D), (PHONE, 0, D), (PHONE, 1, A)]),
    (["! --banned"], [(PHONE, 0, D), ("crlf", 1, D)]),
    (["--ua friendly-scanner --ban 1d", "--response ! --banned"],
     [("ringing", 0, D), (SCAN, 0, D), ("ringing", 0, D),
      ("ringing", 1, D)]),
    (["--malformed --rate 1/h --burst 2 --ban 10m"],
     [("junk", 0, A), (PHONE, 0, A), ("junk", 0, A), (PHONE, 0, A),
      ("junk", 0, D), (PHONE, 0, D), (PHONE, 1, A)]),
    (["--rate 1/h --burst 2 --prefix4 24 --prefix6 48"],
     [(PHONE, 0, A), (PHONE, 1, A), (PHONE, 2, D), (PHONE, 0, D)]),
    (["--rate 1/h --burst 1 --prefix4 32 --prefix6 128"],
     [(PHONE, 0, A), (PHONE, 1, A), (PHONE, 0, D), (PHONE, 1, D)]),
    (["--rate 1/h --burst 2 --by dst"],
     [(PHONE, 0, A), (PHONE, 1, A), (PHONE, 2, D)]),
    (["--rate 1/h --burst 1 --by src"],
     [(PHONE, 0, A), (PHONE, 0, D), (PHONE, 1, A)]),
    (["--ua friendly-scanner --ban 1w --prefix4 24 --prefix6 48"],
     [(PHONE, 1, A), (SCAN, 0, D), (PHONE, 1, D)]),
    (["--ua friendly-scanner --by dst --ban 1h", "--banned --by dst"],
     [(PHONE, 1, A), (SCAN, 0, D), (PHONE, 1, D), (PHONE, 2, D)]),
    (["--request --ua ^sipcli --rate 1/h --burst 1 --ban 1h"],
     [("invite-proxy-auth", 0, A), (PHONE, 0, A),
      ("invite-proxy-auth", 0, D), (PHONE, 0, D)]),
    (["--method REGISTER --auth --rate 1/h --burst 2 --ban 1h"],
     [("register-auth", 0, A), (PHONE, 0, A), ("register-auth", 0, A),
      (PHONE, 0, A), ("register-auth", 0, D), (PHONE, 0, D)]),
    (["--scanner --ban 1h"],
     [(PHONE, 0, A), ("svwar", 0, D), (PHONE, 0, D), (PHONE, 1, A)]),
    (["--users 1/h"],
     [(PHONE, 0, A), (SCAN, 0, A), ("unavailable", 0, A), (PHONE, 0, A),
      ("junk", 0, A)]),
    (["--status 2xx --forgive", "--rate 1/h --burst 2"],
     [(PHONE, 0, A), (PHONE, 0, A), (PHONE, 0, D), ("ok-register", 0, D),
      (PHONE, 0, A), ("ringing", 0, A), (PHONE, 0, D), ("ringing", 0, D),
      ("ok-register", 1, D), (PHONE, 0, D)]),
]


def scenario_rules(family, name):
    """A chain and a table of sources for each scenario."""
    lines = [f"-A PREROUTING -d {lib.target(number, family)} -j to_{number}"
             for number in range(1, len(SCENARIOS) + 1)]
    for number, (options, _) in enumerate(SCENARIOS, 1):
        lines += [f"-A to_{number} -m sip {one} --name {name}{number} -j DROP"
                  for one in options]
    return lines


def test_sources(network, checks):
    """--rate, --burst, --banned, --ban, --by, --prefix4/6, --name."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(scenario_rules(family, f"v{family}-"), "raw",
                             family, backend)
        for number, (options, scenario) in enumerate(SCENARIOS, 1):
            results = network.path(family).through(
                [Shot(SAMPLES[sample], source, lib.target(number, family))
                 for sample, source, _ in scenario])
            checks.equal(f"{'; '.join(options)}, IPv{family}",
                         [arrives for _, _, arrives in scenario],
                         [bool(one) for one in results])
        network.clear()


def test_names(network, checks):
    """Rules with the same --name share bans, also across families' rules;
    others do not."""
    for family in (4, 6):
        network.server.rules([
            "-A PREROUTING -m sip --ua friendly-scanner --name one --ban 1h",
            "-A PREROUTING -m sip --banned --name two -j DROP",
            "-A PREROUTING -m sip --banned -j DROP"], "raw", family)
        arrived = network.path(family).through([SAMPLES[SCAN], SAMPLES[PHONE]])
        checks.equal(f"another --name, IPv{family}", [True, True],
                     [bool(one) for one in arrived])
        network.server.rules(["-A INPUT -m sip --banned --name one -j DROP"],
                             "filter", family, "nft")
        arrived = network.path(family).through([SAMPLES[PHONE],
                                                Shot(SAMPLES[PHONE], 1)])
        checks.equal(f"the same --name, IPv{family}", [False, True],
                     [bool(one) for one in arrived])
