# SPDX-License-Identifier: GPL-2.0
"""Varies From, To and Contact: functions for the table of grammar.py."""
import random

from tests.servers.message import DECOY, SPECIAL, splice

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
TAILS = (b";x", b";x=y", b';x="<sip:1000@h>"', b" ;x=y", b";;x", b";x;x",
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
    escaped = b"".join(b"%%%02x" % byte for byte in value.user[:1])
    escaped += value.user[1:]
    if rng.random() < 0.3:
        escaped = b"".join(b"%%%02X" % byte for byte in value.user)
    value.user = rng.choice(USERS).replace(b"$user", value.user).replace(
        b"$escaped", escaped).replace(b"$lower", value.user.swapcase())


def user_elsewhere(value, rng, scene):
    """The user where some servers read it, and another in its place."""
    user = value.user
    value.scheme, value.user, value.at, value.host = rng.choice((
        (b"tel:", DECOY, b"@", user),
        (b"tel:", DECOY + b";x=", b"@", user),
        (b"tel:", DECOY + b":x", b"@", user + b";y=1"),
        (b"", user, b"@", b"h?x:" + DECOY + b"@h"),
        (b"", user, b"@", b"h#x:" + DECOY + b"@h"),
        (b"", user, b"", b"?x:" + DECOY + b"@h"),
        (b"", user, b"", b"/x:" + DECOY + b"@h"),
        (b"sip\x1a", user + b":" + DECOY, b"@", value.host),
        (b"sip:", user + b"\x1a" + DECOY, b"@", value.host)))


def scheme(value, rng, scene):
    value.scheme = rng.choice(SCHEMES)
    if value.scheme.lower() == b"tel:" and rng.random() < 0.7:
        value.at = value.host = b""


def host(value, rng, scene):
    value.host = rng.choice(HOSTS)
    if not value.host and rng.random() < 0.5:
        value.at = b""


def after_address(value, rng, scene):
    text = rng.choice(TAILS)
    value.rest = rng.choice((text + value.rest, value.rest + text, text))


def address_bytes(value, rng, scene):
    name = rng.choice(("display", "open", "scheme", "user", "at", "host",
                       "close", "rest"))
    splice(value, name, rng.choice((0, len(getattr(value, name)))),
           rng.choice(SPECIAL))
