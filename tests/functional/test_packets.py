# SPDX-License-Identifier: GPL-2.0
"""Tests odd packets: those that cannot be judged, and those that can.

Rules are in the router; a packet arrived if it came to the server's device.
"""

import pytest

from tests import lib
from tests.functional import test_options
from tests.lib import packets, sip, sources, tun
from tests.lib.samples import SAMPLES

MESSAGE = SAMPLES["options-scanner"]
EVERY = [f"{invert}{options}" for invert in ("", "! ")
         for options, _ in test_options.SINGLE]


def unjudged(source, to):
    """Packets that no condition on the message may match: {name: packet}."""
    family = 6 if ":" in source else 4
    ping = b"\x80\0" if family == 6 else b"\x08\0"
    icmp = 58 if family == 6 else 1
    udp = packets.udp(source, to, 5060, 5060, MESSAGE)
    found = {
        "icmp": packets.ip(source, to, icmp, ping + b"\0\0\0\1\0\1" +
                           MESSAGE),
        "experimental protocol": packets.ip(source, to, 253, MESSAGE),
        "gre": packets.ip(source, to, 47, b"\0\0\x08\0" + MESSAGE),
        "esp": packets.ip(source, to, 50, MESSAGE),
        "udp after an unknown protocol": packets.ip(source, to, 254, udp),
        "tcp syn": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"", flags=2)),
        "tcp ack": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"", flags=16)),
        "tcp fin": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"", flags=17)),
        "tcp rst": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"", flags=4)),
        "tcp mid-stream": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"o\r\nUser-Agent: friendly-scanner"
            b"\r\n\r\n")),
        "tcp without a line's end": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"OPTIONS sip:bob@exam")),
        "tcp binary": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, bytes(range(256)))),
        "tcp crlf": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"\r\n\r\n")),
        "tcp header cut": packets.ip(source, to, 6, packets.tcp(
            source, to, 5060, 5060, b"")[:12]),
        "tcp offset of 0": packets.ip(source, to, 6, tcp_offset(
            packets.tcp(source, to, 5060, 5060, MESSAGE), 0)),
        "tcp offset of 4": packets.ip(source, to, 6, tcp_offset(
            packets.tcp(source, to, 5060, 5060, MESSAGE), 4)),
        "tcp offset beyond the end": packets.ip(source, to, 6, tcp_offset(
            packets.tcp(source, to, 5060, 5060, b"1234"), 15)),
        "sctp init": packets.ip(source, to, 132, b"\x13\xc4\x13\xc4" +
                                8 * b"\0" + b"\1\0\0\x14" + 16 * b"\0"),
        "sctp chunk too long": packets.ip(source, to, 132,
                                          b"\x13\xc4\x13\xc4" + 8 * b"\0" +
                                          b"\0\3\xff\xff" + 12 * b"\0" +
                                          MESSAGE),
    }
    for length in (0, 1, 4, 7):
        found[f"udp of {length} bytes"] = packets.ip(source, to, 17,
                                                     udp[:length])
    for length in (1, 7, len(udp) + 1, 0xffff):
        found[f"udp says {length} bytes"] = packets.ip(
            source, to, 17, packets.udp(source, to, 5060, 5060, MESSAGE,
                                        length=length))
    return found


def tcp_offset(segment, words):
    """The segment with a wrong data offset."""
    return segment[:12] + bytes([words << 4]) + segment[13:]


def ipv6_unjudged(source, to):
    """The same for what only IPv6 has."""
    udp = packets.udp(source, to, 5060, 5060, MESSAGE)
    return {
        "no next header": packets.ipv6(source, to, 59, MESSAGE),
        "destination options, then nothing": packets.ipv6(
            source, to, 60, b"\x3b\0\1\4\0\0\0\0" + MESSAGE),
        "unknown extension": packets.ipv6(source, to, 253, b"\x11\0" +
                                          6 * b"\0" + udp),
        "destination options that lie": packets.ipv6(
            source, to, 60, b"\x11\xff\1\4\0\0\0\0" + udp),
    }


