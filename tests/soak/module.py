# SPDX-License-Identifier: GPL-2.0
"""Loads and unloads the module while packets flow, and checks that no bans are
lost in between.

Each time it is loaded, markers are banned, in a table that every protecting
ruleset asks. Two of them are sources of the flood. Markers must be there
whenever the module is about to go, and as long as rules are there nothing of
them may reach the server; while the module is away, it must, or else this
would see nothing.
"""
import subprocess
import time

from tests import lib
from tests.lib import memory, sources
from tests.soak import ruleset

MOST = 16384            # max_sources when it is loaded
# Tables outlive their last rule so long, less what looking takes.
LINGER = 40
MARKERS = (
    [f"{address}/{bits}" for address, bits in
     ((ruleset.BANNED[4], 32), (ruleset.BANNED[6], 128))] +
    [f"10.99.0.{n}/32" for n in range(1, 41)] +
    [f"10.98.{n}.0/24" for n in range(1, 21)] +
    [f"2001:db8:99::{n:x}/128" for n in range(1, 21)] +
    [f"2001:db8:98:{n:x}::/64" for n in range(1, 21)])
OFFICES = ("10.20.0.", "2001:db8:20:")


class Module:
    """Its lives, and what was seen in them."""

    def __init__(self, netns, gate, actors, patience):
        self.netns, self.gate, self.actors = netns, gate, actors
        self.patience = patience
        self.absences = []          # [from, to], seconds since 1970
        self.lives = 0
        self.faults = []            # sentences
        self.looks = 0              # at the markers
        self.lost_bans = []
        self.banned_phones = []
        self.passed = 0             # packets of markers, with rules
        self.passed_away = 0        # without
        # kB that could be had whenever it was away; what temporary files hold
        # is not counted as used.
        self.available = []
        self.totals = {}            # sums of its own counters
        self.base = 0

    def load(self):
        """modprobe, markers, rules."""
        sources.load_module(f"max_sources={MOST}")
        sources.write(self.netns, "".join(
            f"ban {marker} 1w table marker\n" for marker in MARKERS).rstrip())
        ruleset.protect(self.netns)
        self.lives += 1

    def begin(self):
        """The first life."""
        self.load()
        self.base = ruleset.reached(self.netns)

    def look(self, when):
        """Are all markers there, and no phone banned?"""
        self.looks += 1
        bans = sources.banned(self.netns, "marker")
        self.lost_bans += [f"{marker}, life {self.lives}, {when}"
                           for marker in MARKERS if marker not in bans]
        self.banned_phones += [
            f"{source}, life {self.lives}" for source in
            sources.banned(self.netns) if source.startswith(OFFICES)]

    def _unprotect(self):
        """Take the rules away, in the order: look, count, rules, look."""
        self.look("with rules")
        for name, value in self.netns.stats().items():
            if "_total" in name:
                self.totals[name] = self.totals.get(name, 0) + value
        now = ruleset.reached(self.netns)
        self.passed += now - self.base
        self.base = now
        start = time.monotonic()
        self.absences.append([time.time(), float("inf")])
        ruleset.unprotect(self.netns)
        if time.monotonic() - start < LINGER:
            self.look("rules gone")

    def _unload(self):
        """rmmod; namespaces that are on their way out may delay it."""
        if not sources.unload_module(self.patience):
            self.faults.append(
                f"life {self.lives}: rmmod did not succeed within "
                f"{self.patience:.0f} s, {sources.module_users()} users")
            return False
        self.available.append(memory.kilobytes("MemAvailable", "Shmem"))
        return True

    def absence(self):
        """It goes and comes back, everything else goes on."""
        late = self.gate.close(self.actors, self.patience)
        self.faults += [f"life {self.lives}: {name} did not rest"
                        for name in late]
        self._unprotect()
        self._unload()
        self.load()
        self.absences[-1][1] = time.time()
        now = ruleset.reached(self.netns)
        self.passed_away += now - self.base
        self.base = now
        late = self.gate.open(self.actors, self.patience)
        self.faults += [f"life {self.lives}: {name} did not go on"
                        for name in late]

    def end(self):
        """The last life ends; actors that make rules have ended."""
        self._unprotect()

    def gone(self):
        """Unload it for the last time; whether it went."""
        try:
            return self._unload()
        except (OSError, subprocess.SubprocessError, lib.NetworkError) as error:
            self.faults.append(str(error))
            return False
