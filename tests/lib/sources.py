# SPDX-License-Identifier: GPL-2.0
"""Reads and writes /proc/net/xt_sip/sources, loads and unloads the module."""

import contextlib
import ipaddress
import os
import subprocess
import time

from tests import lib
from tests.lib import packets

SOURCES = "/proc/net/xt_sip/sources"
MAX_SOURCES = "/sys/module/xt_sip/parameters/max_sources"


def forged(source, to, data, sport=5060, dport=5060):
    """An IP packet with a UDP datagram, for Network.raw()."""
    return packets.ip(source, to, packets.UDP,
                      packets.udp(source, to, sport, dport, data))


# The first of these sources, by family.
FIRST = {4: "10.0.0.0", 6: "2001:db8:100::"}


def forged_many(family, to, first, count):
    """Packets like forged(), quickly: a source each, numbers in a row."""
    sample = forged(FIRST[family], to, b"flood")
    base = int(ipaddress.ip_address(FIRST[family]))
    size, start, shift = (4, 12, 0) if family == 4 else (16, 8, 64)
    head, tail = sample[:start], sample[start + size:]
    for number in range(first, first + count):
        yield head + (base + (number << shift)).to_bytes(size, "big") + tail


def address(source, family):
    """The address of a source "A.B": number B in the prefix A.

    A prefix is a /24 or a /64; the first 64 share a /16 or a /48.
    """
    prefix, number = map(int, source.split("."))
    if family == 4:
        return f"10.{5 if prefix < 64 else 6}.{prefix}.{number}"
    return f"2001:db8:{5 if prefix < 64 else 6}:{prefix}::{number:x}"


def arrive(network, shots):
    """Send packets (source, to, data) in order; which of them arrive.

    All of one family, not more than 60,000.
    """
    if not shots:
        return []
    path = network.path(6 if ":" in shots[0][0] else 4)
    path.forget()
    for number, (source, to, data) in enumerate(shots):
        network.raw(forged(source, to, data, sport=1024 + number))
    found = {got.source[1] - 1024 for got in path.arrived()}
    return [number in found for number in range(len(shots))]


def write(netns, *lines):
    """Write lines to sources, each with a write of its own."""
    for line in lines:
        netns.write(SOURCES, line + "\n")


def listed(netns):
    """What sources lists: a {key: value} for each line.

    rate is a list, and so is users where there is one.
    """
    found = []
    for line in netns.read(SOURCES).splitlines():
        if line.startswith("#"):
            continue
        source = {"rate": []}
        for word in line.split():
            key, value = word.split("=", 1)
            if key in ("rate", "users"):
                source.setdefault(key, []).append(value)
            else:
                source[key] = value
        found.append(source)
    return found


def banned(netns, table=None):
    """{"ADDRESS/LENGTH": seconds} of the bans in all tables or in one."""
    return {source["src"]: int(source["banned"]) for source in listed(netns)
            if "banned" in source and table in (None, source["table"])}


def users(netns, table, src):
    """The estimates of all counts of users of a source ("ADDRESS/LENGTH")."""
    return [int(text.split(":")[1].split("/")[0])
            for source in listed(netns) if source["src"] == src
            and source["table"] == table for text in source.get("users", [])]


def gauge(netns, name):
    """The sum of a gauge over all tables."""
    return sum(value for key, value in netns.stats().items()
               if key.startswith(f"xt_sip_{name}{{"))


def finds_leaks():
    """Does this kernel have kmemleak? tests/vm/run then fails for a leak."""
    return os.path.exists("/sys/kernel/debug/kmemleak")


@contextlib.contextmanager
def max_sources(limit):
    """In here a namespace may have so many sources."""
    with open(MAX_SOURCES, encoding="ascii") as file:
        before = file.read()
    set_max_sources(limit)
    try:
        yield
    finally:
        set_max_sources(before)


def set_max_sources(limit):
    """Set the module's parameter."""
    with open(MAX_SOURCES, "w", encoding="ascii") as file:
        file.write(str(limit))


def wait_until(holds, seconds):
    """Try until @holds() is true; False if it never comes to that.

    @seconds is what an idle machine needs, a busy one gets ten times as many.
    """
    end = time.monotonic() + 10 * seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def settled(function, pause=2.2):
    """@function(), once it changes no more."""
    last, now = None, function()
    while now != last:
        time.sleep(pause)
        last, now = now, function()
    return now


# What the kernel says for itself: of an emulated processor that had to stand
# still, of links, of its random numbers.
NOISE = ("hrtimer: interrupt took ", "IPv6: ADDRCONF", "random: ")


class KernelLog:
    """What the kernel says from now on.

    But for the data races of KCSAN: tests/vm/check-kernel-log checks them all
    at the end, and passes over those that are not xt_sip's.
    """

    def __init__(self):
        self.race = False
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        os.close(self.fd)

    def lines(self):
        """The lines since the last call."""
        found = []
        while True:
            try:
                record = os.read(self.fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return found
            line = record.split(";", 1)[1].splitlines()[0]
            if self.race:
                self.race = set(line) != {"="}
            elif line.startswith("BUG: KCSAN:"):
                self.race = True
                if found and set(found[-1]) == {"="}:
                    found.pop()
            elif not line.startswith(NOISE):
                found.append(line)


class Account:
    """A cgroup; what this process causes inside of `with` is charged to it.

    What the kernel charges later for what was made here goes there, too.
    """

    ROOT = "/sys/fs/cgroup"
    made = 0

    def __init__(self):
        Account.made += 1
        self.path = f"{self.ROOT}/xt_sip-{os.getpid()}-{self.made}"

    def __enter__(self):
        with open(self.ROOT + "/cgroup.subtree_control", "w",
                  encoding="ascii") as file:
            file.write("+memory")
        os.mkdir(self.path)
        self._move(self.path)
        return self

    def __exit__(self, *exc):
        self._move(self.ROOT)

    @staticmethod
    def _move(path):
        with open(path + "/cgroup.procs", "w", encoding="ascii") as file:
            file.write(str(os.getpid()))

    def kernel(self):
        """Bytes of kernel memory, without what can be reclaimed."""
        # Newer kernels add up small changes every two seconds.
        time.sleep(2.5)
        found = {}
        with open(self.path + "/memory.stat", encoding="ascii") as file:
            for line in file:
                name, value = line.split()
                found[name] = int(value)
        return found["kernel"] - found["slab_reclaimable"]


def module_users():
    """How many rules hold the module; None if it is not loaded."""
    with open("/proc/modules", encoding="ascii") as file:
        for line in file:
            if line.startswith("xt_sip "):
                return int(line.split()[2])
    return None


def load_module(*parameters):
    """modprobe xt_sip."""
    subprocess.run(["modprobe", "xt_sip", *parameters], check=True)


def unload_module(seconds=10):
    """rmmod xt_sip, which rules that are on their way out may delay."""
    def gone():
        return module_users() is None or not subprocess.run(
            ["rmmod", "xt_sip"], check=False,
            stderr=subprocess.DEVNULL).returncode
    return wait_until(gone, seconds)


LOG_BURST = 10          # lines of a kind before the kernel holds back


def fresh_module(network):
    """Reload the module: it may log LOG_BURST lines again."""
    network.clear()
    if module_users() is not None and not unload_module():
        raise lib.NetworkError("cannot unload xt_sip")
    load_module()
