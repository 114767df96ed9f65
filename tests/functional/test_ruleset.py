# SPDX-License-Identifier: GPL-2.0
"""Tests the rulesets in examples/ unchanged: each line does what it says."""

import os
import re
import time

from tests import lib
from tests.lib import Shot, sources
from tests.lib.checkout import TOP
from tests.lib.registrar import register, Registrar, request
from tests.lib.samples import SAMPLES

A, D = True, False          # arrives, is dropped

EXAMPLES = os.path.join(TOP, "examples")
HOW = [(family, backend) for family in (4, 6)
       for backend in ("legacy", "nft")]
ACCOUNTS = {f"{n}": f"secret{n}" for n in range(1000, 1100)}


def ruleset(name):
    """The text of an example."""
    with open(os.path.join(EXAMPLES, name + ".rules"),
              encoding="utf-8") as file:
        return file.read()


def each(network, checks, name, *tries):
    """Load it with each tool; @tries are called with what tells how."""
    text = ruleset(name)
    for family, backend in HOW:
        network.server.restore(text, family, backend)
        sources.write(network.server, "flush")
        for one in tries:
            one(network, checks, family, f"{name}, IPv{family}, {backend}")
        network.clear()


def test_recommended(network, checks):
    """examples/recommended.rules: suspicion counts answers."""
    each(network, checks, "recommended", what_comes_in, flood, offices,
         together, mistakes, numbers, register_scan, scan_by_others, guesses)


def test_requests(network, checks):
    """examples/requests.rules: suspicion counts requests."""
    each(network, checks, "requests", what_comes_in, flood, offices, mistakes,
         requests_scan, requests_guesses)


# ---- What both do; each is tried from addresses of its own ----

def what_comes_in(network, checks, family, label):
    """Phones, scanners, junk."""
    def scenario(what, source, samples):
        got = network.path(family).through([Shot(SAMPLES[name], source)
                                            for name, _ in samples])
        checks.equal(f"{what}, {label}", [arrives for _, arrives in samples],
                     [bool(one) for one in got])

    scenario("a phone", 1, [(name, A) for name in (
        "register", "register-auth", "bye-no-agent", "crlf", "stun", "empty",
        "nuls", "ringing", "no-cookie", "no-empty-line")])
    scenario("an answer to a REGISTER of nobody's", 1, [("challenge", D)])
    scenario("a scanner", 2, [("options-scanner", D), ("register", D)])
    scenario("another scanner", 3, [("invite-proxy-auth", D), ("crlf", D)])
    scenario("one with another name", 4, [("register", A), ("svwar", D),
                                          ("register", D)])
    scenario("junk", 5, [("junk", A)] * 5 + [("junk", D), ("register", D)])
    scenario("defects", 6,
             [("no-call-id", A), ("version", A), ("no-call-id", A),
                            ("version", A), ("no-colon", A), ("register", A),
                            ("no-colon", D), ("register", D)])
    scenario("two readings", 14, 3 * [("two-to", D), ("huge", D),
                                      ("cseq-method", D), ("register", A)])


def flood(network, checks, family, label):
    """2000 at once, then 50 a second, and no ban."""
    path = network.path(family)
    start = time.monotonic()
    got = path.through([Shot(SAMPLES["bye-no-agent"], 7)] * 2500)
    took = time.monotonic() - start
    count = sum(map(bool, got))
    checks.true(f"a flood, {label}",
                2000 <= count <= min(2500, 2002 + 50 * took),
                f"{count} of 2500 arrived in {took:.2f} s")
    time.sleep(0.2)
    checks.true(f"not banned for it, {label}",
                path.through([Shot(SAMPLES["bye-no-agent"], 7)])[0],
                "it did not arrive")


def offices(network, checks, family, label):
    """100 phones behind an address, twice: challenged, then right."""
    server = Registrar(network, family, ACCOUNTS)
    for turn in (1, 2):
        checks.equal(f"an office, turn {turn}, {label}", 100 * [200],
                     [server.login(8, user) for user in ACCOUNTS])


def mistakes(network, checks, family, label):
    """A user who logs in after mistakes is not banned, however often."""
    server = Registrar(network, family, ACCOUNTS)
    once = [register("1001", 1), register("1001", 2), register("nobody"),
            register("1001", "secret1001")]
    checks.equal(f"mistakes, then right, {label}",
                 10 * [401, 401, 404, 200], server.ask(9, *10 * once))


def gone(network, checks, family, label, server, source):
    """The source is banned: nothing that it sends reaches the server."""
    # pylint: disable=too-many-arguments,too-many-positional-arguments
    heard = server.heard
    checks.equal(f"is banned, {label}", [None, None], server.ask(
        source, register("1000"), register("1000", "secret1000")))
    checks.equal(f"is not heard, {label}", 0, server.heard - heard)
    checks.equal(f"others are, {label}", 200, server.login(19, "1005"))
    checks.equal(f"is listed, {label}", 1, sum(
        one.startswith(lib.CLIENTS[family][source].removesuffix("10")
                       if family == 6 else
                       lib.CLIENTS[family][source] + "/")
        for one in sources.banned(network.server)))


# ---- recommended.rules: what the server answers ----

def refusals():
    """How many wrong passwords in a row it lets pass."""
    return min(int(re.search(r"--burst (\d+)", line)[1])
               for line in ruleset("recommended").splitlines()
               if " --auth " in line and "! --auth" not in line)


