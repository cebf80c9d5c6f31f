"""What the self-tests of the stand-ins share: a client made of http.client and openssl alone.

A test is a function test_<a sentence>; it gets the stand-ins as they are after a reset.
"""
import base64
import http.client
import json
import os
import ssl
import struct
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
CLOUD = "https://www.googleapis.com/auth/cloud-platform"


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def json(self):
        return json.loads(self.body)

    def message(self):
        """The sentence of an error in Google's, Anthropic's and OpenAI's form."""
        e = self.json()["error"]
        return e["message"] if isinstance(e, dict) else e


class StandIns:
    """A running standins.py."""

    def __init__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "standins.py"), "--ready-fd", str(write)],
            pass_fds=[write],
        )
        os.close(write)
        with os.fdopen(read) as f:
            self.ready = json.loads(f.readline())
        self.tls = ssl.create_default_context(cafile=self.ready["ca"])
        with open(self.ready["credentials"], encoding="ascii") as f:
            self.account = json.load(f)
        self.kept_token = None

    def stop(self):
        self.process.terminate()
        return self.process.wait(5)

    def connect(self, vendor, timeout=5, tls=None):
        port = self.ready["ports"][vendor]
        if vendor == "whisper":
            return http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        return http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=timeout, context=tls or self.tls
        )

    def send(self, vendor, method, path, body=None, headers=None, timeout=5):
        c = self.connect(vendor, timeout)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
                headers = dict({"Content-Type": "application/json"}, **(headers or {}))
            c.request(method, path, body, headers or {})
            return Reply(c.getresponse())
        finally:
            c.close()

    def control(self, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.ready["control"], timeout=20)
        c.request(
            "GET" if body is None else "POST",
            path,
            None if body is None else json.dumps(body).encode(),
        )
        reply = Reply(c.getresponse())
        c.close()
        assert reply.status == 200, reply.body
        return reply.json()

    def report(self, vendor):
        return self.control("/report")["vendors"].get(
            vendor, {"violations": [], "refusals": [], "requests": 0}
        )

    def misbehave(self, vendor, what, **more):
        self.control("/misbehave", dict(more, vendor=vendor, what=what))

    # ---- Google -------------------------------------------------------------------------------

    def jwt(self, header=None, key=None, **changes):
        now = int(time.time())
        claims = {
            "iss": self.account["client_email"],
            "scope": CLOUD,
            "aud": self.account["token_uri"],
            "iat": now,
            "exp": now + 3600,
        }
        claims.update(changes)
        claims = {k: v for k, v in claims.items() if v is not None}
        head = header or {"alg": "RS256", "typ": "JWT", "kid": self.account["private_key_id"]}
        signed = b64url(json.dumps(head).encode()) + "." + b64url(json.dumps(claims).encode())
        key = key or os.path.join(self.ready["folder"], "account.key")
        ran = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", key],
            input=signed.encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return signed + "." + b64url(ran.stdout)

    def ask_token(self, assertion, grant="urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"):
        return self.send(
            "oauth",
            "POST",
            "/token",
            "grant_type=%s&assertion=%s" % (grant, assertion),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )

    def token(self, fresh=False):
        if self.kept_token is None or fresh:
            self.kept_token = self.ask_token(self.jwt()).json()["access_token"]
        return self.kept_token

    def bearer(self):
        return {"Authorization": "Bearer " + self.token()}

    def recognize(self, audio, config=None, headers=None, path="/v1/speech:recognize"):
        body = {
            "config": dict(
                {
                    "encoding": "LINEAR16",
                    "sampleRateHertz": 8000,
                    "languageCode": "uk-UA",
                    "model": "latest_short",
                },
                **(config or {})
            ),
            "audio": {"content": base64.b64encode(audio).decode()},
        }
        body["config"] = {k: v for k, v in body["config"].items() if v is not None}
        return self.send("stt", "POST", path, body, self.bearer() if headers is None else headers)

    def speak(self, text="Добрий день", name="uk-UA-Wavenet-B", audio=None, **more):
        body = {
            "input": {"text": text},
            "voice": {"languageCode": "uk-UA", "name": name},
            "audioConfig": dict(
                {"audioEncoding": "LINEAR16", "sampleRateHertz": 8000}, **(audio or {})
            ),
        }
        body.update(more)
        return self.send("tts", "POST", "/v1/text:synthesize", body, self.bearer(), 20)

    # ---- Anthropic ----------------------------------------------------------------------------

    def ask(self, change=None, headers=None, **more):
        """A good request to the Messages API, changed."""
        body = {
            "model": "claude-haiku-5-5",
            "max_tokens": 300,
            "thinking": {"type": "disabled"},
            "output_config": {"effort": "low"},
            "messages": [{"role": "user", "content": "Добрий день"}],
        }
        body.update(more)
        for name in change or []:
            body.pop(name)
        given = {"x-api-key": "claude-key-one", "anthropic-version": "2026-10-21"}
        given.update(headers or {})
        return self.send(
            "claude", "POST", "/v1/messages", body, {k: v for k, v in given.items() if v}
        )


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def tone(ms=500, rate=8000, high=8000):
    """A square wave: not silent, not speech."""
    return b"".join(
        struct.pack("<h", high if i // 9 % 2 else -high) for i in range(rate * ms // 1000)
    )


def wav(data, rate=8000, code=1, channels=1):
    bits = 16 if code == 1 else 8
    align = channels * bits // 8
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, code, channels, rate, rate * align, align, bits)
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


def refused(reply, status, part):
    assert reply.status == status, (reply.status, reply.body[:300])
    assert part in reply.body.decode().replace('\\"', '"'), (part, reply.body[:600].decode())


def fine(reply):
    assert reply.status == 200, (reply.status, reply.body[:500].decode("utf-8", "replace"))
    return reply.json()


def run(modules):
    """Every test of these modules, as TAP. The exit status."""
    standins, number, bad = StandIns(), 0, 0
    try:
        for module in modules:
            for name, test in list(vars(module).items()):
                if not name.startswith("test_"):
                    continue
                number += 1
                sentence = (
                    module.__name__.replace("selftest_", "") + ": " + name[5:].replace("_", " ")
                )
                standins.control("/reset", {})
                try:
                    test(standins)
                    print("ok %d - %s" % (number, sentence), flush=True)
                except Exception:  # whatever it is, this test has failed and the next one follows
                    bad += 1
                    print("not ok %d - %s" % (number, sentence))
                    print(
                        "".join("# " + l + "\n" for l in traceback.format_exc().splitlines()),
                        flush=True,
                    )
    finally:
        status = standins.stop()
    number += 1
    gone = status == 0 and not os.path.exists(standins.ready["folder"])
    print(
        "%s %d - it ends at once with its folder when told to"
        % ("ok" if gone else "not ok", number)
    )
    print("1..%d" % number)
    return 0 if bad == 0 and gone else 1
