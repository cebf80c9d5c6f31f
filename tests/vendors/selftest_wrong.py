"""Wrong requests that were once taken, because nothing here happens to send them."""
import struct

from selftest_base import fine, refused, tone, wav
from selftest_claude import RESULT, SCHEMA, TOOL, USE, USER, asks, say
from selftest_google import clean, v2
from selftest_trouble import hears, infer, transcribe


def flac(rate=16000, channels=1, seconds=1):
    figures = rate << 44 | (channels - 1) << 41 | 15 << 36 | rate * seconds
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + figures.to_bytes(8, "big") + b"\0" * 16
    return b"fLaC\x80\0\0\x22" + info + b"\xff\xf8" + b"\1" * 100


def page(flags, position, body):
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, 1, 0, 0, 1)
    return head + bytes([len(body)]) + body


def opus(seconds=1, magic=b"OpusHead", channels=1):
    head = magic + struct.pack("<BBHIHB", 1, channels, 312, 16000, 0, 0)
    return page(2, 0, head) + page(4, 312 + 48000 * seconds, b"\3" * 50)


FLAC = {"encoding": "FLAC", "sampleRateHertz": None}
OPUS = {"encoding": "OGG_OPUS", "sampleRateHertz": 16000}


def test_flac_says_its_rate_itself_and_what_is_said_of_it_must_be_true(s):
    hears(s, *["так"] * 3)
    fine(s.recognize(flac(), FLAC))
    fine(s.recognize(flac(), dict(FLAC, encoding=None)))
    fine(s.recognize(flac(), dict(FLAC, sampleRateHertz=16000)))
    clean(s, "stt")
    refused(s.recognize(flac(), dict(FLAC, sampleRateHertz=8000)), 400, "FLAC header (16000)")
    refused(s.recognize(flac(channels=2), FLAC), 400, "audio_channel_count")
    refused(s.recognize(b"fLaC", FLAC), 400, "bad encoding")


def test_packed_sound_of_more_than_a_minute_is_too_long(s):
    hears(s, "так")
    fine(s.recognize(opus(60), OPUS))
    refused(s.recognize(opus(61), OPUS), 400, "Sync input too long.")
    refused(s.recognize(flac(seconds=61), FLAC), 400, "Sync input too long.")
    auto = {"explicitDecodingConfig": None, "autoDecodingConfig": {}}
    for sound in (opus(61), flac(seconds=61)):
        refused(v2(s, sound, auto), 400, "maximum of 60 seconds")


def test_ogg_without_opus_is_no_opus(s):
    refused(s.recognize(opus(magic=b"\1vorbis\0"), OPUS), 400, "bad encoding")
    refused(s.recognize(opus()[:40], OPUS), 400, "bad encoding")
    refused(s.recognize(opus(channels=2), OPUS), 400, "audio_channel_count")


def test_unknown_parameters_behind_the_path_are_refused(s):
    refused(s.recognize(tone(), path="/v1/speech:recognize?lang=uk"), 400, "Cannot bind query")
    refused(
        s.send("tts", "POST", "/v1/text:synthesize?voice=a", {"input": {}}, s.bearer()),
        400,
        "Cannot bind query",
    )


def test_v2_figures_have_bounds_too(s):
    nine = {"encoding": "LINEAR16", "sampleRateHertz": 8000, "audioChannelCount": 9}
    refused(v2(s, tone(), {"explicitDecodingConfig": nine}), 400, "audio_channel_count")
    refused(v2(s, tone(), {"features": {"multiChannelMode": "BOTH"}}), 400, "TYPE_ENUM")
    entries = [{"search": "а" * 101, "replace": "б"}]
    refused(v2(s, tone(), {"transcriptNormalization": {"entries": entries}}), 400, "100 entries")


def test_a_field_of_the_beta_is_not_in_v1(s):
    refused(s.speak(enableTimePointing=["SSML_MARK"]), 400, "Cannot find field")


def test_broken_markup_is_no_ssml(s):
    refused(s.speak(input={"ssml": "<speak>Так <b</speak>"}), 400, "Invalid SSML")
    refused(s.speak(input={"ssml": "<p>Так</p>"}), 400, "Invalid SSML")


