# SPDX-License-Identifier: GPL-2.0
"""Measures the kernel's memory, to find leaks of what blobs made."""

import glob
import os
import time

LEAKS = "/sys/kernel/debug/kmemleak"
# Sizes that the kernel itself uses now and then, and may keep.
MARGIN = 100            # objects of a cache
PATIENCE = 300


def shrink():
    """Let caches give back what they hold but do not use."""
    # Files that were opened meanwhile; where they are on 9p, each has objects
    # of kmalloc().
    for command in "43":        # 4: from now on without a line in the log
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
            file.write(command)
    for path in glob.glob("/sys/kernel/slab/kmalloc-*/shrink"):
        with open(path, "w", encoding="ascii") as file:
            file.write("1")


def objects():
    """{cache: objects in use} of the sizes that kmalloc() has."""
    shrink()
    found = {}
    with open("/proc/slabinfo", encoding="ascii") as file:
        for line in file:
            name, *numbers = line.split()
            if name.startswith("kmalloc-"):
                found[name] = int(numbers[0])
    return found


def settled(holds, seconds=PATIENCE):
    """objects(), once @holds(them) or the time is over."""
    end = time.monotonic() + seconds
    found = objects()
    while not holds(found) and time.monotonic() < end:
        time.sleep(.5)
        found = objects()
    return found


def grown(before, after, margin=MARGIN):
    """{cache: objects} by which caches have grown."""
    return {name: count - before.get(name, 0) for name, count in after.items()
            if count - before.get(name, 0) > margin}


# ---- kmemleak ----

def has_leak_finder():
    """Is kmemleak there and at work?"""
    if not os.path.exists(LEAKS):
        return False
    try:
        with open(LEAKS, "rb") as file:
            file.read(1)
    except OSError:             # it was turned off at boot
        return False
    return True


def tell_leak_finder(command):
    """Write a command to it."""
    with open(LEAKS, "w", encoding="ascii") as file:
        file.write(command)


def leaks():
    """What it reports, after two scans with what it needs between them."""
    tell_leak_finder("scan")
    time.sleep(6)
    tell_leak_finder("scan")
    with open(LEAKS, encoding="utf-8", errors="replace") as file:
        return file.read()
