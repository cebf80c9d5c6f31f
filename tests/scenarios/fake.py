#!/usr/bin/env python3
"""fake.py serve FOLDER | fake.py holos ARGS...: a service, and its `holos`, that do what a scenario's caller tells
them to, right or wrong, so that the runner can be tested.

The store is FOLDER/store.json ($HOLOS_DB). What the caller says are orders, joined by ";":
    book SPECIALIST SERVICE[+SERVICE] DAYTHH:MM NAME     move ID SPECIALIST DAYTHH:MM     cancel ID     drop ID
    lead     say WORDS     ask WHAT     end     fail (status 500)     flaky (books only every other time)
Anything else is ignored. What came is noted in FOLDER/events, a line each.
"""
import email
import email.policy
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

NOW = "2026-12-01T08:00:05Z"


def load(path):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except OSError:
        return {"bookings": [], "leads": 0, "flaky": 0}


def save(path, store):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(store, f, ensure_ascii=False)


def find(store, number):
    return next(b for b in store["bookings"] if b["id"] == int(number))


def book(store, specialist, services, at, name, phone="+380501234567"):
    end = at[:11] + "%02d" % (int(at[11:13]) + 1) + at[13:16]
    store["bookings"].append({
        "id": 1 + max([b["id"] for b in store["bookings"]], default=0), "state": "booked", "profile": "salon",
        "specialist": specialist, "services": services.split("+"), "start": at + ":00+02:00", "end": end + ":00+02:00",
        "client": {"name": name, "phone": phone}, "by": "call", "note": ""})


def move(store, number, specialist, at):
    find(store, number).update(specialist=specialist, start=at + ":00+02:00", end=at[:11] + "23:59:00+02:00")


def obey(store, order, reply):
    """Status 500 is the only one that is returned."""
    verb, _, rest = order.strip().partition(" ")
    words = rest.split()
    if verb == "book":
        book(store, *words)
    elif verb == "move":
        move(store, *words)
    elif verb == "cancel":
        find(store, words[0])["state"] = "cancelled"
    elif verb == "drop":
        store["bookings"].remove(find(store, words[0]))
    elif verb == "lead":
        store["leads"] += 1
    elif verb == "say":
        reply["message"] = rest
    elif verb == "ask":
        reply["asks"] = None if rest == "nothing" else rest
    elif verb == "end":
        reply["should_continue"] = False
    elif verb == "flaky":
        store["flaky"] += 1
        if store["flaky"] % 2:
            book(store, "inna", "manicure", "2026-12-04T10:00", "Олена")
    return verb == "fail"


class Service(BaseHTTPRequestHandler):
    folder = "."

    def log_message(self, *_):
        pass

    def note(self, *words):
        with open(os.path.join(self.folder, "events"), "a", encoding="utf-8") as f:
            f.write(" ".join(words) + "\n")

    def answer(self, status, reply):
        body = json.dumps(reply, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, {"status": "healthy", "timestamp": NOW})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        route = self.path.rsplit("/", 1)[1]
        if route == "audio-stream":
            return self.turn(body)
        d = json.loads(body)
        self.note(route, d.get("externalNumber", ""), d.get("internalNumber", ""), d.get("status", ""))
        return self.answer(200, {"success": True, "message": "Вітаю!", "audio_data": None, "asks": "open"})

    def turn(self, body):
        m = email.message_from_bytes(b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body,
                                     policy=email.policy.HTTP)
        d = {p.get_param("name", header="content-disposition"): p.get_payload(decode=True).decode().rstrip("\r\n")
             for p in m.iter_parts()}
        self.note("turn", d["turn"], "digits=" + d["digits"] if "digits" in d else "text=[" + d["text"] + "]")
        path = os.path.join(self.folder, "store.json")
        store = load(path)
        reply = {"success": True, "message": "Так.", "asks": "open", "should_continue": True, "audio_data": None}
        failed = [obey(store, order, reply) for order in d.get("text", "").split(";")]
        save(path, store)
        self.answer(500 if any(failed) else 200, reply)


def serve(folder):
    Service.folder = folder
    server = HTTPServer(("127.0.0.1", 0), Service)
    with open(os.path.join(folder, "port.new"), "w", encoding="ascii") as f:
        f.write(str(server.server_port))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    server.serve_forever()


def holos(words):
    path = os.environ["HOLOS_DB"]
    store = load(path)
    options = dict(zip(words, words[1:]))
    if words[:2] == ["book", "list"]:
        print(json.dumps(store["bookings"]))
    elif words[:2] == ["book", "add"]:
        book(store, options["--specialist"], options["--service"].replace(",", "+"), options["--at"].replace(" ", "T"),
             options["--name"], options["--phone"])
    elif words[:2] == ["book", "cancel"]:
        find(store, words[2])["state"] = "cancelled"
    elif words[0] == "leads":
        print(json.dumps({"leads": [{}] * store["leads"]}))
    save(path, store)


if __name__ == "__main__":
    serve(sys.argv[2]) if sys.argv[1] == "serve" else holos(sys.argv[2:])
