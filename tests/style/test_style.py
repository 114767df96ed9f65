# SPDX-License-Identifier: GPL-2.0
"""Checks the style of all sources: checkpatch, sparse, kernel-doc, shellcheck
and a few checks of its own.

    tests/pytest tests/style [-k columns]

Each check is one function check_NAME() below; tests/style/exceptions lists what
it ignores, each with its reason. Looks at every file of the checkout that
.gitignore does not name. Files that programs write (GENERATED) are checked only
for white space at the end of lines and for names of places.
"""
import ast
import fnmatch
import glob
import os
import re
import shutil
import subprocess
import tempfile
import warnings

import pytest

from tests.lib.checkout import TOP as REPO

HERE = os.path.join(REPO, "tests", "style")
# Plots, and tables of what was measured.
GENERATED = ("*.svg", "*/RESULTS.md", "*/results/*.md", "bench/PARSER.md",
             "bench/cpus/CPUS.md")
FILE_LINES = 600
FUNCTION_LINES = 80
COLUMNS = 80

# checkpatch's types that do not apply out of the kernel's tree; lengths of
# lines are check_columns().
NOT_OURS = ["FILE_PATH_CHANGES", "LINUX_VERSION_CODE", "CONFIG_DESCRIPTION",
            "LONG_LINE", "LONG_LINE_STRING", "LONG_LINE_COMMENT"]


class Missing(Exception):
    """A tool that a check needs is not there."""


# ---- the files -------------------------------------------------------------

def ignored_patterns():
    """Of .gitignore; its few lines are names and paths from the top."""
    with open(os.path.join(REPO, ".gitignore")) as lines:
        return [line.strip().rstrip("/") for line in lines
                if line.strip() and not line.startswith("#")]


def find_files():
    """Path from the top -> text, of every text file of the checkout."""
    patterns = ignored_patterns() + [".git"]

    def ignored(path):
        return any(fnmatch.fnmatch("/" + path, pattern)
                   if pattern.startswith("/") else
                   fnmatch.fnmatch(os.path.basename(path), pattern)
                   for pattern in patterns)

    files = {}
    for top, dirs, names in os.walk(REPO):
        inside = os.path.relpath(top, REPO)
        inside = "" if inside == "." else inside + "/"
        dirs[:] = sorted(d for d in dirs if not ignored(inside + d))
        for name in sorted(names):
            path = os.path.join(top, name)
            if ignored(inside + name) or os.path.islink(path):
                continue
            with open(path, "rb") as content:
                data = content.read()
            if b"\0" not in data:
                files[inside + name] = data.decode("utf-8", "replace")
    return files


EVERY = find_files()
FILES = {path: text for path, text in EVERY.items()
         if not any(fnmatch.fnmatch(path, one) for one in GENERATED)}


def c_files():
    return [path for path in FILES if path.endswith((".c", ".h"))]


def first_line(path):
    return FILES[path].split("\n", 1)[0]


def scripts(language):
    """Files whose first line says that they are in a language."""
    return [path for path in FILES if re.match(r"#!.*\b" + language + r"$",
                                               first_line(path))]


def shell_files():
    return scripts("(?:ba|da)?sh") + [
        path for path in FILES
        if "# shellcheck shell=" in FILES[path][:200]
        and not first_line(path).startswith("#!")]


def python_files():
    return sorted({path for path in FILES if path.endswith(".py")}
                  | set(scripts("python3")))


def man_files():
    return [path for path in FILES if re.search(r"\.[1-8]$", path)]


# ---- helpers ---------------------------------------------------------------