def register_scan(network, checks, family, label):
    """REGISTERs for users that do not exist: over 20 of them."""
    server = Registrar(network, family, ACCOUNTS)
    scan = [register(f"{n}") for n in range(40)]
    answers = server.ask(10, *2 * scan[:20], *scan)
    count = answers.index(None) - 40 if None in answers else 99
    # Of 32 users 21 have cells of their own, but for once in a million.
    checks.true(f"a scan by REGISTER, {label}", 20 < count + 1 <= 32,
                f"user {count + 1} was the first without an answer")
    checks.true(f"a scan by REGISTER, after that, {label}",
                not any(answers[40 + count:]), answers)
    gone(network, checks, family, f"a scan by REGISTER, {label}", server, 10)


def numbers(network, checks, family, label):
    """A user with an account calls numbers that do not exist: no scan."""
    server = Registrar(network, family, ACCOUNTS)
    checks.equal(f"40 calls, {label}", 40 * [404], server.ask(
        11, *[request("INVITE", f"{n}", "secret1000") for n in range(40)]))


def scan_by_others(network, checks, family, label):
    """By other methods, and by From's user with a constant To."""
    for source, what, scan in (
            (15, "OPTIONS", [request("OPTIONS", f"{n}") for n in range(40)]),
            (16, "From", [request("INVITE", "nobody", caller=f"u{n}")
                          for n in range(40)])):
        server = Registrar(network, family, ACCOUNTS)
        answers = server.ask(source, *scan)
        count = answers.index(None) if None in answers else 99
        checks.true(f"a scan by {what}, {label}", 20 < count + 1 <= 32,
                    f"user {count + 1} was the first without an answer")
        gone(network, checks, family, f"a scan by {what}, {label}", server,
             source)


def together(network, checks, family, label):
    """100 phones are asked for their passwords before the first succeeds."""
    server = Registrar(network, family, ACCOUNTS)
    checks.equal(f"100 phones at once, {label}", 100 * [401], server.ask(
        13, *[register(user) for user in ACCOUNTS]))
    checks.equal(f"100 phones, then right, {label}", 100 * [200],
                 [server.login(13, user) for user in ACCOUNTS])


def guesses(network, checks, family, label):
    """Passwords: a burst of refusals, some more if it takes long."""
    server = Registrar(network, family, ACCOUNTS)
    answers = server.ask(12, register("1000"), *[
        register("1000", f"guess{n}") for n in range(refusals() + 20)])
    count = answers.index(None) if None in answers else 999
    checks.true(f"guesses, {label}",
                refusals() <= count <= refusals() + 10 and
                answers == count * [401] + (len(answers) - count) * [None],
                answers)
    checks.true(f"guesses that are heard, {label}",
                server.heard <= count + 1, server.heard)
    gone(network, checks, family, f"guesses, {label}", server, 12)


# ---- requests.rules: what comes in ----

def requests_scan(network, checks, family, label):
    """REGISTERs for more than 20 users."""
    server = Registrar(network, family, ACCOUNTS)
    scan = [register(f"{n}") for n in range(40)]
    answers = server.ask(10, *2 * scan[:20], *scan)
    count = answers.index(None) - 40 if None in answers else 99
    checks.true(f"a scan by REGISTER, {label}", 20 < count + 1 <= 32,
                f"user {count + 1} was the first without an answer")
    checks.equal(f"a scan by REGISTER, heard, {label}", 40 + count,
                 server.heard)
    gone(network, checks, family, f"a scan by REGISTER, {label}", server, 10)


def requests_guesses(network, checks, family, label):
    """Passwords: five at once, then ten a minute, which is a ban."""
    server = Registrar(network, family, ACCOUNTS)
    answers = server.ask(12, register("1000"), *[
        register("1000", f"guess{n}") for n in range(30)])
    checks.equal(f"guesses, {label}", 6 * [401] + 25 * [None], answers)
    checks.equal(f"guesses that are heard, {label}", 5, server.heard - 1)
    gone(network, checks, family, f"guesses, {label}", server, 12)


# ---- Loading ----

def test_exempt(network, checks):
    """The lines for trusted addresses, once their comment signs are gone."""
    for name in ("recommended", "requests"):
        for family, backend in ((4, "legacy"), (6, "nft")):
            text = re.sub("^# (-[46] -A)", r"\1", ruleset(name), flags=re.M)
            text = text.replace("198.51.100.0/24", lib.CLIENTS[4][3])
            text = text.replace("2001:db8:51::/48", lib.CLIENTS[6][3])
            network.server.restore(text, family, backend)
            sources.write(network.server, "flush")
            checks.equal(f"{name}, IPv{family}", [A, A, A, D, D], [
                bool(got) for got in network.path(family).through(
                    [Shot(SAMPLES[what], source) for what, source in (
                        ("svwar", 3), ("junk", 3), ("register", 3),
                        ("svwar", 4), ("register", 4))])])
            network.clear()


def test_changes(network, checks):
    """One ruleset after the other, as fast as can be, and back."""
    for family, backend in HOW:
        with sources.KernelLog() as log:
            start = time.monotonic()
            for name in 3 * ("recommended", "requests") + ("recommended",):
                network.server.restore(ruleset(name), family, backend)
            took = time.monotonic() - start
            said = [line for line in log.lines() if "xt_sip" in line]
        label = f"IPv{family}, {backend}"
        checks.equal(f"the kernel has nothing to say, {label}", [], said)
        if took >= 20:
            print(f"    {label}: seven rulesets took {took:.1f} s, so that "
                  "what had gone may have been forgotten")
        sources.write(network.server, "flush")
        register_scan(network, checks, family, label)
        network.server.restore(ruleset("requests"), family, backend)
        checks.equal(f"bans stay, {label}", [None], Registrar(
            network, family, ACCOUNTS).ask(10, register("1000")))
        network.clear()
