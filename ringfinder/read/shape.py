"""From a grid to a raw table: header named, blank, repeated and total rows taken out and counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

import polars as pl

from ringfinder.errors import DataError
from ringfinder.issues import issue, issue_table
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.read.header import FOOTER, TOTAL, WHITE, column_names, shape, shapes
from ringfinder.read.shifted import find_shifted
from ringfinder.read.source import Source
from ringfinder.read.stray import MARKS, Stray, numbers, place
from ringfinder.read.types import Grid, RawTable

__all__ = ["assemble"]

#: Rows at the end among which notes are looked for, and rows by which the shapes of cells are learnt.
_NOTES = 20
_KNOWN = 10_000

#: The most columns of a table, as of a sheet; each takes some 50 KB of memory while it is looked at.
_COLUMNS = 16_384


def assemble(
    grid: Grid,
    name: str,
    source: Source,
    encoding: str,
    delimiter: str,
    mark: str = "",
    strays: Sequence[Stray] = (),
) -> RawTable:
    """The raw table of a grid.

    ``mark`` is the character that stands for a byte that did not fit the encoding named by the user, or NUL; ``strays``
    are the bytes that were read on over, which have marks of their own.

    Raises
    ------
    DataError
        If it has more columns than a sheet can have.
    AssertionError
        If rows were lost without an issue that says so.
    """
    if len(grid.header) > _COLUMNS:
        raise DataError(
            f"the table has {len(grid.header):,} columns",
            where=name,
            expected=f"at most {_COLUMNS:,}",
            do="Check --delimiter, or export only the columns needed",
        )
    names = column_names([_mended(c, mark, strays) for c in grid.header])
    cells = grid.cells.rename(dict(zip(grid.cells.columns, names, strict=True)))
    cells = pl.DataFrame([c.replace("", None) if c.eq("").any() else c for c in cells])
    issues = [_told(grid, name, names)]
    reasons = _reasons(cells, (grid.header, *grid.twins))
    rows = grid.rows.alias("row")
    uneven = [issue(name, row, "", value, "ragged_row", lost=False) for row, value in grid.uneven]
    if reasons is not None:
        issues.append(_lost(cells, rows, reasons, name, delimiter))
        keep = reasons.is_null()
        cells, rows = cells.filter(keep), rows.filter(keep)
    if uneven:
        issues.append(issue_table(uneven).filter(pl.col("row").is_in(rows.implode())))
    shifted = find_shifted(cells)
    if shifted is not None:
        texts = pl.concat_str(pl.all().fill_null(""), separator=delimiter or ",")
        told = cells.select(rows, texts).filter(shifted.rows)
        issues.append(
            issue_table([issue(name, row, "", value, "shifted_row", lost=False) for row, value in told.iter_rows()])
        )
        cells = shifted.cells
    if mark:
        cells, damaged = _bad_bytes(cells, rows, name, mark)
        bad = [n for n, c in zip(names, grid.header, strict=True) if mark in c]
        issues += [*damaged, issue_table([issue(name, grid.header_row, n, n, "bad_byte", lost=False) for n in bad])]
    if strays:
        beside = [_stray_rows(pl.concat(issues), strays), _stray_header(grid, name, names, strays)]
        cells, damaged = _stray_bytes(cells, rows, name, strays)
        issues += [*beside, *damaged]
    table = pl.concat(issues).sort("row", maintain_order=True)
    expected, lost = grid.total - grid.header_row, int(table["lost"].sum())
    if expected != cells.height + lost:
        raise AssertionError(f"{name}: {expected} rows below the header, {cells.height} read, {lost} lost")
    if not cells.height:
        table = pl.concat([issue_table([issue(name, 0, "", "", "no_rows", lost=False)]), table])
    if not any(grid.header):
        table = pl.concat([issue_table([issue(name, 0, "", "", "no_header", lost=False)]), table])
    if mark:
        table = table.with_columns(pl.col("value").str.replace_all(mark, _mended(mark, mark), literal=True))
    if strays:
        table = table.with_columns(pl.col("value").str.replace_all(MARKS, "\ufffd"))
    titles = tuple((row, _mended(text, mark, strays)) for row, text in grid.titles)
    return RawTable(name, cells, rows, source.sha256, source.size, encoding, delimiter, table, titles)


def _mended(text: str, mark: str, strays: Sequence[Stray] = ()) -> str:
    """Text with U+FFFD where a byte did not fit, and without NUL."""
    text = re.sub(MARKS, "\ufffd", text) if strays else text
    return text.replace(mark, "" if mark == "\0" else "\ufffd") if mark else text


def _told(grid: Grid, name: str, names: list[str]) -> pl.DataFrame:
    """What the parser told: titles, rows too long, quotes that never close."""
    titles = [issue(name, row, "", value, "title_row", lost=False) for row, value in grid.titles]
    ragged = [issue(name, row, "", value, "ragged_row", lost=True) for row, value in grid.ragged]
    stray = [issue(name, row, names[i], value, "open_quote", lost=False) for row, i, value in grid.stray]
    return issue_table(titles + ragged + stray)


def _reasons(cells: pl.DataFrame, headers: Sequence[Sequence[str]]) -> pl.Series | None:
    """For each row the reason to leave it out, or null; None instead of the whole series if there is none."""
    if not cells.width:
        return None
    doubt = _doubtful(cells, headers)
    reason = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, cells.height)
    if len(doubt):
        reason = reason.scatter(doubt, _reasons_of(cells[doubt], headers))
    notes = _notes(cells, reason)
    if notes:
        reason = reason.scatter(notes, ["total_row"] * len(notes))
    return None if reason.null_count() == len(reason) else reason


def _doubtful(cells: pl.DataFrame, headers: Sequence[Sequence[str]]) -> pl.Series:
    """Positions of the rows that may have to be left out, by their first cell alone: most tables have hardly any."""
    name = cells.columns[0]
    firsts = [(header[0] if len(header) else "").strip("\ufeff").strip() for header in headers]
    text = pl.col(name).str.strip_chars(WHITE).fill_null("")
    words = cells.select(pl.col(name).unique())
    may = (text == "") | text.str.contains(TOTAL) | text.str.contains(FOOTER) | _plain(name, 0).is_in(firsts)
    odd = words.filter(may)
    return cells.select(pl.col(name).is_in(odd[name].implode(), nulls_equal=True).arg_true())[name]


def _reasons_of(cells: pl.DataFrame, headers: Sequence[Sequence[str]]) -> pl.Series:
    """For each row the reason to leave it out, or null."""
    first = pl.coalesce(pl.all().str.strip_chars(WHITE).replace("", None))
    same = pl.any_horizontal(
        pl.all_horizontal(
            _plain(n, i) == (h or "").strip("\ufeff").strip()
            for i, (n, h) in enumerate(zip_longest(cells.columns, header[: cells.width]))
        )
        for header in headers
    )
    return cells.select(
        pl.when(first.is_null())
        .then(pl.lit("blank_row"))
        .when(same)
        .then(pl.lit("repeated_header"))
        .when(first.str.contains(TOTAL))
        .then(pl.lit("total_row"))
        .when(first.str.contains(FOOTER) & _is_footer(cells.columns))
        .then(pl.lit("total_row"))
        .alias("reason")
    )["reason"]


def _is_footer(columns: Sequence[str]) -> pl.Expr:
    """Whether all filled cells are those of a footer, and some cell is empty."""
    said = [pl.col(n).fill_null("").str.strip_chars(WHITE) for n in columns]
    plain = pl.all_horizontal((text == "") | text.str.contains(FOOTER) for text in said)
    return plain & pl.any_horizontal(text == "" for text in said)


def _notes(cells: pl.DataFrame, reasons: pl.Series) -> list[int]:
    """Indexes of the notes below the last record: rows of one cell that is written like none of the cells above it."""
    if cells.width < 3:
        return []
    last: dict[int, tuple[int, str]] = {}
    for i in range(cells.height - 1, max(-1, cells.height - 1 - _NOTES), -1):
        if reasons[i] is not None:
            continue
        filled = [(at, c) for at, c in enumerate(cells.row(i)) if c and c.strip()]
        if len(filled) > 1:
            break
        last[i] = filled[0]
    records = cells.head(min(last, default=0)).filter(reasons.head(min(last, default=0)).is_null())
    if len(last) == _NOTES or records.height < 2:
        return []
    known = {at: shapes(records[:, at].head(_KNOWN)) for at in {at for at, _ in last.values()}}
    return [i for i, (at, c) in last.items() if any(map(str.isalpha, c)) and shape(c) not in known[at]]


def _plain(name: str, index: int) -> pl.Expr:
    """A column without outer space; the first without the byte-order mark that a file pasted behind another has."""
    text = pl.col(name).fill_null("")
    return (text if index else text.str.strip_chars("\ufeff")).str.strip_chars()


def _lost(cells: pl.DataFrame, rows: pl.Series, reasons: pl.Series, name: str, delimiter: str) -> pl.DataFrame:
    gone = cells.select(
        row=rows, reason=reasons, value=pl.concat_str(pl.all().fill_null(""), separator=delimiter or ",")
    ).filter(pl.col("reason").is_not_null())
    blank = pl.col("reason") == "blank_row"
    return gone.select(
        file=pl.lit(name),
        row="row",
        column=pl.lit(""),
        value=pl.when(blank).then(pl.lit("")).otherwise(pl.col("value")),
        reason="reason",
        lost=pl.lit(True),
    ).select(pl.col(n).cast(t) for n, t in ISSUE_SCHEMA.items())


def _bad_bytes(cells: pl.DataFrame, rows: pl.Series, name: str, mark: str) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The cells with U+FFFD where a byte did not fit and without NUL, and an issue for each such cell."""
    found: list[pl.DataFrame] = []
    columns: list[pl.Series] = []
    for column in cells:
        hit = column.str.contains(mark, literal=True).fill_null(False)
        column = column.str.replace_all(mark, _mended(mark, mark), literal=True)
        columns.append(column)
        found.append(
            issue_table(
                [
                    issue(name, row, column.name, value, "bad_byte", lost=False)
                    for row, value in zip(rows.filter(hit), column.filter(hit), strict=True)
                ]
            )
        )
    return pl.DataFrame(columns), found


