# SPDX-License-Identifier: GPL-2.0
"""Which file of kernel/ calls which; a file may only call files of layers below
its own. `tests/python -m tests.layers` prints the layers."""

import glob
import graphlib
import os
import subprocess

from tests.lib.checkout import TOP


def symbols(path):
    """Names that an object defines, and names that it needs."""
    said = subprocess.run(["nm", path], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    defined, needed = set(), set()
    for line in said.splitlines():
        kind, name = line.split()[-2:]
        if kind in "UwWvV" and len(line.split()) == 2:
            needed.add(name)
        elif kind.isupper():
            defined.add(name)
    return defined, needed


def call_graph(tables):
    """@tables: name -> (defined, needed). Name -> {callee: a symbol of it}"""
    home = {symbol: name for name, (defined, _) in tables.items()
            for symbol in defined}
    return {name: {home[symbol]: symbol for symbol in sorted(needed)
                   if symbol in home and home[symbol] != name}
            for name, (_, needed) in tables.items()}


def module_calls():
    """The same for the module's objects."""
    built = subprocess.run([TOP + "/tests/vm/check-module"], check=True,
                           text=True, stdout=subprocess.PIPE).stdout.strip()
    return call_graph({
        os.path.relpath(path, built + "/kernel")[:-2]: symbols(path)
        for folder in ("kernel", "kernel/sip")
        for path in glob.glob(f"{built}/{folder}/*.o")})


def layer_files(calls):
    """The layers, lowest first."""
    sorter = graphlib.TopologicalSorter(calls)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        circle = error.args[1][::-1]
        raise ValueError("a circle of calls: " + ", ".join(
            f"{a} calls {calls[a][b]}() of {b}"
            for a, b in zip(circle, circle[1:]))) from error
    layers = []
    while sorter.is_active():
        layers.append(sorted(sorter.get_ready()))
        sorter.done(*layers[-1])
    return layers
