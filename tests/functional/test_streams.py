# SPDX-License-Identifier: GPL-2.0
"""Tests packets with several messages: TCP segments, also merged ones of up
to 64 KB, and SCTP. Every message is read, and counted once by each rule.
"""

import re

from tests import lib
from tests.lib import bursts, sip, sources, tun
from tests.lib.sip import SCANNER

TABLE = re.compile("--(banned|ban|rate|users|forgive) ?")
SOURCE = {4: "10.7.1.1", 6: "2001:db8:7:1::1"}
# What a rule counts -> its options; each has a table of its own.
COUNTS = {
    "requests": "--request",
    "registers": "--method REGISTER",
    "answers": "--status 401",
    "auth": "--auth",
    "malformed": "--defect start-line,missing,duplicate,cseq,header",
    "scanners": "--scanner",
    "agents": f"--ua {SCANNER}",
    "others": "! --method REGISTER",
}
MOST = 50000                # messages that a rule may count
AUTH = 'Authorization: Digest username="x", realm="x", nonce="1", uri="x"'


def rules(device):
    """Rules that count all that comes in from a device, then drop it."""
    found = [f"-A PREROUTING -i {device} -p tcp -m sip {options} --rate 1/d "
             f"--burst {MOST} --name {name}"
             for name, options in COUNTS.items()]
    return found + [f"-A PREROUTING -i {device} -p tcp -m sip --users 200/d "
                    "--name users"]


def counted(netns):
    """What the rules have counted: {name: messages, "users": users}."""
    found = {}
    for source in sources.listed(netns):
        for text in source["rate"] + source.get("users", []):
            count = int(text.split(":")[1].split("/")[0])
            if count:
                found[source["table"]] = count
    return found


def unlike(found, **expected):
    """What of the counts is not as expected."""
    return {name: (expected.get(name, 0), found.get(name, 0))
            for name in {*expected, *found}
            if expected.get(name, 0) != found.get(name, 0)}


def registers(users, *more, **how):
    """REGISTERs of these users, one after the other."""
    return b"".join(sip.to_user(user, "REGISTER", *more, **how)
                    for user in users)


def answers(users):
    """Refusals of these users."""
    return b"".join(sip.answer(401, user) for user in users)


# A segment that begins in the middle of a message, and the rest of it.
HEAD, REST = sip.request("INVITE")[:100], sip.request("INVITE")[100:]
BODY = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" * 3
FRAGMENT = b"SIP/2.0 200 OK\r\n\r\n"        # message/sipfrag (RFC 3420)


def with_body(user, body=BODY, length=None):
    """An INVITE with a body."""
    return sip.to_user(user, "INVITE", body=body,
                       length=len(body) if length is None else length)


def no_call_id(user):
    """An INVITE with a definite defect."""
    return sip.to_user(user, "INVITE").replace(b"Call-ID", b"X-Call")


