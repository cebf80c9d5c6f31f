"""Sheets and Telegram, to grow: who may ask and for what; the rest is not played yet (501)."""
import re

import google
from wire import Refusal

BOT = "123456:standin-bot"


class Sheets:
    """/v4/spreadsheets/..."""

    PATH = re.compile(
        r"/v4/spreadsheets/[A-Za-z0-9_-]+(/values(/.+|:batchGet|:batchUpdate)|:batchUpdate)?$"
    )
    METHODS = ("GET", "POST", "PUT")

    def __init__(self, credentials):
        self.credentials = credentials

    def takes(self, q):
        return q.path.startswith("/v4/")

    def check(self, q):
        if any(ord(c) > 126 for c in q.raw_path):
            raise Refusal(
                400,
                b"<!DOCTYPE html><html lang=en><title>Error 400 (Bad Request)!!1</title>",
                "a path with letters that are not percent-encoded",
                kind="text/html; charset=UTF-8",
            )
        self.credentials.check(
            q, "sheets.googleapis.com", google.SCOPE_SHEETS, keys=q.method == "GET"
        )
        if not self.PATH.match(q.path) or q.method not in self.METHODS:
            raise google.refuse(404, "Requested entity was not found.")
        raise google.refuse(501, "Sheets are not played yet.")

    @staticmethod
    def status_body(status, message):
        return google.error(status, message)


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
