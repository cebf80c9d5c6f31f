#!/usr/bin/env python3
"""overlap.py [--turns N] [--calls N]: a spoken turn against vendors with known delays.

The model writes 25 tokens at 20 ms (four sentences), a voice takes 150 ms a sentence, the recogniser
80 ms, the model's first token 120 ms (tests/vendors/scenarios/overlap.json, the stand-ins over TLS).
Measured: the whole answer and the first sound (x-ndjson) through nginx, spawn-fcgi and holos; the same
requests to the same stand-ins one after another over kept connections, in the same run; and what
holos itself adds: the answer's time without what the stand-ins took on its critical path. In that are
nginx, TLS, the client, and the stand-ins' own slowness to look at what has come; so also the worker's part
alone, from the request to the end of the reply, by its own clock.
"""
import argparse
import asyncio
import base64
import hashlib
import http.client
import json
import math
import os
import re
import signal
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMES = ["Олена", "Ірина", "Марія", "Ганна", "Софія", "Дарина", "Юлія", "Оксана", "Наталя", "Тетяна",
         "Богдан", "Тарас", "Іван", "Петро", "Андрій", "Назар", "Роман", "Степан", "Остап", "Микола"]
PIECES = ["Наш {1} са", "лон прац", "ює щодн", "я, крім", " неділі.", " {1}, Ми ро", "бимо ст", "рижки", " та фар",
          "бування.", " {1}, Ще", " маємо", " манік", "юр", " і", " догл", "яд", " за", " бров", "ами.", " {1}, На",
          " який", " день", " вас запи", "сати?"]
ENDS = (4, 9, 19, 24)  # the pieces that end a sentence
DELAYS = {"stt": 80, "tts": 150, "claude": 120}
TOKEN_MS = 20


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tone(caller):
    """A second of sound that nobody else sends."""
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(2 * math.pi * (300 + 10 * caller) * i / 8000)))
                       for i in range(8000))
    head = b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", len(samples))
    return head + samples, hashlib.sha256(samples).hexdigest()


def words_of(caller):
    return "Розкажіть про салон, мене звати %s." % NAMES[caller]


def sentences_of(caller):
    text = "".join(PIECES).replace("{1}", NAMES[caller])
    cut = [0] + [len("".join(PIECES[:end + 1]).replace("{1}", NAMES[caller])) for end in ENDS]
    return [text[a:b].strip() for a, b in zip(cut, cut[1:])]


