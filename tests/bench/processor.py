#!/usr/bin/env python3
"""processor.py [--turns N] [--rounds N] [--watch COMMAND]: the processor time of a spoken turn and of a greeting.

One caller, one worker of each route, no phrase cached, vendors that take no time (the stand-ins over TLS, as
overlap.py has them): a turn is six requests, one to the recogniser, one to the model and four to the voice.
What the kernel counts for nginx and the workers is divided by the turns; the stand-ins and this client are not
in it. --watch runs a command beside it that is given the pids of audio-stream, so that its system calls can be
counted or its functions seen: "strace -f -c -o FILE -p", "perf record -F 5000 -g -o FILE -p".
"""
import argparse
import asyncio
import os
import shlex
import signal
import subprocess
import tempfile
import time

import overlap
from overlap import line


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
        direct = [int(p) for p in f.read().split()]
    return direct + [p for d in direct for p in children(d)]


def program(pid):
    with open("/proc/%d/cmdline" % pid, "rb") as f:
        return os.path.basename(f.read().split(b"\0")[0].split(b":")[0].decode())


def used_us(pids):
    total = 0
    for pid in pids:
        with open("/proc/%d/schedstat" % pid, encoding="ascii") as f:
            total += int(f.read().split()[0])
    return total / 1000


class Watched:
    """The processes of the service whose time counts, by what they are."""

    def __init__(self, service):
        every = children(service.process.pid)
        self.of = {"audio-stream": [], "incoming-call": [], "nginx": []}
        for pid in every:
            if program(pid) in self.of:
                self.of[program(pid)].append(pid)
        assert all(self.of.values()), {p: program(p) for p in every}

    def now(self):
        return {name: used_us(pids) for name, pids in self.of.items()}


async def turns(service, call, first, n):
    for i in range(first, first + n):
        await service.turn(0, call, i, False)


async def measure(service, watched, n, calls):
    """us of a turn and of a greeting: {program: us}"""
    opened, spoken = {}, {}
    for c in range(calls):
        name = "%s-%d" % (watched.round, c)
        before = watched.now()
        await service.open(name)
        between = watched.now()
        await turns(service, name, 1, n // calls)
        after = watched.now()
        for p in before:
            opened[p] = opened.get(p, 0) + (between[p] - before[p]) / calls
            spoken[p] = spoken.get(p, 0) + (after[p] - between[p]) / (n // calls * calls)
    return opened, spoken


def middle(rows):
    rows = sorted(rows)
    return rows[len(rows) // 2], rows[0], rows[-1]


def tell(name, rows, route):
    whole = middle([r[route] + r["nginx"] for r in rows])
    worker = middle([r[route] for r in rows])
    line("%s, processor time: worker and nginx (least, most)" % name, "%.2f ms (%.2f, %.2f)" % tuple(w / 1000 for w in whole))
    line("%s, processor time: the worker alone" % name, "%.2f ms" % (worker[0] / 1000))


def run(options, folder):
    standins = overlap.StandIns()
    service = None
    try:
        overlap.tone_of[0] = overlap.tone(0)[0]
        overlap.DELAYS, overlap.TOKEN_MS = {"stt": 0, "tts": 0, "claude": 0}, 0
        standins.prepare(1)
        service = overlap.Service(standins, folder, 1)
        watched = Watched(service)
        watched.round = "warm"
        asyncio.run(measure(service, watched, 10, 1))
        watcher = None
        if options.watch:
            pids = ",".join(map(str, watched.of["audio-stream"]))
            watcher = subprocess.Popen(shlex.split(options.watch) + [pids], stderr=subprocess.DEVNULL)
            time.sleep(1)
        opened, spoken = [], []
        for r in range(options.rounds):
            watched.round = r
            o, s = asyncio.run(measure(service, watched, options.turns, max(1, options.turns // 20)))
            opened.append(o)
            spoken.append(s)
        if watcher is not None:
            watcher.send_signal(signal.SIGINT)
            watcher.wait()
        tell("a spoken turn", spoken, "audio-stream")
        tell("a greeting", opened, "incoming-call")
    finally:
        if service is not None:
            service.stop()
        standins.process.terminate()
        standins.process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--watch")
    with tempfile.TemporaryDirectory(prefix="holos-processor-") as folder:
        run(parser.parse_args(), folder)


if __name__ == "__main__":
    main()
