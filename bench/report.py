#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Formats the results of bench/run; checks them against targets and baselines.

    report.py [--write] [--kernel DIR] DIRECTORY

Reads DIRECTORY/PART.json. With --write the tables go to bench/RESULTS.md, too.
Exit status: 1 if a target is not met.

A row's figure is, for each round, its nanoseconds per packet less those of the
empty ruleset for the same backend and message in that round; then the median,
lowest and highest of the rounds. Ratios are of medians.
"""
import argparse
import os
import statistics
import sys

from bench import about, messages, table

# A figure agrees with its baseline if it is within the baseline's spread, plus
# or minus a quarter; or within 15 ns, the noise of short rows; or if its ratio
# to the reference row is the same, plus or minus a third or 15 ns, since
# another machine is faster or slower as a whole.
SPREAD, SHORT, RELATION = 1.25, 15, 1.34
REFERENCE = "hot/string bm/scanner/1"


class Results:
    """The results of all parts that were measured."""

    def __init__(self, directory):
        self.rows = {}          # "PART/NAME/MESSAGE/SOURCES": [ns per round]
        self.order = {}         # part: [(name, sources)]
        self.memory = {}
        self.clock = None
        for part in list(table.read_rows(messages.KINDS)) + ["memory"]:
            if os.path.exists(os.path.join(directory, part + ".json")):
                self.add(part, about.load(directory, part))

    def add(self, part, found):
        """Add the rows of a part, less the empty ruleset."""
        if part == "memory":
            self.memory = found
            return
        self.clock, found = found["clock"], found["rows"]
        empty = {(row["backend"], row["message"]): row["ns"]
                 for row in found if row["name"] == "empty"}
        self.order[part] = list(dict.fromkeys(
            (row["name"], row["sources"]) for row in found))
        for row in found:
            base = empty[row["backend"], row["message"]]
            if row["name"] == "empty":
                base = [0] * len(base)
                row["name"] = "empty " + row["backend"]
            self.rows["/".join((part, row["name"], row["message"],
                                row["sources"]))] = [
                ns - less for ns, less in zip(row["ns"], base)]
        self.order[part] = [item for item in self.order[part]
                            if item[0] != "empty"]
        for backend in sorted({pair[0] for pair in empty}):
            self.order[part].insert(0, ("empty " + backend, "1k"))

    def rounds(self, expression):
        """The rounds of a target's A or B; None if not measured."""
        total = None
        for sign, term in enumerate(expression.split(" - ")):
            term = term.strip()
            if term.startswith("memory/"):
                value = self.memory.get(term[7:])
                rounds = None if value is None else [value]
            elif term in self.rows:
                rounds = self.rows[term]
            else:
                try:
                    rounds = [float(term)]
                except ValueError:
                    rounds = None
            if rounds is None:
                return None
            total = rounds if not sign else [
                a - b for a, b in zip(total, rounds)]
        return total

    def median(self, expression):
        """The median of a target's A or B, or None."""
        if " - " in expression:
            parts = [self.median(term) for term in expression.split(" - ")]
            return None if None in parts else parts[0] - sum(parts[1:])
        rounds = self.rounds(expression)
        return None if rounds is None else statistics.median(rounds)


def cell(results, part, name, message, sources):
    """The text of a row and message in a table."""
    rounds = results.rows.get("/".join((part, name, message, sources)))
    if rounds is None:
        return ""
    median = statistics.median(rounds)
    text = "**%.0f** [%.0f–%.0f]" % (median, min(rounds), max(rounds))
    for reference in ("1", "1M"):
        base = results.median("/".join((part, "string bm", message,
                                        reference)))
        if base and not name.startswith("empty"):
            return text + " %.2f×" % (median / base)
    return text


