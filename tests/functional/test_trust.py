# SPDX-License-Identifier: GPL-2.0
"""Tests --trust and --trusted: what proves a friend, what does not, and what
can be taken from a friend.

tests/unit/test_source.c tests with a clock of its own how long trust holds, how
many new friends there may be, and whom a rule does not change.
tests/servers/test_trust.py attacks real servers.
"""

import pytest

from tests import lib
from tests.lib import sources
from tests.lib.exchange import (answer, ask, calls, came, TO, TWO, walk, went)
from tests.lib.sources import banned, listed, write

ONE = "--prefix6 128"
TRUST = ("-A PREROUTING -m sip --request",
         f"-A PREROUTING -m sip --response --trust 2h {ONE}",
         f"-A OUTPUT -m sip --response --by dst --trust 2h {ONE}")


def credentials(nonce, field="Authorization"):
    """Of whoever has got a nonce."""
    return (f'{field}: Digest username="bob",realm="h",nonce="{nonce}",'
            'uri="sip:example.com",response="0"')


def challenge(nonce, field="WWW-Authenticate"):
    """That gives it to him."""
    return f'{field}: Digest realm="h",nonce="{nonce}",algorithm=MD5'


def asked_for(nonce, client=0, number=1):
    """A REGISTER, and the server asks for a password."""
    return [came(ask(number=number), client),
            went(answer(401, "REGISTER", challenge(nonce), number=number),
                 client)]


def registers(nonce, *more, number=2, status=200, client=0, **how):
    """A REGISTER with the nonce, and the answer."""
    return [came(ask("REGISTER", credentials(nonce), *more, number=number,
                     **how), client),
            went(answer(status, number=number), client)]


# What is said, and who is trusted then, by number of the client's address.
CASES = [
    ("a phone", [*asked_for("n1"), *registers("n1")], {0}),
    ("a phone that uses its nonce again", [
        *asked_for("n2"), *registers("n2", status=100),
        *registers("n2", number=3)], {0}),
    ("the second of two challenges", [
        came(ask()), went(answer(401, "REGISTER", challenge("n3", "Warning"),
                                 challenge("n4"), challenge("n5"))),
        *registers("n5")], {0}),
    ("by a proxy: 407", [
        came(ask()), went(answer(407, "REGISTER", challenge(
            "n6", "Proxy-Authenticate"))),
        came(ask("REGISTER", credentials("n6", "Proxy-Authorization"),
                 number=2)), went(answer(number=2))], {0}),
    ("two phones of two addresses", [
        *asked_for("n7"), *asked_for("n8", 1, 5),
        *registers("n8", client=1, number=6), *registers("n7")], {0, 1}),
    # no phone
    ("nobody was asked for a password", [came(ask()), went(answer())], set()),
    ("credentials without a challenge", registers("n9"), set()),
    ("a nonce that was not sent", [*asked_for("n10"), *registers("n11")],
     set()),
    ("the nonce of another address", [
        *asked_for("n12", 1), *registers("n12", number=7)], set()),
    ("the beginning of a nonce", [*asked_for("n13"), *registers("n")],
     set()),
    ("a wrong password", [*asked_for("n14"), *registers("n14", status=403)],
     set()),
    ("the answer to another request", [
        *asked_for("n15"), came(ask("REGISTER", credentials("n15"), number=2)),
        went(answer(number=3))], set()),
    ("the answer to another address", [
        *asked_for("n16"), came(ask("REGISTER", credentials("n16"), number=2)),
        went(answer(number=2), 1)], set()),
    ("a call with a password", [
        came(ask("INVITE")), went(answer(401, "INVITE", challenge("n17"))),
        came(ask("INVITE", credentials("n17"), number=2)),
        went(answer(200, "INVITE", number=2))], set()),
    ("within a dialog", [*asked_for("n18"),
                         *registers("n18", to=TO + " ; TAG = 9")], set()),
    ("through a proxy", [*asked_for("n19"), *registers("n19", via=TWO)],
     set()),
    ("refused, and then let in", [
        *asked_for("n24"), *registers("n24", status=403),
        went(answer(number=2))], set()),
    # A REGISTER that a proxy passes on, answered by an accomplice.
    ("passed on, answered elsewhere", [
        *asked_for("n20"), came(ask("REGISTER", credentials("n20"), number=2)),
        came(answer(number=2), 1), went(answer(number=2))], set()),
    ("passed on, the sender answers himself", [
        *asked_for("n21"), came(ask("REGISTER", credentials("n21"), number=2)),
        came(answer(number=2), 0), went(answer(number=2))], set()),
    ("a challenge that was passed on", [
        came(ask()), came(answer(401, "REGISTER", challenge("n22")), 1),
        went(answer(401, "REGISTER", challenge("n22"))), *registers("n22")],
     set()),
    # trunks
    ("a trunk: the server registers",
     [went(ask()), came(answer())], {0}),
    ("a trunk that is asked whether it is there, and does not know",
     [went(ask("OPTIONS")), came(answer(501, "OPTIONS"))], {0}),
    ("a trunk that asks for a password first",
     [went(ask()), came(answer(401, "REGISTER", challenge("n23"))),
      went(ask("REGISTER", credentials("n23"), number=2)),
      came(answer(number=2))], {0}),
    # no trunk
    ("it refuses", [went(ask()), came(answer(403))], set()),
    ("it is not sure yet",
     [went(ask("OPTIONS")), came(answer(100, "OPTIONS"))], set()),
    ("the server calls", [went(ask("INVITE")), came(answer(200, "INVITE"))],
     set()),
    ("the server sends a message",
     [went(ask("MESSAGE")), came(answer(200, "MESSAGE"))], set()),
    ("nobody asked", [came(answer()), came(answer(200, "OPTIONS"))], set()),
    ("another address answers",
     [went(ask("OPTIONS"), 0), came(answer(200, "OPTIONS"), 1)], set()),
    ("to another address of the server",
     [went(ask("OPTIONS")), came(answer(200, "OPTIONS"), 0, 7)], set()),
    ("another method is answered",
     [went(ask("INVITE")), came(answer(200, "OPTIONS"))], set()),
    ("passed on: two Via",
     [went(ask(via=TWO)), came(answer())], set()),
    ("passed on: a tag",
     [went(ask("OPTIONS", to=TO + ";tag=1")), came(answer(200, "OPTIONS"))],
     set()),
    ("it only goes out", [went(ask()), went(ask("OPTIONS"))], set()),
    ("its own answers do not come in", [came(ask()), came(answer())], set()),
]


