"""The command line as a process: its cost, its streams, its end."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys

import pytest
from scenarios import CUSTOMERS
from typer.testing import CliRunner

from ringfinder import errors
from ringfinder.cli import app
from ringfinder.cli.output import clean

HEAVY = ["numpy", "polars", "pandas", "networkx", "scipy", "pyarrow", "rich", "pyvis"]


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_costs_under_three_tenths_of_a_second():
    assert min(_cpu([sys.executable, "-m", "ringfinder", "--help"]) for _ in range(3)) < 0.3


@pytest.mark.parametrize("verb", ["", "run", "show"])
def test_help_imports_nothing_heavy(verb):
    code = (
        "import sys\nfrom ringfinder.cli import app\n"
        f"try: app({[verb, '--help'] if verb else ['--help']})\n"
        f"except SystemExit: pass\nprint([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RingfinderError("x"), 2),
        (errors.ConfigError("x"), 2),
        (errors.DataError("x"), 3),
        (errors.MissingError("x"), 4),
        (errors.OutputError("x"), 5),
        (MemoryError(), 5),
        (OSError(28, "No space left on device"), 5),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("x"), 70),
    ],
)
def test_every_error_ends_with_its_documented_code(monkeypatch, s1_masked, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr("ringfinder.store.load_run", fail)
    done = CliRunner().invoke(app, ["list", str(s1_masked)])
    assert done.exit_code == code
    assert done.stdout == ""
    assert done.stderr.startswith("ringfinder: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_traceback_only_for_those_who_ask(monkeypatch, s1_masked):
    monkeypatch.setattr("ringfinder.store.load_run", lambda _: 1 / 0)
    done = CliRunner().invoke(app, ["--debug", "list", str(s1_masked)])
    assert isinstance(done.exception, ZeroDivisionError)


@pytest.mark.parametrize("arguments", [["bogus"], ["run"], ["list", "x", "--format", "xml"], ["demo", "--seed", "-1"]])
def test_wrong_usage_ends_with_2(arguments):
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert done.stdout == ""


def test_a_reader_who_goes_away_is_no_fault(demo_run):
    for form in ("csv", "table"):
        command = f"{sys.executable} -m ringfinder list {demo_run} --format {form} | head -1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == "0"


def test_a_reader_who_is_gone_before_we_begin(demo_run):
    command = f"{sys.executable} -m ringfinder list {demo_run} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_behind_stdout_is_told(shell, demo_run):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = shell("list", demo_run, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 5
    assert done.stderr.startswith("ringfinder: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "gb18030"])
def test_a_terminal_that_lacks_chinese_gets_escapes(shell, s1_revealed, encoding):
    done = shell("list", s1_revealed, encoding=encoding, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert done.returncode == 0
    assert "R1" in done.stdout


def test_control_c_leaves_nothing_behind(demo_exports, tmp_path):
    command = [sys.executable, "-m", "ringfinder", "run", str(demo_exports), "-o", str(tmp_path / "r")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()  # the first stage is done
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "ringfinder: interrupted" in stderr
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == []


def test_control_c_while_writing_leaves_nothing_behind(monkeypatch, demo_result, tmp_path):
    from ringfinder.pipeline import write_run

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ringfinder.store.folder.write_rejected", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "r", demo_result)
    assert list(tmp_path.iterdir()) == []


EVIL = "坏\x1b]0;owned\x07\x1b[31m\x9b2J\u202egnp.exe"


def test_control_characters_of_data_never_reach_the_terminal(tmp_path):
    from ringfinder.pipeline import find_rings, write_run

    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "客户.csv").write_text(CUSTOMERS.replace("甲一", EVIL), encoding="utf-8")
    from ringfinder.config import Config, PrivacySettings

    folder = write_run(tmp_path / "r", find_rings([exports], Config(privacy=PrivacySettings(reveal=True))))
    for arguments in (
        ["show", str(folder), "C001"],
        ["show", str(folder), "C001", "--format", "json"],
        ["show", str(folder), "C001", "--format", "csv"],
        ["show", str(folder), EVIL],
        ["list", EVIL],
        ["check", str(exports)],
        ["check", str(tmp_path / EVIL.replace("/", ""))],
    ):
        done = CliRunner().invoke(app, arguments)
        for text in (done.stdout, done.stderr):
            assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e"}, arguments


def test_clean_text_is_the_same_json_document():
    import json

    data = {"a": "坏\x9b\u202e\U000e0001\u3000x\n", "b": [1.5, None]}
    text = clean(json.dumps(data, ensure_ascii=False))
    assert json.loads(text) == data
    assert "\x9b" not in text
    assert "\u3000" in text
