#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The corpus: messages and what xt_sip has to see in them.

As a module: own() gives the project's messages (tests/corpus/*.txt),
shared() those below the directory XT_SIP_MESSAGES of the environment (an empty
list without it), where corpus/ and field/ each have messages as files and an
EXPECT.tsv that says what they are; both as Message. As a command, by
tests/python -m tests.lib.corpus:

    write DIR      messages as DIR/own/NAME.bin, expectations of both as
                   DIR/index.tsv, for tests in other languages
    list           one line per message of our own
    show NAME      one message of our own, its bytes on stdout

How a .txt file is written. Lines before the first block are comment. A block:

    === NAME | KIND | DEFECTS | USER-AGENT [| USER-AGENT...]
        [| scanner: TOOL] [| users: FROM TO]    (all in one line)
    # comment, only directly below the header line
    text of the message, up to the next line that starts with ===

KIND:        request METHOD; response CODE CSEQ-METHOD (`-`: no CSeq, which
             is `other` as every method is that has no name in xt_sip);
             keepalive; junk; `stream` in front makes it a TCP segment, which
             can also be `unjudged`
DEFECTS:     `ok`, or all defects, exactly: "cseq header"
USER-AGENT:  every text a rule gets to see (request: User-Agent; response:
             Server and User-Agent), white space runs as one space; `-` none;
             "" an empty one. Escapes as below.
TOOL:        the attack tool that --scanner has to see in it, by the name it
             has in /proc; without this field, none
FROM, TO:    whom --users counts, by From and by To, escapes resolved; ""
             nobody. Escapes as below, \\x20 for a blank

Messages that differ in little can share a template, for the rest of a file:

    +++ NAME
    text in which \\{1}, \\{2}... stand for what is given to it
    === ...
    +NAME | TEXT FOR 1 | TEXT FOR 2
    more text

Each line of the text ends in CRLF, blank lines too. Text is UTF-8. Escapes:

    \\n \\r \\t \\0 \\xHH \\\\   that byte; a line that ends with the escape \\n
                         or \\r has no CRLF of its own
    \\ at the line's end   no end of line
    \\{N*TEXT}            TEXT (escapes in it are decoded) N times
    \\{L} \\{L+N} \\{L-N}   bytes of the body, plus or minus N
    \\{H N}               so many x that the header section has N bytes, its
                         empty line included
