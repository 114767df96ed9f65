# SPDX-License-Identifier: GPL-2.0
"""Tests ways to write or send a message so that a filter misses it.

Everything here goes through one rule on the server, --ua friendly-scanner
-j DROP in raw PREROUTING; what evades it arrives. Beside each message that
has to be dropped goes an honest one of the same form, which has to arrive."""

import contextlib
import os
import socket
import tempfile

from tests import lib
from tests.lib import marks, packets, sip
from tests.lib.sip import PHONE, SCANNER

RULE = f"-A PREROUTING -m sip --ua {SCANNER} -j DROP"
FAMILIES = ((4, "legacy"), (6, "nft"))


# ---- Ways to write it ----

def with_agent(*agent, end="\r\n", before=b"", after=()):
    """An OPTIONS request with these lines for its User-Agent."""
    return before + sip.text(
        ["OPTIONS sip:bob@example.com SIP/2.0", *sip.fields(agent=None),
         *agent, *after, "Content-Length: 0"], end=end)


def compact(agent):
    """Every header field that has a compact form in it."""
    return sip.text([
        "OPTIONS sip:bob@example.com SIP/2.0",
        "v: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKa", "F: <sip:a@b.c>;tag=1",
        "t: <sip:bob@example.com>", "i: 1@192.0.2.10", "CSeq: 1 OPTIONS",
        "m: <sip:a@192.0.2.10>", "k: path", "User-Agent: " + agent, "l: 0"])


