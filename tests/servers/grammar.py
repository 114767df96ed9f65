# SPDX-License-Identifier: GPL-2.0
"""Kinds of variation of a SIP request, each with a name.

KINDS is the table: a line there is a kind. Its function gets a Request in
pieces (message.py), a random.Random and a Scene, and changes the pieces. The
members of a family (the same request with no, wrong and right credentials, for
a known and an unknown user) are changed in the same way: a function must ask
for the same random numbers whatever the user and the credentials are.

A kind is honest if senders exist that mean no harm and write so: a server
serves it, so it must not be malformed.
"""
import random

from message import EOL, METHODS, Field

START = ("before", "method", "gap", "uri", "second_gap", "version",
         "start_end")
FIELD = ("name", "colon", "value", "end")
DECOY = b"1000"         # a user in places that must not count
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
SPECIAL = (b"\r", b"\n", b"\0", b"\t", b" ", b"\x0b", b"\x0c", b"&", b"\"",
           b"\\", b"<", b">", b",", b";", b":", b"?", b"@", b"=", b"%", b"%00",
           b"\x7f", b"\x80", b"\xa0", b"\xff", b"\r\n", b"\r\n ", b"\r ",
           b"\n ", b"\r\r\n", b"(", b")", b"'", b"*", b"/", b"\x1a", b"\x01")


class Scene:
    """Who takes part: addresses as bytes, and the ports of the asker."""

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


class Kind:
    """A kind of variation."""

    def __init__(self, name, change, honest=False, weight=2, only=None):
        self.name = name
        self.change = change
        self.honest = honest
        self.weight = weight
        self.only = only        # the transport that it is for


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


def piece(name, values):
    """Another value of a piece of the start line, or of the whole."""
    def change(request, rng, scene):
        setattr(request, name, rng.choice(values))
    return change


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
    value = getattr(request, name)
    place = rng.randrange(len(value) + 1)
    setattr(request, name, value[:place] + rng.choice(SPECIAL) +
            value[place:])


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


def colon(values):
    def change(field, rng):
        field.colon = rng.choice(values)
    return change


def ending(values):
    def change(field, rng):
        field.end = rng.choice(values) + EOL
    return change


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
    place = rng.randrange(len(field.name) + 1)
    field.name = (field.name[:place] + rng.choice(SPECIAL) +
                  field.name[place:])


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


def hide(glues, also=None):
    """A field behind a carrier, with something else than CRLF between; with or
    without a decoy of its own kind in the usual form."""
    def change(request, rng, scene):
        target = rng.choice(TARGETS[:6])
        if rng.random() < 0.4:
            target = b"Authorization"
        name = rng.choice([known for known in CARRIERS if known != target])
        glue = rng.choice(glues)
        place = rng.randrange(6)
        decoy = rng.choice(("none", "none", "none", "before", "behind"))
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


def order(request, rng, scene):
    keys = {}
    for name in sorted(set(TARGETS + CARRIERS)):
        keys[name] = rng.random()
    request.fields.sort(key=lambda field: keys.get(field.known, 0))


# ---- addresses: From, To, Contact ------------------------------------------

DISPLAY = (b"a ", b"a? ", b"Doe, John ", b"a;b ", b"a=b ", b'"a<b" ',
           b'"x\\";y" ', b'"x";y ', b'"a\\" ', b'"sip:1000@h" ', b'"a',
           b'a"b ', b'a "b" ', b'"a" "b" ', b'"a"b ', b"a:b ", b"sip:1000@h ",
           b"* ", b"@ ", b'"<sip:1000@h>" ', b"a@b ", b"a/b ", b"\t",
           b"\r\n ", b"\0", b"a\r\n b ", b"&", b"a&b ", b"<", b"> ", b"(a) ",
           b"a\\b ", b"%22 ", b"'a' ", b'""', b'"" ', b"[a] ", b"=?a?= ",
           b'"a', b'"a\\\\" ', b'\\"', b";", b",", b"? ", b'"a\r\n b" ',
           b'"a\0b" ', b'"a\rb" ', b'"\x80" ', b"a. ", b"1 ", b'"a";b="c" ')
