"""Members, texts, numbers of a request to the Messages API, and the sentences of its refusals."""


class Bad(Exception):
    """A 400 invalid_request_error, or another status for a few."""

    def __init__(self, sentence, status=400, kind="invalid_request_error"):
        super().__init__(sentence)
        self.status, self.kind = status, kind


def extra(where):
    return Bad("%s: Extra inputs are not permitted" % where)


def members(value, where, needed, may=()):
    """An object with exactly such members."""
    if not isinstance(value, dict):
        raise Bad("%s: Input should be a valid dictionary" % where)
    for name in value:
        if name not in needed and name not in may:
            raise extra("%s.%s" % (where, name) if where else name)
    for name in needed:
        if name not in value:
            raise Bad("%s: Field required" % ("%s.%s" % (where, name) if where else name))


def text(value, where):
    if not isinstance(value, str):
        raise Bad("%s: Input should be a valid string" % where)
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Bad("The request body is not valid JSON: no low surrogate in string")
    return value


def whole(value, where, least):
    if isinstance(value, bool) or not isinstance(value, int):
        raise Bad("%s: Input should be a valid integer" % where)
    if value < least:
        raise Bad("%s: Input should be greater than or equal to %d" % (where, least))
    return value


def flag(value, where):
    if not isinstance(value, bool):
        raise Bad("%s: Input should be a valid boolean" % where)


def one_of(value, where, allowed):
    if value not in allowed:
        raise Bad("%s: Input should be %s" % (where, " or ".join("'%s'" % a for a in allowed)))
    return value
