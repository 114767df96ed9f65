# SPDX-License-Identifier: GPL-2.0
"""Real SIP servers as oracles of the parser."""
