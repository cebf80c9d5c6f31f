"""A worksheet: its cells, what typing makes of a text, and A1 notation."""
import copy
import datetime
import re

CELL_MAX = 50000


class RangeFault(Exception):
    """It is no range."""


class Missing(RangeFault):
    """It names a worksheet that is not there."""


class Formula:
    """A text that became a formula. None of them is calculated here."""

    def __init__(self, text):
        self.text = text


class Grid:
    def __init__(self, sheet_id, title, rows, columns):
        self.id, self.title, self.rows, self.columns = sheet_id, title, rows, columns
        self.cells = {}  # (row, column) from 0 -> text, number, bool, date, Formula

    def copy(self):
        g = copy.copy(self)
        g.cells = dict(self.cells)
        return g

    def properties(self, index):
        return {
            "sheetId": self.id,
            "title": self.title,
            "index": index,
            "sheetType": "GRID",
            "gridProperties": {"rowCount": self.rows, "columnCount": self.columns},
        }

    def put(self, row, column, value, option):
        if value is None:
            return
        if option == "USER_ENTERED" and isinstance(value, str):
            value = typed(value)
        if value == "":
            self.cells.pop((row, column), None)
        else:
            self.cells[(row, column)] = value

    def shown(self, row, column, render):
        v = self.cells.get((row, column), "")
        if isinstance(v, Formula):
            return v.text if render == "FORMULA" else "#N/A"
        if isinstance(v, datetime.date):
            if render != "FORMATTED_VALUE":
                return (v - datetime.date(1899, 12, 30)).days
            return v.strftime("%d.%m.%Y")
        if render != "FORMATTED_VALUE":
            return v
        if isinstance(v, bool):
            return "TRUE" if v else "FALSE"
        return v if isinstance(v, str) else str(v).replace(".", ",")

    def clear(self, row, column, rows, columns):
        for at in list(self.cells):
            if row <= at[0] < row + rows and column <= at[1] < column + columns:
                del self.cells[at]

    def _move(self, at, by):
        self.cells = {(r + by if r >= at else r, c): v for (r, c), v in self.cells.items()}

    def insert(self, at, n):
        self._move(at, n)
        self.rows += n

    def delete(self, at, n):
        self.clear(at, 0, n, self.columns)
        self._move(at + n, -n)
        self.rows -= n

    def resize(self, rows):
        self.clear(rows, 0, self.rows, self.columns)
        self.rows = rows

    def values(self):
        last = max([r for r, _ in self.cells], default=-1)
        rows = []
        for r in range(last + 1):
            line = [self.shown(r, c, "FORMULA") for c in range(self.columns)]
            while line and line[-1] == "":
                line.pop()
            rows.append(line)
        return rows


def typed(text):
    """What a sheet in Ukrainian makes of a text that is typed in."""
    if text.startswith("'"):
        return text[1:]
    if text.startswith("=") and len(text) > 1:
        return Formula(text)
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return float(text.replace(",", "."))
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    m = re.fullmatch(r"(\d{1,2})[-./](\d{1,2})(?:[-./](\d{4}))?", text)
    if m:
        try:
            return datetime.date(int(m.group(3) or 2026), int(m.group(2)), int(m.group(1)))
        except ValueError:
            pass
    return text


# ---- A1 notation --------------------------------------------------------------------------------


def column_name(column):
    name = ""
    column += 1
    while column > 0:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def column_of(name):
    n = 0
    for c in name:
        n = n * 26 + ord(c) - 64
    return n - 1


PLAIN = re.compile(r"\w+$")  # as they are taken; what is answered quotes all that is not ASCII
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d*)$")
R1C1 = re.compile(r"[Rr](\d+|\[-?\d+\])?[Cc](\d+|\[-?\d+\])?$")


def quoted(title):
    if re.fullmatch(r"[A-Za-z0-9_]+", title) and not CELL.match(title) and not R1C1.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def title_and_rest(text):
    if text.startswith("'"):
        m = re.match(r"'((?:[^']|'')+)'", text)
        if m is None or text[m.end() : m.end() + 1] not in ("", "!"):
            raise RangeFault
        return m.group(1).replace("''", "'"), text[m.end() + 1 :]
    title, mark, rest = text.rpartition("!")
    if mark:
        if not PLAIN.match(title) or CELL.match(title):
            raise RangeFault
        return title, rest
    if CELL.match(text) or ":" in text:
        return None, text
    if R1C1.match(text):
        raise RangeFault
    return text, ""


def corner(text):
    """(row, column) from 0; None where it is not said."""
    m = re.fullmatch(r"\$?([A-Za-z]{1,3})?(?:\$?([1-9]\d{0,7}))?", text)
    if m is None or not text:
        raise RangeFault
    return (int(m.group(2)) - 1 if m.group(2) else None, column_of(m.group(1).upper()) if m.group(1) else None)


def parse_range(grids, text):
    """The worksheet, and (row, column, rows, columns); rows or columns None: up to the end."""
    title, rest = title_and_rest(text)
    grid = grids[0] if title is None else next((g for g in grids if g.title == title), None)
    if grid is None:
        raise Missing
    if not rest:
        if title is not None and text.endswith("!"):
            raise RangeFault
        return grid, (0, 0, None, None)
    first, colon, last = rest.partition(":")
    a = corner(first)
    if not colon:
        if None in a:
            raise RangeFault
        return grid, (a[0], a[1], 1, 1)
    b = corner(last)
    if (a[0] is None and a[1] is None) or (a[1] is None) != (b[1] is None):
        raise RangeFault
    row, column = a[0] or 0, a[1] or 0
    rows = None if b[0] is None else b[0] - row + 1
    columns = None if b[1] is None else b[1] - column + 1
    if (rows is not None and rows < 1) or (columns is not None and columns < 1):
        raise RangeFault
    return grid, (row, column, rows, columns)
