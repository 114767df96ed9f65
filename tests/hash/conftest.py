# SPDX-License-Identifier: GPL-2.0
"""The option that says where what tests/hash/run has built is."""


def pytest_addoption(parser):
    """--tools DIR"""
    parser.addoption("--tools", help="where chains and probe.ko are")