USERS = (b"$user;phone-context=+1", b"$user:secret", b"$user%00",
         b"$user%00x", b"$escaped", b"$user%20", b"$user?x",
         b"$user&x=y", b'"$user"', b"$user ", b" $user",
         b"$user\t", b"$user%", b"$user%z1", b"$user,x",
         b"$user/x", b"$user#", b"$user\0", b"$user%0d",
         b"$user;", b"$user:", b":$user", b";$user",
         b"$user@x", b"x@$user", b"$user%40x", b"$user%3bx",
         b"$user%3ax", b"$lower", b"$user\\", b"($user)",
         b"<$user>", b"'$user'", b"$user;a=\"b\"", b"$user;x;y",
         b"$user:a;b", b"$user;a:b", b"%%$user", b"+$user",
         b"$user=", b"$user*", b"[$user]", b"$user\x80")
SCHEMES = (b"SIP:", b"Sip:", b"sips:", b"tel:", b"", b"x:", b"sip::",
           b"sip:sip:", b"sip://", b"sip :", b" sip:", b"\tsip:", b"sip: ",
           b"s:", b"<sip:", b"mailto:", b"im:", b"pres:", b"si\0p:", b"sip%3a",
           b"sip:\r\n ", b"urn:", b"SIPS:", b"TEL:", b"sip;", b"sip:/",
           b"\"sip:")
BEHIND = (b";x", b";x=y", b';x="<sip:1000@h>"', b" ;x=y", b";;x", b";x;x",
          b"; x = y", b"?x=y", b" <sip:1000@h>", b", <sip:1000@h>", b",",
          b">", b" a", b";x=\"", b";x=\"a\\\"b\"", b";x=<sip:1000@h>",
          b";lr", b"\t", b";maddr=1.2.3.4", b";x=\r\n y", b"&", b";x&",
          b"&x: y", b" &To: <sip:1000@h>", b";x=y&z", b"\0", b";\0", b";",
          b"(a)", b" (comment)", b";x='a'", b";tag", b";tag=", b";x=a%00b",
          b";tag=other", b"\\", b";x=[::1]")
HOSTS = (b"", b"h", b"h:5060", b"[::1]", b"h:", b"h:99999", b"h:x", b"h.",
         b"-h", b"127.0.0.1", b"h h", b"h\th", b"h%31", b"h_h", b"h\0",
         b"h;transport=tcp", b"h;user=phone", b"h;maddr=127.0.0.9", b"h?a=b",
         b"h?To=a", b"h,g", b"h;x=\"a\"", b"h;x=<y", b"h&g", b"h/", b"h\\",
         b"h;lr;x=y", b"@h", b"a@h", b"h:5060:1", b"h;", b"h?", b"H.H",
         b"[h", b"h]", b"h;ttl=1", b"h;method=INVITE", b"\xc3\xa9", b"h\"")


class Address:
    """From, To or Contact in pieces: display, <, scheme, user, @host, >, rest.
    """
    def __init__(self, value):
        self.display, rest = value.split(b"<", 1)
        uri, self.rest = rest.split(b">", 1)
        self.open, self.close = b"<", b">"
        self.scheme, rest = uri[:4], uri[4:]
        self.user, self.host = rest.split(b"@", 1)
        self.at = b"@"

    def text(self):
        return (self.display + self.open + self.scheme + self.user + self.at +
                self.host + self.close + self.rest)


def address(change, names=(b"From", b"To", b"From", b"To", b"Contact")):
    """Change one of the addresses, or From and To in the same way."""
    def change_address(request, rng, scene):
        chosen = (b"From", b"To") if rng.random() < 0.3 else (
            rng.choice(names),)
        seed = rng.random()
        for name in chosen:
            field = request.find(name)
            try:
                value = Address(field.value)
            except (AttributeError, ValueError):
                continue        # another kind was here
            change(value, random.Random(seed), scene)
            field.value = value.text()
    return change_address


