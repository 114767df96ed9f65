# SPDX-License-Identifier: GPL-2.0
"""Collects what a test finds wrong, so that one run shows all of it."""

import pytest


class Checks:
    """Checks of one test: it goes on after one that fails, and fails at the
    end. What was wrong is printed at once."""

    SHOWN = 12              # failures that are shown

    def __init__(self):
        self.failed = 0

    def equal(self, what, expected, got, sent=None):
        """@got has to be @expected; returns whether it is."""
        if expected != got:
            self.fail(what, f"expected {expected!r}, got {got!r}", sent)
        return expected == got

    def true(self, what, holds, why="", sent=None):
        """@holds has to be true; returns whether it is."""
        if not holds:
            self.fail(what, why, sent)
        return bool(holds)

    def fail(self, what, why, sent=None):
        """A check that failed."""
        self.failed += 1
        if self.failed > self.SHOWN:
            return
        print(f"{what}: {why}")
        if sent is not None:
            print(f"    sent: {sent[:400]!r}"
                  f"{' ...' if len(sent) > 400 else ''}")

    def end(self):
        """The end of the test, which fails if a check did."""
        if self.failed:
            more = max(0, self.failed - self.SHOWN)
            pytest.fail(f"{self.failed} checks failed"
                        f"{f', {more} not shown' if more else ''}",
                        pytrace=False)
