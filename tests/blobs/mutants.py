# SPDX-License-Identifier: GPL-2.0
"""Makes good rules, and changes them into blobs that are mostly bad.

systematic() is each bad value of each field and each byte flipped, one at a
time; made_up() is what a seeded generator changes at random.
"""

import collections
import functools
import itertools

from tests.blobs import oracle
from tests.lib.abi import FIELDS as PLACE, FLAGS, NUMBERS, UNITS
from tests.lib.blob import (NAME, RESERVED, RULE, SIZE, STATUS, TEXTS, bits,
                            edited, make)

# What a rule says of the match that has @info: @name is 29 bytes or shorter,
# @claimed the match's size if that is a lie (x_tables only).
Blob = collections.namedtuple("Blob", "info revision name claimed about",
                              defaults=(0, b"sip", None, ""))

# ---- Good rules ----

RANGES = tuple(code for i in range(16) for code in (100 + 50 * i,
                                                    140 + 50 * i))
MOST = "status ua method defect rate users by_dst ban"
GOOD = {
    "request": make("request"),
    "all": make("response method status ua malformed defect rate users "
                "by_dst ban", status=(200, 200, 401, 403, 480, 489),
                name=b"all-of.it_",
                texts=(b"friendly", b"^sip", b"cli$", b"^Zoiper$"),
                invert="method ua", methods=0x801, defects=0x88,
                rate=50, rate_unit=60, burst=100, users=20, users_unit=3600,
                ban=3600, prefix4=24, prefix6=56),
    "most": make(MOST, status=RANGES,
                 name=b"a" * 31, texts=[b"%063d" % i for i in range(44)],
                 **{field: number.most - (field == "ban")
                    for field, number in NUMBERS.items()
                    if number.flags & bits(MOST)},
                 **dict.fromkeys(UNITS, 86400)),
    "banned": make("banned", invert="banned", name=b"b"),
    "rate": make("rate auth", rate=1, rate_unit=86400, burst=5),
    "solicited": make("response solicited auth", invert="solicited"),
    "users": make("users method", users=20, users_unit=60, methods=0x800),
    "forgive": make("status forgive by_dst", status=(200, 299), name=b"sip"),
    "trust": make("status trust by_dst", status=(200, 299), trust=7200),
    "grows": make("trusted ban", invert="trusted", ban=60, ban_most=61),
    "scanner": make("scanner ban ua", ban=86400, name=b"c",
                    texts=(b"friendly-scanner", b"sipcli")),
}
assert not [name for name, info in GOOD.items() if oracle.wrong(info)]

# ---- Bad values of fields ----

# The field's place and size, the largest valid value, values to try besides
# 0, 1, that one, the next, the sign bit alone and all ones.
Field = collections.namedtuple("Field", "at size most more", defaults=((),))
FLAG_BITS = tuple(1 << bit for bit in range(32))
MORE = {                # of fields that have a row in NUMBERS
    "burst": (53376, 53377), "users": (1 << 8, 1 << 16),
    "status_count": (2, 3, 4, 15),
}


def of_field(name, most, more=()):
    """All of a field of a rule."""
    return Field(*PLACE[name], most, more)


