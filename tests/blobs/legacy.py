# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to x_tables, as iptables-legacy does: one rule at a time.

The raw table holds the rule in PREROUTING and nothing else. See blob.py for
the structures and carrier.py for what a carrier does.
"""

import ctypes
import errno
import socket
import struct

from tests.lib import blob as wire
from tests import lib
from tests.blobs import carrier, oracle

# struct ipt_entry, struct ip6t_entry: size, offsets of target_offset (16 bits,
# then next_offset, 16 bits), comefrom (32 bits), counters (2 x 64 bits).
ENTRY = {4: (112, 88, 92, 96), 6: (168, 140, 144, 152)}
HOOKS = 1 << 0 | 1 << 3             # PREROUTING, OUTPUT
ACCEPT, DROP = -2, -1
TARGET = struct.pack("=H30x", 40) + b"%s\0\0\0\0"
ERROR = struct.pack("=H", 64) + b"ERROR".ljust(30, b"\0") + b"ERROR".ljust(
    32, b"\0")


def match_header(blob):
    """struct xt_entry_match without its data."""
    size = 32 + len(blob.info) if blob.claimed is None else blob.claimed
    return (struct.pack("=H", size) + blob.name.ljust(29, b"\0") +
            bytes([blob.revision]))


class Legacy(carrier.Carrier):
    """The raw table of a family."""

    def __init__(self, network, family):
        super().__init__(network)
        self.family = family
        self.sock = network.netns.socket(lib.AF[family], socket.SOCK_RAW,
                                         socket.IPPROTO_RAW)
        self.counters = ctypes.create_string_buffer(16 * 16)
        self.state = self.look()

    def close(self):
        """Remove the rule."""
        self.set(None)
        self.sock.close()

    def entry(self, data, target_at):
        """An entry; @data are its matches and its target."""
        size, at, _, _ = ENTRY[self.family]
        return (bytes(at) + struct.pack("=HH", size + target_at,
                                        size + len(data)) +
                bytes(size - at - 4) + data)

    def entries(self, blob, verdict):
        """The table: its entries, and the offset of the policies."""
        policy = self.entry(TARGET % struct.pack("=i", ACCEPT), 0)
        rule = b""
        if blob:
            match = match_header(blob) + blob.info
            rule = self.entry(match + TARGET % struct.pack("=i", verdict),
                              len(match))
        return rule + 2 * policy + self.entry(ERROR, 0), len(rule)

    def info(self):
        """Number of entries and their size, as they are now."""
        info = self.option(wire.GET_INFO, wire.RAW, 84)
        return struct.unpack("=II", info[76:84])

    def option(self, number, request, size):
        """getsockopt() with a request."""
        buffer = ctypes.create_string_buffer(request, size)
        length = ctypes.c_uint(size)
        lib.checked(lib.libc.getsockopt(
            self.sock.fileno(), wire.LEVEL[self.family], number, buffer,
            ctypes.byref(length)))
        return buffer.raw

    def set(self, blob, verdict=ACCEPT):
        """Make the table hold a rule, or none; the name of the errno."""
        entries, policy = self.entries(blob, verdict)
        output = policy + ENTRY[self.family][0] + 40
        replace = wire.RAW + struct.pack(
            "=III5I5IIQ", HOOKS, 4 if blob else 3, len(entries),
            0, 0, 0, output, 0, policy, 0, 0, output, 0,
            self.info()[0], ctypes.addressof(self.counters)) + entries
        try:
            self.sock.setsockopt(wire.LEVEL[self.family], wire.SET_REPLACE,
                                 replace)
        except OSError as error:
            return errno.errorcode[error.errno]
        return "ok"

    def masked(self, entries):
        """@entries without counters and what the kernel notes of hooks."""
        _, at, note, counters = ENTRY[self.family]
        found = bytearray(entries)
        start = 0
        while start < len(found):
            found[start + note:start + note + 4] = bytes(4)
            found[start + counters:start + counters + 16] = bytes(16)
            start += struct.unpack_from("=H", found, start + at + 2)[0]
        return bytes(found)

    def read(self):
        """The entries, as they are now, masked."""
        size = self.info()[1]
        return self.masked(self.option(
            wire.GET_ENTRIES, wire.RAW + struct.pack("=I4x", size),
            40 + size)[40:])

    def look(self):
        """What a refused rule must not change."""
        return self.read(), self.network.held(), self.network.tables()

    # -- what a carrier does --

    def submit(self, blobs):
        """[(the kernel's verdict, what is wrong with what it left)]"""
        return [self.judge_one(blob) for blob in blobs]

    refused = submit

    def judge_one(self, blob):
        """The same for one blob."""
        got = self.set(blob)
        if got != "ok":
            before, self.state = self.state, self.look()
            return got, carrier.left(before, self.state)
        why = self.kept(blob)
        self.state = self.look()
        if not why and self.state[1] not in (0, self.base + 1):
            why = f"one rule, and {self.state[1] - self.base} hold the module"
        return got, why

    def kept(self, blob):
        """What is wrong with an accepted rule, or None."""
        good = blob._replace(info=blob.info[:oracle.USER] + bytes(8))
        if self.read() != self.masked(self.entries(good, ACCEPT)[0]):
            return "it reads back otherwise"
        return self.network.passes(self.rng)

    def known(self):
        """Does a good rule still match? What is wrong, or None."""
        got = self.set(carrier.KNOWN, DROP)
        why = self.network.drops() if got == "ok" else got
        self.state = self.look()
        return why
