"""Google's token server, recognition and voice: what is taken and what is refused."""
import base64
import hashlib
import json
import struct
import time

from selftest_base import b64url, fine, refused, tone, wav


def clean(s, vendor):
    assert s.report(vendor)["violations"] == [], s.report(vendor)["violations"]


def faulty(s, vendor):
    assert s.report(vendor)["violations"] != [], "no violation was kept"


# ---- token ------------------------------------------------------------------------------------


def test_a_signed_assertion_gets_a_token(s):
    reply = fine(s.ask_token(s.jwt()))
    assert reply["expires_in"] == 3599 and reply["token_type"] == "Bearer" and reply["access_token"]
    clean(s, "oauth")
    assert s.report("oauth")["requests"] == 1


def test_googles_own_audience_is_taken_too(s):
    fine(s.ask_token(s.jwt(aud="https://oauth2.googleapis.com/token")))


def test_another_key_does_not_sign(s):
    refused(s.ask_token(s.jwt(key=s.ready["folder"] + "/server.key")), 400, "invalid_grant")


def test_a_changed_assertion_is_not_signed(s):
    head, claims, signature = s.jwt().split(".")
    refused(s.ask_token(head + "." + claims[:-2] + "AA." + signature), 400, "invalid_grant")


def test_an_assertion_with_padding_is_refused(s):
    refused(s.ask_token(s.jwt() + "%3D"), 400, "base64url")


def test_another_algorithm_is_refused(s):
    refused(s.ask_token(s.jwt(header={"alg": "none", "typ": "JWT"})), 400, "RS256")


def test_another_audience_is_refused(s):
    refused(s.ask_token(s.jwt(aud="https://oauth2.googleapis.com/token/")), 400, "audience")


def test_another_account_is_refused(s):
    refused(s.ask_token(s.jwt(iss="nobody@x.iam.gserviceaccount.com")), 400, "account not found")


def test_a_clock_that_is_fast_is_refused_beyond_a_minute(s):
    now = int(time.time())
    fine(s.ask_token(s.jwt(iat=now + 30, exp=now + 3630)))
    refused(s.ask_token(s.jwt(iat=now + 120, exp=now + 3720)), 400, "short-lived")


def test_an_hour_is_the_longest(s):
    now = int(time.time())
    refused(s.ask_token(s.jwt(iat=now, exp=now + 3601)), 400, "short-lived")


def test_an_old_assertion_is_refused(s):
    now = int(time.time())
    refused(s.ask_token(s.jwt(iat=now - 3700, exp=now - 100)), 400, "short-lived")


def test_times_are_whole_seconds(s):
    refused(s.ask_token(s.jwt(iat=time.time())), 400, "whole seconds")


def test_an_unknown_scope_is_refused(s):
    refused(s.ask_token(s.jwt(scope="https://example.com/all")), 400, "invalid_scope")


def test_another_grant_is_refused(s):
    refused(s.ask_token(s.jwt(), "password"), 400, "unsupported_grant_type")


def test_a_form_is_needed(s):
    refused(s.send("oauth", "POST", "/token", {"assertion": s.jwt()}), 400, "invalid_request")


def test_a_second_long_token_and_invalid_grant_on_command(s):
    s.misbehave("oauth", "bigtoken", times=1)
    assert len(fine(s.ask_token(s.jwt()))["access_token"]) > 2000
    s.misbehave("oauth", "invalid_grant", times=1)
    refused(s.ask_token(s.jwt()), 400, "invalid_grant")
    clean(s, "oauth")


# ---- recognition, v1 --------------------------------------------------------------------------


def play(s, *lines, **more):
    s.control("/scenario", dict({"stt": {"lines": list(lines)}}, **more))