def display(values):
    def change(value, rng, scene):
        value.display = rng.choice(values)
    return change


def brackets(value, rng, scene):
    value.open, value.close = rng.choice((
        (b"", b""), (b"<", b""), (b"", b">"), (b"<<", b">>"), (b"<<", b">"),
        (b"< ", b" >"), (b"<\t", b">"), (b"<", b">>"), (b"<", b" >"),
        (b"<\r\n ", b">"), (b"<>", b""), (b"<> <", b">"), (b"\"<", b">\""),
        (b"<", b"> "), (b"<\"", b"\">"), (b"[", b"]"), (b"(", b")"),
        (b" ", b" "), (b"<<>", b">"), (b"<", b">\t"), (b"", b" "),
        (b"<sip:1000@h> <", b">"), (b"<sip:1000@h>, <", b">"),
        (b"sip:1000@h, <", b">")))


def user_spelling(value, rng, scene):
    escaped = b"%%%02x" % value.user[0] + value.user[1:]
    if rng.random() < 0.3:
        escaped = b"".join(b"%%%02X" % byte for byte in value.user)
    value.user = rng.choice(USERS).replace(b"$user", value.user).replace(
        b"$escaped", escaped).replace(b"$lower", value.user.swapcase())


def scheme(value, rng, scene):
    value.scheme = rng.choice(SCHEMES)
    if value.scheme.lower() == b"tel:" and rng.random() < 0.7:
        value.at = value.host = b""


def host(value, rng, scene):
    value.host = rng.choice(HOSTS)
    if not value.host and rng.random() < 0.5:
        value.at = b""


def behind_address(value, rng, scene):
    text = rng.choice(BEHIND)
    value.rest = rng.choice((text + value.rest, value.rest + text, text))


def address_bytes(value, rng, scene):
    name = rng.choice(("display", "open", "scheme", "user", "at", "host",
                       "close", "rest"))
    text = getattr(value, name)
    place = rng.choice((0, len(text)))
    setattr(value, name, text[:place] + rng.choice(SPECIAL) + text[place:])


# ---- values of single fields -----------------------------------------------

def value_of(name, values):
    """Another value of a field: % with the parts of the present one."""
    def change(request, rng, scene):
        text = rng.choice(values)
        field = request.find(name)
        if not field:
            return
        number, _, method = field.value.partition(b" ")
        field.value = scene.fill(text).replace(
            b"$value", field.value).replace(
            b"$number", number).replace(b"$method", method)
    return change


def replace_in(name, changes):
    """Replace something in a field's value."""
    def change(request, rng, scene):
        old, new = rng.choice(changes)
        field = request.find(name)
        if field:
            field.value = field.value.replace(scene.fill(old),
                                              scene.fill(new), 1)
    return change


CSEQ_NUMBERS = (b"0", b"1", b"2147483647", b"2147483648", b"4294967295",
                b"3000000000", b"00001")
CSEQ_ODD = (b"4294967296 $method", b"99999999999999999999 $method",
            b"-1 $method", b"+1 $method", b"$number OPTIONS",
            b"$number REGISTER", b"$number INVITE", b"$number",
            b"$number $method OPTIONS", b"$number $method;x", b"$method",
            b"$number$method", b"a $method", b"$number  $method",
            b"$number,$method", b"0x1 $method", b"$number $method\0",
            b"$number \0$method", b"1.5 $method", b"$number $method,",
            b"$number \"$method\"", b"$number $method (a)", b"",
            b"$number register", b"$number $method\r\n OPTIONS", b"$number a",
            b"$number $methodX", b"$number &$method", b"$number/$method",
            b"1 2 $method", b"$number\x0b$method", b"$number\xa0$method")
