# SPDX-License-Identifier: GPL-2.0
"""Tests concurrent use on all CPUs: rules, sources, readers, the module.

What each of them gets wrong shows here, or in the log of a debug kernel
(KASAN, KCSAN, lockdep), for which these tests are worth twice.
"""

import contextlib
import ctypes
import errno
import mmap
import os
import random
import subprocess
import time

import pytest

from tests import lib
from tests.lib import sip, sources, users
from tests.lib.loop import forged, HERE, Loop, raw_sockets, shoot
from tests.lib.sources import gauge, SOURCES
from tests.lib.users import User

SECONDS = 8
pytestmark = pytest.mark.cpus(2)


def on_cpu(number):
    """Stay on one CPU, with others on the others."""
    os.sched_setaffinity(0, {number % os.cpu_count()})


@contextlib.contextmanager
def actors(netns, *calls):
    """A User for each (function, argument...), at work; yields a list to
    which their results come in the end."""
    results, crew = [], []
    with netns.inside():
        crew += [User() for _ in calls]
    try:
        for number, (user, call) in enumerate(zip(crew, calls)):
            user.do(on_cpu, number)
            user.start(*call)
        yield results
        results += [user.result() for user in crew]
    finally:
        for user in crew:
            user.end()


def repeat(seconds, least, act):
    """Call @act for so long, and longer where the machine is busy, until it
    has said @least times that it did something; how often it did."""
    start = time.monotonic()
    count = 0
    while True:
        spent = time.monotonic() - start
        if spent >= seconds and (count >= least or spent >= lib.PATIENCE):
            return count
        count += bool(act())


# ---- A new source on two CPUs ----

BURST = 4
NEW = 2000              # sources of each family
BATCH = 50


class Pace:
    """Two processes take each step at the same time, as near as can be."""

    def __init__(self):
        self.steps = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("I")

    def step(self, which, number):
        """Process @which, 0 or 1, waits for the other one."""
        self.steps[64 * which] = number
        end = time.monotonic() + lib.PATIENCE
        tries = 0
        while self.steps[64 * (1 - which)] < number:
            tries += 1
            if tries % 1000 == 0:
                os.sched_yield()        # the other may need this CPU
                if time.monotonic() > end:
                    raise TimeoutError


PACE = Pace()               # Persons have it from their parent


class Message(ctypes.Structure):
    """struct mmsghdr"""

    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint),
                ("iov", ctypes.c_void_p), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p),
                ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int),
                ("sent", ctypes.c_uint)]


def send_all(sock, packets):
    """All packets, as fast as a system call can."""
    buffers = [ctypes.create_string_buffer(one, len(one)) for one in packets]
    pieces = (ctypes.c_size_t * 2 * len(packets))(*[
        (ctypes.addressof(one), len(one)) for one in buffers])
    messages = (Message * len(packets))(*[
        Message(iov=ctypes.addressof(piece), iovlen=1) for piece in pieces])
    done = 0
    while done < len(packets):
        done += lib.checked(lib.libc.sendmmsg(
            sock.fileno(), ctypes.byref(messages, done * ctypes.sizeof(
                Message)), len(packets) - done, 0))


def new_sources(family):
    """A packet of each of many sources."""
    return [forged(f"10.77.{n >> 8}.{n & 255}" if family == 4 else
                   f"2001:db8:77:{n:x}::1", b"new") for n in range(NEW)]


def first_packets(which):
    """A packet of each new source, at the same time as the other process."""
    for number, (family, sock) in enumerate(raw_sockets().items(), 1):
        sock.connect((HERE[family], 0))
        shots = new_sources(family)
        for turn in range(0, NEW, BATCH):
            PACE.step(which, number * NEW + turn)
            send_all(sock, shots[turn:turn + BATCH])


def more_packets(family, each):
    """How many of so many packets of each of these sources pass."""
    socks = raw_sockets()
    return [sum(not shoot(socks, shot) for _ in range(each))
            for shot in new_sources(family)]


def test_first(checks):
    """A new source's first packets come on two CPUs: one count has both."""
    with Loop(f"--rate 1/d --burst {BURST} --name first") as netns:
        with actors(netns, (first_packets, 0), (first_packets, 1)):
            pass
        for family in (4, 6):
            with netns.inside():
                passed = more_packets(family, BURST)
            checks.equal(f"IPv{family}: sources that may send more or less "
                         f"than {BURST}, 2 of which are gone", [],
                         [(number, count) for number, count in enumerate(passed)
                          if count != BURST - 2][:9])
        checks.equal("sources", 2 * NEW, gauge(netns, "sources"))
        checks.equal("listed", 2 * NEW, len(sources.listed(netns)))


# ---- Writers, readers, traffic ----

def traffic(seed, seconds):
    """Packets of a few hundred sources, every one of them banned at times."""
    some = random.Random(seed)
    socks = raw_sockets()
    shots = [forged(f"10.78.{n >> 4}.{n & 15}" if n % 2 else
                    f"2001:db8:78:{n:x}::1", data)
             for n in range(300) for data in (
                 sip.to_user(f"user{n % 50}"),
                 sip.request(agent=sip.SCANNER))]

    def send():
        shoot(socks, some.choice(shots))
        return True

    return repeat(seconds, 10, send)