"""

import csv
import dataclasses
import os
import re
import sys

from tests.lib import abi
from tests.lib.checkout import CORPUS

MORE = os.environ.get("XT_SIP_MESSAGES", "")
SHARED = os.path.join(MORE, "corpus")
FIELD = os.path.join(MORE, "field")

DEFECTS = tuple(abi.DEFECTS)
DEFINITE = tuple(name for name, bit in abi.DEFECTS.items()
                 if abi.VALUES["XT_SIP_DEFINITE"] >> bit & 1)

# check_level of EXPECT.tsv -> the defects of which one has to be found.
CHECK_LEVELS = {
    "framing": ("content-length", "header"),
    "start-line": ("start-line",),
    "mandatory-headers": ("missing",),
    "duplicate-headers": ("duplicate",),
    "cseq-method": ("cseq",),
    "cseq-number": ("cseq",),
}


@dataclasses.dataclass(frozen=True)
class Message:
    """One payload and what has to be seen in it.

    expect: `exact` (all of the following hold; our own), or of EXPECT.tsv:
    `pass` (no definite defect), `malformed` (one of `defects` is found),
    `either` (nothing asked). method, status, uas are None where not known;
    EXPECT.tsv gives no method of responses and no text of Server. tool is
    what --scanner sees, whatever else is asked; None if it must not match.
    users is whom From and To name, None where nothing is asked.
    """
    name: str
    data: bytes
    path: str           # file of shared messages, else ""
    expect: str
    stream: bool
    kind: str           # request response keepalive junk unjudged other
    method: str | None
    status: int | None
    defects: frozenset
    uas: tuple | None
    tool: str | None
    users: tuple | None = None

    @property
    def malformed(self):
        """Whether --malformed has to match; None where nothing is asked."""
        if self.expect == "either":
            return None
        if self.expect == "exact":
            return bool(self.defects & set(DEFINITE))
        return self.expect == "malformed"


class CorpusError(Exception):
    """Says which file and line is wrong and why."""


# ---- The text format ----

SIMPLE = {"n": b"\n", "r": b"\r", "t": b"\t", "0": b"\0", "\\": b"\\"}
BODY = re.compile(rb"\r?\n\r?\n")
# Stand-ins for \{L...} and \{H N}, which need the rest of the message.
LATE = re.compile(rb"\xff\xffLATE<([^>]*)>")


def escape(text, at):
    """Decode the escape at text[at] == '\\'; (bytes, where it ends)."""
    follows = text[at + 1:at + 2]
    if follows in SIMPLE:
        return SIMPLE[follows], at + 2
    if follows == "x" and re.match("[0-9a-fA-F]{2}", text[at + 2:at + 4]):
        return bytes([int(text[at + 2:at + 4], 16)]), at + 4
    if follows == "{":
        close = text.index("}", at)
        return braces(text[at + 2:close]), close + 1
    raise ValueError(f"no such escape: {text[at:at + 4]}")


def braces(inner):
    """Decode what stands in \\{...}."""
    times = re.match(r"(\d+)\*(.+)$", inner)
    if times:
        return decode(times[2]) * int(times[1])
    if re.match(r"(L([+-]\d+)?|H \d+)$", inner):
        return b"\xff\xffLATE<" + inner.encode() + b">"
    raise ValueError(f"no such escape: \\{{{inner}}}")


def decode(text):
    """Text with escapes -> bytes."""
    out = b""
    at = 0
    while (backslash := text.find("\\", at)) >= 0:
        out += text[at:backslash].encode()
        piece, at = escape(text, backslash)
        out += piece
    return out + text[at:].encode()


def decode_line(line):
    """One line of a message, with its end of line."""
    backslashes = len(line) - len(line.rstrip("\\"))
    if backslashes % 2:
        return decode(line[:-1])
    if re.search(r"(?<!\\)(\\\\)*\\[nr]$", line):
        return decode(line)
    return decode(line) + b"\r\n"


def resolve(data):
    """Replace the stand-ins: first the length of the body, then filling."""
    start = len(data) - len(data.lstrip(b"\r\n"))
    empty = BODY.search(data, start)
    body = len(data) - empty.end() if empty else 0

    def length(match):
        if not match[1].startswith(b"L"):
            return match[0]
        return b"%d" % (body + int(match[1][1:] or b"0"))

    data = LATE.sub(length, data)
    fill = LATE.search(data)
    if fill:
        header = BODY.search(data, start).end() - len(fill[0])
        count = int(fill[1][2:]) - header
        if count < 0:
            raise ValueError("\\{H N}: N is less than what is there")
        data = data.replace(fill[0], b"x" * count)
    return data


def expand(line, templates):
    """The lines that a line of a block stands for: itself or a template."""
    name, *texts = line[1:].split(" | ")
    if not line.startswith("+") or name not in templates:
        return [line]
    lines = "\n".join(templates[name])
    for place, text in enumerate(texts, 1):
        if f"\\{{{place}}}" not in lines:
            raise ValueError(f"template {name} has no \\{{{place}}}")
        lines = lines.replace(f"\\{{{place}}}", text)
    return lines.split("\n")


def parse_kind(text):
    """KIND -> (stream, kind, method, status)."""
    words = text.split()
    stream = words[0] == "stream"
    words = words[stream:]
    if words[0] == "request" and len(words) == 2:
        return stream, "request", words[1], None
    if words[0] == "response" and len(words) == 3:
        return stream, "response", words[2], int(words[1])
    if words in (["keepalive"], ["junk"]) or (stream and
                                              words == ["unjudged"]):
        return stream, words[0], None, None
    raise ValueError(f"no such kind: {text}")


def parse_users(text):
    """FROM TO -> (bytes, bytes)."""
    words = text.split()
    if len(words) != 2:
        raise ValueError("expected: users: FROM TO")
    return tuple(b"" if word == '""' else decode(word) for word in words)


def parse_header(line):
    """The header line of a block -> the fields of Message it gives."""
    parts = [part.strip() for part in line[3:].split(" | ")]
    tool = users = None
    if parts[-1].startswith("users: "):
        users = parse_users(parts.pop()[len("users: "):])
    if parts[-1].startswith("scanner: "):
        tool = parts.pop()[len("scanner: "):]
    if len(parts) < 4 or not re.match(r"[a-z0-9-]+$", parts[0]):
        raise ValueError("expected: === NAME | KIND | DEFECTS | USER-AGENT")
    stream, kind, method, status = parse_kind(parts[1])
    defects = frozenset() if parts[2] == "ok" else frozenset(parts[2].split())
    if not defects <= set(DEFECTS):
        raise ValueError(f"no such defect: {defects - set(DEFECTS)}")
    uas = () if parts[3:] == ["-"] else tuple(
        b"" if part == '""' else decode(part) for part in parts[3:])
    return dict(name=parts[0], stream=stream, kind=kind, method=method,
                status=status, defects=defects, uas=uas, tool=tool,
                users=users)


def blocks(path):
    """Cut a file into (number of its header line, header line, lines)."""
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")
    if lines.pop() != "":
        raise CorpusError(f"{path}: the last line has no end")
    found = []
    for number, line in enumerate(lines, 1):
        if line.startswith(("===", "+++")):
            found.append((number, line, []))
        elif found and (found[-1][2] or not line.startswith("#")):
            found[-1][2].append(line)
    return found


def read_file(path):
    """All messages of one .txt file."""
    found = []
    templates = {}
    for number, header, lines in blocks(path):
        try:
            if header.startswith("+++"):
                templates[header[3:].strip()] = lines
                continue
            fields = parse_header(header)
            data = b"".join(decode_line(line) for given in lines
                            for line in expand(given, templates))
            found.append(Message(data=resolve(data), path="", expect="exact",
                                 **fields))
        except ValueError as error:
            raise CorpusError(f"{path}:{number}: {error}") from error
    return found


def own():
    """The project's own messages, in the order of files and lines."""
    found = []
    for name in sorted(os.listdir(CORPUS)):
        if name.endswith(".txt"):
            found += read_file(os.path.join(CORPUS, name))
    names = [message.name for message in found]
    for name in names:
        if names.count(name) > 1:
            raise CorpusError(f"two messages have the name {name}")
    return found


