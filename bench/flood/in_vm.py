#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs make bench-flood inside the virtual machine, as root.

    bench/flood/in_vm.py [-p PROTECTION,...] [-f FLOOD,...] [-s SPEED,...]

Phones begin OFFERED registrations a second at Kamailio; LEAD seconds later a
flood begins, larger from cell to cell, under each of the PROTECTIONS. Counts,
for the flood's first SECONDS, the registrations that succeed, and the flood's
packets that arrive and that reach the server's socket. Every cell has a server
and rules of its own, so that bans of an earlier flood do not help a protection.
Prints the tables; the results go to $XT_SIP_OUT, if that is set, for
results.py.

The server and the kernel's packet processing have the machine's first processor
for themselves; the phones have the second one; the flood comes from outside
(flooder.py). The machine is emulated: a packet costs perhaps 20 times what it
costs a real one, so the speeds are not those of a real server, but the order of
the curves is.

Exit status: 0; 1 if without a flood not all phones registered, or with xt_sip
fewer than without anything, or in a flood more than a twentieth fewer than
without one; 2 if it could not run.
"""
import argparse
import glob
import os
import re
import signal
import sys
import time

from bench import about
from bench.about import say
from bench.flood import results
from bench.flood.fail2ban import Fail2ban
from bench.flood.floods import (addresses, FLOODS, FORGED, HOSTS, NETWORK,
                                ORDERS, OTHERS, PROTECTIONS)
from bench.flood.results import Cell
from tests.lib.actors import Phones, read_stats, server_command, users
from tests.lib.checkout import TOP
from tests.lib.namespaces import DemoNetwork, OFFICE
from tests.lib.netns import NetworkError, command

OFFERED = 20
LEAD, SECONDS = 3, 15
SPEEDS = (0, 2000, 4000, 8000, 16000, 32000)
# What friends lose to strangers, at most: a part of their registrations.
LOST = 0.05
RULES = {one.name: one.path and os.path.join(TOP, one.path)
         for one in PROTECTIONS}
SERVER_CPU, OTHER_CPU = "0", "1"


def card():
    """The name of the card; waits until it is back from a removed namespace."""
    for _ in range(100):
        for path in glob.glob("/sys/class/net/*/device"):
            return path.split("/")[-2]
        time.sleep(0.1)
    raise NetworkError("there is no network card: see tests/vm/run -n")


def first_processor():
    """Route the interrupts of the card to the first processor."""
    with open("/proc/interrupts", encoding="ascii") as file:
        for number in re.findall(r"(\d+):.*virtio\d+-input", file.read()):
            with open("/proc/irq/%s/smp_affinity" % number, "w",
                      encoding="ascii") as mask:
                mask.write("1")


class FloodNetwork(DemoNetwork):
    """The demo's network, with the machine's network card as the attacker."""

    def __init__(self, ruleset):
        super().__init__(ruleset, ("server", "phones"))

    def join_attacker(self):
        """The card, whose packets the first processor has, as the phones'."""
        command("ip", "link", "set", card(), "name", "attacker", "netns",
                "/proc/%d/fd/%d" % (os.getpid(), self.spaces["server"].fd))
        everybody = {ORDERS[0]}.union(*(addresses(flood) for flood in FLOODS
                                        if flood.sources <= HOSTS))
        self.batch("server", "addr add %s.1/24 dev attacker" % NETWORK,
                   "link set attacker up",
                   *("neigh add %s lladdr %s dev attacker" % (one, OTHERS)
                     for one in everybody),
                   "route add %s via %s" % (FORGED, ORDERS[0]))
        # /sys is that of a namespace only if it is mounted there.
        self.run_in("server", "unshare", "--mount", "sh", "-ec",
                    "mount -t sysfs sysfs /sys\n"
                    "for name in phones attacker; do\n"
                    "echo 1 >/sys/class/net/$name/queues/rx-0/rps_cpus\ndone")

    def order(self, flood, speed):
        """Tell flooder.py which flood to send from now on."""
        with self.udp_socket("server", NETWORK + ".1") as sock:
            for _ in range(3):
                sock.sendto(b"%s %d" % (flood.name.encode(), speed), ORDERS)


def start_server(network):
    """Start Kamailio; it logs as Asterisk does."""
    cmd = server_command(network, users(),
                         lines=["#!define LOG_LIKE_ASTERISK"])
    network.wait_for_server(network.start(
        "server", ["taskset", "-c", SERVER_CPU, *cmd], "kamailio.log"),
        "phones", OFFICE)