def writer(seed, seconds, verbs):
    """Lines to sources; how many the kernel took."""
    some = random.Random(seed)

    def write():
        n = some.randrange(300)
        address = (f"10.78.{n >> 4}.{n & 15}" if n % 2 else
                   f"2001:db8:78:{n:x}::1/64")
        line = some.choice(verbs).format(address)
        try:
            return os.write(fd, line.encode()) > 0
        except OSError as error:
            if error.errno not in NO_WONDER:
                raise
            return False

    fd = os.open(SOURCES, os.O_WRONLY)
    taken = repeat(seconds, 10, write)
    os.close(fd)
    return taken


def seeker(seed, seconds):
    """Reads of any size at any place of both files."""
    some = random.Random(seed)
    fds = [os.open(path, os.O_RDONLY) for path in (
        SOURCES, "/proc/net/xt_sip/stats")]

    def read():
        fd = some.choice(fds)
        if some.randrange(3):
            os.lseek(fd, some.randrange(20000), os.SEEK_SET)
        os.read(fd, some.choice((1, 7, 100, 4096, 65536)))
        return True

    return repeat(seconds, 10, read)


def shaker(seed, seconds):
    """max_sources up and down."""
    some = random.Random(seed)

    def shake():
        sources.set_max_sources(some.choice((2, 40, 200, 5000)))
        time.sleep(0.05)
        return True

    return repeat(seconds, 10, shake)


# No such table, no such ban; no room for a ban.
NO_WONDER = (errno.ENOENT, errno.ENOSPC)
RULES = ["--banned --name w -j DROP", "--scanner --ban 1s --name w -j DROP",
         "--method REGISTER --rate 3/s --users 20/m --name w",
         "--forgive --rate 1/h --burst 5 --name w"]
VERBS = {"bans": ("ban {0} 1s table w\n", "ban {0} 2s table w\n"),
         "friends": ("trust {0} 1s table w\n", "distrust {0} table w\n"),
         "unbans": ("unban {0}\n", "forgive {0} table w\n"),
         "flushes": ("flush\n", "flush w\n", "flush other\n"),
         "other tables": ("ban {0} 1h table other\n", "unban {0}\n")}


def test_writers(checks):
    """Five writers, traffic, readers that seek, a limit that moves.

    Bans are short, so that many end while they are read.
    """
    with Loop(*RULES, then="") as netns, sources.KernelLog() as log, \
            sources.max_sources(200):
        with actors(netns, (traffic, 1, SECONDS), (traffic, 2, SECONDS),
                    *[(writer, name, SECONDS, verbs)
                      for name, verbs in VERBS.items()],
                    (seeker, 3, SECONDS), (shaker, 4, SECONDS)) as results:
            pass
        checks.true("all were at work", min(results) >= 10, results)
        sources.set_max_sources(5000)
        listed = sources.listed(netns)
        checks.equal("sources are those that are listed", len(listed),
                     gauge(netns, "sources"))
        checks.true("bans, too", gauge(netns, "banned_sources") >= sum(
            "banned" in one for one in listed))
        sources.write(netns, "flush")
        checks.equal("none after a flush", (0, 0, []), (
            gauge(netns, "sources"), gauge(netns, "banned_sources"),
            sources.listed(netns)))
        # Most unbans lift nothing, more of them than the log takes.
        checks.equal("kernel log", [], [
            line for line in log.lines() if "nobody is banned" not in line
            and "callbacks suppressed" not in line])


# ---- The module, its rules and namespaces ----

def quiet(*command):
    """Run a command that may fail; did it not?"""
    return not subprocess.run(command, check=False,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode


def rule_maker(tool, seconds):
    """Rules come, which loads the module, and go."""
    def change():
        made = quiet(tool, "-t", "raw", "-A", "OUTPUT", "-m", "sip", "--rate",
                     "5/m", "--ban", "1s")
        return quiet(tool, "-t", "raw", "-F") or made

    return repeat(seconds, 1, change)


def unloader(seconds):
    """rmmod, whenever it can be done."""
    return repeat(seconds, 1, lambda: quiet("rmmod", "xt_sip"))


def namespaces(seconds):
    """Namespaces come, with whatever the module has for them, and go."""
    def come():
        users.unshare(lib.CLONE_NEWNET)
        users.link_up()
        with contextlib.suppress(OSError):
            users.write_line(SOURCES, "ban 10.1.1.1 1h")
        return True

    return repeat(seconds, 1, come)


def reader(seconds):
    """Opens and reads whatever is there."""
    def read():
        count = 0
        for name in ("sources", "stats"):
            with contextlib.suppress(OSError):
                count += len(users.read_file("/proc/net/xt_sip/" + name)) > 0
        return count

    return repeat(seconds, 1, read)


def test_module(checks):
    """The module comes and goes under rules, packets, namespaces, readers."""
    with Loop() as netns, sources.KernelLog() as log:
        with actors(netns, (rule_maker, "iptables-legacy", 2 * SECONDS),
                    (rule_maker, "ip6tables-nft", 2 * SECONDS),
                    (traffic, 5, 2 * SECONDS), (traffic, 6, 2 * SECONDS),
                    (unloader, 2 * SECONDS), (namespaces, 2 * SECONDS),
                    (reader, 2 * SECONDS)) as results:
            pass
        checks.true("all were at work", min(results) >= 1, results)
        checks.equal("kernel log", [], [
            line for line in log.lines() if "xt_sip" in line and
            "taint" not in line and "signature" not in line])
        for tool in lib.TOOLS.values():
            netns.run(tool, "-t", "raw", "-F")
        checks.true("no rule is left", sources.wait_until(
            lambda: not sources.module_users(), 20), sources.module_users())
    checks.true("the module can go", sources.unload_module())
