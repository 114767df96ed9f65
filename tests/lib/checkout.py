# SPDX-License-Identifier: GPL-2.0
"""Where the checkout is."""

import os

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
DEMO = os.path.join(TOP, "demo")            # scenarios, lists, kamailio.cfg
SERVERS = os.path.join(TOP, "tests", "servers")
CORPUS = os.path.join(TOP, "tests", "corpus")
