# SPDX-License-Identifier: GPL-2.0
"""Makes the network of the soak: a SIP server, its phones, and a flooder.

    phones 10.20.0.10          ----  10.20.0.1           server
           2001:db8:20::10     ----  2001:db8:20::1        192.0.2.10:5060
    flood  (any source)        ----  203.0.113.1           [2001:db8:2::10]
                               ----  2001:db8:ff::1

Built of the demo's Net, which stops and removes all that it made. Packets to
any address but the phones' go back to the flooder, which drops them.
"""
import os

from tests import lib
from tests.lib import namespaces

SERVER = {4: namespaces.SERVER, 6: "2001:db8:2::10"}
PHONES = {4: "10.20.0.10", 6: "2001:db8:20::10"}
ROUTER_MAC = "02:00:00:00:00:01"
FLOOD_MAC = "02:00:00:00:00:02"


class Joined(lib.Netns):
    """A namespace that has a name already."""

    def __init__(self, name):       # pylint: disable=super-init-not-called
        self.name = name
        self.loaded = set()
        self.fd = os.open("/run/netns/" + name, os.O_RDONLY)

    def enter(self):
        """From now on this whole process is inside."""
        lib.checked(lib.libc.setns(self.fd, lib.CLONE_NEWNET))


class Network(namespaces.Namespaces):
    """The namespaces, ready for the server and its phones."""

    def __init__(self):
        super().__init__("soak")
        try:
            for name in ("server", "phones", "flood"):
                self.add_space(name)
            self._join("phones", "phones")
            self._join("flood", "flood", ROUTER_MAC, FLOOD_MAC)
            self._addresses()
        except BaseException:
            self.close()
            raise

    def _join(self, name, device, here="", there=""):
        """A veth pair: @device in the server's namespace, uplink in @name."""
        def mac(address):
            return ["address", address] if address else []
        namespaces.run(
            "ip", "link", "add", device, *mac(here), "netns",
            self.space("server"), "type", "veth", "peer", "name",
            "uplink", *mac(there), "netns", self.space(name))

    def _addresses(self):
        self.batch("server", f"addr add {SERVER[4]}/32 dev lo",
                   f"addr add {SERVER[6]}/128 dev lo",
                   "addr add 10.20.0.1/24 dev phones",
                   "addr add 2001:db8:20::1/64 dev phones nodad",
                   "addr add 203.0.113.1/24 dev flood",
                   "addr add 2001:db8:ff::1/64 dev flood nodad",
                   "link set phones up", "link set flood up",
                   f"neigh add 203.0.113.2 lladdr {FLOOD_MAC} dev flood",
                   f"neigh add 203.0.113.77 lladdr {FLOOD_MAC} dev flood",
                   f"neigh add 2001:db8:ff::2 lladdr {FLOOD_MAC} dev flood",
                   "route add default via 203.0.113.2",
                   "route add default via 2001:db8:ff::2")
        self.batch("phones", "addr add 10.20.0.10/24 dev uplink",
                   "addr add 2001:db8:20::10/64 dev uplink nodad",
                   "link set uplink up",
                   "route add default via 10.20.0.1",
                   "route add default via 2001:db8:20::1")
        self.batch("flood", "link set uplink up")

    def end(self, proc, patience):
        """End a process by its id; whether it had to be killed."""
        self.stop(proc, patience=patience)
        self.procs.remove(proc)
        return proc.returncode == -9
