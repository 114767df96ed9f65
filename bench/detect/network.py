# SPDX-License-Identifier: GPL-2.0
"""The network of one ruleset of make detect, and its counters.

    hosts 203.0.113.N, 2001:db8:N::2 (attackers)   -+-  server 192.0.2.10:5060
    hosts 198.51.100.N               (honest)      -+          2001:db8::10

Each host is a namespace of its own, with an address of its own, that exists
while its row runs. Packets are counted on the server's side by iptables rules
without a target: before all rules of the ruleset (arrived, answered), those of
them from a sender that is already banned (late), and after all rules (reached,
passed). The ruleset is loaded unchanged, for IPv4 and IPv6.
"""
import collections
import contextlib
import re
import time

from tests.lib.namespaces import Namespaces, SERVER
from tests.lib.netns import NetworkError
from tests.lib.sources import SOURCES

SERVER6 = "2001:db8::10"
# The servers of the rows whose server is down, or refuses all, for a while.
SPARE, REFUSING = "192.0.2.11", "192.0.2.12"
# Seconds; only what hangs needs them, however slow the machine is.
PATIENCE = 900

Host = collections.namedtuple("Host", "number honest family")
# title: its column; ours: it has rules of xt_sip; agent: a rule matches on the
# User-Agent; server: the one it protects; guests: lines for guests are enabled;
# what: a description, printed after the file's name if there is one.
Ruleset = collections.namedtuple(
    "Ruleset", "name title path ours agent what server guests",
    defaults=("kamailio", False))
Count = collections.namedtuple("Count", "arrived late reached answered passed")


def address(host):
    """The host's address in its family."""
    if host.family == 6:
        return "2001:db8:%x::2" % host.number
    return ("198.51.100.%d" if host.honest else "203.0.113.%d") % host.number


def server_for(host):
    """The server's address in the host's family."""
    return SERVER6 if host.family == 6 else SERVER


def text_of(ruleset):
    """The text to load; with guests, the line for servers whose guests may
    call is enabled."""
    with open(ruleset.path, encoding="utf-8") as file:
        text = file.read()
    if ruleset.guests:
        text, lines = re.subn("^# (-A SIPOUT .*INVITE)", r"\1", text,
                              flags=re.M)
        if lines != 1:
            raise NetworkError("%s: no line for guests" % ruleset.path)
    return text


class Network(Namespaces):
    """A server, the ruleset that protects it, and hosts, one at a time."""

    def __init__(self, ruleset, hosts):
        self.ruleset = ruleset
        self.hosts = hosts
        self.seen = (0, {})
        self.servers = []
        super().__init__("server")

    def build(self):
        """The server's addresses and rules."""
        self.batch("server", "addr add %s/32 dev lo" % SERVER,
                   "addr add %s/32 dev lo" % SPARE,
                   "addr add %s/32 dev lo" % REFUSING,
                   "addr add %s/128 dev lo nodad" % SERVER6)
        for family, save in ((4, "iptables"), (6, "ip6tables")):
            self._load(save + "-restore", family)

    def close(self):
        """Stop servers with processes of their own first."""
        for server in self.servers:
            server.stop()
        self.servers = []
        super().close()

    def _load(self, restore, family):
        """Load the ruleset, then the counters around it."""
        if self.ruleset.path:
            self.run_in("server", restore, text=text_of(self.ruleset))
        raw, last = [], []
        for host in self.hosts:
            if host.family == family:
                self._count(host, raw, last)
        lines = ["*raw", ":COUNT - [0:0]", ":COUNTOUT - [0:0]",
                 "-I PREROUTING 1 -p udp --dport 5060 -j COUNT",
                 "-I OUTPUT 1 -p udp --sport 5060 -j COUNTOUT",
                 *raw, "COMMIT", "*filter", *last, "COMMIT", ""]
        self.run_in("server", restore, "--noflush", text="\n".join(lines))

    def _count(self, host, raw, last):
        """An attacker's empty datagrams are not counted: nmap sends one to
        see whether the port is open, before its script sends SIP."""
        full = "" if host.honest else "-m length --length %d:65535 " % (
            {4: 29, 6: 49}[host.family])
        come = "-p udp --dport 5060 -s %s %s" % (address(host), full)
        go = "-p udp --sport 5060 -d %s " % address(host)
        mark = "-m comment --comment %s-" + address(host)
        raw.append("-A COUNT " + come + mark % "arrived")
        if self.ruleset.ours:
            raw.append("-A COUNT " + come + "-m sip --banned "
                       + mark % "late")
        if host.honest:
            raw.append("-A COUNTOUT " + go + mark % "answered")
            last.append("-A INPUT " + come + mark % "reached")
            last.append("-A OUTPUT " + go + mark % "passed")

    @contextlib.contextmanager
    def host(self, host):
        """Add the host while in use; yields its namespace's name."""
        name = "h%d" % host.number
        mine = address(host)
        if host.family == 6:
            router = mine[:-1] + "1"
            ends = [router + "/64 nodad", mine + "/64 nodad"]
        else:
            router = "203.0.113.1"
            ends = [near + " peer " + far for near, far in (
                (router, mine), (mine, router))]
        self.add_space(name)
        try:
            self.join(name, name, ends[:1], ends[1:],
                      "route add default via " + router)
            yield name
        finally:
            self.remove_space(name)

    def counts(self):
        """{address: Count} of all hosts."""
        found = collections.defaultdict(dict)
        for save in ("iptables-save", "ip6tables-save"):
            for line in self.run_in("server", save, "-c").splitlines():
                mark = re.match(r'\[(\d+):.*--comment "?(arrived|late|reached|'
                                r'answered|passed)-([\w.:]+)', line)
                if mark:
                    found[mark[3]][mark[2]] = int(mark[1])
        return {where: Count(*(row.get(name, 0) for name in Count._fields))
                for where, row in found.items()}

    def banned(self):
        """The addresses and prefixes that are banned now; read at most once
        a second."""
        if not self.ruleset.ours:
            return set()
        when, banned = self.seen
        if time.monotonic() - when < 1:
            return banned
        banned = set()
        for line in self.spaces["server"].read(SOURCES).splitlines():
            entry = re.match(r"src=([\w.:]+)/\d+ .*\bbanned=(\d+)", line)
            if entry and entry[2] != "0":
                banned.add(entry[1])
        self.seen = (time.monotonic(), banned)
        return banned

    def is_banned(self, host):
        """Whether this host is banned now."""
        where = address(host)
        return (where[:-1] if host.family == 6 else where) in self.banned()

    def wait(self, proc, limit, enough=lambda: False):
        """Wait until a process ends, enough() is true or limit seconds have
        passed. Returns whether the process ended."""
        end = time.monotonic() + limit
        while proc.poll() is None:
            if time.monotonic() > end or enough():
                return False
            time.sleep(0.5)
        return True

    def must(self, proc, what, limit=PATIENCE):
        """Wait for a process; NetworkError if it fails."""
        if not self.wait(proc, limit) or proc.returncode:
            raise NetworkError("%s: %s" % (
                what, "did not end within %d s" % limit
                if proc.poll() is None else "status %d" % proc.returncode))