# name, what is sent with the agent's name for {}, whether it is malformed
SPELLINGS = {
    "in the usual form": lambda ua: with_agent("User-Agent: " + ua),
    "lower case name": lambda ua: with_agent("user-agent: " + ua),
    "upper case name": lambda ua: with_agent("USER-AGENT: " + ua),
    "odd case name": lambda ua: with_agent("uSeR-aGeNt: " + ua),
    "odd case text": lambda ua: with_agent("User-Agent: " + ua.swapcase()),
    "space before the colon": lambda ua: with_agent("User-Agent : " + ua),
    "spaces before the colon": lambda ua: with_agent("User-Agent   :" + ua),
    "tab before the colon": lambda ua: with_agent("User-Agent\t: " + ua),
    "no space after the colon": lambda ua: with_agent("User-Agent:" + ua),
    "tabs around the value": lambda ua: with_agent(
        f"User-Agent:\t\t{ua}\t \t"),
    "folded before the value": lambda ua: with_agent("User-Agent:",
                                                     " " + ua),
    "folded with a tab": lambda ua: with_agent("User-Agent:", "\t" + ua),
    "folded before the colon": lambda ua: with_agent("User-Agent",
                                                     " : " + ua),
    "folded twice": lambda ua: with_agent("User-Agent: a", " b",
                                          " " + ua, " c"),
    "folded, blank line between": lambda ua: with_agent("User-Agent:", " ",
                                                        " " + ua),
    "second of two fields": lambda ua: with_agent(
        "User-Agent: " + PHONE, "User-Agent: " + ua),
    "first of two fields": lambda ua: with_agent(
        "User-Agent: " + ua, "User-Agent: " + PHONE),
    "second, in other case": lambda ua: with_agent(
        "User-Agent: " + PHONE, "uSER-aGENT :", "\t" + ua),
    "third of three, apart": lambda ua: with_agent(
        "User-Agent: a", "X: b", "User-Agent:", "Y: c",
        "User-Agent: " + ua),
    "bare LF": lambda ua: with_agent("User-Agent: " + ua, end="\n"),
    "bare LF before CRLF": lambda ua: with_agent(
        "X: a\nUser-Agent: " + ua),
    "CRLF before": lambda ua: with_agent("User-Agent: " + ua,
                                         before=b"\r\n"),
    "many CRLF before": lambda ua: with_agent("User-Agent: " + ua,
                                              before=b"\r\n" * 40),
    "LF and CR before": lambda ua: with_agent("User-Agent: " + ua,
                                              before=b"\n\r\r\n"),
    "text in a longer one": lambda ua: with_agent(
        f"User-Agent: Mozilla/5.0 ({ua}; like a phone) 1.0"),
    "text doubled": lambda ua: with_agent(
        f"User-Agent: {ua[:8]}{ua[:9]}{ua}{ua[:3]}"),
    "UTF-8 around": lambda ua: with_agent(f"User-Agent: «{ua}» 📞"),
    "8-bit bytes around": lambda ua: with_agent(
        b"User-Agent: \xff\xe4" + ua.encode() + b"\x80\xdf"),
    "control bytes around": lambda ua: with_agent(
        b"User-Agent: \x01" + ua.encode() + b"\x7f"),
    "NUL before": lambda ua: with_agent(b"User-Agent: a\0" + ua.encode()),
    "NUL in another field": lambda ua: with_agent(
        b"X: a\0b", "User-Agent: " + ua),
    "after 60 other fields": lambda ua: with_agent(
        *[f"X-{n}: {n * 'x'}" for n in range(60)], "User-Agent: " + ua),
    "after 500 other fields": lambda ua: with_agent(
        *[f"X-{n}: x" for n in range(500)], "User-Agent: " + ua),
    "after a field of 7 KiB": lambda ua: with_agent(
        "X: " + 7000 * "x", "User-Agent: " + ua),
    "first header field": lambda ua: sip.text(
        ["OPTIONS sip:bob@example.com SIP/2.0", "User-Agent: " + ua,
         *sip.fields(agent=None)]),
    "last, without an empty line": lambda ua: with_agent(
        after=["User-Agent: " + ua])[:-2],
    "last, before a long body": lambda ua: with_agent(
        "User-Agent: " + ua) + 20000 * b"x",
    "To-X before To": lambda ua: sip.text(
        ["OPTIONS sip:bob@example.com SIP/2.0", "To-X: a", "From-To: b",
         "T-o: c", *sip.fields(agent="User-Agent: " + ua)]),
    "User-Agent-X before": lambda ua: with_agent(
        "User-Agent-X: a", "X-User-Agent: b", "User_Agent: c",
        "User-Agenu: d", "User-Agent: " + ua),
    "compact forms": compact,
    "unknown method": lambda ua: sip.request("JUMP", agent=ua),
    "lower case method": lambda ua: sip.request("options", agent=ua),
    "lower case version": lambda ua: sip.request(
        agent=ua, start="{method} sip:bob@example.com sip/2.0"),
    "odd URI": lambda ua: sip.request(
        agent=ua, start="{method} nobodyKnowsThisScheme:x%00y SIP/2.0"),
    "long URI": lambda ua: sip.request(
        agent=ua, start="{method} sip:" + 3000 * "1" + "@b SIP/2.0"),
    "Server of a response": lambda ua: sip.response(200, server=ua),
    "User-Agent of a response": lambda ua: sip.response(200, agent=ua),
    "both of a response": lambda ua: sip.response(200, server=PHONE,
                                                  agent=ua),
    "other way round": lambda ua: sip.response(200, server=ua, agent=PHONE),
    "response without a reason": lambda ua: sip.response(
        200, server=ua).replace(b" Whatever", b" "),
}

# Malformed as well, and yet the User-Agent is seen.
MALFORMED = {
    "no Call-ID": lambda ua: sip.request(without=("Call-ID",), agent=ua),
    "two To": lambda ua: sip.request("OPTIONS", "To: <sip:x@y>", agent=ua),
    "length lie": lambda ua: sip.request(length=99, agent=ua),
    "no colon in a line": lambda ua: with_agent("what is this",
                                                "User-Agent: " + ua),
    "line with no name": lambda ua: with_agent(": nothing",
                                               "User-Agent: " + ua),
    "no end of line": lambda ua: with_agent(
        after=["User-Agent: " + ua]).rpartition(b"Content-Length")[0]
    .rstrip(b"\r\n"),
    "after 7 KiB, fields without end": lambda ua: with_agent(
        "X: " + 7000 * "x", "User-Agent: " + ua, "X: " + 3000 * "x"),
    "empty URI": lambda ua: sip.request(agent=ua, start="{method}  SIP/2.0"),
    "lone CR before": lambda ua: with_agent(b"X: a\rb",
                                            "User-Agent: " + ua),
    "wrong CSeq": lambda ua: sip.request(cseq="BYE", agent=ua),
}

