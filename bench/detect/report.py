# SPDX-License-Identifier: GPL-2.0
"""Formats the table of make detect and finds faults in it."""
import collections

# One run of an attacker: packets until the ban, or all of them.
Cell = collections.namedtuple(
    "Cell", "packets banned extensions passwords calls")
# One run of an honest row: packets lost, addresses banned, Score.
Care = collections.namedtuple("Care", "dropped banned tried done")
# Titles: attackers recognised by their first packet; {server: attackers that
# find something if it is unprotected}; {honest row: rulesets that may ban it}.
Titles = collections.namedtuple("Titles", "tools finders counted")
WIDTHS = (25, 8, 11, 11, 11, 11, 12, 13)
HEADS = {"kamailio": "Kamailio", "asterisk": "Asterisk"}
# Rulesets that have to stop every attacker, and recognised ones at once.
WHOLE = ("requests", "recommended", "a-asterisk", "g-asterisk")
AGENTS = ("shipped", "Zoiper", "random")
LEGEND = """
Attackers: the number of SIP packets sent until the ban; in brackets all that were sent, if there
was no ban. 120e: 120 extensions found, 1p: a password found, 100c: 100 calls were answered; a call
takes two packets or three. As: the User-Agent as shipped, "Zoiper", a random one, or any of the
three, where they do not differ; changed: one of the last two, which do not differ. Where no rule
matches on it, only as shipped. Slow: one request in two seconds. Extensions 2000-2119 exist;
scans go from 1950 to 2149 (sipsak, one process for each: 1970-2019), so an attacker that is
recognised by its behaviour gets a few dozen answers before the first extension, its 51st. The
right password is the 60th of 100. Asterisk without guests challenges every request, so that
scans find nothing there. "scan of From, REGISTER" to "calls, no account" are test programs
that look like a phone; sippts, Metasploit and sipcli are imitated with sipp.

Honest: the number of messages dropped, in both directions; "ban" if an address was banned, -2 if
two registrations, calls or checks were not completed. Phones that ask a server that is down
again and again, and many that begin at once, look like an attack to rulesets that count requests:
these rows are shown and not checked for users, password and requests. No database: for a minute the
server refuses the right passwords of 50 phones that had registered, which try again every 20 s. The
trunk makes 50 calls a second with Kamailio, 8 with Asterisk, which takes no more where it is emulated."""


def line(*cells):
    """One line of the table."""
    text = (str(cells[0]).ljust(WIDTHS[0]) + " " + str(cells[1])).ljust(
        WIDTHS[0] + WIDTHS[1])
    return (text + "".join(str(cell).rjust(width) for cell, width in
                           zip(cells[2:], WIDTHS[2:]))).rstrip()


def show(cell):
    """An attacker's cell."""
    if cell is None:
        return "failed"
    found = "".join(" %d%s" % (number, letter) for number, letter in (
        (cell.extensions, "e"), (cell.passwords, "p"),
        (cell.calls, "c")) if number)
    return ("%d" if cell.banned else "(%d)") % cell.packets + found


def show_care(care):
    """An honest cell."""
    if care is None:
        return "failed"
    text = "%d" % care.dropped
    if care.banned:
        text += " ban"
    elif care.tried != care.done:
        text += " -%d" % (care.tried - care.done)
    return text


def same(left, right):
    """Whether two cells show the same; the number of packets without a ban
    varies from run to run."""
    return left and right and (
        left._replace(packets=left.packets if left.banned else 0)
        == right._replace(packets=right.packets if right.banned else 0))


def fold(variants):
    """[(User-Agent, cells)] of one attacker, with equal ones merged."""
    (_, shipped), *others = variants
    if others and all(same(*pair) for _, cells in others
                      for pair in zip(shipped, cells)):
        return [("any", shipped)]
    if len(others) > 1 and all(same(*pair) for row in others[1:]
                               for pair in zip(others[0][1], row[1])):
        return [variants[0], ("changed", others[0][1])]
    return variants


def tables(rulesets, attacks, honest):
    """[(server's name, lines)], one for each program that is a server.
    attacks: {(title, agent): {ruleset's name: Cell}}; honest: {title:
    {ruleset's name: Care}}."""
    found = []
    for server, head in HEADS.items():
        some = [one for one in rulesets
                if (one.server == "kamailio") == (server == "kamailio")]
        if some:
            found.append((head, one_table(head, some, attacks, honest)))
    return found


def table(rulesets, attacks, honest):
    """All tables and the legend."""
    return "\n\n".join("\n".join(lines) for _, lines in tables(
        rulesets, attacks, honest)) + "\n" + LEGEND


def one_table(head, rulesets, attacks, honest):
    """The lines of one table."""
    names = [ruleset.name for ruleset in rulesets]
    titles = [ruleset.title for ruleset in rulesets]
    under = ["-" * len(title) for title in titles]
    lines = [line(head + ": attacker", "as", *titles),
             line("-" * len(head) + "----------", "--", *under)]
    for title in dict.fromkeys(title for title, _ in attacks):
        played = {agent: attacks[title, agent] for agent in AGENTS
                  if (title, agent) in attacks}
        # Where no rule matches on the User-Agent it ran with one only.
        first = next(iter(played.values()))
        variants = [(agent, [row[name] if name in row else first[name]
                             for name in names])
                    for agent, row in played.items()]
        for agent, cells in fold(variants):
            lines.append(line(title, agent, *map(show, cells)))
    lines += ["", line(head + ": honest", "", *titles),
              line("-" * len(head) + "--------", "", *under)]
    for title, row in honest.items():
        lines.append(line(title, "", *[
            show_care(row.get(name)) for name in names]))
    return lines


def find_faults(rulesets, attacks, honest, titles):
    """The reasons why the run failed, one sentence each."""
    faults = []
    finders = {one.name: () if one.path else titles.finders[one.server]
               for one in rulesets}
    for (title, agent), row in attacks.items():
        for name, cell in row.items():
            faults += ["%s, %s, %s: %s" % (name, title, agent, fault)
                       for fault in attack_faults(
                           name, title, cell, titles.tools, finders[name])]
    for title, row in honest.items():
        for name, care in row.items():
            may = name in titles.counted.get(title, ())
            faults += ["%s, %s: %s" % (name, title, fault)
                       for fault in honest_faults(name, care, may)]
    return faults


def attack_faults(name, title, cell, tools, finders):
    """The faults of an attacker's cell."""
    if cell is None:
        yield "was not played"
        return
    if not cell.packets:
        yield "sent nothing"
    if name in WHOLE:
        if cell.extensions or cell.passwords:
            yield "found %d extensions and %d passwords" % (
                cell.extensions, cell.passwords)
        if title in tools and not (cell.banned and cell.packets == 1):
            yield "not banned by its first packet"
    for ruleset, row, limit in (("users", "svwar, slow", 30),
                                ("password", "svcrack, slow", 15)):
        # The first packet only tests how the server answers.
        if (name, title) == (ruleset, row) and not (
                cell.banned and cell.packets - 1 < limit):
            yield "not banned before number %d" % limit
    if title in finders and not (
            cell.extensions or cell.passwords or cell.calls):
        yield "found nothing, so this run shows nothing"


def honest_faults(name, care, may):
    """The faults of an honest cell; may: it may be banned."""
    if care is None:
        yield "was not played"
    elif name == "strings" or may:
        return
    else:
        if care.dropped:
            yield "%d messages dropped" % care.dropped
        if care.banned:
            yield "banned"
        if not care.tried or care.tried != care.done:
            yield "%d of %d done" % (care.done, care.tried)
