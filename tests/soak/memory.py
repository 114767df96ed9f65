# SPDX-License-Identifier: GPL-2.0
"""Measures what the module has left in the machine's memory.

The soak and all it starts are in a cgroup, which pays for what the module
allocates: pages, slab and per-CPU memory.
"""
import glob
import os
import re
import time

from tests.lib import sources

KMEMLEAK = "/sys/kernel/debug/kmemleak"
# kmemleak does not report what is younger.
KMEMLEAK_AGE = 6
CACHE = re.compile(r"(xt_)?sip\w*")
# A vmalloc area whose caller is no symbol: that of a module that has gone.
NAMELESS = re.compile(r"0x\S+\s+\d+ 0x[0-9a-f]+ ")


def words(path):
    """Lines of a file, each as its words."""
    with open(path, encoding="ascii", errors="replace") as file:
        return [line.split() for line in file]


def available():
    """kB that are free or can be made so; what temporary files hold is not
    counted as used."""
    value = {row[0]: int(row[1]) for row in words("/proc/meminfo")}
    return value["MemAvailable:"] + value["Shmem:"]


def total():
    """kB of memory."""
    return int(words("/proc/meminfo")[0][1])


def shrink():
    """Give back what the slab caches hold free, and what KASAN still keeps
    of what was freed."""
    for path in glob.glob("/sys/kernel/slab/*/shrink"):
        with open(path, "w", encoding="ascii") as file:
            file.write("1")


def leftovers(loaded=False):
    """What is there of the module in lists of the kernel, as sentences.

    @loaded: while the module is there, only caches count.
    """
    found = [f"slab cache {row[0]}: {row[1]} objects"
             for row in words("/proc/slabinfo") if CACHE.fullmatch(row[0])]
    if loaded:
        return found
    with open("/proc/vmallocinfo", encoding="ascii") as file:
        found += [f"vmalloc area: {line.strip()}" for line in file
                  if NAMELESS.match(line)]
    found += [f"{path} is still there" for path in (
        "/sys/module/xt_sip", "/proc/net/xt_sip") if os.path.exists(path)]
    return found


class Account(sources.Account):
    """The soak's cgroup."""

    def settled(self, patience):
        """Bytes of kernel memory, once it shrinks no more."""
        last, end = None, time.monotonic() + patience
        while time.monotonic() < end:
            shrink()
            now = self.kernel()
            if last is not None and now >= last:
                break
            last = now
            time.sleep(1)
        return self.kernel()

    def others(self):
        """Processes in it but this one, as "PID NAME"."""
        found = []
        for pid, in words(self.path + "/cgroup.procs"):
            try:
                name = words(f"/proc/{pid}/comm")[0]
            except OSError:
                continue
            if int(pid) != os.getpid():
                found.append(f"{pid} {' '.join(name)}")
        return found


def kmemleak():
    """What kmemleak reports after two scans; None if the kernel has none."""
    if not os.path.exists(KMEMLEAK):
        return None
    for pause in (KMEMLEAK_AGE, 0):
        with open(KMEMLEAK, "w", encoding="ascii") as file:
            file.write("scan")
        time.sleep(pause)
    with open(KMEMLEAK, encoding="ascii", errors="replace") as file:
        return file.read()
