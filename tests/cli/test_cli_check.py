"""What check makes of odd input: masked headers, links to nothing, encodings, settings out of range."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_check_masks_a_record_that_stands_where_the_headers_should(cli, tmp_path, form):
    file = tmp_path / "short.csv"
    file.write_text("13912345678,110101199003078515,张三丰,139 1234 5679\n", encoding="utf-8")
    done = cli("check", file, "--format", form)
    for raw in ("13912345678", "110101199003078515", "张三丰", "1234 5679"):
        assert raw not in done.stdout + done.stderr
    assert "139" in done.stdout
    file.write_text("备注甲,colour\nx,y\n", encoding="utf-8")
    assert "备注甲" in cli("check", file, "--format", form).stdout


def test_check_masks_a_number_among_the_headers_of_a_known_table(cli, tmp_path):
    file = tmp_path / "a.csv"
    rows = "".join(f"C00{i},甲,1391234500{i},x\n" for i in range(5))
    file.write_text("客户号,姓名,手机号,13912345678\n" + rows, encoding="utf-8")
    done = cli("check", file)
    assert "13912345678" not in done.stdout + done.stderr
    assert "customers" in done.stdout
    assert "139*" in done.stdout


def test_a_file_that_only_big5_could_read_is_told_how_to_name_its_encoding(cli, tmp_path):
    text = "姓名,手機號碼,投訴編號\n陳大文,13912345678,A1\n李小明,13912345679,A2\n王國強,13912345670,A3\n"
    (tmp_path / "a.csv").write_bytes(text.encode("big5"))
    done = cli("check", tmp_path / "a.csv")
    assert done.exit_code == 3
    assert "--encoding big5" in done.stderr
    (tmp_path / "a.csv").write_text("colour,shape\nred,round\n", encoding="utf-8")
    assert "big5" not in cli("check", tmp_path / "a.csv").stderr


@pytest.mark.parametrize("verb", ["check", "run"])
def test_a_setting_out_of_range_ends_every_verb_with_2(cli, s1_files, tmp_path, verb):
    toml = tmp_path / "ringfinder.toml"
    toml.write_text("[detect]\nresolution = -1\n[score]\nburst_p = 2\n", encoding="utf-8")
    where = ["-o", tmp_path / "r"] if verb == "run" else []
    done = cli(verb, s1_files, "-c", toml, *where)
    assert done.exit_code == 2
    assert "detect.resolution = -1" in done.stderr
    assert "score.burst_p = 2" in done.stderr
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("target", ["gone.csv", "z.csv"])
def test_a_link_to_nothing_or_to_itself_is_left_out_like_any_unreadable_file(cli, s1_files, tmp_path, target):
    folder = tmp_path / "exports"
    shutil.copytree(s1_files, folder)
    (folder / "z.csv").symlink_to(target)
    done = cli("check", folder)
    assert done.exit_code == 3
    assert "cannot be read" in done.stderr
    done = cli("check", folder, "--keep-going")
    assert done.exit_code == 1
    assert "left out" in done.stderr
    assert "z.csv" in done.stderr
    assert cli("run", folder, "--keep-going", "-o", tmp_path / "r").exit_code == 0


def test_a_stray_byte_is_told_with_its_place_by_check_and_run_and_does_not_link(cli, tmp_path, s1_files):
    folder = tmp_path / "in"
    folder.mkdir()
    for file in s1_files.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    path = folder / "客户.csv"
    content = path.read_bytes()
    at = content.index(b"\nC001,") + 1
    path.write_bytes(content[: at + 4] + b"\xff" + content[at + 4 :])
    told = f"(line 2, byte {at + 4}) holds a byte that does not fit the encoding"
    assert told in cli("check", folder).stderr
    done = cli("run", folder, "-o", tmp_path / "run", "--reveal")
    assert told in done.stderr
    assert f"(line 2, byte {at + 4})" in (tmp_path / "run" / "rejected.csv").read_text("utf-8")
    assert "\ufffd" not in (tmp_path / "run" / "members.csv").read_text("utf-8")


def test_an_entry_names_the_encoding_of_its_file_for_check_and_run(cli, tmp_path, s1_files):
    folder = tmp_path / "in"
    shutil.copytree(s1_files, folder)
    path = folder / "客户.csv"
    text = path.read_text("gb18030")
    path.write_bytes(text.encode("utf-16-le"))
    (tmp_path / "r.toml").write_text('[[tables]]\nfile = "客户.csv"\nencoding = "utf-16-le"\n', encoding="utf-8")
    assert cli("check", folder).exit_code == 3
    assert cli("check", folder, "-c", tmp_path / "r.toml").exit_code == 0
    assert cli("run", folder, "-c", tmp_path / "r.toml", "-o", tmp_path / "run").exit_code == 0
    assert cli("run", folder, "-c", tmp_path / "r.toml", "--encoding", "utf-8", "-o", tmp_path / "r").exit_code != 0


def test_a_shifted_row_is_told_and_its_cells_do_not_link(cli, tmp_path):
    rows = "".join(f"T{i},C{i},1540000{i},2026-05-{i % 28 + 1:02}\n" for i in range(1000, 1020))
    (tmp_path / "t.csv").write_text(
        "投诉编号,客户号,来电号码,投诉日期\n" + rows + "T2000,15400007777,C2000,2026-05-03\n", encoding="utf-8"
    )
    done = cli("check", tmp_path / "t.csv")
    assert "shifted_row" in done.stdout
    cli("run", tmp_path / "t.csv", "-o", tmp_path / "run", "--reveal")
    import polars as pl

    nodes = pl.read_parquet(tmp_path / "run" / "graph" / "nodes.parquet")["key"].to_list()
    assert "C1000" in nodes
    assert not {"15400007777", "+8615400007777", "C2000"} & set(nodes)


def test_check_as_json_holds_all_that_the_tables_hold(cli, s1_files, tmp_path):
    done = cli("check", s1_files, "--format", "json")
    found = json.loads(done.stdout)
    assert list(found) == ["mapping", "files", "quality", "reasons", "fit_for_linking"]
    assert {"file": "客户.csv", "table": "customers", "column": "客户号", "field": "customer_id"}.items() <= next(
        m for m in found["mapping"] if (m["file"], m["column"]) == ("客户.csv", "客户号")
    ).items()
    assert all(f["rows"] == f["used"] + f["rejected"] > 0 for f in found["files"])
    assert sorted(f["file"] for f in found["files"]) == sorted(p.name for p in s1_files.iterdir())
    assert found["fit_for_linking"] is True
    assert all(q["cells"] == sum(q[n] for n in ("valid", "plausible", "masked", "damaged", "placeholder", "invalid",
               "empty")) for q in found["quality"])  # fmt: skip
    assert {r["reason"] for r in found["reasons"]} == {"benign_hub", "masked", "placeholder"}
    bad = tmp_path / "c.csv"
    bad.write_text("客户号,手机号\n" + "".join(f"C{i},1.38E+10\n" for i in range(9)), encoding="utf-8")
    done = cli("check", bad, "--format", "json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["fit_for_linking"]) == (6, False)
    assert [q["fit_for_linking"] for q in found["quality"]] == [False]


def test_check_as_json_is_a_document_where_it_comes_no_further(cli, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("colour,shape\nred,round\n", encoding="utf-8")
    done = cli("check", file, "--format", "json")
    found = json.loads(done.stdout)
    assert done.exit_code == 3
    assert found["files"] == [
        {"file": "a.csv", "table": "unknown", "encoding": "utf-8", "rows": 1, "used": None, "rejected": None}
    ]
    assert found["fit_for_linking"] is None
    file.write_text("投诉编号,公司,投诉日期\nT1,甲,2026-05-01\n", encoding="utf-8")
    done = cli("check", file, "--format", "json")
    assert (done.exit_code, json.loads(done.stdout)["mapping"][1]["field"]) == (2, "(unclear)")


@pytest.mark.parametrize("verb", ["check", "run", "init"])
def test_messages_about_columns_mask_a_record_that_stands_where_the_headers_should(cli, tmp_path, verb):
    file = tmp_path / "short.csv"
    file.write_text("投诉编号,13912345678,张三丰,公司\n1,2,3,4\n", encoding="utf-8")
    toml = tmp_path / "r.toml"
    toml.write_text('[[tables]]\nfile = "short.csv"\ncolumns.text = "内容"\n', encoding="utf-8")
    more = {"run": ["-o", tmp_path / "r"], "init": ["-o", tmp_path / "i.toml"], "check": []}[verb]
    cases = [[]] if verb == "init" else [[], ["-c", toml]]
    for extra in cases:
        done = cli(verb, file, *more, *extra)
        assert done.exit_code == (0 if verb == "init" else 2)
        assert "13912345678" not in done.stdout + done.stderr
        assert "张三丰" not in done.stderr
        assert "unclear" in done.stderr or "columns.against" in done.stderr or "names the column" in done.stderr
