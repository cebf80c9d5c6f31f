#!/usr/bin/env python3
"""spoken.py [CASE...]: a whole spoken turn with the vendors' stand-ins, torn at every place.

A place is a call that can fail, told apart by the calls that led to it (tests/torture/sites.c): it is
the same in every run, however the bytes of the network come. One run of a case lists its places; then
each is made to fail, once, in a run of its own, and the process is killed at each system call. After
half of the failures, and every kill, another process takes up what was torn.

One place stands for all those to which the same last calls of ours led: the ways through OpenSSL
alone are thousands. Which ones are taken depends on nothing but the build. TORTURE_ALL=N takes N of
those that are alike, so that a large one leaves nothing out; TORTURE_SECONDS bound the whole, and what
found no time is told.
"""
import collections
import concurrent.futures
import itertools
import json
import math
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
VENDORS = os.path.join(TOP, "tests", "vendors")
sys.path.insert(0, VENDORS)

import settings
import sound

BUILD = os.path.join(os.environ.get("HOLOS_BUILD", os.path.join(TOP, "build/release")), "tests/torture")
LINES = ("Коли ви працюєте?", "Мене звати Олена, передзвоніть мені.", "А в неділю?")
NOT_FAILED = ("unlock",)
NOT_KILLED = ("memory", "arena", "interrupt", "short")  # no system calls, or the same ones once more
# libcurl 7.88 where it notes the address of a host, OpenSSL 3.0 where it decodes a key: pieces that
# each loses itself. Both work on afterwards.
LOSES = {"libcurl": 1, "libcrypto": 2}
MANY, SOME = 20, 2  # of so many places that are alike not one is tried, but some
SECONDS = 120
TRIES = 2
AT_ONCE = 3  # some of them only wait
HANGS_S = 30
WORST = 12  # complaints of a case that are shown

STEPS = (
    "before the delivery was kept",
    "while it was heard",
    "while it was answered",
    "after a sentence had left",
    "once all was kept",
)

ENDED = threading.Event()

Place = collections.namedtuple("Place", "case kind site at own")


class StandIns:
    def __init__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(VENDORS, "standins.py"), "--ready-fd", str(write)],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,  # asyncio tells of every client that went away
        )
        os.close(write)
        with os.fdopen(read) as f:
            self.ready = json.loads(f.readline())

    def tell(self, path, order=None):
        data = None if order is None else json.dumps(order).encode()
        url = "http://127.0.0.1:%d%s" % (self.ready["control"], path)
        with urllib.request.urlopen(urllib.request.Request(url, data), timeout=20) as reply:
            return json.load(reply)

    def settings(self):
        return {k: v for g in settings.settings(self.ready).values() for k, v in g.items()}

    def stop(self):
        self.process.terminate()
        self.process.wait(5)


