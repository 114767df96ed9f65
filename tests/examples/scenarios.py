# SPDX-License-Identifier: GPL-2.0
"""Sends traffic of phones and attackers through an example: the scenarios.

Each function is a scenario. It gets the Try of a ruleset that is loaded, and
begins with no source known. Its senders are in network.SENDERS. A slow one runs
once for a ruleset.
"""

import contextlib
import ipaddress
import re
import time

from tests import lib
from tests.examples.network import (address, for_family, NUMBER, PUBLIC,
                                    SERVER)
from tests.lib import packets, sip, sources
from tests.lib.registrar import answer, register, Registrar, request
from tests.lib.samples import SAMPLES

A, D = True, False          # arrives, is dropped
ACCOUNTS = {f"{n}": f"secret{n}" for n in range(1000, 1100)}


def slow(scenario):
    """A scenario that takes hundreds of messages."""
    scenario.slow = True
    return scenario


class Try:
    """A ruleset that is loaded: where, how, and the checks of it."""

    def __init__(self, network, shell, checks, family, label):
        # pylint: disable=too-many-arguments,too-many-positional-arguments
        self.network, self.shell, self.checks = network, shell, checks
        self.netns, self.family, self.label = shell.netns, family, label
        self.to = None              # where requests go, if not to the server
        self.text = ""              # of the ruleset

    def equal(self, what, expected, got):
        """One check."""
        self.checks.equal(f"{self.label}: {what}", expected, got)

    def sends(self, sender, what, port=5060):
        """Messages that somebody sends, [(name or bytes, arrives)]."""
        payloads = [SAMPLES.get(one, one) for one, _ in what]
        self.equal(f"{sender} to port {port}", [arrives for _, arrives in what],
                   self.network.arrive(self.family, sender, payloads, port,
                                       self.to))

    def registrar(self, **how):
        """A server that answers."""
        return Registrar(self.network, self.family, ACCOUNTS, to=self.to, **how)

    def bans(self, table=None):
        """The banned senders: names of SENDERS."""
        found = sources.banned(self.netns, table)
        return sorted(name for name in NUMBER if any(
            address(name, self.family) == one.split("/")[0] or
            self.family == 6 and one.endswith("::/64") and
            address(name, 6).startswith(one.removesuffix("/64"))
            for one in found))

    def say(self, line):
        """A command of an example to /proc/net/xt_sip/sources."""
        sources.write(self.netns, for_family(line, self.family))


# ---- What comes in ----

def scanner(a):
    """A phone passes; a scanner does not, until it is unbanned."""
    a.sends("phone", [("register", A), ("crlf", A), ("stun", A),
                      ("register-auth", A), ("bye-no-agent", A)])
    a.sends("scanner", [("register", A), ("svwar", D), ("register", D)])
    a.equal("bans", ["scanner"], a.bans())
    a.equal("its tool", ["sipvicious"], [
        one["scanner"] for one in sources.listed(a.netns)
        if "scanner" in one])
    a.say("unban 203.0.113.7")
    a.sends("scanner", [("register", A)])
    a.sends("scanner", [("options-scanner", D), ("register", D)])


def other_port(port):
    """The same at another port of the server; bans are for all ports."""
    def scenario(a):
        a.sends("phone", [("bye-no-agent", A)], port)
        a.sends("scanner", [("svwar", D)], port)
        a.sends("scanner", [("bye-no-agent", D)])
    return scenario


def external(a):
    """Nobody registers at FreeSWITCH's external profile."""
    a.sends("guesser", [("register", A)] * 5 + [("register", D)], 5080)
    a.sends("guesser", [("bye-no-agent", D)])


def junk(a):
    """Five a minute pass."""
    a.sends("junk", [("junk", A)] * 5 + [("junk", D), ("register", D)])


def limit(a, what, message, rate, burst):
    """Of many messages at once the burst passes, then what the rate allows.
    A slow machine has another try: all pass where they take too long."""
    many = burst + min(burst, 500)
    for _ in range(5):
        a.say("flush")
        start = time.monotonic()
        got = a.network.arrive(a.family, "flood", [message] * many, to=a.to)
        most = burst + 1 + rate * (time.monotonic() - start)
        a.checks.true(f"{a.label}: {what}", all(got[:burst]) and
                      sum(got) <= most, f"{sum(got)} of {many} arrived")
        if sum(got) < many:
            return
    a.checks.fail(f"{a.label}: {what}", f"{many} messages are never a flood")


