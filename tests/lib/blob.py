# SPDX-License-Identifier: GPL-2.0
"""Sends rules to the kernel as bytes, so that tests can send it any.

x_tables: a table is read with getsockopt() and written with setsockopt(), as
iptables-legacy does it (linux/netfilter_ipv4/ip_tables.h). nf_tables: rules
with a "match" expression, as iptables-nft sends them over netlink
(linux/netfilter/nf_tables_compat.h).
"""

import collections
import ctypes
import os
import re
import socket
import struct

from tests import lib
from tests.lib import abi

SIZE = 3072             # of struct xt_sip_mtinfo
USER = RULE = 3064      # of it without the kernel's pointer; where that is


def place(*fields):
    """Where these fields are."""
    return (abi.FIELDS[field].at for field in fields)


(FLAGS, INVERT, RATE, BAN, USERS, TEXT_SIZE, PREFIX6, RESERVED0, STATUS, NAME,
 RESERVED, TEXTS) = place(*"flags invert rate ban users text_size prefix6 reserved0 "
                       "status name reserved texts".split())

# ---- A rule's bytes ----

NAMES = [name.replace("-", "_") for name in abi.FLAGS]
NEEDS_TABLE = abi.VALUES["XT_SIP_NEEDS_TABLE"]
STATUS_WORDS = abi.FIELDS["status"].size // 2
INTEGERS = {1: "B", 2: "H", 4: "I"}
FORMATS = {field: f"{STATUS_WORDS}H" if field == "status" else
           INTEGERS.get(size, f"{size}s")
           for field, (_, size) in abi.FIELDS.items()}
LAYOUT = "=" + "".join(FORMATS.values())
Rule = collections.namedtuple("Rule", FORMATS)


def bits(names):
    """Flags, given as such or as text with their names."""
    return names if isinstance(names, int) else sum(
        1 << NAMES.index(name) for name in names.split())


def packed(*values):
    """Texts (bytes, with ^ and $ as anchors) as a rule holds them."""
    found = b""
    for value in values:
        mark = 0x40 * value.startswith(b"^") | 0x80 * value.endswith(b"$")
        text = value.removeprefix(b"^").removesuffix(b"$")
        found += bytes([len(text) | mark]) + text
    return found


