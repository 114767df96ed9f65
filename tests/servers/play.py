# SPDX-License-Identifier: GPL-2.0
"""Plays families of requests to a server and keeps what comes back.

No result depends on time: good OPTIONS follow the messages, and what comes
before their answers belongs to the messages. A server with one thread serves
them last. Asterisk has a number of queues and finds that of a request by its
Call-ID and From's tag: it gets an OPTIONS for each queue.
"""
import re
import selectors
import socket
import time

from tests.servers import family as families
from tests.servers.message import DECOY, Scene, tokens
from tests.servers.streams import Connection, Streams

SENTINELS = 90000000    # their numbers start here
ROOM = 4 << 20          # of a socket's buffer
PATIENCE = 0.5          # before a sentinel is sent again
QUEUES = 31             # of Asterisk: DISTRIBUTOR_POOL_SIZE
CHUNK = 100000          # what the buffer of a server's socket holds, about
LIMIT = 60              # seconds; a server that is silent so long is dead
CSEQ = re.compile(rb"^CSeq[ \t]*:\s*(\d+)\s+(\S+)", re.I | re.M)
COPIED = re.compile(rb"^(?:(?:Via|v|From|f|To|t|Call-ID|i)[ \t]*:[^\r\n]*"
                    rb"(?:\r?\n[ \t][^\r\n]*)*\r?\n)", re.I | re.M)


class Answer:
    """Something that the server sent."""

    def __init__(self, data, place):
        self.data = data
        self.place = place      # "asker", "victim" or "connection"
        self.response = data[:8].upper() == b"SIP/2.0 "
        self.status = int(data[8:11]) if (
            self.response and data[8:11].isdigit()) else 0

    def to_bye(self):
        """Does it answer the BYE that play.py ends a call with?"""
        return self.response and b"BYE" in cseq(self.data)


class Outcome:
    """What became of a message."""

    def __init__(self, segments, whole):
        self.segments = segments
        self.whole = whole      # marks of messages that are not cut
        self.answers = []       # to the message itself
        self.hidden = {}        # mark of another message in it: status
        self.stream = []        # what came by its connection

    def status(self):
        """Of the first answer: if that is a preliminary one, the final one may
        take its time. None if there is none."""
        statuses = [answer.status for answer in self.answers
                    if answer.response and not answer.to_bye()]
        early = [100 for status in statuses if status < 200]
        return (early + statuses + [None])[0]


def cseq(data):
    found = CSEQ.search(data)
    return found.group(2) if found else b""


def reply(data):
    """What a phone would say to that, or None."""
    if not data[:8].upper() == b"SIP/2.0 ":
        if data[:4] in (b"ACK ", b""):
            return None
        return copy(data, b"SIP/2.0 481 No Such Call", None)
    found = CSEQ.search(data)
    if not found or found.group(2) != b"INVITE" or data[8:9] == b"1":
        return None
    ack = copy(data, b"ACK sip:any SIP/2.0", found.group(1) + b" ACK")
    return ack


def copy(data, start, number):
    """A message with the fields that tie it to another one."""
    found = CSEQ.search(data)
    if number is None:
        number = b"%s %s" % found.groups() if found else b"1 OPTIONS"
    return (start + b"\r\n" + b"".join(COPIED.findall(data)) + b"CSeq: " +
            number + b"\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")


def bye(data):
    """Ends the call that a 200 to an INVITE began."""
    found = CSEQ.search(data)
    text = copy(data, b"BYE sip:any SIP/2.0", b"%d BYE" %
                min(int(found.group(1)) + 1, 0xffffffff))
    return text.replace(b"z9hG4bK", b"z9hG4bKb", 1)


def asterisk_queue(call_id, tag):
    """As in its res/res_pjsip/pjsip_distributor.c."""
    value = 5381
    for byte in call_id + tag:
        value = value * 33 & 0xffffffff ^ byte
    return (value & 0x7fffffff) % QUEUES


def udp_socket(address, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_RCVBUF, 33):       # 33: SO_RCVBUFFORCE, for root
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, ROOM)
        except PermissionError:
            pass
    sock.bind((address, port))
    sock.setblocking(False)
    return sock


