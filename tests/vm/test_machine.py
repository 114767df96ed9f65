# SPDX-License-Identifier: GPL-2.0
"""Tests the machine runners, tests/vm/run and tests/uml/run.

What both do is tested with both: about ten minutes in QEMU, one in User Mode
Linux, which is skipped where its kernel was never built. With --all modules
that misbehave are also tried in the debug kernels. Tests of another user and
of no network need root.
"""

import contextlib
import functools
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import pytest

from tests.lib.checkout import TOP

READY = "^vm: ready after"
NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def output(*command):
    """What a command prints, without the newline; empty if it fails."""
    return subprocess.run(command, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout.strip()


@functools.cache
def uml_kernel():
    """The directory of its kernel; empty if it was not built."""
    return output(TOP + "/tests/vm/build-kernel", "--cached", "uml")


class Machine:
    """A runner, started in a directory whose name has to be quoted."""

    def __init__(self, kind, directory, top=TOP,
                 options=("--no-module", "--no-leaks")):
        if kind == "uml" and not uml_kernel():
            pytest.skip("not built: tests/vm/build-kernel uml")
        self.kind = kind
        self.program = [f"{top}/tests/{kind}/run", *options]
        self.dir = pathlib.Path(directory) / "it's here, a test"
        self.dir.mkdir()
        self.said = self.dir / "stderr"

    def start(self, script, *arguments, options=(), before=(), env=(), **more):
        """Run a script of bash; its output is a pipe."""
        path = self.dir / "a script"
        path.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        with self.said.open("wb") as said:
            return subprocess.Popen(
                [*before, *self.program, *options, path, *arguments],
                stdout=subprocess.PIPE, stderr=said, **{
                    "cwd": self.dir, "env": {**os.environ, **dict(env),
                                             "TMPDIR": str(self.dir)}, **more})

    def end(self, process, status=0, says=READY):
        """The output of a run that ends like this."""
        out = process.communicate()[0]
        said = self.said.read_text(encoding="utf-8", errors="replace")
        assert process.returncode == status, said
        assert re.search(says, said, re.M), said
        return out

    def run(self, script, *arguments, status=0, says=READY, **more):
        """Run a script that ends like this; its output."""
        return self.end(self.start(script, *arguments, **more), status, says)

    def processes(self):
        """The machine's and its runner's: {pid: name}."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{pid}/cwd").startswith(str(self.dir)):
                    found[int(pid)] = pathlib.Path(
                        f"/proc/{pid}/comm").read_text("utf-8").strip()
        return found

    def kill(self):
        """End what a test that failed has left."""
        for pid in self.processes():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(params=("vm", "uml"))
def machine(request, tmp_path):
    """Each runner in turn."""
    one = Machine(request.param, tmp_path)
    yield one
    one.kill()


def only(kind):
    """For what only one of them can do."""
    return pytest.mark.parametrize("machine", [kind], indirect=True)


# ---- Orders that make no sense ---------------------------------------------

# What is said of an order.
MISUSE = [
    ("no SCRIPT given", ""),
    ("no SCRIPT given", "-m 1G"),
    ("option -k needs a value", "-k"),
    ("unknown option -x", "-x /bin/true"),
    ("-m lots: expected a size", "-m lots /bin/true"),
    ("-m 0G: expected a size", "-m 0G /bin/true"),
    ("-t 0: expected seconds", "-t 0 /bin/true"),
    ("-k ./none: no such directory", "-k ./none /bin/true"),
    ("no file 'release'", "-k /etc/ /bin/true"),
    ("/none: no such file", "/none"),
    ("not a plain file", "/etc"),
    ("not executable; chmod", "/etc/passwd"),
    ("place that the guest does not", "/proc/self/exe"),
]
MISUSE_OF_VM = [
    ("-n 5001: expected two ports", "-n 5001 /bin/true"),
    ("-c two: expected a number", "-c two /bin/true"),
    ("-C sun: expected real or", "-C sun /bin/true"),
    ("no kernel '2.4' in", "-k 2.4 /bin/true"),
]


@pytest.mark.parametrize(
    "kind, says, order", [("vm", *row) for row in MISUSE + MISUSE_OF_VM] +
    [("uml", *row) for row in MISUSE])
def test_misuse(kind, says, order):
    """It is refused with a sentence."""
    done = subprocess.run([f"{TOP}/tests/{kind}/run", *order.split()],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 125
    assert says in done.stderr


# ---- What a script sees, and what is seen of it ----------------------------

# A script; its status, what the runner says, the script's output.
SCRIPTS = {
    "status": ("exit 3", 3, READY, ""),
    "signal": ("kill -KILL $$", 137, READY, ""),
    "stderr": ("printf one; printf two >&2; printf three >/dev/stderr", 0,
               READY, "onetwothree"),
    "stdin": ("wc -c", 0, READY, "0"),
    "left": ("sleep 1000 & setsid sleep 1000 & echo done", 0, READY, "done"),
    "panic": ("echo begun; echo c >/proc/sysrq-trigger; sleep 1000", 99,
              "kernel complained: Kernel panic", "begun"),
    "warning": ('echo "WARNING: CPU: 0 PID: 1 at test" >/dev/kmsg; echo on; '
                "exit 7", 99, "script's own status: 7", "on"),
    "wiped": ('echo "WARNING: x" >/dev/kmsg; dmesg -C', 99, "WARNING: x", ""),
    "off": ("echo o >/proc/sysrq-trigger; sleep 1000", 125,
            "ended without a status", ""),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(machine, name):
    """How a script ends, and what it and its kernel say."""
    script, status, says, expected = SCRIPTS[name]
    out = machine.run(script, status=status, says=says, options=["-t", "300"])
    assert out.decode().strip() == expected


def test_isolation(machine):
    """It is root in a machine of its own, and the host sees nothing of it."""
    out = machine.run("""set -e
for d in /tmp /var/tmp /run /etc /dev / "$XT_SIP_REPO"; do
	echo x >$d/xt_sip-machine-test
done
rm /etc/passwd
[ ! -e /etc/passwd ]
ip -br link show lo | grep -q "<.*UP"
: >/dev/pts/ptmx
stat -f /proc /sys /dev/shm >/dev/null
[ -z "$(grep " /run/old" /proc/mounts)" ]
[ -w "$XT_SIP_OUT" ]
[ -x "$XT_SIP_REPO/tests/vm/run" ]
echo $(hostname) $(id -u) $(nproc) $PWD""")
    cpus = 2 if machine.kind == "vm" else 1
    assert out.decode() == f"xtsip 0 {cpus} {machine.dir}\n"
    for place in ("/tmp", "/var/tmp", "/run", "/etc", "/dev", "/", TOP):
        assert not os.path.exists(place + "/xt_sip-machine-test")


def test_size(machine):
    """Memory and processors are those asked for."""
    cpus = 3 if machine.kind == "vm" else 1
    options = ["-m", "512M", *(["-c", "3"] if cpus > 1 else [])]
    out = machine.run("nproc; awk '/MemTotal/ { print $2 }' /proc/meminfo",
                      options=options).split()
    assert int(out[0]) == cpus
    assert 300 < int(out[1]) / 1000 < 600


def test_time_limit(machine):
    """It ends a script that is busy."""
    limit = "90" if machine.kind == "vm" else "8"
    out = machine.run("echo begun; while :; do :; done", status=124,
                      says=f"time limit of {limit} s passed",
                      options=["-t", limit])
    assert out == b"begun\n"


def test_arguments(machine):
    """Arguments, and a directory, that ask for quoting."""
    place = machine.dir / 'a "dir"'
    place.mkdir()
    words = ["two words", "it's", 'a"b', "", "$HOME `id` \\n", "tab\tnl\nend",
             "*", "-k"]
    out = machine.run('pwd; printf "<%s>" "$@"', *words, cwd=place)
    assert out.decode() == f"{place}\n" + "".join(f"<{one}>" for one in words)


def test_output(machine):
    """1 MB of every byte is whole, though the kernel talks and the reader is
    slower than the script."""
    process = machine.start(r"""
bytes=$(printf '\\%03o' $(seq 0 255))
for i in $(seq 4096); do
	printf "$bytes"
	[ $((i % 64)) != 0 ] || echo talk >/dev/kmsg
done""")
    out = process.stdout.read(1)
    time.sleep(3)
    same = out + machine.end(process) == bytes(range(256)) * 4096
    assert same


def test_output_directory(machine):
    """-o keeps what the script leaves, and the kernel's log."""
    kept = machine.dir / "kept, here"
    machine.run('echo kept >"$XT_SIP_OUT/a file"; exit 4', status=4,
                options=["-o", kept])
    assert (kept / "a file").read_text("utf-8") == "kept\n"
    assert "Linux version" in (kept / "kernel.log").read_text("utf-8")


def test_two(machine, tmp_path):
    """Two at once do not mix."""
    (tmp_path / "other").mkdir()
    both = {11: machine, 12: Machine(machine.kind, tmp_path / "other")}
    runs = {status: one.start("for i in $(seq 2000); do echo $1; done; "
                              "exit $1", str(status))
            for status, one in both.items()}
    for status, one in both.items():
        out = one.end(runs[status], status)
        assert out == b"%d\n" % status * 2000


# ---- Ends ------------------------------------------------------------------

@pytest.mark.parametrize("machine, whose, signum, status", [
    ("vm", "the runner", signal.SIGTERM, 143),
    ("vm", "the runner", signal.SIGKILL, -signal.SIGKILL),
    ("uml", "the runner", signal.SIGTERM, 143),
    ("uml", "the runner", signal.SIGKILL, -signal.SIGKILL),
    ("uml", "the machine", signal.SIGTERM, 125),
    ("uml", "the machine", signal.SIGKILL, 125),
], indirect=["machine"])
def test_signal(machine, whose, signum, status):
    """Nothing is left, not even a process that was just running: in User Mode
    Linux they are processes of the host."""
    process = machine.start("sleep 1000 & (while :; do :; done) &\n"
                            "while :; do :; done & echo begun; wait")
    assert process.stdout.readline() == b"begun\n"
    found = machine.processes()
    assert len(found) >= (3 if machine.kind == "vm" else 7), found
    target = process.pid
    if whose == "the machine":
        parent = next(pid for pid in found if found[pid] == "supervise")
        target = int(output("pgrep", "-P", str(parent)))
    os.kill(target, signum)
    machine.end(process, status)
    # Giving back a gigabyte takes a moment on a busy machine.
    end = time.monotonic() + 100
    while machine.processes() and time.monotonic() < end:
        time.sleep(0.2)
    assert not machine.processes()
    if status > 0:
        assert not list(machine.dir.glob("xt_sip-vm.*"))


def test_reader_gone(machine):
    """It ends like any program in a pipe."""
    process = machine.start("while :; do echo x; done", options=["-t", "300"])
    assert process.stdout.readline() == b"x\n"
    process.stdout.close()
    process.stdout = None
    machine.end(process, 141)


@only("vm")
def test_second_boot(machine):
    """One that does not come up is started once more, and only once."""
    out = machine.run("echo up; exit 3", status=3, env={"XT_SIP_BOOT_LIMIT": "1"},
                   says="not ready after 1 s; its last words")
    assert out == b"up\n"


@only("vm")
def test_virtual_clock(machine):
    """A machine that is stopped loses no time."""
    process = machine.start("echo begun; SECONDS=0; for i in $(seq 200000); "
                         "do :; done; [ $SECONDS -lt 10 ]",
                         options=["-c", "1", "-C", "virtual"])
    assert process.stdout.readline() == b"begun\n"
    pid, = (pid for pid, name in machine.processes().items() if "qemu" in name)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(10)
    os.kill(pid, signal.SIGCONT)
    machine.end(process)


# ---- Other places ----------------------------------------------------------

@needs_root
def test_other_user(machine):
    """A user with a clone, and nothing in a cache, is root in there, sees what
    he may see here and no more."""
    uml = machine.kind == "uml"
    with tempfile.TemporaryDirectory(prefix="user.") as home:
        clone = f"{home}/clone"
        for part in ("vm", "uml"):
            shutil.copytree(f"{TOP}/tests/{part}", f"{clone}/tests/{part}")
        options = ["-o", f"{home}/o"]
        if uml:
            os.mkdir(f"{home}/kernel")
            for part in ("linux", "release", "cmdline", "lib"):
                output("cp", "-a", f"{uml_kernel()}/{part}", f"{home}/kernel/")
            options += ["-k", f"{home}/kernel"]
        user = Machine(machine.kind, home, clone)
        output("chown", "-R", f"{NOBODY}:{NOBODY}", home)
        out = user.run(
            "cat /etc/shadow; iptables -A INPUT $1; iptables-save; "
            "echo x >/etc/x && echo x >$XT_SIP_OUT/x",
            "" if uml else "-m u32 --u32 0=0", options=options, cwd=clone,
            says=READY if uml else "fetching 6.1",
            env={"HOME": home, "PATH": "/usr/bin:/bin", "XT_SIP_CACHE": "",
                 "XDG_CACHE_HOME": ""},
            before=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                    "--clear-groups"]).decode()
        assert os.path.exists(f"{home}/o/x")
        assert "shadow: Permission denied" in out
        assert ("-A INPUT" if uml else "-m u32") in out


