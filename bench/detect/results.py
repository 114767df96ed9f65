#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""RESULTS.md of make detect, of what in-vm has left.

    results.py DIRECTORY

Reads DIRECTORY/run.json, writes DIRECTORY/RESULTS.md and, if everything was
played, bench/detect/RESULTS.md.
"""
import collections
import json
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
sys.path.append(os.path.join(REPO, "bench"))

import about  # noqa: E402
import report  # noqa: E402

# whole: everything was played; agent: the User-Agent that seed draws; seconds
# it took; guest: the machine that in-vm ran in; attacks, honest: as report.py
# has them; faults: what report.py finds wrong with them.
Run = collections.namedtuple(
    "Run", "whole seed agent seconds guest rulesets attacks honest faults")
# What of a Ruleset a page shows; path is from the top of the checkout.
Column = collections.namedtuple("Column", "name title path what server")
PACKAGES = ("kamailio", "sipvicious", "nmap", "sipsak", "sip-tester",
            "baresip-core", "linphone-cli", "iptables")
ASTERISK = os.path.join(REPO, "build", "servers", "asterisk")

HEAD = """\
# What rulesets catch

Written by `bench/detect/run`. Attack tools, a few programs of ours for what no tool \
does yet, and honest stacks are played against Kamailio and Asterisk in a \
virtual machine, each row behind each ruleset and from an address of its own.
"""
NOTES = """\
## What it shows

An Asterisk without guests tells a scanner nothing (his list has all users or \
none), so nobody is banned for asking; but whoever calls without an account, \
and whoever sends a wrong password by any method, is. Kamailio answers OPTIONS \
to everybody, so that such a scan finds nothing there. Forged and relayed \
answers clear the counts of `users` and `password`, each alone, and not those \
of the rulesets. What is behind an `&` never arrives, and nobody is banned for \
it.

A busy machine makes programs starve and give up; their cells say `failed`.
"""


# ---- between the two machines ----------------------------------------------

def save(directory, run):
    """run.json."""
    found = run._replace(
        rulesets=[Column(one.name, one.title,
                         one.path and os.path.relpath(one.path, REPO),
                         one.what, one.server) for one in run.rulesets],
        attacks=[[*key, row] for key, row in run.attacks.items()])
    with open(os.path.join(directory, "run.json"), "w",
              encoding="utf-8") as file:
        json.dump(found._asdict(), file)


def load(directory):
    """The Run that was saved, with Columns."""
    with open(os.path.join(directory, "run.json"), encoding="utf-8") as file:
        run = Run(**json.load(file))
    return run._replace(
        rulesets=[Column(*one) for one in run.rulesets],
        attacks={(title, agent): cells(row, report.Cell)
                 for title, agent, row in run.attacks},
        honest={title: cells(row, report.Care)
                for title, row in run.honest.items()})


def cells(row, kind):
    """A row's cells; None is one that was not played."""
    return {name: one and kind(*one) for name, one in row.items()}


# ---- the page --------------------------------------------------------------

def where(run):
    """Where, when, with what and how."""
    return [
        about.machine(), "- Kernel: " + run.guest,
        "- Programs: " + ", ".join(about.versions(PACKAGES) +
                                   about.versions(["asterisk"], ASTERISK)),
        about.commit(), about.date(),
        "- Command: `make detect` (`bench/detect/run`), %d s; with `-s %s` it draws "
        "the same again, as the User-Agent \"%s\"" % (
            run.seconds, run.seed, run.agent), ""]


def columns(rulesets):
    """A table of what the rulesets are."""
    lines = ["## The rulesets", "", "| server | column | what protects it |",
             "|---|---|---|"]
    for one in rulesets:
        head = report.HEADS["kamailio" if one.server == "kamailio"
                            else "asterisk"]
        lines.append("| %s | %s | %s |" % (head, one.title, ": ".join(
            ["`%s`" % one.path] * bool(one.path) + [one.what])))
    return [*lines, ""]


def page(run, head):
    """Its lines; head: those about the run."""
    lines = [*HEAD.splitlines(), "", *head, *columns(run.rulesets)]
    for server, table in report.tables(run.rulesets, run.attacks, run.honest):
        lines += ["## " + server, "", "```", *table, "```", ""]
    lines += ["## What the cells mean", *report.LEGEND.splitlines(), "",
              *NOTES.splitlines(), "", "## Verdict", ""]
    lines += ["- " + fault for fault in run.faults] or ["All as it has to be."]
    return lines


def write(directory, place):
    """The page, in a directory; and in place, if the run was whole. Returns
    the paths."""
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
