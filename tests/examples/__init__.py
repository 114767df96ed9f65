# SPDX-License-Identifier: GPL-2.0
"""Tests of examples, README and manuals."""
