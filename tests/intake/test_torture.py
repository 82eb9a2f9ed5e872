"""Awkward files of others with their right answers: csv-spectrum, naughty strings, one table in eight encodings."""

from __future__ import annotations

import codecs
import csv
import json
from pathlib import Path

import pytest

from ringfinder.errors import DataError
from ringfinder.read import ReadOptions, read_table

DATA = Path(__file__).parent / "data"
REGIONS = "地区代码,地区名称\n110000,北京市\n" + "".join(f"{i},测试区{i}\n" for i in range(110_101, 110_500))


@pytest.mark.parametrize("path", sorted(DATA.glob("spectrum/*.csv")), ids=lambda p: p.stem)
def test_spectrum(path):
    (table,) = read_table(path)
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    expected = expected if isinstance(expected, list) else [expected]
    if path.stem == "location_coordinates":
        expected[0]["Contact Phone Number"] = "2095257564"  # the answer has another number than the file
    assert table.cells.to_dicts() == [{k: v or None for k, v in row.items()} for row in expected]
    assert table.issues.is_empty()


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (REGIONS.encode("gbk"), "gb18030", ","),
        (REGIONS.encode("gb18030"), "gb18030", ","),
        (REGIONS.encode(), "utf-8", ","),
        (codecs.BOM_UTF8 + REGIONS.encode(), "utf-8-sig", ","),
        (codecs.BOM_UTF16_LE + REGIONS.encode("utf-16-le"), "utf-16-le", ","),
        (codecs.BOM_UTF16_BE + REGIONS.encode("utf-16-be"), "utf-16-be", ","),
        (REGIONS.replace(",", "\t").encode("gbk"), "gb18030", "\t"),
        (REGIONS.replace(",", ";").encode(), "utf-8", ";"),
    ],
)
def test_one_table_in_all_encodings(tmp_path, content, encoding, delimiter):
    path = tmp_path / "regions.csv"
    path.write_bytes(content)
    (table,) = read_table(path)
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
    assert table.cells.columns == ["地区代码", "地区名称"]
    assert table.cells.rows() == [tuple(line.split(",")) for line in REGIONS.splitlines()[1:]]
    assert table.issues.is_empty()


def test_utf_16_without_a_mark_names_the_file_and_the_option(tmp_path):
    path = tmp_path / "regions.csv"
    path.write_bytes(REGIONS.encode("utf-16-be"))
    with pytest.raises(DataError, match=r"regions\.csv: .*--encoding utf-16-be"):
        read_table(path)
    assert read_table(path, ReadOptions(encoding="utf-16-be"))[0].cells.height == 400


def test_naughty_names_survive():
    path = DATA / "naughty_names.csv"
    (table,) = read_table(path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [tuple(c or None for c in row) for row in list(csv.reader(stream))[1:]]
    assert table.cells.rows() == rows
    assert table.cells.height == 479
    assert table.issues.is_empty()


def test_naughty_names_hold_forty_phones_and_four_blank_names():
    (table,) = read_table(DATA / "naughty_names.csv")
    assert table.cells["phone"].n_unique() == 40
    names = table.cells["person_id"].fill_null("")
    assert sum(not name.strip() for name in names) == 4