# The text is there, but is no User-Agent: all of these arrive.
ELSEWHERE = {
    "in the body": sip.request(body=SCANNER.encode(), length=len(SCANNER)),
    "a field in the body": sip.request(
        body=b"User-Agent: friendly-scanner\r\n", length=30),
    "in a name": sip.request("OPTIONS", f"X: {SCANNER}"),
    "in From": sip.request("OPTIONS").replace(b"Alice", SCANNER.encode()),
    "in the URI": sip.request(start=f"{{method}} sip:{SCANNER}@b SIP/2.0"),
    "in User-Agent-X": with_agent(f"User-Agent-X: {SCANNER}"),
    "in X-User-Agent": with_agent(f"X-User-Agent: {SCANNER}"),
    "in User_Agent": with_agent(f"User_Agent: {SCANNER}"),
    "in UserAgent": with_agent(f"UserAgent: {SCANNER}"),
    "in Server of a request": sip.request("OPTIONS", f"Server: {SCANNER}"),
    "folded in another field": with_agent(
        "X: a", f" User-Agent: {SCANNER}"),
    "the text as a field's name": sip.request("OPTIONS", f"{SCANNER}: 1"),
    "cut by a folded line": with_agent("User-Agent: friendly-", " scanner"),
    "cut by a blank": with_agent("User-Agent: friendly -scanner"),
    "over two fields": with_agent("User-Agent: friendly-",
                                  "User-Agent: scanner"),
    "not SIP": b"User-Agent: friendly-scanner\r\n\r\n",
    "HTTP": b"GET / HTTP/1.1\r\nUser-Agent: friendly-scanner\r\n\r\n",
}


def test_spelling(network, checks):
    """Each spelling is seen over both families, and is not malformed."""
    facts = ["--malformed", f"--ua {PHONE.split()[0]}"]
    for family, backend in FAMILIES:
        network.server.rules([RULE], "raw", family, backend)
        network.server.rules(marks.rules(facts, family), "mangle", family,
                             backend)
        for table, malformed in ((SPELLINGS, False), (MALFORMED, True)):
            spelled(checks, network.path(family), table, malformed, facts)
        results = network.path(family).through(list(ELSEWHERE.values()))
        for (name, data), got in zip(ELSEWHERE.items(), results):
            checks.true(f"{name}, IPv{family}: arrives", got, "it did not",
                        data)


def spelled(checks, path, table, malformed, facts):
    """Scanner and phone in each spelling of a table."""
    scanners = [make(SCANNER) for make in table.values()]
    phones = [make("phone-Yealink") for make in table.values()]
    results = path.through(scanners + phones)
    for name, data, got in zip(table, scanners, results):
        checks.true(f"{name}, IPv{path.family}: is dropped", not got,
                    "it arrived", data)
    for name, data, got in zip(table, phones, results[len(scanners):]):
        held = got and marks.read(facts, got.ttl, got.tos)
        checks.equal(f"{name}, an honest one, IPv{path.family}",
                     {facts[1], *([facts[0]] if malformed else [])}, held,
                     data)


# Texts of several words match over any white space.
WORDS = [("evil  tool", True), ("evil\ttool", True), ("evil \t tool", True),
         ("evil\r\n tool", True), ("Evil\r\n\t \r\n  TOOL", True),
         ("evil\n tool", True), ("eviltool", False), ("evil-tool", False),
         ("evil\0tool", False), ("evil too", False)]


def test_white_space(network, checks):
    """A space in --ua stands for any white space in the message."""
    for family, backend in FAMILIES:
        network.server.rules(['-A PREROUTING -m sip --ua "evil tool" -j DROP'],
                             "raw", family, backend)
        messages = [with_agent(f"User-Agent: an {agent} 1")
                    for agent, _ in WORDS]
        results = network.path(family).through(messages)
        for (agent, matches), data, got in zip(WORDS, messages, results):
            checks.equal(f"{agent!r}, IPv{family}: is dropped", matches,
                         not got, data)


# ---- Fragments ----

