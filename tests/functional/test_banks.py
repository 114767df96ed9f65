# SPDX-License-Identifier: GPL-2.0
"""Tests tables whose rules count more than an entry of a source has words for.

There are four banks of eight words. A --rate takes one word, --users four
that lie in one bank.
"""

import collections
import os
import threading
import time

import pytest

from tests import lib
from tests.lib import bursts, sip, sources
from tests.lib.way import Way

REFUSED = ("xt_sip: --name {}: the table has no room for one more counting "
           "rule, use another --name or delete the old rules first")
FORGIVE, BANNED = 200, 201      # targets of other rules


def rate(number):
    """Options of a rule, and how many packets (or users) pass it."""
    burst = number % 6 + 1
    return f"--rate {number}/h --burst {burst}", burst


def users(number):
    """The same for a rule of four words."""
    return f"--users {number}/d", number


def both(number):
    """The same for one of five: over the users, then two more."""
    return f"--users {number}/h --rate {number}/h --burst 2", number + 2


# Rules that fill a table, in the order in which they come.
FULL = {
    "32 rates": [rate(n) for n in range(1, 33)],
    "8 times users": [users(n) for n in range(1, 9)],
    "8 rates, then 6 times users":
        [rate(n) for n in range(1, 9)] + [users(n) for n in range(1, 7)],
    "users and rates by turns":
        [one for n in range(1, 7) for one in (users(n), rate(n))] +
        [rate(7), rate(8)],
    "4 rules of five words, then 12 rates":
        [both(n) for n in range(1, 5)] + [rate(n) for n in range(1, 13)],
}


def lines(way, rules, name):
    """Each rule for a target of its own, all in the table @name."""
    return [f"-A PREROUTING -p udp --dport 5060 -d {way.target(number)} "
            f"-m sip {options} --name {name} -j DROP"
            for number, (options, _) in enumerate(rules, 1)]


def others(way, name):
    """Rules that take no word."""
    return [f"-A PREROUTING -d {way.target(FORGIVE)} -m sip --name {name} "
            "--forgive", f"-A PREROUTING -d {way.target(BANNED)} -m sip "
            f"--name {name} --banned -j DROP"]


def passing(way, rules, pool, *names):
    """{source: how many packets passed each rule}; all of it mixed."""
    shots = [(name, number, pool[n])
             for n in range(max(most for _, most in rules) + 3)
             for number, (_, most) in enumerate(rules, 1) if n < most + 3
             for name in names]
    got = sources.arrive(way.network, [
        (way.source(name), way.target(number), sip.to_user(user))
        for name, number, user in shots])
    counts = collections.Counter(
        shot[:2] for shot, arrived in zip(shots, got) if arrived)
    return {name: [counts[name, number]
                   for number in range(1, len(rules) + 1)] for name in names}


def fresh(rules):
    """What passes of a source without counts."""
    return [most for _, most in rules]


@pytest.mark.parametrize("name", FULL)
def test_exact(way, checks, pool, name):
    """Every rule counts for itself, exactly, whichever bank it is in; what
    clears the counts clears them in all banks; sources shows them all."""
    rules = FULL[name]
    way.rules(*lines(way, rules, "full"), *others(way, "full"))
    clean, used, source = fresh(rules), [0] * len(rules), way.source("1.1")
    for what, first, second in (
            (None, clean, clean), ("--forgive", clean, used),
            (f"forgive {source}", clean, used),
            (f"ban {source} 1h\nunban {source}", clean, used),
            ("flush", clean, clean)):
        if what == "--forgive":
            way.forge("1.1", FORGIVE, b"x")
        elif what:
            sources.write(way.server, what)
        checks.equal(what, {"1.1": first, "2.1": second},
                     passing(way, rules, pool, "1.1", "2.1"))
    found = collections.defaultdict(list)
    for one in sources.listed(way.server):
        found[one["src"]].append(len(one["rate"] + one.get("users", [])))
    words = sum(options.count("--rate") + options.count("--users")
                for options, _ in rules)
    checks.equal("sources: lines and counts of each", 2 * [(4, words)],
                 [(len(counts), sum(counts)) for counts in found.values()])


# ---- No room ----

def saved(netns):
    """The rules of both backends."""
    return [line.split(" [")[0]     # counters of chains
            for tool in ("iptables-legacy-save", "iptables-nft-save")
            for line in netns.run(tool).splitlines() if line[0] != "#"]


