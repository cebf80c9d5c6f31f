#!/usr/bin/env python3
"""A stand-in for the running service: checks what `holos call` sends against the voice-bot contract and
misbehaves as the call's id says. Usage: service.py PORT_FILE LOG. One line a request in LOG."""
import base64
import email.parser
import email.policy
import hashlib
import hmac
import json
import os
import struct
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET, KEY = os.environ.get("WANT_SECRET"), os.environ.get("WANT_KEY")


def wav(ms):
    data = struct.pack("<h", 1000) * (8 * ms)
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " +
            struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" +
            struct.pack("<I", len(data)) + data)


def sound(ms):
    return base64.b64encode(wav(ms)).decode()


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def note(self, *words):
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            print(*words, file=log)

    def answer(self, status, body, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path, _, query = self.path.partition("?")
        given = urllib.parse.parse_qs(query).get("secret", [None])[0]
        due = hmac.new((KEY or "").encode(), body, hashlib.sha256).hexdigest()
        if SECRET and given != SECRET:
            return self.answer(403, {"error": "the secret is wrong"})
        if KEY and self.headers.get("X-Binotel-Signature") != due:
            return self.answer(403, {"error": "the signature is wrong"})
        return {"incoming-call": self.ring, "audio-stream": self.turn,
                "call-status": self.status}[path.rsplit("/", 1)[1]](body)

    def ring(self, body):
        d = json.loads(body)
        self.note("ring", d["callID"], d["externalNumber"], d["internalNumber"])
        if d["callID"] == "busy":
            return self.answer(503, {"error": "the store is locked"})
        if d["callID"] == "html":
            return self.answer(502, b"<html>Bad Gateway</html>", "text/html")
        if d["callID"] == "garbage":
            return self.answer(200, b"hello", "text/plain")
        if d["callID"] == "notwav":
            return self.answer(200, {"success": True, "audio_data": "AAAA", "message": "x"})
        if d["callID"] == "mute":
            return self.answer(200, {"success": True, "audio_data": None, "message": "Вітаю!"})
        return self.answer(200, {"success": True, "audio_data": sound(100), "message": "Вітаю!"})

    def turn(self, body):
        head = "Content-Type: %s\r\n\r\n" % self.headers["Content-Type"]
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head.encode() + body)
        parts = {p.get_param("name", header="content-disposition"): p for p in message.iter_parts()}
        d = {n: p.get_payload(decode=True) for n, p in parts.items()}
        call, n = d["callID"].decode(), int(d["turn"])
        if "audio" in d:
            said = "audio %s %s %s" % (parts["audio"].get_filename(),
                                       parts["audio"].get_content_type(),
                                       hashlib.sha256(d["audio"]).hexdigest()[:12])
        else:
            kind = "text" if "text" in d else "digits"
            said = kind + " " + d[kind].decode()
        self.note("turn", call, n, said)
        heard = said.split(" ", 1)[1]
        over = heard == "до побачення"
        if call == "lost":
            return self.answer(404, {"error": "Call session not found"})
        if call == "slow":
            time.sleep(30)
        if call == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"success":')
            self.close_connection = True
            return None
        if "x-ndjson" in self.headers["Accept"]:
            return self.stream(n, heard, over, call)
        return self.answer(200, {"success": True, "audio_data": sound(200), "message": "Так. Добре.",
                                 "should_continue": not over, "transcript": heard, "turn": n,
                                 "took_ms": {"think": 1.5, "speak": 20}})

    def stream(self, n, heard, over, call):
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        lines = [{"transcript": heard}, {"audio_data": sound(100), "message": "Так."},
                 {"audio_data": sound(100), "message": "Добре."}]
        if call != "endless":
            lines.append({"success": True, "should_continue": not over, "message": "Так. Добре.",
                          "turn": n})
        for line in lines:
            data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
            for half in (data[:7], data[7:]):  # a line is not a packet
                self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
                self.wfile.flush()
                time.sleep(0.01)
        self.wfile.write(b"0\r\n\r\n")

    def status(self, body):
        d = json.loads(body)
        self.note("status", d["callID"], d["status"], type(d["duration"]).__name__)
        if d["callID"] == "unkind":
            return self.answer(500, {"error": "it could not be stored"})
        return self.answer(200, {"success": True})


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
with open(sys.argv[1] + ".new", "w", encoding="ascii") as f:
    f.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
