# SPDX-License-Identifier: GPL-2.0
"""Runs .t files of an iptables extension: rule;what is saved;OK|FAIL

usage: tests/xt/run-t [--parse-only | --all] FILE...

FILE has the format of the iptables source tree (extensions/*.t), or is a
program that prints it. Beyond that format, a comment "# error: TEXT" says
what the error of the FAIL line below it has in it. Lines that start with @
are shell commands; they and the rules run in an empty directory of their own.

With --parse-only every rule goes through tests/xt/parse, built with the
plugin under ASan and UBSan: no root, no module. What is saved must be the
canonical text, and read back, as iptables-restore and as a shell would split
it, must be the same bytes.

Without it, as root and with the module at hand, every rule goes through
legacy iptables and nft's ip6tables, with --all through the other two as well,
in network namespaces of their own: loaded by restore into a chain of its own,
saved, restored, saved again, found by -C and deleted by -D. FAIL lines must
fail and leave nothing behind. Rules are spread over GROUPS namespaces, as one
holds few that count.

The same by nft-sip, in tables of ip, ip6 and inet: applied, saved, applied,
saved again, found by diff, added by the words of a shell, deleted by handle.
What stands before -m sip in a rule is iptables' alone and left out.

Prints the failures, then "N passed, N failed". Status 0 if none failed.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from tests import lib
from tests.lib.checkout import TOP

FRONTS = ("iptables-legacy", "ip6tables-nft", "nft-sip")
OTHER_FRONTS = ("ip6tables-legacy", "iptables-nft")
NFT_FAMILIES = ("inet", "ip", "ip6")
# Errors that are not the plugin's; another front-end has other words for them.
OF_IPTABLES = re.compile(r"Bad argument|multiple consecutive !|"
                         r"requires an argument|no condition")
SANITIZE = ("-g -O1 -fsanitize=address,undefined "
            "-fno-sanitize-recover=all")
LINE_MAX = 10239        # of iptables-restore 1.8
WORD_MAX = 1023         # the same
HELP_LINES = 24
GROUPS = 9


class Tally:
    """Counts, and tells failures as they come."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed = self.failed = 0

    def __call__(self, case, problem, label=""):
        with self.lock:
            if problem:
                self.failed += 1
                print(f"FAIL {label}{case.where}: {case.rule}\n"
                      f"     {problem}", flush=True)
            else:
                self.passed += 1


# ---- the .t file -----------------------------------------------------------

def text_of(path):
    """A file, or what a program prints."""
    if os.access(path, os.X_OK):
        return lib.command(path)
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_cases(path):
    """The cases of a .t file, after its @ commands have run."""
    cases, table, chains, error = [], "filter", [], None
    for number, line in enumerate(text_of(path).split("\n"), 1):
        where = f"{os.path.basename(path)}:{number}"
        if line.startswith("# error:"):
            error = line[len("# error:"):].strip()
        elif line.startswith("@"):
            subprocess.run(["sh", "-c", line[1:]], check=True)
        elif line.startswith("*"):
            table = line[1:]
        elif line.startswith(":"):
            chains = line[1:].split(",")
        elif line.strip() and not line.startswith("#"):
            fields = line.split(";")
            if len(fields) != 3 or fields[2] not in ("OK", "FAIL"):
                sys.exit(f"{where}: expected rule;saved;OK|FAIL")
            rule, saved, verdict = fields
            cases.append(SimpleNamespace(
                where=where, table=table, hooks=chains, rule=rule,
                words=shlex.split(rule), ok=verdict == "OK", error=error,
                saved=rule if saved == "=" else saved))
            error = None
    return cases


def wrong_error(case, done):
    """What is wrong with how a FAIL line failed, if anything."""
    text = done.stderr.decode(errors="replace")
    if done.returncode == 0:
        return "was accepted"
    if done.returncode not in (1, 2):
        return f"status {done.returncode}: {text}"
    if case.error is not None and case.error not in text:
        return f"expected an error with {case.error!r}, got {text!r}"
    if case.error is None and not text.strip():
        return "failed without an error"
    return None


