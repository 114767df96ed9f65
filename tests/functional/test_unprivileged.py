# SPDX-License-Identifier: GPL-2.0
"""Tests what users without privileges can make the kernel keep and do.

Any user may own a user namespace, and in it be root of network namespaces
with rules, tables and sources.
"""

import contextlib
import errno
import ipaddress
import os
import random
import signal
import tempfile
import time

import pytest

from tests import lib
from tests.lib import sip, sources, users
from tests.lib.loop import HERE, raw_sockets, shoot
from tests.lib.sources import gauge, settled, SOURCES, wait_until
from tests.lib.users import CLONE_NEWUSER, image, USER, User

NEWUSER, NEWNET = CLONE_NEWUSER, lib.CLONE_NEWNET
TABLES = 64             # of a namespace
SMALL = 4096            # sources of one that a user owns

# Bytes that things in the kernel take at least, on 64 bits.
TABLE = 4096            # struct xsip_table, as kmalloc() has it
INFO = 4096             # parameters of a counting rule, kept by its table
RULE = 160              # struct xsip_rule
BUCKETS = SMALL * 8     # the hash of a namespace's sources
CHUNK = 32768           # sources come in chunks
SOURCE = 112
MEMORY = 2048 * 2 * 8   # of the requests of the last minute
NET = 2600              # struct xsip_net
STATS = 600             # counters of a namespace, on each CPU
IDLE = 1600             # most of one without rules: its files in /proc
PATTERN = 150000        # what the texts below are compiled to

# What of a cgroup's memory comes and goes by itself: page tables of its
# process, and what the kernel has charged ahead or not yet.  Each kind of
# memory is more than that in some row of charges().
STIR = 4 * 4096

# So many rules take nearly 2 MiB of x_tables: kmalloc() gives it 2 MiB.
RULES = 643


class Budget(sources.Account):
    """A cgroup for Persons, with a limit of memory or without."""

    def __init__(self, limit=None):
        super().__init__()
        self.limit = limit
        self.user = None

    def __enter__(self):
        with open(self.ROOT + "/cgroup.subtree_control", "w",
                  encoding="ascii") as file:
            file.write("+memory")
        os.mkdir(self.path)
        if self.limit:
            self._write("memory.max", self.limit)
        return self

    def __exit__(self, *exc):
        wait_until(self._gone, 20)

    def _gone(self):
        try:
            os.rmdir(self.path)
        except OSError:
            return False
        return True

    def _write(self, name, value):
        with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
            file.write(str(value))

    def add(self, user):
        """This one pays from here."""
        self.user = user
        self._write("cgroup.procs", user.pid)

    def numbers(self, name):
        """A file of lines "name number"."""
        with open(f"{self.path}/{name}", encoding="ascii") as file:
            return {key: int(value) for key, value in map(str.split, file)}

    def stat(self):
        """memory.stat, once it does not change any more."""
        last, now = None, self._now()
        end = time.monotonic() + lib.PATIENCE
        while last != now and time.monotonic() < end:
            time.sleep(2.5)         # for what the kernel frees later
            last, now = now, self._now()
        return {**self.numbers("memory.stat"), **dict(now)}

    def _now(self):
        # Else some of it is of two seconds ago, or, where a worker of the
        # kernel has to wait for a processor, of any time.
        self.user.do(users.stir_memory)
        stat = self.numbers("memory.stat")
        return [(name, stat[name]) for name in (
            "kernel", "slab_unreclaimable", "slab_reclaimable", "percpu")]


@contextlib.contextmanager
def texts():
    """--ua-file with as many texts as a rule takes, none like another.

    They are the same in every run.
    """
    some = random.Random(5060)
    with tempfile.NamedTemporaryFile("w") as file:
        for _ in range(43):
            print("".join(some.choices("abcdefghijklmnopqrstuvwxyz"
                                       "0123456789", k=63)), file=file)
        file.flush()
        yield "--ua-file " + file.name


def owner(*steps, uid=USER):
    """A user in namespaces of its own."""
    return User(uid).root(*(steps or (NEWUSER, NEWNET)))


# ---- Memory ----

def ban_in(first, last):
    """A ban in each of these tables."""
    for number in range(first, last):
        users.write_line(SOURCES, f"ban 10.5.1.1 1h table t{number}")


def namespaces(count):
    """So many network namespaces; they stay."""
    fds = []
    for _ in range(count):
        users.unshare(NEWNET)
        fds.append(os.open("/proc/self/ns/net", os.O_RDONLY))
    return fds


