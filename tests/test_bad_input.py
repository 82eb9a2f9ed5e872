"""Input and places that cannot be used: one paragraph on stderr, the documented status, nothing left behind."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from scenarios import CUSTOMERS, complaints, write_s1
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.pipeline import find_rings, write_run
from ringfinder.store import load_run

ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False


@pytest.fixture
def refused(tmp_path):
    """Run on bad input, inside this process: the message, after checking status, form and that nothing is left."""

    def run(*arguments: object, code: int = 3, output: Path | None = None) -> str:
        before = sorted(tmp_path.rglob("*"))
        done = CliRunner().invoke(app, ["run", *map(str, arguments), "-o", str(output or tmp_path / "out" / "r")])
        lines = [line for line in done.stderr.splitlines() if not line.endswith(" s")]  # stage lines
        assert done.exit_code == code, done.stderr
        assert done.stdout == ""
        assert len(lines) == 1, lines
        assert lines[0].startswith("ringfinder: ")
        assert lines[0].endswith(".")
        assert "Traceback" not in done.stderr
        assert "a fault in ringfinder" not in done.stderr
        after = [p for p in sorted(tmp_path.rglob("*")) if p not in before and p != tmp_path / "out"]
        assert after == []
        return lines[0]

    return run


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    return write_s1(tmp_path_factory.mktemp("bad") / "s1")


CONTENTS = {
    "empty": b"",
    "blank": b" \n\n\t\n",
    "only a mark": b"\xef\xbb\xbf",
    "header only": "客户号,姓名,手机号\n".encode(),
    "random bytes": random.Random(1).randbytes(20_000),
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06" + bytes(300),
    "NULs": bytes(5000),
    "one line without a delimiter": "你好\n".encode(),
    "a web page": b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>",
    "cut gzip": gzip.compress(CUSTOMERS.encode())[:-20],
    "not gzip": b"\x1f\x8b" + bytes(50),
    "a broken workbook": b"PK\x03\x04[Content_Types].xml" + bytes(200),
    "a broken Parquet file": b"PAR1" + bytes(50),
}


@pytest.mark.parametrize("what", CONTENTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_holds_no_table(refused, tmp_path, what, ending):
    file = tmp_path / f"bad.{ending}"
    file.write_bytes(CONTENTS[what])
    assert f"bad.{ending}" in refused(file)


def test_a_workbook_that_was_cut_short(refused, tmp_path):
    file = tmp_path / "客户.xlsx"
    pl.DataFrame({"客户号": ["C001"], "手机号": ["15400000101"]}).to_pandas().to_excel(file, index=False)
    file.write_bytes(file.read_bytes()[:-400])
    assert "客户.xlsx" in refused(file)


def test_the_wrong_delimiter(refused, tmp_path):
    file = tmp_path / "客户.csv"
    file.write_text(CUSTOMERS.replace(",", ";"), encoding="utf-8")
    message = refused(file, "--delimiter", ",")
    assert "客户.csv" in message
    assert "name the delimiter with --delimiter" in message.lower()
    assert CliRunner().invoke(app, ["run", str(file), "-o", str(tmp_path / "r")]).exit_code == 0


@pytest.mark.parametrize("option", [("--delimiter", "abc"), ("--encoding", "klingon"), ("--delimiter", '"')])
def test_an_impossible_option_is_wrong_usage(refused, case, option):
    assert option[0] in refused(case, *option, code=2)


@pytest.mark.parametrize("option", [("--detector", "astrology"), ("--resolution", "0"), ("--seed", "-1")])
def test_an_impossible_detector_is_told_at_once(refused, tmp_path, option):
    assert option[1] in refused(tmp_path / "missing.csv", *option, code=2)


def test_a_configuration_that_cannot_be_read(refused, case, tmp_path):
    (tmp_path / "x.toml").write_text("[detect\n")
    assert "x.toml" in refused(case, "-c", tmp_path / "x.toml", code=2)
    assert "none.toml" in refused(case, "-c", tmp_path / "none.toml", code=2)


def test_paths_that_are_no_files(refused, tmp_path):
    (tmp_path / "x.csv").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter.doc").write_text("dear")
    assert "x.csv: this is a folder" in refused(tmp_path / "x.csv")
    assert "holds no file that can be read" in refused(tmp_path / "folder")
    assert "there is no such file" in refused(tmp_path / "nothing.csv")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "loop" in refused(tmp_path / "loop")


def test_one_bad_file_among_good_ones_stops_the_run_unless_told_otherwise(refused, case, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    assert "empty.csv: the file is empty" in refused(case, tmp_path / "empty.csv")
    folder = tmp_path / "r"
    done = CliRunner().invoke(app, ["run", str(case), str(tmp_path / "empty.csv"), "--keep-going", "-o", str(folder)])
    assert done.exit_code == 0


def test_names_of_three_thousand_characters(tmp_path):
    (tmp_path / "客户.csv").write_text(CUSTOMERS.replace("甲一", "甲" * 3000), encoding="utf-8")
    (tmp_path / "投诉.csv").write_text(complaints().replace("T01", "T" * 3000), encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path), "-o", str(tmp_path / "r"), "--reveal"])
    assert done.exit_code == 0
    done = CliRunner().invoke(app, ["show", str(tmp_path / "r"), "C001"])
    assert done.exit_code == 0
    assert "甲" * 100 in done.stderr


def test_two_hundred_thousand_empty_rows(refused, tmp_path):
    (tmp_path / "a.csv").write_text("客户号,姓名,手机号\n" + ",,\n" * 200_000, encoding="utf-8")
    assert "no row of the input gave a link" in refused(tmp_path / "a.csv")


def test_two_hundred_thousand_empty_rows_below_a_table_are_counted(tmp_path):
    (tmp_path / "a.csv").write_text(CUSTOMERS + ",,,,,,\n" * 200_000, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "a.csv"), "-o", str(tmp_path / "r")])
    assert done.exit_code == 0
    assert load_run(tmp_path / "r").issues["blank_row"] == 200_000


@pytest.mark.parametrize("kind", ["a:b", "电话:x", "n0}{", "../x", ""])
def test_kinds_with_strange_characters_do_no_harm(tmp_path, kind):
    rows = "".join(f"debtor,C{i},{kind},K{i % 3}\n" for i in range(12))
    (tmp_path / "links.csv").write_text("source_kind,source,target_kind,target\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "links.csv"), "-o", str(tmp_path / "r")])
    usable = kind not in ("", "a:b", "电话:x")  # a colon would make ids ambiguous
    assert done.exit_code == (0 if usable else 3), done.stderr
    if usable:
        run = load_run(tmp_path / "r")
        ids = {m.id for r in run.rings for m in r.members}
        assert all(e.source in ids and e.target in ids for r in run.rings for e in r.links)


def test_an_output_that_is_taken_or_inside_a_file(refused, case, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("dear")
    assert "something else is there already" in refused(case, output=tmp_path / "mine", code=5)
    assert "something else is there already" in refused(case, "--overwrite", output=tmp_path / "mine", code=5)
    assert "mine" in refused(case, output=tmp_path / "mine" / "letter" / "r", code=5)
    assert "cannot be written" in refused(case, output=tmp_path / ("n" * 300), code=5)
    assert (tmp_path / "mine" / "letter").read_text() == "dear"


def test_an_empty_folder_may_be_the_output_and_stays_when_the_run_fails(refused, case, tmp_path):
    (tmp_path / "place").mkdir()
    refused(tmp_path / "nothing.csv", output=tmp_path / "place")
    assert (tmp_path / "place").is_dir()
    assert CliRunner().invoke(app, ["run", str(case), "-o", str(tmp_path / "place")]).exit_code == 0
    assert load_run(tmp_path / "place").rings


def test_an_earlier_run_is_kept_unless_told_otherwise(refused, case, tmp_path):
    arguments = ["run", str(case), "-o", str(tmp_path / "r")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert "add --overwrite" in refused(case, output=tmp_path / "r", code=5)
    (tmp_path / "r" / "mine.txt").write_text("x")
    assert CliRunner().invoke(app, [*arguments, "--overwrite"]).exit_code == 0
    assert not (tmp_path / "r" / "mine.txt").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def _shell(*arguments: object, cwd: Path, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ringfinder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, check=False, **options)


#: Loads everything, gives root's rights away, then runs commands (as JSON on stdin) and prints how they ended.
_WITHOUT_RIGHTS = """
import json, os, sys
from typer.testing import CliRunner
from ringfinder.cli import app
CliRunner().invoke(app, ["run", sys.argv[1], "-o", sys.argv[2], "--reveal"])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
ended = [CliRunner().invoke(app, command) for command in json.load(sys.stdin)]
print(json.dumps([(e.exit_code, e.stderr) for e in ended]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_files_and_places_without_permission(case, tmp_path, tmp_path_factory):
    if ROOT:
        for folder in (tmp_path, *tmp_path.parents[:3]):  # one more below pytest-xdist
            if folder.name.startswith(("pytest-", "popen-", "test_")):
                folder.chmod(0o755)
    secret, public, closed = tmp_path / "a" / "客户.csv", tmp_path / "b" / "客户.csv", tmp_path / "closed"
    for file in (secret, public):
        file.parent.mkdir()
        file.write_text(CUSTOMERS, encoding="utf-8")
    secret.chmod(0)
    closed.mkdir(mode=0o500 if not ROOT else 0o755)
    commands = [
        ["run", secret, "-o", tmp_path / "r", "--reveal"],
        ["run", secret.parent, "-o", tmp_path / "r", "--reveal"],
        ["run", public, "-o", closed / "r", "--reveal"],
        ["run", public, "-o", closed / "r"],
        ["init", public, "-o", closed / "x.toml"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_RIGHTS, str(case), str(tmp_path_factory.mktemp("warm") / "r")],
        input=json.dumps([[str(a) for a in command] for command in commands]),
        env={**os.environ, "RINGFINDER_KEY_FILE": str(closed / "key")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    ended = json.loads(done.stdout)
    assert [code for code, _ in ended] == [3, 3, 5, 5, 5], ended
    assert "客户.csv: the file cannot be read (Permission denied)" in ended[0][1]
    assert "the run cannot be written (Permission denied)" in ended[2][1]
    assert "the key of the pseudonyms cannot be written" in ended[3][1]
    assert "the file cannot be written (Permission denied)" in ended[4][1]
    assert list(closed.iterdir()) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "closed"]


@pytest.mark.skipif(ROOT or sys.platform == "win32", reason="for users who cannot mount a small disk")
def test_a_disk_that_fills_up_while_a_run_is_written(case, tmp_path):
    def little_space() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = _shell("run", case, "-o", tmp_path / "r", "--reveal", cwd=tmp_path, preexec_fn=little_space)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not ROOT or sys.platform != "linux", reason="mounting a small disk needs root")
def test_a_disk_that_is_really_full(case, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow mounts")
    try:
        done = _shell("run", case, "-o", disk / "r", "--reveal", cwd=tmp_path)
        left = list(disk.iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert done.returncode == 5, done.stderr
    assert "the disk is full" in done.stderr
    assert left == []


@pytest.mark.parametrize("after", range(0, 7))
def test_no_space_at_any_moment_leaves_the_earlier_run(case, tmp_path, monkeypatch, after):
    folder = tmp_path / "r"
    write_run(folder, find_rings([case]))
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    result = find_rings([case])
    calls = 0

    def full(real):
        def wrapper(*arguments, **options):
            nonlocal calls
            calls += 1
            if calls > after:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*arguments, **options)

        return wrapper

    monkeypatch.setattr(Path, "write_text", full(Path.write_text))
    monkeypatch.setattr(pl.DataFrame, "write_parquet", full(pl.DataFrame.write_parquet))
    with pytest.raises(Exception, match="the disk is full") as caught:
        write_run(folder, result, overwrite=True)
    assert type(caught.value).__name__ == "OutputError"
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{", "{}", '{"schema": 1}', '{"schema": 99}', '{"schema": 1, "rings": 5}', "[" * 100_000],
)
@pytest.mark.parametrize("verb", ["list", "show", "html"])
def test_a_damaged_run_is_named(case, tmp_path, text, verb):
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "run.json").write_text(text)
    done = CliRunner().invoke(app, [verb, str(folder), *(["R1"] if verb == "show" else [])])
    assert done.exit_code == 3
    assert "run.json cannot be read" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_whose_name_is_no_text(case, tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\xfe.csv"
    try:
        Path(os.fsdecode(name)).write_text(CUSTOMERS, encoding="utf-8")
    except OSError:
        pytest.skip("this file system refuses such names")
    done = CliRunner().invoke(app, ["run", str(case), os.fsdecode(name), "-o", str(tmp_path / "r")])
    assert done.exit_code in (0, 3), done.stderr
    assert "a fault in ringfinder" not in done.stderr
    if done.exit_code == 0:
        assert json.loads((tmp_path / "r" / "run.json").read_text(encoding="utf-8"))
