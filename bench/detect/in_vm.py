#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs make detect inside the virtual machine, as root.

    bench/detect/in_vm.py [-r RULESET[,RULESET...]] [-s SEED] [TITLE...]

Runs attackers (attackers.py) and legitimate SIP stacks (honest.py) against
Kamailio and Asterisk (servers.py) under each ruleset (RULESETS below), each row
from an address of its own, many at once. Prints progress, a table for each
server (report.py) and the faults found. The results go to $XT_SIP_OUT, if that
is set, for results.py.
With TITLEs only rows whose title contains one of them run; with SEED the random
values of an earlier run are used.

Exit status: 0 if there are no faults; 1 if there are; 2 if the benchmark could
not run.
"""
import argparse
import contextlib
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
import traceback

from bench import about
from bench.about import say
from bench.detect import attackers, draw, honest, results, servers
from bench.detect.network import address, Host, Network, Ruleset
from bench.detect.report import AGENTS, Care, Cell, find_faults, table, Titles
from bench.detect.tools import Tools
from tests.lib.checkout import TOP
from tests.lib.netns import NetworkError


def rules(*path):
    """The path of a ruleset in the repository."""
    return os.path.join(TOP, *path)


ASTERISK = rules("examples", "asterisk.rules")
RULESETS = (
    Ruleset("none", "none", None, False, False, "nothing"),
    Ruleset("strings", "strings", rules("bench", "detect", "rulesets",
                                        "strings.rules"), False, True,
            "today's recipe of `-m string` rules and hashlimit, no xt_sip"),
    Ruleset("users", "users", rules("bench", "detect", "rulesets",
                                    "users.rules"),
            True, False, "only the rule of `examples/requests.rules` that "
            "counts users, with its `--forgive`"),
    Ruleset("password", "password", rules("bench", "detect", "rulesets",
                                          "password.rules"), True, False,
            "only its rule that counts passwords, with its `--forgive`"),
    Ruleset("requests", "requests", rules("examples", "requests.rules"),
            True, True, "counts requests as they come in"),
    Ruleset("recommended", "recommended", rules(
        "examples", "recommended.rules"), True, True,
            "the recommended ruleset, counts what the server answers"),
    Ruleset("a-none", "none", None, False, False,
            "nothing; guests may not call", "asterisk"),
    Ruleset("a-asterisk", "asterisk", ASTERISK, True, True,
            "guests may not call", "asterisk"),
    Ruleset("g-none", "guests", None, False, False,
            "nothing; guests may call", "guests"),
    Ruleset("g-asterisk", "g:asterisk", ASTERISK, True, True,
            "its line for guests is in use; guests may call", "guests", True),
)
# The number of rows of a kind that run at once: first the honest ones, since
# none of them may starve on two emulated processors, then the attacks. START is
# the pause between the starts of programs that mostly wait.
PHASES = ({"alone": 1}, {"heavy": 3, "attack": 1}, {"attack": 4})
START = 1.5


class Row:
    """An attacker with one of its User-Agents, or an honest row."""

    def __init__(self, number, attack=None, label=None, agent=None, care=None):
        self.attack, self.label, self.agent = attack, label, agent
        self.care = care
        self.title = (attack or care).title
        family = attack.family if attack else 4
        self.hosts = [Host(number + i, bool(care), family)
                      for i in range(care.hosts if care else 1)]

    def under(self, ruleset):
        """Whether it runs under a ruleset: the User-Agent is changed only
        where a rule matches on it."""
        return (not self.attack or self.attack.zoiper or ruleset.agent
                or self.agent is None)

    def kind(self):
        """Its kind for scheduling: waiting, alone, heavy or attack."""
        if self.attack:
            return ("waiting" if self.attack.limit == attackers.LONG
                    else "attack")
        if self.care.alone:
            return "alone"
        return "waiting" if self.care.light else "heavy"


def make_rows(agents, titles):
    """All rows, each with host numbers of its own."""
    rows, number = [], 2
    for attack in attackers.ATTACKS:
        for label, agent in zip(AGENTS, agents):
            if agent == "Zoiper" or not attack.zoiper:
                rows.append(Row(number, attack=attack, label=label,
                                agent=agent))
                number += 1
    for care in honest.HONEST:
        rows.append(Row(number, care=care))
        number += care.hosts
    return [row for row in rows if not titles
            or any(title in row.title for title in titles)]


class Bench:
    """All networks, and the rows that run on them."""

    def __init__(self, networks, rows, tools, seed):
        self.networks, self.rows = networks, rows
        self.tools, self.seed = tools, seed
        self.results = {}
        self.left = {}
        self.lock = threading.Lock()

    def play(self, network, row):
        """Run one row on one network and store its result."""
        try:
            if row.attack:
                result = attackers.play(network, self.tools, row.attack,
                                        row.agent, row.hosts[0], self.seed)
            else:
                result = honest.play(network, row.care, row.hosts)
        except NetworkError as err:
            result = None
            say("%s, %s: %s" % (network.ruleset.name, row.title, err))
        except Exception:
            result = None
            say("%s, %s:" % (network.ruleset.name, row.title))
            traceback.print_exc(file=sys.stdout)
        with self.lock:
            self.results[network.ruleset.name, row] = result
            self.left[row.title] -= 1
            done = not self.left[row.title]
        if done:
            say("%s: done under all rulesets" % row.title)

    def run(self):
        """Start the rows that mostly wait, then the others, a few at once."""
        plan = {kind: queue.Queue()
                for kind in ("waiting", "alone", "heavy", "attack")}
        for row in self.rows:
            for network in self.networks:
                if row.under(network.ruleset):
                    plan[row.kind()].put((network, row))
                    self.left[row.title] = self.left.get(row.title, 0) + 1
        waiting = plan["waiting"].qsize()
        threads = []
        for _ in range(waiting):
            threads.append(self.worker(plan["waiting"], once=True))
            time.sleep(START)
        say("%d slow and steady rows are running" % waiting)
        for phase in PHASES:
            workers = [self.worker(plan[kind]) for kind, number
                       in phase.items() for _ in range(number)]
            if "alone" in phase:
                for worker in workers:
                    worker.join()
            while "heavy" in phase and not plan["heavy"].empty():
                time.sleep(1)
            threads += workers
        for thread in threads:
            thread.join()

    def worker(self, jobs, once=False):
        """Start a thread that runs the jobs of a queue, or the first one."""
        def work():
            with contextlib.suppress(queue.Empty):
                self.play(*jobs.get_nowait())
                while not once:
                    self.play(*jobs.get_nowait())

        # A daemon, so that a killed run ends at once.
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def figures(self):
        """The input of report.py: ({(title, label): {ruleset: Cell}}, {title:
        {ruleset: Care}})."""
        attacks, care = {}, {}
        for network in self.networks:
            name = network.ruleset.name
            counts, banned = network.counts(), network.banned()
            for row in self.rows:
                if not row.under(network.ruleset):
                    continue
                result = self.results[name, row]
                where = [address(host) for host in row.hosts][
                    :row.care.watched if row.care else 1]
                if row.attack:
                    attacks.setdefault((row.title, row.label), {})[name] = (
                        result and cell(counts[where[0]], result))
                else:
                    care.setdefault(row.title, {})[name] = (
                        result and Care(
                            sum(lost(counts[host]) for host in where),
                            len(banned.intersection(where)), *result))
        return attacks, care


def cell(count, result):
    """The Cell of a result: packets before the ban, or all of them."""
    return Cell(count.arrived - count.late, bool(count.late) or
                result.banned, len(result.extensions), len(result.passwords),
                len(result.calls))


def lost(count):
    """Messages that were dropped on input and on output."""
    return (count.arrived - count.reached) + (count.answered - count.passed)


def prepare(network, probe):
    """Start the network's server; returns when it answers."""
    with open(os.path.join(network.work, attackers.USERDB), "w",
              encoding="utf-8") as file:
        file.write(attackers.WEAK + "\n")
    accounts = honest.accounts(set(attackers.ACCOUNTS) - {attackers.WEAK}
                           | set(honest.EXTRA))
    accounts.append((attackers.WEAK, attackers.weak_password()))
    servers.start(network, accounts, probe)


def arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        usage=__doc__.split("\n\n")[1].strip(), description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [ruleset.name for ruleset in RULESETS]
    parser.add_argument("-r", default=",".join(names))
    parser.add_argument("-s", default=str(random.randrange(1 << 32)))
    parser.add_argument("titles", nargs="*")
    given = parser.parse_args()
    for name in given.r.split(","):
        if name not in names:
            parser.error("-r %s: expected some of %s" % (
                name, ",".join(names)))
    return given


def is_whole(titles, rulesets):
    """Whether the run is a whole one; RESULTS.md is written only then."""
    return not titles and len(rulesets) == len(RULESETS)


def main():
    """Run the benchmark; returns the exit status."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    agents = (attackers.SHIPPED, "Zoiper",
              draw.user_agent(random.Random(given.s)))
    rows = make_rows(agents, given.titles)
    rulesets = [ruleset for ruleset in RULESETS
                if ruleset.name in given.r.split(",")]
    say("seed %s; the User-Agent drawn: %s" % (given.s, agents[-1]))
    probe = Host(1, True, 4)
    with contextlib.ExitStack() as stack:
        tools = Tools(stack.enter_context(tempfile.TemporaryDirectory(
            prefix="xt_sip-detect.")), agents)
        networks = []
        for ruleset in rulesets:
            networks.append(stack.enter_context(Network(
                ruleset, [host for row in rows for host in row.hosts])))
            prepare(networks[-1], probe)
            say("server is up, ruleset: " + ruleset.name)
        bench = Bench(networks, rows, tools, given.s)
        bench.run()
        attacks, care = bench.figures()
    print("\n" + table(rulesets, attacks, care) + "\n")
    faults = find_faults(rulesets, attacks, care, Titles(
        {a.title for a in attackers.ATTACKS if a.tool},
        {server: {a.title for a in attackers.ATTACKS
                  if a.found is not attackers.nothing and server in a.finds}
         for server in attackers.ALL},
        {h.title: h.counted for h in honest.HONEST}))
    results.save(about.OUT, results.Run(
        is_whole(given.titles, rulesets), given.s, agents[-1],
        int(time.monotonic() - about.BEGIN), about.guest(), rulesets, attacks,
        care, faults))
    for fault in faults:
        print("FAILED: " + fault)
    if not faults:
        print("No faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NetworkError as error:
        print("detect: " + str(error), file=sys.stderr)
        sys.exit(2)