LENGTHS = (b"1", b"5", b"-1", b"+0", b"00", b"0x0", b"", b"a", b"0 0", b"0,0",
           b"99999", b"4294967296", b"4294967295", b"18446744073709551616",
           b"0;x", b'"0"', b"0.0", b"2147483648", b" 0", b"0\t", b"0\0",
           b"0 a", b"65536", b"999999999999999999999", b"0&", b"(0)")
CALL_IDS = (b"<$value>", b'"$value"', b"$value a", b"$value,a", b"$value;a",
            b"$value\t", b"$value@", b"@$value", b"$value\\", b"$value\x80",
            b"$value\0", b"$value&", b"$value\"", b"$value<", b"($value)",
            b"", b"$value@h@h", b"[$value]", b"a $value", b"$value\r\n a",
            b"$value" + b"a" * 300, b"$value:", b"{$value}", b"%00$value")
VIAS = (b"$value;maddr=$victim", b"$value;MADDR=$victim",
        b"$value; maddr = $victim", b"$value;maddr=\"$victim\"",
        b"$value;m%61ddr=$victim", b"$value;maddr", b"$value;maddr=",
        b"$value;x=\"a\";maddr=$victim", b"$value;maddr=$asker",
        b"$value\r\n ;maddr=$victim", b"$value;maddr\t=\t$victim",
        b"$value;x=y;maddr=$victim;z", b"$value;;maddr=$victim",
        b"$value;x=\"\\\";maddr=$victim", b"$value ;maddr=$victim;ttl=1",
        b"$value;x=<;maddr=$victim", b"$value;x=\";maddr=$victim",
        b"$value, SIP/2.0/UDP h;maddr=$victim", b"$value&;maddr=$victim",
        b"$value;x=\",\";maddr=$victim", b"$value (a);maddr=$victim",
        b"$value;(a)maddr=$victim", b"$value;x=(;maddr=$victim",
        b"$value;\0maddr=$victim", b"$value;maddr=[$victim]")
VIA_SENDERS = (b"$victim", b"$victim:5060", b"$victim:$port", b"$asker",
               b"h", b"h:5060", b"$asker:5060", b"$asker : $port", b"",
               b"$asker:99999", b"[::1]", b"$asker:0", b"localhost",
               b"$asker.", b"\"$asker\"", b"$asker:", b"$asker:x",
               b"a b", b"[$victim]", b"0.0.0.0", b"255.255.255.255")
VIA_PARAMS = (b";received=$victim", b";rport=5060", b";rport=$port",
              b";received=$victim;rport=5060", b";rport=a", b";rport=",
              b";ttl=1", b";alias", b";received=", b";keep", b";hidden",
              b";comp=sigcomp", b";rport;rport", b";x=\"", b";i=1",
              b" (comment)", b";rport=0", b";extension", b", $value",
              b", SIP/2.0/UDP $victim", b",", b";branch=other", b";x=\"a\\",
              b";sigcomp-id=\"a\"", b";received=\"$victim\"")
VIA_PROTOCOLS = ((b"SIP/2.0", b"sip/2.0"), (b"SIP/2.0/", b"SIP / 2.0 / "),
                 (b"SIP/2.0/", b"SIP/2.0/ "), (b"/UDP", b"/udp"),
                 (b"/UDP", b"/TCP"), (b"/UDP", b"/TLS"), (b"/UDP", b"/WS"),
                 (b"SIP/2.0", b"SIP/3.0"), (b"SIP/2.0/UDP", b"SIP"),
                 (b" ", b"\t"), (b" ", b"  "), (b" ", b"\r\n "),
                 (b"/TCP", b"/UDP"), (b"/UDP", b"/SCTP"), (b"/UDP", b"/X"),
                 (b"SIP/2.0", b"HTTP/2.0"), (b"SIP/2.0/UDP ", b""),
                 (b"/UDP ", b"/UDP"), (b"SIP/2.0", b"SIP\t/\t2.0"))
