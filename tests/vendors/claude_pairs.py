"""Messages as the API joins them, and every tool_use with its result."""
from claude_fields import Bad


def merged(messages):
    """[(index, role, blocks)]: consecutive messages of one role are one."""
    found = []
    for i, m in enumerate(messages):
        blocks = m["content"]
        if isinstance(blocks, str):
            blocks = [{"type": "text", "text": blocks}]
        if found and found[-1][1] == m["role"]:
            found[-1][2].extend(blocks)
        else:
            found.append((i, m["role"], list(blocks)))
    return found


def check_pairs(q, messages):
    """Every tool_use is answered at once and by nothing else; ids are used once."""
    seen = set()
    for n, (i, role, blocks) in enumerate(messages):
        uses = [b["id"] for b in blocks if b["type"] == "tool_use"]
        if seen & set(uses) or len(set(uses)) != len(uses):
            raise Bad("messages.%d: `tool_use` ids must be unique" % i)
        seen |= set(uses)
        if uses and n + 1 < len(messages):
            check_answers(i, uses, messages[n + 1])
        elif uses:
            raise Bad(unanswered(i, uses))
        before = messages[n - 1][2] if n > 0 and role == "user" else []
        check_results(i, blocks, {b["id"] for b in before if b["type"] == "tool_use"})
    check_thought(q, messages)
    if not q.get("tools") and any(
        b["type"] in ("tool_use", "tool_result") for m in messages for b in m[2]
    ):
        raise Bad("Requests which include `tool_use` or `tool_result` blocks must define tools.")


def unanswered(i, ids):
    return (
        "messages.%d: `tool_use` ids were found without `tool_result` blocks immediately after: %s. Each "
        "`tool_use` block must have a corresponding `tool_result` block in the next message."
        % (i, ", ".join(ids))
    )


def check_answers(i, uses, following):
    first = []
    for b in following[2]:
        if b["type"] != "tool_result":
            break  # what comes after another block is not "immediately after"
        first.append(b["tool_use_id"])
    missing = [u for u in uses if u not in first]
    if missing:
        raise Bad(unanswered(i, missing))


def check_results(i, blocks, uses):
    answered = set()
    for j, b in enumerate(blocks):
        if b["type"] != "tool_result":
            continue
        if b["tool_use_id"] not in uses:
            raise Bad(
                "messages.%d.content.%d: unexpected `tool_use_id` found in `tool_result` blocks: %s. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous message."
                % (i, j, b["tool_use_id"])
            )
        if b["tool_use_id"] in answered:
            raise Bad(
                "messages.%d.content.%d: each tool_use must have a single result. Found multiple "
                "`tool_result` blocks with id: %s" % (i, j, b["tool_use_id"])
            )
        answered.add(b["tool_use_id"])


def check_thought(q, messages):
    """With a budget for thinking, the tools in use were thought about first."""
    turns = [(i, blocks) for i, role, blocks in messages if role == "assistant"]
    thinks = q.get("thinking", {}).get("type") == "enabled"
    if not thinks or not turns or not any(b["type"] == "tool_result" for b in messages[-1][2]):
        return
    i, blocks = turns[-1]
    if blocks and blocks[0]["type"] not in ("thinking", "redacted_thinking"):
        raise Bad(
            "messages.%d.content.0.type: Expected `thinking` or `redacted_thinking`, but found `%s`. "
            "When `thinking` is enabled, a final `assistant` message must start with a thinking "
            "block (preceeding the lastmost set of `tool_use` and `tool_result` blocks)."
            % (i, blocks[0]["type"])
        )
