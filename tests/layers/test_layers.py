# SPDX-License-Identifier: GPL-2.0
"""Tests which files of kernel/ call and include which: calls go down only, and
kernel/sip/ needs nothing but itself, the ABI and what `allowed` lists. Each
test is shown to find a file that breaks its rule."""

import glob
import os
import re
import subprocess

import pytest

from tests.layers import call_graph, layer_files, module_calls, symbols
from tests.lib.checkout import TOP

SIP = TOP + "/kernel/sip"
CC = ["gcc", "-std=gnu11", "-ffreestanding", "-fno-stack-protector", "-O2",
      "-Wall", "-Wextra", "-Wconversion", "-Werror", f"-I{TOP}/kernel/uapi",
      "-iquote", SIP, "-r", "-nostdlib"]
LOOP = {"text": ({"text_of"}, {"table_get"}),
        "table": ({"table_get"}, {"line_of"}),
        "line": ({"line_of"}, {"text_of"})}


def foreign(text):
    """What a file of kernel/sip/ includes and should not."""
    return [path for quote, path in re.findall(
        r'^\s*#\s*include\s+([<"])(.*)[>"]', text, re.M)
            if "/" in path and quote == '"'
            or quote == "<" and path != "linux/netfilter/xt_sip.h"]


def needs(tmp_path, *sources):
    """What sources need from a userspace program."""
    made = str(tmp_path / "all.o")
    subprocess.run([*CC, "-o", made, *sources], check=True)
    with open(TOP + "/tests/layers/allowed", encoding="utf-8") as lines:
        allowed = {line.strip() for line in lines if line[0] != "#"}
    defined, needed = symbols(made)
    return needed - defined - allowed


def test_includes():
    """kernel/sip/ includes only its own files; port.h knows userspace."""
    for path in glob.glob(SIP + "/*.[ch]"):
        with open(path, encoding="utf-8") as source:
            assert path == SIP + "/port.h" or not foreign(source.read()), path


@pytest.mark.parametrize("text", ['#include "../table.h"\n',
                                  "#include <stdio.h>\n",
                                  "#include <linux/slab.h>\n"])
def test_foreign_include(text):
    """It is found."""
    assert foreign(text)


def test_userspace(tmp_path):
    """kernel/sip/ is whole without a kernel."""
    assert not needs(tmp_path, *glob.glob(SIP + "/*.c"))


def test_foreign_call(tmp_path):
    """It is found, and no header of kernel/ is."""
    source = tmp_path / "bad.c"
    source.write_text("int f(const char *);\nint f(const char *s)\n"
                      "{ int printf(const char *, ...); "
                      "return printf(s, 1); }\n")
    assert needs(tmp_path, source) == {"printf"}
    source.write_text('#include "table.h"\n')
    with pytest.raises(subprocess.CalledProcessError):
        needs(tmp_path, source)


def test_calls():
    """They go down, and never from kernel/sip/ to other files."""
    calls = module_calls()
    assert layer_files(calls)
    assert not [(name, other) for name in calls for other in calls[name]
                if os.path.dirname(name) == "sip" != os.path.dirname(other)]


def test_circle():
    """It is found, and named."""
    with pytest.raises(ValueError, match=r"table calls line_of\(\) of line"):
        layer_files(call_graph(LOOP))
