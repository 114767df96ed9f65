# SPDX-License-Identifier: GPL-2.0
"""Tests what tests/servers/run is made of, without a server: the generator,
credentials and the comparison.
"""
import random
import re

import pytest

from tests.servers import family as families
from tests.servers import compare, grammar
from tests.servers.message import Account, Scene, tokens
from tests.servers.play import Answer, asterisk_queue, Outcome, QUEUES, reply
from tests.servers.reader import Reading
from tests.servers.streams import Connection

SEEDS = 40
DIGEST = re.compile(rb"[0-9a-f]{32}")


def keys():
    made = families.Keys(b"realm", b"2001", b"secret")
    made.nonce, made.qop = b"nonce", True
    return made


def scene(transport):
    return Scene(b"127.0.0.1", b"127.0.0.2", b"127.0.0.3", 5070,
                 b"pbx.example", transport)


def built(kind, seed, number):
    """The bytes of a family's members, changed by that kind."""
    transport = kind.only or ("udp", "tcp")[seed % 2]
    family = families.Family(seed, families.METHODS[seed % 5],
                             families.SHAPES[seed % 3], transport, [kind])
    return [b"".join(families.build(family, member, number, scene(transport),
                                    keys())[0])
            for member in families.MEMBERS]


# ---- the generator ---------------------------------------------------------

@pytest.mark.parametrize("kind", grammar.KINDS, ids=lambda kind: kind.name)
def test_kind(kind):
    """Each kind changes all members of a family in the same way, each time."""
    plain = grammar.KINDS[0]
    changed = False
    for seed in range(SEEDS):
        members = built(kind, seed, 1)
        assert members == built(kind, seed, 1), seed
        changed |= members != built(plain, seed, 1)
        none, wrong, right, stranger, _ = members
        assert DIGEST.sub(b"", wrong) == DIGEST.sub(b"", right), seed
        assert wrong != right or b"response=" not in wrong, seed
        assert same_user(none) == same_user(stranger), seed
    assert changed or kind is plain


def same_user(data):
    """With the same user, however much is left of it."""
    return data.translate(bytes.maketrans(b"20", b"47"))


def test_combinations():
    """Kinds that are together in a message do not mind each other."""
    rng = random.Random(2)
    shapes = dict.fromkeys(families.METHODS, families.SHAPES)
    for _ in range(4000):
        family = families.make_family(rng, shapes, ("udp", "tcp"))
        family.kinds = rng.choices([
            kind for kind in grammar.KINDS
            if kind.only in (None, family.transport)], k=4)
        families.build(family, families.MEMBERS[2], 1,
                       scene(family.transport), keys())


def test_names():
    """Each kind has a name of its own."""
    names = [kind.name for kind in grammar.KINDS]
    assert len(names) == len(set(names))


def test_credentials():
    """The example of RFC 2617 section 3.5."""
    account = Account(b"Mufasa", b"testrealm@host.com", b"Circle Of Life")
    nonce = b"dcd98b7102dd2f0e8b11d0f600bfb0c093"
    assert account.answer(b"GET", nonce, b"/dir/index.html", False) == \
        b"670fd8c2df070c60b045671b8b24ff02"


# (messages, places of cuts, whether their method has a name, which are whole)
CUTS = (
    (("aa\n", "bb\n"), (), False, "ab"),
    (("aa\n", "bb\n"), (0.5,), False, "ab"),
    (("aa\n", "bb\n"), (0.2,), False, "b"),
    (("aa", "bb", "cc"), (0.2,), False, ""),
    (("aa", "bb", "cc"), (0.2,), True, "bc"),
    (("aaaa", "bb\n", "cc\n"), (0.1, 0.2), False, "c"),
    (("aa", "bb\n", "cc"), (0.99,), False, "ab"),
)


@pytest.mark.parametrize("texts, places, named, wanted", CUTS)
def test_cuts(texts, places, named, wanted):
    """Which messages are whole, by where segments end."""
    parts = [text.encode() for text in texts]
    whole = families.whole_marks(
        zip((b"a", b"b", b"c"), parts),
        families.cut(b"".join(parts), places), b"", True, named)
    assert b"".join(sorted(whole)).decode() == wanted


@pytest.mark.parametrize("transport", ("udp", "tcp"))
def test_choice(transport):
    """All kinds are chosen, those of TCP by TCP only."""
    rng = random.Random(1)
    assert {kind for _ in range(3000)
            for kind in grammar.choose(rng, transport)} == {
                kind for kind in grammar.KINDS
                if kind.only in (None, transport)}


def test_queues():
    """Of many calls, each queue has about as many."""
    counts = [0] * QUEUES
    for number in range(3100):
        counts[asterisk_queue(b"x%08dz@127.0.0.1" % number,
                              b"x%08dz" % number)] += 1
    assert min(counts) > 50


def test_bases():
    """What is learnt later counts, too."""
    bases = compare.Bases()
    family = families.Family(1, b"REGISTER", "both", "udp", ())
    assert bases.methods(family, STRICT) == set()
    bases.add(family, STRICT)
    assert bases.methods(family, STRICT) == {b"REGISTER"}


def test_stream():
    """Messages that come byte by byte."""
    connection = Connection(None)
    message = (b"SIP/2.0 200 OK\r\nCall-ID: x00000001z\r\n"
               b"Content-Length: 5\r\n\r\nhello")
    got = []
    for byte in message + b"\r\n" + message:
        connection.data += bytes([byte])
        got += connection.messages()
    assert got == [message, message]


