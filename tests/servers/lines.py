# SPDX-License-Identifier: GPL-2.0
"""Varies the start line, header fields as lines, and the whole message:
functions for the table of grammar.py."""
import random

from tests.servers.message import (DECOY, FIELD, SPECIAL, START, Field,
                                   splice)

TARGETS = (b"Authorization", b"From", b"To", b"CSeq", b"Via", b"Call-ID",
           b"Content-Length", b"Contact")
CARRIERS = (b"Max-Forwards", b"Via", b"From", b"To", b"Call-ID", b"CSeq",
            b"Contact", b"Expires", b"Content-Length", b"Subject",
            b"User-Agent", b"Supported", b"X-Any", b"Allow", b"Accept",
            b"Route", b"Require", b"Date", b"Event", b"Authorization",
            b"Content-Type", b"Organization", b"Session-Expires", b"Min-SE",
            b"P-Asserted-Identity", b"Referred-By", b"Reason", b"Path")
COMPACT = {b"Via": b"v", b"From": b"f", b"To": b"t", b"Call-ID": b"i",
           b"Contact": b"m", b"Content-Length": b"l", b"Content-Type": b"c",
           b"Subject": b"s", b"Supported": b"k", b"Event": b"o"}
# Values of carriers that a plain request does not have.
CARRIER_VALUES = {
    b"Subject": b"a", b"Supported": b"100rel", b"X-Any": b"a",
    b"Allow": b"INVITE, ACK", b"Accept": b"application/sdp",
    b"Route": b"<sip:%(server)s;lr>", b"Require": b"",
    b"Date": b"Sat, 13 Nov 2010 23:29:00 GMT", b"Organization": b"a",
    b"Session-Expires": b"1800", b"Min-SE": b"90", b"Expires": b"60",
    b"P-Asserted-Identity": b"<sip:1000@h>", b"Referred-By": b"<sip:1000@h>",
    b"Reason": b"SIP;cause=200", b"Path": b"<sip:1000@h;lr>",
    b"Event": b"presence", b"Content-Type": b"text/plain",
    b"User-Agent": b"phone 1.0",
}
BLANKS = (b"  ", b"\t", b" \t ", b"\r\n ", b"\n ", b"\r ", b"\x0b", b"\x0c",
          b"\0", b"\xa0", b"", b" \r\n ", b"\r\n\t", b"     ", b"\x01", b"+")
ENDS = (b"\r", b"\n", b"\n\r", b"\r\r\n", b" \r\n", b"\t\r\n", b"\r\n\0",
        b"\0\r\n", b"\r\n\r", b"\r\0\n", b"\r\n \r\n", b"\r \n", b"\x0b\r\n",
        b"\x0c\r\n", b"\\\r\n", b",\r\n", b"&\r\n", b";\r\n", b"\"\r\n")
BEFORE = (b"\r\n", b"\r\n\r\n", b"\n", b"\r", b" ", b"\t", b"  \r\n", b"\0",
          b"\0\0\0\0", b"\xef\xbb\xbf", b"a\r\n", b"a: b\r\n", b"\x0b",
          b"\r\n ", b"\n\n\n", b"\r\r\r", b"\r\n\0", b"&", b"\x80", b".",
          b"\r\n\t", b"\xff", b"<", b"\"", b"/")

# No SIP, and yet servers go on after them.
FRAMES = (b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n}",
          b"a\r\nl: 1\r\n\r\n}", b"a\r\nContent-Length: 3\r\n\r\na b",
          b"\r\n\r\na\r\nl: 0\r\n\r\n", b"a: b\r\nl: 4\r\n\r\na\r\nb")
# Bodies that end in no line end, as most do that are no SDP.
TEXTS = (b"hello", b'{"a": "b", "c": 1}', b"<a><b>c d</b></a>", b"a b c. d!",
         b"12345678", b"see REGISTER", b"a\r\nb SIP/2.0")


# ---- the start line --------------------------------------------------------

def method_case(request, rng, scene):
    method = request.method
    request.method = rng.choice((
        method.lower(), method.capitalize(),
        bytes(rng.choice((byte, byte | 0x20)) for byte in method)))
    if rng.random() < 0.7:
        method_of_cseq(request, method)


def method_of_cseq(request, method):
    """CSeq has the request's method, too."""
    cseq = request.find(b"CSeq")
    if cseq:
        cseq.value = cseq.value.replace(method, request.method)


def method_other(request, rng, scene):
    method = request.method
    request.method = rng.choice((
        b"FOO", method[:-1], method[:3], method + b"X", method[:1],
        b"%" + method, b"X-" + method, b"\xc3\xa9"))
    method_of_cseq(request, method)


def method_new(request, rng, scene):
    """A method that nobody knows."""
    method = request.method
    request.method = rng.choice((b"FOO", b"SERVICE", b"X-NEW", b"foo",
                                 b"REGISTRATION", b"A.b!c~1"))
    method_of_cseq(request, method)


