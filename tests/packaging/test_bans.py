# SPDX-License-Identifier: GPL-2.0
"""Tests what packaging/systemd/bans saves and restores, with files in place of
the kernel's. build-and-install tests it with the kernel and a reboot."""

import os
import re
import subprocess

import pytest

from tests.lib.checkout import TOP

SOURCES = """# xt_sip 1
src=192.0.2.1/32 table=sip seen=2 banned=500 scanner=sipvicious rate=5/m:0/5
src=2001:db8::/64 table=pbx seen=9 banned=86391
src=192.0.2.9/32 table=sip seen=2 trusted=7000 rate=5/m:0/5
src=192.0.2.2/32 table=sip seen=2 rate=5/m:0/5
"""
ONE = "src=192.0.2.1/32 table=sip seen=2 banned=500 scanner=sipvicious\n"
TWO = ("src=2001:db8::/64 table=pbx banned=99\n"
       "src=192.0.2.0/24 table=sip banned=9\n")
FRIEND = "src=192.0.2.9/32 table=sip seen=2 trusted=500 rate=5/m:0/5\n"


NOW = 1800000000


def bans(directory, verb, **more):
    """The program's status; its files are bans and sources."""
    return subprocess.run([TOP + "/packaging/systemd/bans", verb], env={
        **os.environ, "XT_SIP_BANS": f"{directory}/bans",
        "XT_SIP_SOURCES": f"{directory}/sources", **more},
        check=False).returncode


def test_save(tmp_path):
    """Bans and trust, with the time, for nobody else to read."""
    saved, sources = tmp_path / "bans", tmp_path / "sources"
    sources.write_text(SOURCES)
    assert bans(tmp_path, "save") == 0
    text = saved.read_text()
    banned = "".join(SOURCES.splitlines(keepends=True)[1:4])
    assert re.fullmatch(r"# saved \d+\n" + re.escape(banned), text)
    assert saved.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == ["bans", "sources"]
    sources.unlink()                    # no module: the file stays
    assert bans(tmp_path, "save") == 0
    assert saved.read_text() == text
    sources.write_text("# xt_sip 1\n")  # nobody is banned
    assert bans(tmp_path, "save") == 0
    assert re.fullmatch(r"# saved \d+\n", saved.read_text())
    sources.unlink()                    # nothing to load the module for
    assert bans(tmp_path, "restore") == 0
    saved.unlink()
    assert bans(tmp_path, "restore") == 0


@pytest.mark.parametrize("saved, ago, expected", [
    (ONE, 100, "src=192.0.2.1/32 table=sip banned=400\n"),
    (ONE, 500, ""),
    (ONE, -1000, "src=192.0.2.1/32 table=sip banned=500\n"),  # clock went back
    (TWO, -1000, TWO),
    (FRIEND, 100, "src=192.0.2.9/32 table=sip trusted=400\n"),
    (FRIEND, 500, ""),
    (ONE[:-1] + " why=rate:10/m since=300 of=800 bans=2 hits=7 users=20/h:1/20"
     "\n", 100, "src=192.0.2.1/32 table=sip banned=400 why=rate:10/m since=400 "
     "of=800 bans=2 hits=7\n"),
    ("junk\nsrc=192.0.2.1/32\nbanned=5\n", 0, ""),
])
def test_restore(tmp_path, saved, ago, expected):
    """The time between counts."""
    (tmp_path / "bans").write_text(f"# saved {NOW - ago}\n{saved}")
    (tmp_path / "sources").touch()
    clock = tmp_path / "clock" / "date"
    clock.parent.mkdir()
    clock.write_text(f"#!/bin/sh\n[ \"$*\" = +%s ] && echo {NOW}\n")
    clock.chmod(0o755)
    path = f"{clock.parent}:{os.environ['PATH']}"
    assert bans(tmp_path, "restore", PATH=path) == 0
    assert (tmp_path / "sources").read_text() == expected


def test_misuse(tmp_path):
    """Other words are an error."""
    assert bans(tmp_path, "keep") == 2
