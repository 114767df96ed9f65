# SPDX-License-Identifier: GPL-2.0
"""Tests that the first rule loads the module, and what modinfo tells."""

import os
import re
import subprocess

from tests import lib
from tests.lib import sources

FIELDS = {
    "license": "GPL",
    "description": r"\S.*SIP.*",
    "author": r"\S.*",
    "alias": r"ipt_sip\nip6t_sip|ip6t_sip\nipt_sip",
    "parm": r"max_sources:.*\d+ to \d+.*",
    "name": "xt_sip",
}


def test_rules(network, checks):
    """With no module loaded, a rule of each tool loads it."""
    for (family, backend), tool in lib.TOOLS.items():
        checks.true(f"{tool}: not loaded before",
                    sources.module_users() is None or
                    sources.unload_module())
        network.server.rules(["-A PREROUTING -m sip --banned -j DROP"],
                             family=family, backend=backend)
        checks.true(f"{tool}: loaded", sources.module_users() or 0 >= 1)
        source = sources.address("1.1", family)
        path = network.path(family)
        sources.write(network.server, f"ban {source} 1h")
        network.raw(sources.forged(source, lib.SERVER[family], b"x"))
        checks.equal(f"{tool}: and does its work", [], path.arrived())
        network.server.clear()
        checks.true(f"{tool}: and can go", sources.unload_module())


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