def test_the_next_line_of_the_scenario_is_heard(s):
    play(s, "хочу записатися", {"parts": ["на завтра", "о десятій"], "confidence": None})
    first = fine(s.recognize(tone()))
    assert first["results"][0]["alternatives"][0] == {
        "transcript": "хочу записатися",
        "confidence": 0.9382,
    }
    assert first["results"][0]["languageCode"] == "uk-ua" and first["totalBilledTime"] == "1s"
    assert isinstance(first["requestId"], str)
    second = fine(s.recognize(tone()))["results"]
    assert [r["alternatives"][0] for r in second] == [
        {"transcript": "на завтра"},
        {"transcript": " о десятій"},
    ]
    clean(s, "stt")


def test_a_recording_is_known_by_its_samples_in_any_packing(s):
    s.control("/transcript", {"sha256": hashlib.sha256(tone()).hexdigest(), "text": "добрий день"})
    for audio, config in (
        (tone(), {}),
        (wav(tone()), {}),
        (wav(tone()), {"encoding": None, "sampleRateHertz": None}),
    ):
        said = fine(s.recognize(audio, config))["results"][0]["alternatives"][0]["transcript"]
        assert said == "добрий день"
    clean(s, "stt")


def test_an_unknown_recording_fails_the_test(s):
    refused(s.recognize(tone()), 500, "No transcript")
    faulty(s, "stt")


def test_silence_has_no_results_and_takes_no_line(s):
    play(s, "так")
    reply = fine(s.recognize(b"\0\0" * 4000))
    assert "results" not in reply and reply["totalBilledTime"] == "1s"
    assert fine(s.recognize(tone()))["results"]


def test_the_odd_forms_of_nothing(s):
    play(s, {"form": "bare"}, {"form": "empty"}, {"form": "words-only"}, {"form": "no-results"})
    assert fine(s.recognize(tone())) == {}
    assert fine(s.recognize(tone()))["results"][0]["alternatives"] == [{"transcript": ""}]
    assert "words" in fine(s.recognize(tone()))["results"][0]["alternatives"][0]
    assert "results" not in fine(s.recognize(tone()))


def test_an_api_key_will_do(s):
    play(s, "так", "ні")
    fine(s.recognize(tone(), headers={"X-Goog-Api-Key": "google-key-one"}))
    fine(s.recognize(tone(), headers={}, path="/v1/speech:recognize?key=google-key-one"))
    refused(s.recognize(tone(), headers={"X-Goog-Api-Key": "x"}), 400, "API_KEY_INVALID")


def test_somebody_unknown_is_refused(s):
    refused(s.recognize(tone(), headers={}), 403, "PERMISSION_DENIED")
    refused(
        s.recognize(tone(), headers={"Authorization": "Bearer nonsense"}), 401, "UNAUTHENTICATED"
    )


def test_a_token_without_the_scope_is_refused(s):
    sheets = fine(s.ask_token(s.jwt(scope="https://www.googleapis.com/auth/spreadsheets")))[
        "access_token"
    ]
    refused(
        s.recognize(tone(), headers={"Authorization": "Bearer " + sheets}),
        403,
        "SCOPE_INSUFFICIENT",
    )


def test_a_self_signed_token_will_do(s):
    play(s, "так")
    mine = s.jwt(sub=s.account["client_email"], aud="https://speech.googleapis.com/", scope=None)
    fine(s.recognize(tone(), headers={"Authorization": "Bearer " + mine}))


def test_an_expired_token_is_told_apart_and_a_new_one_works(s):
    play(s, "так")
    s.token()
    s.misbehave("stt", "expired")
    refused(s.recognize(tone()), 401, "ACCESS_TOKEN_EXPIRED")
    s.token(fresh=True)
    fine(s.recognize(tone()))
    clean(s, "stt")


def test_alaw_is_not_in_v1(s):
    refused(s.recognize(b"\x55" * 4000, {"encoding": "ALAW"}), 400, "TYPE_ENUM")
    refused(
        s.recognize(wav(b"\x55" * 4000, code=6), {"encoding": None, "sampleRateHertz": None}),
        400,
        "bad encoding",
    )