FIELDS = {
    "flags": of_field("flags", oracle.ALL, FLAG_BITS),
    "invert": of_field("invert", oracle.INVERTIBLE, FLAG_BITS),
    **{name: of_field(name, number.most, MORE.get(name, ()))
       for name, number in NUMBERS.items()},
    **{name: of_field(name, 86400, (2, 59, 60, 61, 3600, 3601, 604800))
       for name in UNITS},
    "text_count": of_field("text_count", 44, (2, 3, 4, 5, 1408, 1409)),
    "text_size": of_field("text_size", oracle.TEXT_SPACE, (2, 24, 26, 2815)),
    "reserved0": of_field("reserved0", 0),
    "reserved": Field(RESERVED, 1, 0),
    "reserved, last": Field(RESERVED + PLACE["reserved"].size - 1, 1, 0),
    "status 0 first": Field(STATUS, 2, 999, (99, 100, 200, 201)),
    "status 0 last": Field(STATUS + 2, 2, 999, (99, 199, 399, 400, 401)),
    "status 1 first": Field(STATUS + 4, 2, 999, (200, 201, 202, 403, 404)),
    "status 1 last": Field(STATUS + 6, 2, 999, (400, 401, 478, 479, 480)),
    "status 15 last": Field(STATUS + 62, 2, 999, (849, 850)),
    "texts": Field(TEXTS, 1, 0xff, (0x3f, 0x40, 9, 7, 0xc8)),
    "a text": Field(TEXTS + 1, 1, 0xff, (9, 0x1f, 0x20, 0x7e, 0x7f)),
    "texts, last": Field(TEXTS + oracle.TEXT_SPACE - 1, 1, 0xff),
    "rule": Field(RULE, 8, 1 << 63),
}
NAMES = [b"", b".", b"..", b".a", b"/", b"a/b", b"a b", b"a\n", b"a\0b",
         b"A" * 32, b"A" * 30 + b"/", b"\xc3\xa4", b"%s", b"a" * 31 + b"b",
         b"\0a", b"a.", b"_..", b"-", b"A" * 31, b"0", b"a\x7f", b"\0" * 32]


def changed(info, at, size, value):
    """@info with another number at a place."""
    return edited(info, 0, {at: value.to_bytes(8, "little")[:size]})


def bad_fields(base):
    """A blob for each value of each field, and each name."""
    for name, field in FIELDS.items():
        most = 256 ** field.size - 1
        values = {0, 1, field.most, min(field.most + 1, most),
                  most // 2 + 1, most, *field.more}
        for value in sorted(values):
            yield Blob(changed(GOOD[base], field.at, field.size,
                               value & most), about=f"{base}: {name}={value}")
    for name in NAMES:
        yield Blob(edited(GOOD[base], 0, {NAME: name.ljust(32, b"\0")}),
                   about=f"{base}: name={name}")


FLIPS = {"all": 0xff, "most": 0x20, "scanner": 0x81}


def flips():
    """Blobs with one byte flipped, every byte of several rules."""
    for base, mask in FLIPS.items():
        for at in range(SIZE):
            info = bytearray(GOOD[base])
            info[at] ^= mask
            yield Blob(bytes(info), about=f"{base}: byte {at} ^ {mask:#x}")


# Some make the kernel look for a module, so there are few.
def bad_headers(base):
    """Sizes, revisions and names of matches that are not ours."""
    info = GOOD[base]
    for size in (0, 1, 8, SIZE - 8, SIZE - 1, SIZE + 1, SIZE + 8, 2 * SIZE):
        yield Blob(info[:size].ljust(size, b"\xff"), about=f"size {size}")
    for claimed in (0, 1, 31, 32, 33, 32 + SIZE - 8, 32 + SIZE + 8,
                    32 + SIZE + 40, 0x7fff, 0x8000, 0xfff8, 0xffff):
        yield Blob(info, claimed=claimed, about=f"claims size {claimed}")
    for revision in (1, 255):
        yield Blob(info, revision, about=f"revision {revision}")
    for name in (b"sip" + b"A" * 26, b"A" * 29, b"si", b"sipp", b""):
        yield Blob(info, name=name, about=f"match {name}")


# ---- Made up ----

TABLES = (b"sip", b"a", b"b", b"c", b"scanners", b"A.b-c_d", b"0" * 31)


def random_texts(rng):
    """Some valid texts, as a rule takes them."""
    found = []
    room = oracle.TEXT_SPACE
    for _ in range(rng.choice((1, 1, 2, 3, 10, 60))):
        text = bytes(rng.choices(b"abcXYZ019 -_/()\x80\xff", k=rng.choice(
            (1, 2, 5, 12, 62, 63))))
        room -= len(text) + 1
        if room < 0:
            break
        found.append(rng.choice((b"", b"^")) + text +
                     rng.choice((b"", b"$")))
    return found


def random_status(rng):
    """Some valid ranges of codes."""
    return sorted(rng.sample(range(100, 1000, 2), 2 * rng.randint(1, 16)))


def random_flags(rng):
    """Some flags; they may conflict."""
    flags = 0
    for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 8))):
        flags |= rng.choice([*FLAGS.values()])
    return flags if flags & oracle.NEEDS_TABLE else flags & ~FLAGS["by-dst"]


