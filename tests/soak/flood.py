# SPDX-License-Identifier: GPL-2.0
"""The actor that sends SIP messages and junk from forged sources. See actor.py.

Half of its sources are new each time, from 198.18.0.0/16 and
2001:db8:f000::/48; half are one of 32 attackers in 198.19.255.0/27 and
2001:db8:f001::/48; and one kind of its own comes from ruleset.BANNED.
"""
import contextlib
import socket
import struct

from tests import lib
from tests.lib import packets, sip
from tests.soak import network, ruleset
from tests.soak.actor import Actor

KINDS = ("scanner", "register", "invite", "junk", "cut", "banned")
AGENTS = (sip.PHONE, "Zoiper v2.10.20.4", "PolycomVVX/6.4",
          "Grandstream GXP2170 1.0.11.64", "Cisco/SPA504G-7.6.2", "-")
DIFFERENT = 64          # messages of a kind and family
BATCH = 32
# Whose bytes _forged() changes.
FIRST = {4: "198.18.0.0", 6: "2001:db8:f000::"}


class Flood(Actor):
    """One of two."""

    counts = (*KINDS, "IPv4", "IPv6")

    def begin(self):
        self.socks = {family: socket.socket(lib.AF[family], socket.SOCK_RAW,
                                            socket.IPPROTO_RAW)
                      for family in (4, 6)}
        self.made = {(kind, family): [self._packet(kind, family)
                                      for _ in range(DIFFERENT)]
                     for kind in KINDS for family in (4, 6)}

    def step(self):
        for _ in range(BATCH):
            kind, family = self.random.choice(KINDS), self.random.choice((4, 6))
            packet = self.random.choice(self.made[kind, family])
            if kind != "banned":
                packet = self._forged(family, packet)
            with contextlib.suppress(BlockingIOError):
                self.socks[family].sendto(packet, (network.SERVER[family], 0))
                self.count(kind)
                self.count(f"IPv{family}")

    def _payload(self, kind):
        chance = self.random
        if kind == "junk":
            return chance.randbytes(chance.randrange(400))
        user, tag = chance.randrange(1000, 10000), chance.getrandbits(30)
        data = bytearray(sip.request(
            {"scanner": "OPTIONS", "invite": "INVITE"}.get(kind, "REGISTER"),
            f"From: <sip:{user}@pbx.example>;tag={tag:x}",
            f"To: <sip:{user}@pbx.example>", f"Call-ID: {tag:x}",
            without=("From", "To", "Call-ID"),
            agent=sip.SCANNER if kind == "scanner" else chance.choice(AGENTS)))
        if kind == "cut":
            data[chance.randrange(len(data))] = chance.randrange(256)
            del data[chance.randrange(len(data)):]
        return bytes(data)

    def _packet(self, kind, family):
        ends = ((ruleset.BANNED if kind == "banned" else FIRST)[family],
                network.SERVER[family])
        return packets.ip(*ends, packets.UDP, packets.udp(
            *ends, self.random.randrange(1024, 61024), lib.SIP,
            self._payload(kind), check=0 if family == 4 else None))

    def _forged(self, family, packet):
        """The packet from another source, which has the same checksum: one
        word of IPv6's makes up for two others, and IPv4 has none."""
        number = self.random.randrange(1 << 16) if self.random.random() < 0.5 \
            else 0x1ff00 + self.random.randrange(32)
        if family == 4:
            return packet[:12] + (0xc6120000 | number).to_bytes(4, "big") + \
                packet[16:]
        high, low = divmod(number, 1 << 16)
        return packet[:12] + struct.pack(
            "!HHH", 0xf000 | high, low, -(high + low) % 0xffff) + packet[18:]
