# SPDX-License-Identifier: GPL-2.0
"""Tests errors of nft-sip: one sentence, status 2, no change."""

import contextlib
import os
import re
import tempfile

from tests.lib import sources
from tests.lib.nftsip import Tables

ADD = "add rule inet f sip "
MORE = """set plain { type ipv4_addr; }
set ranges { type ipv4_addr; flags interval; }
set fixed { type ipv4_addr; flags constant; elements = { 192.0.2.1 }; }
set nottimed { type ipv4_addr; flags dynamic; }
set ports { type inet_service; }
set pairs { type ipv4_addr . inet_service; }
map values { type ipv4_addr : mark; }
"""

# Words of nft-sip, and what its sentence has in it; %H is the handle of a rule
# that is there.
ROWS = (
    # verbs and options
    ("", "expected a verb: add, insert"),
    ("frobnicate", '"frobnicate": unknown verb: expected add'),
    ("add", "argument 2: the end: expected \"rule\""),
    ("add table inet f", 'argument 2: "table": expected "rule"'),
    ("add rule", "the end: expected a family"),
    ("add rule inet", "the end: expected the name of a table"),
    ("add rule inet f", "the end: expected the name of a chain"),
    (ADD, "argument 6: the end: expected a rule"),
    ("add rule filter sip --scanner", '"filter": expected a family: ip, ip6'),
    ("add rule netdev f sip --scanner drop", '"netdev": expected a family'),
    ("-x list", '"-x": unknown option'),
    ("list -f", '"-f": expected a file after it'),
    ("apply", "apply: expected a file, for example: nft-sip apply -f"),
    ("diff", "diff: expected a file"),
    ("apply rules", '"rules": expected only options'),
    ("list inet f sip more", '"more": expected nothing more'),
    ("apply -f /nonexistent/x", "/nonexistent/x: No such file or directory"),
    ("apply -f /", "/: Is a directory"),
    ("save -f /nonexistent/x", "/nonexistent/x: No such file or directory"),
    # chains
    ("add rule inet none sip --scanner", "there is no table inet none"),
    ("add rule ip f sip --scanner", "there is no table ip f"),
    ("add rule inet f none --scanner", "there is no chain none in table inet "
     "f: chains are made by nft, for example: nft add chain inet f none"),
    (ADD + "--scanner jump none", "argument 7: there is no chain none"),
    (ADD + "--scanner goto sip", "chain sip would jump to itself"),
    ("list inet none", "there is no table inet none"),
    ("list inet f none", "there is no chain none"),
    ("save inet f none", "there is no chain none"),
    # sets
    (ADD + "--scanner add @none drop", "argument 7: there is no set none in "
     "table inet f (a set belongs to one table): sets are made by nft, for "
     "example: nft add set inet f none '{ type ipv4_addr; flags"),
    (ADD + "--scanner add @plain", "packets cannot add to set plain: expected "
     '"flags dynamic,timeout"'),
    (ADD + "--scanner add @ranges", 'has "flags interval"'),
    (ADD + "--scanner add @fixed", 'has "flags constant"'),
    (ADD + "--scanner add @nottimed timeout 1d", "nothing can time out in set "
     "nottimed"),
    (ADD + "--scanner add @ports", "set ports does not hold addresses"),
    (ADD + "--scanner add @pairs", "set pairs does not hold addresses"),
    (ADD + "--scanner add @values", "set values does not hold addresses"),
    (ADD + "--scanner add @banned { ip6 saddr }", "holds the other kind of "
     "addresses"),
    (ADD + "--scanner add @banned add @banned6", "this is for ip6, and the "
     "rule is for ip"),
    (ADD + "ip saddr @none drop", "argument 6: there is no set none"),
    (ADD + "ip saddr @ports drop", "set ports does not fit to saddr: expected "
     '"type ipv4_addr"'),
    (ADD + "ip6 saddr @plain drop", 'expected "type ipv6_addr"'),
    (ADD + "udp dport @plain drop", 'expected "type inet_service"'),
    # handles
    ("delete rule inet f sip", "expected \"handle\" and a number"),
    ("delete rule inet f sip handle", "the end: expected a handle"),
    ("delete rule inet f sip handle x", '"x": expected a handle'),
    ("delete rule inet f sip handle 0", '"0": expected a handle'),
    ("delete rule inet f sip handle 99999", '"99999": no rule of chain sip'),
    ("delete rule inet f other handle %H", "no rule of chain other"),
    ("delete rule inet f sip handle %H drop", '"drop": expected nothing'),
    ("replace rule inet f sip --scanner", 'expected "handle"'),
    ("replace rule inet f sip handle 99999 --scanner", "no rule of chain sip"),
    ("insert rule inet f sip handle 99999 --scanner", "no rule of chain sip"),
    ("replace rule inet f sip handle %H", "expected a rule"),
)

