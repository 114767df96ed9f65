# SPDX-License-Identifier: GPL-2.0
"""The floods and protections of make bench-flood, and the orders to flooder.py.

Orders are UDP datagrams from the virtual machine to ORDERS, "FLOOD SPEED",
where SPEED is packets a second, and 0 ends the flood.
"""
import collections
import ipaddress
import random
import socket
import struct

SERVER = "192.0.2.10"
NETWORK = "203.0.113"
ORDERS = (NETWORK + ".254", 9)
# MAC addresses of the machine's network card (tests/vm/run -h) and of all
# senders.
CARD, OTHERS = "52:54:00:00:00:01", "52:54:00:00:00:02"
FRAMES = 512
HOSTS = 240     # of NETWORK; a flood from more addresses forges them
FORGED = ipaddress.ip_network("198.18.0.0/15")
# users: that each address tries, at least; 64 are a scan. speed: the highest
# that is measured. without: names of protections that have nothing to do with it.
Flood = collections.namedtuple(
    "Flood", "name title sources agent users speed without",
    defaults=(64, 16000, ()))

FLOODS = (
    Flood("one", "SIPVicious's REGISTERs, from one address", 1,
          "friendly-scanner"),
    Flood("many", "a scan by an unknown User-Agent, from 240 addresses",
          HOSTS, "Bria 6.5.1"),
    Flood("forged", "the same from 100,000 addresses, which are forged",
          100000, "Bria 6.5.1", 1, 32000, ("fail2ban",)),
)

# path: of the rules, relative to the repository.
Protection = collections.namedtuple("Protection", "name path what")

PROTECTIONS = (
    Protection("no protection", None, "nothing"),
    Protection("fail2ban", None, "Debian's, with its filter for Asterisk and "
               "its defaults, five failures in ten minutes; Kamailio logs as "
               "Asterisk does"),
    Protection("hashlimit + strings", "bench/detect/rulesets/strings.rules",
               "the common recipe, a rate for each address and eight "
               "`-m string` "
               "rules"),
    Protection("xt_sip", "examples/recommended.rules",
               "the recommended ruleset"),
)


def addresses(flood):
    """The source addresses of a flood."""
    if flood.sources > HOSTS:
        return [str(FORGED[1 + n]) for n in range(flood.sources)]
    return ["%s.%d" % (NETWORK, 11 + n) for n in range(flood.sources)]


def message(draw, source, agent):
    """A REGISTER as svwar sends it, for an extension that does not exist."""
    tag = "".join(draw.choice("0123456789abcdef") for _ in range(32))
    user = draw.randrange(400, 100000)
    return ("REGISTER sip:%s SIP/2.0\r\n"
            "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK-%d;rport\r\n"
            "Content-Length: 0\r\n"
            'From: "%d" <sip:%d@%s>;tag=%s\r\n'
            "Accept: application/sdp\r\n"
            "User-Agent: %s\r\n"
            'To: "%d" <sip:%d@%s>\r\n'
            "Contact: sip:%d@%s\r\n"
            "CSeq: 1 REGISTER\r\n"
            "Call-ID: %d\r\n"
            "Max-Forwards: 70\r\n\r\n" % (
                SERVER, source, draw.getrandbits(32), user, user, SERVER, tag,
                agent, user, user, SERVER, user, SERVER,
                draw.getrandbits(32))).encode()


def checksum(data):
    """The Internet checksum of RFC 1071."""
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(source, payload):
    """An Ethernet frame with a UDP datagram; IPv4's needs no checksum."""
    udp = struct.pack("!4H", 5060, 5060, 8 + len(payload), 0)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, 0, 64,
                       17, 0, socket.inet_aton(source),
                       socket.inet_aton(SERVER))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"".join(bytes.fromhex(mac.replace(":", ""))
                    for mac in (CARD, OTHERS)) + \
        b"\x08\x00" + head + udp + payload


def frames(flood):
    """The frames of a flood, which are sent in turn."""
    draw = random.Random(flood.name)
    sources = addresses(flood)
    return [frame(source, message(draw, source, flood.agent))
            for source in (sources[number % len(sources)]
                           for number in range(max(FRAMES,
                                                   flood.users *
                                                   flood.sources)))]


def read_order(data):
    """(flood, speed) of a frame that is an order, else None."""
    # Ethernet, then IPv4 without options, then UDP.
    if data[12:15] != b"\x08\x00\x45" or data[23] != 17 or \
            data[30:34] != socket.inet_aton(ORDERS[0]) or \
            data[36:38] != struct.pack("!H", ORDERS[1]):
        return None
    name, speed = data[42:].decode().split()
    return next(f for f in FLOODS if f.name == name), int(speed)
