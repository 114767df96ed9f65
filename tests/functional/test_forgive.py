# SPDX-License-Identifier: GPL-2.0
"""Tests --forgive: what clears counts, which it clears and which it keeps."""

import collections
import random

from tests import lib
from tests.lib import bursts, Shot, sip, sources
from tests.lib.bursts import Burst, users
from tests.lib.registrar import register, Registrar

OK = sip.answer(200, "bob")
NO = sip.answer(403, "bob")
FORGIVE = "-d {2} -m sip --forgive"

CASES = [
    ("a rate is clean again",
     ["-d {1} -m sip --rate 5/h -j DROP", FORGIVE],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 1, 1), Burst("1.1", 1, 9, 5),
      Burst("1.1", 2, 3, 3), Burst("1.1", 1, 3, 3), Burst("1.1", 2, 1, 1),
      Burst("1.1", 1, 9, 5)]),
    ("users are clean again",
     ["-d {1} -m sip --users 5/h -j DROP", FORGIVE],
     [users("1.1", 1, 1, 8, 5), Burst("1.1", 2, 1, 1),
      users("1.1", 1, 4, 8, 5), users("1.1", 1, 1, 1, 0)]),
    ("all rules of the table, users and rates",
     ["-d {1} -m sip --rate 5/h --burst 5 -j DROP",
      "-d {3} -m sip --rate 6/h --burst 6 -j DROP",
      "-d {4} -m sip --users 5/h -j DROP",
      "-d {5} -m sip --users 3/d --rate 1/d --burst 2 -j DROP", FORGIVE],
     2 * [Burst("1.1", 1, 9, 5), Burst("1.1", 3, 9, 6),
          users("1.1", 4, 1, 8, 5), users("1.1", 5, 1, 8, 5),
          Burst("1.1", 2, 1, 1)]),
    ("no other address",
     ["-d {1} -m sip --rate 5/h --prefix6 128 -j DROP",
      FORGIVE + " --prefix6 128"],
     [Burst("1.1", 1, 9, 5), Burst("1.2", 2, 1, 1), Burst("2.1", 2, 1, 1),
      Burst("1.1", 1, 9, 0)]),
    ("no other table",
     ["-d {1} -m sip --rate 5/h --name one -j DROP", FORGIVE],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 1, 1), Burst("1.1", 1, 9, 0)]),
    ("the same table, by its name",
     ["-d {1} -m sip --rate 5/h --name both -j DROP",
      FORGIVE + " --name both"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 1, 1), Burst("1.1", 1, 9, 5)]),
    ("a prefix, by any address in it",
     ["-d {1} -m sip --rate 5/h --prefix4 24 -j DROP",
      FORGIVE + " --prefix4 24"],
     [Burst("1.1", 1, 9, 5), Burst("1.200", 2, 1, 1), Burst("1.7", 1, 9, 5),
      Burst("2.1", 2, 1, 1), Burst("1.7", 1, 1, 0)]),
    ("no other length of prefix",
     ["-d {1} -m sip --rate 5/h --prefix4 24 --prefix6 48 -j DROP", FORGIVE],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 1, 1), Burst("1.1", 1, 9, 0)]),
    ("no ban",
     ["-d {1} -m sip --rate 5/h --ban 1h -j DROP", FORGIVE,
      "-d {3} -m sip --banned -j DROP"],
     [Burst("1.1", 1, 6, 5), Burst("1.1", 3, 1, 0), Burst("1.1", 2, 1, 1),
      Burst("1.1", 3, 1, 0), Burst("1.1", 1, 1, 0)]),
    ("only messages for which all holds",
     ["-d {1} -m sip --rate 5/h -j DROP",
      FORGIVE + " --method REGISTER --status 2xx"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 3, 3),
      Burst("1.1", 2, 3, 3, NO),
      Burst("1.1", 2, 3, 3, sip.request("REGISTER")),
      Burst("1.1", 2, 3, 3, sip.response(200, "INVITE")),
      Burst("1.1", 1, 2, 0), Burst("1.1", 2, 1, 1, OK),
      Burst("1.1", 1, 9, 5)]),
    ("an inverted condition",
     ["-d {1} -m sip --rate 5/h -j DROP", FORGIVE + " ! --status 403"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 3, 3, NO), Burst("1.1", 1, 2, 0),
      Burst("1.1", 2, 1, 1, OK), Burst("1.1", 1, 9, 5)]),
    ("with a target",
     ["-d {1} -m sip --rate 5/h -j DROP", FORGIVE + " --response -j DROP"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 2, 1, 1), Burst("1.1", 1, 1, 0),
      Burst("1.1", 2, 2, 0, OK), Burst("1.1", 1, 9, 5)]),
    ("a source that is not known, and a table without counts",
     [FORGIVE, "-d {3} -m sip --banned --forgive -j DROP"],
     [Burst("1.1", 2, 3, 3), Burst("1.1", 3, 3, 3)]),
    ("a banned source, by --banned",
     ["-d {1} -m sip --rate 5/h -j DROP",
      "-d {3} -m sip --banned --forgive",
      "-d {4} -m sip --method OPTIONS --ban 1h"],
     [Burst("1.1", 1, 9, 5), Burst("1.1", 3, 1, 1), Burst("1.1", 1, 9, 0),
      Burst("1.1", 4, 1, 1, sip.request()), Burst("1.1", 3, 1, 1),
      Burst("1.1", 1, 9, 5)]),
    ("over its own rate",
     ["-d {1} -m sip --rate 5/h --forgive -j DROP"],
     [Burst("1.1", 1, 5, 5), Burst("1.1", 1, 1, 0), Burst("1.1", 1, 5, 5),
      Burst("1.1", 1, 7, 5)]),
    ("over its own users",
     ["-d {1} -m sip --users 3/h --forgive -j DROP"],
     [users("1.1", 1, 1, 4, 3), users("1.1", 1, 5, 8, 3)]),
    ("the destination, with --by dst",
     ["-d {1} -m sip --rate 5/h --by dst --prefix6 128 -j DROP",
      "-d {1} -m sip --status 2xx --by dst --prefix6 128 --forgive",
      "-d {2} -m sip --status 2xx --by dst --prefix6 128 --forgive",
      "-d {1} -m sip --status 403 --prefix6 128 --forgive"],
     [Burst("1.1", 1, 9, 5), Burst("2.1", 2, 3, 3, OK),
      Burst("2.1", 1, 3, 0, NO), Burst("2.1", 1, 1, 0, OK)]),
    ("the destination, with --by dst, in a rule before",
     ["-d {1} -m sip --status 2xx --by dst --prefix6 128 --forgive",
      "-d {1} -m sip --rate 5/h --by dst --prefix6 128 -j DROP"],
     [Burst("1.1", 1, 9, 5), Burst("2.1", 1, 3, 3, OK),
      Burst("3.1", 1, 9, 4, NO)]),
]


