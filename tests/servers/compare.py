# SPDX-License-Identifier: GPL-2.0
"""Compares what a server did with what the parser reads, and finds gaps."""
import collections

from tests.servers.family import MEMBERS
from tests.servers.message import tokens
from tests.servers.reader import DEFINITE

# Dropped at the first packet, without a free quota: nothing is to be counted.
DROPPED = frozenset("ambiguous cseq duplicate long".split())
KNOWN, WRONG, RIGHT, STRANGER = range(4)

Gap = collections.namedtuple("Gap", "kind member said detail")


class Bases:
    """What a server does with plain requests."""

    def __init__(self):
        self.profiles = {}      # (method, shape, transport) -> statuses
        self.acted = set()      # statuses that show that a request was served

        self.found = {}         # what methods() found

    def add(self, family, profile):
        self.profiles[family.method, family.shape, family.transport] = profile
        self.found.clear()
        if family.method != b"FOO":
            self.acted |= set(profile) - {None, 400}

    def of(self, family, method=None):
        return self.profiles.get((method or family.method, family.shape,
                                  family.transport))

    def methods(self, family, profile):
        """Methods that are served like this."""
        key = family.shape, family.transport, profile
        if key not in self.found:
            self.found[key] = self.find_methods(family, profile)
        return self.found[key]

    def find_methods(self, family, profile):
        profiles = {method: statuses for (method, shape, transport), statuses
                    in self.profiles.items()
                    if (shape, transport) == (family.shape, family.transport)}
        found = {method for method, statuses in profiles.items()
                 if statuses == profile}
        if found or profile[RIGHT] in (profile[KNOWN], None):
            return found
        return {method for method, statuses in profiles.items()
                if statuses[RIGHT] == profile[RIGHT]}


class Member:
    """A message of a family: how it is read, what came back."""

    def __init__(self, name, number, user, outcome, readings, answers,
                 crowd=()):
        self.name = name
        self.mark = b"x%08d" % number
        self.user = user
        self.outcome = outcome
        self.readings = readings        # of its segments, one after the other
        self.answers = answers          # [(Answer, Reading)]
        self.crowd = crowd              # of all answers in one segment
        self.status = outcome.status()

    def reading(self):
        """The reading of the message that is meant; None if there are only
        some of others in the same segment."""
        for reading in self.readings:
            if self.mark in reading.call_id:
                return reading
        own = [reading for reading in self.readings
               if not tokens(reading.call_id)]
        return own[0] if own else None

    def whole(self):
        return self.mark in self.outcome.whole

    def dropped(self):
        return any(reading.defects & DROPPED for reading in self.readings)


def has_user(users, user):
    """Is it one of these users? A value that has no readable user counts as a
    whole."""
    return any(found == user or
               (user in found and any(mark in found for mark in b"<:@"))
               for found in users)


def find_gaps(family, members, bases):
    """[Gap] of a family. members: [Member] in the order of MEMBERS."""
    gaps = []
    profile = tuple(member.status for member in members)
    for index, member in enumerate(members):
        if member.whole() and not member.dropped():
            gaps += request_gaps(family, members, index, profile, bases)
        if not member.dropped():
            gaps += answers_gaps(family, members, index, profile, bases)
            gaps += crowd_gaps(member, index)
            gaps += place_gaps(member, bases)
        gaps += honesty_gaps(family, member, index, bases)
    return gaps


def tells_users(profile):
    return profile[KNOWN] != profile[STRANGER]


def tells_passwords(profile):
    return profile[RIGHT] != profile[WRONG]


def request_gaps(family, members, index, profile, bases):
    member = members[index]
    reading = member.reading()
    if not reading:
        if member.status in bases.acted:
            yield Gap("unseen", index, "other messages only",
                      "the server answered %d" % member.status)
        return
    said = str(reading)
    if member.status in bases.acted and reading.kind != "request":
        yield Gap("unseen", index, said, "the server answered %d" %
                  member.status)
        return
    methods = bases.methods(family, profile)
    if family.method in methods and (
            reading.method.upper().encode() not in methods) and not (
            reading.method == "other" and b"FOO" in methods):
        yield Gap("method", index, said, "the server served it as %s" %
                  family.method.decode())
    if tells_passwords(profile) and index in (WRONG, RIGHT) and (
            not reading.auth):
        yield Gap("credentials", index, said, "answers: %s" % (profile,))
    if knows_user(member, profile, index, bases) and not has_user(
            reading.users, member.user):
        yield Gap("user", index, said, "answers: %s" % (profile,))
    missing = [(mark, status) for mark, status in member.outcome.hidden.items()
               if status in bases.acted and
               (mark[:1] == b"y" or mark in member.outcome.whole) and
               not any(mark in each.call_id for each in member.readings)]
    # Those whose Call-ID has been changed so much that they have no mark.
    others = [each for each in member.readings
              if each.kind == "request" and not tokens(each.call_id)]
    if len(missing) > len(others):
        yield Gap("hidden", index, said, "the server answered messages that "
                  "are hidden in this one: %s" % missing)


def knows_user(member, profile, index, bases):
    """Does what the server did show that it knows this member's user?"""
    if member.status in bases.acted and tells_users(profile):
        return True
    return tells_passwords(profile) and (
        index in (WRONG, RIGHT) or
        index == KNOWN and member.status in bases.acted)


def answers_gaps(family, members, index, profile, bases):
    methods = bases.methods(family, profile)
    member = members[index]
    for answer, reading in member.answers:
        if not answer.response or reading.defects & DROPPED or (
                answer.to_bye()):
            continue
        said = "%s; answer %r" % (reading, answer.data)
        if reading.kind != "response" or reading.status != answer.status:
            yield Gap("answer", index, said, "status %d" % answer.status)
            continue
        if answer.status < 200:
            continue
        # Of one that was cut the parser may not have seen a wrong CSeq.
        if member.whole() and methods == {family.method} and (
                reading.method != family.method.decode() and
                answer.status == member.status):
            yield Gap("answer-method", index, said, "the server served it as "
                      "%s" % family.method.decode())
        if knows_user(member, profile, index, bases) and not has_user(
                reading.users, member.user):
            yield Gap("answer-user", index, said, "answers: %s" % (profile,))


def crowd_gaps(member, index):
    """A client that keeps its window shut gets many answers in a segment."""
    read = [reading.status for reading in member.crowd]
    sent = [int(data[8:11]) for data in member.outcome.stream
            if data.startswith(b"SIP/2.0 ")]
    if len(sent) > 1 and read != sent and not any(
            reading.defects & DROPPED for reading in member.crowd):
        yield Gap("answer-crowd", index, "statuses %s" % read,
                  "answers in a segment: %s" % sent)


def place_gaps(member, bases):
    for answer, _ in member.answers:
        if answer.place == "victim" and answer.status in bases.acted:
            yield Gap("elsewhere", MEMBERS.index(member.name),
                      ", ".join(map(str, member.readings)),
                      "the answer %d went to an address that did not ask" %
                      answer.status)


def honesty_gaps(family, member, index, bases):
    if not family.honest() or member.status is None or member.status not in [
            (bases.of(family, method) or {index: None})[index]
            for method in (family.method, b"FOO")]:
        return
    for reading in member.readings:
        if reading.defects & DEFINITE or reading.kind == "junk":
            yield Gap("malformed", index, str(reading),
                      "the server served it: %d" % member.status)
    for answer, reading in member.answers:
        if answer.status in bases.acted and reading.defects & DEFINITE:
            yield Gap("malformed-answer", index, "%s; answer %r" % (
                reading, answer.data), "the server wrote it")
