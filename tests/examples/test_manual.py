# SPDX-License-Identifier: GPL-2.0
"""Checks that the manual names everything that a user can meet:

man/xt_sip.8 must name: options of the plugin, keys of a line of sources,
commands, metrics, attack tools, every sentence with which the kernel refuses
something, and every file of examples/. Options must be in what
xtables/make-man prints and in the plugin's --help, too. And the two forms of a
ruleset, NAME.rules and NAME.nft-sip, must have the same options of the match.
Needs no kernel.
"""

import glob
import re
import subprocess

import pytest

from tests.examples import find

PAGE = "man/xt_sip.8"


def page():
    """The manual as a reader sees it, in one line."""
    said = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=500", PAGE],
                          cwd=find.TOP, check=True, capture_output=True,
                          text=True).stdout
    return " ".join(re.sub(".\b", "", said).split())


def strings(path, pattern):
    """What a pattern finds in a source; C strings that are split are one."""
    text = re.sub(r'"\s*\n\s*"', "", find.read(path))
    return [one.replace('\\"', '"') for one in re.findall(pattern, text)]


def options():
    """--name of each."""
    return ["--" + name for name in strings(
        "xtables/libxt_sip.c", r'SIP_(?:FLAG|WORD)\("([\w-]+)"')]


def keys():
    """key= of a line of sources."""
    kinds = glob.glob("kernel/count_*.c", root_dir=find.TOP)
    return [key for path in ("kernel/proc_sources.c", *kinds)
            for key in strings(path, r'[" ](\w+=)%')]


def verbs():
    """Commands that are written to sources."""
    return strings("kernel/sip/command.c", r'is_word\(\w+, "(\w+)"\)')


def metrics():
    """Names in stats."""
    return ["xt_sip_" + name for name in strings(
        "kernel/proc_stats.c", r'show_(?:head\(seq, |\w+\(seq, (?:sn|stats),\s+)"(\w+)"')]


def labels():
    """Values of labels that are not in --help."""
    return (strings("kernel/proc_stats.c", r'\]\s*= "(\w+)"') +
            strings("kernel/sip/names.c", r'SIP_TOOL_\w+\]\s*= "(\w+)"'))


def sentences():
    """With which the kernel refuses something; %s and %d are filled in."""
    found = strings("kernel/sip/validate.c", r'return "([^"]+)"')
    found += ["/proc/net/xt_sip/sources: " + one for one in strings(
        "kernel/sip/command.c", r'(?:return|error =) "([^"]+)"')]
    found += [one for path in ("kernel/match.c", "kernel/rule.c",
                               "kernel/proc_sources.c")
              for one in strings(path, r'pr_\w+\("([^"]+)\\n"')
              if one not in ("%s", "/proc/net/xt_sip/sources: %s")]
    values = {"--name %s": "--name sip", "are %d tables": "are 64 tables",
              "than %d bytes": "than 512 bytes",
              "length of %u": "length of n", "ADDRESS/%u": "ADDRESS/n"}
    for old, new in values.items():
        found = [one.replace(old, new) for one in found]
    return found


def sort(options):
    """A rule's options, in one order."""
    return " ".join(sorted(re.split(" (?=--)", options)))


def test_policies():
    """Two forms of a ruleset have the same rules."""
    for name in find.files():
        nft = name.replace("recommended.rules", "nft-sip.conf").replace(
            ".rules", ".nft-sip")
        if nft == name or nft not in find.files():
            continue
        rules = re.findall(r"^-A .*-m sip (--.*?)(?: -[jg] \w+)?$",
                           find.read("examples", name), re.M)
        lines = re.findall(r"^\t\t(?!#)(?:\w+ \w+ \d+ )*(--.*?)"
                           r"(?: counter| drop| return| (?:jump|goto) \w+)*$",
                           find.read("examples", nft), re.M)
        assert rules, name
        assert sorted(set(map(sort, rules))) == sorted(set(map(sort, lines)))


def help_text():
    """What the plugin says of itself."""
    return " ".join(strings("xtables/libxt_sip.c",
                            r'(?:puts|help_names)\("((?:.|\n)*?)"[,)]'))


def stems():
    """Names of examples, without their endings."""
    return [name.removesuffix(".rules").removesuffix(".nft-sip").removesuffix(
        ".nft") for name in find.files()]


@pytest.mark.parametrize("made, least", (
    (options, 20), (keys, 6), (verbs, 5), (metrics, 15), (labels, 10),
    (sentences, 50), (stems, 20)))
def test_manual(made, least):
    """The manual has all of a kind, and so many were found at all."""
    found, manual = made(), page()
    assert len(found) >= least
    assert not [one for one in found if one not in manual]


def test_options():
    """The options are in the text for iptables-extensions(8), which ends with
    the last of them, and in --help."""
    made = subprocess.check_output([find.TOP + "/xtables/make-man"],
                                   text=True)
    roff = "".join(find.shown([made]))
    assert not [one for one in options() if one not in roff]
    assert made.endswith("Not together with \\fB\\-\\-ban\\fP.\n")
    assert not [one for one in options() if one not in help_text()]
