# SPDX-License-Identifier: GPL-2.0
"""Tests --scanner: attack tools, whatever they call themselves.

What each tool sends is in tests/corpus, and so is what must not be taken for
one; each message comes from an address of its own, and is from the tool that
sources names for it.
"""

import collections
import random
import re
import socket

from tests import lib
from tests.functional import test_evasion
from tests.lib import bursts, corpus, packets, sip, sources
from tests.lib.bursts import Burst
from tests.lib.sources import address

MESSAGES = {message.name: message for message in corpus.own()}
TOOLS = {name: message for name, message in MESSAGES.items() if message.tool}
# Tools that their name alone gives away.
NAMED = re.compile("named-|nmap-by-name")
# Messages with their User-Agent in another place or spelling.
SPELLED = re.compile("evade-")
LARGEST = 65507

SVMAP = MESSAGES["svmap-options-other-user-agent"].data
SVWAR = MESSAGES["svwar-other-user-agent"].data
SVCRACK = MESSAGES["svcrack-guess-other-user-agent"].data
ANSWER = MESSAGES["response-to-svwar"].data
PHONE = sip.request("REGISTER")
ZOIPER = sip.request("REGISTER", agent="Zoiper")
FAMILIES = ((4, "legacy"), (6, "nft"))


def other_agent(data, agent):
    """The message with this User-Agent in place of its own; None: without."""
    line = b"" if agent is None else b"\r\nUser-Agent: " + agent
    return re.sub(rb"\r\nUser-Agent:[^\r\n]*", line, data, count=1)


# ---- Every message there is ----

def send(network, family, number, data, protocol=packets.UDP):
    """A message from the address of this number, in fragments if need be."""
    source, to = numbered(number, family), lib.SERVER[family]
    make = packets.udp if protocol == packets.UDP else packets.tcp
    whole = make(source, to, 5060, 5060, data)
    if len(whole) <= 1400:
        network.raw(packets.ip(source, to, protocol, whole))
        return
    for piece in packets.fragments(source, to, protocol, whole,
                                   range(1400, len(whole), 1400),
                                   network.next_ident()):
        network.raw(piece)


def numbered(number, family):
    """An address of its own, in a prefix of its own; from 1."""
    return (f"10.77.{number >> 8}.{number & 255}" if family == 4 else
            f"2001:db8:77:{number:x}::1")


def check_all(network, checks, family, backend, messages,
              protocol=packets.UDP):
    """Send [(name, data, tool)]; what --scanner and sources make of each."""
    network.server.rules(["-A PREROUTING -m sip --scanner --ban 1h --name all "
                          "-j DROP"], family=family, backend=backend)
    sources.write(network.server, "flush")
    old = network.server.stats()
    path = network.path(family)
    path.forget()
    for number, (_, data, _) in enumerate(messages, 1):
        send(network, family, number, data, protocol)
    arrived = {got.source[0] for got in path.arrived()}
    new = network.server.stats()
    tools = {one["src"].split("/")[0]: one["scanner"]
             for one in sources.listed(network.server)}
    for number, (name, data, tool) in enumerate(messages, 1):
        source = numbered(number, family)
        found = tools.get(source if family == 4 else source[:-1])
        checks.equal(f"{name}, IPv{family}: tool", tool, found, data)
        if protocol == packets.UDP:
            checks.equal(f"{name}, IPv{family}: arrives", not tool,
                         source in arrived, data)
    counts = collections.Counter(tool for _, _, tool in messages if tool)
    for key in new:
        if key.startswith("xt_sip_scanners_total{"):
            tool = key.split('"')[1]
            checks.equal(f"IPv{family}: {key}", counts[tool],
                         new[key] - old[key])
    network.clear()


def test_corpus(network, checks):
    """All messages of tests/lib/corpus.py, as datagrams."""
    def rows(messages):
        return [(m.name, m.data, m.tool) for m in messages
                if not m.stream and len(m.data) <= LARGEST]

    own = list(MESSAGES.values())
    check_all(network, checks, 4, "legacy", rows(own + corpus.shared()))
    check_all(network, checks, 6, "nft", rows(own))


