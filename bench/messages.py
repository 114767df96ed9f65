# SPDX-License-Identifier: GPL-2.0
"""Generates the messages of the benchmark: 512 variants of each kind.

KINDS names the kinds in the order of their numbers; make(kind) is the list of
a kind's payloads, always the same. Variants differ as real messages do (names,
addresses, numbers, the product, the order of header fields), and so in length
and in offsets: a single repeated packet would train the branch predictor. The
kind "nuls" has one variant.
"""
import random

VARIANTS = 512
CRLF = "\r\n"


def address(draw):
    """A random documentation or private IPv4 address as text."""
    net = draw.choice(("192.0.2", "198.51.100", "203.0.113", "10.%d.%d" % (
        draw.randrange(256), draw.randrange(256)), "192.168.%d"
        % draw.randrange(256)))
    return "%s.%d" % (net, draw.randrange(1, 255))


def digits(draw, low, high):
    """A decimal number of low to high digits."""
    return "".join(draw.choice("0123456789")
                   for _ in range(draw.randint(low, high)))


def hexes(draw, count):
    """count lower-case hex digits."""
    return "".join(draw.choice("0123456789abcdef") for _ in range(count))


def scanner(draw):
    """A REGISTER of a scan by svwar, SIPVicious 0.3."""
    server, mine = draw.choice((address(draw), "pbx%d.example.com"
                                % draw.randrange(10, 100))), address(draw)
    name = digits(draw, 3, 8)
    tag = (name + "\x01" + digits(draw, 9, 10)).encode().hex()
    return CRLF.join((
        "REGISTER sip:%s SIP/2.0" % server,
        "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK-%s;rport"
        % (mine, draw.randint(5060, 5090), digits(draw, 8, 10)),
        "Max-Forwards: 70",
        'To: "%s"<sip:%s@%s>' % (name, name, server),
        'From: "%s"<sip:%s@%s>;tag=%s' % (name, name, server, tag),
        "User-Agent: friendly-scanner",
        "Call-ID: %s" % digits(draw, 9, 10),
        "Contact: sip:%s@%s" % (name, server),
        "CSeq: 1 REGISTER",
        "Accept: application/sdp",
        "Content-Length: 0", "", ""))


PHONES = ("Yealink SIP-T46S 66.84.0.15", "Grandstream GXP2170 1.0.11.23",
          "snomD785/10.1.54.13", "PolycomVVX-VVX_411-UA/5.9.3.2857",
          "Cisco/SPA525G-7.6.2", "Linphone/3.12.0 (belle-sip/1.6.3)",
          "Zoiper rv2.10.13.2", "FPBX-16.0.40(18.9.0)", "Gigaset N510 IP PRO",
          "MicroSIP/3.21.3", "AVM FRITZ!Box 7590 154.07.29", "baresip v1.0.0")


class Phone:
    """The parts that all messages of a phone have in common."""

    def __init__(self, draw):
        self.draw = draw
        self.mine, self.server = address(draw), draw.choice((
            address(draw), "sip.example.org", "pbx%d.example.com"
            % draw.randrange(10, 100)))
        self.user = draw.choice((digits(draw, 3, 6), "anna.b", "office-%s"
                                 % digits(draw, 2, 3)))
        self.port = draw.randint(1024, 65000)
        self.agent = "User-Agent: " + draw.choice(PHONES)
        self.call_id = "Call-ID: " + draw.choice((
            "%s@%s" % (digits(draw, 8, 12), self.mine), hexes(draw, 32),
            "%s-%s" % (hexes(draw, 12), hexes(draw, 12))))

    def via(self):
        """The Via header field."""
        return "Via: SIP/2.0/UDP %s:%d;branch=z9hG4bK%s;rport" % (
            self.mine, self.port, hexes(self.draw, self.draw.randint(8, 24)))

    def party(self, name, user, tag):
        """From or To."""
        shown = self.draw.choice(("", '"%s" ' % user, '"Desk of %s" ' % user))
        return "%s: %s<sip:%s@%s>%s" % (
            name, shown, user, self.server,
            ";tag=" + hexes(self.draw, self.draw.randint(8, 12)) if tag
            else "")

    def contact(self):
        """The Contact header field."""
        return "Contact: <sip:%s@%s:%d%s>" % (
            self.user, self.mine, self.port, self.draw.choice(
                ("", ";transport=udp", ";line=" + hexes(self.draw, 8))))

    def credentials(self):
        """The Authorization header field."""
        draw = self.draw
        return ('Authorization: Digest username="%s", realm="%s", nonce="%s",'
                ' uri="sip:%s", response="%s", algorithm=MD5%s' % (
                    self.user, draw.choice(("asterisk", self.server)),
                    hexes(draw, draw.choice((8, 16, 32))), self.server,
                    hexes(draw, 32), draw.choice(
                        ("", ', cnonce="%s", qop=auth, nc=00000001'
                         % hexes(draw, 16)))))


