#!/usr/bin/env python3
"""peer.py FOLDER: HTTP servers on free ports of loopback that do as the path says, for tests of what
goes out. FOLDER holds what peer-certs made. It prints "NAME PORT" for each server and an empty line;
the names are the certificates' and "plain". It lives as long as its standard input stays open.

  /bytes?n=9            n bytes                       /echo     how much body came, and its SHA-256
  /wait?ms=9            "late" after ms               /head     answers with many headers
  /hold?ms=9            head at once, body after ms   /silent   never answers
  /drip?n=9&ms=9        n single bytes, ms apart      /endless  a body without end
  /cut                  4 of 100 bytes, then the end  /reset    a reset instead of an answer
  /leave?ms=9           answers, closes after ms of idleness
  /stale                answers; the next request on this connection is cut off by a reset
  /stale?read=all       the same, but after it was read whole; ?fin=1: without a reset
  /status?n=503         answers with that status, Retry-After: 2
  /with?h=NAME:VALUE&n=9  "with", that header and one of n bytes; &ms=9: half of the body later
  /counts?of=NAME       connections, requests, resumed handshakes, largest number at once, so far
"""
import hashlib
import os
import re
import socket
import ssl
import struct
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

lock = threading.Lock()
counts = {}


class Closed(Exception):
    pass


def reset(raw):
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()
    raise Closed


class Connection:
    def __init__(self, name, raw, context):
        self.name, self.raw, self.rest, self.stale = name, raw, bytearray(), None
        self.count("connections")
        self.s = context.wrap_socket(raw, server_side=True) if context else raw
        if context and self.s.session_reused:
            self.count("resumed")

    def count(self, what, n=1):
        with lock:
            key = (self.name, what)
            counts[key] = counts.get(key, 0) + n
            if what == "now":
                most = (self.name, "most")
                counts[most] = max(counts.get(most, 0), counts[key])

    def more(self):
        data = self.s.recv(65536)
        if not data:
            raise Closed
        self.rest += data

    def read(self):
        """The path, the head and the body of the next request; Closed when there is none."""
        if not self.rest:
            self.more()
        if self.stale == "at once":
            reset(self.raw)
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        want = int(length.group(1)) if length else 0
        while len(self.rest) < want:
            self.more()
        body, self.rest = self.rest[:want], self.rest[want:]
        if self.stale == "reset":
            reset(self.raw)
        if self.stale == "fin":
            raise Closed
        return head.split(b" ", 2)[1].decode(), bytes(head), bytes(body)

    def say(self, body, status=200, more=""):
        head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.s.sendall(head.encode() + body)

    def serve(self):
        while True:
            path, head, body = self.read()
            self.count("requests")
            self.count("now")
            try:
                self.answer(urlsplit(path), head, body)
            finally:
                self.count("now", -1)

    def answer(self, url, head, body):
        q = {k: v[0] for k, v in parse_qs(url.query).items()}
        n, ms = int(q.get("n", 1)), int(q.get("ms", 0)) / 1000
        getattr(self, "do_" + url.path.rpartition("/")[2])(q, n, ms, head, body)

    def do_bytes(self, q, n, ms, head, body):
        self.say(b"b" * n)

    def do_echo(self, q, n, ms, head, body):
        host = re.search(rb"(?i)\r\nhost: *([^\r]*)", head)
        self.say(b"%d %s %s" % (len(body), hashlib.sha256(body).hexdigest().encode(), host.group(1)))

    def do_head(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.say(b"{}", 529, "Content-Type: application/json; charset=utf-8\r\nretry-after-ms: 1500\r\n"
                 "Retry-After: 9\r\nx-should-retry: true\r\nrequest-id: req_011CS\r\n")

    def do_wait(self, q, n, ms, head, body):
        time.sleep(ms)
        self.say(b"late")

    def do_hold(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 4\r\n\r\n")
        time.sleep(ms)
        self.s.sendall(b"late")

    def do_drip(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\n")
        for i in range(n):
            time.sleep(ms)
            self.s.sendall(b"1\r\n%d\r\n" % (i % 10))
        self.s.sendall(b"0\r\n\r\n")

    def do_silent(self, q, n, ms, head, body):
        self.s.recv(1)
        raise Closed

    def do_endless(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 200 Said\r\n\r\n")
        while True:
            self.s.sendall(b"e" * 16384)

    def do_cut(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 100\r\n\r\nhalf")
        raise Closed

    def do_reset(self, q, n, ms, head, body):
        reset(self.raw)

    def do_status(self, q, n, ms, head, body):
        self.say(b"busy", n, "Retry-After: 2\r\n")

    def do_with(self, q, n, ms, head, body):
        self.s.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 4\r\n%s\r\nX-Much: %s\r\n\r\nwi"
                       % (q["h"].encode(), b"m" * n))
        time.sleep(ms)
        self.s.sendall(b"th")

    def do_leave(self, q, n, ms, head, body):
        self.say(b"bye")
        self.s.settimeout(ms)

    def do_stale(self, q, n, ms, head, body):
        self.stale = "fin" if "fin" in q else "reset" if "read" in q else "at once"
        self.say(b"once")

    def do_counts(self, q, n, ms, head, body):
        with lock:
            self.say(" ".join("%s=%d" % (what, counts.get((q.get("of", self.name), what), 0)) for what in
                              ("connections", "requests", "resumed", "most")).encode())


def talk(name, raw, context):
    try:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(name, raw, context)
        raw = connection.s
        connection.serve()
    except (Closed, OSError):
        pass
    finally:
        raw.close()


def listen(name, folder):
    context = None
    if name != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(name, listener.getsockname()[1], flush=True)

    def accept():
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=talk, args=(name, raw, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


for name in ("plain", "good", "wrong", "other", "expired"):
    listen(name, sys.argv[1])
print(flush=True)
sys.stdin.read()
os._exit(0)
