# SPDX-License-Identifier: GPL-2.0
"""Tests --rate, exactly to one packet.

The kernel's clock of rates is CLOCK_MONOTONIC_COARSE, that of the last tick,
and for rates of more than a packet in two ticks CLOCK_MONOTONIC; and so is
ours: a packet is judged between the moment it is sent and the moment it is
known to have arrived. Between these bounds the reference below has one answer,
or two where the bound lies on the edge. tests/unit/test_rate.c has all else of
the algorithm.
"""

import time

from tests.lib import bursts, sources
from tests.lib.sip import JUNK, request

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NSEC = 10 ** 9
COARSE = 6              # CLOCK_MONOTONIC_COARSE, which Python does not name
TICK = round(time.clock_getres(COARSE) * NSEC)

# Rate, burst, and when packets come: "OFFSET:COUNT" in milliseconds, or
# "FIRST-LAST/STEP:COUNT". Rows run side by side.
ROWS = [
    # so low that nothing comes back meanwhile
    ("1/d", 5, "0:4 500:4 2500:2"),
    ("1/h", None, "0:1 2500:1"),
    ("20/h", None, "0:9 500:11 2500:3"),
    ("60/m", None, "0:50 100:15"),
    # steady, at the rate and over it
    ("4/s", 1, "0-2800/252:1"),
    ("180/m", 10, "0-2800/50:1"),
    # recovery: a pause gives back one packet an interval, never more than
    # the burst
    ("10/s", 12, "0:20 1050:25 1200:5 2750:25"),
    ("20/s", 4, "0:8 2500:8"),
    # fast
    ("1000/s", None, "0:40 100:40 200:40"),
    ("1000000/s", 1000000, "0:100"),
]


def schedule(times):
    """[(milliseconds, count)] of a row."""
    found = []
    for word in times.split():
        when, count = word.split(":")
        span, _, step = when.partition("/")
        first, _, last = span.partition("-")
        found += [(at, int(count)) for at in
                  range(int(first), int(last or first) + 1, int(step or 1))]
    return found


class Reference:
    """GCRA, as in kernel/sip/rate.h, for packets whose time has bounds."""

    def __init__(self, rate, burst):
        count, unit = rate.split("/")
        seconds = UNITS[unit]
        if burst is None:
            burst = int(count) if seconds > 1 else max(5, int(count))
        self.interval = seconds * NSEC // int(count)
        self.slack = (burst - 1) * self.interval
        self.clock = time.CLOCK_MONOTONIC
        if self.interval >= 2 * TICK:
            self.clock = COARSE
            self.slack += TICK
        self.low = self.high = 0        # bounds of the arrival time

    def now(self):
        """The time as the kernel has it for this rate, in nanoseconds."""
        return time.clock_gettime_ns(self.clock)

    def _passing(self, tat, now, count):
        passing = 0
        while passing < count and tat <= now + self.slack:
            tat = max(tat, now) + self.interval
            passing += 1
        return passing

    def bounds(self, first, last, count):
        """Least and most that pass of packets between two moments."""
        return (self._passing(self.high, first, count),
                self._passing(self.low, last, count))

    def passed(self, first, last, count):
        """So many of them did pass."""
        if count:
            self.low = max(self.low, first) + count * self.interval
            self.high = max(self.high, last) + count * self.interval


def test_reference(way, checks):
    """All rows on one time line; each has its target and its table."""
    way.rules(*[f"-A PREROUTING -d {way.target(index + 1)} -m sip --rate {rate}"
                f"{f' --burst {burst}' if burst else ''} --name rate{index} "
                "-j DROP" for index, (rate, burst, _) in enumerate(ROWS)])
    references = [Reference(rate, burst) for rate, burst, _ in ROWS]
    events = sorted((at, index, count) for index, row in enumerate(ROWS)
                    for at, count in schedule(row[2]))
    start = time.monotonic() + 0.1
    for at, index, count in events:
        time.sleep(max(0, start + at / 1000 - time.monotonic()))
        reference, to = references[index], way.target(index + 1)
        first = reference.now()
        for _ in range(count):
            way.there.send(b"x", 0, to)
        passed = sum(got.to == to for got in way.there.arrived())
        last = reference.now()
        least, most = reference.bounds(first, last, count)
        reference.passed(first, last, passed)
        checks.true(f"{ROWS[index]} at {at}", least <= passed <= most,
                    f"{passed} of {count} passed, expected {least} to {most}")


MESSAGES = {"register": request("REGISTER"), "options": request("OPTIONS"),
            "junk": JUNK, "crlf": b"\r\n\r\n"}