def ipv6_judged(source, to):
    """Extension headers before UDP hide nothing."""
    udp = packets.udp(source, to, 5060, 5060, MESSAGE)
    options = b"\x11\0\1\4\0\0\0\0"
    return {
        "destination options": packets.ipv6(source, to, 60, options + udp),
        "hop-by-hop options": packets.ipv6(source, to, 0, options + udp),
        "two extensions": packets.ipv6(
            source, to, 0, b"\x3c" + options[1:] + options + udp),
        "a fragment that is whole": packets.ipv6(
            source, to, 44, b"\x11\0\0\0\0\0\0\7" + udp),
        # the kernel takes such a datagram for one of a jumbogram
        "udp with a length of 0": packets.ipv6(source, to, 17, packets.udp(
            source, to, 5060, 5060, MESSAGE, length=0)),
    }


def test_not_judged(network, checks):
    """No option about the message, inverted or not, matches these."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        source, to = lib.CLIENTS[family][0], lib.SERVER[family]
        load_every(network, family, backend)
        wanted = unjudged(source, to)
        if family == 6:
            wanted.update(ipv6_unjudged(source, to))
        for name, packet in wanted.items():
            checks.true(f"{name}, IPv{family}, arrives",
                        raw_arrives(network, packet), "it did not", packet)


def load_every(network, family, backend):
    """In the router: DROP for every option, inverted or not."""
    # A rule on UDP ports drops what has no whole UDP header, so here the
    # sentinel is let pass by its address.
    with test_options.text_file() as path:
        network.router.rules([f"-A FORWARD -m sip {options.format(file=path)} "
                              "-j DROP" for options in EVERY], "filter", family,
                             backend, first=f"-s {lib.CLIENTS[family][-1]}")


def raw_arrives(network, packet):
    """Whether a packet comes to the server's device."""
    family = packet[0] >> 4
    with lib.Sniffer(network.server) as sniffer:
        network.raw(packet)
        start = 20 if family == 4 else 40
        return any(got[0] >> 4 == family and got[start:] == packet[start:]
                   for got in sniffer.packets(network.path(family)))


def test_ipv6_extensions(network, checks):
    """Messages after IPv6 extension headers are judged."""
    source, to = lib.CLIENTS[6][0], lib.SERVER[6]
    wanted = ipv6_judged(source, to)
    for name, packet in wanted.items():
        checks.true(f"{name}: arrives without rules",
                    raw_arrives(network, packet), "it did not", packet)
    network.router.rules(["-A FORWARD -m sip --ua friendly-scanner -j DROP"],
                         "filter", 6)
    for name, packet in wanted.items():
        checks.true(f"{name}: is dropped", not raw_arrives(network, packet),
                    "it arrived", packet)


def ipv4_options(source, to):
    """Messages after IPv4 options, and datagrams with odd fields."""
    udp = packets.udp(source, to, 5060, 5060, MESSAGE)
    return {
        "no-op options": packets.ipv4(source, to, 17, udp,
                                      options=b"\1\1\1\0"),
        "40 bytes of options": packets.ipv4(source, to, 17, udp,
                                            options=39 * b"\1" + b"\0"),
        "udp without checksum": packets.ipv4(source, to, 17, packets.udp(
            source, to, 5060, 5060, MESSAGE, check=0)),
        "udp with a wrong checksum": packets.ipv4(source, to, 17, packets.udp(
            source, to, 5060, 5060, MESSAGE, check=1)),
        "udp-lite that covers 8 bytes": packets.ipv4(
            source, to, 136, packets.udp(source, to, 5060, 5060, MESSAGE,
                                         packets.UDPLITE, length=8)),
        "bytes after the datagram": packets.ipv4(source, to, 17, udp +
                                                  b"trailing"),
        "tcp with options": packets.ipv4(source, to, 6, packets.tcp(
            source, to, 5060, 5060, MESSAGE, options=12 * b"\1")),
        "tcp without PSH and ACK": packets.ipv4(source, to, 6, packets.tcp(
            source, to, 5060, 5060, MESSAGE, flags=0)),
        "tcp syn with data": packets.ipv4(source, to, 6, packets.tcp(
            source, to, 5060, 5060, MESSAGE, flags=2)),
        "other ports": packets.ipv4(source, to, 17, packets.udp(
            source, to, 1, 65535, MESSAGE)),
    }


def test_ipv4_oddities(network, checks):
    """Messages in odd IPv4 packets are judged."""
    network.router.rules(["-A FORWARD -m sip --ua friendly-scanner -j DROP"],
                         "filter", 4)
    for name, packet in ipv4_options(lib.CLIENTS[4][0],
                                     lib.SERVER[4]).items():
        checks.true(f"{name}: is dropped", not raw_arrives(network, packet),
                    "it arrived", packet)


