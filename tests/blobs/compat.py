# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to x_tables from a 32-bit program, through the compat layer.

rule32.c is that program. Each accepted rule is read back by it and by this
64-bit one, then set by this one and read by both again.
"""

import gzip
import os
import struct
import subprocess

from tests import lib
from tests.blobs import oracle
from tests.blobs.legacy import ACCEPT, Legacy, put, shows
from tests.blobs.mutants import Blob
from tests.lib import blob as wire

HERE = os.path.dirname(os.path.abspath(__file__))
OPTION = "CONFIG_NETFILTER_XTABLES_COMPAT=y"
RELEASE = os.uname().release
CONFIGS = ("/proc/config.gz", f"/boot/config-{RELEASE}",
           f"/usr/src/linux-headers-{RELEASE}/.config")
# Of iptables-legacy-save; that program is a 64-bit one.
RULES = ("--request", "--response --method INVITE --status 200,4xx",
         "! --ua friendly-scanner,^sipcli$ --scanner", "--defect cseq",
         "--method REGISTER --rate 50/s --ban 1h --name low",
         "--method REGISTER --users 20/h --prefix4 24", "! --banned",
         "--method REGISTER --status 2xx --by dst --forgive")


def build(directory):
    """Compile the 32-bit program; its path."""
    program = os.path.join(directory, "rule32")
    lib.command("gcc", "-m32", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
                program, os.path.join(HERE, "rule32.c"))
    return program


def configured():
    """Does the kernel's configuration, if it can be found, have OPTION?"""
    for path in CONFIGS:
        if os.path.exists(path):
            opener = gzip.open if path.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8") as file:
                return OPTION in file.read().splitlines()
    return False


class Table32(wire.Table):
    """The raw table as a 32-bit program sees it."""

    layouts = wire.LAYOUTS32

    def __init__(self, netns, family, program):
        with netns.inside():
            # pylint: disable=consider-using-with
            self.child = subprocess.Popen(
                [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        (self.at,) = struct.unpack("=I", self._read(4))
        super().__init__(netns, family)

    def close(self):
        """End the program."""
        super().close()
        self.child.stdin.close()
        self.child.wait()

    def counters_at(self):
        return self.at

    def _read(self, size):
        data = self.child.stdout.read(size)
        if len(data) < size:
            raise lib.NetworkError("rule32 ended")
        return data

    def _ask(self, option, is_set, data):
        self.child.stdin.write(struct.pack(
            "=iiiI", self.family, option, is_set, len(data)) + data)
        self.child.stdin.flush()
        error, size = struct.unpack("=iI", self._read(8))
        if error:
            raise OSError(error, os.strerror(error))
        return self._read(size)

    def get(self, option, request, size):
        return self._ask(option, False, request.ljust(size, b"\0"))

    def set(self, data):
        self._ask(wire.SET_REPLACE, True, data)


class Compat(Legacy):
    """The raw table of a family, set by a 32-bit program."""

    def __init__(self, network, family, program):
        self.narrow = Table32(network.netns, family, program)
        super().__init__(network, family)

    def close(self):
        """Remove the rule, end the program."""
        super().close()
        self.narrow.close()

    def set(self, blob, verdict=ACCEPT):
        """Make the table hold a rule, or none; the name of the errno."""
        return put(self.narrow, blob, verdict)

    def kept(self, blob):
        """What is wrong with an accepted rule, or None."""
        why = super().kept(blob)
        if not why and not shows(self.narrow, blob):
            why = "it reads back otherwise to 32 bits"
        if not why and put(self.table, blob) != "ok":
            why = "64 bits cannot set it"
        if not why and not shows(self.narrow, blob):
            why = "set by 64 bits, it reads back otherwise to 32 bits"
        return why

    def tools(self):
        """[(rule of iptables-legacy, what is wrong with it or None)]"""
        return [(rule, self.tool(rule)) for rule in RULES]

    def tool(self, rule):
        """The same for one rule, that also iptables-legacy sets and shows."""
        netns = self.network.netns
        netns.restore(f"*raw\n-A PREROUTING -m sip {rule} -j ACCEPT\n"
                      "COMMIT\n", self.family)
        set_by_tool = netns.counters(family=self.family)
        entries = self.narrow.read()
        at = wire.matches(entries)
        if len(at) != 1:
            return f"set by iptables-legacy, 32 bits read {len(at)} matches"
        blob = Blob(entries[at[0]:at[0] + wire.SIZE])
        if not any(blob.info) or oracle.wrong(blob.info):
            return f"set by iptables-legacy, 32 bits read {blob.info.hex()}"
        self.set(None)
        if self.set(blob) != "ok":
            return "32 bits cannot set what they read"
        set_here = netns.counters(family=self.family)
        if [text for _, text in set_here] != [text for _, text in
                                              set_by_tool]:
            return f"iptables-legacy shows {set_here}, not {set_by_tool}"
        return None


def available(network, family, program):
    """None if the kernel has the layer, else why not.

    Asks about a table without rules, so that it is not about xt_sip.
    """
    try:
        wire.Table(network.netns, family).close()
        Table32(network.netns, family, program).close()
    except OSError as error:
        if configured():
            raise lib.NetworkError(f"the kernel has {OPTION}, but: "
                                   f"{error.strerror}") from error
        return (f"the kernel has no {OPTION.removesuffix('=y')}: "
                f"{error.strerror}")
    return None
