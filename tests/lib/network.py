# SPDX-License-Identifier: GPL-2.0
"""Makes the network of the functional tests, and sends packets through it.

    client 192.0.2.10-29  ---  router  ---  198.51.100.10 server
           2001:db8:1:N::10                 2001:db8:2::10

Network() makes three network namespaces joined by veth. The server is also
203.0.113.0/24 and 2001:db8:3::/64 as a whole (targets), so that a chain of
rules can have an address of its own. The router routes any other address to
the client, so that forged sources pass. Nothing here sleeps: all runs
on one CPU, where packets stay in order; a sentinel follows each batch: a
datagram to port 9 (from the last address of the sender) that Netns.rules()
lets pass before all rules, and when it arrives, everything before it has
arrived or was dropped.

The namespaces have no names: they vanish with this process.
"""

import collections
import contextlib
import socket
import struct

from tests.lib import packets
from tests.lib.netns import Netns, NetworkError, SENTINEL

SIP = 5060
PATIENCE = 300              # seconds; only a broken machine needs them
AF = {4: socket.AF_INET, 6: socket.AF_INET6}

CLIENTS = {4: tuple(f"192.0.2.{n}" for n in range(10, 30)),
           6: tuple(f"2001:db8:1:{n}::10" for n in range(1, 21))}
SERVER = {4: "198.51.100.10", 6: "2001:db8:2::10"}


def target(number, family):
    """One of the server's many addresses; number is 1 to 254."""
    return f"203.0.113.{number}" if family == 4 else f"2001:db8:3::{number:x}"


class Network:
    """Three namespaces and the paths between them; a context manager."""

    clients, servers = CLIENTS, SERVER

    def __init__(self):
        self.client = Netns("client")
        self.router = Netns("router")
        self.server = Netns("server")
        self.all = (self.client, self.router, self.server)
        self.paths = {}
        self.ident = 0
        self._join(self.client, "c", 1)
        self._join(self.server, "s", 2)
        self._addresses()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        """Close sockets and namespaces."""
        for path in self.paths.values():
            path.close()
        for netns in self.all:
            netns.close()

    def clear(self):
        """Remove all rules in all namespaces."""
        for netns in self.all:
            netns.clear()

    def _join(self, netns, name, number):
        """A link up0 in @netns to one named @name in the router."""
        self.router.join(name, netns, "up0",
                         f"address 02:00:00:00:0{number}:01",
                         f"address 02:00:00:00:0{number}:10")
        self.router.ip([f"link set {name} addrgenmode none"])
        netns.ip(["link set up0 addrgenmode none"])

    def _addresses(self):
        for netns in self.all:
            for name in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
                netns.write("/proc/sys/net/" + name,
                            "1" if netns is self.router else "0")
        self.router.ip(["link set lo up"])
        self._links()

    def _links(self):
        """Addresses, neighbours and routes."""
        self._end(self.client, "c", 1,
                  ("192.0.2.1/24", "2001:db8:1:ffff::1/64 nodad"),
                  (*(f"{a}/24" for a in CLIENTS[4]),
                   *(f"{a}/128 nodad" for a in CLIENTS[6]),
                   "2001:db8:1:ffff::10/64 nodad"),
                  (*CLIENTS[4], "2001:db8:1:ffff::10"))
        self._end(self.server, "s", 2,
                  ("198.51.100.1/24", "2001:db8:2::1/64 nodad"),
                  (f"{SERVER[4]}/24", f"{SERVER[6]}/64 nodad"),
                  SERVER.values())
        self.router.ip(["route add 203.0.113.0/24 via 198.51.100.10",
                        "route add 2001:db8:3::/64 via 2001:db8:2::10",
                        "route add default via 192.0.2.10",
                        "route add default via 2001:db8:1:ffff::10"])
        self.server.ip(["route add local 203.0.113.0/24 dev lo",
                        "route add local 2001:db8:3::/64 dev lo"])

    def _end(self, netns, device, number, gateways, addresses, near):
        """Addresses of the router at a device and of the namespace there, of
        which the router knows those that are near."""
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.router.ip(
            [f"link set {device} up"] +
            [f"addr add {a} dev {device}" for a in gateways] +
            [f"neigh add {a} lladdr 02:00:00:00:0{number}:10 nud permanent "
             f"dev {device}" for a in near])
        gateways = [a.split("/")[0] for a in gateways]
        netns.ip(
            ["link set lo up", "link set up0 up"] +
            [f"addr add {a} dev up0" for a in addresses] +
            [f"neigh add {a} lladdr 02:00:00:00:0{number}:01 nud permanent "
             "dev up0" for a in gateways] +
            [f"route add default via {a}" for a in gateways])

    def path(self, family=4, protocol=packets.UDP):
        """From the client to the server."""
        return self._path(self.client, self.server, self.clients[family],
                          self.servers[family], family, protocol)

    def back(self, family=4):
        """From the server to the client."""
        return self._path(self.server, self.client, (self.servers[family],),
                          self.clients[family][0], family, packets.UDP)

    def loop(self, family=4):
        """Inside the server, over its loopback device."""
        here = "127.0.0.1" if family == 4 else "::1"
        return self._path(self.server, self.server, (here,), here, family,
                          packets.UDP)

    def _path(self, *how):
        if how not in self.paths:
            # Paths of two protocols share where sentinels come in.
            self.paths[how] = Path(*how, next(
                (path.sentinels for made, path in self.paths.items()
                 if made[:-1] == how[:-1]), None))
        return self.paths[how]

    def raw(self, packet):
        """Send an IP packet as it is from the client (see packets.py)."""
        family = packet[0] >> 4
        key = ("raw", family)
        if key not in self.paths:
            self.paths[key] = self.client.socket(AF[family], socket.SOCK_RAW,
                                                 socket.IPPROTO_RAW)
        if family == 4:
            to = (socket.inet_ntoa(packet[16:20]), 0)
        else:
            to = (socket.inet_ntop(socket.AF_INET6, packet[24:40]), 0)
        self.paths[key].sendto(packet, to)

    def fragments(self, source, to, port, data, cuts, order=None):
        """Send a datagram from a port in fragments, cut at offsets of the
        datagram; returns the port."""
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.ident += 1
        pieces = packets.fragments(
            source, to, packets.UDP, packets.udp(source, to, port, SIP, data),
            cuts, self.ident)
        for index in order or range(len(pieces)):
            self.raw(pieces[index])
        return port


