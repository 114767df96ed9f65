# SPDX-License-Identifier: GPL-2.0
"""Tests that chosen addresses do not lengthen the chains of xt_sip's hash:
here, with many keys and the hash as chains.c has it; then in a virtual machine
with the module itself, where a second one (probe/) looks at its chains and
shows that the hash is the same."""

import random
import shutil
import subprocess

import pytest

from tests.hash import COUNT, SETS, Chains, bound, sources_of
from tests.lib.checkout import TOP

HERE = TOP + "/tests/hash"
RANDOM = random.Random(5060)
KEYS = [f"{RANDOM.getrandbits(64):x} {RANDOM.getrandbits(64):x}"
        for _ in range(200)]


@pytest.fixture(scope="module", name="tools")
def fixture_tools(tmp_path_factory):
    """A directory with `chains`."""
    directory = str(tmp_path_factory.mktemp("hash"))
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror",
                    f"-I{TOP}/kernel", "-o", directory + "/chains",
                    HERE + "/chains.c"], check=True)
    return directory


@pytest.mark.parametrize("name", SETS)
def test_set(tools, name):
    """No set of addresses does under any key."""
    assert Chains(tools).longest(sources_of(name), *KEYS) <= bound()


@pytest.mark.parametrize("family", (4, 6))
def test_other_key(tools, family):
    """What shares one bucket under a key does not under others."""
    chosen = Chains(tools).collide(family, COUNT, "1 2")
    assert Chains(tools).longest(chosen, "1 2") == COUNT
    assert Chains(tools).longest(chosen, *KEYS) <= bound()


def test_module(tools):
    """The module's chains: guest.py."""
    kernel = subprocess.run([TOP + "/tests/vm/fetch-kernel", "6.1"],
                            check=True, text=True,
                            stdout=subprocess.PIPE).stdout.strip()
    shutil.copytree(HERE + "/probe", tools, dirs_exist_ok=True)
    subprocess.run(["make", "-C", kernel + "/headers", "M=" + tools,
                    "XT_SIP=" + TOP, "modules"], check=True)
    assert subprocess.run(
        [TOP + "/tests/vm/run", "-c", "1", "-C", "virtual", "-t", "1100",
         "/usr/bin/env", "XT_SIP_TOOLS=" + tools, TOP + "/tests/pytest",
         HERE + "/guest.py"],
        check=False).returncode == 0
