# SPDX-License-Identifier: GPL-2.0
"""Runs the SIP server, the phones and the attacker of the demo.

Each wraps a program of Debian: Kamailio, sipp, SIPVicious. Results are read
from the output of these programs.
"""
import collections
import os
import re
import signal
import subprocess
import time

from tests.lib.checkout import DEMO
from tests.lib.namespaces import ATTACKERS, NetworkError, SERVER

USERS = os.path.join(DEMO, "lists", "users.csv")
PASSWORDS = os.path.join(DEMO, "lists", "passwords.txt")
SCANNED = "100-299"
HOMEMADE = ("399", "100")
# The two users whose passwords are in the attacker's list.
WEAK = ("101", "142")
FLOOD = 4000
FLOOD_PER_SECOND = 400
JUNK = 60
TRICKS = 20

Tally = collections.namedtuple("Tally", "tried done failed again")


def users():
    """[(extension, password)] of the server."""
    with open(USERS, encoding="utf-8") as file:
        return [line.strip().split(";") for line in file if ";" in line]


def server_command(network, accounts, address=SERVER, lines=()):
    """The command that starts Kamailio at address with its users [(extension,
    password)]; lines are more lines for its configuration."""
    home = os.path.join(network.work, "server-" + address)
    os.makedirs(home, exist_ok=True)
    with open(os.path.join(DEMO, "server", "kamailio.cfg"),
              encoding="utf-8") as file:
        config = file.read().replace(SERVER, address)
    with open(os.path.join(home, "kamailio.cfg"), "w",
              encoding="utf-8") as file:
        file.write(config)
    with open(os.path.join(home, "users.cfg"), "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
        file.write("event_route[htable:mod-init] {\n")
        for name, word in accounts:
            file.write('\t$sht(password=>%s) = "%s";\n' % (name, word))
        file.write("}\n")
    return ["kamailio", "-DD", "-E", "-m", "32", "-M", "8", "-Y", home,
            "-P", os.path.join(home, "kamailio.pid"),
            "-f", os.path.join(home, "kamailio.cfg")]


def start_server(network, accounts, phone, lines=()):
    """Start Kamailio with accounts; returns when it answers phone, a
    (namespace, address)."""
    network.wait_for_server(network.start(
        "server", server_command(network, accounts, lines=lines),
        "kamailio.log"), *phone)


def write_book(path, rows):
    """What sipp's -inf reads: (extension, password, third field) of calls."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("SEQUENTIAL\n" + "".join(
            f"{name};[authentication username={name} password={word}];{third}\n"
            for name, word, third in rows))


class Phones:
    """Phones behind one address: they register, call and answer.

    space is the namespace they are in, accounts their
    [(extension, password)].
    """

    def __init__(self, network, space, address, accounts):
        self.network = network
        self.space = space
        self.address = address
        self.accounts = accounts
        self.book = os.path.join(network.work, space + ".csv")
        self.stats = {"registrations": [], "calls": []}
        self.running = []
        write_book(self.book, [
            (*account, accounts[(i + 7) % len(accounts)][0])
            for i, account in enumerate(accounts)])

    def _sipp(self, scenario, port, tag, *args):
        tag = self.space + "-" + tag
        stats = os.path.join(self.network.work, tag + ".csv")
        proc = self.network.start(self.space, [
            "sipp", SERVER + ":5060", "-sf",
            os.path.join(DEMO, "sipp", scenario + ".xml"), "-i", self.address,
            "-p", str(port), "-inf", self.book, "-nostdin", "-trace_stat",
            "-stf", stats, "-fd", "1", "-deadcall_wait", "1000", *args],
            tag + ".log")
        return proc, stats

    def register(self, rate=10):
        """Register all phones, rate per second."""
        proc, stats = self._sipp("register", 5071, "register-all", "-r",
                                 str(rate), "-m", str(len(self.accounts)))
        self.stats["registrations"].append(stats)
        try:
            proc.wait(120)
        except subprocess.TimeoutExpired as err:
            self.network.stop(proc)
            raise NetworkError(
                "the phones did not register within 120 s") from err
        if proc.returncode:
            raise NetworkError(
                "the phones could not register:\n" + self.network.log(
                    self.space + "-register-all.log")[-2000:])

    def start(self):
        """Register all phones, then start periodic registrations and calls."""
        self._sipp("answer", 5070, "answer")
        self.register()
        for what, scenario, port, period in (
                ("registrations", "register", 5072, "2000"),
                ("calls", "call", 5073, "1000")):
            proc, stats = self._sipp(scenario, port, scenario, "-r", "1",
                                     "-rp", period)
            self.stats[what].append(stats)
            self.running.append(proc)

    def finish(self):
        """Stop new registrations and calls; wait for the current ones."""
        for proc in self.running:
            if proc.poll() is None:
                proc.send_signal(signal.SIGUSR1)
        end = time.monotonic() + 30
        while any(proc.poll() is None for proc in self.running):
            if time.monotonic() > end:
                raise NetworkError(
                    "a phone's last call did not end within 30 s")
            time.sleep(0.1)

    def tally(self, what):
        """Tally of "registrations" or "calls", from sipp's statistics."""
        total = [0, 0, 0, 0]
        for path in self.stats[what]:
            for i, value in enumerate(read_stats(path)):
                total[i] += value
        return Tally(*total)


def read_stats(path):
    """(created, successful, failed, retransmissions) of a sipp run so far."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return (0, 0, 0, 0)
    if len(lines) < 2:
        return (0, 0, 0, 0)
    row = dict(zip(lines[0].split(";"), lines[-1].split(";")))
    return tuple(int(row[name]) for name in (
        "TotalCallCreated", "SuccessfulCall(C)", "FailedCall(C)",
        "Retransmissions(C)"))


class Attacker:
    """SIPVicious, a tool without a known fingerprint, junk and a flood; keeps
    the extensions and passwords that they find."""

    def __init__(self, network, wait):
        """wait(proc) waits for the end of a process and shows progress."""
        self.network = network
        self.wait = wait
        self.extensions = []
        self.passwords = []

    def steps(self):
        """[(title, action)] in the order of a real attack; an action returns
        a sentence with its result."""
        return (
            ("svmap: is there a SIP server?", self.svmap),
            ("svwar: which of the extensions %s exist?" % SCANNED,
             self.svwar),
            ("svcrack: extension %s, 100 passwords" % WEAK[0],
             lambda: self.svcrack(2, WEAK[0], ["svcrack"])),
            ('svcrack as "Bria 6.5.1": extension %s, 100 passwords' % WEAK[1],
             lambda: self.svcrack(3, WEAK[1], [
                 os.path.join(DEMO, "other-ua"), "Bria 6.5.1", "svcrack"])),
            ("an unknown tool that looks like a phone: which of %s to %s"
             " exist?" % HOMEMADE, self.homemade_scan),
            ("the same, extension %s: 100 passwords" % WEAK[1],
             self.homemade_guess),
            ("junk: %d datagrams that are not SIP" % JUNK, self.junk),
            ("evasion: unsolicited responses, and requests that servers"
             " parse in different ways", self.tricks),
            ("flood: %d OPTIONS of an unknown User-Agent" % FLOOD,
             self.flood),
        )

    def _tool(self, turn, log, cmd):
        self.network.speak_as("attacker", ATTACKERS[turn])
        self.wait(self.network.start("attacker", [
            *cmd, "-x", ATTACKERS[turn], SERVER], log))
        return rows(self.network.log(log))

    def svmap(self):
        """One OPTIONS."""
        found = self._tool(0, "svmap.log", ["svmap"])
        if not found:
            return "svmap found no server"
        return "svmap found a server: " + ", ".join(found[0])

    def svwar(self):
        """One REGISTER for each extension."""
        found = self._tool(1, "svwar.log", ["svwar", "-e", SCANNED])
        self.extensions = sorted(row[0] for row in found)
        if not found:
            return "svwar found no extension"
        return "svwar found %d extensions: %s" % (
            len(found), " ".join(self.extensions))

    def svcrack(self, turn, extension, tool):
        """One REGISTER for each password, until one fits. It gives up after
        5 s without an answer, not 10: a ban lasts longer than either."""
        found = self._tool(turn, "svcrack-%s.log" % extension, [
            *tool, "-u", extension, "-d", PASSWORDS, "--maximumtime", "5"])
        self.passwords += found
        if not found:
            return "svcrack found no password"
        return "svcrack found the password of %s: %s" % tuple(found[0])

    def homemade_scan(self):
        """One REGISTER for each extension, from the highest down."""
        found = self._homemade(4, "scan", *HOMEMADE)
        self.extensions = sorted({*self.extensions,
                                  *(row[0] for row in found)})
        return "it found %d extensions" % len(found)

    def homemade_guess(self):
        """One REGISTER for each password."""
        found = self._homemade(5, "guess", WEAK[1], PASSWORDS)
        self.passwords += [row for row in found if row not in self.passwords]
        if not found:
            return "it found no password"
        return "it found the password of %s: %s" % tuple(found[0])

    def _homemade(self, turn, what, *args):
        self.network.speak_as("attacker", ATTACKERS[turn])
        log = "homemade-%s.log" % what
        self.wait(self.network.start("attacker", [
            os.path.join(DEMO, "homemade"), what, SERVER, *args], log))
        return rows(self.network.log(log))

    def junk(self):
        """Truncated, malformed and random datagrams, 50 a second."""
        kinds = (
            b"GET / HTTP/1.1\r\nHost: pbx\r\n\r\n",
            b"\x16\x03\x01\x00\xc4\x01\x00\x00\xc0\x03\x03" + bytes(60),
            b"INVITE sip:100@pbx SIP/2.0\r\nVia: SIP/2.0/UDP a",
            b"REGISTER sip:pbx SIP/2.0\r\nContent-Length: 99999\r\n\r\n",
            b"A" * 700,
        )
        with self.network.udp_socket("attacker", ATTACKERS[6]) as sock:
            for turn in range(JUNK):
                sock.sendto(kinds[turn % len(kinds)], (SERVER, 5060))
                time.sleep(0.02)
        return "%d datagrams sent" % JUNK

    def tricks(self):
        """Forged responses, to reset counts, and hidden credentials."""
        fields = ("From: <sip:100@pbx>;tag=1\r\nTo: <sip:100@pbx>\r\n"
                  "Call-ID: trick\r\nCSeq: 1 REGISTER\r\n"
                  "Content-Length: 0\r\n\r\n").encode()
        via = b"Via: SIP/2.0/UDP %s;branch=z9hG4bKt\r\n"
        mine = via % ATTACKERS[8].encode()
        kinds = (
            b"SIP/2.0 200 OK\r\n" + via % SERVER.encode() + mine + fields,
            b"REGISTER sip:pbx SIP/2.0\r\n" + mine
            + b"Max-Forwards: 70&Authorization: Digest x\r\n" + fields,
        )
        with self.network.udp_socket("attacker", ATTACKERS[8]) as sock:
            for turn in range(TRICKS):
                sock.sendto(kinds[turn % len(kinds)], (SERVER, 5060))
                time.sleep(0.02)
        return "%d datagrams sent" % TRICKS

    def flood(self):
        """Send OPTIONS with sipp at a fixed rate; do not wait for answers."""
        proc = self.network.start("attacker", [
            "sipp", SERVER + ":5060", "-sf",
            os.path.join(DEMO, "sipp", "flood.xml"), "-inf", USERS,
            "-i", ATTACKERS[7], "-p", "5060", "-r", str(FLOOD_PER_SECOND),
            "-m", str(FLOOD), "-nr", "-nostdin", "-deadcall_wait", "0",
            "-trace_stat", "-stf", os.path.join(self.network.work, "flood.csv"),
            "-fd", "1"], "flood.log")
        self.wait(proc)
        return "%d OPTIONS sent" % read_stats(
            os.path.join(self.network.work, "flood.csv"))[0]


def rows(text):
    """The rows of the table that a SIPVicious tool prints, without heading."""
    table = [[cell.strip() for cell in line.strip("|\n ").split("|")]
             for line in re.findall(r"^\|.*\|", text, re.MULTILINE)]
    return table[1:]
