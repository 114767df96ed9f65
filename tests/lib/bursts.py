# SPDX-License-Identifier: GPL-2.0
"""Sends bursts of packets and checks exactly how many of each pass.

A case is (name, rules, steps), all text:

    "1 --rate 5/h -j DROP; 2 --forgive"     rules parted by ";", each for what
        goes to the target of this number; the rules of a case share a table
        of sources, which is its own, where they name none
    "1.1>1 5/9; 2.1>1 3/3 scan"     steps: SOURCE>TARGET PASSING/COUNT MESSAGE;
        of 9 packets from source 1.1 to target 1 five pass
    "1.1>1 5/8 invite:3-10"         a message for each of the users 3 to 10

A source is "A.B": number B in the prefix A, a /24 or a /64 (the first 64 of
them share a /16 or a /48). A message is a name of the dictionary that run()
gets, for users of a function in it; "x" without a name.
"""

import re

from tests import lib
from tests.lib import sip, sources

CASES_MOST = 25         # targets have numbers of one byte
TABLE = re.compile("--(banned|ban|rate|users|forgive) ?")
STEP = re.compile(r"(\S+)>(\d) (\d+)/(\d+)(?: (\w+)(?::(\d+)-(\d+))?)?")


class Pool:
    """Users that a namespace counts exactly.

    Its secret decides which users share a cell of the sketch, so a number of
    them is known to a few only; these are users with a cell of their own.
    """

    RULE = "-A PREROUTING -d {} -m sip --users 200/d --name pool"
    SOURCE = "10.250.0.1"

    def __init__(self, network, size=40):
        self.users = []
        network.server.rules([self.RULE.format(lib.target(250, 4))])
        sources.write(network.server, "flush pool")
        told = 0
        for tried in range(10 * size):
            sources.arrive(network, [(self.SOURCE, lib.target(250, 4),
                                      sip.to_user(f"user{tried}"))])
            before, told = told, sum(sources.users(network.server, "pool",
                                                   self.SOURCE + "/32"))
            if told > before:
                self.users.append(f"user{tried}")
            if len(self.users) == size:
                break
        else:
            raise lib.NetworkError("users are not told from each other")
        sources.write(network.server, "flush pool")
        network.server.clear()


def rule_of(number, rule, way):
    """A rule of case @number, with a target and a table of its own."""
    to, options = rule.split(" ", 1)
    if "--name" not in options and TABLE.search(options):
        options = f"--name case{number} {options}"
    return (f"-A PREROUTING -p udp --dport 5060 -d "
            f"{way.target(10 * number + int(to))} -m sip {options}")


def payloads(count, message, first, last, messages, pool):
    """What a step sends."""
    made = messages[message] if message else b"x"
    if first:
        return [made(user) for user in pool[int(first) - 1:int(last)]]
    return [made] * int(count)


def run(way, checks, cases, messages=None, pool=()):
    """Every case, all of them loaded at once."""
    if len(cases) > CASES_MOST:
        raise ValueError("more cases than targets")
    way.rules(*[rule_of(number, rule, way)
                for number, (_, rules, _) in enumerate(cases)
                for rule in rules.split("; ")])
    sources.write(way.server, "flush")
    for number, (name, _, steps) in enumerate(cases):
        for step in steps.split("; "):
            source, to, passing, *what = STEP.fullmatch(step).groups()
            got = way.forge(source, 10 * number + int(to),
                            *payloads(*what, messages, pool))
            checks.equal(f"{name}: {step}", int(passing), sum(got))
