"""The spreadsheet: who may ask, ranges, what is stored, worksheets, quotas, staff."""
import http.client
import urllib.parse

from selftest_base import fine, refused

SCOPE = "https://www.googleapis.com/auth/spreadsheets"


def bearer(s):
    token = fine(s.ask_token(s.jwt(scope=SCOPE)))["access_token"]
    return {"Authorization": "Bearer " + token}


class Client:
    def __init__(self, s):
        self.s, self.headers = s, bearer(s)
        self.base = "/v4/spreadsheets/" + s.ready["sheet"]

    def send(self, method, tail, body=None, headers=None):
        return self.s.send("sheets", method, self.base + tail, body, headers or self.headers)

    def get(self, *ranges, **more):
        query = urllib.parse.urlencode([("ranges", r) for r in ranges] + list(more.items()))
        return self.send("GET", "/values:batchGet?" + query)

    def rows(self, text):
        return fine(self.get(text))["valueRanges"][0].get("values")

    def put(self, text, values, option="RAW"):
        return self.send("POST", "/values:batchUpdate",
                         {"valueInputOption": option, "data": [{"range": text, "values": values}]})

    def change(self, *requests):
        return self.send("POST", ":batchUpdate", {"requests": list(requests)})

    def staff(self, **what):
        self.s.control("/sheet", what)

    def content(self, title):
        return next(g for g in self.s.control("/sheet")["sheets"] if g["title"] == title)


def test_sheets_know_who_may_ask(s):
    c = Client(s)
    path = "/values/%D0%90%D1%80%D0%BA%D1%83%D1%88%31%21A1%3AB2"
    refused(c.send("GET", path, headers={"X": "y"}), 403, "PERMISSION_DENIED")
    refused(c.send("GET", path, headers=s.bearer()), 403, "SCOPE_INSUFFICIENT")
    refused(c.send("GET", path, headers={"X-Goog-Api-Key": s.ready["keys"]["google"][0]}), 403, "permission")
    refused(c.put("A1", [["x"]]).__class__ and s.send("sheets", "POST", c.base + "/values:batchUpdate", {},
            {"X-Goog-Api-Key": s.ready["keys"]["google"][0]}), 401, "API keys are not supported")
    fine(c.send("GET", path))
    refused(s.send("sheets", "GET", "/v4/spreadsheets/another" + path, None, c.headers), 404, "not found")


def test_a_sheet_that_is_not_shared_is_forbidden(s):
    c = Client(s)
    c.staff(do="share", role=None)
    refused(c.get("A1"), 403, "does not have permission")
    c.staff(do="share", role="reader")
    fine(c.get("A1"))
    refused(c.put("A1", [["x"]]), 403, "does not have permission")
    c.staff(do="share", role="writer")
    fine(c.put("A1", [["x"]]))


def test_letters_in_a_path_must_be_percent_encoded(s):
    c = Client(s)
    connection = c.s.connect("sheets")
    connection.putrequest("GET", "/", skip_host=True)
    connection._buffer[0] = ("GET %s/values/Аркуш1!A1 HTTP/1.1" % c.base).encode()
    connection.putheader("Host", "sheets.googleapis.com")
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == 400 and b"<html" in reply.read()
    connection.close()


def test_rows_are_ragged_and_empty_ranges_have_no_values(s):
    c = Client(s)
    assert c.rows("A1:H100") is None
    fine(c.put("Аркуш1!A2:D4", [["a", "", "b", ""], [""], ["", "c"]]))
    assert c.rows("'Аркуш1'!A1:H100") == [[], ["a", "", "b"], [], ["", "c"]]
    said = fine(c.get("Аркуш1!A2:D"))["valueRanges"][0]
    assert said["range"] == "'Аркуш1'!A2:D1000" and said["majorDimension"] == "ROWS"
    assert fine(c.get("A2:D4", majorDimension="COLUMNS"))["valueRanges"][0]["values"] == [
        ["a"], ["", "", "c"], ["b"]]


