# SPDX-License-Identifier: GPL-2.0
"""Tests TCP segments with several messages, also merged ones of up to 64 KB:
every message is read, and counted once by each rule.

tests/unit/test_walk.c has all that a segment can hold.
"""

import pytest

from tests.lib import sip, sources, tun
from tests.lib.bursts import TABLE
from tests.lib.sip import SCANNER

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
AUTH = 'Authorization: Digest username="x", realm="x", nonce="1", uri="x"'


def counting_rules():
    """Rules that count all that comes in from a guest, then drop it."""
    return [*(f"-A PREROUTING -i tun0 -m sip {options} --rate 1/d "
              f"--burst 50000 --name {name}"
              for name, options in COUNTS.items()),
            "-A PREROUTING -i tun0 -m sip --users 200/d --name users",
            "-A PREROUTING -i tun0 -j DROP"]


def counted(netns):
    """What the rules have counted: {name of the table: how much}."""
    counts = [(source["table"], int(text.split(":")[1].split("/")[0]))
              for source in sources.listed(netns)
              for text in source["rate"] + source.get("users", [])]
    return {table: count for table, count in counts if count}


def registers(users, *more, **how):
    """REGISTERs of these users, one after the other."""
    return b"".join(sip.to_user(user, "REGISTER", *more, **how)
                    for user in users)


def answers(users):
    """Refusals of these users."""
    return b"".join(sip.answer(401, user) for user in users)


# A segment that begins in the middle of a message is the rest of one.
REST = sip.request("INVITE")[100:]
BODY = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n" * 3


def invite(user, body=BODY, length=None):
    """An INVITE with a body."""
    return sip.to_user(user, "INVITE", body=body,
                       length=len(body) if length is None else length)


def no_call_id(user):
    """An INVITE with a definite defect."""
    return sip.to_user(user, "INVITE").replace(b"Call-ID", b"X-Call")


# Segment made of a list of users, what is counted.
SEGMENTS = [
    (lambda u: 20 * registers(u[:1], AUTH),
     {"requests": 20, "registers": 20, "users": 1, "auth": 20}),
    (lambda u: registers(u[:3]) + answers(u[3:5]) + invite(u[5]),
     {"requests": 4, "registers": 5, "answers": 2, "others": 1, "users": 6}),
    # messages in a body are none, those after a cut are
    (lambda u: invite(u[3], registers(u[:2])) + registers(u[2:3]),
     {"requests": 2, "registers": 1, "others": 1, "users": 2}),
    (lambda u: REST + registers(u[:5]),
     {"requests": 5, "registers": 5, "users": 5}),
    (lambda u: invite(u[5], BODY, 99999) + registers(u[:5]),
     {"requests": 6, "registers": 5, "others": 1, "users": 6}),
    (lambda u: registers(u[:5])[:-10],
     {"requests": 5, "registers": 5, "users": 5}),
    (lambda _: REST, {}),
    # what may be part of a body is no tool's, and has no defect
    (lambda u: registers(u[:1]) + registers(u[1:2], agent=SCANNER),
     {"requests": 2, "registers": 2, "users": 2, "scanners": 1, "agents": 1}),
    (lambda u: REST + registers(u[:1], agent=SCANNER),
     {"requests": 1, "registers": 1, "users": 1, "agents": 1}),
    (lambda u: registers(u[:1]) + no_call_id(u[1]),
     {"requests": 2, "registers": 1, "others": 1, "users": 2, "malformed": 1}),
    (lambda u: REST + no_call_id(u[0]),
     {"requests": 1, "others": 1, "users": 1}),
    # as many as 64 KB have
    (lambda u: 32 * registers(u[:5]),
     {"requests": 160, "registers": 160, "users": 5}),
]


@pytest.fixture(name="guest")
def fixture_guest(way):
    """Sends payloads as segments of TCP from a device of the server."""
    source = way.source("1.1")
    merged, head = (tun.TCPV4, 40) if way.family == 4 else (tun.TCPV6, 60)
    with tun.Tun(way.server) as device:
        def send(data, to=way.to, how="linear"):
            packet = tun.segment(source, to, data)
            device.send(packet, **{
                "linear": {"linear": len(packet)}, "in pages": {"linear": head},
                "merged": {"kind": merged, "size": 1448, "linear": head}}[how])
            way.there.sync()
        yield send


def test_segments(way, checks, pool, guest):
    """Each row in one packet: linear, in pages, and merged by GRO."""
    way.rules(*counting_rules())
    for make, counts in SEGMENTS:
        data = make(pool)
        for how in ("linear", "in pages", "merged"):
            sources.write(way.server, "flush")
            guest(data, how=how)
            checks.equal(how, counts, counted(way.server), data)


# segment, what the statistics grow by
STATISTICS = [
    (registers(["a"], agent=SCANNER) * 5, {
        'packets_total{class="request"}': 5,
        'requests_total{method="REGISTER"}': 5,
        'scanners_total{tool="sipvicious"}': 5}),
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
]


def test_statistics(way, checks, guest):
    """A message is counted once, however many rules look at its packet, and
    if the first of them wants to see no more than the first message."""
    kinds = ("packets", "requests", "responses", "defects", "scanners")
    for first in ([], ["-A PREROUTING -i tun0 -m sip --request"],
                  ["-A PREROUTING -i tun0 -m sip --request -j DROP",
                   "-A PREROUTING -i tun0 -m sip ! --scanner"]):
        way.rules(*first, *counting_rules())
        for data, grows in STATISTICS:
            # A rule in front may drop it before any asks for tools.
            if first[1:]:
                grows = {key: value for key, value in grows.items()
                         if not key.startswith("scanners")}
            before = way.server.stats()
            guest(data)
            guest(data)
            checks.equal(
                f"{len(first)} rules first", {key: 2 * value for key, value
                                              in grows.items()},
                {key: value for key, value
                 in way.server.grown(before).items()
                 if key.startswith(kinds)}, data)


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
     [registers("ab") + invite("c"), registers("ab")], [True, False]),
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


def test_actions(way, checks, guest):
    """What rules do with a packet of several messages."""
    found = []
    for number, (lines, _, _) in enumerate(ACTIONS, 1):
        for line in [*lines, f"--rate 1/d --burst 1000 --name passed{number}"]:
            name = f"--name actions{number} " * bool(
                TABLE.search(line) and "--name" not in line)
            found.append(f"-A PREROUTING -d {way.target(number)} -m sip "
                         f"{name}{line}")
    way.rules(*found, "-A PREROUTING -i tun0 -j DROP")
    for number, (lines, segments, dropped) in enumerate(ACTIONS, 1):
        name, got = f"passed{number}", []
        for data in segments:
            before = counted(way.server).get(name)
            guest(data, way.target(number))
            got.append(counted(way.server).get(name) == before)
        checks.equal(f"{lines}: are dropped", dropped, got)