BRANCHES = ((b"z9hG4bK", b""), (b";branch=z9hG4bK", b";x="),
            (b"z9hG4bK", b"Z9HG4BK"), (b"branch=", b"branch = "),
            (b"branch", b"BRANCH"), (b"branch=z9hG4bK", b"branch=\"z9hG4bK"),
            (b";rport", b""), (b";rport", b""), (b";branch", b"; branch"),
            (b";branch", b"\r\n ;branch"), (b"branch", b"bra%6ech"))
AUTHS = ((b"Digest ", b"digest "), (b"Digest ", b"DIGEST "),
         (b"Digest ", b"Digest\t"), (b"Digest ", b"Digest   "),
         (b"Digest ", b"Digest\r\n "), (b", ", b","), (b", ", b",\r\n "),
         (b", ", b" , "), (b'realm="', b'realm ="'), (b'realm="', b'realm= "'),
         (b"username", b"USERNAME"), (b"algorithm=MD5", b"algorithm=md5"),
         (b"algorithm=MD5", b'algorithm="MD5"'), (b", ", b", x=y, "),
         (b", ", b',x="a,b",'), (b", ", b",,"), (b", ", b" "), (b", ", b"; "),
         (b"Digest ", b"Digest,"), (b"Digest ", b"Basic "), (b"Digest ", b""),
         (b'username="', b'username="\\'), (b"Digest ", b"Digest x=\"&\", "),
         (b"Digest ", b" Digest "), (b"Digest ", b"Digest\0"),
         (b"Digest ", b"Digest\r"), (b", ", b",\r"), (b", ", b",\n "),
         (b", ", b",\r "), (b"Digest ", b"Digest x=\"a\\\"b\", "))


def other_auth(request, rng, scene):
    """The credentials under another name, or twice."""
    name = rng.choice((b"Proxy-Authorization", b"Authorization",
                       b"authorization", b"AUTHORIZATION", b"Authorization ",
                       b"Authorization\t", b"X-Authorization",
                       b"Proxy-authorization", b"WWW-Authenticate",
                       b"Authentication-Info"))
    twice = rng.random() < 0.3
    field = request.find(b"Authorization")
    if not field:
        return
    if twice:
        request.insert(request.index(b"Authorization") + rng.randrange(2),
                       field.name, b'Digest username="%s", realm="h"' % DECOY)
    else:
        field.name = name


def drop_field(request, rng, scene):
    name = rng.choice(TARGETS[1:] + (b"Max-Forwards", b"Contact"))
    number = request.index(name)
    if number is not None:
        del request.fields[number]


def extra_field(request, rng, scene):
    """A field that a plain request does not have."""
    name, value = rng.choice((
        (b"Supported", b"path, outbound"), (b"Require", b"foo"),
        (b"Proxy-Require", b"foo"), (b"Route", b"<sip:%s;lr>" % scene.server),
        (b"Record-Route", b"<sip:%s;lr>" % scene.victim),
        (b"Path", b"<sip:%s;lr>" % scene.victim), (b"Accept", b"a/b"),
        (b"Content-Encoding", b"gzip"), (b"Expires", b"0"),
        (b"Expires", b"a"), (b"Expires", b"4294967296"),
        (b"Content-Type", b"multipart/mixed;boundary=a"), (b"P-Any", b"a"),
        (b"Identity", b"\"a\""), (b"Warning", b"399 h \"a\""),
        (b"Timestamp", b"1.5"), (b"Date", b"now"), (b"Subject", b""),
        (b"Subject", b"a\r\n To: <sip:1000@h>"), (b"Replaces", b"a"),
        (b"Referred-By", b"<sip:1000@h>"), (b"User-Agent", b"&To: a"),
        (b"Subject", b"&From: <sip:1000@h>"), (b"Subject", b"\"&To: a"),
        (b"P-Asserted-Identity", b"<sip:1000@h>"),
        (b"Remote-Party-ID", b"<sip:1000@h>;party=calling"),
        (b"P-Preferred-Identity", b"\"a\" <sip:1000@h>"),
        (b"X-Any", b"\xc3\xa9"), (b"Contact", b"*"), (b"Hide", b"route")))
    request.insert(rng.randrange(len(request.fields)), name, value)


