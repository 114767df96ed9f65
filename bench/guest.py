#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The part of the benchmark that runs in User Mode Linux, as root.

    guest MODULE PART ROUNDS [NAME...]

Loads the module xt_sip_bench, gives each row of a part of `rows` a network
namespace of its own with its rules in it, and measures all rows once in each
round, in rotating order. Writes the results of all rounds to PART.json in
$XT_SIP_OUT. With NAMEs only rows whose key contains one of them.

Exit status: 4 if a row did not drop the share that `rows` says.
"""
import sys
import time

from bench import about, memory, messages, network, table
from bench.about import say

DISTURBED = 1.2                 # times the best time of the reference row
LOOKS = 400                     # at the reference row, until it is undisturbed
TRIES = 4                       # measurements of a row in a round, at most
SLOW = 5                        # seconds; a row that takes longer is reported


def choose(part, names):
    """The requested rows, and the empty ones they need."""
    rows = [row for row in table.read_rows(messages.KINDS)[part].rows
            if not names or any(name in row.key for name in names)]
    return table.empty_rows(part, rows) + rows


def make_networks(rows):
    """A network for each row."""
    networks = []
    for row in rows:
        begin = time.monotonic()
        networks.append(network.Network(row))
        if time.monotonic() - begin > 2:
            say("    %s: made in %.1f s" % (row.key, time.monotonic() - begin))
    return networks


class Reference:
    """Tells whether the processor runs at full speed.

    Where two of a host's processors are threads of one core, each is half as
    fast while the other works. A short reference row that is measured before
    and after another row shows that; a disturbed row is measured again.
    """

    def __init__(self, part):
        self.network = network.Network(table.Row(part, [
            "reference", "legacy: U -m string --string friendly-scanner "
            "--algo bm -j DROP", "phone", "1", "0", ""]))
        self.best = min(self.look() for _ in range(200))

    def look(self):
        """Measure the reference row: nanoseconds per packet."""
        return self.network.push(2 * network.CYCLE, batch=network.CYCLE // 4)[0]

    def noise(self, looks):
        """The current time of the reference row divided by its best time: the
        least of so many looks, which end with the first undisturbed one."""
        least = None
        for _ in range(looks):
            now = self.look()
            self.best = min(self.best, now)
            least = min(least or now, now)
            if now <= DISTURBED * self.best:
                break
        return least / self.best


def measure_round(networks, reference):
    """One round: {network: dropped per cent}, and how many were disturbed.

    Of a row that was disturbed each time the least disturbed measurement
    counts. A long row waits for an undisturbed processor before each part.
    """
    dropped, noise, left = {}, {}, networks
    for _ in range(TRIES):
        again = []
        for one in left:
            if one.is_long:
                begin = time.monotonic()
                one.round, dropped[one] = one.measure_long(
                    lambda: reference.noise(LOOKS))
                if time.monotonic() - begin > SLOW:
                    say("    %s: %.0f s" % (one.row.key,
                                            time.monotonic() - begin))
                continue
            before = reference.noise(LOOKS)
            cost, dropped[one] = one.measure()
            # The first look has cold caches.
            now = max(before, reference.noise(3))
            if one not in noise or now < noise[one]:
                noise[one], one.round = now, cost
            if now > DISTURBED:
                again.append(one)
        left = again
    for one in networks:
        one.found.append(one.round)
    return dropped, len(left)


def measure(networks, rounds, reference):
    """Measure all rounds; returns what is wrong."""
    wrong = {}
    for number in range(rounds):
        start = number * len(networks) // rounds
        dropped, disturbed = measure_round(networks[start:] + networks[:start],
                                           reference)
        for one, share in dropped.items():
            if not one.row.expects(share):
                wrong[one.row.key] = "%.2f %% dropped, expected %s" % (
                    share, one.row.dropped)
        say("round %d of %d, %d of %d rows disturbed" % (
            number + 1, rounds, disturbed, len(networks)))
    return ["%s: %s" % item for item in wrong.items()]


def main(module, part, rounds, *names):
    """Measure a part; returns the exit status."""
    if part == "memory":
        network.start(module, memory.LIMIT)
        found, wrong = memory.measure(say), []
    else:
        rows = choose(part, names)
        network.start(module, table.read_rows(messages.KINDS)[part].limit)
        say("%s: %d rows" % (part, len(rows)))
        networks = make_networks(rows)
        say("rules are loaded")
        wrong = measure(networks, int(rounds), Reference(part))
        found = {"clock": min(network.clock() for _ in range(100)),
                 "rows": [{"name": one.row.name, "backend": one.row.backend,
                           "message": one.row.message,
                           "sources": one.row.shown,
                           "ns": one.found}
                          for one in networks]}
    about.save(about.OUT, part, found)
    for line in wrong:
        print("WRONG: " + line)
    return 4 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
