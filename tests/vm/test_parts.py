# SPDX-License-Identifier: GPL-2.0
"""Tests what the machine runners consist of and needs no machine: what they
think of a kernel's log, and whether QEMU has KVM."""

import os
import subprocess

import pytest

from tests.lib.checkout import TOP

# What is bad in a log, and what is not.
LINES = """
bad WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2 [xt_sip]
bad WARNING: possible circular locking dependency detected
bad WARNING: suspicious RCU usage
bad BUG: KASAN: slab-out-of-bounds in f+0x1/0x2
bad BUG: KCSAN: data-race in f / g
bad BUG: KFENCE: use-after-free read in f
bad BUG: sleeping function called from invalid context at mm/x.c:1
bad BUG: scheduling while atomic: sh/1/0x00000002
bad BUG: kernel NULL pointer dereference, address: 00000000000000
bad BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0
bad BUG kmalloc-64 (Tainted: G    B     ): Redzone overwritten
bad watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [a:1]
bad kernel BUG at lib/list_debug.c:1!
bad Oops: 0000 [#1] PREEMPT SMP NOPTI
bad general protection fault, probably for non-canonical address
bad divide error: 0000 [#1] PREEMPT SMP NOPTI
bad Kernel panic - not syncing: Fatal exception in interrupt
bad UBSAN: array-index-out-of-bounds in a.c:1:2
bad rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
bad rcu: INFO: rcu_preempt self-detected stall on CPU
bad INFO: task sh:1 blocked for more than 120 seconds.
bad INFO: trying to register non-static key.
bad kmemleak: 1 new suspected memory leaks (see /sys/kernel/debug)
bad unreferenced object 0xffff888003a0 (size 64):
bad swapper/0: page allocation failure: order:4, mode:0x40cc0
bad refcount_t: underflow; use-after-free.
bad list_del corruption. prev->next should be a, but was b
bad ODEBUG: free active (active state 0) object type: timer_list
bad unregister_netdevice: waiting for lo to become free.
bad kmem_cache_destroy xt_sip_source: Slab cache still has objects
bad Out of memory: Killed process 1 (a) total-vm:1kB
good xt_sip: loading out-of-tree module taints kernel.
good IN=lo OUT= WARNING: CPU: 0 PID: 1 (a --log-prefix)
good traps: a[1] general protection fault ip:1 sp:2 error:0 in a
good a[1]: segfault at 0 ip 0 sp 0 error 4 in a[1+2]
good rcu: Hierarchical RCU implementation.
good RCU CPU stall warnings timeout set to 120
good Memory cgroup out of memory: Killed process 1 (a)
good sysrq: Emergency Sync
"""

# A report of KCSAN, whose %s is the function that met xt_sip's.
RACE = f"""{"=" * 66}
BUG: KCSAN: data-race in one / other

write to 0xffff888001234567 of 8 bytes by task 1 on cpu 0:
 %s
 sip_any+0x12/0x34 [xt_sip]
{"=" * 66}
"""

# One of lockdep: where a list was walked, and the function.
LISTS = """=============================
WARNING: suspicious RCU usage
6.1.192 #1 Tainted: G
-----------------------------
%s RCU-list traversed in non-reader section!!

rcu_scheduler_active = 2, debug_locks = 1
Call Trace:
 <TASK>
 dump_stack_lvl+0x4c/0x5f
 lockdep_rcu_suspicious.cold+0x73/0xaa
 %s
 nf_tables_delrule+0x426/0xb00
"""
NFT = "net/netfilter/nf_tables_api.c"
RULE = LISTS % (NFT + ":3173", "__nft_rule_lookup+0x107/0x140")
SET = "nft_set_lookup.part.0+0x126/0x160"
REPORTS = [
    ("good", RACE % "one+0x12/0x34"),
    ("bad", RACE % "sip_one+0x12/0x34 [xt_sip]"),
    ("bad", RACE % "one+0x12/0x34" + "BUG: KASAN: slab-use-after-free in f"),
    ("good", RULE),
    ("good", LISTS % (NFT + ":4097", SET)),
    ("good", LISTS % ("net/netfilter/nft_set_bitmap.c:96",
                      "nft_bitmap_elem_find+0x1b2/0x200")),
    ("bad", LISTS % (NFT + ":4097", "nft_other+0x126/0x160")),
    ("bad", LISTS % ("kernel/proc.c:12", SET)),
    ("bad", LISTS % (NFT + ":4097", "sip_f+0x1/0x2 [xt_sip]")),
    ("bad", RULE + "WARNING: suspicious RCU usage"),
    ("bad", RULE + "BUG: KASAN: slab-use-after-free in f"),
]