def test_cases(network, checks):
    """Every case, both families, half with legacy and half with nft."""
    bursts.run(network, checks, CASES, bursts.Pool(network, 10).users)


def test_stats(network, checks):
    """forgiven_total counts whenever there was something to clear."""
    network.server.rules([
        f"-A PREROUTING -d {lib.target(1, 4)} -m sip --rate 5/h --name s",
        f"-A PREROUTING -d {lib.target(2, 4)} -m sip --name s --forgive"])
    for shots, expected in (("2", 0), ("1", 0), ("2", 1), ("22", 0),
                            ("1112", 1), ("1212", 2)):
        old = network.server.stats()["xt_sip_forgiven_total"]
        sources.arrive(network, [("10.5.1.1", lib.target(int(to), 4), b"x")
                                 for to in shots])
        checks.equal(f"packets to {shots}: forgiven", expected,
                     network.server.stats()["xt_sip_forgiven_total"] - old)
    listed = sources.listed(network.server)
    checks.equal("sources shows it", [["5/h:0/5"]],
                 [one["rate"] for one in listed if one["table"] == "s"])


# ---- Success and failure by turns ----

# What clears, what counts, the rule that counts, how many it lets pass.
Row = collections.namedtuple("Row", "good bad count most")
ROWS = [
    Row("2xx", "401,403,404", "--rate 3/h --burst 12", 12),
    Row("200", "403,404", "--rate 1/d", 5),
    Row("2xx", "403,404", "--users 6/h", 6),
    Row("2xx", "4xx", "--users 3/h --rate 1/h --burst 4", (3, 4)),
]


class Model:
    """What a table knows of one address, in other words."""

    def __init__(self, most):
        self.most = most
        self.banned = False
        self.success()

    def success(self):
        """A message that forgives; whether it passes."""
        self.users = set()
        self.packets = 0
        return not self.banned

    def failure(self, user, by_users):
        """A message that counts; whether it passes."""
        if self.banned:
            return False
        self.users.add(user)
        allowed, packets = (self.most if isinstance(self.most, tuple) else
                            (self.most, 0) if by_users else (0, self.most))
        if not by_users or len(self.users) > allowed:
            self.packets += 1
            self.banned = self.packets > packets
        return not self.banned


def scenario(row, chance, pool, clients, family):
    """200 answers to all clients: (Shots, whether each passes)."""
    models = {client: Model(row.most) for client in clients}
    by_users = "--users" in row.count
    shots, passes = [], []
    for _ in range(200):
        client = chance.choice(clients)
        user = chance.choice(pool)
        # Some of the clients succeed often, some hardly ever.
        if chance.random() < clients.index(client) / len(clients) / 2:
            data = sip.answer(200, user)
            passes.append(models[client].success())
        else:
            data = sip.answer(chance.choice((403, 404)), user)
            passes.append(models[client].failure(user, by_users))
        shots.append(Shot(data, 0, lib.CLIENTS[family][client]))
    return shots, passes


