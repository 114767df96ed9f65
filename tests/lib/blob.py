# SPDX-License-Identifier: GPL-2.0
"""Sends rules to the kernel as bytes, so that tests can send it any.

x_tables: a table is read with getsockopt() and written with setsockopt(), as
iptables-legacy does it (linux/netfilter_ipv4/ip_tables.h). nf_tables: rules
with a "match" expression, as iptables-nft sends them over netlink
(linux/netfilter/nf_tables_compat.h).
"""

import ctypes
import os
import re
import socket
import struct

from tests import lib

SIZE = 3072             # of struct xt_sip_mtinfo
USER = 3064             # of it without the kernel's pointer
# Where its fields are.
FLAGS, INVERT, METHODS, DEFECTS, RATE, UNIT, BURST, USERS, USERS_UNIT, BAN = \
    range(0, 40, 4)
UA_COUNT, UA_SIZE = 40, 42
STATUS_COUNT, PREFIX4, PREFIX6, RESERVED0 = 44, 45, 46, 47
STATUS, NAME, RESERVED, UA, RULE = 48, 112, 144, 248, 3064

MATCH = struct.pack("=H", 32 + SIZE) + b"sip".ljust(29, b"\0") + b"\0"

GET_INFO, GET_ENTRIES, SET_REPLACE = 64, 65, 64
# struct ipt_entry and ip6t_entry: where the size of the entry and its packet
# counters are.
NEXT = {4: 90, 6: 142}
COUNTERS = {4: 96, 6: 152}
LEVEL = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
RAW = b"raw".ljust(32, b"\0")


class Table:
    """The raw table of a namespace; @entries are its rules."""

    def __init__(self, netns, family):
        self.family = family
        self.sock = netns.socket(lib.AF[family], socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)
        self.entries = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.sock.close()

    def _get(self, option, request, size):
        buffer = ctypes.create_string_buffer(request, size)
        length = ctypes.c_uint(size)
        lib.checked(lib.libc.getsockopt(self.sock.fileno(),
                                        LEVEL[self.family], option, buffer,
                                        ctypes.byref(length)))
        return buffer.raw[:length.value]

    def _info(self):
        """(valid hooks, hook entries and underflows, rules, bytes)"""
        info = self._get(GET_INFO, RAW, 84)
        return (info[32:36], info[36:76], *struct.unpack("=II", info[76:84]))

    def read(self):
        """The rules, as they are now.

        Without their counters: a namespace with IPv6 has packets of its own
        (neighbour discovery), at any time.
        """
        size = self._info()[3]
        data = bytearray(self._get(
            GET_ENTRIES, RAW + struct.pack("=I4x", size), 40 + size)[40:])
        start = 0
        while start < len(data):
            counters = start + COUNTERS[self.family]
            data[counters:counters + 16] = bytes(16)
            start += struct.unpack_from("=H", data,
                                        start + NEXT[self.family])[0]
        return bytes(data)

    def replace(self, entries):
        """Make the table hold these rules; raises OSError."""
        hooks, points, number, _ = self._info()
        counters = ctypes.create_string_buffer(16 * number)
        self.sock.setsockopt(LEVEL[self.family], SET_REPLACE, RAW + hooks +
                             struct.pack("=II", number, len(entries)) +
                             points + struct.pack(
                                 "=IQ", number,
                                 ctypes.addressof(counters)) +
                             entries)

    def image(self):
        """All of it, for load()."""
        return self._info()[:3] + (self.entries,)

    def load(self, image):
        """Make it what another table of its family was; raises OSError."""
        hooks, points, number, entries = image
        counters = ctypes.create_string_buffer(16 * self._info()[2])
        self.sock.setsockopt(LEVEL[self.family], SET_REPLACE, RAW + hooks +
                             struct.pack("=II", number, len(entries)) +
                             points + struct.pack(
                                 "=IQ", self._info()[2],
                                 ctypes.addressof(counters)) +
                             entries)


def matches(entries):
    """Offsets of all struct xt_sip_mtinfo in a table."""
    return [found.end() for found in re.finditer(re.escape(MATCH), entries)]


def edited(data, start, edits):
    """@data with {offset from start: bytes} changed."""
    data = bytearray(data)
    for offset, value in edits.items():
        data[start + offset:start + offset + len(value)] = value
    return bytes(data)


def u16(*values):
    """16-bit integers."""
    return struct.pack(f"={len(values)}H", *values)


def u32(value):
    """A 32-bit integer."""
    return struct.pack("=I", value)


# ---- nf_tables ----

FAMILIES = {"ip": 2, "ip6": 10, "inet": 1, "bridge": 7, "arp": 3, "netdev": 5}
BEGIN, END, NEWRULE, GETRULE = 0x10, 0x11, 0xa06, 0xa07


def attribute(kind, *data, nested=False):
    """A netlink attribute."""
    data = b"".join(data)
    return (struct.pack("=HH", 4 + len(data), kind | nested << 15) + data +
            b"\0" * (-len(data) % 4))


def message(kind, family, data, flags=0, sequence=0, res_id=0):
    """A netlink message of nfnetlink."""
    data = struct.pack("!BBH", family, 0, res_id) + data
    return struct.pack("=IHHII", 16 + len(data), kind, 1 | flags, sequence,
                       0) + data


def match_rule(family, info, revision=0):
    """NEWRULE: in table t, chain c: if this matches, drop."""
    match = attribute(1, b"match\0") + attribute(
        2, attribute(1, b"sip\0"), attribute(2, struct.pack("!I", revision)),
        attribute(3, info), nested=True)
    drop = attribute(1, b"immediate\0") + attribute(
        2, attribute(1, struct.pack("!I", 0)),
        attribute(2, attribute(2, attribute(1, struct.pack("!I", 0)),
                               nested=True), nested=True), nested=True)
    expressions = attribute(4, attribute(1, match, nested=True),
                            attribute(1, drop, nested=True), nested=True)
    return message(NEWRULE, family, attribute(1, b"t\0") +
                   attribute(2, b"c\0") + expressions,
                   0xc00 | 4, 2)        # CREATE | APPEND, ACK


def netlink(netns, data):
    """Send to nfnetlink; all that comes back."""
    with netns.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as sock:
        sock.settimeout(lib.PATIENCE)
        sock.send(data)
        return sock.recv(1 << 20)


def add_rule(netns, family, info, revision=0):
    """Add a rule with these bytes of a match to nft's table t, chain c.

    Raises OSError as the kernel says.
    """
    number = FAMILIES[family]
    answer = netlink(netns, message(BEGIN, 0, b"", 0, 1, 10) +
                     match_rule(number, info, revision) +
                     message(END, 0, b"", 0, 3, 10))
    error = -struct.unpack("=i", answer[16:20])[0]
    if error:
        raise OSError(error, os.strerror(error))


def dump_rules(netns, family):
    """What GETRULE answers, as bytes; a few rules at most."""
    return netlink(netns, message(GETRULE, FAMILIES[family],
                                  attribute(1, b"t\0"), 0x300, 1))