# A log with a failure that is QEMU's, or not.
FAILURES = [
    ("QEMU", """Oops: int3: 0000 [#1] PREEMPT SMP NOPTI
RIP: 0010:__schedule+0x2f1/0x9c0"""),
    ("QEMU", """ok  rules.users: 3 passed
[   81.2] Oops: int3: 0000 [#1] SMP
Modules linked in: xt_sip(OE) x_tables
[   81.2] RIP: 0010:try_to_wake_up+0x5/0x760"""),
    ("ours", """Oops: int3: 0000 [#1] PREEMPT SMP NOPTI
RIP: 0010:sip_mt+0x1f/0x400 [xt_sip]"""),
    ("ours", """Oops: general protection fault: 0000 [#1] SMP
RIP: 0010:__schedule+0x2f1/0x9c0"""),
    ("ours", "BUG: KASAN: slab-use-after-free in sip_source_take [xt_sip]"),
    ("ours", "FAIL users.many: 3 passed, 1 failed\n20682 passed, 1 failed"),
    ("ours", ""),
]


def status(program, log, text):
    """How a program ends that reads this log."""
    log.write_text(text, encoding="utf-8")
    return subprocess.run([f"{TOP}/tests/{program}", log], check=False,
                          stderr=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("verdict, text", [
    line.split(" ", 1) for line in LINES.strip().splitlines()] + REPORTS)
def test_kernel_log(tmp_path, verdict, text):
    """A line, or a report, in a long log of a console."""
    lines = ["before", *text.splitlines(), *["after"] * 20000]
    assert status("vm/check-kernel-log", tmp_path / "log", "".join(
        f"[   12.345678][  T123] {line}\r\n" for line in lines)) == (
            verdict == "bad")


@pytest.mark.parametrize("whose, text", FAILURES)
def test_is_qemu_bug(tmp_path, whose, text):
    """tests/kernels/run tries once more if it is QEMU's."""
    assert status("kernels/is-qemu-bug", tmp_path / "log", text + "\n") == (
        whose != "QEMU")


@pytest.mark.parametrize("ends, device, wanted, answer, asked", [
    (0, "none", "", "tcg", 0),
    (0, "kvm", "", "kvm", 1),
    (124, "kvm", "", "tcg", 1),         # a guest that does not run
    (134, "kvm", "", "tcg", 1),         # a QEMU that aborts
    (0, "none", "kvm", "kvm", 0),
    (0, "kvm", "xen", "vm: XT_SIP_ACCEL=xen: expected kvm or tcg", 0),
])
def test_accelerator(tmp_path, ends, device, wanted, answer, asked):
    """KVM is used if there is a device and a kernel boots with it, which is
    tried once and remembered; or what is wanted."""
    qemu = tmp_path / "qemu-system-x86_64"
    qemu.write_text(f"#!/bin/sh\necho x >>{tmp_path}/asked\nexit {ends}\n")
    qemu.chmod(0o755)
    for name in ("asked", "kvm"):
        (tmp_path / name).touch()
    for path in (tmp_path / device, tmp_path / "kvm"):
        done = subprocess.run(
            [TOP + "/tests/vm/accelerator", "image"], check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={
                **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}",
                "XT_SIP_CACHE": f"{tmp_path}/cache", "XT_SIP_ACCEL": wanted,
                "XT_SIP_KVM_DEVICE": str(path)})
        assert done.stdout.strip() == answer
    assert len((tmp_path / "asked").read_text()) == 2 * asked
