# SPDX-License-Identifier: GPL-2.0
"""Plays families of requests to a server and keeps what comes back.

No verdict hangs on time: behind the messages goes a good OPTIONS, and another
one when that is answered. What comes before the second answer belongs to the
messages. (A server that has a queue for each call and one thread for all
queues serves the second OPTIONS behind everything that was queued before the
first one was answered.)
"""
import re
import selectors
import socket
import time

import family as families
from message import tokens

SENTINELS = 90000000    # their numbers start here
ROOM = 4 << 20          # of a socket's buffer
PATIENCE = 0.5          # before a sentinel is sent again
LIMIT = 60              # seconds; a server that is silent so long is dead
SILENCE = 0.3           # on a connection whose sentinel is never answered
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


class Outcome:
    """What became of a message."""

    def __init__(self, segments):
        self.segments = segments
        self.answers = []       # to the message itself
        self.hidden = {}        # mark of a message that is hidden in it: status

    def status(self):
        """Of the first final answer, else of the first one, else None."""
        statuses = [answer.status for answer in self.answers
                    if answer.response and b"BYE" not in cseq(answer.data)]
        final = [status for status in statuses if status >= 200]
        return (final + statuses + [None])[0]


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
                (int(found.group(1)) + 1))
    return text.replace(b"z9hG4bK", b"z9hG4bKb", 1)


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


class Connection:
    """A TCP connection for one message."""

    def __init__(self, sock, number):
        self.sock = sock
        self.number = number
        self.data = b""
        self.done = False


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
            transport: families.grammar.Scene(
                server.address.encode(), asker.encode(), victim.encode(),
                self.port, server.address.encode(), transport)
            for transport in ("udp", "tcp")}
        self.connections = []

    def watch(self, sock, place):
        self.selector.register(sock, selectors.EVENT_READ, place)

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()

    # ---- sending ----

    def make(self, family, keys):
        """The Outcomes of a family's members, with nothing sent yet."""
        outcomes = []
        for member in families.MEMBERS:
            self.number += 1
            outcome = Outcome(families.build(
                family, member, self.number, self.scenes[family.transport],
                keys))
            self.outcomes[self.number] = outcome
            outcomes.append((self.number, outcome))
        return outcomes

    def play(self, batch):
        """[(Family, [(number, Outcome)])]: send all, gather all answers."""
        for family, members in batch:
            for number, outcome in members:
                if family.transport == "tcp":
                    self.send_tcp(number, outcome)
                else:
                    self.main.sendto(outcome.segments[0], self.target)
        self.gather_connections()
        call = self.sentinel
        for _ in range(2):
            self.wait_for_sentinel(call)
        self.close_connections()

    def send_tcp(self, number, outcome):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.bind((self.asker, 0))
        sock.connect(self.target)
        connection = Connection(sock, number)
        self.connections.append(connection)
        self.sentinel += 1
        connection.sentinel = self.sentinel
        try:
            for segment in outcome.segments:
                sock.sendall(segment)
            sock.sendall(self.good(self.sentinel, self.sentinel, "tcp"))
        except OSError:
            connection.done = True
        sock.setblocking(False)
        self.watch(sock, connection)

    def good(self, number, call, transport):
        family = families.Family(0, b"OPTIONS", "both", transport, ())
        data = families.plain(family, families.grammar.DECOY,
                              b"%08d" % number,
                              self.scenes[transport]).text()
        mark = b"x%08dz" % call
        return data.replace(b"Call-ID: x%08dz" % number, b"Call-ID: " + mark
                            ).replace(b";tag=x%08dz" % number, b";tag=" + mark)

    def wait_for_sentinel(self, call):
        self.sentinel += 1
        number = self.sentinel
        end = time.monotonic() + LIMIT
        while number not in self.sentinels:
            if time.monotonic() > end:
                raise RuntimeError("%s does not answer any more" %
                                   self.server.name)
            self.main.sendto(self.good(number, call, "udp"), self.target)
            again = time.monotonic() + PATIENCE
            while (number not in self.sentinels and
                   time.monotonic() < again):
                self.receive(0.05)
        while self.receive(0):
            pass

    def gather_connections(self):
        """Until each of them has its sentinel's answer, is closed or silent."""
        last = time.monotonic()
        while any(not connection.done for connection in self.connections):
            if self.receive(0.02):
                last = time.monotonic()
            elif time.monotonic() > last + SILENCE:
                break

    def close_connections(self):
        for connection in self.connections:
            self.keep(connection.data, "connection", connection.number)
            try:
                self.selector.unregister(connection.sock)
            except KeyError:
                pass
            # No TIME_WAIT: a run has more connections than there are ports.
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       b"\1\0\0\0\0\0\0\0")
            connection.sock.close()
        self.connections = []

    # ---- receiving ----

    def receive(self, timeout):
        """Take what is there. Returns whether there was something."""
        events = self.selector.select(timeout)
        for key, _ in events:
            if isinstance(key.data, Connection):
                self.receive_stream(key.data)
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
            self.keep(data, place, None)

    def receive_stream(self, connection):
        try:
            data = connection.sock.recv(65535)
        except OSError:
            data = b""
        connection.data += data
        if not data:
            self.selector.unregister(connection.sock)
            connection.done = True
        elif b"x%08dz" % connection.sentinel in data:
            connection.done = True

    def accept(self):
        """A server that connects to the victim: what comes is an answer."""
        sock, _ = self.listener.accept()
        sock.settimeout(1)
        try:
            self.keep(sock.recv(65535), "victim", None)
        except OSError:
            pass
        sock.close()

    def keep(self, data, place, number):
        if place == "connection":
            for message in split(data):
                self.keep_message(message, place, number)
        else:
            self.keep_message(data, place, None)

    def keep_message(self, data, place, number):
        marks = tokens(data)
        owner = number
        letter = b"x"
        for kind, value in marks:
            if value >= SENTINELS:
                self.sentinels.add(value)
                return
            owner = owner or value
            letter = max(letter, kind) if kind == b"y" else letter
            if kind not in b"xy":
                letter = kind
        outcome = self.outcomes.get(owner)
        if not outcome:
            self.strays += not marks
            return
        answer = Answer(data, place)
        if letter != b"x":
            if answer.response:
                outcome.hidden[letter + b"%08d" % owner] = answer.status
        else:
            outcome.answers.append(answer)
        if place == "connection":
            return
        self.speak(data, answer)

    def speak(self, data, answer):
        """End what a server would repeat."""
        text = reply(data)
        if not text:
            return
        self.main.sendto(text, self.target)
        if answer.response and 200 <= answer.status < 300:
            self.main.sendto(bye(data), self.target)


def split(data):
    """The messages of a stream that a server sent."""
    while data:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            yield data
            return
        end += 4
        found = re.search(rb"^(?:Content-Length|l)[ \t]*:\s*(\d+)",
                          data[:end], re.I | re.M)
        end += int(found.group(1)) if found else 0
        if data[:end].strip():
            yield data[:end]
        data = data[end:]
