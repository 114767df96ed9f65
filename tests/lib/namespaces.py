# SPDX-License-Identifier: GPL-2.0
"""Networks of namespaces for make demo and make detect.

Namespaces: network namespaces, and the processes in them. close() removes the
namespaces and stops every process it started, each by its own id.

DemoNetwork: the demo's three namespaces and its counters.

    phones  10.20.0.10 ----- 10.20.0.1   server (192.0.2.10:5060)
    attacker 203.0.113.11-19 ----- 203.0.113.1  server

Packets are counted on the server's side by iptables rules without a target: on
arrival (raw, before all rules of the ruleset) and after all rules (filter
INPUT).
"""
import collections
import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

NAMESPACES = ("server", "phones", "attacker")
SERVER = "192.0.2.10"
OFFICE = "10.20.0.10"
# Every attack comes from an address of its own: otherwise the first ban would
# hide the effect of the other rules.
ATTACKERS = ["203.0.113.%d" % n for n in range(11, 20)]
GROUPS = {"phones": "10.20.0.0/24", "attacker": "203.0.113.0/24"}
CLONE_NEWNET = 0x40000000

Counters = collections.namedtuple(
    "Counters", "arrived reached dropped silenced sources")


class NetworkError(Exception):
    """A command or a server that the demo needs failed; the text says which."""


def run(*cmd, text=None):
    """Run a command; returns its output, or raises NetworkError."""
    try:
        done = subprocess.run(cmd, input=text, text=True, capture_output=True,
                              check=False)
    except FileNotFoundError as err:
        raise NetworkError("%s is not installed: tests/install-packages "
                       "installs what the demo needs" % cmd[0]) from err
    if done.returncode:
        raise NetworkError("%s: status %d: %s" % (
            " ".join(cmd), done.returncode,
            (done.stderr or done.stdout).strip()))
    return done.stdout


class Namespaces:
    """Network namespaces and the processes in them; a context manager.

    With a prefix several of them live side by side: the namespace that the
    methods call "server" is then PREFIX.server.
    """

    def __init__(self, prefix=""):
        self.prefix = prefix + "." if prefix else ""
        self.work = tempfile.mkdtemp(prefix="xt_sip-demo.")
        self.procs = []
        self.made = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        """Stop the processes, newest first; remove the namespaces."""
        for proc in reversed(self.procs):
            self.stop(proc)
        self.procs = []
        for name in list(self.made):
            self.remove_space(name)
        shutil.rmtree(self.work, ignore_errors=True)

    def space(self, name):
        """The namespace's name as ip knows it."""
        return self.prefix + name

    def add_space(self, name):
        """Add a namespace, with its loopback up."""
        if os.path.exists("/run/netns/" + self.space(name)):
            raise NetworkError("a network namespace %r exists already; "
                           "is another demo running?" % self.space(name))
        run("ip", "netns", "add", self.space(name))
        self.made.append(name)
        run("ip", "-n", self.space(name), "link", "set", "lo", "up")

    def remove_space(self, name):
        """Remove a namespace and its links."""
        subprocess.run(["ip", "netns", "del", self.space(name)], check=False)
        self.made.remove(name)

    def batch(self, name, *lines):
        """Run several ip commands inside a namespace at once."""
        run("ip", "-n", self.space(name), "-batch", "-",
            text="\n".join(lines) + "\n")

    def run_in(self, name, *cmd, text=None):
        """run() inside a namespace."""
        return run("ip", "netns", "exec", self.space(name), *cmd, text=text)

    def start(self, name, cmd, log, stdin=subprocess.DEVNULL):
        """Start a command inside a namespace; its output goes to a log."""
        env = dict(os.environ, HOME=self.work, TERM="dumb",
                   PYTHONDONTWRITEBYTECODE="1")
        with open(os.path.join(self.work, log), "ab") as out:
            # ip execs the command, so this process id is the command's own.
            proc = subprocess.Popen(
                ["ip", "netns", "exec", self.space(name), *cmd],
                cwd=self.work, env=env, stdin=stdin, stdout=out, stderr=out)
        self.procs.append(proc)
        return proc

    def log(self, name):
        """What a started command has printed so far."""
        with open(os.path.join(self.work, name), encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def stop(self, proc, sig=signal.SIGTERM, patience=10):
        """End a process: by sig, and after patience seconds by SIGKILL."""
        if proc.poll() is None:
            proc.send_signal(sig)
            try:
                proc.wait(patience)
            except subprocess.TimeoutExpired:
                proc.kill()
                proc.wait()

    @contextlib.contextmanager
    def udp_socket(self, name, address):
        """A UDP socket of another namespace, bound to address:5060."""
        libc = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.space(name), os.O_RDONLY)
        try:
            if libc.setns(there, CLONE_NEWNET):
                raise NetworkError("setns: " + os.strerror(ctypes.get_errno()))
            try:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            finally:
                libc.setns(home, CLONE_NEWNET)
        finally:
            os.close(home)
            os.close(there)
        with sock:
            sock.bind((address, 5060))
            yield sock

    def wait_for_server(self, proc, name, address, patience=30):
        """Return once the SIP server answers an OPTIONS that a phone sends
        from a namespace's address; proc is the server."""
        ping = ("OPTIONS sip:%s SIP/2.0\r\n"
                "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%%d;rport\r\n"
                "Max-Forwards: 70\r\nFrom: <sip:up@%s>;tag=up\r\n"
                "To: <sip:%s>\r\nCall-ID: up%%d\r\nCSeq: 1 OPTIONS\r\n"
                "User-Agent: Yealink SIP-T46S 66.86.0.15\r\n"
                "Content-Length: 0\r\n\r\n"
                % (SERVER, address, address, SERVER))
        with self.udp_socket(name, address) as sock:
            sock.settimeout(0.5)
            for turn in range(patience * 2):
                if proc.poll() is not None:
                    raise NetworkError("the SIP server ended at once:\n"
                                   + self.log("kamailio.log")[-2000:])
                sock.sendto((ping % (turn, turn)).encode(), (SERVER, 5060))
                try:
                    sock.recv(4096)
                    return
                except socket.timeout:
                    continue
                except ConnectionError:
                    time.sleep(0.2)
        raise NetworkError("the SIP server did not answer within %d s:\n%s"
                       % (patience, self.log("kamailio.log")[-2000:]))


