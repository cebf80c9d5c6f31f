#!/usr/bin/env python3
"""reach.py PORT...: one line that says what of a network the process that runs this can reach.

The ports of 127.0.0.1, an address of the world, and the ways of the way out: the handlers' and the
one that is nginx's own. "yes", or the error's name.
"""
import errno
import socket
import sys

# Of a documentation network: nothing answers there, but a packet may be sent where there is a way.
WORLD = ("192.0.2.1", 443)
SOCKETS = {"egress": "/run/holos-egress/egress.sock", "own": "/run/holos-egress/own/out.sock"}


def attempt(family, kind, address):
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(5)
            s.connect(address)
        return "yes"
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e))


def main():
    said = [
        "%s:%s" % (port, attempt(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int(port))))
        for port in sys.argv[1:]
    ]
    said.append("world:" + attempt(socket.AF_INET, socket.SOCK_DGRAM, WORLD))
    said.append("v6:" + attempt(socket.AF_INET6, socket.SOCK_DGRAM, ("::1", 443)))
    said.append("netlink:" + attempt(socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)))
    said.append("packet:" + attempt(socket.AF_PACKET, socket.SOCK_RAW, ("lo", 0)))
    for name, path in SOCKETS.items():
        said.append("%s:%s" % (name, attempt(socket.AF_UNIX, socket.SOCK_STREAM, path)))
    print("reach", *said, flush=True)


if __name__ == "__main__":
    main()
