# SPDX-License-Identifier: GPL-2.0
"""Becomes an unprivileged user, root in a user namespace of its own."""

import os

from tests import lib

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_DUMPABLE = 4


def write(path, text):
    """Write a file in one go."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def become():
    """For good. Raises OSError as unshare() does."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # Else /proc/self stays root's.
    lib.checked(lib.libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
    lib.checked(lib.libc.unshare(CLONE_NEWUSER | lib.CLONE_NEWNET))
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"0 {NOBODY} 1")
    write("/proc/self/gid_map", f"0 {NOBODY} 1")
    if os.getresuid() != (0, 0, 0) or may_read("/proc/slabinfo"):
        raise lib.NetworkError("this is no unprivileged user")


def may_read(path):
    """May this process read a file that is root's?"""
    try:
        os.close(os.open(path, os.O_RDONLY))
    except PermissionError:
        return False
    return True
