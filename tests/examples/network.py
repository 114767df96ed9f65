# SPDX-License-Identifier: GPL-2.0
"""Makes the network of tests/functional with the addresses of examples.

    world  ---  eth0 router eth1 or docker0  ---  server
                10.1.0.1                          10.0.0.10

SENDERS lists the hosts of the world, each with the address that an example
gives it, and an IPv6 prefix of its own. The router's PUBLIC address is the one
that Docker or a NAT would forward. Shell makes `iptables`, `ip6tables` and
those beside them the tools of one backend, so that commands of an example run
as they are written.
"""

import os
import socket
import struct
import subprocess
import tempfile

from tests import lib

SENDERS = {
    "scanner": ("203.0.113.7", "2001:db8:7::1"),
    "junk": ("203.0.113.11", "2001:db8:11::1"),
    "flood": ("203.0.113.12", "2001:db8:12::1"),
    "guesser": ("203.0.113.13", "2001:db8:13::1"),
    "walker": ("203.0.113.14", "2001:db8:14::1"),
    "customer": ("203.0.113.20", "2001:db8:20::1"),
    "phone": ("192.0.2.9", "2001:db8:9::1"),
    "office": ("192.0.2.10", "2001:db8:10::1"),
    "trunk": ("198.51.100.5", "2001:db8:51::5"),
    "mark": ("192.0.2.99", "2001:db8:99::1"),       # the sentinels' source
}
NUMBER = {name: number for number, name in enumerate(SENDERS)}
PUBLIC = {4: "10.1.0.1", 6: "2001:db8:a:1::1"}
# What an example for IPv4 says, and what IPv6 has in its place.
IPV6 = {"ip saddr 198": "ip6 saddr 198", "ip daddr 198": "ip6 daddr 198",
        "198.51.100.0/24": "2001:db8:51::/48",
        "203.0.113.20": "2001:db8:20::1",
        "203.0.113.7": "2001:db8:7::1",
        "iptables": "ip6tables"}

SERVER = {4: "10.0.0.10", 6: "2001:db8:a::10"}


def address(name, family):
    """The address of one of SENDERS."""
    return SENDERS[name][family == 6]


def for_family(text, family):
    """An example's text as IPv6 has it; that for nft has addresses of both."""
    if family == 6 and "inet sip" not in text:
        for old, new in IPV6.items():
            text = text.replace(old, new)
    return text


class Network(lib.Network):
    """The network. inside: the router's device towards the server; wan: another
    name of the server's device."""

    clients = {4: tuple(one[0] for one in SENDERS.values()),
               6: tuple(one[1] for one in SENDERS.values())}
    servers = SERVER

    def __init__(self, inside="eth1", wan="up0"):
        self.inside = inside
        self.inboxes = {}
        super().__init__()
        if wan != "up0":
            self.server.ip([f"link property add dev up0 altname {wan}"])

    def close(self):
        """Close sockets and namespaces."""
        for sock in self.inboxes.values():
            sock.close()
        super().close()

    def _join(self, netns, name, number):
        super()._join(netns, {"c": "eth0", "s": self.inside}[name], number)

    def _links(self):
        self._end(self.client, "eth0", 1,
                  ("10.1.0.1/24", "2001:db8:a:1::1/64 nodad"),
                  ("10.1.0.2/24", "2001:db8:a:1::2/64 nodad",
                   *(f"{a}/32" for a in self.clients[4]),
                   *(f"{a}/128 nodad" for a in self.clients[6])),
                  ("10.1.0.2", "2001:db8:a:1::2"))
        self._end(self.server, self.inside, 2,
                  ("10.0.0.1/24", "2001:db8:a::1/64 nodad"),
                  ("10.0.0.10/24", "2001:db8:a::10/64 nodad"),
                  SERVER.values())
        self.router.ip(["route add default via 10.1.0.2",
                        "route add default via 2001:db8:a:1::2"])

    # -- datagrams --

    def inbox(self, family, port):
        """The server's socket of a port."""
        if port == lib.SIP:
            return self.path(family).inbox
        if (family, port) not in self.inboxes:
            sock = self.server.socket(lib.AF[family], socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
            if family == 6:
                sock.setsockopt(socket.IPPROTO_IPV6,
                                socket.IPV6_V6ONLY, 1)
            sock.bind(("", port))
            sock.setblocking(False)
            self.inboxes[family, port] = sock
        return self.inboxes[family, port]

    def arrive(self, family, sender, payloads, port=lib.SIP, to=None):
        """Which of these datagrams reach the server."""
        path, inbox = self.path(family), self.inbox(family, port)
        # NAT would change the port of a sender with a flow to the server.
        first = 23000 if to else 20000
        self._drain(inbox)
        for number, data in enumerate(payloads):
            path.from_port(first + number, NUMBER[sender]).sendto(
                data, (to or SERVER[family], port))
        path.sync()
        found = {source[1] - first for source in self._drain(inbox)}
        return [number in found for number in range(len(payloads))]

    @staticmethod
    def _drain(sock):
        found = []
        while True:
            try:
                found.append(sock.recvfrom(65536)[1])
            except BlockingIOError:
                return found

    def connection(self, family, sender):
        """(the sender's socket, the server's) of a TCP connection; None for the
        server's if it never came to be."""
        with self.path(family).listen() as listener:
            listener.setblocking(False)
            sock = self.client.socket(lib.AF[family], socket.SOCK_STREAM)
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
            sock.bind((address(sender, family), 0))
            sock.connect_ex((SERVER[family], lib.SIP))
            for _ in range(3):
                self.path(family).sync()
            try:
                there = listener.accept()[0]
            except BlockingIOError:
                return sock, None
        there.setblocking(False)
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock, there


class Shell:
    """Commands of an example, run by a shell in a namespace, as one backend
    understands them: "legacy" and "nft" of iptables, or "nft-sip"."""

    def __init__(self, netns, backend, directory):
        self.netns, self.backend, self.directory = netns, backend, directory
        self.tools = tempfile.TemporaryDirectory()
        kind = "legacy" if backend == "legacy" else "nft"
        for name in ("iptables", "ip6tables"):
            for verb in ("", "-restore", "-save"):
                os.symlink(f"/usr/sbin/xtables-{kind}-multi",
                           os.path.join(self.tools.name, name + verb))

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.tools.cleanup()

    def run(self, commands, text=None):
        """(status, what it says) of shell commands; the first that fails
        ends them."""
        environment = dict(os.environ,
                           PATH=f"{self.tools.name}:{os.environ['PATH']}")
        with self.netns.inside():
            done = subprocess.run(
                ["/bin/sh", "-ec", commands], check=False, text=True,
                input=text or "", cwd=self.directory, env=environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def rules(self):
        """All rules and chains of ours, in both families."""
        if self.backend == "nft-sip":
            return self.run("nft -s list ruleset")[1].splitlines()
        found = []
        for tool in ("iptables-save", "ip6tables-save"):
            for line in self.run(tool)[1].splitlines():
                if line.startswith("*"):
                    table = tool + line
                elif line.startswith("-") or " - [" in line:
                    found.append(f"{table} {line.split(' [')[0]}")
        return sorted(found)
