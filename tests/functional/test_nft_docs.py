# SPDX-License-Identifier: GPL-2.0
"""Tests every example of nft-sip(8), and its rulesets in examples/."""

import os
import re

from tests import lib
from tests.lib import Shot, sip, sources
from tests.lib.checkout import TOP
from tests.lib.nftsip import Tables

CONF = "/etc/nft-sip.conf"
PHONE = sip.request("REGISTER")
SCANNER = sip.request("OPTIONS", agent="friendly-scanner")


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


def device(netns):
    """The eth0 that examples speak of."""
    netns.ip(["link add eth0 type veth peer name eth0peer",
              "link set eth0 up"])


def test_manual(network, checks):
    """The examples of the manual, in their order."""
    examples = man_examples()
    checks.equal("all are marked", read("nft/nft-sip.8").count("\n.nf\n"),
                 len(examples) + 1)
    device(network.server)
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


def same_options(rule):
    """A rule's options of the match, in any order."""
    return sorted(re.findall(r"--\S+(?: [^-\s]\S*)?", rule))


def test_recommended(network, checks):
    """examples/sip.nft and nft-sip.conf: the recommended ruleset."""
    conf = read("examples/nft-sip.conf")
    wanted = re.findall(r"^-A SIP\w* -m sip (.*?)(?: -j DROP)?$",
                        read("examples/recommended.rules"), re.M)
    rules = re.findall(r"^\t\t(--.*?)(?: counter)?(?: drop)?$", conf, re.M)
    checks.equal("the rules of recommended.rules",
                 [same_options(rule) for rule in wanted],
                 [same_options(rule) for rule in rules])
    with Tables(network.server) as tables:
        for turn in ("first", "again"):
            tables.nft(read("examples/sip.nft"))
            checks.equal(f"{turn}: nft alone is not all", 1,
                         tables.run("diff", "-f", "-", text=conf)[0])
            tables.sip("apply", "-f", "-", text=conf)
            checks.equal(f"{turn}: as the file says", "",
                         tables.sip("diff", "-f", "-", text=conf))
        for family in (4, 6):
            got = network.path(family).through(
                [Shot(PHONE, 0), Shot(SCANNER, 1), Shot(PHONE, 1)] +
                [Shot(PHONE, 0)])
            checks.equal(f"IPv{family}", [True, False, False, True],
                         [bool(one) for one in got])
        trunk = lib.CLIENTS[4][2]
        tables.nft(f"add element inet sip trunks {{ {trunk} }}\n")
        checks.true("a trunk is never judged",
                    network.path(4).through([Shot(SCANNER, 2)])[0])
    network.server.write(sources.SOURCES, "flush\n")


def test_readme(network, checks):
    """What README tells to type; the last of it finds a rule too many."""
    section = re.search("^## nftables\n(.*?)^## ", read("README.md"),
                        re.M | re.S)[1]
    lines = re.findall("^    (.*)$", section, re.M)
    checks.true("there are some", len(lines) > 3)
    with Tables(network.server) as tables:
        for number, line in enumerate(lines, 1):
            done = tables.run("-c", f"cd '{TOP}' && {line}", name="sh")
            checks.equal(line, int(number == len(lines)), done[0])
        checks.true("the rule is there", "--ua sipcli --ban 1d counter drop"
                    in tables.sip("-s", "list"))


def test_ingress(network, checks):
    """examples/sip-ingress.nft: the set feeds a drop at ingress."""
    with Tables(network.server) as tables:
        tables.nft(read("examples/sip-ingress.nft").replace("eth0", "up0"))
        tables.sip("apply", "-f", os.path.join(
            TOP, "examples/nft-sip-ingress.conf"))
        for family, name in ((4, "banned"), (6, "banned6")):
            got = network.path(family).through(
                [Shot(SCANNER, 1), Shot(PHONE, 1), Shot(PHONE, 0)])
            checks.equal(f"IPv{family}", [False, False, True],
                         [bool(one) for one in got])
            text = network.server.run("nft", "list", "chain", "inet", "sip",
                                      "ingress")
            checks.true(f"IPv{family}: at ingress", re.search(
                f"@{name} counter packets 1 ", text), text)
    network.server.write(sources.SOURCES, "flush\n")


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
