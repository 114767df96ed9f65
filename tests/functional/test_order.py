# SPDX-License-Identifier: GPL-2.0
"""Tests what a rule finds in a packet that another rule has seen before.

The first rule of a case parses every packet; kernel/cache.c then answers for
the rules after it.
"""

from tests.lib import bursts, sip

ASK = sip.request("OPTIONS")
OTHER = b"INVITE sip:a@192.0.2.20 SIP/2.0\r\n"
MESSAGES = {
    "ask": ASK, "answer": sip.response(200), "junk": sip.JUNK, "ping": b"\r\n",
    "refusal": sip.response(404), "scan": sip.request(
        "OPTIONS", agent=sip.SCANNER),
    # the same header fields and the same size, with something behind a body
    # that has no bytes
    "behind": ASK + b"x" * len(OTHER), "second": ASK + OTHER,
    # ... and with another body
    "body": sip.request("MESSAGE", body=b"hello", length=5),
    "world": sip.request("MESSAGE", body=b"world", length=5),
}
STEPS = "1.1>1 {}/1 ask; 1.1>1 {}/1 answer; 1.1>1 {}/1 junk; 1.1>1 {}/1 ping"
CASES = [(options, f"1 --malformed; 1 {options} -j DROP",
          STEPS.format(*passing)) for options, passing in {
              "--request": (0, 1, 1, 1),
              "! --request": (1, 0, 0, 0),
              "--response": (1, 0, 1, 1),
              "! --response": (0, 1, 0, 0),
              "--status 2xx": (1, 0, 1, 1),
              "! --status 2xx": (0, 1, 0, 0),
              "--method OPTIONS": (0, 0, 1, 1),
              "! --method OPTIONS": (1, 1, 0, 0),
              "! --request --ban 1h": (1, 0, 0, 0),
              "! --request --by dst --ban 1h": (1, 0, 0, 0),
          }.items()] + [
    ("--request with a rate", "1 --malformed; 1 --request --rate 1/h --burst 1 "
     "-j DROP", "1.1>1 1/1 answer; 1.1>1 1/2 ask; 1.1>1 1/1 answer"),
    ("the third rule", "1 --malformed; 1 --response -j DROP; "
     "1 --scanner -j DROP; 1 --status 404 -j DROP",
     "1.1>1 1/1 ask; 1.1>1 0/1 scan; 1.1>1 1/1 ask; 1.1>1 0/1 answer; "
     "1.1>1 0/1 scan; 1.1>1 0/1 refusal"),
    ("one status and another", "1 --malformed; 1 --status 404 -j DROP",
     "1.1>1 1/1 answer; 1.1>1 0/1 refusal; 1.1>1 1/1 answer"),
    ("behind a body", "1 --malformed; 1 --defect pipeline -j DROP",
     "1.1>1 1/1 behind; 1.1>1 0/1 second; 1.1>1 1/1 behind; 1.1>1 1/1 ask"),
    ("another body", "1 --malformed; 1 --method MESSAGE -j DROP",
     "1.1>1 0/1 body; 1.1>1 0/1 world; 1.1>1 1/1 ask; 1.1>1 0/1 body"),
]


def test_second_rule(way, checks):
    """Every case."""
    bursts.run(way, checks, CASES, MESSAGES)
