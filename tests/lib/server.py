# SPDX-License-Identifier: GPL-2.0
"""Runs real SIP servers on an address of this machine, for tests of how they
read a message.

    with Server("asterisk", "127.5.60.1", workdir) as server:
        ...

KINDS has their names. `prepare` beside this file makes what they need; start()
calls it where that is missing.
"""
import collections
import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time

from tests.lib import programs
from tests.lib.checkout import SERVERS, TOP

PORT = 5060
# Known to all servers, unless others are asked for.
USERS = {"2001": "sesame2001", "2002": "sesame2002", "2003": "sesame2003",
         "alice": "wonderland", "bob": "builder"}
# Until a server answers: it may be one of several on an emulated processor.
PATIENCE = 300
GRACE = 10
FILES = 65536
# Asterisk goes on without.
TAKEN = "Address already in use"
PAUSE = 0.01

ASTERISK_READY = ("log/started", "Asterisk Ready")

# command: of programs.py. needs: what of build/servers must be there, if
# anything. ready: in which file it says what when it can serve, None if it says
# nothing.
# account: whose user is the account, by method; "" is for all others, None
# where no request needs one.
Kind = collections.namedtuple(
    "Kind", "command needs realm ready account")
RELAYED = {"REGISTER": "to", "INVITE": "from", "SUBSCRIBE": "from",
           "MESSAGE": "from", "": None}

KINDS = {
    "asterisk": Kind(
        programs.asterisk, "asterisk", "asterisk", ASTERISK_READY,
        {"": "from"}),
    "asterisk-guests": Kind(
        programs.asterisk_guests, "asterisk", "asterisk", ASTERISK_READY,
        {"": "from"}),
    "kamailio-5.6": Kind(
        programs.kamailio, None, "pbx.example", None, RELAYED),
    "kamailio-6.0": Kind(
        programs.kamailio_6, "kamailio-6.0", "pbx.example", None, RELAYED),
    "sofia": Kind(
        programs.sofia, "sofia", "pbx.example", ("output", "ready"), {"": "to"}),
}


class ServerError(Exception):
    """A server could not be started; the text says why."""


def taken(address):
    """Has anybody port 5060 of this address? Some servers would share it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for transport in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(family, transport) as sock:
            # Connections that are over do not matter.
            if transport == socket.SOCK_STREAM:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((address, PORT))
            except OSError:
                return True
    return False


def free_address():
    """An address of the loopback that nobody has."""
    while True:
        address = "127.%d.%d.%d" % (random.randint(64, 127),
                                    random.randint(0, 255),
                                    random.randint(1, 254))
        if not taken(address):
            return address


class Server:
    """One server; a context manager around start() and stop().

    name is one of KINDS. It listens at port 5060 of address and of the
    addresses in others, by UDP and TCP, and writes only below workdir, in a
    directory of its own. users are {user: password}. run is a command to put in
    front, which must exec what follows, for example ip netns exec NAME. brief: a
    call that nobody acknowledges is over after some seconds, so that thousands
    of them fit.
    """
    port = PORT
    tcp = True

    def __init__(self, name, address=None, workdir="/tmp", users=None,
                 others=(), run=(), brief=False):
        if name not in KINDS:
            raise ServerError("there is no server %r; there are: %s" % (
                name, ", ".join(KINDS)))
        self.name = name
        self.kind = KINDS[name]
        self.address = address or free_address()
        self.addresses = (self.address, *others)
        self.home = os.path.join(os.path.abspath(workdir), "%s-%s" % (
            name, self.address.replace(":", ".")))
        self.users = dict(USERS if users is None else users)
        self.realm = self.kind.realm
        self.account = self.account_of("REGISTER")
        self.run = run
        self.brief = brief
        self.process = None
        self.keeper = None

    def account_of(self, method):
        """Whose user is the account of a request of that method: "from", "to",
        or None where the server asks nobody for a password."""
        return self.kind.account.get(method, self.kind.account.get(""))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc):
        self.stop()

    def start(self):
        """Returns when it answers OPTIONS by UDP and TCP; else ServerError,
        and nothing is left running."""
        if not self.run and any(map(taken, self.addresses)):
            raise ServerError("%s: somebody has port %d of %s" % (
                self.name, self.port, " or ".join(self.addresses)))
        needs = self.kind.needs
        if needs and not os.path.exists(os.path.join(programs.BUILD, needs)):
            prepare(self.name)
        os.makedirs(self.home, exist_ok=True)
        command = self.kind.command(self)
        with open(os.path.join(self.home, "output"), "wb") as output:
            try:
                self.process = subprocess.Popen(
                    [*self.run, *command], cwd=self.home,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    env=dict(os.environ, HOME=self.home, TERM="dumb"),
                    start_new_session=True)
            except OSError as error:
                raise ServerError("%s: %s" % (self.name, error)) from error
        try:
            self._allow_files()
            self._keep()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _allow_files(self):
        """A thousand calls need more than the usual 1024."""
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        few = min(most, FILES) if most != resource.RLIM_INFINITY else FILES
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (few, most))

    def _keep(self):
        """Even if we are killed nothing of the server outlives us: a process
        that waits for that, with a pipe from us."""
        # pylint: disable=consider-using-with
        self.keeper = subprocess.Popen(
            ["sh", "-c", 'cat >/dev/null; kill -s KILL -- "-$1"', "sh",
             str(self.process.pid)], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)

    def _ended(self):
        """Is the server's first process over? It is not reaped, so that its
        number stays its own."""
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG
                         | os.WNOWAIT) is not None

    def _wait_until_ready(self):
        end = time.monotonic() + PATIENCE
        if self.kind.ready:
            name, word = self.kind.ready
            while word not in self._read(name):
                self._check(end)
                time.sleep(PAUSE)
        # Its own network may be one that we are not in.
        while subprocess.run(
                [*self.run, sys.executable, "-B", os.path.join(
                    TOP, "tests", "lib", "client.py"), self.address, "2"],
                check=False).returncode:
            self._check(end)

    def _check(self, end):
        for what, true in (
                ("ended at once", self._ended()),
                ("cannot have its address", TAKEN in self.log()),
                ("does not answer", time.monotonic() > end)):
            if true:
                raise ServerError("%s at %s %s:\n%s" % (
                    self.name, ", ".join(self.addresses), what,
                    self.log()[-2000:]))

    def stop(self):
        """End it and all processes that it made."""
        if not self.process:
            return
        self._stop_keeper()
        # Popen's own terminate() would reap it.
        os.kill(self.process.pid, signal.SIGTERM)
        end = time.monotonic() + GRACE
        while not self._ended() and time.monotonic() < end:
            time.sleep(PAUSE)
        # The first process is not reaped yet: the group is still ours.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _stop_keeper(self):
        if self.keeper:
            self.keeper.kill()
            self.keeper.wait()
            self.keeper.stdin.close()
            self.keeper = None

    def _read(self, name):
        """A file that it writes; it may not be there yet."""
        try:
            with open(os.path.join(self.home, name), encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def log(self):
        """What it has said so far: its output, and Asterisk's log, which is
        what fail2ban reads."""
        return self._read("output") + self._read("log/messages")


def prepare(*names):
    """Make what these servers need and what is not installed."""
    if subprocess.run([os.path.join(SERVERS, "prepare"), *names],
                      stdout=sys.stderr, check=False).returncode:
        raise ServerError("tests/servers/prepare %s failed" % " ".join(names))
