# SPDX-License-Identifier: GPL-2.0
"""Tests tables whose rules count more than an entry of a source has words for.

There are four banks of eight words. A --rate takes one word, --users four
that lie in one bank.
"""

import os
import threading
import time

import pytest

from tests import lib
from tests.lib import bursts, sip, sources
from tests.lib.sources import address, forged

BACKENDS = ((4, "legacy"), (6, "nft"))
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


def lines(rules, name, family, more="-j DROP"):
    """Each rule for a target of its own, all in the table @name."""
    return [f"-A PREROUTING -p udp --dport 5060 -d "
            f"{lib.target(number, family)} -m sip {options} --name {name} "
            f"{more}" for number, (options, _) in enumerate(rules, 1)]


def others(name, family):
    """Rules that take no word."""
    return [f"-A PREROUTING -d {lib.target(FORGIVE, family)} -m sip "
            f"--name {name} --forgive",
            f"-A PREROUTING -d {lib.target(BANNED, family)} -m sip "
            f"--name {name} --banned -j DROP"]


def passing(network, family, rules, pool, names):
    """{source: how many packets passed each rule}; all of it mixed."""
    shots = [(address(name, family), lib.target(number, family),
              sip.to_user(pool[n]))
             for n in range(max(most for _, most in rules) + 3)
             for number, (_, most) in enumerate(rules, 1) if n < most + 3
             for name in names]
    got = sources.arrive(network, shots)
    found = {name: [0] * len(rules) for name in names}
    for (source, to, _), arrived in zip(shots, got):
        for name in names:
            if source == address(name, family):
                number = [lib.target(n, family) for n
                          in range(1, len(rules) + 1)].index(to)
                found[name][number] += arrived
    return found


def fresh(rules):
    """What passes of a source without counts; of one that used them up."""
    return [most for _, most in rules]


def test_exact(network, checks):
    """Every rule counts for itself, exactly, whichever bank it is in."""
    pool = bursts.Pool(network, 36).users
    for family, backend in BACKENDS:
        for number, (name, rules) in enumerate(FULL.items()):
            table = f"full{number}"
            network.server.rules(lines(rules, table, family) +
                                 others(table, family), family=family,
                                 backend=backend)
            sources.write(network.server, "flush")
            label = f"IPv{family}: {name}"
            clean, used = fresh(rules), [0] * len(rules)
            checks.equal(f"{label}: two sources",
                         {"1.1": clean, "2.1": clean},
                         passing(network, family, rules, pool, ("1.1", "2.1")))
            check_forgiven(network, checks, label, family, lambda:
                           passing(network, family, rules, pool,
                                   ("1.1", "2.1")), clean, used)
            check_listed(network, checks, label, rules)
            network.server.clear()


def check_forgiven(network, checks, label, family, count, clean, used):
    """What clears the counts clears them in all banks."""
    source = address("1.1", family)
    sources.arrive(network, [(source, lib.target(FORGIVE, family), b"x")])
    checks.equal(f"{label}: --forgive", {"1.1": clean, "2.1": used}, count())
    sources.write(network.server, f"forgive {source}")
    checks.equal(f"{label}: forgive", {"1.1": clean, "2.1": used}, count())
    sources.write(network.server, f"ban {source} 1h", f"unban {source}")
    checks.equal(f"{label}: unban", {"1.1": used, "2.1": used}, count())
    sources.write(network.server, "flush")
    checks.equal(f"{label}: flush", {"1.1": clean, "2.1": clean}, count())


def check_listed(network, checks, label, rules):
    """sources shows all counts, in as many lines as it needs banks."""
    found = {}
    for one in sources.listed(network.server):
        found.setdefault(one["src"], []).append(
            one["rate"] + one.get("users", []))
    words = sum(options.count("--rate") + options.count("--users")
                for options, _ in rules)
    for source, counts in found.items():
        checks.equal(f"{label}: counts of {source}", (4, words),
                     (len(counts), sum(map(len, counts))))


# ---- No room ----

def refused(network, checks, label, name, load):
    """Whether what @load does is refused with the sentence; nothing has
    changed then."""
    before = saved(network.server)
    with sources.KernelLog() as log:
        try:
            load()
            error = ""
        except lib.NetworkError as failure:
            error = str(failure)
        said = [line for line in log.lines() if "xt_sip" in line]
    checks.true(f"{label}: is refused", error)
    checks.equal(f"{label}: the kernel says why", {REFUSED.format(name)},
                 set(said))
    checks.equal(f"{label}: rules stay as they are", before,
                 saved(network.server))


