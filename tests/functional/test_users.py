# SPDX-License-Identifier: GPL-2.0
"""Tests --users: distinct users that a source has addressed.

Users of a Pool are counted exactly, so the tests below can be exact to one
packet. What chance does to others is in tests/unit/test_sketch.c, and what
counts as a user in tests/unit/test_user.c.
"""

import time

from tests.lib import bursts, sip, sources

REALM = 'Authorization: Digest username="x", realm="x", nonce="1", uri="x"'
MESSAGES = {
    "crlf": b"\r\n\r\n", "empty": b"",
    "to": sip.to_user,
    "auth": lambda user: sip.to_user(user, "REGISTER", REALM),
    "invite": lambda user: sip.to_user(user, "INVITE"),
    "notfound": lambda user: sip.answer(404, user),
    "junk": lambda user: sip.JUNK + user.encode(),
    "escaped": lambda user: sip.to_user(user.replace("u", "%75")),
    "host": lambda user: sip.request(
        "REGISTER", f"To: <sip:u@{user}>", without=("To",)),
}
# As far as not said otherwise, N users pass however often they come, and the
# next one does not.
CASES = [
    ("the 21st of 20 users", "1 --users 20/h -j DROP",
     "1.1>1 20/20 to:1-20; 1.1>1 20/20 to:1-20; 1.1>1 0/1 to:21-21; "
     "1.1>1 0/20 to:1-20; 2.1>1 20/20 to:2-21"),
    ("one user", "1 --users 1/d -j DROP",
     "1.1>1 1/1 to:1-1; 1.1>1 1/1 to:1-1; 1.1>1 0/39 to:2-40; "
     "2.1>1 1/40 to:1-40"),
    ("two rules that allow different numbers",
     "1 --users 5/h -j DROP; 2 --users 8/h -j DROP",
     "1.1>1 5/12 to:1-12; 1.1>2 8/8 to:1-8; 1.1>2 0/1 to:9-9; "
     "1.1>1 0/1 to:1-1"),
    ("two rules that count the same messages",
     "1 --users 5/h; 1 --users 8/h -j DROP", "1.1>1 8/12 to:1-12"),
    ("a time unit is a rule of its own",
     "1 --users 5/h -j DROP; 2 --users 5/d -j DROP",
     "1.1>1 5/6 to:1-6; 1.1>2 5/5 to:6-10; 1.1>2 0/1 to:11-11"),
    ("identical rules share a count",
     "1 --users 5/h -j DROP; 2 --users 5/h -j DROP",
     "1.1>1 3/3 to:1-3; 1.1>2 3/3 to:1-3; 1.1>2 2/4 to:4-7; "
     "1.1>1 0/3 to:1-3"),
    ("tables are independent",
     "1 --users 5/h --name a -j DROP; 2 --users 5/h --name b -j DROP",
     "1.1>1 5/6 to:1-6; 1.1>2 5/5 to:6-10"),
    ("a prefix is one source", "1 --users 5/h --prefix4 24 -j DROP",
     "1.1>1 3/3 to:1-3; 1.2>1 2/3 to:4-6; 2.1>1 2/2 to:6-7"),
    ("other conditions first",
     "1 --method REGISTER --auth --users 5/h -j DROP",
     "1.1>1 20/20 invite:1-20; 1.1>1 20/20 to:1-20; "
     "1.1>1 20/20 notfound:1-20; 1.1>1 20/20 junk:1-20; 1.1>1 5/5 auth:1-5; "
     "1.1>1 7/7 invite:6-12; 1.1>1 0/7 auth:6-12"),
    ("an inverted condition first",
     "1 ! --method REGISTER --users 5/h -j DROP",
     "1.1>1 20/20 to:1-20; 1.1>1 5/8 invite:1-8"),
    ("what names no user counts for nobody and never matches",
     "1 --users 1/h -j DROP",
     "1.1>1 8/8 junk:1-8; 1.1>1 3/3 crlf; 1.1>1 3/3 empty; 1.1>1 1/3 to:1-3; "
     "1.1>1 8/8 junk:1-8"),
    ("hosts and escapes make no other user", "1 --users 1/h -j DROP",
     "1.1>1 8/8 host:1-8; 2.1>1 1/1 to:1-1; 2.1>1 1/1 escaped:1-1"),
    ("--by dst on what a server answers",
     "1 --status 403,404 --users 5/h --by dst --prefix6 128 -j DROP; "
     "2 --status 403,404 --users 5/h --by dst --prefix6 128 -j DROP",
     "1.1>1 3/3 notfound:1-3; 2.1>1 2/6 notfound:4-9; 3.1>1 9/9 to:1-9; "
     "1.1>2 5/5 notfound:6-10; 1.1>2 0/1 notfound:11-11"),
    ("users first, then the rate",
     "1 --users 5/h --rate 2/h --burst 3 -j DROP",
     "1.1>1 5/5 to:1-5; 1.1>1 5/5 to:1-5; 1.1>1 3/10 to:6-15; "
     "1.1>1 0/3 to:1-3"),
    ("users first, then within the rate",
     "1 --users 5/h ! --rate 2/h --burst 3 -j DROP",
     "1.1>1 5/5 to:1-5; 1.1>1 7/10 to:6-15"),
    ("the rate of another rule is not of the users",
     "1 --users 5/h --rate 2/h --burst 3 -j DROP; "
     "1 --rate 2/h --burst 11 -j DROP",
     "1.1>1 5/5 to:1-5; 1.1>1 3/10 to:6-15; 2.1>1 1/1 to:1-1"),
    ("--users and --ban",
     "1 --users 5/h --ban 1h -j DROP; 2 --banned -j DROP",
     "1.1>1 5/5 to:1-5; 1.1>2 1/1; 1.1>1 0/1 to:6-6; 1.1>2 0/1; 1.1>1 0/1; "
     "2.1>1 5/5 to:1-5; 2.1>2 1/1"),
    ("users, then the rate, then a ban",
     "1 --users 5/h --rate 2/h --burst 3 --ban 1h -j DROP; "
     "2 --banned -j DROP",
     "1.1>1 8/8 to:1-8; 1.1>2 1/1; 1.1>1 0/4 to:1-4; 1.1>2 0/1"),
]


