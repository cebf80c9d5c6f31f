#!/usr/bin/env python3
"""standins.py [--dir FOLDER] [--ready-fd N] [--state FILE] [--scenario FILE] [--stay]

Every vendor that holos speaks to, played on loopback over TLS with a certificate authority of its
own. Prints one line of JSON when ready (to standard output, or to the descriptor or file named):
ports, URLs, the CA's file, the credentials, the keys. Ends with its parent (unless --stay) and on
SIGTERM at once, with its folder and its children.

A port for each vendor, so that one can refuse; a shared one, that tells them apart by path.
"""
import argparse
import asyncio
import ctypes
import gc
import json
import os
import select
import selectors
import shutil
import signal
import ssl
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True

import binotel
import claude
import google
import oauth
import sheets
import speech
import stt
import stt2
import stubs
import trouble
import tts
import whisper
from certs import Certs
from control import Control
from state import State
from listener import Listener
from wire import Gone, Out, Refusal

NAMES = {
    "oauth2.googleapis.com": "oauth",
    "speech.googleapis.com": "stt",
    "texttospeech.googleapis.com": "tts",
    "sheets.googleapis.com": "sheets",
    "api.anthropic.com": "claude",
    "api.openai.com": "openai",
    "api.telegram.org": "telegram",
    "api.binotel.com": "binotel",
}


class StandIns:
    def __init__(self, folder):
        self.state = State()
        self.state.certs = Certs(folder)
        credentials = google.Credentials(self.state)
        self.token = oauth.Token(self.state, credentials)
        self.tts = tts.Synthesize(self.state, credentials)
        self.sheets = sheets.Sheets(self.state, credentials)
        self.binotel = binotel.Binotel(self.state)
        self.vendors = [
            ("oauth", self.token),
            ("stt", stt.Recognize(self.state, credentials)),
            ("stt", stt2.RecognizeV2(self.state, credentials)),
            ("tts", self.tts),
            ("claude", claude.Messages(self.state)),
            ("openai", speech.Speech(self.state, self.tts.throat)),
            ("openai", whisper.Transcriptions(self.state)),
            ("sheets", self.sheets),
            ("telegram", stubs.Telegram()),
            ("binotel", self.binotel),
            ("whisper", whisper.Inference(self.state)),
        ]
        self.control = Control(self.state, self.tts, self.sheets, self.binotel)

    def open(self):
        """Opens every port. The whisper.cpp server and the control port are plain HTTP."""
        for name in dict.fromkeys(n for n, _ in self.vendors):
            context = None if name == "whisper" else self.context
            self.state.listeners[name] = Listener(self.state, name, self.serve, context)
        self.state.listeners["whisper"].keeps = (100, 5)  # as httplib does
        self.state.listeners["shared"] = Listener(self.state, "shared", self.serve, self.context)
        self.control_port = Listener(self.state, "control", self.serve_control, None)
        self.token.url = self.state.listeners["oauth"].url() + "/token"
        self.state.certs.make_account(self.token.url)

    def context(self, connection):
        """The certificate of the moment. Of the shared port by the name that is asked for."""
        contexts, kinds = self.state.certs.contexts, self.state.certificates
        if connection.listener.name != "shared":
            return contexts[kinds.get(connection.listener.name, "good")]
        for kind in contexts.values():
            kind.sni_callback = self.choose
        return contexts[kinds.get("shared", "good")]

    def choose(self, tls, name, _context):
        vendor = NAMES.get(name or "")
        if vendor in self.state.certificates:
            tls.context = self.state.certs.contexts[self.state.certificates[vendor]]

    def ready(self):
        urls = {n: l.url() for n, l in self.state.listeners.items()}
        certs = self.state.certs
        return {
            "urls": urls,
            "ports": {n: l.port for n, l in self.state.listeners.items()},
            "control": self.control_port.port,
            "ca": certs.ca,
            "credentials": certs.credentials,
            "token_url": self.token.url,
            "project": certs.project,
            "sheet": sheets.SPREADSHEET,
            "keys": {
                "claude": claude.KEYS,
                "openai": whisper.KEYS,
                "google": [google.API_KEY],
                "telegram": [stubs.BOT],
                "binotel": [binotel.KEY, binotel.SECRET],
            },
            "pid": os.getpid(),
            "folder": certs.folder,
        }

    # ---- one request --------------------------------------------------------------------------

    async def serve_control(self, q):
        q.vendor = "control"
        await self.control.serve(q, Out(q.connection, q, None))

    def find(self, q):
        for name, vendor in self.vendors:
            if q.connection.listener.name in (name, "shared") and vendor.takes(q):
                return name, vendor
        return None, None

    async def serve(self, q):
        name, vendor = self.find(q)
        q.vendor = name or q.connection.listener.name
        self.state.counts(q.vendor)["requests"] += 1
        self.state.remember(q)
        bad = self.state.misbehaviour(q) if name else None
        out = Out(q.connection, q, bad if bad and trouble.is_bend(bad) else None)
        try:
            if name is None:
                raise Refusal(
                    404, {"error": "not found"}, "no %s %s here" % (q.method, q.path[:60])
                )
            await self.play(q, vendor, out, bad)
        except Refusal as r:
            await self.refuse(q, out, r)
        except (Gone, ConnectionError, ssl.SSLError):
            for undo in reversed(q.undo):
                undo()
            raise
        except Exception as e:  # a fault of this program must fail the test, not hang it
            self.state.violation(q.vendor, "the stand-in itself failed: %r" % e)
            traceback.print_exc()
            q.connection.end()
            raise Gone from e
        finally:
            self.state.note(q, out)

    async def play(self, q, vendor, out, bad):
        """The vendor's answer, or what comes instead of it. The request is checked either way."""
        if bad and trouble.is_instead(bad):
            try:
                vendor.check(q)
            except Refusal as r:
                if r.fault:
                    self.state.violation(q.vendor, r.sentence)
            return await trouble.instead(self.state, q, vendor, out, bad)
        plan = vendor.check(q)
        if bad and bad["what"] == "delay":
            await out.sleep(bad.get("ms", 1000))
        return await vendor.answer(q, plan, out, bad)

    async def refuse(self, q, out, r):
        (self.state.violation if r.fault else self.state.refusal)(q.vendor, r.sentence)
        if isinstance(r.body, bytes):
            await out.raw(r.status, r.kind, r.body, r.headers)
        else:
            await out.json(r.status, r.body, r.headers)


