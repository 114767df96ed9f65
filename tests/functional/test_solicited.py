# SPDX-License-Identifier: GPL-2.0
"""Tests --solicited, and --auth for responses: answers to own requests.

tests/unit/test_bloom.c tests how long a request is remembered and the rate of
false positives, tests/unit/test_transaction.c all spellings of a second Via and
of a tag.
"""

import collections
import itertools
import re
import socket

from tests import lib
from tests.functional.test_unprivileged import image, USER
from tests.lib import marks, Shot, sources, users
from tests.lib.nftsip import Tables
from tests.lib.samples import CREDENTIALS
from tests.lib.users import CLONE_NEWUSER, User

CONDITIONS = ("--solicited", "! --solicited", "--auth", "! --auth",
              "--response ! --solicited", "--response --auth",
              "--response ! --auth")

# ---- Messages: {call} is another one in every case ----

VIA = "Via: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1"
FROM = "From: <sip:alice@example.com>;tag=1"
TO = "To: <sip:bob@example.com>"
CALL = "Call-ID: {call}@h"


def message(start, *lines):
    """A message, still with {call}."""
    return "\r\n".join([start, *lines, "Content-Length: 0", "", ""])


def ask(method="REGISTER", *more, cseq=None, via=(VIA,), to=TO, call=CALL):
    """A request; cseq is all of the field's value."""
    return message(f"{method} sip:example.com SIP/2.0", *via, FROM, to, call,
                   f"CSeq: {cseq or '1 ' + method}", *more)


def answer(status=200, method="REGISTER", *more, cseq=None, call=CALL):
    """A response to it."""
    return message(f"SIP/2.0 {status} Well", VIA, FROM, TO + ";tag=2", call,
                   f"CSeq: {cseq or '1 ' + method}", *more)


PROXY = "Proxy-" + CREDENTIALS
TWO = ("Via: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK2", VIA)

# A message on its way: into the server or out of it, from or to which of the
# client's addresses, to another of the server's instead of the usual one.
Step = collections.namedtuple("Step", "way text client target",
                              defaults=(0, None))


def came(text, client=0, target=None):
    """What came in."""
    return Step("in", text, client, target)


def went(text, client=0):
    """What went out."""
    return Step("out", text, client)


# What is said, and what of the last message: is it solicited, does it answer
# a request with credentials?
Case = collections.namedtuple("Case", "what steps solicited auth",
                              defaults=(False,))
