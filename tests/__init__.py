# SPDX-License-Identifier: GPL-2.0
"""The tests of xt_sip; README.md says what each proves."""