def refused(way, checks, label, name, load):
    """What @load does is refused with the sentence; nothing has changed
    then."""
    before = saved(way.server)
    with sources.KernelLog() as log:
        with pytest.raises(lib.NetworkError):
            load()
        said = {line for line in log.lines() if "xt_sip" in line}
    checks.equal(f"{label}: the kernel says why", {REFUSED.format(name)}, said)
    checks.equal(f"{label}: rules stay as they are", before,
                 saved(way.server))


# (rules, one more that fits, then one that does not)
ROOM = [
    (FULL["32 rates"], None, rate(33)),
    (FULL["32 rates"], None, users(33)),
    (FULL["32 rates"][:31], rate(99), rate(33)),
    (FULL["32 rates"][:29], None, users(33)),
    (FULL["32 rates"][:28], users(99), rate(33)),
    (FULL["8 times users"], None, rate(33)),
    (FULL["8 times users"][:7], users(99), rate(33)),
    # 12 words are free, but no four in a row
    (FULL["4 rules of five words, then 12 rates"][:4], None, users(33)),
    (FULL["4 rules of five words, then 12 rates"][:15], rate(99), rate(33)),
    (FULL["4 rules of five words, then 12 rates"][:4], rate(99), both(33)),
]


def add(way, rules):
    """Add rules to those that are there."""
    way.server.restore("\n".join(["*raw", *rules, "COMMIT", ""]), way.family,
                       way.backend, "--noflush")


def test_room(way, checks):
    """The rule that finds no room is refused. Not refused are the same rule
    again, one that does not count, and one in another table."""
    sources.fresh_module(way.network)
    for number, (rules, fits, more) in enumerate(ROOM):
        name = f"room{number}"
        way.rules(*lines(way, rules, name))
        add(way, lines(way, [*([fits] if fits else []), rules[0]], name) +
            lines(way, [more], "other" + name) + others(way, name))
        refused(way, checks, f"{len(rules)} rules, then {more[0]}", name,
                lambda: add(        # pylint: disable=cell-var-from-loop
                    way, lines(way, [more], name)))
        way.server.clear()


# ---- Rulesets come and go ----

def half(first):
    """16 words of rules that no other half has."""
    return [rate(first + n) for n in range(8)] + \
        [users(first + n) for n in range(2)]


class Traffic(threading.Thread):
    """Counts go on: packets for all targets while rules are replaced."""

    def __init__(self, way):
        super().__init__()
        self.way = way
        self.shots = [sources.forged(
            way.source(f"{n % 60 + 100}.9"), way.target(n % 32 + 1),
            sip.to_user(f"traffic{n}")) for n in range(200)]
        way.network.raw(self.shots[0])      # makes the socket here
        self.sent = 0
        self.stop = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop = True
        self.join()
        self.way.there.arrived()

    def run(self):
        # This thread alone; all else here is on one CPU.
        os.sched_setaffinity(0, range(os.cpu_count()))
        while not self.stop:
            self.way.network.raw(self.shots[self.sent % len(self.shots)])
            self.sent += 1


def test_replaced(way, checks, pool):
    """Rulesets that fill half of a table replace one another for good."""
    for turn in range(6):
        rules = half((1, 11, 21)[turn % 3])
        with Traffic(way) as traffic:
            way.rules(*lines(way, rules, "halves"))
        checks.true(f"traffic in turn {turn}", traffic.sent > 10, traffic.sent)
        name = f"{turn + 1}.1"
        checks.equal(f"turn {turn}", {name: fresh(rules)},
                     passing(way, rules, pool, name))


def load_later(way, text):
    """Load when what went is gone: nf_tables lets go of rules later."""
    for _ in range(4 * lib.PATIENCE):
        try:
            return way.rules(*text)
        except lib.NetworkError as error:
            if "No space left" not in str(error):
                raise
        time.sleep(0.25)
    return way.rules(*text)


def test_full(way, checks):
    """A full ruleset: loaded again it keeps its counts; another full one
    finds no room beside it, but does as soon as the first is gone."""
    sources.fresh_module(way.network)
    pool = bursts.Pool(way.network).users
    old = FULL["8 rates, then 6 times users"]
    new = [rate(n) for n in range(11, 19)] + [users(n) for n in range(8, 14)]
    used = [0] * len(old)

    def check(what, rules, expected):
        checks.equal(what, {"1.1": expected}, passing(way, rules, pool, "1.1"))

    way.rules(*lines(way, old, "full"))
    check("first", old, fresh(old))
    with Traffic(way):
        way.rules(*lines(way, old, "full"))
        refused(way, checks, "another", "full",
                lambda: way.rules(*lines(way, new, "full")))
    check("first again", old, used)
    way.server.clear()
    way.rules(*lines(way, old[::-1], "full"))
    check("the other way round", old[::-1], used[::-1])
    with Traffic(way):
        way.server.clear()
        load_later(way, lines(way, new, "full"))
    check("another, when the first is gone", new, fresh(new))
    way.server.clear()
    load_later(way, lines(way, old, "full"))
    check("the first, which is forgotten", old, fresh(old))