def flood(a):
    """More than 2000 at once do not pass, and nobody is banned."""
    limit(a, "a flood", SAMPLES["bye-no-agent"], 50, 2000)
    a.equal("bans for a flood", [], a.bans())


def words(a):
    """Texts and limits of from-string.rules."""
    for text in ("VoIPSec 1", "my test agent"):
        a.sends("guesser", [(sip.request("OPTIONS", agent=text), D),
                            ("register", D)])
        a.say("flush")
    a.sends("guesser", [(sip.request("OPTIONS", agent="no VoIPSec"), A)])
    limit(a, "INVITEs", sip.request("INVITE"), 10, 20)
    limit(a, "SUBSCRIBEs", sip.request("SUBSCRIBE"), 20, 1500)


def kit(a):
    """A sender with a kit's name may send thirty requests at once, and no more;
    others are not counted."""
    named = sip.request("REGISTER", agent="VaxSIPUserAgent/3.1")
    a.sends("customer", [("register", A)] * 40 + [(named, A)] * 30)
    a.equal("bans of one that keeps to it", [], a.bans())
    a.sends("guesser", [(named, A)] * 30 + [(named, D)] * 2 +
            [("register", D)])
    a.sends("customer", [("register", A)])
    a.equal("bans", ["guesser"], a.bans())


def abroad(a):
    """Strangers call nobody abroad; who is trusted does, and calls inside."""
    inside = sip.request("INVITE")
    tel = sip.request(start="INVITE tel:+972599 SIP/2.0", cseq="INVITE")
    a.sends("guesser", [("abroad", D), (tel, D), (inside, A),
                        ("register", A)])
    a.say("trust 203.0.113.7 1h")
    a.sends("scanner", [("abroad", A)])
    a.equal("bans", [], a.bans())


def friend_abroad(a):
    """A phone that has registered calls abroad."""
    server = a.registrar()
    a.equal("a phone that registers", 200, server.login(NUMBER["phone"],
                                                        "1000"))
    a.sends("phone", [("abroad", A)])
    a.sends("guesser", [("abroad", D)])


def by_name(a):
    """Who calls the bare address is dropped, whatever To says."""
    named = sip.request(start="INVITE sip:100@PBX.example.com:5060 SIP/2.0",
                        cseq="INVITE")
    bare = sip.request("REGISTER", "To: <sip:100@pbx.example.com>",
                       without=("To",),
                       start="REGISTER sip:192.0.2.10 SIP/2.0")
    a.sends("customer", [(named, A), (bare, D), ("bye-no-agent", A),
                         ("crlf", A)])
    a.equal("bans", [], a.bans())


def kit_line(a):
    """The line for that name, once its comment sign is gone."""
    named = sip.request("REGISTER", agent="VaxSIPUserAgent/3.1")
    a.sends("customer", [(named, A)] * 60)
    a.equal("bans of a kit's name without it", [], a.bans())
    a.say("flush")
    restore(a, re.sub("# ((-A SIP -m sip )?--request --ua Vax)", r"\1",
                      a.text))
    kit(a)
    restore(a, a.text)


# ---- What the server answers ----

@slow
def office(a):
    """100 phones are asked for their passwords, then each succeeds; twice."""
    server = a.registrar()
    for turn in ("first", "second"):
        a.equal(f"an office is asked, {turn} turn", 100 * [401], server.ask(
            NUMBER["office"], *[register(user) for user in ACCOUNTS]))
        a.equal(f"an office, {turn} turn", 100 * [200], [
            server.login(NUMBER["office"], user) for user in ACCOUNTS])
    a.equal("bans after an office", [], a.bans())


@slow
def mistakes(a):
    """A user who logs in after mistakes is not banned, however often."""
    a.equal("mistakes, then right", 10 * [401, 401, 404, 200],
            a.registrar().ask(NUMBER["office"], *10 * [
                register("1001", 1), register("1001", 2), register("nobody"),
                register("1001", "secret1001")]))


@slow
def numbers(a):
    """A user with an account calls numbers that do not exist: no scan."""
    a.equal("calls", 40 * [404], a.registrar().ask(NUMBER["customer"], *[
        request("INVITE", f"{n}", "secret1000") for n in range(40)]))


def small_office(a):
    """Two phones behind an address, asked and let in, again and again."""
    server = a.registrar()
    a.equal("a small office", 12 * [200], [
        server.login(NUMBER["office"], user)
        for user in 6 * ["1000", "1001"]])