def saved(netns):
    """The rules of both backends."""
    return [line.split(" [")[0]     # counters of chains
            for tool in ("iptables-legacy-save", "iptables-nft-save")
            for line in netns.run(tool).splitlines() if line[0] != "#"]


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


def add(network, backend, rules):
    """Add rules to those that are there."""
    network.server.restore("\n".join(["*raw", *rules, "COMMIT", ""]), 4,
                           backend, "--noflush")


def test_room(network, checks):
    """The rule that finds no room is refused. Not refused are the same rule
    again, one that does not count, and one in another table."""
    sources.fresh_module(network)
    for number, (rules, fits, more) in enumerate(ROOM):
        backend = ("legacy", "nft")[number % 2]
        name = f"room{number}"
        label = f"{backend}: {len(rules)} rules, then {more[0]}"
        network.server.rules(lines(rules, name, 4), backend=backend)
        fitting = [fits] if fits else []
        add(network, backend, lines(fitting + [rules[0]], name, 4) +
            lines([more], "other" + name, 4) + others(name, 4))
        refused(network, checks, label, name, lambda: add(
            # pylint: disable=cell-var-from-loop
            network, backend, lines([more], name, 4)))
        network.server.clear()


# ---- Rulesets come and go ----

def half(first):
    """16 words of rules that no other half has."""
    return [rate(first + n) for n in range(8)] + \
        [users(first + n) for n in range(2)]


class Traffic(threading.Thread):
    """Counts go on: packets for all targets while rules are replaced."""

    def __init__(self, network, family):
        super().__init__()
        self.network = network
        self.shots = [forged(address(f"{n % 60 + 100}.9", family),
                             lib.target(n % 32 + 1, family),
                             sip.to_user(f"traffic{n}")) for n in range(200)]
        self.network.raw(self.shots[0])     # makes the socket here
        self.sent = 0
        self.stop = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop = True
        self.join()

    def run(self):
        # This thread alone; all else here is on one CPU.
        os.sched_setaffinity(0, range(os.cpu_count()))
        while not self.stop:
            self.network.raw(self.shots[self.sent % len(self.shots)])
            self.sent += 1


def test_replaced(network, checks):
    """Rulesets that fill half of a table replace one another for good."""
    pool = bursts.Pool(network, 36).users
    sets = [half(1), half(11), half(21)]
    for family, backend in BACKENDS:
        for turn in range(6):
            rules = sets[turn % 3]
            with Traffic(network, family) as traffic:
                network.server.rules(lines(rules, "halves", family),
                                     family=family, backend=backend)
            checks.true(f"IPv{family} {backend}: traffic in turn {turn}",
                        traffic.sent > 10, traffic.sent)
            network.path(family).arrived()
            name = f"{turn + 1}.1"
            checks.equal(f"IPv{family} {backend}: turn {turn}",
                         {name: fresh(rules)},
                         passing(network, family, rules, pool, (name,)))
        network.server.clear()


def test_full(network, checks):
    """A full ruleset: loaded again it keeps its counts; another full one
    finds no room beside it, but does as soon as the first is gone."""
    sources.fresh_module(network)
    pool = bursts.Pool(network, 40).users
    old = FULL["8 rates, then 6 times users"]
    new = [rate(n) for n in range(11, 19)] + [users(n) for n in range(8, 14)]
    used = [0] * len(old)
    for family, backend in BACKENDS:
        def load(rules):
            # pylint: disable=cell-var-from-loop
            network.server.rules(lines(rules, "full", family), family=family,
                                 backend=backend)

        def load_later(rules):
            """When what went is gone: nf_tables lets go of rules later."""
            for _ in range(4 * lib.PATIENCE):
                try:
                    return load(rules)
                except lib.NetworkError as error:
                    if "No space left" not in str(error):
                        raise
                time.sleep(0.25)
            return load(rules)

        def counts(rules):
            # pylint: disable=cell-var-from-loop
            return passing(network, family, rules, pool, ("1.1",))["1.1"]

        label = f"IPv{family} {backend}"
        load(old)
        checks.equal(f"{label}: first", fresh(old), counts(old))
        with Traffic(network, family):
            load(old)
            refused(network, checks, f"{label}: another", "full",
                    lambda: load(new))
        network.path(family).arrived()
        checks.equal(f"{label}: first again", used, counts(old))
        network.server.clear()
        load(old[::-1])
        checks.equal(f"{label}: the other way round", used[::-1],
                     counts(old[::-1]))
        with Traffic(network, family):
            network.server.clear()
            load_later(new)
        network.path(family).arrived()
        checks.equal(f"{label}: another, when the first is gone", fresh(new),
                     counts(new))
        network.server.clear()
        load_later(old)
        checks.equal(f"{label}: the first, which is forgotten", fresh(old),
                     counts(old))
        network.server.clear()


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


