# SPDX-License-Identifier: GPL-2.0
"""The table of honest senders of make detect, and the code that runs them.

To add one, add a function and a line to HONEST. A row runs once for each
ruleset, from addresses of its own, and must not lose a message.
"""
import collections
import contextlib
import hashlib
import os
import re
import signal
import subprocess
import time

from bench.detect import servers
from bench.detect.attackers import ACCOUNTS
from bench.detect.network import address, PATIENCE, REFUSING, SPARE
from tests.lib.actors import Phones, read_stats, write_book
from tests.lib.client import credentials
from tests.lib.namespaces import NetworkError, SERVER

HOME = os.path.dirname(os.path.abspath(__file__))
# Accounts that no attacker scans.
OFFICE = ["%d" % n for n in range(3000, 3100)]
RETURNING = ["%d" % n for n in range(3100, 3150)]
BARESIP, LINPHONE, CALLER = "3200", "3201", "3202"
MONITOR = "sipsak"
LARGE = ["%d" % n for n in range(3300, 3420)]
KEYS = ["%d" % n for n in range(3500, 3530)]
MISTAKEN = ["%d" % n for n in range(3600, 3620)]
VICTIM = ["%d" % n for n in range(3700, 3710)]
TRUNK = ["%d" % n for n in range(3800, 3810)]
CALLED = ["%d" % n for n in range(3810, 3820)]
EXTRA = [MONITOR, *OFFICE, *RETURNING, BARESIP, LINPHONE, CALLER, *LARGE, *KEYS,
         *MISTAKEN, *VICTIM, *TRUNK, *CALLED]
COLLEAGUES = 20		# busy lamp keys of a phone
STOLEN = 75		# requests whose answers go to a victim
MISTAKES = 12		# of a phone with a wrong password, 3 s apart
STEADY = 20		# seconds of the steady rows
TIMES = 15		# that the monitor asks
OUTAGE = 20		# seconds that the server is down
REFUSED = 60		# seconds that it refuses everybody
CALLS = 50		# a second, of a trunk
CALLS_SLOW = 8		# where the server is Asterisk: emulated, it takes no more
CALLING = 4		# seconds: an emulated server needs ten times as many
LAST_CALL = 120		# seconds
REPEATS = 48		# for 180 s: Asterisk needs some 80 s to start here
# Of a Kamailio that was restarted in the meantime.
OLD_NONCE = "awOS6WsDkb1OhNbRtutWHYxPOE3dvK4U"

# Rulesets that count requests, whatever the server thinks of them.
COUNTING = ("users", "password", "requests")

# hosts: how many addresses it has, of which the first watched are honest;
# light: takes little processor time; counted: names of rulesets that may ban
# it, and the table shows that; alone: no other heavy row may run beside it.
Honest = collections.namedtuple(
    "Honest", "title play hosts light counted watched alone",
    defaults=(1, False, (), 2, False))
Score = collections.namedtuple("Score", "tried done")


def password(extension):
    """The password of an account, which cannot be guessed."""
    return "vT9" + hashlib.md5(extension.encode()).hexdigest()[:10]


def accounts(extensions):
    """[(extension, password)]"""
    return [(name, password(name)) for name in extensions]


class Office(Phones):
    """Phones behind one address. Those that get no answer are not done, which
    the table shows: the address may be banned."""

    def register(self, rate=10):
        with contextlib.suppress(NetworkError):
            super().register(rate)

    def answer(self):
        """Answer calls; the process."""
        return self._sipp("answer", 5070, "answer")[0]

    def call(self, whom, rate, many, patience=LAST_CALL):
        """Call these in turn, so many times a second; the Score. What is not
        over after this time is not done, nor waited for: sipp itself would
        wait for a call whose last message was lost."""
        write_book(self.book, [
            (*self.accounts[n % len(self.accounts)], extension)
            for n, extension in enumerate(whom)])
        proc, stats = self._sipp("call", 5073, "call-all", "-r", str(rate),
                                 "-m", str(many), "-l", str(many),
                                 "-timeout", f"{patience}s")
        self.network.wait(proc, patience + 10)
        self.network.stop(proc)
        return Score(many, read_stats(stats)[1])

    def finish(self):
        with contextlib.suppress(NetworkError):
            super().finish()
        for proc in self.running:
            self.network.stop(proc)


# ---- rows ------------------------------------------------------------------

