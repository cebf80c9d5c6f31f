"""OpenAI's voices: what they take, and what they refuse."""
import json

from selftest_base import refused


def say(s, *parts, key="openai-key-one", kind="application/json"):
    given = {"model": "gpt-4o-mini-tts", "voice": "coral", "input": "Так.", "response_format": "wav"}
    given.update(parts)
    body = json.dumps({k: v for k, v in given.items() if v is not None}).encode()
    head = {"Content-Type": kind}
    if key:
        head["Authorization"] = "Bearer " + key
    return s.send("openai", "POST", "/v1/audio/speech", body, head)


def test_openai_speaks(s):
    reply = say(s)
    assert reply.status == 200 and reply.body[:4] == b"RIFF"
    assert reply.body[4:8] == reply.body[40:44] == b"\xff\xff\xff\xff"
    bare = say(s, ("response_format", "pcm"))
    assert bare.body == reply.body[44:] and len(bare.body) > 9600
    s.control("/scenario", {"speech": {"size": 0}})
    assert say(s).body[40:44] == b"\0\0\0\0"
    assert s.report("openai")["violations"] == []


def test_openai_speaks_only_what_it_is_asked_rightly(s):
    for parts, status, part in (
        ([("model", None)], 400, "Missing required parameter: 'model'"),
        ([("voice", None)], 400, "Missing required parameter: 'voice'"),
        ([("input", None)], 400, "Missing required parameter: 'input'"),
        ([("model", "tts-9")], 404, "does not exist"),
        ([("voice", "leda")], 400, "Invalid voice"),
        ([("model", "tts-1"), ("voice", "marin")], 400, "Invalid voice"),
        ([("input", " ")], 400, "empty"),
        ([("input", "щ" * 4097)], 400, "too long"),
        ([("response_format", "ogg")], 400, "response_format"),
        ([("speed", 5)], 400, "speed"),
        ([("speed", "1")], 400, "Invalid type"),
        ([("pitch", 1)], 400, "Unrecognized request argument"),
        ([("response_format", None)], 501, "played here"),
    ):
        refused(say(s, *parts), status, part)
    refused(say(s, kind="text/plain"), 400, "Content-Type")
    refused(say(s, key=None), 401, "didn't provide an API key")
    refused(say(s, key="x"), 401, "invalid_api_key")
