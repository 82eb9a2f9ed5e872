"""``ringfinder audit`` as a user types it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from ringfinder.audit import Audit, Threshold
from ringfinder.cli import app
from ringfinder.cli.audit import _print
from ringfinder.cli.options import Format


def audit(*arguments: object):
    return CliRunner().invoke(app, ["audit", *map(str, arguments)])


@pytest.fixture(scope="module")
def done(demo_exports, tmp_path_factory):
    """One audit in JSON, and the file that it wrote."""
    file = tmp_path_factory.mktemp("audit") / "audit.json"
    result = audit(
        demo_exports, "--rounds", 1, "--rings", 6, "-o", file, "--format", "json",
        "--truth", demo_exports / "truth" / "truth.csv",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return result, file


def test_json_and_file_say_the_same(done):
    result, file = done
    printed = json.loads(result.stdout)
    assert printed == json.loads(file.read_text(encoding="utf-8"))
    assert printed["thresholds"][1]["name"] == "strong"
    assert printed["thresholds"][1]["true_recall"] > 0
    assert "round 1 of 1" in result.stderr


def test_no_identifier_leaves(done, demo_world):
    text = done[0].output
    for column in ("客户号", "姓名", "手机号"):
        assert not [v for v in demo_world.tables["客户"][column].unique() if len(v) > 1 and v in text]


def test_a_file_is_not_overwritten(done, demo_exports):
    result = audit(demo_exports, "-o", done[1])
    assert result.exit_code == 5
    assert "--overwrite" in result.stderr


def test_a_table_for_people(demo_exports):
    table = audit(demo_exports, "--rounds", 1, "--rings", 3)
    assert "By size and camouflage" in table.stdout
    assert "like yours" in table.stderr


def test_csv_has_a_row_for_every_threshold(capsys):
    step = Threshold("strong", 0.51234, 0.4, 0.6, 0.5, 7, None, 0.0, 0.9)
    _print(Audit((step,), (), 1, 0, 1, 300, ()), Format.csv, with_truth=False)
    assert capsys.readouterr().out.splitlines() == [
        "name,recall,low,high,even,leads,precision,false_leads,pure",
        "strong,0.5123,0.4,0.6,0.5,7,,0.0,0.9",
    ]


def test_too_small_an_input_is_told(tmp_path):
    file = tmp_path / "投诉.csv"
    file.write_text("投诉编号,客户号,来电号码\nT1,C1,15400000901\nT2,C2,15400000901\n", encoding="utf-8")
    result = audit(file)
    assert result.exit_code == 3
    assert "at least 200" in result.stderr


def test_the_help_has_an_example():
    assert "ringfinder audit exports/" in audit("--help").stdout


def test_what_cannot_be_written_or_read_is_told_before_the_work(demo_exports, tmp_path):
    (tmp_path / "in").mkdir()
    own = tmp_path / "in" / "a.csv"
    own.write_text("客户号,手机号\nC1,13912345601\n", encoding="utf-8")
    (tmp_path / "file").touch()
    under = tmp_path / "file" / "x.json"
    for place, said in ((own, "replace an input file"), (tmp_path, "is a folder"), (under, "cannot be written")):
        done = audit(tmp_path / "in", "-o", place, "--overwrite")
        assert (done.exit_code, "reading" in done.stderr) == (5, False), done.output
        assert said in done.stderr
    assert own.read_text(encoding="utf-8").startswith("客户号")
    done = audit(tmp_path / "in", "--truth", own)
    assert (done.exit_code, "reading" in done.stderr) == (3, False)
    assert "no column for the ring" in done.stderr
