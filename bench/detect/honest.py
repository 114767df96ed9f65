# SPDX-License-Identifier: GPL-2.0
"""The honest of make detect: one table, and how a row of it is played.

Adding one is adding a function and a line to HONEST. A row is played once for
each ruleset, from addresses of its own, and has to lose nothing.
"""
import collections
import hashlib
import os
import re
import signal
import subprocess
import time

import servers
from actors import Phones, read_stats
from attackers import ACCOUNTS
from field import SPARE, address
from lab import LabError, SERVER

HOME = os.path.dirname(os.path.abspath(__file__))
# Accounts that no attacker looks for.
OFFICE = ["%d" % n for n in range(3000, 3100)]
RETURNING = ["%d" % n for n in range(3100, 3150)]
BARESIP, LINPHONE, CALLER = "3200", "3201", "3202"
MONITOR = "sipsak"
LARGE = ["%d" % n for n in range(3300, 3420)]
KEYS = ["%d" % n for n in range(3500, 3530)]
MISTAKEN = ["%d" % n for n in range(3600, 3620)]
VICTIM = ["%d" % n for n in range(3700, 3710)]
EXTRA = [MONITOR, *OFFICE, *RETURNING, BARESIP, LINPHONE, CALLER, *LARGE, *KEYS,
         *MISTAKEN, *VICTIM]
COLLEAGUES = 20		# keys of a phone that show who is busy
STOLEN = 75		# requests whose answers are to go to a victim
MISTAKES = 12		# of a phone with a wrong password, 3 s apart
STEADY = 20		# seconds of the steady rows
TIMES = 15		# that the monitor asks
OUTAGE = 20		# seconds that the server is down
REPEATS = 24		# ... and Asterisk starts slowly here: for some 80 s
# From a Kamailio that has since been started again.
OLD_NONCE = "awOS6WsDkb1OhNbRtutWHYxPOE3dvK4U"

# hosts: how many addresses it has, of which the first watched are honest;
# light: hardly needs a processor; counted: rulesets that count requests may
# ban it, and the table shows that.
Honest = collections.namedtuple(
    "Honest", "title play hosts light counted watched",
    defaults=(1, False, False, 2))
Score = collections.namedtuple("Score", "tried done")


def password(extension):
    """Of all accounts but the weak one; not to be guessed."""
    return "vT9" + hashlib.md5(extension.encode()).hexdigest()[:10]


def people(extensions):
    """[(extension, password)]"""
    return [(name, password(name)) for name in extensions]


# ---- rows ------------------------------------------------------------------

def phones_call(field, places):
    """50 phones behind one address register, then register again and call."""
    phones = Phones(field, *places[0], people(ACCOUNTS[:50]))
    phones.start()
    time.sleep(STEADY)
    phones.finish()
    tallies = [phones.tally(what) for what in ("registrations", "calls")]
    return Score(sum(t.tried for t in tallies), sum(t.done for t in tallies))


