# SPDX-License-Identifier: GPL-2.0
"""Sends packets from a TUN device as a guest or a container does, with what
its driver says of segmentation. They come in at tun0.
"""

import fcntl
import os
import struct

from tests import lib
from tests.lib import packets

TUNSETIFF = 0x400454ca
TUN, NO_PI, VNET_HDR = 1, 0x1000, 0x4000
NEEDS_CSUM = 1
# Of struct virtio_net_hdr; UDP by family, since Linux 6.2.
TCPV4, TCPV6, UDP_L4 = 1, 4, 5


class Tun:
    """tun0 of a namespace; a context manager."""

    def __init__(self, netns):
        lib.command("modprobe", "tun")
        with netns.inside():
            self.fd = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.fd, TUNSETIFF, struct.pack(
                "16sH22x", b"tun0", TUN | NO_PI | VNET_HDR))
        netns.ip(["link set tun0 addrgenmode none", "link set tun0 up"])

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        os.close(self.fd)

    def send(self, packet, kind=0, size=0, linear=0):
        """Send a packet in segments of @size; @linear bytes in one piece.

        OSError where this kernel does not know the @kind of segmentation.
        """
        start = 20 if packet[0] >> 4 == 4 else 40
        if start == 20:
            packet = packet[:10] + struct.pack("!H", packets.checksum(
                packet[:20])) + packet[12:]
        check = 6 if kind == UDP_L4 else 16
        head = struct.pack("=BBHHHH", NEEDS_CSUM if kind else 0, kind, linear,
                           size, start if kind else 0, check if kind else 0)
        os.write(self.fd, head + packet)


def segment(source, to, payload):
    """A TCP segment of any size, without checksum."""
    head = struct.pack("!HHIIBBHHH", 5060, 5060, 1, 1, 5 << 4, 0x18, 8192, 0,
                       0)
    return packets.ip(source, to, packets.TCP, head + payload)


def lacks_bundles():
    """Why a guest can give this kernel no bundle of datagrams, if so."""
    with lib.Network() as network, Tun(network.server) as device:
        try:
            device.send(packets.ip("10.0.0.1", "10.0.0.2", packets.UDP,
                                   packets.udp("10.0.0.1", "10.0.0.2", 9, 9,
                                               20 * b"x")), UDP_L4, 10)
        except OSError:
            return "this kernel takes no bundles from guests"
    return ""
