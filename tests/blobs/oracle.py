# SPDX-License-Identifier: GPL-2.0
"""Decides a second time, as simply as possible, whether a rule is valid.

Written from the tables of tests/abi/layout.h, kernel/sip/validate.h and the
manual page, for the tests alone: it shares nothing with kernel/sip/validate.c.
"""

from tests.lib.abi import (CONFLICTS, FIELDS, FLAGS, NEEDS, NUMBERS, UNITS,
                           VALUES)
from tests.lib.blob import decode

ALL = sum(FLAGS.values())
INVERTIBLE = VALUES["XT_SIP_INVERTIBLE"]
NEEDS_TABLE = VALUES["XT_SIP_NEEDS_TABLE"]
SECONDS = (1, 60, 3600, 86400)
TEXTS = VALUES["XT_SIP_TEXTS"]
TEXT_SPACE = FIELDS["texts"].size
NAME_BYTES = (b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
              b"0123456789_-.")
CONTROLS = bytes([*range(32), 127])


def flags_hold(rule):
    """Flags are known, and there is one to match by."""
    return not (rule.flags & ~ALL or not rule.flags & ~FLAGS["by-dst"] or
                rule.invert & ~(rule.flags & INVERTIBLE) or
                rule.reserved0 or any(rule.reserved))


def conflicts_hold(rule):
    """No two conditions exclude each other."""
    wanted = rule.flags & ~rule.invert
    return not (any(wanted & one and wanted & other
                    for one, other in CONFLICTS) or
                any(wanted & one and wanted & other and
                    not rule.flags & needed
                    for one, other, needed in NEEDS) or
                rule.flags & FLAGS["ban"] and rule.invert & FLAGS["banned"])


def growth_holds(rule):
    """A ban that grows becomes longer."""
    return not rule.ban_most or rule.ban_most > rule.ban


def numbers_hold(rule):
    """Each is within bounds if its flag is set, else 0."""
    return all(least <= getattr(rule, field) <= most if rule.flags & flags
               else getattr(rule, field) == 0
               for field, (flags, least, most) in NUMBERS.items())


def units_hold(rule):
    """A unit of time is one of four if its flag is set, else 0."""
    return all(getattr(rule, field) in (SECONDS if rule.flags & flags
                                        else (0,))
               for field, flags in UNITS.items())


def burst_holds(rule):
    """62 bits of nanoseconds can hold it."""
    return not rule.flags & FLAGS["rate"] or (
        (rule.burst - 1) * (rule.rate_unit * 10**9 // rule.rate) <= 1 << 62)


def status_holds(rule):
    """Ranges of codes in order, with a code between them; then zeros."""
    last = 98
    for i in range(rule.status_count):
        first, end = rule.status[2 * i:2 * i + 2]
        if not last + 2 <= first <= end <= 999:
            return False
        last = end
    return not any(rule.status[2 * rule.status_count:])


def texts_hold(rule):
    """Of one list: text_count texts that take text_size bytes; then zeros."""
    lists = rule.flags & TEXTS
    if bool(lists) != bool(rule.text_count) or lists & (lists - 1):
        return False
    at = 0
    for _ in range(rule.text_count):
        if at >= TEXT_SPACE:
            return False
        length = rule.texts[at] & 63
        text = rule.texts[at + 1:at + 1 + length]
        if (not length or len(text) < length or
                text.translate(None, CONTROLS) != text):
            return False
        at += 1 + length
    return at == rule.text_size and not any(rule.texts[at:])


def table_holds(rule):
    """A name if something needs a table, else none and no direction."""
    if not rule.flags & NEEDS_TABLE:
        return not (rule.flags & FLAGS["by-dst"] or any(rule.name))
    name = rule.name.rstrip(b"\0")
    return (1 <= len(name) <= 31 and not name.translate(None, NAME_BYTES) and
            not name.startswith(b"."))


# In this order: the later ones take what the first ones ask for granted.
HOLDS = {"flags": flags_hold, "conflicts": conflicts_hold,
         "numbers": numbers_hold, "units": units_hold, "growth": growth_holds, "burst": burst_holds,
         "status": status_holds, "texts": texts_hold, "table": table_holds}


def wrong(info):
    """What is wrong with a rule: a key of HOLDS, or None if it is valid."""
    rule = decode(info)
    return next((name for name, holds in HOLDS.items() if not holds(rule)),
                None)
