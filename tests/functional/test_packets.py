# SPDX-License-Identifier: GPL-2.0
"""Tests odd packets: those that cannot be judged, and those that can.

Rules are in the router; a packet arrived if it came to the server's device.
"""

import pytest

from tests import lib
from tests.functional import test_options
from tests.lib import packets, sip, sources, tun
from tests.lib.samples import SAMPLES
from tests.lib.way import Way

MESSAGE = SAMPLES["options-scanner"]
SCANNER = "-A FORWARD -m sip --ua friendly-scanner -j DROP"


def udp(ends, payload=MESSAGE, ports=(5060, 5060), **lies):
    """A datagram between two @ends."""
    return packets.udp(*ends, *ports, payload, **lies)


def tcp(ends, payload=b"", **how):
    """A segment."""
    return packets.tcp(*ends, 5060, 5060, payload, **how)


def tcp_offset(segment, words):
    """The segment with a wrong data offset."""
    return segment[:12] + bytes([words << 4]) + segment[13:]


def sctp(*chunks):
    """A packet of these chunks."""
    return b"\x13\xc4\x13\xc4" + 8 * b"\0" + b"".join(chunks)


def unjudged(ends):
    """{what: (protocol, data)} that no condition on the message may match."""
    ping = (58, b"\x80") if ":" in ends[0] else (1, b"\x08")
    found = {
        "icmp": (ping[0], ping[1] + b"\0\0\0\0\1\0\1" + MESSAGE),
        "experimental protocol": (253, MESSAGE),
        "gre": (47, b"\0\0\x08\0" + MESSAGE),
        "esp": (50, MESSAGE),
        "udp after an unknown protocol": (254, udp(ends)),
        "tcp mid-stream": (6, tcp(
            ends, b"o\r\nUser-Agent: friendly-scanner\r\n\r\n")),
        "tcp without a line's end": (6, tcp(ends, b"OPTIONS sip:bob@exam")),
        "tcp binary": (6, tcp(ends, bytes(range(256)))),
        "tcp crlf": (6, tcp(ends, b"\r\n\r\n")),
        "tcp header cut": (6, tcp(ends)[:12]),
        "tcp offset of 0": (6, tcp_offset(tcp(ends, MESSAGE), 0)),
        "tcp offset of 4": (6, tcp_offset(tcp(ends, MESSAGE), 4)),
        "tcp offset beyond the end": (6, tcp_offset(tcp(ends, b"1234"), 15)),
        "sctp init": (132, sctp(b"\1\0\0\x14" + 16 * b"\0")),
        "sctp chunk too long": (132, sctp(b"\0\3\xff\xff" + 12 * b"\0" +
                                          MESSAGE)),
    }
    for flags in (2, 16, 17, 4):
        found[f"tcp without data, flags {flags}"] = (6, tcp(ends, flags=flags))
    for length in (0, 1, 4, 7):
        found[f"udp of {length} bytes"] = (17, udp(ends)[:length])
    for length in (1, 7, len(udp(ends)) + 1, 0xffff):
        found[f"udp says {length} bytes"] = (17, udp(ends, length=length))
    if ":" in ends[0]:
        found.update({
            "no next header": (59, MESSAGE),
            "destination options, then nothing":
                (60, b"\x3b\0\1\4\0\0\0\0" + MESSAGE),
            "unknown extension": (253, b"\x11\0" + 6 * b"\0" + udp(ends)),
            "destination options that lie":
                (60, b"\x11\xff\1\4\0\0\0\0" + udp(ends)),
        })
    return found


def test_not_judged(way, checks):
    """No option about the message, inverted or not, matches these."""
    ends = way.here, way.to
    load_every(way)
    for what, (protocol, data) in unjudged(ends).items():
        packet = packets.ip(*ends, protocol, data)
        checks.true(f"{what} arrives", arrives(way, packet), sent=packet)


