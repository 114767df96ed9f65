# SPDX-License-Identifier: GPL-2.0
"""Finds every example of the project: files and blocks of text.

Files are all those in examples/. They begin with a comment whose words "For:",
"Load:", "IPv6:", "See:" and "Undo:" say for whom they are, how to load them,
how to see that they work and how to undo them; lines of it that go on are
indented. Load, See and Undo are shell commands, but for what is in brackets.

Blocks are in TEXTS (those of nft-sip(8) are run by the functional tests,
test_nft_docs): in Markdown what is indented by four or between lines of
```, in manual pages what is between .EX and .EE. Before each there is a comment
"example: NAME", which says what the tables of the tests call it.
"""

import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EXAMPLES = os.path.join(TOP, "examples")
TEXTS = ("README.md", "SECURITY.md", "man/xt_sip.8")
WORDS = ("For", "Load", "See", "Undo")


def everything():
    """Names of all examples: files, and FILE:NAME for blocks. One without a
    name has words instead, which are in no table."""
    names = files()
    for path in TEXTS:
        for name, text, line in blocks(path):
            names.append(f"{path}:{name}" if name else
                         f"{path}, line {line}, without a name: {text[:40]!r}")
    return names


def read(*path):
    """A text of the project."""
    with open(os.path.join(TOP, *path), encoding="utf-8") as file:
        return file.read()


def files():
    """Names of all examples that are files."""
    return sorted(os.listdir(EXAMPLES))


def head(name):
    """{word: [line...]} of the comment at the start of a file."""
    found, word = {}, None
    for line in read("examples", name).splitlines():
        if not line.startswith("#"):
            break
        new = re.match(r"# (\w+): +(.*)", line)
        more = re.match(r"# {8}(.*)", line)
        if new:
            word = new[1]
            found[word] = [new[2]]
        elif more and word:
            found[word].append(more[1])
        elif not line.startswith(("#!", "# SPDX")):
            word = None
    return found


def commands(name, word):
    """The shell commands of a word of the head."""
    text = "\n".join(head(name).get(word, []))
    # What is in brackets at the end of a line, or on lines of its own.
    return re.sub(r"(?:^|\s+)\([^()]*\)[.]?\s*$", "", text, flags=re.M)


def blocks(path):
    """[(name or None, text, line number)] of a text."""
    text = read(path)
    return (man_blocks if path.endswith(".8") else
            markdown_blocks)(text)


NAMED = re.compile(r'(?:\.\\"|<!--) example: ([\w-]+)')


def man_blocks(text):
    """Of a manual page; what is between .EX and .EE, as it is shown."""
    found, name, block = [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        if line in (".EX", ".nf"):
            block = []
        elif line in (".EE", ".fi"):
            found.append((name, shown(block), number - len(block)))
            name = block = None
        elif block is not None:
            block.append(line)
        elif NAMED.match(line):
            name = NAMED.match(line)[1]
    return found


def shown(lines):
    """Lines of roff as a reader sees them, as far as examples need it."""
    text = "\n".join(lines) + "\n"
    for old, new in ((r"\(dq", '"'), (r"\(aq", "'"), (r"\-", "-"),
                     (r"\&", ""), (r"\fB", ""), (r"\fI", ""), (r"\fP", ""),
                     (r"\e", "\\")):
        text = text.replace(old, new)
    return text


def markdown_blocks(text):
    """Of Markdown; fenced blocks, and indented ones after an empty line or a
    comment."""
    found, name, block, start, fenced = [], None, [], 0, False
    before = ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        fence = line.startswith("```")
        inside = line.startswith("    ") and (
            block or not before or before.endswith("-->"))
        if fence and fenced or block and not fenced and not inside and line:
            found.append((name, "\n".join(block).rstrip("\n") + "\n", start))
            name, block, fenced = None, [], False
        elif fence:
            block, start, fenced = [], number + 1, True
        elif fenced:
            block.append(line)
        elif inside or block:
            start = start if block else number
            block.append(line[4:])
        if not fenced and not block and NAMED.match(line):
            name = NAMED.match(line)[1]
        before = line
    if block and any(block):
        found.append((name, "\n".join(block).rstrip("\n") + "\n", start))
    return found