def at_offset(agent, offset):
    """A message whose agent's name begins at this offset (mod 8) of the
    UDP datagram, and where it begins."""
    for padding in range(8):
        data = with_agent("X: " + padding * "x", "User-Agent: " + agent)
        start = 8 + data.index(agent.encode())
        if start % 8 == offset % 8:
            return data, start
    raise AssertionError("no padding fits")


def cuts():
    """[(name, message with {agent}, cuts of the datagram, order)]."""
    found = []
    for inside in range(1, len(SCANNER)):
        # A cut lies @inside bytes after the start of the text.
        _, start = at_offset(SCANNER, -inside)
        cut = start + inside
        found.append((f"cut {inside} bytes into the text", -inside, [cut],
                      (0, 1)))
        found.append((f"cut {inside} bytes into the text, reversed", -inside,
                      [cut], (1, 0)))
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
            found.append((f"8 bytes at {inside} alone, order {order}",
                          -inside, [cut, cut + 8], order))
    found += [("first fragment of 8 bytes", 0, [8], (0, 1)),
              ("first fragment of 16 bytes, reversed", 0, [16], (1, 0)),
              ("all in fragments of 8 bytes", 0, list(range(8, 300, 8)),
               tuple(range(38))),
              ("all in fragments of 8 bytes, reversed", 0,
               list(range(8, 300, 8)), tuple(reversed(range(38))))]
    return found


def send_fragments(network, family, number, data, where, order):
    """One datagram in fragments from a source port of its own."""
    source, to = lib.CLIENTS[family][0], lib.SERVER[family]
    whole = packets.udp(source, to, 10000 + number, lib.SIP, data)
    pieces = packets.fragments(source, to, packets.UDP, whole, where,
                               network.next_ident())
    for index in order:
        network.raw(pieces[index])


def test_fragments(network, checks):
    """The text over the edge of IP fragments, at every place: on the
    server, and in a router, which sends fragments on."""
    for family, backend in FAMILIES:
        network.server.rules([RULE], "raw", family, backend)
        fragmented(network, checks, family, "server")
        network.clear()
        network.router.rules([RULE.replace("PREROUTING", "FORWARD")], "filter",
                             family, backend)
        fragmented(network, checks, family, "router")
        network.clear()


def fragmented(network, checks, family, where):
    """Scanner and phone with every row of cuts()."""
    path = network.path(family)
    path.forget()
    rows = cuts()
    for number, (_, offset, points, order) in enumerate(rows):
        for odd, agent in enumerate((SCANNER, "friendly-phoneset")):
            data, _ = at_offset(agent[:len(SCANNER)], offset)
            send_fragments(network, family, 2 * number + odd, data, points,
                           order)
    ports = {got.source[1] - 10000 for got in path.arrived()}
    for number, (name, _, _, _) in enumerate(rows):
        checks.true(f"{name}, {where}, IPv{family}: is dropped",
                    2 * number not in ports, "it arrived")
        checks.true(f"{name}, an honest one, {where}, IPv{family}: arrives",
                    2 * number + 1 in ports, "it did not")


def test_large(network, checks):
    """Messages that a normal socket sends as fragments: what comes together
    from them on the server is an skb with a list of skbs or with pages."""
    for family, backend in FAMILIES:
        network.server.rules([RULE], "raw", family, backend)
        sizes = [*range(1380, 1500, 7), 2800, 2960, 4000, 7000]
        for agent, arrives in ((SCANNER, False), ("phone", True)):
            messages = [with_agent("X: " + size * "x",
                                   "User-Agent: " + agent) for size in sizes]
            messages += [with_agent("User-Agent: " + agent) + size * b"x"
                         for size in (3000, 20000, 60000)]
            results = network.path(family).through(messages)
            for data, got in zip(messages, results):
                checks.equal(f"{agent}, {len(data)} bytes, IPv{family}: "
                             "arrives", arrives, bool(got))


# ---- skbs with pages ----