def test_an_encoding_and_a_rate_are_needed_without_a_header(s):
    refused(s.recognize(tone(), {"encoding": None}), 400, "bad encoding")
    refused(s.recognize(tone(), {"sampleRateHertz": None}), 400, "bad sample rate")
    refused(s.recognize(tone(), {"sampleRateHertz": 4000}), 400, "bad sample rate")


def test_what_is_said_of_a_wav_must_be_true(s):
    refused(
        s.recognize(wav(tone()), {"sampleRateHertz": 16000}),
        400,
        "match the value in the WAV header (8000)",
    )
    refused(
        s.recognize(wav(tone()), {"encoding": "MULAW"}), 400, "match the encoding in the WAV header"
    )
    refused(s.recognize(wav(tone(), channels=2)), 400, "2 channels")
    refused(s.recognize(wav(tone())[:-9]), 400, "RIFF")


def test_compressed_audio_called_linear_is_a_violation(s):
    play(s, "так")
    s.recognize(b"ID3" + tone(200))
    faulty(s, "stt")


def test_exactly_one_source_of_audio(s):
    config = {"encoding": "LINEAR16", "sampleRateHertz": 8000, "languageCode": "uk-UA"}
    both = {"content": "AAAA", "uri": "gs://b/o"}
    for audio in ({}, both, {"content": ""}):
        refused(
            s.send(
                "stt",
                "POST",
                "/v1/speech:recognize",
                {"config": config, "audio": audio},
                s.bearer(),
            ),
            400,
            "RecognitionAudio not set.",
        )


def test_broken_base64_is_refused(s):
    config = {"encoding": "LINEAR16", "sampleRateHertz": 8000, "languageCode": "uk-UA"}
    for content in ("AAA", "AA\nAA", "AA-_"):
        refused(
            s.send(
                "stt",
                "POST",
                "/v1/speech:recognize",
                {"config": config, "audio": {"content": content}},
                s.bearer(),
            ),
            400,
            "TYPE_BYTES",
        )


def test_unknown_fields_and_wrong_types_are_refused(s):
    refused(s.recognize(tone(), {"speed": 1}), 400, "Cannot find field")
    refused(s.recognize(tone(), {"maxAlternatives": "many"}), 400, "TYPE_INT32")
    refused(s.recognize(tone(), {"enableAutomaticPunctuation": "yes"}), 400, "TYPE_BOOL")


def test_json_is_needed(s):
    refused(
        s.send(
            "stt",
            "POST",
            "/v1/speech:recognize",
            b"{",
            dict(s.bearer(), **{"Content-Type": "application/json"}),
        ),
        400,
        "Invalid JSON",
    )
    refused(s.send("stt", "POST", "/v1/speech:recognize", b"{}", s.bearer()), 400, "Content-Type")


def test_a_language_is_needed_and_known(s):
    refused(s.recognize(tone(), {"languageCode": None}), 400, "language code")
    refused(s.recognize(tone(), {"languageCode": "uk"}), 400, "not supported")


def test_a_model_without_the_language_is_refused_but_is_no_fault(s):
    refused(
        s.recognize(tone(), {"model": "phone_call"}),
        400,
        "The requested model is currently not supported for language : uk-UA.",
    )
    play(s, "так", unsupported=[["latest_short", "uk-UA"]])
    refused(s.recognize(tone()), 400, "not supported for language : uk-UA.")
    fine(s.recognize(tone(), {"model": "command_and_search"}))
    clean(s, "stt")
    refused(s.recognize(tone(), {"model": "nonsense"}), 400, "Incorrect model")


