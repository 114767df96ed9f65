# SPDX-License-Identifier: GPL-2.0
"""Tests --users: distinct users that a source has addressed.

Users of a Pool are counted exactly, so with them the tests below can be exact
to one packet. What chance does to others is test_chance and test_estimate.
"""

import random
import socket
import time

from tests import lib
from tests.lib import bursts, packets, sip, sources
from tests.lib.bursts import Burst, users
from tests.lib.sources import address, forged

REALM = 'Authorization: Digest username="x", realm="x", nonce="1", uri="x"'


def with_auth(user):
    """A REGISTER with credentials."""
    return sip.to_user(user, "REGISTER", REALM)


def invite(user):
    """An INVITE."""
    return sip.to_user(user, "INVITE")


def not_found(user):
    """What a server answers that has no such user."""
    return sip.answer(404, user)


def junk(user):
    """No SIP."""
    return sip.JUNK + user.encode()


def rate_and_users(first):
    """Over the users from the @first on; then three pass the rate."""
    return [users("1.1", 1, 1, first - 1, first - 1),
            users("1.1", 1, 1, first - 1, first - 1),
            users("1.1", 1, first, first + 9, 3),
            users("1.1", 1, 1, 3, 0)]


# All with users of a Pool. As far as not said otherwise, N users pass however
# often they come, and the next one does not.
CASES = [
    ("the 21st of 20 users",
     ["-d {1} -m sip --users 20/h -j DROP"],
     [users("1.1", 1, 1, 20, 20), users("1.1", 1, 1, 20, 20),
      users("1.1", 1, 21, 21, 0), users("1.1", 1, 1, 20, 0),
      users("2.1", 1, 2, 21, 20)]),
    *[(f"the user after {count} users",
       [f"-d {{1}} -m sip --users {count}/d -j DROP"],
       [users("1.1", 1, 1, count, count), users("1.1", 1, 1, count, count),
        users("1.1", 1, count + 1, 40, 0), users("2.1", 1, 1, 40, count)])
      for count in (1, 2, 3, 5, 7, 8, 9)],
    ("two rules that allow different numbers",
     ["-d {1} -m sip --users 5/h -j DROP",
      "-d {2} -m sip --users 8/h -j DROP"],
     [users("1.1", 1, 1, 12, 5), users("1.1", 2, 1, 8, 8),
      users("1.1", 2, 9, 9, 0), users("1.1", 1, 1, 1, 0)]),
    ("two rules that count the same messages",
     ["-d {1} -m sip --users 5/h", "-d {1} -m sip --users 8/h -j DROP"],
     [users("1.1", 1, 1, 12, 8)]),
    ("a time unit is a rule of its own",
     ["-d {1} -m sip --users 5/h -j DROP",
      "-d {2} -m sip --users 5/d -j DROP"],
     [users("1.1", 1, 1, 6, 5), users("1.1", 2, 6, 10, 5),
      users("1.1", 2, 11, 11, 0)]),
    ("identical rules share a count",
     ["-d {1} -m sip --users 5/h -j DROP",
      "-d {2} -m sip --users 5/h -j DROP"],
     [users("1.1", 1, 1, 3, 3), users("1.1", 2, 1, 3, 3),
      users("1.1", 2, 4, 7, 2), users("1.1", 1, 1, 3, 0)]),
    ("tables are independent",
     ["-d {1} -m sip --users 5/h --name a -j DROP",
      "-d {2} -m sip --users 5/h --name b -j DROP"],
     [users("1.1", 1, 1, 6, 5), users("1.1", 2, 6, 10, 5)]),
    ("a prefix is one source",
     ["-d {1} -m sip --users 5/h --prefix4 24 -j DROP"],
     [users(f"1.{n}", 1, n, n, int(n < 6)) for n in range(1, 9)] +
     [users("2.1", 1, 6, 7, 2)]),
    ("addresses are sources",
     ["-d {1} -m sip --users 5/h --prefix6 128 -j DROP"],
     [users(f"1.{n}", 1, n, n + 1, 2) for n in range(1, 9)]),
    ("other conditions first",
     ["-d {1} -m sip --method REGISTER --auth --users 5/h -j DROP"],
     [users("1.1", 1, 1, 20, 20, invite), users("1.1", 1, 1, 20, 20),
      users("1.1", 1, 1, 20, 20, not_found), users("1.1", 1, 1, 20, 20, junk),
      users("1.1", 1, 1, 5, 5, with_auth), users("1.1", 1, 6, 12, 7, invite),
      users("1.1", 1, 6, 12, 0, with_auth)]),
    ("an inverted condition first",
     ["-d {1} -m sip ! --method REGISTER --users 5/h -j DROP"],
     [users("1.1", 1, 1, 20, 20), users("1.1", 1, 1, 8, 5, invite)]),
    ("conditions of iptables first",
     ["-d {1} -m length --length 200:65535 "
      "-m sip --users 5/h -j DROP"],
     [users("1.1", 1, 1, 20, 20, lambda user: sip.text(
         ["OPTIONS sip:x@x SIP/2.0", f"To: <sip:{user}@x>"])),
      users("1.1", 1, 1, 8, 5)]),
    ("what names no user counts for nobody and never matches",
     ["-d {1} -m sip --users 1/h -j DROP"],
     [users("1.1", 1, 1, 8, 8, junk), Burst("1.1", 1, 3, 3, b"\r\n\r\n"),
      Burst("1.1", 1, 3, 3, b""), users("1.1", 1, 1, 3, 1),
      users("1.1", 1, 1, 8, 8, junk), Burst("1.1", 1, 3, 3, b"\0\0\0\0")]),
    ("--by dst on what a server answers",
     ["-d {1} -m sip --status 403,404 --users 5/h --by dst --prefix6 128 "
      "-j DROP", "-d {2} -m sip --status 403,404 --users 5/h --by dst "
      "--prefix6 128 -j DROP"],
     [users("1.1", 1, 1, 3, 3, not_found), users("2.1", 1, 4, 9, 2, not_found),
      users("3.1", 1, 1, 9, 9), users("1.1", 2, 6, 10, 5, not_found),
      users("1.1", 2, 11, 11, 0, not_found)]),
    ("users first, then the rate",
     ["-d {1} -m sip --users 5/h --rate 2/h --burst 3 -j DROP"],
     rate_and_users(6)),
    ("users first, then within the rate",
     ["-d {1} -m sip --users 5/h ! --rate 2/h --burst 3 -j DROP"],
     [users("1.1", 1, 1, 5, 5), users("1.1", 1, 6, 15, 7)]),
    ("the rate of another rule is not of the users",
     ["-d {1} -m sip --users 5/h --rate 2/h --burst 3 -j DROP",
      "-d {1} -m sip --rate 2/h --burst 11 -j DROP"],
     [users("1.1", 1, 1, 5, 5), users("1.1", 1, 6, 15, 3),
      users("2.1", 1, 1, 1, 1)]),
    ("--users and --ban",
     ["-d {1} -m sip --users 5/h --ban 1h -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [users("1.1", 1, 1, 5, 5), Burst("1.1", 2, 1, 1),
      users("1.1", 1, 6, 6, 0), Burst("1.1", 2, 1, 0), Burst("1.1", 1, 1, 0),
      users("2.1", 1, 1, 5, 5), Burst("2.1", 2, 1, 1)]),
    ("users, then the rate, then a ban",
     ["-d {1} -m sip --users 5/h --rate 2/h --burst 3 --ban 1h -j DROP",
      "-d {2} -m sip --banned -j DROP"],
     [users("1.1", 1, 1, 8, 8), Burst("1.1", 2, 1, 1),
      users("1.1", 1, 1, 4, 0), Burst("1.1", 2, 1, 0)]),
]


