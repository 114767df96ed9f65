# SPDX-License-Identifier: GPL-2.0
"""Networks of namespaces with programs in them, for the demo, the soak and the
benchmarks.

Namespaces: network namespaces, and the processes in them. close() stops every
process that was started, each by its own id; the namespaces go with it.

DemoNetwork: the demo's three namespaces and its counters.

    phones  10.20.0.10 ----- 10.20.0.1   server (192.0.2.10:5060)
    attacker 203.0.113.11-19 ----- 203.0.113.1  server

Packets are counted on the server's side by iptables rules without a target: on
arrival (raw, before all rules of the ruleset) and after all rules (filter
INPUT).
"""
import collections
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from tests.lib.netns import Netns, NetworkError

SERVER = "192.0.2.10"
OFFICE = "10.20.0.10"
# Every attack comes from an address of its own: otherwise the first ban would
# hide the effect of the other rules.
ATTACKERS = ["203.0.113.%d" % n for n in range(11, 20)]
# The server's interfaces.
GROUPS = ("phones", "attacker")

Counters = collections.namedtuple(
    "Counters", "arrived reached dropped silenced sources")


def options(number, address):
    """An OPTIONS of a phone."""
    return ("OPTIONS sip:%s SIP/2.0\r\n"
            "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%d;rport\r\n"
            "Max-Forwards: 70\r\nFrom: <sip:up@%s>;tag=up\r\n"
            "To: <sip:%s>\r\nCall-ID: up%d\r\nCSeq: 1 OPTIONS\r\n"
            "User-Agent: Yealink SIP-T46S 66.86.0.15\r\n"
            "Content-Length: 0\r\n\r\n" % (
                SERVER, address, number, address, SERVER, number)).encode()


