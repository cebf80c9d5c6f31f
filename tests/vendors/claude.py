"""Anthropic's Messages API: POST /v1/messages, in one piece or as a stream of events.

What it says comes from the scenario: the first rule of claude.match that fits, else the next of
claude.answers. A rule has "answer" and tests that must all hold: "said" (a pattern in the last words
of the user; what its group catches stands for {1} in the answer), "after_tool" (true or a name: the request brings its result), "offers" (a tool is
offered), "model", "system" (a pattern), "any". An answer: {"text", "tools": [{"name", "input"}], "ms_per_token", "first_ms",
"stop_reason", "refusal": {...}, "pieces": [...], "thinking"}.
"""
import hashlib
import json
import os
import re
import time

import claude_tools
from claude_check import VERSIONS, check, merged, signature
from claude_fields import Bad
from wire import Gone, Refusal

KEYS = ("claude-key-one", "claude-key-two")
SIZE_MAX = 32 << 20
KINDS = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error",
         403: "permission_error", 404: "not_found_error", 409: "conflict_error",
         413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 504: "timeout_error",
         529: "overloaded_error"}
CACHE_S = {"5m": 300, "1h": 3600}


def error(status, message, kind=None):
    return {"type": "error", "error": {"type": kind or KINDS.get(status, "api_error"), "message": message},
            "request_id": "req_" + os.urandom(12).hex()}


def tokens(words):
    """About as many as the vendor would count."""
    return (len(words.encode()) + 3) // 4


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def words_of(blocks):
    return "\n".join(b["text"] for b in blocks if b["type"] == "text")


class Cache:
    """Prefixes seen lately, in the order tools, system, messages."""

    def __init__(self):
        self.kept = {}

    def look(self, q, model):
        """(read, created per ttl, whole prompt) in tokens."""
        prefix = hashlib.sha256(q["model"].encode())
        now, size, read, written = time.monotonic(), 0, 0, {"5m": 0, "1h": 0}
        blocks = list(self.blocks(q))
        last = max((i for i, b in enumerate(blocks) if b[1]), default=-1)
        upto = 0
        for i, (plain, control) in enumerate(blocks):
            prefix.update(plain.encode())
            size += tokens(plain)
            key = prefix.copy().hexdigest()
            if i <= last and size >= model.cacheable and self.kept.get(key, 0) > now:
                read, upto = size, size
                written = {"5m": 0, "1h": 0}
            if control and size >= model.cacheable:
                ttl = control.get("ttl", "5m")
                self.kept[key] = max(self.kept.get(key, 0), now + CACHE_S[ttl])
                written[ttl] += size - upto
                upto = size
        return read, written, size

    @staticmethod
    def blocks(q):
        """[(text, cache_control)] of the whole prompt; a mark at the top is that of the last block."""
        found = []
        for t in q.get("tools", []):
            found.append((dump({k: v for k, v in t.items() if k != "cache_control"}), t.get("cache_control")))
        system = q.get("system", "")
        for b in [{"text": system}] if isinstance(system, str) else system:
            if b["text"]:
                found.append((b["text"], b.get("cache_control")))
        for _, role, blocks in merged(q["messages"]):
            for b in blocks:
                plain = {k: v for k, v in b.items() if k != "cache_control"}
                found.append((role + dump(plain), b.get("cache_control")))
        if q.get("cache_control") and found:
            found[-1] = (found[-1][0], q["cache_control"])
        return found


class Answer:
    """What is said to one request, and its figures."""

    def __init__(self, blocks, stop_reason, usage, script):
        self.blocks, self.stop_reason, self.usage, self.script = blocks, stop_reason, usage, script
        self.stop_sequence = None
        self.id = "msg_" + os.urandom(12).hex()

    def stop_details(self):
        if self.stop_reason != "refusal":
            return None
        return dict({"type": "refusal", "category": None, "explanation": None}, **self.script.get("refusal", {}))


