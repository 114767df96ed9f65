# SPDX-License-Identifier: GPL-2.0
"""Reads the tables of the benchmark: rows, targets and baselines.

The head of each file describes its lines. A wrong line raises TableError, which
names it.
"""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
BACKENDS = ("legacy", "compat", "nft")
SOURCES = {"1": 1, "1k": 1000, "100k": 100000, "1M": 1000000}
FLAGS = ("over", "flush", "same")
NUMBERS = ("each", "new", "fill")


class TableError(Exception):
    """A line of a table is wrong."""


class Part:
    """A heading of `rows`, and the rows below it."""

    def __init__(self, limit, title):
        if not limit.isdigit():
            raise TableError("'%s' is no number of sources" % limit)
        self.limit, self.title = int(limit), title.strip()
        self.rows = []


class Row:
    """A line of `rows`."""

    def __init__(self, part, fields):
        self.part = part
        self.name, rules, self.message, sources, dropped, how = fields
        self.backend, _, rules = rules.partition(":")
        self.rules = [rule.strip() for rule in rules.split(";")]
        if self.backend not in BACKENDS:
            raise TableError("no backend '%s'" % self.backend)
        if sources not in SOURCES:
            raise TableError("sources '%s': expected one of %s"
                             % (sources, ", ".join(SOURCES)))
        self.shown, self.sources = sources, SOURCES[sources]
        self.dropped = dropped
        if not re.fullmatch(r"[<>]?\d+", dropped):
            raise TableError("dropped '%s': expected a number" % dropped)
        self.how = dict(self.read_how(word) for word in how.split())

    @staticmethod
    def read_how(word):
        """A word of the last column: its name and value."""
        name, equals, value = word.partition("=")
        if name in (NUMBERS if equals else FLAGS) and (
                not equals or value.isdigit()):
            return name, int(value) if equals else True
        raise TableError("unknown word '%s' in the last column" % word)

    @property
    def key(self):
        """The name of the row."""
        return "%s | %s | %s" % (self.name, self.message, self.shown)

    def expects(self, percent):
        """Whether this share of dropped packets is the one the row says."""
        bound = float(self.dropped.lstrip("<>"))
        if self.dropped[0] == "<":
            return percent < bound
        if self.dropped[0] == ">":
            return percent > bound
        return percent == bound


def lines_of(name, columns):
    """(number, line or fields) of a table; headings are text."""
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("="):
                yield number, line[1:].strip()
                continue
            fields = [field.strip() for field in line.split("|")]
            if len(fields) != columns:
                raise TableError("%s:%d: %d columns, not %d" % (
                    name, number, len(fields), columns))
            yield number, fields


def read_rows(kinds):
    """{name: Part}; kinds are the messages there are."""
    parts = {}
    part = None
    for number, fields in lines_of("rows", 6):
        try:
            if isinstance(fields, str):
                name, limit, title = fields.split(None, 2)
                part = parts[name] = Part(limit, title)
                continue
            if part is None:
                raise TableError("a row before the first part")
            row = Row(name, fields)
            if row.message not in kinds:
                raise TableError("no message '%s'" % row.message)
            if row.key in (other.key for other in part.rows):
                raise TableError("a second '%s'" % row.key)
            part.rows.append(row)
        except ValueError:
            raise TableError("rows:%d: expected = PART MAX TITLE"
                             % number) from None
        except TableError as error:
            raise TableError("rows:%d: %s" % (number, error)) from None
    return parts


def empty_rows(part, rows):
    """The rows that are subtracted from all others of their backend and
    message."""
    pairs = dict.fromkeys((row.backend, row.message) for row in rows)
    return [Row(part, ["empty", backend + ":", message, "1k", "0", ""])
            for backend, message in pairs]


def read_targets():
    """[(heading, text, A, op, bound or None, B)]."""
    heading, targets = "", []
    for number, fields in lines_of("targets", 5):
        if isinstance(fields, str):
            heading = fields
            continue
        text, a, op, bound, b = fields
        if op not in ("<=", ">="):
            raise TableError("targets:%d: '%s' is neither <= nor >="
                             % (number, op))
        targets.append((heading, text, a, op,
                        None if bound == "-" else float(bound), b))
    return targets


def read_baselines():
    """[(row, median, lowest, highest)]."""
    return [(row, float(median), float(low), float(high))
            for _, (row, median, low, high) in lines_of("baselines", 4)]


def rows_of(expression):
    """The rows that A or B of a target name."""
    return [term.strip() for term in expression.split(" - ")
            if not term.strip().replace(".", "").isdigit()]