def random_number(rng, number):
    """A valid one, small ones and both ends often."""
    return rng.choice((max(1, number.least), min(50, number.most),
                       number.most, rng.randint(number.least, number.most)))


def random_rule(rng):
    """A rule whose fields are all valid; its flags may conflict."""
    flags = random_flags(rng)
    fields = {name: random_number(rng, number)
              for name, number in NUMBERS.items() if flags & number.flags}
    if fields.get("ban_most", 0) <= fields.get("ban", 0):
        fields.pop("ban_most", None)
    fields |= {name: rng.choice(oracle.SECONDS)
               for name, needs in UNITS.items() if flags & needs}
    if flags & FLAGS["status"]:
        fields["status"] = random_status(rng)
        del fields["status_count"]
    if flags & oracle.TEXTS:
        fields["texts"] = random_texts(rng)
    if flags & oracle.NEEDS_TABLE:
        fields["name"] = rng.choice(TABLES)
    return make(flags, invert=flags & oracle.INVERTIBLE & rng.choice(
        (0, rng.getrandbits(32))), **fields)


def any_good(rng):
    """One of GOOD or another good one."""
    return rng.choice((*GOOD.values(), random_rule(rng), random_rule(rng)))


# What a random change chooses among: places, not bytes, since most bytes are
# of texts.
PLACES = [(field.at, field.size) for field in FIELDS.values()] + [
    (NAME, 32), (STATUS, 64), (RESERVED, PLACE["reserved"].size), (TEXTS, 100),
    (TEXTS, oracle.TEXT_SPACE)]


def flip_bits(rng):
    """A few bits of a good rule."""
    info = bytearray(any_good(rng))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at, size = rng.choice(PLACES)
        info[at + rng.randrange(size)] ^= 1 << rng.randrange(8)
    return info


def splice(rng):
    """The start of one good rule and the rest of another."""
    at, size = rng.choice(PLACES)
    at += rng.randint(0, size)
    return any_good(rng)[:at] + any_good(rng)[at:]


def exchange(rng):
    """A good rule with a few places of another."""
    info, other = bytearray(any_good(rng)), any_good(rng)
    for _ in range(rng.randint(1, 3)):
        at, size = rng.choice(PLACES)
        info[at:at + size] = other[at:at + size]
    return info


def overwrite(rng):
    """A good rule with random bytes in a place."""
    info = bytearray(any_good(rng))
    at, size = rng.choice(PLACES)
    info[at:at + size] = rng.randbytes(size)
    return info


CHANGES = ((any_good, 3), (flip_bits, 4), (splice, 2),
           (exchange, 2), (overwrite, 2), (lambda rng: rng.randbytes(SIZE),
                                           .1))


def made_up(rng):
    """Blobs without end."""
    changes, weights = zip(*CHANGES)
    while True:
        info = rng.choices(changes, weights)[0](rng)
        yield Blob(bytes(info), about="made up")


@functools.cache
def shared():
    """Blobs of which each way tries a part."""
    return [*itertools.chain(*(bad_fields(base) for base in GOOD
                               if base != "all")), *flips()]


def systematic(number, count):
    """The part of way @number of @count; all together try everything."""
    return itertools.chain(bad_fields("all"), bad_headers("banned"),
                           shared()[number::count])
