"""The Messages API: what of a request is refused and why, and how an answer comes."""
import json
import re

from selftest_base import fine, refused

SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string", "enum": ["goodbye", "unwanted"]}},
    "required": ["reason"],
    "additionalProperties": False,
}
TOOL = {"name": "end_call", "description": "Ends the call", "strict": True, "input_schema": SCHEMA}
USER = {"role": "user", "content": "Добрий день"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "end_call", "input": {"reason": "goodbye"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}


def say(s, *answers, **more):
    s.control("/scenario", {"claude": dict({"answers": list(answers)}, **more)})


def asks(s, status, part, change=None, headers=None, **more):
    refused(s.ask(change, headers, **more), status, part)
    assert s.report("claude")["violations"], "no violation was kept"


def events(reply):
    """[(event, data)] of a stream, in any line ends."""
    assert reply.status == 200 and reply.headers["Content-Type"].startswith("text/event-stream")
    text = reply.body.decode("utf-8-sig").replace("\r\n", "\n")
    found = []
    for block in text.split("\n\n"):
        lines = dict(
            l.split(": ", 1) for l in block.split("\n") if ": " in l and not l.startswith(":")
        )
        if "data" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def text_of(found):
    return "".join(
        d["delta"]["text"]
        for e, d in found
        if e == "content_block_delta" and d["delta"]["type"] == "text_delta"
    )


# ---- answers ----------------------------------------------------------------------------------


def test_an_answer_in_one_piece(s):
    say(s, "Вітаю! Чим допомогти?")
    reply = s.ask()
    answer = fine(reply)
    assert answer["content"] == [
        {"type": "text", "text": "Вітаю! Чим допомогти?", "citations": None}
    ]
    assert answer["stop_reason"] == "end_turn" and answer["usage"]["output_tokens"] > 3
    assert answer["role"] == "assistant" and answer["model"] == "claude-haiku-5-5"
    assert reply.headers["request-id"].startswith("req_")
    assert s.report("claude")["violations"] == []


def test_an_answer_as_a_stream(s):
    say(s, "Вітаю! Чим допомогти?")
    found = events(s.ask(stream=True))
    kinds = [e for e, _ in found]
    assert kinds[:3] == ["message_start", "content_block_start", "ping"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert text_of(found) == "Вітаю! Чим допомогти?" and len(kinds) > 9
    assert (
        found[-2][1]["delta"]["stop_reason"] == "end_turn"
        and found[-2][1]["usage"]["output_tokens"] > 3
    )


def test_tools_are_used_and_their_input_is_cut_inside_escapes(s):
    say(
        s,
        {"text": "До побачення!", "tools": [{"name": "end_call", "input": {"reason": "goodbye"}}]},
    )
    assert fine(s.ask(tools=[TOOL]))["stop_reason"] == "tool_use"
    free = dict(
        TOOL,
        input_schema={"type": "object", "properties": {"wish": {"type": "string"}}},
        strict=False,
    )
    say(s, {"tools": [{"name": "end_call", "input": {"wish": "стрижка «на завтра»"}}]})
    found = events(s.ask(tools=[free], stream=True))
    pieces = [d["delta"]["partial_json"] for e, d in found if e == "content_block_delta"]
    assert pieces[0] == "" and json.loads("".join(pieces)) == {"wish": "стрижка «на завтра»"}
    assert any(re.search(r"\\(u[0-9a-f]{0,3})?$", p) for p in pieces)


def test_rules_of_the_scenario_come_before_its_list(s):
    say(
        s,
        "інше",
        match=[
            {"said": "ціна|коштує", "answer": "Сто гривень."},
            {"after_tool": "end_call", "answer": "Готово."},
        ],
    )
    assert (
        fine(s.ask(messages=[{"role": "user", "content": "Скільки коштує?"}]))["content"][0]["text"]
        == "Сто гривень."
    )
    turns = [USER, {"role": "assistant", "content": [USE]}, {"role": "user", "content": [RESULT]}]
    assert fine(s.ask(messages=turns, tools=[TOOL]))["content"][0]["text"] == "Готово."
    assert fine(s.ask())["content"][0]["text"] == "інше"


def test_without_a_scripted_answer_the_test_fails(s):
    asks(s, 500, "no scripted answer")


def test_a_scripted_tool_must_be_offered_and_its_input_must_fit(s):
    say(s, {"tools": [{"name": "end_call", "input": {"reason": "goodbye"}}]})
    asks(s, 500, "does not offer")
    say(s, {"tools": [{"name": "end_call", "input": {"reason": "боягуз"}}]})
    asks(s, 500, "does not fit its schema", tools=[TOOL])


def test_max_tokens_cuts_the_answer(s):
    say(s, "слово " * 200)
    answer = fine(s.ask(max_tokens=20))
    assert answer["stop_reason"] == "max_tokens" and answer["usage"]["output_tokens"] <= 20
    assert 0 < len(answer["content"][0]["text"]) < 100


def test_stop_sequences_and_refusals(s):
    say(s, "один два три")
    answer = fine(s.ask(stop_sequences=["два"]))
    assert answer["stop_reason"] == "stop_sequence" and answer["stop_sequence"] == "два"
    assert answer["content"][0]["text"] == "один "
    say(s, {"refusal": {"category": "cyber"}})
    answer = fine(s.ask())
    assert answer["stop_reason"] == "refusal" and answer["content"] == []
    assert answer["stop_details"] == {"type": "refusal", "category": "cyber", "explanation": None}


def test_haiku_5_5_thinks_unless_told_not_to(s):
    say(s, "Так.", "Так.", "Так.")
    blocks = fine(s.ask(["thinking"]))["content"]
    assert [b["type"] for b in blocks] == ["thinking", "text"] and blocks[0]["signature"]
    used_up = fine(s.ask(["thinking", "output_config"], max_tokens=100))
    assert [b["type"] for b in used_up["content"]] == ["thinking"] and used_up[
        "stop_reason"
    ] == "max_tokens"
    turns = [USER, {"role": "assistant", "content": blocks}, USER]
    fine(s.ask(messages=turns))
    blocks[0]["thinking"] += "!"
    asks(s, 400, "Invalid `signature`", messages=turns)


def test_the_cache_is_written_and_read_when_the_prefix_is_the_same(s):
    say(s, "Так.", loop=True)
    system = [
        {
            "type": "text",
            "text": "Ти адміністратор салону. " * 100,
            "cache_control": {"type": "ephemeral"},
        }
    ]
    first = fine(s.ask(system=system))["usage"]
    again = fine(s.ask(system=system, messages=[{"role": "user", "content": "Інше"}]))["usage"]
    assert first["cache_creation_input_tokens"] > 512 and first["cache_read_input_tokens"] == 0
    assert again["cache_read_input_tokens"] == first["cache_creation_input_tokens"]
    assert again["cache_creation_input_tokens"] == 0 and again["input_tokens"] < 30
    other = fine(s.ask(system=system, tools=[TOOL]))["usage"]
    assert other["cache_read_input_tokens"] == 0
    short = [{"type": "text", "text": "Коротко.", "cache_control": {"type": "ephemeral"}}]
    assert fine(s.ask(system=short))["usage"]["cache_creation_input_tokens"] == 0


def test_max_tokens_of_zero_warms_the_cache(s):
    answer = fine(s.ask(max_tokens=0))
    assert answer["content"] == [] and answer["usage"]["output_tokens"] == 0


# ---- refusals ---------------------------------------------------------------------------------


def test_a_key_is_needed_in_either_form(s):
    say(s, "Так.", loop=True)
    fine(s.ask(headers={"x-api-key": "", "Authorization": "Bearer claude-key-two"}))
    fine(
        s.ask(headers={"Authorization": "Bearer nonsense"})
    )  # x-api-key counts when both are there
    refused(s.ask(headers={"x-api-key": "wrong"}), 401, "invalid x-api-key")
    assert s.report("claude")["violations"] == []
    asks(s, 401, "authentication_error", headers={"x-api-key": ""})


def test_a_known_version_is_needed(s):
    say(s, "Так.")
    fine(s.ask(headers={"anthropic-version": "2023-06-01"}))
    asks(s, 400, "header is required", headers={"anthropic-version": ""})
    asks(s, 400, "not a valid version", headers={"anthropic-version": "2024-01-01"})


def test_a_beta_is_not_needed_here(s):
    asks(s, 400, "anthropic-beta", headers={"anthropic-beta": "files-api-2025-04-14"})


def test_members_are_needed_and_no_others_are_taken(s):
    for name in ("model", "max_tokens", "messages"):
        asks(s, 400, name + ": Field required", [name])
    asks(s, 400, "n: Extra inputs are not permitted", n=1)
    asks(s, 400, "metadata.phone: Extra inputs", metadata={"phone": "x"})
    asks(s, 400, "messages.0.name: Extra inputs", messages=[dict(USER, name="Олена")])


def test_json_is_needed(s):
    head = {
        "x-api-key": "claude-key-one",
        "anthropic-version": "2026-10-21",
        "Content-Type": "application/json",
    }
    refused(s.send("claude", "POST", "/v1/messages", b'{"model":', head), 400, "not valid JSON")
    refused(
        s.send("claude", "POST", "/v1/messages", '{"model":"і"}'.encode("cp1251"), head),
        400,
        "not valid JSON",
    )
    refused(s.send("claude", "POST", "/v1/messages", b'{"a":1,"a":2}', head), 400, "twice")
    asks(s, 400, "content-type", headers={"Content-Type": "text/plain"})


def test_models_are_known_and_have_their_limits(s):
    asks(s, 404, "not_found_error", model="claude-haiku-9")
    asks(s, 400, "128000, which is the maximum", max_tokens=128001)
    asks(s, 400, "valid integer", max_tokens="300")


def test_sampling_parameters_by_version_and_model(s):
    say(s, "Так.", loop=True)
    old = {"anthropic-version": "2023-06-01"}
    plain = {"change": ["thinking", "output_config"], "model": "claude-haiku-4-5"}
    fine(s.ask(headers=old, temperature=0.3, **plain))
    fine(s.ask(headers=old, temperature=1.0))
    fine(s.ask(headers=old, top_p=0.99))
    asks(s, 400, "cannot both", headers=old, temperature=0.3, top_p=0.5, **plain)
    asks(s, 400, "`temperature` is not supported", headers=old, temperature=0.3)
    asks(s, 400, "`top_k` is not supported", headers=old, top_k=40)
    asks(s, 400, "`top_p` is not supported", headers=old, top_p=0.9)
    for name, value in (("temperature", 1.0), ("top_p", 1.0), ("top_k", 40)):
        asks(s, 400, name + ": Extra inputs are not permitted", **dict({name: value}, **plain))


def test_thinking_and_effort_by_model(s):
    say(s, "Так.", loop=True)
    fine(s.ask(thinking={"type": "adaptive", "display": "omitted"}))
    asks(
        s,
        400,
        '"thinking.type.enabled" is not supported',
        thinking={"type": "enabled", "budget_tokens": 1024},
    )
    for effort, status in (("high", 200), ("xhigh", 400), ("max", 400), ("most", 400)):
        assert s.ask(output_config={"effort": effort}).status == status, effort
    asks(s, 400, "does not support the effort", ["thinking"], model="claude-haiku-4-5")
    old = {"change": ["output_config"], "model": "claude-haiku-4-5", "max_tokens": 2000}
    fine(s.ask(thinking={"type": "enabled", "budget_tokens": 1024}, **old))
    asks(
        s,
        400,
        "greater than or equal to 1024",
        thinking={"type": "enabled", "budget_tokens": 1000},
        **old
    )
    asks(s, 400, "must be greater than", thinking={"type": "enabled", "budget_tokens": 2000}, **old)
    asks(s, 400, "adaptive", thinking={"type": "adaptive"}, **old)
    fine(s.ask(model="claude-sonnet-5-5", thinking={"type": "between_tools"}))
    asks(s, 400, "disabled", model="claude-sonnet-5-5")
    asks(s, 400, "disabled", model="claude-opus-5-5")


def test_texts_are_not_empty(s):
    for content in ("", "  "):
        asks(s, 400, "non-", messages=[{"role": "user", "content": content}])
    asks(
        s,
        400,
        "text content blocks must be non-empty",
        messages=[{"role": "user", "content": [{"type": "text", "text": ""}]}],
    )
    asks(s, 400, "non-empty content", messages=[{"role": "user", "content": []}])
    asks(
        s,
        400,
        "system: text content blocks must be non-empty",
        system=[{"type": "text", "text": ""}],
    )


def test_roles(s):
    say(s, "Так.")
    fine(s.ask(messages=[USER, USER, {"role": "assistant", "content": "Так?"}, USER]))
    asks(
        s, 400, 'Unexpected role "system"', messages=[{"role": "system", "content": "Ти бот"}, USER]
    )
    asks(s, 400, "first message", messages=[{"role": "assistant", "content": "Вітаю"}, USER])
    asks(s, 400, "at least one message", messages=[])


def test_prefill_by_model(s):
    say(s, "Так.")
    turns = [USER, {"role": "assistant", "content": "Отже"}]
    asks(s, 400, "prefill", messages=turns)
    fine(s.ask(["thinking", "output_config"], messages=turns, model="claude-haiku-4-5"))
    turns[1]["content"] = "Отже "
    asks(
        s,
        400,
        "trailing whitespace",
        ["thinking", "output_config"],
        messages=turns,
        model="claude-haiku-4-5",
    )


def test_every_tool_use_is_answered_at_once(s):
    say(s, "Так.")
    used = {"role": "assistant", "content": [{"type": "text", "text": "Дякую."}, USE]}
    answered = {"role": "user", "content": [RESULT, {"type": "text", "text": "ще одне"}]}
    fine(s.ask(messages=[USER, used, answered], tools=[TOOL]))
    asks(
        s,
        400,
        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1",
        messages=[USER, used, USER],
        tools=[TOOL],
    )
    asks(s, 400, "immediately after", messages=[USER, used], tools=[TOOL])
    late = {"role": "user", "content": [{"type": "text", "text": "ще"}, RESULT]}
    asks(s, 400, "immediately after", messages=[USER, used, late], tools=[TOOL])
    asks(
        s,
        400,
        "unexpected `tool_use_id`",
        messages=[{"role": "user", "content": [RESULT]}],
        tools=[TOOL],
    )
    twice = {"role": "user", "content": [RESULT, RESULT]}
    asks(s, 400, "single result", messages=[USER, used, twice], tools=[TOOL])
    asks(s, 400, "must be unique", messages=[USER, used, answered, used, answered], tools=[TOOL])
    asks(s, 400, "must define tools", messages=[USER, used, answered])


def test_blocks_have_their_places_and_members(s):
    for role, block, part in (
        ("user", USE, "can only be in `assistant`"),
        ("assistant", RESULT, "can only be in `user`"),
        ("user", {"type": "sound"}, "does not match any of the expected tags"),
        ("user", {"type": "text", "text": "а", "lang": "uk"}, "Extra inputs"),
        ("assistant", dict(USE, id="a b"), "pattern"),
        ("assistant", dict(USE, input="{}"), "valid dictionary"),
        ("user", {"type": "tool_result", "content": "x"}, "Field required"),
    ):
        turns = [USER, {"role": role, "content": [block]}, USER]
        asks(s, 400, part, messages=turns, tools=[TOOL])


def test_documents_and_citations_under_the_new_version(s):
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "x"},
    }
    asks(
        s,
        400,
        "document blocks",
        messages=[USER, {"role": "assistant", "content": [document]}, USER],
    )
    cited = {"type": "text", "text": "а", "citations": [{"type": "char_location"}]}
    asks(s, 400, "citations", messages=[{"role": "user", "content": [cited]}])


