#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Writes the seeds of the fuzzers from the corpus and the plugin's test rules.

usage: seeds.py DIR

Writes DIR/TARGET/NAME for every target of tests/fuzz; fuzz_TARGET.c
describes how its inputs begin. Messages of XT_SIP_MESSAGES
(tests/lib/corpus.py) are used, too.
"""
import hashlib
import os
import random
import re
import struct
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
from tests.lib import blob, corpus

RULES = os.path.join(HERE, "..", "..", "xtables", "libxt_sip.t")
LONGEST = 10240         # of a message: above the window is enough

SCANNERS = [b"friendly-scanner", b"sipvicious", b"sundayddr", b"pplsip",
            b"sipcli", b"iWar", b"sip-scan", b"Nmap NSE", b"SIVuS", b"smap"]

CTL_LINES = """
ban 192.0.2.1 1h
ban 192.0.2.0/24 90s table t-1_b.c
ban 0.0.0.0/0 1s
ban 255.255.255.255/32 365d
ban 2001:db8::/64 10m table sip
ban ::ffff:192.0.2.1/128 1w
ban 64:ff9b::192.0.2.1/96 52w
BAN\t192.0.2.1 \t5m  Table  x \r
ban 192.0.2.1/024 31536000s
ban 192.0.2.1 366d
ban 192.0.2.1 0s
ban 192.0.2.1 4294967296
ban 192.0.2.1 7102w
ban 192.0.2.1 49711d
ban 192.0.2.1 1193047h
ban 192.0.2.1 71582789m
ban 192.0.2.1/33 1h
ban 192.0.2.1/ 1h
ban 192.0.2.1 1h table
ban 192.0.2.1 1h table x y
ban 192.0.2.1 1h name x
unban 192.0.2.1
unban 2001:db8::1 table sip
forgive ::/0 table x
flush
flush sip
flush .x
flush abcdefghijklmnopqrstuvwxyz01234
flush abcdefghijklmnopqrstuvwxyz012345
# xt_sip 1
src=192.0.2.1/32 table=sip seen=0 banned=3599
src=2001:db8::/64 table=x seen=1 banned=31536000
src=192.0.2.1/32 table=sip seen=1 banned=59 why=rate:10/m since=1 of=60 bans=3 hits=412
src=192.0.2.1/32 table=sip banned=59 why=scanner:sipvicious bans=1 hits=4294967296
src=192.0.2.1/32 table=sip trusted=7200 why=hand since=1
src=192.0.2.1/32 trusted=5 why=users:20/h why=malformed:5/m why=ua why=ua:1/d why=x
trust 192.0.2.1 2h table sip
distrust 2001:db8::/64
src=192.0.2.1/32 table=sip seen=17 banned=1 rate=50/s:100/100 users=20/h:23/20 scanner=sipvicious
src=192.0.2.1/32 table=sip seen=17 rate=5/m:0/5
src=192.0.2.1/32 banned=1 src=::1 table=a table=b banned=2d
src=x
table=sip
""".strip("\n").split("\n") + ["", "flush\nban ::1 1s\n\n"]


# ---- messages --------------------------------------------------------------

def messages():
    """(stream, bytes) of all messages there are."""
    return [(message.stream, message.data[:LONGEST])
            for message in corpus.own() + corpus.shared()]


def message_seed(stream, data, number):
    """The head of fuzz_message(): flags, cut, and a filling not in use."""
    flags = stream | (number % 8) << 1
    cut = number * 7919 % (len(data) + 1)
    return struct.pack("<BHHHB", flags, cut, 0, 0, ord("x")) + data


def message_seeds():
    found = messages()
    found += [(not stream, data) for stream, data in found if len(data) < 300]
    return [message_seed(stream, data, number)
            for number, (stream, data) in enumerate(found)]


# From tag, branch, Call-ID, From URI: marks, and what comes close to one.
MARKS = [
    ("31303001353534313932", "z9hG4bK-327477860", "2855974939", "sip:100@h"),
    ("a1303001353534313932", "z9hG4bK-327477860", "2855974939", "sip:100@h"),
    ("31307f01353534313932", "z9hG4bK-327477860", "2855974939", "sip:100@h"),
    ("3130300135", "z9hG4bK-3", "28", "sip:100@h"),
    ("31303001" + "39" * 10, "z9hG4bK-3", "28", "sip:100@h"),
    ("31303001" + "39" * 11, "z9hG4bK-3", "28", "sip:100@h"),
    ("3130301" + "39" * 7, "z9hG4bK-3", "28", "sip:100@h"),
    ("01" + "39" * 7, "z9hG4bK-3", "28", "sip:100@h"),
    ("3130300135", "z9hG4bK-3", "1" * 25, "sip:100@h"),
    ("3130300135", "z9hG4bK-3", "1" * 26, "sip:100@h"),
    ("3206210844", "z9hG4bK-2293280975", "1018256762", "sip:100@h"),
    ("root", "foo", "50000", "sip:nm@nm"),
    ("a" * 20, "z9hG4bK" + "b" * 25, "c" * 60, "sip:x@h"),
    ("70c00e8c", "z9hG4bK.0a1b2c3d", "x", "sip:x@h"),
    ("0a1b2c3d", "z" * 71, "x", "sip:x@h"),
    ("x", "0" * 71, "0123456789abcdef" * 2, "sip:x@h"),
    ("x", "z9hG4bK-" + "0123456789abcdeF" * 2, "0123456789abcdeF" * 2,
     "sip:x@h"),
    ("x", "z9hG4bK-" + "0123456789abcdee" * 2, "0123456789abcdef" * 2,
     "sip:x@h"),
]


def part_seed(tag, branch, call_id, uri, agent=""):
    """The lines that FLAG_PARTS of fuzz_scanner.c speaks of."""
    lines = [uri, tag, branch, call_id, agent, ""]
    return struct.pack("<B7x", 0x20) + "\n".join(lines).encode()


def scanner_seeds():
    """Requests; others have no tool."""
    marks = [part_seed(*mark) for mark in MARKS]
    marks += [part_seed(*MARKS[0], agent.decode()) for agent in SCANNERS]
    return marks + [
        seed for seed in message_seeds()
        if b"SIP/2.0\r\n" in seed and not seed[8:].startswith(b"SIP/2.0")]


# Steps of fuzz_cache.c: rules that see a packet, then like ones.
MEMO_STEPS = [(0x80, 0), (0xa0, 0), (0xc0, 0), (0x80, 0), (0x88, 0),
              (0x81, 40), (0xa0, 0), (0x82, 200), (0x84, 0), (0x83, 9)]


def memo_seeds():
    """Messages that scanners send, and some others."""
    steps = bytes([len(MEMO_STEPS) - 1]) + b"".join(
        struct.pack("<BH", *step) for step in MEMO_STEPS)
    return [steps + seed[8:] for seed in message_seeds()[::7]]


# ---- rules -----------------------------------------------------------------

def pattern_seeds():
    values = [b"friendly-scanner", b"sipcli/v1.8", b"a b a  b",
              b"Zoiper\r\n 5", b"ab" * 40, b"", b"x" * 300]
    seeds = []
    for anchors in (b"x", b"^x", b"x$", b"^x$"):
        for flags in range(4):
            for words in (SCANNERS, [b"a", b"ab", b"ba b", b"bab"],
                          [b"x" * 63], [b"a  b", b"b "], [b"zoiper 5"],
                          [b"%d" % i for i in range(200)]):
                texts = blob.packed(*(anchors.replace(b"x", word)
                                      for word in words))
                seeds += [struct.pack("<BHB", flags, len(texts), 0) +
                          texts + value
                          for value in values]
    return seeds


def blobs():
    """Rules of every kind, most of them valid; zeros at the end go."""
    sixteen = [code for i in range(16) for code in (100 + 10 * i,
                                                    105 + 10 * i)]
    long = [b"x" * 63] * 44
    make = blob.make
    found = [
        make("request"),
        make("response", "response"),
        make("method", methods=0x7fff),
        make("method response", "method", methods=0x4800),
        make("status", status=(100, 199, 486, 486, 600, 999)),
        make("status", status=(100, 199, 200, 299)),
        make("status", status=(100, 199, 201, 1000)),
        make("status response", "status", status=sixteen),
        make("ua", texts=SCANNERS),
        make("ua", "ua", texts=[b"^Asterisk PBX$", b"^a,b$", b"^\\$",
                                b"^^$\"' $"]),
        make("uri request", texts=[b"^sip:00", b"^sip:011"]),
        make("uri", "uri", texts=[b"pbx.example.com"]),
        make("from to", texts=[b"a"]),
        make("uri response", texts=[b"a"]),
        make("from response", texts=[b"@example.com"]),
        make("to", "to", texts=[b"^sip:900"]),
        make("contact ban", texts=[b"@192.0.2."], ban=60),
        make("ua", texts=long),
        make("ua", texts=long, text_size=2817),
        make("ua", texts=long, text_size=2815),
        make("request scanner malformed defect auth", "auth", defects=0xfff),
        make("response solicited"),
        make("response solicited", "solicited"),
        make("banned"),
        make("banned", "banned"),
        make("malformed ban", ban=600),
        make("malformed ban", ban=31536001),
        make("users", users=200, users_unit=86400),
        make("users", users=201, users_unit=1),
        make("status by_dst forgive", status=(200, 299)),
        make("users method", methods=0x800, users=20, users_unit=3600),
        make("request response"),
        make("request status", status=(200, 299)),
        make("ban forgive", ban=1),
        make("by_dst"),
        make(""),
        make("response auth"),
        make("response scanner"),
        make("response auth solicited", "solicited"),
        make("request solicited"),
        make("solicited", name=b"", prefix4=0, prefix6=0),
        make("scanner solicited"),
        make("status auth", status=(401, 401)),
        make("status scanner", status=(401, 401)),
        make("ban banned", "banned", ban=5),
    ]
    found += [make("rate", rate=rate, rate_unit=unit, burst=burst)
              for unit in (1, 60, 3600, 86400, 7)
              for rate, burst in ((1, 1), (50, 100), (1000000, 1000000),
                                  (0, 5), (1, 1000000), (1000001, 5), (5, 0))]
    found += [make("banned", name=name, prefix4=0, prefix6=128)
              for name in (b"a" * 31, b"a" * 32, b".x", b"x.y-z_0", b"",
                           b"a b")]
    return [info.rstrip(b"\0") for info in found]


def option_seeds():
    """Option words of the plugin's own test rules; and blobs."""
    with open(RULES, encoding="utf-8") as table:
        lines = [line for line in table.read().split("\n")
                 if line.startswith("-m sip") and ";" in line]
    files = [b"", b"friendly-scanner\n# x\n\n ^a$ \n", b"\xef\xbb\xbfx\r\n\\",
             b"a\0b"]
    seeds = []
    for number, line in enumerate(lines):
        rule = line.split(";")[0][len("-m sip"):]
        rule = re.sub(r" -m sip\b", "", rule)
        seeds.append(b"\0" + rule.encode() + b"\0" + files[number % 4])
    # More than a rule holds; more than can be saved, by their backslashes.
    seeds.append(b"\0" + 3 * (b" --ua " + b",".join([b"x" * 63] * 15)))
    seeds += [b"\1" + blob.make("ua", texts=[byte * 63] * 44)
              for byte in (b",", b"\\")]
    return seeds + [b"\1" + data for data in blobs()]


