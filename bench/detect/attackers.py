# SPDX-License-Identifier: GPL-2.0
"""The attackers of make detect: one table, and how a row of it is played.

Adding an attacker is adding a line to ATTACKS. A row is played once for each
User-Agent and ruleset, each time from an address of its own.
"""
import collections
import os
import random
import re
import signal
import time

import draw
from actors import PASSWORDS, rows
from field import address, server_for

HOME = os.path.dirname(os.path.abspath(__file__))
FIRST, LAST = 1950, 2149		# what is scanned
ACCOUNTS = ["%d" % n for n in range(2000, 2120)]
WEAK = "2100"				# the account whose password is guessed
PLACE = 60				# where in the list the right one is
USERDB = "users.txt"			# it, for nmap; in the field's directory
LONG = 560				# seconds that a slow row may take
PATIENCE = 4				# seconds that a tool goes on in vain
SHIPPED = None

INTRUDER = os.path.join(HOME, "intruder")

# What a command is made of: the tool kit, the User-Agent or SHIPPED, the
# sender's and the server's address, a directory and a name for files in it.
Job = collections.namedtuple("Job", "kit agent mine server work name rng")
# command(job) -> argv, found(job, output) -> (extensions, passwords).
# tool: what --scanner has to see in the first packet, whatever the agent.
# zoiper: under that User-Agent only; for slow rows and other protocols, where
# it is not the bytes that are in question. limit: seconds until it is ended.
# finds: servers of which it finds something out, if nothing protects them.
Attack = collections.namedtuple(
    "Attack", "title command found tool zoiper limit family finds",
    defaults=(None, False, 150, 4, ("kamailio",)))
Result = collections.namedtuple("Result", "extensions passwords calls banned")


def weak_password():
    """The right one, at its place in the attackers' list."""
    with open(PASSWORDS, encoding="utf-8") as file:
        return file.read().splitlines()[PLACE - 1]


# ---- commands --------------------------------------------------------------

def sipvicious(tool, *options):
    """One of Debian's SIPVicious."""
    def command(job):
        mine, v6 = (("[%s]" % job.mine, ["-6"]) if ":" in job.mine
                    else (job.mine, []))
        return [*job.kit.sipvicious(tool, job.agent), *options, *v6,
                "-x", mine, job.server]
    return command


def nmap(*options):
    """nmap on the port of SIP; it looks for no other hosts and no names."""
    def command(job):
        return [*job.kit.nmap(job.agent), "-sU", "-Pn", "-n", "-T4",
                "--max-retries", "0", "-p", "5060",
                *options, job.server]
    return command


def nmap_script(script, **arguments):
    """One of nmap's scripts, without the probe that would precede it."""
    return nmap("--data-length", "0", "--script", script, "--script-args",
                ",".join("%s=%s" % (name.replace("__", ".").replace(
                    "_", "-"), value) for name, value in arguments.items()))


def sipsak(*options):
    """sipsak by itself."""
    def command(job):
        return [job.kit.sipsak(job.agent), *options,
                "-s", "sip:%d@%s" % (FIRST, job.server)]
    return command


def sipsak_scan(job):
    """sipsak, called once for each extension: of 50, since each start of a
    program is dear on an emulated processor."""
    return [os.path.join(HOME, "sipsak-scan"), job.kit.sipsak(job.agent),
            job.server, str(FIRST + 20), str(FIRST + 69)]


