#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Writes the results of make bench-flood: RESULTS.md and data for gnuplot.

    results.py DIRECTORY

Reads DIRECTORY/run.json, which in_vm.py writes; writes RESULTS.md and, for each
flood, FLOOD.dat next to it.
"""
import collections
import os
import sys

from bench import about
from bench.flood.floods import FLOODS, PROTECTIONS

# done, arrived, reached: per second.
Cell = collections.namedtuple("Cell", "flood protection speed done arrived "
                              "reached")
# seconds: of a flood, that are measured; offered: registrations that phones
# begin per second; guest: the machine that in_vm.py ran in; names: of protections;
# wrong: the faults that in_vm.py finds.
Run = collections.namedtuple("Run", "seconds offered guest names cells wrong")
PACKAGES = ("kamailio", "fail2ban", "sip-tester", "iptables")

HEAD = """\
# Phones under a flood

Written by `bench/flood/run`. Phones begin %d registrations a second at a \
Kamailio in a virtual machine, and a flood begins, larger from row to row. Each \
cell: the registrations a second that succeed in the flood's first %d seconds; in \
brackets how many of the flood's packets a second reached the server's socket. \
Every cell has a server and rules of its own. The machine is emulated, so a real \
server's floods are many times larger; only compare the columns.
"""
NOTES = """\
## What it shows

xt_sip and the recipe recognise SIPVicious by its first packet, fail2ban some \
seconds later by the log. The unknown scan has no fingerprint and stays below \
the rate of each address: xt_sip counts the unknown users that each address \
tries, and bans it at about the 21st; fail2ban misses what an overloaded server \
does not log.

The phones are friends since their first registration, seconds before the flood. \
Its forged addresses are strangers, of which 400 packets a second pass in all, \
after the first 4,000. A phone that registers for the first time is a stranger, \
too: in a flood of N packets a second each of its packets passes with a chance of \
400/N. SIP sends a REGISTER up to eleven times, and two have to pass: five of six \
phones succeed at 2,000 packets a second, one of two at 4,000, one of six at \
8,000, one of seventeen at 16,000.
"""


def save(directory, run):
    """Write run.json."""
    about.save(directory, "run", run._asdict())


def load(directory):
    """The Run that in_vm.py saved."""
    run = Run(**about.load(directory, "run"))
    return run._replace(cells=[Cell(*cell) for cell in run.cells])


# ---- tables ----------------------------------------------------------------

def rows(cells, flood):
    """[(speed, {protection: cell})] of a flood, slowest first."""
    found = {}
    for cell in cells:
        if cell.flood == flood.name:
            found.setdefault(cell.speed, {})[cell.protection] = cell
    return sorted(found.items())


def tables(run):
    """The lines of a table for each flood that was measured."""
    lines = []
    for flood in FLOODS:
        measured = rows(run.cells, flood)
        if not measured:
            continue
        lines += ["**%s**" % flood.title, "",
                  "| flood, packets/s | " + " | ".join(run.names) + " |",
                  "|---" * (1 + len(run.names)) + "|"]
        for speed, row in measured:
            lines.append("| %d | %s |" % (speed, " | ".join(
                "%.1f (%.0f)" % (row[name].done, row[name].reached)
                if name in row else "" for name in run.names)))
        lines.append("")
    return lines


def data(run, flood):
    """The lines of a table for gnuplot."""
    lines = [" ".join(["speed", *('"%s"' % name for name in run.names)])]
    for speed, row in rows(run.cells, flood):
        lines.append("%d %s" % (speed, " ".join(
            "%.2f" % row[name].done if name in row else "?"
            for name in run.names)))
    return lines


# ---- the page --------------------------------------------------------------

def where(run):
    """The lines about machine, programs, commit, date and command."""
    return about.head(run.guest, about.versions(PACKAGES),
                      "`make bench-flood` (`bench/flood/run`)")


def page(run, head):
    """The lines of RESULTS.md; head: those about the run."""
    lines = [*(HEAD % (run.offered, run.seconds)).splitlines(), "", *head,
             "![registrations a second as the flood grows](flood.svg)", "",
             *tables(run), "## What protects the server", "",
             "| column | what it is |", "|---|---|"]
    for one in PROTECTIONS:
        if one.name in run.names:
            lines.append("| %s | %s |" % (one.name, ": ".join(
                ["`%s`" % one.path] * bool(one.path) + [one.what])))
    lines += ["", *NOTES.splitlines(), "", "## Verdict", ""]
    lines += ["- " + one for one in run.wrong] or ["All as it has to be."]
    return lines


def write(directory):
    """Write all files."""
    run = load(directory)
    files = {flood.name + ".dat": data(run, flood) for flood in FLOODS}
    files["RESULTS.md"] = page(run, where(run))
    for name, lines in files.items():
        with open(os.path.join(directory, name), "w",
                  encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    write(sys.argv[1])