def test_other_agents(network, checks):
    """Tools under other names: what has a mark of its own is still known."""
    chance = random.Random(5)
    for family, backend in ((4, "nft"), (6, "legacy")):
        agents = (b"Zoiper", b"Cisco-SIPGateway/IOS-12.x", b"", None,
                  b"%x" % chance.getrandbits(64))
        check_all(network, checks, family, backend, [
            (f"{name} as {agent}", other_agent(message.data, agent),
             None if NAMED.match(name) else message.tool)
            for name, message in TOOLS.items() if not message.stream and
            not SPELLED.match(name) for agent in agents])


def test_tcp(network, checks):
    """As segments of TCP, which need nothing else to be known."""
    rows = [(m.name, m.data, m.tool) for m in MESSAGES.values()
            if (m.tool or m.stream) and 0 < len(m.data) <= 1300]
    for family, backend in FAMILIES:
        check_all(network, checks, family, backend, rows, packets.TCP)


# ---- With other options ----

def to_users(pool, first, last):
    """svwar's REGISTERs for users of a Pool."""
    return [re.sub(rb"\r\nTo:[^\r\n]*", b"\r\nTo: <sip:%s@h>" % user.encode(),
                   SVWAR) for user in pool[first - 1:last]]


CASES = [
    ("alone",
     ["-d {1} -m sip --scanner -j DROP"],
     [Burst("1.1", 1, 2, 0, SVWAR), Burst("1.1", 1, 2, 2, PHONE),
      Burst("1.1", 1, 1, 0, SVMAP), Burst("1.1", 1, 1, 0, SVCRACK),
      Burst("1.1", 1, 2, 2, ANSWER), Burst("1.1", 1, 2, 2, sip.JUNK),
      Burst("1.1", 1, 2, 2, b""), Burst("1.1", 1, 2, 2, b"\r\n\r\n")]),
    ("inverted",
     ["-d {1} -m sip ! --scanner -j DROP"],
     [Burst("1.1", 1, 2, 2, SVWAR), Burst("1.1", 1, 2, 0, PHONE),
      Burst("1.1", 1, 2, 0, ANSWER), Burst("1.1", 1, 2, 0, sip.JUNK),
      Burst("1.1", 1, 2, 0, b"\r\n\r\n")]),
    ("with a method",
     ["-d {1} -m sip --scanner --method REGISTER -j DROP",
      "-d {2} -m sip --scanner ! --method REGISTER -j DROP",
      "-d {3} -m sip ! --scanner --method REGISTER -j DROP"],
     [Burst("1.1", 1, 1, 0, SVWAR), Burst("1.1", 1, 1, 1, SVMAP),
      Burst("1.1", 2, 1, 1, SVWAR), Burst("1.1", 2, 1, 0, SVMAP),
      Burst("1.1", 3, 1, 1, SVWAR), Burst("1.1", 3, 1, 1, SVMAP),
      Burst("1.1", 3, 1, 0, PHONE)]),
    ("with --auth",
     ["-d {1} -m sip --scanner --auth -j DROP",
      "-d {2} -m sip --request --scanner ! --auth -j DROP"],
     [Burst("1.1", 1, 1, 1, SVWAR), Burst("1.1", 1, 1, 0, SVCRACK),
      Burst("1.1", 2, 1, 0, SVWAR), Burst("1.1", 2, 1, 1, SVCRACK),
      Burst("1.1", 2, 1, 1, PHONE)]),
    ("with --ua",
     ["-d {1} -m sip --scanner --ua ^zoiper$ -j DROP",
      "-d {2} -m sip ! --scanner --ua ^zoiper$ -j DROP",
      "-d {3} -m sip --scanner ! --ua ^zoiper$ -j DROP"],
     [Burst("1.1", 1, 1, 0, SVMAP), Burst("1.1", 1, 1, 1, ZOIPER),
      Burst("1.1", 1, 1, 1, SVWAR), Burst("1.1", 2, 1, 1, SVMAP),
      Burst("1.1", 2, 1, 0, ZOIPER), Burst("1.1", 3, 1, 1, SVMAP),
      Burst("1.1", 3, 1, 0, SVWAR), Burst("1.1", 3, 1, 1, PHONE)]),
    ("with --ban: from its first packet",
     ["-d {1} -m sip --scanner --ban 1d -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [Burst("1.1", 1, 2, 2, PHONE), Burst("1.1", 2, 1, 1),
      Burst("1.1", 1, 1, 0, SVWAR), Burst("1.1", 1, 1, 0, PHONE),
      Burst("1.1", 2, 1, 0), Burst("2.1", 2, 1, 1, SVWAR),
      Burst("2.1", 1, 1, 1, ANSWER), Burst("2.1", 2, 1, 1)]),
    ("what is no scanner is banned",
     ["-d {1} -m sip ! --scanner --method REGISTER --ban 1d",
      "-d {1} -m sip --banned -j DROP"],
     [Burst("1.1", 1, 2, 2, SVWAR), Burst("1.1", 1, 1, 0, PHONE),
      Burst("1.1", 1, 1, 0, SVWAR)]),
    ("with --banned",
     ["-d {1} -m sip --scanner --ban 1d",
      "-d {2} -m sip --scanner --banned -j DROP"],
     [Burst("1.1", 2, 2, 2, SVWAR), Burst("1.1", 1, 1, 1, SVWAR),
      Burst("1.1", 2, 2, 0, SVWAR), Burst("1.1", 2, 2, 2, PHONE)]),
    ("with --rate",
     ["-d {1} -m sip --scanner --rate 3/h --burst 3 -j DROP"],
     [Burst("1.1", 1, 9, 9, PHONE), Burst("1.1", 1, 5, 3, SVWAR),
      Burst("1.1", 1, 2, 0, SVMAP), Burst("1.1", 1, 9, 9, PHONE)]),
    ("inverted, with --rate",
     ["-d {1} -m sip ! --scanner --rate 3/h --burst 3 -j DROP"],
     [Burst("1.1", 1, 9, 9, SVWAR), Burst("1.1", 1, 5, 3, PHONE),
      Burst("1.1", 1, 2, 2, SVMAP)]),
    ("with --users",
     ["-d {1} -m sip --scanner --users 3/h -j DROP"],
     [bursts.users("1.1", 1, 1, 9, 9),
      Burst("1.1", 1, 8, 3, lambda pool: to_users(pool, 1, 8)),
      bursts.users("1.1", 1, 1, 9, 9),
      Burst("1.1", 1, 2, 0, lambda pool: to_users(pool, 1, 2))]),
    ("with --forgive",
     ["-d {1} -m sip --rate 3/h --burst 3 -j DROP",
      "-d {2} -m sip ! --scanner --forgive"],
     [Burst("1.1", 1, 5, 3), Burst("1.1", 2, 2, 2, SVWAR),
      Burst("1.1", 1, 5, 0), Burst("1.1", 2, 2, 2, PHONE),
      Burst("1.1", 1, 5, 3)]),
]