def office_returns(field, places):
    """100 phones behind one address register within 10 s."""
    phones = Phones(field, *places[0], people(OFFICE))
    phones.register()
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def large_office(field, places):
    """120 phones behind one address register within 3 s: power is back, and an
    emulated server takes no more."""
    phones = Phones(field, *places[0], people(LARGE))
    phones.register(rate=40)
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def busy_keys(field, places):
    """30 phones behind one address register and then subscribe to 20
    colleagues each, within 20 s: an emulated server takes no more."""
    space, where = places[0]
    phones = Phones(field, space, where, people(KEYS))
    phones.register(rate=60)
    book = os.path.join(field.work, "keys.csv")
    with open(book, "w", encoding="utf-8") as file:
        file.write("SEQUENTIAL\n")
        for name, word in people(KEYS):
            for colleague in KEYS[:COLLEAGUES]:
                file.write("%s;[authentication username=%s password=%s];%s\n"
                           % (name, name, word, colleague))
    with open(os.path.join(HOME, "sipp", "blf.xml"), encoding="utf-8") as file:
        scenario = file.read()
    if not servers.is_asterisk(field):
        scenario = scenario.partition("  <!-- told")[0] + "</scenario>\n"
    path = os.path.join(field.work, "blf.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(scenario)
    many = len(KEYS) * COLLEAGUES
    stats = os.path.join(field.work, "keys-stats.csv")
    field.wait(field.start(space, [
        "sipp", SERVER + ":5060", "-sf", path, "-inf", book, "-i", where, "-p",
        "5074", "-nostdin", "-trace_stat", "-stf", stats, "-fd", "1", "-r",
        "30", "-m", str(many), "-deadcall_wait", "1000"], "keys.log"), 120)
    tally = phones.tally("registrations")
    return Score(tally.tried + many, tally.done + read_stats(stats)[1])


def wrong_password(field, places):
    """An office of 20 phones, one of which has a wrong password and tries all
    the time, while the others register again now and then."""
    space, where = places[0]
    phones = Phones(field, space, where, people(MISTAKEN[1:]))
    phones.start()
    wrong = field.start(space, [
        os.path.join(HOME, "mistaken"), SERVER, MISTAKEN[0], str(MISTAKES),
        "3"], "mistaken.log")
    field.must(wrong, "the phone with the wrong password", 30 + 6 * MISTAKES)
    phones.finish()
    tally = phones.tally("registrations")
    asked = field.log("mistaken.log").split().count("401")
    return Score(tally.tried + MISTAKES, tally.done + asked)


def victim(field, places):
    """Somebody else guesses and scans, and has the answers sent to an office;
    its phones register behind that."""
    (space, where), (other, _) = places
    field.must(field.start(other, [
        os.path.join(HOME, "intruder"), "maddr", SERVER, where, ACCOUNTS[0],
        str(STOLEN)], "maddr.log"), "the sender of maddr", 60)
    time.sleep(1)
    phones = Phones(field, space, where, people(VICTIM))
    phones.register()
    tally = phones.tally("registrations")
    return Score(tally.tried, tally.done)


def softphones(field, places):
    """linphone registers and calls baresip, which has registered; baresip
    registers and calls linphone. All calls are answered and ended."""
    (bare, bare_at), (lin, lin_at) = places
    answering = baresip(field, bare, bare_at, 5060, BARESIP)
    phone, say = linphone(field, lin)
    try:
        expect(field, "baresip-%s.log" % BARESIP, r"200 OK .*1 binding")
        say("register sip:%s@%s sip:%s %s" % (LINPHONE, SERVER, SERVER,
                                             password(LINPHONE)))
        say("call sip:%s@%s" % (BARESIP, SERVER))
        expect(field, "linphone.log", r"Call 1 with .* connected")
        time.sleep(2)
        say("terminate")
        expect(field, "baresip-%s.log" % BARESIP, r"Call with .* terminated")
        expect(field, "linphone.full", r"to \[LinphoneRegistrationOk\]")
        calling = baresip(field, bare, bare_at, 5062, CALLER, "-t", "12",
                          "-e", "/dial sip:%s@%s" % (LINPHONE, SERVER))
        log = "baresip-%s.log" % CALLER
        expect(field, log, r"Call established")
        field.must(calling, "baresip", 40)
        expect(field, log, r"Call with .* terminated")
        say("quit")
        field.wait(phone, 10)
    finally:
        field.stop(phone)
        field.stop(answering)
    return Score(2, 2)


def baresip(field, space, where, port, extension, *options):
    """A baresip that answers calls; it hears what it says."""
    home = os.path.join(field.work, "baresip-" + extension)
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
    return field.start(space, ["baresip", "-f", home, *options],
                       "baresip-%s.log" % extension)


def linphone(field, space):
    """A linphonec that answers calls, and a function that types at it."""
    os.makedirs(os.path.join(field.work, ".local", "share", "linphone"),
                exist_ok=True)
    config = os.path.join(field.work, "linphonerc")
    with open(config, "w", encoding="utf-8") as file:
        file.write("[sip]\nsip_port=5060\nsip_tcp_port=-1\nsip_tls_port=-1\n"
                   "[sound]\nplayback_dev_id=\n")
    proc = field.start(space, [
        "linphonec", "-a", "-c", config, "-d", "6", "-l", "linphone.full"],
        "linphone.log", stdin=subprocess.PIPE)

    def say(line):
        proc.stdin.write(line.encode() + b"\n")
        proc.stdin.flush()

    return proc, say


def expect(field, log, pattern, patience=40):
    """Wait until a program has said something."""
    end = time.monotonic() + patience
    path = os.path.join(field.work, log)
    while not (os.path.exists(path) and re.search(pattern, field.log(log))):
        if time.monotonic() > end:
            raise LabError("%s: %r was not said within %d s; it said:\n%s" % (
                log, pattern, patience, field.log(log)[-1000:]))
        time.sleep(0.5)


def dispatcher(field, places):
    """A provider's Kamailio pings, once a second."""
    space, where = places[0]
    home = os.path.join(field.work, "trunk")
    os.mkdir(home)
    with open(os.path.join(HOME, "server", "trunk.cfg"),
              encoding="utf-8") as file:
        config = file.read().replace("ADDRESS", where)
    for name, text in (("trunk.cfg", config.replace(
            "targets.list", os.path.join(home, "targets.list"))),
            ("targets.list", "1 sip:%s:5060\n" % SERVER)):
        with open(os.path.join(home, name), "w", encoding="utf-8") as file:
            file.write(text)
    proc = field.start(space, [
        "kamailio", "-DD", "-E", "-m", "16", "-M", "4", "-Y", home, "-P",
        os.path.join(home, "kamailio.pid"), "-f",
        os.path.join(home, "trunk.cfg")], "trunk.log")
    if field.wait(proc, 3 * STEADY):
        raise LabError("the trunk's Kamailio ended:\n"
                       + field.log("trunk.log"))
    field.stop(proc)
    pings = field.counts()[where].arrived
    lost = len(re.findall("ping lost", field.log("trunk.log")))
    return Score(pings, pings - lost)


def monitor(field, places):
    """sipsak asks every second whether the server is up."""
    field.must(field.start(places[0][0], [
        os.path.join(HOME, "monitor"), SERVER, str(TIMES),
        password(MONITOR)], "monitor.log"),
        "monitor", 15 * TIMES)
    return Score(TIMES, field.log("monitor.log").split().count("up"))


def outage(field, places):
    """50 phones register with cached credentials while the server is down;
    they repeat until it is there. It is one of its own, at another address."""
    space, where = places[0]
    phones = people(RETURNING)
    book = os.path.join(field.work, "cached.csv")
    with open(book, "w", encoding="utf-8") as file:
        file.write("SEQUENTIAL\n")
        for name, word in phones:
            file.write("%s;[authentication username=%s password=%s];%s\n" % (
                name, name, word, authorization(field, name, word)))
    stats = os.path.join(field.work, "cached-stats.csv")
    callers = field.start(space, [
        "sipp", SPARE + ":5060", "-sf",
        os.path.join(HOME, "sipp", "cached.xml"), "-i", where, "-p", "5060",
        "-inf", book, "-nostdin", "-trace_stat", "-stf", stats, "-fd", "1",
        "-r", "25", "-m", str(len(phones)), "-deadcall_wait", "1000",
        "-max_non_invite_retrans", str(REPEATS)],
        "cached.log")
    time.sleep(OUTAGE)
    stop = servers.start_spare(field, phones, SPARE)
    field.wait(callers, 120)
    field.stop(callers, signal.SIGTERM)
    stop()
    return Score(len(phones), read_stats(stats)[1])


def authorization(field, name, word):
    """What the phone sent the last time the server was up."""
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()

    uri, realm = "sip:" + SPARE, servers.realm(field)
    answer = md5(":".join((md5(":".join((name, realm, word))), OLD_NONCE,
                           md5("REGISTER:" + uri))))
    return ('Authorization: Digest username="%s", realm="%s", nonce="%s", '
            'uri="%s", response="%s", algorithm=MD5' % (
                name, realm, OLD_NONCE, uri, answer))


HONEST = (
    Honest("Kamailio dispatcher pings", dispatcher, light=True),
    Honest("sipsak as a monitor", monitor, light=True),
    Honest("50 phones, one address", phones_call),
    Honest("100 phones in 10 s", office_returns),
    Honest("120 phones in 3 s", large_office, counted=True),
    Honest("30 phones, 20 keys each", busy_keys),
    Honest("one wrong password of 20", wrong_password, counted=True),
    Honest("sent maddr's answers", victim, hosts=2, watched=1),
    Honest("baresip and linphone", softphones, hosts=2),
    Honest("server 20 s down", outage, counted=True),
)


def play(field, row, hosts):
    """One row; what it tried and what came of it."""
    with field.host(hosts[0]) as first:
        places = [(first, address(hosts[0]))]
        if row.hosts == 1:
            return row.play(field, places)
        with field.host(hosts[1]) as second:
            return row.play(field, [*places, (second, address(hosts[1]))])