@needs_root
def test_no_network(machine):
    """The kernel is in the cache: no network is needed."""
    machine.run("true", before=["unshare", "-n"])


@only("vm")
def test_kernel_directory(machine):
    """A kernel of one's own: no vmlinux, more parameters, a space."""
    kernel = output(TOP + "/tests/vm/fetch-kernel", "6.1")
    own = machine.dir / "my kernel"
    own.mkdir()
    for part in ("release", "vmlinuz", "lib"):
        (own / part).symlink_to(f"{kernel}/{part}")
    (own / "cmdline").write_text("xt_sip_test=1\n", "utf-8")
    machine.run("grep xt_sip_test=1 /proc/cmdline && modprobe xt_hashlimit",
             options=["-k", own])


# ---- A module that misbehaves ----------------------------------------------

# The bug, kernels, the script's or the runner's status, what the runner says.
FAULTY = [
    ("none", "vm uml kasan kcsan", 0, READY),
    ("nonsense", "vm uml", 1, READY),
    ("warn", "vm", 99, "complained: WARNING: CPU: .* faulty_warn"),
    ("warn", "uml", 99, "complained: WARNING: CPU: .* at .*/faulty.c:"),
    ("bug", "vm", 99, "complained: kernel BUG at"),
    ("null", "vm", 99, "complained: BUG: kernel NULL pointer"),
    ("null", "uml", 99, "complained: Kernel panic"),
    ("wild", "vm", 99, "complained: general protection fault"),
    ("atomic", "vm", 99, "complained: BUG: scheduling while atomic"),
    ("atomic", "kasan", 99, "complained: BUG: "),
    ("list", "vm", 99, "complained: list_del corruption"),
    ("list", "uml", 99, "complained: .*list_(del corruption|debug)"),
    ("leak", "vm", 99, "complained: BUG faulty .*Objects remaining"),
    ("hang", "vm", 124, "time limit of 90 s passed"),
    ("oob", "uml kasan", 99, "complained: BUG: KASAN: slab-out-of-bounds"),
    ("uaf", "uml kasan", 99, "complained: BUG: KASAN: .*use-after-free"),
    ("shift", "uml kasan", 99, "complained: UBSAN: shift-out-of-bounds"),
    ("order", "uml kasan", 99, "complained: WARNING: possible circular lock"),
    ("rcu", "uml kasan", 99, "complained: WARNING: suspicious RCU usage"),
    ("lose", "uml kasan", 99, "kmemleak: .* new suspected memory leaks"),
    ("race", "kcsan", 99, "complained: BUG: KCSAN: data-race in .*_racer"),
]


