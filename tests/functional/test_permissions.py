# SPDX-License-Identifier: GPL-2.0
"""Tests which users may read and write the files of which namespace.

A file in /proc/net/xt_sip belongs to the root of the user namespace that owns
the network namespace; opening it for writing needs CAP_NET_ADMIN there.
"""

import contextlib
import os

import pytest

from tests import lib
from tests.lib import sources, users
from tests.lib.sources import SOURCES
from tests.lib.users import CLONE_NEWUSER, NET_ADMIN, USER, User

NEWUSER, NEWNET = CLONE_NEWUSER, lib.CLONE_NEWNET
OTHER = 1000            # another ordinary user
BAN = "192.0.2.1/32"


def open_and_close(path, flags):
    """Open a file."""
    os.close(os.open(path, flags))


# What is tried, in the order of the words in WHO: to read, to open for writing,
# to write.
TRIES = ((users.read_file,), (open_and_close, os.O_WRONLY),
         (users.write_line, "flush"))

NO = "EACCES EACCES EACCES"
READ = "ok ok EPERM"
ALL = "ok ok ok"

# Users that try: uid, what it does before; the results with the files of a
# namespace of the initial user namespace, and with those of the owner's.
DROP, OWN, NEST, JOIN = "drop", "own", "nest", "join"
WHO = {
    "root": (0, (), ALL, ALL),
    "root without CAP_NET_ADMIN": (0, (DROP,), READ, READ),
    "another user": (OTHER, (), NO, NO),
    # The kernel's rule: the creator of a user namespace owns it.
    "the owner, outside": (USER, (), NO, ALL),
    "its root": (USER, (JOIN,), NO, ALL),
    "its root without CAP_NET_ADMIN": (USER, (JOIN, DROP), NO, READ),
    "root of a user namespace inside": (USER, (JOIN, NEST), NO, READ),
    "root of the owner's other one": (USER, (OWN,), NO, READ),
    "root of another user's": (OTHER, (OWN,), NO, NO),
}


def someone(owner, uid, steps):
    """A User as WHO says."""
    user = owner.guest(uid) if JOIN in steps else User(uid)
    if OWN in steps:
        user.root(NEWUSER, NEWNET)
    if NEST in steps:
        user.root(NEWUSER)
    if DROP in steps:
        user.do(users.drop, NET_ADMIN)
    return user


def tries(user, path):
    """The outcomes of all tries."""
    return " ".join(user.do(lib.tried, function, path, *arguments)
                    for function, *arguments in TRIES)


def owner_of(path):
    """Mode, user and group of a file."""
    info = os.stat(path)
    return info.st_mode & 0o7777, info.st_uid, info.st_gid


@pytest.fixture(name="rule")
def fixture_rule(network):
    """A rule that an owner can load; the server has it."""
    rule = users.image(network, ["--banned"])
    with network.server.inside():
        users.load(rule)
    yield rule
    network.server.restore("*raw\nCOMMIT\n")


@pytest.fixture(name="owner")
def fixture_owner(rule):
    """A user with the same rule in a namespace of its own."""
    with User(USER).root(NEWUSER, NEWNET) as owner:
        owner.do(users.load, rule)
        yield owner


def ban_both(network, owner):
    """The bans that must or must not go, after those that were there."""
    spaces = network.server, owner.netns()
    for netns in spaces:
        sources.write(netns, "flush", "ban 192.0.2.1 1h")
    return spaces


