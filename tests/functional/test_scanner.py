# SPDX-License-Identifier: GPL-2.0
"""Tests --scanner: attack tools, whatever they call themselves.

What each tool sends is in tests/corpus, and so is what must not be taken for
one; tests/unit/test_scanner*.c read all of it, here it is one message a tool.
"""

import collections
import re

from tests.lib import bursts, corpus, sip, sources

OWN = {message.name: message.data for message in corpus.own()}
TOOLS = {message.tool: message.data for message in corpus.own()
         if message.tool and not message.stream and len(message.data) < 1400}
SVMAP = OWN["svmap-options-other-user-agent"]
SVWAR = OWN["svwar-other-user-agent"]
SVCRACK = OWN["svcrack-guess-other-user-agent"]
METASPLOIT = OWN["metasploit-options"]
ANSWER = OWN["response-to-svwar"]
PHONE = sip.request("REGISTER")


def to_user(user):
    """svwar's REGISTER for a user."""
    return re.sub(rb"\r\nTo:[^\r\n]*", b"\r\nTo: <sip:%s@h>" % user.encode(),
                  SVWAR)


MESSAGES = {"svmap": SVMAP, "svwar": SVWAR, "answer": ANSWER, "phone": PHONE,
            "to": sip.to_user, "svwarto": to_user}
CASES = [
    ("with --ban: from its first packet",
     "1 --scanner --ban 1d -j DROP; 2 --banned -j DROP",
     "1.1>1 2/2 phone; 1.1>2 1/1; 1.1>1 0/1 svwar; 1.1>1 0/1 phone; "
     "1.1>2 0/1; 2.1>2 1/1 svwar; 2.1>1 1/1 answer; 2.1>2 1/1"),
    ("what is no scanner is banned",
     "1 ! --scanner --method REGISTER --ban 1d; 1 --banned -j DROP",
     "1.1>1 2/2 svwar; 1.1>1 0/1 phone; 1.1>1 0/1 svwar"),
    ("with --banned", "1 --scanner --ban 1d; 2 --scanner --banned -j DROP",
     "1.1>2 2/2 svwar; 1.1>1 1/1 svwar; 1.1>2 0/2 svwar; 1.1>2 2/2 phone"),
    ("with --rate", "1 --scanner --rate 3/h --burst 3 -j DROP",
     "1.1>1 9/9 phone; 1.1>1 3/5 svwar; 1.1>1 0/2 svmap; 1.1>1 9/9 phone"),
    ("inverted, with --rate", "1 ! --scanner --rate 3/h --burst 3 -j DROP",
     "1.1>1 9/9 svwar; 1.1>1 3/5 phone; 1.1>1 2/2 svmap"),
    ("with --users", "1 --scanner --users 3/h -j DROP",
     "1.1>1 9/9 to:1-9; 1.1>1 3/8 svwarto:1-8; 1.1>1 9/9 to:1-9; "
     "1.1>1 0/2 svwarto:1-2"),
    ("with --forgive",
     "1 --rate 3/h --burst 3 -j DROP; 2 ! --scanner --forgive",
     "1.1>1 3/5; 1.1>2 2/2 svwar; 1.1>1 0/5; 1.1>2 2/2 phone; 1.1>1 3/5"),
]


def test_cases(way, checks, pool):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES, pool)


def counted(way, old):
    """How often each tool was counted since."""
    return {key.split('"')[1]: count
            for key, count in way.server.grown(old).items()
            if key.startswith("scanners_total{")}


def test_tools(way, checks):
    """Each tool has a name in sources and in stats."""
    way.rules("-A PREROUTING -m sip --scanner --ban 1h --prefix6 128 -j DROP")
    old = way.server.stats()
    for number, data in enumerate(TOOLS.values(), 1):
        checks.equal("arrives", [False], way.forge(f"{number}.1", 1, data))
    checks.equal("in stats", dict.fromkeys(TOOLS, 1), counted(way, old))
    checks.equal("in sources", {way.source(f"{number}.1"): tool
                                for number, tool in enumerate(TOOLS, 1)},
                 {one["src"].split("/")[0]: one["scanner"]
                  for one in sources.listed(way.server)})