def test_tools_have_names_and_schemas(s):
    say(s, "Так.")
    fine(s.ask(tools=[TOOL], tool_choice={"type": "auto", "disable_parallel_tool_use": True}))
    for tool, part in (
        (dict(TOOL, name="кінець"), "pattern"),
        (dict(TOOL, title="x"), "Extra inputs"),
        ({"name": "x"}, "input_schema: Field required"),
        (dict(TOOL, input_schema={}), "input_schema.type: Field required"),
        (dict(TOOL, input_schema={"type": "string"}), "Input should be 'object'"),
        (
            dict(
                TOOL,
                strict=False,
                input_schema={"type": "object", "properties": {"a": {"type": "text"}}},
            ),
            "JSON schema is invalid",
        ),
        (dict(TOOL, strict="yes"), "valid boolean"),
    ):
        asks(s, 400, part, tools=[tool])
    asks(s, 400, "must be unique", tools=[TOOL, TOOL])


def test_strict_schemas_are_narrow(s):
    for change, part in (
        ({"additionalProperties": True}, "'additionalProperties' must be explicitly set to false"),
        ({"required": []}, "must be in 'required'"),
        ({"required": ["reason", "x"]}, "no property"),
        (
            {"properties": {"reason": {"type": "integer", "minimum": 1}}},
            "minimum are not supported",
        ),
        ({"properties": {"reason": {"type": "string", "maxLength": 9}}}, "maxLength are not"),
        ({"properties": {"reason": {"$ref": "https://example.com/s"}}}, "external $ref"),
        (
            {
                "properties": {"reason": {"$ref": "#/$defs/a"}},
                "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}},
            },
            "recursive",
        ),
        ({"properties": {"reason": {"type": "object", "properties": {}}}}, "additionalProperties"),
    ):
        asks(s, 400, part, tools=[dict(TOOL, input_schema=dict(SCHEMA, **change))])
        say(s, "Так.")
        if "type" in change.get("properties", {}).get("reason", {"type": 1}):
            fine(
                s.ask(
                    tools=[
                        dict(
                            TOOL,
                            strict=False,
                            input_schema=dict(
                                SCHEMA,
                                required=[],
                                **{k: v for k, v in change.items() if k != "required"}
                            ),
                        )
                    ]
                )
            )


