# SPDX-License-Identifier: GPL-2.0
"""Tests hash flooding in the virtual machine, as root, for test_hash.py.

The directory XT_SIP_TOOLS has the program `chains` and the module probe.ko.

Whole tables of chosen sources, each from a packet of its own, in namespaces
of their own; the probe tells how long the chains of the kernel's hash then
are. That they can be seen to grow is shown with a key that the probe betrays.
"""

import os
import socket
import subprocess

from tests import lib
from tests.hash import COUNT, SETS, Chains, bound, sources_of
from tests.lib import sources, users

STOLEN = 200            # sources that share a bucket
CHAINS = "/sys/module/probe/parameters/chains"
LOOP = {4: "127.0.0.1", 6: "::1"}


def load_probe(directory):
    """Load the module that looks into xt_sip's hash."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        net_of = [line.split()[0] for line in file
                  if line.split()[2] == "xsip_net_of"][0]
    subprocess.run(["insmod", os.path.join(directory, "probe.ko"),
                    f"net_of=0x{net_of}"], check=True)


def send(netns, text):
    """A packet from each of the sources (lines as `chains` has them)."""
    socks = {family: netns.socket(lib.AF[family], socket.SOCK_RAW,
                                  socket.IPPROTO_RAW) for family in (4, 6)}
    samples = {4: sources.forged("10.0.0.1", LOOP[4], b"x"),
               6: sources.forged("2001:db8::1", LOOP[6], b"x")}
    for line in text.splitlines():
        family, address = line.split()
        start = 12 if family == "4" else 8
        address = bytes.fromhex(address)
        sample = samples[int(family)]
        socks[int(family)].sendto(sample[:start] + address + sample[
            start + len(address):], (LOOP[int(family)], 0))
    for sock in socks.values():
        sock.close()


def chains_of(netns):
    """What the probe shows of a namespace."""
    with netns.inside(), open(CHAINS, encoding="ascii") as file:
        key, *lines = file.read().splitlines()
    return {"key": key, **{name: int(value) for name, value
                           in map(str.split, lines)}}


def space():
    """A namespace that counts all that its loopback device has."""
    netns = lib.Netns("hash")
    with netns.inside():
        users.link_up()
    for family in (4, 6):
        netns.rules(["-A OUTPUT -m sip --rate 1/d --name h"], family=family)
    # The first packet is no source of the set's.
    sources.write(netns, "flush")
    return netns


def filled(text):
    """The chains of a new namespace that has had these sources."""
    netns = space()
    send(netns, text)
    found = chains_of(netns)
    netns.close()
    return found


def check_chains(checks, tool, name, text):
    """Chosen sources fill a hash as chance would; its key."""
    found = filled(text)
    count = len(text.splitlines())
    most = bound()
    print(f"    {name}: {count} sources, longest chain {found['longest']} "
          f"(chance: up to {most}), a source shares its chain with "
          f"{found['squares'] / count - 1:.3f} others")
    checks.equal(f"{name}: buckets", COUNT, found["buckets"])
    checks.equal(f"{name}: sources", count, found["sources"])
    checks.equal(f"{name}: longest chain, as SipHash-1-3 has it",
                 tool.longest(text, found["key"]), found["longest"])
    checks.true(f"{name}: longest chain", found["longest"] <= most,
                f"{found['longest']}, by chance up to {most}")
    # Ten times as far from the average as chance goes once in three.
    checks.true(f"{name}: average chain", found["squares"] / count <=
                1 + count / COUNT + 0.22, found)
    return found["key"]


def control(checks, tool):
    """With the key they can be chosen, and it shows."""
    for family in (4, 6):
        netns = space()
        key = chains_of(netns)["key"]
        send(netns, tool.collide(family, STOLEN, key))
        found = chains_of(netns)
        netns.close()
        checks.equal(f"IPv{family}, with its key: longest chain", STOLEN,
                     found["longest"])


def test_chains(checks):
    """No set of addresses makes a chain longer than chance does."""
    directory = os.environ["XT_SIP_TOOLS"]
    tool = Chains(directory)
    sources.load_module()
    keys = []
    with sources.max_sources(COUNT):
        load_probe(directory)
        for name in SETS:
            keys.append(check_chains(checks, tool, name, sources_of(name)))
        control(checks, tool)
        # Keys that an attacker may know: of nothing, of another namespace.
        for name, key in (("a key of zeros", "0 0"),
                          ("another namespace's key", keys[0])):
            for family in (4, 6):
                keys.append(check_chains(
                    checks, tool, f"IPv{family}, {name}",
                    tool.collide(family, STOLEN, key)))
        subprocess.run(["rmmod", "probe"], check=True)
    checks.true("unload", sources.unload_module())
    sources.load_module()
    with sources.max_sources(COUNT):
        load_probe(directory)
        keys.append(check_chains(
            checks, tool, "the key before the module was loaded again",
            tool.collide(4, STOLEN, keys[0])))
    checks.equal("namespaces have keys of their own", len(keys),
                 len(set(keys)))
    checks.true("no word of a key is zero", not [
        key for key in keys if "0" in key.split()], keys)
