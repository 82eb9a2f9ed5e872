"""From a grid to a raw table: header named, blank, repeated and total rows taken out and counted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import polars as pl

from ringfinder.issues import issue, issue_table
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.read.header import column_names
from ringfinder.read.source import Source
from ringfinder.read.types import Grid, RawTable

__all__ = ["assemble"]

_TOTAL = (
    r"(?i)^(?:本页|本月|本日|累计)?"
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|总合计|grand\s+total|sub-?total|totals?)[:：]?$"
)


def assemble(grid: Grid, name: str, source: Source, encoding: str, delimiter: str, mark: str = "") -> RawTable:
    """The raw table of a grid. ``mark`` is the character that stands for a byte that did not fit.

    Raises
    ------
    AssertionError
        If rows were lost without an issue that says so.
    """
    names = column_names(grid.header)
    cells = grid.cells.rename(dict(zip(grid.cells.columns, names, strict=True)))
    cells = pl.DataFrame([c.replace("", None) if c.eq("").any() else c for c in cells])
    issues = [_told(grid, name, names)]
    reasons = _reasons(cells, (grid.header, *grid.twins))
    rows = grid.rows.alias("row")
    if reasons is not None:
        issues.append(_lost(cells, rows, reasons, name, delimiter))
        keep = reasons.is_null()
        cells, rows = cells.filter(keep), rows.filter(keep)
    if mark:
        cells, damaged = _bad_bytes(cells, rows, name, mark)
        issues += damaged
    table = pl.concat(issues).sort("row", maintain_order=True)
    expected, lost = grid.total - grid.header_row, int(table["lost"].sum())
    if expected != cells.height + lost:
        raise AssertionError(f"{name}: {expected} rows below the header, {cells.height} read, {lost} lost")
    if not cells.height:
        table = pl.concat([issue_table([issue(name, 0, "", "", "no_rows", lost=False)]), table])
    return RawTable(name, cells, rows, source.sha256, source.size, encoding, delimiter, table, grid.titles)


def _told(grid: Grid, name: str, names: list[str]) -> pl.DataFrame:
    """What the parser told: titles, rows too long, quotes that never close."""
    titles = [issue(name, row, "", value, "title_row", lost=False) for row, value in grid.titles]
    ragged = [issue(name, row, "", value, "ragged_row", lost=True) for row, value in grid.ragged]
    stray = [issue(name, row, names[i], value, "open_quote", lost=False) for row, i, value in grid.stray]
    return issue_table(titles + ragged + stray)


def _reasons(cells: pl.DataFrame, headers: Sequence[Sequence[str]]) -> pl.Series | None:
    """For each row the reason to leave it out, or null; None instead of the whole series if there is none."""
    first = pl.coalesce(pl.all().str.strip_chars().replace("", None))
    same = pl.any_horizontal(
        pl.all_horizontal(
            pl.col(n).fill_null("").str.strip_chars() == (h or "").strip()
            for n, h in zip_longest(cells.columns, header[: cells.width])
        )
        for header in headers
    )
    reason = cells.select(
        pl.when(first.is_null())
        .then(pl.lit("blank_row"))
        .when(same)
        .then(pl.lit("repeated_header"))
        .when(first.str.contains(_TOTAL))
        .then(pl.lit("total_row"))
        .alias("reason")
    )["reason"]
    return None if reason.null_count() == len(reason) else reason


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
    """The cells with U+FFFD where a byte did not fit, and an issue for each such cell."""
    found: list[pl.DataFrame] = []
    columns: list[pl.Series] = []
    for column in cells:
        hit = column.str.contains(mark, literal=True).fill_null(False)
        column = column.str.replace_all(mark, "\ufffd", literal=True)
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