def grown(budget, before):
    """How much memory.stat has grown, and what it is now."""
    after = budget.stat()
    return {name: after[name] - before[name] for name in after}, after


def charges(network):
    """What Persons do, a list for each: name, function, arguments, by how
    much their memory in the kernel then grows at least.

    A table that no rule names goes after a minute, which may be here: what
    comes after tables is for another User, in other namespaces.
    """
    plain = image(network, ["--request"] * RULES)
    counting = image(network, [f"--rate {n + 1}/d --name t{n % TABLES}"
                               for n in range(RULES)])
    few = image(network, ["--request"] * 20)
    asking = image(network, ["--auth"] * 20)
    with texts() as option:
        long = image(network, [option] * 20)
    size = len(plain[3])
    return [
        [("a table: all of it", ban_in, (0, 1), TABLE + BUCKETS + CHUNK),
         ("63 tables", ban_in, (1, TABLES), (TABLES - 1) * TABLE)],
        [("rules", users.load, (plain,), size + RULES * RULE),
         ("counting rules instead", users.load, (counting,), RULES * INFO)],
        [("20 rules", users.load, (few,), None),
         ("20 rules with --solicited instead", users.load, (asking,),
          MEMORY),
         ("20 rules with texts instead", users.load, (long,), 20 * PATTERN -
          MEMORY)]]


def check_charged(checks, rows):
    """A User does this and pays for it."""
    with Budget() as budget, owner() as user:
        budget.add(user)
        before = budget.stat()
        for what, function, arguments, least in rows:
            user.do(function, *arguments)
            more, before = grown(budget, before)
            if least is not None:
                checks.true(what, more["kernel"] >= least - STIR,
                            f"{more['kernel']} bytes, expected {least} at "
                            f"least, but for {STIR}")


@pytest.mark.slow
def test_charged(network, checks):
    """The cgroup of a rule's or table's creator is charged for it."""
    for rows in charges(network):
        check_charged(checks, rows)


def banned_namespaces(count):
    """So many network namespaces with a ban in each; they stay."""
    for _ in range(count):
        namespaces(1)
        users.write_line(SOURCES, "ban 10.5.1.1 1h")


def looked_namespaces(count):
    """The same with our files read, and written without a ban."""
    for _ in range(count):
        namespaces(1)
        for name in ("sources", "stats"):
            with open(f"/proc/net/xt_sip/{name}", encoding="ascii") as file:
                file.read()
        users.write_line(SOURCES, "forgive 10.5.1.1")
        users.write_line(SOURCES, "flush")


def cost_of(make, count):
    """What memory.stat shows of so many namespaces."""
    with Budget() as budget, owner(NEWUSER) as user:
        budget.add(user)
        user.do(make, 4)
        before = budget.stat()
        user.do(make, count)
        return grown(budget, before)[0]


@pytest.mark.slow
def test_charged_namespaces(checks):
    """A network namespace pays for what it has, once it has a rule or ban."""
    count = 30
    # percpu memory is there for CPUs that may come, too
    cpus = os.cpu_count()
    checks.true("unload", sources.unload_module())
    without = cost_of(namespaces, count)
    sources.load_module()
    for name, make in (("idle", namespaces), ("looked at", looked_namespaces)):
        idle = cost_of(make, count)
        for what, most in (("slab_unreclaimable", IDLE * count),
                           ("percpu", 64 * count * cpus)):
            more = idle[what] - without[what]
            checks.true(f"{what} of {count} namespaces, {name}",
                        more <= most + STIR, f"{more} bytes more than without "
                        f"the module, expected {most} at most")
    ours = cost_of(banned_namespaces, count)
    for what, least in (("slab_unreclaimable", (NET + TABLE) * count),
                        ("percpu", STATS * count * cpus)):
        more = ours[what] - without[what]
        checks.true(f"{what} of {count} namespaces with a ban", more >= least,
                    f"{more} bytes more than without the module, expected "
                    f"{least} at least")


# ---- A limit of memory ----

LIMIT = 40 << 20
MOST = 60               # namespaces that nobody should get
# Of one with the rules and tables below.
EACH = 20 * PATTERN + 44 * (TABLE + INFO + RULE) + BUCKETS


def fill(made, told):
    """Namespaces with rules until memory ends; a byte to @told for each."""
    for _ in range(MOST):
        namespaces(1)
        users.load(made)
        os.write(told, b".")


def available():
    """Bytes of memory that are free or easily made so."""
    with open("/proc/meminfo", encoding="ascii") as file:
        return [int(line.split()[1]) << 10 for line in file
                if line.startswith("MemAvailable:")][0]