def test_exact(way, checks, pool):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES, pool)


def test_from(way, checks):
    """From's user counts as well as To's."""
    way.rules("-A PREROUTING -m sip --users 5/h -j DROP")
    got = way.forge("1.1", 1, *[
        sip.request().replace(b"alice@", b"alice%d@" % n) for n in range(14)])
    # In over 5 of 14 cells they are but once in a billion times.
    checks.equal("the first five, the last", 5 * [True] + [False],
                 got[:5] + got[-1:])


def test_window(way, checks, pool):
    """Nobody stays for longer than three times the unit."""
    way.rules(*[f"-A PREROUTING -d {way.target(number)} -m sip "
                f"--users 5/{unit} --name window -j DROP"
                for number, unit in ((1, "s"), (2, "m"))])

    def arrive(count):
        return [sum(way.forge("1.1", to, *map(sip.to_user, pool[:count])))
                for to in (1, 2)]

    checks.equal("at once", [[5, 5], [0, 0]], [arrive(9), arrive(5)])
    time.sleep(3.3)
    checks.equal("after 3 s", [5, 0], arrive(5))


def test_listed(way, checks, pool):
    """What sources and stats say."""
    way.rules("-A PREROUTING -m sip --users 5/h --name listed -j DROP")
    old = way.server.stats()
    way.forge("1.1", 1, *map(sip.to_user, pool[:9]))
    checks.equal("users", [["5/h:9/5"]], [
        one["users"] for one in sources.listed(way.server)])
    checks.equal("over", 4, way.server.grown(old)["over_users_total"])
