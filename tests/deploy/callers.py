#!/usr/bin/env python3
"""callers.py CALLERS FILE: rings through nginx on port 80 of this machine until FILE is gone.

Each caller makes one whole call after another: incoming-call, a turn of typed words, call-status, and
a question to each other route. Who is told to come again (503 with Retry-After) does, with the same
request. Prints one JSON object: how often each route answered with each status in the end ("none" when
the connection broke), how often it said to come again, how many seconds the slowest answer of each took,
and the ids of the calls that were taken.
"""
import collections
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse

BINOTEL = "/telephony/binotel/"
AGAIN_S = 0.2  # sooner than they are told to
PATIENCE_S = 120
seen = collections.Counter()
again = collections.Counter()
slowest = collections.Counter()
calls = []
lock = threading.Lock()


def ask_once(method, path, kind, body):
    """One answer, over a connection of its own, as each webhook may come over a new one: its status, and
    whether it says to come again."""
    line = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
    try:
        line.request(method, path, body, {"Content-Type": kind} if kind else {})
        answer = line.getresponse()
        answer.read()
        return str(answer.status), answer.status == 503 and answer.getheader("Retry-After", "").isdigit()
    except (OSError, http.client.HTTPException):
        return "none", False
    finally:
        line.close()


def ask(method, path, kind="", body=None):
    began = time.monotonic()
    name = path.strip("/").split("/")[-1]
    status, later = ask_once(method, path, kind, body)
    while later and time.monotonic() - began < PATIENCE_S:
        with lock:
            again[name] += 1
        time.sleep(AGAIN_S)
        status, later = ask_once(method, path, kind, body)
    with lock:
        seen[f"{name} {status}"] += 1
        slowest[name] = max(slowest[name], round(time.monotonic() - began, 1))
    return status


def part(name, value):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def whole_call(call):
    form = "application/x-www-form-urlencoded"
    fields = {"callID": call, "externalNumber": "0671234567", "internalNumber": "0443334455"}
    if ask("POST", BINOTEL + "incoming-call", form, urllib.parse.urlencode(fields)) == "200":
        with lock:
            calls.append(call)
    turn = part("callID", call) + part("turn", "1") + part("text", "Коли ви працюєте?") + "--b--\r\n"
    ask("POST", BINOTEL + "audio-stream", "multipart/form-data; boundary=b", turn.encode())
    ask("POST", BINOTEL + "call-status", form, urllib.parse.urlencode({"callID": call, "status": "completed"}))
    ask("POST", "/voice/process-voice/", "application/json", '{"text":"wifi"}')
    ask("GET", "/health")


def caller(number, until):
    n = 0
    while os.path.exists(until):
        n += 1
        whole_call(f"{os.getpid()}-{number}-{n}")


def main():
    crowd = [threading.Thread(target=caller, args=(i, sys.argv[2])) for i in range(int(sys.argv[1]))]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    print(json.dumps({"answers": dict(seen), "again": dict(again), "slowest": dict(slowest), "calls": calls}))


main()
