# SPDX-License-Identifier: GPL-2.0
"""The table of attackers of make detect, and the code that runs them.

To add an attacker, add a line to ATTACKS. A row runs once for each User-Agent
and ruleset, each time from an address of its own.
"""
import collections
import os
import random
import re
import signal
import time

from bench.detect import draw
from bench.detect.network import address, server_for
from tests.lib.actors import PASSWORDS, rows

HOME = os.path.dirname(os.path.abspath(__file__))
FIRST, LAST = 1950, 2149		# extensions that are scanned
ACCOUNTS = ["%d" % n for n in range(2000, 2120)]
WEAK = "2100"				# the account whose password is guessed
PLACE = 60				# of the right password in the list
USERDB = "users.txt"			# with WEAK, for nmap
LONG = 560				# seconds, limit of a slow row
PATIENCE = 4				# seconds until a banned tool is ended
SHIPPED = None

INTRUDER = os.path.join(HOME, "intruder")

# Arguments of a command: the tools, the User-Agent or SHIPPED, the addresses of
# the sender and the server, a directory and a name for files in it.
Job = collections.namedtuple("Job", "tools agent mine server work name rng")
# command(job) -> argv, found(job, output) -> (extensions, passwords).
# tool: --scanner has to match the first packet, with any User-Agent.
# zoiper: runs with that User-Agent only; for slow rows and IPv6, which do not
# test fingerprints. limit: seconds until it is ended.
# finds: servers on which it finds something if they are unprotected.
Attack = collections.namedtuple(
    "Attack", "title command found tool zoiper limit family finds",
    defaults=(None, False, 150, 4, ("kamailio",)))
Result = collections.namedtuple("Result", "extensions passwords calls banned")


def weak_password():
    """The password of WEAK, entry PLACE of the attackers' list."""
    with open(PASSWORDS, encoding="utf-8") as file:
        return file.read().splitlines()[PLACE - 1]


# ---- commands --------------------------------------------------------------

def sipvicious(tool, *options):
    """A tool of Debian's SIPVicious."""
    def command(job):
        mine, v6 = (("[%s]" % job.mine, ["-6"]) if ":" in job.mine
                    else (job.mine, []))
        return [*job.tools.sipvicious(tool, job.agent), *options, *v6,
                "-x", mine, job.server]
    return command


def nmap(*options):
    """nmap on port 5060, without host discovery and name resolution."""
    def command(job):
        return [*job.tools.nmap(job.agent), "-sU", "-Pn", "-n", "-T4",
                "--max-retries", "0", "-p", "5060",
                *options, job.server]
    return command


def nmap_script(script, **arguments):
    """A script of nmap, without a probe of the port before it."""
    return nmap("--data-length", "0", "--script", script, "--script-args",
                ",".join("%s=%s" % (name.replace("__", ".").replace(
                    "_", "-"), value) for name, value in arguments.items()))


def sipsak(*options):
    """sipsak, once."""
    def command(job):
        return [job.tools.sipsak(job.agent), *options,
                "-s", "sip:%d@%s" % (FIRST, job.server)]
    return command


def sipsak_scan(job):
    """sipsak, called once for each of 50 extensions, since starting a program
    takes long on an emulated processor."""
    return [os.path.join(HOME, "sipsak-scan"), job.tools.sipsak(job.agent),
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
    """bench/detect/intruder, for attacks that no tool implements."""
    def command(job):
        return [INTRUDER, what, job.server, *map(str, args)]
    return command


# ---- results, from the output of the tools ---------------------------------

def nothing(_job, _output):
    """No results: the tool searches for servers, not for extensions."""
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
    """The extensions that sipsak-scan prints."""
    return set(re.findall(r"^(\d+) exists", output, re.M)), set()


def intruder_found(_job, output):
    """The results that bench/detect/intruder prints."""
    return (set(re.findall(r"^(\d+) exists", output, re.M)),
            set(re.findall(r"^(\S+:\S+) fits", output, re.M)),
            set(re.findall(r"^(\S+) answered", output, re.M)))


def sipp_found(job, _output):
    """The users that were challenged, if the first one, which does not exist,
    was not: the To of a REGISTER, the caller of an INVITE; from sipp's trace
    of messages."""
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


def play(network, tools, attack, agent, host, seed):
    """Run one row until it ends, is banned or reaches its limit."""
    with network.host(host) as space:
        name = "attack-%d" % host.number
        job = Job(tools, agent, address(host), server_for(host), network.work,
                  name, random.Random("%s %d" % (seed, host.number)))
        proc = network.start(space, attack.command(job), name + ".log")
        deadline = []

        def enough():
            if not deadline and network.is_banned(host):
                deadline.append(time.monotonic() + PATIENCE)
            return deadline and time.monotonic() > deadline[0]

        network.wait(proc, attack.limit, enough)
        network.stop(proc, signal.SIGINT)
        return Result(*worth(*attack.found(job, network.log(name + ".log"))),
                      network.is_banned(host))


def worth(extensions, passwords, calls=()):
    """The result; none if the list has users that do not exist."""
    return (extensions if extensions <= set(ACCOUNTS) else set(), passwords,
            calls)
