"""Binotel's REST API 4.0, as far as anybody has written it down: shared reference, section 7.

Errors are HTTP 200 with a code. A call that goes on can be transferred and ended; one that is over has
details and, once it is "uploaded", a recording; the address book is real.
"""
import json
import re
import time

from wire import Refusal

KEY = "standin-key"
SECRET = "standin-secret"
TEXTS = {
    102: "No such method",
    103: "Not enough data",
    104: "Wrong data",
    105: "Something went wrong",
    106: "Requests are too frequent, wait 1 sec",
    120: "Your company is disabled",
    121: "Your key or secret is wrong",
    150: "Can't call to the ext",
    151: "Can't call to the external number",
}
RECORDED = ("ANSWER", "VM-SUCCESS", "SUCCESS", "TRANSFER")
ANSWERS = {"ANSWER", "TRANSFER", "BUSY", "NOANSWER", "CANCEL", "CONGESTION", "CHANUNAVAIL", "VM",
           "VM-SUCCESS", "ONLINE", "CALLING", ""}
LINES = {"901": "online", "902": "online", "903": "offline"}

# What a method must have and may have: TEXT, LIST of texts, SECONDS.
TEXT, LIST, SECONDS = "text", "list", "seconds"
METHODS = {
    "stats/call-details": ({"generalCallID": TEXT}, {}),
    "stats/call-record": ({"generalCallID": TEXT}, {}),
    "stats/online-calls": ({}, {}),
    "calls/attended-call-transfer": ({"generalCallID": TEXT, "externalNumber": TEXT}, {}),
    "calls/hangup-call": ({"generalCallID": TEXT}, {}),
    "calls/internal-number-to-external-number": (
        {"internalNumber": TEXT, "externalNumber": TEXT},
        {"pbxNumber": TEXT, "limitCallTime": SECONDS, "callTimeToExt": SECONDS,
         "playbackWaiting": TEXT, "callerIdForEmployee": TEXT, "async": TEXT}),
    "customers/search": ({"subject": TEXT}, {}),
    "customers/create": ({"name": TEXT, "numbers": LIST},
                         {"description": TEXT, "email": TEXT, "labels": LIST}),
    "customers/update": ({"id": TEXT}, {"name": TEXT, "numbers": LIST, "description": TEXT,
                                        "email": TEXT, "labels": LIST}),
    "settings/list-of-routes": ({}, {}),
    "settings/list-of-employees": ({}, {}),
}


def is_kind(value, kind):
    if kind == LIST:
        return isinstance(value, list) and value and all(isinstance(v, str) and v for v in value)
    if kind == SECONDS:
        return isinstance(value, int) or (isinstance(value, str) and value.isdigit())
    return isinstance(value, str) and value != ""


