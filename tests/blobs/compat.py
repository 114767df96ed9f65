# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to x_tables from a 32-bit program, through the compat layer.

rule32.c is that program. Each accepted rule is read back by it and by this
64-bit one, then set by this one and read by both again.
"""

import errno
import gzip
import os
import struct
import subprocess

from tests import lib
from tests.blobs import oracle
from tests.blobs.legacy import ACCEPT, Legacy, match_header
from tests.blobs.mutants import Blob

SET, GET = 0, 1
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


class Compat(Legacy):
    """The raw table of a family, set by a 32-bit program."""

    def __init__(self, network, family, program):
        with network.netns.inside():
            # pylint: disable=consider-using-with
            self.child = subprocess.Popen(
                [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        super().__init__(network, family)

    def close(self):
        """Remove the rule, end the program."""
        super().close()
        self.child.stdin.close()
        self.child.wait()

    def ask(self, command, verdict=ACCEPT, data=b""):
        """A request; (errno's name or "ok", bytes)."""
        self.child.stdin.write(struct.pack("=IIiI", command, self.family,
                                           verdict, len(data)) + data)
        self.child.stdin.flush()
        answer = self.child.stdout.read(8)
        if len(answer) < 8:
            raise lib.NetworkError("rule32 ended")
        code, size = struct.unpack("=iI", answer)
        return (errno.errorcode[code] if code else "ok",
                self.child.stdout.read(size))

    def set(self, blob, verdict=ACCEPT):
        """Make the table hold a rule, or none; the name of the errno."""
        data = match_header(blob) + blob.info if blob else b""
        return self.ask(SET, verdict, data)[0]

    def kept(self, blob):
        """What is wrong with an accepted rule, or None."""
        shown = "ok", match_header(blob) + blob.info[:oracle.USER] + bytes(8)
        why = super().kept(blob)
        if not why and self.ask(GET) != shown:
            why = "it reads back otherwise to 32 bits"
        if not why and Legacy.set(self, blob) != "ok":
            why = "64 bits cannot set it"
        if not why and self.ask(GET) != shown:
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
        set_by_tool = list(netns.counters(family=self.family))
        said, data = self.ask(GET)
        if said != "ok" or len(data) != 32 + oracle.SIZE:
            return f"set by iptables-legacy, 32 bits read {said}, {data!r}"
        blob = Blob(data[32:])
        if not any(blob.info) or oracle.wrong(blob.info):
            return f"set by iptables-legacy, 32 bits read {blob.info.hex()}"
        self.set(None)
        if self.set(blob) != "ok":
            return "32 bits cannot set what they read"
        set_here = list(netns.counters(family=self.family))
        if [text for _, text in set_here] != [text for _, text in
                                              set_by_tool]:
            return f"iptables-legacy shows {set_here}, not {set_by_tool}"
        return None


def available(network, family, program):
    """None if the kernel has the layer, else why not.

    Asks about a table without rules, so that it is not about xt_sip.
    """
    try:
        carrier = Compat(network, family, program)
    except OSError as error:
        said = f"it runs no 32-bit programs ({error.strerror})"
    else:
        said = carrier.ask(GET)[0]
        Legacy.set(carrier, None)
        carrier.sock.close()
        carrier.child.stdin.close()
        carrier.child.wait()
    if said == "ok":
        return None
    if configured():
        raise lib.NetworkError(f"the kernel has {OPTION}, but: {said}")
    return f"the kernel has no {OPTION.removesuffix('=y')}: {said}"
