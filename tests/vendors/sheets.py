"""Google Sheets v4 with real worksheets: who may ask, ranges, ragged rows, what is stored of a text.

Staff edit through the control port (control.py, /sheet), as people type: USER_ENTERED.
"""
import re
import time
import urllib.parse

import google
from sheets_grid import CELL_MAX, Grid, Missing, RangeFault, column_name, parse_range, quoted
from wire import Gone, Refusal

SPREADSHEET = "standin-sheet_01"
CELLS_MAX = 10_000_000
INPUT = ("enum", ("RAW", "USER_ENTERED", "INPUT_VALUE_OPTION_UNSPECIFIED"))
MAJOR = ("enum", ("ROWS", "COLUMNS", "DIMENSION_UNSPECIFIED"))
RENDER = ("enum", ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"))
DATES = ("enum", ("SERIAL_NUMBER", "FORMATTED_STRING"))
INSERT = ("enum", ("OVERWRITE", "INSERT_ROWS"))
DIMENSION = ("enum", ("ROWS", "COLUMNS"))
VALUE_RANGE = {"range": "string", "majorDimension": MAJOR, "values": [["any"]]}
PROPERTIES = {
    "sheetId": "int32",
    "title": "string",
    "index": "int32",
    "sheetType": ("enum", ("GRID",)),
    "gridProperties": {
        "rowCount": "int32",
        "columnCount": "int32",
        "frozenRowCount": "int32",
        "frozenColumnCount": "int32",
    },
    "hidden": "bool",
}
SPAN = {"sheetId": "int32", "dimension": DIMENSION, "startIndex": "int32", "endIndex": "int32"}
REQUEST = {
    "addSheet": {"properties": PROPERTIES},
    "appendDimension": {"sheetId": "int32", "dimension": DIMENSION, "length": "int32"},
    "insertDimension": {"range": SPAN, "inheritFromBefore": "bool"},
    "deleteDimension": {"range": SPAN},
    "updateSheetProperties": {"properties": PROPERTIES, "fields": "string"},
}
STRUCTURE = {
    "requests": [REQUEST],
    "includeSpreadsheetInResponse": "bool",
    "responseRanges": ["string"],
    "responseIncludeGridData": "bool",
}
VALUES = {
    "valueInputOption": INPUT,
    "data": [VALUE_RANGE],
    "includeValuesInResponse": "bool",
    "responseValueRenderOption": RENDER,
    "responseDateTimeRenderOption": DATES,
}
# What get may be asked for: path of members -> what is below it.
FIELDS = {
    "spreadsheetId": None,
    "spreadsheetUrl": None,
    "properties": {"title": None, "locale": None, "timeZone": None},
    "sheets": {
        "properties": {
            "sheetId": None,
            "title": None,
            "index": None,
            "sheetType": None,
            "gridProperties": {"rowCount": None, "columnCount": None},
        }
    },
}


def life(status, message, reason=None):
    """What happens to every client: no mistake of it."""
    return google.refuse(status, message, reason, fault=False, service="sheets.googleapis.com")


class Quota:
    """60 reads and 60 writes a minute, as a service account has; or what a test sets, which lasts
    until it refills it."""

    def __init__(self):
        self.most = {"Read": 60, "Write": 60}
        self.fixed = False
        self.used = {"Read": [], "Write": []}

    def take(self, kind):
        now = time.monotonic()
        used = self.used[kind]
        if not self.fixed:
            used[:] = [t for t in used if t > now - 60]
        if len(used) >= self.most[kind]:
            raise life(
                429,
                "Quota exceeded for quota metric '%s requests' and limit '%s requests per minute per "
                "user' of service 'sheets.googleapis.com' for consumer 'project_number:1'."
                % (kind, kind),
                "RATE_LIMIT_EXCEEDED",
            )
        used.append(now)


class Sheets:
    """/v4/spreadsheets/..."""

    PATH = re.compile(r"/v4/spreadsheets/([^/:]+)(/values(?:/[^/]+|:batchGet|:batchUpdate)|:batchUpdate)?$")

    def __init__(self, state, credentials):
        self.credentials = credentials
        state.sheets_reset = self.reset
        self.reset()

    def reset(self):
        self.grids = [Grid(0, "Аркуш1", 1000, 26)]
        self.next_id = 700001
        self.role = "writer"
        self.quota = Quota()

    # ---- what is asked ------------------------------------------------------------------------

    def takes(self, q):
        return q.path.startswith("/v4/")

    def check(self, q):
        if any(ord(c) > 126 for c in q.target):
            raise Refusal(
                400,
                b"<!DOCTYPE html><html lang=en><title>Error 400 (Bad Request)!!1</title>",
                "a path with letters that are not percent-encoded",
                kind="text/html; charset=UTF-8",
            )
        self.credentials.check(
            q, "sheets.googleapis.com", google.SCOPE_SHEETS, keys=q.method == "GET"
        )
        m = self.PATH.match(q.raw_path)
        if m is None:
            raise google.refuse(404, "Requested entity was not found.")
        run = self.route(q, m.group(2) or "")
        writes = q.method != "GET"
        self.quota.take("Write" if writes else "Read")
        if m.group(1) != SPREADSHEET:
            raise life(404, "Requested entity was not found.")
        if self.role is None or (writes and self.role != "writer") or not q.header("authorization"):
            raise life(403, "The caller does not have permission")
        return run()

    def route(self, q, tail):
        """What checks this request and returns what does it, when it is called."""
        key = (q.method, tail if not tail.startswith("/values/") else "/values/")
        cell = urllib.parse.unquote(tail[len("/values/") :])
        suffix = ""
        if key[1] == "/values/" and q.method == "POST":
            cell, colon, suffix = cell.rpartition(":")
            if not colon or suffix not in ("append", "clear"):
                raise google.refuse(404, "Requested entity was not found.")
        known = {
            ("GET", ""): lambda: self.get(q),
            ("POST", ":batchUpdate"): lambda: self.structure(q),
            ("GET", "/values:batchGet"): lambda: self.batch_get(q),
            ("POST", "/values:batchUpdate"): lambda: self.batch_update(q),
            ("GET", "/values/"): lambda: self.read_one(q, cell),
            ("PUT", "/values/"): lambda: self.update(q, cell),
            ("POST", "/values/"): lambda: (self.append if suffix == "append" else self.clear)(q, cell),
        }
        if key not in known:
            raise google.refuse(404, "Requested entity was not found.")
        return known[key]

    async def answer(self, q, plan, out, bad):
        said = plan()
        if bad and bad["what"] == "lost":  # it was done, and nobody is told
            q.connection.end()
            raise Gone
        return await out.json(200, said)

    @staticmethod
    def status_body(status, message):
        return google.error(status, message)

    @staticmethod
    def enum(q, name, kind, preset):
        values = q.query.get(name, [preset])
        if len(values) != 1:
            raise google.invalid("Invalid value at '%s', it is there twice" % google.snake(name))
        return google.read_value(values[0], kind, google.snake(name))

    def find(self, text, where=""):
        """The worksheet and the box (row, column, rows, columns; None: to the end) of a range."""
        try:
            return parse_range(self.grids, text)
        except Missing as e:
            raise life(400, where + "Unable to parse range: " + text) from e
        except RangeFault as e:
            raise google.invalid(where + "Unable to parse range: " + text) from e

    # ---- reading ------------------------------------------------------------------------------

    def get(self, q):
        google.check_query(q, ("includeGridData", "ranges", "excludeTablesInBannedRanges"))
        mask = None
        if "fields" in q.query:
            mask = parse_mask(q.query["fields"][0])
        if q.query.get("includeGridData", ["false"])[0] != "false" and mask is None:
            raise google.invalid("includeGridData is not played")
        return lambda: masked(self.whole(), mask)

    def whole(self):
        return {
            "spreadsheetId": SPREADSHEET,
            "properties": {"title": "Записи", "locale": "uk_UA", "timeZone": "Europe/Kiev"},
            "sheets": [{"properties": g.properties(i)} for i, g in enumerate(self.grids)],
            "spreadsheetUrl": "https://docs.google.com/spreadsheets/d/%s/edit" % SPREADSHEET,
        }

    def options(self, q):
        major = self.enum(q, "majorDimension", MAJOR, "ROWS")
        render = self.enum(q, "valueRenderOption", RENDER, "FORMATTED_VALUE")
        self.enum(q, "dateTimeRenderOption", DATES, "SERIAL_NUMBER")
        return major, render

    def batch_get(self, q):
        google.check_query(q, ("ranges", "majorDimension", "valueRenderOption", "dateTimeRenderOption"))
        options = self.options(q)
        ranges = q.query.get("ranges", [])
        for text in ranges:
            self.readable(text)
        return lambda: {
            "spreadsheetId": SPREADSHEET,
            "valueRanges": [self.values(text, *options) for text in ranges],
        }

    def read_one(self, q, cell):
        google.check_query(q, ("majorDimension", "valueRenderOption", "dateTimeRenderOption"))
        options = self.options(q)
        self.readable(cell)
        return lambda: self.values(cell, *options)

    def readable(self, text):
        grid, box = self.find(text)
        self.inside(grid, box, text, whole=False)
        return grid, box

    def inside(self, grid, box, text, whole, where=""):
        """Does the box begin (`whole`: lie) inside the grid?"""
        row, column, rows, columns = box
        last = (row + (rows or 1) - 1, column + (columns or 1) - 1) if whole else (row, column)
        if last[0] >= grid.rows or last[1] >= grid.columns:
            raise life(
                400,
                "%sRange (%s) exceeds grid limits. Max rows: %d, max columns: %d"
                % (where, text, grid.rows, grid.columns),
            )

    def values(self, text, major, render):
        grid, box = self.readable(text)
        row, column, rows, columns = clip(grid, box)
        values = [
            [grid.shown(r, c, render) for c in range(column, column + columns)]
            for r in range(row, row + rows)
        ]
        if major == "COLUMNS":
            values = [list(c) for c in zip(*values)]
        said = {
            "range": a1(grid, row, column, rows, columns),
            "majorDimension": "COLUMNS" if major == "COLUMNS" else "ROWS",
        }
        values = ragged(values)
        if values:
            said["values"] = values
        return said

    # ---- writing ------------------------------------------------------------------------------

    @staticmethod
    def needs_input(option, where=""):
        if option in (None, "INPUT_VALUE_OPTION_UNSPECIFIED"):
            raise google.invalid(
                where + "'valueInputOption' is required but not specified"
            )
        return option

    def fitting(self, text, data, where=""):
        """Where these values go; what does not fit the range is refused."""
        grid, box = self.find(text, where)
        values = data.get("values", [])
        if data.get("majorDimension") == "COLUMNS":
            most = max([len(v) for v in values], default=0)
            values = [[v[i] if i < len(v) else None for v in values] for i in range(most)]
        row, column, rows, columns = box
        single = rows == 1 and columns == 1 and ":" not in text.rpartition("!")[2]
        self.inside(grid, box, text, whole=not single, where=where)
        for r, line in enumerate(values):
            for c, value in enumerate(line):
                self.cell_fits(grid, box, (r, c), value, text, where, single)
        return grid, row, column, values

    def cell_fits(self, grid, box, at, value, text, where, single):
        row, column, rows, columns = box
        if not single and rows is not None and at[0] >= rows:
            raise google.invalid(
                "%sRequested writing within range [%s], but tried writing to row [%d]"
                % (where, text, row + at[0] + 1)
            )
        if not single and columns is not None and at[1] >= columns:
            raise google.invalid(
                "%sRequested writing within range [%s], but tried writing to column [%s]"
                % (where, text, column_name(column + at[1]))
            )
        if isinstance(value, (list, dict)):
            raise google.invalid("Invalid values[%d][%d]: %s" % (at[0], at[1], type(value).__name__))
        if isinstance(value, str) and len(value) > CELL_MAX:
            raise google.invalid(
                "Your input contains more than the maximum of 50000 characters in a single cell."
            )
        self.inside(grid, (row + at[0], column + at[1], 1, 1), text, True, where)

    @staticmethod
    def put(place, option):
        grid, row, column, values = place
        for r, line in enumerate(values):
            for c, value in enumerate(line):
                grid.put(row + r, column + c, value, option)
        rows, columns = len(values), max([len(v) for v in values], default=0)
        return {
            "spreadsheetId": SPREADSHEET,
            "updatedRange": a1(grid, row, column, max(rows, 1), max(columns, 1)),
            "updatedRows": rows,
            "updatedColumns": columns,
            "updatedCells": sum(v is not None for line in values for v in line),
        }

    def batch_update(self, q):
        google.check_query(q)
        body = google.read_json(q, VALUES)
        option = self.needs_input(body.get("valueInputOption"))

        def places():
            found = []
            for i, data in enumerate(body.get("data", [])):
                where = "Invalid data[%d]: " % i
                if "range" not in data:
                    raise google.invalid(where + "Unable to parse range: ")
                found.append(self.fitting(data["range"], data, where))
            return found

        places()

        def run():
            at = places()
            done = [self.put(p, option) for p in at]
            return {
                "spreadsheetId": SPREADSHEET,
                "totalUpdatedRows": sum(d["updatedRows"] for d in done),
                "totalUpdatedColumns": sum(d["updatedColumns"] for d in done),
                "totalUpdatedCells": sum(d["updatedCells"] for d in done),
                "totalUpdatedSheets": len({id(p[0]) for p in at}),
                "responses": done,
            }

        return run

    def one_range(self, q, cell, more=()):
        google.check_query(q, ("valueInputOption", "includeValuesInResponse") + more)
        option = self.needs_input(self.enum(q, "valueInputOption", INPUT, "INPUT_VALUE_OPTION_UNSPECIFIED"))
        data = google.read_json(q, VALUE_RANGE)
        if data.get("range", cell) != cell:
            raise google.invalid("Requested writing within range [%s], but the path says %s" % (data["range"], cell))
        return option, data

    def update(self, q, cell):
        option, data = self.one_range(q, cell)
        self.fitting(cell, data)
        return lambda: self.put(self.fitting(cell, data), option)

    def append(self, q, cell):
        option, data = self.one_range(q, cell, ("insertDataOption",))
        insert = self.enum(q, "insertDataOption", INSERT, "OVERWRITE")
        self.find(cell)

        def run():
            grid, box = self.find(cell)
            row = max([r + 1 for r, _ in grid.cells if r >= box[0]], default=box[0])
            values = data.get("values", [])
            if insert == "INSERT_ROWS":
                grid.insert(row, len(values))
            grid.rows = max(grid.rows, row + len(values))
            done = self.put((grid, row, box[1], values), option)
            said = {"spreadsheetId": SPREADSHEET, "updates": done}
            if row > box[0]:
                said["tableRange"] = a1(grid, box[0], box[1], row - box[0], grid.columns - box[1])
            return said

        return run

    def clear(self, q, cell):
        google.check_query(q)
        google.read_json(q, {})
        self.readable(cell)

        def run():
            grid, box = self.readable(cell)
            row, column, rows, columns = clip(grid, box)
            grid.clear(row, column, rows, columns)
            return {"spreadsheetId": SPREADSHEET, "clearedRange": a1(grid, row, column, rows, columns)}

        return run

    # ---- worksheets ---------------------------------------------------------------------------

    def structure(self, q):
        """All of the requests, or none: they are tried on a copy."""
        google.check_query(q)
        body = google.read_json(q, STRUCTURE)
        if not body.get("requests"):
            raise google.invalid("Must specify at least one request.")
        self.changed(body["requests"])

        def run():
            self.grids, self.next_id, replies = self.changed(body["requests"])
            return {"spreadsheetId": SPREADSHEET, "replies": replies}

        return run

    def changed(self, requests):
        """The worksheets as they would be."""
        grids, next_id, replies = [g.copy() for g in self.grids], self.next_id, []
        for i, request in enumerate(requests):
            if len(request) != 1:
                raise google.invalid("Invalid requests[%d]: exactly one request must be set" % i)
            ((name, given),) = request.items()
            fresh = [next_id]
            where = "Invalid requests[%d].%s: " % (i, name)
            replies.append(CHANGES[name](grids, given, where, fresh))
            next_id = fresh[0]
        if sum(g.rows * g.columns for g in grids) > CELLS_MAX:
            raise google.invalid(
                "This action would increase the number of cells in the workbook above the limit of "
                "10000000 cells."
            )
        return grids, next_id, replies


def clip(grid, box):
    row, column, rows, columns = box
    rows = grid.rows - row if rows is None else min(rows, grid.rows - row)
    columns = grid.columns - column if columns is None else min(columns, grid.columns - column)
    return row, column, rows, columns


def a1(grid, row, column, rows, columns):
    first = "%s%d" % (column_name(column), row + 1)
    last = "%s%d" % (column_name(column + columns - 1), row + rows)
    return quoted(grid.title) + "!" + (first if first == last else first + ":" + last)


def ragged(values):
    """Without empty cells at the end of a row and empty rows at the end."""
    rows = []
    for line in values:
        while line and line[-1] == "":
            line.pop()
        rows.append(line)
    while rows and not rows[-1]:
        rows.pop()
    return rows


# ---- changes of worksheets ----------------------------------------------------------------------


def grid_of(grids, sheet_id, where):
    for g in grids:
        if g.id == (sheet_id or 0):
            return g
    raise life(400, where + "No grid with id: %d" % (sheet_id or 0))


def free_title(grids, title, where, but=None):
    if any(g.title.casefold() == title.casefold() for g in grids if g is not but):
        raise life(
            400,
            '%sA sheet with the name "%s" already exists. Please enter another name.' % (where, title),
        )
    if not 0 < len(title) <= 100:
        raise google.invalid(where + "Invalid sheet name")


def add_sheet(grids, given, where, fresh):
    p = given.get("properties", {})
    title = p.get("title") or "Аркуш%d" % (len(grids) + 1)
    free_title(grids, title, where)
    size = p.get("gridProperties", {})
    if "sheetId" in p:
        if p["sheetId"] < 0 or any(g.id == p["sheetId"] for g in grids):
            raise life(400, where + "Sheet ID %d already exists" % p["sheetId"])
        sheet_id = p["sheetId"]
    else:
        sheet_id, fresh[0] = fresh[0], fresh[0] + 13
    rows, columns = size.get("rowCount", 1000), size.get("columnCount", 26)
    if rows < 1 or columns < 1:
        raise google.invalid(where + "gridProperties must be positive")
    g = Grid(sheet_id, title, rows, columns)
    at = p.get("index", len(grids))
    grids.insert(at, g)
    return {"addSheet": {"properties": g.properties(at)}}


def append_dimension(grids, given, where, _fresh):
    g = grid_of(grids, given.get("sheetId"), where)
    n = given.get("length", 0)
    if n < 1 or "dimension" not in given:
        raise google.invalid(where + "length and dimension must be set")
    if given["dimension"] == "ROWS":
        g.rows += n
    else:
        g.columns += n
    return {}


def span_of(grids, given, where):
    span = given.get("range", {})
    g = grid_of(grids, span.get("sheetId"), where)
    start, end = span.get("startIndex", 0), span.get("endIndex")
    if span.get("dimension") != "ROWS" or end is None or not 0 <= start < end:
        raise google.invalid(where + "the range must name rows, startIndex and endIndex")
    return g, start, end


def insert_dimension(grids, given, where, _fresh):
    g, start, end = span_of(grids, given, where)
    if start > g.rows or (start == 0 and given.get("inheritFromBefore")):
        raise life(400, "%srange.startIndex[%d] is too large" % (where, start))
    g.insert(start, end - start)
    return {}


def delete_dimension(grids, given, where, _fresh):
    g, start, end = span_of(grids, given, where)
    if end > g.rows or end - start == g.rows:
        raise life(400, where + "You can't delete all the rows on the sheet.")
    g.delete(start, end - start)
    return {}


def update_properties(grids, given, where, _fresh):
    p = given.get("properties", {})
    g = grid_of(grids, p.get("sheetId"), where)
    if not given.get("fields"):
        raise google.invalid(where + "fields must be set")
    for name in given["fields"].split(","):
        if name == "title":
            free_title(grids, p.get("title", ""), where, g)
            g.title = p["title"]
        elif name in ("gridProperties.rowCount", "gridProperties.frozenRowCount"):
            value = p.get("gridProperties", {}).get(name.partition(".")[2], 0)
            if name.endswith("rowCount"):
                g.resize(value)
        else:
            raise google.invalid(where + "Invalid field: " + name)
    return {}


CHANGES = {
    "addSheet": add_sheet,
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "updateSheetProperties": update_properties,
}


# ---- field masks --------------------------------------------------------------------------------


def parse_mask(text):
    """ "a,b.c,d(e,f)" as nested dicts; a leaf is None."""

    def fields(at):
        found = {}
        while True:
            m = re.match(r"[A-Za-z]+(\.[A-Za-z]+)*|\*", text[at:])
            if m is None:
                raise google.invalid("Invalid field mask: " + text)
            at += m.end()
            below = None
            if text[at : at + 1] == "(":
                below, at = fields(at + 1)
                if text[at : at + 1] != ")":
                    raise google.invalid("Invalid field mask: " + text)
                at += 1
            place = found
            names = m.group().split(".")
            for name in names[:-1]:
                place = place.setdefault(name, {})
            if below is None or place.get(names[-1], 0) is None:
                place[names[-1]] = None
            else:
                place.setdefault(names[-1], {}).update(below)
            if text[at : at + 1] != ",":
                return found, at
            at += 1

    mask, end = fields(0)
    if end != len(text):
        raise google.invalid("Invalid field mask: " + text)
    known(mask, FIELDS, text)
    return mask


def known(mask, fields, text):
    for name, below in mask.items():
        if name == "*":
            continue
        if fields is None or name not in fields:
            raise google.invalid("Request contains an invalid argument. Unknown field in mask: " + text)
        if below is not None:
            known(below, fields[name], text)


def masked(value, mask):
    if mask is None or "*" in mask:
        return value
    if isinstance(value, list):
        return [masked(v, mask) for v in value]
    return {k: masked(v, mask[k]) for k, v in value.items() if k in mask}
