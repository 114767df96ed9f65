#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sends floods into a virtual machine, over its network card (tests/vm/run -n),
so that sending them takes no processor time of the machine.

Prints the card's "IN:OUT", two ports of this machine's loopback, then sends the
floods that the machine requests (floods.py), until it is killed. Frames that
the card cannot take are lost, as on a wire.
"""
import socket
import time

from bench.flood import floods

TICK = 0.001


def free_port():
    """A free UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def latest_order(sock):
    """The last order among all frames received so far, or None."""
    order = None
    while True:
        try:
            order = floods.read_order(sock.recv(65536)) or order
        except BlockingIOError:
            return order
        except ConnectionError:     # the machine is down
            continue


def send(sock, frame):
    """Send one frame, or lose it."""
    try:
        sock.send(frame)
    except (BlockingIOError, ConnectionError):
        pass


def main():
    """Send the flood of the last order."""
    ready = {flood.name: floods.frames(flood) for flood in floods.FLOODS}
    speed, sent, begin, frames = 0, 0, 0.0, []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = free_port()
        sock.connect(("127.0.0.1", port))
        sock.setblocking(False)
        print("%d:%d" % (port, sock.getsockname()[1]), flush=True)
        while True:
            order = latest_order(sock)
            if order and (speed, frames) != (order[1], ready[order[0].name]):
                speed, frames = order[1], ready[order[0].name]
                sent, begin = 0, time.monotonic()
            while sent < (time.monotonic() - begin) * speed:
                send(sock, frames[sent % len(frames)])
                sent += 1
            time.sleep(TICK)


if __name__ == "__main__":
    main()
