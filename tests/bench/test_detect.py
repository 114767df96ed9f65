# SPDX-License-Identifier: GPL-2.0
"""Tests what make detect prints and writes, without running an attack, and
bench/detect/RESULTS.md: its tables are complete, README shows no other rows.
"""
import os
import re
import tempfile

from bench.detect import in_vm, report, results
from bench.detect.report import Care, Cell, Titles

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

# A cell, and how it is shown.
CELLS = (
    (Cell(1, True, 0, 0, 0), "1"),
    (Cell(23, True, 0, 0, 0), "23"),
    (Cell(44, True, 6, 0, 0), "44 6e"),
    (Cell(201, False, 120, 0, 0), "(201) 120e"),
    (Cell(61, False, 0, 1, 0), "(61) 1p"),
    (Cell(64, True, 0, 0, 22), "64 22c"),
    (None, "failed"),
)
CARES = (
    (Care(0, 0, 15, 15), "0"),
    (Care(472, 1, 50, 50), "472 ban"),
    (Care(75, 0, 15, 0), "75 -15"),
    (None, "failed"),
)

# What shipped, Zoiper and random show, and the rows that come of it.
PASSED, BANNED = Cell(201, False, 120, 0, 0), Cell(1, True, 0, 0, 0)
MORE = PASSED._replace(packets=203)
FOLDS = (
    ((BANNED, BANNED, BANNED), ["any"]),
    ((PASSED, MORE, PASSED), ["any"]),
    ((BANNED, PASSED, PASSED), ["shipped", "changed"]),
    ((BANNED, PASSED, BANNED), ["shipped", "Zoiper", "random"]),
    ((BANNED, BANNED._replace(packets=2), BANNED),
     ["shipped", "Zoiper", "random"]),
)

# Titles and rulesets (all, or the first) that in_vm.py is given; is that all?
WHOLE = (([], None, True), (["svmap"], None, False), ([], 1, False),
         (["svmap"], 1, False))

# Kind of row, its cell under "requests", under "none": what is wrong.
FAULTS = (
    ("svmap", BANNED, BANNED, []),
    ("svmap", Cell(2, True, 0, 0, 0), BANNED,
     ["requests, svmap, any: not banned by its first packet"]),
    ("svmap", Cell(0, True, 0, 0, 0), BANNED,
     ["requests, svmap, any: sent nothing",
      "requests, svmap, any: not banned by its first packet"]),
    ("calls", PASSED, BANNED,
     ["requests, calls, any: found 120 extensions and 0 passwords"]),
    ("finder", BANNED, BANNED,
     ["none, finder, any: found nothing, so this run shows nothing"]),
    ("finder", BANNED, PASSED, []),
    ("svmap", None, BANNED, ["requests, svmap, any: was not played"]),
)
TITLES = Titles({"svmap"}, {"kamailio": {"finder"}}, set())


def text_of(*path):
    """A file of the checkout."""
    with open(os.path.join(REPO, *path), encoding="utf-8") as file:
        return file.read()


# ---- the table and its verdict ---------------------------------------------

def test_cells(checks):
    """What cells show."""
    for cell, shown in CELLS:
        checks.equal("%s" % (cell,), shown, report.show(cell))
    for care, shown in CARES:
        checks.equal("%s" % (care,), shown, report.show_care(care))


def test_folds(checks):
    """Rows that show the same are one."""
    for cells, labels in FOLDS:
        rows = report.fold([(agent, [cell]) for agent, cell
                            in zip(report.AGENTS, cells)])
        checks.equal("%s" % (cells,), labels, [label for label, _ in rows])


def test_faults(checks):
    """What is wrong with cells."""
    rulesets = [results.Column("none", "none", None, "nothing", "kamailio"),
                results.Column("requests", "requests", "r", "some",
                               "kamailio")]
    for title, cell, bare, faults in FAULTS:
        checks.equal("%s, %s" % (title, cell), sorted(faults), sorted(
            report.find_faults(rulesets, {(title, "any"): {
                "requests": cell, "none": bare}}, {}, TITLES)))


# ---- what is saved and written ---------------------------------------------

def played(whole=True, faults=()):
    """A Run of a few rows under all rulesets."""
    names = [ruleset.name for ruleset in in_vm.RULESETS]
    return results.Run(
        whole, "7", "Abc 1.0", 1800, "a machine", in_vm.RULESETS,
        {("svwar", "shipped"): {name: BANNED for name in names},
         ("svwar", "Zoiper"): {name: PASSED for name in names},
         ("svwar", "random"): {name: PASSED for name in names},
         ("svmap", "shipped"): {name: None for name in names}},
        {"50 phones": {name: Care(3, 1, 50, 48) for name in names}},
        list(faults))