CASES = [
    Case("an answer", [came(ask()), went(answer())], True),
    Case("nobody asked", [went(answer())], False),
    Case("each answer of several",
         [came(ask("INVITE")), went(answer(100, "INVITE")),
          went(answer(180, "INVITE")), went(answer(603, "INVITE"))], True),
    Case("asked twice", [came(ask()), came(ask()), went(answer())], True),
    Case("long ago, by others", [came(ask(), 1), came(ask(), 2),
                                 came(ask(), 0), went(answer(), 1)], True),
    Case("another Call-ID",
         [came(ask()), went(answer(call="Call-ID: x{call}@h"))], False),
    Case("Call-ID in other case",
         [came(ask(call="Call-ID: A{call}@h")),
          went(answer(call="Call-ID: a{call}@h"))], False),
    Case("the compact form, other white space",
         [came(ask(call="i:{call}@h  more")),
          went(answer(call="CALL-ID\t:\r\n {call}@h"))], True),
    Case("another number",
         [came(ask(cseq="1 REGISTER")), went(answer(cseq="2 REGISTER"))],
         False),
    Case("the same number, written otherwise",
         [came(ask(cseq="0017 REGISTER")), went(answer(cseq="17 REGISTER"))],
         True),
    Case("another method",
         [came(ask("OPTIONS")), went(answer(200, "REGISTER"))], False),
    Case("a method that its CSeq alone has: the answer says it",
         [came(ask("OPTIONS", cseq="1 REGISTER")), went(answer())], False),
    Case("a method that its CSeq alone has: the answer says the other",
         [came(ask("OPTIONS", cseq="1 REGISTER")),
          went(answer(200, "OPTIONS"))], True),
    Case("a method without a number",
         [came(ask("FOO")), went(answer(200, "FOO"))], True),
    Case("another method without a number",
         [came(ask("FOO")), went(answer(200, "BAR"))], False),
    Case("nobody answers an ACK",
         [came(ask("ACK")), went(answer(200, "ACK"))], False),
    Case("a BYE within a dialog that came in",
         [came(ask("BYE", to=TO + ";tag=3", via=TWO)),
          went(answer(200, "BYE"))], True),
    Case("to another address of the client",
         [came(ask(), 0), went(answer(), 1)], False),
    Case("from another address of the server",
         [came(ask(), 0, 7), went(answer())], False),
    Case("an answer that goes the same way",
         [came(ask()), came(answer())], False),
    Case("a request is no answer", [came(ask()), came(ask())], False),
    # credentials
    Case("with Authorization",
         [came(ask("REGISTER", CREDENTIALS)), went(answer(403))], True, True),
    Case("with Proxy-Authorization",
         [came(ask("INVITE", PROXY)), went(answer(407, "INVITE"))],
         True, True),
    *(Case(f"with Authorization, and the nonce was old: {line}",
           [came(ask("REGISTER", CREDENTIALS)),
            went(answer(401, "REGISTER", f"WWW-Authenticate: {line}"))],
           True, not stale)
      for line, stale in (
          ('Digest realm="h",nonce="1",stale=true,algorithm=MD5', True),
          ('Digest realm="h", nonce="1", stale=false', False),
          ('Digest realm="stale=true", nonce="1"', False))),
    Case("without", [came(ask("INVITE")), went(answer(407, "INVITE"))], True),
    Case("first without, then with",
         [came(ask(cseq="1 REGISTER")), went(answer(401, cseq="1 REGISTER")),
          came(ask("REGISTER", CREDENTIALS, cseq="2 REGISTER")),
          went(answer(200, cseq="2 REGISTER"))], True, True),
    Case("first without, then with, and then the first answer",
         [came(ask(cseq="1 REGISTER")),
          came(ask("REGISTER", CREDENTIALS, cseq="2 REGISTER")),
          went(answer(401, cseq="1 REGISTER"))], True, False),
    Case("credentials of another sender",
         [came(ask("REGISTER", CREDENTIALS), 1), came(ask(), 0),
          went(answer(401), 0)], True, False),
    Case("credentials in the answer alone",
         [came(ask()), went(answer(401, "REGISTER", CREDENTIALS))], True),
    # requests of the server's own
    Case("its own request", [went(ask("OPTIONS")),
                             came(answer(200, "OPTIONS"))], True),
    Case("its own REGISTER",
         [went(ask("REGISTER", CREDENTIALS)), came(answer())], True, True),
    Case("its own request, answered by another host",
         [went(ask("OPTIONS"), 0), came(answer(200, "OPTIONS"), 1)], False),
    Case("a request passed on: two Via",
         [went(ask(via=TWO)), came(answer())], False),
    Case("a request passed on: two Via in one",
         [went(ask(via=(TWO[0] + ", SIP/2.0/UDP 192.0.2.9",))),
          came(answer())], False),
    Case("a request passed on: a compact Via",
         [went(ask(via=(VIA, "v : SIP/2.0/UDP 192.0.2.9"))),
          came(answer())], False),
    *(Case(f"a request passed on: {to!r}",
           [went(ask("OPTIONS", to=to)), came(answer(200, "OPTIONS"))], False)
      for to in (TO + ";tag=1", TO + ";TAG=1", TO + " ; tag = 1",
                 TO + ";\r\n tag=1", TO + ';tag="1"', "t: <sip:b@h>;tag=1",
                 "To: sip:b@h;tag=1", TO + ";tag", "TO\t: <sip:b@h>;x;tag=")),
    Case("with a definite defect", [went(ask("OPTIONS", "no colon")),
                                    came(answer(200, "OPTIONS"))], False),
    Case("a relayed REGISTER (trust.md of Kamailio): its answer",
         [came(ask(to=TO + ";tag=9"), 0),
          went(ask(to=TO + ";tag=9", via=TWO), 1), came(answer(), 1)], False),
    Case("a forged answer with a Call-ID of its own",
         [came(ask()), came(answer(200, "REGISTER", VIA))], False),
]

numbers = itertools.count()


def expected(solicited, auth, response):
    """The conditions that hold."""
    return {("" if solicited else "! ") + "--solicited",
            ("" if auth else "! ") + "--auth",
            *(["--response " + ("" if auth else "! ") + "--auth"] * response),
            *(["--response ! --solicited"] * (response and not solicited))}


def payload(text, number):
    """The bytes of a message in the case of this number."""
    return text.replace("{call}", f"call-{number}").encode()