# ---- others ----------------------------------------------------------------

def user_seeds():
    """A head of limit and unit, then steps: see fuzz_sketch.c."""
    chance = random.Random(1)
    seeds = []
    for limit in (1, 5, 20, 50, 200):
        for scale in (0, 8, 16, 28, 31, 40):
            head = struct.pack("<BB", limit - 1, scale % 4)
            steps = b"".join(
                struct.pack("<BHB", chance.choice([0, 0, 1, scale]),
                            chance.randrange(65536), chance.randrange(256))
                for _ in range(chance.choice([3, 40, 400])))
            seeds.append(head + steps)
    crowd = b"".join(struct.pack("<BHB", 31 << 3, 0, i) for i in range(256))
    return seeds + [b"\x13\x02" + crowd]


TARGETS = {
    "parse": message_seeds,
    "scanner": scanner_seeds,
    "cache": memo_seeds,
    "pattern": pattern_seeds,
    "validate": blobs,
    "command": lambda: [line.encode() for line in CTL_LINES],
    "options": option_seeds,
    "sketch": user_seeds,
}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: seeds.py DIR")
    for target, make in TARGETS.items():
        place = os.path.join(sys.argv[1], target)
        os.makedirs(place, exist_ok=True)
        for old in os.listdir(place):
            os.unlink(os.path.join(place, old))
        for seed in make():
            name = hashlib.sha1(seed).hexdigest()
            with open(os.path.join(place, name), "wb") as file:
                file.write(seed)


main()
