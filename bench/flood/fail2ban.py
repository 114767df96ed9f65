# SPDX-License-Identifier: GPL-2.0
"""Runs Debian's fail2ban in a namespace, with its filter for Asterisk and its
defaults (5 failures within 10 minutes).

Kamailio logs the lines that Asterisk logs; datepattern covers Kamailio's own
prefix.
"""
import os
import subprocess
import time

from tests.lib.netns import NetworkError, command

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

    def __init__(self, network, log):
        self.network = network
        self.home = os.path.join(network.work, "fail2ban")
        os.mkdir(self.home)
        for name in ("fail2ban.conf", "action.d", "filter.d"):
            os.symlink(os.path.join(CONFIG, name),
                       os.path.join(self.home, name))
        self._write("jail.conf", JAIL % {
            "log": os.path.join(network.work, log)})
        # Without bans of an earlier run.
        self._write("fail2ban.local", "[DEFAULT]\ndbfile = None\n")
        self.proc = network.start("server", self._cmd("fail2ban-server") + [
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
        raise NetworkError("fail2ban does not run:\n" +
                       self.network.log("fail2ban.log")[-2000:])

    def banned(self):
        """The number of banned addresses."""
        text = command(*self._cmd("fail2ban-client"), "get", "sip", "banip")
        return len(text.split())