def test_saved(checks):
    """What in_vm.py leaves is what results.py reads."""
    run = played(faults=["strings, svwar: bad"])
    with tempfile.TemporaryDirectory() as directory:
        results.save(directory, run)
        found = results.load(directory)
    checks.equal("a run", run._replace(rulesets=None),
                 found._replace(rulesets=None))
    for old, new in zip(in_vm.RULESETS, found.rulesets):
        checks.equal(old.name, (old.name, old.title, old.what, old.server),
                     (new.name, new.title, new.what, new.server))
        checks.equal(old.name + ": its file", old.path,
                     new.path and os.path.join(REPO, new.path))


def test_page(checks):
    """What it has to say, whatever was played."""
    for faults in ([], ["strings, svwar: bad", "none, svmap: worse"]):
        with tempfile.TemporaryDirectory() as directory:
            results.save(directory, played(faults=faults))
            run = results.load(directory)
        lines = results.page(run, results.where(run))
        checks.equal("the verdict", ["- " + fault for fault in faults]
                     or ["All as it has to be."],
                     lines[lines.index("## Verdict") + 2:])
        for start in ("- Machine: ", "- Kernel: a machine", "- Programs: ",
                      "- xt_sip: ", "- Date: ", "- Command: `make detect`",
                      "svwar                     shipped ",
                      "svwar                     changed ",
                      "svmap                     shipped "):
            checks.equal(start, True, any(line.startswith(start)
                                          for line in lines))
        checks.equal("white space", [], [line for line in lines
                                         if line != line.rstrip()])
        checks.equal("servers", list(report.HEADS.values()), [
            line[3:] for line in lines if line[3:] in report.HEADS.values()])


def test_written(checks):
    """A run of parts leaves bench/detect/RESULTS.md as it is."""
    for titles, count, whole in WHOLE:
        checks.equal("%s, %s rulesets" % (titles, count or "all"), whole,
                     in_vm.is_whole(titles, in_vm.RULESETS[:count]))
    for whole in (False, True):
        with tempfile.TemporaryDirectory() as directory, \
                tempfile.TemporaryDirectory() as place:
            kept = os.path.join(place, "RESULTS.md")
            with open(kept, "w", encoding="utf-8") as file:
                file.write("before\n")
            results.save(directory, played(whole))
            paths = results.write(directory, place)
            with open(paths[0], encoding="utf-8") as file:
                text = file.read()
            with open(kept, encoding="utf-8") as file:
                checks.equal("whole: %s" % whole, text if whole
                             else "before\n", file.read())
            checks.equal("named: %s" % whole, 1 + whole, len(paths))


# ---- bench/detect/RESULTS.md -----------------------------------------------------

TITLE, AGENT = report.WIDTHS[:2]
CELL = re.compile(r"failed|(?:\d+|\(\d+\))(?: ban| -\d+|(?: \d+[epc])+)?")


def test_results(checks):
    """Every ruleset is explained, every row has a cell for each, and README
    shows no other rows."""
    text = text_of("bench", "detect", "RESULTS.md")
    servers = {head: [one for one in in_vm.RULESETS if
                      (one.server == "kamailio") == (server == "kamailio")]
               for server, head in report.HEADS.items()}
    tables = re.findall(r"^## (\w+)\n\n```\n(.*?)^```$", text, re.M | re.S)
    checks.equal("tables", list(servers), [server for server, _ in tables])
    for server, table in tables:
        for ruleset in servers[server]:
            checks.equal(ruleset.name + ": explained", True, "\n| %s | %s | "
                         % (server, ruleset.title) in text)
        rows = 0
        for line in table.splitlines():
            title, cells = line[:TITLE].strip(), line[TITLE + AGENT:]
            if title and ":" not in title and not title.startswith("--"):
                rows += 1
                checks.equal("%s, %s: cells" % (server, title),
                             (len(servers[server]), ""),
                             (len(CELL.findall(cells)),
                              CELL.sub("", cells).strip()))
        checks.equal(server + ": has rows", True, rows > 0)
    compare_readme(checks, dict(tables), servers)


def cells_of(table, title, agent):
    """The cells of a row of RESULTS.md, or nothing."""
    for line in table.splitlines():
        if line[:TITLE + AGENT].split() == [*title.split(), agent]:
            return CELL.findall(line[TITLE + AGENT:])
    return []


# What README's table shows of each server: without and with xt_sip.
SHOWN = {"Kamailio": ("none", "recommended"),
         "Asterisk": ("none", "asterisk")}


def compare_readme(checks, tables, servers):
    """README's table has the figures of RESULTS.md."""
    shown = text_of("README.md").partition(
        "<!-- rows of: bench/detect/RESULTS.md -->")[2].strip()
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in shown.partition("\n\n")[0].splitlines()[2:]]
    checks.equal("README: rows of RESULTS.md", True, len(rows) > 3)
    for title, agent, *cells in rows:
        expected = []
        for server, names in SHOWN.items():
            columns = [one.title for one in servers[server]]
            found = cells_of(tables[server], title, agent)
            expected += [found[columns.index(name)] if found else None
                         for name in names]
        checks.equal("README: %s" % title, expected, cells)
