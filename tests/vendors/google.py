"""What all of Google's APIs have in common: error bodies, credentials, JSON as proto3 reads it."""
import base64
import binascii
import json
import re
import time

from wire import Refusal

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
SCOPE_CLOUD = "https://www.googleapis.com/auth/cloud-platform"
SCOPE_SHEETS = "https://www.googleapis.com/auth/spreadsheets"
API_KEY = "google-key-one"


def error(status, message, reason=None, service=None):
    """google.rpc.Status in JSON, as all of these APIs answer."""
    e = {"code": status, "message": message, "status": STATUS.get(status, "UNKNOWN")}
    if reason:
        e["details"] = [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": reason,
                "domain": "googleapis.com",
                "metadata": {"service": service or "googleapis.com"},
            }
        ]
    return {"error": e}


def refuse(status, message, reason=None, fault=True, service=None, sentence=None):
    headers = []
    if status == 401:
        headers = [("WWW-Authenticate", 'Bearer realm="https://accounts.google.com/"')]
    return Refusal(
        status, error(status, message, reason, service), sentence or message, fault, headers
    )


def invalid(message, fault=True):
    return refuse(400, message, fault=fault)


# ---- JSON -------------------------------------------------------------------------------------
# A message is a dict of member -> type. Types: "string", "bool", "int32", "double", "bytes",
# ("enum", names), [type] for repeated, a dict for a message, "any". lowerCamelCase as documented;
# the proto's own snake_case is read too.


def snake(name):
    return re.sub(r"[A-Z]", lambda m: "_" + m.group().lower(), name)


def read_json(q, message):
    """The body as a message, strictly; raises what the API answers to anything else."""
    if q.kind() != "application/json":
        raise invalid("Invalid JSON payload received. Content-Type %s" % (q.kind() or "missing"))
    try:
        text = q.body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=pairs)
    except (UnicodeDecodeError, ValueError) as e:
        raise invalid("Invalid JSON payload received. %s" % e) from e
    if not isinstance(value, dict):
        raise invalid("Invalid JSON payload received. Root element must be a message.")
    return read_message(value, message, "")


# What any of these APIs takes behind the path.
QUERY = {"key", "alt", "fields", "prettyPrint", "quotaUser", "$.xgafv", "access_token"}


def check_query(q, may=()):
    """Nothing unknown stands behind the path."""
    for name in sorted(set(q.query) - QUERY - set(may)):
        raise invalid(
            'Invalid JSON payload received. Unknown name "%s": Cannot bind query parameter. Field '
            "'%s' could not be found in request message." % (name, name)
        )


def pairs(items):
    d = {}
    for name, value in items:
        if name in d:
            raise ValueError("the member %s is there twice" % name)
        d[name] = value
    return d


def read_message(value, message, where):
    names = {}
    for name in message:
        names[name] = names[snake(name)] = name
    read = {}
    for name, v in value.items():
        if name not in names:
            at = " at '%s'" % where if where else ""
            raise invalid(
                'Invalid JSON payload received. Unknown name "%s"%s: Cannot find field.'
                % (name, at)
            )
        if v is not None:
            path = (where + "." if where else "") + snake(name)
            read[names[name]] = read_value(v, message[names[name]], path)
    return read


def read_value(v, kind, where):
    if isinstance(kind, list):
        if not isinstance(v, list):
            raise wrong(v, where, "a list")
        return [read_value(x, kind[0], "%s[%d]" % (where, i)) for i, x in enumerate(v)]
    if isinstance(kind, dict):
        if not isinstance(v, dict):
            raise wrong(v, where, "a message")
        return read_message(v, kind, where)
    if isinstance(kind, tuple):
        if isinstance(v, str) and v in kind[1]:
            return v
        raise wrong(v, where, "TYPE_ENUM")
    return READERS[kind](v, where)


def wrong(v, where, kind):
    return invalid("Invalid value at '%s' (%s), %s" % (where, kind, json.dumps(v)[:60]))


def read_int(v, where):
    if isinstance(v, str) and re.fullmatch(r"-?\d+", v):
        v = int(v)
    if isinstance(v, float) and v == int(v):
        v = int(v)
    if isinstance(v, bool) or not isinstance(v, int) or not -(2**31) <= v < 2**31:
        raise wrong(v, where, "TYPE_INT32")
    return v


def read_double(v, where):
    if isinstance(v, bool) or not isinstance(v, (int, float)):
        raise wrong(v, where, "TYPE_FLOAT")
    return float(v)


def read_plain(python, kind):
    def read(v, where):
        if not isinstance(v, python):
            raise wrong(v, where, kind)
        return v

    return read


