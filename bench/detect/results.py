#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Writes RESULTS.md of make detect from the results of in-vm.

    results.py DIRECTORY

Reads DIRECTORY/run.json, writes DIRECTORY/RESULTS.md and, after a whole run,
bench/detect/RESULTS.md.
"""
import collections
import os
import sys

from bench import about
from bench.detect import report
from tests.lib.checkout import TOP

HERE = os.path.dirname(os.path.abspath(__file__))

# whole: a run of everything; agent: the User-Agent that seed draws; seconds
# it took; guest: the machine that in_vm.py ran in; attacks, honest: as report.py
# has them; faults: what report.py finds wrong with them.
Run = collections.namedtuple(
    "Run", "whole seed agent seconds guest rulesets attacks honest faults")
# The parts of a Ruleset that a page shows; path is from the top of the
# checkout.
Column = collections.namedtuple("Column", "name title path what server")
PACKAGES = ("kamailio", "sipvicious", "nmap", "sipsak", "sip-tester",
            "baresip-core", "linphone-cli", "iptables")
ASTERISK = os.path.join(TOP, "build", "servers", "asterisk")

HEAD = """\
# What rulesets catch

Written by `bench/detect/run`. Attack tools, a few test programs for attacks \
that no tool implements yet, and legitimate SIP stacks run against Kamailio and \
Asterisk in a virtual machine, each row with each ruleset and from an address \
of its own.
"""
NOTES = """\
## What it shows

An Asterisk without guests gives the same answer for all users, so scans of \
users are not banned; calls without an account and wrong passwords by any \
method are. Kamailio answers OPTIONS to everybody, so that such a scan finds \
nothing there. Forged and relayed answers reset the counts of `users` and \
`password`, each alone, and not those of the rulesets. Requests with \
credentials after an `&` are dropped, without a ban.

On a busy machine programs may time out; their cells say `failed`.
"""


# ---- between the two machines ----------------------------------------------

def save(directory, run):
    """Write run.json."""
    about.save(directory, "run", run._replace(
        rulesets=[Column(one.name, one.title,
                         one.path and os.path.relpath(one.path, TOP),
                         one.what, one.server) for one in run.rulesets],
        attacks=[[*key, row] for key, row in run.attacks.items()])._asdict())


def load(directory):
    """The Run that was saved, with Columns."""
    run = Run(**about.load(directory, "run"))
    return run._replace(
        rulesets=[Column(*one) for one in run.rulesets],
        attacks={(title, agent): cells(row, report.Cell)
                 for title, agent, row in run.attacks},
        honest={title: cells(row, report.Care)
                for title, row in run.honest.items()})


def cells(row, kind):
    """A row's cells; None for a row that did not run."""
    return {name: one and kind(*one) for name, one in row.items()}


# ---- the page --------------------------------------------------------------

def where(run):
    """The lines about machine, programs, commit, date and command."""
    return about.head(
        run.guest, about.versions(PACKAGES) +
        about.versions(["asterisk"], ASTERISK),
        "`make detect` (`bench/detect/run`), %d s; `-s %s` repeats its random "
        "values, as the User-Agent \"%s\"" % (run.seconds, run.seed,
                                              run.agent))


def columns(rulesets):
    """A table that describes the rulesets."""
    lines = ["## The rulesets", "", "| server | column | what protects it |",
             "|---|---|---|"]
    for one in rulesets:
        head = report.HEADS["kamailio" if one.server == "kamailio"
                            else "asterisk"]
        lines.append("| %s | %s | %s |" % (head, one.title, ": ".join(
            ["`%s`" % one.path] * bool(one.path) + [one.what])))
    return [*lines, ""]


def page(run, head):
    """The lines of RESULTS.md; head: those about the run."""
    lines = [*HEAD.splitlines(), "", *head, *columns(run.rulesets)]
    for server, table in report.tables(run.rulesets, run.attacks, run.honest):
        lines += ["## " + server, "", "```", *table, "```", ""]
    lines += ["## What the cells mean", *report.LEGEND.splitlines(), "",
              *NOTES.splitlines(), "", "## Verdict", ""]
    lines += ["- " + fault for fault in run.faults] or ["All as it has to be."]
    return lines


def write(directory, place):
    """Write RESULTS.md to a directory and, after a whole run, to place.
    Returns the paths."""
    run = load(directory)
    text = "\n".join(page(run, where(run))) + "\n"
    paths = [os.path.join(one, "RESULTS.md")
             for one in [directory] + [place] * run.whole]
    for path in paths:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return paths


if __name__ == "__main__":
    for path in write(sys.argv[1], HERE):
        print("Written: " + os.path.relpath(path))
