"""Telegram, to grow: who may ask and for what; the rest is not played yet (501)."""
import re

from wire import Refusal

BOT = "123456:standin-bot"


class Telegram:
    """/bot<token>/<method>."""

    def takes(self, q):
        return q.path.startswith("/bot")

    def check(self, q):
        m = re.fullmatch(r"/bot([^/]+)/([A-Za-z]+)", q.path)
        if m is None:
            raise self.refuse(404, "Not Found")
        if m.group(1) != BOT:
            raise self.refuse(401, "Unauthorized", False)
        if q.method not in ("GET", "POST"):
            raise self.refuse(405, "Method Not Allowed")
        raise self.refuse(501, "%s is not played yet" % m.group(2))

    @classmethod
    def refuse(cls, status, description, fault=True):
        return Refusal(status, cls.status_body(status, description), description, fault)

    @staticmethod
    def status_body(status, message):
        return {"ok": False, "error_code": status, "description": message}