def trusted(way):
    """The addresses that are."""
    return {one["src"].split("/")[0] for one in listed(way.server)
            if "trusted" in one}


def clients(way, numbers):
    """The client's addresses of these numbers."""
    return {lib.CLIENTS[way.family][number] for number in numbers}


def test_cases(way, checks):
    """Every case."""
    way.rules(*TRUST)
    for what, steps, expected in CASES:
        before = way.server.stats()
        walk(way, next(calls), *steps)
        checks.equal(what, clients(way, expected), trusted(way))
        checks.equal(f"{what}: counted", len(expected),
                     way.server.grown(before).get("trusts_total", 0))
        write(way.server, "flush")


def test_unproven(way, checks):
    """A rule with --trust matches whatever is proven; a counter tells."""
    way.rules(TRUST[0], f"-A OUTPUT -m sip --status 2xx --by dst --trust 2h "
              f"{ONE} -j DROP")
    before = way.server.stats()
    call = next(calls)
    checks.true("404 passes", walk(way, call, came(ask()), went(answer(404))))
    checks.true("200 is dropped", not walk(way, call, went(answer())))
    grown = way.server.grown(before)
    checks.equal("counters", (0, 1), tuple(
        grown.get(f"trusts{name}_total", 0) for name in ("", "_unproven")))


# ---- The condition ----

@pytest.mark.parametrize("invert", ("", "! "))
def test_condition(way, checks, invert):
    """By address alone: any packet, by any prefix; not who is barred."""
    way.rules(f"-A PREROUTING -m sip {invert}--trusted -j DROP")
    friend, other = way.source("1.1"), way.source("2.1")
    write(way.server, f"trust {friend} 1h")
    for data in (b"x", b"", b"OPTIONS sip:h SIP/2.0\r\n\r\n"):
        checks.equal(f"{data!r}", [bool(invert), not invert],
                     [*way.forge("1.1", 1, data), *way.forge("2.1", 1, data)])
    write(way.server, f"distrust {friend}")
    checks.equal("no more", [not invert], way.forge("1.1", 1, b"x"))
    length = 24 if way.family == 4 else 48
    write(way.server, f"trust {other}/{length} 1h")
    checks.equal("a network", [bool(invert)], way.forge("2.1", 1, b"x"))


