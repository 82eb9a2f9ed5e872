"""Any bytes: no crash, no hang, no row lost; only a DataError may say no."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringfinder.errors import DataError
from ringfinder.read import ReadOptions, read_table

BODY = "客户号,姓名,手机号\nC1,张三,13800000001\n\n投诉编号,日期\nT1,2024-01-02\n合计,1\n"


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", BODY)
        archive.writestr("b.txt", BODY.encode("gb18030"))
    return out.getvalue()


def _workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in BODY.splitlines():
        book.active.append(line.split(","))
    book.save(out)
    return out.getvalue()


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"客户号": ["C1", "C2"], "n": [1, None]}).write_parquet(out)
    return out.getvalue()


SEEDS = {
    "t.csv": BODY.encode(),
    "g.csv": BODY.encode("gb18030"),
    "u.csv": codecs.BOM_UTF16_LE + BODY.encode("utf-16-le"),
    "t.csv.gz": gzip.compress(BODY.encode()),
    "t.zip": _zip(),
    "t.xlsx": _workbook(),
    "t.parquet": _parquet(),
    "t.xls": (Path(__file__).parents[1] / "intake" / "data" / "book_of_1997.xls").read_bytes(),
}
PIECES = st.sampled_from(
    [
        *(bytes([b]) for b in b",\"\n\r\t;'\\ 1\x00\x1c\x80\xa0"),
        *(b"\r\n", b"\n\n", b"C1", b"\xbf\xcd", "号".encode(), b"\xc2\x85"),
        *(b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"PAR1", b"\x1f\x8b"),
    ]
)
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 3), st.one_of(PIECES, st.binary(max_size=3))))
OPTIONS = st.builds(
    ReadOptions,
    encoding=st.sampled_from([None, None, "gb18030", "utf-8", "utf-16-le"]),
    delimiter=st.sampled_from([None, None, ";", "\t"]),
    quote=st.sampled_from("\"'"),
)


def check(path, content: bytes, options: ReadOptions) -> None:
    path.write_bytes(content)
    try:
        tables = read_table(path, options)
    except DataError as error:
        if path.name in error.where and error.do:
            return
        raise
    for table in tables:
        assert len(table.rows) == table.cells.height
        rows = [*table.rows, *table.issues.filter("lost")["row"]]
        assert len(set(rows)) == len(rows)
        if len(tables) == 1 and rows:
            assert max(rows) - min(rows) + 1 == len(rows)
    assert tables


@pytest.mark.parametrize("name", SEEDS)
def test_seeds(tmp_path, name):
    (tmp_path / name).write_bytes(SEEDS[name])
    tables = read_table(tmp_path / name)
    assert [t.cells.height for t in tables] == {"t.zip": [1, 1, 1, 1], "t.parquet": [2], "t.xls": [2]}.get(name, [1, 1])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(PIECES, st.binary(max_size=4)), max_size=30).map(b"".join), OPTIONS)
def test_any_bytes(tmp_path, content, options):
    check(tmp_path / "t.csv", content, options)


@settings(max_examples=350, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(SEEDS)), CHANGES, st.integers(0, 1 << 16), OPTIONS)
def test_damaged_files(tmp_path, name, changes, cut, options):
    content = bytearray(SEEDS[name])
    for at, length, piece in changes:
        at %= len(content) + 1
        content[at : at + length] = piece
    check(tmp_path / name, bytes(content[: cut % (2 * len(content) + 1)]), options)
