# SPDX-License-Identifier: GPL-2.0
"""Varies single header fields, leaves out or repeats fields, and adds a second
request: functions for the table of grammar.py."""
from tests.servers.lines import TARGETS
from tests.servers.message import DECOY

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
        b"$value;x=[,];maddr=$victim", b"$value;x=',';maddr=$victim",
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


def drop_optional(request, rng, scene):
    """Fields that honest senders leave out."""
    names = [b"Max-Forwards", b"Expires"]
    if scene.transport == "udp":
        names.append(b"Content-Length")
    number = request.index(rng.choice(names))
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
    where = rng.choice(("after", "after", "apart", "body", "no length",
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
        request.after = (b"\r\n\r\n" if where == "apart" else b"") + text


def smuggle(request, rng, scene):
    """A segment of two, the first of which may have another length for a
    server than for the parser."""
    request.repeat = 2
    length = request.find(b"Content-Length")
    way = rng.choice(("value", "second", "none", "hidden", "compact", "name"))
    text = rng.choice(LENGTHS + (b"300", b"700", b"0"))
    place = rng.choice((0, 1, len(request.fields)))
    if not length:
        return
    if way == "value":
        length.value = text
    elif way == "second":
        request.insert(place, rng.choice((
            b"Content-Length", b"l", b"content-length ", b"L\t")), text)
    elif way == "none":
        request.fields.remove(length)
    elif way == "compact":
        length.name = rng.choice((b"l", b"L"))
        length.value = text
    elif way == "name":
        length.name = rng.choice((b"Content-Length-X", b"ontent-Length",
                                  b"Content_Length", b"Content Length",
                                  b"Content-Length\0", b"\tContent-Length",
                                  b"Content\r\n -Length"))
    else:
        field = request.insert(place, b"Expires", b"60")
        field.end = rng.choice((b"&", b"\r", b"\n", b"\0", b"\r\n ", b","))
        request.insert(place + 1, b"Content-Length", text)
