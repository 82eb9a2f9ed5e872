"""What check makes of odd input: masked headers, links to nothing, encodings, settings out of range."""

from __future__ import annotations

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