def test_phrases_have_limits(s):
    play(s, "так")
    fine(
        s.recognize(
            tone(), {"speechContexts": [{"phrases": ["на завтра", "а" * 100], "boost": -3}]}
        )
    )
    refused(
        s.recognize(tone(), {"speechContexts": [{"phrases": ["а" * 101]}]}), 400, "100 characters"
    )
    refused(s.recognize(tone(), {"speechContexts": [{"phrases": ["а"] * 5001}]}), 400, "5000")
    refused(
        s.recognize(
            tone(),
            {"speechContexts": [{"phrases": ["а" * 99 + str(i % 9)] * 1001} for i in range(1)]},
        ),
        400,
        "100000",
    )
    refused(
        s.recognize(tone(), {"speechContexts": [{"phrases": ["а"], "boost": 21}]}), 400, "boost"
    )


def test_more_than_a_minute_or_ten_megabytes_is_too_long(s):
    refused(s.recognize(tone(100) * 601), 400, "Sync input too long.")
    refused(s.recognize(b"\0\0" * 4000000), 400, "exceeds the limit: 10485760 bytes.")


def test_an_expect_header_is_a_violation(s):
    play(s, "так")
    s.recognize(tone(), headers=dict(s.bearer(), Expect="100-continue"))
    assert any("Expect" in v for v in s.report("stt")["violations"])


# ---- recognition, v2 --------------------------------------------------------------------------


def v2(s, audio, config=None, location="global", headers=None, project="holos-test", **more):
    body = {
        "config": dict(
            {
                "explicitDecodingConfig": {
                    "encoding": "ALAW",
                    "sampleRateHertz": 8000,
                    "audioChannelCount": 1,
                },
                "languageCodes": ["uk-UA"],
                "model": "short",
            },
            **(config or {})
        ),
        "content": base64.b64encode(audio).decode(),
    }
    body.update(more)
    return s.send(
        "stt",
        "POST",
        "/v2/projects/%s/locations/%s/recognizers/_:recognize" % (project, location),
        body,
        s.bearer() if headers is None else headers,
    )


def test_v2_hears_alaw_and_names_things_its_own_way(s):
    play(s, {"parts": ["так", "звісно"]})
    reply = fine(v2(s, b"\x2a\xaa" * 4000))
    assert (
        reply["results"][0]["languageCode"] == "uk-UA" and "resultEndOffset" in reply["results"][0]
    )
    assert (
        reply["metadata"]["totalBilledDuration"] == "1s"
        and len(reply["metadata"]["requestId"]) == 36
    )
    assert reply["results"][1]["alternatives"][0]["transcript"] == " звісно"
    clean(s, "stt")


def test_v2_silence_has_only_metadata(s):
    assert set(fine(v2(s, b"\xd5" * 4000))) == {"metadata"}


def test_v2_takes_no_api_key(s):
    refused(
        v2(s, b"\x2a" * 4000, headers={"X-Goog-Api-Key": "google-key-one"}),
        401,
        "API keys are not supported",
    )


def test_v2_location_must_be_that_of_the_host(s):
    refused(
        v2(s, b"\x2a" * 4000, location="eu"),
        400,
        "Expected resource location to be global, but found eu",
    )
    play(s, "так", "ні", stt_location="eu")
    fine(v2(s, b"\x2a\xaa" * 4000, {"model": "chirp_3"}, location="eu"))
    clean_host = dict(s.bearer(), Host="eu-speech.googleapis.com")
    fine(v2(s, b"\x2a\xaa" * 4000, {"model": "chirp_3"}, location="eu", headers=clean_host))
    refused(
        v2(
            s, b"\x2a" * 4000, location="eu", headers=dict(s.bearer(), Host="speech.googleapis.com")
        ),
        400,
        "Expected resource location",
    )


def test_v2_models_live_in_places(s):
    refused(v2(s, b"\x2a" * 4000, {"model": "chirp_3"}), 400, 'The model "chirp_3" does not exist')
    refused(
        v2(s, b"\x2a" * 4000, {"model": "chirp_telephony"}), 400, "is not supported by the model"
    )


def test_v2_another_project_is_refused(s):
    refused(v2(s, b"\x2a" * 4000, project="other"), 403, "PERMISSION_DENIED")


