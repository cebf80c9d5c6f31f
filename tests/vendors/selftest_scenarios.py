"""The scenarios that are shipped: whole, and playable by a client that is none of ours."""
import json
import os
import re

from selftest_base import HERE, fine, tone

OBJECT = {"type": "object", "additionalProperties": False}
TEXT = {"type": "string"}
TOOLS = [
    {
        "name": "end_call",
        "strict": True,
        "input_schema": dict(
            OBJECT,
            properties={
                "reason": {"type": "string", "enum": ["goodbye", "wrong_number", "unwanted"]}
            },
            required=["reason"],
        ),
    },
    {
        "name": "leave_request",
        "strict": True,
        "input_schema": dict(
            OBJECT,
            properties={"name": TEXT, "phone": TEXT, "wish": TEXT},
            required=["name", "phone", "wish"],
        ),
    },
]


def call(s, name, language):
    """A call: every line heard, answered, tools used, answers spoken. What the tools were given."""
    s.control("/scenario", {"file": name})
    messages, used = [], []
    voice = language + "-Wavenet-B"
    for _ in range(6):
        results = fine(s.recognize(tone(), {"languageCode": language}))["results"]
        words = "".join(r["alternatives"][0]["transcript"] for r in results)
        messages.append({"role": "user", "content": words})
        for _ in range(3):
            answer = fine(s.ask(messages=messages, tools=TOOLS))
            if answer["content"]:
                messages.append({"role": "assistant", "content": answer["content"]})
            uses = [b for b in answer["content"] if b["type"] == "tool_use"]
            used += [(u["name"], u["input"]) for u in uses]
            if not uses:
                break
            messages.append(
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": u["id"], "content": "ok"}
                        for u in uses
                    ],
                }
            )
        said = [b["text"] for b in messages[-1]["content"] if b["type"] == "text"]
        if said:
            fine(s.speak(said[0], voice={"languageCode": language, "name": voice}))
    report = s.control("/report")
    assert report["violations"] == 0 and report["left"] == {"stt": 0, "claude": 0}, report
    return used


def test_the_salons_call_has_six_turns_a_request_and_an_end(s):
    used = call(s, "salon-call.json", "uk-UA")
    assert [n for n, _ in used] == ["leave_request", "end_call"] and used[0][1]["name"] == "Олена"


def test_the_hotels_call_has_six_turns_a_request_and_an_end(s):
    used = call(s, "hotel-call.json", "ru-RU")
    assert [n for n, _ in used] == ["leave_request", "end_call"] and used[0][1]["name"] == "Сергей"


def test_every_scenario_can_be_played(s):
    for name in sorted(os.listdir(os.path.join(HERE, "scenarios"))):
        s.control("/scenario", {"file": name})
        with open(os.path.join(HERE, "scenarios", name), encoding="utf-8") as f:
            assert json.load(f)["about"]


def test_the_model_of_the_measurement_writes_25_tokens(s):
    s.control("/scenario", {"file": "overlap.json"})
    reply = s.ask(stream=True)
    assert reply.body.count(b"text_delta") == 25


def test_the_sandbox_answers_anything_but_hears_only_what_was_registered(s):
    s.control("/scenario", {"file": "sandbox.json"})
    for words in ("Що завгодно", "До побачення!", "Привет, это я", "Мене звати Олена"):
        assert fine(s.ask(messages=[{"role": "user", "content": words}], tools=TOOLS))["content"]
    named = fine(s.ask(messages=[{"role": "user", "content": "Мене звати Соломія."}], tools=TOOLS))[
        "content"
    ]
    assert named[1]["input"]["name"] == "Соломія"
    assert s.recognize(tone()).status == 500


def test_the_sandbox_keeps_to_the_language_of_the_business(s):
    s.control("/scenario", {"file": "sandbox.json"})
    russian = {"system": "Говорите обычно по-русски."}
    use = {"type": "tool_use", "id": "toolu_1", "name": "leave_request"}
    use["input"] = {"name": "Сергей", "phone": "", "wish": "Перезвонить"}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok"}
    after = [
        {"role": "user", "content": "Меня зовут Сергей"},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
    ]
    for messages in (after, [{"role": "user", "content": "Вы робот?"}]):
        said = fine(s.ask(messages=messages, tools=TOOLS, **russian))["content"][0]["text"]
        assert not re.search("[іїєґ]", said) and re.search("[ыэё]", said), said
    said = fine(s.ask(messages=after, tools=TOOLS))["content"][0]["text"]
    assert re.search("[іїєґ]", said), said