def test_stop_sequences_are_a_list(s):
    for stops in ("abc", 5, None):
        asks(s, 400, "stop_sequences: Input should be a valid list", stop_sequences=stops)


def test_schemas_have_more_rules(s):
    def plain(**change):
        return [dict(TOOL, strict=False, input_schema=dict(SCHEMA, **change))]

    for tools, part in (
        (plain(properties={"ім'я": {"type": "string"}}, required=[]), "Property keys should match"),
        (plain(properties={"a b": {"type": "string"}}, required=[]), "Property keys should match"),
        (plain(anyOf=[{"type": "object"}]), "at the top level"),
        (plain(required=[1]), "JSON schema is invalid"),
        (plain(required=["reason", "reason"]), "JSON schema is invalid"),
        (plain(properties={"reason": {"description": 5}}), "JSON schema is invalid"),
        (plain(properties={"reason": {"minimum": "1"}}), "JSON schema is invalid"),
        (plain(properties={"reason": {"maxLength": -1}}), "JSON schema is invalid"),
        (plain(properties={"reason": {"anyOf": "x"}}), "JSON schema is invalid"),
        ([dict(TOOL, input_examples="x")], "input_examples"),
        ([dict(TOOL, input_examples=[{"reason": "boredom"}])], "input_examples"),
        (
            [dict(TOOL, input_schema=dict(SCHEMA, properties={"reason": {"$ref": "#/$defs/x"}}))],
            "leads nowhere",
        ),
        (
            [dict(TOOL, input_schema=dict(SCHEMA, properties={"reason": {"enum": [{}]}}))],
            "enum values",
        ),
        ([dict(TOOL, name="t%d" % i) for i in range(21)], "at most 20 strict"),
    ):
        asks(s, 400, part, tools=tools)
    say(s, "Так.")
    fine(s.ask(tools=[dict(TOOL, input_examples=[{"reason": "goodbye"}])]))


def test_the_schema_of_a_structured_answer_is_looked_at(s):
    for schema in (5, {"type": "object", "properties": {"a": {"type": "string"}}}):
        asks(
            s,
            400,
            "output_config.format.schema",
            output_config={"effort": "low", "format": {"type": "json_schema", "schema": schema}},
        )


def test_with_a_budget_the_tools_in_use_were_thought_about_first(s):
    messages = [
        USER,
        {"role": "assistant", "content": [USE]},
        {"role": "user", "content": [RESULT]},
    ]
    asks(
        s,
        400,
        "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
        ["output_config"],
        model="claude-haiku-4-5",
        max_tokens=2000,
        thinking={"type": "enabled", "budget_tokens": 1024},
        tools=[TOOL],
        messages=messages,
    )


def test_openai_looks_into_the_file_and_at_every_field(s):
    for name in ("a.mp3", "a.ogg", "a.flac", "a.webm", "a.m4a"):
        refused(transcribe(s, filename=name), 400, "corrupted or unsupported")
    for parts, part in (
        ([("stream", "maybe")], "expected a boolean"),
        ([("include[]", "logprobs")], "include[]"),
        ([("response_format", "diarized_json")], "not compatible"),
        ([("model", "gpt-4o-transcribe-diarize"), ("prompt", "а")], "prompt is not supported"),
    ):
        refused(transcribe(s, *parts), 400, part)


def test_a_form_of_whisper_cpp_that_is_not_played_is_a_violation(s):
    hears(s, "так")
    infer(s, ("language", "uk"), ("response_format", "srt"), data=wav(tone()))
    assert s.report("whisper")["violations"]


def test_what_a_test_forbids_may_be_in_no_request(s):
    hears(s, "так", "ні")
    s.control("/forbid", {"texts": ["630000001", "call-7"]})
    fine(infer(s, ("language", "uk")))
    assert s.report("whisper")["violations"] == []
    infer(s, ("language", "uk"), ("prompt", "дзвонить 0630000001"))
    assert len(s.report("whisper")["violations"]) == 1
    s.ask(headers={"x-trace": "call-7"})
    assert any("call-7" in v for v in s.report("claude")["violations"])
