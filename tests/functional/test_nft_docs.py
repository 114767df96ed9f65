# SPDX-License-Identifier: GPL-2.0
"""Tests every example of nft-sip(8), and what bash completes.

Its rulesets in examples/ are in tests/examples.
"""

import os
import re

from tests.lib.checkout import TOP
from tests.lib.nftsip import Tables

CONF = "/etc/nft-sip.conf"


def read(path):
    """A file of the repository."""
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def man_examples():
    """[(kind, text)] of what the page marks as an example."""
    found = re.findall(r'^\.\\" example: (\w+)\n\.nf\n(.*?)^\.fi$',
                       read("nft/nft-sip.8"), re.M | re.S)
    return [(kind, text.replace(r"\-", "-").replace(r"\(dq", '"')
             .replace(r"\e", "\\")) for kind, text in found]


def test_manual(network, checks):
    """The examples of the manual, in their order."""
    examples = man_examples()
    checks.equal("all are marked", read("nft/nft-sip.8").count("\n.nf\n"),
                 len(examples) + 1)
    network.server.ip(["link add eth0 type veth peer name eth0peer",
                       "link set eth0 up"])
    with Tables(network.server) as tables:
        tables.nft("flush ruleset\n")
        for number, (kind, text) in enumerate(examples, 1):
            if kind == "nft":
                tables.nft(text)
            elif kind == "conf":
                with open(CONF, "w", encoding="utf-8") as file:
                    file.write(text)
            else:
                text = text.replace(" handle 7 ", " handle 1 ")
                network.server.run("sh", "-ec", text)
            checks.true(f"example {number}", True)
        checks.true("the last one is there", "--scanner --ban 1d counter "
                    "packets 0 bytes 0 goto caught" in tables.sip("list"),
                    tables.sip("list"))
        tables.sip("diff", "-f", CONF)
    network.server.ip(["link del eth0"])
    os.unlink(CONF)


COMPLETE = """
. /usr/share/bash-completion/bash_completion
. "$XT_SIP_REPO/nft/nft-sip.bash-completion"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
COMP_TYPE=9 COMP_KEY=9
_nft_sip
printf '%s\\n' "${COMPREPLY[@]}"
"""

# Words so far, the last of them not yet whole; what may follow, or a part of
# it where ... is at the end.
COMPLETIONS = (
    ("", "add insert replace delete list apply diff save -f --file ..."),
    ("de", "delete"),
    ("-", "-f --file -c --check -a --handle -s --stateless -h --help -V "
     "--version"),
    ("apply --c", "--check"),
    ("add ", "rule"),
    ("add rule ", "ip ip6 inet"),
    ("add rule inet ", "f"),
    ("add rule inet f ", "in sip other"),
    ("add rule inet f s", "sip"),
    ("add rule inet f sip --sc", "--scanner"),
    ("add rule inet f sip --ban", "--banned --ban"),
    ("add rule inet f sip --method RE", "REFER REGISTER"),
    ("add rule inet f sip --method REGISTER co", "counter continue"),
    ("add rule inet f sip --scanner jump ", "in sip other"),
    ("add rule inet f sip --scanner add @", "@banned @banned6"),
    ("add rule inet f sip --scanner add @banned t", "timeout"),
    ("add rule inet f sip --scanner drop ", ""),
    ("add rule inet f sip udp ", "sport dport"),
    ("delete rule inet f sip ", "handle"),
    ("delete rule inet f sip handle ", "%H"),
    ("replace rule inet f sip handle %H --sta", "--status"),
    ("list ", "ip ip6 inet"),
    ("list inet f ", "in sip other"),
    ("save inet ", "f"),
    ("-a list inet ", "f"),
)


def test_completion(network, checks):
    """bash completes what can follow."""
    with Tables(network.server) as tables:
        tables.add("--banned", "drop")
        handle = str(tables.rules()[0][0])
        for line, wanted in COMPLETIONS:
            words = line.replace("%H", handle).split(" ")
            got = network.server.run("bash", "-c", COMPLETE, "bash", "nft-sip",
                                     *words).split()
            wanted = wanted.replace("%H", handle).split()
            if wanted[-1:] == ["..."]:
                got, wanted = got[:len(wanted) - 1], wanted[:-1]
            checks.equal(repr(line), sorted(wanted), sorted(got))