# ---- XT_SIP_MESSAGES/corpus ----

# Among its honest messages is one of an attack tool, from a honeypot's log.
SHARED_TOOLS = {"phones/transcribed/pplsip-invite.sip": "sippts"}


def shared_row(row):
    """A row of EXPECT.tsv -> Message."""
    path = os.path.normpath(os.path.join(SHARED, row["path"]))
    method = status = uas = None
    if row["expect"] == "pass":
        uas = (row["user_agent"].encode(),) if row["user_agent"] else ()
        if row["kind"] == "request":
            method = row["method_or_code"]
        else:
            status = int(row["method_or_code"])
    defects = ()
    if row["expect"] == "malformed":
        defects = CHECK_LEVELS[row["check_level"]]
        if row["kind"] == "other":      # no start line: no fields to judge
            defects += ("start-line",)
    with open(path, "rb") as file:
        data = file.read()
    return Message(name=row["path"], data=data, path=path,
                   expect=row["expect"], stream=False, kind=row["kind"],
                   method=method, status=status, defects=frozenset(defects),
                   uas=uas, tool=SHARED_TOOLS.get(row["path"]))


def rows(directory):
    """The rows of a directory's EXPECT.tsv; none where it does not exist."""
    index = os.path.join(directory, "EXPECT.tsv")
    if not os.path.exists(index):
        return []
    with open(index, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t",
                                   quoting=csv.QUOTE_NONE))