CASES = [
    ("two rules with different rates in one table",
     "1 --rate 5/h -j DROP; 2 --rate 10/h --burst 7 -j DROP",
     "1.1>1 3/3; 1.1>2 3/3; 1.1>1 2/4; 1.1>2 4/6; 1.1>1 0/2; 2.1>1 5/6"),
    ("two rules that count the same packets",
     "1 --rate 5/h -j DROP; 1 --rate 3/h --burst 3 -j DROP",
     "1.1>1 3/9; 2.1>1 2/2; 2.1>1 1/2"),
    ("identical rules share a count",
     "1 --rate 5/h -j DROP; 2 --rate 5/h -j DROP",
     "1.1>1 3/3; 1.1>2 2/5; 1.1>1 0/1"),
    ("rules that differ in the burst only do not",
     "1 --rate 5/h -j DROP; 2 --rate 5/h --burst 6 -j DROP",
     "1.1>1 5/7; 1.1>2 6/7"),
    ("tables are independent",
     "1 --rate 5/h --name a -j DROP; 2 --rate 5/h --name b -j DROP",
     "1.1>1 5/7; 1.1>2 5/7"),
    ("sources are independent", "1 --rate 5/h --prefix6 128 -j DROP",
     "1.1>1 5/6; 1.2>1 5/6; 2.1>1 5/6"),
    ("a prefix is one source", "1 --rate 5/h --prefix4 24 -j DROP",
     "1.1>1 3/3; 1.200>1 2/3; 1.0>1 0/1; 1.255>1 0/1; 2.1>1 3/3"),
    ("a shorter prefix", "1 --rate 5/h --prefix4 16 --prefix6 48 -j DROP",
     "1.1>1 3/3; 2.1>1 2/3; 3.7>1 0/1"),
    ("everyone is one source",
     "1 --rate 5/h --prefix4 0 --prefix6 0 -j DROP",
     "1.1>1 3/3; 90.1>1 2/3; 3.7>1 0/1"),
    ("an odd prefix", "1 --rate 5/h --prefix4 31 --prefix6 127 -j DROP",
     "1.2>1 3/3; 1.3>1 2/3; 1.4>1 3/3"),
    ("two prefix lengths in one table",
     "1 --rate 5/h --prefix4 24 -j DROP; "
     "2 --rate 5/h --prefix4 32 --prefix6 128 -j DROP",
     "1.1>1 5/5; 1.2>1 0/1; 1.1>2 5/6; 1.2>2 5/6"),
    ("! --rate holds within the rate", "1 ! --rate 5/h -j DROP",
     "1.1>1 4/9; 1.1>1 2/2; 2.1>1 0/3"),
    ("--by dst",
     "1 --rate 5/h --by dst --prefix6 128 -j DROP; "
     "2 --rate 5/h --by dst --prefix6 128 -j DROP",
     "1.1>1 3/3; 2.1>1 2/3; 1.1>2 5/6"),
    ("--by dst does not count with --by src",
     "1 --rate 5/h --by dst -j DROP; 1 --rate 5/h -j DROP",
     "1.1>1 3/3; 2.1>1 2/2; 3.1>1 0/1"),
    ("other conditions first", "1 --method REGISTER --rate 5/h -j DROP",
     "1.1>1 9/9 options; 1.1>1 9/9 junk; 1.1>1 9/9 crlf; 1.1>1 3/3 register; "
     "1.1>1 4/4 options; 1.1>1 2/4 register"),
    ("an inverted condition first", "1 ! --method REGISTER --rate 5/h -j DROP",
     "1.1>1 9/9 register; 1.1>1 5/7 options"),
    ("a packet over the rate costs nothing", "1 --rate 5/h -j DROP",
     "1.1>1 5/60"),
]


def test_bursts(way, checks):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES)


def test_listed(way, checks):
    """What sources says of a rate is what can still pass."""
    way.rules("-A PREROUTING -m sip --rate 5/h --name listed -j DROP",
              "-A PREROUTING -m sip --rate 10/h --burst 7 --name listed "
              "-j DROP")
    for sent, five, seven in ((1, 1, 1), (2, 3, 3), (3, 5, 5), (9, 5, 5)):
        way.forge("1.1", 1, *[b"x"] * sent)
        checks.equal(f"after {sent} more", [("listed", "0", [
            f"5/h:{five}/5", f"10/h:{seven}/7"])], [
                (one["table"], one["seen"], one["rate"])
                for one in sources.listed(way.server)])
