"""Whether a request to the Messages API is one that the API takes: the whole of it.

Every rule raises a sentence; the caller makes it the 400 that the API sends. The places in them
("messages.2.content.0.text") are the API's own.
"""
import hashlib
import re

from claude_fields import Bad, extra, flag, members, one_of, text, whole
from claude_pairs import check_pairs, merged
from claude_tools import check_format, check_tools
from models import EFFORTS, MODELS

VERSIONS = ("2023-06-01", "2026-10-21")
TOP = {
    "model",
    "max_tokens",
    "messages",
    "system",
    "stream",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "stop_sequences",
    "metadata",
    "service_tier",
    "speed",
    "cache_control",
    "temperature",
    "top_p",
    "top_k",
}
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
EMPTY = "text content blocks must be non-empty"
BLANK = "text content blocks must contain non-whitespace text"


def check(q, version):
    """The request. Gives the model's table."""
    members(q, "", ("model", "max_tokens", "messages"), TOP)
    model = MODELS.get(text(q["model"], "model"))
    if model is None:
        raise Bad("model: " + q["model"][:80], 404, "not_found_error")
    if whole(q["max_tokens"], "max_tokens", 0) > model.most:
        raise Bad(
            "max_tokens: %d > %d, which is the maximum allowed number of output tokens for %s"
            % (q["max_tokens"], model.most, q["model"])
        )
    if "stream" in q:
        flag(q["stream"], "stream")
    check_sampling(q, version, model)
    thinks = check_thinking(q, model)
    check_tools(q, thinks)
    check_system(q)
    check_messages(q, version, model)
    check_caching(q)
    check_rest(q)
    return model, thinks


def check_sampling(q, version, model):
    given = [k for k in ("temperature", "top_p", "top_k") if k in q]
    for name in given:
        if version == "2026-10-21":
            raise extra(name)
        if isinstance(q[name], bool) or not isinstance(q[name], (int, float)):
            raise Bad("%s: Input should be a valid number" % name)
        if name == "top_k" and not (isinstance(q[name], int) and q[name] >= 0):
            raise Bad("top_k: Input should be a valid integer")
        if name != "top_k" and not 0 <= q[name] <= 1:
            raise Bad("%s: range: 0..1" % name)
    if model.old:
        if "temperature" in q and "top_p" in q:
            raise Bad(
                "`temperature` and `top_p` cannot both be specified for this model. Please use only "
                "one."
            )
    elif q.get("temperature", 1) != 1 or "top_k" in q or q.get("top_p", 1) < 0.99:
        raise Bad("`%s` is not supported by this model" % given[0])


def check_thinking(q, model):
    """Whether it thinks before it writes."""
    effort = None
    if "output_config" in q:
        members(q["output_config"], "output_config", (), ("effort", "format"))
        effort = q["output_config"].get("effort")
        if "effort" in q["output_config"]:
            one_of(effort, "output_config.effort", EFFORTS)
            if effort not in model.efforts:
                raise Bad("This model does not support the effort parameter.")
        if "format" in q["output_config"]:
            members(q["output_config"]["format"], "output_config.format", ("type", "schema"))
            one_of(
                q["output_config"]["format"]["type"], "output_config.format.type", ("json_schema",)
            )
            check_format(q["output_config"]["format"]["schema"])
    if "thinking" not in q:
        return model.default != "disabled"
    t = q["thinking"]
    if not isinstance(t, dict) or "type" not in t:
        raise Bad("thinking.type: Field required")
    one_of(t["type"], "thinking.type", ("adaptive", "enabled", "disabled", "between_tools"))
    if t["type"] not in model.thinking:
        raise Bad(
            '"thinking.type.%s" is not supported for this model. Use one of: %s.'
            % (t["type"], ", ".join(model.thinking))
        )
    may = {"enabled": ("budget_tokens", "display"), "adaptive": ("display",)}.get(t["type"], ())
    members(t, "thinking.%s" % t["type"], ("type",), may)
    if "display" in t:
        one_of(t["display"], "thinking.display", ("summarized", "omitted"))
    if t["type"] == "enabled":
        if (
            whole(t.get("budget_tokens", 0), "thinking.enabled.budget_tokens", 1024)
            >= q["max_tokens"]
        ):
            raise Bad("`max_tokens` must be greater than `thinking.budget_tokens`.")
    if t["type"] == "disabled" and effort in ("xhigh", "max"):
        raise Bad("thinking cannot be disabled with effort %s" % effort)
    return t["type"] in ("adaptive", "enabled")