class StandIns:
    def __init__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen([sys.executable, "tests/vendors/standins.py", "--ready-fd", str(write)],
                                        cwd=TOP, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as f:
            self.ready = json.loads(f.read())

    def tell(self, path, value):
        c = http.client.HTTPConnection("127.0.0.1", self.ready["control"])
        c.request("POST" if value is not None else "GET", path, None if value is None else json.dumps(value))
        r = c.getresponse()
        body = json.loads(r.read())
        if r.status != 200:
            sys.exit("the stand-ins: %s" % body)
        return body

    def prepare(self, callers):
        """Everything is spoken before, so that a voice takes as long as it shall and no longer."""
        self.tell("/scenario", {"delays": DELAYS, "claude": {"match": [{
            "said": "звати (.*)\\.", "answer": {"text": "".join(PIECES), "pieces": PIECES, "ms_per_token": TOKEN_MS}}]}})
        for c in range(callers):
            self.tell("/transcript", {"sha256": tone(c)[1], "text": words_of(c)})

    def timings(self):
        report = self.tell("/report?timings=1", None)
        if report["violations"]:
            sys.exit("the stand-ins complain: %s" % [v["violations"] for v in report["vendors"].values()])
        return report["timings"]


class Service:
    def __init__(self, standins, folder, workers):
        urls, ready = standins.ready["urls"], standins.ready
        self.port, self.folder = free_port(), folder
        env = dict(os.environ, PORT=str(self.port), HOLOS_VAR=folder + "/var", HOLOS_CACHE="", WORKERS=str(workers),
                   HOLOS_PROFILES=TOP + "/profiles", HOLOS_TREE="", HOLOS_CA_FILE=ready["ca"],
                   GOOGLE_STT_URL=urls["stt"], GOOGLE_TTS_URL=urls["tts"], ANTHROPIC_BASE_URL=urls["claude"],
                   GOOGLE_APPLICATION_CREDENTIALS=ready["credentials"], ANTHROPIC_API_KEY=ready["keys"]["claude"][0],
                   WHISPER_URL="")
        self.process = subprocess.Popen([TOP + "/tools/serve-here"], cwd=TOP, env=env, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if "holos answers on" in line:
                return
        sys.exit("the service did not start")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.wait()

    async def post(self, path, kind, body, accept="application/json"):
        """(when it was sent, when the first sound was there, when all was there, the body)"""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        begin = time.monotonic()
        writer.write(("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: %s\r\nContent-Type: %s\r\n"
                      "Content-Length: %d\r\n\r\n" % (path, accept, kind, len(body))).encode() + body)
        got, first = bytearray(), None
        while True:
            piece = await reader.read(1 << 16)
            if not piece:
                break
            got += piece
            if first is None and b'"audio_data":"' in got:
                first = time.monotonic()
        end = time.monotonic()
        writer.close()
        if not got.startswith(b"HTTP/1.1 200") or b'"success":true' not in got:
            sys.exit("the service answered: %s" % got[:400])
        return begin, first, end, bytes(got)

    async def turn(self, caller, call, n, stream):
        b = "----overlap"
        part = '--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
        body = (part % (b, "callID", "") + call + "\r\n" + part % (b, "turn", "") + str(n) + "\r\n"
                + part % (b, "audio", '; filename="a.wav"\r\nContent-Type: audio/wav')).encode()
        body += tone_of[caller] + ("\r\n--%s--\r\n" % b).encode()
        return await self.post("/telephony/binotel/audio-stream", "multipart/form-data; boundary=" + b, body,
                               "application/x-ndjson" if stream else "application/json")

    async def open(self, call):
        await self.post("/telephony/binotel/incoming-call", "application/json", json.dumps(
            {"callID": call, "externalNumber": "0671234567", "internalNumber": "0440000202"}).encode())


tone_of = {}


async def caller(service, number, turns, stream, results):
    """A call. Each begins a little after the other: people do not speak in step."""
    await asyncio.sleep(number * 0.043)
    call = "overlap-%d-%d-%d" % (number, stream, time.monotonic_ns())
    await service.open(call)
    for n in range(1, turns + 1):
        begin, first, end, _ = await service.turn(number, call, n, stream)
        results.append((number, begin, first, end, call, n))


def kept(folder):
    """{(call, turn): (ms of the request in the worker, [(stage, began ms, took ms)])}"""
    took, asked = {}, {}
    with open(folder + "/var/log/holos.log", encoding="utf-8") as f:
        for text in f:
            m = re.search(r"route=audio-stream .* ms=([0-9.]+) .* call=(\d+) turn=(\d+)", text)
            if m:
                took[int(m[2]), int(m[3])] = float(m[1])
    store = sqlite3.connect("file:%s/var/holos.db?mode=ro" % folder, uri=True)
    rows = store.execute("SELECT c.external_id, c.id, v.turn, v.stage, v.began_us / 1e3, v.total_us / 1e3 "
                         "FROM vendor_request v JOIN call c ON c.id = v.call_id ORDER BY v.call_id, v.turn, v.n")
    for name, call, turn, stage, began, total in rows:
        asked.setdefault((name, turn), (took.get((call, turn)), []))[1].append((stage, began, total))
    store.close()
    return asked


def worker_part(whole, requests, thought):
    """As own_part, by the worker's own clock: what is left of its time for the request when the time from
    asking a vendor to having its answer is taken out."""
    at = {s: [r for r in requests if r[0] == s] for s in ("hear", "think", "speak")}
    hear, think, voices = at["hear"][0], at["think"][0], at["speak"]
    chains = [(v[1] + v[2], v[2] + (thought["pieces"][e] - thought["at"]) * 1000) for e, v in zip(ENDS, voices)]
    return (whole - hear[2] - max(chains)[1]) / 1000


def own_part(result, timings, store):
    """The turn's time without the stand-ins' on its critical path: the longest way through them."""
    number, begin, first, end, call, n = result
    mine = {"stt": [], "claude": [], "tts": []}
    for t in timings:
        if t["vendor"] in mine and begin <= t["at"] <= end and NAMES[number] in t.get("words", ""):
            mine[t["vendor"]].append(t)
    heard, thought = mine["stt"][0], mine["claude"][0]
    spoken = sorted(mine["tts"], key=lambda t: t["at"])
    assert len(spoken) == len(ENDS) and len(mine["stt"]) == len(mine["claude"]) == 1, mine
    chains = []
    for end_at, voice in zip(ENDS, spoken):
        chains.append((voice["last"], voice["last"] - voice["at"] + thought["pieces"][end_at] - thought["at"]))
    chains.append((thought["last"], thought["last"] - thought["at"]))
    hearing = heard["last"] - heard["at"]
    whole = end - begin - hearing - max(chains)[1]
    return whole, first - begin - hearing - chains[0][1], worker_part(*store[call, n], thought)


# ---- the same, one after another -----------------------------------------------------------------


class Chain:
    """What a program without overlap does: hear, then think to the end, then speak each sentence."""

    def __init__(self, standins):
        self.ready = standins.ready
        context = ssl.create_default_context(cafile=self.ready["ca"])
        self.of = {}
        for name in ("stt", "claude", "tts"):
            self.of[name] = http.client.HTTPSConnection("127.0.0.1", self.ready["ports"][name], context=context)
        self.google = {"X-Goog-Api-Key": self.ready["keys"]["google"][0], "Content-Type": "application/json"}

    def ask(self, name, path, headers, value):
        c = self.of[name]
        c.request("POST", path, json.dumps(value, ensure_ascii=False).encode(), headers)
        r = c.getresponse()
        body = json.loads(r.read())
        if r.status != 200:
            sys.exit("%s: %s" % (name, body))
        return body

    def turn(self):
        """(the first sound, the whole answer), seconds."""
        begin = time.monotonic()
        heard = self.ask("stt", "/v1/speech:recognize", self.google, {
            "config": {"languageCode": "uk-UA", "encoding": "LINEAR16", "sampleRateHertz": 8000},
            "audio": {"content": base64.b64encode(tone_of[0][44:]).decode()}})
        words = heard["results"][0]["alternatives"][0]["transcript"]
        said = self.think(words)
        first = None
        for sentence in said:
            self.ask("tts", "/v1/text:synthesize", self.google, {
                "input": {"text": sentence}, "voice": {"languageCode": "uk-UA", "name": "uk-UA-Chirp3-HD-Leda"},
                "audioConfig": {"audioEncoding": "LINEAR16", "sampleRateHertz": 8000}})
            first = first or time.monotonic() - begin
        return first, time.monotonic() - begin

    def think(self, words):
        c = self.of["claude"]
        c.request("POST", "/v1/messages", json.dumps({
            "model": "claude-haiku-5-5", "max_tokens": 400, "thinking": {"type": "disabled"}, "stream": True,
            "messages": [{"role": "user", "content": words}]}).encode(), {
                "x-api-key": self.ready["keys"]["claude"][0], "anthropic-version": "2023-06-01",
                "Content-Type": "application/json"})
        r = c.getresponse()
        if r.status != 200:
            sys.exit("claude: %s" % r.read())
        r.read()
        return sentences_of(0)


# ---- figures -------------------------------------------------------------------------------------


def ms(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * percent / 100))] * 1000


