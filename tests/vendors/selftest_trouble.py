"""Every misbehaviour, seen from outside; and what is counted."""
import base64
import hashlib
import http.client
import socket
import ssl
import threading
import time

from selftest_base import fine, refused, tone, wav


def raises(kinds, call):
    try:
        call()
    except kinds as e:
        return e
    raise AssertionError("nothing was raised")


def hears(s, *lines):
    s.control("/scenario", {"stt": {"lines": list(lines)}})


def answers(s, *lines):
    s.control("/scenario", {"claude": {"answers": list(lines)}})


# ---- whisper ----------------------------------------------------------------------------------


def form(parts, boundary="standin-boundary"):
    """A multipart body: (name, value[, filename])."""
    body = b""
    for name, value, *filename in parts:
        body += b'--%s\r\nContent-Disposition: form-data; name="%s"' % (
            boundary.encode(),
            name.encode(),
        )
        if filename:
            body += b'; filename="%s"\r\nContent-Type: audio/wav' % filename[0].encode()
        body += b"\r\n\r\n" + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return body + b"--" + boundary.encode() + b"--\r\n", {
        "Content-Type": "multipart/form-data; boundary=" + boundary
    }


def transcribe(s, *parts, key="openai-key-one", filename="a.wav", data=None):
    given = {"model": "whisper-1", "language": "uk"}
    given.update(parts)
    body, head = form(
        [("file", wav(tone()) if data is None else data, filename)]
        + [(k, v) for k, v in given.items() if v is not None]
    )
    if key:
        head["Authorization"] = "Bearer " + key
    return s.send("openai", "POST", "/v1/audio/transcriptions", body, head)


def infer(s, *parts, data=None):
    body, head = form([("file", wav(tone()) if data is None else data, "a.wav")] + list(parts))
    return s.send("whisper", "POST", "/inference", body, head)


def test_openai_transcribes(s):
    hears(s, "добрий день", "так", "ні")
    assert fine(transcribe(s)) == {
        "text": "добрий день",
        "usage": {"type": "duration", "seconds": 1},
    }
    assert transcribe(s, ("response_format", "text")).body.decode() == "так\n"
    verbose = fine(transcribe(s, ("response_format", "verbose_json")))
    assert verbose["language"] == "ukrainian" and verbose["segments"][0]["no_speech_prob"] < 0.1
    assert s.report("openai")["violations"] == []


def test_openai_refuses(s):
    for parts, status, part in (
        ([("language", "uk-UA")], 400, "ISO-639-1"),
        ([("model", None)], 400, "model"),
        ([("model", "whisper-9")], 404, "does not exist"),
        ([("voice", "x")], 400, "Unknown parameter"),
        ([("model", "gpt-4o-transcribe"), ("response_format", "text")], 400, "compatible"),
        ([("temperature", "2")], 400, "temperature"),
    ):
        refused(transcribe(s, *parts), status, part)
    refused(transcribe(s, filename="audio"), 400, "Invalid file format")
    refused(transcribe(s, filename="a.pcm"), 400, "Invalid file format")
    refused(transcribe(s, data=wav(tone(50))), 400, "too short")
    refused(
        transcribe(s, data=b"\0" * 27000000), 413, "Maximum content size limit (26214400) exceeded"
    )
    refused(transcribe(s, key=None), 401, "didn't provide an API key")
    refused(transcribe(s, key="x"), 401, "invalid_api_key")


def test_the_whisper_family_invents_words_on_silence(s):
    silence = wav(b"\0\0" * 8000)
    assert fine(transcribe(s, data=silence))["text"] == "Дякую за перегляд!"
    reply = fine(transcribe(s, ("response_format", "verbose_json"), data=silence))
    assert reply["segments"][0]["no_speech_prob"] > 0.8 and reply["segments"][0]["avg_logprob"] < -1
    assert fine(infer(s, ("language", "uk"), data=silence))["text"] == " Дякую за перегляд!\n"