def load_every(way):
    """In the router: DROP for every option, inverted or not."""
    # A rule on UDP ports drops what has no whole UDP header, so here the
    # sentinel is let pass by its address.
    with test_options.text_file() as path:
        way.router.rules([
            f"-A FORWARD -m sip {invert}{options.format(file=path)} -j DROP"
            for invert in ("", "! ") for options, _ in test_options.SINGLE],
                         "filter", way.family, way.backend,
                         first=f"-s {lib.CLIENTS[way.family][-1]}")


def arrives(way, packet):
    """Whether a packet comes to the server's device."""
    start = 20 if way.family == 4 else 40
    with lib.Sniffer(way.server) as sniffer:
        way.network.raw(packet)
        return any(got[0] >> 4 == way.family and got[start:] == packet[start:]
                   for got in sniffer.packets(way.there))


def ipv6_judged(ends):
    """Messages after extension headers."""
    options = b"\x11\0\1\4\0\0\0\0"
    return {what: packets.ipv6(*ends, protocol, data)
            for what, protocol, data in (
                ("destination options", 60, options + udp(ends)),
                ("hop-by-hop options", 0, options + udp(ends)),
                ("two extensions", 0, b"\x3c" + options[1:] + options +
                 udp(ends)),
                ("a fragment that is whole", 44, b"\x11\0\0\0\0\0\0\7" +
                 udp(ends)),
                # the kernel takes it for one of a jumbogram
                ("udp with a length of 0", 17, udp(ends, length=0)))}


def ipv4_judged(ends):
    """Messages after IPv4 options, and with odd fields."""
    def ip(protocol, data, **how):
        return packets.ipv4(*ends, protocol, data, **how)
    return {
        "no-op options": ip(17, udp(ends), options=b"\1\1\1\0"),
        "40 bytes of options": ip(17, udp(ends), options=39 * b"\1" + b"\0"),
        "udp without checksum": ip(17, udp(ends, check=0)),
        "udp with a wrong checksum": ip(17, udp(ends, check=1)),
        "udp-lite that covers 8 bytes": ip(136, udp(
            ends, protocol=packets.UDPLITE, length=8)),
        "bytes after the datagram": ip(17, udp(ends) + b"trailing"),
        "tcp with options": ip(6, tcp(ends, MESSAGE, options=12 * b"\1")),
        "tcp without PSH and ACK": ip(6, tcp(ends, MESSAGE, flags=0)),
        "tcp syn with data": ip(6, tcp(ends, MESSAGE, flags=2)),
        "other ports": ip(17, udp(ends, ports=(1, 65535))),
    }


def odd_messages(way, checks, wanted):
    """They arrive without rules, and are dropped by one."""
    for what, packet in wanted.items():
        checks.true(f"{what}: arrives without rules", arrives(way, packet),
                    sent=packet)
    way.rules(SCANNER, table="filter", netns=way.router)
    for what, packet in wanted.items():
        checks.true(f"{what}: is dropped", not arrives(way, packet),
                    sent=packet)


def test_ipv6_extensions(network, checks):
    """Extension headers before UDP hide nothing."""
    way = Way(network, 6, "nft")
    odd_messages(way, checks, ipv6_judged((way.here, way.to)))


def test_ipv4_oddities(network, checks):
    """Messages in odd IPv4 packets are judged."""
    way = Way(network, 4, "legacy")
    odd_messages(way, checks, ipv4_judged((way.here, way.to)))


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


def test_trailing(way, checks):
    """What the UDP length leaves out is not read."""
    ends = way.here, way.to
    for options, payload, after, dropped in TRAILING:
        way.rules(f"-A FORWARD -m sip {options} -j DROP", table="filter",
                  netns=way.router)
        packet = packets.ip(*ends, packets.UDP, udp(ends, payload) + after)
        checks.equal(f"{options}, {after[:20]} after: is dropped", dropped,
                     not arrives(way, packet), packet)


# ---- SCTP ----

def chunk(payload, kind=0, flags=3):
    """A chunk of SCTP: DATA, I-DATA (0x40), or any other, without a head."""
    head = {0: 12, 0x40: 16}.get(kind, 0)
    size = 4 + head + len(payload)
    return (bytes([kind, flags]) + size.to_bytes(2, "big") + head * b"\0" +
            payload + -size % 4 * b"\0")