# options, payload, bytes after it that are in the IP packet but not in the
# datagram, whether it is dropped
TRAILING = [
    ("--malformed", b"\r\n\r\n", SAMPLES["junk"], False),
    ("--malformed", b"", MESSAGE, False),
    ("--request", b"", MESSAGE, False),
    ("--malformed", SAMPLES["junk"], b"", True),
    ("--defect content-length", SAMPLES["length-lie"], 1000 * b"x", True),
    ("--malformed", SAMPLES["register"], SAMPLES["junk"], False),
    ("--defect pipeline", SAMPLES["register"], MESSAGE, False),
    ("--defect no-end", MESSAGE[:-2], b"\r\n", True),
    ("--ua friendly-scanner", SAMPLES["bye-no-agent"][:-2],
     b"User-Agent: friendly-scanner\r\n\r\n", False),
]


def test_trailing(network, checks):
    """What the UDP length leaves out is not read."""
    for family in (4, 6):
        source, to = lib.CLIENTS[family][0], lib.SERVER[family]
        for options, payload, after, dropped in TRAILING:
            network.router.rules([f"-A FORWARD -m sip {options} -j DROP"],
                                 "filter", family)
            packet = packets.ip(source, to, packets.UDP, packets.udp(
                source, to, 5060, 5060, payload) + after)
            checks.equal(f"{options}, {after[:20]} after, IPv{family}: is "
                         "dropped", dropped, not raw_arrives(network, packet),
                         packet)


# ---- SCTP ----

def chunk(payload, kind=0, flags=3):
    """A chunk of SCTP: DATA, I-DATA (0x40), or any other, without a head."""
    head = {0: 12, 0x40: 16}.get(kind, 0)
    size = 4 + head + len(payload)
    return (bytes([kind, flags]) + size.to_bytes(2, "big") + head * b"\0" +
            payload + -size % 4 * b"\0")


SACK, PAD = chunk(12 * b"\0", 3), chunk(b"", 0x84)
TALK = sip.request("MESSAGE", without=("Contact", "Max-Forwards"))
# name, chunks, how many messages
SCTP = [
    ("one", [chunk(TALK)], 1),
    ("three", 3 * [chunk(TALK)], 3),
    ("of a length that is no multiple of four",
     [chunk(TALK + n * b" ") for n in range(4)], 4),
    ("I-DATA", [chunk(TALK, 0x40), chunk(TALK), chunk(TALK, 0x40)], 3),
    ("after control chunks", [SACK, chunk(TALK), SACK, SACK, chunk(TALK)],
     2),
    ("after 9 control chunks", 9 * [SACK] + [chunk(TALK)], 1),
    ("after 200 control chunks", 200 * [PAD] + [chunk(TALK)], 1),
    ("a first part", [chunk(TALK), chunk(TALK[:200], flags=2)], 2),
    ("a last part", [chunk(TALK[100:], flags=1), chunk(TALK)], 1),
    ("after a chunk whose length is a lie",
     [chunk(TALK), b"\0\3\0\3", chunk(TALK)], 1),
    ("no data in one", [chunk(b""), chunk(TALK)], 1),
]


