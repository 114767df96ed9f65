# SPDX-License-Identifier: GPL-2.0
"""Runs Debian's attack tools with another User-Agent, as attackers do.

SIPVicious: demo/other-ua replaces a default argument. nmap: a data directory
in which the two files that hold its SIP messages are edited. sipsak: a copy of
the program in which its name is overwritten. These files are made once for each
User-Agent.

nmap with its own User-Agent has a data directory, too: of its index of 600
scripts and its list of services only the lines about SIP are left, since
reading the others takes an emulated processor ten times as long as the attack.
Its messages are unchanged.
"""
import os
import re
import shutil

from tests.lib.checkout import DEMO
from tests.lib.namespaces import NetworkError

OTHER_UA = os.path.join(DEMO, "other-ua")
NMAP = "/usr/share/nmap"
SIPSAK_NAME = b"sipsak 0.9.8.1"
LAST_LINE = r"Accept: application/sdp\r\n"


class Tools:
    """The commands of the tools; agent is None for an unchanged tool."""

    def __init__(self, work, agents):
        self.work = work
        self.places = {}
        for number, agent in enumerate(agents):
            self.places[agent] = os.path.join(work, "agent%d" % number)
            self._link_nmap(os.path.join(self.places[agent], "nmap"))
            if agent:
                self._edit_nmap(os.path.join(self.places[agent], "nmap"),
                                agent)
                self._edit_sipsak(agent)

    def sipvicious(self, tool, agent):
        """The first words of the command."""
        return [OTHER_UA, agent, tool] if agent else [tool]

    def nmap(self, agent):
        """The first words of the command."""
        return ["nmap", "--datadir", os.path.join(self.places[agent], "nmap")]

    def sipsak(self, agent):
        """The program's path or name."""
        if not agent:
            return "sipsak"
        return os.path.join(self.places[agent], "sipsak")

    def _link_nmap(self, place):
        """Make links to unchanged files and copies of shortened ones."""
        # Make the directories first: through a link edits would reach the
        # originals.
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
        """Change the User-Agent of the scripts and add one to the version
        probe; remove the 12,000 lines of the other probes."""
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
            raise NetworkError("%s/%s is not as expected" % (NMAP, name))
        path = os.path.join(place, name)
        if os.path.islink(os.path.dirname(path)):
            raise NetworkError("%s would be edited through a link" % path)
        os.unlink(path)
        with open(path, "w", encoding="latin-1") as file:
            file.write(text)

    def _edit_sipsak(self, agent):
        original = shutil.which("sipsak")
        if not original:
            raise NetworkError("sipsak is not installed")
        with open(original, "rb") as file:
            code = file.read()
        name = agent.encode()
        if code.count(SIPSAK_NAME + b"\0") != 1 or len(name) > len(
                SIPSAK_NAME):
            raise NetworkError("%s does not hold %s once, or %s is longer"
                           % (original, SIPSAK_NAME.decode(), agent))
        path = os.path.join(self.places[agent], "sipsak")
        with open(path, "wb") as file:
            file.write(code.replace(SIPSAK_NAME + b"\0", name.ljust(
                len(SIPSAK_NAME) + 1, b"\0")))
        os.chmod(path, 0o755)
