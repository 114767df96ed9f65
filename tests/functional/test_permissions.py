# SPDX-License-Identifier: GPL-2.0
"""Tests which users may read and write the files of which namespace.

A file in /proc/net/xt_sip belongs to the root of the user namespace that owns
the network namespace; opening it for writing needs CAP_NET_ADMIN there.
"""

import errno
import os

from tests import lib
from tests.functional.test_unprivileged import image, USER
from tests.lib import sources, users
from tests.lib.sources import SOURCES
from tests.lib.users import CLONE_NEWUSER, NET_ADMIN, User

NEWUSER, NEWNET = CLONE_NEWUSER, lib.CLONE_NEWNET
OTHER = 1000            # another ordinary user
BAN = "192.0.2.1/32"


def outcome(function, *arguments):
    """The name of the errno with which it fails, or "ok"."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"


def open_and_close(path, flags):
    """Open a file."""
    os.close(os.open(path, flags))


# What is tried, in the order of the words in WHO.
TRIES = (("read", users.read_file, ()),
         ("open for writing", open_and_close, (os.O_WRONLY,)),
         ("write", users.write_line, ("unban 192.0.2.1",)))

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
    return " ".join(user.do(outcome, function, path, *arguments)
                    for _, function, arguments in TRIES)


def ban_both(network, netns):
    """The bans that must or must not go."""
    sources.write(network.server, "flush", "ban 192.0.2.1 1h")
    sources.write(netns, "flush", "ban 192.0.2.1 1h")


def test_users(network, checks):
    """Every user of WHO with both namespaces' files."""
    rule = image(network, ["--banned"])
    with network.server.inside():
        users.load(rule)
        host = User()
    with host, User(USER).root(NEWUSER, NEWNET) as owner:
        owner.do(users.load, rule)
        netns = owner.netns()
        for name, (uid, steps, *expected) in WHO.items():
            ban_both(network, netns)
            with someone(owner, uid, steps) as user:
                got = [tries(user, one.file()) for one in (host, owner)]
                checks.equal(name, expected, got)
                for one in (host, owner):
                    checks.true(f"{name}: stats", user.do(
                        users.read_file, one.file("stats")))
                    checks.equal(f"{name}: stats cannot be written",
                                 "EACCES",
                                 user.do(outcome, users.write_line,
                                         one.file("stats"), "x"))
            for which, space, tried in zip(("initial", "owner's"), (
                    network.server, netns), got):
                checks.equal(f"{name}: the {which} ban",
                             set() if tried == ALL else {BAN},
                             set(sources.banned(space)))
        netns.close()
    network.server.restore("*raw\nCOMMIT\n")


def test_late_root(network, checks):
    """The creator of both namespaces is root there from the first rule on."""
    rule = image(network, ["--banned"])
    for steps, before in (((NEWUSER, NEWNET), ALL),
                          ((NEWUSER | NEWNET,), NO)):
        with User(USER).root(*steps) as user:
            checks.equal(f"{len(steps)} steps", before,
                         tries(user, SOURCES))
            user.do(users.load, rule)
            checks.equal(f"{len(steps)} steps, with a rule", ALL,
                         tries(user, SOURCES))
            checks.equal(f"{len(steps)} steps: owner", (USER, USER), (
                os.stat(user.file()).st_uid, os.stat(user.file()).st_gid))


# ---- Open files ----

def opened_by(user, path=SOURCES):
    """An open file, as the User's."""
    return user.do(os.open, path, os.O_RDWR)


def say(fd, line):
    """Write a line to an open file."""
    os.write(fd, line.encode() + b"\n")


def test_open_files(network, checks):
    """An open file stays what it was: its namespace, its opener's rights."""
    rule = image(network, ["--banned"])
    with network.server.inside():
        users.load(rule)
        servers = os.open(SOURCES, os.O_RDWR)
        plain = User(OTHER)
    with plain, User(USER).root(NEWUSER, NEWNET) as owner:
        owner.do(users.load, rule)
        netns = owner.netns()
        for name, space, use, expected in (
                ("root's, used by another user", network.server,
                 lambda: plain.do(say, servers, "flush"), "ok"),
                ("the server's, used in another namespace", network.server,
                 lambda: there(netns, say, servers, "flush"), "ok"),
                ("the owner's, used by root", netns,
                 lambda: from_him(owner, owner), "ok"),
                ("one without CAP_NET_ADMIN's, used by root", netns,
                 lambda: from_weak(owner), "EPERM"),
                ("the owner's, without CAP_NET_ADMIN", netns,
                 lambda: loses(owner), "ok"),
                ("the owner's, in a new namespace", netns,
                 lambda: moves(owner, rule), "ok")):
            ban_both(network, netns)
            checks.equal(name, expected, outcome(use))
            for which, one in (("the server's", network.server),
                               ("the owner's", netns)):
                gone = one is space and expected == "ok"
                checks.equal(f"{name}: {which} bans",
                             set() if gone else {BAN},
                             set(sources.banned(one)))
        netns.close()
    os.close(servers)
    network.server.restore("*raw\nCOMMIT\n")


def there(netns, function, *arguments):
    """Call a function in a namespace."""
    with netns.inside():
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