def test_cases(network, checks):
    """Every case, both families, half with legacy and half with nft."""
    bursts.run(network, checks, CASES, bursts.Pool(network, 10).users)


# ---- What sources shows ----

def test_counters(network, checks):
    """However many rules ask, a packet is counted once."""
    chance = random.Random(7)
    asking = ["--scanner", "! --scanner", "--method REGISTER --scanner",
              "--scanner --rate 1/h --name c", "--scanner --users 1/h",
              "! --scanner --ua zoiper"]
    rows = [message for name, message in TOOLS.items()
            if not message.stream] + [MESSAGES["response-to-svwar"]]
    for family in (4, 6):
        for number, (table, chain) in enumerate((
                ("raw", "PREROUTING"), ("mangle", "PREROUTING"),
                ("filter", "INPUT"))):
            for backend in ("legacy", "nft"):
                network.server.rules([f"-A {chain} -m sip {one}" for one
                                      in asking[number:]], table, family,
                                     backend)
        old = network.server.stats()
        sent = collections.Counter()
        for message in chance.choices(rows, k=100):
            for _ in range(chance.choice((1, 1, 3))):
                send(network, family, 1, message.data)
                sent[message.tool] += 1
        network.path(family).arrived()
        new = network.server.stats()
        for key in new:
            if key.startswith("xt_sip_scanners_total{"):
                checks.equal(f"IPv{family}: {key}", sent[key.split('"')[1]],
                             new[key] - old[key])
        network.server.clear()


