#!/usr/bin/python3
"""How long the writer's lock is held, and how long the write-ahead log gets, beside a large store.

usage: store.py [--calls N] [--folder DIR]

Makes a store of N calls (100,000) with seven turns each, and runs one after the other what cleans
and reads it: first alone, which tells the longest hold of the lock; then each beside a worker that
keeps turns without a pause and three readers of /metrics. As root, what cleans and what watches the
lock run before the machine's other work (chrt), which would else be in the figures; what others do
on the disk is in them. `make bench-store` runs it; docs/benchmarks.md has what it printed last."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOLOS = ROOT / "build/bin/holos"
BENCH = ROOT / "build/bench/store"
DAYS = 200  # so far back go the calls
DAY_MS = 86400000
TURNS = 7
FIRST = ["chrt", "-f", "1"] if os.geteuid() == 0 and shutil.which("chrt") else []


def fill(path, calls):
    """Only the columns that matter; as many bytes as a real call leaves."""
    now = int(time.time() * 1000)
    begin = now - DAYS * DAY_MS
    step = DAYS * DAY_MS // calls
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA wal_autocheckpoint = 0")
    people = calls // 5
    db.executemany("INSERT INTO client (id, phone, calls, first_ms, last_ms) VALUES (?, ?, 5, 1, 1)",
                   ((i, f"+38050{i:07d}") for i in range(1, people + 1)))
    db.executemany(
        "INSERT INTO call (id, source, external_id, caller, called, profile, direction, client_id, status,"
        " started_ms, answered_ms, ended_ms, active_ms, end_reason, turns) VALUES"
        " (?, 'binotel', ?, ?, '0440000202', 'salon', 'in', ?, 'completed', ?, ?, ?, ?, 'goodbye', 7)",
        ((i, f"c{i}", f"050{i % people + 1:07d}", None if i % 50 == 0 else i % people + 1, begin + i * step,
          begin + i * step, begin + i * step + 60000, begin + i * step + 60000) for i in range(1, calls + 1)))
    recent = now - 2 * DAY_MS  # a sweep is due each hour: replies of two days are there

    def turns():
        for i in range(1, calls + 1):
            for n in range(TURNS):
                at = begin + i * step + n * 8000
                yield i, n, at

    db.executemany(
        "INSERT INTO delivery (id, source, key, state, began_ms, done_ms, status, type, body) VALUES"
        " (?, 'audio-stream', ?, 'done', ?, ?, 200, 'application/json', zeroblob(600))",
        ((i * TURNS + n, f"{i}-{n}", at, at + 900) for i, n, at in turns() if at > recent - 2 * DAY_MS))
    db.executemany("INSERT INTO audio (id, sha256, data) VALUES (?, ?, randomblob(40000))",
                   ((i * TURNS + n, f"{i * TURNS + n:064x}") for i, n, at in turns() if at > recent - 2 * DAY_MS))
    db.execute("INSERT INTO delivery_sound (delivery_id, n, at, audio_id) SELECT id, 0, 10, id FROM delivery")
    db.executemany(
        "INSERT INTO turn (call_id, n, delivery_id, heard, heard_by, said, think_rung, speak_rung, hear_us, think_us,"
        " speak_us, total_us, cost_microusd, started_ms, answered_ms) VALUES (?, ?, ?, ?, 'google', ?, 'claude',"
        " 'google', ?, ?, ?, ?, 300, ?, ?)",
        ((i, n, i * TURNS + n if at > recent - 2 * DAY_MS else None, None if n == 0 else "Хочу записатися на п'ятницю",
          "Із радістю! На яку послугу і на який день та час вас записати?", -1 if n == 0 else 300000 + i % 1000,
          500000 + i % 977, 200000 + i % 953, 1000000 + i % 997, at, at + 900) for i, n, at in turns()))
    for k, stage in enumerate(("hear", "think", "speak")):
        db.execute("INSERT INTO vendor_request (call_id, turn, n, stage, rung, outcome, status, connects, began_us,"
                   " tls_us, first_byte_us, total_us, sent, received, cost_microusd, cost_known)"
                   " SELECT call_id, n, ?, ?, 'google', 'ok', 200, 0, 0, 0, 200000, 300000, 1000, 1000, 100, 1"
                   " FROM turn WHERE n > 0", (k, stage))
    db.execute("INSERT INTO lead (call_id, client_id, profile, name, phone, wish, status, created_ms) SELECT id,"
               " client_id, 'salon', 'Олена', '+380' || substr(caller, 2), 'Манікюр', 'new', ended_ms FROM call"
               " WHERE id % 3 = 0")
    db.execute("INSERT INTO outbox (kind, payload, lead_id, created_ms, due_ms, state) SELECT 'lead', '{}', id,"
               " created_ms, created_ms, 'waiting' FROM lead")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def start(path, what, seconds=600):
    first = FIRST if what == "watch" else []
    return subprocess.Popen([*first, BENCH, path, what, str(seconds)], stdout=subprocess.PIPE, text=True)


def stop(process):
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"{process.args} failed")
    return json.loads(out)


def run(env, path, args, readers):
    watch = start(path, "watch")
    beside = [start(path, "write")] + [start(path, "figures") for _ in range(readers)] if readers else []
    time.sleep(3 if beside else 0.2)
    began = time.monotonic()
    if args:
        subprocess.run([*FIRST, HOLOS, *args], env=env, check=True, stdout=subprocess.DEVNULL)
    else:
        time.sleep(20)
    took = time.monotonic() - began
    others = [stop(p) for p in beside]
    return took, stop(watch), others


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--calls", type=int, default=100000)
    ask.add_argument("--folder", default=None)
    given = ask.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="holos-bench-", dir=given.folder))
    env = {"PATH": os.environ["PATH"], "HOLOS_DB": str(folder / "holos.db"), "HOLOS_CACHE": str(folder / "cache"),
           "HOLOS_TREE": "", "HOLOS_PROFILES": str(ROOT / "profiles"),
           "HOLOS_LANGUAGES": str(ROOT / "profiles/languages"), "HOLOS_STORE_WAIT_MS": "10000"}
    made = folder / "made.db"
    path = folder / "holos.db"
    try:
        subprocess.run([HOLOS, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        fill(path, given.calls)
        shutil.copy(path, made)
        print(f"{given.calls} calls, {given.calls * TURNS} turns, {made.stat().st_size / 1048576:.0f} MB\n")
        print("| what | alone: s | lock held, ms | log, MB | beside: s | a turn at most, ms | turns/s | log, MB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for what in (["purge", "--dry-run", "--older-than", "100d"], ["sweep"], ["forget", "0500000007"],
                     ["backup", str(folder / "copy")], ["purge", "--older-than", "100d"], []):
            row = []
            for readers in (0, 3):
                for name in folder.glob("holos.db*"):
                    name.unlink()
                (folder / "copy").unlink(missing_ok=True)
                shutil.copy(made, path)
                os.sync()  # else the first commit waits until all of the copy is on the disk
                subprocess.run([HOLOS, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
                took, seen, others = run(env, str(path), what, readers)
                row.append(f"{took:.1f} | {seen['held_ms']:.0f} | {seen['log_mb']:.0f}" if not readers else
                           f"{took:.1f} | {others[0]['longest_ms']:.0f} | {others[0]['turns'] / (took + 3):.0f} |"
                           f" {seen['log_mb']:.0f}")
            print(f"| {' '.join(str(w) for w in what[:2]) or 'figures alone'} | {' | '.join(row)} |", flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
