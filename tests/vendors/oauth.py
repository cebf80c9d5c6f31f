"""Google's token server: a JWT that the service account signed, for an access token."""
import os
import time
import urllib.parse

import google
from wire import Refusal

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
KNOWN_SCOPES = {google.SCOPE_CLOUD, google.SCOPE_SHEETS, google.SCOPE_SHEETS + ".readonly"}
SHORT = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


def refuse(error, description, status=400, fault=True):
    return Refusal(
        status,
        {"error": error, "error_description": description},
        "%s: %s" % (error, description),
        fault,
    )


class Token:
    """POST /token."""

    def __init__(self, state, credentials):
        self.state, self.credentials = state, credentials
        self.url = None  # of this server, as the credentials file names it

    def takes(self, q):
        return q.path == "/token"

    def check(self, q):
        if q.method != "POST":
            raise refuse("invalid_request", "only POST")
        if q.kind() != "application/x-www-form-urlencoded":
            raise refuse("invalid_request", "Content-Type %s" % (q.kind() or "missing"))
        form = urllib.parse.parse_qs(q.body.decode("ascii", "replace"), keep_blank_values=True)
        if any(len(v) != 1 for v in form.values()) or set(form) != {"grant_type", "assertion"}:
            raise refuse("invalid_request", "exactly grant_type and assertion are needed")
        if form["grant_type"][0] != GRANT:
            raise refuse("unsupported_grant_type", "Invalid grant_type: " + form["grant_type"][0])
        return self.scopes(form["assertion"][0])

    def scopes(self, assertion):
        try:
            claims = google.jwt_claims(assertion, self.state.certs)
        except google.JwtFault as e:
            raise refuse("invalid_grant", "Invalid JWT: %s" % e) from e
        odd = set(claims) - {"iss", "scope", "aud", "iat", "exp", "sub"}
        if odd:
            raise refuse("invalid_grant", "unknown claims: %s" % ", ".join(sorted(odd)))
        if claims.get("iss") != self.state.certs.email:
            raise refuse("invalid_grant", "Invalid grant: account not found")
        if "sub" in claims:
            raise refuse(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using "
                "this method, or client not authorized for any of the scopes requested.",
                401,
            )
        if claims.get("aud") not in (AUDIENCE, self.url):
            raise refuse("invalid_grant", "Invalid JWT: the audience is not the token server")
        self.check_times(claims)
        scopes = str(claims.get("scope", "")).split(" ")
        if not set(scopes) <= KNOWN_SCOPES:
            raise refuse(
                "invalid_scope", "%s is not a valid audience string." % claims.get("scope")
            )
        return scopes

    @staticmethod
    def check_times(claims):
        iat, exp, now = claims.get("iat"), claims.get("exp"), time.time()
        if type(iat) is not int or type(exp) is not int:
            raise refuse("invalid_grant", "Invalid JWT: iat and exp must be whole seconds")
        if not iat < exp <= iat + 3600 or exp <= now or iat > now + 60:
            raise refuse("invalid_grant", SHORT)

    async def answer(self, q, scopes, out, bad):
        what = bad["what"] if bad else None
        if what == "invalid_grant":
            return await out.json(
                400,
                {"error": "invalid_grant", "error_description": bad.get("message", SHORT)},
            )
        token = (
            "ya29.c."
            + os.urandom(1024 if what == "bigtoken" else 96).hex()
            + "-."
            + os.urandom(4).hex()
        )
        seconds = int(self.state.scenario.get("token_seconds", 3599))
        self.credentials.add(token, scopes, seconds)
        return await out.json(
            200, {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}
        )

    @staticmethod
    def status_body(status, message):
        return {
            "error": "internal_failure" if status >= 500 else "invalid_request",
            "error_description": message,
        }
