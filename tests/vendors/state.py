"""What all stand-ins share: the scenario, the misbehaviours in force, and what is counted.

Nothing here knows a vendor's protocol.
"""
import asyncio
import collections
import hashlib
import json
import os
import re
import time

HERE = os.path.dirname(os.path.abspath(__file__))
VENDORS = ("oauth", "stt", "tts", "claude", "openai", "whisper", "sheets", "telegram", "binotel")
# What is done instead of an answer, on the way of one, by the vendor itself, to the listener.
INSTEAD = ("silent", "stale", "hangup", "status", "html", "garbage", "endless")
BENDS = ("drip", "cut", "reset", "halfletter", "delay", "late")
OWN = (
    "silence",
    "empty",
    "sse_error",
    "sse_odd",
    "sse_open",
    "sse_reset",
    "sse_truncated",
    "bigtoken",
    "invalid_grant",
    "loading",
    "lost",
    "ok_html",
    "often",
    "code",
)
LISTENER = ("refuse", "badcert", "mute", "reset_early", "expired")
SECRETS = re.compile(r"^(authorization|x-api-key|x-goog-api-key)$")


class ScenarioFault(Exception):
    """The scenario cannot be used as it is; the sentence says why."""


class State:
    def __init__(self):
        self.listeners = {}
        self.certs = None
        self.number = 0
        self.reset()

    # ---- what is counted ----------------------------------------------------------------------

    def reset(self, keep_transcripts=False):
        """As at the start: no scenario, no misbehaviour, nothing counted. Tokens stay valid."""
        if not keep_transcripts:
            self.transcripts = {}
        self.all_counts = {}
        self.timings = collections.deque(maxlen=20000)
        self.bad = []
        self.forbidden = []
        self.certificates = {}
        self.scenario = {}
        self.delays = {}
        self.script = {"stt": collections.deque(), "claude": collections.deque()}
        for listener in self.listeners.values():
            listener.open()
        self.sheets_reset()
        self.exchange_reset()

    def counts(self, vendor):
        return self.all_counts.setdefault(
            vendor,
            {
                "accepts": 0,
                "handshakes": 0,
                "handshakes_failed": 0,
                "resumed": 0,
                "requests": 0,
                "replies": {},
                "violations": [],
                "refusals": [],
                "last": collections.deque(maxlen=8),
            },
        )

    def violation(self, vendor, sentence):
        """A client's mistake: the test that looks at the report fails."""
        self.counts(vendor)["violations"].append(sentence)

    def refusal(self, vendor, sentence):
        self.counts(vendor)["refusals"].append(sentence)

    def note(self, q, out):
        """One request was served, or was not on command."""
        t = q.timing
        c = self.counts(q.vendor)
        status = str(out.status)
        c["replies"][status] = c["replies"].get(status, 0) + 1
        t.update(
            vendor=q.vendor,
            path=q.path[:80],
            status=out.status,
            last=time.monotonic(),
            bytes_in=len(q.body),
            bytes_out=out.sent,
        )
        self.timings.append(t)

    def report(self, timings=False):
        said = {
            name: dict(c, last=[shown(q) for q in c["last"]])
            for name, c in self.all_counts.items()
            if name != "control"
        }
        for name, listener in self.listeners.items():
            if name in said:
                said[name]["open"] = len(listener.connections)
        report = {
            "vendors": said,
            "left": {k: len(v) for k, v in self.script.items()},
            "violations": sum(len(c["violations"]) for c in said.values()),
            "misbehaving": [{k: v for k, v in b.items() if k != "tokens"} for b in self.bad],
            "now": time.monotonic(),
            "process": process_times(),
        }
        if timings:
            report["timings"] = list(self.timings)
        return report

    def remember(self, q):
        """What came lately; a report shows it without keys and sounds. None of it may hold what a
        test says that no vendor gets."""
        self.counts(q.vendor)["last"].append(q)
        for text in self.forbidden:
            held = [q.target, q.body.decode("utf-8", "replace")] + list(q.headers.values())
            if any(text in h for h in held):
                self.violation(q.vendor, "a request holds what no vendor gets: " + text)

    def forbid(self, texts):
        if not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
            raise ScenarioFault("texts must be a list of texts")
        self.forbidden = texts

    # ---- misbehaviour -------------------------------------------------------------------------

    def misbehave(self, order):
        """Takes an order: {"vendor", "what", "times": N or absent for ever, "key", "path", ...}."""
        vendor, what = order.get("vendor"), order.get("what")
        if vendor not in VENDORS and vendor != "shared":
            raise ScenarioFault("no vendor %r" % vendor)
        if what == "well":
            self.bad = [b for b in self.bad if b["vendor"] != vendor]
            self.certificates.pop(vendor, None)
            self.listeners[vendor].open()
            return
        if what not in INSTEAD + BENDS + OWN + LISTENER:
            raise ScenarioFault("no misbehaviour %r" % what)
        order.setdefault("times", -1)
        if what == "refuse":
            self.listeners[vendor].shut()
        elif what == "badcert":
            self.certificates[vendor] = order.get("kind", "wronghost")
            self.listeners[vendor].drop()
        elif what == "expired":
            self.tokens_expire()
        else:
            if what in ("mute", "reset_early"):
                self.listeners[vendor].drop()
            self.bad.append(order)

    tokens_expire = staticmethod(lambda: None)  # set by the token server
    sheets_reset = staticmethod(lambda: None)  # set by the sheets
    exchange_reset = staticmethod(lambda: None)  # set by Binotel

    def _take(self, fits):
        """The first order that fits; spent by this use when it has a number of times."""
        for b in self.bad:
            if fits(b):
                if b["times"] > 0:
                    b["times"] -= 1
                    if b["times"] == 0:
                        self.bad.remove(b)
                return b
        return None

    def misbehaviour(self, q):
        """What this request meets, if anything."""
        return self._take(
            lambda b: b["vendor"] == q.vendor
            and b["what"] not in ("mute", "reset_early")
            and (not b.get("key") or b["key"] == q.key())
            and (not b.get("path") or b["path"] in q.path)
            and (b["what"] != "stale" or q.timing["reused"])
            and (not b.get("within") or b["within"].encode() in q.body)
        )

    async def before_handshake(self, listener, connection, s):
        """Mute or reset before TLS begins. True: nothing more happens on this connection."""
        b = self._take(
            lambda b: b["vendor"] == listener.name and b["what"] in ("mute", "reset_early")
        )
        if b is None:
            return False
        if b["what"] == "mute":
            await asyncio.sleep(b.get("ms", 60000) / 1000)
        else:
            connection.end(rst=True)
        listener.connections.discard(connection)
        s.close()
        return True

    # ---- the scenario -------------------------------------------------------------------------

    def play(self, scenario):
        """Begins a scenario; the scripts of the one before are dropped."""
        if "file" in scenario:
            path = os.path.join(HERE, "scenarios", os.path.basename(scenario["file"]))
            with open(path, encoding="utf-8") as f:
                scenario = dict(json.load(f), **{k: v for k, v in scenario.items() if k != "file"})
        known = {
            "about",
            "stt",
            "claude",
            "delays",
            "unsupported",
            "voices_gone",
            "speech",
            "stt_location",
            "transcripts",
            "warm",
            "token_seconds",
        }
        odd = set(scenario) - known
        if odd:
            raise ScenarioFault("a scenario has no member %s" % ", ".join(sorted(odd)))
        self.scenario = scenario
        self.script = {
            "stt": collections.deque(scenario.get("stt", {}).get("lines", [])),
            "claude": collections.deque(scenario.get("claude", {}).get("answers", [])),
        }
        self.delays = dict(scenario.get("delays", {}))
        self.transcripts.update(scenario.get("transcripts", {}))

    def next_line(self, q, script):
        """The scenario's next line, None if there is none. Comes back if its reply gets lost."""
        lines = self.script[script]
        if not lines:
            return None
        line = lines.popleft()
        if self.scenario.get(script, {}).get("loop"):
            lines.append(line)
            q.undo.append(lambda: (lines.pop(), lines.appendleft(line)))
        else:
            q.undo.append(lambda: lines.appendleft(line))
        return line

    def delay(self, vendor):
        return self.delays.get(vendor, 0)


