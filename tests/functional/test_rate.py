# SPDX-License-Identifier: GPL-2.0
"""Tests --rate, exactly to one packet.

The kernel's clock of rates is CLOCK_MONOTONIC_COARSE, that of the last tick,
and for rates of more than a packet in two ticks CLOCK_MONOTONIC; and so is
ours: a packet is judged between the moment it is sent and the moment it is
known to have arrived. Between these bounds the reference below has one answer,
or two where the bound lies on the edge.
"""

import collections
import time

from tests import lib
from tests.lib import bursts, sources
from tests.lib.bursts import Burst
from tests.lib.sip import JUNK, request
from tests.lib.sources import forged

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
NSEC = 10 ** 9
COARSE = 6              # CLOCK_MONOTONIC_COARSE, which Python does not name
TICK = round(time.clock_getres(COARSE) * NSEC)

# A rate and when packets come: "OFFSET:COUNT" in milliseconds, or
# "FIRST-LAST/STEP:COUNT". Rows run side by side.
Row = collections.namedtuple("Row", "rate burst times")

ROWS = [
    # bursts against rates so low that nothing comes back meanwhile
    Row("5/m", None, "0:12"),
    Row("20/h", None, "0:9 2500:3"),
    Row("1/d", None, "0:4 500:4 2500:2"),
    Row("1/d", 1, "0:3 2500:3"),
    Row("1/h", 100, "0:70 1000:70 2000:5"),
    Row("300/m", None, "0:5 50:5"),
    Row("10/s", 20, "0:30"),
    Row("2/s", 1, "0:1 250:1 350:1 520:1"),
    # steady, at most at the rate: nothing is dropped
    Row("10/s", 1, "0-2800/101:1"),
    Row("4/s", 1, "0-2800/252:1"),
    Row("120/m", 2, "0-2800/1010:2"),
    # steady, over the rate
    Row("10/s", 5, "0-2800/40:1"),
    Row("5/s", 1, "0-2800/90:2"),
    Row("180/m", 10, "0-2800/50:1"),
    # recovery: a pause gives back one packet an interval
    Row("10/s", 12, "0:20 1050:25 1200:5 2750:25"),
    Row("4/s", 8, "0:10 1125:10 2500:10"),
    Row("60/m", 3, "0:5 500:2 2500:5"),
    # never more than the burst, however long the pause
    Row("20/s", 4, "0:8 2500:8"),
    # fast
    Row("1000/s", None, "0:40 100:40 200:40"),
    Row("1000000/s", 1000000, "0:100"),
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
            burst = max(5, int(count) // seconds)
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


def run_rows(network, checks, family):
    """All rows on one time line; each has its target and its table."""
    path = network.path(family)
    references = [Reference(row.rate, row.burst) for row in ROWS]
    events = sorted((at, index, count) for index, row in enumerate(ROWS)
                    for at, count in schedule(row.times))
    start = time.monotonic() + 0.1
    for at, index, count in events:
        time.sleep(max(0, start + at / 1000 - time.monotonic()))
        row, reference = ROWS[index], references[index]
        to = lib.target(index + 1, family)
        first = reference.now()
        for _ in range(count):
            path.send(b"x", 0, to)
        passed = sum(got.to == to for got in path.arrived())
        last = reference.now()
        least, most = reference.bounds(first, last, count)
        reference.passed(first, last, passed)
        checks.true(f"IPv{family} --rate {row.rate} --burst {row.burst}: "
                    f"{row.times} at {at}", least <= passed <= most,
                    f"{passed} of {count} passed, expected {least}"
                    f"{f' or {most}' if most > least else ''}")


def test_reference(network, checks):
    """Every row, both families, in the bounds of the reference."""
    for family in (4, 6):
        rules = [f"-A PREROUTING -d {lib.target(index + 1, family)} -m sip "
                 f"--rate {row.rate} "
                 f"{f'--burst {row.burst}' if row.burst else ''} "
                 f"--name rate{index} -j DROP"
                 for index, row in enumerate(ROWS)]
        network.server.rules(rules[0::2], family=family, backend="legacy")
        network.server.rules(rules[1::2], family=family, backend="nft")
        run_rows(network, checks, family)


REGISTER, OPTIONS = request("REGISTER"), request("OPTIONS")

CASES = [
    ("two rules with different rates in one table",
     ["-d {1} -m sip --rate 5/h -j DROP",
      "-d {2} -m sip --rate 10/h --burst 7 -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("1.1", 2, 3, 3), Burst("1.1", 1, 4, 2),
      Burst("1.1", 2, 6, 4), Burst("1.1", 1, 2, 0), Burst("2.1", 1, 6, 5)]),
    ("two rules that count the same packets",
     ["-d {1} -m sip --rate 5/h -j DROP",
      "-d {1} -m sip --rate 3/h --burst 3 -j DROP"],
     [Burst("1.1", 1, 9, 3), Burst("2.1", 1, 2, 2), Burst("2.1", 1, 2, 1)]),
    ("eight rules in one table",
     [f"-d {{{n}}} -m sip --rate {n}/h --burst {n} -j DROP"
      for n in range(1, 9)],
     [Burst("1.1", n, n + 2, n) for n in range(1, 9)]),
    ("identical rules share a count",
     ["-d {1} -m sip --rate 5/h -j DROP", "-d {2} -m sip --rate 5/h -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("1.1", 2, 5, 2), Burst("1.1", 1, 1, 0)]),
    ("rules that differ in the burst only do not",
     ["-d {1} -m sip --rate 5/h -j DROP",
      "-d {2} -m sip --rate 5/h --burst 6 -j DROP"],
     [Burst("1.1", 1, 7, 5), Burst("1.1", 2, 7, 6)]),
    ("tables are independent",
     ["-d {1} -m sip --rate 5/h --name a -j DROP",
      "-d {2} -m sip --rate 5/h --name b -j DROP"],
     [Burst("1.1", 1, 7, 5), Burst("1.1", 2, 7, 5)]),
    ("sources are independent",
     ["-d {1} -m sip --rate 5/h --prefix6 128 -j DROP"],
     [Burst("1.1", 1, 6, 5), Burst("1.2", 1, 6, 5), Burst("2.1", 1, 6, 5)]),
    ("a prefix is one source",
     ["-d {1} -m sip --rate 5/h --prefix4 24 -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("1.200", 1, 3, 2), Burst("1.0", 1, 1, 0),
      Burst("1.255", 1, 1, 0), Burst("2.1", 1, 3, 3)]),
    ("a shorter prefix",
     ["-d {1} -m sip --rate 5/h --prefix4 16 --prefix6 48 -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("2.1", 1, 3, 2), Burst("3.7", 1, 1, 0)]),
    ("everyone is one source",
     ["-d {1} -m sip --rate 5/h --prefix4 0 --prefix6 0 -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("90.1", 1, 3, 2), Burst("3.7", 1, 1, 0)]),
    ("an odd prefix",
     ["-d {1} -m sip --rate 5/h --prefix4 31 --prefix6 127 -j DROP"],
     [Burst("1.2", 1, 3, 3), Burst("1.3", 1, 3, 2), Burst("1.4", 1, 3, 3)]),
    ("two prefix lengths in one table",
     ["-d {1} -m sip --rate 5/h --prefix4 24 -j DROP",
      "-d {2} -m sip --rate 5/h --prefix4 32 --prefix6 128 -j DROP"],
     [Burst("1.1", 1, 5, 5), Burst("1.2", 1, 1, 0), Burst("1.1", 2, 6, 5),
      Burst("1.2", 2, 6, 5)]),
    ("! --rate holds within the rate",
     ["-d {1} -m sip ! --rate 5/h -j DROP"],
     [Burst("1.1", 1, 9, 4), Burst("1.1", 1, 2, 2), Burst("2.1", 1, 3, 0)]),
    ("! --rate lets so many pass",
     ["-d {1} -m sip ! --rate 5/h -j ACCEPT", "-d {1} -j DROP"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 1, 2, 0)]),
    ("--by dst",
     ["-d {1} -m sip --rate 5/h --by dst --prefix6 128 -j DROP",
      "-d {2} -m sip --rate 5/h --by dst --prefix6 128 -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("2.1", 1, 3, 2), Burst("1.1", 2, 6, 5)]),
    ("--by dst does not count with --by src",
     ["-d {1} -m sip --rate 5/h --by dst -j DROP",
      "-d {1} -m sip --rate 5/h -j DROP"],
     [Burst("1.1", 1, 3, 3), Burst("2.1", 1, 2, 2), Burst("3.1", 1, 1, 0)]),
    ("other conditions first",
     ["-d {1} -m sip --method REGISTER --rate 5/h -j DROP"],
     [Burst("1.1", 1, 9, 9, OPTIONS), Burst("1.1", 1, 9, 9, JUNK),
      Burst("1.1", 1, 9, 9, b"\r\n\r\n"), Burst("1.1", 1, 3, 3, REGISTER),
      Burst("1.1", 1, 4, 4, OPTIONS), Burst("1.1", 1, 4, 2, REGISTER)]),
    ("an inverted condition first",
     ["-d {1} -m sip ! --method REGISTER --rate 5/h -j DROP"],
     [Burst("1.1", 1, 9, 9, REGISTER), Burst("1.1", 1, 7, 5, OPTIONS)]),
    ("--malformed --rate",
     ["-d {1} -m sip --malformed --rate 5/h -j DROP"],
     [Burst("1.1", 1, 9, 9, OPTIONS), Burst("1.1", 1, 7, 5, JUNK),
      Burst("1.1", 1, 9, 9, OPTIONS)]),
    ("conditions of iptables first",
     ["-d {1} -m length --length 100:65535 -m sip --rate 5/h -j DROP"],
     [Burst("1.1", 1, 9, 9), Burst("1.1", 1, 7, 5, REGISTER)]),
    ("a packet over the rate costs nothing",
     ["-d {1} -m sip --rate 5/h -j DROP"],
     [Burst("1.1", 1, 60, 5)]),
]


def test_bursts(network, checks):
    """Every case, both families, half with legacy and half with nft."""
    bursts.run(network, checks, CASES)


def test_listed(network, checks):
    """What sources says of a rate is what can still pass."""
    network.server.rules([
        "-A PREROUTING -m sip --rate 5/h --name listed -j DROP",
        "-A PREROUTING -m sip --rate 10/h --burst 7 --name listed -j DROP"])
    sources.write(network.server, "flush")
    for sent, five, seven in ((0, None, None), (1, 1, 1), (2, 3, 3),
                              (3, 5, 5), (9, 5, 5)):
        for _ in range(sent):
            network.raw(forged("10.5.1.1", lib.target(1, 4), b"x"))
        network.path(4).arrived()
        expected = [] if five is None else [
            {"src": "10.5.1.1/32", "table": "listed", "seen": "0",
             "rate": [f"5/h:{five}/5", f"10/h:{seven}/7"]}]
        checks.equal(f"after {sent} more", expected,
                     sources.listed(network.server))
