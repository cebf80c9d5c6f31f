"""What a vendor does instead of answering."""
import asyncio
import json

from state import BENDS, INSTEAD
from wire import Gone

HTML = (
    b"<!DOCTYPE html>\n<html lang=en>\n  <title>Error 502 (Server Error)!!1</title>\n"
    b"  <p><b>502.</b> <ins>That's an error.</ins>\n  <p>The server encountered a temporary error.\n"
    b"</html>\n"
)


def is_bend(bad):
    return bad["what"] in BENDS


def is_instead(bad):
    return bad["what"] in INSTEAD


async def instead(state, q, vendor, out, bad):
    await WAYS[bad["what"]](state, q, vendor, out, bad)


async def silent(_state, q, _vendor, _out, bad):
    """Read, and never answered; until the client goes, or the time is up."""
    try:
        await asyncio.wait_for(q.connection.reader.read(1), bad.get("ms", 120000) / 1000)
    except asyncio.TimeoutError:
        pass
    raise Gone


async def hangup(_state, q, _vendor, _out, _bad):
    """Closed without a byte. On a kept connection this is how one goes stale."""
    q.connection.end()
    raise Gone


async def status(_state, _q, vendor, out, bad):
    """A status with the vendor's own error body, or another body: "html", "garbage", "empty"; after
    "ms"."""
    code = bad.get("status", 503)
    await out.sleep(bad.get("ms", 0))
    headers = []
    if bad.get("retry_after") is not None:
        headers.append(
            (
                "Retry-After" if vendor.__class__.__name__ != "Messages" else "retry-after",
                str(bad["retry_after"]),
            )
        )
    if bad.get("should_retry") is not None:
        headers.append(("x-should-retry", "true" if bad["should_retry"] else "false"))
    body = bad.get("body")
    if body == "html":
        return await out.raw(code, "text/html; charset=UTF-8", HTML, headers)
    if body == "garbage":
        return await out.raw(code, "application/json", b'{"error":{"code":', headers)
    if body == "empty":
        return await out.raw(code, None, b"", headers)
    if isinstance(body, dict):
        return await out.json(code, body, headers)
    message = bad.get("message", "The service is not available just now.")
    return await out.json(code, vendor.status_body(code, message), headers)


async def html(_state, _q, _vendor, out, bad):
    """A page of somebody in between."""
    await out.raw(bad.get("status", 502), "text/html; charset=UTF-8", HTML)


async def garbage(_state, _q, _vendor, out, bad):
    """200, announced as JSON (or a stream), and none."""
    kind = (
        "text/event-stream"
        if b'"stream":true' in _q.body.replace(b" ", b"")
        else "application/json"
    )
    await out.raw(
        bad.get("status", 200), kind, b'{"results":[{"alternatives":[{"transcript":"\xd0\xb4\xff'
    )


async def endless(_state, q, _vendor, out, bad):
    """A reply without an end; it looks well at first."""
    pause = bad.get("ms", 2) / 1000
    if q.vendor == "claude":
        await out.open(200, "text/event-stream; charset=utf-8")
        await out.chunk(
            b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1",'
            b'"type":"message","role":"assistant","model":"claude-haiku-5-5","content":[],'
            b'"stop_reason":null,"usage":{"input_tokens":9,"output_tokens":1}}}\n\n'
            b'event: content_block_start\ndata: {"type":"content_block_start","index":0,'
            b'"content_block":{"type":"text","text":""}}\n\n'
        )
        words = {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "так і так "},
        }
        piece = b"event: content_block_delta\ndata: " + json.dumps(words).encode() + b"\n\n"
    else:
        await out.open(200, "application/json; charset=UTF-8")
        await out.chunk(b'{"audioContent": "')
        piece = b"AAAA" * 4096
    while not q.connection.writer.transport.is_closing():
        await out.chunk(piece)
        await q.connection.writer.drain()
        await asyncio.sleep(pause)
    raise Gone


WAYS = {
    "silent": silent,
    "stale": hangup,
    "hangup": hangup,
    "status": status,
    "html": html,
    "garbage": garbage,
    "endless": endless,
}
