"""An answer of the Messages API as a stream of events."""
import json
import os
import re
import time

from claude_cache import dump
from wire import Gone


def message(asked, answer):
    """The message before anything is in it."""
    return {
        "id": answer.id,
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "container": None,
        "diagnostics": None,
    }


class Stream:
    """The events of one answer, one HTTP chunk each unless bent."""

    def __init__(self, q, asked, answer, out, bad):
        self.q, self.asked, self.answer, self.out = q, asked, answer, out
        self.what = bad["what"] if bad else None
        self.order = bad or {}
        self.end = "\r\n" if self.what == "sse_odd" else "\n"
        self.pieces = 0

    async def event(self, kind, value):
        value = dict({"type": kind}, **value)
        text = "event: %s%sdata: %s%s%s" % (kind, self.end, dump(value), self.end, self.end)
        if self.what != "sse_odd":
            return await self.out.chunk(text.encode())
        for byte in text.encode():  # one byte a chunk
            await self.out.chunk(bytes([byte]))
        return None

    async def odd(self):
        """What a client must ignore."""
        if self.what == "sse_odd":
            await self.out.chunk(b": a comment\r\n\r\nid: 7\r\nretry: 100\r\n")
            await self.event("weather_report", {"sky": "ясно"})
            await self.event("ping", {})

    async def run(self, headers):
        await self.out.open(
            200, "text/event-stream; charset=utf-8", [("Cache-Control", "no-cache")] + headers
        )
        if self.what == "sse_odd":
            await self.out.chunk(b"\xef\xbb\xbf")
        start = message(self.asked, self.answer)
        start["usage"] = dict(self.answer.usage, output_tokens=1)
        await self.event("message_start", {"message": start})
        await self.odd()
        for index, block in enumerate(self.answer.blocks):
            await self.block(index, block)
        delta = {
            "stop_reason": self.answer.stop_reason,
            "stop_sequence": self.answer.stop_sequence,
            "stop_details": self.answer.stop_details(),
        }
        if self.what == "sse_odd":
            await self.event("message_delta", {"delta": {}, "usage": {"output_tokens": 2}})
        if self.what == "sse_truncated":
            await self.out.close()
            raise Gone  # who asks again gets the same answer
        await self.event(
            "message_delta",
            {"delta": delta, "usage": {"output_tokens": self.answer.usage["output_tokens"]}},
        )
        await self.event("message_stop", {})
        self.q.undo.clear()  # the client has the whole answer, however the connection ends
        if self.what == "sse_open":  # whole, and the connection goes on
            await self.out.sleep(self.order.get("ms", 60000), watching=True)
        if self.what == "sse_reset":
            self.q.connection.end()
            raise Gone
        return await self.out.close()

    async def block(self, index, block):
        empty = {
            "text": {"type": "text", "text": ""},
            "thinking": {"type": "thinking", "thinking": "", "signature": ""},
            "tool_use": dict(block, input={}),
        }[block["type"]]
        await self.event("content_block_start", {"index": index, "content_block": empty})
        if index == 0:
            await self.event("ping", {})
        for delta in self.deltas(block):
            await self.out.spread(self.answer.script.get("ms_per_token", 0))
            await self.event("content_block_delta", {"index": index, "delta": delta})
            self.q.timing.setdefault("pieces", []).append(time.monotonic())
            self.pieces += 1
            if self.what == "sse_error" and self.pieces >= self.order.get("after", 3):
                await self.event(
                    "error",
                    {
                        "error": {"type": "overloaded_error", "message": "Overloaded"},
                        "request_id": "req_" + os.urandom(8).hex(),
                    },
                )
                await self.out.close()
                raise Gone  # the vendor closes the connection after it
        await self.event("content_block_stop", {"index": index})

    def deltas(self, block):
        if block["type"] == "text":
            pieces = self.answer.script.get("pieces") or []
            if "".join(pieces) != block["text"]:
                pieces = re.findall(r"(?s).{1,4}", block["text"])
            for piece in pieces:
                yield {"type": "text_delta", "text": piece}
        elif block["type"] == "thinking":
            for piece in re.findall(r"(?s).{1,40}", block["thinking"]):
                yield {"type": "thinking_delta", "thinking": piece}
            yield {"type": "signature_delta", "signature": block["signature"]}
        else:
            yield {"type": "input_json_delta", "partial_json": ""}
            # With escapes, cut anywhere: also inside of one.
            for piece in (
                re.findall(r"(?s).{1,9}", json.dumps(block["input"])) if block["input"] else []
            ):
                yield {"type": "input_json_delta", "partial_json": piece}