def other_uri(request, rng, scene):
    host = scene.domain
    request.uri = rng.choice((
        b"SIP:" + host, b"sips:" + host, host, b"<sip:" + host + b">",
        b"tel:+1234", b"sip:a@" + host, b"sip:%31@" + host, b"*",
        b"sip:" + host + b";maddr=" + scene.victim,
        b"sip:" + host + b";transport=tcp", b"sip:" + host + b"?a=b",
        b"sip:" + host + b"?To=%3Csip:1000@h%3E", b"sip:a:b@" + host,
        b"sip:" + host + b";x=\"a", b"sip:" + host + b"&a", b"sip:" + host +
        b",sip:b", b"sip:1000@" + host + b":99999", b"im:a@" + host,
        b"sip: " + host, b"sip:a b@" + host, b"sip:a\tb@" + host,
        b"sip:a@[::1]", b"sip:" + host + b":5060", b"sip:\"a\"@" + host,
        b"sip:" + host + b"/a", b"http://" + host, b"urn:service:sos", b""))


def start_bytes(request, rng, scene):
    """A special byte anywhere in the start line."""
    name = rng.choice(START[1:])
    place = rng.randrange(len(getattr(request, name)) + 1)
    splice(request, name, place, rng.choice(SPECIAL))


# ---- header fields as lines ------------------------------------------------

def each(probability, change):
    """Do it to any field, with a probability, and to one at least."""
    def change_some(request, rng, scene):
        names = [field.known for field in request.fields]
        sure = rng.choice(TARGETS)
        for name in sorted(set(names + [b"Authorization"])):
            wanted = rng.random() < probability or name == sure
            seed = rng.random()
            field = request.find(name)
            if wanted and field:
                change(field, random.Random(seed))
    return change_some


def name_case(field, rng):
    field.name = rng.choice((
        field.name.lower(), field.name.upper(),
        bytes(rng.choice((byte, byte ^ 0x20)) if byte > 0x40 else byte
              for byte in field.name)))


def compact(field, rng):
    field.name = COMPACT.get(field.name, field.name)
    if rng.random() < 0.3:
        field.name = field.name.upper()


def fold(values):
    """Fold where a blank may stand: before the value, at blanks in it."""
    def change(field, rng):
        fold_text = rng.choice(values)
        if b" " in field.value and rng.random() < 0.5:
            head, tail = field.value.split(b" ", 1)
            field.value = head + fold_text + tail
        elif rng.random() < 0.5:
            field.colon = b":" + fold_text
        else:
            field.value += fold_text
    return change


def name_bytes(field, rng):
    splice(field, "name", rng.randrange(len(field.name) + 1),
           rng.choice(SPECIAL))


def line_ends(end):
    """Other ends of all lines."""
    def change(request, rng, scene):
        for field in request.fields:
            field.end = end
        request.start_end = end
        request.end = end
    return change


def one_end(ends):
    """Another end of one line, the next of which is told by it."""
    def change(request, rng, scene):
        end = rng.choice(ends)
        name = rng.choice(CARRIERS[:9])
        if rng.random() < 0.2:
            request.start_end = end
        elif request.find(name):
            request.find(name).end = end
    return change


def carrier(request, name, scene, place):
    """A field of this name at this place, which may be its usual one."""
    number = request.index(name)
    if name == b"Authorization" and number is None:
        name = b"X-Any"
    if number is not None and name not in (b"Expires", b"Content-Type"):
        field = request.fields.pop(number)
        request.fields.insert(min(place, len(request.fields)), field)
        return field
    value = CARRIER_VALUES.get(name, b"a")
    value = value.replace(b"%(server)s", scene.server)
    return request.insert(min(place, len(request.fields)), name, value)


def hide(glues):
    """A field after a carrier, with something else than CRLF between; with or
    without a decoy of its own kind in the usual form."""
    def change(request, rng, scene):
        target = rng.choice(TARGETS[:6])
        if rng.random() < 0.4:
            target = b"Authorization"
        name = rng.choice([known for known in CARRIERS if known != target])
        glue = rng.choice(glues)
        place = rng.randrange(6)
        decoy = rng.choice(("none", "none", "none", "before", "after"))
        hidden = request.index(target)
        hidden = None if hidden is None else request.fields.pop(hidden)
        field = carrier(request, name, scene, place)
        if hidden is None:
            return
        if glue == b"quoted":
            field.value += b' "' + hidden.text()[:-2] + b'"'
        else:
            field.end = glue
            request.fields.insert(request.fields.index(field) + 1, hidden)
        if decoy != "none":
            false = Field(target, decoy_value(target, scene))
            false.known = b""
            request.fields.insert(0 if decoy == "before" else
                                  len(request.fields), false)
    return change