def test_exact(network, checks):
    """Every case, both families, half with legacy and half with nft."""
    bursts.run(network, checks, CASES, bursts.Pool(network, 40).users)


# ---- What counts as a user ----

def with_to(value, uri="sip:example.com", name="To", method="REGISTER"):
    """A message with this To and this Request-URI."""
    return sip.request(method, f"{name}: {value}", without=("To",),
                       start=f"{method} {uri} SIP/2.0")


def from_user(user):
    """A message with this user in From."""
    return with_to("<sip:u@h>").replace(b"alice@", user.encode() + b"@")


# Messages for @n; whether each n is another user.
FORMS = {
    "a plain To": (lambda n: with_to(f"sip:u{n}@h"), True),
    "compact": (lambda n: with_to(f"<sip:u{n}@h>", name="t"), True),
    "odd case and folded": (
        lambda n: with_to(f"\r\n\t<sip:u{n}@h>", name="tO "), True),
    "a display name": (lambda n: with_to(f'"{n}" <sip:u@h>'), False),
    "a display name that looks like a URI": (
        lambda n: with_to(f'"<sip:u{n}@h>" <sip:u@h>'), False),
    "another host": (lambda n: with_to(f"<sip:u@h{n}>"), False),
    "another password": (lambda n: with_to(f"<sip:u:p{n}@h>"), False),
    "a parameter": (lambda n: with_to(f"<sip:u@h;x={n}>;tag={n}"), False),
    "sips": (lambda n: with_to(f"<sips:u{n}@h>"), True),
    "To first": (lambda n: with_to("<sip:u@h>", f"sip:u{n}@h"), False),
    "To without user": (lambda n: with_to("<sip:h>", f"sip:u{n}@h"), False),
    "To without user, another host": (lambda n: with_to(f"<sip:h{n}>"), True),
    "no To": (lambda n: sip.request(
        without=("To",), start=f"{{method}} sip:u{n}@h SIP/2.0"), True),
    "From": (lambda n: from_user(f"alice{n}"), True),
    "escaped": (lambda n: from_user("".join(
        f"%{ord(letter):02x}" if n >> bit & 1 else letter
        for bit, letter in enumerate("alice"))), False),
    "after an escaped NUL": (lambda n: from_user(f"alice%00{n}"), False),
    "a call": (lambda n: with_to(f"<sip:{n}@h>", f"sip:{n}@h",
                                 method="INVITE"), True),
    "a method nobody knows": (lambda n: with_to(f"<sip:{n}@h>",
                                                method="FOO"), True),
    "a refused call": (lambda n: sip.answer(404, f"u{n}", "INVITE"), True),
    "success": (lambda n: sip.answer(200, f"u{n}"), True),
    "a challenge for one": (lambda n: sip.answer(
        401, "u", "REGISTER", f"Contact: <sip:u{n}@h>"), False),
}


