"""multipart/form-data, read strictly: the parts, or the sentence of what is wrong."""
import re


class MultipartFault(Exception):
    """Why the body is no form."""


class Part:
    def __init__(self, name, filename, kind, data):
        self.name, self.filename, self.kind, self.data = name, filename, kind, data

    def text(self):
        return self.data.decode("utf-8")


def read(q):
    """{name: [Part...]} of a request."""
    given = q.header("content-type") or ""
    m = re.fullmatch(
        r'multipart/form-data; *boundary=("?)([A-Za-z0-9\'()+_,./:=? -]{1,70})\1', given
    )
    if m is None:
        raise MultipartFault("Content-Type is %s" % (given[:60] or "missing"))
    mark = b"--" + m.group(2).encode()
    pieces = (b"\r\n" + q.body).split(b"\r\n" + mark)
    if len(pieces) < 2 or pieces[0] not in (b"", b"\r\n") or pieces[-1] not in (b"--", b"--\r\n"):
        raise MultipartFault("the body does not begin and end with its boundary")
    found = {}
    for piece in pieces[1:-1]:
        part = read_part(piece)
        found.setdefault(part.name, []).append(part)
    return found


def read_part(piece):
    head, blank, data = piece.partition(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or not blank:
        raise MultipartFault("a part without a head")
    lines = {}
    for line in head[2:].decode("utf-8").split("\r\n"):
        name, _, value = line.partition(":")
        lines[name.strip().lower()] = value.strip()
    at = lines.get("content-disposition", "")
    name = re.search(r'[; ]name="([^"]*)"', at)
    if not at.startswith("form-data") or name is None:
        raise MultipartFault("a part without a name")
    filename = re.search(r'filename="([^"]*)"', at)
    return Part(
        name.group(1), filename.group(1) if filename else None, lines.get("content-type"), data
    )
