"""Ports and their connections: accepted by hand, so that accepts, handshakes and requests are
counted each for itself, and a connection can be reset or left in silence at any of them.
"""
import asyncio
import socket
import ssl
import struct
import time

from wire import Gone, Refusal, Request

HEAD_MAX = 65536
BODY_MAX = 48 << 20


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
            headers[name] = (
                headers[name] + ", " + value.strip() if name in headers else value.strip()
            )
        if "host" not in headers:
            raise Refusal(400, None, "no Host header")
        return Request(words[0], words[1], headers, self)

    async def _body(self, q):
        if "expect" in q.headers:
            self.listener.state.violation(self.vendor_name, "an Expect header was sent")
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
                    self.listener.state.violation(self.vendor_name, r.sentence)
                    self.writer.write(
                        b"HTTP/1.1 %d Bad\r\nContent-Length: 0\r\n"
                        b"Connection: close\r\n\r\n" % r.status
                    )
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
    """A port. `serve(request)` answers one; `context()` gives the TLS context, None: plain."""

    def __init__(self, state, name, serve, context):
        self.state, self.name, self.serve, self.context = state, name, serve, context
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
        counts = self.state.counts(self.name)
        counts["accepts"] += 1
        s.setblocking(False)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader(limit=HEAD_MAX, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        context = self.context(c) if self.context is not None else None
        try:
            if await self.state.before_handshake(self, c, s):
                return
            options = (
                {"ssl": context, "ssl_handshake_timeout": 30, "ssl_shutdown_timeout": 1}
                if context
                else {}
            )
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
