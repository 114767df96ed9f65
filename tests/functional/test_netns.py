# SPDX-License-Identifier: GPL-2.0
"""Tests that namespaces, rules and the module can be removed in every order."""

import concurrent.futures
import contextlib
import itertools
import os
import re
import select
import socket
import subprocess
import time

import pytest

from tests import lib
from tests.lib import sip, sources
from tests.lib.sources import KernelLog, SOURCES, write
from tests.lib.users import User

CYCLES = 60
ROUNDS = 200            # of changes while others read
WARM = 12               # cycles before memory is looked at
RULES = ["-A OUTPUT -m sip --banned -j DROP",
         f"-A OUTPUT -m sip --ua {sip.SCANNER} --ban 1h -j DROP",
         "-A OUTPUT -m sip --method REGISTER --rate 2/s -j DROP",
         "-A OUTPUT -m sip --response ! --solicited",
         "-A OUTPUT -m sip --malformed --rate 5/m --name other --ban 10m"]
LINE = re.compile(rb"# xt_sip 1|src=[0-9a-f:.]+/\d+ table=\S+ seen=\d+"
                  rb"( (banned|trusted|barred)=\d+)?( why=\S+)?"
                  rb"( since=\d+ of=\d+ bans=\d+ hits=\d+)?( rate=\d+/[smhd]:\d+/\d+)*")


def traffic(netns):
    """A few packets over the loopback device, to nobody."""
    for family, here in ((4, "127.0.0.1"), (6, "::1")):
        with netns.socket(lib.AF[family], socket.SOCK_DGRAM) as sock:
            for data in (sip.request("REGISTER"), sip.JUNK, b"",
                         sip.request("REGISTER", agent=sip.SCANNER)) * 3:
                try:
                    sock.sendto(data, (here, 5060))
                except (PermissionError, ConnectionError):
                    pass        # dropped, or refused


def cycle(number):
    """A namespace from its beginning to its end; @number says how it goes."""
    netns = lib.Netns("cycle")
    netns.ip(["link set lo up"])
    tools = list(lib.TOOLS)
    for family, backend in (tools if number % 6 == 5 else
                            [tools[number % 4]]):
        netns.rules(RULES, family=family, backend=backend)
    write(netns, "ban 192.0.2.0/24 1h", "ban 192.0.2.1 1h table third")
    traffic(netns)
    if number % 3 == 1:
        netns.clear()           # tables linger
    with netns.inside():
        fd = os.open(SOURCES, os.O_RDWR)
    os.read(fd, number)
    netns.close()
    return fd


def readable(fd):
    """Can an open file still be read?"""
    try:
        os.read(fd, 1)
    except OSError:
        return False
    return True


def last_words(fd):
    """What an open file says that should be gone by now; it is closed."""
    sources.wait_until(lambda: not readable(fd), 20)
    found = []
    for function, argument in ((os.read, 1), (os.write, b"flush\n")):
        try:
            function(fd, argument)
            found.append("ok")
        except OSError as error:
            found.append(error.strerror)
    os.close(fd)
    return found


def settled(function):
    """@function(), once namespaces are gone and it changes no more."""
    sources.wait_until(lambda: not sources.module_users(), 20)
    return sources.settled(function, 1)


# Before a namespace has a rule or ban: what is written, and what comes of it.
BEFORE = [("# nothing", "ok"), ("unban 192.0.2.1", "ENOENT"),
          ("forgive 192.0.2.0/24", "ok"), ("flush", "ok"),
          ("unban 192.0.2.1 table sip", "ENOENT"), ("flush sip", "ENOENT"),
          ("src=192.0.2.1/32 table=sip seen=1", "ok"), ("x", "EINVAL")]


