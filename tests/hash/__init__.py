# SPDX-License-Identifier: GPL-2.0
"""No set of addresses makes a chain of the hash long."""
