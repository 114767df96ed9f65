# SPDX-License-Identifier: GPL-2.0
"""Tests every condition of `-m sip`: alone, inverted, together.

Each row of a table is a rule with -j DROP in a chain of its own, for one of
the server's addresses; all samples are sent to that address, and those that
do not arrive are the ones that matched. What rules do with sources is in
test_rate.py, test_users.py, test_ban.py and test_forgive.py; tests/xt/run-t
gives all options to all tools.
"""

import contextlib
import os
import socket

import pytest

from tests import lib
from tests.lib import packets, Shot
from tests.lib.samples import (MALFORMED, OPTIONS, REQUESTS, RESPONSES,
                               SAMPLES)

# Options that may be inverted; samples that match. Run as they are, and with
# a `!`, for which all others match. test_corpus.py has each defect.
SINGLE = [
    ("--request", REQUESTS),
    ("--response", RESPONSES),
    ("--method REGISTER",
     "register register-auth svwar ok-register challenge not-found"),
    ("--method BYE,INVITE",
     "bye-no-agent invite-proxy-auth abroad ringing unavailable declined"),
    ("--method options", OPTIONS),
    ("--method other", "foo moved-foo"),
    ("--status 200", "ok-register"),
    ("--status 4xx", "challenge not-found"),
    ("--status 402-404,603", "not-found declined"),
    ("--ua FRIENDLY-SCANNER,nothing", "options-scanner challenge"),
    ("--ua ^friendly-scanner$", "challenge"),
    ("--ua 20.5.0$,(5.6.3)$", "ringing ok-register"),
    ('--ua "^a\\\\, b$"', "foo"),
    ("--ua-file {file}", "options-scanner challenge foo"),
    ('--uri "^sip:00,^sip:011"', "abroad"),
    ("--uri-file {file}", "abroad"),
    ("--from @192.0.2.10$", "svwar abroad"),
    ('--to "^sip:900"', "abroad"),
    ("--to-file {file}", "abroad"),
    ("--from-file {file}", ""),
    ("--contact-file {file}", ""),
    ("--contact @192.0.2.99$,nobody", "abroad"),
    ('--contact "[2001:db8::99]"', "abroad"),
    ("--malformed", MALFORMED),
    ("--defect missing", "no-call-id"),
    ("--defect cseq,cookie,header", "cseq-method no-cookie no-colon"),
    ("--auth", "register-auth invite-proxy-auth"),
    ("--solicited", ""),        # see test_solicited.py
    ("--scanner", "svwar options-scanner invite-proxy-auth"),
]

# Several at once: all have to hold.
TOGETHER = [
    ("! --request --method REGISTER", "ok-register challenge not-found"),
    ("--response --method REGISTER --status 2xx", "ok-register"),
    ("--method REGISTER ! --status 2xx",
     "register register-auth svwar challenge not-found"),
    ("! --response ! --malformed ! --method REGISTER,OPTIONS,INFO",
     "invite-proxy-auth bye-no-agent foo abroad empty crlf nuls stun"),
    ("--request --method REGISTER ! --auth", "register svwar"),
    ("--response ! --auth", RESPONSES),
    ("--request ! --solicited", REQUESTS),
    ("--ua friendly-scanner --ua sipcli --request",
     "options-scanner invite-proxy-auth"),
    ("--malformed ! --defect start-line,long",
     "no-call-id two-to cseq-method length-lie no-colon"),
    ("! --malformed --method OPTIONS --defect no-end,cookie",
     "no-empty-line no-cookie"),
    ("! --request ! --ua kamailio,asterisk --method INVITE,REGISTER "
     "! --status 503", "challenge not-found declined"),
    ("--scanner --method REGISTER", "svwar"),
    ('--method INVITE --from @192.0.2. -m sip ! --to "^sip:1"', "abroad"),
    ("--request ! --uri example.com", "abroad empty-uri"),
    ("--request --scanner --auth", "invite-proxy-auth"),
    ("! --scanner --method OPTIONS ! --malformed",
     "no-empty-line no-cookie control"),
]
ROWS = [(options, set(names.split())) for options, names in SINGLE]
ROWS += [(f"! {options}", set(SAMPLES) - names) for options, names in ROWS]
ROWS += [(options, set(names.split())) for options, names in TOGETHER]