def check_system(q):
    if "system" not in q or isinstance(q["system"], str):
        text(q.get("system", ""), "system")
        return
    if not isinstance(q["system"], list):
        raise Bad("system: Input should be a valid string or list")
    for i, block in enumerate(q["system"]):
        check_text_block(block, "system.%d" % i, "system", ("citations",))


def check_text_block(block, where, place, may=()):
    members(block, where, ("type", "text"), ("cache_control",) + may)
    one_of(block["type"], where + ".type", ("text",))
    check_words(block["text"], where + ".text", place)


def check_words(words, where, place):
    if text(words, where) == "":
        raise Bad("%s: %s" % (place, EMPTY))
    if words.strip() == "":
        raise Bad("%s: %s" % (place, BLANK))


# ---- messages ---------------------------------------------------------------------------------


def check_messages(q, version, model):
    messages = q["messages"]
    if not isinstance(messages, list):
        raise Bad("messages: Input should be a valid list")
    if not messages:
        raise Bad("messages: at least one message is required")
    if len(messages) > 100000:
        raise Bad("messages: too many messages: %d, the limit is 100000" % len(messages))
    for i, m in enumerate(messages):
        check_message(m, i, i == len(messages) - 1, version)
    if messages[0]["role"] != "user":
        raise Bad('messages: first message must use the "user" role')
    check_pairs(q, merged(messages))
    last = messages[-1]
    if last["role"] == "assistant":
        check_prefill(last, model)


def check_message(m, i, last, version):
    where = "messages.%d" % i
    members(m, where, ("role", "content"))
    if m["role"] not in ("user", "assistant"):
        raise Bad(
            'messages: Unexpected role "%s". The Messages API accepts a top-level `system` parameter, '
            'not "system" as an input message role.' % str(m["role"])[:20]
        )
    content = m["content"]
    if isinstance(content, str):
        if content == "" and not (last and m["role"] == "assistant"):
            raise Bad(
                "%s: all messages must have non-empty content except for the optional final assistant "
                "message" % where
            )
        if content != "":
            check_words(content, where + ".content", "messages")
        return
    if not isinstance(content, list):
        raise Bad("%s.content: Input should be a valid string or list" % where)
    if not content and not (last and m["role"] == "assistant"):
        raise Bad(
            "%s: all messages must have non-empty content except for the optional final assistant "
            "message" % where
        )
    for j, block in enumerate(content):
        check_block(block, "%s.content.%d" % (where, j), m["role"], version)


def check_block(block, where, role, version):
    if not isinstance(block, dict) or "type" not in block:
        raise Bad("%s.type: Field required" % where)
    check_it = BLOCKS.get(block["type"]) if isinstance(block["type"], str) else None
    if check_it is None:
        raise Bad(
            "%s: Input tag '%s' found using 'type' does not match any of the expected tags: %s"
            % (where, str(block["type"])[:40], ", ".join("'%s'" % b for b in BLOCKS))
        )
    roles = {
        "tool_use": "assistant",
        "thinking": "assistant",
        "redacted_thinking": "assistant",
        "tool_result": "user",
        "image": "user",
    }
    if role != roles.get(block["type"], role):
        raise Bad(
            "%s: `%s` blocks can only be in `%s` messages"
            % (where.rpartition(".content")[0], block["type"], roles[block["type"]])
        )
    if block["type"] == "document" and role == "assistant" and version == "2026-10-21":
        raise Bad("%s: document blocks are not permitted in assistant messages" % where)
    if (
        block["type"] == "text"
        and role == "user"
        and block.get("citations")
        and version == "2026-10-21"
    ):
        raise Bad("%s.citations: citations are not permitted on user text blocks" % where)
    check_it(block, where)


def check_text(block, where):
    check_text_block(block, where, "messages", ("citations",))


def check_tool_use(block, where):
    members(block, where, ("type", "id", "name", "input"), ("cache_control", "caller"))
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", text(block["id"], where + ".id")):
        raise Bad("%s.id: String should match pattern '^[a-zA-Z0-9_-]+$'" % where)
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", text(block["name"], where + ".name")):
        raise Bad("%s.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" % where)
    if not isinstance(block["input"], dict):
        raise Bad("%s.input: Input should be a valid dictionary" % where)


