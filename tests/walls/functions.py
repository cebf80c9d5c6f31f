#!/usr/bin/env python3
"""functions.py FILE...: prints "LINES FILE NAME PARAMS COMPLEXITY" for every function of
clang-formatted C files.

A function's body opens with `{` alone in column 0 and closes with `}` alone in column 0. LINES are
those in between that are neither blank nor only a comment. Tables (`... = {`) open elsewhere.
PARAMS are the named parameters; `void` and `...` are none. COMPLEXITY is McCabe's: one, and one more
for each if, for, while, case, &&, || and ?. What the preprocessor's directives say is not counted.
"""
import re
import sys

COMMENT = re.compile(r"\s*(/\*.*\*/|//.*)\s*$")
NOT_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
                      r"|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)
BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")


def declarator(lines, at):
    """It may span lines: join upwards to a blank line, a `}`, `;` or a directive."""
    head = []
    for line in reversed(lines[:at]):
        if not line.strip() or line.startswith(("}", "#", "/*", " */")) or line.rstrip().endswith(";"):
            break
        head.insert(0, line.strip())
    return " ".join(head)


def name_and_params(head):
    found = re.search(r"([A-Za-z_]\w*)\s*\(", head)
    if not found:
        return "?", 0
    params, depth = [""], 0
    for c in head[found.end():]:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            break
        if c == "," and depth == 0:
            params.append("")
        else:
            params[-1] += c
    return found.group(1), sum(p.strip() not in ("", "void", "...") for p in params)


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


def functions(path):
    """Yields (lines, path, name, params, complexity)."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            body = lines[start + 1:i]
            name, params = name_and_params(declarator(lines, start))
            branches = BRANCH.findall(NOT_CODE.sub(" ", "\n".join(body)))
            yield code_lines(body), path, name, params, 1 + len(branches)
            start = None


if __name__ == "__main__":
    for file in sys.argv[1:]:
        for function in functions(file):
            print(*function)
