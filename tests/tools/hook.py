#!/usr/bin/env python3
"""hook.py FOLDER: a webhook on a free port of loopback, for tests of holos-sync.

It writes its port into FOLDER/port, and a line of JSON for each request into FOLDER/got before it answers.
What it answers is in FOLDER/answer at that moment: "STATUS [RETRY-AFTER]", or "hold": it waits until
the file holds something else; "cut": a 200 whose body ends early. It lives until its standard input closes.
"""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]


def answer():
    while True:
        try:
            with open(os.path.join(folder, "answer")) as f:
                said = f.read().split()
        except FileNotFoundError:
            said = []
        if said and said[0] != "hold":
            return said
        time.sleep(0.02)


class Hook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        line = {"path": self.path, "body": body.decode(), "headers": {k.lower(): v for k, v in self.headers.items()}}
        with open(os.path.join(folder, "got"), "a") as f:
            f.write(json.dumps(line) + "\n")
        said = answer()
        cut = said[0] == "cut"
        try:
            self.send_response(200 if cut else int(said[0]))
            if len(said) > 1:
                self.send_header("Retry-After", said[1])
            self.send_header("Content-Length", "100" if cut else "2")
            self.end_headers()
            self.wfile.write(b"ok")
        except OSError:
            pass
        self.close_connection = self.close_connection or cut

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
server.daemon_threads = True
with open(os.path.join(folder, "port.new"), "w") as f:
    f.write(str(server.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
