"""The prompt cache of the Messages API: what of a prompt was seen lately, in tokens."""
import hashlib
import json
import time

from claude_pairs import merged

CACHE_S = {"5m": 300, "1h": 3600}


def tokens(words):
    """About as many as the vendor would count."""
    return (len(words.encode()) + 3) // 4


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Cache:
    """Prefixes seen lately, in the order tools, system, messages."""

    def __init__(self):
        self.kept = {}

    def look(self, q, model):
        """(read, created per ttl, whole prompt) in tokens."""
        prefix = hashlib.sha256(q["model"].encode())
        now, size, read, written = time.monotonic(), 0, 0, {"5m": 0, "1h": 0}
        blocks = list(self.blocks(q))
        last = max((i for i, b in enumerate(blocks) if b[1]), default=-1)
        upto = 0
        for i, (plain, control) in enumerate(blocks):
            prefix.update(plain.encode())
            size += tokens(plain)
            key = prefix.copy().hexdigest()
            if i <= last and size >= model.cacheable and self.kept.get(key, 0) > now:
                read, upto = size, size
                written = {"5m": 0, "1h": 0}
            if control and size >= model.cacheable:
                ttl = control.get("ttl", "5m")
                self.kept[key] = max(self.kept.get(key, 0), now + CACHE_S[ttl])
                written[ttl] += size - upto
                upto = size
        return read, written, size

    @staticmethod
    def blocks(q):
        """[(text, cache_control)] of the prompt; a mark at the top is the last block's."""
        found = []
        for t in q.get("tools", []):
            found.append(
                (dump({k: v for k, v in t.items() if k != "cache_control"}), t.get("cache_control"))
            )
        system = q.get("system", "")
        for b in [{"text": system}] if isinstance(system, str) else system:
            if b["text"]:
                found.append((b["text"], b.get("cache_control")))
        for _, role, blocks in merged(q["messages"]):
            for b in blocks:
                plain = {k: v for k, v in b.items() if k != "cache_control"}
                found.append((role + dump(plain), b.get("cache_control")))
        if q.get("cache_control") and found:
            found[-1] = (found[-1][0], q["cache_control"])
        return found
