"""Anthropic's Messages API: POST /v1/messages, in one piece or as a stream of events.

What it says comes from the scenario: the first rule of claude.match that fits, else the next of
claude.answers. A rule has "answer" and tests that must all hold: "said" (a pattern in the last
words of the user; what its group catches stands for {1} in the answer), "after_tool" (true or a
name: the request brings its result), "offers" (a tool may be used), "model", "system" (a pattern),
"any". With claude.book a model that keeps an appointment book answers (claude_book.py). An answer: {"text", "tools": [{"name", "input"}], "ms_per_token", "first_ms", "stop_reason",
"refusal": {...}, "pieces": [...], "thinking"}.
"""
import json
import os
import re

import claude_book
import claude_tools
from claude_cache import Cache, dump, tokens
from claude_check import VERSIONS, check, signature
from claude_fields import Bad
from claude_pairs import merged
from claude_stream import Stream, message
from wire import Refusal

KEYS = ("claude-key-one", "claude-key-two")
SIZE_MAX = 32 << 20
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def error(status, message, kind=None):
    return {
        "type": "error",
        "error": {"type": kind or KINDS.get(status, "api_error"), "message": message},
        "request_id": "req_" + os.urandom(12).hex(),
    }


def words_of(blocks):
    return "\n".join(b["text"] for b in blocks if b["type"] == "text")


class Answer:
    """What is said to one request, and its figures."""

    def __init__(self, blocks, stop_reason, usage, script):
        self.blocks, self.stop_reason, self.usage, self.script = blocks, stop_reason, usage, script
        self.stop_sequence = None
        self.id = "msg_" + os.urandom(12).hex()

    def stop_details(self):
        if self.stop_reason != "refusal":
            return None
        return dict(
            {"type": "refusal", "category": None, "explanation": None},
            **self.script.get("refusal", {})
        )


