# SPDX-License-Identifier: GPL-2.0
"""Runs the program `reader`, which prints what the module's parser reads."""
import os
import struct
import subprocess

from tests.lib import corpus

HERE = os.path.dirname(os.path.realpath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(REPO, "build", "servers")
AT_ONCE = 64            # what it answers to so many fits into a pipe

DEFINITE = frozenset(corpus.DEFINITE)


class Reading:
    """A message as the parser reads it."""

    def __init__(self, word):
        (self.kind, self.method, status, defects, auth, sender, to, call_id,
         self.cseq) = word.split(":")
        self.status = int(status)
        self.defects = frozenset(defects.split(",")) - {""}
        self.auth = auth == "1"
        self.users = tuple(bytes.fromhex(user) for user in (sender, to))
        self.call_id = bytes.fromhex(call_id)

    def __str__(self):
        return "%s %s %d defects=%s auth=%d from=%r to=%r" % (
            self.kind, self.method, self.status,
            ",".join(sorted(self.defects)), self.auth, *self.users)


def build_reader():
    subprocess.run(["make", "-s", "-C", HERE], check=True)


class Reader:
    """The running program; build_reader() was called."""

    def __init__(self):
        self.process = subprocess.Popen([os.path.join(BUILD, "reader")],
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def read(self, payloads):
        """[(bytes, stream)] -> for each of them, [Reading]."""
        readings = []
        for i in range(0, len(payloads), AT_ONCE):
            readings += self.read_some(payloads[i:i + AT_ONCE])
        return readings

    def read_some(self, payloads):
        parts = []
        for data, stream in payloads:
            parts.append(struct.pack("<IB", len(data), stream) + data)
        parts.append(struct.pack("<IB", 0, 0))
        self.process.stdin.write(b"".join(parts))
        self.process.stdin.flush()
        return [[Reading(word) for word in
                 self.process.stdout.readline().decode().split()]
                for _ in payloads]

    def close(self):
        self.process.stdin.close()
        if self.process.wait():
            raise RuntimeError("the reader failed")
