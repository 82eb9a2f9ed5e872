"""Workbooks that are damaged or made to exhaust the machine: refused with the file's name, whatever the engine does."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ringfinder.errors import DataError
from ringfinder.read import ReadOptions, ole, read_table, read_tables, spreadsheet, workbook_child
from ringfinder.read import source as source_module

CLEAN = (Path(__file__).parents[1] / "intake" / "data" / "book_of_1997.xls").read_bytes()


def number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def changed(at: int, value: int, data: bytes = CLEAN) -> bytes:
    return data[:at] + value.to_bytes(4, "little") + data[at + 4 :]


#: Where the table of chains and the directory stand in the clean workbook.
FAT = (number(CLEAN, 76) + 1) * 512
DIRECTORY = (number(CLEAN, 48) + 1) * 512
#: The entry of the stream that holds the cells: its first sector and its length stand 116 and 120 bytes on.
ENTRY = next(at for at in range(DIRECTORY, len(CLEAN), 128) if CLEAN[at:].startswith("Workbook".encode("utf-16-le")))
FIRST = number(CLEAN, ENTRY + 116)


def workbook(rows: list[list[object]], **cells: object) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    book.save(out)
    return out.getvalue()


def test_a_whole_container_is_not_damaged():
    assert ole.damage(CLEAN) == ""
    assert CLEAN.startswith(ole.MAGIC)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (CLEAN[:511], "header is cut short"),
        (changed(30, 40), "header is cut short or wrong"),
        (changed(44, 1 << 20), "more sectors than there are"),
        (changed(40, 1 << 31), "more sectors than there are"),
        (changed(68, FAT // 512 - 1, changed(FAT + 508, FAT // 512 - 1)), "list of its tables goes round in a circle"),
        (changed(FAT + 4 * number(CLEAN, 48), number(CLEAN, 48)), "goes round in a circle"),
        (changed(FAT + 4 * FIRST, FIRST), "goes round in a circle"),
        (changed(FAT + 4 * (FIRST + 1), FIRST), "goes round in a circle"),
        (changed(ENTRY + 120, 1 << 31), "longer than the file"),
        (changed(48, 0xFFFFFFFE), "no directory"),
    ],
)
def test_damaged_containers_are_refused_before_the_engine_sees_them(tmp_path, data, words):
    (tmp_path / "客户.xls").write_bytes(data)
    assert words in ole.damage(data)
    with pytest.raises(DataError, match=rf"客户\.xls: the workbook is damaged, protected or not an \.xls.*{words}"):
        read_table(tmp_path / "客户.xls")


def test_short_streams_have_chains_of_their_own():
    data = changed(60, 1, changed(64, 1, changed(ENTRY + 120, 100, changed(ENTRY + 116, 0))))
    assert "circle" not in ole.damage(changed(2 * 512, 0xFFFFFFFE, data))
    assert "circle" in ole.damage(changed(2 * 512, 0, data))


def test_a_cell_at_the_far_corner_does_not_take_all_memory(tmp_path):
    path = tmp_path / "far.xlsx"
    path.write_bytes(workbook([["客户号", "姓名"], ["C1", "张三"]], XFD1048576="x"))
    with pytest.raises(DataError, match=r"far\.xlsx: .*more than 4 GiB of memory.*no cell far away.*save it as"):
        read_table(path)
    (tmp_path / "a.csv").write_text("客户号,姓名\nC1,张三\n")
    skipped: list[DataError] = []
    tables = read_tables([tmp_path], ReadOptions(keep_going=True), skipped.append)
    assert ([t.file for t in tables], [e.where for e in skipped]) == (["a.csv"], ["far.xlsx"])


def swollen(size: int) -> bytes:
    """A workbook with a cell of so many letters."""
    content, out = workbook([["客户号", "姓名"], ["C1", "张三"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info).replace(b">C1<", b">" + b"x" * size + b"<"))
    return out.getvalue()


def test_a_workbook_whose_directory_lies_about_its_size(tmp_path):
    """The guard against bombs believes the archive's directory."""
    bomb = bytearray(swollen(1_000_000))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    at = bomb.index(true, bomb.index(b"PK\x01\x02"))
    bomb[at : at + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "bomb.xlsx").write_bytes(bomb)
    with pytest.raises(DataError, match=r"bomb\.xlsx: the workbook is damaged"):
        read_table(tmp_path / "bomb.xlsx")


