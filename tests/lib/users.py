# SPDX-License-Identifier: GPL-2.0
"""Runs functions of tests as ordinary users, in user namespaces of their own.

A User is a process: do(function, argument...) calls a function of a test in
it, and returns or raises what the function does.
"""

import ctypes
import fcntl
import mmap
import os
import pickle
import select
import signal
import socket
import struct

from tests import lib
from tests.lib import blob

CLONE_NEWUSER = 0x10000000
NET_ADMIN = 12              # CAP_NET_ADMIN
PR_SET_DUMPABLE, PR_SET_PDEATHSIG = 4, 1
PIDFD_GETFD = 438           # the same number everywhere
USER = 65534                # an ordinary one


class User:
    """A process of user @uid in the namespaces of its creator."""

    def __init__(self, uid=0):
        self.sock, there = socket.socketpair()
        self.pid = os.fork()
        if not self.pid:
            self.sock.close()
            try:
                lib.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
                serve(there)
            finally:
                os._exit(1)     # pylint: disable=protected-access
        there.close()
        if uid:
            self.do(become, uid)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.end()

    def end(self):
        """End it; its namespaces go unless another process is in them."""
        self.sock.close()
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None

    def start(self, function, *arguments):
        """Call a function there; result() tells how it ends."""
        send(self.sock, (function, arguments))

    def result(self):
        """What the function that was started returns or raises.

        ChildProcessError: the process was killed.
        """
        try:
            good, value = receive(self.sock)
        except EOFError as error:
            status = os.waitpid(self.pid, 0)[1]
            self.pid = None
            raise ChildProcessError(os.waitstatus_to_exitcode(status),
                                    "the process is dead") from error
        if good:
            return value
        raise value

    def busy(self):
        """Is the function that was started still at work?"""
        return not select.select([self.sock], [], [], 0)[0]

    def do(self, function, *arguments):
        """Call a function there."""
        self.start(function, *arguments)
        return self.result()

    def root(self, *steps):
        """Make it root in new namespaces, made in these steps."""
        for flags in steps:
            self.do(unshare, flags)
        return self

    def file(self, name="sources"):
        """The path by which others come to a file of its namespace."""
        return f"/proc/{self.pid}/net/xt_sip/{name}"

    def guest(self, uid):
        """A new User of the user who made its namespaces, in them."""
        fds = [os.open(f"/proc/{self.pid}/ns/{kind}", os.O_RDONLY)
               for kind in ("user", "net")]
        user = User(uid)
        user.do(join, fds)
        for fd in fds:
            os.close(fd)
        return user

    def netns(self):
        """The network namespace that it is in, for us to act in."""
        return lib.Netns(f"of {self.pid}", f"/proc/{self.pid}/ns/net")

    def opened(self, fd):
        """An open file of its, as an open file of ours."""
        pidfd = os.pidfd_open(self.pid)
        try:
            return lib.checked(lib.libc.syscall(PIDFD_GETFD, pidfd, fd, 0))
        finally:
            os.close(pidfd)


def image(network, lines, family=4):
    """Rules as a blob that a User can load()."""
    network.server.rules([f"-A OUTPUT -m sip {line}" for line in lines],
                         family=family)
    with blob.Table(network.server, family) as table:
        made = table.image()
    network.clear()
    return made


def send(sock, what):
    """Send an object."""
    data = pickle.dumps(what)
    sock.sendall(struct.pack("=I", len(data)) + data)


def receive(sock):
    """Receive an object; EOFError if nobody is there any more."""
    size = struct.unpack("=I", receive_bytes(sock, 4))[0]
    return pickle.loads(receive_bytes(sock, size))


def receive_bytes(sock, size):
    """So many bytes."""
    data = b""
    while len(data) < size:
        try:
            piece = sock.recv(size - len(data))
        except ConnectionResetError:
            piece = b""
        if not piece:
            raise EOFError
        data += piece
    return data


def serve(sock):
    """What the process of a User does: call functions until EOF."""
    while True:
        try:
            function, arguments = receive(sock)
        except EOFError:
            return
        try:
            answer = (True, function(*arguments))
        except Exception as error:      # pylint: disable=broad-except
            answer = (False, error)
        send(sock, answer)


# ---- What a User does ----

def become(uid):
    """From now on an ordinary user."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # Else its files in /proc would be root's.
    lib.checked(lib.libc.prctl(PR_SET_DUMPABLE, 1))
    lib.checked(lib.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))


def unshare(flags):
    """New namespaces; in a new user namespace we are root."""
    outer = os.geteuid()
    lib.checked(lib.libc.unshare(flags))
    if not flags & CLONE_NEWUSER:
        return
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {outer} 1"),
                       ("gid_map", f"0 {outer} 1")):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(text)


def join(fds):
    """Be in these namespaces."""
    for fd in fds:
        lib.checked(lib.libc.setns(fd, 0))
        os.close(fd)


def drop(capability):
    """Lose a capability."""
    header = struct.pack("=II", 0x20080522, 0)
    data = ctypes.create_string_buffer(24)
    lib.checked(lib.libc.capget(header, data))
    words = list(struct.unpack("=6I", data.raw))
    for number in range(3):             # effective, permitted, inheritable
        words[number] &= ~(1 << capability)
    lib.checked(lib.libc.capset(header, struct.pack("=6I", *words)))


def load(image, family=4):
    """Make the raw table of our namespace what @image says (blob.Table)."""
    with blob.Table(Here, family) as table:
        table.load(image)


class Here:
    """The namespaces that we are in, for blob.Table."""

    socket = socket.socket


def link_up():
    """Bring the loopback device up (SIOCSIFFLAGS, IFF_UP)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, 0x8914, struct.pack("16sH14x", b"lo", 1))


def write_line(path, line):
    """Write a line."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, line.encode() + b"\n")
    finally:
        os.close(fd)


def read_file(path):
    """All of a file."""
    with open(path, encoding="ascii") as file:
        return file.read()


def stir_memory():
    """Take memory and give it back, so much that the next reader of
    memory.stat makes the kernel add up what each CPU has counted.

    It does that for 64 pages a CPU, and each CPU may keep as many to itself.
    """
    with mmap.mmap(-1, 256 * os.cpu_count() * mmap.PAGESIZE) as memory:
        for start in range(0, len(memory), mmap.PAGESIZE):
            memory[start] = 1
