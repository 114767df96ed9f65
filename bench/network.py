# SPDX-License-Identifier: GPL-2.0
"""Measures one row: a network namespace with its rules, and packets for it.

start() loads xt_sip and the module xt_sip_bench with all messages. A
measurement is the median over batches of some hundred microseconds, so that
other activity on the machine has little influence.
"""
import fcntl
import os
import statistics
import struct
import subprocess
import time

from bench import messages, rules
from tests import lib
from tests.lib.sources import MAX_SOURCES, SOURCES

BENCH = "/proc/xt_sip_bench/"
RNDADDENTROPY = 0x40085203
CYCLE = messages.VARIANTS
BATCH_NS = 200000               # duration of a batch, about
ROUND_NS = 12000000             # least duration of a measurement
BATCHES_MAX = 1000
REST = 2                        # seconds that 100 packets at 50/s take
SLICES = 4                      # measurements of a row with many sources
SLICE = 8                       # each with this fraction of the sources


def write(path, data):
    """Write a file with one write()."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def clock():
    """Nanoseconds that reading the clock takes, the mean of many."""
    with open(BENCH + "clock", encoding="ascii") as file:
        return int(file.read()) / 1000


def send(fd, kind, first, sources, packets, batch, same=False):
    """Send packets: (dropped, nanoseconds of each batch...)."""
    # pylint: disable=too-many-arguments,too-many-positional-arguments
    os.write(fd, b"%d %d %d %d %d %d" % (kind, first, sources, packets, batch,
                                         same))
    os.lseek(fd, 0, os.SEEK_SET)
    return [int(word) for word in os.read(fd, 65536).split()]


class Network:
    """A network namespace with the rules of a row, and packets for it."""

    def __init__(self, row, ready=lambda: None):
        """ready() is called after all is set up but the rules."""
        self.row = row
        self.netns = lib.Netns(row.key)
        self.kind = list(messages.KINDS).index(row.message)
        self.next = rules.FIRST
        self.batch = CYCLE
        self.rested = 0
        self.round = 0          # nanoseconds, of the current round
        self.found = []         # nanoseconds, of all rounds
        with self.netns.inside():
            self.fd = os.open(BENCH + "run", os.O_RDWR)
        self.netns.run("iptables-legacy", "-t", "raw", "-L")
        ready()
        rules.load(self.netns, row)
        self.calibrate()

    def close(self):
        """Remove the namespace."""
        os.close(self.fd)
        self.netns.close()

    def push(self, packets, first=rules.FIRST, sources=None, batch=None):
        """Send packets; (nanoseconds per packet, dropped per cent)."""
        batch = min(batch or self.batch, packets)
        batch = max(batch, -(-packets // BATCHES_MAX))
        packets -= packets % batch
        dropped, *times = send(
            self.fd, self.kind, first, sources or self.row.sources, packets,
            batch, "same" in self.row.how)
        return (statistics.median(times) / batch, 100 * dropped / packets)

    def push_new(self, packets, batch=None):
        """Send packets, each from a source that was not seen before."""
        done = self.push(packets, self.next, packets, batch)
        self.next += packets
        return done

    def calibrate(self):
        """Choose the size of a batch, with packets as the row has them."""
        how = self.row.how
        if "new" in how:
            cost, _ = self.push_new(CYCLE)
            if "fill" in how:
                self.push_new(how["fill"])
        else:
            cost, _ = self.push(CYCLE)
        self.batch = 32 * max(1, min(128, int(BATCH_NS / cost / 32)))

    def flush(self):
        """Flush all sources and set the bans of the row again."""
        self.netns.write(SOURCES, "flush")
        rules.bans(self.netns, self.row)
        self.next = rules.FIRST

    def rest(self):
        """Wait until sources that stayed within a rate may send again."""
        now = time.monotonic()
        if "flush" not in self.row.how and now < self.rested:
            time.sleep(self.rested - now)
        self.rested = time.monotonic() + REST

    @property
    def is_long(self):
        """Whether a measurement takes too long to stay undisturbed."""
        return self.row.sources > 1000

    def measure_long(self, wait):
        """As measure(), but several times with a part of the sources."""
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
        """Measure once: (nanoseconds per packet, dropped per cent)."""
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
    """Seed the kernel's random number generator.

    User Mode Linux has no entropy source, and each random number costs a
    microsecond until the generator is seeded.
    """
    data = b"a benchmark needs no secrets....................................."
    with open("/dev/random", "wb") as file:
        fcntl.ioctl(file, RNDADDENTROPY,
                    struct.pack("ii", 8 * len(data), len(data)) + data)


def start(module, limit):
    """Load the modules and the messages; limit is xt_sip's max_sources."""
    seed()
    subprocess.run(["modprobe", "xt_sip"], check=True)
    write(MAX_SOURCES, b"%d" % limit)
    subprocess.run(["insmod", module], check=True)
    load_messages()


def load_messages(first=0):
    """Give the module all messages, with numbers of kinds from this one on."""
    for number, kind in enumerate(messages.KINDS, first):
        for payload in messages.make(kind):
            write(BENCH + "message", bytes([number]) + payload)