def test_whisper_cpp_says_segments_with_blanks_and_line_ends(s):
    hears(s, {"parts": ["Добрий день.", "Хочу записатися."]}, "так")
    assert fine(infer(s, ("language", "uk")))["text"] == " Добрий день.\n Хочу записатися.\n"
    reply = infer(s, ("language", "uk"), ("response_format", "text"))
    assert (
        reply.headers["Content-Type"] == "text/html; charset=utf-8"
        and reply.body.decode() == " так\n"
    )
    assert s.report("whisper")["violations"] == []


def test_whisper_cpp_has_odd_errors(s):
    body, head = form([("language", "uk")])
    reply = s.send("whisper", "POST", "/inference", body, head)
    assert (reply.status, reply.body) == (400, b"Invalid request") and reply.headers[
        "Content-Type"
    ] == "text/plain"
    assert (infer(s, data=b"nonsense").status, infer(s, data=wav(tone(), code=7)).status) == (
        400,
        400,
    )
    reply = infer(s, ("temperature", "warm"))
    assert reply.status == 500 and reply.body.startswith(b"500 Internal Server Error\n")
    assert fine(s.send("whisper", "GET", "/health")) == {"status": "ok"}
    s.misbehave("whisper", "loading", times=1)
    reply = s.send("whisper", "GET", "/health")
    assert (reply.status, reply.body) == (404, b"File Not Found (/health)")


def test_whisper_cpp_hears_english_unless_told(s):
    assert "foreign" in fine(infer(s))["text"]
    assert s.report("whisper")["violations"]


def test_whisper_cpp_does_one_thing_at_a_time(s):
    hears(s, "раз", "два")
    s.control("/delays", {"whisper": 150})
    begun = time.monotonic()
    both = [threading.Thread(target=infer, args=(s, ("language", "uk"))) for _ in range(2)]
    for t in both:
        t.start()
    for t in both:
        t.join()
    assert time.monotonic() - begun >= 0.3


def test_whisper_cpp_stops_when_its_client_goes(s):
    hears(s, "так")
    s.control("/delays", {"whisper": 3000})
    body, head = form([("file", wav(tone()), "a.wav"), ("language", "uk")])
    raises(TimeoutError, lambda: s.send("whisper", "POST", "/inference", body, head, timeout=0.2))
    s.control("/delays", {"whisper": 0})
    begun = time.monotonic()
    assert fine(infer(s, ("language", "uk")))["text"] == " так\n" and time.monotonic() - begun < 1


def test_whisper_cpp_keeps_a_connection_for_a_hundred_requests(s):
    c = s.connect("whisper")
    c.connect()
    for _ in range(100):
        c.sock.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert c.sock.recv(4096).startswith(b"HTTP/1.1 200")
    c.sock.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
    raises((ConnectionError, AssertionError), lambda: ended(c.sock))
    c.close()


# ---- misbehaviour -----------------------------------------------------------------------------


def test_refused_and_back(s):
    hears(s, "так")
    s.misbehave("stt", "refuse")
    raises(ConnectionRefusedError, lambda: s.recognize(tone()))
    s.misbehave("stt", "well")
    fine(s.recognize(tone()))


def test_a_refusing_vendor_ends_its_kept_connections(s):
    c = s.connect("stt")
    c.connect()
    s.misbehave("stt", "refuse")
    c.sock.settimeout(2)
    assert raises((ConnectionError, ssl.SSLError, OSError, AssertionError), lambda: ended(c.sock))


def ended(sock):
    assert sock.recv(1) != b"", "closed"


def test_accepted_and_silent(s):
    hears(s, "так")
    s.misbehave("stt", "silent", times=1)
    raises(
        TimeoutError,
        lambda: s.send("stt", "POST", "/v1/speech:recognize", {}, s.bearer(), timeout=0.3),
    )
    fine(s.recognize(tone()))


def test_mute_before_the_handshake(s):
    s.misbehave("tts", "mute", times=1)
    raises(TimeoutError, lambda: s.send("tts", "GET", "/v1/voices", None, s.bearer(), timeout=0.3))
    fine(s.send("tts", "GET", "/v1/voices", None, s.bearer()))


