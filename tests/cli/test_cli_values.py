"""``check``: every identifier cell in a file, the quality of each column, and the status of an unfit input."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from ringfinder.cli import values as module
from ringfinder.cli.values import COLUMNS
from ringfinder.privacy import load_key, token

PHONES = [
    "15400000901",
    "'15400000902",
    "1.38E+10",
    "154****0901",
    "无",
    "15400000901/010-54000001转801",
    "13800138000",
]
IDS = ["11010519491231002x", "1.10105E+17", "110105194912310000", "", "110105491231002", "1101051949****002X", "无"]


def customers(phones: list[str] = PHONES, ids: list[str] = IDS) -> str:
    rows = [f'C{i:03},"={i}某",{p},{n}' for i, (p, n) in enumerate(zip(phones, ids, strict=True))]
    return "\n".join(["客户号,姓名,手机号,证件号码", *rows]) + "\n"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "客户.csv").write_text(customers(), encoding="utf-8")
    (folder / "links.csv").write_text(
        "source_kind,source,target_kind,target\ndebtor,C001,phone,+86 154 0000 0901\ndebtor,C002,device,X-1\n",
        encoding="utf-8",
    )
    return folder


def rows_of(file: Path) -> list[dict[str, str]]:
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines()))


def test_every_identifier_cell_stands_there_raw_and_normalised(cli, exports, tmp_path):
    file = tmp_path / "values.csv"
    done = cli("check", exports, "--values", file, "--reveal")
    assert done.exit_code == 6
    assert f"to {file}" in done.stderr
    rows = rows_of(file)
    assert tuple(rows[0]) == COLUMNS
    assert [r["file"] for r in rows] == ["links.csv"] + ["客户.csv"] * 15
    assert (rows[0]["raw"], rows[0]["normalised"], rows[0]["field"]) == (
        "'+86 154 0000 0901",
        "8615400000901",
        "target",
    )
    phones = [r for r in rows if r["column"] == "手机号"]
    assert [int(r["row"]) for r in phones] == [2, 3, 4, 5, 6, 7, 7, 8]
    assert [r["quality"] for r in phones] == [
        "plausible", "plausible", "damaged", "masked", "empty", "plausible", "valid", "placeholder",
    ]  # fmt: skip
    assert [r["normalised"] for r in phones][:3] == ["8615400000901", "8615400000902", ""]
    assert phones[2]["raw"] == "1.38E+10"
    assert phones[3]["raw"] == "154****0901"
    assert all("unallocated" in r["issues"] for r in phones[:2])
    ids = [r for r in rows if r["column"] == "证件号码"]
    assert [r["quality"] for r in ids] == ["valid", "damaged", "damaged", "empty", "plausible", "masked", "empty"]
    assert ids[0]["normalised"] == ids[4]["normalised"] == ids[0]["key"] == "11010519491231002X"
    # rows in the order of the file, columns in the order of the table
    places = [(r["file"], int(r["row"]), ("手机号", "证件号码", "target").index(r["column"])) for r in rows[1:]]
    assert places == sorted(places)


def test_masked_no_identifier_stands_there_in_clear(cli, exports, tmp_path):
    file, clear = tmp_path / "values.csv", tmp_path / "clear.csv"
    cli("check", exports, "--values", file)
    cli("check", exports, "--values", clear, "--reveal")
    masked, full = rows_of(file), rows_of(clear)
    text = file.read_text(encoding="utf-8-sig")
    for row in full:
        for name in ("raw", "normalised", "key"):
            if len(row[name]) > 7 and "*" not in row[name] and "E+" not in row[name]:
                assert row[name].strip("'+") not in text, row
    kept = ("file", "row", "column", "field", "kind", "quality", "issues")
    assert [[r[k] for k in kept] for r in masked] == [[r[k] for k in kept] for r in full]
    assert [bool(r["key"]) for r in masked] == [bool(r["key"]) for r in full]
    phone = next(r for r in masked if r["column"] == "手机号")
    key = token(load_key(), "phone", "+8615400000901")
    assert (phone["normalised"], phone["key"]) == (f"154****0901 ({key[:4]})", key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_relatives_number_in_an_own_cell_is_told(cli, tmp_path):
    """The file of cells says the same as the run."""
    text = "客户号,姓名,手机号\nC1,甲,妻子15400000901\nC2,乙,15400000902\n"
    (tmp_path / "客户.csv").write_text(text, encoding="utf-8")
    cli("check", tmp_path / "客户.csv", "--values", tmp_path / "v.csv", "--reveal")
    phones = [r for r in rows_of(tmp_path / "v.csv") if r["column"] == "手机号"]
    assert ["third_party" in r["issues"] for r in phones] == [True, False]


def test_small_slices_give_the_same_file(cli, exports, tmp_path, monkeypatch):
    cli("check", exports, "--values", tmp_path / "a.csv", "--reveal")
    monkeypatch.setattr(module, "_SLICE", 2)
    cli("check", exports, "--values", tmp_path / "b.csv", "--reveal")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_cells_that_look_like_formulas_are_harmless(cli, tmp_path):
    (tmp_path / "客户.csv").write_text(customers(["=1+1", "@x", "-1"], ["+1", "", ""]), encoding="utf-8")
    cli("check", tmp_path / "客户.csv", "--values", tmp_path / "v.csv", "--reveal")
    raw = [r["raw"] for r in rows_of(tmp_path / "v.csv") if r["raw"]]
    assert sorted(raw) == ["'-1", "'=1+1", "'@x", "1"]  # a plus before digits is a phone's and is left out


def test_a_file_that_is_there_is_kept_and_an_input_never_replaced(cli, exports, tmp_path):
    file = tmp_path / "values.csv"
    file.write_text("mine")
    done = cli("check", exports, "--values", file)
    assert done.exit_code == 5
    assert "--overwrite" in done.stderr
    assert file.read_text() == "mine"
    assert cli("check", exports, "--values", file, "--overwrite").exit_code == 6
    done = cli("check", exports, "--values", exports / "客户.csv", "--overwrite")
    assert done.exit_code == 2
    assert (exports / "客户.csv").read_text(encoding="utf-8") == customers()
    assert cli("check", exports, "--values", "-").exit_code == 2
    assert cli("check", exports, "--values", tmp_path / "no" / "v.csv").exit_code == 5
    assert sorted(p.name for p in tmp_path.iterdir()) == ["exports", "values.csv"]


def test_check_says_for_every_identifier_column_what_cannot_link_why_and_what_helps(cli, exports):
    done = cli("check", exports)
    assert done.exit_code == 6
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "客户.csv 手机号 phone 7 1 (14%) 2 (29%) 1 (14%) 1 (14%) 1 (14%) 0 1 (14%) no" in lines
    assert any(line.startswith("客户.csv 证件号码 identity 7 1 (14%)") and line.endswith(" no") for line in lines)
    spreadsheet = "a spreadsheet damaged the value export the column as text, straight from the system"
    assert f"客户.csv 证件号码 damaged 2 (29%) {spreadsheet}" in lines
    assert any(line.startswith("客户.csv 手机号 masked 1 (14%)") and "export the full value" in line for line in lines)
    assert "note: not fit for linking: 客户.csv, column 证件号码" in done.stderr


def test_an_input_that_is_not_fit_has_a_status_of_its_own(cli, exports, tmp_path):
    done = cli("run", exports, "-o", tmp_path / "r")
    assert done.exit_code == 6
    assert "no lead can be told from this input" in done.stderr
    assert (tmp_path / "r" / "run.json").is_file()
    good = [f"1390000{i:04}" for i in range(7)]
    (exports / "客户.csv").write_text(customers(good, [""] * 7), encoding="utf-8")
    assert cli("check", exports).exit_code == 0
    assert cli("run", exports, "-o", tmp_path / "r2").exit_code == 0


def test_entries_that_mean_no_table_are_refused(cli, exports, tmp_path):
    toml = tmp_path / "r.toml"
    toml.write_text('[[tables]]\nfile = "客戶.csv"\ntype = "customers"\n', encoding="utf-8")
    for verb in (["check", exports], ["run", exports, "-o", tmp_path / "r"]):
        done = cli(*verb, "-c", toml)
        assert done.exit_code == 2
        assert 'file = "客戶.csv": no table of the input is meant' in done.stderr
        assert '"客户.csv"' in done.stderr
    assert not (tmp_path / "r").exists()
    # a file that was left out since it cannot be read is no reason to refuse its entry
    (exports / "broken.csv").write_bytes(b"")
    toml.write_text('[[tables]]\nfile = "broken.csv"\ntype = "customers"\n', encoding="utf-8")
    done = cli("check", exports, "-c", toml, "--keep-going")
    assert "left out: broken.csv" in done.stderr
    assert done.exit_code == 6


def test_entries_for_two_tables_of_one_file_hold_side_by_side(cli, tmp_path):
    (tmp_path / "a.csv").write_text(
        "编码甲,电话甲\nC001,13900000001\nC002,13900000002\n\n工单编号,编码甲,来电号码\nT1,C001,13900000001\n",
        encoding="utf-8",
    )
    (tmp_path / "r.toml").write_text(
        '[[tables]]\nfile = "a.csv"\ntype = "customers"\ncolumns = { customer_id = "编码甲", mobile = "电话甲" }\n'
        '[[tables]]\nfile = "a.csv"\ntable = 2\ncolumns = { customer_id = "编码甲" }\n',
        encoding="utf-8",
    )
    done = cli("check", tmp_path / "a.csv", "-c", tmp_path / "r.toml", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    rows = [row[:4] for row in csv.reader(done.stdout.splitlines())][1:]
    assert rows == [
        ["a.csv", "customers", "编码甲", "customer_id"],
        ["a.csv", "customers", "电话甲", "mobile"],
        ["a.csv#2", "complaints", "工单编号", "complaint_id"],
        ["a.csv#2", "complaints", "编码甲", "customer_id"],
        ["a.csv#2", "complaints", "来电号码", "caller_phone"],
    ]


def test_entries_for_two_sheets_of_one_workbook_hold_side_by_side(cli, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for title, header in (("甲", "编码"), ("乙", "编码")):
        sheet = book.create_sheet(title)
        for row in ([header, "电话"], ["C001", "13900000001"], ["C002", "13900000002"]):
            sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "r.toml").write_text(
        '[[tables]]\nfile = "b.xlsx"\nignore = ["编码"]\n'
        '[[tables]]\nfile = "b.xlsx"\nsheet = "甲"\ntype = "customers"\ncolumns = { customer_id = "编码" }\n'
        '[[tables]]\nfile = "b.xlsx"\nsheet = "乙"\ntype = "customers"\n'
        'columns = { customer_id = "编码", work_phone = "电话" }\n',
        encoding="utf-8",
    )
    done = cli("check", tmp_path / "b.xlsx", "-c", tmp_path / "r.toml", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    assert [row[3] for row in csv.reader(done.stdout.splitlines())][1:] == [
        "customer_id", "mobile", "customer_id", "work_phone",
    ]  # fmt: skip
    (tmp_path / "r.toml").write_text('[[tables]]\nfile = "b.xlsx"\nsheet = "丙"\n', encoding="utf-8")
    done = cli("check", tmp_path / "b.xlsx", "-c", tmp_path / "r.toml")
    assert done.exit_code == 2
    assert all(name in done.stderr for name in ('sheet = "丙"', '"b.xlsx#甲"', '"b.xlsx#乙"'))