def markdown(head, rows):
    """A table, as lines of Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def part_tables(results):
    """A table for each part."""
    parts = table.read_rows(messages.KINDS)
    for part, order in results.order.items():
        kinds = [kind for kind in messages.KINDS
                 if any(key.startswith(part + "/") and "/%s/" % kind in key
                        for key in results.rows)]
        yield "## " + parts[part].title
        yield ""
        yield from markdown(["rules", "sources", *kinds], [
            [name, sources, *(cell(results, part, name, kind, sources)
                              for kind in kinds)] for name, sources in order])


def target_table(results):
    """The targets: (lines, how many are not met)."""
    rows, missed, last = [], 0, None
    for heading, text, a, op, bound, b in table.read_targets():
        over, under = results.median(a), results.median(b)
        if over is None or under is None:
            continue
        ratio = over / under if under else float("inf")
        met = bound is None or (ratio <= bound if op == "<=" else
                                ratio >= bound)
        missed += not met
        spread = ""
        if under and b != "1":
            pairs = [x / y for x, y in zip(results.rounds(a),
                                           results.rounds(b)) if y > 0]
            if pairs:
                spread = "%.2f–%.2f" % (min(pairs), max(pairs))
        if heading != last:
            rows.append(["**%s**" % heading, *[""] * 6])
            last = heading
        rows.append([text, "%.0f" % over, "%.0f" % under,
                     "**%.2f**" % ratio, spread,
                     *(("", "") if bound is None else (
                         "%s %g" % (op, bound),
                         "met" if met else "**NOT MET**"))])
    return markdown(["", "A", "B", "A/B", "of rounds", "target", ""],
                    rows), missed


def baseline_table(results):
    """Baselines and current figures: (lines, how many differ)."""
    rows, differ = [], 0
    before = {row: median for row, median, _, _ in table.read_baselines()}
    base = results.median(REFERENCE)
    for row, median, low, high in table.read_baselines():
        now = results.median(row)
        if now is None:
            continue
        same = (low / SPREAD <= now <= high * SPREAD or
                abs(now - median) <= SHORT)
        relation = 0
        if base:
            expected = median * base / before[REFERENCE]
            relation = now / expected
            same = (same or 1 / RELATION <= relation <= RELATION or
                    abs(now - expected) <= SHORT)
        differ += not same
        rows.append([row, "%.0f [%.0f–%.0f]" % (median, low, high),
                     "%.0f" % now, "%.2f" % (now / median),
                     "%.2f" % relation if base else "",
                     "" if same else "**differs**"])
    return markdown(["row", "before", "now", "now/before",
                     "of the reference row", ""], rows), differ


def memory_table(results):
    """The part `memory`."""
    return markdown(["", ""], [[name, "%.1f" % value if value % 1 else
                                "%d" % value]
                               for name, value in results.memory.items()])


def where(results, kernel):
    """The lines about machine, kernel, commit and date."""
    release = "?"
    if kernel:
        with open(os.path.join(kernel, "release"), encoding="ascii") as file:
            release = file.read().strip()
    return about.head(
        "User Mode Linux %s, `tests/vm/build-kernel umlperf` (-O2, SLUB, one "
        "processor, no retpolines, 4 KiB pages); each `--rate` and `--users` "
        "reads its clock once, which takes %.0f ns" % (
            release, results.clock or 0), (), "`make bench` (`bench/run`)")


HOW = """\
## How it is measured

A kernel module (`bench/module`) hands packets to `nf_hook_slow()` one at a \
time, as the stack does, with the hooks of a network namespace at PREROUTING. \
Every row has a namespace of its own, so that all rules, sets and sources of a \
part exist at once, and all its rows are measured in each round, in rotating \
order. 512 variants of each message take turns \
(`bench/messages.py`); sources take turns in a random order, drawn anew for \
each run. A round of a row is the median over batches of some 200 µs, less \
that of the empty ruleset for the same messages in the same round. Each row \
says what share of its packets is dropped; anything else is an error.

Not in these figures: locks and cache lines that processors share (there is \
one), retpolines, huge pages (a native kernel's memory is mapped with them, so \
that a cold entry costs less there), and whatever else a packet meets.
"""


def whole(results, kernel):
    """The report: (lines, targets not met)."""
    targets, missed = target_table(results)
    baselines, differ = baseline_table(results)
    lines = ["# What rulesets cost", "",
             "Written by `bench/run`; `bench/rows` describes each row."
             " Nanoseconds per packet above an empty ruleset: **median** "
             "[lowest–highest round], and the ratio to one `-m string --algo "
             "bm` rule on the same messages.", "", *where(results, kernel)]
    lines += ["## Targets", "", "%d not met." % missed, "", *targets]
    lines += part_tables(results)
    if results.memory:
        lines += ["## Memory", "", *memory_table(results)]
    lines += ["## Against earlier measurements", "",
              "%d of %d differ." % (differ, len(baselines) - 3), "", *baselines,
              *HOW.splitlines()]
    return lines, missed


def main():
    """The exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kernel")
    parser.add_argument("directory")
    options = parser.parse_args()
    lines, missed = whole(Results(options.directory), options.kernel)
    text = "\n".join(lines).rstrip() + "\n"
    print(text, end="")
    if options.write:
        with open(os.path.join(table.HERE, "RESULTS.md"), "w",
                  encoding="utf-8") as file:
            file.write(text)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
