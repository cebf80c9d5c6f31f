"""The service that a scenario talks to: the routes' own programs over a store of their own, or one that runs."""
import datetime
import glob
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

WAIT_S = 120  # must never be reached
ROUTES = ("incoming-call", "audio-stream", "call-status")
# Settings of this machine's owner must not reach the programs under test.
OWNERS = ("HOLOS_", "GOOGLE_", "ANTHROPIC_", "CLAUDE_", "WHISPER_", "OPENAI_", "BINOTEL_", "TWILIO_", "TELEGRAM_")
NO_BOOK = ("keeps no book", "no profile has a book", "has no book")


class Trouble(OSError):
    """The programs did not do what they must for a scenario to be played at all."""


def record(kind, data):
    return struct.pack("!BBHHBB", 1, kind, 1, len(data), 0, 0) + data


def pair(name, value):
    name, value = name.encode(), value.encode()
    lengths = b"".join(struct.pack("!B", n) if n < 128 else struct.pack("!I", n | 1 << 31)
                       for n in (len(name), len(value)))
    return lengths + name + value


def fastcgi(path, params, body):
    """One request to a worker, as nginx makes it; the response's status and body."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.settimeout(WAIT_S)
        s.connect(path)
        out = record(1, struct.pack("!HBxxxxx", 1, 0))
        out += record(4, b"".join(pair(k, v) for k, v in params.items())) + record(4, b"")
        for at in range(0, len(body), 65000):
            out += record(5, body[at:at + 65000])
        s.sendall(out + record(5, b""))
        got, text = b"", b""
        while True:
            data = s.recv(65536)
            if not data:
                raise Trouble("the worker closed the connection")
            got += data
            while len(got) >= 8:
                _, kind, _, n, pad, _ = struct.unpack("!BBHHBB", got[:8])
                if len(got) < 8 + n + pad:
                    break
                if kind == 6:
                    text += got[8:8 + n]
                if kind == 3:
                    head, _, rest = text.partition(b"\r\n\r\n")
                    status = re.search(rb"(?im)^Status: (\d+)", head)
                    return int(status.group(1)) if status else 200, rest
                got = got[8 + n + pad:]


class Routes:
    """The routes, a worker each, started when they are first asked."""

    def __init__(self, bin_, folder, env):
        self.bin, self.folder, self.env, self.workers = bin_, folder, env, {}
        self.log = open(os.path.join(folder, "log"), "wb")

    def start(self, route):
        path = os.path.join(self.folder, route)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.bind(path)
            s.listen(16)
            self.workers[route] = subprocess.Popen([os.path.join(self.bin, route)], stdin=s.fileno(),
                                                   stdout=self.log, stderr=self.log, env=self.env)

    def post(self, route, kind, body):
        if route not in self.workers:
            self.start(route)
        params = {"REQUEST_METHOD": "POST", "DOCUMENT_URI": "/telephony/binotel/" + route, "QUERY_STRING": "",
                  "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1",
                  "REQUEST_ARRIVED": "%.3f" % time.time(), "REQUEST_ID": os.urandom(16).hex()}
        try:
            return fastcgi(os.path.join(self.folder, route), params, body)
        except OSError as e:
            raise Trouble("%s: %s%s" % (route, e, self.end_of_log())) from e

    def end_of_log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines()
        return "".join("\n    | " + one for one in lines[-8:])

    def stop(self):
        for w in self.workers.values():
            w.terminate()
        for w in self.workers.values():
            try:
                w.wait(30)
            except subprocess.TimeoutExpired:
                w.kill()
                w.wait()
        self.log.close()


class Running:
    """A service that runs already."""

    def __init__(self, base):
        self.base = base.rstrip("/")

    def post(self, route, kind, body):
        return self.send(urllib.request.Request(self.base + "/telephony/binotel/" + route, data=body,
                                                headers={"Content-Type": kind}))

    def send(self, request):
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as a:
                return a.status, a.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()
        except OSError as e:
            raise Trouble("%s: %s" % (self.base, e)) from e

    def now(self):
        """The moment that the service believes it is."""
        status, data = self.send(urllib.request.Request(self.base + "/health"))
        try:
            moment = datetime.datetime.fromisoformat(json.loads(data)["timestamp"].replace("Z", "+00:00"))
        except (ValueError, KeyError) as e:
            raise Trouble("%s/health answered %d without a timestamp" % (self.base, status)) from e
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)

    def stop(self):
        pass


# ---- the operator's command -----------------------------------------------------------------------


class Book:
    """The store, as `holos` sees it."""

    def __init__(self, bin_, env, profile):
        self.bin, self.env, self.profile, self.keeps = bin_, env, profile, True

    def holos(self, *words):
        p = subprocess.run([os.path.join(self.bin, "holos"), *words], env=self.env, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False, timeout=WAIT_S)
        if p.returncode != 0:
            raise Trouble("holos %s: status %d: %s" % (" ".join(words), p.returncode,
                                                       (p.stderr + p.stdout).decode(errors="replace").strip()))
        return p.stdout.decode()

    def migrate(self):
        self.holos("migrate")

    def add(self, b):
        words = ["--profile", self.profile, "--service", ",".join(b["services"]), "--at", b["at"],
                 "--name", b.get("name", "Клієнт"), "--phone", b.get("phone", "+380670000009")]
        for name in ("specialist", "note"):
            if name in b:
                words += ["--" + name, b[name]]
        try:
            self.holos("book", "add", *words)
        except Trouble as e:
            try:
                self.holos("book", "add", "--past", *words)  # a visit that has been
            except Trouble:
                raise e from None

    def bookings(self):
        if not self.keeps:
            return []
        try:
            return json.loads(self.holos("book", "list", "--all", "--json", "--profile", self.profile))
        except Trouble as e:
            if not any(words in str(e) for words in NO_BOOK):
                raise
            self.keeps = False
            return []

    def cancel(self, booking):
        self.holos("book", "cancel", str(booking), "--profile", self.profile)

    def leads(self):
        return len(json.loads(self.holos("leads", "--all", "--json", "--limit", "1000"))["leads"])


# ---- a fresh store --------------------------------------------------------------------------------


class Fresh:
    """Folders for scenarios, each with an empty store. It is made once and copied."""

    def __init__(self, bin_, languages):
        self.bin, self.languages = bin_, languages
        self.lock, self.template = threading.Lock(), None
        self.folder = tempfile.mkdtemp(prefix="holos-scenarios.")

    def settings(self, folder, scenario, vendors):
        env = {k: v for k, v in os.environ.items() if not k.startswith(OWNERS)}
        own = os.path.join(folder, "profiles")
        os.makedirs(own)
        shutil.copy(scenario.profile_file, own)
        beside = os.path.join(os.path.dirname(scenario.profile_file), "languages")
        if os.path.isdir(beside):
            os.symlink(beside, os.path.join(own, "languages"))
        env.update({"HOLOS_DB": os.path.join(folder, "holos.db"), "HOLOS_PROFILES": own,
                    "HOLOS_LANGUAGES": self.languages, "HOLOS_PROFILE": scenario.profile, "HOLOS_CACHE": "",
                    "HOLOS_ESPEAK": "/nonexistent",  # a reply without a voice has the words, and costs less
                    "HOLOS_CALLER_HOUR_CALLS": "0", "HOLOS_TREE": "", "HOLOS_LOG_LEVEL": "6"})
        env.update(vendors)
        if scenario.now:
            # All programs count on from the same moment, whenever each of them starts.
            env["HOLOS_NOW"] = scenario.now
            env["HOLOS_NOW_AT"] = str(int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000))
        return env

    def make(self, scenario, vendors):
        folder = tempfile.mkdtemp(dir=self.folder)
        env = self.settings(folder, scenario, vendors)
        with self.lock:
            if self.template is None:
                first = tempfile.mkdtemp(dir=self.folder)
                Book(self.bin, dict(env, HOLOS_DB=os.path.join(first, "holos.db")), scenario.profile).migrate()
                self.template = first
        for path in glob.glob(os.path.join(self.template, "holos.db*")):
            if not path.endswith("-shm"):
                shutil.copy(path, folder)
        return folder, env

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
