"""What must be in the book at the end, against what is there: by the difference in the store."""
import json
import re


def fits(want, got):
    """Only members that are given are compared."""
    is_ = {
        "specialist": lambda v: v == got["specialist"],
        "services": lambda v: set(v) == set(got["services"]),
        "at": lambda v: v == got["start"][:16].replace("T", " "),
        "name": lambda v: v.strip().casefold() == got["client"]["name"].strip().casefold(),
        "phone": lambda v: digits(v)[-9:] == digits(got["client"]["phone"])[-9:],
        "end": lambda v: v == got["end"][:16].replace("T", " "),
        "price": lambda v: v.items() <= (got.get("price") or {}).items(),
        "by": lambda v: v == got.get("by"),
        "note": lambda v: v.casefold() == got.get("note", "").casefold(),
    }
    return all(is_[name](value) for name, value in want.items() if name in is_)


def digits(number):
    return re.sub(r"\D", "", number)


def tell(b):
    return "%s %s at %s for %s (id %s, %s)" % (b["specialist"], "+".join(b["services"]),
                                               b["start"][:16].replace("T", " "), b["client"]["name"], b["id"], b["state"])


def paired(wants, gots):
    """The most wants that can each have an entry of their own: the entry's place for each, or None."""
    owner = {}

    def give(w, seen):
        for g, got in enumerate(gots):
            if g not in seen and fits(wants[w], got):
                seen.add(g)
                if g not in owner or give(owner[g], seen):
                    owner[g] = w
                    return True
        return False

    for w in range(len(wants)):
        give(w, set())
    return owner


def compare(wants, gots, may, what):
    """`gots` must all be wanted; of `may` any can be."""
    every = list(gots) + list(may)
    owner = paired(wants, every)
    faults = ["%s is missing: %s" % (what, json.dumps(w, ensure_ascii=False))
              for i, w in enumerate(wants) if i not in owner.values()]
    return faults + ["%s that is not wanted: %s" % (what, tell(g)) for i, g in enumerate(gots) if i not in owner]


def difference(before, after):
    """What the calls have booked, cancelled, booked and cancelled again, and what has vanished."""
    was = {b["id"]: b for b in before}
    now = {b["id"] for b in after}
    left = {b.get("visit", b["id"]) for b in after}
    booked, cancelled, both = [], [], []
    for b in after:
        old = was.get(b["id"])
        if b["state"] == "booked" and (old is None or entry(old) != entry(b)):
            booked.append(b)
        elif b["state"] == "cancelled":
            (both if old is None else cancelled if old["state"] == "booked" else []).append(b)
    gone = [b for b in before if b["id"] not in now and b.get("visit", b["id"]) not in left]
    return booked, cancelled, both, gone


def entry(b):
    return b["state"], b["specialist"], b["start"], b["end"], tuple(b["services"]), b["client"]["name"], b["client"]["phone"]


def overlaps(after):
    """No two visits of a specialist may overlap, whatever a scenario says."""
    faults = []
    rows = sorted((b for b in after if b["state"] == "booked"), key=lambda b: (b["specialist"], b["start"]))
    for a, b in zip(rows, rows[1:]):
        if a["specialist"] == b["specialist"] and b["start"] < a["end"] and a["start"][-6:] == b["start"][-6:]:
            faults.append("two visits overlap: %s; %s" % (tell(a), tell(b)))
    return faults


def grade(ends, seen):
    """The faults; none: it ended as it must. seen: before, after, leads, said, turns."""
    booked, cancelled, both, gone = difference(seen["before"], seen["after"])
    faults = overlaps(seen["after"]) + ["a booking has vanished: " + tell(b) for b in gone]
    if "booked" in ends:
        faults += compare(ends["booked"], booked, [], "a booking")
    if "cancelled" in ends:
        faults += compare(ends["cancelled"], cancelled, both, "a cancellation")
    if ends.get("leads", seen["leads"]) != seen["leads"]:
        faults.append("requests for a person: %d, not %d" % (seen["leads"], ends["leads"]))
    said = "\n".join(seen["said"])
    faults += ["nothing that was said matches /%s/" % rx for rx in ends.get("must_say", [])
               if not re.search(rx, said, re.IGNORECASE)]
    faults += ["was said, and must not be: \"%s\" (/%s/)" % (m.group(0), rx) for rx in ends.get("must_not_say", [])
               for m in [re.search(rx, said, re.IGNORECASE)] if m]
    if seen["turns"] > ends.get("turns_at_most", seen["turns"]):
        faults.append("%d turns, more than %d" % (seen["turns"], ends["turns_at_most"]))
    return faults


def nearest(all_ends, seen):
    """The faults against the outcome that is nearest."""
    return min((grade(ends, seen) for ends in all_ends), key=len)
