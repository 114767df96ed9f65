# SPDX-License-Identifier: GPL-2.0
"""Tests --solicited, and --auth for responses: answers to own requests.

tests/unit/test_bloom.c tests how long a request is remembered and the rate of
false positives, tests/unit/test_transaction.c what names a transaction and all
spellings of a second Via and of a tag, test_challenge.c those of stale=true.
"""

import collections
import re
import socket

from tests import lib
from tests.lib import marks, sources, users
from tests.lib.exchange import (answer, ask, calls, came, payload, TO, TWO, VIA,
                                walk, went)
from tests.lib.nftsip import Tables
from tests.lib.samples import CREDENTIALS
from tests.lib.users import CLONE_NEWUSER, USER, User
from tests.lib.way import Way

CONDITIONS = ("--solicited", "! --solicited", "--auth", "! --auth",
              "--response ! --solicited", "--response --auth",
              "--response ! --auth")

# What is said, and of the last message: is it solicited, does it answer a
# request with credentials?
CASES = [
    ("nobody asked", [went(answer())], False, False),
    ("each answer of several",
     [came(ask("INVITE")), went(answer(100, "INVITE")),
      went(answer(180, "INVITE")), went(answer(603, "INVITE"))], True, False),
    ("asked twice", [came(ask()), came(ask()), went(answer())], True, False),
    ("long ago, by others", [came(ask(), 1), came(ask(), 2),
                             came(ask(), 0), went(answer(), 1)], True, False),
    ("another Call-ID", [came(ask()), went(answer(call="x"))], False, False),
    ("another number", [came(ask()), went(answer(number=2))], False, False),
    ("another method", [came(ask("OPTIONS")), went(answer())], False, False),
    ("a method without a number",
     [came(ask("FOO")), went(answer(200, "FOO"))], True, False),
    ("another method without a number",
     [came(ask("FOO")), went(answer(200, "BAR"))], False, False),
    ("nobody answers an ACK",
     [came(ask("ACK")), went(answer(200, "ACK"))], False, False),
    ("a BYE within a dialog that came in",
     [came(ask("BYE", to=TO + ";tag=3", via=TWO)), went(answer(200, "BYE"))],
     True, False),
    ("to another address of the client",
     [came(ask(), 0), went(answer(), 1)], False, False),
    ("from another address of the server",
     [came(ask(), 0, 7), went(answer())], False, False),
    ("an answer that goes the same way", [came(ask()), came(answer())],
     False, False),
    ("a request is no answer", [came(ask()), came(ask())], False, False),
    # credentials
    ("with Authorization",
     [came(ask("REGISTER", CREDENTIALS)), went(answer(403))], True, True),
    ("with Proxy-Authorization",
     [came(ask("INVITE", "Proxy-" + CREDENTIALS)),
      went(answer(407, "INVITE"))], True, True),
    ("with Authorization, and the nonce was old",
     [came(ask("REGISTER", CREDENTIALS)), went(answer(
         401, "REGISTER", 'WWW-Authenticate: Digest realm="h",nonce="1",'
         'stale=true'))], True, False),
    ("first without, then with",
     [came(ask()), went(answer(401)),
      came(ask("REGISTER", CREDENTIALS, number=2)),
      went(answer(number=2))], True, True),
    ("first without, then with, and then the first answer",
     [came(ask()), came(ask("REGISTER", CREDENTIALS, number=2)),
      went(answer(401))], True, False),
    ("credentials of another sender",
     [came(ask("REGISTER", CREDENTIALS), 1), came(ask(), 0),
      went(answer(401), 0)], True, False),
    ("credentials in the answer alone",
     [came(ask()), went(answer(401, "REGISTER", CREDENTIALS))], True, False),
    # requests of the server's own
    ("its own REGISTER",
     [went(ask("REGISTER", CREDENTIALS)), came(answer())], True, True),
    ("its own request, answered by another host",
     [went(ask("OPTIONS"), 0), came(answer(200, "OPTIONS"), 1)],
     False, False),
    ("a request passed on: two Via",
     [went(ask(via=TWO)), came(answer())], False, False),
    ("a request passed on: a tag",
     [went(ask(to=TO + ";tag=1")), came(answer())], False, False),
    ("with a definite defect",
     [went(ask("OPTIONS", "no colon")), came(answer(200, "OPTIONS"))],
     False, False),
    ("a relayed REGISTER (trust.md of Kamailio): its answer",
     [came(ask(to=TO + ";tag=9"), 0),
      went(ask(to=TO + ";tag=9", via=TWO), 1), came(answer(), 1)],
     False, False),
    ("a forged answer", [came(ask()), came(answer(200, "REGISTER", VIA))],
     False, False),
]