def test_reset_before_the_handshake_and_in_the_body(s):
    s.misbehave("tts", "reset_early", times=1)
    raises(
        (ConnectionError, ssl.SSLError),
        lambda: s.send("tts", "GET", "/v1/voices", None, s.bearer()),
    )
    s.misbehave("tts", "reset", times=1)
    raises(
        (ConnectionError, http.client.IncompleteRead),
        lambda: s.send("tts", "GET", "/v1/voices", None, s.bearer()),
    )


def test_cut_in_the_body_and_the_line_is_not_lost(s):
    hears(s, "так")
    s.misbehave("stt", "cut", times=1)
    raises((http.client.IncompleteRead, ConnectionError, ssl.SSLError), lambda: s.recognize(tone()))
    assert fine(s.recognize(tone()))["results"][0]["alternatives"][0]["transcript"] == "так"


def test_a_stream_is_cut(s):
    answers(s, "Вітаю! Чим допомогти вам сьогодні, о цій гарній порі?")
    s.misbehave("claude", "cut", times=1, after=900)
    e = raises(
        (http.client.IncompleteRead, ConnectionError, ssl.SSLError), lambda: s.ask(stream=True)
    )
    if isinstance(e, http.client.IncompleteRead):
        assert b"message_start" in e.partial and b"message_stop" not in e.partial


def test_dripped(s):
    hears(s, {"form": "no-results"})
    s.misbehave("stt", "drip", times=1, ms=5)
    begun = time.monotonic()
    assert "requestId" in fine(s.recognize(tone()))
    assert time.monotonic() - begun >= 0.2


def test_statuses_with_and_without_retry_after(s):
    s.misbehave("stt", "status", status=429, retry_after=7, times=1)
    reply = s.recognize(tone())
    assert (reply.status, reply.headers["Retry-After"]) == (429, "7")
    assert reply.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    s.misbehave("claude", "status", status=529, times=1, should_retry=False)
    reply = s.ask()
    assert reply.status == 529 and reply.json()["error"]["type"] == "overloaded_error"
    assert reply.headers["retry-after"] is None and reply.headers["x-should-retry"] == "false"
    s.misbehave("telegram", "status", status=502, times=1)
    reply = s.send("telegram", "POST", "/bot123456:standin-bot/sendMessage", {})
    assert reply.json() == {
        "ok": False,
        "error_code": 502,
        "description": "The service is not available just now.",
    }
    for body, part in (("html", b"<html"), ("garbage", b'{"error"'), ("empty", b"")):
        s.misbehave("tts", "status", status=503, body=body, times=1)
        reply = s.speak()
        assert reply.status == 503 and part in reply.body


def test_html_and_garbage(s):
    s.misbehave("stt", "html", times=1)
    reply = s.recognize(tone())
    assert reply.status == 502 and reply.headers["Content-Type"].startswith("text/html")
    s.misbehave("stt", "garbage", times=1)
    reply = s.recognize(tone())
    assert reply.status == 200 and raises(ValueError, reply.json)


def test_half_a_letter_at_a_time(s):
    answers(s, "Вітаю!")
    s.misbehave("claude", "halfletter", times=1)
    c = s.connect("claude")
    c.connect()
    body = (
        b'{"model":"claude-haiku-5-5","max_tokens":99,"stream":true,"thinking":{"type":"disabled"},'
        b'"messages":[{"role":"user","content":"a"}]}'
    )
    c.sock.sendall(
        b"POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: claude-key-one\r\nConnection: close\r\n"
        b"anthropic-version: 2026-10-21\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        % len(body)
        + body
    )
    came = b""
    while b"0\r\n\r\n" not in came:
        came += c.sock.recv(65536)
    c.close()
    halves = [p for p in came.split(b"\r\n") if p.endswith((b"\xd0", b"\xd1"))]
    assert len(halves) == len("Вітаю") and "В".encode() not in came


def test_endless(s):
    s.misbehave("claude", "endless", times=1)
    c = s.connect("claude")
    c.request("POST", "/v1/messages", b"{}", {"x-api-key": "claude-key-one"})
    r = c.getresponse()
    assert r.status == 200 and len(r.read(40000)) == 40000
    c.close()
    s.misbehave("tts", "endless", times=1)
    c = s.connect("tts")
    c.request("GET", "/v1/voices", None, s.bearer())
    assert len(c.getresponse().read(3 << 20)) == 3 << 20
    c.close()


