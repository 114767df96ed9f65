#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Prints the table of make bench-cpus from the results of in-vm.

    report.py DIRECTORY
"""
import sys

from bench import about

TEXT = """<!-- Written by `make bench-cpus`. -->
# Two processors against one

Per packet, above the empty ruleset of the same column: instructions, where one
processor sends packets and where two send at once (the same messages, and for
`1k` the same thousand sources; for `new` sources of their own); and how often,
in a thousand packets, a processor had to wait for a spin lock.

| row | instructions, 1 CPU | 2 CPUs | 2/1 | waits, 1 CPU | 2 CPUs |
|---|---|---|---|---|---|
%s

What can be concluded: whether a ruleset does more work for a packet because
another processor works as well (turns of a spin lock and repeated atomic
operations are instructions, too), and whether its packets queue for a lock.
What cannot: time. The machine is emulated, an atomic operation costs it little
more than another, and nothing here counts cache lines that move between
processors.
"""


def load(directory, what):
    """{row: (one, two)} above the empty rows."""
    found = about.load(directory, what)
    return {key: [value - empty for value, empty in zip(
        values, found["empty |" + key.split("|")[1] + "| 1k"])]
            for key, values in found.items() if not key.startswith("empty")}


def main(directory):
    """Print the table."""
    instructions = load(directory, "instructions")
    locks = load(directory, "locks")
    print(TEXT % "\n".join("| %s | %.0f | %.0f | %.2f | %.1f | %.1f |" % (
        key.replace(" | ", ", "), *values, values[1] / values[0],
        *(abs(round(1000 * one, 1)) for one in locks[key]))
        for key, values in instructions.items()), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