class Binotel:
    def __init__(self, state):
        self.state = state
        state.exchange_reset = self.reset
        self.reset()

    def reset(self):
        self.calls, self.customers, self.lines = {}, {}, dict(LINES)
        self.done, self.next_id = [], 6100001000

    # ---- the control port -------------------------------------------------------------------------

    def edit(self, given):
        """{"calls": [{...}], "lines": {"901": "offline"}, "customers": [{...}]}"""
        for call in given.get("calls", []):
            if call.get("disposition", "") not in ANSWERS:
                raise ValueError("no such disposition: %s" % call["disposition"])
            self.calls.setdefault(call["generalCallID"], {}).update(call)
        self.lines.update(given.get("lines", {}))
        for c in given.get("customers", []):
            self.customers[c["id"]] = c

    def show(self):
        return {"done": self.done, "calls": self.calls, "customers": self.customers}

    # ---- a request --------------------------------------------------------------------------------

    def takes(self, q):
        return q.path.startswith("/api/")

    @classmethod
    def refuse(cls, code, sentence, fault=True):
        return Refusal(200, cls.error(code), sentence, fault)

    @staticmethod
    def error(code):
        return {"status": "error", "code": code, "message": TEXTS[code]}

    @staticmethod
    def status_body(status, message):
        return {"status": "error", "code": 105, "message": "%s (%d)" % (message, status)}

    def check(self, q):
        m = re.fullmatch(r"/api/4\.0/([a-z]+/[A-Za-z-]+)\.json", q.path)
        if m is None or m.group(1) not in METHODS:
            raise self.refuse(102, "no method %s" % q.path[:60])
        if q.method != "POST" or q.kind() != "application/json":
            raise self.refuse(103, "%s of %s" % (q.method, q.kind()))
        try:
            body = json.loads(q.body.decode("utf-8"))
        except ValueError as e:
            raise self.refuse(103, "the body is no JSON: %s" % e) from e
        if not isinstance(body, dict) or list(body)[-2:] != ["key", "secret"]:
            raise self.refuse(103, "no object that ends in key and secret")
        if (body.pop("key"), body.pop("secret")) != (KEY, SECRET):
            raise self.refuse(121, "a wrong key or secret", False)
        must, may = METHODS[m.group(1)]
        for name, kind in must.items():
            if name not in body:
                raise self.refuse(103, "%s without %s" % (m.group(1), name))
        for name, value in body.items():
            kind = must.get(name) or may.get(name)
            if kind is None:
                raise self.refuse(104, "%s does not take %s" % (m.group(1), name))
            if not is_kind(value, kind):
                raise self.refuse(104, "%s of %s is no %s" % (name, m.group(1), kind))
        return m.group(1), body

    async def answer(self, q, plan, out, bad):
        method, body = plan
        if bad and bad["what"] == "often":
            raise self.refuse(106, "too frequent", False)
        if bad and bad["what"] == "code":
            raise self.refuse(bad.get("code", 105), "a code as told", False)
        await out.sleep(self.state.delay("binotel"))
        reply = getattr(self, method.replace("/", "_").replace("-", "_"))(body)
        if method.startswith(("calls/", "customers/c", "customers/u")):
            self.done.append([method, body])
        if bad and bad["what"] == "lost":  # it is done, and nobody hears of it
            q.connection.end()
            return None
        return await out.json(200, dict({"status": "success"}, **reply))

    def call_of(self, body):
        call = self.calls.get(body["generalCallID"])
        if call is None:
            raise self.refuse(104, "no such call", False)
        return call

    def going_on(self, body):
        call = self.call_of(body)
        if call.get("disposition") not in ("ONLINE", "CALLING"):
            raise self.refuse(104, "that call is over", False)
        return call

    # ---- the methods ------------------------------------------------------------------------------

    def stats_call_details(self, body):
        call = self.calls.get(body["generalCallID"])
        return {"callDetails": {body["generalCallID"]: call} if call else []}

    def stats_online_calls(self, _body):
        going = {i: c for i, c in self.calls.items() if c.get("disposition") == "ONLINE"}
        return {"callDetails": going or ""}

    def stats_call_record(self, body):
        call = self.call_of(body)
        if call.get("disposition") not in RECORDED or call.get("recordingStatus") != "uploaded":
            raise self.refuse(104, "no recording", False)
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return {"url": "https://records.example.org/%s.mp3?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                       "&X-Amz-Date=%s&X-Amz-Expires=900&X-Amz-Signature=ab12" %
                       (body["generalCallID"], at)}

    def line_of(self, number):
        if number not in self.lines:
            raise self.refuse(104, "no line %s" % number[:20], False)
        if self.lines[number] != "online":
            raise self.refuse(150, "line %s is not registered" % number, False)

    def calls_attended_call_transfer(self, body):
        call = self.going_on(body)
        if len(body["externalNumber"]) <= 4:
            self.line_of(body["externalNumber"])
        call["internalNumber"] = body["externalNumber"]
        return {}

    def calls_hangup_call(self, body):
        self.going_on(body)["disposition"] = "ANSWER"
        return {}

    def calls_internal_number_to_external_number(self, body):
        self.line_of(body["internalNumber"])
        if not re.fullmatch(r"\+?[0-9]{9,15}", body["externalNumber"]):
            raise self.refuse(151, "no number that can be called")
        self.next_id += 1
        self.calls[str(self.next_id)] = {
            "generalCallID": str(self.next_id), "callType": "1", "disposition": "ONLINE",
            "internalNumber": body["internalNumber"], "externalNumber": body["externalNumber"]}
        return {"generalCallID": str(self.next_id)}

    def customers_search(self, body):
        found = {i: c for i, c in self.customers.items()
                 if body["subject"] in c["name"]
                 or any(body["subject"][-6:] in n for n in c["numbers"])}
        return {"customerData": found or []}

    def customers_create(self, body):
        if any(set(c["numbers"]) & set(body["numbers"]) for c in self.customers.values()):
            raise self.refuse(104, "a customer with this number is there")
        self.next_id += 1
        self.customers[str(self.next_id)] = dict(body, id=str(self.next_id))
        return {"customerID": str(self.next_id)}

    def customers_update(self, body):
        if body["id"] not in self.customers:
            raise self.refuse(104, "no such customer")
        self.customers[body["id"]].update(body)
        return {}

    def settings_list_of_routes(self, _body):
        return {"listOfRoutes": {"3810": {"id": "3810", "name": "Помічник", "description": ""},
                                 "3811": {"id": "3811", "name": "Салон", "description": "люди"}}}

    def settings_list_of_employees(self, _body):
        return {"listOfEmployees": {
            "7": {"employeeID": "7", "email": "inna@example.org", "name": "Інна",
                  "presenceState": "active", "department": "", "mobileNumber": "",
                  "endpointData": {"id": "70", "login": "s1", "password": "sip-password",
                                   "internalNumber": "901", "status": self.lines["901"]}}}}