def test_forms(network, checks):
    """Each form 14 times: over 5 users, or one user all the time.

    12 of 14 users have cells of their own but once in 10,000 times; over 5
    they are always.
    """
    for family, backend in ((4, "nft"), (6, "legacy")):
        network.server.rules([
            f"-A PREROUTING -d {lib.target(number, family)} -m sip "
            f"--users 5/h --name forms{number} -j DROP"
            for number in range(1, len(FORMS) + 1)], family=family,
            backend=backend)
        for number, (name, (make, counts)) in enumerate(FORMS.items(), 1):
            got = sources.arrive(network, [
                (address("1.1", family), lib.target(number, family), make(n))
                for n in range(14)])
            checks.equal(f"{name}, IPv{family}: the last arrives",
                         not counts, got[-1])
            checks.true(f"{name}, IPv{family}: others arrive",
                        all(got[:5]) and (counts or all(got)), got)


# ---- Chance ----

def test_chance(network, checks):
    """Users chosen at random: when is a scan over 20/h?

    21 cells are set by 25 users in 98 of 100 cases, and by 32 but for one
    case in a million.
    """
    first = []
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(["-A PREROUTING -m sip --users 20/h --name chance "
                              "-j DROP"], family=family, backend=backend)
        for number in range(24):
            got = sources.arrive(network, [
                (address(f"{number}.1", family), lib.SERVER[family],
                 sip.to_user(2000 + 100 * number + n)) for n in range(32)])
            first.append(got.index(False) + 1 if False in got else 99)
            checks.true(f"IPv{family}, scan {number}: all after are over",
                        not any(got[first[-1] - 1:]), got)
    early = sum(one <= 25 for one in first)
    checks.true("each over after 20 users, before 33",
                20 < min(first) and max(first) <= 32, sorted(first))
    checks.true("most by the 25th", early >= len(first) * 0.85,
                f"{early} of {len(first)}: {sorted(first)}")