def test_users(network, checks, owner):
    """Every user of WHO with both namespaces' files."""
    with network.server.inside():
        host = User()
    with host:
        checks.equal("modes", [(0o640, 0, 0), (0o444, 0, 0)], [
            owner_of(host.file(name)) for name in ("sources", "stats")])
        for name, (uid, steps, *expected) in WHO.items():
            spaces = ban_both(network, owner)
            with someone(owner, uid, steps) as user:
                got = [tries(user, one.file()) for one in (host, owner)]
                checks.equal(name, expected, got)
                for one in (host, owner):
                    checks.true(f"{name}: stats", user.do(
                        users.read_file, one.file("stats")))
                    checks.equal(f"{name}: stats cannot be written",
                                 "EACCES",
                                 user.do(lib.tried, users.write_line,
                                         one.file("stats"), "x"))
            checks.equal(f"{name}: bans", [
                set() if tried == ALL else {BAN} for tried in got],
                         [set(sources.banned(space)) for space in spaces])
            spaces[1].close()


def test_late_root(checks, rule):
    """The creator of both namespaces is root there from the first rule on."""
    for steps, before in (((NEWUSER, NEWNET), ALL),
                          ((NEWUSER | NEWNET,), NO)):
        with User(USER).root(*steps) as user:
            checks.equal(f"{len(steps)} steps", before, tries(user, SOURCES))
            user.do(users.load, rule)
            checks.equal(f"{len(steps)} steps, with a rule", ALL,
                         tries(user, SOURCES))
            checks.equal(f"{len(steps)} steps: owner", (0o640, USER, USER),
                         owner_of(user.file()))


# ---- Open files ----

def opened_by(user, path=SOURCES):
    """An open file, as the User's."""
    return user.do(os.open, path, os.O_RDWR)


def say(fd, line):
    """Write a line to an open file."""
    os.write(fd, line.encode() + b"\n")


def test_open_files(network, checks, rule, owner):
    """An open file stays what it was: its namespace, its opener's rights."""
    with network.server.inside():
        servers = os.open(SOURCES, os.O_RDWR)
    with User(OTHER) as plain:
        for name, whose, use, expected in (
                ("root's, used by another user", 0,
                 lambda: plain.do(say, servers, "flush"), "ok"),
                ("the server's, used in another namespace", 0,
                 lambda: there(owner, say, servers, "flush"), "ok"),
                ("the owner's, used by root", 1,
                 lambda: from_him(owner, owner), "ok"),
                ("one without CAP_NET_ADMIN's, used by root", 1,
                 lambda: from_weak(owner), "EPERM"),
                ("the owner's, without CAP_NET_ADMIN", 1,
                 lambda: loses(owner), "ok"),
                ("the owner's, in a new namespace", 1,
                 lambda: moves(owner, rule), "ok")):
            spaces = ban_both(network, owner)
            checks.equal(name, expected, lib.tried(use))
            left = [{BAN}, {BAN}]
            if expected == "ok":
                left[whose] = set()
            checks.equal(f"{name}: bans of the server, of the owner", left,
                         [set(sources.banned(space)) for space in spaces])
            spaces[1].close()
    os.close(servers)


def there(owner, function, *arguments):
    """Call a function in a User's namespace, and let go of that."""
    with contextlib.closing(owner.netns()) as netns, netns.inside():
        function(*arguments)


def from_him(user, holder):
    """A file that a User has opened, used by root."""
    fd = holder.opened(opened_by(user))
    try:
        say(fd, "flush")
    finally:
        os.close(fd)


def from_weak(owner):
    """The same with one who may open it but not write."""
    with someone(owner, USER, (JOIN, DROP)) as user:
        from_him(user, user)


def loses(owner):
    """The user opens it, then has no privilege any more."""
    with someone(owner, USER, (JOIN,)) as user:
        fd = opened_by(user)
        user.do(users.drop, NET_ADMIN)
        user.do(say, fd, "flush")


def moves(owner, rule):
    """The user opens it, then is in another namespace, with a ban too."""
    with someone(owner, USER, (JOIN,)) as user:
        fd = opened_by(user)
        user.root(NEWNET)
        user.do(users.load, rule)
        user.do(users.write_line, SOURCES, "ban 192.0.2.77 1h")
        user.do(say, fd, "flush")
        if "192.0.2.77/32" not in user.do(users.read_file, SOURCES):
            raise lib.NetworkError("the new namespace's ban is gone")
