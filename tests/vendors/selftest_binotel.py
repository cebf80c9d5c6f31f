"""Binotel's REST API: who may ask, every field, errors inside a 200, calls, recordings, the address book."""
import http.client

from selftest_base import fine

CALL = {"generalCallID": "61", "disposition": "ONLINE", "recordingStatus": "uploading"}


def ask(s, method, headers=None, **fields):
    key, secret = s.ready["keys"]["binotel"]
    body = dict(fields, key=key, secret=secret)
    return s.send("binotel", "POST", "/api/4.0/%s.json" % method, body, headers)


def good(reply):
    answer = fine(reply)
    assert answer["status"] == "success", answer
    return answer


def code(reply, number):
    answer = fine(reply)
    assert (answer["status"], answer["code"]) == ("error", number), answer
    assert answer["message"]


def test_the_key_and_the_secret_stand_at_the_end_of_the_body(s):
    path = "/api/4.0/settings/list-of-routes.json"
    good(ask(s, "settings/list-of-routes"))
    code(s.send("binotel", "POST", path, {}), 103)
    code(s.send("binotel", "POST", path, {"key": "standin-key", "secret": "other"}), 121)
    code(s.send("binotel", "GET", path), 103)
    code(s.send("binotel", "POST", path, b"{", {"Content-Type": "application/json"}), 103)
    code(ask(s, "settings/list-of-routes", {"Content-Type": "text/plain"}), 103)
    assert len(s.report("binotel")["violations"]) == 4
    assert len(s.report("binotel")["refusals"]) == 1


def test_methods_and_fields_are_known(s):
    s.control("/binotel", {"calls": [CALL]})
    code(ask(s, "calls/dance"), 102)
    code(ask(s, "calls/hangup-call"), 103)
    code(ask(s, "calls/hangup-call", generalCallID="61", more="x"), 104)
    code(ask(s, "calls/hangup-call", generalCallID=61), 104)
    code(ask(s, "customers/create", name="A", numbers="0501112233"), 104)
    code(ask(s, "customers/create", name="A", numbers=[]), 104)
    good(ask(s, "calls/hangup-call", generalCallID="61"))


def test_a_call_goes_on_until_it_is_over(s):
    s.control("/binotel", {"calls": [CALL]})
    transfer = {"generalCallID": "61", "externalNumber": "902"}
    good(ask(s, "calls/attended-call-transfer", **transfer))
    code(ask(s, "calls/attended-call-transfer", generalCallID="62", externalNumber="902"), 104)
    code(ask(s, "calls/attended-call-transfer", generalCallID="61", externalNumber="903"), 150)
    code(ask(s, "calls/attended-call-transfer", generalCallID="61", externalNumber="999"), 104)
    code(ask(s, "stats/call-record", generalCallID="61"), 104)
    good(ask(s, "calls/hangup-call", generalCallID="61"))
    code(ask(s, "calls/attended-call-transfer", **transfer), 104)
    code(ask(s, "stats/call-record", generalCallID="61"), 104)
    s.control("/binotel", {"calls": [{"generalCallID": "61", "disposition": "ANSWER",
                                      "recordingStatus": "uploaded"}]})
    assert good(ask(s, "stats/call-record", generalCallID="61"))["url"].startswith("https://")
    assert good(ask(s, "stats/call-details", generalCallID="61"))["callDetails"]["61"]
    assert good(ask(s, "stats/call-details", generalCallID="62"))["callDetails"] == []
    assert [d[0] for d in s.control("/binotel")["done"]] == [
        "calls/attended-call-transfer", "calls/hangup-call"]


def test_a_number_is_dialled(s):
    dial = "calls/internal-number-to-external-number"
    assert good(ask(s, dial, internalNumber="901", externalNumber="0501112233"))["generalCallID"]
    code(ask(s, dial, internalNumber="903", externalNumber="0501112233"), 150)
    code(ask(s, dial, internalNumber="901", externalNumber="anna"), 151)


def test_the_address_book_is_kept(s):
    one = good(ask(s, "customers/create", name="A", numbers=["0501112233"]))["customerID"]
    code(ask(s, "customers/create", name="B", numbers=["0501112233"]), 104)
    good(ask(s, "customers/update", id=one, name="C"))
    code(ask(s, "customers/update", id="1", name="C"), 104)
    found = good(ask(s, "customers/search", subject="0501112233"))["customerData"]
    assert found[one]["name"] == "C"
    assert good(ask(s, "customers/search", subject="0990000000"))["customerData"] == []


def test_it_misbehaves_as_told(s):
    s.misbehave("binotel", "often", times=1)
    code(ask(s, "settings/list-of-routes"), 106)
    s.misbehave("binotel", "code", code=120, times=1)
    code(ask(s, "settings/list-of-routes"), 120)
    s.misbehave("binotel", "html", status=200, times=1)
    reply = ask(s, "settings/list-of-routes")
    assert reply.status == 200 and reply.body.startswith(b"<!DOCTYPE")
    s.control("/binotel", {"calls": [CALL]})
    s.misbehave("binotel", "lost", times=1)
    try:
        ask(s, "calls/hangup-call", generalCallID="61")
        raise AssertionError("it was answered")
    except (http.client.HTTPException, OSError):
        pass
    assert s.control("/binotel")["done"] == [["calls/hangup-call", {"generalCallID": "61"}]]


def test_keys_and_passwords_are_in_no_report(s):
    good(ask(s, "settings/list-of-employees"))
    assert "standin-secret" not in str(s.report("binotel"))