# ---- XT_SIP_MESSAGES/field ----

# expect of its EXPECT.tsv -> expect, kind and defects of a Message; a message
# that has to pass says itself what it is.
FIELD_EXPECT = {
    "pass": ("pass", None, ()),
    "keepalive": ("exact", "keepalive", ()),
    "junk": ("exact", "junk", ("start-line",)),
    "definite": ("malformed", "other", DEFINITE),
    "attack": ("either", "other", ()),
}


def field_row(row):
    """A row of field/EXPECT.tsv -> Message."""
    path = os.path.normpath(os.path.join(FIELD, row["file"]))
    with open(path, "rb") as file:
        data = file.read()
    expect, kind, defects = FIELD_EXPECT[row["expect"]]
    method = status = None
    words = data.decode("latin1").split(" ", 2)
    if not kind and words[0] == "SIP/2.0":
        kind, status = "response", int(words[1])
    elif not kind:
        kind, method = "request", words[0]
    return Message(name="field/" + row["file"], data=data, path=path,
                   expect=expect, stream=False, kind=kind, method=method,
                   status=status, defects=frozenset(defects), uas=None,
                   tool=None if row["tool"] == "-" else row["tool"])


def shared():
    """The messages of XT_SIP_MESSAGES; none without it."""
    if not MORE:
        return []
    if not os.path.isdir(MORE):
        raise CorpusError(f"XT_SIP_MESSAGES={MORE}: expected a directory with "
                          "corpus/EXPECT.tsv or field/EXPECT.tsv")
    return [shared_row(row) for row in rows(SHARED)] + [
        field_row(row) for row in rows(FIELD)
        if row["expect"] != "attack" or row["tool"] != "-"]


# ---- The command ----

def plain(data):
    """Bytes as printable ASCII: \\xHH for everything else, and for \\."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7f and byte != 0x5c
                   else f"\\x{byte:02x}" for byte in data)


def index_row(message, path):
    """Columns of index.tsv; `-` says "none", `?` "not known"."""
    columns = [
        message.name, path, message.expect,
        "stream" if message.stream else "datagram", message.kind,
        plain(message.method.encode()) if message.method else "?",
        str(message.status) if message.status is not None else "?",
        ",".join(sorted(message.defects)) or "-",
        message.tool or "-",
    ]
    columns += [plain(user).replace("?", "\\x3f")
                for user in message.users] if message.users else ["?", "?"]
    if message.uas is None:
        return columns + ["?"]
    return columns + [str(len(message.uas))] + [plain(ua)
                                                for ua in message.uas]


def write(directory):
    """Write messages and index; the index last, as a whole."""
    os.makedirs(os.path.join(directory, "own"), exist_ok=True)
    rows = []
    for message in own():
        path = os.path.join(directory, "own", message.name + ".bin")
        with open(path, "wb") as file:
            file.write(message.data)
        rows.append(index_row(message, os.path.abspath(path)))
    rows += [index_row(message, message.path) for message in shared()]
    index = os.path.join(directory, "index.tsv")
    with open(index + ".new", "w", encoding="ascii") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)
    os.replace(index + ".new", index)


def main(args):
    """The command line; returns the exit status."""
    if len(args) == 2 and args[0] == "write":
        write(args[1])
    elif args == ["list"]:
        for message in own():
            row = index_row(message, "")
            print(row[0], *row[3:9], *row[12:], sep="\t")
    elif len(args) == 2 and args[0] == "show":
        found = [m.data for m in own() if m.name == args[1]]
        if not found:
            print(f"corpus.py: no message {args[1]}; see corpus.py list",
                  file=sys.stderr)
            return 1
        sys.stdout.buffer.write(found[0])
    else:
        print("usage: corpus.py write DIR | list | show NAME",
              file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CorpusError as problem:
        sys.exit(f"corpus.py: {problem}")
