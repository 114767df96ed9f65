# SPDX-License-Identifier: GPL-2.0
"""Formats the demo's result: a table, the faults, and how to install."""
import collections

from tests.lib.actors import WEAK, users

Half = collections.namedtuple(
    "Half", "extensions passwords count registrations calls")
TITLES = (("before", "without xt_sip"), ("after", "with xt_sip"))
WIDTH = 46
# Limits that the demo's flood, from one stranger, does not reach.
SPARE = ("--rate 400/s", "--rate 1000/s")


def table(halves):
    """The halves side by side; a half that did not run shows '-'."""
    lines = [row("", [title for _, title in TITLES]),
             row("", ["-" * len(title) for _, title in TITLES])]
    for name, value in (
            ("extensions found (of %d)" % len(users()),
             lambda h: len(h.extensions)),
            ("passwords found (of %d attacked)" % len(WEAK),
             lambda h: len(h.passwords)),
            ("attacker: packets sent",
             lambda h: h.count.arrived["attacker"]),
            ("attacker: packets that reached the server",
             lambda h: h.count.reached["attacker"])):
        lines.append(row(name, cells(halves, value)))
    lines += dropped(halves)
    for name, value in (
            ("phones: packets sent", lambda h: h.count.arrived["phones"]),
            ("phones: packets that reached the server",
             lambda h: h.count.reached["phones"]),
            ("phones: registrations attempted / completed",
             lambda h: pair(h.registrations)),
            ("phones: calls attempted / completed", lambda h: pair(h.calls)),
            ("phones: messages they had to repeat",
             lambda h: h.registrations.again + h.calls.again)):
        lines.append(row(name, cells(halves, value)))
    return "\n".join(lines)


def dropped(halves):
    """One line for each rule that can drop."""
    if "after" not in halves:
        return []
    count = halves["after"].count
    lines = ["packets dropped, by rule:"]
    for name, packets in count.dropped:
        lines.append(row("  " + name, ["-", packets]))
    lines.append("answers to the attacker dropped, by rule:")
    for name, packets in count.silenced:
        lines.append(row("  " + name, ["-", packets]))
    return lines


def cells(halves, value):
    """A value of each half, in the order of the titles."""
    return [value(halves[name]) if name in halves else "-"
            for name, _ in TITLES]


def row(name, values):
    """One line of the table; a long name gets a line of its own."""
    tail = "".join("%16s" % value for value in values)
    if len(name) > WIDTH:
        return "%s\n%s%s" % (name, " " * WIDTH, tail)
    return name.ljust(WIDTH) + tail


def pair(tally):
    """attempted / completed"""
    return "%d / %d" % (tally.tried, tally.done)


def find_faults(halves):
    """The reasons why the demo failed, one sentence each."""
    faults = []
    before, after = halves.get("before"), halves.get("after")
    if before and not before.extensions:
        faults.append("without xt_sip the scan found no extension, "
                      "so this run shows nothing")
    if before and not before.passwords:
        faults.append("without xt_sip no password was found, "
                      "so this run shows nothing")
    for half in halves.values():
        for address, packets in half.count.sources.items():
            if not packets:
                faults.append("nothing came from %s, so an attack was not "
                              "made, or was hidden by another's ban" % address)
    if after:
        faults += find_faults_after(after)
    return faults


def find_faults_after(half):
    """The faults of the half with xt_sip."""
    faults = []
    if half.extensions:
        faults.append("with xt_sip the scan found extensions: "
                      + " ".join(half.extensions))
    if half.passwords:
        faults.append("with xt_sip the attacker found passwords of: "
                      + " ".join(found[0] for found in half.passwords))
    lost = half.count.arrived["phones"] - half.count.reached["phones"]
    if lost:
        faults.append("with xt_sip %d packets of phones were dropped" % lost)
    for what, tally in (("registrations", half.registrations),
                        ("calls", half.calls)):
        if not tally.done or tally.tried != tally.done:
            faults.append("with xt_sip %d of %d %s were not completed" % (
                tally.tried - tally.done, tally.tried, what))
    for name, packets in half.count.dropped:
        if not packets and not name.startswith(SPARE):
            faults.append("the rule %s dropped nothing" % name)
    # Not each of them: the rule for slow scans needs more time than the demo.
    if not any(packets for _, packets in half.count.silenced):
        faults.append("no rule on the server's answers dropped anything")
    missing = (sum(half.count.arrived.values())
               - sum(half.count.reached.values())
               - sum(packets for _, packets in half.count.dropped))
    if missing:
        faults.append("%d packets neither reached the server nor were "
                      "counted by a rule" % missing)
    return faults


def install_hint():
    """How to install xt_sip on a real server."""
    return """To install on a real server (as root; kernel headers needed):
    make && make install
    iptables-restore --test examples/recommended.rules   # read it, adapt it
    iptables-restore examples/recommended.rules          # replaces table raw
    cat /proc/net/xt_sip/sources                         # shows bans"""