def test_before(checks):
    """The files of a namespace that never had a rule, and its first ones."""
    sources.load_module()
    for first in ("ban", "rule"):
        netns = lib.Netns("before")
        with netns.inside():
            fd = os.open(SOURCES, os.O_RDWR)
        for line, expected in BEFORE:
            checks.equal(f"{line!r}", expected,
                         lib.tried(os.write, fd, line.encode()))
            checks.equal(f"{line!r}: sources", "# xt_sip 1\n",
                         netns.read(SOURCES))
        stats = netns.stats()
        counters = {key: value for key, value in stats.items()
                    if key.split("{")[0].endswith("_total")}
        checks.true("counters", len(counters) > 40, len(counters))
        checks.equal("none has counted", {0}, set(counters.values()))
        with open(sources.MAX_SOURCES, encoding="ascii") as file:
            checks.equal("the limit", int(file.read()),
                         stats["xt_sip_max_sources"])
        checks.equal("the open file", b"# xt_sip 1\n", os.read(fd, 100))
        if first == "rule":
            netns.rules(["-A OUTPUT -m sip --banned -j DROP"])
        write(netns, "ban 192.0.2.1 1h")
        os.lseek(fd, 0, os.SEEK_SET)
        checks.true(f"{first}: the file that was open shows the ban",
                    b"\nsrc=192.0.2.1/32 table=sip " in os.read(fd, 4096))
        os.write(fd, b"unban 192.0.2.1")
        checks.equal(f"{first}: and ends it", {}, sources.banned(netns))
        checks.equal(f"{first}: counters stay", set(counters),
                     {key for key in netns.stats() if key in counters})
        os.close(fd)
        netns.clear()
        netns.close()


def test_threads(checks):
    """A thread that is inside a namespace reads and writes its files."""
    sources.load_module()
    netns = lib.Netns("threads")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(netns.write, SOURCES, "ban 192.0.2.7 1h").result()
        seen = pool.submit(netns.read, SOURCES).result()
    checks.true("the thread's file", "src=192.0.2.7/32 " in seen, seen)
    with open(SOURCES, encoding="ascii") as file:
        ours = file.read()
    checks.true("this thread's file", "192.0.2.7" not in ours, ours)
    netns.close()


@pytest.mark.slow
def test_cycles(checks):
    """Namespaces die with rules, tables, sources, open files."""
    sources.load_module()
    with KernelLog() as log, sources.Account() as account:
        for number in range(WARM):
            os.close(cycle(number))
        before = settled(account.kernel)
        for number in range(CYCLES):
            fd = cycle(number)
            if number % 5 == 0:
                checks.true(f"cycle {number}: no rule is left",
                            sources.wait_until(
                                lambda: not sources.module_users(), 20),
                            f"{sources.module_users()} users")
                checks.equal(f"cycle {number}: an open file of it",
                             ["Input/output error"] * 2, last_words(fd))
            else:
                os.close(fd)
        grown = settled(account.kernel) - before
        checks.true("memory of the namespaces", grown < CYCLES * 3584,
                    f"{grown} bytes more than {CYCLES} cycles ago")
        checks.equal("kernel log", [], log.lines())


@pytest.mark.slow
def test_linger(checks):
    """A table goes 60 seconds after its last rule, or a little later."""
    netns = lib.Netns("linger")
    netns.rules(["-A OUTPUT -m sip --banned", "-A OUTPUT -m sip --auth"])
    write(netns, "ban 192.0.2.1 1h")
    netns.clear()
    start = time.monotonic()
    bans = sources.banned(netns)
    if time.monotonic() - start < 60:
        checks.equal("at once", ["192.0.2.1/32"], list(bans))
    checks.true("it goes", sources.wait_until(
        lambda: not sources.banned(netns), 75), sources.listed(netns))
    checks.true("not before 60 s", time.monotonic() - start >= 60)
    checks.true("the memory of requests too", sources.wait_until(
        lambda: not netns.stats()["xt_sip_memory_bytes"], 15))
    checks.equal("no table left", 0, sum(
        "{table=" in key for key in netns.stats()))
    netns.close()


# ---- Readers ----

def read_lines(fd, said):
    """Read byte by byte, again and again, until the namespace is gone; what
    was no line. @said gets a byte when one has been read."""
    broken = []
    while True:
        text = b""
        try:
            os.lseek(fd, 0, os.SEEK_SET)
            while byte := os.read(fd, 1):
                text += byte
        except OSError:
            return broken
        broken += [line for line in text.splitlines()
                   if not LINE.fullmatch(line)]
        with contextlib.suppress(BlockingIOError):
            os.write(said, b"1")


