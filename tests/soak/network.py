# SPDX-License-Identifier: GPL-2.0
"""Makes the network of the soak: a SIP server, its phones, and a flooder.

    phones 10.20.0.10          ----  10.20.0.1           server
           2001:db8:20::10     ----  2001:db8:20::1        192.0.2.10:5060
    flood  203.0.113.2         ----  203.0.113.1           [2001:db8:2::10]
           2001:db8:ff::2      ----  2001:db8:ff::1

The flooder sends from any address. Packets to any but the phones' go back to
it, and it drops them.
"""
from tests.lib.namespaces import Namespaces, SERVER as SERVER4

SERVER = {4: SERVER4, 6: "2001:db8:2::10"}
PHONES = {4: "10.20.0.10", 6: "2001:db8:20::10"}


class Network(Namespaces):
    """The namespaces, ready for the server and its phones."""

    def __init__(self):
        super().__init__("server", "phones", "flood")

    def build(self):
        """Links and addresses."""
        self.batch("server", *(f"addr add {one} dev lo"
                               for one in SERVER.values()))
        for name, net, net6, host in (
                ("phones", "10.20.0", "2001:db8:20:", 10),
                ("flood", "203.0.113", "2001:db8:ff:", 2)):
            self.join(name, name, [f"{net}.1/24", f"{net6}:1/64 nodad"],
                      [f"{net}.{host}/24", f"{net6}:{host}/64 nodad"],
                      f"route add default via {net}.1",
                      f"route add default via {net6}:1")
        self.batch("server", "route add default via 203.0.113.2",
                   "route add default via 2001:db8:ff::2")