class DemoNetwork(Namespaces):
    """The demo's server, phones and attacker, with a ruleset or without."""

    def __init__(self, ruleset=None):
        super().__init__()
        try:
            self._build()
            self._rules(ruleset)
        except BaseException:
            self.close()
            raise

    def _build(self):
        for name in NAMESPACES:
            self.add_space(name)
        self.batch("server", "addr add %s/32 dev lo" % SERVER)
        self._link("phones", "10.20.0.1", [OFFICE])
        self._link("attacker", "203.0.113.1", ATTACKERS)

    def _link(self, name, router, hosts):
        run("ip", "link", "add", name, "netns", "server", "type", "veth",
            "peer", "name", "uplink", "netns", name)
        self.batch("server", "addr add %s/24 dev %s" % (router, name),
                   "link set %s up" % name)
        self.batch(name, *["addr add %s/24 dev uplink" % host
                           for host in hosts],
                   "link set uplink up", "route add default via " + router)

    def speak_as(self, name, address):
        """Let a namespace's unbound sockets send from address from now on.

        Debian's svwar and svcrack accept -b ADDRESS and ignore it.
        """
        run("ip", "-n", self.space(name), "route", "replace", "default",
            "via", address.rsplit(".", 1)[0] + ".1", "src", address)

    def _rules(self, ruleset):
        """Load the unchanged ruleset, then the counters."""
        if ruleset:
            with open(ruleset, encoding="utf-8") as file:
                self.run_in("server", "iptables-restore", text=file.read())
        lines = ["*raw"]
        for group, net in GROUPS.items():
            lines.append("-I PREROUTING 1 -s %s -d %s -p udp --dport 5060 "
                         "-m comment --comment arrived-%s"
                         % (net, SERVER, group))
        for address in ATTACKERS:
            lines.append("-I PREROUTING 1 -s %s -d %s -p udp --dport 5060 "
                         "-m comment --comment from-%s"
                         % (address, SERVER, address))
        lines += ["COMMIT", "*filter"]
        for group, net in GROUPS.items():
            lines.append("-A INPUT -s %s -d %s -p udp --dport 5060 "
                         "-m comment --comment reached-%s"
                         % (net, SERVER, group))
        lines += ["COMMIT", ""]
        self.run_in("server", "iptables-restore", "--noflush",
                    text="\n".join(lines))

    def counters(self):
        """Packets that arrived, that reached the server, that rules dropped;
        answers that rules dropped; and what arrived from each attacker."""
        arrived, reached, sources = {}, {}, {}
        dropped = {"SIP": [], "SIPOUT": []}
        for line in self.run_in("server", "iptables-save", "-c").splitlines():
            rule = re.match(r"\[(\d+):\d+\] -A (\S+) (.*)", line)
            if not rule:
                continue
            packets, chain, text = int(rule[1]), rule[2], rule[3]
            mark = re.search(r'--comment "?(arrived|reached|from)-([\w.]+)',
                             text)
            if mark:
                {"arrived": arrived, "reached": reached,
                 "from": sources}[mark[1]][mark[2]] = packets
            elif chain in dropped and text.endswith("-j DROP"):
                dropped[chain].append((label(text), packets))
        return Counters(arrived, reached, dropped["SIP"], dropped["SIPOUT"],
                        sources)


def label(rule):
    """A rule as the table shows it: its conditions."""
    text = re.sub(r"-m sip |-j \w+$", "", rule).strip()
    return re.sub(r'(--ua )("[^"]*"|\S+)', r"\1...", text)
