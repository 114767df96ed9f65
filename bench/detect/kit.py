# SPDX-License-Identifier: GPL-2.0
"""Debian's attack tools under another User-Agent, as an attacker changes them.

SIPVicious: demo/other-ua replaces a default argument. nmap: a data directory
in which the two files that hold its SIP messages are edited. sipsak: a copy of
the program with other letters in the place of its name. What is made here is
made once for each User-Agent.

nmap as it is shipped has a data directory, too: of its index of 600 scripts
and its list of services only the lines about SIP are left, for reading the
others takes an emulated processor ten times as long as the attack. What it
sends is not touched.
"""
import os
import re
import shutil

from lab import HERE, LabError

OTHER_UA = os.path.join(HERE, "other-ua")
NMAP = "/usr/share/nmap"
SIPSAK_NAME = b"sipsak 0.9.8.1"
LAST_LINE = r"Accept: application/sdp\r\n"


class Kit:
    """Commands; agent is None for the tool as it is shipped."""

    def __init__(self, work, agents):
        self.work = work
        self.places = {}
        for number, agent in enumerate(agents):
            self.places[agent] = os.path.join(work, "kit%d" % number)
            self._link_nmap(os.path.join(self.places[agent], "nmap"))
            if agent:
                self._edit_nmap(os.path.join(self.places[agent], "nmap"),
                                agent)
                self._edit_sipsak(agent)

    def sipvicious(self, tool, agent):
        """The beginning of a command."""
        return [OTHER_UA, agent, tool] if agent else [tool]

    def nmap(self, agent):
        """The beginning of a command."""
        return ["nmap", "--datadir", os.path.join(self.places[agent], "nmap")]

    def sipsak(self, agent):
        """The program's path or name."""
        if not agent:
            return "sipsak"
        return os.path.join(self.places[agent], "sipsak")

    def _link_nmap(self, place):
        """Links to what stays as it is, copies of what is made shorter."""
        # Own directories first: a link there would lead edits to the original.
        for inside in ("nselib", "scripts"):
            os.makedirs(os.path.join(place, inside))
        for inside in ("", "nselib", "scripts"):
            for name in os.listdir(os.path.join(NMAP, inside)):
                link = os.path.join(place, inside, name)
                if not os.path.exists(link):
                    os.symlink(os.path.join(NMAP, inside, name), link)
        self._edit(place, "scripts/script.db",
                   r'^Entry \{ filename = "(?!sip-).*\n', "")
        self._edit(place, "nmap-services", r"^(?!sip\t).*\n", "")

    def _edit_nmap(self, place, agent):
        """The version probe has no User-Agent as it is shipped; it gets one.
        It is left alone, without the 12,000 lines of the others."""
        self._edit(place, "nselib/sip.lua", '"Nmap NSE"', '"%s"' % agent)
        self._edit(place, "nmap-service-probes",
                   r"(?s).*?(Probe UDP SIPOptions q\|.*?)"
                   + re.escape(LAST_LINE) + r"(.*?)\n##.*", r"\g<1>" + (
                       LAST_LINE + r"User-Agent: %s\r\n" % agent
                   ).replace("\\", r"\\") + r"\g<2>\n")

    @staticmethod
    def _edit(place, name, pattern, new):
        with open(os.path.join(NMAP, name), encoding="latin-1") as file:
            text, changes = re.subn(pattern, new, file.read(),
                                    flags=re.M)
        if not changes:
            raise LabError("%s/%s is not as expected" % (NMAP, name))
        path = os.path.join(place, name)
        if os.path.islink(os.path.dirname(path)):
            raise LabError("%s would be edited through a link" % path)
        os.unlink(path)
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)

    def _edit_sipsak(self, agent):
        original = shutil.which("sipsak")
        if not original:
            raise LabError("sipsak is not installed")
        with open(original, "rb") as file:
            code = file.read()
        name = agent.encode()
        if code.count(SIPSAK_NAME + b"\0") != 1 or len(name) > len(
                SIPSAK_NAME):
            raise LabError("%s does not hold %s once, or %s is longer"
                           % (original, SIPSAK_NAME.decode(), agent))
        path = os.path.join(self.places[agent], "sipsak")
        with open(path, "wb") as file:
            file.write(code.replace(SIPSAK_NAME + b"\0", name.ljust(
                len(SIPSAK_NAME) + 1, b"\0")))
        os.chmod(path, 0o755)