SACK, PAD = chunk(12 * b"\0", 3), chunk(b"", 0x84)
TALK = sip.request("MESSAGE", without=("Contact", "Max-Forwards"))
# What, chunks, how many messages. tests/unit/test_payloads.c has more.
SCTP = [
    ("of a length that is no multiple of four",
     [chunk(TALK + n * b" ") for n in range(4)], 4),
    ("I-DATA", [chunk(TALK, 0x40), chunk(TALK), chunk(TALK, 0x40)], 3),
    ("after control chunks", [SACK, chunk(TALK), SACK, SACK, chunk(TALK)],
     2),
    ("after 200 control chunks", 200 * [PAD] + [chunk(TALK)], 1),
    ("a first part", [chunk(TALK), chunk(TALK[:200], flags=2)], 2),
    ("a last part", [chunk(TALK[100:], flags=1), chunk(TALK)], 1),
    ("after a chunk whose length is a lie",
     [chunk(TALK), b"\0\3\0\3", chunk(TALK)], 1),
]


def test_sctp(way, checks):
    """Every chunk of an SCTP packet that has data is read."""
    way.rules("-A PREROUTING -p sctp -m sip --method MESSAGE --rate 1/d "
              "--burst 1000 --name sctp")
    for what, chunks, count in SCTP:
        sources.write(way.server, "flush")
        way.network.raw(packets.ip(way.source("1.1"), way.to, packets.SCTP,
                                   sctp(*chunks)))
        way.there.sync()
        checks.equal(what, [[f"1/d:{count}/1000"]], [
            source["rate"] for source in sources.listed(way.server)])


# ---- Bundles of guests ----

# What a guest says of 100 datagrams of 300 bytes: the length in the UDP
# header, which counts for nothing until each has its own.
LENGTHS = [None, 308, 8, 9, 0, 7, 0xffff]


@pytest.mark.lacks(why=tun.lacks_bundles)
def test_bundles(way, checks):
    """Datagrams that a guest leaves to this machine to take apart."""
    pieces = b"".join([sip.request("MESSAGE").ljust(400)] * 100)
    ends = way.source("1.1"), way.to
    way.rules("-A PREROUTING -i tun0 -m sip --rate 1/d --burst 1000 --name a",
              "-A PREROUTING -i tun0 -m sip --method MESSAGE --rate 1/d "
              "--burst 1000 --name b")
    with tun.Tun(way.server) as device:
        for length in LENGTHS:
            sources.write(way.server, "flush")
            device.send(packets.ip(*ends, packets.UDP, udp(
                ends, pieces, length=length)), tun.UDP_L4, 400)
            way.there.sync()
            checks.equal(f"length {length}", 2 * [["1/d:100/1000"]], [
                one["rate"] for one in sources.listed(way.server)])


# ---- Fragments ----

# The second fragment of this begins with what looks like a message.
COVER = SAMPLES["register"].ljust(len(SAMPLES["register"]) + 7 & ~7)

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
            fragments_in_router(Way(network, family, "legacy"), checks)
    finally:
        network.clear()
        load_raw_tables()


def fragments_in_router(way, checks):
    """Two fragments through each rule in the router's raw table."""
    lines = []
    for number, (options, _, _, _) in enumerate(FRAGMENTS, 1):
        lines += [f"-A PREROUTING -d {way.target(number)} -j to_{number}",
                  f"-A to_{number} -m sip {options} -j DROP"]
    way.rules(*lines, netns=way.router)
    for number, (_, payload, cut, _) in enumerate(FRAGMENTS, 1):
        way.network.fragments(way.here, way.target(number), 5060, payload,
                              [cut])
    way.there.sync()
    # The router puts the rest together, as rules ask for that; what was
    # dropped before is in the counters only.
    dropped = {rule.split()[1]: count
               for count, rule in way.router.counters("raw", way.family)}
    for number, (options, payload, cut, expected) in enumerate(FRAGMENTS, 1):
        checks.equal(f"{options}, cut at {cut}, IPv{way.family}: fragments "
                     "dropped", expected, dropped[f"to_{number}"], payload)