# The order in which eight rates (1 to 8) and six users (9 to 14) go, which fill
# a table, and rules that then must find room. "|": a moment passes; "||": more
# than SIP_TOGETHER.
RATES = [rate(n) for n in range(11, 19)]
GAPS = [
    # the last users get the room of the rates: 1 to 4 and 5 to 8, though 3
    # to 6 are four in a row before
    ([9, 10, 11, 12, 13, 14, "||", 7, 8, "||", 3, 4, 5, 6, "||", 1, 2],
     RATES + [users(n) for n in range(8, 14)]),
    # four rates get the room of 1 to 4, not of 1, 2, 5 and 6
    ([1, 5, "|", 2, 6, "|", 3, 4, 7, 8, 9, 10, 11, 12, 13, 14],
     RATES[:4] + [users(n) for n in range(8, 15)]),
]


@pytest.mark.slow
def test_gaps(network, checks, pool):
    """In what order rules ever went, a full ruleset finds room."""
    way = Way(network, 4, "legacy")
    old = FULL["8 rates, then 6 times users"]
    for number, (order, new) in enumerate(GAPS):
        text, gone = lines(way, old, f"gaps{number}"), []
        way.rules(*text)
        for one in order + ["|"]:
            if isinstance(one, int):
                gone.append(text[one - 1].replace("-A", "-D", 1))
                continue
            add(way, gone)
            gone = []
            time.sleep(0.1 if one == "|" else 5.5)
        way.rules(*lines(way, new, f"gaps{number}"))
        checks.equal(f"gone in the order {order}", {"1.1": fresh(new)},
                     passing(way, new, pool, "1.1"))
        way.server.clear()
        sources.write(way.server, "flush")


# ---- Bans ----

def test_bans(way, checks):
    """A rule in whatever bank bans the source, not its bank."""
    rules = FULL["32 rates"]
    # every eighth bans: the last of each bank
    way.rules(*[line.replace("-j", "--ban 1h -j") if number % 8 == 0 else line
                for number, line in enumerate(lines(way, rules, "bans"), 1)],
              *others(way, "bans"))

    def arrive(*targets, source="1.1"):
        return [*map(int, (way.forge(source, to, b"x")[0] for to in targets))]

    for number in (8, 16, 24, 32):
        sources.write(way.server, "flush")
        passes = [1] * (rules[number - 1][1])
        checks.equal(f"rule {number}: before", [1, *passes, 1], arrive(
            BANNED, *[number] * len(passes), BANNED))
        checks.equal(f"rule {number}: banned", [0] * 4, arrive(
            number, BANNED, 8, 32))
        checks.equal(f"rule {number}: others are not", [1], arrive(
            BANNED, source="2.1"))
        checks.equal(f"rule {number}: bans, lines of bans", (1, 1), (
            sources.gauge(way.server, "banned_sources"), sum(
                "banned" in one for one in sources.listed(way.server))))
        sources.write(way.server, f"unban {way.source('1.1')}")
        checks.equal(f"rule {number}: unbanned", [1, *passes],
                     arrive(BANNED, *[number] * len(passes)))


@pytest.mark.parametrize("limit", (2, 16, 64))
def test_small(network, checks, limit):
    """Little room: entries of all banks count, bans stay, nobody is lost."""
    way = Way(network, 4, "legacy")
    with sources.max_sources(limit):
        way.rules(*lines(way, FULL["32 rates"], "small"),
                  *others(way, "small"))
        sources.write(way.server, "flush",
                      "ban 10.250.0.1 1h table small")
        old = way.server.stats()
        most = 0
        for number in range(60):
            got = sources.arrive(network, [
                (f"10.5.1.{number}", way.target(to), b"x")
                for to in range(2, 33)])
            most = max(most, sources.gauge(way.server, "sources"))
            checks.true(f"first packets of {number}", all(got), got)
        grown = way.server.grown(old)
        checks.true("never more entries", limit - 1 <= most <= limit, most)
        checks.true("evicted", grown["evicted_total"] > 60, grown)
        checks.true("none found no room", "full_total" not in grown, grown)
        checks.equal("the ban", [False], sources.arrive(
            network, [("10.250.0.1", way.target(BANNED), b"x")]))