def test_counters(way, checks):
    """However many rules ask, a message is counted once."""
    asking = ["--scanner", "! --scanner", "--method REGISTER --scanner",
              "--scanner --rate 1/h --burst 5 --name c", "--scanner --users 1/h",
              "! --scanner --ua zoiper"]
    for number, (table, chain) in enumerate((
            ("raw", "PREROUTING"), ("mangle", "PREROUTING"),
            ("filter", "INPUT"))):
        for backend in ("legacy", "nft"):
            way.server.rules([f"-A {chain} -m sip {one}" for one
                              in asking[number:]], table, way.family, backend)
    old = way.server.stats()
    sent = collections.Counter()
    for turn, (tool, data) in enumerate(2 * [*TOOLS.items()]):
        sent[tool] += turn % 3 + 1
        way.forge("1.1", 1, *(turn % 3 + 1) * [data])
    checks.equal("one by one", sent, counted(way, old))
    old = way.server.stats()
    way.there.bundle(4 * [SVWAR.ljust(700)])
    checks.equal("a bundle arrives", 4, len(way.there.arrived()))
    checks.equal("a bundle", {"sipvicious": 4}, counted(way, old))


# Messages of one length in one skb; how many arrive; the tools counted.
MERGED = [
    ([PHONE] * 3, 3, {}),
    ([PHONE, PHONE, SVWAR], 0, {"sipvicious": 1}),
    ([PHONE, METASPLOIT, SVWAR], 0, {"metasploit": 1}),
    ([ANSWER, PHONE], 2, {}),
]


def test_merged(way, checks):
    """UDP_SEGMENT: a bundle is a scanner's if one of its datagrams is."""
    way.rules("-A PREROUTING -m sip --scanner -j DROP")
    for messages, passing, tools in MERGED:
        old = way.server.stats()
        way.there.forget()
        way.there.bundle([data.ljust(700) for data in messages])
        label = [data[-120:] for data in messages]
        checks.equal(f"{label}: arrive", passing, len(way.there.arrived()))
        checks.equal(f"{label}: counted", tools, counted(way, old))


def test_listed(way, checks):
    """scanner= in the line of a source, for as long as there is a line."""
    def line():
        text = way.server.read(sources.SOURCES).partition("\n")[2].strip()
        text = re.sub(r"src=\S+ table=\w+ seen=\d+ ?", "", text)
        text = re.sub(r" ?\b(why|since|of|bans|hits)=\S+", "", text)
        return re.sub(r"(banned=)\d+", r"\1N", text)

    def meet(target, *messages):
        way.forge("1.1", target, *messages)
        return line()

    def start_again():
        sources.write(way.server, "flush")

    way.rules(*[f"-A PREROUTING -d {way.target(number)} -m sip {options}"
                for number, options in enumerate((
                    "--scanner", "--scanner --ban 2s --name l",
                    "--method REGISTER --ban 2s --name l",
                    "--scanner --rate 1/h --burst 1 --name m",
                    "! --scanner --ban 2s --name l"), 1)])
    checks.equal("no table", "", meet(1, SVWAR, SVMAP))
    checks.equal("no match", "", meet(2, PHONE, ANSWER))
    checks.equal("a ban", "banned=N scanner=sipvicious", meet(2, SVWAR))
    checks.equal("banned: nobody looks", "banned=N scanner=sipvicious",
                 meet(2, METASPLOIT))
    checks.true("the ban ends", sources.wait_until(
        lambda: line() == "scanner=sipvicious", 10), line())
    checks.equal("another tool", "banned=N scanner=metasploit",
                 meet(2, METASPLOIT))
    sources.write(way.server, f"unban {way.source('1.1')}")
    checks.equal("not banned any more", "scanner=metasploit", line())
    start_again()
    checks.equal("a ban without --scanner", "banned=N", meet(3, SVWAR))
    start_again()
    checks.equal("counted", "rate=1/h:1/1", meet(4, SVWAR))
    checks.equal("over the rate", "scanner=sipvicious rate=1/h:1/1",
                 meet(4, SVWAR))
    start_again()
    checks.equal("inverted", "banned=N", meet(5, PHONE))