def read_bytes(v, where):
    if not isinstance(v, str) or any(blank in v for blank in " \t\r\n"):
        raise wrong(v, where, "TYPE_BYTES")
    try:
        return base64.b64decode(v, validate=True)
    except (binascii.Error, ValueError) as e:
        raise invalid("Invalid value at '%s' (TYPE_BYTES), Base64 decoding failed" % where) from e


READERS = {
    "string": read_plain(str, "TYPE_STRING"),
    "bool": read_plain(bool, "TYPE_BOOL"),
    "int32": read_int,
    "double": read_double,
    "bytes": read_bytes,
    "any": lambda v, where: v,
}


# ---- credentials ------------------------------------------------------------------------------


class Credentials:
    """The access tokens given out, and who may use what."""

    def __init__(self, state):
        self.state, self.tokens, self.expired = state, {}, set()
        state.tokens_expire = self.expire

    def add(self, token, scopes, seconds):
        self.tokens[token] = (scopes, time.monotonic() + seconds)

    def expire(self):
        """Every token given out until now is no longer good."""
        self.expired.update(self.tokens)
        self.tokens.clear()

    def check(self, q, service, scope, keys=True):
        """Raises what the API answers to a request without a right to it."""
        bearer = q.header("authorization")
        if bearer is not None:
            return self._bearer(bearer, service, scope)
        key = q.header("x-goog-api-key") or (q.query.get("key") or [None])[0]
        if key is None:
            raise refuse(
                403,
                "Method doesn't allow unregistered callers (callers without established "
                "identity). Please use API Key or other form of API consumer identity to call "
                "this API.",
                service=service,
            )
        if not keys:
            raise refuse(
                401,
                "API keys are not supported by this API. Expected OAuth2 access token or "
                "other authentication credentials that assert a principal.",
                "CREDENTIALS_MISSING",
                service=service,
            )
        if key != API_KEY:
            raise refuse(
                400,
                "API key not valid. Please pass a valid API key.",
                "API_KEY_INVALID",
                fault=False,
                service=service,
            )
        return None

    def _bearer(self, bearer, service, scope):
        kind, _, token = bearer.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise self._no(service, "ACCESS_TOKEN_TYPE_UNSUPPORTED", True, "no bearer token")
        if token in self.expired or (
            token in self.tokens and self.tokens[token][1] < time.monotonic()
        ):
            raise self._no(service, "ACCESS_TOKEN_EXPIRED", False, "the access token has expired")
        scopes = (
            self.tokens[token][0] if token in self.tokens else self._self_signed(token, service)
        )
        if scope not in scopes:
            raise refuse(
                403,
                "Request had insufficient authentication scopes.",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                service=service,
            )

    @staticmethod
    def _no(service, reason, fault, sentence):
        return refuse(
            401,
            "Request had invalid authentication credentials. Expected OAuth 2 access "
            "token, login cookie or other valid authentication credential. See "
            "https://developers.google.com/identity/sign-in/web/devconsole-project.",
            reason,
            fault,
            service,
            sentence,
        )

    def _self_signed(self, token, service):
        """A JWT of the account itself in place of a token: with scopes, or for this API alone."""
        try:
            claims = jwt_claims(token, self.state.certs)
        except JwtFault as e:
            raise self._no(
                service,
                "ACCESS_TOKEN_TYPE_UNSUPPORTED",
                True,
                "a token that nobody gave " "out (%s)" % e,
            ) from e
        now = time.time()
        if claims.get("iss") != self.state.certs.email or claims.get("sub") != claims.get("iss"):
            raise self._no(
                service, "JWT_TOKEN_INVALID", True, "a self-signed token of another account"
            )
        if not claims.get("iat", now + 999) - 60 <= now < claims.get("exp", 0):
            raise self._no(
                service, "ACCESS_TOKEN_EXPIRED", False, "a self-signed token out of its time"
            )
        if claims.get("aud") == "https://%s/" % service:
            return [SCOPE_CLOUD]
        return str(claims.get("scope", "")).split(" ")


class JwtFault(Exception):
    """What is wrong with a JSON Web Token."""


def unb64url(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise JwtFault("base64url with padding or other characters")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwt_claims(token, certs):
    """The claims of a token that the account's key signed."""
    parts = token.split(".")
    if len(parts) != 3:
        raise JwtFault("not three parts")
    try:
        header, claims = (json.loads(unb64url(p)) for p in parts[:2])
        signature = unb64url(parts[2])
    except (ValueError, UnicodeDecodeError) as e:
        raise JwtFault("no JSON in it") from e
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise JwtFault("no objects in it")
    if header.get("alg") != "RS256" or header.get("typ") != "JWT":
        raise JwtFault("not RS256")
    if header.get("kid", certs.key_id) != certs.key_id:
        raise JwtFault("another key's id")
    if not certs.signed((parts[0] + "." + parts[1]).encode(), signature):
        raise JwtFault("Invalid JWT Signature.")
    return claims
