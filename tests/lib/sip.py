# SPDX-License-Identifier: GPL-2.0
"""Makes SIP messages for tests in which their exact text does not matter."""

FIELDS = ("Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds",
          "Max-Forwards: 70",
          "From: Alice <sip:alice@example.com>;tag=1928301774",
          "To: Bob <sip:bob@example.com>",
          "Call-ID: a84b4c76e66710@192.0.2.10",
          "CSeq: 314159 {method}",
          "Contact: <sip:alice@192.0.2.10:5060>")
PHONE = "Yealink SIP-T46S 66.86.0.15"
SCANNER = "friendly-scanner"
# Longer than what is taken for a keep-alive.
JUNK = b"hello, is anybody there who does not speak SIP?\r\n"


def text(lines, body=b"", end="\r\n"):
    """Lines, an empty one, a body; each line may be bytes or str."""
    lines = [line.encode() if isinstance(line, str) else line
             for line in lines]
    return end.encode().join([*lines, b"", b""]) + body


def fields(method="OPTIONS", without=(), agent="User-Agent: " + PHONE):
    """Header fields of a sound message, less those that begin so."""
    found = [field.format(method=method) for field in FIELDS
             if not field.startswith(tuple(without))]
    return found + ([agent] if agent else [])


def request(method="OPTIONS", *more, without=(), agent=PHONE, cseq=None,
            start="{method} sip:bob@example.com SIP/2.0", body=b"",
            length=0, end="\r\n"):
    """A request; @more are further header fields, @cseq another method."""
    lines = [start.format(method=method),
             *fields(cseq or method, without,
                     f"User-Agent: {agent}" if agent else None), *more]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return text(lines, body, end)


def to_user(user, method="REGISTER", *more, **how):
    """A request for a user, whom only its To names."""
    return request(method, f"To: <sip:{user}@example.com>", *more,
                   without=("To",), start="{method} sip:example.com SIP/2.0",
                   **how)


def response(status, method="OPTIONS", *more, without=(), server=None,
             agent=None):
    """A response."""
    lines = [f"SIP/2.0 {status} Whatever",
             *fields(method, without, agent=None), *more]
    if server:
        lines.append(f"Server: {server}")
    if agent:
        lines.append(f"User-Agent: {agent}")
    return text([*lines, "Content-Length: 0"])


def answer(status, user, method="REGISTER", *more):
    """The response to what to_user() makes."""
    return response(status, method, f"To: <sip:{user}@example.com>", *more,
                    without=("To",))