def test_listed(network, checks):
    """scanner= in the line of a source, for as long as there is a line."""
    def line():
        text = network.server.read(sources.SOURCES).partition("\n")[2].strip()
        text = re.sub(r"table=\w+ seen=\d+ ?", "", text)
        return re.sub(r"(banned=)\d+", r"\1N", text)

    def meet(target, *messages, wait=False):
        if wait:
            checks.true("the ban ends", sources.wait_until(
                lambda: "banned=" not in line(), 10))
        sources.arrive(network, [("10.5.1.1", lib.target(target, 4), data)
                                 for data in messages])
        return line()

    network.server.rules([
        f"-A PREROUTING -d {lib.target(number, 4)} -m sip {options}"
        for number, options in enumerate((
            "--scanner", "--scanner --ban 2s --name l",
            "--method REGISTER --ban 2s --name l",
            "--scanner --rate 1/h --burst 1 --name m",
            "! --scanner --ban 2s --name l"), 1)])
    sources.write(network.server, "flush")
    src = "src=10.5.1.1/32 "
    checks.equal("no table", "", meet(1, SVWAR, SVMAP))
    checks.equal("no match", "", meet(2, PHONE, ANSWER))
    checks.equal("a ban", f"{src}banned=N scanner=sipvicious",
                 meet(2, SVWAR))
    checks.equal("banned: nobody looks",
                 f"{src}banned=N scanner=sipvicious",
                 meet(2, MESSAGES["metasploit-options"].data))
    checks.equal("the ban is over", f"{src}scanner=sipvicious",
                 meet(1, PHONE, wait=True))
    checks.equal("another tool", f"{src}banned=N scanner=metasploit",
                 meet(2, MESSAGES["metasploit-options"].data))
    sources.write(network.server, "unban 10.5.1.1", "forgive 10.5.1.1")
    checks.true("not banned any more", line().endswith(
        "scanner=metasploit"), line())
    sources.write(network.server, "flush")
    checks.equal("flush", "", line())
    checks.equal("a ban without --scanner", f"{src}banned=N",
                 meet(3, SVWAR))
    sources.write(network.server, "flush")
    checks.equal("counted", f"{src}rate=1/h:1/1", meet(4, SVWAR))
    checks.equal("over the rate", f"{src}scanner=sipvicious rate=1/h:1/1",
                 meet(4, SVWAR))
    sources.write(network.server, "flush")
    checks.equal("inverted", f"{src}banned=N", meet(5, PHONE))
    sources.write(network.server, "flush")


# ---- Packets of other kinds ----

def test_fragments(network, checks):
    """Cut at every place where a fragment can end."""
    for family, backend in FAMILIES:
        network.server.rules(["-A PREROUTING -m sip --scanner -j DROP"],
                             family=family, backend=backend)
        source, to = address("1.1", family), lib.SERVER[family]
        path = network.path(family)
        for data, passing in ((SVWAR, 0), (SVCRACK, 0), (ZOIPER, 1)):
            path.forget()
            whole = packets.udp(source, to, 5060, 5060, data)
            places = range(8, len(whole), 8)
            for place in places:
                pieces = packets.fragments(source, to, packets.UDP, whole,
                                           [place], network.next_ident())
                for piece in pieces[::-1 if place % 16 else 1]:
                    network.raw(piece)
            checks.equal(f"IPv{family}: arrive of {len(places)}",
                         passing * len(places), len(path.arrived()), data)


