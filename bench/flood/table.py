# SPDX-License-Identifier: GPL-2.0
"""What make bench-flood measured, as a table and as gnuplot's data."""
import os

HEAD = """<!-- Written by `make bench-flood`. -->
%s.
Each cell: registrations a second in the flood's first %d seconds, of %d that
phones began (sipp counts once a second, so one second's more or less); in
brackets how many of the flood's packets a second reached the server's socket.
"""


def rows(cells, flood):
    """[(speed, {protection: cell})] of a flood, slowest first."""
    found = {}
    for cell in cells:
        if cell.flood == flood:
            found.setdefault(cell.speed, {})[cell.protection] = cell
    return sorted(found.items())


def markdown(cells, floods, names, counts, machine):
    """The table."""
    lines = [HEAD % (machine, *counts)]
    for flood in floods:
        lines += ["**%s**" % flood.title, "",
                  "| flood, packets/s | " + " | ".join(names) + " |",
                  "|---" * (1 + len(names)) + "|"]
        for speed, row in rows(cells, flood.name):
            lines.append("| %d | %s |" % (speed, " | ".join(
                "%.1f (%.0f)" % (row[name].done, row[name].reached)
                if name in row else "" for name in names)))
        lines.append("")
    return "\n".join(lines)


def write(directory, cells, floods, names, text):
    """flood.md, and a file FLOOD.dat for each plot."""
    with open(os.path.join(directory, "flood.md"), "w",
              encoding="ascii") as file:
        file.write(text)
    for flood in floods:
        with open(os.path.join(directory, flood.name + ".dat"), "w",
                  encoding="ascii") as file:
            file.write(" ".join(["speed", *('"%s"' % n for n in names)]) +
                       "\n")
            for speed, row in rows(cells, flood.name):
                file.write("%d %s\n" % (speed, " ".join(
                    "%.2f" % row[name].done if name in row else "?"
                    for name in names)))