# What a file says, and what its error has in it. The kernel is asked only for
# what can be read.
FILES = (
    ("table inet f {\n chain sip {\n  --scanner drop\n  --baned drop\n }\n}\n",
     'stdin:4:3: "--baned": unknown option'),
    ("table inet f {\n chain sip { --scanner drop; }\n chain none { drop; }\n}",
     "stdin:3:2: there is no chain none in table inet f"),
    ("table inet f {\n chain sip { --banned drop\n"
     "  --scanner counter add @none drop; }\n}",
     "stdin:3:21: there is no set none"),
    ("table inet f { chain sip { counter; }; chain other { jump sip; }\n"
     "chain last { jump other }\n}\ntable inet f { chain sip { drop } }",
     "stdin:4:16: chain sip of table inet f is in this file already"),
    ("table inet f { chain sip { jump other; }\n chain other { jump sip; } }",
     "a jump that makes a loop"),
)


@contextlib.contextmanager
def unchanged(checks, tables):
    """What is done in here changes nothing."""
    before = tables.ruleset()
    yield
    checks.equal("nothing changed", before, tables.ruleset())


def check(checks, what, got, wanted):
    """One sentence on stderr with @wanted, status 2."""
    status, out, error = got
    checks.true(what, status == 2 and wanted in error and
                error.startswith("nft-sip: ") and "\n" not in error and
                not out, f"status {status}: {out} {error}")


def test_words(network, checks):
    """Mistakes on the command line and in files."""
    with Tables(network.server, more=MORE) as tables:
        tables.add("--banned", "drop")
        handle = str(tables.rules()[0][0])
        with unchanged(checks, tables):
            for row, wanted in ROWS:
                words = row.replace("%H", handle).split()
                check(checks, row, tables.run(*words), wanted)
            for text, wanted in FILES:
                got = tables.run("apply", "-f", "-", text=text)
                check(checks, text, got, wanted)


def test_rights(network, checks):
    """Not root: said so, whatever was asked for."""
    with Tables(network.server) as tables, unchanged(checks, tables):
        for words in ("list", "save", "add rule inet f sip --scanner drop",
                      "delete rule inet f sip handle 7", "apply -f -",
                      "diff -f -"):
            got = tables.run("--reuid", "65534", "--clear-groups", "nft-sip",
                             *words.split(), name="setpriv",
                             text=tables.file(sip="drop"))
            check(checks, words, got,
                  "the kernel does not permit it: expected root")


@contextlib.contextmanager
def no_module():
    """modprobe finds no xt_sip."""
    path = "/etc/modprobe.d/no-xt_sip.conf"
    os.makedirs("/etc/modprobe.d", exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write("install xt_sip /bin/false\n")
    try:
        yield
    finally:
        os.unlink(path)


def test_missing(network, checks):
    """The module or the plugin is not there."""
    with Tables(network.server) as tables:
        with unchanged(checks, tables), tempfile.TemporaryDirectory() as empty:
            for words in ("list", ADD + "--scanner drop", "apply -f -"):
                got = tables.run(*words.split(), text=tables.file(sip="drop"),
                                 env={"XTABLES_LIBDIR": empty})
                check(checks, f"no plugin: {words}", got,
                      "the iptables plugin libxt_sip.so is not installed in "
                      + empty)
        if sources.module_users() is not None:
            checks.true("not loaded", sources.unload_module())
        with no_module(), unchanged(checks, tables):
            for words in (ADD + "--scanner drop", "apply -f -"):
                got = tables.run(*words.split(), text=tables.file(sip="drop"))
                check(checks, f"no module: {words}", got,
                      f"kernel {os.uname().release} does not know the match "
                      '"sip" (revision 0): the module xt_sip is not installed')
            checks.equal("list needs none", "", tables.sip("list"))
        tables.add("--scanner", "drop")
        checks.equal("with it", ["--scanner drop"], tables.texts())


def test_odd_rules(network, checks):
    """Rules that look like ours and have what is not: comments, not saved."""
    with Tables(network.server) as tables:
        tables.nft('add rule inet f sip tcp flags syn drop comment '
                   '"nft-sip: x"\nadd rule inet f other udp dport 5060 '
                   'counter drop comment "nft-sip"\n')
        text = tables.sip("list")
        checks.true("listed as a comment", re.search(
            r"\t\t# handle \d+: changed by another program", text), text)
        checks.equal("what has a text is listed", ["udp dport 5060 counter "
                                                   "drop"],
                     tables.texts("other"))
        status, out, error = tables.run("save")
        checks.true("save says that it cannot", status == 2 and not out and
                    "1 rules were changed by another program" in error, error)
        tables.apply(sip="--scanner drop", other="")
        checks.equal("apply makes it right", ["--scanner drop"],
                     tables.texts())