def test_delay_and_late_first_byte(s):
    hears(s, "так", "ні")
    for what in ("delay", "late"):
        s.misbehave("stt", what, times=1, ms=200)
        begun = time.monotonic()
        fine(s.recognize(tone()))
        assert 0.2 <= time.monotonic() - begun < 1.5
    timings = s.control("/report?timings=1")["timings"]
    assert [t["asked_ms"] for t in timings[-2:]] == [200, 200]
    assert (
        timings[-2]["first"] - timings[-2]["got"] >= 0.2 > timings[-1]["first"] - timings[-1]["got"]
    )


def test_a_client_that_went_away_leaves_the_line_to_the_next(s):
    hears(s, "так")
    s.misbehave("stt", "late", times=1, ms=300)
    raises(TimeoutError, lambda: impatient(s))
    time.sleep(0.4)
    body, head = form([("file", wav(tone()), "a.wav"), ("language", "uk")])
    assert fine(s.send("whisper", "POST", "/inference", body, head))["text"] == " так\n"


def impatient(s):
    c = s.connect("stt", timeout=0.1)
    try:
        body = (
            '{"config":{"encoding":"LINEAR16","sampleRateHertz":8000,"languageCode":"uk-UA"},"audio":{"content":"%s"}}'
            % base64.b64encode(tone()).decode()
        )
        c.request(
            "POST",
            "/v1/speech:recognize",
            body,
            dict(s.bearer(), **{"Content-Type": "application/json"}),
        )
        c.getresponse().read()
    finally:
        c.close()


def test_stale_connections_hang_up_on_their_second_request(s):
    s.misbehave("tts", "stale", times=1)
    c = s.connect("tts")
    c.request("GET", "/v1/voices", None, s.bearer())
    c.getresponse().read()
    c.request("GET", "/v1/voices", None, s.bearer())
    raises((http.client.RemoteDisconnected, ConnectionError, ssl.SSLError), c.getresponse)
    c.close()
    fine(s.send("tts", "GET", "/v1/voices", None, s.bearer()))


def test_wrong_certificates(s):
    for kind, part in (("wronghost", "mismatch"), ("expired", "expired"), ("otherca", "")):
        s.misbehave("tts", "badcert", kind=kind)
        e = raises(
            ssl.SSLCertVerificationError,
            lambda: s.send("tts", "GET", "/v1/voices", None, s.bearer()),
        )
        assert part in str(e), str(e)
    s.misbehave("tts", "well")
    fine(s.send("tts", "GET", "/v1/voices", None, s.bearer()))


def test_misbehaviour_for_one_key_alone_and_for_a_number_of_times(s):
    answers(s, "раз", "два", "три")
    s.misbehave("claude", "status", status=429, retry_after=1, key="claude-key-one")
    assert s.ask().status == s.ask().status == 429
    fine(s.ask(headers={"x-api-key": "claude-key-two"}))
    s.control("/reset", {})
    answers(s, "раз")
    s.misbehave("claude", "status", status=500, times=2)
    assert [s.ask().status for _ in range(3)] == [500, 500, 200]


def test_what_was_asked_is_checked_even_while_misbehaving(s):
    s.misbehave("claude", "status", status=429, times=1)
    s.ask(temperature=1)
    assert "Extra inputs" in s.report("claude")["violations"][0]


def test_an_unknown_misbehaviour_is_refused(s):
    raises(AssertionError, lambda: s.misbehave("claude", "dance"))
    raises(AssertionError, lambda: s.misbehave("nobody", "refuse"))
    raises(AssertionError, lambda: s.control("/scenario", {"sst": {}}))


def test_telegram_knows_its_bot_and_its_paths(s):
    refused(s.send("telegram", "POST", "/bot1:x/sendMessage", {}), 401, "Unauthorized")
    refused(s.send("telegram", "POST", "/botsendMessage", {}), 404, "Not Found")
    refused(
        s.send("telegram", "POST", "/bot123456:standin-bot/sendMessage", {}), 501, "not played yet"
    )
    assert "standin-bot" not in str(s.control("/report"))