def test_sctp(network, checks):
    """Every chunk of an SCTP packet that has data is read."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        source, to = "10.5.1.1" if family == 4 else "2001:db8:5::1", \
            lib.SERVER[family]
        network.server.rules(["-A PREROUTING -p sctp -m sip --method MESSAGE "
                              "--rate 1/d --burst 1000 --name sctp"],
                             "raw", family, backend)
        for name, chunks, count in SCTP:
            sources.write(network.server, "flush")
            network.raw(packets.ip(source, to, packets.SCTP,
                                   b"\x13\xc4\x13\xc4" +
                                   8 * b"\0" + b"".join(chunks)))
            network.path(family).sync()
            got = [source["rate"] for source in sources.listed(network.server)]
            checks.equal(f"{name}, IPv{family}", [[f"1/d:{count}/1000"]],
                         got)
        network.clear()


# ---- Bundles of guests ----

# What a guest says of 100 datagrams of 300 bytes: the length in the UDP
# header, which counts for nothing until each has its own.
LENGTHS = [None, 308, 8, 9, 0, 7, 0xffff]


@pytest.mark.lacks(why=tun.lacks_bundles)
def test_bundles(network, checks):
    """Datagrams that a guest leaves to this machine to take apart."""
    pieces = [sip.request("MESSAGE").ljust(400)] * 100
    with tun.Tun(network.server) as device:
        for family, backend in ((4, "legacy"), (6, "nft")):
            source, to = "10.5.1.1" if family == 4 else "2001:db8:5::1", \
                lib.SERVER[family]
            network.server.rules([
                f"-A PREROUTING -i tun0 -m sip {options} --rate 1/d --burst "
                "1000 --name " + name for name, options in (
                    ("all", ""), ("messages", "--method MESSAGE"))],
                                 "raw", family, backend)
            for length in LENGTHS:
                sources.write(network.server, "flush")
                device.send(packets.ip(source, to, packets.UDP, packets.udp(
                    source, to, 5060, 5060, b"".join(pieces),
                    length=length)), tun.UDP_L4, 400)
                network.path(family).sync()
                checks.equal(f"length {length}, IPv{family}",
                             2 * [["1/d:100/1000"]],
                             [one["rate"]
                              for one in sources.listed(network.server)])
            network.clear()


# The second fragment of this begins with what looks like a message.
COVER = SAMPLES["register"] + \
    (-len(SAMPLES["register"]) % 8) * b" "

# options, payload, where to cut the datagram, how many fragments match
FRAGMENTS = [
    ("--request", MESSAGE, 160, 1),
    ("! --request", MESSAGE, 160, 0),
    ("--method OPTIONS", MESSAGE, 160, 1),
    ("--malformed", MESSAGE, 160, 0),
    ("! --malformed", MESSAGE, 160, 1),
    ("--defect missing,no-end,content-length,header", MESSAGE, 160, 0),
    ("--response", MESSAGE, 160, 0),
    ("! --response", MESSAGE, 160, 1),
    ("--ua friendly-scanner", COVER + MESSAGE, 8 + len(COVER), 0),
    ("! --ua friendly-scanner", COVER + MESSAGE, 8 + len(COVER), 1),
    ("--malformed", MESSAGE, 8, 0),
    ("! --malformed", MESSAGE, 8, 0),
    ("! --request", MESSAGE, 16, 0),
    ("--ban 1h --name fragments", MESSAGE, 160, 2),
    ("--banned --name fragments", MESSAGE, 160, 2),
]


def load_raw_tables(*parameters):
    """Load the kernel's raw tables anew, with these module parameters."""
    for name in ("iptable_raw", "ip6table_raw"):
        lib.command("modprobe", "-r", name)
        lib.command("modprobe", name, *parameters)


def test_fragments_not_judged(network, checks):
    """A table before defragmentation sees fragments: only the first is
    judged, and for nothing that the others could change."""
    load_raw_tables("raw_before_defrag=1")
    try:
        for family in (4, 6):
            fragments_in_router(network, checks, family)
    finally:
        network.clear()
        load_raw_tables()


def fragments_in_router(network, checks, family):
    """Two fragments through each rule in the router's raw table."""
    source = lib.CLIENTS[family][0]
    lines = []
    for number, (options, _, _, _) in enumerate(FRAGMENTS, 1):
        to = lib.target(number, family)
        lines += [f"-A PREROUTING -d {to} -j to_{number}",
                  f"-A to_{number} -m sip {options} -j DROP"]
    network.router.rules(lines, "raw", family)
    for number, (_, payload, cut, _) in enumerate(FRAGMENTS, 1):
        to = lib.target(number, family)
        whole = packets.udp(source, to, 5060, 5060, payload)
        for piece in packets.fragments(source, to, packets.UDP, whole, [cut],
                                       network.next_ident()):
            network.raw(piece)
    network.path(family).sync()
    # The router puts the rest together, as rules ask for that; what was
    # dropped before is in the counters only.
    dropped = {rule.split()[1]: count
               for count, rule in network.router.counters("raw", family)}
    for number, (options, payload, cut, expected) in enumerate(FRAGMENTS, 1):
        checks.equal(f"{options}, cut at {cut}, IPv{family}: fragments "
                     "dropped", expected, dropped[f"to_{number}"], payload)