def test_turns(network, checks):
    """Random answers to many addresses; a model says after each what has to
    become of it."""
    pool = bursts.Pool(network, 24).users
    for family, backend in ((4, "legacy"), (6, "nft")):
        for number, row in enumerate(ROWS):
            more = f"--by dst --name turns{number}"
            # One sees the server's responses only, so the port can be any.
            network.server.rules([
                f"-A OUTPUT -p udp -m sip --method REGISTER --status "
                f"{row.good} {more} --forgive",
                f"-A OUTPUT -p udp -m sip --method REGISTER --status "
                f"{row.bad} {more} {row.count} --ban 1h -j DROP"],
                family=family, backend=backend)
            bans = 0
            for seed in range(3):
                sources.write(network.server, "flush")
                chance = random.Random(seed)
                shots, passes = scenario(row, chance, pool, range(6), family)
                got = [bool(one) for one
                       in network.back(family).through(shots)]
                wrong = [n for n in range(200) if got[n] != passes[n]]
                checks.equal(f"IPv{family} {row.count}, scenario {seed}: wrong "
                             "from answer", [], wrong[:3])
                bans += len(sources.banned(network.server))
            checks.true(f"IPv{family} {row.count}: some are banned, some not",
                        3 <= bans <= 17, bans)
            network.server.clear()


# ---- The pair of rules that stops password guessing ----

PAIR = """*raw
:SIP - [0:0]
-A PREROUTING -p udp --dport 5060 -j SIP
-A SIP -m sip --method REGISTER --auth --rate 10/m --ban 1h -j DROP
-A OUTPUT -p udp --sport 5060 -m sip --status 2xx --method REGISTER --by dst \
--forgive
COMMIT
"""
FAILURES = """*raw
-A PREROUTING -p udp --dport 5060 -m sip --banned -j DROP
-A OUTPUT -p udp --sport 5060 -m sip --status 2xx --method REGISTER --by dst \
--forgive
-A OUTPUT -p udp --sport 5060 -m sip --status 403,404 --by dst --rate 10/m \
--ban 1h -j DROP
COMMIT
"""
ACCOUNTS = {f"{n}": f"secret{n}" for n in range(1000, 1040)}


def test_pair(network, checks):
    """The rules of README and of its issue, with a server that answers."""
    for family, backend in ((4, "legacy"), (4, "nft"), (6, "legacy"),
                            (6, "nft")):
        network.server.restore(PAIR, family, backend)
        sources.write(network.server, "flush")
        server = Registrar(network, family, ACCOUNTS)
        label = f"IPv{family}, {backend}"
        checks.equal(f"an office, {label}", [200] * 40,
                     [server.login(1, user) for user in ACCOUNTS])
        heard = server.heard
        checks.equal(f"10 guesses, {label}", [401] * 5 + [None] * 5,
                     server.ask(2, *[register("1000", f"guess{n}")
                                     for n in range(10)]))
        checks.equal(f"guesses that the server hears, {label}", 5,
                     server.heard - heard)
        checks.equal(f"the rule that bans holds for all packets, {label}",
                     [None, None],
                     server.ask(2, register("1000"),
                                register("1000", "secret1000")))
        for turn in range(4):
            checks.equal(f"4 mistakes, then right, turn {turn}, {label}",
                         [401, 401, 401, 401, 200], server.ask(
                             3, *[register("1001", n) for n in range(4)],
                             register("1001", "secret1001")))
        checks.equal(f"others' success helps nobody, {label}",
                     ([401] * 4, 200, [401, None]), (
                         server.ask(4, *[register("1002", n)
                                         for n in range(4)]),
                         server.login(5, "1002"),
                         server.ask(4, register("1002", "4"),
                                    register("1002", "5"))))
        network.clear()


def test_failures(network, checks):
    """The same for servers that answer failures with 403 or 404."""
    for family, backend in ((4, "nft"), (6, "legacy")):
        network.server.restore(FAILURES, family, backend)
        sources.write(network.server, "flush")
        server = Registrar(network, family, ACCOUNTS, wrong=403)
        label = f"IPv{family}, {backend}"
        checks.equal(f"an office, {label}", [200] * 40,
                     [server.login(1, user) for user in ACCOUNTS])
        checks.equal(f"unknown users, {label}", [404] * 5 + [None] * 3,
                     server.ask(2, *[register(f"{n}") for n in range(8)]))
        checks.equal(f"wrong passwords, {label}", [403] * 5 + [None] * 3,
                     server.ask(3, *[register("1000", n) for n in range(8)]))
        checks.equal(f"challenges are no failure, {label}", [401] * 20,
                     server.ask(4, *[register("1000")] * 20))
        heard = server.heard
        checks.equal(f"they are banned, {label}", [None, None, 0], [
            *server.ask(2, register("1000")), *server.ask(
                3, register("1000", "secret1000")), server.heard - heard])
        checks.equal(f"mistakes, then right, {label}",
                     5 * [403, 403, 404, 403, 200],
                     server.ask(5, *5 * [
                         register("1003", "x"), register("1003", "y"),
                         register("nobody"), register("1003", "z"),
                         register("1003", "secret1003")]))
        network.clear()