def check_tool_result(block, where):
    members(block, where, ("type", "tool_use_id"), ("content", "is_error", "cache_control"))
    text(block["tool_use_id"], where + ".tool_use_id")
    if "is_error" in block:
        flag(block["is_error"], where + ".is_error")
    content = block.get("content", "")
    if isinstance(content, list):
        for k, part in enumerate(content):
            check_result_part(part, "%s.content.%d" % (where, k))
    else:
        text(content, where + ".content")


def check_result_part(part, where):
    if isinstance(part, dict) and part.get("type") == "image":
        check_image(part, where)
    else:
        check_text_block(part, where, "messages")


def signature(thought):
    """By which a thought is known as one that the model had."""
    return "standin-" + hashlib.sha256(thought.encode()).hexdigest()


def check_thinking_block(block, where):
    members(block, where, ("type", "thinking", "signature"))
    text(block["thinking"], where + ".thinking")
    if text(block["signature"], where + ".signature") != signature(block["thinking"]):
        raise Bad("%s: Invalid `signature` in `thinking` block" % where)


def check_redacted(block, where):
    members(block, where, ("type", "data"))
    text(block["data"], where + ".data")


def check_image(block, where):
    members(block, where, ("type", "source"), ("cache_control",))
    members(block["source"], where + ".source", ("type",), ("media_type", "data", "url", "file_id"))
    if block["source"]["type"] == "base64":
        one_of(block["source"].get("media_type"), where + ".source.base64.media_type", IMAGES)


def check_document(block, where):
    members(block, where, ("type", "source"), ("cache_control", "title", "context", "citations"))


BLOCKS = {
    "text": check_text,
    "image": check_image,
    "document": check_document,
    "thinking": check_thinking_block,
    "redacted_thinking": check_redacted,
    "tool_use": check_tool_use,
    "tool_result": check_tool_result,
}


def check_prefill(last, model):
    if not model.old:
        raise Bad(
            "This model does not support assistant message prefill. The conversation must end with a "
            "user message."
        )
    words = last["content"]
    if isinstance(words, list):
        words = words[-1].get("text", "") if words else ""
    if words != words.rstrip():
        raise Bad("messages: final assistant content cannot end with trailing whitespace")


# ---- the rest ---------------------------------------------------------------------------------


def marks(q):
    """[(where, block)] of everything that may carry cache_control, in the order of the prefix."""
    for i, t in enumerate(q.get("tools", [])):
        yield "tools.%d" % i, t
    if isinstance(q.get("system"), list):
        for i, b in enumerate(q["system"]):
            yield "system.%d" % i, b
    for i, m in enumerate(q["messages"]):
        if isinstance(m["content"], list):
            for j, b in enumerate(m["content"]):
                yield "messages.%d.content.%d" % (i, j), b


def check_caching(q):
    found = [(w, b["cache_control"]) for w, b in marks(q) if b.get("cache_control") is not None]
    if q.get("cache_control") is not None:
        found.append(("", q["cache_control"]))
    short = False
    for where, control in found:
        at = where + ".cache_control" if where else "cache_control"
        members(control, at, ("type",), ("ttl",))
        one_of(control["type"], at + ".type", ("ephemeral",))
        ttl = one_of(control.get("ttl", "5m"), at + ".ttl", ("5m", "1h"))
        if ttl == "1h" and short:
            raise Bad(
                "%s.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control "
                "block" % at
            )
        short = short or ttl == "5m"
    if len(found) > 4:
        raise Bad(
            "A maximum of 4 blocks with cache_control may be provided. Found %d." % len(found)
        )


def check_rest(q):
    stops = q.get("stop_sequences", [])
    if not isinstance(stops, list):
        raise Bad("stop_sequences: Input should be a valid list")
    for i, s in enumerate(stops):
        if not text(s, "stop_sequences.%d" % i).strip():
            raise Bad("stop_sequences: each stop sequence must contain non-whitespace")
    if "metadata" in q:
        members(q["metadata"], "metadata", (), ("user_id",))
        if (
            q["metadata"].get("user_id") is not None
            and len(text(q["metadata"]["user_id"], "metadata.user_id")) > 256
        ):
            raise Bad("metadata.user_id: String should have at most 256 characters")
    if "service_tier" in q:
        one_of(q["service_tier"], "service_tier", ("auto", "standard_only"))
    if "speed" in q:
        one_of(q["speed"], "speed", ("standard", "fast"))