def _stray_bytes(
    cells: pl.DataFrame, rows: pl.Series, name: str, strays: Sequence[Stray]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The cells with U+FFFD for stray bytes, and an issue for each such cell, with the place in the file."""
    found: list[pl.DataFrame] = []
    columns: list[pl.Series] = []
    for column in cells:
        hit = column.str.contains(MARKS).fill_null(False)
        told = zip(rows.filter(hit), column.filter(hit), strict=True)
        found.append(issue_table([_stray(name, row, column.name, value, strays) for row, value in told]))
        columns.append(column.str.replace_all(MARKS, "\ufffd") if hit.any() else column)
    return pl.DataFrame(columns), found


def _stray_header(grid: Grid, name: str, names: list[str], strays: Sequence[Stray]) -> pl.DataFrame:
    """An issue for each header cell with a stray byte."""
    hit = [(n, c) for n, c in zip(names, grid.header, strict=True) if numbers(c)]
    return issue_table([_stray(name, grid.header_row, n, c, strays) for n, c in hit])


def _stray_rows(told: pl.DataFrame, strays: Sequence[Stray]) -> pl.DataFrame:
    """An issue for each row with a stray byte that was left out or shifted, or that stands above the header."""
    whole = pl.col("lost") | pl.col("reason").is_in(["title_row", "shifted_row"])
    hit = told.filter(pl.col("value").str.contains(MARKS) & whole)
    return issue_table([_stray(r["file"], r["row"], "", r["value"], strays) for r in hit.iter_rows(named=True)])


def _stray(name: str, row: int, column: str, value: str, strays: Sequence[Stray]) -> dict[str, object]:
    return issue(name, row, f"{column} {place(value, strays)}".strip(), value, "stray_byte", lost=False)
