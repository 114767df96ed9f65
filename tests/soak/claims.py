# SPDX-License-Identifier: GPL-2.0
"""Reports at the end of the soak what every actor did, and checks whether what
xt_sip promises has held, each claim one check."""
import collections
import types

from tests.lib import memory
from tests.soak import phones

# Repeated messages take that long to be noticed as lost: a few T1.
GRACE = 4
# Kernel memory that a few hundred processes and namespaces may leave cached
# in a cgroup; a chunk of sources has 32 KiB, each life of the module many.
KERNEL_SLACK = 1 << 20
AVAILABLE_SLACK = 20    # of memory, one part in so many

Office = collections.namedtuple(
    "Office", "family what stats calls verdict why")


def gather(soak):
    """Collect what is in files that are removed with the network."""
    facts = types.SimpleNamespace(offices=[])
    for office in soak.offices:
        for what in phones.WHATS:
            calls = office.calls(what)
            verdict = phones.classify(calls, soak.module.absences,
                                   GRACE * soak.first_wait / 1000)
            facts.offices.append(Office(
                office.family, what, office.stats(what), calls, verdict,
                [f"{call.name} began {call.begin:.1f}, got no further than "
                 f"{call.last:.1f}: {office.why(what, call)}"
                 for call in verdict.lost + verdict.excused]))
    return facts


class Claims:
    """Each claim is one check and one line."""

    def __init__(self):
        self.passed = self.failed = 0

    def claim(self, what, holds, why=""):
        """@what holds, or here is @why not."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1
        print(f"{'ok  ' if holds else 'FAIL'}  {what}" +
              (f": {why}" if why else ""), flush=True)


def some(sentences, most=8):
    """A few of many."""
    more = len(sentences) - most
    return "\n      ".join(["", *sentences[:most]] + (
        [f"... and {more} more"] if more > 0 else []))


def tell(soak, facts):
    """Print what each actor did."""
    print("\nactor            what it did")
    for one in soak.actors:
        print(f"{one.name:16} " + ", ".join(
            f"{value} {what}" for what, value in one.told().items()))
    absences = [end - begin for begin, end in soak.module.absences[:-1]]
    print(f"module           {soak.module.lives} lives, absent for "
          + ", ".join(f"{seconds:.1f}" for seconds in absences) + " s")
    print("xt_sip itself    " + ", ".join(
        f"{value} {name[7:]}" for name, value in
        sorted(soak.module.totals.items()) if value))
    print("\nphones                  tried   done  repeated   "
          "met an absence, failed then   lost")
    for row in facts.offices:
        print(f"IPv{row.family} {row.what:14} {row.stats[0]:8} "
              f"{row.stats[1]:6} {row.stats[3]:9}   "
              f"{row.verdict.met:14} {len(row.verdict.excused):12}   "
              f"{len(row.verdict.lost):4}")
        if row.why:
            print("    failed:" + some(row.why))
    print("\nmemory, kB available whenever the module was away: "
          + " ".join(map(str, soak.module.available)) + "\n")


def claim_actors(claims, soak, facts):
    """Everybody has done something, nobody has failed."""
    claims.claim("nobody ended early", not soak.faults, some(soak.faults)
                 if soak.faults else "")
    for one in soak.actors:
        claims.claim(f"{one.name} did all it does", not one.fault(),
                     one.fault())
    claims.claim("xt_sip knew its scanners", any(
        value and "scanner" in name for name, value in
        soak.module.totals.items()))
    for what, name in (("made room for new sources", "evicted"),
                       ("refused bans, as there were too many",
                        "bans_refused")):
        number = soak.module.totals.get(f"xt_sip_{name}_total", 0)
        claims.claim(f"xt_sip {what}", number, f"{number} times")
    claims.claim("the module went and came back",
                 soak.module.lives > 1 and not soak.module.faults,
                 f"{soak.module.lives} lives" + some(soak.module.faults))
    claims.claim("no process is left", not facts.others, " ".join(facts.others))


def claim_phones(claims, facts):
    """No call is lost but while the module is away."""
    for row in facts.offices:
        name = f"IPv{row.family} {row.what}"
        failed = len(row.verdict.lost) + len(row.verdict.excused)
        claims.claim(f"{name}: none lost while the module was there",
                     row.stats[1] and not row.verdict.lost,
                     f"{row.stats[1]} completed, {len(row.verdict.lost)} "
                     "lost")
        claims.claim(f"{name}: sipp counted the same", (
            len(row.calls), failed) == (row.stats[0],
                                        row.stats[0] - row.stats[1]),
            f"{len(row.calls)} begun, {failed} failed in its log; in its "
            f"statistics {row.stats[0]}, {row.stats[2]}")


def claim_bans(claims, module):
    """Bans are kept, and they work."""
    claims.claim("all marker bans are there whenever it goes",
                 module.looks > 1 and not module.lost_bans,
                 f"{module.looks} looks" + some(module.lost_bans))
    claims.claim("no phone was ever banned", not module.banned_phones,
                 some(module.banned_phones) if module.banned_phones else "")
    claims.claim("nothing of a banned source reached the server while rules "
                 "were there", not module.passed, f"{module.passed} packets")
    claims.claim("while they were away, its packets did", module.passed_away,
                 f"{module.passed_away} packets")


def claim_memory(claims, soak, facts):
    """What was taken has been given back."""
    claims.claim("the module is gone", facts.gone,
                 some(soak.module.faults) if not facts.gone else "")
    left = memory.leftovers(loaded=not facts.gone)
    claims.claim("nothing of it is left in the kernel's lists", not left,
                 some(left) if left else "no cache, no area, no file")
    claims.claim("kernel memory of all actors together",
                 facts.grown < KERNEL_SLACK, f"{facts.grown} bytes more than "
                 f"before, {KERNEL_SLACK} may be")
    first, last = soak.module.available[0], soak.module.available[-1]
    slack = memory.kilobytes("MemTotal") // AVAILABLE_SLACK
    claims.claim("available memory", last > first - slack,
                 f"{last - first:+d} kB between the first and the last "
                 f"absence, {-slack} may be")
    if facts.leaks is None:
        print("      (this kernel has no kmemleak)")
    else:
        claims.claim("kmemleak found nothing", not facts.leaks.strip(),
                     facts.leaks[:4000])


def check(soak, facts):
    """The report and the claims; the exit status."""
    tell(soak, facts)
    claims = Claims()
    claim_actors(claims, soak, facts)
    claim_phones(claims, facts)
    claim_bans(claims, soak.module)
    seen = sum(one.told().get("phones banned", 0) for one in soak.actors)
    claims.claim("no reader ever saw a phone banned", not seen,
                 f"{seen} times" if seen else "")
    claim_memory(claims, soak, facts)
    print(f"{claims.passed} passed, {claims.failed} failed")
    return 1 if claims.failed else 0
