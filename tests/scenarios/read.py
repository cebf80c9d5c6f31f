"""Files of scenarios: read, and refused with the place of each fault."""
import datetime
import difflib
import json
import os
import re

ASKS = ("service", "specialist", "day", "time", "choice", "name", "phone", "confirm", "which", "wish", "else", "open")
BRAINS = ("rules", "model")
DAY = r"\d{4}-\d\d-\d\d"
NOW = re.compile(DAY + r"T\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
AT = re.compile(DAY + r" \d\d:\d\d")


class Wrong(Exception):
    """A file that is no scenario: which file, which place, what is wrong with it."""


# ---- kinds of values: each says what is wrong, or None --------------------------------------------


def text(v):
    return None if isinstance(v, str) and v.strip() else "must be a text"


def line(v):
    """What a caller does: words, "" for silence, KEYS: and the keys."""
    if not isinstance(v, str):
        return "must be a text (\"\" is silence, \"KEYS:2\" is a pressed key)"
    if v.startswith("KEYS:") and not re.fullmatch(r"[0-9*#]+", v[5:]):
        return "after KEYS: must come keys: 0 to 9, * and #"
    return None


def moment(v):
    good = isinstance(v, str) and NOW.fullmatch(v)
    try:
        good = good and datetime.datetime.fromisoformat(v.replace("Z", "+00:00"))
    except ValueError:
        good = False
    return None if good else "must be a moment like \"2026-12-01T10:00:00+02:00\""


def start(v):
    good = isinstance(v, str) and AT.fullmatch(v)
    try:
        good = good and datetime.datetime.fromisoformat(v)
    except ValueError:
        good = False
    return None if good else "must be a local time like \"2026-12-02 10:00\""


def pattern(v):
    try:
        re.compile(v)
    except (re.error, TypeError) as e:
        return "must be a regular expression (%s)" % e
    return None


def number(v):
    return None if isinstance(v, int) and not isinstance(v, bool) and v >= 0 else "must be a whole number from 0 on"


def price(v):
    good = isinstance(v, dict) and v and set(v) <= {"from", "to", "currency"} and all(
        isinstance(n, str) if name == "currency" else n == -1 or not number(n) for name, n in v.items())
    return None if good else "must be like {\"from\": 600, \"to\": 900}"


def flag(v):
    return None if isinstance(v, bool) else "must be true or false"


def brain(v):
    return None if v in BRAINS else "must be \"rules\" or \"model\""


def lines(v, where):
    """An answer: one line, or several that are used up."""
    if isinstance(v, list):
        many(line, 1)(v, where)
    elif line(v):
        raise Wrong("%s: %s, or a list of them" % (where, line(v)))


def many(of, least=0):
    def check(v, where):
        if not isinstance(v, list) or len(v) < least:
            raise Wrong("%s: must be a list%s" % (where, " that is not empty" if least else ""))
        for i, one in enumerate(v):
            put(of, one, "%s[%d]" % (where, i))
    check.deep = True
    return check


def members(known, required=()):
    def check(v, where):
        if not isinstance(v, dict):
            raise Wrong("%s: must be an object" % where)
        for name in v:
            if name not in known and not name.startswith("//"):
                near = difflib.get_close_matches(name, known, 1)
                raise Wrong("%s: \"%s\" is not a known member; %s" % (
                    where, name, "did you mean \"%s\"?" % near[0] if near else "known are " + ", ".join(known)))
        for name in required:
            if name not in v:
                raise Wrong("%s: \"%s\" is missing" % (where, name))
        for name, of in known.items():
            if name in v:
                put(of, v[name], "%s.%s" % (where, name))
    check.deep = True
    return check


def put(of, v, where):
    if getattr(of, "deep", False):
        of(v, where)
    elif of(v):
        raise Wrong("%s: %s" % (where, of(v)))


lines.deep = True
SERVICES = many(text, 1)
KEPT = members({"specialist": text, "services": SERVICES, "at": start, "name": text, "phone": text, "note": text},
               ("services", "at"))
SEEN = members({"specialist": text, "services": SERVICES, "at": start, "end": start, "name": text, "phone": text, "note": text,
                "price": price, "by": text})
CALL = {"caller": text, "say": many(line), "answers": members({name: lines for name in ASKS})}
ENDS = members({"booked": many(SEEN), "cancelled": many(SEEN), "leads": number, "must_say": many(pattern),
                "must_not_say": many(pattern), "turns_at_most": number})
SCENARIO = members(dict({"name": text, "kind": text, "profile": text, "brain": many(brain, 1), "now": moment,
                         "book": many(KEPT), "calls": many(members(CALL), 1), "together": flag, "ends": ENDS,
                         "or": many(ENDS)}, **CALL), ("name", "profile", "ends"))


# ---- files ----------------------------------------------------------------------------------------


class Scenario:
    """One dialogue, or several one after another, and how it must end."""

    def __init__(self, told, path, folders):
        self.told, self.path = told, path
        self.name, self.profile = told["name"], told["profile"]
        self.kind = told.get("kind", os.path.splitext(os.path.basename(path))[0])
        self.brains = told.get("brain", ["rules"])
        self.now = told.get("now")
        self.book = told.get("book", [])
        self.calls = told.get("calls", [told])
        self.together = told.get("together", False)
        self.ends = [told["ends"]] + told.get("or", [])
        self.profile_file = self.find_profile(folders)
        self.profile = os.path.basename(self.profile_file)[:-len(".json")]

    def find_profile(self, folders):
        """By a path beside the scenario's file, or by name: in the folder profiles there, then in `folders`."""
        here = os.path.dirname(os.path.abspath(self.path))
        if "/" in self.profile or self.profile.endswith(".json"):
            tries = [os.path.join(here, self.profile)]
        else:
            tries = [os.path.join(f, self.profile + ".json") for f in [os.path.join(here, "profiles")] + folders]
        for one in tries:
            if one.endswith(".json") and os.path.isfile(one):
                return os.path.abspath(one)
        raise Wrong("%s: \"%s\": there is no profile \"%s\"; looked for %s" % (
            self.path, self.name, self.profile, ", ".join(os.path.relpath(t) for t in tries)))

    def called(self):
        """The number that the caller dials: one that the profile has."""
        with open(self.profile_file, encoding="utf-8") as f:
            numbers = json.load(f).get("numbers")
        return numbers[0] if numbers else "0440000000"


def twice(pairs):
    d = dict(pairs)
    if len(d) != len(pairs):
        names = [k for k, _ in pairs]
        raise Wrong("\"%s\" is there twice" % next(n for n in names if names.count(n) > 1))
    return d


def read_file(path, folders):
    try:
        with open(path, encoding="utf-8") as f:
            data = json.load(f, object_pairs_hook=twice)
    except (OSError, ValueError, Wrong) as e:
        raise Wrong("%s: %s" % (path, e)) from e
    found = []
    for i, one in enumerate(data if isinstance(data, list) else [data]):
        where = "%s[%d]" % (path, i) if isinstance(data, list) else path
        SCENARIO(one, where)
        if "calls" in one and {"caller", "say", "answers"} & set(one):
            raise Wrong("%s: calls stand in place of caller, say and answers" % where)
        if one.get("together") and len(one.get("calls", [])) < 2:
            raise Wrong("%s: together needs two calls or more" % where)
        found.append(Scenario(one, path, folders))
    if not found:
        raise Wrong("%s: holds no scenario" % path)
    return found


def read(path, folders):
    """The scenarios of a file, or of the files of a folder. `folders` hold profiles."""
    if not os.path.isdir(path):
        return read_file(path, folders)
    files = sorted(f for f in os.listdir(path) if f.endswith(".json"))
    if not files:
        raise Wrong("%s: there is no *.json in this folder" % path)
    return [one for f in files for one in read_file(os.path.join(path, f), folders)]