def phone(draw):
    """A REGISTER of a phone, with credentials."""
    p = Phone(draw)
    middle = [p.party("From", p.user, True), p.party("To", p.user, False),
              p.call_id, "CSeq: %d REGISTER" % draw.randint(2, 9999),
              p.contact()]
    if draw.random() < 0.5:
        middle.insert(0, "Max-Forwards: 70")
    rest = [p.credentials(), p.agent, "Expires: %d"
            % draw.choice((60, 300, 3600))]
    if draw.random() < 0.4:
        rest = [p.agent, p.credentials(), "Expires: 3600"]
    if draw.random() < 0.4:
        rest.append("Allow: INVITE,ACK,CANCEL,BYE,OPTIONS,INFO,NOTIFY")
    return CRLF.join(["REGISTER sip:%s SIP/2.0" % p.server, p.via(), *middle,
                      *rest, "Content-Length: 0", "", ""])


CODECS = ("0 PCMU/8000", "8 PCMA/8000", "9 G722/8000", "18 G729/8000",
          "101 telephone-event/8000", "96 opus/48000/2", "97 iLBC/8000",
          "98 speex/16000", "3 GSM/8000")


def session(draw, mine):
    """An SDP body."""
    lines = ["v=0", "o=- %s %s IN IP4 %s" % (
        digits(draw, 8, 10), digits(draw, 8, 10), mine), "s=call",
        "c=IN IP4 " + mine, "t=0 0", "m=audio %d RTP/AVP %s" % (
            draw.randint(10000, 60000),
            " ".join(codec.split()[0] for codec in CODECS))]
    lines += ["a=rtpmap:" + codec for codec in CODECS]
    lines += ["a=fmtp:101 0-15", "a=fmtp:18 annexb=no", "a=ptime:20",
              "a=ice-ufrag:" + hexes(draw, 8), "a=ice-pwd:" + hexes(draw, 24)]
    lines += ["a=candidate:%d 1 UDP %s %s %d typ host" % (
        number, digits(draw, 10, 10), address(draw), draw.randint(10000, 60000))
        for number in range(draw.randint(2, 5))]
    return CRLF.join(lines + ["a=sendrecv", ""])


def invite(draw):
    """An INVITE of a phone."""
    p = Phone(draw)
    called = digits(draw, 4, 12)
    body = session(draw, p.mine)
    about = [
        "Allow: INVITE, ACK, OPTIONS, REGISTER, CANCEL, BYE, REFER, NOTIFY, "
        "MESSAGE, SUBSCRIBE, INFO, UPDATE, PRACK",
        "Supported: replaces, timer, path", "Session-Expires: 1800"]
    about.insert(draw.choice((0, 1, 3)), p.agent)
    return CRLF.join([
        "INVITE sip:%s@%s SIP/2.0" % (called, p.server), p.via(),
        p.party("From", p.user, True), p.party("To", called, False),
        p.call_id, "CSeq: %d INVITE" % draw.randint(1, 9999), p.contact(),
        "Max-Forwards: 70", *about, "Content-Type: application/sdp", "Content-Length: %d" % len(body), "",
        body])


def nuls(_draw):
    """A keep-alive of four NULs."""
    return "\0\0\0\0"


def junk(draw):
    """1,400 random bytes, or 1,400 of text without an end of line."""
    if draw.random() < 0.5:
        return bytes([draw.randrange(2, 0xf8)]) + bytes(
            draw.randrange(256) for _ in range(1399))
    return bytes(draw.randrange(0x21, 0x7f) for _ in range(1400))


KINDS = {"scanner": scanner, "phone": phone, "invite": invite, "nuls": nuls,
         "junk": junk}


def make(kind):
    """The payloads of a kind."""
    draw = random.Random("xt_sip " + kind)
    made = [KINDS[kind](draw) for _ in range(VARIANTS)]
    return [text if isinstance(text, bytes) else text.encode()
            for text in made]
