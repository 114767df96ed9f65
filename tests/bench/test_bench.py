# SPDX-License-Identifier: GPL-2.0
"""Tests the parts of the benchmark without running it: that its messages are
of the kinds named, and that its tables are consistent.
"""
import glob
import os
import re
import runpy
import struct
import subprocess
import tempfile

import pytest

from bench import messages, rules, table
from bench.flood import floods, results

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
KERNEL = os.path.join(REPO, "kernel")
# Kind: what classify prints for each variant; least and most bytes on average;
# different variants.
EXPECTED = {
    "scanner": ("3 11 0 1 0 1", 380, 460, 512),
    "phone": ("3 11 0 0 1 1", 550, 650, 512),
    "invite": ("3 4 0 0 0 1", 1250, 1350, 512),
    "nuls": ("1 0 0 0 0 0", 4, 4, 1),
    "junk": ("2 0 1 0 0 0", 1400, 1400, 512),
}
# Where the User-Agent of the ones that were measured before was, on average.
AGENT_AT = {"scanner": 249, "phone": 438, "invite": 464}


@pytest.fixture(scope="module", name="program")
def fixture_program(tmp_path_factory):
    """classify, compiled; its path."""
    program = str(tmp_path_factory.mktemp("classify") / "classify")
    subprocess.run(
        ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-g",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
         "-I" + KERNEL, "-I" + os.path.join(KERNEL, "uapi"), "-o", program,
         os.path.join(HERE, "classify.c"),
         *glob.glob(os.path.join(KERNEL, "sip", "*.c"))], check=True)
    return program


def classify(program, made):
    """What classify prints for messages, a line each."""
    return subprocess.run(
        [program], check=True, stdout=subprocess.PIPE,
        input=b"".join(struct.pack("<I", len(one)) + one
                       for one in made)).stdout.decode().splitlines()


def test_messages(checks, program):
    """Every kind is classified as rows expect."""
    checks.true("kinds", list(EXPECTED) == list(messages.KINDS))
    for kind, (said, least, most, different) in EXPECTED.items():
        made = messages.make(kind)
        lines = classify(program, made)
        odd = [line for line in lines if line != said]
        checks.true(kind, len(lines) == messages.VARIANTS and not odd,
                    odd[:3])
        checks.true(kind + ": again", made == messages.make(kind))
        checks.true(kind + ": variants", len(set(made)) == different,
                    len(set(made)))
        size = sum(map(len, made)) / len(made)
        checks.true(kind + ": size", least <= size <= most, size)
        if kind in AGENT_AT:
            at = sum(one.index(b"User-Agent") for one in made) / len(made)
            checks.true(kind + ": User-Agent", abs(at - AGENT_AT[kind]) < 40,
                        at)


def test_floods(checks, program):
    """make bench-flood: frames are what an IP stack takes, from the addresses
    they should be from, and a scanner's or not; an order is understood."""
    for flood in floods.FLOODS:
        said = f"3 11 0 {flood.agent == 'friendly-scanner':d} 0 1"
        frames = floods.frames(flood)
        sources = {".".join(map(str, one[26:30])) for one in frames}
        checks.true(flood.name + ": sources",
                    sources == set(floods.addresses(flood)) and
                    len(sources) == flood.sources, len(sources))
        checks.true(flood.name + ": IPv4", not any(
            floods.checksum(one[14:34]) for one in frames))
        checks.true(flood.name + ": lengths", all(
            struct.unpack("!H", one[16:18])[0] == len(one) - 14 and
            struct.unpack("!H", one[38:40])[0] == len(one) - 34
            for one in frames))
        lines = classify(program, [one[42:] for one in frames])
        odd = [line for line in lines if line != said]
        checks.true(flood.name, not odd, odd[:3])
        checks.true(flood.name + ": no order",
                    not any(map(floods.read_order, frames)))
    order = bytearray(floods.frame("192.0.2.1", b"many 4000"))
    order[30:34] = map(int, floods.ORDERS[0].split("."))
    order[36:38] = struct.pack("!H", floods.ORDERS[1])
    checks.true("an order", floods.read_order(bytes(order)) ==
                (floods.FLOODS[1], 4000), floods.read_order(bytes(order)))


def test_tables(checks):
    """Targets and baselines name rows that exist; rules of rows can be made."""
    parts = table.read_rows(messages.KINDS)
    keys = set()
    for name, part in parts.items():
        for row in part.rows:
            rules.check(row)
            keys.add("/".join((name, row.name, row.message, row.shown)))
            checks.true(row.key, row.backend == "nft" or all(
                rules.rule(text) for text in row.rules))
    named = [term for target in table.read_targets()
             for side in (target[2], target[5]) for term in table.rows_of(side)]
    for term in named + [line[0] for line in table.read_baselines()]:
        checks.true(term, term in keys or term.startswith("memory/"),
                    "no such row")


