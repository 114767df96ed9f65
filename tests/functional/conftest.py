# SPDX-License-Identifier: GPL-2.0
"""The network of the functional tests, and when a test is skipped."""

import contextlib
import os
import socket

import pytest

from tests import lib
from tests.lib import bursts, sources
from tests.lib.way import Way, WAYS

# The files of the first half, which takes as long as the rest without slow
# tests and races (two processors). New files belong to the second half.
FIRST = "autoload ban banks corpus evasion forgive hooks netns nft".split()


def pytest_addoption(parser):
    """--part: halves, for two machines side by side."""
    parser.addoption("--part", type=int, choices=(1, 2),
                     help="one half of the functional tests")


@pytest.fixture(scope="session", autouse=True)
def one_processor(machine):
    """Each of these tests needs the machine as it is then."""
    return machine


def server_of(item):
    """The kind of server that a test runs on; nothing for most."""
    spec = getattr(item, "callspec", None)
    return spec.params.get("server", "") if spec else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep the half that was asked for. A server starts once for all tests of
    a file that run on it."""
    items.sort(key=lambda item: (item.path, server_of(item)))
    part = config.getoption("--part")
    if part:
        items[:] = [item for item in items if (part == 1) == (
            item.path.stem.removeprefix("test_") in FIRST)]


def obstacle(item):
    """Why a test cannot run here; nothing if it can."""
    cpus = item.get_closest_marker("cpus")
    if cpus and os.cpu_count() < cpus.args[0]:
        return f"needs {cpus.args[0]} CPUs"
    protocol = item.get_closest_marker("protocol")
    if protocol:
        try:
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM,
                          protocol.args[0]).close()
        except OSError:
            return f"this kernel has no sockets of protocol {protocol.args[0]}"
    lacks = item.get_closest_marker("lacks")
    return lacks.kwargs["why"]() if lacks else ""


def pytest_runtest_setup(item):
    """Skip what has an obstacle."""
    why = obstacle(item)
    if why:
        pytest.skip(why)


@pytest.fixture(scope="module", name="module_network")
def fixture_module_network():
    """One network for the tests of a file; the module is loaded then."""
    sources.load_module()
    with lib.Network() as network:
        yield network


@pytest.fixture
def network(module_network):
    """The same for one test, which leaves no rules and no sources in it."""
    yield module_network
    module_network.clear()
    for netns in module_network.all:
        with contextlib.suppress(FileNotFoundError):
            sources.write(netns, "flush")


@pytest.fixture(params=WAYS, ids="IPv4 IPv6".split())
def way(network, request):
    """The network for IPv4 and for IPv6, with rules of legacy and nft."""
    return Way(network, *request.param)


@pytest.fixture
def pool(network):
    """Users that the server's namespace counts exactly."""
    return bursts.Pool(network).users
