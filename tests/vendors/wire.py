"""HTTP/1.1 as a server speaks it: a request, a refusal, and a reply with every misbehaviour that a
client must survive."""
import asyncio
import json
import re
import time
import urllib.parse

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    411: "Length Required",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    529: "Overloaded",
}


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
        self.method, self.target, self.headers, self.connection = (
            method,
            target,
            headers,
            connection,
        )
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
        return (
            self.header("x-api-key")
            or self.header("x-goog-api-key")
            or (self.query.get("key") or [None])[0]
            or (bearer[7:] if bearer[:7].lower() == "bearer " else None)
        )


class Out:
    """The reply to one request. Bent by the misbehaviour in force, if there is one."""

    def __init__(self, connection, request, bend):
        self.c, self.request, self.bend = connection, request, bend
        self.sent = 0
        self.chunked = False
        self.status = 0
        self.due = None  # of the next step of a rhythm

    async def sleep(self, ms, watching=False):
        """A delay that was asked for: it counts as the vendor's, not as overhead. `watching`:
        ends when the client goes."""
        if ms > 0:
            self.request.timing["asked_ms"] = self.request.timing.get("asked_ms", 0) + ms
            until = time.monotonic() + ms / 1000
            while watching and until - time.monotonic() > 0.03:
                await asyncio.sleep(0.02)
                self._look()
            await asyncio.sleep(max(0, until - time.monotonic()))
            self._look()

    async def spread(self, ms):
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
        lines.append(
            "Transfer-Encoding: chunked" if length is None else "Content-Length: %d" % length
        )
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
        await self.raw(
            status,
            "application/json; charset=UTF-8",
            json.dumps(value, ensure_ascii=False).encode(),
            headers,
        )

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
                await self._write(framed(data[i : i + 1]))
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
        yield data[start : at.end()]
        start = at.end()
    if start < len(data):
        yield data[start:]