class Messages:
    def __init__(self, house):
        self.house, self.cache = house, Cache()

    def takes(self, q):
        return q.path.startswith("/v1/messages")

    # ---- what comes ---------------------------------------------------------------------------

    def check(self, q):
        if q.path != "/v1/messages" or q.method != "POST":
            raise self.refuse(404, "Not Found: %s %s" % (q.method, q.path[:60]))
        self.check_headers(q)
        if len(q.body) > SIZE_MAX:
            raise self.refuse(413, "Request exceeds the maximum size")
        try:
            asked = json.loads(q.body.decode("utf-8"), object_pairs_hook=self.pairs)
        except (UnicodeDecodeError, ValueError) as e:
            raise self.refuse(400, "The request body is not valid JSON: %s" % e) from e
        try:
            model, thinks = check(asked, q.header("anthropic-version"))
        except Bad as e:
            raise self.refuse(e.status, str(e), e.kind) from e
        if re.search(r"\+?\d[\d ()-]{8,}\d", str(asked.get("metadata", {}).get("user_id", ""))):
            self.house.violation("claude", "metadata.user_id looks like a phone number")
        return asked, model, thinks

    @staticmethod
    def pairs(items):
        d = dict(items)
        if len(d) != len(items):
            raise ValueError("a member is there twice")
        return d

    def check_headers(self, q):
        key = q.header("x-api-key")
        bearer = q.header("authorization") or ""
        if key is None and bearer.startswith("Bearer "):
            key = bearer[7:]
        if key is None:
            raise self.refuse(401, "x-api-key header is required")
        if key not in KEYS:
            raise self.refuse(401, "invalid x-api-key", fault=False)
        version = q.header("anthropic-version")
        if version is None:
            raise self.refuse(400, "anthropic-version: header is required")
        if version not in VERSIONS:
            raise self.refuse(400, 'anthropic-version: "%s" is not a valid version' % version[:20])
        if q.kind() != "application/json":
            raise self.refuse(400, "content-type: must be application/json")
        if q.header("anthropic-beta"):
            raise self.refuse(400, "Unexpected value(s) `%s` for the `anthropic-beta` header."
                              % q.header("anthropic-beta")[:60])

    @staticmethod
    def refuse(status, message, kind=None, fault=True):
        return Refusal(status, error(status, message, kind), message, fault,
                       [("request-id", "req_" + os.urandom(8).hex())])

    # ---- what is said -------------------------------------------------------------------------

    def script(self, q, asked):
        """The scenario's answer to this request."""
        turns = merged(asked["messages"])
        last = turns[-1]
        results = [b for b in last[2] if b["type"] == "tool_result"]
        said = words_of(last[2]) if last[1] == "user" else ""
        for rule in self.house.scenario.get("claude", {}).get("match", []):
            if self.fits(rule, asked, said, results, turns):
                return self.filled(rule, said)
        answer = self.house.next_line(q, "claude")
        if answer is not None and not ("after" in answer and bool(results) != (answer["after"] == "tool")):
            return answer
        sentence = ("no scripted answer to: %s" % said[:80]) if answer is None else \
            "the scenario expected %s here" % ("a tool's result" if answer["after"] == "tool" else "words")
        self.house.violation("claude", sentence)
        raise Refusal(500, error(500, sentence), sentence, False)

    @staticmethod
    def filled(rule, said):
        """The answer, with what the pattern's group caught in place of {1}."""
        m = re.search(rule["said"], said, re.I) if "said" in rule else None
        if m is None or not m.groups():
            return rule["answer"]
        return json.loads(json.dumps(rule["answer"]).replace("{1}", json.dumps(m.group(1))[1:-1]))

    @staticmethod
    def fits(rule, asked, said, results, turns):
        given = [b["name"] for t in turns[-2:-1] for b in t[2] if b["type"] == "tool_use"]
        tests = {"said": lambda v: not results and re.search(v, said, re.I),
                 "after_tool": lambda v: results and (v is True or v in given),
                 "model": lambda v: asked["model"] == v,
                 "system": lambda v: re.search(v, dump(asked.get("system", ""))),
                 "offers": lambda v: v in [t["name"] for t in asked.get("tools", [])],
                 "any": lambda v: True}
        return all(tests[k](v) for k, v in rule.items() if k != "answer")

    def compose(self, q, asked, model, thinks):
        read, written, size = self.cache.look(asked, model)
        usage = {"input_tokens": size - read - sum(written.values()),
                 "cache_creation_input_tokens": sum(written.values()), "cache_read_input_tokens": read,
                 "cache_creation": {"ephemeral_5m_input_tokens": written["5m"],
                                    "ephemeral_1h_input_tokens": written["1h"]}}
        if asked["max_tokens"] == 0:
            return Answer([], "max_tokens", dict(usage, output_tokens=0), {})
        script = self.script(q, asked)
        if isinstance(script, str):
            script = {"text": script}
        answer = Answer([], script.get("stop_reason"), usage, script)
        left = asked["max_tokens"]
        if thinks or "thinking" in script:
            left = self.think(answer, asked, script, left)
        left = self.write(answer, asked, script, left)
        for tool in script.get("tools", []):
            left = self.use(answer, asked, tool, left)
        if left < 0:
            answer.stop_reason = "max_tokens"
        if answer.stop_reason is None:
            uses = any(b["type"] == "tool_use" for b in answer.blocks)
            answer.stop_reason = "refusal" if "refusal" in script else "tool_use" if uses else "end_turn"
        usage["output_tokens"] = max(1, asked["max_tokens"] - max(0, left))
        return answer

    @staticmethod
    def think(answer, asked, script, left):
        """Thinking counts towards max_tokens and comes first."""
        effort = asked.get("output_config", {}).get("effort", "medium")
        thought = script.get("thinking", "Отже, людина телефонує. " * {"low": 5, "medium": 40}.get(effort, 120))
        spent = tokens(thought)
        if asked.get("thinking", {}).get("display") == "omitted":
            thought = ""
        answer.blocks.append({"type": "thinking", "thinking": thought,
                              "signature": signature(thought)})
        answer.usage["output_tokens_details"] = {"thinking_tokens": min(left, spent)}
        return left - spent

    @staticmethod
    def write(answer, asked, script, left):
        words = script.get("text", "")
        for stop in asked.get("stop_sequences", []):
            if stop in words:
                words, answer.stop_reason = words[:words.index(stop)], "stop_sequence"
                answer.stop_sequence = stop
        if words and left > 0:
            while tokens(words) > left:
                words = words[:max(1, len(words) - max(1, (tokens(words) - left)))]
                answer.stop_reason = "max_tokens"
                if len(words) == 1:
                    break
            answer.blocks.append({"type": "text", "text": words, "citations": None})
        return left - tokens(words)

    def use(self, answer, asked, tool, left):
        offered = {t["name"]: t for t in asked.get("tools", [])}
        sentence = None
        if tool["name"] not in offered or asked.get("tool_choice", {}).get("type") == "none":
            sentence = "the scenario uses the tool %s, which the request does not offer" % tool["name"]
        else:
            fault = claude_tools.fits(tool["input"], offered[tool["name"]]["input_schema"])
            if fault:
                sentence = "the scenario's input of %s does not fit its schema: %s" % (tool["name"], fault)
        if sentence:
            self.house.violation("claude", sentence)
            raise Refusal(500, error(500, sentence), sentence, False)
        if left > 0:
            answer.blocks.append({"type": "tool_use", "id": "toolu_" + os.urandom(12).hex(),
                                  "name": tool["name"], "input": tool["input"], "caller": {"type": "direct"}})
        return left - tokens(dump(tool["input"])) - 20

    async def answer(self, q, plan, out, bad):
        asked, model, thinks = plan
        answer = self.compose(q, asked, model, thinks)
        q.timing.update(model=asked["model"], key=KEYS.index(q.key()) + 1, usage=answer.usage,
                        words=words_of(asked["messages"][-1]["content"])[:200]
                        if not isinstance(asked["messages"][-1]["content"], str) else "")
        headers = [("request-id", "req_" + os.urandom(8).hex()),
                   ("anthropic-ratelimit-requests-limit", "4000"),
                   ("anthropic-ratelimit-requests-remaining", "3999")]
        await out.sleep(self.house.delay("claude") + answer.script.get("first_ms", 0))
        if asked.get("stream"):
            return await Stream(q, asked, answer, out, bad).run(headers)
        await out.sleep(answer.script.get("ms_per_token", 0) * answer.usage["output_tokens"])
        return await out.json(200, dict(self.message(asked, answer), content=answer.blocks,
                                        stop_reason=answer.stop_reason, usage=self.usage(answer),
                                        stop_sequence=answer.stop_sequence,
                                        stop_details=answer.stop_details()), headers)

    @staticmethod
    def usage(answer):
        return dict({"output_tokens_details": {"thinking_tokens": 0}, "server_tool_use": None,
                     "service_tier": "standard", "inference_geo": None, "speed": None}, **answer.usage)

    @staticmethod
    def message(asked, answer):
        return {"id": answer.id, "type": "message", "role": "assistant", "model": asked["model"],
                "content": [], "stop_reason": None, "stop_sequence": None, "stop_details": None,
                "container": None, "diagnostics": None}

    @staticmethod
    def status_body(status, message):
        return error(status, message)


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
        await self.out.open(200, "text/event-stream; charset=utf-8", [("Cache-Control", "no-cache")] + headers)
        if self.what == "sse_odd":
            await self.out.chunk(b"\xef\xbb\xbf")
        start = Messages.message(self.asked, self.answer)
        start["usage"] = dict(self.answer.usage, output_tokens=1)
        await self.event("message_start", {"message": start})
        await self.odd()
        for index, block in enumerate(self.answer.blocks):
            await self.block(index, block)
        delta = {"stop_reason": self.answer.stop_reason, "stop_sequence": self.answer.stop_sequence,
                 "stop_details": self.answer.stop_details()}
        if self.what == "sse_odd":
            await self.event("message_delta", {"delta": {}, "usage": {"output_tokens": 2}})
        if self.what == "sse_truncated":
            await self.out.close()
            raise Gone  # who asks again gets the same answer
        await self.event("message_delta", {"delta": delta,
                                           "usage": {"output_tokens": self.answer.usage["output_tokens"]}})
        await self.event("message_stop", {})
        return await self.out.close()

    async def block(self, index, block):
        empty = {"text": {"type": "text", "text": ""},
                 "thinking": {"type": "thinking", "thinking": "", "signature": ""},
                 "tool_use": dict(block, input={})}[block["type"]]
        await self.event("content_block_start", {"index": index, "content_block": empty})
        if index == 0:
            await self.event("ping", {})
        for delta in self.deltas(block):
            await self.out.pace(self.answer.script.get("ms_per_token", 0))
            await self.event("content_block_delta", {"index": index, "delta": delta})
            self.q.timing.setdefault("pieces", []).append(time.monotonic())
            self.pieces += 1
            if self.what == "sse_error" and self.pieces >= self.order.get("after", 3):
                await self.event("error", {"error": {"type": "overloaded_error", "message": "Overloaded"},
                                           "request_id": "req_" + os.urandom(8).hex()})
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
            for piece in re.findall(r"(?s).{1,9}", json.dumps(block["input"])) if block["input"] else []:
                yield {"type": "input_json_delta", "partial_json": piece}
