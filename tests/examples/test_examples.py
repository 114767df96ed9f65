# SPDX-License-Identifier: GPL-2.0
"""Checks that every example of the project does what it says:

    tests/uml/run tests/pytest tests/examples/test_examples.py
    tests/vm/run tests/pytest [--all] tests/examples/test_examples.py [-k NAME]

NAME: a file of examples/, or FILE:EXAMPLE for a block of a text (find.py).
Rulesets are in the table of rulesets.py: each is loaded by the commands of its
head, with legacy and nft tools or nft-sip, for IPv4 and IPv6; then its
scenarios run (scenarios.py), and its Undo must leave what was there before.
Without --all: IPv4 with the one tool and IPv6 with the other, for those of
nft-sip IPv6 alone, whose rules are those of a ruleset for iptables
(test_manual.py), and scenarios of hundreds of messages for the rulesets of
DAILY alone. Blocks of text and scripts
are in texts.py. An example that is in no table is a failure, and so is an entry
without its example.
"""

import os
import re

import pytest

from tests.examples import find, texts
from tests.examples.network import (for_family, Network, PUBLIC, SERVER,
                                    Shell)
from tests.examples.rulesets import RULESETS
from tests.examples.scenarios import Try
from tests.lib import sources

# A ruleset is loaded with each tool, and with one all its scenarios run: how
# many run with each?
FIRST, QUICK, ALL = range(3)
HOW = [(4, "legacy", ALL), (4, "nft", FIRST), (6, "legacy", FIRST),
       (6, "nft", QUICK)]
NFT = [(4, "nft-sip", ALL), (6, "nft-sip", QUICK)]
# All of its scenarios run every day.
DAILY = ("recommended.rules",)
# Without --all: both tools and both families, but not each with each.
LESS = [(4, "legacy", QUICK), (6, "nft", FIRST)]
NFT_LESS = [(4, "nft-sip", QUICK), (6, "nft-sip", FIRST)]
SAME_LESS = [(6, "nft-sip", FIRST)]


@pytest.fixture(scope="module", autouse=True)
def module_loaded(machine):     # pylint: disable=unused-argument
    """For /proc, before the first rule."""
    sources.load_module()


def load_before(a, ruleset):
    """Rules of others that are there first."""
    text = ruleset.before
    if text.endswith(".conf"):
        a.equal("rules before", (0, ""),
                a.shell.run(find.commands(text, "Load")))
        return
    if text.endswith(".rules"):
        text = find.read("examples", text)
    text = text.replace("PUBLIC", PUBLIC[a.family])
    text = text.replace("SERVER", SERVER[a.family])
    tool = for_family("iptables-restore", a.family)
    a.equal("rules of others", (0, ""), a.shell.run(tool, text))


def check_apply(a, load):
    """What nft-sip applied is there, and loading it again changes nothing."""
    apply = load.splitlines()[-1]
    a.equal("no difference", (0, ""), a.shell.run(
        apply.replace("apply", "diff")))
    there = a.shell.rules()
    for again in (apply + " --check", load):
        a.equal("again", (0, ""), a.shell.run(again))
        a.equal(f"rules after {again}", there, a.shell.rules())


def chosen(ruleset, much):
    """The scenarios of a ruleset that run."""
    if much == FIRST:
        return ruleset.all[:1]
    return [scenario for scenario in ruleset.all
            if much == ALL or not hasattr(scenario, "slow")]


def run_load(a, load):
    """Load it; whom it unbans has been banned."""
    for banned in re.findall(r'"unban ([^"]+)"', load):
        a.say(f"ban {banned} 1h")
    return a.shell.run(load)


def try_ruleset(a, name, ruleset, much):
    """One ruleset, one family, one backend."""
    if ruleset.before:
        load_before(a, ruleset)
    before = a.shell.rules()
    a.load, a.undo = (find.commands(name, word) for word in ("Load", "Undo"))
    a.text = find.read("examples", name)
    if a.family == 6 and a.shell.backend != "nft-sip":
        # The addresses of examples are of IPv4.
        path = os.path.join(os.environ.get("XT_SIP_OUT", "/tmp"), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(for_family(a.text, 6))
    else:
        path = name
    load = for_family(a.load, a.family).replace(name, path)
    if a.shell.backend != "nft-sip":
        a.equal("a test of loading it", (0, ""), run_load(
            a, load.replace("-restore", "-restore --test")))
        a.equal("a test changes nothing", before, a.shell.rules())
    a.equal("loading it", (0, ""), run_load(a, load))
    if "nft-sip apply" in load:
        check_apply(a, load)
    mine = a.shell.rules()
    a.checks.true(f"{a.label}: it loads something", mine != before)
    a.checks.true(f"{a.label}: rules of others stay",
                  set(before) <= set(mine), set(before) - set(mine))
    for scenario in chosen(ruleset, much):
        a.say("flush")
        scenario(a)
    status, said = a.shell.run(for_family(find.commands(name, "See"),
                                          a.family))
    a.checks.true(f"{a.label}: See", not status and said, said)
    a.equal("undoing it", (0, ""),
            a.shell.run(for_family(a.undo, a.family)))
    a.equal("what is left of it", before, a.shell.rules())


def ways_of(name, quick):
    """The ways in which a ruleset is tried."""
    if name.endswith(".rules"):
        if quick and name in DAILY:
            return [(4, "legacy", ALL), *LESS[1:]]
        return LESS if quick else HOW
    if quick:
        return SAME_LESS if name.endswith(".nft-sip") else NFT_LESS
    return NFT


@pytest.mark.parametrize("name", sorted(RULESETS))
def test_ruleset(checks, name, request):
    """One ruleset, in all ways."""
    ruleset = RULESETS[name]
    missing = set(find.WORDS) - set(find.head(name))
    checks.equal(f"{name}: words missing in its head", set(), missing)
    quick = not request.config.getoption("--all")
    for family, backend, much in ways_of(name, quick):
        with Network(ruleset.inside, ruleset.wan) as network:
            netns = getattr(network, ruleset.place)
            with Shell(netns, backend, find.EXAMPLES) as shell:
                try_ruleset(Try(network, shell, checks, family,
                                f"{name}, IPv{family}, {backend}"),
                            name, ruleset, much)


@pytest.mark.parametrize("name", sorted(texts.ALL))
def test_text(checks, name):
    """One block of a text, or a script."""
    texts.ALL[name](checks, name)


def test_tables():
    """No example is missing in the tables, and nothing else is there."""
    assert sorted(find.everything()) == sorted({*RULESETS, *texts.ALL})