def test_cases(way, checks):
    """Every case."""
    way.rules(*marks.rules(CONDITIONS, way.family),
              *marks.rules(CONDITIONS, way.family, "OUTPUT"), table="mangle")
    for what, steps, solicited, auth in CASES:
        expected = {"! " * (not solicited) + "--solicited",
                    "! " * (not auth) + "--auth"}
        if steps[-1].text.startswith("SIP/2.0"):
            expected.add("--response " + "! " * (not auth) + "--auth")
            if not solicited:
                expected.add("--response ! --solicited")
        got = walk(way, next(calls), *steps)
        checks.equal(what, expected, got and marks.read(
            CONDITIONS, got.ttl, got.tos), steps[-1].text)


# ---- Hooks ----

# Where requests are read, and where answers are matched.
PLACES = [
    ("server", "raw", "PREROUTING", "raw", "OUTPUT"),
    ("server", "filter", "INPUT", "filter", "OUTPUT"),
    ("server", "mangle", "INPUT", "mangle", "POSTROUTING"),
    ("router", "filter", "FORWARD", "filter", "FORWARD"),
    ("router", "raw", "PREROUTING", "filter", "FORWARD"),
    ("router", "raw", "PREROUTING", "mangle", "POSTROUTING"),
]


def test_hooks(way, checks):
    """Requests read in one hook, answers matched in another, or the same."""
    for where, one, read, other, match in PLACES:
        rules = collections.defaultdict(list)
        rules[one].append(f"-A {read} -m sip --request")
        rules[other].append(f"-A {match} -m sip --response ! --solicited "
                            "-j DROP")
        for table, lines in rules.items():
            way.rules(*lines, table=table, netns=getattr(way.network, where))
        call = next(calls)
        checks.equal(f"{where}: {one} {read}, {other} {match}",
                     [False, True, False], [bool(walk(way, call, *steps))
                                            for steps in (
                         [went(answer())], [came(ask()), went(answer())],
                         [went(answer(), 1)])])
        way.network.clear()


def test_router(way, checks):
    """What leaves a router is the router's to say: two Via do not count."""
    for hook, solicited in (("FORWARD", True), ("POSTROUTING", False)):
        way.rules(f"-A {hook} -m sip --response ! --solicited -j DROP",
                  table="mangle", netns=way.router)
        checks.equal(f"read in {hook}", solicited, bool(walk(
            way, next(calls), came(ask(via=TWO)), went(answer()))))


def test_loop(way, checks):
    """To itself: one packet, which leaves and comes in."""
    way.rules("-A OUTPUT -m sip --request",
              "-A PREROUTING -m sip --response ! --solicited -j DROP")
    loop = way.network.loop(way.family)
    for via in ((VIA,), TWO):
        call = next(calls)
        # What is sent waits in the device's queue, maybe until the next one
        # has left: the first answer has to be gone before the next request.
        got = loop.through([payload(answer(), call)])
        got += loop.through([payload(ask(via=via), call),
                             payload(answer(), call)])
        checks.equal(f"{len(via)} Via", [False, True, True],
                     [bool(one) for one in got])


# ---- The memory ----

def test_memory(checks):
    """It is there where rules ask, of one size, and written only then."""
    sources.load_module()
    for lines, asks in (
            (["--request --auth"], False), (["! --response --auth"], False),
            (["--scanner --auth"], False),
            (["--request ! --auth", "--banned", "--rate 1/s"], False),
            (["--auth"], True), (["! --auth"], True),
            (["--response --auth"], True), (["--solicited"], True),
            (["! --request --auth", "--request"], True),
            (["--request ! --solicited"], True)):
        netns = lib.Netns("memory")
        netns.ip(["link set lo up"])
        netns.rules([f"-A OUTPUT -m sip {line}" for line in lines])
        with netns.socket(lib.AF[4], socket.SOCK_DGRAM) as sock:
            for text in (ask(), ask(), answer(), ask("ACK"), ask(via=TWO)):
                sock.sendto(payload(text, 0), ("127.0.0.1", lib.SENTINEL + 1))
        stats = netns.stats()
        checks.equal(f"{lines}: remembered", 2 * asks,
                     stats["xt_sip_remembered_total"])
        checks.true(f"{lines}: memory", 524288 * asks
                    <= stats["xt_sip_memory_bytes"] <= (524288 + 64) * asks,
                    stats)
        netns.close()