class Player:
    """The sockets of the asker and of the victim."""

    def __init__(self, server, asker, victim):
        self.server = server
        self.target = (server.address, server.port)
        self.asker = asker
        self.selector = selectors.DefaultSelector()
        self.main = udp_socket(asker, 0)
        self.port = self.main.getsockname()[1]
        self.watch(self.main, "asker")
        for address, place in ((asker, "asker"), (victim, "victim")):
            for port in (5060, self.port):
                if (address, port) != (asker, self.port):
                    self.watch(udp_socket(address, port), place)
        self.listener = socket.create_server((victim, 5060))
        self.listener.setblocking(False)
        self.watch(self.listener, "listener")
        self.number = 0
        self.sentinel = SENTINELS
        self.sentinels = set()  # those that are answered
        self.outcomes = {}
        self.strays = 0
        self.scenes = {
            transport: Scene(
                server.address.encode(), asker.encode(), victim.encode(),
                self.port, server.address.encode(), transport)
            for transport in ("udp", "tcp")}
        self.streams = Streams(self)
        self.calls = self.choose_calls()

    def watch(self, sock, place):
        self.selector.register(sock, selectors.EVENT_READ, place)

    def close(self):
        self.streams.close()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    def choose_calls(self):
        """Numbers of calls, one for each queue of the server."""
        if not self.server.name.startswith("asterisk"):
            return [SENTINELS]
        calls = {}
        number = SENTINELS
        while len(calls) < QUEUES:
            mark = b"x%08dz" % number
            queue = asterisk_queue(mark + b"@" + self.asker.encode(), mark)
            calls.setdefault(queue, number)
            number += 1
        self.sentinel = number
        return list(calls.values())

    # ---- sending ----

    def make(self, family, keys):
        """The Outcomes of a family's members, with nothing sent yet."""
        outcomes = []
        for member in families.MEMBERS:
            self.number += 1
            outcome = Outcome(*families.build(
                family, member, self.number, self.scenes[family.transport],
                keys))
            self.outcomes[self.number] = outcome
            outcomes.append((self.number, outcome))
        return outcomes

    def play(self, batch):
        """[(Family, [(number, Outcome)])]: send all, gather all answers."""
        room = CHUNK
        for family, members in batch:
            for number, outcome in members:
                if family.transport == "tcp":
                    self.streams.add(number, outcome.segments)
                    continue
                room -= 2000 + 2 * len(outcome.segments[0])
                if room < 0:
                    self.wait_for_sentinels(self.calls[:1])
                    room = CHUNK
                self.main.sendto(outcome.segments[0], self.target)
        self.streams.play(self.receive)
        self.wait_for_sentinels(self.calls)

    def next_sentinel(self):
        """(number, bytes) of a good OPTIONS for a connection."""
        self.sentinel += 1
        return self.sentinel, self.good(self.sentinel, self.sentinel, "tcp")

    def good(self, number, call, transport):
        family = families.Family(0, b"OPTIONS", "both", transport, ())
        data = families.plain(family, DECOY,
                              b"%08d" % number,
                              self.scenes[transport]).text()
        mark = b"x%08dz" % call
        return data.replace(b"Call-ID: x%08dz" % number, b"Call-ID: " + mark
                            ).replace(b";tag=x%08dz" % number, b";tag=" + mark)

    def wait_for_sentinels(self, calls):
        """Send an OPTIONS of each of these calls, until all are answered."""
        missing = {}
        for call in calls:
            self.sentinel += 1
            missing[self.sentinel] = self.good(self.sentinel, call, "udp")
        end = time.monotonic() + LIMIT
        while missing:
            if time.monotonic() > end:
                raise RuntimeError("%s does not answer any more" %
                                   self.server.name)
            for data in missing.values():
                self.main.sendto(data, self.target)
            again = time.monotonic() + PATIENCE
            while missing and time.monotonic() < again:
                self.receive(0.05)
                for number in self.sentinels & missing.keys():
                    del missing[number]
        self.sentinels.clear()
        while self.receive(0):
            pass

    # ---- receiving ----

    def receive(self, timeout):
        """Take what is there. Returns whether there was something."""
        events = self.selector.select(timeout)
        for key, _ in events:
            if isinstance(key.data, Connection):
                self.streams.receive(key.data)
            elif key.data == "listener":
                self.accept()
            else:
                self.receive_datagrams(key.fileobj, key.data)
        return bool(events)

    def receive_datagrams(self, sock, place):
        for _ in range(200):
            try:
                data = sock.recv(65535)
            except BlockingIOError:
                return
            self.keep(data, place)

    def accept(self):
        """A server that connects to the victim: what comes is an answer."""
        sock, _ = self.listener.accept()
        sock.settimeout(1)
        try:
            self.keep(sock.recv(65535), "victim")
        except OSError:
            pass
        sock.close()

    def keep(self, data, place, number=None):
        """An answer; number: of the message that it belongs to if it has no
        mark."""
        owner = number
        letter = b"x"
        marks = tokens(data)
        for kind, value in marks:
            if value >= SENTINELS:
                self.sentinels.add(value)
                return
            if kind != b"x":
                letter = kind
        if marks:
            owner = marks[0][1]
        outcome = self.outcomes.get(owner)
        if not outcome:
            self.strays += not marks
            return
        answer = Answer(data, place)
        if place == "connection":
            outcome.stream.append(data)
        if letter != b"x":
            if answer.response:
                outcome.hidden[letter + b"%08d" % owner] = answer.status
        else:
            outcome.answers.append(answer)
        if place != "connection":
            self.speak(data, answer)

    def speak(self, data, answer):
        """End what a server would repeat."""
        text = reply(data)
        if not text:
            return
        self.main.sendto(text, self.target)
        if answer.response and 200 <= answer.status < 300:
            self.main.sendto(bye(data), self.target)
