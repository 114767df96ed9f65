# SPDX-License-Identifier: GPL-2.0
"""Requests and answers between the server and its clients, step by step."""

import collections
import itertools

from tests import lib
from tests.lib import Shot

# In messages {call} is another one in every case.
VIA = "Via: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1"
TWO = ("Via: SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK2", VIA)
FROM = "From: <sip:alice@example.com>;tag=1"
TO = "To: <sip:bob@example.com>"


def message(start, *lines):
    """A message, still with {call}."""
    return "\r\n".join([start, *lines, "Content-Length: 0", "", ""])


def ask(method="REGISTER", *more, number=1, via=(VIA,), to=TO):
    """A request."""
    return message(f"{method} sip:example.com SIP/2.0", *via, FROM, to,
                   "Call-ID: {call}@h", f"CSeq: {number} {method}", *more)


def answer(status=200, method="REGISTER", *more, number=1, call=""):
    """A response to it."""
    return message(f"SIP/2.0 {status} Well", VIA, FROM, TO + ";tag=2",
                   f"Call-ID: {call}{{call}}@h", f"CSeq: {number} {method}",
                   *more)


# A message on its way: into the server or out of it, from or to which of the
# client's addresses, to another of the server's instead of the usual one.
Step = collections.namedtuple("Step", "way text client target",
                              defaults=(0, None))


def came(text, client=0, target=None):
    """What came in."""
    return Step("in", text, client, target)


def went(text, client=0):
    """What went out."""
    return Step("out", text, client)


calls = itertools.count()


def payload(text, call):
    """The bytes of a message in the call of this number."""
    return text.replace("{call}", f"call-{call}").encode()


def walk(way, call, *steps):
    """Send a call's messages; what arrives of the last."""
    for step in steps:
        data = payload(step.text, call)
        if step.way == "in":
            to = step.target and way.target(step.target)
            got = way.there.through([Shot(data, step.client, to)])[0]
        else:
            got = way.back.through(
                [Shot(data, 0, lib.CLIENTS[way.family][step.client])])[0]
    return got