# What a receiver got: payload, sender, the address it was sent to, and the
# TTL or hop limit and TOS or traffic class it had.
Arrived = collections.namedtuple("Arrived", "data source to ttl tos")
# What to send: payload, number of the sender's address, destination.
Shot = collections.namedtuple("Shot", "data source to", defaults=(0, None))


def _enlarge(sock, option, size):
    """Enlarge a buffer, which only the machine's root may do."""
    with contextlib.suppress(PermissionError):
        sock.setsockopt(socket.SOL_SOCKET, option, size)


class Path:
    """UDP (or UDP-Lite) from one namespace to another.

    through() is what most tests need. Each message of a batch has a source
    port of its own, by which it is recognised; senders use TTL 2, of
    which the router leaves 1: see marks.py.
    """

    PORTS = range(20000, 20200)
    sent = 0                    # sentinels

    def __init__(self, sender, receiver, sources, to, family, protocol,
                 sentinels=None):
        self.sender, self.receiver = sender, receiver
        self.sources, self.to = sources, to
        self.family, self.protocol = family, protocol
        self.senders = {}
        self.inbox = self._inbox(SIP, protocol)
        self.sentinels = sentinels or self._inbox(SENTINEL, packets.UDP)
        self.sentinels.settimeout(PATIENCE)

    def close(self):
        """Close all sockets."""
        for sock in (*self.senders.values(), self.inbox, self.sentinels):
            sock.close()

    def _inbox(self, port, protocol):
        sock = self.receiver.socket(AF[self.family], socket.SOCK_DGRAM,
                                    protocol)
        _enlarge(sock, 33, 64 << 20)        # RCVBUFFORCE
        if self.family == 4:
            for option in (socket.IP_PKTINFO if hasattr(socket, "IP_PKTINFO")
                           else 8, socket.IP_RECVTOS, 12):  # RECVTTL
                sock.setsockopt(socket.IPPROTO_IP, option, 1)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            for option in (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVTCLASS,
                           socket.IPV6_RECVHOPLIMIT):
                sock.setsockopt(socket.IPPROTO_IPV6, option, 1)
        # A socket of loop() is more special than one of path().
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        local = self.sender is self.receiver
        sock.bind((self.to if local else "", port))
        sock.setblocking(False)
        return sock

    def from_port(self, port, source=0, protocol=None):
        """The sending socket of a source address and port."""
        key = (source, port, protocol)
        if key not in self.senders:
            sock = self.sender.socket(AF[self.family], socket.SOCK_DGRAM,
                                      protocol or self.protocol)
            level, option = ((socket.IPPROTO_IP, socket.IP_TTL)
                             if self.family == 4 else
                             (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
            sock.setsockopt(level, option, 2)
            _enlarge(sock, 32, 8 << 20)     # SNDBUFFORCE
            sock.bind((self.sources[source], port))
            self.senders[key] = sock
        return self.senders[key]

    def send(self, data, source=0, to=None, port=PORTS[0]):
        """Send one datagram from a normal socket."""
        # A drop in the sender's own OUTPUT is an error of sendto().
        with contextlib.suppress(PermissionError):
            self.from_port(port, source).sendto(data, (to or self.to, SIP))

    def sync(self):
        """Return when everything sent so far has arrived or was dropped."""
        Path.sent += 1
        mark = b"sentinel %d" % Path.sent
        last = len(self.sources) - 1
        self.from_port(0, last, packets.UDP).sendto(mark, (self.to, SENTINEL))
        try:
            while self.sentinels.recv(100) != mark:
                pass
        except TimeoutError as error:
            raise NetworkError(
                f"the sentinel from {self.sender.name} to "
                f"{self.receiver.name} did not arrive") from error

    def arrived(self):
        """sync(), then all that has come in since, in order."""
        self.sync()
        found = []
        while True:
            try:
                found.append(self._receive())
            except BlockingIOError:
                return found

    def forget(self):
        """Throw away what came before and nobody asked for."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.inbox.recv(1)

    def _receive(self):
        data, notes, _, source = self.inbox.recvmsg(65536, 256)
        ttl = tos = to = None
        for level, kind, value in notes:
            if level == socket.IPPROTO_IP and kind == 8:
                to = socket.inet_ntoa(value[8:12])
            elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
                to = socket.inet_ntop(socket.AF_INET6, value[:16])
            elif kind in (socket.IP_TTL, socket.IPV6_HOPLIMIT):
                ttl = struct.unpack("=i", value)[0]
            else:
                tos = value[0]
        return Arrived(data, source[:2], to, ttl, tos)

    def through(self, shots):
        """Send Shots (or plain payloads); for each an Arrived or None."""
        self.forget()
        shots = [shot if isinstance(shot, Shot) else Shot(shot)
                 for shot in shots]
        results = []
        size = len(self.PORTS)
        for start in range(0, len(shots), size):
            results += self._batch(shots[start:start + size])
        return results

    def _batch(self, shots):
        for port, shot in zip(self.PORTS, shots):
            self.send(*shot, port)
        results = [None] * len(shots)
        for got in self.arrived():
            index = got.source[1] - self.PORTS[0]
            if index not in range(len(shots)) or results[index]:
                raise NetworkError(f"arrived, but was never sent: {got}")
            shot = shots[index]
            if got.data != shot.data or got.to != (shot.to or self.to):
                raise NetworkError(f"arrived changed: sent {shot}, got {got}")
            results[index] = got
        return results

    def bundle(self, messages, source=0):
        """Datagrams of one length in one skb (UDP_SEGMENT); the last may be
        shorter."""
        udp_segment = 103
        with self.sender.socket(AF[self.family], socket.SOCK_DGRAM) as sock:
            sock.bind((self.sources[source], 0))
            sock.setsockopt(socket.IPPROTO_UDP, udp_segment, len(messages[0]))
            sock.sendto(b"".join(messages), (self.to, SIP))

    # -- TCP --

    def listen(self, protocol=0):
        """A listening socket at the receiver's port 5060."""
        sock = self.receiver.socket(AF[self.family], socket.SOCK_STREAM,
                                    protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # An association of SCTP would have all addresses.
        sock.bind((self.to if protocol else "", SIP))
        sock.listen(4096)
        return sock

    def connect(self, to=None, source=0, protocol=0):
        """A connection whose every send is a segment; closing resets it."""
        sock = self.sender.socket(AF[self.family], socket.SOCK_STREAM,
                                  protocol)
        if not protocol:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack("ii", 1, 0))
        sock.settimeout(PATIENCE)
        sock.bind((self.sources[source], 0))
        sock.connect((to or self.to, SIP))
        return sock

    def segments(self, messages, to=None, protocol=0):
        """Send each on a connection of its own (TCP, or SCTP); whether they
        arrive."""
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(self.listen(protocol))
            clients = [stack.enter_context(self.connect(to, 0, protocol))
                       for _ in messages]
            for client, data in zip(clients, messages):
                client.sendall(data)
            self.sync()
            arrived = {}
            for _ in clients:
                server, address = listener.accept()
                with server:
                    arrived[address[1]] = received(server)
            return [arrived[client.getsockname()[1]] == data
                    for client, data in zip(clients, messages)]


def received(sock):
    """What has come in on a connection, nothing if nothing has."""
    sock.setblocking(False)
    try:
        return sock.recv(65536)
    except BlockingIOError:
        return b""


class Sniffer:
    """IP packets that arrive at a device, whatever becomes of them there."""

    def __init__(self, netns, device="up0"):
        self.sock = netns.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                 socket.htons(3))
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
        self.sock.bind((device, 3))
        self.sock.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.sock.close()

    def packets(self, path):
        """path.sync(), then all packets since, without sentinels."""
        path.sync()
        found = []
        while True:
            try:
                data, address = self.sock.recvfrom(65536)
            except BlockingIOError:
                return found
            if address[2] != 4 and b"sentinel " not in data:    # outgoing
                found.append(data)