def test_v2_boost_out_of_bounds_is_an_error(s):
    for boost, status in ((10, 200), (-1, 400), (21, 400)):
        play(s, "так")
        sets = {
            "adaptation": {
                "phraseSets": [{"inlinePhraseSet": {"phrases": [{"value": "так", "boost": boost}]}}]
            }
        }
        assert v2(s, b"\x2a\xaa" * 4000, sets).status == status


def test_v2_needs_one_way_of_decoding_with_all_its_figures(s):
    refused(v2(s, b"\x2a" * 4000, {"autoDecodingConfig": {}}), 400, "Exactly one")
    refused(
        v2(s, b"\x2a" * 4000, {"explicitDecodingConfig": {"encoding": "ALAW"}}),
        400,
        "sample_rate_hertz",
    )
    refused(v2(s, b"\x2a" * 4000, uri="gs://b/o"), 400, "exactly one of content and uri")


def test_v2_detects_a_wav_but_not_raw_sound(s):
    play(s, "так")
    auto = {"autoDecodingConfig": {}, "languageCodes": ["uk-UA"], "model": "short"}
    body = {"config": auto, "content": base64.b64encode(wav(b"\x2a\xaa" * 2000, code=6)).decode()}
    path = "/v2/projects/holos-test/locations/global/recognizers/_:recognize"
    fine(s.send("stt", "POST", path, body, s.bearer()))
    body["content"] = base64.b64encode(tone()).decode()
    refused(s.send("stt", "POST", path, body, s.bearer()), 400, "supported encoding")


def test_v2_a_header_in_headerless_sound_is_a_violation(s):
    play(s, "так")
    v2(
        s,
        wav(tone()),
        {
            "explicitDecodingConfig": {
                "encoding": "LINEAR16",
                "sampleRateHertz": 8000,
                "audioChannelCount": 1,
            }
        },
    )
    faulty(s, "stt")


# ---- voice ------------------------------------------------------------------------------------


def sound_of(reply):
    return base64.b64decode(fine(reply)["audioContent"], validate=True)


