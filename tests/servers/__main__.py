# SPDX-License-Identifier: GPL-2.0
"""Compares what real SIP servers do with what the parser reads.

    tests/servers/run [-n N] [-s SEED] [-j JOBS] [SERVER...]

Starts each SERVER (all that server.py knows, if none is named; JOBS at a time)
and plays N messages to it (3,000): requests varied by the kinds of grammar.py,
each with no, wrong and right credentials, for a known and an unknown user. What
the server does with them is compared with what the module reads in requests and
answers. Each message without a gap between the two is a test passed, each gap
one failed. Gaps, by their names in compare.py:

    unseen       the server served what the parser takes for no request
    method       ... as another method than the parser says
    credentials  right ones and wrong ones made a difference, unseen
    user         the server knew a user that the parser does not name
    hidden       another message in the same packet was served, unseen
    answer, answer-method, answer-user, answer-crowd
                 what the server answered is read otherwise than it is
    elsewhere    the answer went to an address that did not ask
    malformed, malformed-answer
                 of what honest senders write, and the server serves

A message with a defect for which it is dropped at once may be read in any way.
Of each kind of gap and variation the first is told, and written with all that
belongs to it to build/servers/gaps/SERVER-GAP-VARIATION. A gap counts if it is
seen again when its message is sent alone.

The same SEED makes the same variations. Exit status: 0 if there is no gap.
"""
import argparse
import collections
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
import time

from tests.servers import family as families
from tests.lib.server import free_address, KINDS, Server, ServerError
from tests.servers import compare
from tests.servers.play import Player
from tests.servers.reader import BUILD, build_reader, Reader
from tests.servers.streams import LONG_PATIENCE, PATIENCE

BATCH = 150             # families that are under way at once
FAMILIES = len(families.MEMBERS)
TRANSPORTS = ("udp",) * 5 + ("tcp",)
GAPS = os.path.join(BUILD, "gaps")
SILENT = 0.7            # more than that share of messages without an answer
PROGRESS = 10000        # messages