def long_field(request, rng, scene):
    """Something in front of the credentials that is long."""
    size = rng.choice((300, 1000, 4000, 7300, 8190, 9000, 20000))
    name, filling = rng.choice((
        (b"X-Any", b"a"), (b"Subject", b"a "), (b"X-Any", b" "),
        (b"Supported", b"a,"), (b"Via", b"SIP/2.0/UDP h;branch=z9hG4bKa,"),
        (b"X-Any", b"\r\n "), (b"X-Any", b"a\r\nX-Any: ")))
    filling *= size // len(filling)
    if name == b"Via":
        filling += b"SIP/2.0/UDP h"
    request.insert(rng.choice((1, 4, 6)), name, filling)


def hidden_request(scene, token, method=b"OPTIONS"):
    return (b"%s sip:%s SIP/2.0\r\nVia: SIP/2.0/%s %s:%d;rport;"
            b"branch=z9hG4bK%s\r\nFrom: <sip:%s@h>;tag=%s\r\n"
            b"To: <sip:%s@h>\r\nCall-ID: %s\r\nCSeq: 1 %s\r\n"
            b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n" %
            (method, scene.domain, scene.protocol, scene.asker,
             scene.port, token, DECOY, token, DECOY, token, method))


def second(request, rng, scene):
    """Another request in the same datagram or segment, or in the body."""
    method = rng.choice((b"OPTIONS", b"REGISTER"))
    mark = b"y" + request.mark[1:]
    text = hidden_request(scene, mark, method)
    length = request.find(b"Content-Length")
    where = rng.choice(("behind", "behind", "apart", "body", "no length",
                        "length", "before"))
    if where == "body":
        request.body = text
        if length:
            length.value = b"%d" % len(text)
    elif where == "no length" and length:
        request.fields.remove(length)
        request.body = text
    elif where == "length" and length:
        length.value = b"%d" % rng.choice((len(text) // 2, len(text) + 9))
        request.body = text
    elif where == "before":
        request.before = text
    else:
        request.behind = (b"\r\n\r\n" if where == "apart" else b"") + text


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
        value = getattr(thing, name)
        if place <= len(value):
            setattr(thing, name, value[:place] + text + value[place + remove:])
            return
        place -= len(value)


def any_field_bytes(request, rng, scene):
    """A special byte at a place of a field that means something."""
    name = rng.choice(TARGETS + (b"Max-Forwards",))
    where = rng.choice(("name", "colon", "value", "end", "value"))
    text = rng.choice(SPECIAL)
    share = rng.random()
    field = request.find(name)
    if field:
        value = getattr(field, where)
        place = int(share * (len(value) + 1))
        setattr(field, where, value[:place] + text + value[place:])


def no_end(request, rng, scene):
    request.end, request.body = rng.choice((
        (b"", b""), (b"\n", request.body), (b"\r", request.body),
        (b"\0", request.body), (b" \r\n", request.body),
        (b"\r\n\r\n", request.body), (b"\n\r\n", request.body),
        (b"\r\r\n", request.body), (b"\t\r\n", request.body),
        (b"\0\r\n", request.body), (b"\r\0\n", request.body)))


def behind(request, rng, scene):
    request.behind = rng.choice((
        b"\r\n", b"\r\n\r\n", b"\0", b"\0\0\0\0", b"a", b"a: b\r\n", b" ",
        b"To: <sip:1000@h>\r\n\r\n", b"\n", b"\xff" * 40, b"SIP/2.0 200 OK"))


def cut(request, rng, scene):
    request.cuts = sorted(rng.random() for _ in range(rng.choice((1, 1, 2))))


def crowd(request, rng, scene):
    request.repeat = rng.choice((2, 5, 20))


BLANKS = (b"  ", b"\t", b" \t ", b"\r\n ", b"\n ", b"\r ", b"\x0b", b"\x0c",
          b"\0", b"\xa0", b"", b" \r\n ", b"\r\n\t", b"     ", b"\x01", b"+")
ENDS = (b"\r", b"\n", b"\n\r", b"\r\r\n", b" \r\n", b"\t\r\n", b"\r\n\0",
        b"\0\r\n", b"\r\n\r", b"\r\0\n", b"\r\n \r\n", b"\r \n", b"\x0b\r\n",
        b"\x0c\r\n", b"\\\r\n", b",\r\n", b"&\r\n", b";\r\n", b"\"\r\n")
BEFORE = (b"\r\n", b"\r\n\r\n", b"\n", b"\r", b" ", b"\t", b"  \r\n", b"\0",
          b"\0\0\0\0", b"\xef\xbb\xbf", b"a\r\n", b"a: b\r\n", b"\x0b",
          b"\r\n ", b"\n\n\n", b"\r\r\r", b"\r\n\0", b"&", b"\x80", b".",
          b"\r\n\t", b"\xff", b"<", b"\"", b"/")

KINDS = (
    Kind("plain", lambda request, rng, scene: None, honest=True, weight=1),
    # the start line
    Kind("method-case", method_case, weight=4),
    Kind("method-other", method_other),
    Kind("blanks-before-method", piece("before", BLANKS)),
    Kind("blanks-before-uri", piece("gap", BLANKS), weight=3),
    Kind("blanks-before-version", piece("second_gap", BLANKS), weight=3),
    Kind("version", piece("version", (
        b"sip/2.0", b"SIP/2.00", b"SIP/3.0", b"SIP/ 2.0", b"SIP/2.0;x",
        b"SIP/2.0 a", b"", b"HTTP/1.1", b"SIP/2", b"SIP /2.0", b"SIP/2.0\0",
        b"SIP/2.0,", b"Sip/2.0", b"SIP/2.0 SIP/2.0", b"SIP/2.0\"", b"SIP/1.0",
        b"SIP/2.1", b"SIP/02.0"))),
    Kind("start-end", piece("start_end", ENDS), weight=3),
    Kind("uri", other_uri, weight=3),
    Kind("start-bytes", start_bytes, weight=5),
    Kind("before", piece("before", BEFORE), weight=3),
    Kind("lines-before", piece("before", (b"\r\n", b"\r\n\r\n")), True),
    # lines
    Kind("name-case", each(0.3, name_case), honest=True),
    Kind("compact", each(0.5, compact), honest=True),
    Kind("blanks-before-colon", each(0.3, colon((b" : ", b" :", b"\t: "))),
         honest=True),
    Kind("blanks-behind-colon", each(0.3, colon((b":", b":  ", b":\t"))),
         honest=True),
    Kind("blanks-at-end", each(0.3, ending((b" ", b"\t", b"  "))),
         honest=True),
    Kind("fold", each(0.3, fold((b"\r\n ", b"\r\n\t", b"\r\n   "))),
         honest=True),
    Kind("odd-colon", each(0.1, colon((
        b"\r\n : ", b":\0", b"\0: ", b"::", b"=", b" ", b":\x0b", b"\x0b: ",
        b":\r", b"\r: ", b":\n", b": :", b"\xa0: ", b"\r\n: ", b"\n : ")))),
    Kind("odd-fold", each(0.1, fold((
        b"\n ", b"\r ", b"\r\n\r ", b"\r\n \r\n ", b"\n\t", b"\r\n\0",
        b"\r\n\x0b", b" \r\n\t \r\n ", b"\r\r\n ", b"\r\n\x0c", b"\n\r "))),
         weight=4),
    Kind("name-bytes", each(0.05, name_bytes), weight=3),
    Kind("lf", line_ends(b"\n"), honest=True),
    Kind("all-cr", line_ends(b"\r")),
    Kind("line-end", one_end(ENDS), weight=4),
    Kind("hidden-by-cr", hide((b"\r",)), weight=4),
    Kind("hidden-by-ampersand", hide((b"&", b" & ", b"&\r\n", b"&\r\n ",
                                      b"\t&", b"&&", b";&")), weight=6),
    Kind("hidden-by-lf", hide((b"\n", b"\n\r", b"\n\n "))),
    Kind("hidden-by-nul", hide((b"\0", b"\r\0\n", b"\0\r\n", b"\r\n\0"))),
    Kind("hidden-by-fold", hide((b"\r\n ", b"\n ", b"\r ", b"\r\n\t",
                                 b"\r\r\n ", b"\r\n\r", b"\r\n\x0b"))),
    Kind("hidden-by-mark", hide((b",", b";", b" ", b"\x0b", b"\x0c", b"\x85",
                                 b"\x1a", b"\\\r\n", b"\r\r\n", b"\xff",
                                 b"?", b"\"\r\n", b">\r\n", b"(\r\n"))),
    Kind("hidden-in-quotes", hide((b"quoted",))),
    Kind("duplicate", duplicate, weight=4),
    Kind("similar-name", similar),
    Kind("odd-line", odd_line),
    Kind("order", order, honest=True),
    # addresses
    Kind("display", address(display(DISPLAY)), weight=6),
    Kind("display-8-bit", address(display((
        b'"J\xc3\xb6rg" ', b'"J\xf6rg" ', b'"\xe4\xbd\xa0" '))), honest=True),
    Kind("display-quoted", address(display((
        b'"a" ', b'"a b" ', b'"a, b" ', b'"a;b" ', b'"a\\"b" ', b'"a"',
        b'"<a>" '))), honest=True),
    Kind("brackets", address(brackets), weight=4),
    Kind("user-spelling", address(user_spelling), weight=6),
    Kind("scheme", address(scheme), weight=4),
    Kind("host", address(host), weight=3),
    Kind("behind-address", address(behind_address), weight=4),
    Kind("address-bytes", address(address_bytes), weight=6),
    # single fields
    Kind("cseq-number", value_of(b"CSeq", [number + b" $method"
                                           for number in CSEQ_NUMBERS]),
         honest=True),
    Kind("cseq", value_of(b"CSeq", CSEQ_ODD), weight=4),
    Kind("content-length", value_of(b"Content-Length", LENGTHS), weight=4),
    Kind("call-id", value_of(b"Call-ID", CALL_IDS)),
    Kind("max-forwards", value_of(b"Max-Forwards", (
        b"0", b"-1", b"a", b"", b"256", b"70 a", b"70;a", b"4294967296",
        b"1", b"070", b"\"70\"", b"70,70"))),
    Kind("via-maddr", value_of(b"Via", VIAS), weight=4),
    Kind("via-sender", replace_in(b"Via", [
        (b"$asker:$port", sender) for sender in VIA_SENDERS]), weight=3),
    Kind("via-param", value_of(b"Via", [b"$value" + param
                                        for param in VIA_PARAMS]), weight=3),
    Kind("via-protocol", replace_in(b"Via", VIA_PROTOCOLS)),
    Kind("branch", replace_in(b"Via", BRANCHES)),
    Kind("auth", replace_in(b"Authorization", AUTHS), weight=4),
    Kind("auth-name", other_auth),
    Kind("missing", drop_field),
    Kind("extra", extra_field, weight=3),
    Kind("long", long_field),
    # the whole message
    Kind("second", second, weight=4),
    Kind("end", no_end),
    Kind("behind", behind),
    Kind("any-bytes", any_bytes, weight=8),
    Kind("field-bytes", any_field_bytes, weight=10),
    Kind("cut", cut, honest=True, weight=12, only=b"tcp"),
    Kind("crowd", crowd, honest=True, weight=6, only=b"tcp"),
)


def choose(rng, transport):
    """Kinds for a family: one, sometimes two or three."""
    kinds = [kind for kind in KINDS if kind.only in (None, transport)]
    weights = [kind.weight for kind in kinds]
    return rng.choices(kinds, weights, k=rng.choices((1, 2, 3), (8, 3, 1))[0])
