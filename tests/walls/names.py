#!/usr/bin/env python3
"""Reads `nm -A` and prints every exported name of shared/ that begins neither with a word of its file's name nor
with its room's (one or many), nor with a prefix that names.txt allows that file."""
import os
import re
import sys

allowed = {}
for line in open("tests/walls/names.txt", encoding="utf-8"):
    if not line.startswith("#"):
        file, prefix, _ = line.split(" ", 2)
        allowed.setdefault(file, []).append(prefix)


def forms(word):
    one = word[:-1] if word.endswith("s") else word
    return [one, one + "s", word]


for line in sys.stdin:
    path, _, name = line.split()[0].split(":")[0], *line.split()[-2:]
    file = path.removeprefix("build/release/").removesuffix(".o") + ".c"
    if not os.path.exists(file) or name == "main":
        continue
    _, room, base = file.split("/")
    words = base[:-2].split("-")
    heads = [f for w in words + [room] for f in forms(w)] + allowed.get(file, [])
    if not any(re.match(re.escape(h) + r"(_|$)", name) for h in heads):
        print(f"{file} exports {name}")
