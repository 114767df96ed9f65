# SPDX-License-Identifier: GPL-2.0
"""What all benchmarks say: their progress, and the head of every RESULTS.md
(machine, programs, commit, date and command). Keeps what a run has found for
whoever writes that."""
import json
import os
import platform
import subprocess
import time

from tests.lib.checkout import TOP

BEGIN = time.monotonic()
# Where a machine leaves what it found, if anywhere.
OUT = os.environ.get("XT_SIP_OUT")


def say(text):
    """Print a line with the seconds since the start."""
    print("%4d s  %s" % (time.monotonic() - BEGIN, text), flush=True)


def save(directory, name, found):
    """Write something as NAME.json, if there is a directory."""
    if directory:
        with open(os.path.join(directory, name + ".json"), "w",
                  encoding="utf-8") as file:
            json.dump(found, file)


def load(directory, name):
    """What was saved."""
    with open(os.path.join(directory, name + ".json"),
              encoding="utf-8") as file:
        return json.load(file)


def head(kernel, programs, command):
    """The lines about a run; programs: what versions() says."""
    return [machine(), "- Kernel: " + kernel,
            *["- Programs: " + ", ".join(programs)] * bool(programs),
            commit(), date(), "- Command: " + command, ""]


def model():
    """The model name of the first processor."""
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
    """The line about this machine and its load."""
    return "- Machine: %s; host kernel %s; load average of the last 15 " \
        "minutes %.1f" % (
            ", ".join([model(), "%d processors" % os.cpu_count(), *caches()]),
            platform.release(), os.getloadavg()[2])


def guest():
    """Kernel, processor and processor count of a virtual machine."""
    return "Linux %s on %s, processors: %d" % (platform.release(), model(),
                                               os.cpu_count())


def commit():
    """The line with the commit that was measured."""
    said = _said("git", "-C", TOP, "describe", "--always", "--dirty")
    return "- xt_sip: %s" % (said or "not in a repository")


def date():
    """The line with the current date."""
    return "- Date: %s" % time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def versions(packages, root="/"):
    """["PACKAGE VERSION"] of Debian packages installed below root."""
    where = ["--admindir", os.path.join(root, "var/lib/dpkg")]
    return [package + " " + (_said("dpkg-query", *where, "-W", "-f",
                                   "${Version}", package) or "(unknown)")
            for package in packages]


def _said(*command):
    """The output of a command; "" if it fails or does not exist."""
    try:
        return subprocess.run(command, check=False, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.strip()
    except FileNotFoundError:
        return ""
