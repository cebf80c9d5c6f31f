"""What people do with the spreadsheet of sheets.py, by its control port:

{"do": "put", "range": "'Інна'!D5:G5", "values": [[...]]}   types it in (USER_ENTERED; null skips)
{"do": "clear", "range": ...}
{"do": "delete_rows", "title", "row": 5, "count": 2}        rows are counted from 1, as in the sheet
{"do": "insert_rows", "title", "row", "count"}
{"do": "cut", "range": ..., "to": "'Інна'!D9"}              cuts a box out and pastes it
{"do": "sort", "title", "reverse": true}                    the rows below the head, by their texts
{"do": "add", "title"}, {"do": "remove", "title"}, {"do": "rename", "title", "to"}
{"do": "order", "titles": [...]}                            the worksheets' order
{"do": "share", "role": "writer"}                           or "reader"; null: with nobody
{"do": "quota", "reads": 3, "writes": 3}                    that many, until {"do": "refill"}
"""
from sheets_grid import Grid, RangeFault, parse_range
from state import ScenarioFault


def named(sheets, title):
    for g in sheets.grids:
        if g.title == title:
            return g
    raise ScenarioFault("no worksheet %r" % title)


def box(sheets, text):
    try:
        grid, (row, column, rows, columns) = parse_range(sheets.grids, text)
    except RangeFault as e:
        raise ScenarioFault("no range %r" % text) from e
    return grid, row, column, rows or grid.rows - row, columns or grid.columns - column


def put(sheets, given):
    grid, row, column, _, _ = box(sheets, given["range"])
    for r, line in enumerate(given["values"]):
        for c, value in enumerate(line):
            grid.put(row + r, column + c, value, "USER_ENTERED")


def clear(sheets, given):
    grid, row, column, rows, columns = box(sheets, given["range"])
    grid.clear(row, column, rows, columns)


def cut(sheets, given):
    grid, row, column, rows, columns = box(sheets, given["range"])
    to, to_row, to_column, _, _ = box(sheets, given["to"])
    held = {(r - row, c - column): v for (r, c), v in grid.cells.items()
            if row <= r < row + rows and column <= c < column + columns}
    grid.clear(row, column, rows, columns)
    to.clear(to_row, to_column, rows, columns)
    for (r, c), v in held.items():
        to.cells[(to_row + r, to_column + c)] = v


def delete_rows(sheets, given):
    named(sheets, given["title"]).delete(given["row"] - 1, given.get("count", 1))


def insert_rows(sheets, given):
    named(sheets, given["title"]).insert(given["row"] - 1, given.get("count", 1))


def sort(sheets, given):
    grid = named(sheets, given["title"])
    rows = {}
    for (r, c), v in grid.cells.items():
        if r > 0:
            rows.setdefault(r, {})[c] = v
    ordered = sorted(rows.values(), key=lambda row: [str(row.get(c, "")) for c in range(3)],
                     reverse=given.get("reverse", False))
    grid.cells = {at: v for at, v in grid.cells.items() if at[0] == 0}
    for r, row in enumerate(ordered, 1):
        for c, v in row.items():
            grid.cells[(r, c)] = v


def add(sheets, given):
    sheets.grids.append(Grid(sheets.next_id, given["title"], given.get("rows", 1000), given.get("columns", 26)))
    sheets.next_id += 13


def remove(sheets, given):
    sheets.grids.remove(named(sheets, given["title"]))


def rename(sheets, given):
    named(sheets, given["title"]).title = given["to"]


def order(sheets, given):
    sheets.grids.sort(key=lambda g: given["titles"].index(g.title) if g.title in given["titles"] else 999)


def share(sheets, given):
    sheets.role = given["role"]


def quota(sheets, given):
    sheets.quota.most = {"Read": given["reads"], "Write": given["writes"]}
    sheets.quota.fixed = True
    refill(sheets, given)


def refill(sheets, _given):
    sheets.quota.used = {"Read": [], "Write": []}


DOES = {f.__name__: f for f in (put, clear, cut, delete_rows, insert_rows, sort, add, remove, rename, order, share, quota, refill)}


def edit(sheets, given):
    if given.get("do") not in DOES:
        raise ScenarioFault("staff do not %r" % given.get("do"))
    DOES[given["do"]](sheets, given)


def show(sheets):
    return {
        "sheets": [
            {"id": g.id, "title": g.title, "rows": g.rows, "columns": g.columns, "values": g.values()}
            for g in sheets.grids
        ]
    }
