# SPDX-License-Identifier: GPL-2.0
"""Tests that the ABI is the frozen one of layout.h, for programs of 64 and 32
bits and for the kernel, and that its header stands alone in C and C++."""

import re
import shutil
import subprocess

import pytest

from tests.lib.checkout import TOP

ABI = TOP + "/tests/abi"
UAPI = TOP + "/kernel/uapi"
HEADER = "linux/netfilter/xt_sip.h"
STRICT = ["-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
KBUILD = "obj-m := abi.o\nccflags-y := -I$(src)/uapi\n"
# What could happen to the header.
CHANGES = [
    {r"__u8 reserved\[\d+\];": "__u8 reserved[112];"},
    {"prefix4;": "prefix;", "prefix6;": "prefix4;", "prefix;": "prefix6;"},
    {"__u32 ban;": "__u64 ban;"},
    {"__u8 reserved0;": "__u8 reserved0, more;",
     r"reserved\[\d+\]": "reserved[103]"},
    {"\tXT_SIP_ACK,": "\tXT_SIP_NEW,\n\\g<0>"},
    {"\tXT_SIP_NO_END,": "\tXT_SIP_NEW,\n\\g<0>"},
    {"= 1 << 14": "= 1 << 15"},
    {r" __attribute__\(\(aligned\(8\)\)\)": "",
     "XT_SIP_TEXT_SPACE\t2816": "XT_SIP_TEXT_SPACE\t2820"},
]


def said(*command):
    """What a compiler says; empty if it likes what it sees."""
    done = subprocess.run(command, check=False, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.stdout + (f"status {done.returncode}" if done.returncode
                          else "")


@pytest.mark.parametrize("change", CHANGES)
def test_change(tmp_path, change):
    """It does not get past layout.h."""
    shutil.copytree(UAPI, tmp_path / "uapi")
    header = tmp_path / "uapi" / HEADER
    text = header.read_text(encoding="utf-8")
    for old, new in change.items():
        text, times = re.subn(old, new, text)
        assert times == 1
    header.write_text(text, encoding="utf-8")
    assert "error: static assertion failed" in said(
        "gcc", "-fsyntax-only", f"-I{tmp_path}/uapi", ABI + "/abi.c")


@pytest.mark.parametrize("width", ("", "-m64", "-m32"))
def test_program(width):
    """As gcc is, and for each width."""
    command = ["gcc", *width.split(), "-std=gnu11", *STRICT]
    if said(*command, "-x", "c", "-include", "linux/types.h", "/dev/null"):
        pytest.skip("this gcc has none (gcc-multilib)")
    assert not said(*command, "-I" + UAPI, ABI + "/abi.c")


def test_module(tmp_path):
    """As a part of a module; the object alone, as modpost wants whole ones."""
    module = subprocess.run([TOP + "/tests/vm/check-module"], check=True,
                            text=True, stdout=subprocess.PIPE).stdout.strip()
    for name in ("abi.c", "layout.h"):
        shutil.copy(f"{ABI}/{name}", tmp_path)
    shutil.copytree(UAPI, tmp_path / "uapi")
    (tmp_path / "Kbuild").write_text(KBUILD)
    assert not said("make", "-s", "-C", module + "/.headers/",
                    f"M={tmp_path}", "abi.o")
    assert (tmp_path / "abi.o").exists()


@pytest.mark.parametrize("command", ("gcc -std=c90 -x c", "g++ -x c++"))
def test_header(command):
    """The header alone."""
    assert not said(*command.split(), *STRICT, f"{UAPI}/{HEADER}")
