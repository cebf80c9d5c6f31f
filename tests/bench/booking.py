#!/usr/bin/env python3
"""booking.py [--turns N]: a turn that books beside a turn that answers.

Both are asked by turns of the same worker of audio-stream, by the rules, with a voice that is cached: "так" to a
visit that was read back, and "Де ви знаходитесь?". What is said to one caller alone is never cached for another, so
the salon's `booked` here has no name and no time in it. Then all of it is done again without a voice, with the turns
in which a visit is wished for (their sentences are new: with a voice they would measure espeak-ng). What is compared
is the time until the whole response is there, over FastCGI, without nginx, and the processor time of the worker.
"""
import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scenarios"))

import importlib.machinery  # noqa: E402
import importlib.util  # noqa: E402

import serve  # noqa: E402
import talk  # noqa: E402

loader = importlib.machinery.SourceFileLoader("day", os.path.join(TREE, "tests", "scenarios", "day"))
day = importlib.util.module_from_spec(importlib.util.spec_from_loader("day", loader))
loader.exec_module(day)


def line(what, value):
    print("%-66s %s" % (what, value), flush=True)


class Caller(talk.Call):
    """A call whose turns are said one by one; each tells its time and the worker's, in ms."""

    def __init__(self, service, number):
        super().__init__(service, {"caller": number, "say": []}, "rules", "+380440000000", [], [])
        self.begin()

    def says(self, words):
        worker = self.service.workers.get("audio-stream")
        used, began = processor(worker), time.perf_counter()
        self.say.append(words)
        self.turn()
        took = (time.perf_counter() - began) * 1000
        return took, processor(self.service.workers["audio-stream"]) - used

    def ends(self):
        self.hang_up()
        return self.id


def processor(worker):
    if worker is None:
        return 0
    with open("/proc/%d/schedstat" % worker.pid, encoding="ascii") as f:
        return int(f.read().split()[0]) / 1e6


def book(service, i, kinds):
    """Three turns in two calls: a wish, a yes, and a question of somebody else."""
    hour, who = 9 + i % 10, i // 10
    caller = Caller(service, "+38050%07d" % (1000 + i))
    other = Caller(service, "+38067%07d" % (1000 + i))
    wish = caller.says("запишіть на масаж завтра %s до %s, мене звати Олена" % (day.ORDINALS[hour], day.SPECIALISTS[who][1]))
    assert caller.asks == "confirm", caller.log
    if i % 2:  # which of the two is first makes no difference then
        answer, booked = other.says("Де ви знаходитесь?"), caller.says("так")
    else:
        booked, answer = caller.says("так"), other.says("Де ви знаходитесь?")
    assert "вас записано" in caller.said[-1] and "Хрещатик" in other.said[-1], (caller.log, other.log)
    for kind, figures in (("wish", wish), ("book", booked), ("answer", answer)):
        kinds[kind].append(figures)
    return caller.ends(), other.ends()


def told_us(store, calls, n):
    """The worker's own time of turn n of these calls."""
    marks = ",".join("?" * len(calls))
    rows = store.execute("SELECT t.total_us FROM turn AS t JOIN call AS c ON c.id = t.call_id "
                         "WHERE t.n = ? AND c.external_id IN (%s)" % marks, [n, *calls])
    return [us / 1000 for us, in rows]


def middle(values):
    values = sorted(values)
    return "%.2f ms (p90 %.2f)" % (statistics.median(values), values[len(values) * 9 // 10])


def measure(service, store, bin_, env, turns, voice):
    kinds = {"wish": [], "book": [], "answer": []}
    book(service, 0, kinds)  # the sentences are cached
    for booking in serve.Book(bin_, env, "salon").bookings():
        serve.Book(bin_, env, "salon").cancel(booking["id"])
    for one in kinds.values():
        one.clear()
    calls = [book(service, i, kinds) for i in range(turns)]
    own = {"wish": told_us(store, [c for c, _ in calls], 1), "book": told_us(store, [c for c, _ in calls], 2),
           "answer": told_us(store, [c for _, c in calls], 1)}
    names = {"answer": "a turn that answers", "book": "one that books"}
    if not voice:
        names["wish"] = "one that finds a time and keeps it"
    print("with a cached voice" if voice else "without a voice")
    for kind, name in names.items():
        line("  %s: until the response is there" % name, middle([t for t, _ in kinds[kind]]))
        line("  %s: processor time of the worker" % name, middle([p for _, p in kinds[kind]]))
        line("  %s: until it is thought and spoken (total_us)" % name, middle(own[kind]))
    for kind in list(names)[1:]:
        ratios = [statistics.median([f[i] for f in kinds[kind]]) / statistics.median([f[i] for f in kinds["answer"]])
                  for i in (0, 1)]
        line("  ratio of %s to one that answers: response, processor" % names[kind], "%.2f, %.2f" % tuple(ratios))


def run(bin_, turns, folder, voice):
    salon = day.salon(folder, 20)
    with open(salon.profile_file, encoding="utf-8") as f:
        profile = json.load(f)
    profile["book"]["say"] = {"booked": "Готово, вас записано. Чекаємо на вас."}
    with open(salon.profile_file, "w", encoding="utf-8") as f:
        json.dump(profile, f, ensure_ascii=False)
    fresh = serve.Fresh(bin_, os.path.join(TREE, "profiles", "languages"))
    where, env = fresh.make(salon, {})
    if voice:
        env.pop("HOLOS_ESPEAK")
        env["HOLOS_CACHE"] = os.path.join(folder, "cache")
    service = serve.Routes(bin_, where, env)
    try:
        measure(service, sqlite3.connect(env["HOLOS_DB"]), bin_, env, turns, voice)
    finally:
        service.stop()
        fresh.remove()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=200, choices=range(10, 201), metavar="10..200")
    parser.add_argument("--bin", default=os.path.join(TREE, "build", "bin"))
    options = parser.parse_args()
    for voice in (True, False):
        with tempfile.TemporaryDirectory(prefix="holos-booking-") as folder:
            run(options.bin, options.turns, folder, voice)


if __name__ == "__main__":
    main()
