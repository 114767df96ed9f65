# SPDX-License-Identifier: GPL-2.0
"""Runs one SIP server of server.py in the foreground, until SIGTERM or ^C.

    tests/servers/start NAME [ADDRESS]

Prints "ready" when it answers at ADDRESS, port 5060, by UDP and TCP, and then
the users it knows.
"""
import signal
import sys
import tempfile

from tests.lib.server import KINDS, Server, ServerError


def main():
    """See above."""
    if not 2 <= len(sys.argv) <= 3:
        print("usage: tests/servers/start NAME [ADDRESS]; the names are "
              + ", ".join(KINDS), file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="xt_sip-server.") as workdir:
        with Server(*sys.argv[1:], workdir=workdir) as server:
            print("ready: %s at %s:%d, realm %s" % (
                server.name, server.address, server.port, server.realm))
            for user in server.users.items():
                print("user %s, password %s" % user, flush=True)
            while True:
                signal.pause()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerError as error:
        print("start: " + str(error), file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(0)