@pytest.fixture(scope="module", name="clone")
def fixture_clone(tmp_path_factory):
    """A checkout whose module is tests/vm/faulty."""
    clone = tmp_path_factory.mktemp("faulty's clone")
    shutil.copytree(f"{TOP}/tests/vm/faulty", clone, dirs_exist_ok=True)
    for part in ("vm", "uml"):
        shutil.copytree(f"{TOP}/tests/{part}", clone / "tests" / part)
    return clone


@pytest.mark.parametrize("kernel, bug, status, says", [
    (kernel, bug, *row) for bug, kernels, *row in FAULTY
    for kernel in kernels.split()])
def test_faulty(request, tmp_path, clone, kernel, bug, status, says):
    """What the kernel reports of the module's bug fails the run."""
    options = ["-t", "90" if bug == "hang" else "300"]
    if kernel in ("kasan", "kcsan"):
        if not request.config.getoption("--all"):
            pytest.skip("a debug kernel, only with --all")
        options = ["-t", "1200", "-k", kernel]
    if bug not in ("none", "lose"):
        options.append("--no-leaks")
    one = Machine("uml" if kernel == "uml" else "vm", tmp_path, clone, options)
    one.run("""
[ -f "$(pkg-config --variable=xtlibdir xtables)/libxt_sip.so" ] &&
[[ $(modinfo -n xt_sip) == */updates/xt_sip.ko ]] &&
modprobe xt_sip bug=$1 && grep -q "^xt_sip " /proc/modules""", bug,
            status=status, says=says)
