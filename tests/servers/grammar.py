# SPDX-License-Identifier: GPL-2.0
"""Lists the kinds of variation of a SIP request, each with a name.

KINDS is the table: a line there is a kind. Its function gets a Request in
pieces (message.py), a random.Random and a Scene, and changes the pieces. The
members of a family (the same request with no, wrong and right credentials, for
a known and an unknown user) are changed in the same way: a function must ask
for the same random numbers whatever the user and the credentials are.

A kind is honest if senders exist that mean no harm and write so: a server
serves it, so it must not be malformed.
"""
from tests.servers import addresses, lines, values
from tests.servers.message import put


class Kind:
    """A kind of variation."""

    def __init__(self, name, change, honest=False, weight=2, only=None):
        self.name = name
        self.change = change
        self.honest = honest
        self.weight = weight
        self.only = only        # the transport that it is for


KINDS = (
    Kind("plain", lambda request, rng, scene: None, honest=True, weight=1),
    # the start line
    Kind("method-case", lines.method_case, weight=4),
    Kind("method-other", lines.method_other),
    Kind("method-new", lines.method_new, honest=True),
    Kind("blanks-before-method", put("before", lines.BLANKS)),
    Kind("blanks-before-uri", put("gap", lines.BLANKS), weight=3),
    Kind("blanks-before-version", put("second_gap", lines.BLANKS),
         weight=3),
    Kind("version", put("version", (
        b"sip/2.0", b"SIP/2.00", b"SIP/3.0", b"SIP/ 2.0", b"SIP/2.0;x",
        b"SIP/2.0 a", b"", b"HTTP/1.1", b"SIP/2", b"SIP /2.0", b"SIP/2.0\0",
        b"SIP/2.0,", b"Sip/2.0", b"SIP/2.0 SIP/2.0", b"SIP/2.0\"", b"SIP/1.0",
        b"SIP/2.1", b"SIP/02.0"))),
    Kind("start-end", put("start_end", lines.ENDS), weight=3),
    Kind("uri", lines.other_uri, weight=3),
    Kind("start-bytes", lines.start_bytes, weight=5),
    Kind("before", put("before", lines.BEFORE), weight=3),
    Kind("lines-before", put("before", (b"\r\n", b"\r\n\r\n")), True),
    # lines
    Kind("name-case", lines.each(0.3, lines.name_case), honest=True),
    Kind("compact", lines.each(0.5, lines.compact), honest=True),
    Kind("blanks-before-colon", lines.each(0.3, put("colon", (
        b" : ", b" :", b"\t: "))), honest=True),
    Kind("blanks-after-colon", lines.each(0.3, put("colon", (
        b":", b":  ", b":\t"))), honest=True),
    Kind("blanks-at-end", lines.each(0.3, put("end", (
        b" \r\n", b"\t\r\n", b"  \r\n"))), honest=True),
    Kind("fold", lines.each(0.3, lines.fold((
        b"\r\n ", b"\r\n\t", b"\r\n   "))), honest=True),
    Kind("odd-colon", lines.each(0.1, put("colon", (
        b"\r\n : ", b":\0", b"\0: ", b"::", b"=", b" ", b":\x0b", b"\x0b: ",
        b":\r", b"\r: ", b":\n", b": :", b"\xa0: ", b"\r\n: ", b"\n : ")))),
    Kind("odd-fold", lines.each(0.1, lines.fold((
        b"\n ", b"\r ", b"\r\n\r ", b"\r\n \r\n ", b"\n\t", b"\r\n\0",
        b"\r\n\x0b", b" \r\n\t \r\n ", b"\r\r\n ", b"\r\n\x0c", b"\n\r "))),
         weight=4),
    Kind("name-bytes", lines.each(0.05, lines.name_bytes), weight=3),
    Kind("lf", lines.line_ends(b"\n"), honest=True),
    Kind("all-cr", lines.line_ends(b"\r")),
    Kind("line-end", lines.one_end(lines.ENDS), weight=4),
    Kind("hidden-by-cr", lines.hide((b"\r",)), weight=4),
    Kind("hidden-by-ampersand", lines.hide((
        b"&", b" & ", b"&\r\n", b"&\r\n ", b"\t&", b"&&", b";&", b"\r\n &",
        b'"&', b' "a&', b" (&", b";x=[&", b'a"b&', b"<&", b",&", b"\\&",
        b'"a"b&', b"\r\n\t&\t", b'";&')), weight=8),
    Kind("hidden-by-lf", lines.hide((b"\n", b"\n\r", b"\n\n "))),
    Kind("hidden-by-nul", lines.hide((
        b"\0", b"\r\0\n", b"\0\r\n", b"\r\n\0"))),
    Kind("hidden-by-fold", lines.hide((
        b"\r\n ", b"\n ", b"\r ", b"\r\n\t", b"\r\r\n ", b"\r\n\r",
        b"\r\n\x0b"))),
    Kind("hidden-by-mark", lines.hide((
        b",", b";", b" ", b"\x0b", b"\x0c", b"\x85", b"\x1a", b"\\\r\n",
        b"\r\r\n", b"\xff", b"?", b"\"\r\n", b">\r\n", b"(\r\n", b"<\r\n",
        b"\"a\r\n", b"[\r\n"))),
    Kind("first-line-blank", lines.first_blank),
    Kind("hidden-in-quotes", lines.hide((b"quoted",))),
    Kind("duplicate", lines.duplicate, weight=4),
    Kind("similar-name", lines.similar),
    Kind("odd-line", lines.odd_line),
    Kind("order", lines.order, honest=True),
    # addresses
    Kind("display", addresses.address(put("display", addresses.DISPLAY)),
         weight=6),
    Kind("display-8-bit", addresses.address(put("display", (
        b'"J\xc3\xb6rg" ', b'"J\xf6rg" ', b'"\xe4\xbd\xa0" '))), honest=True),
    Kind("display-quoted", addresses.address(put("display", (
        b'"a" ', b'"a b" ', b'"a, b" ', b'"a;b" ', b'"a\\"b" ', b'"a"',
        b'"<a>" '))), honest=True),
    Kind("brackets", addresses.address(addresses.brackets), weight=4),
    Kind("user-spelling", addresses.address(addresses.user_spelling), weight=6),
    Kind("scheme", addresses.address(addresses.scheme), weight=4),
    Kind("user-elsewhere", addresses.address(addresses.user_elsewhere),
         weight=3),
    Kind("host", addresses.address(addresses.host), weight=3),
    Kind("after-address", addresses.address(addresses.after_address),
         weight=4),
    Kind("address-bytes", addresses.address(addresses.address_bytes), weight=6),
    # single fields
    Kind("cseq-number", values.value_of(b"CSeq", [
        number + b" $method" for number in values.CSEQ_NUMBERS]), honest=True),
    Kind("cseq", values.value_of(b"CSeq", values.CSEQ_ODD), weight=4),
    Kind("content-length", values.value_of(b"Content-Length", values.LENGTHS),
         weight=4),
    Kind("call-id", values.value_of(b"Call-ID", values.CALL_IDS)),
    Kind("max-forwards", values.value_of(b"Max-Forwards", (
        b"0", b"-1", b"a", b"", b"256", b"70 a", b"70;a", b"4294967296",
        b"1", b"070", b"\"70\"", b"70,70"))),
    Kind("via-maddr", values.value_of(b"Via", values.VIAS), weight=4),
    Kind("via-sender", values.replace_in(b"Via", [
        (b"$asker:$port", sender) for sender in values.VIA_SENDERS]), weight=3),
    Kind("via-param", values.value_of(b"Via", [
        b"$value" + param for param in values.VIA_PARAMS]), weight=3),
    Kind("via-protocol", values.replace_in(b"Via", values.VIA_PROTOCOLS)),
    Kind("branch", values.replace_in(b"Via", values.BRANCHES), honest=True),
    Kind("auth", values.replace_in(b"Authorization", values.AUTHS), weight=4),
    Kind("auth-name", values.other_auth),
    Kind("missing", values.drop_field),
    Kind("missing-optional", values.drop_optional, honest=True),
    Kind("extra", values.extra_field, weight=3),
    Kind("long", values.long_field),
    # the whole message
    Kind("second", values.second, weight=4),
    Kind("end", lines.no_end),
    Kind("after", lines.after),
    Kind("any-bytes", lines.any_bytes, weight=8),
    Kind("field-bytes", lines.any_field_bytes, weight=10),
    Kind("smuggle", values.smuggle, weight=20, only="tcp"),
    Kind("cut", lines.cut, honest=True, weight=25, only="tcp"),
    Kind("frame-before", put("before", lines.FRAMES), weight=4,
         only="tcp"),
    Kind("after-body", lines.after_body, honest=True, weight=12, only="tcp"),
    Kind("crowd", lines.crowd, honest=True, weight=12, only="tcp"),
)


def choose(rng, transport):
    """Kinds for a family: one, sometimes two or three."""
    kinds = [kind for kind in KINDS if kind.only in (None, transport)]
    weights = [kind.weight for kind in kinds]
    return rng.choices(kinds, weights, k=rng.choices((1, 2, 3), (8, 3, 1))[0])