def walk(network, family, number, steps):
    """Send a case's messages; what arrives of the last."""
    for step in steps:
        data = payload(step.text, number)
        if step.way == "in":
            to = step.target and lib.target(step.target, family)
            got = network.path(family).through([Shot(data, step.client, to)])[0]
        else:
            got = network.back(family).through(
                [Shot(data, 0, lib.CLIENTS[family][step.client])])[0]
    return got


def test_cases(network, checks):
    """Every case, both families, legacy and nft."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(marks.rules(CONDITIONS, family) +
                             marks.rules(CONDITIONS, family, "OUTPUT"),
                             "mangle", family, backend)
        for case in CASES:
            got = walk(network, family, next(numbers), case.steps)
            held = got and marks.read(CONDITIONS, got.ttl, got.tos)
            response = case.steps[-1].text.startswith("SIP/2.0")
            checks.equal(f"{case.what}, IPv{family}, {backend}",
                         expected(case.solicited, case.auth, response), held,
                         case.steps[-1].text)
        network.clear()


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


def test_hooks(network, checks):
    """Requests read in one hook, answers matched in another, or the same."""
    for where, one, read, other, match in PLACES:
        for family in (4, 6):
            name = f"{where}: {one} {read}, {other} {match}, IPv{family}"
            rules = collections.defaultdict(list)
            rules[one].append(f"-A {read} -m sip --request")
            rules[other].append(f"-A {match} -m sip --response ! --solicited "
                                "-j DROP")
            for table, lines in rules.items():
                getattr(network, where).rules(lines, table, family)
            number = next(numbers)
            for what, steps, arrives in (
                    ("before", [went(answer())], False),
                    ("asked", [came(ask()), went(answer())], True),
                    ("others", [went(answer(), 1)], False)):
                checks.equal(f"{name}: {what}", arrives,
                             bool(walk(network, family, number, steps)))
            network.clear()


def test_router(network, checks):
    """What leaves a router is the router's to say: two Via do not count."""
    asked = [came(ask(via=TWO)), went(answer())]
    for hook, solicited in (("FORWARD", True), ("POSTROUTING", False)):
        network.router.rules([f"-A {hook} -m sip --response ! --solicited "
                              "-j DROP"], "mangle")
        checks.equal(f"read in {hook}", solicited,
                     bool(walk(network, 4, next(numbers), asked)))
        network.clear()


def test_loop(network, checks):
    """To itself: one packet, which leaves and comes in."""
    network.server.rules([
        "-A OUTPUT -m sip --request",
        "-A PREROUTING -m sip --response ! --solicited -j DROP"])
    for family, via, arrives in ((4, (VIA,), True), (4, TWO, True)):
        number = next(numbers)
        # What is sent waits in the device's queue, maybe until the next one
        # has left: the first answer has to be gone before the next request.
        loop = network.loop(family)
        got = loop.through([payload(answer(), number)])
        got += loop.through([payload(ask(via=via), number),
                             payload(answer(), number)])
        checks.equal(f"{len(via)} Via", [False, True, arrives],
                     [bool(one) for one in got])


# ---- The memory ----

