# SPDX-License-Identifier: GPL-2.0
"""Expands the words of a row into rules, sets and bans; see `rows`."""
import os
import socket
import struct
import tempfile

from bench.table import HERE, TableError
from tests.lib.checkout import TOP
from tests.lib.sources import SOURCES

UDP = "-p udp -m udp --dport 5060"
HASHLIMIT = ("-m hashlimit --hashlimit-above 50/sec --hashlimit-burst 100 "
             "--hashlimit-mode srcip --hashlimit-name sip_flood "
             "--hashlimit-htable-size 1048576 --hashlimit-htable-max 1048576 "
             "-j DROP")
METER = "add set ip t m { type ipv4_addr; size 2000000; flags dynamic; }"
FIRST = 0x0a000000              # 10.0.0.0: the sources of packets
OTHER = 0x64000000              # 100.0.0.0: others
# Who is banned or trusted: the first sources, or others.
STANDINGS = {"@bans": ("ban", FIRST), "@friends": ("trust", FIRST),
             "@others": ("ban", OTHER)}


def address(number):
    """An IPv4 address as text."""
    return socket.inet_ntoa(struct.pack("!I", number))


def strings(count, algorithm):
    """String rules with the last names of the file."""
    with open(os.path.join(HERE, "names"), encoding="ascii") as file:
        names = [line.strip() for line in file if not line.startswith("#")]
    return ['U -m string --string "%s" --algo %s -j DROP' % (name, algorithm)
            for name in names[-int(count):]]


def agents(count):
    """A --ua-file with count texts that begin alike.

    In a file, since iptables-restore takes no word of more than 1 KiB.
    """
    path = os.path.join(tempfile.gettempdir(), "agents-" + count)
    with open(path, "w", encoding="ascii") as file:
        for number in range(int(count) - 1):
            file.write("scanner-%d\n" % number)
        file.write("friendly-scanner\n")
    return "-m sip --ua-file " + path


def ruleset(path, changed=False):
    """The text of a file of the repository."""
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        text = file.read()
    # All that the bench sends is from strangers, and faster than they may.
    text = text.replace("--rate 400/s --burst 4000 --prefix4 0",
                        "--rate 1000000/s --burst 1000000 --prefix4 0")
    if changed:
        text = text.replace("--scanner --ban 1d-4w", "--scanner")
    return text


def rule(text):
    """One or more rules for the chain."""
    word, _, rest = text.partition(" ")
    if word == "@strings":
        lines = strings(*rest.split())
    elif word == "@recipe":
        lines = ["U @hashlimit", "U -m length --length 1501:65535 -j DROP",
                 *strings(8, "bm")]
    else:
        lines = [text]
    for line in lines:
        if "@agents" in line:
            before, _, rest = line.partition("@agents ")
            count, _, rest = rest.partition(" ")
            line = before + agents(count) + " " + rest
        if line.split()[0] == "U":
            line = UDP + line[1:]
        yield "-A PREROUTING " + line.replace("@hashlimit", HASHLIMIT)


def iptables(netns, row):
    """Load the rules of a row with one of the iptables."""
    whole, lines = None, []
    for text in row.rules:
        word, _, rest = text.partition(" ")
        if word == "@ipset":
            netns.run("ipset", "restore", text=ipset(int(rest)))
        elif word in ("@file", "@noban"):
            whole = ruleset(rest, word == "@noban")
        elif text and word not in STANDINGS:
            lines += rule(text)
    backend = {"legacy": "legacy", "compat": "nft"}[row.backend]
    netns.restore(whole or "\n".join(
        ["*raw", ":PREROUTING ACCEPT [0:0]", *lines, "COMMIT", ""]), 4, backend)


def ipset(count):
    """A set of the first sources, as `ipset restore` reads it."""
    text = "create s hash:ip maxelem 2000000\n"
    if count:
        text += "add s %s-%s\n" % (address(FIRST), address(FIRST + count - 1))
    return text


def nft(netns, row):
    """Load the rules of a row with nft."""
    text = ["add table ip t", "add chain ip t c "
            "{ type filter hook prerouting priority raw; policy accept; }"]
    for line in row.rules:
        word, _, rest = line.partition(" ")
        if word == "@meter":
            text.insert(1, METER)
        elif word == "@set":
            text.insert(1, "add set ip t s { type ipv4_addr; }")
            text[2:2] = ["add element ip t s { %s }" % ", ".join(
                address(FIRST + number) for number
                in range(start, min(start + 5000, int(rest))))
                for start in range(0, int(rest), 5000)]
        elif line:
            text.append("add rule ip t c " + line)
    netns.run("nft", "-f", "-", text="\n".join(text) + "\n")


def load(netns, row):
    """Load the rules of a row."""
    if row.backend == "nft":
        nft(netns, row)
    else:
        iptables(netns, row)
    bans(netns, row)


def bans(netns, row):
    """Ban or trust the sources that a row names."""
    for text in row.rules:
        word, _, rest = text.partition(" ")
        if word not in STANDINGS:
            continue
        verb, first = STANDINGS[word]
        for start in range(first, first + int(rest), 1000):
            end = min(start + 1000, first + int(rest))
            netns.write(SOURCES, "".join(
                "%s %s 1d\n" % (verb, address(number))
                for number in range(start, end)))


def check(row):
    """Are all of a row's words known? TableError if not."""
    known = ("@file", "@noban", "@strings", "@recipe", *STANDINGS, "@ipset",
             "@set", "@meter", "@hashlimit", "@agents")
    for text in row.rules:
        for word in text.split():
            if word.startswith("@") and word not in known and not (
                    row.backend == "nft"):
                raise TableError("%s: no '%s'" % (row.key, word))
        if text.startswith(("@file", "@noban")):
            ruleset(text.split()[1])
