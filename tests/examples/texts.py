# SPDX-License-Identifier: GPL-2.0
"""Lists the examples that are blocks of text, and scripts, and runs them.

ALL has a function for each: it runs the example as it is printed, in the
server's namespace of a Network, and checks the result. For what cannot be run
here it names the test that does.
"""

import contextlib
import os
import re
import shlex
import subprocess
import time

from tests.examples import find, scenarios
from tests.examples.network import Network, NUMBER, Shell
from tests.lib import sources
from tests.lib.registrar import register

BACKENDS = ("legacy", "nft")


def text_of(name):
    """The text of a block, "FILE:NAME"."""
    path, _, wanted = name.partition(":")
    (found,) = [text for block, text, _ in find.blocks(path)
                if block == wanted]
    return found


@contextlib.contextmanager
def served(checks, name, backend, rules="recommended.rules"):
    """A Try at the server, with a ruleset of examples/ or none."""
    with Network() as network:
        with Shell(network.server, backend, find.EXAMPLES) as shell:
            a = scenarios.Try(network, shell, checks, 4, f"{name}, {backend}")
            if rules:
                a.equal("the ruleset", (0, ""),
                        shell.run(f"iptables-restore {rules}"))
            yield a


def works(a, commands):
    """Run commands; what they say."""
    status, said = a.shell.run(commands)
    a.equal(f"status of {commands.splitlines()[0]}: {said}", 0, status)
    return said


# ---- Blocks that are rules ----

def ruleset(*scenes):
    """Commands that add rules; the scenarios that must hold then."""
    def test(checks, name):
        for backend in BACKENDS:
            with served(checks, name, backend, None) as a:
                a.equal("what it says", "", works(a, text_of(name)))
                for scenario in scenes:
                    a.say("flush")
                    scenario(a)
    return test


# ---- Blocks that are commands ----

def look(checks, name):
    """The commands that show the state work as described."""
    for backend in BACKENDS:
        with served(checks, name, backend) as a:
            a.sends("scanner", [("svwar", scenarios.D)])
            said = works(a, text_of(name))
            for word in ("src=203.0.113.7/32 ", "sip scanner ban 1d",
                         'xt_sip_scanners_total{tool="sipvicious"} 1\n'):
                a.checks.true(f"{name}, {backend}: {word}", word in said,
                              said)


def commands(checks, name):
    """unban, ban, forgive, flush: a line each, and what each leaves."""
    with served(checks, name, "legacy") as a:
        lines = text_of(name).splitlines()
        server = a.registrar()
        server.ask(NUMBER["scanner"], *[register(f"{n}") for n in range(9)])
        a.sends("scanner", [("svwar", scenarios.D)])

        def state():
            found = [one for one in sources.listed(a.netns)
                     if one["src"] == "203.0.113.7/32"]
            return (a.bans(), sorted(sources.banned(a.netns)),
                    [not word.endswith(":0/20") for one in found
                     for word in one.get("users", [])])
        a.equal("before", (["scanner"], ["203.0.113.7/32"], [True]), state())
        for line, left in zip(lines, (
                ([], [], [False]),
                ([], ["203.0.113.0/24"], [False]),
                ([], ["203.0.113.0/24"], [False]),
                ([], [], []))):
            works(a, line)
            a.equal(f"after {line}", left, state())
        a.equal("lines", 4, len(lines))


def trial(checks, name):
    """Nothing is dropped, and who would be banned is listed."""
    for backend in BACKENDS:
        with Network() as network:
            with Shell(network.server, backend, find.TOP) as shell:
                a = scenarios.Try(network, shell, checks, 4, f"{name}, {backend}")
                load, *looks = text_of(name).splitlines()
                a.equal("the ruleset", "", works(a, load))
                a.equal("before", True, "nobody" in works(a, looks[-1]))
                a.sends("scanner", [("svwar", scenarios.A)])
                said = works(a, "\n".join(looks))
                for word in ("sip scanner", "src=203.0.113.7/32 table=trial",
                             "banned="):
                    a.checks.true(f"{name}, {backend}: {word}", word in said,
                                  said)
                a.say("flush")


