# SPDX-License-Identifier: GPL-2.0
"""Makes the rules of the soak.

protecting() is examples/recommended.rules plus three things: a table of its
own for bans that must never be lost (--name marker), a limit on what all of
the flood together may bring to the server, and, every other time, some more
rules, so that a ruleset is not always replaced by its equal.
"""
import itertools
import os

from tests import lib
from tests.lib.checkout import TOP

FLOOD = {4: "198.18.0.0/15", 6: "2001:db8:f000::/36"}
BANNED = {4: "198.51.100.77", 6: "2001:db8:bad::77"}
TABLES = list(itertools.product((4, 6), ("legacy", "nft")))
FIRST = "-A SIP -m sip --banned -j DROP\n"
MORE = (
    "-A SIP -m sip --ua sundayddr,VaxSIPUserAgent,sipvicious --ban 1h"
    " -j DROP\n",
    "-A SIP -m sip --defect cookie,charset --rate 5/m --name odd\n",
    "-A SIP -m sip --method INVITE ! --auth --users 30/h --name callers\n",
)
# One rule at a time comes and goes in the table mangle.
SINGLE = (
    "-p udp -m sip --banned",
    "-p udp -m sip --request --method INVITE,REGISTER",
    "-p udp --dport 5060 -m sip --rate 5/s --name edit",
    "-p udp --dport 5060 -m sip --malformed --rate 3/m --name edit",
    "-p udp --dport 5060 -m sip --method REGISTER --users 10/h --name edit",
    "-s {flood} -m sip --scanner --ban 1m --name edit -j DROP",
    "-s {flood} -m sip --ua Zoiper --ban 30s --name other -j DROP",
    "-p udp -m sip --status 2xx --by dst --forgive",
)


def protecting(family, variant):
    """Text for iptables-restore."""
    with open(os.path.join(TOP, "examples", "recommended.rules"),
              encoding="utf-8") as file:
        text = file.read()
    if text.count(FIRST) != 1 or text.count("COMMIT\n") != 1:
        raise lib.NetworkError("examples/recommended.rules: expected one line "
                           f"{FIRST!r} and one COMMIT")
    bits = 15 if family == 4 else 36
    cap = (f"-A SIP -s {FLOOD[family]} -m sip --rate 20/s --burst 20 "
           f"--prefix{family} {bits} --name cap -j DROP\n")
    more = "".join(MORE[:variant % (len(MORE) + 1)])
    return text.replace(
        FIRST, "-A SIP -m sip --banned --name marker -j DROP\n" + FIRST
    ).replace("COMMIT\n", cap + more + "COMMIT\n")


def single(number, family):
    """A rule's conditions and target, for -A and -D."""
    return SINGLE[number % len(SINGLE)].format(flood=FLOOD[family]).split()


def protect(netns, variant=0, tables=TABLES):
    """Load the protecting ruleset; what was in the table raw is gone."""
    for family, backend in tables:
        netns.restore(protecting(family, variant), family, backend,
                      *waiting(backend))


def unprotect(netns):
    """Remove it."""
    for family, backend in TABLES:
        netns.restore("*raw\nCOMMIT\n", family, backend, *waiting(backend))


def waiting(backend):
    """The legacy tools have a lock, and others hold it now and then."""
    return ["-w"] if backend == "legacy" else []


# ---- Does a banned source get through? ----

def watch_banned(netns):
    """Count what reaches the server from the banned source of the flood."""
    for family in (4, 6):
        netns.run(lib.TOOLS[family, "legacy"], "-w", "-t", "filter", "-A",
                  "INPUT", "-s", BANNED[family])


def reached(netns):
    """How many packets of it have reached the server so far."""
    return sum(packets for family in (4, 6) for packets, _ in
               netns.counters("filter", family, "legacy"))