def guesses(burst, slack=10, method="REGISTER"):
    """A sender that guesses passwords is banned after so many refusals."""
    @slow
    def scenario(a):
        server = a.registrar()
        answers = server.ask(NUMBER["guesser"], *[
            request(method, "1000", f"guess{n}")
            for n in range(burst + slack + 5)])
        count = answers.index(None) if None in answers else 999
        a.checks.true(f"{a.label}: guesses", burst <= count <= burst + slack
                      and not any(answers[count:]), answers)
        a.equal("bans for guesses", ["guesser"], a.bans())
        heard = server.heard
        a.equal("the right password, too late", [None], server.ask(
            NUMBER["guesser"], register("1000", "secret1000")))
        a.equal("requests that arrive", 0, server.heard - heard)
        a.equal("another", 200, server.login(NUMBER["phone"], "1005"))
    return scenario


def requests(burst):
    """A sender that guesses is banned by its requests: those over the burst
    never arrive."""
    def scenario(a):
        server = a.registrar()
        answers = server.ask(NUMBER["guesser"], *[
            register("1000", f"guess{n}") for n in range(burst + 3)])
        a.equal("guesses", burst * [401] + 3 * [None], answers)
        a.equal("guesses that are heard", burst, server.heard)
        a.equal("bans for guesses", ["guesser"], a.bans())
    return scenario


def walk(users, most, status, method="REGISTER"):
    """A sender that tries different users is banned after so many; users in
    From and To count alike."""
    @slow
    def scenario(a):
        server = a.registrar(unknown=status)
        answers = server.ask(NUMBER["walker"], *[
            request(method, "nobody", caller=f"{n}") if n % 2 else
            request(method, f"{n}") for n in range(2000, 2000 + most)])
        count = answers.index(None) if None in answers else 999
        a.checks.true(f"{a.label}: a walk", users < count + 1 <= most,
                      f"user {count + 1} was the first without an answer")
        a.equal("bans for a walk", ["walker"], a.bans())
    return scenario


def ambiguous(a):
    """What can be read in two ways never arrives, and nobody is banned."""
    def message(*more, **how):
        return sip.request("REGISTER", *more, **how)
    a.sends("customer", 4 * [
        (message("Expires: 60&Authorization: Digest x"), D),
        (message("X: a\rAuthorization: Digest x"), D),
        (message("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;maddr=192.0.2.9",
                 without=("Via",)), D),
        (message(cseq="OPTIONS"), D),
        (message("To: <sip:1000@example.com>"), D)])
    a.equal("bans for two readings", [], a.bans())
    a.sends("customer", [("register", A)])


@slow
def victim(a):
    """A host that gets answers to forged requests is not banned: neither for
    answers to guesses, nor for those about users."""
    customer = (address("customer", a.family), 22000)
    sock = a.network.path(a.family).inbox
    for n in range(40):
        for status, data in ((401, register("1000", f"guess{n}")),
                             (404, register(f"{n}"))):
            sock.sendto(answer(status, data), customer)
    a.network.path(a.family).sync()
    a.equal("bans of a victim", [], a.bans())


def own_answers(a):
    """An answer to a REGISTER arrives where one was sent, else not."""
    mine = [register(f"trunk{n}") for n in range(2)]
    answers = [answer(200, data) for data in mine]
    a.sends("phone", [(answers[0], D), (answers[1], D)])
    there = (address("phone", a.family), 20000)
    a.network.path(a.family).inbox.sendto(mine[0], there)
    a.network.path(a.family).sync()
    a.sends("phone", [(answers[0], A), (answers[1], D)])
    a.sends("customer", [(answers[0], D)])


def without(mark, scenario):
    """A scenario with the ruleset less the lines that have a mark, so that one
    limit does not hide another."""
    @slow
    def changed(a):
        lines = [line for line in a.text.splitlines() if mark not in line]
        a.equal(f"lines with {mark}", 1, len(a.text.splitlines()) -
                len(lines))
        restore(a, "\n".join(lines) + "\n")
        a.say("flush")
        scenario(a)
        restore(a, a.text)
    return changed


def restore(a, text):
    """Load a changed text in the example's way."""
    if a.shell.backend == "nft-sip":
        a.equal("a changed text is applied", (0, ""), a.shell.run(
            "nft-sip apply -f -", for_family(text, a.family)))
        return
    tool = for_family("iptables-restore", a.family)
    how = "-n" if "-n " in a.load else ""
    if how:
        a.shell.run(for_family(a.undo, a.family))
    a.equal("a changed text is loaded", (0, ""), a.shell.run(
        f"{tool} {how}", for_family(text, a.family)))