def line(name, value):
    print("%-66s %s" % (name, value), flush=True)


def both(values):
    return "%.1f ms, %.1f ms" % (ms(values, 50), ms(values, 99))


def durable(folder):
    """What the disk takes for one commit's worth of bytes: a turn waits for three of them."""
    took = []
    with open(folder + "/durable", "wb", buffering=0) as f:
        for _ in range(200):
            f.write(os.urandom(48 << 10))
            begin = time.monotonic()
            os.fdatasync(f.fileno())
            took.append(time.monotonic() - begin)
    return took


async def measure(service, standins, calls, turns, stream):
    """[(whole, first, own of the whole, own of the first, the worker's alone)] in seconds."""
    results = []
    await asyncio.gather(*(caller(service, i, 1, stream, []) for i in range(calls)))  # connections
    await asyncio.gather(*(caller(service, i, turns, stream, results) for i in range(calls)))
    timings, store = standins.timings(), kept(service.folder)
    return [(r[3] - r[1], r[2] - r[1]) + own_part(r, timings, store) for r in results]


def show(name, rows, stream):
    line("%s: the whole answer, p50 p99" % name, both([r[0] for r in rows]))
    if stream:
        line("%s: the first sound, p50 p99" % name, both([r[1] for r in rows]))
        line("%s: holos's own part of the first sound, p50 p99" % name, both([r[3] for r in rows]))
    line("%s: holos's own part of the answer, p50 p99" % name, both([r[2] for r in rows]))
    line("%s: of that in the worker, p50 p99" % name, both([r[4] for r in rows]))


def run(options, folder):
    standins = StandIns()
    service = None
    try:
        for c in range(options.calls):
            tone_of[c] = tone(c)[0]
        standins.prepare(options.calls)
        service = Service(standins, folder, options.calls)
        chain = Chain(standins)
        asyncio.run(measure_warm(service, options.calls))
        line("one durable write on this disk just now, p50 p99", both(durable(folder)))
        for calls in (1, options.calls):
            turns = options.turns if calls == 1 else max(5, options.turns // 4)
            for stream in (False, True):
                rows = asyncio.run(measure(service, standins, calls, turns, stream))
                show("overlap, %2d at once, %s" % (calls, "x-ndjson" if stream else "JSON"), rows, stream)
            if calls == 1:
                chain.turn()
                after = [chain.turn() for _ in range(max(5, options.turns // 3))]
                line("one after another: the whole answer, p50 p99", both([r[1] for r in after]))
                line("one after another: the first sound, p50 p99", both([r[0] for r in after]))
    except OSError as e:
        with open(folder + "/var/log/holos.log", encoding="utf-8") as f:
            sys.exit("%s; the service's last words:\n%s" % (e, "".join(f.readlines()[-10:])))
    finally:
        if service is not None:
            service.stop()
        standins.process.terminate()
        standins.process.wait()


async def measure_warm(service, calls):
    """Every sentence is spoken once by espeak-ng: afterwards the stand-in has it."""
    for i in range(calls):
        await caller(service, i, 1, False, [])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--calls", type=int, default=20)
    with tempfile.TemporaryDirectory(prefix="holos-overlap-") as folder:
        run(parser.parse_args(), folder)


if __name__ == "__main__":
    main()