def sipp(scenario, fields, first, last):
    """sipp with a scenario that imitates a tool, 25 messages a second."""
    def command(job):
        path = os.path.join(job.work, job.name + ".csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("SEQUENTIAL\n")
            for extension in range(first, last + 1):
                file.write(";".join(fields(job.rng, str(extension),
                                           job.agent)) + "\n")
        return ["sipp", job.server + ":5060", "-sf",
                os.path.join(HOME, "sipp", scenario + ".xml"), "-inf", path,
                "-i", job.mine, "-p", "5060", "-r", "25",
                "-m", str(last - first + 1), "-nr", "-nostdin",
                "-deadcall_wait", "0", "-trace_msg", "-message_file",
                os.path.join(job.work, job.name + ".messages")]
    return command


def intruder(what, *args):
    """Ours, for what no tool does."""
    def command(job):
        return [INTRUDER, what, job.server, *map(str, args)]
    return command


# ---- what they found, from their own output --------------------------------

def nothing(_job, _output):
    """The tool looks for servers, not for extensions."""
    return set(), set()


def svwar_found(_job, output):
    """The table that svwar prints."""
    return {row[0] for row in rows(output)}, set()


def svcrack_found(_job, output):
    """The table that svcrack prints."""
    return set(), {tuple(row) for row in rows(output)}


def nmap_found(_job, output):
    """The accounts that a script lists."""
    return (set(re.findall(r"^\|\s+(\d+): Auth required", output, re.M)),
            set(re.findall(r"^\|\s+(\d+:\S+) - Valid cred", output, re.M)))


def sipsak_found(_job, output):
    """What sipsak-scan says."""
    return set(re.findall(r"^(\d+) exists", output, re.M)), set()


def intruder_found(_job, output):
    """What it prints."""
    return (set(re.findall(r"^(\d+) exists", output, re.M)),
            set(re.findall(r"^(\S+:\S+) fits", output, re.M)),
            set(re.findall(r"^(\S+) answered", output, re.M)))


def sipp_found(job, _output):
    """Who was asked for a password exists, if the first, who does not, was
    not: the To of a REGISTER, the caller of an INVITE. sipp keeps a trace of
    the messages."""
    path = os.path.join(job.work, job.name + ".messages")
    if not os.path.exists(path):
        return set(), set()
    with open(path, encoding="utf-8", errors="replace") as file:
        messages = re.split(r"^-{10,}.*$", file.read(), flags=re.M)
    users = {"REGISTER": r"^To: .*?sip:(\d+)@",
             "INVITE": r"^From: .*?sip:(\d+)@"}
    said = {}
    for message in messages:
        answer = re.search(r"^SIP/2\.0 ([2-6]\d\d) ", message, re.M)
        method = re.search(r"^CSeq: \d+ (REGISTER|INVITE)", message, re.M)
        if answer and method:
            for user in re.findall(users[method[1]], message, re.M):
                said.setdefault(user, answer[1])
    nobody = said.get(str(FIRST))
    return {user for user, status in said.items() if status != nobody and
            re.match("401|407|2", status)}, set()


# ---- the table -------------------------------------------------------------

SCAN = "%d-%d" % (FIRST, LAST)
SVWAR = ("svwar", "-e", SCAN)
SVCRACK = ("svcrack", "-u", WEAK, "-d", PASSWORDS)
ASTERISKS = ("asterisk", "guests")
ALL = ("kamailio", *ASTERISKS)
CALLS = 100
# One request in two seconds, and patience: the ban has to end it.
SLOW = ("-t", "2", "--maximumtime", "600")

ATTACKS = (
    Attack("svwar, slow", sipvicious(*SVWAR, *SLOW), svwar_found,
           "sipvicious", zoiper=True, limit=LONG),
    Attack("svcrack, slow", sipvicious(*SVCRACK, *SLOW), svcrack_found,
           "sipvicious", zoiper=True, limit=LONG),
    Attack("svmap", sipvicious("svmap"), nothing, "sipvicious"),
    Attack("svwar", sipvicious(*SVWAR), svwar_found, "sipvicious"),
    Attack("svwar, IPv6", sipvicious(*SVWAR), svwar_found, "sipvicious",
           zoiper=True, family=6),
    Attack("svcrack", sipvicious(*SVCRACK), svcrack_found, "sipvicious"),
    Attack("sipsak REGISTER scan", sipsak_scan, sipsak_found),
    Attack("nmap -sV", nmap("-sV"), nothing, "nmap"),
    Attack("nmap sip-methods", nmap_script("sip-methods"), nothing, "nmap"),
    Attack("nmap sip-enum-users", nmap_script(
        "sip-enum-users", sip_enum_users__minext=FIRST,
        sip_enum_users__maxext=LAST), nmap_found, "nmap"),
    Attack("nmap sip-brute", nmap_script(
        "sip-brute", userdb=USERDB, passdb=PASSWORDS),
        nmap_found, "nmap"),
    Attack("sippts REGISTER scan", sipp("sippts", draw.sippts, FIRST, LAST),
           sipp_found, "sippts"),
    Attack("Metasploit options", sipp("msf-options", draw.metasploit,
                                      FIRST, FIRST), nothing, "metasploit"),
    Attack("Metasploit enumerator", sipp(
        "msf-enumerator", draw.metasploit, FIRST, LAST), sipp_found,
        "metasploit"),
    Attack("sipcli INVITE probing", sipp("sipcli", draw.sipcli, FIRST, LAST),
           sipp_found, "sipcli"),
    Attack("svwar by OPTIONS", sipvicious(*SVWAR, "-m", "OPTIONS", "--force"),
           svwar_found, "sipvicious", zoiper=True, finds=()),
    Attack("svwar by INVITE", sipvicious(*SVWAR, "-m", "INVITE", "--force"),
           svwar_found, "sipvicious", zoiper=True, finds=()),
    *[Attack("scan of From, " + method, intruder("scan", method, FIRST, LAST),
             intruder_found, zoiper=True, finds=finds)
      for method, finds in (("REGISTER", ("guests",)),
                            ("OPTIONS", ("guests",)),
                            ("INVITE", ("guests", "kamailio")),
                            ("SUBSCRIBE", ("guests", "kamailio")))],
    *[Attack("guesses by " + method, intruder("guess", method, WEAK,
                                              PASSWORDS),
             intruder_found, zoiper=True, finds=finds)
      for method, finds in (("REGISTER", ALL), ("register", ALL),
                            ("OPTIONS", ASTERISKS), ("INVITE", ALL),
                            ("SUBSCRIBE", ALL), ("MESSAGE", ALL))],
    Attack("guesses behind an &", intruder("hide", "REGISTER", WEAK,
                                           PASSWORDS),
           intruder_found, zoiper=True, finds=ASTERISKS),
    Attack("guesses, forged 200s", intruder("forge", "REGISTER", WEAK,
                                            PASSWORDS),
           intruder_found, zoiper=True, finds=ALL),
    Attack("guesses, relayed 200s", intruder("relay", "REGISTER", WEAK,
                                             PASSWORDS),
           intruder_found, zoiper=True, finds=ALL),
    Attack("calls, no account", intruder("call", "INVITE", CALLS),
           intruder_found, zoiper=True, finds=("guests",)),
    Attack("sipsak flood", sipsak("-F", "-e", "2000"), nothing, limit=10),
)


def play(field, kit, attack, agent, host, seed):
    """One row: its command runs until it ends, gives up or is of no use."""
    with field.host(host) as space:
        name = "attack-%d" % host.number
        job = Job(kit, agent, address(host), server_for(host), field.work,
                  name, random.Random("%s %d" % (seed, host.number)))
        proc = field.start(space, attack.command(job), name + ".log")
        hopeless = []

        def enough():
            if not hopeless and field.is_banned(host):
                hopeless.append(time.monotonic() + PATIENCE)
            return hopeless and time.monotonic() > hopeless[0]

        field.wait(proc, attack.limit, enough)
        field.stop(proc, signal.SIGINT)
        return Result(*worth(*attack.found(job, field.log(name + ".log"))),
                      field.is_banned(host))


def worth(extensions, passwords, calls=()):
    """A list that has who does not exist tells nothing."""
    return (extensions if extensions <= set(ACCOUNTS) else set(), passwords,
            calls)