def make(flags, invert=0, status=(), name=None, texts=(), **numbers):
    """A rule; what is not given is 0, but a table has a name and prefixes."""
    found = packed(*texts)
    values = {"flags": bits(flags), "invert": bits(invert), "texts": found,
              "text_count": len(texts), "text_size": len(found),
              "status_count": len(status) // 2, **numbers}
    if bits(flags) & NEEDS_TABLE:
        values = {"prefix4": 32, "prefix6": 64, **values}
        name = b"sip" if name is None else name
    values["name"] = name or b""
    words = []
    for field, form in FORMATS.items():
        if field == "status":
            words += [*status, *[0] * (STATUS_WORDS - len(status))]
        else:
            words.append(values.get(field, b"" if form[-1] == "s" else 0))
    return struct.pack(LAYOUT, *words) + bytes(SIZE - USER)


def decode(info):
    """The fields of a rule."""
    words = [*struct.unpack(LAYOUT, info[:USER])]
    return Rule(*(tuple(words.pop(0) for _ in range(STATUS_WORDS))
                  if field == "status" else words.pop(0)
                  for field in FORMATS))


# ---- x_tables ----

MATCH = struct.pack("=H", 32 + SIZE) + b"sip".ljust(29, b"\0") + b"\0"
GET_INFO, GET_ENTRIES, SET_REPLACE = 64, 65, 64
LEVEL = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
RAW = b"raw".ljust(32, b"\0")
# struct ipt_entry or ip6t_entry: its size, where target_offset (16 bits, then
# next_offset, 16 bits) and the counters (two times 64 bits) are. How long the
# head of struct ipt_get_entries is, a pointer, and a standard target.
Layout = collections.namedtuple("Layout", "entry at counters head pointer "
                                "target")
LAYOUTS = {4: Layout(112, 88, 96, "=I4x", "Q", 40),
           6: Layout(168, 140, 152, "=I4x", "Q", 40)}
LAYOUTS32 = {4: Layout(112, 88, 96, "=I", "I", 36),
             6: Layout(164, 140, 148, "=I", "I", 36)}


class Table:
    """The raw table of a namespace; @entries are its rules."""

    layouts = LAYOUTS

    def __init__(self, netns, family):
        self.family, self.layout = family, self.layouts[family]
        self.sock = netns.socket(lib.AF[family], socket.SOCK_RAW,
                                 socket.IPPROTO_RAW)
        self.counters = ctypes.create_string_buffer(1 << 16)
        self.entries = self.read()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        """Close its socket."""
        self.sock.close()

    def get(self, option, request, size):
        """getsockopt() with a request; raises OSError."""
        buffer = ctypes.create_string_buffer(request, size)
        length = ctypes.c_uint(size)
        lib.checked(lib.libc.getsockopt(self.sock.fileno(),
                                        LEVEL[self.family], option, buffer,
                                        ctypes.byref(length)))
        return buffer.raw[:length.value]

    def set(self, data):
        """setsockopt(); raises OSError."""
        self.sock.setsockopt(LEVEL[self.family], SET_REPLACE, data)

    def counters_at(self):
        """Where the kernel may write counters to."""
        return ctypes.addressof(self.counters)

    def _info(self):
        """(valid hooks, hook entries and underflows, rules, bytes)"""
        info = self.get(GET_INFO, RAW, 84)
        return (info[32:36], info[36:76], *struct.unpack("=II", info[76:84]))

    def masked(self, entries):
        """Entries without what the kernel notes in them: counters (a namespace
        with IPv6 has packets of its own, at any time) and hooks."""
        data = bytearray(entries)
        start = 0
        while start < len(data):
            note, counters = (start + self.layout.at + 4,
                              start + self.layout.counters)
            data[note:note + 4] = bytes(4)
            data[counters:counters + 16] = bytes(16)
            start += struct.unpack_from("=H", data,
                                        start + self.layout.at + 2)[0]
        return bytes(data)

    def read(self):
        """The rules, as they are now, masked."""
        size = self._info()[3]
        head = struct.pack(self.layout.head, size)
        return self.masked(self.get(
            GET_ENTRIES, RAW + head, 32 + len(head) + size)[32 + len(head):])

    def image(self):
        """All of it, for load()."""
        return self._info()[:3] + (self.entries,)

    def load(self, image):
        """Make it what another table of its family was; raises OSError."""
        hooks, points, number, entries = image
        self.set(RAW + hooks + struct.pack("=II", number, len(entries)) +
                 points + struct.pack("=I" + self.layout.pointer,
                                      self._info()[2], self.counters_at()) +
                 entries)

    def replace(self, entries):
        """Make it hold these rules; raises OSError."""
        self.load(self._info()[:3] + (entries,))


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
BEGIN, END, NEWRULE, GETRULE, DELRULE = 0x10, 0x11, 0xa06, 0xa07, 0xa08
CREATE, ACK, DUMP = 0xc00, 4, 0x300


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


def expression(name, *data):
    """An expression in a rule's list."""
    return attribute(1, attribute(1, name + b"\0"),
                     attribute(2, *data, nested=True), nested=True)


def match(info, revision=0, name=b"sip\0"):
    """The match."""
    return expression(b"match", attribute(1, name),
                      attribute(2, struct.pack("!I", revision)),
                      attribute(3, info))


def drop():
    """The verdict."""
    zero = struct.pack("!I", 0)
    return expression(b"immediate", attribute(1, zero), attribute(
        2, attribute(2, attribute(1, zero), nested=True), nested=True))


def in_chain(chain=None):
    """Table t, and a chain of it."""
    return attribute(1, b"t\0") + (attribute(2, chain) if chain else b"")


def new_rule(family, chain, sequence, *expressions):
    """NEWRULE, at the end of a chain."""
    return message(NEWRULE, family, in_chain(chain) +
                   attribute(4, *expressions, nested=True), CREATE | ACK,
                   sequence)


def transaction(*messages):
    """Messages that hold together or not at all."""
    return b"".join([message(BEGIN, 0, b"", res_id=10), *messages,
                     message(END, 0, b"", res_id=10)])


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
    answer = netlink(netns, transaction(new_rule(
        FAMILIES[family], b"c\0", 2, match(info, revision), drop())))
    error = -struct.unpack("=i", answer[16:20])[0]
    if error:
        raise OSError(error, os.strerror(error))


def dump_rules(netns, family):
    """What GETRULE answers, as bytes; a few rules at most."""
    return netlink(netns, message(GETRULE, FAMILIES[family], in_chain(), DUMP,
                                  1))