def test_speech_comes_as_a_true_wav(s):
    data = sound_of(s.speak())
    riff, fmt, code, rate, bits = (
        struct.unpack_from("<I", data, 4)[0],
        data[12:16],
        *struct.unpack_from("<H2xI", data, 20),
        struct.unpack_from("<H", data, 34)[0],
    )
    assert (
        data[:4] == b"RIFF"
        and riff == len(data) - 8
        and fmt == b"fmt "
        and (code, rate, bits) == (1, 8000, 16)
    )
    assert data[36:40] == b"data" and struct.unpack_from("<I", data, 40)[0] == len(data) - 44
    samples = struct.unpack("<%dh" % ((len(data) - 44) // 2), data[44:])
    assert 0.3 < len(samples) / 8000 < 3 and max(samples) > 3000
    clean(s, "tts")


def test_g711_has_a_fact_chunk_and_pcm_no_header(s):
    for name, code in (("MULAW", 7), ("ALAW", 6)):
        data = sound_of(s.speak(audio={"audioEncoding": name}))
        assert struct.unpack_from("<H", data, 20)[0] == code and b"fact" in data[:60]
        assert struct.unpack_from("<I", data, 16)[0] == 18
        assert (
            struct.unpack_from("<I", data, data.index(b"fact") + 8)[0]
            == struct.unpack_from("<I", data, data.index(b"data", 12) + 4)[0]
        )
    assert sound_of(s.speak(audio={"audioEncoding": "PCM"}))[:4] != b"RIFF"


def test_the_same_words_are_the_same_bytes_and_other_words_are_not(s):
    assert s.speak().body == s.speak().body != s.speak("Бувайте").body


def test_a_longer_text_is_a_longer_sound_and_a_faster_one_shorter(s):
    one, two = (len(sound_of(s.speak("Добрий день. " * n))) for n in (1, 4))
    fast = len(sound_of(s.speak("Добрий день. " * 4, audio={"speakingRate": 1.6})))
    assert two > 2.5 * one and fast < 0.8 * two


def test_a_long_text_makes_more_than_a_megabyte(s):
    reply = s.speak(
        "Це довге речення для перевірки розміру. " * 12, audio={"sampleRateHertz": 24000}
    )
    assert len(reply.body) > 1 << 20


def test_five_thousand_bytes_are_the_limit(s):
    refused(s.speak("а" * 2501), 400, "longer than the limit of 5000 bytes.")


def test_an_unknown_voice_is_refused_but_is_no_fault(s):
    refused(s.speak(name="uk-UA-Wavenet-A"), 400, "does not exist. Is it misspelled?")
    s.control("/scenario", {"voices_gone": ["uk-UA-Wavenet-B"]})
    refused(s.speak(), 400, "does not exist")
    clean(s, "tts")


def test_a_voice_of_another_language_is_refused(s):
    refused(
        s.speak(voice={"languageCode": "ru-RU", "name": "uk-UA-Wavenet-B"}),
        400,
        "doesn't match the voice",
    )


def test_chirp_takes_no_pitch_and_no_ssml(s):
    chirp = "uk-UA-Chirp3-HD-Leda"
    fine(s.speak(name=chirp))
    refused(
        s.speak(name=chirp, audio={"pitch": 0.0}),
        400,
        "This voice does not support pitch parameters at this time.",
    )
    refused(
        s.speak(name=chirp, input={"ssml": "<speak>Так</speak>"}),
        400,
        "does not support SSML input",
    )
    fine(s.speak(audio={"pitch": 0.0}))
    fine(s.speak(input={"ssml": "<speak>Так</speak>"}))


def test_bounds_of_the_audio_config(s):
    for config, part in (
        ({"speakingRate": 0.2}, "speaking_rate"),
        ({"speakingRate": 2.1}, "speaking_rate"),
        ({"pitch": 21}, "pitch"),
        ({"volumeGainDb": 17}, "volume_gain"),
        ({"sampleRateHertz": 7999}, "sample rate"),
        ({"audioEncoding": "WAV"}, "TYPE_ENUM"),
        ({"effectsProfileId": ["telephone"]}, "effects profile"),
        ({"speed": 1}, "Cannot find field"),
    ):
        refused(s.speak(audio=config), 400, part)
    fine(s.speak(audio={"effectsProfileId": ["telephony-class-application"], "speakingRate": 1.0}))


def test_exactly_one_input(s):
    refused(s.speak(input={"text": "Так", "ssml": "<speak>Так</speak>"}), 400, "Exactly one")
    refused(s.speak(input={}), 400, "Exactly one")
    refused(s.speak(input={"text": "  "}), 400, "blank")


def test_the_list_of_voices(s):
    voices = fine(s.send("tts", "GET", "/v1/voices?languageCode=uk-UA", None, s.bearer()))["voices"]
    assert {
        "languageCodes": ["uk-UA"],
        "name": "uk-UA-Wavenet-B",
        "ssmlGender": "FEMALE",
        "naturalSampleRateHertz": 24000,
    } in voices and len(voices) == 32
    assert fine(s.send("tts", "GET", "/v1/voices?languageCode=xx", None, s.bearer())) == {}
    refused(s.send("tts", "GET", "/v1/voices", None, {}), 403, "PERMISSION_DENIED")


def test_voice_of_silence_and_of_no_length_on_command(s):
    s.misbehave("tts", "silence", times=1)
    assert set(sound_of(s.speak())[44:]) == {0}
    s.misbehave("tts", "empty", times=1)
    assert len(sound_of(s.speak())) == 44
    assert max(sound_of(s.speak())[44:]) > 0


def test_a_jwt_needs_three_parts(s):
    refused(s.ask_token(b64url(json.dumps({"alg": "RS256"}).encode())), 400, "three parts")