def test_memory(checks):
    """It is there where rules ask, of one size, and written only then."""
    sources.load_module()
    for lines, asks in (
            (["--request"], False), (["--request --auth"], False),
            (["! --response --auth"], False), (["--scanner --auth"], False),
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
        checks.true(f"{lines}: memory", (524288 <= stats["xt_sip_memory_bytes"]
                                         <= 524288 + 64) if asks else
                    not stats["xt_sip_memory_bytes"], stats)
        netns.close()


def test_reload(network, checks):
    """A ruleset that is loaded again knows the requests from before."""
    rules = ["-A PREROUTING -m sip --request",
             "-A OUTPUT -m sip --response ! --solicited -j DROP"]
    number = next(numbers)
    network.server.rules(rules)
    walk(network, 4, number, [came(ask())])
    network.server.rules(rules)
    checks.true("replaced", walk(network, 4, number, [went(answer())]))
    network.clear()
    network.server.rules(rules)
    checks.true("removed, and loaded",
                walk(network, 4, number, [went(answer())]))


def test_counters(network, checks):
    """solicited_total and unsolicited_total, for each rule that asks."""
    network.server.rules(["-A PREROUTING -m sip --request",
                          "-A OUTPUT -m sip --status 2xx --solicited",
                          "-A OUTPUT -m sip --response ! --solicited"])
    before = network.server.stats()
    number = next(numbers)
    walk(network, 4, number, [went(answer()), went(answer(404)), came(ask()),
                              went(answer()), went(answer(100))])
    after = network.server.stats()
    checks.equal("solicited, not", (3, 3), tuple(
        after[key] - before[key] for key in ("xt_sip_solicited_total",
                                             "xt_sip_unsolicited_total")))


# ---- Together with others ----

def test_counts(network, checks):
    """Failed passwords are counted, no challenge and no stranger's answer."""
    network.server.rules([
        "-A PREROUTING -m sip --banned -j DROP",
        "-A PREROUTING -m sip --request",
        "-A OUTPUT -m sip --response ! --solicited -j RETURN",
        "-A OUTPUT -m sip --auth --status 401,403,407 --by dst --rate 10/m "
        "--burst 3 --ban 1h -j DROP"])
    sources.write(network.server, "flush")

    def arrived(client, method, status, *more):
        steps = [came(ask(method, *more), client),
                 went(answer(status, method), client)]
        return bool(walk(network, 4, next(numbers), steps))

    checks.true("challenges", all(arrived(0, "REGISTER", 401)
                                  for _ in range(20)))
    checks.true("forged answers", all(
        walk(network, 4, next(numbers), [went(answer(403), 0)])
        for _ in range(20)))
    checks.true("good passwords", all(arrived(0, "REGISTER", 200, CREDENTIALS)
                                      for _ in range(20)))
    checks.equal("guesses, by any method", [True, True, True, False],
                 [arrived(1, method, status, CREDENTIALS)
                  for method, status in (("REGISTER", 403), ("OPTIONS", 401),
                                         ("INVITE", 407), ("MESSAGE", 401))])
    checks.equal("banned", [f"{lib.CLIENTS[4][1]}/32"],
                 list(sources.banned(network.server)))


def test_attack(network, checks):
    """A relayed REGISTER or a forged 200 forgives no source."""
    network.server.rules(["-A PREROUTING -m sip --response --method REGISTER "
                          "! --solicited -j DROP",
                          "-A OUTPUT -m sip --request"])
    for name, steps, arrives in (
            ("relayed to an accomplice",
             [came(ask(to=TO + ";tag=9"), 0),
              went(ask(to=TO + ";tag=9", via=TWO), 1), came(answer(), 1)],
             False),
            ("forged", [came(ask()), came(answer(200, "REGISTER", VIA))],
             False),
            ("of another method", [came(answer(200, "OPTIONS"))], True),
            ("a trunk's", [went(ask()), came(answer(401))], True)):
        checks.equal(name, arrives,
                     bool(walk(network, 4, next(numbers), steps)))


def test_nft(network, checks):
    """The same by nft-sip, in tables of every family."""
    for family, packets in (("ip", 4), ("ip6", 6), ("inet", 4), ("inet", 6)):
        with Tables(network.server, family,
                    "chain out { type filter hook output priority -300; }"
                    ) as tables:
            tables.add("--request", "counter")
            tables.add(*"--response ! --solicited counter drop".split(),
                       chain="out")
            number = next(numbers)
            got = [bool(walk(network, packets, number, steps)) for steps in
                   ([went(answer())], [came(ask())], [went(answer())])]
            name = f"{family}, IPv{packets}"
            checks.equal(name, [False, True, True], got)
            checks.equal(f"{name}: counted", [1], tables.counts("out"))
            checks.equal(f"{name}: listed",
                         ["--response ! --solicited counter drop"],
                         tables.texts("out"))


# ---- Users without privileges ----

THEIRS = "theirs"          # of a case that nobody else has


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
    made = image(network, ["--response ! --solicited -j DROP", "--request"])
    with User(USER).root(CLONE_NEWUSER, lib.CLONE_NEWNET) as user:
        user.do(users.link_up)
        user.do(users.load, made)
        checks.equal("answers", [False, True, True],
                     user.do(talk, [answer(), ask(), answer()]))
        size = int(re.search(r"^xt_sip_memory_bytes (\d+)$", user.do(
            users.read_file, "/proc/net/xt_sip/stats"), re.M)[1])
        checks.true("size", 32768 <= size <= 32768 + 64, size)
    network.server.rules(["-A OUTPUT -m sip --response ! --solicited -j DROP"])
    checks.true("not ours", not walk(network, 4, THEIRS, [went(answer())]))