class Test:
    """A server, the player and the reader."""

    def __init__(self, server, player, reader, seed):
        self.server = server
        self.player = player
        self.reader = reader
        self.rng = random.Random("%s %s" % (seed, server.name))
        self.user = next(iter(server.users))
        self.keys = families.Keys(
            server.realm.encode(), self.user.encode(),
            server.users[self.user].encode())
        # PJSIP has the usual case of a method in a digest.
        self.keys.canonical = server.name.startswith("asterisk")
        self.bases = compare.Bases()
        self.shapes = {}
        self.transports = TRANSPORTS if server.tcp else ("udp",)
        self.gaps = collections.Counter()
        self.messages = 0
        self.unsure = 0
        self.statuses = collections.Counter()

    # ---- what it does with plain requests ----

    def learn(self):
        """Get a nonce, then the answers to plain requests of all methods."""
        for method in (*families.METHODS, b"FOO"):
            for transport in sorted(set(self.transports)):
                for shape in families.SHAPES:
                    self.learn_one(families.Family(0, method, shape,
                                                   transport, ()))
            self.shapes[method] = [
                shape for shape in families.SHAPES
                if shape == "both" or compare.tells_passwords(
                    self.bases.profiles[method, shape, "udp"])]
        profile = self.bases.profiles[b"REGISTER", "both", "udp"]
        if not compare.tells_passwords(profile) or \
                profile[compare.RIGHT] != 200:
            raise ServerError("%s accepts no REGISTER: %s" % (
                self.server.name, profile))

    def learn_one(self, family):
        if not self.keys.nonce or family.method not in self.keys.header:
            self.challenge(family)
        profile = None
        for _ in range(5):
            last, profile = profile, self.play_alone(family)[0]
            if last == profile:
                self.bases.add(family, profile)
                return
        raise ServerError("%s answers %s %s %s now, and %s then" % (
            self.server.name, family.method, family.shape, last, profile))

    def challenge(self, family):
        members = self.player.make(family, self.keys)
        self.player.play([(family, members)])
        for _, outcome in members:
            for answer in outcome.answers:
                found = re.search(rb"^(WWW|Proxy)-Authenticate:.*"
                                  rb'nonce="([^"]*)"', answer.data, re.M)
                if found:
                    self.keys.nonce = found.group(2)
                    self.keys.qop = b"qop=" in answer.data
                    self.keys.header[family.method] = (
                        b"Authorization" if found.group(1) == b"WWW" else
                        b"Proxy-Authorization")
                    return

    def play_alone(self, family):
        """(statuses, [Gap], [Outcome]) of a family of which nothing else is
        under way."""
        members = self.player.make(family, self.keys)
        self.player.play([(family, members)])
        return self.compare([(family, members)])[0]

    # ---- comparing ----

    def compare(self, batch):
        """[(statuses, [Gap], [Outcome])] of families that were played."""
        payloads = []
        for family, members in batch:
            stream = family.transport == "tcp"
            for _, outcome in members:
                payloads += [(data, stream) for data in outcome.segments]
                payloads += [(answer.data, stream)
                             for answer in outcome.answers]
                payloads.append((b"".join(outcome.stream) or b" ", True))
        readings = iter(self.reader.read(payloads))
        results = []
        for family, members in batch:
            read = [self.member(name, *member, readings)
                    for name, member in zip(families.MEMBERS, members)]
            results.append((tuple(member.status for member in read),
                            compare.find_gaps(family, read, self.bases),
                            [outcome for _, outcome in members]))
        return results

    def member(self, name, number, outcome, readings):
        """A compare.Member; takes its readings, in the order of compare()."""
        requests = [reading for _ in outcome.segments
                    for reading in next(readings)]
        answers = [(answer, next(readings)[0]) for answer in outcome.answers]
        del self.player.outcomes[number]
        return compare.Member(name, number, self.keys.account(*name).user,
                            outcome, requests, answers, next(readings))

    def run(self, count):
        """Play that many messages."""
        left = -(-count // FAMILIES)
        said = 0
        while left > 0:
            batch = []
            for _ in range(min(left, BATCH)):
                family = families.make_family(self.rng, self.shapes,
                                              self.transports)
                batch.append((family, self.player.make(family, self.keys)))
            self.run_batch(batch)
            left -= len(batch)
            if self.messages // PROGRESS > said:
                said = self.messages // PROGRESS
                print("%s: %d messages, %d gaps so far" % (
                    self.server.name, self.messages,
                    sum(self.gaps.values())), flush=True)

    def run_batch(self, batch):
        self.player.streams.patience = PATIENCE
        self.player.play(batch)
        self.player.streams.patience = LONG_PATIENCE
        for (family, _), (profile, gaps, _) in zip(batch, self.compare(batch)):
            self.messages += len(families.MEMBERS)
            self.statuses.update(profile)
            if gaps:
                self.confirm(family)

    # ---- gaps ----

    def confirm(self, family):
        """Play a family again, alone: what is still a gap is one."""
        gaps = self.play_alone(family)[1]
        if not gaps:
            self.unsure += 1
        for kind in {gap.kind for gap in gaps}:
            least, gap, outcomes = self.fewest(family, kind)
            if not gap:
                self.unsure += 1
                continue
            name = kind, least.name()
            self.gaps[name] += 1
            if self.gaps[name] == 1:
                self.save(least, gap, outcomes)

    def fewest(self, family, kind):
        """The family with as few kinds of variation as still show the gap."""
        tries = [family.with_kinds([one]) for one in family.kinds]
        if len(family.kinds) == 3:
            a, b, c = family.kinds
            tries += [family.with_kinds(pair)
                      for pair in ([a, b], [b, c], [a, c])]
        for least in (tries if len(family.kinds) > 1 else []) + [family]:
            _, gaps, outcomes = self.play_alone(least)
            for gap in gaps:
                if gap.kind == kind:
                    return least, gap, outcomes
        return family, None, []

    def save(self, family, gap, outcomes):
        """An example of a kind of gap; said at once."""
        name = "%s-%s-%s" % (self.server.name, gap.kind, family.name())
        lines = ["%s: %s, by %s (%s, %s, seed %d)" % (
            self.server.name, gap.kind, family.name(), family.method.decode(),
            family.transport, family.seed),
            "  parser: " + gap.said, "  server: " + gap.detail]
        for index, outcome in enumerate(outcomes):
            lines.append("%s %s, %s credentials:" % (
                ">" if index == gap.member else " ",
                *families.MEMBERS[index]))
            lines += ["    %r" % data for data in outcome.segments]
            lines += ["    -> %s %r" % (answer.place, answer.data)
                      for answer in outcome.answers]
        with open(os.path.join(GAPS, name), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        data = outcomes[gap.member].segments
        print("gap: %s\n  message: %s" % (
            "\n".join(lines[:3]), " | ".join(repr(part)[:1500]
                                             for part in data)), flush=True)


def test_server(name, count, seed, workdir):
    """(messages, gaps) of a server."""
    with Server(name, workdir=workdir) as server:
        player = Player(server, free_address(), free_address())
        reader = Reader()
        try:
            test = Test(server, player, reader, seed)
            test.learn()
            start = time.monotonic()
            test.run(count)
            seconds = time.monotonic() - start
        finally:
            player.close()
            reader.close()
    gaps = sum(test.gaps.values())
    text = ["%s: %d messages, %d gaps, %.0f s, %.0f messages a second" % (
        name, test.messages, gaps, seconds, test.messages / seconds),
            "  answers: " + ", ".join("%s %d" % pair for pair in
                                      test.statuses.most_common())]
    if test.unsure:
        text.append("  %d were no gap when they were sent again" % test.unsure)
    text += ["  %5d %s by %s" % (number, *kind)
             for kind, number in test.gaps.most_common()]
    print("\n".join(text), flush=True)
    if test.statuses[None] > SILENT * test.messages:
        raise ServerError("it answers next to nothing")
    return test.messages, gaps


def try_server(arguments):
    """test_server(), whatever happens."""
    try:
        return test_server(*arguments)
    except (ServerError, RuntimeError, OSError) as error:
        print("%s: %s" % (arguments[0], error), flush=True)
        return 0, 1


def main():
    """See above."""
    parser = argparse.ArgumentParser(
        description="Real servers as the oracles of the parser.")
    parser.add_argument("-n", type=int, default=3000, metavar="N",
                        help="messages to each server")
    parser.add_argument("-s", default="1", metavar="SEED")
    parser.add_argument("-j", type=int, default=1, metavar="JOBS",
                        help="servers at a time")
    parser.add_argument("servers", nargs="*", metavar="SERVER",
                        help=", ".join(KINDS))
    args = parser.parse_args()
    shutil.rmtree(GAPS, ignore_errors=True)
    os.makedirs(GAPS)
    build_reader()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="xt_sip-servers.") as workdir:
        with multiprocessing.Pool(args.j, maxtasksperchild=1) as pool:
            for messages, gaps in pool.imap_unordered(try_server, [
                    (name, args.n, args.s, workdir)
                    for name in args.servers or KINDS]):
                passed += max(messages - gaps, 0)
                failed += gaps
    print("%d passed, %d failed" % (passed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