def test_never(network, checks):
    """20 users are never over 20/h, however often and in whatever order."""
    chance = random.Random(3)
    for family, backend in ((4, "nft"), (6, "legacy")):
        network.server.rules([f"-A PREROUTING -m sip --users 20/{unit} "
                              "--name never -j DROP" for unit in "shd"],
                             family=family, backend=backend)
        shots = [(address(f"{office}.1", family), lib.SERVER[family],
                  sip.to_user(f"{office}-{user}"))
                 for office in range(8) for user in range(20)] * 6
        chance.shuffle(shots)
        got = sources.arrive(network, shots)
        checks.equal(f"IPv{family}: dropped", 0, got.count(False))


# How many users are told to be how many: the header says 98 in 100 times
# within 15 % (or 2).
SIZES = (1, 2, 3, 5, 8, 12, 20, 20, 30, 30, 50, 50, 80, 80, 120, 120, 160,
         200, 200)


def test_estimate(network, checks):
    """What sources says of random populations."""
    wrong = []
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(["-A PREROUTING -m sip --users 200/d "
                              "--name estimate"], family=family,
                             backend=backend)
        sources.write(network.server, "flush")
        network.path(family).forget()
        for number, size in enumerate(SIZES):
            for user in range(size):
                network.raw(forged(address(f"{number}.1", family),
                                   lib.SERVER[family],
                                   sip.to_user(f"{family}-{number}-{user}")))
        network.path(family).arrived()
        found = {source["src"]: source["users"]
                 for source in sources.listed(network.server)}
        checks.equal(f"IPv{family}: sources", len(SIZES), len(found))
        for number, size in enumerate(SIZES):
            name = (address(f"{number}.1", 4) + "/32" if family == 4 else
                    address(f"{number}.0", 6) + "/64")
            text = found.get(name.replace("::0/", "::/"), ["200/d:-9/200"])
            checks.equal(f"IPv{family}: {name}: form", ["200/d:", "/200"],
                         [text[0][:6], text[0][-4:]])
            told = int(text[0].split(":")[1].split("/")[0])
            if abs(told - size) > max(2, 0.15 * size):
                wrong.append((size, told))
    checks.true("estimates within 15 % or 2", len(wrong) <= 5,
                f"{len(wrong)} of {2 * len(SIZES)} are not: {wrong}")


# ---- Time ----

# A rule, when users come (as in test_rate: "FIRST-LAST/STEP:USERS" in
# milliseconds, USERS: "N" ever the same ones, "+N" new ones each time), and
# when one that comes is over: "always", "never" or "A-B" for the moments. What
# is in none of these may be either.
SLIDES = [
    ("5/s", "0:8 100:1 3400:1 3450:4", "100-200", "3300-9999"),
    ("5/s", "0-3400/100:4", "", "0-9999"),
    # Nobody stays for more than 3 s: of six one is gone.
    ("5/s", "0-3400/640:+1", "", "0-9999"),
    ("5/s", "0-3400/50:+1", "700-9999", "0-230"),
    ("5/s", "0:5 700:5 1400:5 2100:5 2800:5 3400:5", "", "0-9999"),
    ("5/s", "0-1200/100:+1 1400:1 4700:1", "1000-1300", "4500-9999"),
    ("5/m", "0:8 3400:1", "3000-9999", ""),
    ("5/m", "0-3400/400:+1", "3000-9999", "0-1700"),
    ("20/h", "0:30 3400:1", "3000-9999", ""),
]


def slide_events():
    """[(milliseconds, row, users)], in order."""
    found = []
    for row, (_, times, _, _) in enumerate(SLIDES):
        new = 0
        for word in times.split():
            when, what = word.split(":")
            span, _, step = when.partition("/")
            first, _, last = span.partition("-")
            for at in range(int(first), int(last or first) + 1,
                            int(step or 1)):
                count = int(what)
                names = [f"{row}-{new + n if '+' in what else n}"
                         for n in range(count)]
                new += count
                found.append((at, row, names))
    return sorted(found)


def within(text, at):
    """Whether @at is in "A-B"."""
    first, _, last = text.partition("-")
    return bool(text) and int(first) <= at <= int(last)