def bans(rounds):
    """Lines that ban what no other round does, in all tables."""
    return "".join(f"ban 10.{rounds % 256}.{n}.0/24 1h table t{n % 8}\n"
                   for n in range(40))


def test_readers(checks):
    """1-byte reads of sources while sources, rules and all else change."""
    cpus = sorted(os.sched_getaffinity(1))
    netns = lib.Netns("readers")
    netns.ip(["link set lo up"])
    netns.rules(RULES)
    pipes = [os.pipe() for _ in range(3)]
    with netns.inside():
        fds = [os.open(SOURCES, os.O_RDONLY) for _ in pipes]
    with KernelLog() as log, contextlib.ExitStack() as stack:
        readers = [stack.enter_context(User()) for _ in pipes]
        for number, (user, fd, pipe) in enumerate(zip(readers, fds, pipes)):
            user.do(os.close, netns.fd)     # it does not keep it alive
            user.do(os.sched_setaffinity, 0, {cpus[number % len(cpus)]})
            user.do(os.set_blocking, pipe[1], False)
            user.start(read_lines, fd, pipe[1])
        for rounds in range(ROUNDS):
            netns.write(SOURCES, bans(rounds))
            traffic(netns)
            if rounds % 4 == 1:
                netns.rules(RULES[rounds % 3:])
            if rounds % 4 == 3:
                write(netns, "flush", "forgive 10.1.1.1")
        for number, (seen, _) in enumerate(pipes):
            checks.true(f"reader {number} reads",
                        select.select([seen], [], [], lib.PATIENCE)[0])
        netns.close()
        for user in readers:
            checks.equal("what a reader saw that is no line", [],
                         user.result())
        checks.equal("kernel log", [], log.lines())
    for fd in (*fds, *itertools.chain(*pipes)):
        os.close(fd)


# ---- The module ----

def memory():
    """Bytes of kernel memory, of which a module could leave some behind."""
    found = {}
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            name, value = line.split()[:2]
            found[name] = int(value) << 10
    return found["SUnreclaim:"] + found["Percpu:"] + found["VmallocUsed:"]


def use(network, number):
    """Load the module with rules, fill tables, remove the rules."""
    family, backend = list(lib.TOOLS)[number % 4]
    network.server.rules([rule.replace("OUTPUT", "PREROUTING")
                          for rule in RULES],
                         family=family, backend=backend)
    for count in range(600):
        network.raw(sources.forged(sources.address(f"1.{count % 250}", 4),
                                   lib.SERVER[4], b"x" * (count % 5)))
    write(network.server, *[f"ban 10.1.{n}.0/24 1h" for n in range(50)])
    network.path(4).arrived()
    network.clear()


def test_module(network, checks):
    """rmmod: refused while a rule is there, complete when none is."""
    sources.unload_module()
    with KernelLog() as log:
        for number in range(8):
            if number == 4:
                before = settled(memory)
            use(network, number)
            fd = None
            if number % 2:
                with network.server.inside():
                    fd = os.open(SOURCES, os.O_RDWR)
                os.read(fd, 10)
            checks.true(f"unload {number}: sources in lingering tables",
                        len(sources.banned(network.server)) >= 50)
            checks.true(f"unload {number}", sources.unload_module(),
                        f"{sources.module_users()} users")
            checks.true(f"unload {number}: its files are gone",
                        not os.path.exists("/proc/net/xt_sip"))
            if fd is not None:
                checks.equal(f"unload {number}: an open file",
                             ["Input/output error"] * 2, last_words(fd))
        grown = settled(memory) - before
        # A kernel that looks for leaks itself keeps what is freed for a while.
        checks.true("memory", grown < 262144 or sources.finds_leaks(),
                    f"{grown} bytes more than 4 unloads ago")
        checks.equal("kernel log", [], [
            line for line in log.lines() if "taint" not in line])
    network.server.rules(["-A PREROUTING -m sip --request"])
    checks.true("with a rule: refused", subprocess.run(
        ["rmmod", "xt_sip"], check=False, capture_output=True).returncode)
    checks.equal("with a rule: it stays", 1, sources.module_users())
