# SPDX-License-Identifier: GPL-2.0
"""Builds packets byte by byte, and sends nothing.

Checksums are right unless a caller writes a packet of its own. IPv4 packets
are for a raw socket, whose kernel fills in the header checksum.
"""

import ipaddress
import struct

UDP, UDPLITE, TCP, SCTP, FRAGMENT = 17, 136, 6, 132, 44


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    # The sum modulo 65535 of 16-bit words, whose weights are all 1 modulo it.
    total = int.from_bytes(data + len(data) % 2 * b"\0", "big")
    return ~(total % 0xffff or (total and 0xffff)) & 0xffff


def pseudo(source, target, protocol, length):
    """What a transport checksum covers of the IP header."""
    source = ipaddress.ip_address(source).packed
    target = ipaddress.ip_address(target).packed
    if len(source) == 4:
        return source + target + struct.pack("!BBH", 0, protocol, length)
    return source + target + struct.pack("!II", length, protocol)


def udp(source, target, sport, dport, payload, protocol=UDP, length=None,
        check=None):
    """A UDP or UDP-Lite datagram; @length, @check: lies in these fields."""
    real = 8 + len(payload)
    head = struct.pack("!HHHH", sport, dport,
                       real if length is None else length, 0)
    if check is None:
        check = checksum(pseudo(source, target, protocol, real) + head +
                         payload) or 0xffff
    return head[:6] + struct.pack("!H", check) + payload


def tcp(source, target, sport, dport, payload, seq=1, flags=0x18,
        options=b""):
    """A TCP segment, PSH and ACK unless @flags says otherwise."""
    doff = 5 + len(options) // 4
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, 1, doff << 4, flags,
                       8192, 0, 0) + options
    check = checksum(pseudo(source, target, TCP, len(head) + len(payload)) +
                     head + payload)
    return head[:16] + struct.pack("!H", check) + head[18:] + payload


def ipv4(source, target, protocol, data, ident=0, more=False, offset=0,
         options=b"", ttl=64):
    """An IPv4 packet or fragment; @offset in bytes."""
    ihl = 5 + len(options) // 4
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | ihl, 0,
                       ihl * 4 + len(data), ident,
                       (0x2000 if more else 0) | offset // 8, ttl, protocol,
                       0, ipaddress.ip_address(source).packed,
                       ipaddress.ip_address(target).packed)
    return head + options + data


def ipv6(source, target, protocol, data, hops=64):
    """An IPv6 packet; @data may begin with extension headers."""
    return struct.pack("!IHBB16s16s", 6 << 28, len(data), protocol, hops,
                       ipaddress.ip_address(source).packed,
                       ipaddress.ip_address(target).packed) + data


def ip(source, target, protocol, data):
    """A packet of the family that its addresses have."""
    make = ipv6 if ":" in source else ipv4
    return make(source, target, protocol, data)


def fragments(source, target, protocol, data, cuts, ident):
    """@data in fragments, cut at the offsets @cuts (multiples of 8)."""
    edges = [0, *cuts, len(data)]
    found = []
    for start, end in zip(edges, edges[1:]):
        if start % 8 or start >= end:
            raise ValueError(f"cannot cut {len(data)} bytes at {cuts}")
        more = end < len(data)
        if ":" in source:
            head = struct.pack("!BBHI", protocol, 0, start | more, ident)
            found.append(ipv6(source, target, FRAGMENT,
                              head + data[start:end]))
        else:
            found.append(ipv4(source, target, protocol, data[start:end],
                              ident & 0xffff, more, start))
    return found