def test_tool_choice_has_its_forms(s):
    asks(s, 400, "while providing tools", tool_choice={"type": "auto"})
    asks(s, 400, "Input should be", tools=[TOOL], tool_choice={"type": "some"})
    asks(
        s,
        400,
        "not found in provided tools",
        tools=[TOOL],
        tool_choice={"type": "tool", "name": "x"},
    )
    asks(
        s,
        400,
        "Extra inputs",
        tools=[TOOL],
        tool_choice={"type": "none", "disable_parallel_tool_use": True},
    )
    asks(
        s,
        400,
        "Thinking may not be enabled",
        ["thinking"],
        tools=[TOOL],
        tool_choice={"type": "any"},
    )


def test_cache_marks_have_their_forms(s):
    mark = {"type": "ephemeral"}
    five = [{"type": "text", "text": str(i), "cache_control": mark} for i in range(5)]
    asks(s, 400, "A maximum of 4 blocks", system=five)
    for bad in (
        {"type": "persistent"},
        {"type": "ephemeral", "ttl": "2h"},
        {"ttl": "5m"},
        "ephemeral",
    ):
        asks(s, 400, "cache_control", system=[{"type": "text", "text": "а", "cache_control": bad}])
    long_after_short = [
        {"type": "text", "text": "а", "cache_control": mark},
        {"type": "text", "text": "б", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ]
    asks(s, 400, "must not come after", system=long_after_short)


def test_a_phone_number_as_user_id_is_a_violation(s):
    say(s, "Так.")
    fine(s.ask(metadata={"user_id": "5f0c8a"}))
    assert s.report("claude")["violations"] == []
    s.ask(metadata={"user_id": "+380501112233"})
    assert "phone number" in s.report("claude")["violations"][0]


def test_a_body_of_more_than_32_megabytes_is_too_large(s):
    refused(
        s.ask(messages=[{"role": "user", "content": "a" * (33 << 20)}]), 413, "request_too_large"
    )


# ---- streams that try a client ----------------------------------------------------------------


def test_an_odd_stream_says_the_same(s):
    say(s, "Вітаю!")
    s.misbehave("claude", "sse_odd", times=1)
    reply = s.ask(stream=True)
    assert (
        reply.body.startswith(b"\xef\xbb\xbfevent: message_start\r\n")
        and b"\r\n: a comment\r\n" in reply.body
    )
    found = events(reply)
    assert text_of(found) == "Вітаю!" and "weather_report" in [e for e, _ in found]
    assert [e for e, _ in found].count("message_delta") == 2


def test_an_error_comes_within_the_stream(s):
    say(s, "Вітаю! Чим допомогти вам сьогодні?")
    s.misbehave("claude", "sse_error", times=1, after=2)
    found = events(s.ask(stream=True))
    assert found[-1][0] == "error" and found[-1][1]["error"]["type"] == "overloaded_error"
    assert text_of(found) == "Вітаю! Ч"


def test_a_stream_may_just_end(s):
    say(s, "Вітаю!")
    s.misbehave("claude", "sse_truncated", times=1)
    assert [e for e, _ in events(s.ask(stream=True))][-1] == "content_block_stop"


def test_tokens_take_their_time(s):
    say(s, {"text": "абвг", "pieces": ["а", "б", "в", "г"], "ms_per_token": 30, "first_ms": 50})
    found = events(s.ask(stream=True))
    assert [d["delta"]["text"] for e, d in found if e == "content_block_delta"] == [
        "а",
        "б",
        "в",
        "г",
    ]
    timing = s.control("/report?timings=1")["timings"][-1]
    assert timing["asked_ms"] == 170 and 0.17 <= timing["last"] - timing["got"] < 0.6
