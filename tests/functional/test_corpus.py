# SPDX-License-Identifier: GPL-2.0
"""Sends every message of tests/corpus: what rules see, and what stats count.

tests/unit/test_parse.c has all else that the index says of each.
"""

import collections

from tests.lib import corpus, marks

LARGEST = 65507             # bytes that a UDP datagram over IPv4 can carry
MESSAGES = [message for message in corpus.own()
            if not message.stream and len(message.data) <= LARGEST]
FACTS = ["--request", "--response", "--malformed", "--scanner",
         *(f"--defect {name}" for name in corpus.DEFECTS)]
NAMED = ("ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH "
         "REFER REGISTER SUBSCRIBE UPDATE").split()


def held(message):
    """The facts that hold for a message."""
    return {f"--{message.kind}", "--malformed" * message.malformed,
            "--scanner" * bool(message.tool),
            *(f"--defect {name}" for name in message.defects)} & {*FACTS}


def counts():
    """What the statistics grow by."""
    found = collections.Counter()
    for message in MESSAGES:
        found[f'packets_total{{class="{message.kind}"}}'] += 1
        if message.kind == "request":
            method = message.method if message.method in NAMED else "other"
            found[f'requests_total{{method="{method}"}}'] += 1
        if message.kind == "response":
            found[f'responses_total{{status="{message.status // 100}xx"}}'] \
                += 1
        if message.tool:
            found[f'scanners_total{{tool="{message.tool}"}}'] += 1
        for defect in message.defects:
            found[f'defects_total{{defect="{defect}"}}'] += 1
    return found


def test_messages(way, checks):
    """Class, tool and all defects of each; all of them counted."""
    way.rules(*marks.rules(FACTS, way.family), table="mangle")
    old = way.server.stats()
    for message, got in zip(MESSAGES, way.there.through(
            [one.data for one in MESSAGES])):
        checks.equal(message.name, held(message), got and marks.read(
            FACTS, got.ttl, got.tos), message.data)
    kinds = tuple(key.split("{")[0] for key in counts())
    checks.equal("counted", counts(), {
        key: count for key, count in way.server.grown(old).items()
        if key.startswith(kinds)})
