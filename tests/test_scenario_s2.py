"""Scenario S2 of the domain page: an export that someone opened and saved in a spreadsheet."""

from __future__ import annotations

import hashlib

import pytest
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.pipeline import find_rings

PHONES = (
    "13800138000",
    "1.38E+10",
    "1.5400000901E+10",
    "15400000901.0",
    "'15400000901",
    '="15400000901"',
    "１５４００００ ０９０１",
    "+86 154-0000-0901",
    "0086154 0000 0901",
    "154****0901",
    "无",
    "15400000901/010-54000001转801",
    "1540000090",
    "\t15400000901",
    "8615400000901",
    "015400000901",
)
IDS = ("1.10105E+17", "110105194912310000", "11010519491231002x", "110105491231002")


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    file = tmp_path_factory.mktemp("s2") / "客户.csv"
    rows = ["客户号,姓名,手机号,证件号码"]
    for i, phone in enumerate(PHONES):
        cell = '"' + phone.replace('"', '""') + '"'
        rows.append(f"C{i:03},{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳'[i]}某,{cell},{IDS[i] if i < len(IDS) else ''}")
    file.write_bytes("\r\n".join(rows).encode("gb18030"))
    return file


@pytest.fixture(scope="module")
def result(export, revealed):
    return find_rings([export], revealed)


def test_eleven_rows_have_the_one_number_and_one_has_a_landline_besides(result):
    graph = result.graph
    links = graph.links
    uses = graph.relation_is("uses_phone")
    number, landline = graph.find("phone", "+8615400000901"), graph.find("phone", "+861054000001")
    assert int((uses & (links.target == number)).sum()) == 11
    assert int((uses & (links.target == landline)).sum()) == 1
    assert graph.counts()["phone"] == 2


def test_the_table_of_qualities_is_the_pages(export):
    done = CliRunner().invoke(app, ["check", str(export)])
    assert done.exit_code == 6  # not fit for linking: half of the identity numbers are damaged
    assert "not fit for linking: 客户.csv, column 证件号码" in done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    (phone,) = [line for line in lines if "手机号" in line and "phone" in line and "16" in line]
    numbers = [int(n) for n in phone if n.isdigit()]
    # cells, valid, plausible, masked, damaged, placeholder, invalid, empty
    assert numbers == [16, 1, 10, 1, 1, 1, 1, 1]  # the cell with two numbers counts by its landline
    (identity,) = [line for line in lines if "证件号码" in line and "identity" in line and "16" in line]
    assert [int(n) for n in identity if n.isdigit()] == [16, 1, 1, 0, 2, 0, 0, 12]


def test_one_number_of_eleven_customers_is_asked_about_instead_of_led(result):
    assert result.run.rings == ()
    assert any(h.key == "+8615400000901" and h.degree == 11 for h in result.run.hubs)
    assert any("if it is a placeholder" in note for note in result.run.notes)


def test_the_run_says_not_fit_for_linking_with_cause_and_cure(result, export, tmp_path):
    (note,) = [n for n in result.run.notes if n.startswith("not fit for linking")]
    assert "证件号码" in note
    assert "2 were damaged by a spreadsheet" in note
    assert "export the column as text" in note
    done = CliRunner().invoke(app, ["run", str(export), "-o", str(tmp_path / "r")])
    assert done.exit_code == 6
    assert "no lead can be told from this input" in done.stderr
    assert (tmp_path / "r" / "rejected.csv").is_file()  # the run is written all the same, to look at


def test_the_command_line_counts_the_pages_cells_by_reason(export):
    done = CliRunner().invoke(app, ["check", str(export)])
    counts = {w[0]: int(w[1]) for w in map(str.split, done.stdout.splitlines()) if len(w) > 2 and w[1].isdecimal()}
    # one phone and two identity numbers were damaged; the 16 names are masked besides one phone (甲某); 无 is no loss
    assert {r: counts[r] for r in ("damaged", "masked", "placeholder", "invalid")} == {
        "damaged": 3,
        "masked": 17,
        "placeholder": 1,
        "invalid": 1,
    }
    (rows,) = [w for w in map(str.split, done.stdout.splitlines()) if "customers" in w and "gb18030" in w]
    assert rows[-3:] == ["16", "16", "0"]


def test_the_same_export_saved_as_text_is_fit(export, tmp_path):
    text = export.read_bytes().decode("gb18030").replace("1.10105E+17", "").replace("110105194912310000", "")
    fit = tmp_path / "客户.csv"
    fit.write_bytes(text.encode("gb18030"))
    done = CliRunner().invoke(app, ["check", str(fit)])
    assert done.exit_code == 0
    assert "not fit for linking" not in done.stderr


def test_two_spellings_of_one_identity_are_one_person(result):
    ids = dict(result.graph.nodes.select("key", "id_number").drop_nulls().iter_rows())
    assert ids["C002"] == ids["C003"] == "11010519491231002X"


def test_the_file_is_not_touched(export, result):
    assert result.run.inputs[0].sha256 == hashlib.sha256(export.read_bytes()).hexdigest()
