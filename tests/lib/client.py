# SPDX-License-Identifier: GPL-2.0
"""A small SIP client for the servers of server.py: plain requests, digest
credentials, one answer.

    python3 client.py ADDRESS SECONDS

returns 0 once the server at ADDRESS answers an OPTIONS by UDP and one by TCP,
1 if it does not within SECONDS.
"""
import hashlib
import itertools
import re
import socket
import sys
import time

PORT = 5060
# Between two attempts at a port where nobody is yet.
PAUSE = 0.02
numbers = itertools.count(1)


class Answer:
    """A response: its status, its text, and the parameters of its challenge
    ({}, if it has none)."""

    def __init__(self, text):
        self.text = text
        self.status = int(text.split(" ", 2)[1])
        line = re.search(r"^(WWW|Proxy)-Authenticate: Digest (.*)$", text,
                         re.I | re.M)
        self.challenge = {}
        if line:
            self.challenge = dict(re.findall(r'(\w+)="?([^",\r]*)', line[2]))
            self.challenge["field"] = {
                "www": "Authorization",
                "proxy": "Proxy-Authorization"}[line[1].lower()]


def md5(*parts):
    """What a digest is made of."""
    return hashlib.md5(":".join(parts).encode()).hexdigest()


def credentials(challenge, method, uri, user, password):
    """The field that answers a challenge, without its CRLF."""
    realm, nonce = challenge["realm"], challenge["nonce"]
    parts = [md5(user, realm, password), nonce]
    text = 'username="%s", realm="%s", nonce="%s", uri="%s", algorithm=MD5' % (
        user, realm, nonce, uri)
    if "qop" in challenge:
        count, random = "%08x" % next(numbers), md5(nonce, user)[:16]
        parts += [count, random, "auth"]
        text += ', qop=auth, nc=%s, cnonce="%s"' % (count, random)
    if "opaque" in challenge:
        text += ', opaque="%s"' % challenge["opaque"]
    return '%s: Digest %s, response="%s"' % (
        challenge["field"], text, md5(*parts, md5(method, uri)))


def host(address):
    """An address as it is in a URI."""
    return "[%s]" % address if ":" in address else address


class Client:
    """A phone that talks to the server at an address from an address (that
    which the system chooses, if it is None), by "udp" or "tcp"."""

    def __init__(self, server, mine=None, transport="udp", timeout=30):
        family = socket.AF_INET6 if ":" in server else socket.AF_INET
        self.server = server
        self.transport = transport
        self.socket = socket.socket(family, {
            "udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}[transport])
        try:
            self.socket.settimeout(timeout)
            if mine:
                self.socket.bind((mine, 0))
            self.socket.connect((server, PORT))
            self.mine = "%s:%d" % (host(self.socket.getsockname()[0]),
                                   self.socket.getsockname()[1])
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.socket.close()

    def uri(self, method, to="100"):
        """The Request-URI that ask() uses."""
        place = "sip:" + host(self.server)
        if method != "REGISTER":
            place = place.replace(":", ":%s@" % to, 1)
        return place

    def request(self, method, account, to=None, fields=()):
        """A request as a phone of that account sends it, to another user or
        to itself."""
        number = next(numbers)
        to = to or account
        lines = ["%s %s SIP/2.0" % (method, self.uri(method, to)),
                 "Via: SIP/2.0/%s %s;rport;branch=z9hG4bK%x-%d" % (
                     self.transport.upper(), self.mine, id(self), number),
                 "Max-Forwards: 70",
                 "From: <sip:%s@%s>;tag=%d" % (account, host(self.server),
                                               number),
                 "To: <sip:%s@%s>" % (to, host(self.server)),
                 "Call-ID: %x-%d" % (id(self), number),
                 "CSeq: %d %s" % (number, method),
                 "Contact: <sip:%s@%s>" % (account, self.mine),
                 "User-Agent: Yealink SIP-T46S 66.86.0.15", *fields,
                 *(["Event: presence"] if method == "SUBSCRIBE" else []),
                 "Content-Length: 0", "", ""]
        return "\r\n".join(lines).encode()

    def receive(self):
        """The text of the next message."""
        data = self.socket.recv(65535)
        while self.transport == "tcp" and b"\r\n\r\n" not in data:
            more = self.socket.recv(65535)
            if not more:
                raise ConnectionError("the server closed the connection")
            data += more
        return data.decode(errors="replace")

    def ask(self, *args, **kwargs):
        """Send request()'s and return its final Answer."""
        message = self.request(*args, **kwargs)
        mark = re.search(rb"^Call-ID: .*$", message, re.M)[0].decode()
        self.socket.sendall(message)
        while True:
            text = self.receive()
            if mark.strip() in text and text.startswith("SIP/2.0 "):
                answer = Answer(text)
                if answer.status >= 200:
                    return answer

    def try_password(self, method, account, password, to=None):
        """The final Answer to a request with credentials, or the first one if
        nothing was asked for."""
        answer = self.ask(method, account, to)
        if not answer.challenge:
            return answer
        return self.ask(method, account, to, (credentials(
            answer.challenge, method, self.uri(method, to or account),
            account, password),))


def answers(address, transport, end):
    """Does the server answer before that time of the monotonic clock?"""
    while time.monotonic() < end:
        try:
            with Client(address, transport=transport, timeout=1) as client:
                client.ask("OPTIONS", "ready")
                return True
        except socket.timeout:
            continue
        except OSError:
            time.sleep(PAUSE)
    return False


def main():
    """See above."""
    end = time.monotonic() + float(sys.argv[2])
    return not all(answers(sys.argv[1], transport, end)
                   for transport in ("udp", "tcp"))


if __name__ == "__main__":
    sys.exit(main())