class Namespaces:
    """Network namespaces and the processes in them; a context manager."""

    def __init__(self, *names):
        self.work = tempfile.mkdtemp(prefix="xt_sip-net.")
        self.procs = []
        self.spaces = {}
        try:
            for name in names:
                self.add_space(name)
            self.build()
        except BaseException:
            self.close()
            raise

    def build(self):
        """What a subclass has besides its namespaces."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        """Stop the processes, newest first; let the namespaces go."""
        for proc in reversed(self.procs):
            self.stop(proc)
        self.procs = []
        for name in list(self.spaces):
            self.remove_space(name)
        shutil.rmtree(self.work, ignore_errors=True)

    def add_space(self, name):
        """Add a namespace, with its loopback up."""
        self.spaces[name] = Netns(name)
        self.batch(name, "link set lo up")

    def remove_space(self, name):
        """Let a namespace go; its links go, too."""
        self.spaces.pop(name).close()

    def join(self, name, device, near, far, *more):
        """Link the server's @device to uplink in another namespace, with
        addresses on both sides and more lines of `ip` on the other."""
        server = self.spaces["server"]
        server.join(device, self.spaces[name], "uplink")
        server.ip([*(f"addr add {one} dev {device}" for one in near),
                   f"link set {device} up"])
        self.batch(name, *(f"addr add {one} dev uplink" for one in far),
                   "link set uplink up", *more)

    def batch(self, name, *lines):
        """Run several ip commands inside a namespace at once."""
        self.spaces[name].ip(lines)

    def run_in(self, name, *cmd, text=None):
        """Run a command inside a namespace; its output, or NetworkError."""
        return self.spaces[name].run(*cmd, text=text)

    def start(self, name, cmd, log, stdin=subprocess.DEVNULL):
        """Start a command inside a namespace; its output goes to a log."""
        env = dict(os.environ, HOME=self.work, TERM="dumb",
                   PYTHONDONTWRITEBYTECODE="1")
        with open(os.path.join(self.work, log), "ab") as out, \
                self.spaces[name].inside():
            proc = subprocess.Popen(cmd, cwd=self.work, env=env, stdin=stdin,
                                    stdout=out, stderr=out)
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
        with self.spaces[name].socket(socket.AF_INET,
                                      socket.SOCK_DGRAM) as sock:
            sock.bind((address, 5060))
            yield sock

    def wait_for_server(self, proc, name, address, patience=30):
        """Return once the SIP server answers an OPTIONS that a phone sends
        from a namespace's address; proc is the server."""
        with self.udp_socket(name, address) as sock:
            sock.settimeout(0.5)
            for turn in range(patience * 2):
                if proc.poll() is not None:
                    raise NetworkError("the SIP server ended at once:\n"
                                       + self.log("kamailio.log")[-2000:])
                sock.sendto(options(turn, address), (SERVER, 5060))
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

    def __init__(self, ruleset=None, names=("server", "phones", "attacker")):
        self.ruleset = ruleset
        super().__init__(*names)

    def build(self):
        """Addresses, the unchanged ruleset, then the counters."""
        self.batch("server", "addr add %s/32 dev lo" % SERVER)
        self.join("phones", "phones", ["10.20.0.1/24"], [OFFICE + "/24"],
                  "route add default via 10.20.0.1")
        self.join_attacker()
        if self.ruleset:
            with open(self.ruleset, encoding="utf-8") as file:
                self.run_in("server", "iptables-restore", text=file.read())
        self._count()

    def join_attacker(self):
        """The link on which attacks come in."""
        self.join("attacker", "attacker", ["203.0.113.1/24"],
                  [host + "/24" for host in ATTACKERS],
                  "route add default via 203.0.113.1")

    def speak_as(self, name, address):
        """Let a namespace's unbound sockets send from address from now on.

        Debian's svwar and svcrack accept -b ADDRESS and ignore it.
        """
        self.batch(name, "route replace default via %s.1 src %s" % (
            address.rsplit(".", 1)[0], address))

    def _count(self):
        def rule(where, whose, mark):
            return ("%s %s -d %s -p udp --dport 5060 -m comment --comment "
                    "%s" % (where, whose, SERVER, mark))
        first = "-I PREROUTING 1"
        self.run_in("server", "iptables-restore", "--noflush", text="\n".join([
            "*raw", *(rule(first, "-i " + group, "arrived-" + group)
                      for group in GROUPS),
            *(rule(first, "-s " + address, "from-" + address)
              for address in ATTACKERS), "COMMIT",
            "*filter", *(rule("-A INPUT", "-i " + group, "reached-" + group)
                         for group in GROUPS), "COMMIT", ""]))

    def counters(self):
        """Packets that arrived, that reached the server, that rules dropped;
        answers that rules dropped; and what arrived from each attacker."""
        saved = saved_rules(self.run_in("server", "iptables-save", "-c"))
        arrived, reached, sources = {}, {}, {}
        marked = {"arrived": arrived, "reached": reached, "from": sources}
        for _, text, packets in saved:
            mark = re.search(r'--comment "?(arrived|reached|from)-([\w.]+)',
                             text)
            if mark:
                marked[mark[1]][mark[2]] = packets
        return Counters(arrived, reached, drops(saved, "PREROUTING"),
                        drops(saved, "OUTPUT"), sources)


def saved_rules(text):
    """[(chain, rule, packets)] of what iptables-save -c prints."""
    rules = re.findall(r"^\[(\d+):\d+\] -A (\S+) (.*)", text, re.MULTILINE)
    return [(chain, rule, int(packets)) for packets, chain, rule in rules]


def drops(saved, hook):
    """[(label, packets)] of the rules that drop, in all chains that packets
    of a hook come to; equal rules are one."""
    chains = [hook]
    for chain in chains:
        for where, text, _ in saved:
            target = re.search(r"-[jg] (\S+)$", text)
            if where == chain and target and target[1] not in chains:
                chains.append(target[1])
    found = {}
    for chain, text, packets in saved:
        if chain in chains and text.endswith("-j DROP"):
            found[label(text)] = found.get(label(text), 0) + packets
    return list(found.items())


def label(rule):
    """A rule as the table shows it: its conditions."""
    text = re.sub(r"-m sip |-j \w+$", "", rule).strip()
    return re.sub(r'(--ua )("[^"]*"|\S+)', r"\1...", text)