def decoy_value(name, scene):
    return {
        b"From": b"<sip:%s@%s>;tag=d" % (DECOY, scene.domain),
        b"To": b"<sip:%s@%s>" % (DECOY, scene.domain),
        b"Contact": b"<sip:%s@%s>" % (DECOY, scene.asker),
        b"CSeq": b"7 OPTIONS",
        b"Via": b"SIP/2.0/UDP %s:5060;branch=z9hG4bKd" % scene.victim,
        b"Call-ID": b"decoy",
        b"Content-Length": b"5",
        b"Authorization": b'Digest username="%s"' % DECOY,
        b"Max-Forwards": b"70",
    }.get(name, b"a")


def duplicate(request, rng, scene):
    """A second field of a name."""
    name = rng.choice(TARGETS)
    number = request.index(name)
    place = rng.choice((0, 1, len(request.fields)))
    if rng.random() < 0.5 and number is not None:
        place = number
    field = request.insert(place, name, decoy_value(name, scene))
    if rng.random() < 0.3:
        field.name = COMPACT.get(name, name)
    elif rng.random() < 0.3:
        field.colon = b" :"


def similar(request, rng, scene):
    """A field whose name only looks like another's, in front of it."""
    name = rng.choice(TARGETS)
    seen = rng.choice((name + b"-X", b"X-" + name, name[:-1], name + b"s",
                       b"-" + name, name[0:1] + b"x", name + b"\\",
                       b"'" + name + b"'", b'"' + name + b'"'))
    request.insert(rng.choice((0, 3)), seen, decoy_value(name, scene))


def odd_line(request, rng, scene):
    """A line that is no header field."""
    line = rng.choice((b"a", b":a", b" : a", b"\0", b"a b", b"a b: c",
                       b"\"", b"<", b"To", b"Via SIP/2.0/UDP h", b"\t",
                       b" a: b", b"=", b"\xff\xfe", b"a" * 300, b"From;: a",
                       b"SIP/2.0 200 OK", b"OPTIONS sip:h SIP/2.0"))
    place = rng.randrange(len(request.fields))
    field = request.insert(place, line, b"")
    field.colon = b""


def first_blank(request, rng, scene):
    """Blanks in front of the line after the start line."""
    blank = rng.choice((b" ", b"\t", b"  ", b" \r\n", b"\r\n "))
    name = rng.choice(TARGETS)
    number = request.index(name)
    if number is not None:
        request.fields.insert(0, request.fields.pop(number))
        request.fields[0].name = blank + request.fields[0].name


def order(request, rng, scene):
    keys = {}
    for name in sorted(set(TARGETS + CARRIERS)):
        keys[name] = rng.random()
    request.fields.sort(key=lambda field: keys.get(field.known, 0))


# ---- the whole message -----------------------------------------------------

def any_bytes(request, rng, scene):
    """A special byte anywhere in the header section, put in or in the place of
    another; not in credentials, which not all members have."""
    pieces = [(request, name) for name in START]
    for field in request.fields:
        if field.known != b"Authorization":
            pieces += [(field, name) for name in FIELD]
    place = rng.randrange(sum(len(getattr(*piece)) for piece in pieces) + 1)
    text, remove = rng.choice(SPECIAL), rng.choice((0, 0, 1))
    for thing, name in pieces:
        size = len(getattr(thing, name))
        if place <= size:
            splice(thing, name, place, text, remove)
            return
        place -= size


def any_field_bytes(request, rng, scene):
    """A special byte at a place of a field that means something."""
    name = rng.choice(TARGETS + (b"Max-Forwards",))
    where = rng.choice(("name", "colon", "value", "end", "value"))
    text = rng.choice(SPECIAL)
    share = rng.random()
    field = request.find(name)
    if field:
        splice(field, where, int(share * (len(getattr(field, where)) + 1)),
               text)


def no_end(request, rng, scene):
    request.end, request.body = rng.choice((
        (b"", b""), (b"\n", request.body), (b"\r", request.body),
        (b"\0", request.body), (b" \r\n", request.body),
        (b"\r\n\r\n", request.body), (b"\n\r\n", request.body),
        (b"\r\r\n", request.body), (b"\t\r\n", request.body),
        (b"\0\r\n", request.body), (b"\r\0\n", request.body)))


def after(request, rng, scene):
    request.after = rng.choice((
        b"\r\n", b"\r\n\r\n", b"\0", b"\0\0\0\0", b"a", b"a: b\r\n", b" ",
        b"To: <sip:1000@h>\r\n\r\n", b"\n", b"\xff" * 40, b"SIP/2.0 200 OK"))


def cut(request, rng, scene):
    request.cuts = sorted(rng.random() for _ in range(rng.choice((1, 1, 2))))


def after_body(request, rng, scene):
    """The last bytes of a body, and a message, in a segment of their own."""
    request.repeat = 2
    request.body = rng.choice(TEXTS)
    request.tail = rng.randrange(1, min(9, len(request.body)))
    length = request.find(b"Content-Length")
    if length:
        length.value = b"%d" % len(request.body)


def crowd(request, rng, scene):
    request.repeat = rng.choice((2, 5, 20))