def test_titles_are_quoted_as_google_wants_them(s):
    c = Client(s)
    for title in ("Інна О'Ніл", "CRM26", "R1C1", "зала 2"):
        fine(c.change({"addSheet": {"properties": {"title": title}}}))
        fine(c.put("'%s'!A1" % title.replace("'", "''"), [[title]]))
        assert c.content(title)["values"] == [[title]]
    refused(c.get("зала 2!A1"), 400, "Unable to parse range")
    refused(c.get("CRM26!A1"), 400, "Unable to parse range")
    refused(c.get("Нема!A1"), 400, "Unable to parse range: Нема!A1")
    refused(c.put("Нема!A1", [["x"]]), 400, "Invalid data[0]: Unable to parse range")
    refused(c.get("A0"), 400, "Unable to parse range")
    refused(c.get("'Аркуш1!A1"), 400, "Unable to parse range")


def test_ranges_end_where_the_grid_ends(s):
    c = Client(s)
    fine(c.change({"addSheet": {"properties": {"title": "Мала", "gridProperties": {"rowCount": 3, "columnCount": 8}}}}))
    assert fine(c.get("Мала!A1:Z99"))["valueRanges"][0]["range"] == "'Мала'!A1:H3"
    refused(c.get("Мала!A4"), 400, "exceeds grid limits. Max rows: 3, max columns: 8")
    refused(c.put("Мала!A3:A4", [["x"], ["y"]]), 400, "exceeds grid limits")
    refused(c.put("Мала!A1:B1", [["a", "b", "c"]]), 400, "tried writing to column [C]")
    refused(c.put("Мала!A1:B1", [["a"], ["b"]]), 400, "tried writing to row [2]")
    sheet = c.content("Мала")["id"]
    fine(c.change({"appendDimension": {"sheetId": sheet, "dimension": "ROWS", "length": 2}}))
    fine(c.put("Мала!A3:A4", [["x"], ["y"]]))
    assert c.content("Мала")["rows"] == 5


def test_raw_texts_stay_texts_and_typed_ones_do_not(s):
    c = Client(s)
    texts = ['=IMPORTXML("http://x";"//a")', "+380501234567", "10-11", "TRUE", "03.12.2026"]
    fine(c.put("A1:E1", [texts]))
    assert c.rows("A1:E1") == [texts]
    assert fine(c.get("A1:E1", valueRenderOption="UNFORMATTED_VALUE"))["valueRanges"][0]["values"] == [texts]
    fine(c.put("A2:E2", [texts], "USER_ENTERED"))
    assert c.rows("A2:E2") == [["#N/A", "380501234567", "10.11.2026", "TRUE", "03.12.2026"]]
    assert fine(c.get("A2:E2", valueRenderOption="FORMULA"))["valueRanges"][0]["values"][0][:2] == [
        texts[0], 380501234567]


def test_null_skips_and_an_empty_text_clears(s):
    c = Client(s)
    fine(c.put("A1:C1", [["a", "b", "c"]]))
    said = fine(c.put("A1:C1", [[None, "", "d"]]))
    assert c.rows("A1:C1") == [["a", "", "d"]] and said["totalUpdatedCells"] == 2


def test_a_batch_is_written_whole_or_not_at_all(s):
    c = Client(s)
    body = {"valueInputOption": "RAW", "data": [{"range": "A1", "values": [["x"]]}, {"range": "Нема!A1", "values": [["y"]]}]}
    refused(c.send("POST", "/values:batchUpdate", body), 400, "Invalid data[1]")
    assert c.rows("A1") is None
    refused(c.change({"addSheet": {"properties": {"title": "Нова"}}}, {"addSheet": {"properties": {"title": "Нова"}}}), 400,
            'A sheet with the name "Нова" already exists. Please enter another name.')
    assert [g["title"] for g in s.control("/sheet")["sheets"]] == ["Аркуш1"]