def logging(text):
    """A text as its own comment says how to have bans logged."""
    if "-m sip" not in text:
        text = re.sub(r"(--ban \S+.*) drop$", r'\1 log prefix "xt_sip: " drop',
                      text, flags=re.M)
        return text.replace("chain sipout {", "chain sipout {\n"
                            "\t\t--banned --by dst counter drop")
    recipe = [line[4:] for line in text.splitlines()
              if line.startswith("#   -A ")]
    text = re.sub(r"^(-A .*--ban .*)-j DROP$", r"\1-j BAN", text, flags=re.M)
    text = text.replace(":SIP - [0:0]", ":SIP - [0:0]\n:BAN - [0:0]\n" +
                        "\n".join(recipe[:2]))
    for line in recipe[2:]:
        text = re.sub(r"^-A SIPOUT", f"{line}\n-A SIPOUT", text, count=1,
                      flags=re.M)
    # netfilter wants chains first.
    return re.sub(r"((?:^-A BAN.*\n)+)((?:^:.*\n)+)", r"\2\1", text,
                  flags=re.M)


def logged(a):
    """With the lines of the comment, one line for each ban, and no more."""
    with open("/proc/sys/net/netfilter/nf_log_all_netns", "w",
              encoding="ascii") as file:
        file.write("1")
    restore(a, logging(a.text))
    with sources.KernelLog() as log:
        a.sends("phone", [("register", A)])
        a.sends("scanner", [("svwar", D), ("svwar", D), ("register", D)])
        said = [line for line in log.lines() if "xt_sip: " in line]
    a.equal("lines of the log", [address("scanner", a.family)],
            [str(ipaddress.ip_address(re.search(r"SRC=(\S+)", line)[1]))
             for line in said])
    restore(a, a.text)
    if "-n " in a.load:         # what else is there stays
        table = re.findall(r"^\*(\w+)", a.text.split(":SIP -")[0], re.M)[-1]
        tool = for_family("iptables", a.family)
        a.equal("without that chain again", (0, ""), a.shell.run(
            f"{tool} -t {table} -F BAN; {tool} -t {table} -X BAN"))


def loaded_twice(a):
    """Loaded again, its limits are as before."""
    a.equal("loading it again", (0, ""), a.shell.run(
        for_family(a.load, a.family)))
    guesses(9)(a)
    a.equal("without the second jumps", (0, ""), a.shell.run(for_family(
        "\n".join(line for line in a.undo.splitlines() if " -D " in line),
        a.family)))


def exempt(a):
    """The lines for trusted addresses, once their comment signs are gone."""
    if a.shell.backend == "nft-sip":
        known = ("inet sip trunks { 198.51.100.0/24 }" if a.family == 4 else
                 "inet sip trunks6 { 2001:db8:51::/48 }")
        a.equal("a trunk", (0, ""), a.shell.run(f"nft 'add element {known}'"))
    else:
        restore(a, re.sub("^# (-[46] -A)", r"\1", a.text, flags=re.M))
    a.say("flush")
    a.sends("trunk", [("svwar", A), ("junk", A), ("register", A)])
    a.sends("scanner", [("svwar", D), ("register", D)])
    if "SIPOUT" in a.text or "@trunks6 return" in a.text:
        server = a.registrar()
        a.equal("a trunk is refused", 70 * [404], server.ask(
            NUMBER["trunk"], *[register(f"{n}") for n in range(70)]))
        a.equal("bans of a trunk", ["scanner"], a.bans())
    if a.shell.backend == "nft-sip":
        a.shell.run(f"nft 'delete element {known}'")
    else:
        restore(a, a.text)


# ---- TCP ----

@contextlib.contextmanager
def connected(a, sender):
    """A connection of a sender; closed at the end."""
    here, there = a.network.connection(a.family, sender)
    try:
        yield here, there
    finally:
        here.close()
        if there:
            there.close()


def segment(a, here, there, data):
    """Does a segment arrive?"""
    here.send(data)
    a.network.path(a.family).sync()
    try:
        return there.recv(65536) == data
    except BlockingIOError:
        return False


def tcp(a):
    """A phone's messages pass, also in pieces; a scanner's do not, and then
    it cannot even connect."""
    message = SAMPLES["register"]
    with connected(a, "phone") as (here, there):
        a.equal("a phone's segments", [A, A, A], [
            segment(a, here, there, data)
            for data in (message, message[:99], message[99:])])
    with connected(a, "scanner") as (here, there):
        a.equal("a scanner's segments", [A, D], [
            segment(a, here, there, data)
            for data in (message, SAMPLES["svwar"])])
    a.equal("bans by TCP", ["scanner"], a.bans())
    with connected(a, "scanner") as (_, there):
        a.equal("a banned one connects", None, there)


