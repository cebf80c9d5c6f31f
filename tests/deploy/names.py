#!/usr/bin/env python3
"""names.py: a name server on 127.0.0.1:53 by which every name is this machine.

For a machine of a test, whose network is a loopback and nothing else. It says so to systemd once it
listens (Type=notify).
"""
import os
import socket
import struct

HEAD = 12  # bytes, before the question


def answer(asked):
    """One question, answered with 127.0.0.1; with nothing, where no address of IPv4 is asked for."""
    end = asked.index(b"\0", HEAD) + 5
    kind = struct.unpack("!H", asked[end - 4:end - 2])[0]
    count = 1 if kind == 1 else 0
    head = asked[:2] + struct.pack("!5H", 0x8180, 1, count, 0, 0)
    record = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton("127.0.0.1")
    return head + asked[HEAD:end] + record * count


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 53))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as boss:
            boss.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
        while True:
            asked, who = s.recvfrom(4096)
            try:
                s.sendto(answer(asked), who)
            except (ValueError, struct.error):
                continue


if __name__ == "__main__":
    main()
