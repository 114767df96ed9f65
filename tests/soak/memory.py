# SPDX-License-Identifier: GPL-2.0
"""The cgroup of the soak and of all it starts, which pays for what the module
allocates: pages, slab and per-CPU memory."""
import os
import time

from tests.lib import memory, sources


class Account(sources.Account):
    """The soak's cgroup."""

    def settled(self, patience):
        """Bytes of kernel memory, once it shrinks no more."""
        last, end = None, time.monotonic() + patience
        while time.monotonic() < end:
            memory.shrink()
            now = self.kernel()
            if last is not None and now >= last:
                break
            last = now
            time.sleep(1)
        return self.kernel()

    def others(self):
        """Processes in it but this one, as "PID NAME"."""
        found = []
        for pid, in memory.words(self.path + "/cgroup.procs"):
            try:
                name = memory.words(f"/proc/{pid}/comm")[0]
            except OSError:
                continue
            if int(pid) != os.getpid():
                found.append(f"{pid} {' '.join(name)}")
        return found
