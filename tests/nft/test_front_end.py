# SPDX-License-Identifier: GPL-2.0
"""Tests what nft-sip reads and writes, without root or a kernel module: rules.t
as arguments, in a file, and once more what is saved; files.t; and each of its
files cut off at every byte, or with bytes changed, which may be refused but
must not be misread. What needs a kernel is in tests/functional/test_nft.py.

nft-sip's files and the plugin are built with ASan and UBSan into the program
tests/nft/print.
"""

import os
import random
import re
import shlex
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib.checkout import TOP

HERE = TOP + "/tests/nft"
SANITIZE = "-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all"
NOISY = 15
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\"}


def output(*command):
    """What a command prints, in words."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          text=True).stdout.split()


class Printer:
    """tests/nft/print, built into a directory."""

    def __init__(self, where):
        self.where = where
        for part, target in (("xtables", f"SO={where}/libxt_sip.so"),
                             ("nft", f"BIN={where}/nft-sip")):
            output("make", "-s", "-C", f"{TOP}/{part}", f"B={where}/{part}",
                   target, f"CFLAGS={SANITIZE}", "LDFLAGS=")
        objects = [f"{where}/nft/{name}" for name in os.listdir(where + "/nft")
                   if name.endswith(".o") and name != "nft-sip.o"]
        output(os.environ.get("CC", "cc"), "-std=gnu11", "-D_GNU_SOURCE",
               "-Wall", "-Wextra", "-Werror", *SANITIZE.split(),
               f"-I{TOP}/nft", "-o", f"{where}/print", f"{HERE}/print.c",
               *objects, *output("pkg-config", "--libs", "libmnl", "libnftnl",
                                 "xtables"))
        system, = output("pkg-config", "--variable=xtlibdir", "xtables")
        # Both libraries keep what they allocated for as long as they live.
        self.env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0",
                    "LC_ALL": "C.UTF-8", "XTABLES_LIBDIR": f"{where}:{system}"}

    def run(self, *words):
        """(status, lines of stdout, stderr)"""
        done = subprocess.run([self.where + "/print", *words], env=self.env,
                              check=False, stdin=subprocess.DEVNULL,
                              capture_output=True)
        return (done.returncode, done.stdout.decode().splitlines(),
                done.stderr.decode(errors="replace").strip())

    def file(self, text):
        """The same for a file with this text; its name is FILE."""
        with tempfile.NamedTemporaryFile(dir=self.where) as file:
            file.write(text.encode("latin-1"))
            file.flush()
            status, lines, said = self.run("file", file.name)
        return status, lines, said.replace(file.name, "FILE")

    def wrong(self, check, texts):
        """What a check of what is said of a file finds wrong with texts."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = list(pool.map(self.file, texts))
        return [(text, *answer) for text, answer in zip(texts, answers)
                if not check(*answer)]


def is_error(status, said, wanted=""):
    """A mistake is refused with one sentence."""
    return (status == 2 and said.startswith("nft-sip: ") and "\n" not in said
            and wanted in said)


def read_rules():
    """Of each row: words, what is saved or None, error."""
    error = ""
    with open(f"{HERE}/rules.t", encoding="utf-8") as table:
        for number, line in enumerate(map(str.strip, table), 1):
            if line.startswith("# error: "):
                error = line.removeprefix("# error: ")
            if line.startswith("#") or not line:
                continue
            rule, saved = line.split(" => ")
            saved = {"=": rule.split(None, 1)[-1], "FAIL": None}.get(saved,
                                                                     saved)
            yield pytest.param(shlex.split(rule), saved, error, id=str(number))
            error = ""


def read_files():
    """Of each row: text, rules or None, error."""
    with open(f"{HERE}/files.t", encoding="utf-8") as table:
        rows = re.findall(r"^= (.*)\n< ?(.*)\n> ?(.*)$", table.read(), re.M)
    for name, text, wanted in rows:
        text = re.sub(r"\\(.)", lambda found: ESCAPES[found[1]], text)
        bad = wanted.startswith("FILE:")
        yield pytest.param(text, None if bad else list(filter(
            None, wanted.split("|"))), wanted if bad else "", id=name)


def quote(words):
    """Words as a line of a file; a brace is a mark unless an option's."""
    line, before = [], ""
    for word in words:
        if not re.fullmatch(r"[^\s{};#\"\\]+", word) and \
           (word not in "{}" or before.startswith("--")):
            word = '"' + re.sub(r'(["\\])', r"\\\1", word) + '"'
        line.append(word)
        before = word
    return " ".join(line)


def noise(text, rng):
    """The text with a few changes."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text))
        new = rng.choice(["", "{", "}", ";", '"', "\\", "\n", "#", "!", "-",
                          "@", "\0", "\xff", " ", text[:at], "--"])
        text = text[:at] + new + text[at + rng.randint(0, 3):]
    return text


@pytest.fixture(scope="module", name="printer")
def fixture_printer(tmp_path_factory):
    """It is built once."""
    return Printer(str(tmp_path_factory.mktemp("nft")))


@pytest.mark.parametrize("words, saved, error", read_rules())
def test_rule(printer, words, saved, error):
    """A row of rules.t."""
    status, lines, said = printer.run("words", *words)
    if saved is None:
        assert is_error(status, said, error), said
        return
    assert (status, lines[:1]) == (0, [saved]), said
    assert re.fullmatch(r"nft-sip(: [ !#-~]+)?", lines[1])
    assert len(lines[1]) <= 120
    for rule in (quote(words[1:]), saved):
        again = printer.file(f"table {words[0]} t {{ chain c {{\n{rule}\n}} }}")
        assert again == (0, lines, "")


@pytest.mark.parametrize("text, rules, error", read_files())
def test_file(printer, text, rules, error):
    """A row of files.t; what is left of it if it was cut off has the rules
    that were whole, or is refused; with noise in it, too, or makes sense."""
    status, lines, said = printer.file(text)
    if rules is None:
        assert is_error(status, said, error), said
    else:
        assert (status, lines[::2]) == (0, rules), said
        assert not printer.wrong(
            lambda status, lines, said: is_error(status, said) or
            (status, lines[::2]) == (0, rules[:len(lines) // 2]),
            [text[:end] for end in range(len(text))] if rules else [])
    rng = random.Random(5060)
    assert not printer.wrong(
        lambda status, _, said: status == 0 or is_error(status, said),
        [noise(text, rng) for _ in range(NOISY)] if text else [])
