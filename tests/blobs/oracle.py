# SPDX-License-Identifier: GPL-2.0
"""Decides a second time, as simply as possible, whether a rule is valid.

Written from kernel/uapi/linux/netfilter/xt_sip.h, kernel/sip/validate.h and the
manual page, for the tests alone: it shares nothing with kernel/sip/validate.c.
"""

from tests.lib.blob import decode

(REQUEST, RESPONSE, METHOD, STATUS, UA, SCANNER, MALFORMED, DEFECT, AUTH,
 SOLICITED, BANNED, RATE, USERS, BY_DST, BAN, FORGIVE) = (
     1 << bit for bit in range(16))
FLAGS = (1 << 16) - 1
INVERTIBLE = (1 << 12) - 1
NEEDS_TABLE = SOLICITED | BANNED | RATE | USERS | BAN | FORGIVE
METHODS = (1 << 15) - 1
DEFECTS = (1 << 12) - 1
UNITS = (1, 60, 3600, 86400)
PACKETS_MAX = 1000000           # of --rate and --burst
USERS_MAX = 200
BAN_MAX = 365 * 86400
STATUS_MAX = 16
UA_SPACE = 2816
NAME_BYTES = (b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
              b"0123456789_-.")
CONTROLS = bytes([*range(32), 127])

# Two of these, both without "!", could never hold together.
CONFLICTS = ((REQUEST, RESPONSE), (REQUEST, STATUS), (REQUEST, SOLICITED),
             (RESPONSE, SCANNER), (STATUS, SCANNER), (SOLICITED, SCANNER),
             (BAN, FORGIVE))


def flags_hold(rule):
    """Flags are known, and there is one to match by."""
    return not (rule.flags & ~FLAGS or not rule.flags & ~BY_DST or
                rule.invert & ~(rule.flags & INVERTIBLE) or
                rule.reserved0 or any(rule.reserved))


def conflicts_hold(rule):
    """No two conditions exclude each other."""
    wanted = rule.flags & ~rule.invert
    return not (any(wanted & one and wanted & other
                    for one, other in CONFLICTS) or
                rule.flags & BAN and rule.invert & BANNED)


def number_holds(rule, flag, value, most):
    """A number is within bounds if its flag is set, else 0."""
    return 1 <= value <= most if rule.flags & flag else value == 0


def unit_holds(rule, flag, value):
    """A unit of time is one of four if its flag is set, else 0."""
    return value in UNITS if rule.flags & flag else value == 0


def rate_holds(rule):
    """N per U, and a burst that 62 bits of nanoseconds can hold."""
    return (number_holds(rule, RATE, rule.rate, PACKETS_MAX) and
            unit_holds(rule, RATE, rule.rate_unit) and
            number_holds(rule, RATE, rule.burst, PACKETS_MAX) and
            (not rule.flags & RATE or
             (rule.burst - 1) * (rule.rate_unit * 10**9 // rule.rate)
             <= 1 << 62))


def status_holds(rule):
    """Ranges of codes in order, with a code between them; then zeros."""
    count = rule.status_count
    if not number_holds(rule, STATUS, count, STATUS_MAX):
        return False
    last = 98
    for i in range(count):
        first, end = rule.status[2 * i:2 * i + 2]
        if not (last + 2 <= first <= end <= 999):
            return False
        last = end
    return not any(rule.status[2 * count:])


def texts_hold(rule):
    """ua_count texts that take ua_size bytes; then zeros."""
    if bool(rule.flags & UA) != bool(rule.ua_count):
        return False
    at = 0
    for _ in range(rule.ua_count):
        if at >= UA_SPACE:
            return False
        length = rule.ua[at] & 63
        text = rule.ua[at + 1:at + 1 + length]
        if (not length or len(text) < length or
                text.translate(None, CONTROLS) != text):
            return False
        at += 1 + length
    return at == rule.ua_size and not any(rule.ua[at:])


def table_holds(rule):
    """A table and its prefixes if something needs one, else zeros."""
    if not rule.flags & NEEDS_TABLE:
        return not (rule.flags & BY_DST or rule.prefix4 or rule.prefix6 or
                    any(rule.name))
    name = rule.name.rstrip(b"\0")
    return (1 <= len(name) <= 31 and not name.translate(None, NAME_BYTES) and
            not name.startswith(b".") and
            rule.prefix4 <= 32 and rule.prefix6 <= 128)


HOLDS = {
    "flags": flags_hold,
    "conflicts": conflicts_hold,
    "methods": lambda rule: number_holds(rule, METHOD, rule.methods, METHODS),
    "defects": lambda rule: number_holds(rule, DEFECT, rule.defects, DEFECTS),
    "status": status_holds,
    "texts": texts_hold,
    "rate": rate_holds,
    "users": lambda rule: number_holds(rule, USERS, rule.users, USERS_MAX),
    "users_unit": lambda rule: unit_holds(rule, USERS, rule.users_unit),
    "table": table_holds,
    "ban": lambda rule: number_holds(rule, BAN, rule.ban, BAN_MAX),
}


def wrong(info):
    """What is wrong with a rule: a key of HOLDS, or None if it is valid."""
    rule = decode(info)
    return next((name for name, holds in HOLDS.items() if not holds(rule)),
                None)