# ---- words, as iptables-restore sees them ----------------------------------

def quote(word):
    """A word for iptables-restore."""
    if re.fullmatch(r"[A-Za-z0-9_.,/:=-]+", word):
        return word
    return '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'


def restore_words(line):
    """Splits a line as iptables-restore does; None if it could not."""
    if len(line.encode()) > LINE_MAX:
        return None
    words, word, quoted, escaped = [], "", False, False
    for char in line + "\n":
        if quoted and escaped:
            word, escaped = word + char, False
        elif quoted and char == "\\":
            escaped = True
        elif quoted and char != '"':
            word += char
        elif not quoted and char == '"':
            quoted = True
        elif quoted or char in " \t\n":
            quoted = False
            if word:
                words.append(word)
            word = ""
        else:
            word += char
    if any(len(word.encode()) > WORD_MAX for word in words):
        return None
    return words


# ---- --parse-only ----------------------------------------------------------

class Parser:
    """tests/xt/parse and the plugin, built into a directory."""

    def __init__(self, where):
        subprocess.run(
            ["make", "-s", "-C", f"{TOP}/xtables", f"B={where}/obj",
             f"SO={where}/libxt_sip.so", f"CFLAGS={SANITIZE}", "LDFLAGS="],
            check=True)
        subprocess.run(
            [os.environ.get("CC", "cc"), "-std=gnu11", "-Wall", "-Wextra",
             "-Werror", *SANITIZE.split(), "-o", f"{where}/parse",
             f"{TOP}/tests/xt/parse.c", "-lxtables"], check=True)
        system = lib.command("pkg-config", "--variable=xtlibdir",
                             "xtables").strip()
        self.command = f"{where}/parse"
        # libxtables frees nothing when it exits with an error.
        self.env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0",
                    "XTABLES_LIBDIR": f"{where}:{system}"}

    def run(self, words):
        return subprocess.run([self.command, *words], env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def rule(self, words):
        """Saved text, printed text and bytes of a good rule, or its error."""
        done = self.run(words)
        lines = done.stdout.decode().split("\n")
        if done.returncode or len(lines) != 4:
            return None, done.stderr.decode(errors="replace")
        return lines[:3], None

    def wrong(self, case):
        """What is wrong with a case, if anything."""
        if not case.ok:
            return wrong_error(case, self.run(case.words))
        first, error = self.rule(case.words)
        if not first:
            return f"refused: {error}"
        saved, printed, _ = first
        if saved != case.saved:
            return f"saved as {saved}"
        words = restore_words(saved)
        if words is None:
            return "iptables-restore could not read what is saved"
        if words != shlex.split(saved):
            return f"a shell would not read what is saved: {saved}"
        if self.rule(words)[0] != first:
            return "what is saved is not the same rule"
        if case.rule.startswith("-m sip") and '"' not in saved and \
           case.rule.count("-m sip") == 1 and \
           printed.replace("--", "") != saved[2:].replace("--", ""):
            return f"listed as {printed}"
        return None


def check_help(parser, tally):
    case = SimpleNamespace(where="help", rule="-m sip --help")
    lines = parser.run(["-m", "sip", "-h"]).stdout.decode().splitlines()
    fits = 2 < len(lines) <= HELP_LINES and max(map(len, lines)) <= 80
    tally(case, None if fits else f"help of {len(lines)} lines")


def parse_only(cases, work, tally):
    """All of that."""
    parser = Parser(work)
    check_help(parser, tally)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, problem in zip(cases, pool.map(parser.wrong, cases)):
            tally(case, problem)


# ---- in the kernel ---------------------------------------------------------

class Front:
    """A front-end and some cases, in a network namespace."""

    def __init__(self, cases, environment):
        self.cases = cases
        self.environment = environment
        self.good = [case for case in cases if case.ok]
        self.bad = [case for case in cases if not case.ok]
        self.broken = {}        # case.chain -> first problem

    def run(self, *words, text=""):
        """Run a command."""
        return subprocess.run(words, input=text.encode(), capture_output=True,
                              env=self.environment)

    def fault(self, case, problem):
        """What is wrong with a case; the first counts."""
        self.broken.setdefault(case.chain, problem)

    def check(self):
        """All there is to check."""
        raise NotImplementedError


def error_of(done):
    """What a command that failed says."""
    return done.stderr.decode(errors="replace").strip() or \
        f"status {done.returncode}"


class Iptables(Front):
    """One of the four iptables."""

    def __init__(self, name, cases, environment):
        super().__init__(cases, environment)
        self.name = name
        self.tables = sorted({case.table for case in cases})
        self.saved = {}         # case.chain -> rule, as -save shows it

    def tool(self, tool, *words, text=""):
        """Run one of its programs."""
        return self.run(self.name + tool, *words, text=text)

    def batch(self, line_of, first=(), flags=()):
        """Restores a line or more per good case; the first error or None."""
        text = ""
        for table in self.tables:
            lines = [line_of(case) for case in self.good
                     if case.table == table and case.chain not in self.broken]
            text += "\n".join([f"*{table}", *first, *lines, "COMMIT", ""])
        done = self.tool("-restore", *flags, text=text)
        return error_of(done) if done.returncode else None

    def chain_lines(self, case):
        hooks = [f"-A {hook} -j {case.chain}" for hook in case.hooks]
        return "\n".join([f":{case.chain} - [0:0]",
                          self.add_line(case), *hooks])

    @staticmethod
    def fits(case):
        """Whether iptables-restore can read the words of a case."""
        return max(len(word.encode()) for word in case.words) <= WORD_MAX

    def add_line(self, case, verb="-A"):
        words = case.words if self.fits(case) else restore_words(case.saved)
        return " ".join([verb, case.chain, *map(quote, words)])

    def load(self):
        """All good rules at once; one by one if that fails."""
        if not self.batch(self.chain_lines, first=[":BAD - [0:0]"]):
            return
        self.batch(lambda case: "", first=[":BAD - [0:0]"])
        for case in self.good:
            text = f"*{case.table}\n{self.chain_lines(case)}\nCOMMIT\n"
            done = self.tool("-restore", "-n", text=text)
            if done.returncode:
                self.fault(case, f"refused: {error_of(done)}")

    def save(self):
        """The text of iptables-save without comments, counts and times."""
        text = self.tool("-save").stdout.decode()
        return re.sub(r"^#.*\n| \[\d+:\d+\]$", "", text, flags=re.M)

    def rules(self, text):
        """Rules of our chains in @text, chain -> what follows it."""
        return {chain: rule for chain, rule in
                re.findall(r"^-A (T\d+) (.*)$", text, re.M)}

    def check_saved(self):
        text = self.save()
        rules = self.rules(text)
        for case in self.good:
            saved = rules.get(case.chain)
            if saved != case.saved:
                self.fault(case, f"saved as {saved}")
        done = self.tool("-restore", text=text)
        again = self.rules(self.save())
        self.saved = again
        for case in self.good:
            if done.returncode:
                self.fault(case, f"save | restore: {error_of(done)}")
            if again.get(case.chain) != rules.get(case.chain):
                self.fault(case, "save | restore is saved as "
                           f"{again.get(case.chain)}")

    def check_listed(self):
        """-S says what save says, -L has all rules and no complaint."""
        specs, listed = {}, ""
        for table in self.tables:
            done = self.tool("", "-t", table, "-S")
            specs.update(self.rules(done.stdout.decode()))
            done = self.tool("", "-t", table, "-n", "-L")
            listed += done.stdout.decode() + done.stderr.decode()
        for case in self.good:
            if specs.get(case.chain) != self.saved.get(case.chain):
                self.fault(case, f"-S shows {specs.get(case.chain)}")
            if not re.search(rf"^Chain {case.chain} .*\n.*\n.*\S", listed,
                             re.M):
                self.fault(case, "-L does not show it")

    def check_verb(self, verb):
        """-C or -D: all at once; if that fails, one by one as a shell would."""
        if not self.batch(lambda case: self.add_line(case, verb), flags=["-n"]):
            return
        for case in self.good:
            done = self.tool("", "-t", case.table, verb, case.chain,
                            *case.words)
            if done.returncode:
                self.fault(case, f"{verb}: {error_of(done)}")

    def check_words(self):
        """-C, by the words a shell would give, of what needs quotes."""
        for case in self.good:
            if all(quote(word) == word for word in case.words) and \
               self.fits(case):
                continue
            done = self.tool("", "-t", case.table, "-C", case.chain,
                            *case.words)
            if done.returncode:
                self.fault(case, f"-C by words: {error_of(done)}")

    def check_deleted(self):
        self.check_verb("-D")
        left = self.rules(self.save())
        for case in self.good:
            if case.chain in left:
                self.fault(case, "-D left it there")

    def check_bad(self):
        for case in self.bad:
            problem = wrong_error(case, self.tool("", "-t", case.table, "-A",
                                                  "BAD", *case.words))
            if problem:
                self.fault(case, problem)
        if self.bad and "-A BAD " in self.save():
            self.fault(self.bad[-1], "some FAIL line left a rule behind")

    def check(self):
        self.load()
        self.check_saved()
        self.check_listed()
        self.check_verb("-C")
        self.check_words()
        self.check_deleted()
        self.check_bad()


class NftSip(Front):
    """nft-sip, in tables of a family."""

    def __init__(self, family, cases, environment):
        super().__init__(cases, environment)
        self.family = family

    def nft_sip(self, *words, text=""):
        """What it prints; None and its error if it fails."""
        done = self.run("nft-sip", *words, text=text)
        if done.returncode:
            return None, error_of(done)
        return done.stdout.decode(), None

    @staticmethod
    def words(case):
        """Those after the first -m sip."""
        at = case.words.index("sip")
        return case.words[at + 1:]

    @staticmethod
    def wanted(case):
        return case.saved.partition("-m sip ")[2].replace("-m sip", "sip")

    def make_chains(self):
        chains = "".join(f"chain {case.chain} {{ }}\n" for case in self.cases)
        self.run("nft", "-f", "-", text=f"table {self.family} t {{ {chains} "
                 "}\n").check_returncode()

    def file(self, rule_of):
        """A file that has these rules."""
        rules = "".join(f"chain {case.chain} {{\n{rule_of(case)}\n}}\n"
                        for case in self.good)
        return f"table {self.family} t {{\n{rules}}}\n"

    def saved(self):
        """chain -> rules, as they are saved."""
        text, error = self.nft_sip("save")
        if error:
            sys.exit(f"nft-sip save: {error}")
        return dict(re.findall(r"^\tchain (T\d+) \{\n\t\t(.*)\n\t\}$", text,
                               re.M))

    def apply(self, rule_of):
        return self.nft_sip("apply", "-f", "-", text=self.file(rule_of))[1]

    def check_saved(self):
        """apply | save | apply | save"""
        error = self.apply(lambda case: " ".join(map(quote,
                                                     self.words(case))))
        if error:
            self.fault(self.good[0], f"apply: {error}")
        rules = self.saved()
        for case in self.good:
            if rules.get(case.chain) != self.wanted(case):
                self.fault(case, f"saved as {rules.get(case.chain)}")
        self.nft_sip("apply", "-f", "-", text=self.file(lambda case: ""))
        if self.saved():
            self.fault(self.good[0], "apply left rules in empty chains")
        error = self.apply(lambda case: rules.get(case.chain, ""))
        if error:
            self.fault(self.good[0], f"save | apply: {error}")
        again = self.saved()
        for case in self.good:
            if again.get(case.chain) != rules.get(case.chain):
                self.fault(case, "save | apply is saved as "
                           f"{again.get(case.chain)}")

    def check_diff(self):
        text, error = self.nft_sip("diff", "-f", "-",
                                   text=self.file(self.wanted))
        if text != "":
            self.fault(self.good[0], f"diff: {text or error}")

    def target(self, case):
        return "rule", self.family, "t", case.chain

    def check_words(self):
        """What needs quotes, added once more by words; deleted by handle."""
        quoted = [case for case in self.good
                  if any(quote(word) != word for word in case.words)]
        for case in quoted:
            _, error = self.nft_sip("add", *self.target(case),
                                    *self.words(case))
            if error:
                self.fault(case, f"add: {error}")
            text, error = self.nft_sip("-a", "list", *self.target(case)[1:])
            rules = re.findall(r"^\t\t(.*) # handle (\d+)$", text, re.M)
            if [rule for rule, _ in rules] != [self.wanted(case)] * 2:
                self.fault(case, f"add is listed as {rules}")
            for _, handle in rules:
                self.nft_sip("delete", *self.target(case), "handle", handle)
        left = self.saved()
        for case in quoted:
            if case.chain in left:
                self.fault(case, "delete left it there")

    def check_bad(self):
        for case in self.bad:
            done = self.run("nft-sip", "add", *self.target(case),
                            *self.words(case))
            error = case.error
            if error and OF_IPTABLES.search(error):
                error = "expected" if "consecutive" in error else None
            problem = wrong_error(SimpleNamespace(error=error), done)
            if problem:
                self.fault(case, problem)
        if self.saved().keys() & {case.chain for case in self.bad}:
            self.fault(self.cases[-1], "some FAIL line left a rule behind")

    def check(self):
        self.make_chains()
        self.check_saved()
        self.check_diff()
        self.check_words()
        self.check_bad()


def check_front(name, cases, work, tally):
    """One front-end, group by group, each in a namespace of its own."""
    environment = {**os.environ, "XTABLES_LOCKFILE": f"{work}/{name}.lock"}
    for group in range(GROUPS):
        some = cases[group::GROUPS]
        family = NFT_FAMILIES[group % len(NFT_FAMILIES)]
        front = NftSip(family, some, environment) if name == "nft-sip" else \
            Iptables(name, some, environment)
        netns = lib.Netns(name)
        with netns.inside():
            front.check()
        netns.close()
        label = f"{name} {family} " if name == "nft-sip" else f"{name} "
        for case in some:
            tally(case, front.broken.get(case.chain), label)


def in_kernel(fronts, cases, work, tally):
    """These front-ends, in a thread each."""
    if os.geteuid() != 0:
        sys.exit("run-t: needs root and the module (tests/vm/run), "
                 "or --parse-only")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(lambda name: check_front(name, cases, work, tally),
                          fronts):
            pass


def main():
    """Do what the command line asks for."""
    words = sys.argv[1:]
    option = words.pop(0) if words and words[0].startswith("-") else None
    files = [os.path.abspath(path) for path in words]
    if not files or option not in (None, "--parse-only", "--all"):
        sys.exit(__doc__)
    fronts = FRONTS + (OTHER_FRONTS if option == "--all" else ())
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    os.environ["LC_ALL"] = "C.UTF-8"
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="run-t.") as work:
        os.chdir(work)
        cases = [case for path in files for case in read_cases(path)]
        for number, case in enumerate(cases):
            case.chain = f"T{number}"
        if option == "--parse-only":
            parse_only(cases, work, tally)
        else:
            in_kernel(fronts, cases, work, tally)
        os.chdir("/")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(1 if tally.failed or not tally.passed else 0)


if __name__ == "__main__":
    main()
