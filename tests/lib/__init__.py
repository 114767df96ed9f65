# SPDX-License-Identifier: GPL-2.0
"""What the tests, the demo and the benchmarks share.

The names of the test network are here as well, since nearly all tests use
them: lib.Network, lib.SERVER.
"""

from tests.lib.netns import (CLONE_NEWNET, HOOKS, NetworkError, Netns,
                             SENTINEL, TOOLS, checked, command, libc, tried)
from tests.lib.network import (AF, CLIENTS, Network, PATIENCE, Path, SERVER,
                               SIP, Shot, Sniffer, received, target)

__all__ = ["AF", "CLIENTS", "CLONE_NEWNET", "HOOKS", "Network",
           "NetworkError", "Netns", "PATIENCE", "Path", "SENTINEL", "SERVER",
           "SIP", "Shot", "Sniffer", "TOOLS", "checked", "command", "libc",
           "received", "target", "tried"]
