"""The control port: plain HTTP on loopback, for tests. Nothing here is a vendor's.

POST /scenario    {...} or {"file": "salon-call.json"}; drops the scripts of the one before
POST /transcript  {"sha256", "text"}: this recording says that
POST /misbehave   {"vendor", "what", "times", "key", "path", "within", ...}; "what": "well" ends it
POST /forbid      {"texts": [...]}: a request that holds one of them is a violation
POST /delays      {"stt": 80, "tts": 150, "claude": 200}: milliseconds of every answer
POST /warm        {"voice", "texts", "encoding", "rate", "speed"}: spoken beforehand
POST /sheet       what staff do in the spreadsheet, and its owner: see staff.py
GET  /sheet       all that is in it, formulas as they were typed
POST /binotel     {"calls", "lines", "customers"}: what is at the exchange
GET  /binotel     that, and what was done there, in order
POST /reset       everything as at the start; {"keep_transcripts": true} keeps those
GET  /report      what was counted; ?timings=1 with every request's
GET  /health
"""
import json
import re

import staff
from state import ScenarioFault
from wire import Gone


class Control:
    def __init__(self, state, tts, sheets, exchange):
        self.state, self.tts, self.sheets, self.exchange = state, tts, sheets, exchange
        self.routes = {
            ("POST", "/scenario"): self.scenario,
            ("POST", "/transcript"): self.transcript,
            ("POST", "/misbehave"): self.misbehave,
            ("POST", "/forbid"): self.forbid,
            ("POST", "/delays"): self.delays,
            ("POST", "/warm"): self.warm,
            ("POST", "/sheet"): self.edit_sheet,
            ("GET", "/sheet"): self.show_sheet,
            ("POST", "/binotel"): self.edit_exchange,
            ("GET", "/binotel"): self.show_exchange,
            ("POST", "/reset"): self.reset,
            ("GET", "/report"): self.report,
            ("GET", "/health"): self.health,
        }

    async def serve(self, q, out):
        route = self.routes.get((q.method, q.path))
        if route is None:
            return await out.json(404, {"error": "no such control: %s %s" % (q.method, q.path)})
        try:
            given = json.loads(q.body) if q.body else {}
            if not isinstance(given, dict):
                raise ScenarioFault("not an object")
            return await out.json(200, await route(q, given))
        except (ScenarioFault, ValueError, KeyError, TypeError, AttributeError, OSError) as e:
            return await out.json(400, {"error": "%s: %s" % (type(e).__name__, e)})
        except Gone:
            raise

    async def health(self, _q, _given):
        return {"ok": True}

    async def scenario(self, _q, given):
        self.state.play(given)
        for warm in self.state.scenario.get("warm", []):
            await self.warm(None, warm)
        return {"ok": True}

    async def transcript(self, _q, given):
        if not re.fullmatch(r"[0-9a-f]{64}", given["sha256"]):
            raise ScenarioFault("sha256 must be 64 hexadecimal digits")
        self.state.transcripts[given["sha256"]] = given["text"]
        return {"ok": True, "known": len(self.state.transcripts)}

    async def misbehave(self, _q, given):
        self.state.misbehave(given)
        return {"ok": True}

    async def forbid(self, _q, given):
        self.state.forbid(given["texts"])
        return {"ok": True}

    async def delays(self, _q, given):
        self.state.delays.update({k: float(v) for k, v in given.items()})
        return {"ok": True}

    async def warm(self, _q, given):
        for text in given["texts"]:
            await self.tts.reply(
                (
                    text,
                    False,
                    given["voice"],
                    given.get("encoding", "LINEAR16"),
                    given.get("rate", 8000),
                    float(given.get("speed", 0)),
                ),
                None,
            )
        return {"ok": True, "spoken": self.tts.throat.spoken}

    async def edit_sheet(self, _q, given):
        staff.edit(self.sheets, given)
        return {"ok": True}

    async def show_sheet(self, _q, _given):
        return staff.show(self.sheets)

    async def edit_exchange(self, _q, given):
        self.exchange.edit(given)
        return {"ok": True}

    async def show_exchange(self, _q, _given):
        return self.exchange.show()

    async def reset(self, _q, given):
        self.state.reset(given.get("keep_transcripts", False))
        return {"ok": True}

    async def report(self, q, _given):
        return self.state.report("timings" in q.query)
