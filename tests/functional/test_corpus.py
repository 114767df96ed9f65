# SPDX-License-Identifier: GPL-2.0
"""Sends every message of tests/lib/corpus.py through rules.

Each is sent from client to server through a ruleset; what arrives is what the
index says. Own messages go over IPv4 and IPv6, those that are segments of a
stream over TCP connections, shared ones over IPv4. Messages above the MTU
travel as fragments.
"""

import dataclasses
import math
import re
import socket

from tests import lib
from tests.lib import corpus, marks

WINDOW = 8192               # with fewer bytes nothing is `long`
LARGEST = 65507             # bytes that a UDP datagram over IPv4 can carry
METHODS = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH "
           "REFER REGISTER SUBSCRIBE UPDATE other").split()
FACTS = ["--request", "--response", "--auth", "--malformed"] + \
    [f"--defect {name}" for name in corpus.DEFECTS]
AUTH = re.compile(rb"\n(proxy-)?authorization[ \t]*:", re.I)
CSEQ = re.compile(rb"\ncseq[ \t]*:\s*\d+\s+([^\s]+)", re.I)
SERVER = re.compile(rb"\n(?:server|user-agent)[ \t]*:[ \t]*([^\r\n]*)", re.I)

# Rows of EXPECT.tsv that say `pass` and are wrong for us: what has to be found
# instead. 9,563 and 9,548 bytes of header fields are above 8,192: `long`.
EXCEPTIONS = {
    "real/datagrams/zeek__sip-long-request-response-paths.pcap.00001.dat":
        "long",
    "real/datagrams/zeek__sip-long-request-response-paths.pcap.00002.dat":
        "long",
}


def with_exception(message):
    """The message, with what EXCEPTIONS has in place of its expectation."""
    if message.name not in EXCEPTIONS:
        return message
    return dataclasses.replace(message, expect="malformed",
                               defects=frozenset({EXCEPTIONS[message.name]}))


OWN = corpus.own()
SHARED = [with_exception(message) for message in corpus.shared()]
# (what is sent, family, backend) of each pass
DATAGRAMS = [m for m in OWN + SHARED
             if not m.stream and len(m.data) <= LARGEST]
OWN_DATAGRAMS = [m for m in DATAGRAMS if m.expect == "exact"]
PASSES = ((DATAGRAMS, 4, "legacy"), (OWN_DATAGRAMS, 6, "nft"))


def header_section(message):
    """The bytes up to the body."""
    return re.split(rb"\n\r?\n", message.data.lstrip(b"\r\n"))[0] + b"\n"


def expected_method(message):
    """Its method, also of a response; None where nobody says."""
    if message.method:
        return message.method if message.method in METHODS else "other"
    if message.expect == "pass" and message.kind == "response":
        found = CSEQ.search(header_section(message))
        if found:
            name = found[1].decode("latin1")
            return name if name in METHODS else "other"
    return None


def expected_uas(message):
    """All texts that --ua looks at; None where nobody says."""
    if message.uas is None or message.expect == "exact":
        return message.uas
    if message.kind == "request":
        return message.uas
    # EXPECT.tsv has no text of Server.
    return tuple(SERVER.findall(header_section(message)))


# ---- One check per message ----

def facts_wrong(message, held):
    """Why these facts are not what the index says; None if they are."""
    defects = {fact[9:] for fact in held if fact.startswith("--defect ")}
    if message.expect == "either":
        return None
    if bool(defects & set(corpus.DEFINITE)) != ("--malformed" in held):
        return f"--malformed and the defects disagree: {sorted(held)}"
    if message.expect == "malformed":
        return None if defects & message.defects else \
            f"none of {sorted(message.defects)}: {sorted(held)}"
    if message.expect == "pass" and "--malformed" in held:
        return f"malformed: {sorted(held)}"
    if message.expect == "exact" and defects != message.defects:
        return f"expected {sorted(message.defects)}, got {sorted(defects)}"
    for kind in ("request", "response"):
        if (message.kind == kind) != (f"--{kind}" in held):
            return f"expected a {message.kind}: {sorted(held)}"
    auth = message.kind == "request" and not message.stream and \
        bool(AUTH.search(header_section(message)))
    if not message.stream and "header" not in defects | message.defects and \
            "long" not in defects and auth != ("--auth" in held):
        return f"--auth: expected {auth}"
    return None


def send(network, checks, messages, family):
    """Send all; [(message, Arrived)] of those that arrived. None may miss."""
    results = network.path(family).through([m.data for m in messages])
    for message, got in zip(messages, results):
        if not got:
            checks.fail(message.name, "did not arrive", message.data)
    return [(m, got) for m, got in zip(messages, results) if got]


def test_malformed(network, checks):
    """--malformed -j DROP: no `pass` row is missing on the other side."""
    for messages, family, backend in PASSES:
        network.server.rules(["-A PREROUTING -m sip --malformed -j DROP"],
                             "raw", family, backend)
        results = network.path(family).through([m.data for m in messages])
        for message, got in zip(messages, results):
            if message.malformed is not None:
                checks.equal(f"{message.name}, IPv{family}: arrives",
                             not message.malformed, bool(got), message.data)
    if not SHARED:
        print("    no XT_SIP_MESSAGES: only the project's messages")


def test_facts(network, checks):
    """Class, credentials and each single defect."""
    for messages, family, backend in PASSES:
        network.server.rules(marks.rules(FACTS, family), "mangle", family,
                             backend)
        for message, got in send(network, checks, messages, family):
            held = marks.read(FACTS, got.ttl, got.tos)
            why = facts_wrong(message, held)
            checks.true(f"{message.name}, IPv{family}", not why, why,
                        message.data)