def test_banned_meet_trusted(way, checks):
    """A rule about trust does not count as one that met a ban."""
    way.rules("-A PREROUTING -m sip ! --trusted",
              "-A PREROUTING -m sip ! --banned -j DROP",
              "-A PREROUTING -m sip --banned -j DROP")
    write(way.server, f"ban {way.source('1.1')} 1h")
    before = way.server.stats()
    checks.equal("dropped", [False] * 3, way.forge("1.1", 1, *3 * [b"x"]))
    grown = way.server.grown(before)
    checks.equal("packets of a ban, matches of rules", (3, 3), (
        grown.get("banned_packets_total"),
        grown.get('matched_total{kind="rule"}')))
    checks.equal("hits", ["3"], [one["hits"] for one in listed(way.server)
                                 if "banned" in one])


def test_all_strangers(way, checks):
    """One count for all strangers; friends are in none."""
    way.rules("-A PREROUTING -m sip ! --trusted --prefix4 0 --prefix6 0 "
              "--rate 3/h -j DROP")
    write(way.server, f"trust {way.source('1.1')} 1h")
    checks.equal("strangers, each from another address",
                 [True] * 3 + [False] * 3,
                 [way.forge(f"{n}.1", 1, b"x")[0] for n in range(2, 8)])
    checks.equal("a friend", [True] * 9, way.forge("1.1", 1, *9 * [b"x"]))


# ---- What can be taken from a friend ----

FAILURES = (
    "-A PREROUTING -m sip --banned -j DROP",
    "-A PREROUTING -m sip --request",
    f"-A OUTPUT -m sip --method REGISTER --status 2xx --by dst --trust 2h {ONE}",
    "-A OUTPUT -m sip --auth --status 401,403,407 --by dst --rate 3/h "
    f"--ban 10m-1h {ONE} -j DROP",
    "-A OUTPUT -m sip --status 404 --by dst --users 3/h --ban 10m "
    f"{ONE} -j DROP")


def state(way):
    """What the client's first address is now."""
    for one in listed(way.server):
        if one["src"].split("/")[0] == way.here:
            return next((word for word in ("banned", "trusted", "barred")
                         if word in one), "known")
    return "unknown"


def fails(way, nonce, times, status=401):
    """Requests of the friend's address that are refused."""
    for _ in range(times):
        walk(way, next(calls), *registers(nonce, status=status))


def test_forged(way, checks):
    """Who forges a friend's address takes nothing from him; he himself can
    lose his trust, and is banned the next time."""
    way.rules(*FAILURES)
    walk(way, next(calls), *asked_for("mine"), *registers("mine"))
    checks.equal("a friend", "trusted", state(way))
    fails(way, "forged", 20)
    fails(way, "forged", 20, 403)
    for number in range(20):
        walk(way, next(calls), came(ask("INVITE", to=f"To: <sip:{number}@h>")),
             went(answer(404, "INVITE")))
    checks.equal("forged failures", "trusted", state(way))
    before = way.server.stats()
    fails(way, "mine", 4)
    checks.equal("failures of his own", ("barred", 1, 0), (
        state(way), *(way.server.grown(before).get(name, 0) for name in (
            "bans_withheld_total", "bans_total"))))
    walk(way, next(calls), *registers("mine"))
    checks.equal("a good password does not wash him", "barred", state(way))
    fails(way, "mine", 1)
    checks.equal("the next time", "banned", state(way))
    checks.true("he is dropped", not walk(way, next(calls), came(ask())))


def test_neighbour(way, checks):
    """A network that is banned by a rule is not the friend in it."""
    way.rules("-A PREROUTING -m sip --banned -j DROP",
              "-A PREROUTING -m sip --scanner --ban 1h --prefix4 24 "
              "--prefix6 48 -j DROP")
    write(way.server, f"trust {way.source('1.1')} 1h")
    scan = b"OPTIONS sip:h SIP/2.0\r\nUser-Agent: friendly-scanner\r\n\r\n"
    checks.equal("a scanner", [False], way.forge("1.9", 1, scan))
    checks.equal("its neighbour", [False], way.forge("1.8", 1, b"x"))
    checks.equal("the friend", [True], way.forge("1.1", 1, b"x"))
    checks.equal("the friend scans", [False], way.forge("1.1", 1, scan))
    checks.equal("by hand he stays one", [True], way.forge("1.1", 1, b"x"))


