"""HTTP/1.1 as a server speaks it, over TLS or plain, with every misbehaviour a client must survive.

A connection is accepted by hand, so that accepts, handshakes and requests are counted each for
itself, and a connection can be reset or left in silence before or after any of them.
"""
import asyncio
import json
import re
import socket
import ssl
import struct
import time
import urllib.parse

HEAD_MAX = 65536
BODY_MAX = 48 << 20
REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
           411: "Length Required", 413: "Payload Too Large", 415: "Unsupported Media Type",
           429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
           502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 529: "Overloaded"}


class Refusal(Exception):
    """What the vendor answers instead of 200. A fault is a client's mistake, kept as a violation;
    the rest (a model without a language, a wrong key) is part of a vendor's life."""

    def __init__(self, status, body, sentence, fault=True, headers=(), kind=None):
        super().__init__(sentence)
        self.status, self.body, self.sentence, self.fault = status, body, sentence, fault
        self.headers, self.kind = list(headers), kind


class Gone(Exception):
    """The connection ends here: the client's doing, or ours on command."""


class Request:
    def __init__(self, method, target, headers, connection):
        self.method, self.target, self.headers, self.connection = method, target, headers, connection
        path, _, query = target.partition("?")
        self.raw_path = path
        self.path = urllib.parse.unquote(path)
        self.query = urllib.parse.parse_qs(query, keep_blank_values=True)
        self.body = b""
        self.undo = []  # what puts the scenario back, when the reply does not arrive
        self.timing = {}
        self.vendor = None

    def header(self, name):
        return self.headers.get(name)

    def kind(self):
        """The media type of the body, without parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def key(self):
        """The credential it came with, None if it has none."""
        bearer = self.header("authorization") or ""
        return (self.header("x-api-key") or self.header("x-goog-api-key")
                or (self.query.get("key") or [None])[0]
                or (bearer[7:] if bearer[:7].lower() == "bearer " else None))


class Out:
    """The reply to one request. Bent by the misbehaviour in force, if there is one."""

    def __init__(self, connection, request, bend):
        self.c, self.request, self.bend = connection, request, bend
        self.sent = 0
        self.chunked = False
        self.status = 0
        self.due = None  # of the next step of a rhythm

    async def sleep(self, ms, watching=False):
        """A delay that was asked for: it counts as the vendor's, not as overhead. `watching`: ends when
        the client goes."""
        if ms > 0:
            self.request.timing["asked_ms"] = self.request.timing.get("asked_ms", 0) + ms
            until = time.monotonic() + ms / 1000
            while watching and until - time.monotonic() > 0.03:
                await asyncio.sleep(0.02)
                self._look()
            await asyncio.sleep(max(0, until - time.monotonic()))
            self._look()

    async def pace(self, ms):
        """The next step of a rhythm: lateness of one step does not delay the others."""
        now = time.monotonic()
        self.due = (self.due or now) + ms / 1000
        if ms > 0:
            self.request.timing["asked_ms"] = self.request.timing.get("asked_ms", 0) + ms
            await asyncio.sleep(max(0, self.due - now))
            self._look()

    def _look(self):
        """A client that went away has not got its answer: the scenario must not move on."""
        if self.c.reader.at_eof() or self.c.writer.transport.is_closing():
            raise Gone

    async def _write(self, data):
        self._look()
        if not self.request.timing.get("first"):
            self.request.timing["first"] = time.monotonic()
        self.c.writer.write(data)
        if self.c.writer.transport.get_write_buffer_size() > 4 << 20:
            await self.c.writer.drain()

    async def _head(self, status, kind, headers, length):
        self.status = status
        lines = ["HTTP/1.1 %d %s" % (status, REASONS.get(status, "Unknown"))]
        if kind:
            lines.append("Content-Type: " + kind)
        lines += ["%s: %s" % h for h in headers]
        lines.append("Transfer-Encoding: chunked" if length is None else "Content-Length: %d" % length)
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    async def raw(self, status, kind, body, headers=()):
        """A whole reply."""
        head = await self._head(status, kind, headers, len(body))
        if self.bend is None:
            await self._write(head + body)
        else:
            await self._write(head)
            await self._bent(body, self.bend.get("after", len(body) // 2), lambda b: b)
        self.sent += len(body)

    async def json(self, status, value, headers=()):
        await self.raw(status, "application/json; charset=UTF-8",
                       json.dumps(value, ensure_ascii=False).encode(), headers)

    async def open(self, status, kind, headers=()):
        """Begins a reply in chunks."""
        self.chunked = True
        await self._write(await self._head(status, kind, headers, None))

    async def chunk(self, data):
        if self.bend is None:
            await self._write(b"%x\r\n%s\r\n" % (len(data), data))
        else:
            left = self.bend.get("after", 700) - self.sent
            await self._bent(data, left, lambda b: b"%x\r\n%s\r\n" % (len(b), b))
        self.sent += len(data)

    async def close(self):
        """Ends a reply in chunks."""
        await self._write(b"0\r\n\r\n")

    async def _bent(self, data, cut_at, framed):
        what, ms = self.bend["what"], self.bend.get("ms")
        if what == "late" and self.sent == 0:
            await self.c.writer.drain()
            await self.sleep(ms or 1000)
        if what in ("cut", "reset") and len(data) >= cut_at:
            if cut_at > 0:
                await self._write(framed(data[:cut_at]))
            await self.c.writer.drain()
            await asyncio.sleep(0.02)  # what was sent must be there before the end is
            self.c.end(rst=what == "reset")
            raise Gone
        if what == "drip":
            for i in range(len(data)):
                await self._write(framed(data[i:i + 1]))
                await self.sleep(100 if ms is None else ms)
        elif what == "halfletter":
            for piece in half_letters(data):
                await self._write(framed(piece))
                await asyncio.sleep(0)
        else:
            await self._write(framed(data))


def half_letters(data):
    """Cut inside every letter of more than one byte."""
    start = 0
    for at in re.finditer(rb"[\xc2-\xf4](?=[\x80-\xbf])", data):
        yield data[start:at.end()]
        start = at.end()
    if start < len(data):
        yield data[start:]


class Connection:
    """One accepted connection of a listener. `serve` is called for every whole request."""

    def __init__(self, listener, number):
        self.listener, self.number = listener, number
        self.reader = self.writer = None
        self.requests = 0
        self.socket = None
        self.vendor_name = listener.name
        self.busy = False

    def end(self, rst=False):
        """Ends it at once; with a reset if told so."""
        if rst and self.socket is not None:
            try:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
        if self.writer is not None:
            self.writer.transport.abort()

    async def _head(self):
        most, idle_s = self.listener.keeps
        if self.requests == most:
            raise Gone
        try:
            head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), idle_s)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.TimeoutError, OSError) as e:
            raise Gone from e
        except asyncio.LimitOverrunError as e:
            raise Refusal(400, None, "a head of more than %d bytes" % HEAD_MAX) from e
        lines = head[:-4].decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3 or words[2] != "HTTP/1.1":
            raise Refusal(400, None, "no HTTP/1.1 request line")
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise Refusal(400, None, "a header without a colon or with blanks around its name")
            name = name.lower()
            headers[name] = headers[name] + ", " + value.strip() if name in headers else value.strip()
        if "host" not in headers:
            raise Refusal(400, None, "no Host header")
        return Request(words[0], words[1], headers, self)

    async def _body(self, q):
        if "expect" in q.headers:
            self.listener.house.violation(self.vendor_name, "an Expect header was sent")
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if q.headers.get("transfer-encoding", "").lower() == "chunked":
            return await self._chunks()
        length = q.headers.get("content-length")
        if length is None:
            if q.method in ("POST", "PUT"):
                raise Refusal(411, None, "a %s without a length" % q.method)
            return b""
        if not length.isdigit() or int(length) > BODY_MAX:
            raise Refusal(413, None, "a body of %s bytes" % length[:20])
        return await self.reader.readexactly(int(length))

    async def _chunks(self):
        body = bytearray()
        while True:
            size = int((await self.reader.readuntil(b"\r\n")).partition(b";")[0].strip(), 16)
            if size == 0:
                await self.reader.readuntil(b"\r\n")
                return bytes(body)
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
            if len(body) > BODY_MAX:
                raise Refusal(413, None, "an endless body")

    async def request(self):
        q = await self._head()
        q.timing["at"] = time.monotonic()
        self.busy = True
        try:
            q.body = await self._body(q)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as e:
            raise Gone from e
        q.timing["got"] = time.monotonic()
        self.requests += 1
        q.timing["connection"] = self.number
        q.timing["reused"] = self.requests > 1
        return q

    async def live(self):
        """Serves requests until one side ends it."""
        try:
            while True:
                try:
                    q = await self.request()
                except Refusal as r:
                    self.listener.house.violation(self.vendor_name, r.sentence)
                    self.writer.write(b"HTTP/1.1 %d Bad\r\nContent-Length: 0\r\n"
                                      b"Connection: close\r\n\r\n" % r.status)
                    break
                await self.listener.serve(q)
                self.busy = False
                if (q.header("connection") or "").lower() == "close":
                    break
        except (Gone, ConnectionError, ssl.SSLError, OSError, asyncio.CancelledError):
            pass
        finally:
            self.listener.connections.discard(self)
            if self.writer is not None:
                self.writer.close()


class Listener:
    """A port. `serve(request)` answers one request; `context()` gives the TLS context, None: plain."""

    def __init__(self, house, name, serve, context):
        self.house, self.name, self.serve, self.context = house, name, serve, context
        self.connections = set()
        self.socket = None
        self.port = 0
        self.accepting = None
        self.number = 0
        self.keeps = (-1, None)  # most requests of a connection, seconds it may be idle
        self.open()

    def url(self):
        return "%s://127.0.0.1:%d" % ("http" if self.context is None else "https", self.port)

    def open(self):
        """Opens the port, the same as before if there was one."""
        if self.socket is not None:
            return
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("127.0.0.1", self.port))
        s.listen(512)
        s.setblocking(False)
        self.port, self.socket = s.getsockname()[1], s
        self.accepting = asyncio.ensure_future(self._accept(s))

    def shut(self):
        """From now on connections are refused; those that were kept end."""
        if self.socket is None:
            return
        self.accepting.cancel()
        self.socket.close()
        self.socket = None
        self.drop()

    def drop(self):
        """Ends every kept connection."""
        for c in list(self.connections):
            c.end()

    async def _accept(self, listening):
        loop = asyncio.get_running_loop()
        while True:
            try:
                s, _ = await loop.sock_accept(listening)
            except OSError:
                await asyncio.sleep(0.05)  # out of descriptors, or aborted before it was accepted
                continue
            self.number += 1
            c = Connection(self, self.number)
            c.socket = s
            self.connections.add(c)
            asyncio.ensure_future(self._begin(c, s))

    async def _begin(self, c, s):
        loop = asyncio.get_running_loop()
        counts = self.house.counts(self.name)
        counts["accepts"] += 1
        s.setblocking(False)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader(limit=HEAD_MAX, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        context = self.context(c) if self.context is not None else None
        try:
            if await self.house.before_handshake(self, c, s):
                return
            options = {"ssl": context, "ssl_handshake_timeout": 30,
                       "ssl_shutdown_timeout": 1} if context else {}
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, s, **options)
        except (ConnectionError, ssl.SSLError, OSError, asyncio.TimeoutError):
            counts["handshakes_failed"] += 1
            self.connections.discard(c)
            s.close()
            return
        c.reader, c.writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
        if context is not None:
            counts["handshakes"] += 1
            tls = transport.get_extra_info("ssl_object")
            counts["resumed"] += bool(tls is not None and tls.session_reused)
        await c.live()