def begin_phones(network, phones):
    """Start registrations at a steady rate; returns the file of counts."""
    stats = os.path.join(network.work, "flood-phones.csv")
    network.start("phones", [
        "sipp", "192.0.2.10:5060", "-sf",
        os.path.join(TOP, "demo", "sipp", "register.xml"), "-i", OFFICE,
        "-p", "5072", "-inf", phones.book, "-nostdin", "-trace_stat",
        "-stf", stats, "-fd", "100ms", "-r", str(OFFERED), "-l", "2000",
        "-deadcall_wait", "0"], "flood-phones.log")
    return stats


def snapshot(network, stats):
    """(time, registrations done, flood arrived, flood reached)."""
    count = network.counters()
    return (time.monotonic(), read_stats(stats)[1],
            count.arrived["attacker"], count.reached["attacker"])


def measure(flood, protection, speed):
    """Measure one cell."""
    with FloodNetwork(RULES[protection]) as network:
        start_server(network)
        ban = Fail2ban(network, "kamailio.log") if protection == "fail2ban" \
            else None
        phones = Phones(network, "phones", OFFICE, users())
        stats = begin_phones(network, phones)
        time.sleep(LEAD)
        before = snapshot(network, stats)
        network.order(flood, speed)
        time.sleep(SECONDS)
        after = snapshot(network, stats)
        network.order(flood, 0)
        past, *gained = [b - a for a, b in zip(before, after)]
        if ban:
            say("fail2ban has banned %d addresses" % ban.banned())
        return Cell(flood.name, protection, speed,
                    *[one / past for one in gained])


def find_faults(cells):
    """The faults of a run, one sentence each."""
    wrong = []
    for cell in cells:
        if not cell.speed and cell.done < 0.9 * OFFERED:
            wrong.append("%s, no flood: %.1f of %d" % (
                cell.protection, cell.done, OFFERED))
    by_key = {(c.flood, c.speed, c.protection): c for c in cells}
    for (flood, speed, protection), cell in by_key.items():
        bare = by_key.get((flood, speed, "no protection"))
        if protection == "xt_sip" and bare and \
                cell.done < 0.9 * min(bare.done, OFFERED):
            wrong.append("xt_sip, %s, %d/s: %.1f, without %.1f" % (
                flood, speed, cell.done, bare.done))
        calm = by_key.get((flood, 0, protection))
        if protection == "xt_sip" and calm and \
                cell.done < (1 - LOST) * calm.done:
            wrong.append("xt_sip, %s, %d/s: friends complete %.1f, without a "
                         "flood %.1f" % (flood, speed, cell.done, calm.done))
    return wrong


def words(text):
    """An option's list."""
    return text.split(",")


def main():
    """Measure, write the results and check them."""
    parser = argparse.ArgumentParser(description="see bench/flood/in_vm.py")
    parser.add_argument("-p", type=words, default=list(RULES))
    parser.add_argument("-f", type=words, default=[f.name for f in FLOODS])
    parser.add_argument("-s", type=lambda t: [int(n) for n in words(t)],
                        default=SPEEDS)
    args = parser.parse_args()
    unknown = set(args.p) - set(RULES) | \
        set(args.f) - {f.name for f in FLOODS}
    if unknown:
        parser.error("unknown: %s; there are %s" % (
            ", ".join(sorted(unknown)),
            ", ".join([*RULES, *(f.name for f in FLOODS)])))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.sched_setaffinity(0, {int(OTHER_CPU)})
    command("modprobe", "virtio_net")
    first_processor()
    floods = [f for f in FLOODS if f.name in args.f]
    cells = []
    for flood in floods:
        for speed in args.s:
            for protection in args.p:
                if protection in flood.without or speed > flood.speed:
                    continue
                cells.append(measure(flood, protection, speed))
                say("%s, %d/s, %s: %.1f registrations a second; of the flood"
                    " %.0f/s arrived, %.0f/s reached the socket" % (
                        flood.name, speed, *cells[-1][1:2], *cells[-1][3:]))
    wrong = find_faults(cells)
    found = results.Run(SECONDS, OFFERED, about.guest(), args.p,
                        cells, wrong)
    print("\n".join(results.tables(found)))
    results.save(about.OUT, found)
    for one in wrong:
        print("WRONG: " + one)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NetworkError as err:
        print("bench-flood: " + str(err), file=sys.stderr)
        sys.exit(2)