def test_method_and_status(network, checks):
    """The method, of responses that of CSeq, and the status code."""
    codes = sorted({m.status for m in OWN + SHARED if m.status is not None
                    and m.status >= 100})
    conditions = ([f"--method {method}" for method in METHODS],
                  [f"--status {code}" for code in codes])
    for messages, family, backend in PASSES:
        network.server.rules(marks.number_rules(*conditions, family), "mangle",
                             family, backend)
        for message, got in send(network, checks, messages, family):
            method, status = marks.numbers(got.ttl, got.tos)
            if message.expect not in ("exact", "pass"):
                continue
            expected = expected_method(message)
            if expected:
                checks.equal(f"{message.name}, IPv{family}: method", expected,
                             method <= 15 and METHODS[method - 1],
                             message.data)
            elif message.kind not in ("request", "response"):
                checks.equal(f"{message.name}, IPv{family}: no method", 0,
                             method, message.data)
            checks.equal(f"{message.name}, IPv{family}: status",
                         message.status if message.status in codes else None,
                         codes[status - 1] if status in
                         range(1, len(codes) + 1) else None, message.data)


# ---- User-Agent ----

def option(text, start=True, end=True):
    """The text as a word of --ua in a file for iptables-restore."""
    text = re.sub(rb'([\\^$,])', rb"\\\1", text)
    text = (b"^" if start else b"") + text + (b"$" if end else b"")
    text = text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return f'--ua "{text.decode("utf-8", "surrogateescape")}"'


class AgentRules:
    """Rules for all User-Agent texts: each has a row and a column.

    A row is a rule with all of its texts, a column too; as a message with
    several User-Agents is in several rows, expect() reckons.
    """

    def __init__(self, texts):
        # A rule has at most 63 bytes of a text, and no control bytes.
        self.texts = sorted(t for t in texts if t and min(t) >= 0x20)
        width = math.ceil(math.sqrt(len(self.texts)))
        self.rows = [self.texts[i * width:(i + 1) * width]
                     for i in range(math.ceil(len(self.texts) / width))]
        self.columns = [self.texts[i::width] for i in range(width)]

    @staticmethod
    def condition(texts):
        """One rule with all these texts, anchored on both sides."""
        return " ".join(option(t[:63], end=len(t) <= 63) for t in texts)

    def conditions(self):
        """The two lists for marks.number_rules()."""
        return ([self.condition(texts) for texts in self.rows],
                [self.condition(texts) for texts in self.columns])

    @staticmethod
    def holds(texts, uas):
        """Whether a rule with these texts fits one of these User-Agents."""
        return any(ua.lower() == text.lower() if len(text) <= 63 else
                   ua.lower().startswith(text[:63].lower())
                   for ua in uas for text in texts)

    def expect(self, uas):
        """What marks.numbers() has to be."""
        total = sum(number for number, texts in enumerate(self.rows, 1)
                    if self.holds(texts, uas))
        mix = 0
        for number, texts in enumerate(self.columns, 1):
            if self.holds(texts, uas):
                mix ^= number
        return total, mix


def test_user_agent(network, checks):
    """Exactly the User-Agent of the index, among all there are."""
    texts = {ua for m in OWN + SHARED for ua in expected_uas(m) or ()}
    agents = AgentRules({b" ".join(text.split()) for text in texts})
    for messages, family, backend in PASSES:
        network.server.rules(marks.number_rules(*agents.conditions(), family),
                             "mangle", family, backend)
        for message, got in send(network, checks, messages, family):
            uas = expected_uas(message)
            if uas is None or message.expect not in ("exact", "pass"):
                continue
            uas = [b" ".join(ua.split()) for ua in uas]
            checks.equal(f"{message.name}, IPv{family}: {uas}",
                         agents.expect(uas),
                         marks.numbers(got.ttl, got.tos), message.data)


# ---- TCP ----

def segments(network, message, family, sniffer):
    """Send it on a connection of its own; [(ttl, tos, payload)] that came."""
    path = network.path(family)
    with path.connect() as sock:
        level, hops = ((socket.IPPROTO_IP, socket.IP_TTL) if family == 4 else
                       (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
        sock.setsockopt(level, hops, 2)
        port = sock.getsockname()[1]
        sock.sendall(message.data)
        return lib.tcp_segments(sniffer.packets(path), port)


def as_cut(message, size):
    """What is expected of a message of which a segment has this much."""
    if size >= WINDOW:
        return message
    kind = message.kind
    # A method without a name of its own begins a message by its CSeq.
    if "long" in message.defects and message.method not in METHODS and (
            b"\nCSeq:" not in message.data[:size]):
        kind = "unjudged"
    return dataclasses.replace(message, kind=kind,
                               defects=message.defects - {"long"})


def test_streams(network, checks):
    """Messages that are segments: over TCP, judged by the first alone."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.router.rules(marks.rules(FACTS, family, "FORWARD"), "mangle",
                             family, backend)
        with network.path(family).listen(), \
                lib.Sniffer(network.server) as sniffer:
            for message in OWN:
                if not message.stream or not message.data:
                    continue
                got = [s for s in segments(network, message, family, sniffer)
                       if s.payload]
                if not got or not message.data.startswith(got[0].payload):
                    checks.fail(message.name, "did not arrive", message.data)
                    continue
                why = facts_wrong(as_cut(message, len(got[0].payload)),
                                  marks.read(FACTS, got[0].ttl, got[0].tos))
                checks.true(f"{message.name}, TCP over IPv{family}", not why,
                            why, message.data)