def run(*command):
    """What a command prints; it may fail."""
    if not shutil.which(command[0]):
        raise Missing(f"{command[0]} is not installed: "
                      "run tests/install-packages")
    done = subprocess.run(command, cwd=REPO, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def tool(name):
    """What a program of tests/ prints: a path."""
    done = subprocess.run([os.path.join(REPO, "tests", name)], text=True,
                          stdout=subprocess.PIPE)
    if done.returncode:
        raise Missing(f"tests/{name} failed")
    return done.stdout.strip()


def lines_of(command_result):
    """The lines that a checker prints; a failure without output is one too."""
    status, said = command_result
    lines = [line for line in said.splitlines() if line.strip()]
    if status and not lines:
        lines = [f"status {status}"]
    return lines


def c_functions(text):
    """First and last line number of every function of C or shell."""
    start = None
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number
            start = None


# ---- the checks: each yields lines "FILE...: what is wrong" ----------------

def check_checkpatch():
    """checkpatch --strict over all C"""
    script = os.path.join(tool("style/fetch-scripts"), "checkpatch.pl")
    said = run("perl", script, "--no-tree", "--strict", "--terse",
               "--show-types", "--no-summary", "--no-signoff",
               "--ignore", ",".join(NOT_OURS), "-f", *c_files())
    # It leaves a list of names where it runs.
    for path in glob.glob(os.path.join(REPO, ".checkpatch-camelcase.git.*")):
        os.unlink(path)
    return lines_of(said)


def check_kernel_doc():
    """kernel-doc reads every comment of its kind in kernel/"""
    script = os.path.join(tool("style/fetch-scripts"), "kernel-doc")
    paths = [path for path in c_files() if path.startswith("kernel/")]
    return lines_of(run("perl", script, "-none", *paths))


def check_documented():
    """every function that a header of kernel/ declares has kernel-doc"""
    declared = re.compile(r"^(?!static|typedef|#|\s|/|\*)[\w\s*]*?\b(\w+)\("
                          r"[^;{]*\)\s*(?:__\w+\s*)*;", re.M)
    for path in FILES:
        if not re.match(r"kernel/(?:sip/)?[^/]*\.h$", path):
            continue
        for name in declared.findall(FILES[path]):
            if f"\n * {name}() - " not in FILES[path]:
                yield f"{path}: {name}() has no kernel-doc"


def check_module_warnings():
    """the module compiles with W=1 without a warning"""
    status, said = run(os.path.join(REPO, "tests/vm/check-module"))
    return said.splitlines() if status else []


def check_sparse():
    """sparse with endian checks finds nothing"""
    if not shutil.which("sparse"):
        raise Missing("sparse is not installed: run tests/install-packages")
    module = tool("vm/check-module")
    status, said = run(
        "flock", module + ".lock", "make", "-C", module, "module",
        "KDIR=" + os.path.realpath(module + "/.headers"), "W=1", "C=2",
        "CF=-D__CHECK_ENDIAN__")
    lines = [line.replace(module + "/", "") for line in said.splitlines()]
    if status:
        return lines
    if not any("CHECK" in line for line in lines):
        return ["sparse checked nothing"]
    return [line for line in lines
            if re.search(r"kernel/\S+:\d+:\d+: ", line)]


def check_columns():
    """C has 80 columns; only a message, which is never split, may be longer"""
    for path in c_files():
        for number, line in enumerate(FILES[path].split("\n"), 1):
            if len(line.expandtabs(8)) > COLUMNS and '"' not in line:
                yield f"{path}:{number}: more than {COLUMNS} columns"


def check_conditionals():
    """no #if in C but in port.h, compat.h and around headers"""
    for path in c_files():
        guard = re.search(r"^#ifndef (\w+)\n#define \1$", FILES[path], re.M)
        for number, line in enumerate(FILES[path].split("\n"), 1):
            if (re.match(r"\s*#\s*(?:el)?if", line)
                    and not (guard and line == "#ifndef " + guard[1])):
                yield f"{path}:{number}: {line}"


def check_lengths():
    """functions have at most 80 lines"""
    for path in c_files() + shell_files():
        for start, end in c_functions(FILES[path]):
            if end - start + 1 > FUNCTION_LINES:
                yield f"{path}:{start}: function of {end - start + 1} lines"
    for path in python_files():
        for node in ast.walk(ast.parse(FILES[path])):
            if (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                    and node.end_lineno - node.lineno >= FUNCTION_LINES):
                yield (f"{path}:{node.lineno}: function of "
                       f"{node.end_lineno - node.lineno + 1} lines")


def check_sizes():
    """no source above 600 lines, or its first comment says "lines" and why"""
    for path in sorted(set(c_files() + shell_files() + python_files())):
        count = FILES[path].count("\n")
        first = FILES[path].split("\n\n", 2)
        if count > FILE_LINES and not re.search(
                r"\blines\b.*\b(?:as|because|since)\b",
                "\n".join(first[:2]), re.S):
            yield f"{path}: {count} lines, and no reason in its first comment"


def check_licenses():
    """C, shell and Python say their license on the first line that can"""
    for path in sorted(set(c_files() + shell_files() + python_files()
                           + man_files())):
        first = FILES[path].split("\n", 2)
        line = first[1] if first[0].startswith("#!") else first[0]
        start = {".c": "// ", ".h": "/* "}.get(path[-2:], "")
        if not (line.startswith(start)
                and "SPDX-License-Identifier: GPL-2.0" in line):
            yield f"{path}: expected SPDX-License-Identifier, not: {line}"


def check_headers():
    """every source begins with a comment that says what it is for"""
    for path in sorted(set(c_files() + shell_files() + python_files())):
        text = re.sub(r"^#!.*\n", "", FILES[path])
        text = re.sub(r"^.*SPDX-License-Identifier.*\n", "", text)
        if not re.match(r"(?:#?\s*\n|# shellcheck .*\n)*"
                        r"(?:/\*|# |#\t|r?\"\"\")", text):
            yield f"{path}: expected a comment that says what it is for"


def check_shellcheck():
    """shellcheck over all shell"""
    return lines_of(run("shellcheck", "-x", "-f", "gcc", *shell_files()))


def check_python():
    """Python compiles without a warning"""
    for path in python_files():
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                compile(FILES[path], path, "exec")
            except SyntaxError as error:
                yield f"{path}:{error.lineno}: {error.msg}"
        for warning in told:
            yield f"{path}:{warning.lineno}: {warning.message}"


def check_executable():
    """files with a #! line are executable, and no others"""
    for path in FILES:
        script = first_line(path).startswith("#!")
        if script != os.access(os.path.join(REPO, path), os.X_OK):
            yield (f"{path}: " + ("not executable" if script else
                                  "executable without a #! line"))


def check_man():
    """manual pages, and what xtables/make-man prints, by mandoc and by man"""
    head = (".TH PART 8 2026-11-23\n.SH NAME\npart \\- of a page\n"
            ".SH DESCRIPTION\n")
    part = run(os.path.join(REPO, "xtables/make-man"))[1]
    with tempfile.TemporaryDirectory() as directory:
        made = os.path.join(directory, "part.8")
        with open(made, "w") as file:
            file.write(re.sub(r"^(?!\.\\\")", lambda _: head, part, count=1,
                              flags=re.M))
        for path in (*man_files(), made):
            yield from lines_of(run("mandoc", "-T", "lint", "-W", "style",
                                    path))
            yield from lines_of(run("groff", "-man", "-ww", "-z", "-Tutf8",
                                    path))


def check_spaces():
    """no line ends in white space, every file in a newline"""
    for path, text in EVERY.items():
        if text and not text.endswith("\n"):
            yield f"{path}: no newline at its end"
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip():
                yield f"{path}:{number}: white space at the end"


def check_documents():
    """files and functions that documents name are there"""
    sources = "\n".join(FILES[path] for path in c_files())
    for path in sorted(path for path in FILES if re.match(
            r"(?:docs/|tests/)?[\w-]+\.md$", path)):
        if path == "CHANGELOG.md":
            continue
        for number, line in enumerate(FILES[path].split("\n"), 1):
            for word in re.findall(r"`([\w./-]+(?:\(\))?)`", line):
                if word.endswith("()"):
                    there = re.search(rf"^\w.*\b{word[:-2]}\(", sources,
                                      re.M)
                elif re.match(r"(?:kernel|xtables|nft|tests|bench|docs|demo|"
                              r"examples|man|packaging)/", word):
                    there = (os.path.exists(os.path.join(REPO, word))
                             or "NAME" in word)
                else:
                    continue
                if not there:
                    yield f"{path}:{number}: {word} is not there"


def check_paths():
    """no path of one machine"""
    place = re.compile(r"(?<![\w.$}{\"-])/(?:work|home|root)/")
    for path, text in EVERY.items():
        for number, line in enumerate(text.split("\n"), 1):
            if place.search(line):
                yield f"{path}:{number}: {line.strip()}"


def check_hosts():
    """no host name in a URL but those excepted, none that apt fetches from"""
    urls = re.compile(r"\b[a-z]+://([\w.-]+)")
    hosts = set()
    if shutil.which("apt-get"):
        said = run("apt-get", "indextargets", "--format", "$(SITE)")[1]
        hosts = set(urls.findall(said))
    for path, text in EVERY.items():
        for number, line in enumerate(text.split("\n"), 1):
            found = set(urls.findall(line) if path in FILES else [])
            found |= {host for host in hosts if host in line}
            for host in sorted(found):
                yield f"{path}:{number}: {host}"


# ---- exceptions ------------------------------------------------------------

class Exceptions:
    """tests/style/exceptions: what is overlooked, and what no longer is."""

    def __init__(self):
        self.rows = []
        with open(os.path.join(HERE, "exceptions")) as table:
            lines = [line for line in table.read().splitlines()
                     if line and not line.startswith("#")]
        for line in lines:
            if line[0].isspace():
                self.rows[-1]["reason"] = line.strip()
                continue
            check, paths, pattern = line.split(None, 2)
            self.rows.append({"check": check, "paths": paths, "used": False,
                              "pattern": re.compile(pattern), "reason": ""})

    def overlook(self, check, line):
        """Is this one of the exceptions?"""
        for row in self.rows:
            if (row["check"] == check and row["pattern"].search(line)
                    and fnmatch.fnmatch(line.split(":")[0], row["paths"])):
                row["used"] = True
                return True
        return False

    def problems(self, checks):
        """Rows without a reason or, of these checks, without a use."""
        for row in self.rows:
            name = f"{row['check']} {row['paths']} {row['pattern'].pattern}"
            if not row["reason"]:
                yield f"no reason: {name}"
            if row["check"] in checks and not row["used"]:
                yield f"nothing to overlook any more: {name}"


CHECKS = {name.removeprefix("check_"): function
          for name, function in [*globals().items()]
          if name.startswith("check_")}
EXCEPTIONS = Exceptions()
done = []


@pytest.mark.parametrize("name", CHECKS)
def test_style(name):
    """A check finds nothing but exceptions."""
    problems = [line for line in CHECKS[name]() or []
                if not EXCEPTIONS.overlook(name, line)]
    done.append(name)
    if problems:
        pytest.fail("\n".join([CHECKS[name].__doc__, *problems]),
                    pytrace=False)


def test_exceptions():
    """Each has a reason, and what it overlooks is there still."""
    assert not [*EXCEPTIONS.problems(done)]
