# SPDX-License-Identifier: GPL-2.0
"""Tests of the match in a running kernel."""