@pytest.mark.parametrize(("memory", "words"), [(70_000_000, "0 GiB of memory"), (1 << 30, "")])
def test_memory_is_limited_where_the_system_can_see_to_it(tmp_path, monkeypatch, memory, words):
    path = tmp_path / "b.xlsx"
    path.write_bytes(swollen(20_000_000))
    monkeypatch.setattr(spreadsheet, "_MEMORY", memory)
    if words and sys.platform == "linux":
        with pytest.raises(DataError, match=words):
            read_table(path)
    else:
        assert len(read_table(path)[0].cells[0, 0]) == 20_000_000


def test_cells_that_repeat_one_long_text_are_counted(tmp_path, monkeypatch):
    content = workbook([["客户号", "备注"], *([f"C{i}", "长" * 1000] for i in range(2000))])
    (tmp_path / "b.xlsx").write_bytes(content)
    assert read_table(tmp_path / "b.xlsx")[0].cells.height == 2000
    monkeypatch.setattr(source_module, "MAX_BYTES", 1_000_000)
    with pytest.raises(DataError, match=r"b\.xlsx: the file holds more than 1,000,000 bytes"):
        read_table(tmp_path / "b.xlsx")


def test_tables_wider_than_a_sheet_are_refused(tmp_path):
    names = [f"c{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(16_385)]
    (tmp_path / "t.csv").write_text(",".join(names) + "\n" + ",".join(["1"] * len(names)) + "\n")
    with pytest.raises(DataError, match=r"t\.csv: the table has 16,385 columns.*at most 16,384.*--delimiter"):
        read_table(tmp_path / "t.csv")
    # a cell of text is the record 0x00FD of ten bytes: row, column, format, text
    at = next(i for i in range(512, len(CLEAN)) if CLEAN[i : i + 4] == b"\xfd\x00\x0a\x00") + 6
    (tmp_path / "t.xls").write_bytes(CLEAN[:at] + (60_000).to_bytes(2, "little") + CLEAN[at + 2 :])
    with pytest.raises(DataError, match=r"t\.xls: .*a sheet of \d\d,\d{3} columns cannot be"):
        read_table(tmp_path / "t.xls")


def test_reading_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    (tmp_path / "b.xlsx").write_bytes(workbook([["a", "b"], ["1", "2"]]))
    monkeypatch.setattr(spreadsheet, "_SECONDS", 0.0001)
    with pytest.raises(DataError, match=r"b\.xlsx: .*more than 0 seconds"):
        read_table(tmp_path / "b.xlsx")


def test_a_python_that_cannot_be_started(tmp_path, monkeypatch):
    (tmp_path / "b.xlsx").write_bytes(workbook([["a", "b"], ["1", "2"]]))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(DataError, match=r"b\.xlsx: the program that reads workbooks cannot be started.*CSV"):
        read_table(tmp_path / "b.xlsx")


def test_the_child_says_how_it_ends():
    def run(memory: int, most: int, data: bytes) -> tuple[int, bytes]:
        program = [sys.executable, "-P", workbook_child.__file__, str(memory), str(most)]
        done = subprocess.run(program, input=data, capture_output=True, check=False, timeout=60)
        return done.returncode, done.stdout

    sheet = '{"sheet":"客户","width":4}\n'.encode()
    status, out = run(1 << 30, 1 << 30, CLEAN)
    assert (status, out.startswith(sheet), out.count(b"\n[]\n")) == (0, True, 2)
    assert run(1 << 30, 10, CLEAN) == (workbook_child.TOO_LONG, out[: out.index(b"\n[]\n") + 1])
    status, out = run(1 << 30, 1 << 30, b"junk")
    assert (status, out.startswith(b'{"error":')) == (workbook_child.DAMAGED, True)


def test_cells_as_text():
    row = [1.0, -2.5, True, "", None, " x ", dt.datetime(2024, 1, 2), dt.datetime(2024, 1, 2, 3), dt.time(4, 5), ""]
    text = ["1", "-2.5", "TRUE", None, None, " x ", "2024-01-02", "2024-01-02 03:00:00", "04:05:00"]
    assert list(workbook_child.pages([row, ["", None]])) == [[text, []]]
    assert [len(p) for p in workbook_child.pages([["a"]] * 2001)] == [1000, 1000, 1]
    assert workbook_child.as_text(dt.timedelta(days=1, seconds=1)) == "1 day, 0:00:01"
    assert workbook_child.as_text(1e300) == str(int(1e300))
