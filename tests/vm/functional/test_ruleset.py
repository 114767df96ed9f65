# SPDX-License-Identifier: GPL-2.0
"""The rulesets in examples/, as they are: each line does what it says."""

import os
import re
import time

import lib
import sip
import sources
from lib import Shot
from registrar import Registrar, register
from samples import SAMPLES

A, D = True, False          # arrives, is dropped

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                        "..", "..", "examples")
HOW = [(family, backend) for family in (4, 6)
       for backend in ("legacy", "nft")]
ACCOUNTS = {f"{n}": f"secret{n}" for n in range(1000, 1100)}


def ruleset(name):
    """The text of an example."""
    with open(os.path.join(EXAMPLES, name + ".rules"),
              encoding="utf-8") as file:
        return file.read()


def each(lab, checks, name, *tries):
    """Load it with each tool; @tries are called with what tells how."""
    text = ruleset(name)
    for family, backend in HOW:
        lab.server.restore(text, family, backend)
        sources.write(lab.server, "flush")
        for one in tries:
            one(lab, checks, family, f"{name}, IPv{family}, {backend}")
        lab.clear()


def group_recommended(lab, checks):
    """examples/recommended.rules: suspicion counts answers."""
    each(lab, checks, "recommended", what_comes_in, flood, offices, together,
         mistakes, pings, register_scan, guesses)


def group_requests(lab, checks):
    """examples/requests.rules: suspicion counts requests."""
    each(lab, checks, "requests", what_comes_in, flood, offices, mistakes,
         requests_scan, requests_guesses)


# ---- What both do; each is tried from addresses of its own ----

def what_comes_in(lab, checks, family, label):
    """Phones, scanners, junk."""
    def story(what, source, samples):
        got = lab.path(family).through([Shot(SAMPLES[name], source)
                                        for name, _ in samples])
        checks.equal(f"{what}, {label}", [arrives for _, arrives in samples],
                     [bool(one) for one in got])

    story("a phone", 1, [(name, A) for name in (
        "register", "register-auth", "bye-no-agent", "crlf", "stun", "empty",
        "nuls", "ringing", "no-cookie", "no-empty-line", "challenge")])
    story("a scanner", 2, [("options-scanner", D), ("register", D)])
    story("another scanner", 3, [("invite-proxy-auth", D), ("crlf", D)])
    story("one with another name", 4, [("register", A), ("svwar", D),
                                       ("register", D)])
    story("junk", 5, [("junk", A)] * 5 + [("junk", D), ("register", D)])
    story("defects", 6, [("no-call-id", A), ("two-to", A), ("version", A),
                         ("huge", A), ("cseq-method", A), ("register", A),
                         ("no-colon", D), ("register", D)])


def flood(lab, checks, family, label):
    """100 at once, then 50 a second, and no ban."""
    path = lab.path(family)
    start = time.monotonic()
    got = path.through([Shot(SAMPLES["bye-no-agent"], 7)] * 200)
    took = time.monotonic() - start
    count = sum(map(bool, got))
    checks.true(f"a flood, {label}",
                100 <= count <= min(200, 101 + 50 * took),
                f"{count} of 200 arrived in {took:.2f} s")
    time.sleep(0.2)
    checks.true(f"not banned for it, {label}",
                path.through([Shot(SAMPLES["bye-no-agent"], 7)])[0],
                "it did not arrive")


def offices(lab, checks, family, label):
    """100 phones behind an address, twice: challenged, then right."""
    server = Registrar(lab, family, ACCOUNTS)
    for turn in (1, 2):
        checks.equal(f"an office, turn {turn}, {label}", 100 * [200],
                     [server.login(8, user) for user in ACCOUNTS])


def mistakes(lab, checks, family, label):
    """Who gets it right in the end is not banned, however often."""
    server = Registrar(lab, family, ACCOUNTS)
    once = [register("1001", 1), register("1001", 2), register("nobody"),
            register("1001", "secret1001")]
    checks.equal(f"mistakes, then right, {label}",
                 10 * [401, 401, 404, 200], server.ask(9, *10 * once))


def gone(lab, checks, family, label, server, source):
    """He is banned: whatever he sends, the server does not hear it."""
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
        for one in sources.banned(lab.server)))


# ---- recommended.rules: what the server answers ----

def refusals():
    """How many refused REGISTERs in a row its last line lets pass."""
    last = [line for line in ruleset("recommended").splitlines()
            if "--method REGISTER" in line and "--burst" in line]
    return int(re.search(r"--burst (\d+)", last[-1])[1])


