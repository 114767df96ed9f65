# SPDX-License-Identifier: GPL-2.0
"""Tests --forgive: what clears counts, which it clears and which it keeps.

Rulesets that have it, with a server that answers, are in tests/examples.
"""

from tests.lib import bursts, sip, sources

MESSAGES = {"ok": sip.answer(200, "bob"), "no": sip.answer(403, "bob"),
            "options": sip.request(), "register": sip.request("REGISTER"),
            "invite": sip.response(200, "INVITE"), "to": sip.to_user}
CASES = [
    ("a rate is clean again", "1 --rate 5/h -j DROP; 2 --forgive",
     "1.1>1 5/9; 1.1>2 1/1; 1.1>1 5/9; 1.1>2 3/3; 1.1>1 3/3; 1.1>2 1/1; "
     "1.1>1 5/9"),
    ("users are clean again", "1 --users 5/h -j DROP; 2 --forgive",
     "1.1>1 5/8 to:1-8; 1.1>2 1/1; 1.1>1 5/5 to:4-8; 1.1>1 0/1 to:1-1"),
    ("all rules of the table, users and rates",
     "1 --rate 5/h --burst 5 -j DROP; 3 --rate 6/h --burst 6 -j DROP; "
     "4 --users 5/h -j DROP; 5 --users 3/d --rate 1/d --burst 2 -j DROP; "
     "2 --forgive", "; ".join(2 * [
         "1.1>1 5/9; 1.1>3 6/9; 1.1>4 5/8 to:1-8; 1.1>5 5/8 to:1-8; "
         "1.1>2 1/1"])),
    ("no other address",
     "1 --rate 5/h --prefix6 128 -j DROP; 2 --forgive --prefix6 128",
     "1.1>1 5/9; 1.2>2 1/1; 2.1>2 1/1; 1.1>1 0/9"),
    ("no other table", "1 --rate 5/h --name one -j DROP; 2 --forgive",
     "1.1>1 5/9; 1.1>2 1/1; 1.1>1 0/9"),
    ("a prefix, by any address in it",
     "1 --rate 5/h --prefix4 24 -j DROP; 2 --forgive --prefix4 24",
     "1.1>1 5/9; 1.200>2 1/1; 1.7>1 5/9; 2.1>2 1/1; 1.7>1 0/1"),
    ("no other length of prefix",
     "1 --rate 5/h --prefix4 24 --prefix6 48 -j DROP; 2 --forgive",
     "1.1>1 5/9; 1.1>2 1/1; 1.1>1 0/9"),
    ("no ban", "1 --rate 5/h --ban 1h -j DROP; 2 --forgive; "
     "3 --banned -j DROP",
     "1.1>1 5/6; 1.1>3 0/1; 1.1>2 1/1; 1.1>3 0/1; 1.1>1 0/1"),
    ("only messages for which all holds",
     "1 --rate 5/h -j DROP; 2 --forgive --method REGISTER --status 2xx",
     "1.1>1 5/9; 1.1>2 3/3; 1.1>2 3/3 no; 1.1>2 3/3 register; "
     "1.1>2 3/3 invite; 1.1>1 0/2; 1.1>2 1/1 ok; 1.1>1 5/9"),
    ("an inverted condition",
     "1 --rate 5/h -j DROP; 2 --forgive ! --status 403",
     "1.1>1 5/9; 1.1>2 3/3 no; 1.1>1 0/2; 1.1>2 1/1 ok; 1.1>1 5/9"),
    ("with a target", "1 --rate 5/h -j DROP; 2 --forgive --response -j DROP",
     "1.1>1 5/9; 1.1>2 1/1; 1.1>1 0/1; 1.1>2 0/2 ok; 1.1>1 5/9"),
    ("a source that is not known, and a table without counts",
     "2 --forgive; 3 --banned --forgive -j DROP", "1.1>2 3/3; 1.1>3 3/3"),
    ("a banned source, by --banned",
     "1 --rate 5/h -j DROP; 3 --banned --forgive; "
     "4 --method OPTIONS --ban 1h",
     "1.1>1 5/9; 1.1>3 1/1; 1.1>1 0/9; 1.1>4 1/1 options; 1.1>3 1/1; "
     "1.1>1 5/9"),
    ("over its own rate", "1 --rate 5/h --forgive -j DROP",
     "1.1>1 5/5; 1.1>1 0/1; 1.1>1 5/5; 1.1>1 5/7"),
    ("over its own users", "1 --users 3/h --forgive -j DROP",
     "1.1>1 3/4 to:1-4; 1.1>1 3/4 to:5-8"),
    ("the destination, with --by dst",
     "1 --rate 5/h --by dst --prefix6 128 -j DROP; "
     "1 --status 2xx --by dst --prefix6 128 --forgive; "
     "2 --status 2xx --by dst --prefix6 128 --forgive; "
     "1 --status 403 --prefix6 128 --forgive",
     "1.1>1 5/9; 2.1>2 3/3 ok; 2.1>1 0/3 no; 2.1>1 0/1 ok"),
    ("the destination, in a rule before",
     "1 --status 2xx --by dst --prefix6 128 --forgive; "
     "1 --rate 5/h --by dst --prefix6 128 -j DROP",
     "1.1>1 5/9; 2.1>1 3/3 ok; 3.1>1 4/9 no"),
]


def test_cases(way, checks, pool):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES, pool)


def test_stats(way, checks):
    """forgiven_total counts whenever there was something to clear."""
    way.rules(
        f"-A PREROUTING -d {way.target(1)} -m sip --rate 5/h --name s",
        f"-A PREROUTING -d {way.target(2)} -m sip --name s --forgive")
    for shots, expected in (("2", 0), ("1", 0), ("2", 1), ("22", 0),
                            ("1112", 1), ("1212", 2)):
        old = way.server.stats()
        for to in shots:
            way.forge("1.1", int(to), b"x")
        checks.equal(f"packets to {shots}: forgiven", expected,
                     way.server.grown(old).get("forgiven_total", 0))
    checks.equal("sources shows it", [["5/h:0/5"]],
                 [one["rate"] for one in sources.listed(way.server)])