class Messages:
    def __init__(self, state):
        self.state, self.cache = state, Cache()

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
            self.state.violation("claude", "metadata.user_id looks like a phone number")
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
            raise self.refuse(
                400,
                "Unexpected value(s) `%s` for the `anthropic-beta` header."
                % q.header("anthropic-beta")[:60],
            )

    @staticmethod
    def refuse(status, message, kind=None, fault=True):
        return Refusal(
            status,
            error(status, message, kind),
            message,
            fault,
            [("request-id", "req_" + os.urandom(8).hex())],
        )

    # ---- what is said -------------------------------------------------------------------------

    def script(self, q, asked):
        """The scenario's answer to this request."""
        turns = merged(asked["messages"])
        last = turns[-1]
        results = [b for b in last[2] if b["type"] == "tool_result"]
        said = words_of(last[2]) if last[1] == "user" else ""
        if "book" in self.state.scenario.get("claude", {}):
            return claude_book.answer(asked, turns, self.state.scenario["claude"]["book"])
        for rule in self.state.scenario.get("claude", {}).get("match", []):
            if self.fits(rule, asked, said, results, turns):
                return self.filled(rule, said)
        answer = self.state.next_line(q, "claude")
        if answer is not None and not (
            "after" in answer and bool(results) != (answer["after"] == "tool")
        ):
            return answer
        sentence = (
            ("no scripted answer to: %s" % said[:80])
            if answer is None
            else "the scenario expected %s here"
            % ("a tool's result" if answer["after"] == "tool" else "words")
        )
        self.state.violation("claude", sentence)
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
        tests = {
            "said": lambda v: not results and re.search(v, said, re.I),
            "after_tool": lambda v: results and (v is True or v in given),
            "model": lambda v: asked["model"] == v,
            "system": lambda v: re.search(v, dump(asked.get("system", ""))),
            "offers": lambda v: v in [t["name"] for t in asked.get("tools", [])]
            and asked.get("tool_choice", {}).get("type") != "none",
            "any": lambda v: True,
        }
        return all(tests[k](v) for k, v in rule.items() if k != "answer")

    def compose(self, q, asked, model, thinks):
        read, written, size = self.cache.look(asked, model)
        usage = {
            "input_tokens": size - read - sum(written.values()),
            "cache_creation_input_tokens": sum(written.values()),
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
        }
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
            answer.stop_reason = (
                "refusal" if "refusal" in script else "tool_use" if uses else "end_turn"
            )
        usage["output_tokens"] = max(1, asked["max_tokens"] - max(0, left))
        return answer

    @staticmethod
    def think(answer, asked, script, left):
        """Thinking counts towards max_tokens and comes first."""
        effort = asked.get("output_config", {}).get("effort", "medium")
        thought = script.get(
            "thinking", "Отже, людина телефонує. " * {"low": 5, "medium": 40}.get(effort, 120)
        )
        spent = tokens(thought)
        if asked.get("thinking", {}).get("display") == "omitted":
            thought = ""
        answer.blocks.append(
            {"type": "thinking", "thinking": thought, "signature": signature(thought)}
        )
        answer.usage["output_tokens_details"] = {"thinking_tokens": min(left, spent)}
        return left - spent

    @staticmethod
    def write(answer, asked, script, left):
        words = script.get("text", "")
        for stop in asked.get("stop_sequences", []):
            if stop in words:
                words, answer.stop_reason = words[: words.index(stop)], "stop_sequence"
                answer.stop_sequence = stop
        if words and left > 0:
            while tokens(words) > left:
                words = words[: max(1, len(words) - max(1, (tokens(words) - left)))]
                answer.stop_reason = "max_tokens"
                if len(words) == 1:
                    break
            answer.blocks.append({"type": "text", "text": words, "citations": None})
        return left - tokens(words)

    def use(self, answer, asked, tool, left):
        offered = {t["name"]: t for t in asked.get("tools", [])}
        sentence = None
        if tool["name"] not in offered or asked.get("tool_choice", {}).get("type") == "none":
            sentence = (
                "the scenario uses the tool %s, which the request does not offer" % tool["name"]
            )
        else:
            fault = claude_tools.fits(tool["input"], offered[tool["name"]]["input_schema"])
            if fault:
                sentence = "the scenario's input of %s does not fit its schema: %s" % (
                    tool["name"],
                    fault,
                )
        if sentence:
            self.state.violation("claude", sentence)
            raise Refusal(500, error(500, sentence), sentence, False)
        if left > 0:
            answer.blocks.append(
                {
                    "type": "tool_use",
                    "id": "toolu_" + os.urandom(12).hex(),
                    "name": tool["name"],
                    "input": tool["input"],
                    "caller": {"type": "direct"},
                }
            )
        return left - tokens(dump(tool["input"])) - 20

    async def answer(self, q, plan, out, bad):
        asked, model, thinks = plan
        answer = self.compose(q, asked, model, thinks)
        last = asked["messages"][-1]["content"]
        q.timing.update(
            model=asked["model"],
            key=KEYS.index(q.key()) + 1,
            usage=answer.usage,
            words="" if isinstance(last, str) else words_of(last)[:200],
        )
        headers = [
            ("request-id", "req_" + os.urandom(8).hex()),
            ("anthropic-ratelimit-requests-limit", "4000"),
            ("anthropic-ratelimit-requests-remaining", "3999"),
        ]
        await out.sleep(self.state.delay("claude") + answer.script.get("first_ms", 0))
        if asked.get("stream"):
            return await Stream(q, asked, answer, out, bad).run(headers)
        await out.sleep(answer.script.get("ms_per_token", 0) * answer.usage["output_tokens"])
        return await out.json(
            200,
            dict(
                message(asked, answer),
                content=answer.blocks,
                stop_reason=answer.stop_reason,
                usage=self.usage(answer),
                stop_sequence=answer.stop_sequence,
                stop_details=answer.stop_details(),
            ),
            headers,
        )

    @staticmethod
    def usage(answer):
        return dict(
            {
                "output_tokens_details": {"thinking_tokens": 0},
                "server_tool_use": None,
                "service_tier": "standard",
                "inference_geo": None,
                "speed": None,
            },
            **answer.usage
        )

    @staticmethod
    def status_body(status, message):
        return error(status, message)
