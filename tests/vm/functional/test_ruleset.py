# SPDX-License-Identifier: GPL-2.0
"""examples/recommended.rules, the ruleset of README, line by line."""

import os
import time

from lib import Shot
from samples import SAMPLES

A, D = True, False          # arrives, is dropped

RULESET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                       "..", "examples", "recommended.rules")


def group_recommended(lab, checks):
    """examples/recommended.rules as it is, in each tool and family."""
    with open(RULESET, encoding="utf-8") as file:
        text = file.read()
    for family in (4, 6):
        for backend in ("legacy", "nft"):
            lab.server.restore(text, family, backend)
            lab.server.write("/proc/net/xt_sip/sources", "flush\n")
            recommended(checks, lab.path(family), f"IPv{family}, {backend}")
            lab.clear()


def recommended(checks, path, label):
    """What its lines say, each tried from an address of its own."""
    def story(what, source, samples):
        got = path.through([Shot(SAMPLES[name], source)
                            for name, _ in samples])
        checks.equal(f"{what}, {label}", [arrives for _, arrives in samples],
                     [bool(one) for one in got])

    story("a phone", 1, [(name, A) for name in (
        "register", "register-auth", "bye-no-agent", "crlf", "stun", "empty",
        "nuls", "ringing", "no-cookie", "no-empty-line")])
    story("a scanner", 2, [("options-scanner", D), ("register", D)])
    story("another scanner", 3, [("invite-proxy-auth", D), ("crlf", D)])
    story("junk", 4, [("junk", A)] * 5 + [("junk", D), ("register", D)])
    story("defects", 5, [("no-call-id", A), ("two-to", A), ("version", A),
                         ("huge", A), ("cseq-method", A), ("register", A),
                         ("no-colon", D), ("register", D)])
    guesses(checks, path, label)
    flood(checks, path, label)


def guesses(checks, path, label):
    """60 REGISTERs with credentials at once; one more a second."""
    start = time.monotonic()
    got = path.through([Shot(SAMPLES["register-auth"], 6)] * 90)
    took = int(time.monotonic() - start) + 1
    count = sum(map(bool, got))
    checks.true(f"password guessing, {label}", 60 <= count <= 60 + took,
                f"{count} of 90 arrived in {took} s")
    checks.equal(f"banned for it, {label}", [None],
                 path.through([Shot(SAMPLES["bye-no-agent"], 6)]))


def flood(checks, path, label):
    """100 at once, then 50 a second, and no ban."""
    start = time.monotonic()
    got = path.through([Shot(SAMPLES["bye-no-agent"], 7)] * 200)
    took = time.monotonic() - start
    count = sum(map(bool, got))
    checks.true(f"a flood, {label}",
                100 <= count <= min(200, 101 + 50 * took),
                f"{count} of 200 arrived in {took:.2f} s")
    time.sleep(0.5)
    checks.true(f"not banned for it, {label}",
                path.through([Shot(SAMPLES["bye-no-agent"], 7)])[0],
                "it did not arrive")
