#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The part of make bench-cpus that runs in a virtual machine, as root.

    in_vm.py MODULE instructions|locks

Sends each row's packets first on one processor, then on two at once, the same
number on each, and writes WHAT.json to $XT_SIP_OUT: {row: [one, two]}, where
one and two are, per packet,

  instructions   of all processors, which count.c counts
  locks          how often a processor had to wait for a spin lock

Exit status: 1 if a row did not drop the share that it says.
"""
import os
import re
import struct
import sys
import threading

from bench import about, messages, network, rules, table
from bench.about import say
from tests import lib

PACKETS = {"instructions": 51200, "locks": 204800}
BATCH = 64
ROUNDS = 3
LIMIT = 2097152
TRACING = "/sys/kernel/tracing/"
SLOW_PATH = "native_queued_spin_lock_slowpath"


def rows():
    """All rows, and the empty ones they need."""
    found = [table.Row("cpus", fields)
             for _, fields in table.lines_of("cpus/rows", 6)]
    return table.empty_rows("cpus", found) + found


class Pusher:
    """One processor's packets: an open file, and messages of its own."""

    def __init__(self, cpu, row):
        self.cpu, self.row = cpu, row
        self.kind = list(messages.KINDS).index(row.message) + \
            cpu * len(messages.KINDS)
        self.next = rules.FIRST + cpu * 0x100000
        self.fd = os.open(network.BENCH + "run", os.O_RDWR)
        self.dropped = 0

    def push(self, packets):
        """Send packets, from the row's sources or, if it says so, from new
        ones, which differ between the processors."""
        new = "new" in self.row.how
        first, sources = (self.next, packets) if new else (
            rules.FIRST, self.row.sources)
        self.next += packets
        self.dropped = network.send(self.fd, self.kind, first, sources,
                                    packets, packets // BATCH)[0]

    def run(self, packets):
        """Call push() on this object's processor."""
        os.sched_setaffinity(0, {self.cpu})
        self.push(packets)


class Instructions:
    """Counts instructions, by the file that QEMU's plugin writes."""

    def __init__(self):
        self.path = os.path.join(os.environ["XT_SIP_OUT"], "count")
        self.start = self.read()

    def read(self):
        """The instructions of all processors since the machine started."""
        with open(self.path, "rb", buffering=0) as file:
            return sum(struct.unpack("<64Q", file.read(512)))

    def begin(self):
        """Start counting."""
        self.start = self.read()

    def end(self):
        """The instructions since begin()."""
        return self.read() - self.start


class Locks:
    """Counts waits for spin locks, by a kprobe on their slow path."""

    def __init__(self):
        if not os.path.isdir(TRACING + "events"):
            os.system("mount -t tracefs tracefs " + TRACING)
        self._write("kprobe_events", "p:slow " + SLOW_PATH)
        self.event = "events/kprobes/slow/"

    @staticmethod
    def _write(name, text):
        with open(TRACING + name, "w", encoding="ascii") as file:
            file.write(text)

    def begin(self):
        """Start counting."""
        self._write(self.event + "trigger", "hist:keys=common_pid")

    def end(self):
        """The number of waits since begin()."""
        with open(TRACING + self.event + "hist", encoding="ascii") as file:
            hits = int(re.search(r"Hits: (\d+)", file.read())[1])
        self._write(self.event + "trigger", "!hist:keys=common_pid")
        return hits


def count(counter, pushers, packets):
    """The count per packet while all pushers send at once."""
    threads = [threading.Thread(target=one.run, args=(packets,))
               for one in pushers]
    counter.begin()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return counter.end() / packets / len(pushers)


def measure(counter, row, packets):
    """Measure a row: ([one processor, two], dropped per cent); medians."""
    netns = lib.Netns("cpus")
    try:
        with netns.inside():
            pushers = [Pusher(cpu, row) for cpu in (0, 1)]
        rules.load(netns, row)
        for one in pushers:
            one.run(packets)
        found = [[], []]
        for _ in range(ROUNDS):
            for how_many in (1, 2):
                found[how_many - 1].append(
                    count(counter, pushers[:how_many], packets))
        dropped = sum(one.dropped for one in pushers) / 2 / packets
        for one in pushers:
            os.close(one.fd)
        return [sorted(values)[ROUNDS // 2] for values in found], 100 * dropped
    finally:
        netns.close()


def main(module, what):
    """Measure all rows; returns the exit status."""
    network.start(module, LIMIT)
    network.load_messages(len(messages.KINDS))
    counter = {"instructions": Instructions, "locks": Locks}[what]()
    found, wrong = {}, 0
    for row in rows():
        found[row.key], dropped = measure(counter, row, PACKETS[what])
        say("%-40s %10.3f %10.3f" % (row.key, *found[row.key]))
        if not row.expects(dropped):
            say("WRONG: %s dropped %.1f %%, not %s" % (row.key, dropped,
                                                       row.dropped))
            wrong = 1
    about.save(about.OUT, what, found)
    return wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