def phones_call(network, places):
    """50 phones behind one address register, then register again and call."""
    phones = Office(network, *places[0], accounts(ACCOUNTS[:50]))
    phones.start()
    time.sleep(STEADY)
    phones.finish()
    tallies = [phones.tally(what) for what in ("registrations", "calls")]
    return Score(sum(t.tried for t in tallies), sum(t.done for t in tallies))


def office_returns(network, places):
    """100 phones behind one address register within 10 s."""
    phones = Office(network, *places[0], accounts(OFFICE))
    phones.register()
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def large_office(network, places):
    """120 phones behind one address register within 3 s, as after a power
    failure; an emulated server takes no more."""
    phones = Office(network, *places[0], accounts(LARGE))
    phones.register(rate=40)
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def busy_keys(network, places):
    """30 phones behind one address register and then subscribe to 20
    colleagues each, within 20 s: an emulated server takes no more."""
    space, where = places[0]
    phones = Office(network, space, where, accounts(KEYS))
    phones.register(rate=60)
    book = os.path.join(network.work, "keys.csv")
    write_book(book, [(*account, colleague) for account in accounts(KEYS)
                      for colleague in KEYS[:COLLEAGUES]])
    with open(os.path.join(HOME, "sipp", "blf.xml"), encoding="utf-8") as file:
        scenario = file.read()
    if not servers.is_asterisk(network):
        scenario = scenario.partition("  <!-- told")[0] + "</scenario>\n"
    path = os.path.join(network.work, "blf.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    many = len(KEYS) * COLLEAGUES
    stats = os.path.join(network.work, "keys-stats.csv")
    network.wait(network.start(space, [
        "sipp", SERVER + ":5060", "-sf", path, "-inf", book, "-i", where, "-p",
        "5074", "-nostdin", "-trace_stat", "-stf", stats, "-fd", "1", "-r",
        "30", "-m", str(many), "-deadcall_wait", "1000"], "keys.log"), PATIENCE)
    tally = phones.tally("registrations")
    return Score(tally.tried + many, tally.done + read_stats(stats)[1])


def wrong_password(network, places):
    """An office of 20 phones, one of which has a wrong password and tries all
    the time, while the others register again now and then."""
    space, where = places[0]
    phones = Office(network, space, where, accounts(MISTAKEN[1:]))
    phones.start()
    wrong = network.start(space, [
        os.path.join(HOME, "mistaken"), SERVER, MISTAKEN[0], str(MISTAKES),
        "3"], "mistaken.log")
    network.must(wrong, "the phone with the wrong password")
    phones.finish()
    tally = phones.tally("registrations")
    asked = network.log("mistaken.log").split().count("401")
    return Score(tally.tried + MISTAKES, tally.done + asked)


def victim(network, places):
    """An attacker guesses and scans with the address of an office in maddr, so
    that the office gets the answers; then its phones register."""
    (space, where), (other, _) = places
    network.must(network.start(other, [
        os.path.join(HOME, "intruder"), "maddr", SERVER, where, ACCOUNTS[0],
        str(STOLEN)], "maddr.log"), "the sender of maddr")
    time.sleep(1)
    phones = Office(network, space, where, accounts(VICTIM))
    phones.register()
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def softphones(network, places):
    """linphone registers and calls baresip, which has registered; baresip
    registers and calls linphone. All calls are answered and ended."""
    (bare, bare_at), (lin, lin_at) = places
    answering = baresip(network, bare, bare_at, 5060, BARESIP)
    phone, say = linphone(network, lin)
    try:
        expect(network, "baresip-%s.log" % BARESIP, r"200 OK .*1 binding")
        say("register sip:%s@%s sip:%s %s" % (LINPHONE, SERVER, SERVER,
                                             password(LINPHONE)))
        say("call sip:%s@%s" % (BARESIP, SERVER))
        expect(network, "linphone.log", r"Call 1 with .* connected")
        time.sleep(2)
        say("terminate")
        expect(network, "baresip-%s.log" % BARESIP, r"Call with .* terminated")
        expect(network, "linphone.full", r"to \[LinphoneRegistrationOk\]")
        calling = baresip(network, bare, bare_at, 5062, CALLER, "-t", "12",
                          "-e", "/dial sip:%s@%s" % (LINPHONE, SERVER))
        log = "baresip-%s.log" % CALLER
        expect(network, log, r"Call established")
        network.must(calling, "baresip")
        expect(network, log, r"Call with .* terminated")
        say("quit")
        network.wait(phone, 10)
    finally:
        network.stop(phone)
        network.stop(answering)
    return Score(2, 2)


def baresip(network, space, where, port, extension, *options):
    """Start a baresip that answers calls and loops its audio back."""
    home = os.path.join(network.work, "baresip-" + extension)
    os.mkdir(home)
    for name, text in (
            ("config", "sip_listen %s:%d\n"
             "module_path /usr/lib/baresip/modules\nmodule g711.so\n"
             "module aubridge.so\nmodule_tmp uuid.so\n"
             "module_tmp account.so\nmodule_app menu.so\n"
             "audio_source aubridge,loop\naudio_player aubridge,loop\n"
             "audio_alert aubridge,loop\n" % (where, port)),
            ("accounts", "<sip:%s@%s;transport=udp>;auth_user=%s;"
             "auth_pass=%s;answermode=auto;regint=600;audio_codecs=PCMU\n"
             % (extension, SERVER, extension, password(extension))),
            ("contacts", "")):
        with open(os.path.join(home, name), "w", encoding="utf-8") as file:
            file.write(text)
    return network.start(space, ["baresip", "-f", home, *options],
                       "baresip-%s.log" % extension)


def linphone(network, space):
    """Start a linphonec that answers calls; returns the process and a function
    that sends it a command."""
    os.makedirs(os.path.join(network.work, ".local", "share", "linphone"),
                exist_ok=True)
    config = os.path.join(network.work, "linphonerc")
    with open(config, "w", encoding="utf-8") as file:
        file.write("[sip]\nsip_port=5060\nsip_tcp_port=-1\nsip_tls_port=-1\n"
                   "[sound]\nplayback_dev_id=\n")
    proc = network.start(space, [
        "linphonec", "-a", "-c", config, "-d", "6", "-l", "linphone.full"],
        "linphone.log", stdin=subprocess.PIPE)

    def say(line):
        proc.stdin.write(line.encode() + b"\n")
        proc.stdin.flush()

    return proc, say


def expect(network, log, pattern, patience=PATIENCE):
    """Wait until a program has logged a line that matches."""
    end = time.monotonic() + patience
    path = os.path.join(network.work, log)
    while not (os.path.exists(path) and re.search(pattern, network.log(log))):
        if time.monotonic() > end:
            raise NetworkError("%s: no %r within %d s; it has:\n%s" % (
                log, pattern, patience, network.log(log)[-1000:]))
        time.sleep(0.5)


def dispatcher(network, places):
    """A provider's Kamailio sends OPTIONS, once a second."""
    space, where = places[0]
    home = os.path.join(network.work, "trunk")
    os.mkdir(home)
    with open(os.path.join(HOME, "server", "trunk.cfg"),
              encoding="utf-8") as file:
        config = file.read().replace("ADDRESS", where)
    for name, text in (("trunk.cfg", config.replace(
            "targets.list", os.path.join(home, "targets.list"))),
            ("targets.list", "1 sip:%s:5060\n" % SERVER)):
        with open(os.path.join(home, name), "w", encoding="utf-8") as file:
            file.write(text)
    proc = network.start(space, [
        "kamailio", "-DD", "-E", "-m", "16", "-M", "4", "-Y", home, "-P",
        os.path.join(home, "kamailio.pid"), "-f",
        os.path.join(home, "trunk.cfg")], "trunk.log")
    if network.wait(proc, 3 * STEADY):
        raise NetworkError("the trunk's Kamailio ended:\n"
                       + network.log("trunk.log"))
    network.stop(proc)
    pings = network.counts()[where].arrived
    lost = len(re.findall("ping lost", network.log("trunk.log")))
    return Score(pings, pings - lost)


def monitor(network, places):
    """sipsak checks every second whether the server is up."""
    network.must(network.start(places[0][0], [
        os.path.join(HOME, "monitor"), SERVER, str(TIMES),
        password(MONITOR)], "monitor.log"),
        "monitor")
    return Score(TIMES, network.log("monitor.log").split().count("up"))


def outage(network, places):
    """50 phones register with cached credentials while the server is down, and
    repeat until it is up. The server is a second one, at another address."""
    space, where = places[0]
    phones = accounts(RETURNING)
    book = os.path.join(network.work, "cached.csv")
    write_book(book, [(*account, authorization(network, *account))
                      for account in phones])
    stats = os.path.join(network.work, "cached-stats.csv")
    callers = network.start(space, [
        "sipp", SPARE + ":5060", "-sf",
        os.path.join(HOME, "sipp", "cached.xml"), "-i", where, "-p", "5060",
        "-inf", book, "-nostdin", "-trace_stat", "-stf", stats, "-fd", "1",
        "-r", "25", "-m", str(len(phones)), "-deadcall_wait", "1000",
        "-max_retrans", str(REPEATS),
        "-max_non_invite_retrans", str(REPEATS)],
        "cached.log")
    time.sleep(OUTAGE)
    spare = servers.Spare(network, phones, SPARE)
    network.wait(callers, PATIENCE)
    network.stop(callers, signal.SIGTERM)
    spare.stop()
    return Score(len(phones), read_stats(stats)[1])


def database(network, places):
    """50 phones have registered; then the server's database is gone for a
    minute: their right passwords are refused, and they try again every 20 s."""
    space, where = places[0]
    phones = accounts(RETURNING)
    spare = servers.Spare(network, phones, REFUSING)
    book = os.path.join(network.work, "refused.csv")
    write_book(book, [(*account, "") for account in phones])
    done = 0
    for turn in range(2):
        name = "refused-%d" % turn
        stats = os.path.join(network.work, name + ".csv")
        if turn:
            spare.change([(name, "gone") for name in RETURNING])
        running = network.start(space, [
            "sipp", REFUSING + ":5060", "-sf",
            os.path.join(HOME, "sipp", "refused.xml"), "-i", where, "-p",
            "5060", "-inf", book, "-nostdin", "-trace_stat", "-stf", stats,
            "-fd", "1", "-r", "25", "-m", str(len(phones)), "-deadcall_wait",
            "1000", "-max_retrans", str(REPEATS),
            "-max_non_invite_retrans", str(REPEATS)], name + ".log")
        if turn:
            time.sleep(REFUSED)
            spare.change(phones)
        network.wait(running, PATIENCE)
        network.stop(running, signal.SIGTERM)
        done += read_stats(stats)[1]
    spare.stop()
    return Score(2 * len(phones), done)


def trunk(network, places):
    """A trunk that has registered calls phones, 50 times a second."""
    rate = CALLS_SLOW if servers.is_asterisk(network) else CALLS
    callers = Office(network, *places[0], accounts(TRUNK))
    callers.register()
    called = Office(network, *places[1], accounts(CALLED))
    answering = called.answer()
    called.register()
    # Nobody else runs, and where it is banned it would wait for nothing.
    score = callers.call(CALLED, rate, rate * CALLING, 40)
    network.stop(answering)
    return score


def authorization(network, name, word):
    """The Authorization that the phone sent before the server went down."""
    return credentials({"realm": servers.realm(network), "nonce": OLD_NONCE,
                        "field": "Authorization"}, "REGISTER", "sip:" + SPARE,
                       name, word)


HONEST = (
    Honest("Kamailio dispatcher pings", dispatcher, light=True),
    Honest("sipsak as a monitor", monitor, light=True),
    # users.rules bans an office of which 21 phones wait for their answers.
    Honest("50 phones, one address", phones_call, counted=("users",)),
    Honest("100 phones in 10 s", office_returns, counted=("users",)),
    Honest("120 phones in 3 s", large_office, counted=COUNTING),
    Honest("30 phones, 20 keys each", busy_keys),
    Honest("one wrong password of 20", wrong_password, counted=COUNTING),
    Honest("sent maddr's answers", victim, hosts=2, watched=1),
    Honest("baresip and linphone", softphones, hosts=2),
    Honest("server 20 s down", outage, counted=COUNTING),
    Honest("no database for 60 s", database, counted=COUNTING),
    Honest("trunk, 50 calls a second", trunk, hosts=2, counted=COUNTING,
           alone=True),
)


def play(network, row, hosts):
    """Run one row; returns its Score."""
    with network.host(hosts[0]) as first:
        places = [(first, address(hosts[0]))]
        if row.hosts == 1:
            return row.play(network, places)
        with network.host(hosts[1]) as second:
            return row.play(network, [*places, (second, address(hosts[1]))])
