# SPDX-License-Identifier: GPL-2.0
"""Tests what packaging/systemd/bans saves and restores, with files in place of
the kernel's. build-and-install tests it with the kernel and a reboot."""

import os
import re
import subprocess
import time

import pytest

from tests.lib.checkout import TOP

SOURCES = """# xt_sip 1
src=192.0.2.1/32 table=sip seen=2 banned=500 scanner=sipvicious rate=5/m:0/5
src=2001:db8::/64 table=pbx seen=9 banned=86391
src=192.0.2.2/32 table=sip seen=2 rate=5/m:0/5
"""
ONE = "src=192.0.2.1/32 table=sip seen=2 banned=500 scanner=sipvicious\n"
TWO = ("src=2001:db8::/64 table=pbx banned=99\n"
       "src=192.0.2.0/24 table=sip banned=9\n")


def bans(directory, verb):
    """The program's status; its files are bans and sources."""
    return subprocess.run([TOP + "/packaging/systemd/bans", verb], env={
        **os.environ, "XT_SIP_BANS": f"{directory}/bans",
        "XT_SIP_SOURCES": f"{directory}/sources"}, check=False).returncode


def test_save(tmp_path):
    """The banned, with the time, for nobody else to read."""
    saved, sources = tmp_path / "bans", tmp_path / "sources"
    sources.write_text(SOURCES)
    assert bans(tmp_path, "save") == 0
    text = saved.read_text()
    banned = "".join(SOURCES.splitlines(keepends=True)[1:3])
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
    ("junk\nsrc=192.0.2.1/32\nbanned=5\n", 0, ""),
])
def test_restore(tmp_path, saved, ago, expected):
    """The time between counts; give or take what a busy machine needs."""
    (tmp_path / "bans").write_text(f"# saved {int(time.time()) - ago}\n{saved}")
    (tmp_path / "sources").touch()
    assert bans(tmp_path, "restore") == 0
    assert re.sub("=39[0-9]\n", "=400\n", (
        tmp_path / "sources").read_text()) == expected


def test_misuse(tmp_path):
    """Other words are an error."""
    assert bans(tmp_path, "keep") == 2
