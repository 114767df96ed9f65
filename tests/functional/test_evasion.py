# SPDX-License-Identifier: GPL-2.0
"""Tests ways to send a message so that a filter misses it.

Everything here goes through one rule, --ua friendly-scanner -j DROP; what
evades it arrives. Beside each message that has to be dropped goes an honest
one of the same form, which has to arrive. Ways to write it are in
tests/corpus/evasions.txt.
"""

import os
import socket
import tempfile

from tests import lib
from tests.lib import sip
from tests.lib.sip import PHONE, SCANNER

RULE = f"-A PREROUTING -m sip --ua {SCANNER} -j DROP"
HONEST = "Friendly_phones!"         # as long as the other
AGENTS = ((SCANNER, False), (HONEST, True))


def with_agent(agent, filling=""):
    """An OPTIONS request with this User-Agent after some filling."""
    return sip.request("OPTIONS", "X: " + filling, "User-Agent: " + agent,
                       agent=None)


def at_offset(agent, offset):
    """A message whose agent's name begins at this offset (mod 8) of the
    UDP datagram, and where it begins."""
    for padding in range(8):
        data = with_agent(agent, padding * "x")
        start = 8 + data.index(agent.encode())
        if start % 8 == offset % 8:
            return data, start
    raise AssertionError("no padding fits")


# ---- Fragments ----

def cuts():
    """[(what, offset of the text, cuts of the datagram, order)]."""
    found = []
    for inside in range(1, len(SCANNER)):
        # A cut lies @inside bytes after the start of the text.
        cut = at_offset(SCANNER, -inside)[1] + inside
        found += [(f"cut at {inside}", -inside, [cut], order)
                  for order in ((0, 1), (1, 0))]
        found += [(f"8 bytes at {inside} alone", -inside, [cut, cut + 8],
                   order) for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0))]
    eights = list(range(8, 300, 8))
    return found + [("first fragment of 8 bytes", 0, [8], (0, 1)),
                    ("first fragment of 16 bytes", 0, [16], (1, 0)),
                    ("8 bytes each", 0, eights, range(38)),
                    ("8 bytes each", 0, eights, range(37, -1, -1))]


def test_fragments(way, checks):
    """The text over the edge of IP fragments, at every place: on the
    server, and in a router, which sends fragments on."""
    for netns, table, chain in ((way.server, "raw", "PREROUTING"),
                                (way.router, "filter", "FORWARD")):
        way.rules(RULE.replace("PREROUTING", chain), table=table, netns=netns)
        way.there.forget()
        sent = [(what, agent, order, way.network.fragments(
            way.here, way.to, 10000 + 2 * number + odd,
            at_offset(agent, offset)[0], points, order))
            for number, (what, offset, points, order) in enumerate(cuts())
            for odd, (agent, _) in enumerate(AGENTS)]
        ports = {got.source[1] for got in way.there.arrived()}
        for what, agent, order, port in sent:
            checks.equal(f"{what}, {order}, {agent}, {chain}: arrives",
                         agent == HONEST, port in ports)
        way.network.clear()


def test_large(way, checks):
    """Messages that a normal socket sends as fragments: what comes together
    from them on the server is an skb with a list of skbs or with pages."""
    way.rules(RULE)
    for agent, arrives in AGENTS:
        messages = [with_agent(agent, size * "x") for size in (
            *range(1380, 1500, 7), 2800, 2960, 4000, 7000)]
        messages += [with_agent(agent) + size * b"x"
                     for size in (3000, 20000, 60000)]
        for data, got in zip(messages, way.through(*messages)):
            checks.equal(f"{agent}, {len(data)} bytes: arrives", arrives, got)


def test_output_lists(way, checks):
    """A large datagram of this machine's own meets OUTPUT as a chain of
    skbs, one for each fragment to come (ip_make_skb)."""
    way.rules(RULE.replace("PREROUTING", "OUTPUT"))
    for size in range(1380, 1480, 9):
        checks.equal(f"after {size} bytes: which arrive", [False, True],
                     way.back_through(*[with_agent(agent, size * "x")
                                        for agent, _ in AGENTS]))


# ---- skbs with pages ----

