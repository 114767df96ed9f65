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

# What it is, how many of nine packets pass, and of four more, and the rules; @ is
# --by dst for what leaves.
JUMPS = 2 * ["-A {hook} -j to_sip"]
ROWS = [
    ("the jump is doubled", 4, 0,
     JUMPS + ["-A to_sip -m sip @ --rate 4/h -j DROP"]),
    ("so that each rule is met three times", 4, 0,
     JUMPS + JUMPS[:1] + ["-A to_sip -m sip @ --rate 4/h -j DROP"]),
    ("with a condition on the message", 4, 0,
     JUMPS + ["-A to_sip -m sip @ ! --malformed --rate 4/h -j DROP"]),
    ("the rule is there twice", 4, 0,
     2 * ["-A {hook} -m sip @ --rate 4/h -j DROP"]),
    ("with a ban", 4, 0,
     JUMPS + ["-A to_sip -m sip @ --rate 4/h --ban 1h -j DROP"]),
    ("inverted: the others are dropped", 5, 4,
     2 * ["-A {hook} -m sip @ ! --rate 4/h -j DROP"]),
    ("more counting rules than are noted", 3, 0,
     JUMPS + [f"-A to_sip -m sip @ --rate {n}/h" for n in range(9, 25)] +
     ["-A to_sip -m sip @ --rate 7/h -j DROP"]),
    # What is not equal counts apart.
    ("two limits", 3, 0,
     ["-A {hook} -m sip @ --rate 4/h -j DROP",
      "-A {hook} -m sip @ --rate 3/h -j DROP"]),
    ("two conditions", 4, 0,
     ["-A {hook} -m sip @ ! --malformed --rate 4/h -j DROP",
      "-A {hook} -m sip @ ! --scanner --rate 4/h -j DROP"]),
    # What another rule drops has been sent, too: the fifth bans.
    ("a later rule drops", 0, 0,
     ["-A {hook} -m sip @ --rate 4/h --ban 1h",
      "-A {hook} -m sip ! --malformed -j DROP"]),
]


@pytest.mark.parametrize("hook", ["PREROUTING", "INPUT", "OUTPUT",
                                  "POSTROUTING"])
def test_once(way, checks, hook):
    """Every row, in hooks for what comes in and for what leaves."""
    leaves = hook in ("OUTPUT", "POSTROUTING")
    send = way.back_through if leaves else way.through
    data = REFUSED if leaves else ASK
    for what, passing, more, row in ROWS:
        way.rules(*[line.format(hook=hook).replace("@", leaves * "--by dst")
                    for line in row], table="mangle")
        checks.equal(what, passing, sum(send(*9 * [data])))
        checks.equal(f"{what}: one by one", more,
                     sum(sum(send(data)) for _ in range(4)))
        checks.equal(f"{what}: banned", any("--ban" in line for line in row),
                     bool(sources.banned(way.server)))
        way.network.clear()
        sources.write(way.server, "flush")


def test_nft(network, checks):
    """The same rule twice in a chain of nft-sip's."""
    way = Way(network, 4, "nft")
    with Tables(network.server, "inet") as tables:
        for _ in range(2):
            tables.add("--rate", "4/h", "drop")
        checks.equal("nine packets", 4, sum(way.through(*9 * [ASK])))