def register_scan(lab, checks, family, label):
    """REGISTERs for users that do not exist: over 20 of them."""
    server = Registrar(lab, family, ACCOUNTS)
    scan = [register(f"{n}") for n in range(40)]
    answers = server.ask(10, *2 * scan[:20], *scan)
    count = answers.index(None) - 40 if None in answers else 99
    # Of 32 users 21 have cells of their own, but for once in a million.
    checks.true(f"a scan by REGISTER, {label}", 20 < count + 1 <= 32,
                f"user {count + 1} was the first without an answer")
    checks.true(f"a scan by REGISTER, behind that, {label}",
                not any(answers[40 + count:]), answers)
    gone(lab, checks, family, f"a scan by REGISTER, {label}", server, 10)


def pings(lab, checks, family, label):
    """A PBX that never registers asks after each of its extensions, and calls
    numbers that do not exist: that is no scan."""
    server = Registrar(lab, family, ACCOUNTS)
    for method in ("OPTIONS", "INVITE"):
        checks.equal(f"40 {method}, {label}", 40 * [404], server.ask(
            11, *[sip.to_user(f"{n}", method) for n in range(40)]))


def together(lab, checks, family, label):
    """50 phones are asked for their passwords before the first succeeds."""
    server = Registrar(lab, family, ACCOUNTS)
    checks.equal(f"50 phones at once, {label}", 50 * [401], server.ask(
        13, *[register(user) for user in list(ACCOUNTS)[:50]]))
    checks.equal(f"50 phones, then right, {label}", 50 * [200],
                 [server.login(13, user) for user in list(ACCOUNTS)[:50]])


def guesses(lab, checks, family, label):
    """Passwords: a burst of refusals, some more if it takes long."""
    server = Registrar(lab, family, ACCOUNTS)
    answers = server.ask(12, register("1000"), *[
        register("1000", f"guess{n}") for n in range(refusals() + 20)])
    count = answers.index(None) if None in answers else 999
    checks.true(f"guesses, {label}",
                refusals() <= count <= refusals() + 10 and
                answers == count * [401] + (len(answers) - count) * [None],
                answers)
    checks.true(f"guesses that are heard, {label}",
                server.heard <= count + 1, server.heard)
    gone(lab, checks, family, f"guesses, {label}", server, 12)


# ---- requests.rules: what comes in ----

def requests_scan(lab, checks, family, label):
    """REGISTERs for more than 20 users."""
    server = Registrar(lab, family, ACCOUNTS)
    scan = [register(f"{n}") for n in range(40)]
    answers = server.ask(10, *2 * scan[:20], *scan)
    count = answers.index(None) - 40 if None in answers else 99
    checks.true(f"a scan by REGISTER, {label}", 20 < count + 1 <= 32,
                f"user {count + 1} was the first without an answer")
    checks.equal(f"a scan by REGISTER, heard, {label}", 40 + count,
                 server.heard)
    gone(lab, checks, family, f"a scan by REGISTER, {label}", server, 10)


def requests_guesses(lab, checks, family, label):
    """Passwords: five at once, then ten a minute, which is a ban."""
    server = Registrar(lab, family, ACCOUNTS)
    answers = server.ask(12, register("1000"), *[
        register("1000", f"guess{n}") for n in range(30)])
    checks.equal(f"guesses, {label}", 6 * [401] + 25 * [None], answers)
    checks.equal(f"guesses that are heard, {label}", 5, server.heard - 1)
    gone(lab, checks, family, f"guesses, {label}", server, 12)


# ---- Loading ----

def group_exempt(lab, checks):
    """The lines for known peers, once their comment signs are gone."""
    for name in ("recommended", "requests"):
        for family, backend in ((4, "legacy"), (6, "nft")):
            lab.server.restore(ruleset(name).replace("# -A", "-A").replace(
                "198.51.100.0/24", lib.CLIENTS[family][3]), family, backend)
            sources.write(lab.server, "flush")
            checks.equal(f"{name}, IPv{family}", [A, A, A, D, D], [
                bool(got) for got in lab.path(family).through(
                    [Shot(SAMPLES[what], source) for what, source in (
                        ("svwar", 3), ("junk", 3), ("register", 3),
                        ("svwar", 4), ("register", 4))])])
            lab.clear()


def group_changes(lab, checks):
    """One ruleset after the other, as fast as can be, and back."""
    for family, backend in HOW:
        with sources.KernelLog() as log:
            start = time.monotonic()
            for name in 3 * ("recommended", "requests") + ("recommended",):
                lab.server.restore(ruleset(name), family, backend)
            took = time.monotonic() - start
            said = [line for line in log.lines() if "xt_sip" in line]
        label = f"IPv{family}, {backend}"
        checks.equal(f"the kernel has nothing to say, {label}", [], said)
        if took >= 20:
            print(f"    {label}: seven rulesets took {took:.1f} s, so that "
                  "what had gone may have been forgotten")
        sources.write(lab.server, "flush")
        register_scan(lab, checks, family, label)
        lab.server.restore(ruleset("requests"), family, backend)
        checks.equal(f"bans stay, {label}", [None], Registrar(
            lab, family, ACCOUNTS).ask(10, register("1000")))
        lab.clear()
