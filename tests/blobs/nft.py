# SPDX-License-Identifier: GPL-2.0
"""Hands blobs to nf_tables, as iptables-nft does, many in a transaction.

Three transactions for a group of blobs: those that should be refused, after
which nothing may have changed; the others with one that should be refused,
which undoes them all; the others alone, which are then read back. See blob.py
for the messages and carrier.py for what a carrier does.
"""

import errno
import socket
import struct

from tests import lib
from tests.blobs import carrier
from tests.blobs.legacy import good
from tests.lib import blob as wire

ERROR, DONE = 2, 3              # types of netlink messages
CAP_ACK = 10                    # errors do not carry what they are about
# The hook of chain c; chain k has none, and a rule that stays.
HOOKS = {"ip": "prerouting priority -300", "ip6": "prerouting priority -300",
         "inet": "prerouting priority -300", "arp": "input priority 0",
         "bridge": "prerouting priority -300",
         "netdev": "ingress device lo priority 0"}
FAMILIES = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
COUNTING_RULES = 4              # that a table has room for, whatever they are


def attributes(data):
    """(type, payload) of each netlink attribute."""
    while len(data) >= 4:
        length, kind = struct.unpack("=HH", data[:4])
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


class Nft(carrier.Carrier):
    """Table t of a family."""

    def __init__(self, network, family):
        super().__init__(network)
        self.name, self.family = family, wire.FAMILIES[family]
        network.netns.run("nft", "-f", "-", text=f"table {family} t {{ "
                          f"chain k {{ }}; chain c {{ type filter hook "
                          f"{HOOKS[family]}; }}; }}\n")
        self.sock = network.netns.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                         12)
        self.sock.settimeout(lib.PATIENCE)
        self.sock.setsockopt(270, CAP_ACK, 1)
        if family in FAMILIES:
            self.add([carrier.KNOWN], b"k\0")
        self.held = network.held()

    def close(self):
        """Remove the rules."""
        for chain in (b"c\0", b"k\0"):
            self.flush(chain)
        self.sock.close()

    def transaction(self, messages):
        """Send messages 1 to N as one; the name of the errno of each."""
        self.sock.send(wire.transaction(*messages))
        found = {}
        while len(found) < len(messages):
            for kind, number, data in self.receive():
                code = -struct.unpack("=i", data[:4])[0]
                if kind != ERROR or number == 0:
                    raise lib.NetworkError(f"{self.name}: answer {kind} to "
                                           f"message {number}: errno {code}")
                found[number] = errno.errorcode[code] if code else "ok"
        return [found[number + 1] for number in range(len(messages))]

    def receive(self):
        """(type, sequence number, payload) of the messages that come."""
        data = self.sock.recv(1 << 20)
        while len(data) >= 16:
            length, kind, _, number, _ = struct.unpack("=IHHII", data[:16])
            yield kind, number, data[16:length]
            data = data[(length + 3) & ~3:]

    def add(self, blobs, chain=b"c\0", more=b""):
        """Add rules with these matches; the name of the errno of each."""
        return self.transaction([wire.new_rule(
            self.family, chain, number, wire.match(
                blob.info, blob.revision, blob.name if len(blob.name) >= 29
                else blob.name + b"\0"), more)
            for number, blob in enumerate(blobs, 1)])

    def flush(self, chain=b"c\0"):
        """Remove the rules of a chain."""
        got = self.transaction([wire.message(
            wire.DELRULE, self.family, wire.in_chain(chain), wire.ACK, 1)])
        if got != ["ok"]:
            raise lib.NetworkError(f"{self.name}: flush: {got}")

    def read(self):
        """All rules of the table: [attributes]."""
        self.sock.send(wire.message(wire.GETRULE, self.family,
                                    wire.in_chain(), wire.DUMP, 1))
        found = []
        while True:
            for kind, _, data in self.receive():
                if kind == DONE:
                    return found
                found.append(data[4:])

    def look(self):
        """What a refused rule must not change."""
        self.network.settles(self.held)
        return self.read(), self.network.held(), self.network.tables()

    # -- what a carrier does --

    def submit(self, blobs):
        """[(the kernel's verdict, what is wrong with what it left)]"""
        valid = [blob for blob in blobs if self.should_accept(blob)]
        bad = [blob for blob in blobs if not self.should_accept(blob)]
        found = {}
        self.refuse(bad, found)
        for part in self.parts(valid):
            if bad:
                self.undo(part + bad[:1], found)
            self.accept(part, found)
        return [found[blob] for blob in blobs]

    def refused(self, blobs):
        """The same for a transaction that should be refused as a whole."""
        found = {}
        self.refuse(blobs, found)
        return [found[blob] for blob in blobs]

    def should_accept(self, blob):
        """Is this a valid rule, and can this family have it?"""
        return self.name in FAMILIES and carrier.valid(blob)

    @staticmethod
    def parts(blobs):
        """Lists of rules for which a table has room at once."""
        part, counting = [], 0
        for blob in blobs:
            counts = bool(wire.decode(blob.info).flags &
                          wire.bits("rate users"))
            if counting + counts > COUNTING_RULES:
                yield part
                part, counting = [], 0
            part.append(blob)
            counting += counts
        if part:
            yield part

    def refuse(self, blobs, found):
        """Rules that should all be refused."""
        if not blobs:
            return
        before = self.look()
        verdicts = self.add(blobs)
        why = carrier.left(before, self.look())
        for blob, got in zip(blobs, verdicts):
            found[blob] = got, why
        if "ok" in verdicts:
            self.flush()

    def undo(self, blobs, found):
        """Good rules and a bad one, which all go."""
        before = self.look()
        verdicts = self.add(blobs)
        names = before[2] | {carrier.table_of(blob) for blob in blobs}
        rules, held, tables = self.look()
        why = carrier.left(before, (rules, held, tables - names))
        for blob, got in zip(blobs, verdicts):
            if blob in found and found[blob][0] != got:
                why = f"alone {found[blob][0]}, beside good ones {got}"
            if blob not in found or why:
                found[blob] = got, why

    def accept(self, blobs, found):
        """Rules that should all be accepted."""
        verdicts = self.add(blobs)
        why = None
        if set(verdicts) == {"ok"}:
            why = self.kept(blobs)
            self.flush()
            if not self.network.settles(self.held):
                why = why or "removed, but some still hold the module"
        for blob, got in zip(blobs, verdicts):
            earlier = found.get(blob, ("ok", None))
            if earlier == ("ok", None) or got != "ok":
                found[blob] = got, why

    def kept(self, blobs):
        """What is wrong with accepted rules, or None."""
        shown = [info for rule in self.read() for info in infos(rule)]
        sent = [good(blob).info for blob in (carrier.KNOWN, *blobs)]
        if sorted(shown) != sorted(sent):
            return "they read back otherwise"
        held = self.network.held()
        if held and held != self.held + len(blobs):
            return f"{len(blobs)} rules, {held - self.held} hold the module"
        for _ in range(2):
            why = self.network.passes(self.rng)
            if why:
                return why
        return None

    def known(self):
        """Does a good rule still match? What is wrong, or None."""
        if self.name not in FAMILIES:
            return None
        got = self.add([carrier.KNOWN], more=wire.drop())
        why = self.network.drops() if got == ["ok"] else str(got)
        self.flush()
        return why


def infos(rule):
    """The bytes of each match of a rule, given its attributes."""
    for kind, data in attributes(rule):
        if kind != 4:
            continue
        for _, expr in attributes(data):
            fields = dict(attributes(expr))
            if fields[1] == b"match\0":
                yield dict(attributes(fields[2]))[3]