# name, segment made of a list of 40 users, what is counted
SEGMENTS = [
    ("20 REGISTERs of 20 users", lambda u: registers(u[:20]),
     {"requests": 20, "registers": 20, "users": 20}),
    ("20 of one user", lambda u: registers(u[:1]) * 20,
     {"requests": 20, "registers": 20, "users": 1}),
    ("20 with credentials", lambda u: registers(u[:20], AUTH),
     {"requests": 20, "registers": 20, "users": 20, "auth": 20}),
    ("20 answers", lambda u: answers(u[:20]),
     {"answers": 20, "others": 0, "users": 20, "registers": 20}),
    ("requests and answers", lambda u: registers(u[:3]) + answers(u[3:5]) +
     with_body(u[6]) + registers(u[5:6]),
     {"requests": 5, "registers": 6, "answers": 2, "others": 1, "users": 7}),
    ("after bodies", lambda u: 5 * (with_body(u[1]) + registers(u[:1])),
     {"requests": 10, "registers": 5, "others": 5, "users": 2}),
    ("in bodies", lambda u: with_body(u[3], registers(u[:2])) +
     registers(u[2:3]),
     {"requests": 2, "registers": 1, "others": 1, "users": 2}),
    ("begins in the middle", lambda u: REST + registers(u[:20]),
     {"requests": 20, "registers": 20, "users": 20}),
    ("begins in the middle of a body", lambda u: BODY[50:] +
     registers(u[:20]), {"requests": 20, "registers": 20, "users": 20}),
    ("a body that is cut", lambda u: with_body(u[20], BODY, 99999) +
     registers(u[:20]),
     {"requests": 21, "registers": 20, "others": 1, "users": 21}),
    ("the last one is cut", lambda u: registers(u[:20]) + HEAD[:20],
     {"requests": 20, "registers": 20, "users": 20}),
    ("the last one is cut after its user",
     lambda u: registers(u[:20])[:-10],
     {"requests": 20, "registers": 20, "users": 20}),
    ("only the middle of one", lambda _: REST, {}),
    ("a scanner after a phone",
     lambda u: registers(u[:1]) + registers(u[1:2], agent=SCANNER),
     {"requests": 2, "registers": 2, "users": 2, "scanners": 1,
      "agents": 1}),
    ("a scanner that may be a body",
     lambda u: REST + registers(u[:1], agent=SCANNER),
     {"requests": 1, "registers": 1, "users": 1, "agents": 1}),
    ("a defect after a sound message",
     lambda u: registers(u[:1]) + no_call_id(u[1]),
     {"requests": 2, "registers": 1, "others": 1, "users": 2,
      "malformed": 1}),
    ("a defect that may be a body", lambda u: REST + no_call_id(u[0]),
     {"requests": 1, "others": 1, "users": 1}),
    ("a length that hides others", lambda u: REST + sip.to_user(
        u[3], "OPTIONS", length=1000) + registers(u[:3]),
     {"requests": 4, "registers": 3, "others": 1, "users": 4}),
    *[(f"INVITE less {cut} bytes",
       lambda u, cut=cut: sip.to_user(u[2], "INVITE")[cut:] +
       registers(u[:2]),
       {"requests": 3, "registers": 2, "others": 1, "users": 3})
      for cut in range(1, 6)],
    ("a method without a name, then one with",
     lambda u: sip.to_user(u[1], "JUMP", cseq="INVITE") + registers(u[:1]),
     {"requests": 2, "registers": 1, "others": 1, "users": 2,
      "malformed": 1}),
    ("a status line and nothing else", lambda _: FRAGMENT, {}),
    ("status lines, then a message",
     lambda u: 3 * FRAGMENT + registers(u[:1]),
     {"requests": 1, "registers": 1, "users": 1}),
    ("keep-alives between", lambda u: b"\r\n\r\n".join(
        registers([user]) for user in u[:20]),
     {"requests": 20, "registers": 20, "users": 20}),
    ("as many as 64 KB have", lambda u: 4 * registers(u[:40]),
     {"requests": 160, "registers": 160, "users": 40}),
]


def estimates(network, users):
    """What is said of N of these users if each comes in its own datagram."""
    to = lib.target(251, 4)
    network.server.rules([f"-A PREROUTING -d {to} -m sip --users 200/d "
                          "--name estimates"])
    found = [0]
    for user in users:
        sources.arrive(network, [("10.7.2.1", to, sip.to_user(user))])
        found += sources.users(network.server, "estimates", "10.7.2.1/32")
    return found


def test_segments(network, checks):
    """Each row in one packet: linear, in pages, and merged by GRO."""
    users = bursts.Pool(network, 40).users
    said_of = estimates(network, users)
    with tun.Tun(network.server) as device:
        for family, backend in ((4, "legacy"), (6, "nft")):
            network.server.rules(rules("tun0") + [
                "-A PREROUTING -i tun0 -j DROP"], "raw", family, backend)
            kind = tun.TCPV4 if family == 4 else tun.TCPV6
            head = 40 if family == 4 else 60
            for name, make, counts in SEGMENTS:
                data = make(users)
                expected = {**counts, "users": said_of[counts.get("users",
                                                                  0)]}
                packet = tun.segment(SOURCE[family], lib.SERVER[family],
                                     data)
                for how, said in (("linear", {"linear": len(packet)}),
                                  ("in pages", {"linear": head}),
                                  ("merged", {"kind": kind, "size": 1448,
                                              "linear": head})):
                    sources.write(network.server, "flush")
                    device.send(packet, **said)
                    network.path(family).sync()
                    checks.equal(f"{name}, {how}, IPv{family}", {},
                                 unlike(counted(network.server), **expected),
                                 data)
            network.clear()


# ---- Statistics ----

def told(netns, before):
    """What the statistics of messages have grown by."""
    kinds = ("packets", "requests", "responses", "defects", "scanners")
    return {key.removeprefix("xt_sip_"): value - before[key]
            for key, value in netns.stats().items() if value > before[key]
            and key.startswith(tuple(f"xt_sip_{one}_total" for one in kinds))}


