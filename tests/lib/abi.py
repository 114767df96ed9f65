# SPDX-License-Identifier: GPL-2.0
"""The frozen ABI, as tests/abi/layout.h lists it.

FIELDS     {field of struct xt_sip_mtinfo: Place}, in order
VALUES     {name: number}, of enums and macros, all
FLAGS, METHODS, DEFECTS
           {name as options spell it: number}, in order: "by-dst", "cseq"
NUMBERS    {field: Range}, what is valid in it
UNITS      {field: flags}, those that are a unit of time
CONFLICTS  [(flag, flag)]
NEEDS      [(flag, flag, flag that they need)]
"""

import collections
import re

from tests.lib.checkout import TOP

LAYOUT = TOP + "/tests/abi/layout.h"
LINE = re.compile(r"^([A-Z]+)\((.*)\)$", re.MULTILINE)

Place = collections.namedtuple("Place", "at size")
Range = collections.namedtuple("Range", "flags least most")


def rows():
    """{kind of line: [its words]}."""
    found = collections.defaultdict(list)
    with open(LAYOUT, encoding="ascii") as file:
        for kind, words in LINE.findall(file.read()):
            found[kind].append(words.replace(",", " ").split())
    return found


def spelled(name):
    """XT_SIP_NO_END as "no-end"."""
    return name.removeprefix("XT_SIP_").lower().replace("_", "-")


ROWS = rows()
VALUES = {name: int(number, 0)
          for kind in ("FLAG", "METHOD", "DEFECT", "VALUE")
          for name, number in ROWS[kind]}
FIELDS = {name: Place(int(at), int(size)) for name, at, size in ROWS["FIELD"]}
FLAGS, METHODS, DEFECTS = (
    {spelled(name): VALUES[name] for name, _ in ROWS[kind]}
    for kind in ("FLAG", "METHOD", "DEFECT"))
NUMBERS = {field: Range(VALUES[flag], int(least, 0), int(most, 0))
           for field, flag, least, most in ROWS["NUMBER"]}
UNITS = {field: VALUES[flag] for field, flag in ROWS["UNIT"]}
CONFLICTS = [tuple(VALUES[flag] for flag in pair)
             for pair in ROWS["CONFLICT"]]
NEEDS = [tuple(VALUES[flag] for flag in three) for three in ROWS["NEEDS"]]
