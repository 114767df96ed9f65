# SPDX-License-Identifier: GPL-2.0
"""The base class of the soak's actors: each is a process of its own.

An actor does steps until it is told to stop, and counts what it did. All its
counts must be above 0 in the end, but those in `may`. What it raises ends it,
and is why the run fails.

The module can be unloaded only while no rule is there. The gate is for that:
while it is closed, actors that make rules (gated) have removed theirs, and
rest.
"""
import ctypes
import multiprocessing
import os
import random
import signal
import time
import traceback

PR_SET_PDEATHSIG = 1


class Gate:
    """Open at first. For the process that started the actors."""

    def __init__(self):
        self.closed = multiprocessing.Event()
        self.ended = multiprocessing.Event()

    def close(self, actors, patience):
        """Close it; names of actors that still make rules after @patience."""
        self.closed.set()
        return self._late(actors, True, patience)

    def open(self, actors, patience):
        """Open it; names of actors that have not noticed."""
        self.closed.clear()
        return self._late(actors, False, patience)

    @staticmethod
    def _late(actors, resting, patience):
        end = time.monotonic() + patience
        late = actors
        while late and time.monotonic() < end:
            late = [actor for actor in late if actor.alive() and actor.gated
                    and actor.resting.is_set() != resting]
            time.sleep(0.02)
        return [actor.name for actor in late]


class Actor:
    """One of them; a subclass says what it does in step(), and @variant how
    this one differs from others of it."""

    counts = ()
    may = ()
    gated = False
    niceness = 12
    share = 25          # percent of its time, at most, that it works

    def __init__(self, name, variant, gate, netns, seed, folder):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.name, self.variant = name, variant
        self.gate, self.netns = gate, netns
        self.random = random.Random(f"{seed} {name}")
        self.why = os.path.join(folder, f"{name}.why")
        self.resting = multiprocessing.Event()
        self.numbers = multiprocessing.Array(
            "Q", len(self.counts) + len(self.may), lock=False)
        self.process = None

    # -- in its own process --

    def begin(self):
        """Called once, inside of self.netns."""

    def step(self):
        """One round."""
        raise NotImplementedError

    def rest(self):
        """Remove all rules it has made."""

    def count(self, what, amount=1):
        """Add to a count."""
        self.numbers[(self.counts + self.may).index(what)] += amount

    def _live(self):
        # Not what the process that started us does with them.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.nice(self.niceness)
        try:
            self.netns.enter()
            self.begin()
            while not self.gate.ended.is_set():
                if self.gated and self.gate.closed.is_set():
                    self._pause()
                else:
                    self._step()
            self.rest()
        except BaseException:       # pylint: disable=broad-except
            with open(self.why, "w", encoding="utf-8") as file:
                file.write(traceback.format_exc())
            os._exit(1)

    def _step(self):
        start = time.monotonic()
        self.step()
        used = time.monotonic() - start
        # Nobody has to wait long for one that rests.
        time.sleep(min(1, used * (100 - self.share) / self.share))

    def _pause(self):
        self.rest()
        self.resting.set()
        while self.gate.closed.is_set() and not self.gate.ended.is_set():
            time.sleep(0.02)
        self.resting.clear()

    # -- in the process that started it --

    def start(self):
        """Start the process."""
        self.process = multiprocessing.Process(target=self._live,
                                               name=self.name)
        self.process.start()

    def alive(self):
        """Is it still at it?"""
        return self.process is not None and self.process.is_alive()

    def finish(self, patience):
        """Wait for its end, gate.ended being set; else end it by its id."""
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            with open(self.why, "a", encoding="utf-8") as file:
                file.write(f"did not end within {patience:.0f} s\n")

    def fault(self):
        """Why it failed; empty if it did not."""
        if os.path.exists(self.why):
            with open(self.why, encoding="utf-8") as file:
                return file.read().strip()
        idle = [name for name in self.counts if not self.told()[name]]
        return f"never did: {', '.join(idle)}" if idle else ""

    def told(self):
        """{count: number}"""
        return dict(zip(self.counts + self.may, self.numbers))
