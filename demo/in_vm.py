#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the demo inside the virtual machine, as root.

    demo/in_vm.py [before|after]

The same attack runs twice on the same SIP server with the same phones: before
(no xt_sip) and after (examples/recommended.rules, nothing else). Prints
progress, then one table. Given one of the two words, only that half runs and is
checked.

Exit status: 0 if the attack succeeded before, and found nothing and no phone
lost a message after; 1 if not; 2 if the demo could not run.
"""
import os
import signal
import sys
import textwrap
import time

from tests.lib.actors import Attacker, Phones, start_server, users
from demo.report import find_faults, Half, install_hint, table
from tests.lib.checkout import TOP
from tests.lib.namespaces import DemoNetwork, NetworkError, OFFICE

RULES = os.path.join(TOP, "examples", "recommended.rules")
SOURCES = "/proc/net/xt_sip/sources"
STEP = 4
START = time.monotonic()
BOLD, PLAIN = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")


def say(text, bold=False):
    """Print a line with the seconds since the start, wrapped if it is long."""
    head = "%4d s  " % (time.monotonic() - START)
    line = textwrap.fill(text, 99, initial_indent=head,
                         subsequent_indent=" " * 11)
    print(BOLD + line + PLAIN if bold else line, flush=True)


def progress(network, phones):
    """Print the current counters in one line."""
    count = network.counters()
    calls, regs = phones.tally("calls"), phones.tally("registrations")
    reached = count.reached["attacker"]
    dropped = sum(packets for _, packets in count.dropped)
    # The tables are read one after the other while packets flow: a packet
    # may be counted as reached or dropped and not yet as arrived.
    say("  attacker %4d sent, %4d reached, %4d dropped | phones %d"
        " registered, %d calls, %d lost" % (
            max(count.arrived["attacker"], reached + dropped), reached,
            dropped, regs.done, calls.done, regs.failed + calls.failed))


def watch(network, phones, proc, limit=90):
    """Wait for a process; show the counters every few seconds."""
    begin = shown = time.monotonic()
    while proc.poll() is None:
        time.sleep(0.1)
        now = time.monotonic()
        if now - shown >= STEP:
            shown = now
            progress(network, phones)
        if now - begin > limit:
            raise NetworkError("an attack tool did not end within %d s" % limit)


def sources(network):
    """Print the bans of /proc/net/xt_sip/sources."""
    for line in network.run_in("server", "cat", SOURCES).splitlines():
        entry = dict(word.split("=", 1) for word in line.split()
                     if "=" in word)
        if entry.get("banned", "0") != "0":
            say("  %-20s for %s s more" % (entry["src"], entry["banned"]))


def play(ruleset):
    """Run one half; returns its result."""
    with DemoNetwork(ruleset) as network:
        start_server(network, users(), ("phones", OFFICE))
        phones = Phones(network, "phones", OFFICE, users())
        phones.start()
        say("SIP server is up; 20 phones have registered and start calling")
        attacker = Attacker(network, lambda proc: watch(network, phones, proc))
        for title, action in attacker.steps():
            say(title, bold=True)
            result = action()
            progress(network, phones)
            say("   " + result)
        phones.finish()
        progress(network, phones)
        if ruleset:
            say("banned now (%s):" % SOURCES, bold=True)
            sources(network)
        return Half(attacker.extensions, attacker.passwords, network.counters(),
                    phones.tally("registrations"), phones.tally("calls"))


def main():
    """Run both halves, print the table; returns the exit status."""
    if sys.argv[1:] not in ([], ["before"], ["after"]):
        sys.exit(__doc__.strip())
    # A killed demo stops its processes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    halves = {}
    for name, ruleset, title in (
            ("before", None, "WITHOUT xt_sip"),
            ("after", RULES, "WITH xt_sip: examples/recommended.rules")):
        if sys.argv[1:] in ([], [name]):
            say("=== " + title, bold=True)
            halves[name] = play(ruleset)
    print()
    print(table(halves))
    print()
    faults = find_faults(halves)
    for fault in faults:
        print("FAILED: " + fault)
    if not faults:
        print(install_hint())
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NetworkError as err:
        print("demo: " + str(err), file=sys.stderr)
        sys.exit(2)
