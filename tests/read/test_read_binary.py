"""Parquet that unfolds to too much, and workbooks of 1997."""

from __future__ import annotations

import base64
import zlib

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ringfinder.errors import DataError
from ringfinder.read import read_table
from ringfinder.read import source as source_module


def test_parquet_that_unfolds_to_too_much(tmp_path, monkeypatch):
    path = tmp_path / "r.parquet"
    pl.DataFrame({"a": range(5000)}).write_parquet(path)
    monkeypatch.setattr(source_module, "MAX_BYTES", 39_000)
    with pytest.raises(DataError, match=r"r\.parquet: .*more than 39,000 bytes"):
        read_table(path)
    for value in ("x" * 1000, b"\xff" * 1000):
        table = pa.table({"a": pa.array([value] * 100)})
        pq.write_table(table, path)
        monkeypatch.setattr(source_module, "MAX_BYTES", 90_000)
        with pytest.raises(DataError, match="more than 90,000 bytes"):
            read_table(path)
        monkeypatch.setattr(source_module, "MAX_BYTES", 110_000)
        assert read_table(path)[0].cells.height == 100


#: A workbook of 1997 made with xlwt 1.3.0: sheets 客户 (title, header, rows of text, number, date, truth) and 空.
XLS = """
eNrtWE1IVFEU/u59b3SUcRxLAw1sEDLzJzQXSqBThglFYlkUGZTTTBGmxtBGN1k2qwiKCCpqYdiijdamHyoo3BQE9rMIgkCLVrUJilqor3POvJc/KTig
gvG+4Z5777nnnPtzzv2Z93o4a6TvXt4oZqAWBiasNKRM4SlKaU4lAGq3LC46uZeS5WJZIc1Ljkzx4HHGq1T2Ift7FBp3zedEgU+UDuIkGjs7osElRJ2M
oVXxGGqUSbGncYOSH7kyrhVCjwhdKXRQZJ8I3SycC0JrSHZEHcBwqLG42o7j/bpA2vxEFR6IzgfhVCAHLziOT19UCVkPtsSOt55YZg35pg/9IJc2RDui
Ma5n4jbSgS5CWXt7WSQygmxydz9+WkHgh7OvnwVd/tLyFYj/ezo/dQ6+l5w4k39Zm0APrMOKgzkOH2pNbtHqVktVOE5OPyqnuFLd3WNokGOaE22qK+GX
5zP27G02ILK/msnCjvCmY5R9ia7h7M2lm1cNoLy8inbH1o2kV7Ghsrq+pKI8nW8DOT0C006PDNlTPqIRZEo5S3ZWgDodu/P97c5wU+iQcHpkGIl7ZS1P
AhbOsAYp+6XFI5RbikWjROhZsbpaynlCs0mS8sKmHLuwrVdkzklrIfVTKXgXWjelXETl+NddD/Pjn0PrqTzQMNqdPfA+1IcCuucipM+/XpSqUnX9GuNR
yMmVfQJ9FJr7z2nk1QF7bpZ9eWZinPcfIUsoSyiZ3XQJJRJMEzVn/RI1TTXjb82gmmnb0rPY0mKLV9HQftsXQNG37YO+uqcyA030/hBbbSFhQyyZs1gy
xVKK3bMpltjlHu2lmiEjrtVki7uk83cSCxcnmDNOJrHc4kTWDLOtmQsXLly4cOHCxeKA35n8DjHsd7bHfp2l2t91xilNuJ9J/lvsRif9TtFfynp0UB5D
V1Lxswoe5dhS89Rxvhcy9lHvMbQhLONoSzp+6XWtps5n3oqBhdtCyfY/kcw4F7n/P4usDoE=
"""


def test_workbook_of_1997(tmp_path):
    path = tmp_path / "book.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(XLS)))
    (table,) = read_table(path)
    assert table.file == "book.xls#客户"
    assert table.cells.columns == ["客户号", "手机", "日期", "金额"]
    assert table.cells.rows() == [("007", "15400000901", "2024-01-02", "1.5"), ("C2", "1.38E+10", None, "TRUE")]
    assert table.rows.to_list() == [3, 5]
    assert table.titles == ((1, "投诉名单"),)
    content = path.read_bytes()
    for damaged in (content[:2000], content[:8], content[:512] + bytes(4000)):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"book\.xls: the workbook is damaged"):
            read_table(path)
