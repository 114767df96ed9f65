# SPDX-License-Identifier: GPL-2.0
"""Where, when and with what something was measured: the lines that every
RESULTS.md begins with."""
import os
import platform
import subprocess
import time

REPO = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def model():
    """What the first processor calls itself."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown processor"


def caches():
    """"L1 32K" and so on, of the first processor's data."""
    found = []
    for index in range(4):
        path = "/sys/devices/system/cpu/cpu0/cache/index%d/" % index
        try:
            with open(path + "level", encoding="ascii") as level, \
                    open(path + "size", encoding="ascii") as size, \
                    open(path + "type", encoding="ascii") as kind:
                if kind.read().strip() != "Instruction":
                    found.append("L%s %s" % (level.read().strip(),
                                             size.read().strip()))
        except OSError:
            pass
    return found


def machine():
    """This machine, and how busy it has been."""
    return "- Machine: %s; host kernel %s; load average of the last 15 " \
        "minutes %.1f" % (
            ", ".join([model(), "%d processors" % os.cpu_count(), *caches()]),
            platform.release(), os.getloadavg()[2])


def guest():
    """What a virtual machine says of itself."""
    return "Linux %s on %s, processors: %d" % (platform.release(), model(),
                                               os.cpu_count())


def commit():
    """What was measured."""
    said = _said("git", "-C", REPO, "describe", "--always", "--dirty")
    return "- xt_sip: %s" % (said or "not in a repository")


def date():
    """Now."""
    return "- Date: %s" % time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def versions(packages, root="/"):
    """["PACKAGE VERSION"] of Debian's packages that a root has."""
    where = ["--admindir", os.path.join(root, "var/lib/dpkg")]
    return [package + " " + (_said("dpkg-query", *where, "-W", "-f",
                                   "${Version}", package) or "(unknown)")
            for package in packages]


def _said(*command):
    """What a command says; nothing if it fails or is not there."""
    try:
        return subprocess.run(command, check=False, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.strip()
    except FileNotFoundError:
        return ""
