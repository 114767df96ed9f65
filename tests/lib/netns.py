# SPDX-License-Identifier: GPL-2.0
"""Makes network namespaces without names, and loads rules in them.

Everything is done from this process: the namespaces vanish with it.
"""

import contextlib
import ctypes
import errno
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000
OURS = "/proc/thread-self/ns/net"
SENTINEL = 9                # the port of Path's sentinels
HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
TOOLS = {(4, "legacy"): "iptables-legacy", (6, "legacy"): "ip6tables-legacy",
         (4, "nft"): "iptables-nft", (6, "nft"): "ip6tables-nft"}

libc = ctypes.CDLL(None, use_errno=True)


class NetworkError(Exception):
    """The test network does not work; the text says what failed."""


def checked(result):
    """The result of a libc call that says -1 on failure."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def tried(function, *arguments):
    """The name of the errno with which it fails, or "ok"."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"


def command(*cmd, text=None):
    """Run a command to its end; its output, or NetworkError with its words.

    Bytes that are no UTF-8 are surrogates in text, as os.fsdecode() makes
    them.
    """
    try:
        done = subprocess.run(cmd, input=text, check=False,
                              capture_output=True, encoding="utf-8",
                              errors="surrogateescape")
    except FileNotFoundError as error:
        raise NetworkError(f"{cmd[0]} is not installed: "
                           "tests/install-packages does that") from error
    if done.returncode:
        raise NetworkError(f"{' '.join(cmd)}: status {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()}\n"
                           f"{(text or '')[:2000]}".strip())
    return done.stdout


def of_thread(path):
    """A file of /proc/net as this thread's namespace has it; /proc/net itself
    is that of the process's first thread."""
    return path.replace("/proc/net/", "/proc/thread-self/net/", 1)


class Netns:
    """A network namespace: a new one, or that of a file in /proc."""

    def __init__(self, name, path=None):
        self.name = name
        self.loaded = set()         # (family, backend, table)
        if path:
            self.fd = os.open(path, os.O_RDONLY)
            return
        home = os.open(OURS, os.O_RDONLY)
        checked(libc.unshare(CLONE_NEWNET))
        self.fd = os.open(OURS, os.O_RDONLY)
        checked(libc.setns(home, CLONE_NEWNET))
        os.close(home)

    def close(self):
        """Let go of it; it vanishes with the last socket in it."""
        os.close(self.fd)

    def enter(self):
        """From now on this thread is inside."""
        checked(libc.setns(self.fd, CLONE_NEWNET))

    @contextlib.contextmanager
    def inside(self):
        """In here sockets, files in /proc and processes are of it."""
        home = os.open(OURS, os.O_RDONLY)
        self.enter()
        try:
            yield
        finally:
            checked(libc.setns(home, CLONE_NEWNET))
            os.close(home)

    def socket(self, *what):
        """A socket in it; arguments as for socket.socket()."""
        with self.inside():
            return socket.socket(*what)

    def run(self, *cmd, text=None):
        """Run a command to its end; its output, or NetworkError."""
        with self.inside():
            return command(*cmd, text=text)

    def ip(self, lines):
        """Run lines of `ip -batch`."""
        self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")

    def join(self, device, other, peer, here="", there=""):
        """Make a link from @device in here to @peer in another namespace;
        @here and @there are more words for the two."""
        self.ip([f"link add {device} {here} type veth peer name {peer} "
                 f"{there} netns /proc/{os.getpid()}/fd/{other.fd}"])

    def read(self, path):
        """A file in /proc, as it is in this namespace."""
        with self.inside(), open(of_thread(path), encoding="ascii") as file:
            return file.read()

    def write(self, path, text):
        """Write a file in /proc; raises OSError as the kernel says."""
        with self.inside():
            fd = os.open(of_thread(path), os.O_WRONLY)
            try:
                os.write(fd, text.encode())
            finally:
                os.close(fd)

    def stats(self):
        """/proc/net/xt_sip/stats as {'name{labels}': number}."""
        found = {}
        for line in self.read("/proc/net/xt_sip/stats").splitlines():
            if not line.startswith("#"):
                key, value = line.rsplit(" ", 1)
                found[key] = int(value)
        return found

    def grown(self, before):
        """What of stats() has grown since: {its name without xt_sip_: by}."""
        return {key.removeprefix("xt_sip_"): value - before.get(key, 0)
                for key, value in self.stats().items()
                if value > before.get(key, 0)}

    # -- rules --

    def restore(self, text, family=4, backend="legacy", *options):
        """Give text to iptables-restore as it is."""
        for line in text.splitlines():
            if line.startswith("*"):
                self.loaded.add((family, backend, line[1:].strip()))
        self.run(TOOLS[family, backend] + "-restore", *options, text=text)

    def rules(self, lines, table="raw", family=4, backend="legacy",
              first=f"-p udp --dport {SENTINEL}"):
        """Make a table hold these rules and no others, in one go.

        lines: "-A CHAIN ..."; chains are declared here. In every hook the
        sentinel is let pass first: @first says what it is.
        """
        chains = list(dict.fromkeys(line.split()[1] for line in lines))
        # A chain may be named only as a target.
        chains += [line.split()[-1] for line in lines
                   if line.split()[-2] in ("-j", "-g")
                   and line.split()[-1].startswith("to_")]
        text = [f"*{table}"]
        text += [f":{chain} {'ACCEPT' if chain in HOOKS else '-'} [0:0]"
                 for chain in dict.fromkeys(chains)]
        text += [f"-A {chain} {first} -j ACCEPT"
                 for chain in chains if chain in HOOKS]
        text += [*lines, "COMMIT", ""]
        self.restore("\n".join(text), family, backend)

    def clear(self):
        """Remove all rules that were loaded."""
        for (family, backend), tool in TOOLS.items():
            text = [f"*{table}\nCOMMIT\n" for *made, table in
                    sorted(self.loaded) if made == [family, backend]]
            if text:
                self.run(tool + "-restore", text="".join(text))
        self.loaded.clear()

    def counters(self, table="raw", family=4, backend="legacy"):
        """[(packets, "-A CHAIN ...")] of a table, in order."""
        text = self.run(TOOLS[family, backend] + "-save", "-c", "-t", table)
        found = []
        for line in text.splitlines():
            if line.startswith("["):
                count, rule = line.split("] ", 1)
                found.append((int(count[1:].split(":")[0]), rule))
        return found