# segment, what the statistics grow by
STATISTICS = [
    (registers(["a"]) * 20, {
        'packets_total{class="request"}': 20,
        'requests_total{method="REGISTER"}': 20}),
    (REST + registers(["a"]) * 3 + answers(["a"]), {
        'packets_total{class="unjudged"}': 1,
        'packets_total{class="request"}': 3,
        'requests_total{method="REGISTER"}': 3,
        'packets_total{class="response"}': 1,
        'responses_total{status="4xx"}': 1}),
    (registers(["a"]) + no_call_id("a"), {
        'packets_total{class="request"}': 2,
        'requests_total{method="REGISTER"}': 1,
        'requests_total{method="INVITE"}': 1,
        'defects_total{defect="missing"}': 1}),
    (registers(["a"], "X: " + 9000 * "x"), {
        'packets_total{class="request"}': 1,
        'requests_total{method="REGISTER"}': 1,
        'defects_total{defect="long"}': 1}),
    (REST + no_call_id("a"), {
        'packets_total{class="unjudged"}': 1,
        'packets_total{class="request"}': 1,
        'requests_total{method="INVITE"}': 1}),
    (registers(["a"], agent=SCANNER) * 5, {
        'packets_total{class="request"}': 5,
        'requests_total{method="REGISTER"}': 5,
        'scanners_total{tool="sipvicious"}': 5}),
]


def test_statistics(network, checks):
    """A message is counted once, however many rules look at its packet, and
    if the first of them wants to see no more than the first message."""
    with tun.Tun(network.server) as device:
        for family, backend in ((4, "nft"), (6, "legacy")):
            for first in ([], ["-A PREROUTING -i tun0 -m sip --request"],
                          ["-A PREROUTING -i tun0 -m sip --request -j DROP",
                           "-A PREROUTING -i tun0 -m sip ! --scanner"]):
                network.server.rules(
                    first + rules("tun0") + ["-A PREROUTING -i tun0 -j DROP"],
                    "raw", family, backend)
                for data, grows in STATISTICS:
                    # A rule in front may drop it before any asks for tools.
                    if first[1:]:
                        grows = {key: value for key, value in grows.items()
                                 if not key.startswith("scanners")}
                    for count in (1, 2):
                        before = network.server.stats()
                        for _ in range(count):
                            device.send(tun.segment(
                                SOURCE[family], lib.SERVER[family], data))
                        network.path(family).sync()
                        checks.equal(
                            f"{len(first)} rules first, {count} packets, "
                            f"IPv{family}", {key: count * value for
                                             key, value in grows.items()},
                            told(network.server, before), data)
                network.clear()


# ---- What rules do ----

# rules, segments one after the other, which of them the last rule drops
ACTIONS = [
    # five pass, the packet with the sixth does not
    (["--request --rate 5/d --burst 5 -j DROP"],
     [5 * registers("a"), registers("a"), b"x\r\n" + registers("a")],
     [False, True, True]),
    (["--request --rate 5/d --burst 5 -j DROP"],
     [6 * registers("a"), REST], [True, False]),
    # 20 guesses of one packet
    (["--auth --rate 10/d --burst 10 --ban 1h -j DROP", "--banned -j DROP"],
     [registers("a", AUTH) * 20, REST], [True, True]),
    # any message of a packet
    (["--method INVITE -j DROP"],
     [registers("ab") + with_body("c"), registers("ab")], [True, False]),
    (["--scanner --ban 1h -j DROP"],
     [REST + registers("a", agent=SCANNER), registers("a"),
      registers("a") + registers("b", agent=SCANNER), REST],
     [False, False, True, True]),
    # a refused source may not clear its counts by what may be part of a body
    (["--request --rate 2/d --burst 2 -j DROP",
      "--status 401 --forgive"],
     [2 * registers("a"), REST + answers("a"), registers("a"), answers("a"),
      registers("a")],
     [False, False, True, False, False]),
]


def action_rules(family):
    """The rules of each row, with a target and a table of its own."""
    found = []
    for number, (lines, _, _) in enumerate(ACTIONS, 1):
        for line in lines:
            name = f"--name actions{number} " if TABLE.search(line) else ""
            found.append(f"-A PREROUTING -d {lib.target(number, family)} "
                         f"-m sip {name}{line}")
        found.append(f"-A PREROUTING -d {lib.target(number, family)} -m sip "
                     f"--rate 1/d --burst 1000 --name passed{number}")
    return found + ["-A PREROUTING -i tun0 -j DROP"]


def test_actions(network, checks):
    """What rules do with a packet of several messages."""
    with tun.Tun(network.server) as device:
        for family, backend in ((4, "legacy"), (6, "nft")):
            network.server.rules(action_rules(family), "raw", family, backend)
            sources.write(network.server, "flush")
            for number, (lines, segments, dropped) in enumerate(ACTIONS, 1):
                to = lib.target(number, family)
                got = []
                for data in segments:
                    before = passed(network.server, number)
                    device.send(tun.segment(SOURCE[family], to, data))
                    network.path(family).sync()
                    got.append(before == passed(network.server, number))
                checks.equal(f"{lines}, IPv{family}: are dropped", dropped,
                             got)


def passed(netns, number):
    """How many packets of a row came to the end of its rules."""
    return counted(netns).get(f"passed{number}", 0)
