"""What a hostile user types and writes: references in names, periods backwards, keys where they do not belong."""

from __future__ import annotations

import shutil

import pytest

HOSTILE = "={n0} {n99} <script>alert(7)</script>\u202e"


def test_braces_in_the_names_of_events_and_files_refer_to_no_node(cli, s1_files, tmp_path):
    folder, config = tmp_path / "in", tmp_path / "c.toml"
    shutil.copytree(s1_files, folder)
    days = "from = 2020-01-01\nto = 2029-01-01"
    config.write_text(f'[[calendar]]\nname = "{HOSTILE}"\nsource = "{HOSTILE}"\n{days}\n', encoding="utf-8")
    done = cli("run", folder, "-c", config, "-o", tmp_path / "run", "--chance", 0)
    assert done.exit_code == 0, done.stderr
    evidence = (tmp_path / "run" / "evidence.csv").read_text(encoding="utf-8")
    assert "“=(n0) (n99) <script>alert(7)</script>” (2020-01-01 to 2029-01-01" in evidence
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "alert(7)" in page
    assert "<script>alert(7)" not in page


def test_braces_in_the_name_of_the_only_file_refer_to_no_node(cli, tmp_path):
    rows = "".join(f"C{i},乙商务咨询,李四,13912345601,2026-05-0{i}\n" for i in range(1, 9))
    (tmp_path / "{n7}.csv").write_text("客户号,代理机构,受托人,受托人电话,签署日期\n" + rows, encoding="utf-8")
    done = cli("run", tmp_path / "{n7}.csv", "-o", tmp_path / "run", "--chance", 0)
    assert done.exit_code == 0, done.stderr
    assert "one source file ((n7).csv)" in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "without", "said"),
    [
        ("R1", "period:2026-06-01..2026-01-01", "Write period:2026-01-01..2026-06-01"),
        ("M08", "C001", "--without goes with a ring, and 'M08' is none"),
    ],
)
def test_a_what_if_that_cannot_be_answered_is_refused(cli, s1_revealed, what, without, said):
    done = cli("show", s1_revealed, what, "--without", without)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not done.stdout


def test_a_page_replaces_a_page_and_no_export(cli, s1_revealed, tmp_path):
    export = tmp_path / "a.csv"
    export.write_text("客户号,手机号\nC1,13912345601\n", encoding="utf-8")
    done = cli("html", s1_revealed, "-o", export)
    assert done.exit_code == 5
    assert "no page is there" in done.stderr
    assert export.read_text(encoding="utf-8").startswith("客户号")
    for _ in range(2):
        assert cli("html", s1_revealed, "-o", tmp_path / "a.html").exit_code == 0
