# SPDX-License-Identifier: GPL-2.0
"""Who may read and write the files of which namespace.

A file in /proc/net/xt_sip belongs to the root of the user namespace that owns
the network namespace; who opens it for writing needs CAP_NET_ADMIN there.
"""

import errno
import os

import lib
import people
import sources
from people import CLONE_NEWUSER, NET_ADMIN, Person
from sources import SOURCES
from test_unprivileged import USER, image

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
TRIES = (("read", people.read_file, ()),
         ("open for writing", open_and_close, (os.O_WRONLY,)),
         ("write", people.write_line, ("unban 192.0.2.1",)))

NO = "EACCES EACCES EACCES"
READ = "ok ok EPERM"
ALL = "ok ok ok"

# Who tries: uid, what he does before; what comes of it with the files of a
# namespace of the initial user namespace, and with those of the owner's.
DROP, OWN, NEST, JOIN = "drop", "own", "nest", "join"
WHO = {
    "root": (0, (), ALL, ALL),
    "root without CAP_NET_ADMIN": (0, (DROP,), READ, READ),
    "another user": (OTHER, (), NO, NO),
    # The kernel's rule: who made a user namespace is its master.
    "the owner, outside": (USER, (), NO, ALL),
    "its root": (USER, (JOIN,), NO, ALL),
    "its root without CAP_NET_ADMIN": (USER, (JOIN, DROP), NO, READ),
    "root of a user namespace inside": (USER, (JOIN, NEST), NO, READ),
    "root of the owner's other one": (USER, (OWN,), NO, READ),
    "root of another user's": (OTHER, (OWN,), NO, NO),
}


def someone(owner, uid, steps):
    """A Person as WHO says."""
    person = owner.guest(uid) if JOIN in steps else Person(uid)
    if OWN in steps:
        person.root(NEWUSER, NEWNET)
    if NEST in steps:
        person.root(NEWUSER)
    if DROP in steps:
        person.do(people.drop, NET_ADMIN)
    return person


def tries(person, path):
    """The outcomes of all tries."""
    return " ".join(person.do(outcome, function, path, *arguments)
                    for _, function, arguments in TRIES)


def ban_both(lab, netns):
    """The bans that must or must not go."""
    sources.write(lab.server, "flush", "ban 192.0.2.1 1h")
    sources.write(netns, "flush", "ban 192.0.2.1 1h")


def group_users(lab, checks):
    """Everybody in WHO with both namespaces' files."""
    rule = image(lab, ["--banned"])
    with lab.server.inside():
        people.load(rule)
        host = Person()
    with host, Person(USER).root(NEWUSER, NEWNET) as owner:
        owner.do(people.load, rule)
        netns = owner.netns()
        for name, (uid, steps, *expected) in WHO.items():
            ban_both(lab, netns)
            with someone(owner, uid, steps) as person:
                got = [tries(person, one.file()) for one in (host, owner)]
                checks.equal(name, expected, got)
                for one in (host, owner):
                    checks.true(f"{name}: stats", person.do(
                        people.read_file, one.file("stats")))
                    checks.equal(f"{name}: stats cannot be written",
                                 "EACCES",
                                 person.do(outcome, people.write_line,
                                           one.file("stats"), "x"))
            for which, space, tried in zip(("initial", "owner's"), (
                    lab.server, netns), got):
                checks.equal(f"{name}: the {which} ban",
                             set() if tried == ALL else {BAN},
                             set(sources.banned(space)))
        netns.close()
    lab.server.restore("*raw\nCOMMIT\n")


def group_late_root(lab, checks):
    """Who makes both namespaces at once is root there with his first rule."""
    rule = image(lab, ["--banned"])
    for steps, before in (((NEWUSER, NEWNET), ALL),
                          ((NEWUSER | NEWNET,), NO)):
        with Person(USER).root(*steps) as person:
            checks.equal(f"{len(steps)} steps", before,
                         tries(person, SOURCES))
            person.do(people.load, rule)
            checks.equal(f"{len(steps)} steps, with a rule", ALL,
                         tries(person, SOURCES))
            checks.equal(f"{len(steps)} steps: owner", (USER, USER), (
                os.stat(person.file()).st_uid, os.stat(person.file()).st_gid))


# ---- Open files ----

def opened_by(person, path=SOURCES):
    """An open file, as the Person's."""
    return person.do(os.open, path, os.O_RDWR)


def say(fd, line):
    """Write a line to an open file."""
    os.write(fd, line.encode() + b"\n")


def group_open_files(lab, checks):
    """An open file stays what it was: its namespace, its opener's rights."""
    rule = image(lab, ["--banned"])
    with lab.server.inside():
        people.load(rule)
        servers = os.open(SOURCES, os.O_RDWR)
        plain = Person(OTHER)
    with plain, Person(USER).root(NEWUSER, NEWNET) as owner:
        owner.do(people.load, rule)
        netns = owner.netns()
        for name, space, use, expected in (
                ("root's, used by another user", lab.server,
                 lambda: plain.do(say, servers, "flush"), "ok"),
                ("the server's, used in another namespace", lab.server,
                 lambda: there(netns, say, servers, "flush"), "ok"),
                ("the owner's, used by root", netns,
                 lambda: from_him(owner, owner), "ok"),
                ("one without CAP_NET_ADMIN's, used by root", netns,
                 lambda: from_weak(owner), "EPERM"),
                ("the owner's, who has lost CAP_NET_ADMIN", netns,
                 lambda: loses(owner), "ok"),
                ("the owner's, who has gone to a new namespace", netns,
                 lambda: moves(owner, rule), "ok")):
            ban_both(lab, netns)
            checks.equal(name, expected, outcome(use))
            for which, one in (("the server's", lab.server),
                               ("the owner's", netns)):
                gone = one is space and expected == "ok"
                checks.equal(f"{name}: {which} bans",
                             set() if gone else {BAN},
                             set(sources.banned(one)))
        netns.close()
    os.close(servers)
    lab.server.restore("*raw\nCOMMIT\n")


def there(netns, function, *arguments):
    """Call a function in a namespace."""
    with netns.inside():
        function(*arguments)


def from_him(person, holder):
    """A file that a Person has opened, used by root."""
    fd = holder.opened(opened_by(person))
    try:
        say(fd, "flush")
    finally:
        os.close(fd)


def from_weak(owner):
    """The same with one who may open it but not write."""
    with someone(owner, USER, (JOIN, DROP)) as person:
        from_him(person, person)


def loses(owner):
    """He opens it, then has no privilege any more."""
    with someone(owner, USER, (JOIN,)) as person:
        fd = opened_by(person)
        person.do(people.drop, NET_ADMIN)
        person.do(say, fd, "flush")


def moves(owner, rule):
    """He opens it, then is in another namespace, which has a ban too."""
    with someone(owner, USER, (JOIN,)) as person:
        fd = opened_by(person)
        person.root(NEWNET)
        person.do(people.load, rule)
        person.do(people.write_line, SOURCES, "ban 192.0.2.77 1h")
        person.do(say, fd, "flush")
        if "192.0.2.77/32" not in person.do(people.read_file, SOURCES):
            raise lib.LabError("the new namespace's ban is gone")
