# SPDX-License-Identifier: GPL-2.0
"""Makes namespaces that send to themselves, with rules in their OUTPUT."""

import ipaddress
import socket

from tests import lib
from tests.lib import sources, users

HERE = {4: "127.0.0.1", 6: "::1"}


def raw_sockets():
    """A raw socket of each family, in the namespace that we are in."""
    return {family: socket.socket(lib.AF[family], socket.SOCK_RAW,
                                  socket.IPPROTO_RAW) for family in HERE}


def shoot(socks, packet):
    """Send a packet to ourselves; was it dropped?"""
    family = packet[0] >> 4
    try:
        socks[family].sendto(packet, (HERE[family], 0))
    except PermissionError:
        return True
    return False


def forged(source, data):
    """A packet to ourselves, from any address."""
    family = 6 if ":" in source else 4
    packet = sources.forged("10.9.9.9" if family == 4 else "2001:db8::9",
                            HERE[family], data)
    start = 12 if family == 4 else 8
    address = ipaddress.ip_address(source).packed
    return packet[:start] + address + packet[start + len(address):]


class Loop(lib.Netns):
    """Such a namespace; a context manager. Rules are options of the match, for
    both families; they drop unless @then says otherwise."""

    def __init__(self, *rules, then="-j DROP"):
        super().__init__("loop")
        with self.inside():
            users.link_up()
            self.socks = raw_sockets()
        if rules:
            for family in HERE:
                self.rules([f"-A OUTPUT -m sip {rule} {then}"
                            for rule in rules], family=family)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for sock in self.socks.values():
            sock.close()
        self.close()

    def drops(self, source, data=b"x"):
        """Is a packet from there dropped?"""
        return shoot(self.socks, forged(source, data))