def tcp_guesses(a):
    """Refusals by TCP count, too."""
    with connected(a, "guesser") as (here, there):
        for n in range(20):
            guess = register("1000", f"guess{n}")
            # What brings an acknowledgement makes the next a segment, too.
            segment(a, here, there, guess)
            there.send(answer(401, guess))
            a.network.path(a.family).sync()
    a.equal("bans for guesses by TCP", ["guesser"], a.bans())


def tcp_forged(a):
    """A segment that belongs to no connection gets nobody banned."""
    source, target = address("customer", a.family), SERVER[a.family]
    for port in range(30000, 30010):
        a.network.raw(packets.ip(source, target, packets.TCP, packets.tcp(
            source, target, port, lib.SIP, SAMPLES["svwar"])))
    a.network.path(a.family).sync()
    a.equal("bans by forged segments", [], a.bans())


# ---- Others ----

def requests_walk(a):
    """requests.rules: more than 20 users."""
    got = a.network.arrive(a.family, "walker", [
        register(f"{n}") for n in range(2000, 2040)])
    count = sum(got)
    a.checks.true(f"{a.label}: a walk", 20 <= count <= 31 and
                  all(got[:count]), f"{count} of 40 arrived")
    a.equal("bans for a walk", ["walker"], a.bans())


def nothing(a):
    """Tables without rules drop nothing."""
    a.sends("scanner", [("svwar", A), ("junk", A)])


def trial(a):
    """Nothing is dropped, and all is known."""
    a.sends("phone", [("register", A), ("no-cookie", A)])
    a.sends("scanner", [("svwar", A), ("register", A)])
    a.sends("junk", [("junk", A)] * 8)
    server = a.registrar()
    a.equal("guesses", 20 * [401], server.ask(NUMBER["guesser"], *[
        register("1000", f"guess{n}") for n in range(20)]))
    a.equal("users", 40 * [404], server.ask(NUMBER["walker"], *[
        register(f"{n}") for n in range(2000, 2040)]))
    a.equal("an office", 200, server.login(NUMBER["office"], "1000"))
    a.equal("bans of a trial", ["guesser", "junk", "scanner", "walker"],
            a.bans("trial"))
    a.equal("bans of no trial", [], a.bans("sip"))
    said = a.shell.run("nft-sip list inet siptrial"
                       if a.shell.backend == "nft-sip" else
                       for_family("iptables-save -c -t raw", a.family))[1]
    counts = {re.search(r"--defect (\S+)", line)[1]:
              re.search(r"(?:\[|packets )(\d+)", line)[1]
              for line in said.splitlines() if "--defect" in line}
    a.equal("ambiguous and odd messages", {"cookie": "1"}, {
        name: count for name, count in counts.items() if count != "0"})


def customer(a):
    """The customer was banned, and is not again; others are."""
    a.sends("customer", [("svwar", A), ("junk", A)])
    a.sends("scanner", [("svwar", D), ("register", D)])
    server = a.registrar()
    a.equal("a customer's guesses", 80 * [401], server.ask(
        NUMBER["customer"], *[register("1000", f"x{n}") for n in range(80)]))
    a.equal("bans but for the customer", ["scanner"], a.bans())


def ingress(a):
    """A banned source is in nft's set, and is dropped there first; once taken
    out of both it passes again."""
    scanner_set = "banned6" if a.family == 6 else "banned"
    a.shell.run(f"nft flush set inet sip {scanner_set}")
    a.sends("scanner", [("register", A), ("svwar", D), ("register", D)])
    listed = f"nft list set inet sip {scanner_set}"
    a.checks.true(f"{a.label}: the set", address("scanner", a.family) in
                  a.shell.run(listed)[1], a.shell.run(listed)[1])
    a.say("unban 203.0.113.7")
    a.sends("scanner", [("register", D)])
    a.equal("out of the set", (0, ""), a.shell.run(
        f"nft delete element inet sip {scanner_set} "
        f"'{{ {address('scanner', a.family)} }}'"))
    a.sends("scanner", [("register", A)])


def nat(a):
    """Requests to the router's public address, as by Docker's DNAT."""
    a.to = PUBLIC[a.family]
    for scenario in (scanner, junk, office, guesses(9), walk(20, 32, 404),
                     own_answers):
        a.say("flush")
        scenario(a)
    a.to = None