TEXTS = """# how scanners call themselves
friendly-scanner

a, b
# numbers abroad
^sip:00
^sip:900
"""


@contextlib.contextmanager
def text_file():
    """The file for --ua-file and others; it is read when rules are added."""
    path = "/run/xt_sip-texts"
    with open(path, "w", encoding="ascii") as file:
        file.write(TEXTS)
    yield path
    os.unlink(path)


def load(network, rows, family, backend, protocol="", table="raw"):
    """A chain for each row, chosen by the destination address."""
    chain = "PREROUTING" if table == "raw" else "INPUT"
    with text_file() as path:
        network.server.rules([line for number, (options, _) in enumerate(
            rows, 1) for line in (
                f"-A {chain} -d {lib.target(number, family)} -j to_{number}",
                f"-A to_{number} {protocol} -m sip "
                f"{options.format(file=path)} -j DROP")],
                             table, family, backend)


def check(checks, options, expected, names, arrived):
    """What is dropped is what matches."""
    dropped = {name for name, one in zip(names, arrived) if not one}
    checks.true(options, expected == dropped,
                f"dropped, but should not be: {sorted(dropped - expected)}; "
                f"arrived, but should not: {sorted(expected - dropped)}")


@pytest.mark.parametrize("how", [
    (4, "legacy", ""), (4, "nft", "-p udp", "filter"),
    (6, "nft", ""), (6, "legacy", "-p udp", "filter")],
                         ids=("legacy", "nft-p", "nft6", "legacy6-p"))
def test_udp(network, checks, how):
    """All rows with all samples, with and without -p udp."""
    load(network, ROWS, *how)
    arrived = network.path(how[0]).through([
        Shot(data, 0, lib.target(number, how[0]))
        for number in range(1, len(ROWS) + 1) for data in SAMPLES.values()])
    for index, (options, expected) in enumerate(ROWS):
        check(checks, options, expected, SAMPLES,
              arrived[index * len(SAMPLES):][:len(SAMPLES)])


# Samples that begin a message in a segment of their own. There is also the
# middle of a stream, which no rule on the message ever matches, and one of them
# after the end of another message; of that one defects and tools do not count.
TCP_SAMPLES = {name: SAMPLES[name] for name in (
    "register register-auth svwar options-scanner foo ringing challenge "
    "empty-uri two-to cseq-method no-colon no-cookie").split()}
MIDDLE = {"stream": SAMPLES["options-scanner"].partition(b"\n")[2],
          "after": b"v: 1\r\n" + SAMPLES["register"]}


@pytest.mark.parametrize("how", [
    (4, "legacy", ""), (6, "nft", "-p tcp", "filter")],
                         ids=("legacy", "nft6-p"))
def test_tcp(network, checks, how):
    """Each sample on a connection of its own, with and without -p tcp."""
    samples = {**TCP_SAMPLES, **MIDDLE}
    load(network, ROWS, *how)
    for number, (options, expected) in enumerate(ROWS, 1):
        expected = expected & set(TCP_SAMPLES)
        if "register" in expected:
            expected.add("after")
        check(checks, options, expected, samples, network.path(
            how[0]).segments(samples.values(), lib.target(number, how[0])))


@pytest.mark.protocol(packets.UDPLITE)
def test_udplite(way, checks):
    """UDP-Lite, as UDP; the rules have no -p."""
    rows = ROWS[:2]
    load(way.network, rows, way.family, way.backend)
    path = way.network.path(way.family, packets.UDPLITE)
    for number, (options, expected) in enumerate(rows, 1):
        check(checks, options, expected, SAMPLES, path.through(
            [Shot(data, 0, way.target(number)) for data in SAMPLES.values()]))


def test_sctp(way, checks):
    """SCTP: a message is a DATA chunk of an association."""
    samples = {name: SAMPLES[name] for name in (
        "register options-scanner foo ringing no-call-id two").split()}
    for options, expected in (("--method REGISTER", "register"),
                              ("--ua friendly-scanner", "options-scanner"),
                              ("--malformed", "no-call-id"),
                              ("! --response", "register foo two "
                               "options-scanner no-call-id")):
        way.rules(f"-A INPUT -m sip {options} -j DROP", table="filter")
        check(checks, options, set(expected.split()), samples,
              way.there.segments(samples.values(),
                                 protocol=socket.IPPROTO_SCTP))