def delete(network, rules, name, order):
    """Delete @rules in this order."""
    text = lines(rules, name, 4)
    gone = []
    for one in order + ["|"]:
        if isinstance(one, int):
            gone.append(text[one - 1].replace("-A", "-D", 1))
            continue
        add(network, "legacy", gone)
        gone = []
        time.sleep(0.1 if one == "|" else 5.5)


@pytest.mark.slow
def test_gaps(network, checks):
    """In what order rules ever went, a full ruleset finds room."""
    old = FULL["8 rates, then 6 times users"]
    pool = bursts.Pool(network, 40).users
    for number, (order, new) in enumerate(GAPS):
        name = f"gaps{number}"
        network.server.rules(lines(old, name, 4))
        delete(network, old, name, order)
        network.server.rules(lines(new, name, 4))
        checks.equal(f"gone in the order {order}", {"1.1": fresh(new)},
                     passing(network, 4, new, pool, ("1.1",)))
        network.server.clear()


# ---- Bans ----

def test_bans(network, checks):
    """A rule in whatever bank bans the source, not its bank."""
    for family, backend in BACKENDS:
        rules = FULL["32 rates"]
        # every eighth bans: the last of each bank
        text = [line.replace("-j", "--ban 1h -j") if number % 8 == 0 else line
                for number, line in
                enumerate(lines(rules, "bans", family), 1)]
        network.server.rules(text + others("bans", family), family=family,
                             backend=backend)
        for number in (8, 16, 24, 32):
            sources.write(network.server, "flush")
            source, most = address("1.1", family), rules[number - 1][1]

            def arrive(target, count, name="1.1"):
                # pylint: disable=cell-var-from-loop
                return sum(sources.arrive(network, count * [
                    (address(name, family), lib.target(target, family),
                     b"x")]))

            label = f"IPv{family}: rule {number}"
            checks.equal(f"{label}: before", [1, most, 1],
                         [arrive(BANNED, 1), arrive(number, most),
                          arrive(BANNED, 1)])
            checks.equal(f"{label}: banned", [0, 0, 0, 0, 1],
                         [arrive(number, 1), arrive(BANNED, 1),
                          arrive(8, 1), arrive(32, 1),
                          arrive(BANNED, 1, "2.1")])
            checks.equal(f"{label}: one ban", 1,
                         sources.gauge(network.server, "banned_sources"))
            checks.equal(f"{label}: listed once", 1, sum(
                "banned" in one for one in sources.listed(network.server)))
            sources.write(network.server, f"unban {source}")
            checks.equal(f"{label}: unbanned", [1, 0],
                         [arrive(BANNED, 1), arrive(number, 1)])
            sources.write(network.server, f"unban {source}",
                          f"forgive {source}")
            checks.equal(f"{label}: unbanned and forgiven", [1, most],
                         [arrive(BANNED, 1), arrive(number, most)])
        network.server.clear()


def test_small(network, checks):
    """Little room: entries of all banks count, bans stay, nobody is lost."""
    for limit in (2, 16, 64):
        with sources.max_sources(limit):
            network.server.rules(lines(FULL["32 rates"], "small", 4) +
                                 others("small", 4))
            sources.write(network.server, "flush",
                          "ban 10.250.0.1 1h table small")
            old = network.server.stats()
            most = 0
            for number in range(60):
                got = sources.arrive(network, [
                    (f"10.5.1.{number}", lib.target(target, 4), b"x")
                    for target in range(2, 33)])
                most = max(most, sources.gauge(network.server, "sources"))
                if not all(got):
                    checks.fail(f"{limit}: first packets of {number}",
                                "were dropped")
            new = network.server.stats()
            checks.true(f"{limit}: never more entries",
                        limit - 1 <= most <= limit, most)
            checks.true(f"{limit}: evicted",
                        new["xt_sip_evicted_total"] -
                        old["xt_sip_evicted_total"] > 60)
            checks.equal(f"{limit}: found no room", 0,
                         new["xt_sip_full_total"] - old["xt_sip_full_total"])
            checks.equal(f"{limit}: the ban", [False], sources.arrive(
                network, [("10.250.0.1", lib.target(BANNED, 4), b"x")]))
            network.server.clear()
            sources.write(network.server, "flush")
