# SPDX-License-Identifier: GPL-2.0
"""Reads what memory the kernel has, and has it give back what it keeps."""

import glob
import os
import re
import time

KMEMLEAK = "/sys/kernel/debug/kmemleak"
# kmemleak does not report what is younger.
KMEMLEAK_AGE = 6


def write(path, text):
    """Write a file of the kernel."""
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def words(path):
    """Lines of a file, each as its words."""
    with open(path, encoding="ascii", errors="replace") as file:
        return [line.split() for line in file]


def kilobytes(*names):
    """The sum of lines of /proc/meminfo."""
    found = {row[0]: int(row[1]) for row in words("/proc/meminfo")}
    return sum(found[name + ":"] for name in names)


def slabs(name=""):
    """{cache: (objects in use, bytes of its pages)} of caches whose name begins
    so."""
    return {row[0]: (int(row[1]), int(row[14]) * int(row[5]) * 4096)
            for row in words("/proc/slabinfo")[2:] if row[0].startswith(name)}


def shrink(caches="*"):
    """Have slab caches give back what they hold free, and KASAN what it still
    keeps of what was freed."""
    for path in glob.glob(f"/sys/kernel/slab/{caches}/shrink"):
        write(path, "1")


def forget_files():
    """Free what the kernel keeps of files that were opened: where they are on
    9p, each has objects of kmalloc()."""
    for command in "43":        # 4: from now on without a line in the log
        write("/proc/sys/vm/drop_caches", command)


def leaks():
    """What kmemleak reports after two scans; None if the kernel has none, or
    it was turned off at boot."""
    try:
        for pause in (KMEMLEAK_AGE, 0):
            write(KMEMLEAK, "scan")
            time.sleep(pause)
        with open(KMEMLEAK, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return None


# A vmalloc area whose caller is no symbol: that of a module that has gone.
NAMELESS = re.compile(r"0x\S+\s+\d+ 0x[0-9a-f]+ ")


def leftovers(loaded=False):
    """What is there of the module in lists of the kernel, as sentences.

    @loaded: while the module is there, only caches count.
    """
    found = [f"slab cache {name}: {count} objects" for name, (count, _)
             in slabs().items() if re.fullmatch(r"(xt_)?sip\w*", name)]
    if loaded:
        return found
    found += [f"vmalloc area: {' '.join(row)}" for row
              in words("/proc/vmallocinfo") if NAMELESS.match(" ".join(row))]
    return found + [f"{path} is still there" for path in (
        "/sys/module/xt_sip", "/proc/net/xt_sip") if os.path.exists(path)]