class SkbTrace:
    """The skbs that come to the server's device, as the kernel saw them.

    Event netif_rx_entry is veth handing an skb over; its data_len is how
    much of the skb is not linear: in pages or in further skbs.
    """

    PLACE = "/sys/kernel/debug/tracing/instances/xt_sip_test"

    def __enter__(self):
        os.mkdir(self.PLACE)
        self._write("events/net/netif_rx_entry/enable", "1")
        return self

    def __exit__(self, *exc):
        self._write("events/net/netif_rx_entry/enable", "0")
        os.rmdir(self.PLACE)

    def _write(self, name, text):
        with open(f"{self.PLACE}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def forget(self):
        """From here on."""
        self._write("trace", "")

    def skbs(self):
        """[(len, data_len, nr_frags, gso_size)] that came to up0."""
        found = []
        with open(f"{self.PLACE}/trace", encoding="ascii") as file:
            for line in file:
                words = dict(word.split("=", 1) for word in line.split()
                             if "=" in word)
                if words.get("dev") == "up0":
                    found.append(tuple(int(words[key]) for key in (
                        "len", "data_len", "nr_frags", "gso_size")))
        return found


def send_corked(sock, _, to, data, points):
    """In pieces with MSG_MORE: what follows the first is added to the skb
    in a page fragment, as veth can gather."""
    edges = [0, *points, len(data)]
    for start, end in zip(edges, edges[1:]):
        more = socket.MSG_MORE if end < len(data) else 0
        sock.sendto(data[start:end], more, to)


def send_apart(sock, other, to, data, points):
    """The same, with each piece in a fragment of its own: all sockets of a
    process take their pages from one place, and between two pieces another
    socket takes some, for a datagram that is never sent."""
    edges = [0, *points, len(data)]
    other.sendto(b"x", socket.MSG_MORE, to)
    for start, end in zip(edges, edges[1:]):
        more = socket.MSG_MORE if end < len(data) else 0
        sock.sendto(data[start:end], more, to)
        other.sendto(b"x", socket.MSG_MORE, to)


def send_zerocopy(sock, _, to, data, __):
    """With MSG_ZEROCOPY: nothing but headers is linear."""
    so_zerocopy, msg_zerocopy = 60, 0x4000000
    sock.setsockopt(socket.SOL_SOCKET, so_zerocopy, 1)
    sock.sendto(data, msg_zerocopy, to)


def page_rows():
    """[(name, sender, least number of page fragments, cuts)]."""
    data, start = at_offset(SCANNER, 0)
    start -= 8
    rows = [("MSG_ZEROCOPY", send_zerocopy, 1, [])]
    for name, send in (("MSG_MORE", send_corked), ("apart", send_apart)):
        places = {f"{inside} bytes into the text": [start + inside]
                  for inside in range(len(SCANNER) + 1)}
        places["twice in the text"] = [start + 3, start + 8]
        places["in the start line"] = [3]
        places["after the header section"] = [len(data) - 1]
        places["at every byte of the text"] = list(range(start, start + 16))
        rows += [(f"{name}, cut {where}", send,
                  len(points) if send is send_apart else 1, points)
                 for where, points in places.items()]
    return rows


def test_pages(network, checks):
    """The text in page fragments of the skb, and over their edges."""
    for family, backend in FAMILIES:
        network.server.rules([RULE], "raw", family, backend)
        with SkbTrace() as trace:
            for name, send, frags, points in page_rows():
                for agent, arrives in ((SCANNER, False),
                                       ("Friendly_phones!", True)):
                    data, _ = at_offset(agent, 0)
                    got, skbs = in_pages(network, family, trace, send, data,
                                         points)
                    checks.equal(f"{name}, {agent}, IPv{family}: arrives",
                                 arrives, got)
                    checks.true(f"{name}, IPv{family}: not linear",
                                any(one[1] and one[2] >= frags
                                    for one in skbs), f"skbs: {skbs}")


def in_pages(network, family, trace, send, data, points):
    """Send so; (whether it arrived, the skbs that came to the server)."""
    path = network.path(family)
    path.forget()
    trace.forget()
    udp = (lib.AF[family], socket.SOCK_DGRAM)
    new = network.client.socket
    with new(*udp) as sock, new(*udp) as other:
        sock.bind((lib.CLIENTS[family][0], 0))
        send(sock, other, (lib.SERVER[family], lib.SIP), data, points)
        got = path.arrived()
    return [one.data for one in got] == [data], trace.skbs()


def test_output_lists(network, checks):
    """A large datagram of this machine's own meets OUTPUT as a chain of
    skbs, one for each fragment to come (ip_make_skb)."""
    for family, backend in FAMILIES:
        network.server.rules([RULE.replace("PREROUTING", "OUTPUT")], "raw",
                             family, backend)
        for size in range(1380, 1480, 9):
            data = [with_agent("X: " + size * "x", "User-Agent: " + agent)
                    for agent in (SCANNER, PHONE)]
            checks.equal(f"text at {data[0].index(SCANNER.encode())} of "
                         f"{len(data[0])} bytes, IPv{family}: which arrive",
                         [False, True],
                         [bool(got) for got in network.back(family)
                          .through(data)])


# Messages of one length in one skb, which passes or is lost as a whole.
OF_SCANNER = with_agent("User-Agent: " + SCANNER).ljust(600)
OF_PHONE = with_agent("User-Agent: " + PHONE).ljust(600)
MERGED = {
    "scanners": (3 * [OF_SCANNER], 0),
    "phones": (3 * [OF_PHONE], 3),
    "scanner after phones": (2 * [OF_PHONE] + [OF_SCANNER], 0),
    "shorter scanner after phones": (
        2 * [OF_PHONE] + [OF_SCANNER.rstrip(b" ")], 0),
    # with the next one as its body it would be sound
    "length lie": (3 * [sip.request(length=100)], 0),
    # the burst of 20 has room for these ten, but not for eight more
    "phones within the rate": (10 * [OF_PHONE], 10),
    "phones over the rate": (8 * [OF_PHONE], 0),
}


def test_merged(network, checks):
    """UDP_SEGMENT: several datagrams in one skb, each judged for itself."""
    udp_segment = 103
    for family, backend in FAMILIES:
        network.server.rules(
            [RULE, "-A PREROUTING -m sip --malformed -j DROP",
             "-A PREROUTING -m sip --defect pipeline -j DROP",
             "-A PREROUTING -m sip --rate 1/h --burst 20 -j DROP"], "raw",
            family, backend)
        path = network.path(family)
        for name, (messages, count) in MERGED.items():
            path.forget()
            with SkbTrace() as trace, network.client.socket(
                    lib.AF[family], socket.SOCK_DGRAM) as sock:
                sock.bind((lib.CLIENTS[family][0], 0))
                sock.setsockopt(socket.IPPROTO_UDP, udp_segment,
                                len(messages[0]))
                sock.sendto(b"".join(messages), (lib.SERVER[family], lib.SIP))
                got = [one.data for one in path.arrived()]
                checks.equal(f"{name}, IPv{family}: arrive",
                             messages[:count], got)
                checks.true(f"{name}, IPv{family}: one skb for all", any(
                    one[3] == len(messages[0]) for one in trace.skbs()),
                            f"skbs: {trace.skbs()}")


# ---- TCP ----

REGISTER = sip.request("REGISTER", agent=SCANNER)
INVITE = sip.request("INVITE")
FACTS = ["--request", "--method REGISTER", "--method INVITE",
         f"--ua {SCANNER}", "--malformed", "--auth",
         "--defect pipeline,no-end,missing,content-length,header"]
AGENT = REGISTER.index(b"User-Agent")

# what is sent, one segment an element; the facts of each
TCP_ROWS = {
    "a whole message": ([REGISTER], ["0 1 3"]),
    "cut in the start line": ([REGISTER[:20], REGISTER[20:]], ["", ""]),
    "cut after the start line": (
        [REGISTER[:REGISTER.index(b"\n") + 1],
         REGISTER[REGISTER.index(b"\n") + 1:]], ["0 1", ""]),
    "cut in a header field": ([REGISTER[:100], REGISTER[100:]], ["0 1", ""]),
    "cut in the User-Agent": (
        [REGISTER[:AGENT + 16], REGISTER[AGENT + 16:]], ["0 1", ""]),
    "cut after the User-Agent": (
        [REGISTER[:AGENT + 40], REGISTER[AGENT + 40:]], ["0 1 3", ""]),
    "every byte": ([REGISTER[n:n + 1] for n in range(20)], [""] * 20),
    "two in one segment": ([INVITE + REGISTER], ["0 1 2 3"]),
    "two in one segment, scanner first": ([REGISTER + INVITE], ["0 1 2 3"]),
    "two segments": ([REGISTER, INVITE], ["0 1 3", "0 2"]),
    "end of one, then another": (
        [INVITE[:50], INVITE[50:] + REGISTER], ["0 2", "0 1 3"]),
    "body in a segment of its own": (
        [sip.request("INVITE", length=500), 500 * b"x"], ["0 2", ""]),
    "a keep-alive, then a message": (
        [b"\r\n\r\n", REGISTER], ["", "0 1 3"]),
    "CRLF before the message": ([b"\r\n\r\n" + REGISTER], ["0 1 3"]),
    "odd case and folded": (
        [with_agent("uSER-aGENT :", "\t" + SCANNER)], ["0 3"]),
    "after 60 other fields": (
        [with_agent(*[f"X-{n}: {n * 'x'}" for n in range(60)],
                    "User-Agent: " + SCANNER)], ["0 3"]),
}


def test_tcp(network, checks):
    """TCP segments: judged by what a lone segment shows. Their data lie
    in page fragments (tcp_sendmsg), so none of it is linear."""
    for family, backend in FAMILIES:
        network.router.rules(marks.rules(FACTS, family, "FORWARD"), "mangle",
                             family, backend)
        with network.path(family).listen(), \
                lib.Sniffer(network.server) as sniffer, SkbTrace() as trace:
            for name, (sent, expected) in TCP_ROWS.items():
                trace.forget()
                got = tcp_segments(network, family, sniffer, sent)
                checks.equal(f"{name}, IPv{family}: segments", sent,
                             [data for data, _ in got])
                checks.equal(f"{name}, IPv{family}",
                             [{FACTS[int(n)] for n in one.split()}
                              for one in expected],
                             [held for _, held in got])
                checks.true(f"{name}, IPv{family}: not linear",
                            any(one[1] for one in trace.skbs()),
                            f"skbs: {trace.skbs()}")


def tcp_segments(network, family, sniffer, sent):
    """Send segments on a new connection; [(payload, facts)] that came."""
    path = network.path(family)
    with path.connect() as sock:
        level, hops = ((socket.IPPROTO_IP, socket.IP_TTL) if family == 4 else
                       (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS))
        sock.setsockopt(level, hops, 2)
        port = sock.getsockname()[1]
        for data in sent:
            sock.sendall(data)
        return [(one.payload, marks.read(FACTS, one.ttl, one.tos))
                for one in lib.tcp_segments(sniffer.packets(path), port)
                if one.payload]


def test_tcp_files(network, checks):
    """TCP by sendfile(), in pieces: file pages straight into the skb."""
    tcp_cork = 3
    for family, backend in FAMILIES:
        network.server.rules([RULE], "raw", family, backend)
        path = network.path(family)
        for agent, arrives in ((SCANNER, False), ("Friendly_phones!", True)):
            data, start = at_offset(agent, 0)
            for inside in (0, 1, 5, 15):
                with path.listen() as listener, path.connect() as sock, \
                        tempfile.TemporaryFile(dir="/dev/shm") as file:
                    file.write(data)
                    file.flush()
                    cut = start - 8 + inside
                    sock.setsockopt(socket.IPPROTO_TCP, tcp_cork, 1)
                    os.sendfile(sock.fileno(), file.fileno(), 0, cut)
                    os.sendfile(sock.fileno(), file.fileno(), cut,
                                len(data) - cut)
                    sock.setsockopt(socket.IPPROTO_TCP, tcp_cork, 0)
                    path.sync()
                    server, _ = listener.accept()
                    with server, contextlib.suppress(BlockingIOError):
                        server.setblocking(False)
                        got = b""
                        got = server.recv(65536)
                    checks.equal(f"{agent} cut at {inside}, IPv{family}: "
                                 "arrives", data if arrives else b"", got)