def test_slides(network, checks):
    """The window goes with the time; rows run side by side."""
    network.server.rules([
        f"-A PREROUTING -d {lib.target(row + 1, 4)} -m sip --users {users_} "
        f"--name slide{row} -j DROP"
        for row, (users_, _, _, _) in enumerate(SLIDES)])
    start = time.monotonic() + 0.1
    for at, row, names in slide_events():
        time.sleep(max(0, start + at / 1000 - time.monotonic()))
        rule, times, over, clean = SLIDES[row]
        got = sources.arrive(network, [("10.5.1.1", lib.target(row + 1, 4),
                                        sip.to_user(name)) for name in names])
        late = (time.monotonic() - start) * 1000
        label = f"--users {rule}: {times}: at {at}"
        if within(over, at) and late < at + 400:
            checks.equal(f"{label}: the last is over", False, got[-1])
        if within(clean, at) and late < at + 100:
            checks.true(f"{label}: all pass", all(got), got)


# ---- Packets of other kinds ----

def test_fragments(network, checks):
    """The user's name in fragments, cut at every place."""
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(["-A PREROUTING -m sip --users 5/h "
                              "--name fragments -j DROP"],
                             family=family, backend=backend)
        source, to = address("1.1", family), lib.SERVER[family]
        path = network.path(family)
        path.forget()
        for number in range(16):
            # Filling moves the name over the edge.
            data = sip.to_user(f"user-{number}", "REGISTER",
                               agent=sip.PHONE + number * "x")
            whole = packets.udp(source, to, 5060, 5060, data)
            cut = whole.index(b"user-") // 8 * 8 + 8 * (number % 2)
            for piece in packets.fragments(source, to, packets.UDP, whole,
                                           [cut], network.next_ident()):
                network.raw(piece)
        count = len(path.arrived())
        checks.true(f"IPv{family}: 5 users pass, or a few more by chance",
                    5 <= count <= 9, count)


def test_merged(network, checks):
    """UDP_SEGMENT: each datagram of a bundle names a user."""
    udp_segment = 103
    for family, backend in ((4, "legacy"), (6, "nft")):
        network.server.rules(["-A PREROUTING -m sip --users 5/h --name merged "
                              "-j DROP"], family=family, backend=backend)
        path = network.path(family)
        for source, count, passing in ((0, 5, 5), (0, 5, 5), (1, 14, 0),
                                       (0, 5, 5)):
            messages = [sip.to_user(f"m{user:02}") for user in range(count)]
            path.forget()
            with network.client.socket(lib.AF[family],
                                       socket.SOCK_DGRAM) as sock:
                sock.bind((lib.CLIENTS[family][source], 0))
                sock.setsockopt(socket.IPPROTO_UDP, udp_segment,
                                len(messages[0]))
                sock.sendto(b"".join(messages), (lib.SERVER[family], lib.SIP))
            checks.equal(f"IPv{family}: a bundle of {count} users: arrive",
                         passing, len(path.arrived()))


def rest_of(user):
    """A message without its start line."""
    return sip.to_user(user).partition(b"\n")[2]


def test_tcp(network, checks):
    """Segments that begin a message name its user, others no user."""
    for family, backend in ((4, "nft"), (6, "legacy")):
        network.server.rules(["-A PREROUTING -p tcp -m sip --users 5/h "
                              "--name tcp -j DROP"], family=family,
                             backend=backend)
        source, to = address("1.1", family), lib.SERVER[family]
        for make, most in ((rest_of, 0), (sip.to_user, 15)):
            for number in range(20):
                network.raw(packets.ip(source, to, packets.TCP, packets.tcp(
                    source, to, 5060, 5060, make(f"u{number}"))))
            network.path(family).sync()
            dropped = sum(count for count, rule in network.server.counters(
                "raw", family, backend) if "--users" in rule)
            checks.true(f"IPv{family}: dropped of 20",
                        most - 4 <= dropped <= most, dropped)


def test_stats(network, checks):
    """over_users_total counts packets that a rule found over its users."""
    network.server.rules(["-A PREROUTING -m sip --users 5/h --name stats "
                          "-j DROP"])
    old = network.server.stats()["xt_sip_over_users_total"]
    got = sources.arrive(network, [("10.5.1.1", lib.SERVER[4],
                                    sip.to_user(f"s{n}")) for n in range(20)])
    checks.equal("over", got.count(False),
                 network.server.stats()["xt_sip_over_users_total"] - old)
