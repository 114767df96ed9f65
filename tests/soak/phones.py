# SPDX-License-Identifier: GPL-2.0
"""Runs phones that register and call through Kamailio as long as the soak
lasts: sipp with the demo's scenarios.

sipp repeats what is not answered as RFC 3261 says, from T1 on for 64 * T1;
T1 is an estimate of the round trip time, so it is measured. What the server
answers twice is ignored, as a phone's transactions do. A call that was not
completed by then has failed.
"""
import collections
import os
import re
import signal
import subprocess
import time

from tests.lib import actors, namespaces
from tests.lib.checkout import DEMO
from tests.soak import network

WHATS = ("registrations", "calls")
SCENARIOS = {"registrations": "register", "calls": "call"}
LOG = re.compile(r"(begin|step|end) (\S+) .*\s([0-9.]+)$")

# A call or registration: when it began, when it last made progress, when it
# was completed (None: it was not).
Call = collections.namedtuple("Call", "name begin last end")
Verdict = collections.namedtuple("Verdict", "met excused lost")


def round_trips(net, number, patience):
    """Seconds until the server answered each of some OPTIONS; @patience for
    what never was."""
    found = []
    with net.udp_socket("phones", network.PHONES[4]) as sock:
        sock.settimeout(patience)
        for turn in range(1000, 1000 + number):
            start = time.monotonic()
            sock.sendto(namespaces.options(turn, network.PHONES[4]),
                        (namespaces.SERVER, 5060))
            try:
                while b"Call-ID: up%d\r\n" % turn not in sock.recv(4096):
                    pass
            except OSError:
                pass
            found.append(time.monotonic() - start)
    return found


def logged(scenario):
    """A scenario that logs "begin", "step" and "end", with call and time."""
    log = '<action><log message="%s [call_id] [timestamp]"/></action>'
    text = re.sub("(<scenario .*>)", r"\1<nop>" + log % "begin" + "</nop>",
                  scenario)
    text = re.sub("(<recv (?!.*optional).*)/>",
                  r"\1>" + log % "step" + "</recv>", text)
    before, _, after = text.rpartition('"step ')
    return before + '"end ' + after


class Office:
    """Phones behind one address: they register, call and answer."""

    def __init__(self, net, family, accounts, first_wait):
        self.net, self.family, self.accounts = net, family, accounts
        self.first_wait = first_wait        # T1 in milliseconds
        self.procs = {}
        self.book = self._path("phones.csv")
        actors.write_book(self.book, [
            (*account, accounts[(i + 3) % len(accounts)][0])
            for i, account in enumerate(accounts)])

    def _path(self, name):
        return os.path.join(self.net.work, f"office{self.family}-{name}")

    def _scenario(self, name):
        with open(os.path.join(DEMO, "sipp", name + ".xml"),
                  encoding="utf-8") as file:
            text = file.read()
        for old, times in (('retrans="500"', 1), ('timeout="20000"', 128),
                           ('timewait milliseconds="4000"', 32)):
            text = text.replace(old, '%s="%d"' % (
                old.partition("=")[0], times * self.first_wait))
        path = self._path(name + ".xml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text if name == "answer" else logged(text))
        return path

    def _sipp(self, name, scenario, port, *more):
        address = network.SERVER[self.family]
        self.procs[name] = self.net.start("phones", [
            "sipp", f"[{address}]:5060" if self.family == 6 else
            address + ":5060", "-sf", self._scenario(scenario),
            "-i", network.PHONES[self.family], "-p", str(port),
            "-inf", self.book, "-nostdin", "-fd", "1",
            "-trace_stat", "-stf", self._path(name + ".stat"),
            "-trace_logs", "-log_file", self._path(name + ".calls"),
            "-trace_err", "-error_file", self._path(name + ".errors"),
            "-default_behaviors", "all,-abortunexp",
            "-max_invite_retrans", "6", "-max_non_invite_retrans", "10",
            "-watchdog_minor_maxtriggers", "1000000000",
            "-watchdog_major_maxtriggers", "1000000000",
            "-l", "100000", "-deadcall_wait", str(64 * self.first_wait), *more],
            os.path.basename(self._path(name + ".log")))

    def start(self, patience):
        """All phones register once; then the steady day begins."""
        self._sipp("answer", "answer", 5070)
        self._sipp("first", "register", 5071, "-m", str(len(self.accounts)))
        first = self.procs.pop("first")
        try:
            first.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        if first.poll() != 0:
            raise namespaces.NetworkError(
                f"IPv{self.family} phones could not register "
                f"within {patience:.0f} s:\n" + self.words("first"))
        for what, port, period in (("registrations", 5072, 4),
                                   ("calls", 5073, 2)):
            self._sipp(what, SCENARIOS[what], port, "-r", "1", "-rp",
                       str(period * self.first_wait))

    def dead(self):
        """What has ended although it should not."""
        return [f"sipp ({name}, IPv{self.family}) ended with status "
                f"{proc.returncode}:\n{self.words(name)}"
                for name, proc in self.procs.items()
                if proc.poll() is not None]

    def words(self, name):
        """The last of what a sipp said."""
        text = ""
        for path in (self._path(name + ".log"), self._path(name + ".errors")):
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += file.read()[-1500:]
        return text

    def last_calls(self):
        """No new ones; those that stand go to their end."""
        for what in WHATS:
            self.procs[what].send_signal(signal.SIGUSR1)

    def finish(self, end):
        """Wait for the end of the last calls, until @end."""
        for what in WHATS:
            try:
                self.procs[what].wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass        # its calls have not ended, so they are lost

    def stats(self, what):
        """(created, successful, failed, repeated messages), as sipp says."""
        return actors.read_stats(self._path(what + ".stat"))

    def calls(self, what):
        """All Calls so far."""
        found = {}
        with open(self._path(what + ".calls"), encoding="utf-8",
                  errors="replace") as file:
            for line in file:
                said = LOG.match(line.rstrip("\n"))
                if not said:
                    continue
                name, when = said[2], float(said[3])
                begin = when if said[1] == "begin" else found[name].begin
                found[name] = Call(name, begin, when, when if
                                   said[1] == "end" else None)
        return list(found.values())

    def why(self, what, call):
        """What sipp says of a call that failed."""
        path = self._path(what + ".errors")
        if not os.path.exists(path):
            return "nothing"
        with open(path, encoding="utf-8", errors="replace") as file:
            return "; ".join(line.strip() for line in file.read().replace(
                "'2", "'\n2").splitlines() if call.name in line
                and "borting" in line)[:300] or "nothing"


def classify(calls, absences, grace):
    """How many calls met an absence of the module [(from, to)], which of the
    failed ones did, and which are lost.

    A failed one met it if it did until @grace seconds after its last
    progress: what is repeated for longer without an answer was lost before.
    """
    met = [call for call in calls if any(
        begin <= (call.end or call.last + grace) and call.begin <= end
        for begin, end in absences)]
    failed = [call for call in calls if call.end is None]
    excused = [call for call in failed if call in met]
    return Verdict(len(met), excused,
                   [call for call in failed if call not in excused])
