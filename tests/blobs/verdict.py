# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to the kernel by one way and checks what it says to each."""

import collections
import itertools

from tests import lib
from tests.blobs import carrier, mutants
from tests.blobs.compat import available, Compat
from tests.blobs.legacy import Legacy
from tests.blobs.network import Network, TABLES
from tests.blobs.nft import FAMILIES, Nft
from tests.lib import blob as wire

GROUP = 48              # as many as a socket sends at once
SHOWN = 5               # failures of a way that are shown
EXTRA = 40              # blobs for which there is no room
SLOTS = 32              # counts of rates that a table has room for

# @user: from an unprivileged user's namespace.
Way = collections.namedtuple("Way", "name kind family user",
                             defaults=(False,))


class Skipped(Exception):
    """The kernel does not have this way; the text says what it lacks."""


class Report:
    """Counts what was found by a way; says what was wrong."""

    def __init__(self, way, seed):
        self.about = f"{way.name}, seed {seed}"
        self.counts = collections.Counter()

    def check(self, what, why):
        """One check: @why is None, or what is wrong."""
        self.counts["failed" if why else "passed"] += 1
        if not why:
            return
        if self.counts["failed"] <= SHOWN:
            print(f"    {self.about}: {what}: {why}", flush=True)
        elif self.counts["failed"] == SHOWN + 1:
            print(f"    {self.about}: more failures not shown")

    def blob(self, blob, expected, got, why):
        """One blob; @expected is an errno's name, "ok" or "refused"."""
        self.counts["accepted" if got == "ok" else "refused"] += 1
        if got == expected or expected == "refused" and got != "ok":
            self.check(blob.about, why and f"{why}: {dump(blob)}")
        else:
            self.check(blob.about, f"expected {expected}, got {got}: "
                       f"{dump(blob)}")


def dump(blob):
    """A blob for a human to try again; zeros at its end are left out."""
    return (f"name {blob.name} revision {blob.revision} claimed "
            f"{blob.claimed} size {len(blob.info)} bytes "
            f"{blob.info.rstrip(bytes(1)).hex()}")


def takes_rules(way):
    """Can this way's family have rules of ours?"""
    return way.kind != "nft" or way.family in FAMILIES


def expected(way, blob):
    """What the kernel should say to a blob."""
    if not takes_rules(way):
        return "refused"
    if carrier.valid(blob):
        return "ok"
    bad_rule = mutants.Blob(blob.info)._replace(about=blob.about) == blob
    return "EINVAL" if bad_rule and len(blob.info) == wire.SIZE \
        else "refused"


def families(way):
    """The families of addresses whose packets a way's rules see."""
    if way.kind == "nft":
        return FAMILIES.get(way.family, ())
    return (way.family,)


def make(way, network, program):
    """The way's carrier. Raises Skipped."""
    if way.kind == "legacy":
        return Legacy(network, way.family)
    if way.kind == "compat":
        why = available(network, way.family, program)
        if why:
            raise Skipped(why)
        return Compat(network, way.family, program)
    try:
        return Nft(network, way.family)
    except lib.NetworkError as error:
        if "not supported" in str(error):
            raise Skipped(f"nft has no family {way.family} here") from error
        raise


def leave(made, report):
    """Remove all rules; nothing may stay."""
    made.close()
    report.check("the end", None if made.network.settles(made.base) else
                 f"no rules, but {made.network.held()} hold the module")


def hand_over(way, blobs, report, program):
    """Hand over blobs, on as many Networks as it takes. Raises Skipped."""
    blobs = iter(blobs)
    group = list(itertools.islice(blobs, GROUP))
    while group:
        with Network(families(way)) as network:
            made = make(way, network, program)
            while group and not network.crowded():
                submit_group(way, made, group, report)
                group = list(itertools.islice(blobs, GROUP))
            leave(made, report)


def submit_group(way, made, group, report):
    """Hand over a few blobs and check the answers."""
    for blob, (got, why) in zip(group, made.submit(group)):
        report.blob(blob, expected(way, blob), got, why)
        if got == "ok":
            made.network.named.add(carrier.table_of(blob))
    report.check("a good rule after a group", made.known())


def fill(way, report, program):
    """Full tables: what there is no room for is refused and leaves nothing."""
    rules = [mutants.Blob(wire.make("banned ua", name=b"n%d" % number,
                                    texts=(b"sipcli",)))
             for number in range(TABLES + EXTRA)]
    with Network(families(way)) as network:
        made = make(way, network, program)
        for start in range(0, TABLES, TABLES // 2):
            for blob, (got, why) in zip(rules[start:], made.submit(
                    rules[start:start + TABLES // 2])):
                report.blob(blob, "ok", got, why)
        for blob, (got, why) in zip(rules[TABLES:],
                                    made.refused(rules[TABLES:])):
            report.blob(blob, "ENOSPC", got, why)
        if way.kind == "nft":
            fill_slots(made, report)
        report.check("a good rule among full tables", made.known())
        leave(made, report)


def fill_slots(made, report):
    """More counting rules in a transaction than the table has room for."""
    rules = [mutants.Blob(wire.make(
        "rate", name=b"n0", rate=number + 1, rate_unit=60, burst=5))
        for number in range(GROUP)]
    for number, (blob, (got, why)) in enumerate(zip(rules,
                                                    made.refused(rules))):
        report.blob(blob, "ok" if number < SLOTS else "ENOSPC", got, why)


def tools(way, report, program):
    """Rules of iptables-legacy, seen by a 32-bit program."""
    with Network(families(way)) as network:
        made = make(way, network, program)
        for rule, why in made.tools():
            report.check(rule, why)
        leave(made, report)
