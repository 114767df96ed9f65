# SPDX-License-Identifier: GPL-2.0
"""Makes families: one request with no, wrong and right credentials, for a known
and an unknown user, all changed in the same way."""
import random

from tests.servers import grammar
from tests.servers.message import Account, ANSWER, DECOY, METHODS, Request

# (user, credentials) of the members; "right" ones exist for the known only.
MEMBERS = (("known", "none"), ("known", "wrong"), ("known", "right"),
           ("unknown", "none"), ("unknown", "wrong"))
# Which of From and To names the user; the other one names DECOY.
SHAPES = ("both", "from", "to")
STRANGER = b"4771"
SDP = (b"v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
       b"m=audio 40000 RTP/AVP 0\r\n")


class Family:
    """How the members are made; nothing of a member itself."""

    def __init__(self, seed, method, shape, transport, kinds):
        self.seed = seed
        self.method = method
        self.shape = shape
        self.transport = transport
        self.kinds = kinds

    def name(self):
        return "+".join(kind.name for kind in self.kinds)

    def honest(self):
        return all(kind.honest for kind in self.kinds)

    def with_kinds(self, kinds):
        """The same with fewer kinds: each has random numbers of its own."""
        return Family(self.seed, self.method, self.shape, self.transport,
                      kinds)


def make_family(rng, shapes, transports):
    """A family by chance; shapes: method -> those that a server tells."""
    method = rng.choices(METHODS, (5, 2, 2, 1, 1))[0]
    transport = rng.choice(transports)
    return Family(rng.getrandbits(60), method, rng.choice(shapes[method]),
                  transport, grammar.choose(rng, transport))


class Keys:
    """What credentials of a server need."""

    def __init__(self, realm, user, password):
        self.known = Account(user, realm, password)
        self.wrong = Account(user, realm, password + b"x")
        self.stranger = Account(STRANGER, realm, b"secret")
        self.nonce = b""
        self.qop = False
        self.header = {}        # method -> Authorization or the other one
        self.canonical = False  # a digest has the method's usual case

    def account(self, user, credentials):
        if user != "known":
            return self.stranger
        return self.known if credentials == "right" else self.wrong


def plain(family, user, mark, scene, letter=b"x"):
    """The request as it is before it is changed. mark: the digits that the
    answers repeat."""
    method = family.method
    from_user = user if family.shape in ("both", "from") else DECOY
    to_user = user if family.shape in ("both", "to") else DECOY
    mark = letter + mark + b"z"
    uri = b"sip:" + scene.domain
    if method not in (b"REGISTER", b"OPTIONS"):
        uri = b"sip:%s@%s" % (DECOY, scene.domain)
    fields = [
        (b"Via", b"SIP/2.0/%s %s:%d;rport;branch=z9hG4bK%s" %
         (scene.protocol, scene.asker, scene.port, mark)),
        (b"Max-Forwards", b"70"),
        (b"From", b"<sip:%s@%s>;tag=%s" % (from_user, scene.domain, mark)),
        (b"To", b"<sip:%s@%s>" % (to_user, scene.domain)),
        (b"Call-ID", mark + b"@" + scene.asker),
        (b"CSeq", b"1 " + method),
        (b"Contact", b"<sip:%s@%s:%d>" % (from_user, scene.asker,
                                          scene.port)),
    ]
    body = b""
    if method in (b"REGISTER", b"SUBSCRIBE"):
        fields.append((b"Expires", b"60"))
    if method == b"SUBSCRIBE":
        fields += [(b"Event", b"presence"),
                   (b"Accept", b"application/pidf+xml")]
    if method == b"MESSAGE":
        fields.append((b"Content-Type", b"text/plain"))
        body = b"hello"
    if method == b"INVITE":
        fields.append((b"Content-Type", b"application/sdp"))
        body = SDP % (scene.asker, scene.asker)
    fields.append((b"Content-Length", b"%d" % len(body)))
    return Request(method, uri, fields, body, mark)


def add_credentials(request, account, keys, header):
    value = account.value(keys.nonce, request.uri, keys.qop)
    number = request.index(b"Contact")
    field = request.insert(number, header, value)
    field.known = b"Authorization"


def seal(data, method, account, keys, uri):
    """Put the digest in."""
    if keys.canonical and method.upper() in METHODS:
        method = method.upper()
    return data.replace(ANSWER, account.answer(method, keys.nonce, uri,
                                               keys.qop))


def build_one(family, member, mark, scene, keys, letter=b"x"):
    """Bytes of a member, and the request in pieces."""
    user, credentials = member
    account = keys.account(user, credentials)
    request = plain(family, account.user, mark, scene, letter)
    uri = request.uri
    if credentials != "none":
        add_credentials(request, account, keys,
                        keys.header.get(family.method, b"Authorization"))
    for kind in family.kinds:
        rng = random.Random("%d %s" % (family.seed, kind.name))
        kind.change(request, rng, scene)
    return seal(request.text(), request.method, account, keys, uri), request


def build(family, member, number, scene, keys):
    """(segments that a member is sent in, marks of the messages that are whole
    in one of them). A datagram is one segment."""
    mark = b"%08d" % number
    data, request = build_one(family, member, mark, scene, keys)
    letters = [b"x"]
    parts = [data]
    if scene.transport == "tcp":
        letters = [bytes([ord("a") + i])
                   for i in range(request.repeat - 1)] + letters
        parts = [build_one(family, member, mark, scene, keys, letter)[0]
                 for letter in letters[:-1]] + parts
    segments = cut(b"".join(parts), request.cuts)
    if request.tail:
        place = len(parts[0]) - request.tail
        whole = b"".join(parts)
        segments = [whole[:place], whole[place:]]
    return segments, whole_marks(
        zip(letters, parts), segments, mark, family.honest(),
        request.method.upper() in METHODS)


def cut(data, shares):
    """The data in segments, between places from 0 to 1."""
    places = sorted(int(share * len(data)) for share in shares)
    bounds = [0, *places, len(data)]
    return [data[a:b] for a, b in zip(bounds, bounds[1:]) if b > a]


def whole_marks(parts, segments, mark, honest, named):
    """Of the messages that lie in one segment, after whole ones. After a cut
    one nobody knows where its body ends: there, those of honest senders that
    begin a line, or have a method with a name."""
    whole = set()
    segments = iter(segments)
    segment, place, sure = next(segments), 0, True
    for letter, part in parts:
        if place == len(segment):
            segment, place, sure = next(segments), 0, True
        if len(part) <= len(segment) - place:
            if sure or honest and (
                    named or segment[place - 1:place] == b"\n"):
                whole.add(letter + mark)
            place += len(part)
            continue
        left = len(part) - (len(segment) - place)
        segment = next(segments)
        while left > len(segment):
            left -= len(segment)
            segment = next(segments)
        place, sure = left, False
    return whole
