# SPDX-License-Identifier: GPL-2.0
"""Tests that the first rule loads the module, and what modinfo tells."""

import os
import re
import subprocess

import pytest

from tests import lib
from tests.lib import sources
from tests.lib.nftsip import Tables
from tests.lib.way import Way

FIELDS = {
    "license": "GPL",
    "description": r"\S.*SIP.*",
    "author": r"\S.*",
    "alias": r"ipt_sip\nip6t_sip|ip6t_sip\nipt_sip",
    "parm": r"max_sources:.*\d+ to \d+.*",
    "name": "xt_sip",
}


@pytest.mark.parametrize("family, backend", lib.TOOLS)
def test_rules(network, checks, family, backend):
    """With no module loaded, a rule of each tool loads it."""
    checks.true("not loaded before", sources.module_users() is None or
                sources.unload_module())
    way = Way(network, family, backend)
    way.rules("-A PREROUTING -m sip --banned -j DROP")
    checks.equal("loaded", 1, sources.module_users())
    sources.write(way.server, f"ban {way.source('1.1')} 1h")
    checks.equal("and does its work", [False], way.forge("1.1", 1, b"x"))
    way.server.clear()
    checks.true("and can go", sources.unload_module())


@pytest.mark.parametrize("family", ("ip", "ip6", "inet"))
def test_nft(network, checks, family):
    """The same by nft-sip."""
    checks.true("not loaded before", sources.module_users() is None or
                sources.unload_module())
    with Tables(network.server, family) as tables:
        tables.add("--scanner", "drop")
        checks.equal("loaded", 1, sources.module_users())


def test_modinfo(checks):
    """What modinfo shows."""
    with open(os.path.join(os.environ["XT_SIP_REPO"], "VERSION"),
              encoding="ascii") as file:
        fields = {**FIELDS, "version": re.escape(file.read().strip())}
    for field, pattern in fields.items():
        got = subprocess.run(["modinfo", "-F", field, "xt_sip"], check=False,
                             text=True, capture_output=True).stdout.strip()
        checks.true(field, re.fullmatch(pattern, got),
                    f"expected {pattern!r}, got {got!r}")
    sources.load_module()
    with open("/sys/module/xt_sip/version", encoding="ascii") as file:
        checks.true("version of the loaded module",
                    re.fullmatch(fields["version"], file.read().strip()))