def test_flood_page(checks):
    """make bench-flood: what is saved is read, and shown where it belongs."""
    names = [one.name for one in floods.PROTECTIONS]
    cells = [results.Cell(flood.name, name, speed, speed / 8, speed, 7)
             for flood in floods.FLOODS for speed in (80, 0)
             for name in names if (name, speed) != ("fail2ban", 80)]
    run = results.Run(15, 20, "a machine", names, cells, ["one is wrong"])
    with tempfile.TemporaryDirectory() as directory:
        results.save(directory, run)
        checks.true("a run", results.load(directory) == run,
                    results.load(directory))
        results.write(directory)
        read = {}
        for name in ["RESULTS.md"] + [one.name + ".dat"
                                      for one in floods.FLOODS]:
            with open(os.path.join(directory, name),
                      encoding="utf-8") as file:
                read[name] = file.read()
    page = read.pop("RESULTS.md")
    table_lines = ("| 0 | 0.0 (7) | 0.0 (7) | 0.0 (7) | 0.0 (7) |\n"
                   "| 80 | 10.0 (7) |  | 10.0 (7) | 10.0 (7) |\n")
    for flood in floods.FLOODS:
        part = page.partition("**%s**" % flood.title)[2].partition("**")[0]
        checks.true(flood.name + ": its table", table_lines in part, part)
    for name, text in read.items():
        checks.true(name, text.endswith("0 0.00 0.00 0.00 0.00\n"
                                        "80 10.00 ? 10.00 10.00\n"), text)
    for line in ("- Kernel: a machine\n", "- one is wrong\n", *[
            "| %s | " % name for name in names]):
        checks.true(line.strip(), "\n" + line in page, page)


def test_texts(checks):
    """bench/flood/RESULTS.md is whole; README shows no other figures of floods,
    and names no file of bench/ that is not there."""
    with open(os.path.join(REPO, "README.md"), encoding="utf-8") as file:
        shown = file.read()
    for path in sorted(set(re.findall(r"\bbench/[\w/.-]+\w", shown))):
        checks.true(path, os.path.exists(os.path.join(REPO, path)),
                    "README names it, it is not there")
    with open(os.path.join(REPO, "bench", "flood", "RESULTS.md"),
              encoding="utf-8") as file:
        measured = file.read()
    row = re.compile(r"^\| \d+ (?:\| (?:[\d.]+ \(\d+\))? )+\|$", re.M)
    for flood in floods.FLOODS:
        part = measured.partition("**%s**\n\n" % flood.title)[2]
        part = part.partition("\n\n")[0]
        lines = row.findall(part)
        checks.true(flood.name + ": in RESULTS.md", len(lines) > 1, part)
        checks.equal(flood.name + ": protections without figures",
                     {len(flood.without)}, {one.count("|  ") for one in lines})
    for line in row.findall(shown):
        checks.true("README: a row of RESULTS.md", line in measured, line)
    for one in floods.PROTECTIONS:
        checks.true(one.name + ": in RESULTS.md",
                    "\n| %s | " % one.name in measured, "")
        checks.true(one.name + ": its rules", one.path is None or
                    os.path.exists(os.path.join(REPO, one.path)), one.path)


def programs():
    """Programs in Python that only a whole run of a benchmark starts."""
    found = subprocess.run(["git", "grep", "-l", "^#!/usr/bin/python3", "--",
                            "bench", "demo", "tests/soak", "tests/blobs"],
                           cwd=REPO, check=True, stdout=subprocess.PIPE,
                           text=True).stdout.split()
    assert len(found) > 10
    return found


@pytest.mark.parametrize("path", programs())
def test_imports(path):
    """What it imports is there."""
    runpy.run_path(os.path.join(REPO, path), run_name="imported")


def test_parser(tmp_path):
    """The benchmark of the parser builds, and its tables have times, whatever
    they are, and instructions."""
    text = subprocess.run(
        ["make", "-s", "-C", os.path.join(REPO, "bench", "parser"), "run",
         f"BUILD={tmp_path}", "ROUNDS=1"], check=True, text=True,
        stdout=subprocess.PIPE).stdout
    sets = re.findall(r"^### (.*?):", text, re.M)
    rows = re.findall(r"^\| ([a-z].*?) +((?:\| +[\d.]+ )+)\|$", text, re.M)
    assert "real messages" in sets
    assert len(rows) % len(sets) == 0 and len(rows) >= 5 * len(sets)
    assert all(float(numbers.split("|")[4]) > 0 for _, numbers in rows)
