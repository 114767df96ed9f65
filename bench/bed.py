# SPDX-License-Identifier: GPL-2.0
"""The machine's side of a row: a namespace with its rules, and packets.

start() loads xt_sip and the module xt_sip_bench with all messages. What is
measured is the median over batches of some hundred microseconds, so that what
else happens on the machine is passed over.
"""
import fcntl
import os
import statistics
import struct
import subprocess
import time

import lib
import messages
import rules

BENCH = "/proc/xt_sip_bench/"
LIMIT = "/sys/module/xt_sip/parameters/max_sources"
RNDADDENTROPY = 0x40085203
CYCLE = messages.VARIANTS
BATCH_NS = 200000               # a batch takes about that long
ROUND_NS = 12000000             # what is measured in a round, at least
BATCHES_MAX = 1000
REST = 2                        # seconds, for 100 packets at 50/s
SLICES = 4                      # of a row with many sources ...
SLICE = 8                       # ... with so many sources, divided by this


def write(path, data):
    """Write a file at once."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def clock():
    """Nanoseconds that a look at the clock takes, of many."""
    with open(BENCH + "clock", encoding="ascii") as file:
        return int(file.read()) / 1000


class Bed:
    """A namespace with the rules of a row, and packets for it."""

    def __init__(self, row, ready=lambda: None):
        """ready is called when all is there but the rules."""
        self.row = row
        self.netns = lib.Netns(row.key)
        self.kind = list(messages.KINDS).index(row.message)
        self.next = rules.FIRST
        self.batch = CYCLE
        self.rested = 0
        self.round = 0          # nanoseconds of the round that goes on
        self.found = []         # those of all rounds
        with self.netns.inside():
            self.fd = os.open(BENCH + "run", os.O_RDWR)
        self.netns.run("iptables-legacy", "-t", "raw", "-L")
        ready()
        rules.load(self.netns, row)
        self.calibrate()

    def close(self):
        """Let go of the namespace and all that is in it."""
        os.close(self.fd)
        self.netns.close()

    def push(self, packets, first=rules.FIRST, sources=None, batch=None):
        """Packets per source; (nanoseconds per packet, dropped per cent)."""
        batch = min(batch or self.batch, packets)
        batch = max(batch, -(-packets // BATCHES_MAX))
        packets -= packets % batch
        os.write(self.fd, b"%d %d %d %d %d %d" % (
            self.kind, first, sources or self.row.sources, packets, batch,
            "same" in self.row.how))
        os.lseek(self.fd, 0, os.SEEK_SET)
        dropped, *times = map(int, os.read(self.fd, 65536).split())
        return (statistics.median(times) / batch, 100 * dropped / packets)

    def push_new(self, packets, batch=None):
        """Packets from so many sources never seen."""
        done = self.push(packets, self.next, packets, batch)
        self.next += packets
        return done

    def calibrate(self):
        """Choose the batch; the packets go as the row's do."""
        how = self.row.how
        if "new" in how:
            cost, _ = self.push_new(CYCLE)
            if "fill" in how:
                self.push_new(how["fill"])
        else:
            cost, _ = self.push(CYCLE)
        self.batch = 32 * max(1, min(128, int(BATCH_NS / cost / 32)))

    def flush(self):
        """Forget all sources but those that the row wants banned."""
        self.netns.write(rules.SOURCES_FILE, "flush")
        rules.bans(self.netns, self.row)
        self.next = rules.FIRST

    def rest(self):
        """Wait until sources that were within a rate are so again."""
        now = time.monotonic()
        if "flush" not in self.row.how and now < self.rested:
            time.sleep(self.rested - now)
        self.rested = time.monotonic() + REST

    @property
    def is_long(self):
        """Does a measurement take so long that nothing stays quiet?"""
        return self.row.sources > 1000

    def measure_long(self, wait):
        """As measure(): some of all the sources, several times."""
        self.push(self.row.sources)
        parts, count = [], self.row.sources // SLICE
        if "same" in self.row.how:
            count = self.row.sources
        for _ in range(SLICES):
            wait()
            parts.append(self.push(count))
        costs, dropped = zip(*parts)
        return statistics.median(costs), statistics.mean(dropped)

    def measure(self):
        """(nanoseconds per packet, dropped per cent) of one more time."""
        how, sources = self.row.how, self.row.sources
        if "flush" in how:
            self.flush()
        if "new" in how:
            self.push_new(CYCLE)
            done = self.push_new(how["new"])
        elif "each" in how:
            self.rest()
            self.push(how["each"] * sources)
            done = self.push(how["each"] * sources)
        else:
            cost, _ = self.push(150 * sources if "over" in how
                                else max(CYCLE, 2 * sources))
            done = self.push(max(2 * CYCLE, int(ROUND_NS / cost)))
        return done


def seed():
    """Make the kernel's random numbers ready, as a native kernel's are.

    User Mode Linux has no source of them, and each number costs a
    microsecond until they are.
    """
    data = b"a benchmark needs no secrets....................................."
    with open("/dev/random", "wb") as file:
        fcntl.ioctl(file, RNDADDENTROPY,
                    struct.pack("ii", 8 * len(data), len(data)) + data)


def start(module, limit):
    """Load the modules and the messages; limit is xt_sip's max_sources."""
    seed()
    subprocess.run(["modprobe", "xt_sip"], check=True)
    write(LIMIT, b"%d" % limit)
    subprocess.run(["insmod", module], check=True)
    for number, kind in enumerate(messages.KINDS):
        for payload in messages.make(kind):
            write(BENCH + "message", bytes([number]) + payload)
