# SPDX-License-Identifier: GPL-2.0
"""Options and fixtures of all tests in Python; prints the last line."""

import os
import resource

import pytest

from tests.lib.checks import Checks


def pytest_addoption(parser):
    """--all: what the everyday suite leaves out."""
    parser.addoption("--all", action="store_true", help="also what is slow")


def pytest_runtest_setup(item):
    """Skip what is slow, if neither it nor all was asked for."""
    named = any(".py" in name for name in item.config.args)
    if item.get_closest_marker("slow") and not (
            named or item.config.getoption("--all")):
        pytest.skip("slow, only with --all")


@pytest.fixture(scope="session")
def machine():
    """A machine that tests may change, and one processor of it: there packets
    stay in the order in which they were sent."""
    if os.geteuid():
        pytest.exit("needs root: tests/vm/run tests/pytest ...", 2)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))


@pytest.fixture
def checks():
    """What the test finds wrong; see pytest_pyfunc_call()."""
    return Checks()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Run a test that has checks; it fails at its end if one of them did."""
    if "checks" not in pyfuncitem.funcargs:
        return None
    names = pyfuncitem._fixtureinfo.argnames    # pylint: disable=W0212
    pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    pyfuncitem.funcargs["checks"].end()
    return True


def pytest_unconfigure(config):
    """The line that tests/check reads."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter:
        passed, failed, errors = (len(reporter.stats.get(what, ()))
                                  for what in ("passed", "failed", "error"))
        print(f"{passed} passed, {failed + errors} failed")
