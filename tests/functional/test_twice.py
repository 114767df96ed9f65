# SPDX-License-Identifier: GPL-2.0
"""Tests rules that a packet meets twice: it counts once for equal ones.

So a ruleset that was loaded twice, whose jumps are doubled then, has the limits
that it says.
"""

import pytest

from tests.lib import sip, sources
from tests.lib.nftsip import Tables
from tests.lib.way import Way

ASK = sip.request("OPTIONS")
REFUSED = sip.response(404)

# Of how many packets of a source so many pass, which rules.
JUMPS = ["-A {hook} -j to_sip", "-A {hook} -j to_sip"]
ROWS = [
    ("the jump is doubled", 9, 4,
     JUMPS + ["-A to_sip -m sip {by} --rate 4/h -j DROP"]),
    ("so that each rule is met three times", 9, 4,
     JUMPS + JUMPS[:1] + ["-A to_sip -m sip {by} --rate 4/h -j DROP"]),
    ("with a condition on the message", 9, 4,
     JUMPS + ["-A to_sip -m sip {by} --method OPTIONS --rate 4/h -j DROP"]),
    ("the rule is there twice", 9, 4,
     2 * ["-A {hook} -m sip {by} --rate 4/h -j DROP"]),
    ("with a ban", 9, 4,
     JUMPS + ["-A to_sip -m sip {by} --rate 4/h --ban 1h -j DROP"]),
    ("inverted: the others are dropped", 9, 5,
     2 * ["-A {hook} -m sip {by} ! --rate 4/h -j DROP"]),
    ("more counting rules than are noted", 9, 3,
     JUMPS + [f"-A to_sip -m sip {{by}} --rate {n}/h"
              for n in range(9, 25)] +
     ["-A to_sip -m sip {by} --rate 7/h -j DROP"]),
    # What is not equal counts apart, and in each hook.
    ("two limits", 9, 3,
     ["-A {hook} -m sip {by} --rate 4/h -j DROP",
      "-A {hook} -m sip {by} --rate 3/h -j DROP"]),
    ("two conditions", 9, 4,
     ["-A {hook} -m sip {by} --method OPTIONS --rate 4/h -j DROP",
      "-A {hook} -m sip {by} ! --method INVITE --rate 4/h -j DROP"]),
]


def lines_of(row, number, way, hook, by):
    """The rules of a row, in a table of their own."""
    chain = f"to_sip{number}"
    return [line.format(hook=hook, by=by).replace("to_sip", chain).replace(
        "-m sip", f"-m sip --name twice{number}") for line in row]


@pytest.mark.parametrize("hook, by", [("PREROUTING", ""), ("INPUT", ""),
                                      ("OUTPUT", "--by dst"),
                                      ("POSTROUTING", "--by dst")])
def test_once(way, checks, hook, by):
    """Every row, in a hook for what comes in and in one for what leaves."""
    leaves = bool(by)
    data = REFUSED if leaves else ASK
    for number, (what, count, passing, row) in enumerate(ROWS):
        if leaves:
            row = [line.replace("--method OPTIONS", "--response")
                   .replace("--method INVITE", "--request") for line in row]
        way.rules(*lines_of(row, number, way, hook, by), table="mangle")
        send = way.back_through if leaves else way.through
        checks.equal(f"{what}", passing, sum(send(*count * [data])))
        checks.equal(f"{what}: one by one", 0 if passing < 5 else 4,
                     sum(sum(send(data)) for _ in range(4)))
        way.network.clear()
        sources.write(way.server, "flush")


def test_nft(network, checks):
    """The same rule twice in a chain of nft-sip's."""
    way = Way(network, 4, "nft")
    with Tables(network.server, "inet") as tables:
        for _ in range(2):
            tables.add("--rate", "4/h", "drop")
        checks.equal("nine packets", 4, sum(way.through(*9 * [ASK])))