def process_times():
    """How long this process ran, and how long it waited for a processor: lateness of the machine."""
    with open("/proc/self/schedstat", encoding="ascii") as f:
        ran, waited = (int(ns) / 1e9 for ns in f.read().split()[:2])
    return {"cpu_s": ran, "waited_s": waited}


def shown(q):
    headers = {k: "(a secret)" if SECRETS.match(k) else v for k, v in q.headers.items()}
    path = re.sub("/bot[^/]*", "/bot(a secret)", q.path)
    return {"method": q.method, "path": path, "headers": headers, "body": redacted(q)}


def redacted(q):
    """The body for a person to read: long base64 and binary become their length and digest."""

    def walk(v):
        if isinstance(v, dict):
            own = ("key", "secret") if q.vendor == "binotel" else ()
            return {k: "(a secret)" if k in own else walk(x) for k, x in v.items()}
        if isinstance(v, list):
            return [walk(x) for x in v]
        if isinstance(v, str) and len(v) > 2000 and re.fullmatch(r"[A-Za-z0-9+/=]+", v):
            return "(%d characters, sha256 %s)" % (
                len(v),
                hashlib.sha256(v.encode()).hexdigest()[:16],
            )
        return v

    if q.kind() == "application/json":
        try:
            return walk(json.loads(q.body))
        except ValueError:
            pass
    if q.vendor == "oauth" or len(q.body) > 4096:
        return "(%d bytes, sha256 %s)" % (len(q.body), hashlib.sha256(q.body).hexdigest()[:16])
    return q.body.decode("utf-8", "backslashreplace")
