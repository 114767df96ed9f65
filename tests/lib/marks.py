# SPDX-License-Identifier: GPL-2.0
"""Has rules mark in each packet which conditions it met.

Up to 16 conditions are evaluated in one pass, and the receiver on the other
side sees the answer: each that holds sets a bit, 8 of the TTL or hop limit (to
which rules can only add: it arrives as 1) and 8 of TOS or traffic class. The
first eight must not hold all at once, which is more than a TTL can tell.
"""

LIMIT = 16


def _ttl(family, amount):
    """The target that adds to TTL or hop limit."""
    return ("TTL --ttl-inc " if family == 4 else "HL --hl-inc ") + str(amount)


def rules(conditions, family, chain="PREROUTING"):
    """Lines for the table mangle; a condition is options of `-m sip`."""
    if len(conditions) > LIMIT:
        raise ValueError("too many conditions for one packet")
    return [f"-A {chain} -m sip {condition} -j " +
            (_ttl(family, 1 << bit) if bit < 8 else
             f"TOS --or-tos {1 << (bit - 8):#x}")
            for bit, condition in enumerate(conditions)]


def read(conditions, ttl, tos):
    """The conditions that held for a packet that arrived so."""
    bits = ttl - 1 | tos << 8
    return {condition for bit, condition in enumerate(conditions)
            if bits >> bit & 1}
