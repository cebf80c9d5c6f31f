"""Every misbehaviour of every vendor, with a request that is good: what a client sees of it."""
import http.client
import json
import socket
import ssl

from selftest_base import tone, wav
from selftest_trouble import form

URLS = {"stt": "/v1/speech:recognize", "tts": "/v1/text:synthesize", "claude": "/v1/messages"}
SPOKEN = {
    "input": {"text": "Так"},
    "voice": {"languageCode": "uk-UA", "name": "uk-UA-Wavenet-B"},
    "audioConfig": {"audioEncoding": "LINEAR16", "sampleRateHertz": 8000},
}
ASKED = {
    "model": "claude-haiku-5-5",
    "max_tokens": 50,
    "messages": [{"role": "user", "content": "Добрий день"}],
}


def request(s, vendor):
    """(path, body, headers) that the vendor takes."""
    if vendor == "oauth":
        grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
        body = "grant_type=%s&assertion=%s" % (grant, s.jwt())
        return "/token", body, {"Content-Type": "application/x-www-form-urlencoded"}
    if vendor in ("openai", "whisper"):
        body, head = form(
            [("file", wav(tone(200)), "a.wav"), ("language", "uk"), ("model", "whisper-1")]
        )
        head["Authorization"] = "Bearer " + s.ready["keys"]["openai"][0]
        return ("/inference" if vendor == "whisper" else "/v1/audio/transcriptions"), body, head
    head = {"Content-Type": "application/json"}
    if vendor == "claude":
        head.update({"x-api-key": "claude-key-one", "anthropic-version": "2023-06-01"})
    else:
        head.update(s.bearer())
    body = {"tts": SPOKEN, "claude": ASKED}.get(vendor) or {
        "config": {"encoding": "LINEAR16", "sampleRateHertz": 8000, "languageCode": "uk-UA"},
        "audio": {"content": "AAD/f" * 800},
    }
    return URLS[vendor], json.dumps(body).encode(), head


def met(s, vendor, patience_s=60, most=1 << 20):
    """What a client meets: an exception's name, a status, "json", "page", "garbage", "endless"."""
    path, body, head = request(s, vendor)
    c = s.connect(vendor, timeout=patience_s)
    try:
        c.request("POST", path, body, head)
        r = c.getresponse()
        if r.status != 200:
            return "page" if b"<html" in r.read()[:200] else r.status
        got = b""
        while len(got) < most:
            piece = r.read1(65536)
            if not piece:
                break
            got += piece
        if len(got) >= most:
            return "endless"
        if r.length:
            return "cut"
        json.loads(got)
        return "json"
    except ssl.SSLError:
        return "tls"
    except (socket.timeout, TimeoutError):
        return "timeout"
    except (http.client.HTTPException, ConnectionError):
        return "gone"
    except ValueError:
        return "garbage"
    finally:
        c.close()


WRONG = (
    ({"what": "refuse"}, ("gone",)),
    ({"what": "silent"}, ("timeout",)),
    ({"what": "drip", "ms": 800}, ("timeout",)),
    ({"what": "drip", "ms": 0}, ("json",)),
    ({"what": "cut", "after": 10}, ("cut", "gone")),
    ({"what": "reset", "after": 10}, ("cut", "gone")),
    ({"what": "reset_early"}, ("gone", "tls")),
    ({"what": "hangup"}, ("gone",)),
    ({"what": "status", "status": 400}, (400,)),
    ({"what": "status", "status": 429, "retry_after": 3}, (429,)),
    ({"what": "status", "status": 503}, (503,)),
    ({"what": "status", "status": 529}, (529,)),
    ({"what": "html"}, ("page",)),
    ({"what": "garbage"}, ("garbage",)),
    ({"what": "halfletter"}, ("json",)),
    ({"what": "endless", "ms": 0}, ("endless",)),
    ({"what": "late", "ms": 900}, ("timeout",)),
    ({"what": "badcert", "kind": "wronghost"}, ("tls",)),
    ({"what": "badcert", "kind": "expired"}, ("tls",)),
    ({"what": "badcert", "kind": "otherca"}, ("tls",)),
)


def test_every_vendor_can_misbehave_in_every_way_and_is_well_again(s):
    script = {"match": [{"any": True, "answer": "Слухаю вас, кажіть, будь ласка."}]}
    s.control(
        "/scenario", {"stt": {"lines": ["коли ви працюєте"], "loop": True}, "claude": script}
    )
    s.bearer()
    for vendor in ("oauth", "stt", "tts", "claude", "openai", "whisper"):
        for order, expected in WRONG:
            if order["what"] == "badcert" and vendor == "whisper":
                continue  # plain HTTP
            if order["what"] == "endless" and vendor == "claude":
                expected = ("endless", "timeout")  # words, and fewer bytes
            s.control("/misbehave", dict(order, vendor=vendor))
            seen = met(s, vendor, 0.5 if "timeout" in expected else 60)
            s.control("/misbehave", {"vendor": vendor, "what": "well"})
            assert seen in expected, (vendor, order, seen)
            assert met(s, vendor) == "json", (vendor, order, "is not well again")
    assert s.control("/report")["violations"] == 0, s.control("/report")
