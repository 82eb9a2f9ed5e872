"""Rows of the header's width whose cells stand in each other's columns are told, kept, and not guessed."""

from __future__ import annotations

import polars as pl
import pytest

from ringfinder.read import read_table
from ringfinder.read.shifted import find_shifted

HEAD = "客户号,姓名,手机号,投诉日期\n"
ROWS = [f"C{i},{'张三' if i % 2 else '李四光'},1380000{i},2026-05-{i % 28 + 1:02}" for i in range(1000, 1030)]


def table_of(tmp_path, *rows: str, tail: str = ""):
    path = tmp_path / "t.csv"
    path.write_text(HEAD + "\n".join([*ROWS[:20], *rows, *ROWS[20:]]) + "\n" + tail, encoding="utf-8")
    (table,) = read_table(path)
    return table


def told(table) -> list[tuple[int, str, str, bool]]:
    return table.issues.select("row", "column", "reason", "lost").rows()


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("C2000,王五,2026-05-03,13800002000", ("C2000", "王五", None, None)),  # swapped
        ("13800002000,王五,C2000,2026-05-03", (None, "王五", None, "2026-05-03")),
        (",C2000,王五,13800002000", (None, None, None, None)),  # moved by one place to the right
        ("王五,13800002000,2026-05-03,", (None, None, None, None)),  # to the left
        ("C2000,王五,2026-05-03 ,138 0000 2000", ("C2000", "王五", "2026-05-03 ", "138 0000 2000")),  # cannot be told
    ],
)
@pytest.mark.parametrize("tail", ["", '"C3000","a\nb",,\n'], ids=["fast", "tolerant"])
def test_cells_out_of_place_are_taken_out_and_the_row_is_told(tmp_path, row, kept, tail):
    table = table_of(tmp_path, row, tail=tail)
    assert table.cells.row(20) == kept
    assert table.cells.height == 31 + bool(tail)
    assert told(table) == ([(22, "", "shifted_row", False)] if None in kept else [])
    if None in kept:
        assert table.issues["value"].to_list() == [row]
    assert [table.cells.row(i) for i in (19, 21)] == [tuple(ROWS[i].split(",")) for i in (19, 20)]


@pytest.mark.parametrize(
    "row",
    [
        "C2000,王五,无记录,待定",
        "13800002000,王五,未知,2026-05-03",  # nothing under the phone: a placeholder may stand for the number
        "C2000,王五,,13800002000",  # one cell alone
        "C2000,12,13800002000,",
        "C2000,王五,0755-81234567,2026/5/3",
        "2026-05-03,王五,13800002000,2026-05-03",
        "C2000,C2001,13800002000,2026-05-03",
    ],
)
def test_odd_cells_that_nothing_displaced_are_left_alone(tmp_path, row):
    table = table_of(tmp_path, row)
    assert table.cells.row(20) == tuple(c or None for c in row.split(","))
    assert told(table) == []


def test_a_column_of_many_shapes_teaches_nothing(tmp_path):
    path = tmp_path / "t.csv"
    rows = "".join(f"{'x' * (i % 7)}{i}-{i * 37},{i * 11}{'.5' * (i % 2)},{i}\n" for i in range(40))
    path.write_text("a,b,c\n" + rows + "1234567,x-1,2026-05-03\n", encoding="utf-8")
    assert read_table(path)[0].issues.is_empty()


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = ["C2000,王五,2026-05-03,13800002000", "C2001,王五,2026-05-03,13800002001"]
    one = table_of(tmp_path, *rows)
    other = table_of(tmp_path, *reversed(rows))
    assert sorted(one.issues["value"]) == sorted(other.issues["value"])
    assert sorted(map(str, one.cells.rows())) == sorted(map(str, other.cells.rows()))


def test_in_a_long_table_the_columns_are_learnt_from_the_same_rows_in_any_order():
    """Twenty thousand rows of two ways to write a phone: the first ten thousand alone would teach one of them."""
    plain = [(f"C{i}", f"138{i:08}", f"2026-05-{i % 28 + 1:02}") for i in range(12_000)]
    long = [(f"C{i}", f"0086138{i:08}", f"2026-05-{i % 28 + 1:02}") for i in range(12_000, 24_000)]
    moved = [("C99001", "2026-05-03", "008613800002000"), ("C99002", "2026-05-03", "13800002000")]
    frames = [
        pl.DataFrame([*rows], schema=["客户号", "手机号", "日期"], orient="row")
        for rows in ([*plain, *moved, *long], [*long, *moved, *plain])
    ]
    found = [find_shifted(frame) for frame in frames]
    told = [set() if f is None else set(frame["客户号"].filter(f.rows)) for f, frame in zip(found, frames, strict=True)]
    assert told[0] == told[1] == {"C99001", "C99002"}