# ---- The machine's own addresses ----

def test_local(way, checks):
    """They are never banned and never trusted, by rule or by hand."""
    way.rules("-A OUTPUT -m sip --banned -j DROP",
              "-A OUTPUT -m sip --request --ban 1h -j DROP",
              "-A OUTPUT -m sip --response --banned -j DROP")
    before = way.server.stats()
    walk(way, next(calls), went(ask()))
    checks.equal("a rule that forgot --by dst", ({}, 1), (
        banned(way.server), way.server.grown(before).get("bans_local_total")))
    checks.true("it still answers", walk(way, next(calls), went(answer())))
    for line in (f"ban {way.to} 1h", f"trust {way.to} 1h"):
        checks.equal(line, "EADDRINUSE", lib.tried(
            way.server.write, sources.SOURCES, line + "\n"))
    loop = "127.0.0.1" if way.family == 4 else "::1"
    checks.equal("loopback", "EADDRINUSE", lib.tried(
        way.server.write, sources.SOURCES, f"ban {loop} 1h\n"))
    # A whole network may be banned, but for the machine in it.
    write(way.server, "ban 0.0.0.0/0 1h", "ban ::/0 1h")
    checks.true("in a banned network", walk(way, next(calls), went(answer())))


# ---- What is shown, saved and restored ----

def test_saved(way, checks):
    """Trust and bans come back as they were."""
    way.rules(*FAILURES)
    walk(way, next(calls), *asked_for("m"), *registers("m"))
    write(way.server, f"trust {way.source('1.1')} 1h",
          f"ban {way.source('2.1')} 1h",
          f"src={way.source('3.1')}/{32 if way.family == 4 else 128} "
          "table=sip seen=9 banned=3480 why=rate:10/m since=120 of=3600 "
          "bans=3 hits=412")
    keys = ("src", "banned", "trusted", "why", "of", "bans", "hits")

    def shown():
        return sorted(
            tuple(one.get(key) if key not in ("banned", "trusted")
                  else key in one for key in keys)
            for one in listed(way.server))

    before = shown()
    text = way.server.read(sources.SOURCES)
    checks.equal("what is known", {
        (True, False, "rate:10/m", "3600", "3", "412"),
        (True, False, "hand", "3600", "1", "0"),
        (False, True, "hand", None, None, None),
        (False, True, None, None, None, None)},
        {one[1:] for one in before})
    write(way.server, "flush")
    checks.equal("forgotten", [], shown())
    way.server.write(sources.SOURCES, text)
    checks.equal("restored", before, shown())


REASONS = (
    ("--scanner", "scanner:sipvicious"),
    ("--ua friendly", "ua"), ("--ua friendly --rate 1/h --burst 1", "ua:1/h"),
    ("--malformed", "malformed"), ("--defect missing", "malformed"),
    ("--malformed --rate 1/d --burst 1", "malformed:1/d"),
    ("--rate 1/m --burst 1", "rate:1/m"), ("--request", "rule"),
    ("! --response ! --rate 7/s", "rule"), ("--users 1/d", "users:1/d"),
)


def test_reasons(way, checks):
    """By what kind of rule, with which limit; how often it was hit."""
    way.rules(*[line for number, (options, _) in enumerate(REASONS, 1)
                for line in (
        f"-A PREROUTING -d {way.target(number)} -m sip --banned "
        f"--name r{number} -j DROP",
        f"-A PREROUTING -d {way.target(number)} -m sip {options} --ban 1h "
        f"--name r{number} -j DROP")])
    for number, (options, why) in enumerate(REASONS, 1):
        way.forge("1.1", number, *[
            f"OPTIONS sip:h SIP/2.0\r\nFrom: <sip:{n}@h>\r\n"
            "User-Agent: friendly-scanner\r\n\r\n".encode()
            for n in range(9)])
        found = [one for one in listed(way.server)
                 if one["table"] == f"r{number}" and "banned" in one]
        first = 2 if "rate 1" in options or "users" in options else 1
        checks.equal(options, [(why, "3600", "1", str(9 - first))], [
            (one.get("why"), one["of"], one["bans"], one["hits"])
            for one in found])