class SkbTrace:
    """The skbs that come to the server's device, as the kernel saw them.

    Event netif_rx_entry is veth handing an skb over; its data_len is how
    much of the skb is not linear: in pages or in further skbs.
    """

    PLACE = "/sys/kernel/debug/tracing/instances/xt_sip_test"
    ENABLE = "events/net/netif_rx_entry/enable"

    def __enter__(self):
        os.mkdir(self.PLACE)
        self._write(self.ENABLE, "1")
        return self

    def __exit__(self, *exc):
        self._write(self.ENABLE, "0")
        os.rmdir(self.PLACE)

    def _write(self, name, text):
        with open(f"{self.PLACE}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def forget(self):
        """From here on."""
        self._write("trace", "")

    def skbs(self):
        """[(data_len, nr_frags, gso_size)] of what came to up0."""
        with open(f"{self.PLACE}/trace", encoding="ascii") as file:
            found = [dict(word.split("=", 1) for word in line.split()
                          if "=" in word) for line in file]
        return [tuple(int(words[key]) for key in (
            "data_len", "nr_frags", "gso_size"))
                for words in found if words.get("dev") == "up0"]


def send_corked(sock, other, to, pieces):
    """With MSG_MORE: what follows the first piece is added to the skb in a
    page fragment, as veth can gather. All sockets of a process take their
    pages from one place, so that if @other takes some between two pieces,
    for a datagram that is never sent, each is a fragment of its own."""
    for piece, more in zip(pieces, (len(pieces) - 1) * [socket.MSG_MORE] +
                           [0]):
        if other:
            other.sendto(b"x", socket.MSG_MORE, to)
        sock.sendto(piece, more, to)


def send_zerocopy(sock, to, data):
    """With MSG_ZEROCOPY: nothing but headers is linear."""
    so_zerocopy, msg_zerocopy = 60, 0x4000000
    sock.setsockopt(socket.SOL_SOCKET, so_zerocopy, 1)
    sock.sendto(data, msg_zerocopy, to)


def in_pages(way, data, cut_at, apart):
    """Send it in pages, cut there; whether it arrived."""
    way.there.forget()
    udp = (lib.AF[way.family], socket.SOCK_DGRAM)
    to = (way.to, lib.SIP)
    with way.network.client.socket(*udp) as sock, \
            way.network.client.socket(*udp) as other:
        sock.bind((way.here, 0))
        if cut_at:
            edges = [0, *cut_at, len(data)]
            send_corked(sock, other if apart else None, to,
                        [data[start:end]
                         for start, end in zip(edges, edges[1:])])
        else:
            send_zerocopy(sock, to, data)
        return [one.data for one in way.there.arrived()] == [data]


def test_pages(way, checks):
    """The text in page fragments of the skb, and over their edges."""
    way.rules(RULE)
    data, start = at_offset(SCANNER, 0)
    start -= 8
    places = [[start + inside] for inside in range(len(SCANNER) + 1)]
    places += [[], [3], [start + 3, start + 8], [len(data) - 1],
               list(range(start, start + 16))]
    with SkbTrace() as trace:
        for place in places:
            for apart in (False, True):
                for agent, arrives in AGENTS:
                    trace.forget()
                    label = f"{agent}, cut at {place}, {apart}"
                    checks.equal(f"{label}: arrives", arrives, in_pages(
                        way, at_offset(agent, 0)[0], place, apart))
                    frags = len(place) if apart and place else 1
                    checks.true(f"{label}: not linear", any(
                        one[0] and one[1] >= frags for one in trace.skbs()),
                                trace.skbs())


# Messages of one length in one skb, which passes or is lost as a whole.
OF_SCANNER = with_agent(SCANNER).ljust(600)
OF_PHONE = with_agent(PHONE).ljust(600)
MERGED = [
    (3 * [OF_SCANNER], 0),
    (3 * [OF_PHONE], 3),
    (2 * [OF_PHONE] + [OF_SCANNER], 0),
    (2 * [OF_PHONE] + [OF_SCANNER.rstrip(b" ")], 0),
    # with the next one as its body it would be sound
    (3 * [sip.request(length=100)], 0),
    # the burst of 20 has room for these ten, but not for eight more
    (10 * [OF_PHONE], 10),
    (8 * [OF_PHONE], 0),
]


def test_merged(way, checks):
    """UDP_SEGMENT: several datagrams in one skb, each judged for itself."""
    way.rules(RULE, "-A PREROUTING -m sip --malformed -j DROP",
              "-A PREROUTING -m sip --defect pipeline -j DROP",
              "-A PREROUTING -m sip --rate 1/h --burst 20 -j DROP")
    for number, (messages, count) in enumerate(MERGED):
        way.there.forget()
        with SkbTrace() as trace:
            way.there.bundle(messages)
            checks.equal(f"bundle {number}: arrive", messages[:count],
                         [one.data for one in way.there.arrived()])
            checks.true(f"bundle {number}: one skb for all", any(
                one[2] == len(messages[0]) for one in trace.skbs()),
                        trace.skbs())


def test_tcp_files(way, checks):
    """TCP by sendfile(), in pieces: file pages straight into the skb."""
    tcp_cork = 3
    way.rules(RULE)
    for agent, arrives in AGENTS:
        data, start = at_offset(agent, 0)
        for inside in (0, 1, 5, 15):
            with way.there.listen() as listener, way.there.connect() as sock, \
                    tempfile.TemporaryFile(dir="/dev/shm") as file:
                file.write(data)
                file.flush()
                cut = start - 8 + inside
                sock.setsockopt(socket.IPPROTO_TCP, tcp_cork, 1)
                os.sendfile(sock.fileno(), file.fileno(), 0, cut)
                os.sendfile(sock.fileno(), file.fileno(), cut, len(data) - cut)
                sock.setsockopt(socket.IPPROTO_TCP, tcp_cork, 0)
                way.there.sync()
                with listener.accept()[0] as server:
                    checks.equal(f"{agent} cut at {inside}: arrives",
                                 data * arrives, lib.received(server))
