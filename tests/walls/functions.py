#!/usr/bin/env python3
"""functions.py FILE...: prints "LINES FILE NAME" for every function of clang-formatted C files.

A function's body opens with `{` alone in column 0 and closes with `}` alone in column 0. LINES are
those in between that are neither blank nor only a comment. Tables (`... = {`) open elsewhere.
"""
import re
import sys

COMMENT = re.compile(r"\s*(/\*.*\*/|//.*)\s*$")


def name_before(lines, at):
    """The declarator may span lines: join upwards to a blank line, a `}`, `;` or a directive."""
    head = []
    for line in reversed(lines[:at]):
        if not line.strip() or line.startswith(("}", "#", "/*", " */")) or line.rstrip().endswith(";"):
            break
        head.insert(0, line.strip())
    found = re.search(r"([A-Za-z_]\w*)\s*\(", " ".join(head))
    return found.group(1) if found else "?"


def code_lines(body):
    count, inside = 0, False
    for line in body:
        text = line.strip()
        if inside:
            inside = "*/" not in text
        elif text.startswith("/*") and "*/" not in text:
            inside = True
        elif text and not COMMENT.match(line):
            count += 1
    return count


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            print(code_lines(lines[start + 1:i]), path, name_before(lines, start))
            start = None