def remove(checks, name):
    """The module is gone, and comes back with the first rule."""
    *rules, module = text_of(name).splitlines()
    with served(checks, name, "legacy") as a:
        for line in rules:
            works(a, line)
    checks.true(f"{name}: rules are gone", sources.unload_module())
    sources.load_module()
    checks.equal(f"{name}: rmmod", 0, subprocess.run(
        shlex.split(module), check=False).returncode)
    sources.load_module()


def keep_bans(checks, name):
    """Bans of both families and of other tables are there again."""
    with served(checks, name, "legacy") as a:
        kept = "/var/lib/xt_sip.bans"
        for line in ("ban 203.0.113.7 1d", "ban 2001:db8:7::/64 1h",
                     "ban 203.0.113.0/24 1h table other"):
            a.say(line)
        a.sends("flood", [("register", scenarios.A)])
        before = sources.banned(a.netns)
        save, restore = text_of(name).splitlines()
        works(a, save)
        a.say("flush")
        works(a, restore)
        after = sources.banned(a.netns)
        a.equal("bans", sorted(before), sorted(after))
        a.checks.true(f"{name}: times", all(
            0 <= before[one] - after[one] < 60 for one in before),
            f"{before} {after}")
        a.sends("scanner", [("register", scenarios.D)])
        os.unlink(kept)


def sources_line(checks, name):
    """The line that is shown is what these packets leave."""
    with served(checks, name, "legacy") as a:
        server = a.registrar()
        server.ask(NUMBER["scanner"], *[register(f"{n}") for n in range(7)],
                   *[register("1000", f"x{n}") for n in range(4)])
        a.sends("scanner", [("svwar", scenarios.D)])
        time.sleep(0.5)             # until 50/s have paid for these packets
        said = a.netns.read(sources.SOURCES).splitlines()[1:]
        # In the manual a line goes on in the next one.
        shown = re.sub(r"\n +", " ", text_of(name)).splitlines()
        # Seconds differ, and now and then two of seven users look alike.
        vague = re.compile(r"(seen=|banned=|since=|20/h:)\d+")
        a.equal("the lines", [vague.sub(r"\1", line) for line in shown],
                [vague.sub(r"\1", line) for line in said])
        a.checks.true(f"{name}: users", re.search(":[567]/20", said[-1]), said)
        shown = shown[0]
        seen, banned = (int(re.search(word + r"=(\d+)", shown)[1])
                        for word in ("seen", "banned"))
        # A banned source is counted no more.
        a.equal("seconds that are shown", 86400, seen + banned)


# ---- The module ----

def max_sources(checks, name):
    """It can be set while rules are there."""
    with served(checks, name, "legacy") as a:
        before = find.read(sources.MAX_SOURCES)
        works(a, text_of(name))
        a.equal("the limit", 500000, a.netns.stats()["xt_sip_max_sources"])
        sources.set_max_sources(before)


def modprobe_conf(checks, name):
    """modprobe takes it from the file."""
    path = "/etc/modprobe.d/xt_sip.conf"
    checks.true(f"{name}: rules are gone", sources.unload_module())
    with open(path, "w", encoding="ascii") as file:
        file.write(text_of(name))
    sources.load_module()
    checks.equal(f"{name}: the limit", "500000\n",
                 find.read(sources.MAX_SOURCES))
    os.unlink(path)
    checks.true(f"{name}: it can be unloaded", sources.unload_module())
    sources.load_module()


