# SPDX-License-Identifier: GPL-2.0
"""Tests what make demo counts, without running it: that it knows every rule
that drops, in whatever chain."""
import glob
import os
import subprocess

import pytest

from tests.lib.namespaces import drops, label, saved_rules

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

# Saved rules: one hook jumps to a chain, that to another one, and back.
SAVED = """\
[9:900] -A PREROUTING -p udp -j IN
[1:100] -A OUTPUT -p udp -j OUT
[2:200] -A IN -m sip --banned -j DROP
[3:300] -A IN -m sip --malformed -j JUNK
[4:400] -A JUNK -m sip --malformed --rate 5/m --ban 10m -j DROP
[5:500] -A JUNK -j IN
[6:600] -A OUT -m sip --status 404 --by dst -j DROP
[7:700] -A ELSEWHERE -j DROP
[8:800] -A JUNK -m sip --trusted -g FRIEND
[9:900] -A FRIEND -m sip --banned -j DROP
"""
DROPS = (
    ("PREROUTING", [("--banned", 11), ("--malformed --rate 5/m --ban 10m", 4)]),
    ("OUTPUT", [("--status 404 --by dst", 6)]),
    ("INPUT", []),
)


@pytest.mark.parametrize("hook, expected", DROPS)
def test_drops(hook, expected):
    assert drops(saved_rules(SAVED), hook) == expected


@pytest.mark.parametrize("name", sorted(
    os.path.basename(path)
    for path in glob.glob(os.path.join(REPO, "examples", "*.rules"))))
def test_rulesets(name):
    """No rule of an example that drops is missing."""
    with open(os.path.join(REPO, "examples", name), encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    saved = saved_rules("\n".join("[1:1] " + line for line in lines))
    # Some examples leave it to their reader to jump to their chain.
    jumps = {text.split()[-1] for _, text, _ in saved}
    first = {chain for chain, _, _ in saved} - jumps
    found = {one for chain in first for one, _ in drops(saved, chain)}
    assert found == {label(line.split(maxsplit=2)[2]) for line in lines
                     if line.startswith("-A") and line.endswith("-j DROP")}


@pytest.mark.slow
def test_demo():
    """The demo runs, and finds no fault."""
    subprocess.run([os.path.join(REPO, "demo", "run")], check=True)
