# SPDX-License-Identifier: GPL-2.0
"""Debian's fail2ban as its own documents have it: its asterisk filter and its
defaults (5 failures within 10 minutes), with rules in a namespace.

The server writes the lines that Asterisk writes; Kamailio's own prefix goes
with the date.
"""
import os
import subprocess
import time

from lab import LabError, run

CONFIG = "/etc/fail2ban"
JAIL = """[DEFAULT]
backend = polling
[sip]
enabled = true
filter = asterisk
logpath = %(log)s
datepattern = ^ *\\d+\\(\\d+\\) \\w+: <script>: \\[%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%S\\]
port = 5060
banaction = iptables-allports
action = %%(banaction)s[name=sip, protocol=udp]
maxretry = 5
findtime = 10m
bantime = 10m
"""


class Fail2ban:
    """fail2ban-server in the server's namespace, watching a log."""

    def __init__(self, lab, log):
        self.lab = lab
        self.home = os.path.join(lab.work, "fail2ban")
        os.mkdir(self.home)
        for name in ("fail2ban.conf", "action.d", "filter.d"):
            os.symlink(os.path.join(CONFIG, name),
                       os.path.join(self.home, name))
        self._write("jail.conf", JAIL % {"log": os.path.join(lab.work, log)})
        # No memory of an earlier run.
        self._write("fail2ban.local", "[DEFAULT]\ndbfile = None\n")
        self.proc = lab.start("server", self._cmd("fail2ban-server") + [
            "-f", "--loglevel", "NOTICE",
            "--logtarget", os.path.join(self.home, "log"), "start"],
            "fail2ban.log")
        self._wait()

    def _write(self, name, text):
        with open(os.path.join(self.home, name), "w",
                  encoding="ascii") as file:
            file.write(text)

    def _cmd(self, program):
        return [program, "-c", self.home,
                "-s", os.path.join(self.home, "socket"),
                "-p", os.path.join(self.home, "pid")]

    def _wait(self):
        for _ in range(120):
            time.sleep(0.5)
            if self.proc.poll() is not None:
                break
            done = subprocess.run([*self._cmd("fail2ban-client"), "status",
                                   "sip"], capture_output=True, check=False)
            if not done.returncode:
                return
        raise LabError("fail2ban does not run:\n" +
                       self.lab.log("fail2ban.log")[-2000:])

    def banned(self):
        """How many addresses it has banned."""
        text = run(*self._cmd("fail2ban-client"), "get", "sip", "banip")
        return len(text.split())
