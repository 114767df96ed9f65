# SPDX-License-Identifier: GPL-2.0
"""Builds SIP requests from pieces, with or without credentials."""
import hashlib
import re

EOL = b"\r\n"
# Credentials depend on the method as it is sent: they come last of all.
ANSWER = b"#" * 32
METHODS = (b"REGISTER", b"INVITE", b"OPTIONS", b"SUBSCRIBE", b"MESSAGE")
TOKEN = re.compile(rb"([a-y])(\d{8})z")


def md5(*parts):
    return hashlib.md5(b":".join(parts)).hexdigest().encode()


START = ("before", "method", "gap", "uri", "second_gap", "version",
         "start_end")
FIELD = ("name", "colon", "value", "end")
DECOY = b"1000"         # a user in places that must not count
SPECIAL = (b"\r", b"\n", b"\0", b"\t", b" ", b"\x0b", b"\x0c", b"&", b"\"",
           b"\\", b"<", b">", b",", b";", b":", b"?", b"@", b"=", b"%", b"%00",
           b"\x7f", b"\x80", b"\xa0", b"\xff", b"\r\n", b"\r\n ", b"\r ",
           b"\n ", b"\r\r\n", b"(", b")", b"'", b"*", b"/", b"\x1a", b"\x01")


def put(name, values):
    """A change: one of these values for an attribute of whatever is changed."""
    def change(thing, rng, *_):
        setattr(thing, name, rng.choice(values))
    return change


def splice(thing, name, place, text, remove=0):
    """Put text into an attribute, in the place of so many bytes."""
    value = getattr(thing, name)
    setattr(thing, name, value[:place] + text + value[place + remove:])


class Scene:
    """The parties: addresses as bytes, and the ports of the asker."""

    def __init__(self, server, asker, victim, port, domain, transport):
        self.server = server
        self.asker = asker
        self.victim = victim
        self.port = port
        self.domain = domain
        self.transport = transport
        self.protocol = transport.upper().encode()  # as Via has it

    def fill(self, text):
        """Put addresses in."""
        return text.replace(b"$victim", self.victim).replace(
            b"$asker", self.asker).replace(b"$port", b"%d" % self.port)


class Field:
    """A header field: its name, what stands before and after the value."""

    def __init__(self, name, value, colon=b": ", end=EOL):
        self.name = name
        self.value = value
        self.colon = colon
        self.end = end
        self.known = name       # as the generator calls it

    def text(self):
        return self.name + self.colon + self.value + self.end


class Request:
    """A request in pieces, which kinds of variation change."""

    def __init__(self, method, uri, fields, body, mark):
        self.mark = mark        # what answers repeat
        self.before = b""
        self.method = method
        self.gap = b" "
        self.uri = uri
        self.second_gap = b" "
        self.version = b"SIP/2.0"
        self.start_end = EOL
        self.fields = [Field(name, value) for name, value in fields]
        self.end = EOL
        self.body = body
        self.after = b""
        self.cuts = []          # of TCP: places between 0 and 1
        self.repeat = 1         # of TCP: as many in one segment
        self.tail = 0           # of TCP: a cut so many bytes before the second

    def find(self, name):
        """The first field of that name as the generator calls it, or None."""
        number = self.index(name)
        return None if number is None else self.fields[number]

    def index(self, name):
        """Its number, or None."""
        for number, field in enumerate(self.fields):
            if field.known == name:
                return number
        return None

    def insert(self, number, name, value):
        field = Field(name, value)
        field.known = b""       # kinds change the true one only
        self.fields.insert(number, field)
        return field

    def text(self):
        """The bytes, with room for the credentials."""
        start = (self.method + self.gap + self.uri + self.second_gap +
                 self.version + self.start_end)
        return b"".join([self.before, start] +
                        [field.text() for field in self.fields] +
                        [self.end, self.body, self.after])


class Account:
    """A user with what a digest needs (RFC 2617 section 3.2.2)."""

    def __init__(self, user, realm, password):
        self.user = user
        self.realm = realm
        self.secret = md5(user, realm, password)

    def value(self, nonce, uri, qop):
        """Of Authorization, with room for the answer."""
        value = (b'Digest username="%s", realm="%s", nonce="%s", uri="%s", '
                 b'response="%s", algorithm=MD5' %
                 (self.user, self.realm, nonce, uri, ANSWER))
        if qop:
            value += b', cnonce="a1b2c3", qop=auth, nc=00000001'
        return value

    def answer(self, method, nonce, uri, qop):
        request = md5(method, uri)
        if qop:
            return md5(self.secret, nonce, b"00000001", b"a1b2c3", b"auth",
                       request)
        return md5(self.secret, nonce, request)


def tokens(data):
    """The numbers of the messages whose marks an answer repeats: [(letter,
    number)], x for a message, y for one that is hidden in it and others for
    those that are sent with it."""
    return [(kind, int(number)) for kind, number in TOKEN.findall(data)]