def end_of(user):
    """How it ended: a word."""
    try:
        user.result()
    except ChildProcessError as error:
        return signal.Signals(-error.errno).name
    except OSError as error:
        return errno.errorcode[error.errno]
    return "no end"


def test_limit(network, checks):
    """A user at the limit of its memory affects no other user."""
    with texts() as option:
        made = image(network, [option] * 20 + [
            f"--rate {n + 1}/d --name t{n}" for n in range(44)])
    network.server.rules([f"-A PREROUTING -m sip --ua {sip.SCANNER} -j DROP"])
    hear, told = os.pipe()
    with Budget(LIMIT) as budget, owner(NEWUSER) as user:
        os.close(told)
        budget.add(user)
        before = lowest = available()
        rounds, wrong = 0, []
        user.start(fill, made, told)
        while user.busy():
            got = network.path(4).through([
                sip.request(agent=sip.SCANNER), sip.request("REGISTER")])
            rounds += 1
            if [bool(one) for one in got] != [False, True]:
                wrong.append(got)
            lowest = min(lowest, available())
        end = end_of(user)
        count = taken(hear)
        events = budget.numbers("memory.events")
        checks.true("ends as it should", end in ("ENOMEM", "SIGKILL"), end)
        checks.true("as the kernel says", end != "SIGKILL" or
                    events["oom_kill"] == 1, events)
        checks.true("gets what it may have", 2 <= count and
                    count * (EACH + len(made[3])) <= LIMIT,
                    f"{count} namespaces of {EACH} bytes and more")
        checks.true("no memory of others", before - lowest <= LIMIT + LIMIT
                    // 2, f"{before - lowest} bytes less than before")
        checks.equal(f"other traffic in {rounds} rounds", [], wrong)
        checks.true("rounds", rounds >= 3, rounds)
        user.end()
        checks.true("gives it back", wait_until(
            lambda: budget.numbers("memory.stat")["kernel"] < LIMIT // 16,
            60), budget.numbers("memory.stat"))
    checks.equal("rules of others", 1, sources.module_users())


def taken(fd):
    """The bytes in a pipe whose other end is closed by now."""
    os.set_blocking(fd, False)
    try:
        return len(os.read(fd, MOST))
    except BlockingIOError:
        return 0
    finally:
        os.close(fd)


# ---- Sources ----

STEP = 512              # forged sources between two looks


def packets_from(netns, family, first, count):
    """A packet of each of so many forged sources, inside a namespace.

    Returns how many did not get out.
    """
    with netns.inside():
        socks = raw_sockets()
    return sum(shoot(socks, packet) for packet in sources.forged_many(
        family, HERE[family], first, count))


def flood(netns, first, count):
    """New sources, by turns IPv4 and IPv6; the most that were known."""
    most = 0
    for number in range(first, first + count, STEP):
        packets_from(netns, 6 if number // STEP % 2 else 4, number, STEP)
        most = max(most, gauge(netns, "sources"))
    return most


@pytest.mark.slow
def test_bound(network, checks):
    """max_sources, and 4096, are never passed in a user's namespace.

    Sources are charged to the creator of the tables, not to their senders.
    """
    rules = ["--banned --name f", "--rate 1/d --burst 5 --name f"]
    images = [image(network, rules, family) for family in (4, 6)]
    with sources.max_sources(1 << 20), Budget() as budget, owner() as user:
        budget.add(user)
        user.do(users.link_up)
        for one, family in zip(images, (4, 6)):
            user.do(users.load, one, family)
        netns = user.netns()
        before = budget.stat()
        first = 0
        for limit, room in ((1 << 20, SMALL), (SMALL, SMALL), (1000, 1000)):
            sources.set_max_sources(limit)
            name = f"max_sources {limit}"
            checks.equal(f"{name}: in stats", room,
                         netns.stats()["xt_sip_max_sources"])
            checks.true(f"{name}: within 15 s no more than that", wait_until(
                lambda: gauge(netns, "sources") <=
                room, 15))              # pylint: disable=cell-var-from-loop
            old = netns.stats()
            most = flood(netns, first, 3 * SMALL)
            first += 3 * SMALL
            checks.true(f"{name}: sources", room - 8 <= most <= room, most)
            checks.equal(f"{name}: packets that found no room", 0,
                         netns.stats()["xt_sip_full_total"] -
                         old["xt_sip_full_total"])
            kernel = grown(budget, before)[0]["kernel"]
            checks.true(f"{name}: memory", room * SOURCE <= kernel <=
                        SMALL * 128 + 4 * CHUNK, f"{kernel} bytes")
        bound_of_bans(checks, netns)
        netns.close()


def bound_of_bans(checks, netns):
    """Half of the room."""
    sources.set_max_sources(1 << 20)
    sources.write(netns, "flush")
    text = "".join(f"ban 10.1.{n >> 8}.{n & 255} 1h table f\n"
                   for n in range(SMALL))
    try:
        netns.run("sh", "-c", f"cat > {SOURCES}", text=text)
        checks.fail("too many bans", "are not refused")
    except lib.NetworkError as error:
        checks.true("too many bans", "No space left" in str(error), error)
    checks.equal("bans", SMALL // 2, gauge(netns, "banned_sources"))
    sources.write(netns, "flush")


# ---- Many namespaces ----

MANY = 200
OWN = ["--banned --name own -j DROP",
       "--rate 1/d --burst 1 --name own -j DROP"]


def own_sources(number):
    """First source and number of sources of a namespace among many."""
    return 16 * number, 1 + number % 5


def address(number):
    """The address of a source of packets_from()."""
    return str(ipaddress.ip_address(sources.FIRST[4]) + number)


def one_of_many(number, made):
    """A namespace with rules, a ban and sources."""
    netns = lib.Netns(f"many {number}")
    with netns.inside():
        users.link_up()
        if number % 20 != 7:
            users.load(made)
    if number % 20 == 7:
        netns.rules([f"-A OUTPUT -m sip {line}" for line in OWN],
                    backend="nft")
    first, count = own_sources(number)
    sources.write(netns, f"ban {address(first)} 1h table own")
    packets_from(netns, 4, first + 1, count)
    return netns


def check_many(checks, spaces, when):
    """Each knows its own sources, and none of another's."""
    wrong = []
    for number, netns in spaces.items():
        first, count = own_sources(number)
        expected = {(f"{address(first + n)}/32", "own", not n)
                    for n in range(count + 1)}
        got = {(one["src"], one["table"], "banned" in one)
               for one in sources.listed(netns)}
        # The ban, and all sources: it was their second packet.
        dropped = packets_from(netns, 4, first, count + 1)
        if (got, dropped) != (expected, count + 1):
            wrong.append((number, sorted(got ^ expected), dropped))
    checks.equal(f"{when}: wrong ones of {len(spaces)}", [], wrong[:3])


def no_rules():
    """Is no rule left anywhere?"""
    return sources.module_users() == 0


def growth(account, made):
    """Bytes that many namespaces leave behind.

    What the kernel keeps for the next ones, and frees later, is more after
    some rounds than after others; a leak is there after each.
    """
    left = settled(account.kernel)
    least = left
    for _ in range(4):
        for netns in [one_of_many(n, made) for n in range(MANY)]:
            netns.close()
        wait_until(no_rules, 60)
        before, left = left, settled(account.kernel)
        least = min(least, left - before)
        if least < MANY * STATS:
            break
    return least


@pytest.mark.slow
def test_many(network, checks):
    """Many namespaces at once are each alone, and leave nothing behind."""
    made = image(network, OWN)
    sources.load_module()
    with sources.max_sources(1000), sources.KernelLog() as log, \
            sources.Account() as account:
        for number in range(8):         # what the kernel keeps for others
            one_of_many(number, made).close()
        wait_until(no_rules, 30)
        before = settled(account.kernel)
        spaces = {n: one_of_many(n, made) for n in range(MANY)}
        checks.equal("rules", 2 * MANY, sources.module_users())
        most = settled(account.kernel)
        checks.true("memory is seen", most - before > MANY *
                    (NET + TABLE + CHUNK), f"{most - before} bytes")
        check_many(checks, spaces, "all")
        for number in range(0, MANY, 2):
            spaces.pop(number).close()
        checks.true("half of the rules", wait_until(
            lambda: sources.module_users() == MANY, 60),
            sources.module_users())
        check_many(checks, spaces, "the other half")
        for netns in spaces.values():
            netns.close()
        checks.true("no rule is left", wait_until(no_rules, 60),
                    sources.module_users())
        # kmemleak looks itself, and such a kernel keeps what was freed.
        grown = 0 if sources.finds_leaks() else growth(account, made)
        checks.true("no memory is left", grown < MANY * STATS,
                    f"{grown} bytes")
        checks.equal("kernel log", [], log.lines())
    checks.true("the module can go", sources.unload_module())
