# SPDX-License-Identifier: GPL-2.0
"""Keeps TCP connections to a server, with one message at a time on each.

A good OPTIONS follows each message. When that is answered, the connection is
free for another message; one on which it is not was taken for a part of the
message, and the connection is given up.
"""
import re
import socket
import time

WIDTH = 64              # connections that are used at once
NEW = 4                 # PJSIP lets no more wait for their acceptance,
ACCEPTANCE = 0.05       # which takes about that long
SILENCE = 0.05          # seconds without an answer: send it again, MORE times
MORE = 12               # as often as fills a body of a few thousand bytes
PATIENCE = 0.3          # the connection is given up,
LONG_PATIENCE = 5       # where it matters
LENGTH = re.compile(rb"^(?:Content-Length|l)[ \t]*:\s*(\d+)", re.I | re.M)


class Connection:
    """A TCP connection, and what is under way there."""

    def __init__(self, sock):
        self.sock = sock
        self.data = b""
        self.number = None      # of the message
        self.sentinel = None    # of the OPTIONS after it
        self.last = 0           # when something happened there
        self.opened = time.monotonic()
        self.good = b""         # that OPTIONS; empty once it was repeated

    def messages(self):
        """Take the whole ones out of what was received."""
        while True:
            self.data = self.data.lstrip(b"\r\n\0")
            end = self.data.find(b"\r\n\r\n") + 4
            if end < 4:
                return
            found = LENGTH.search(self.data[:end])
            end += int(found.group(1)) if found else 0
            if len(self.data) < end:
                return
            yield self.data[:end]
            self.data = self.data[end:]


class Streams:
    """The connections of a player."""

    def __init__(self, player):
        self.player = player
        self.waiting = []
        self.busy = set()
        self.free = []
        self.patience = LONG_PATIENCE

    def add(self, number, segments):
        self.waiting.append((number, segments))

    def play(self, receive):
        """Send all that waits; until each was answered or given up."""
        while self.waiting or self.busy:
            while self.waiting and self.may_send():
                self.send(*self.waiting.pop(0))
            receive(0.01)
            self.hurry(time.monotonic())

    def may_send(self):
        if self.free:
            return True
        limit = time.monotonic() - ACCEPTANCE
        return len(self.busy) < WIDTH and NEW > sum(
            connection.opened > limit for connection in self.busy)

    def hurry(self, now):
        """What to do about those that say nothing."""
        for connection in list(self.busy):
            if now > connection.last + self.patience:
                self.end(connection)
            elif connection.good and now > connection.last + SILENCE:
                self.write(connection, [connection.good] * MORE)
                connection.good = b""

    def open(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # No TIME_WAIT: a run has more connections than there are ports.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        b"\1\0\0\0\0\0\0\0")
        sock.bind((self.player.asker, 0))
        sock.connect(self.player.target)
        connection = Connection(sock)
        self.player.watch(sock, connection)
        return connection

    def send(self, number, segments):
        connection = self.free.pop() if self.free else self.open()
        connection.number = number
        connection.sentinel, connection.good = self.player.next_sentinel()
        connection.last = time.monotonic()
        self.busy.add(connection)
        self.write(connection, [*segments, connection.good])

    @staticmethod
    def write(connection, segments):
        try:
            for segment in segments:
                connection.sock.sendall(segment)
        except OSError:
            pass                # closed; what was received comes first

    def receive(self, connection):
        try:
            data = connection.sock.recv(1 << 17)
        except OSError:
            data = b""
        if not data:
            self.end(connection)
            return
        # A server may wait for our acknowledgement to send the next answer.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        connection.last = time.monotonic()
        connection.data += data
        for message in connection.messages():
            self.player.keep(message, "connection", connection.number)
        if connection.sentinel in self.player.sentinels and (
                connection in self.busy):
            self.player.sentinels.remove(connection.sentinel)
            self.busy.remove(connection)
            if connection.good:
                self.free.append(connection)
            else:
                self.end(connection)

    def end(self, connection):
        """Close it; what it got last may be no whole message."""
        if connection.data and connection in self.busy:
            self.player.keep(connection.data, "connection", connection.number)
        self.busy.discard(connection)
        if connection in self.free:
            self.free.remove(connection)
        self.player.selector.unregister(connection.sock)
        connection.sock.close()

    def close(self):
        for connection in [*self.busy, *self.free]:
            self.end(connection)