def test_reload(way, checks):
    """A ruleset that is loaded again knows the requests from before."""
    rules = ["-A PREROUTING -m sip --request",
             "-A OUTPUT -m sip --response ! --solicited -j DROP"]
    call = next(calls)
    way.rules(*rules)
    walk(way, call, came(ask()))
    way.rules(*rules)
    checks.true("replaced", walk(way, call, went(answer())))
    way.network.clear()
    way.rules(*rules)
    checks.true("removed, and loaded", walk(way, call, went(answer())))


def test_counters(way, checks):
    """solicited_total and unsolicited_total, for each rule that asks."""
    way.rules("-A PREROUTING -m sip --request",
              "-A OUTPUT -m sip --status 2xx --solicited",
              "-A OUTPUT -m sip --response ! --solicited")
    before = way.server.stats()
    walk(way, next(calls), went(answer()), went(answer(404)), came(ask()),
         went(answer()), went(answer(100)))
    grown = way.server.grown(before)
    checks.equal("solicited, not", (3, 3), (grown["solicited_total"],
                                            grown["unsolicited_total"]))


# ---- Together with others ----

def test_counts(way, checks):
    """Failed passwords are counted, no challenge and no stranger's answer."""
    way.rules(
        "-A PREROUTING -m sip --banned -j DROP",
        "-A PREROUTING -m sip --request",
        "-A OUTPUT -m sip --response ! --solicited -j RETURN",
        "-A OUTPUT -m sip --auth --status 401,403,407 --by dst --rate 10/m "
        "--burst 3 --ban 1h -j DROP")

    def arrived(client, method, status, *more):
        return bool(walk(way, next(calls), came(ask(method, *more), client),
                         went(answer(status, method), client)))

    checks.true("challenges", all(arrived(0, "REGISTER", 401)
                                  for _ in range(9)))
    checks.true("forged answers", all(
        walk(way, next(calls), went(answer(403), 0)) for _ in range(9)))
    checks.true("good passwords", all(arrived(0, "REGISTER", 200, CREDENTIALS)
                                      for _ in range(9)))
    checks.equal("guesses, by any method", [True, True, True, False],
                 [arrived(1, method, status, CREDENTIALS)
                  for method, status in (("REGISTER", 403), ("OPTIONS", 401),
                                         ("INVITE", 407), ("MESSAGE", 401))])
    checks.equal("bans", 1, len(sources.banned(way.server)))


def test_nft(network, checks):
    """The same by nft-sip, in tables of every family."""
    for name, family in (("ip", 4), ("ip6", 6), ("inet", 4), ("inet", 6)):
        way = Way(network, family, "nft")
        with Tables(network.server, name,
                    "chain out { type filter hook output priority -300; }"
                    ) as tables:
            tables.add("--request", "counter")
            tables.add(*"--response ! --solicited counter drop".split(),
                       chain="out")
            call = next(calls)
            checks.equal(f"{name}, IPv{family}", [False, True, True], [
                bool(walk(way, call, step))
                for step in (went(answer()), came(ask()), went(answer()))])
            checks.equal(f"{name}: counted", [1], tables.counts("out"))


# ---- Users without privileges ----

THEIRS = "theirs"          # of a call that nobody else has


def talk(texts):
    """Send them over our loopback device; which get out."""
    got = []
    with socket.socket(lib.AF[4], socket.SOCK_DGRAM) as sock:
        for text in texts:
            try:
                sock.sendto(payload(text, THEIRS), ("127.0.0.1", lib.SIP))
                got.append(True)
            except PermissionError:
                got.append(False)
            except ConnectionError:     # of the one before: nobody listens
                sock.sendto(payload(text, THEIRS), ("127.0.0.1", lib.SIP))
                got.append(True)
    return got


def test_unprivileged(network, checks):
    """The owner of a user namespace has a filter of its own, a small one."""
    made = users.image(network, ["--response ! --solicited -j DROP",
                                 "--request"])
    with User(USER).root(CLONE_NEWUSER, lib.CLONE_NEWNET) as user:
        user.do(users.link_up)
        user.do(users.load, made)
        checks.equal("answers", [False, True, True],
                     user.do(talk, [answer(), ask(), answer()]))
        size = int(re.search(r"^xt_sip_memory_bytes (\d+)$", user.do(
            users.read_file, "/proc/net/xt_sip/stats"), re.M)[1])
        checks.true("size", 32768 <= size <= 32768 + 64, size)
    way = Way(network, 4, "legacy")
    way.rules("-A OUTPUT -m sip --response ! --solicited -j DROP")
    checks.true("not ours", not walk(way, THEIRS, went(answer())))