def test_pages(network, checks):
    """In page fragments of the skb, and over their edges."""
    tag = SVWAR.index(b"tag=")
    for family, backend in FAMILIES:
        network.server.rules(["-A PREROUTING -m sip --scanner -j DROP"],
                             family=family, backend=backend)
        with test_evasion.SkbTrace() as trace:
            for send_so, points in (
                    (test_evasion.send_zerocopy, []),
                    (test_evasion.send_corked, [tag + 9]),
                    (test_evasion.send_apart, [tag + 9]),
                    (test_evasion.send_apart, [3, tag + 5, tag + 21]),
                    (test_evasion.send_apart,
                     list(range(tag, tag + 28, 2)))):
                for data, arrives in ((SVWAR, False), (ZOIPER, True)):
                    got, skbs = test_evasion.in_pages(
                        network, family, trace, send_so, data, points)
                    label = f"{send_so.__name__} {points}, IPv{family}"
                    checks.equal(f"{label}: arrives", arrives, got)
                    checks.true(f"{label}: not linear",
                                any(one[1] for one in skbs), skbs)


# Messages of one length in one skb; how many arrive; the tools counted.
MERGED = [
    ([ZOIPER] * 3, 3, {}),
    ([SVWAR] * 3, 0, {"sipvicious": 1}),
    ([ZOIPER, ZOIPER, SVWAR], 0, {"sipvicious": 1}),
    ([SVWAR, ZOIPER], 0, {"sipvicious": 1}),
    ([PHONE, ZOIPER, MESSAGES["metasploit-other-user-agent"].data, SVWAR], 0,
     {"metasploit": 1}),
    ([ANSWER, ZOIPER], 2, {}),
]


def test_merged(network, checks):
    """UDP_SEGMENT: a bundle is a scanner's if one of its datagrams is."""
    udp_segment = 103
    for family, backend in FAMILIES:
        network.server.rules(["-A PREROUTING -m sip --scanner -j DROP"],
                             family=family, backend=backend)
        path = network.path(family)
        for messages, passing, tools in MERGED:
            old = network.server.stats()
            path.forget()
            with network.client.socket(lib.AF[family],
                                       socket.SOCK_DGRAM) as sock:
                sock.bind((lib.CLIENTS[family][0], 0))
                sock.setsockopt(socket.IPPROTO_UDP, udp_segment, 700)
                sock.sendto(b"".join(data.ljust(700) for data in messages),
                            (lib.SERVER[family], lib.SIP))
            label = f"IPv{family}: {[data[-120:] for data in messages]}"
            checks.equal(f"{label}: arrive", passing, len(path.arrived()))
            new = network.server.stats()
            checks.equal(f"{label}: counted", tools, {
                key.split('"')[1]: new[key] - old[key] for key in new
                if key.startswith("xt_sip_scanners_total{")
                and new[key] > old[key]})


def test_merged_counters(network, checks):
    """A bundle of equal messages that several rules look into: each message
    is counted once."""
    udp_segment = 103
    for family in (4, 6):
        for backend in ("legacy", "nft"):
            for table, chain in (("raw", "PREROUTING"), ("filter", "INPUT")):
                network.server.rules([
                    f"-A {chain} -m sip ! --scanner --method REGISTER",
                    f"-A {chain} -m sip --scanner --ua friendly-scanner"],
                                     table, family, backend)
        old = network.server.stats()
        network.path(family).forget()
        with network.client.socket(lib.AF[family], socket.SOCK_DGRAM) as sock:
            sock.bind((lib.CLIENTS[family][0], 0))
            sock.setsockopt(socket.IPPROTO_UDP, udp_segment, 700)
            sock.sendto(SVWAR.ljust(700) * 4, (lib.SERVER[family], lib.SIP))
        checks.equal(f"IPv{family}: arrive", 4,
                     len(network.path(family).arrived()))
        new = network.server.stats()
        for key, expected in (
                ('xt_sip_scanners_total{tool="sipvicious"}', 4),
                ('xt_sip_requests_total{method="REGISTER"}', 4)):
            checks.equal(f"IPv{family}: {key}", expected, new[key] - old[key])
        network.clear()


def test_output(network, checks):
    """What this machine itself sends, in OUTPUT."""
    for family, backend in FAMILIES:
        network.server.rules(["-A OUTPUT -m sip --scanner -j DROP"],
                             family=family, backend=backend)
        checks.equal(f"IPv{family}", [False, True, True],
                     [bool(got) for got in network.back(family).through(
                         [SVWAR, ZOIPER, ANSWER])])