def test_writes_must_say_how_texts_are_read(s):
    c = Client(s)
    refused(c.send("POST", "/values:batchUpdate", {"data": [{"range": "A1", "values": [["x"]]}]}), 400, "'valueInputOption' is required")
    refused(c.put("A1", [["x"]], "AS_TYPED"), 400, "TYPE_ENUM")
    refused(c.put("A1", [[["x"]]]), 400, "Invalid values[0][0]")
    refused(c.put("A1", [["x" * 50001]]), 400, "50000 characters")
    refused(c.send("POST", "/values:batchUpdate", {"valueInputOption": "RAW", "rows": []}), 400, "Cannot find field")
    refused(c.change({"addSheet": {}, "deleteDimension": {}}), 400, "exactly one")
    refused(c.change(), 400, "at least one")


def test_worksheets_are_told_with_a_mask(s):
    c = Client(s)
    said = fine(c.send("GET", "?fields=sheets.properties(sheetId,title,gridProperties(rowCount,columnCount))"))
    assert said == {"sheets": [{"properties": {"sheetId": 0, "title": "Аркуш1", "gridProperties": {"rowCount": 1000, "columnCount": 26}}}]}
    assert fine(c.send("GET", "?fields=sheets.properties.title,spreadsheetId")) == {
        "spreadsheetId": s.ready["sheet"], "sheets": [{"properties": {"title": "Аркуш1"}}]}
    refused(c.send("GET", "?fields=sheets.titles"), 400, "mask")
    refused(c.send("GET", "?fields=sheets("), 400, "mask")


def test_a_quota_that_is_used_up_is_429(s):
    c = Client(s)
    c.staff(do="quota", reads=2, writes=1)
    fine(c.get("A1"))
    fine(c.get("A1"))
    refused(c.get("A1"), 429, "Quota exceeded for quota metric 'Read requests'")
    fine(c.put("A1", [["x"]]))
    refused(c.put("A1", [["x"]]), 429, "RATE_LIMIT_EXCEEDED")
    c.staff(do="refill")
    fine(c.get("A1"))


def test_staff_type_clear_move_and_rename(s):
    c = Client(s)
    c.staff(do="put", range="Аркуш1!A1:C3", values=[["h"], ["б", "1"], ["а", "2"]])
    c.staff(do="sort", title="Аркуш1")
    assert c.content("Аркуш1")["values"] == [["h"], ["а", 2], ["б", 1]]
    c.staff(do="cut", range="A2:B2", to="A5")
    c.staff(do="insert_rows", title="Аркуш1", row=1)
    c.staff(do="delete_rows", title="Аркуш1", row=4)
    assert c.content("Аркуш1")["values"] == [[], ["h"], [], [], ["а", 2]]
    c.staff(do="rename", title="Аркуш1", to="Інна")
    c.staff(do="add", title="Олена")
    c.staff(do="order", titles=["Олена", "Інна"])
    assert [g["title"] for g in s.control("/sheet")["sheets"]] == ["Олена", "Інна"]
    c.staff(do="clear", range="Інна!A1:B9")
    c.staff(do="remove", title="Олена")
    assert c.content("Інна")["values"] == []


def test_a_write_whose_answer_is_lost_was_done(s):
    c = Client(s)
    s.misbehave("sheets", "lost", times=1, path="batchUpdate")
    try:
        c.put("A1", [["x"]])
        raise AssertionError("it was answered")
    except (http.client.RemoteDisconnected, ConnectionError):
        pass
    assert c.rows("A1") == [["x"]]


def test_values_are_updated_appended_and_cleared_one_by_one(s):
    c = Client(s)
    fine(c.send("PUT", "/values/A1%3AB1?valueInputOption=RAW", {"values": [["h", "i"]]}))
    said = fine(c.send("POST", "/values/A1%3AB1:append?valueInputOption=RAW&insertDataOption=INSERT_ROWS", {"values": [["x"]]}))
    assert said["updates"]["updatedRange"] == "'Аркуш1'!A2"
    assert c.rows("A1:B9") == [["h", "i"], ["x"]]
    fine(c.send("POST", "/values/A1%3AB1:clear", {}))
    assert c.rows("A1:B9") == [[], ["x"]]
    refused(c.send("PUT", "/values/A1?valueInputOption=RAW", {"range": "B1", "values": [["x"]]}), 400, "the path says")