class Bench:
    """Where the runs take place: one folder each, the recordings and the sounds shared."""

    def __init__(self, standins, folder):
        self.folder, self.share = folder, os.path.join(folder, "share")
        self.number = itertools.count()
        self.held = {}
        self.killed = collections.Counter()
        os.mkdir(self.share)
        transcripts = {}
        for n, line in enumerate(LINES):
            samples = tone(300 + 100 * n)
            transcripts[sound.digest(samples)] = line
            with open(os.path.join(self.share, "said-%d.wav" % (n + 1)), "wb") as f:
                f.write(sound.write_wav(sound.PCM, 8000, samples))
        standins.tell("/scenario", {"file": "torture.json", "transcripts": transcripts})
        self.env = dict(
            standins.settings(),
            PATH=os.environ["PATH"],
            LC_ALL="C.UTF-8",
            TORTURE_SHARE=self.share,
        )

    def run(self, case, folder, how, **torture):
        """(status, what it printed). Nothing is made to fail without `torture`."""
        env = dict(self.env)
        if torture:
            env["LD_PRELOAD"] = os.path.join(BUILD, "shim.so")
            env.update(("TORTURE_" + k.upper(), str(v)) for k, v in torture.items())
        command = [os.path.join(BUILD, "cases"), case, os.path.join(folder, "store")]
        done = subprocess.run(
            command + [how] if how else command,
            env=env,
            cwd=TOP,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=HANGS_S,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def make(self):
        folder = os.path.join(self.folder, str(next(self.number)))
        os.makedirs(os.path.join(folder, "store"))
        return folder

    def places(self, case):
        """Every place of a case that nothing disturbs, in order; and what it holds at the end."""
        folder = self.make()
        sites, count = os.path.join(folder, "sites"), os.path.join(folder, "count")
        for how in ("clean", "leave"):
            shutil.rmtree(os.path.join(folder, "store"))
            os.mkdir(os.path.join(folder, "store"))
            status, said = self.run(
                case, folder, how, kind="memory", n=0, count=count, sites=sites if how == "clean" else ""
            )
            if status != 0:
                raise SystemExit("%s fails though nothing was torn: %d %s" % (case, status, said))
            self.held[case] = max(self.held.get(case, 0), read_numbers(count)[1])
        with open(sites, encoding="ascii") as f:
            rows = [line.split() for line in f]
        shutil.rmtree(folder)
        found = []
        for kind, site, times, own in rows:
            for at in range(1, int(times) + 1):
                if kind not in NOT_FAILED:
                    found.append(Place(case, kind, site, at, own))
                if kind not in NOT_KILLED:
                    found.append(Place(case, "kill", site, at, own))
        return found

    def tear(self, number, p):
        """None if all is well, "" if the place was not passed, else what is wrong. Which of two voices
        comes first is not the same every time: some places are passed at the second try, or never."""
        wrong = ""
        for _ in range(TRIES):
            folder = self.make()
            try:
                wrong = self.judge(number, p, folder)
            except subprocess.TimeoutExpired:
                return "it hung"
            finally:
                shutil.rmtree(folder)
            if wrong != "":
                break
        return wrong

    def judge(self, number, p, folder):
        count, trace = os.path.join(folder, "count"), os.path.join(folder, "trace")
        how = "leave" if p.kind == "kill" or number % 2 == 0 else ""
        status, said = self.run(
            p.case, folder, how, kind=p.kind, n=p.at, site=p.site, count=count, trace=trace
        )
        struck = os.path.exists(trace)
        if p.kind == "kill" and struck:
            self.killed[p.case, step_of(folder)] += 1
        if not (p.kind == "kill" and struck and status == -9):
            wrong = complaint(status, said)
            if wrong:
                return wrong + way(trace)
            held, most = read_numbers(count)[1], self.held[p.case] + library_loses(p, trace)
            if held > most:
                return "it kept %d pieces of memory instead of %d" % (held, most) + way(trace)
        if how == "leave":
            wrong = complaint(*self.run(p.case, folder, "after"))
            if wrong:
                return "afterwards, with nothing failing: " + wrong + way(trace)
        return None if struck else ""


def tone(hertz):
    turn = 2 * math.pi * hertz / 8000
    return b"".join(struct.pack("<h", int(8000 * math.sin(turn * i))) for i in range(8000))


def step_of(folder):
    """How far a killed turn had come. A copy is looked at: reading would mend the store itself."""
    looked = os.path.join(folder, "looked")
    shutil.copytree(os.path.join(folder, "store"), looked)
    store = sqlite3.connect(os.path.join(looked, "holos.db"))
    try:
        row = store.execute(
            "SELECT state, EXISTS (SELECT 1 FROM turn WHERE delivery_id = d.id) FROM delivery d"
            " WHERE key LIKE 'turn:%:torn'"
        ).fetchone()
    except sqlite3.Error:
        row = None
    finally:
        store.close()
    if row is None:
        return 0
    if row[0] == "done":
        return 4
    return (3 if has_left(os.path.join(folder, "store", "wire")) else 2) if row[1] else 1


def has_left(wire):
    if not os.path.exists(wire):
        return False
    with open(wire, "rb") as f:
        return b"audio_data" in f.read()


def read_numbers(path):
    with open(path, encoding="ascii") as f:
        return [int(n) for n in f.read().split()]


def complaint(status, said):
    if status == 0:
        return ""
    if status == -14:
        return "it hung"
    if status in (1, 2):
        return said.strip()[:400]
    return "it crashed with status %d: %s" % (status, said.strip()[-400:])


def library_loses(p, trace):
    """How many pieces a library may keep when memory fails inside of it."""
    if p.kind != "memory" or not os.path.exists(trace):
        return 0
    with open(trace, encoding="utf-8") as f:
        outside = [line for line in f if "/shim.so(" not in line and "/libc.so" not in line]
    return max((n for name, n in LOSES.items() if outside and "/%s.so" % name in outside[0]), default=0)


def way(trace):
    """The functions on the way to the place, innermost first."""
    try:
        with open(trace, encoding="utf-8") as f:
            frames = [line.split("(", 1) for line in f]
    except OSError:
        return ""
    own = [a[1].split(")")[0] for a in frames if a[0].endswith("/cases") and len(a) > 1]
    other = [a[1].split("+")[0] for a in frames[2:9] if not a[0].endswith("/cases") and len(a) > 1]
    return "\n#   in %s\n#   called by %s" % (" < ".join(n or "?" for n in other), named(own[:9]))


def named(offsets):
    """Offsets into the program, such as +0x12ab, as functions and lines."""
    done = subprocess.run(
        ["addr2line", "-fpe", os.path.join(BUILD, "cases")] + [o.lstrip("+") for o in offsets],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    lines = done.stdout.decode().splitlines()
    return " < ".join(line.replace(" at " + TOP + "/", " ") for line in lines) or " ".join(offsets)


def wanted(alike, most):
    if most:
        return min(alike, most)
    return SOME if alike >= MANY else 1


def sample(places, seen, most):
    """Of the places that are alike the first one, or an even sample; none if they were `seen` before."""
    kinds = collections.OrderedDict()
    for p in places:
        kinds.setdefault((p.kind, p.own), []).append(p)
    for key, of in kinds.items():
        if key not in seen:
            n = wanted(len(of), most)
            yield from (of[i * (len(of) - 1) // max(1, n - 1)] for i in range(n))
    if not most:
        seen.update(kinds)


class Tally:
    """What became of a case's places."""

    def __init__(self, case, every, chosen):
        self.case, self.every, self.chosen = case, len(every), chosen
        self.tried = self.missed = self.bad = 0
        self.lock = threading.Lock()

    def take(self, p, wrong):
        with self.lock:
            self.tried += 1
            self.missed += wrong == ""
            if wrong:
                self.bad += 1
                if self.bad <= WORST:
                    print("# %s: %s call at %s, time %d: %s" % (self.case, p.kind, p.site, p.at, wrong))
                    sys.stdout.flush()

    def tell(self, number, killed):
        if self.tried < len(self.chosen):
            print("# %s: no time was left for %d" % (self.case, len(self.chosen) - self.tried))
        if self.missed:
            print("# %s: %d were not passed again" % (self.case, self.missed))
        if sum(killed):
            steps = ("%d times %s" % x for x in zip(killed, STEPS))
            print("# %s: killed %s" % (self.case, ", ".join(steps)))
        good = self.bad == 0 and self.tried > 0
        said = "survives %d of %d failures and kills" % (self.tried, self.every)
        print("%s %d - %s %s" % ("ok" if good else "not ok", number, self.case, said), flush=True)
        return good


def take_turns(tallies):
    """Every case's places, each case's spread evenly over all: what finds no time is of all alike."""
    rows = [
        (i / len(t.chosen), n, i, t, p) for n, t in enumerate(tallies) for i, p in enumerate(t.chosen)
    ]
    return [(i, t, p) for _, _, i, t, p in sorted(rows, key=lambda row: row[:3])]


def tear_all(bench, tallies, until):
    def one(row):
        number, tally, p = row
        if time.monotonic() < until and not ENDED.is_set():
            tally.take(p, bench.tear(number, p))

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        collections.deque(pool.map(one, take_turns(tallies)), 0)


def plan(bench, cases, most):
    seen = set()
    for case in cases:
        every = bench.places(case)
        yield Tally(case, every, list(sample(every, seen, most)))


def end(*_):
    ENDED.set()
    sys.exit(143)


def main():
    signal.signal(signal.SIGTERM, end)
    most = int(os.environ.get("TORTURE_ALL", 0))
    if not os.path.exists(os.path.join(BUILD, "shim.so")):
        print("1..0 # SKIP not built: make torture-build")
        return 0
    cases = sys.argv[1:] or subprocess.check_output([os.path.join(BUILD, "cases"), "spoken"]).decode().split()
    until = time.monotonic() + int(os.environ.get("TORTURE_SECONDS", SECONDS))
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # each store syncs
    folder = tempfile.mkdtemp(prefix="holos-torture.", dir=place)
    standins = StandIns()
    failed = 0
    try:
        bench = Bench(standins, folder)
        tallies = list(plan(bench, cases, most))
        tear_all(bench, tallies, until)
        for n, tally in enumerate(tallies, 1):
            killed = [bench.killed[tally.case, i] for i in range(len(STEPS))]
            failed += not tally.tell(n, killed)
        if sum(t.missed for t in tallies) * 5 > sum(t.tried for t in tallies):
            print("Bail out! too many places were not passed again: nothing failed there")
            return 1
        report = standins.tell("/report")
        said = [s for v in report["vendors"].values() for s in v["violations"]]
        for sentence in sorted(set(said)):
            print("# a vendor complains: %s" % sentence)
        failed += bool(said)
        verdict = "not ok" if said else "ok"
        print("%s %d - no vendor was sent half a request" % (verdict, len(cases) + 1))
        print("1..%d" % (len(cases) + 1))
    finally:
        standins.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