# ---- counting ---------------------------------------------------------------------------------


def test_connections_handshakes_and_requests_are_counted(s):
    c = s.connect("tts")
    for _ in range(3):
        c.request("GET", "/v1/voices", None, s.bearer())
        c.getresponse().read()
    c.close()
    raises(ssl.SSLError, lambda: s.connect("tts", tls=ssl.create_default_context()).connect())
    time.sleep(0.1)
    r = s.report("tts")
    assert (r["accepts"], r["handshakes"], r["handshakes_failed"], r["requests"]) == (2, 1, 1, 3), r
    assert r["replies"] == {"200": 3}
    assert s.control("/report")["process"]["cpu_s"] > 0


def test_a_resumed_session_is_counted_as_one(s):
    first = s.connect("tts")
    first.request("GET", "/v1/voices", None, s.bearer())
    first.getresponse().read()
    plain = socket.create_connection(("127.0.0.1", s.ready["ports"]["tts"]), 5)
    with s.tls.wrap_socket(plain, server_hostname="127.0.0.1", session=first.sock.session) as again:
        again.sendall(b"GET /v1/voices HTTP/1.1\r\nHost: a\r\n\r\n")
        assert again.recv(12) == b"HTTP/1.1 403"
    first.close()
    assert (s.report("tts")["handshakes"], s.report("tts")["resumed"]) == (2, 1)


def test_the_shared_port_tells_vendors_apart_by_path_and_name(s):
    hears(s, "так")
    tls = socket.create_connection(("127.0.0.1", s.ready["ports"]["shared"]), 5)
    with s.tls.wrap_socket(tls, server_hostname="texttospeech.googleapis.com") as t:
        t.sendall(
            b"GET /v1/voices HTTP/1.1\r\nHost: texttospeech.googleapis.com\r\nConnection: close\r\n"
            b"Authorization: Bearer %s\r\n\r\n" % s.token().encode()
        )
        assert t.recv(15) == b"HTTP/1.1 200 OK"
    s.misbehave("tts", "badcert", kind="expired")
    tls = socket.create_connection(("127.0.0.1", s.ready["ports"]["shared"]), 5)
    raises(
        ssl.SSLCertVerificationError,
        lambda: s.tls.wrap_socket(tls, server_hostname="texttospeech.googleapis.com"),
    )
    tls.close()
    assert s.report("tts")["requests"] == 1 and s.report("shared")["accepts"] == 2


def test_the_report_has_no_keys_and_no_sound(s):
    hears(s, "так")
    s.recognize(tone())
    s.ask()
    report = s.control("/report")["vendors"]
    text = str(report)
    assert s.token() not in text and "claude-key-one" not in text
    assert base64.b64encode(tone()).decode()[:100] not in text
    assert "sha256" in str(report["stt"]["last"][-1]["body"]["audio"]["content"])


def test_a_registered_recording_is_known_to_every_recogniser(s):
    s.control("/transcript", {"sha256": hashlib.sha256(tone()).hexdigest(), "text": "це я"})
    assert fine(s.recognize(tone()))["results"][0]["alternatives"][0]["transcript"] == "це я"
    assert fine(transcribe(s))["text"] == "це я"
    assert fine(infer(s, ("language", "uk")))["text"] == " це я\n"
    raises(AssertionError, lambda: s.control("/transcript", {"sha256": "12", "text": "x"}))


def test_twenty_at_once_are_served_side_by_side(s):
    s.control("/scenario", {"stt": {"lines": ["так"], "loop": True}, "delays": {"stt": 200}})
    s.token()
    audio = tone(2000)
    begun = time.monotonic()
    all_of_them = [threading.Thread(target=s.recognize, args=(audio,)) for _ in range(20)]
    for t in all_of_them:
        t.start()
    for t in all_of_them:
        t.join()
    assert time.monotonic() - begun < 2 and s.report("stt")["replies"] == {"200": 20}


def test_requests_that_are_no_http_are_violations(s):
    c = s.connect("stt")
    c.connect()
    c.sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert c.sock.recv(12) == b"HTTP/1.1 400"
    c.close()
    assert s.report("stt")["violations"]