def rules_unit(checks, name):
    """What the unit starts loads both files, and a second time nothing new."""
    unit = text_of(name)
    start = re.findall(r"^ExecStart=/usr/sbin/(.*)$", unit, re.M)
    saved = "iptables-save -t raw; ip6tables-save -t raw"
    with served(checks, name, "nft", None) as a:
        works(a, "mkdir -p /etc/xt-sip && cp recommended.rules "
                 "/etc/xt-sip/rules.v4 && cp recommended.rules "
                 "/etc/xt-sip/rules.v6")
        works(a, "\n".join(start))
        rules = [re.findall("^-A.*", works(a, saved), re.M)]
        works(a, "\n".join(start))
        rules.append(re.findall("^-A.*", works(a, saved), re.M))
        a.equal("rules", *rules)
        a.checks.true(f"{name}: of both families", len(rules[0]) > 40)
        scenarios.scanner(a)
        works(a, "rm -r /etc/xt-sip")


def keep_bans_script(checks, name):
    """The script in examples/: over what is a reboot for the module."""
    heads = {word: find.commands(name, word) for word in find.WORDS}
    with served(checks, name, "legacy") as a:
        a.say("ban 203.0.113.7 1d")
        works(a, heads["Load"])
        works(a, "keep-bans save")
        a.equal("its mode", "600\n",
                works(a, "stat -c %a /var/lib/xt_sip.bans"))
        a.say("flush")
        works(a, "keep-bans restore")
        a.equal("bans", ["scanner"], a.bans())
        a.checks.true(f"{name}: See", "banned=" in works(a, heads["See"]))
        a.say("flush")
        works(a, "keep-bans save")
        a.say("ban 203.0.113.7 1d")
        works(a, "keep-bans restore")
        a.equal("nobody was banned", ["scanner"], a.bans())
        works(a, heads["Undo"])
        a.equal("called wrongly", (2, "usage: keep-bans save|restore\n"),
                a.shell.run("./keep-bans"))


# ---- What other tests run ----

def targets(also=""):
    """`make` and its goals are there; what runs them is another test."""
    def test(checks, name):
        makefile = find.read("Makefile")
        for line in text_of(name).replace("\\\n", " ").splitlines():
            word, *goals = shlex.split(line, comments=True)
            if word == "make":
                for goal in goals or ["all"]:
                    checks.true(f"{name}: {line}", re.search(
                        rf"^{goal}:", makefile, re.M), "no such goal")
            elif word == "iptables":
                done = subprocess.run(["/bin/sh", "-ec", line], check=False,
                                      capture_output=True, text=True)
                checks.true(f"{name}: {line}", "--scanner" in done.stdout,
                            done.stderr)
            else:
                checks.equal(f"{name}: a command that is known", also, word)
    return test


def demo_output(checks, name):
    """Every line is one that the demo prints, or an option of its ruleset."""
    printed = find.read("demo", "report.py") + find.read(
        "examples", "recommended.rules")
    for line in text_of(name).splitlines()[1:]:
        label = re.split(r" \(of|   ", line.strip())[0]
        checks.true(f"{name}: {label}", label in printed, line)


FIRST = (scenarios.scanner, scenarios.junk, scenarios.flood, scenarios.office,
         scenarios.guesses(9))

ALL = {
    "README.md:two-commands": targets(),
    "README.md:demo-output": demo_output,
    "README.md:trial": trial,
    "README.md:install": targets("apt"),
    "README.md:smallest": ruleset(scenarios.scanner),
    "README.md:look": look,
    "README.md:commands": commands,
    "README.md:remove": remove,
    "man/xt_sip.8:first-ruleset": ruleset(*FIRST),
    "man/xt_sip.8:rules-unit": rules_unit,
    "man/xt_sip.8:kit": ruleset(scenarios.kit),
    "man/xt_sip.8:abroad": ruleset(scenarios.abroad),
    "man/xt_sip.8:by-name": ruleset(scenarios.by_name),
    "man/xt_sip.8:max-sources": max_sources,
    "man/xt_sip.8:modprobe-conf": modprobe_conf,
    "man/xt_sip.8:sources-line": sources_line,
    "man/xt_sip.8:commands": commands,
    "man/xt_sip.8:keep-bans": keep_bans,
    "man/xt_sip.8:look": look,
    "keep-bans": keep_bans_script,
}
