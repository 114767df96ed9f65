# SPDX-License-Identifier: GPL-2.0
"""Sends bursts of packets and checks exactly how many of each pass.

A case is (name, rules, bursts). Rules are what follows the chain's name, with
{1}..{9} for target addresses of the case's own; its rules share a table of
its own where they name none. Sources are "A.B": number B in the prefix A, a
/24 or a /64 (the first 64 of them share a /16 or a /48).
"""

import collections
import re

from tests import lib
from tests.lib import sip, sources
from tests.lib.sources import address

CASES_MOST = 24         # targets have numbers of one byte
TABLE = re.compile("--(banned|ban|rate|users|forgive) ?")

# data: of each of @count packets; or, for packets that differ, a function
# that makes their list from a list of users (see Pool).
Burst = collections.namedtuple("Burst", "source target count passing data",
                               defaults=(b"x",))


class Pool:
    """Users that a namespace counts exactly.

    Its secret decides which users share a cell of the sketch, so a number of
    them is known to a few only; these are users with a cell of their own.
    """

    RULE = "-A PREROUTING -d {} -m sip --users 200/d --name pool"
    SOURCE = "10.250.0.1"

    def __init__(self, network, size):
        self.users = []
        network.server.rules([self.RULE.format(lib.target(250, 4))])
        sources.write(network.server, "flush pool")
        tried = told = 0
        while len(self.users) < size:
            sources.arrive(network, [(self.SOURCE, lib.target(250, 4),
                                      sip.to_user(f"user{tried}"))])
            before, told = told, sum(sources.users(network.server, "pool",
                                                   self.SOURCE + "/32"))
            if told > before:
                self.users.append(f"user{tried}")
            tried += 1
        sources.write(network.server, "flush pool")
        network.server.clear()


def users(source, target, first, last, passing, make=sip.to_user):
    """A Burst of messages for the users of a Pool from first to last."""
    return Burst(source, target, last - first + 1, passing,
                 lambda pool: [make(user) for user
                               in pool[first - 1:last]])


def rule_of(number, rule, family):
    """A rule of case @number, with targets and a table of its own."""
    targets = [lib.target(number * 10 + n, family) for n in range(10)]
    if "--name" not in rule and TABLE.search(rule):
        rule = rule.replace("-m sip", f"-m sip --name case{number}")
    return ("-A PREROUTING -p udp --dport 5060 "
            + rule.format(*targets))


def run_case(network, checks, number, case, family, pool):
    """The bursts of a case."""
    name, _, steps = case
    for step, burst in enumerate(steps, 1):
        source = address(burst.source, family)
        to = lib.target(number * 10 + burst.target, family)
        data = (burst.data(pool) if callable(burst.data) else
                [burst.data] * burst.count)
        got = sources.arrive(network, [(source, to, one) for one in data])
        checks.equal(f"IPv{family}: {name}: step {step}", burst.passing,
                     sum(got))


def run(network, checks, cases, pool=()):
    """Every case, both families, half with legacy and half with nft."""
    if len(cases) > CASES_MOST + 1:
        raise ValueError("more cases than targets")
    for family in (4, 6):
        for odd, backend in enumerate(("legacy", "nft")):
            network.server.rules(
                [rule_of(number, rule, family)
                 for number, (_, rules, _) in enumerate(cases)
                 for rule in rules if number % 2 == odd],
                family=family, backend=backend)
        sources.write(network.server, "flush")
        for number, case in enumerate(cases):
            run_case(network, checks, number, case, family, pool)
