# SPDX-License-Identifier: GPL-2.0
"""Actors that use files: they ban, unban, forgive and flush, read both files
in /proc in every way, and move max_sources. See actor.py.

The module is unloaded while their files are open. The only errors allowed then
are that a file is not there (ENOENT, EIO) and, with too many bans, that the
table is full (ENOSPC). Everything else is a failure.
"""
import contextlib
import errno
import os
import re
import time

from tests.lib.sources import MAX_SOURCES, SOURCES
from tests.soak import network
from tests.soak.actor import Actor
from tests.soak.module import MOST

STATS = "/proc/net/xt_sip/stats"
AWAY = (errno.ENOENT, errno.EIO)
SOURCE = re.compile(
    r"src=[0-9a-f:.]+/\d+ table=\S+ seen=\d+"
    r"( (banned|trusted|barred)=\d+)?( scanner=\S+)?( why=\S+)?"
    r"( since=\d+ of=\d+ bans=\d+ hits=\d+)?"
    r"( (users|rate)=\d+/[smhd]:\d+/\d+)*")
STAT = re.compile(r"# (HELP|TYPE) xt_sip_\w+ .*|"
                  r'xt_sip_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+')
ODD = {SOURCES: "# xt_sip 1"}
PHONES = tuple(f"src={address}/" for address in network.PHONES.values()) + (
    "src=10.20.0.0/", "src=2001:db8:20::/")


@contextlib.contextmanager
def opened(path, flags):
    """A file, which may go away meanwhile; gives None if it is not there."""
    try:
        fd = os.open(path, flags)
    except OSError as error:
        if error.errno not in AWAY:
            raise
        time.sleep(0.05)
        yield None
        return
    try:
        yield fd
    except OSError as error:
        if error.errno not in AWAY:
            raise
    finally:
        os.close(fd)


class Writer(Actor):
    """Writes commands to sources, of addresses of its own."""

    counts = ("bans", "unbans", "forgives", "flushes", "bulk writes",
              "written back")
    may = ("no room", "away")

    def begin(self):
        self.steps = (self._ban, self._ban, self._unban, self._forgive,
                      self._flush, self._bulk, self._write_back)

    def step(self):
        self.random.choice(self.steps)()

    def _address(self):
        number = self.random.randrange(30)
        if self.random.random() < 0.5:
            return f"192.0.{self.variant}.{number}" + self.random.choice(
                ("", "", "/32", "/30"))
        return f"2001:db8:b{self.variant}:{number:x}::1" + self.random.choice(
            ("", "/64", "/128", "/60"))

    def _write(self, what, text):
        fd = None
        try:
            fd = os.open(SOURCES, os.O_WRONLY)
            os.write(fd, text.encode())
            self.count(what)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                self.count("no room")
            elif error.errno in AWAY:   # or there is no such table now
                self.count("away")
                time.sleep(0.01)
            else:
                raise
        finally:
            if fd is not None:
                os.close(fd)

    def _table(self):
        return self.random.choice(("", " table sip", " table hand"))

    def _ban(self):
        seconds = self.random.choice(("1s", "3s", "1m", "1h"))
        self._write("bans",
                    f"ban {self._address()} {seconds}{self._table()}\n")

    def _unban(self):
        self._write("unbans", f"unban {self._address()}{self._table()}\n")

    def _forgive(self):
        self._write("forgives", f"forgive {self._address()}{self._table()}")

    def _flush(self):
        # Seldom the table that the flood fills.
        self._write("flushes", "flush " + self.random.choice(
            ["hand"] * 30 + ["edit"] * 9 + ["sip"]) + "\n")

    def _bulk(self):
        self._write("bulk writes", "# bans\n" + "".join(
            f"ban {self._address()} 5s table hand\n" for _ in range(60)))

    def _write_back(self):
        with opened(SOURCES, os.O_RDONLY) as fd:
            if fd is None:
                return
            # A read gives a page; the last line may be a part of one.
            text = b"".join(os.read(fd, 4096) for _ in range(50)).decode()
            lines = [line for line in text.splitlines()[:-1]
                     if " table=hand " in line and " banned=" in line]
            if lines:
                self._write("written back", "\n".join(lines))


class Reader(Actor):
    """Reads both files whole and looks at every line."""

    counts = ("sources", "stats", "lines", "bans seen")
    may = ("cut by an unload", "phones banned")

    def step(self):
        for path, what, form in ((SOURCES, "sources", SOURCE),
                                 (STATS, "stats", STAT)):
            with opened(path, os.O_RDONLY) as fd:
                text = None if fd is None else self._whole(fd)
                if text is not None:
                    self._judge(path, text, form)
                    self.count(what)

    def _whole(self, fd):
        parts = []
        while True:
            try:
                part = os.read(fd, 1 << 17)
            except OSError as error:
                if error.errno not in AWAY:
                    raise
                self.count("cut by an unload")
                return None
            if not part:
                return b"".join(parts).decode()
            parts.append(part)

    def _judge(self, path, text, form):
        if not text.endswith("\n"):
            raise ValueError(f"{path}: ends in {text[-200:]!r}")
        for line in text.splitlines():
            if not form.fullmatch(line) and line != ODD.get(path):
                raise ValueError(f"{path}: unexpected line {line!r}")
            self.count("lines")
            if " banned=" in line:
                self.count("bans seen")
                if line.startswith(PHONES):
                    self.count("phones banned")


class Seeker(Actor):
    """Reads single bytes, moves about in both files, keeps them open."""

    counts = ("bytes", "seeks", "reads after a seek")
    may = ("lost its file",)

    def step(self):
        with opened(self.random.choice((SOURCES, STATS)),
                    os.O_RDONLY) as fd:
            for _ in range(5 if fd is not None else 0):
                self._move(fd)

    def _move(self, fd):
        try:
            for _ in range(self.random.randrange(1, 100)):
                self.count("bytes", len(os.read(fd, 1)))
            os.lseek(fd, self.random.choice((0, 1, 11, 500, 5000)),
                     os.SEEK_SET)
            self.count("seeks")
            os.read(fd, self.random.choice((1, 10, 4096, 65536)))
            self.count("reads after a seek")
        except OSError as error:
            if error.errno in AWAY:
                self.count("lost its file")
            raise


class Limits(Actor):
    """max_sources goes up and down; not below twice the marker bans.

    Gated, as there has to be room when the markers are banned.
    """

    gated = True
    counts = ("up", "down")
    FEW = 300

    def begin(self):
        self.last = MOST

    def step(self):
        limit = self.random.choice((self.FEW, 600, 1500, 5000, MOST))
        with opened(MAX_SOURCES, os.O_WRONLY) as fd:
            if fd is not None:
                os.write(fd, str(limit).encode())
                if limit != self.last:
                    self.count("up" if limit > self.last else "down")
                self.last = limit
        time.sleep(self.random.random() / 2)

    def rest(self):
        self.last = MOST        # what it is loaded with