def test_reply():
    """A final answer to an INVITE is acknowledged, another one is not."""
    answer = (b"SIP/2.0 404 Not Found\r\nVia: SIP/2.0/UDP h;branch=b\r\n"
              b"From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\n"
              b"Call-ID: x00000001z\r\nCSeq: 7 INVITE\r\n\r\n")
    ack = reply(answer)
    assert ack.startswith(b"ACK ") and b"CSeq: 7 ACK" in ack
    assert tokens(ack) == [(b"x", 1)]
    assert not reply(answer.replace(b"404", b"100"))


# ---- the comparison --------------------------------------------------------

GOOD = "request:REGISTER:0::%s:%s:%s:%s:"
# What a server that tells users and passwords does, by the member.
STRICT = (401, 401, 200, 404, 404)


def word(member, form=GOOD, user=None, auth=None, to=None):
    """How the parser reads a member: a word of the reader's."""
    name, credentials = families.MEMBERS[member]
    user = user or ("2001" if name == "known" else "4771")
    auth = auth or ("0" if credentials == "none" else "1")
    return form % (auth, user.encode().hex(), (to or user).encode().hex(),
                   b"x00000001z".hex())


def gaps_of(statuses, words, place="asker", kinds=("uri",), answers=None):
    """The kinds of gap of a family, sorted."""
    family = families.Family(
        1, b"REGISTER", "both", "udp",
        [kind for kind in grammar.KINDS if kind.name in kinds])
    bases = compare.Bases()
    bases.add(family, STRICT)
    bases.add(families.Family(1, b"OPTIONS", "both", "udp", ()),
              (200, 200, 200, 200, 200))
    members = []
    for index, (status, text) in enumerate(zip(statuses, words)):
        outcome = Outcome([b""], {b"x00000001"})
        read = []
        if status:
            answer = Answer(b"SIP/2.0 %d x" % status, place)
            outcome.answers.append(answer)
            form = (answers or ["response:REGISTER:%d" % status +
                                "::0:%s:%s::"] * 5)[index]
            user = families.MEMBERS[index][0] == "known"
            user = (b"2001" if user else b"4771").hex()
            read.append((answer, Reading(form % (user, user))))
        members.append(compare.Member(
            families.MEMBERS[index], 1,
            b"2001" if families.MEMBERS[index][0] == "known" else b"4771",
            outcome, [Reading(text)], read))
    return sorted({gap.kind
                   for gap in compare.find_gaps(family, members, bases)})


def words(**changes):
    return [word(member, **changes) for member in range(5)]


OTHER = "request:other:0::%s:%s:%s:%s:"
JUNK = "junk::0:start-line:0::::"
DROPPED = "request:REGISTER:0:ambiguous:%s:%s:%s:%s:"
BAD = "request:REGISTER:0:header:%s:%s:%s:%s:"
ANSWER = "response:%s:%d::0:%%s:%%s::"
# (what, statuses, words, other arguments, kinds of gap)
VERDICTS = (
    ("nothing is wrong", STRICT, words(), {}, []),
    ("served, not seen", STRICT, [JUNK] * 5, {}, ["unseen"]),
    ("not served, not seen", (None,) * 5, [JUNK] * 5, {}, []),
    ("refused, not seen", (400,) * 5, [JUNK] * 5, {}, []),
    ("served as REGISTER", STRICT, words(form=OTHER), {}, ["method"]),
    ("served as another", (405,) * 5, words(form=OTHER), {}, []),
    ("credentials", STRICT, words(auth="0"), {}, ["credentials"]),
    ("a password that is answered by silence", (401, 401, None, 404, 404),
     words(auth="0"), {}, ["credentials"]),
    ("another user", STRICT, words(user="1000"), {}, ["user"]),
    ("the user is in To", STRICT, [word(member, to=user, user="1000")
                                   for member, user in enumerate(
                                       ["2001"] * 3 + ["4771"] * 2)], {}, []),
    ("a value as a whole", STRICT, [word(member, user="<%s@h" % user)
                                    for member, user in enumerate(
                                        ["2001"] * 3 + ["4771"] * 2)], {}, []),
    ("spelt otherwise", STRICT, [word(member, user="%s;x" % user)
                                 for member, user in enumerate(
                                     ["2001"] * 3 + ["4771"] * 2)],
     {}, ["user"]),
    ("dropped at once", STRICT, words(form=DROPPED, user="1", auth="0"), {},
     []),
    ("users that the server does not tell", (401, 401, 401, 401, 401),
     words(user="1000"), {}, []),
    ("elsewhere", STRICT, words(), {"place": "victim"}, ["elsewhere"]),
    ("elsewhere, but dropped", STRICT, words(form=DROPPED),
     {"place": "victim"}, []),
    ("malformed and not honest", STRICT, words(form=BAD), {}, []),
    ("malformed and honest", STRICT, words(form=BAD), {"kinds": ("fold",)},
     ["malformed"]),
    ("malformed and honest, the answer", STRICT, words(),
     {"kinds": ("fold",), "answers": [
         "response:REGISTER:%d:header:0:%%s:%%s::" % status
         for status in STRICT]}, ["malformed-answer"]),
    ("malformed, not served", (400,) * 5, words(form=BAD),
     {"kinds": ("fold",)}, []),
    ("another status", STRICT, words(), {"answers": [
        ANSWER % ("REGISTER", 500)] * 5}, ["answer"]),
    ("another method in the answer", STRICT, words(), {"answers": [
        ANSWER % ("OPTIONS", status) for status in STRICT]},
     ["answer-method"]),
    ("no user in the answer", STRICT, words(), {"answers": [
        "response:REGISTER:%d::0:%%.0s:%%.0s::" % status
        for status in STRICT]}, ["answer-user"]),
)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict[0])
def test_verdict(verdict):
    """What is a gap, and what is none."""
    statuses, read, arguments, wanted = verdict[1:]
    assert gaps_of(statuses, read, **arguments) == wanted