class FineSelector(selectors.EpollSelector):
    """epoll waits in whole milliseconds, rounded up; a sleep of 20 ms must not take 21."""

    def select(self, timeout=None):
        if timeout is not None and timeout > 0:
            select.select([self.fileno()], [], [], timeout)
            timeout = 0
        return super().select(timeout)


def end_with_parent():
    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def announce(options, ready):
    line = json.dumps(ready) + "\n"
    if options.state:
        with open(options.state + ".new", "w", encoding="ascii") as f:
            f.write(line)
        os.rename(options.state + ".new", options.state)
    if options.ready_fd is not None:
        os.write(options.ready_fd, line.encode())
        os.close(options.ready_fd)
    if not options.state and options.ready_fd is None:
        print(line, end="", flush=True)


async def run(options, folder):
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda *_: None if not options.talk else loop.default_exception_handler(_[1])
    )
    ended = asyncio.Event()
    for signo in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(signo, ended.set)
    standins = StandIns(folder)
    standins.open()
    if options.scenario:
        standins.state.play({"file": options.scenario})
    gc.collect()
    gc.freeze()  # what is there now is never garbage: no long pauses for it
    announce(options, standins.ready())
    await ended.wait()
    standins.tts.throat.stop()
    clear_away(options, folder)
    os._exit(0)  # at once: nothing that is still going on is worth waiting for


def clear_away(options, folder):
    if not options.dir:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    p = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("--dir", help="folder for certificates and keys; without it a temporary one")
    p.add_argument("--ready-fd", type=int)
    p.add_argument("--state", help="file that gets the ready line, at once as a whole")
    p.add_argument("--scenario", help="name of a file in scenarios/ to begin with")
    p.add_argument("--stay", action="store_true", help="do not end with the parent")
    p.add_argument("--talk", action="store_true", help="say what goes wrong inside")
    options = p.parse_args()
    if not options.stay:
        end_with_parent()
    folder = options.dir or tempfile.mkdtemp(prefix="holos-standins.")
    os.makedirs(folder, exist_ok=True)
    try:
        with asyncio.Runner(
            loop_factory=lambda: asyncio.SelectorEventLoop(FineSelector())
        ) as runner:
            runner.run(run(options, os.path.abspath(folder)))
    finally:
        clear_away(options, folder)


if __name__ == "__main__":
    main()
