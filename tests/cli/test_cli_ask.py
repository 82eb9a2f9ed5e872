"""Asking what a column means: on a real terminal (a pseudo-terminal), and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

CUSTOMERS = "姓名,手机号,编号,机构\n" + "".join(
    f"{name}某,1390000{i:04},N{i:07},长城{i}号\n" for i, name in enumerate("甲乙丙丁戊", 1)
)
COMPLAINTS = "投诉编号,客户号,投诉内容,单位\n" + "".join(
    f"T{i},N{i:07},减免利息并停止催收第{i}次,某某银行{i}号网点\n" for i in range(1, 6)
)


@dataclass
class Ended:
    """How a command on a terminal ended: its status, what the terminal showed, and its standard output."""

    status: int
    screen: str
    stdout: str


def on_terminal(*arguments: object, answers: list[str], stdout: bool = False) -> Ended:
    """Run a command whose standard input and error are a pseudo-terminal; answers wait for their prompts."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ringfinder", *map(str, arguments)]
    process = subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE if stdout else theirs)
    os.close(theirs)
    screen, waiting, end = "", list(answers), time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed: the command has ended
                break
            if not data:
                break
            screen += data.decode("utf-8", "replace")
        if waiting and screen.count("Your choice") > len(answers) - len(waiting):
            os.write(ours, waiting.pop(0).encode())
    out = b""
    if process.stdout:
        with process.stdout as stream:
            out = stream.read()
    status = process.wait(timeout=10)
    os.close(ours)
    assert not waiting, screen
    return Ended(status, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", screen), out.decode())


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "客户.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "投诉.csv").write_text(COMPLAINTS, encoding="utf-8")
    return folder


def columns_of(folder: Path) -> dict[str, tuple[str, str]]:
    """Header -> field and reason, as run.json says."""
    mapping = json.loads((folder / "run.json").read_text(encoding="utf-8"))["mapping"]
    return {m["header"]: (m["field"], m["reason"]) for m in mapping}


def test_the_answers_hold_are_recorded_and_need_not_be_given_again(exports, tmp_path, cli):
    done = on_terminal(
        "run", exports, "-o", tmp_path / "r", answers=["7\n", "nonsense\n", "1\n", "lender\n", "ignore\n"], stdout=True
    )
    assert done.status == 0, done.screen
    columns = columns_of(tmp_path / "r")
    assert columns["编号"] == ("customer_id", "asked")
    assert columns["机构"] == ("lender", "asked")
    assert columns["单位"] == ("", "asked")
    assert columns["手机号"] == ("mobile", "synonym")
    # the question: file, header, masked cells, the choices with a line each
    assert "客户.csv: the column 编号 can mean several things" in done.screen
    assert re.search(r"customer_id +the lender's number of a customer", done.screen)
    for secret in ("N0000001", "长城1号", "13900000001", "某某银行1号网点"):
        assert secret not in done.screen
    assert done.screen.count("is none of these") == 2
    assert "choice" not in done.stdout
    assert "[[tables]]" not in done.stdout
    # the lines at the end make the next run ask nothing, here without a terminal
    lines = done.screen[done.screen.index("[[tables]]") :].split("\nrun folder")[0]
    lines = "\n".join(line for line in lines.splitlines() if re.match(r"\[\[|\w+(\.\w+)? = ", line))
    assert [e["file"] for e in tomllib.loads(lines)["tables"]] == ["客户.csv", "投诉.csv"]
    (tmp_path / "r.toml").write_text(lines, encoding="utf-8")
    again = cli("run", exports, "-c", tmp_path / "r.toml", "-o", tmp_path / "again")
    assert again.exit_code == 0, again.stderr
    assert {h: f for h, (f, _) in columns_of(tmp_path / "again").items()} == {h: f for h, (f, _) in columns.items()}
    assert columns_of(tmp_path / "again")["编号"] == ("customer_id", "set in ringfinder.toml")


@pytest.mark.parametrize("answers", [["4\n"], ["customer_id\n", "\x04"]])
def test_stopping_leaves_the_lines_and_nothing_else(exports, tmp_path, answers):
    done = on_terminal("run", exports / "客户.csv", "-o", tmp_path / "r", answers=answers)
    assert done.status == 2
    assert 'columns.customer_id = "编号"' in done.screen  # offered, or the answer that was given
    assert 'columns.lender = "机构"' in done.screen
    assert not (tmp_path / "r").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["exports"]


@pytest.mark.parametrize("options", [["--no-ask"], ["--format", "json"]])
def test_nobody_is_asked_who_said_so_or_wants_a_document(exports, tmp_path, options):
    done = on_terminal("run", exports, "-o", tmp_path / "r", *options, answers=[], stdout=True)
    assert done.status == 2
    assert "Your choice" not in done.screen
    assert "can mean" in done.screen
    assert done.stdout == ""


def test_without_a_terminal_nobody_is_asked(exports, tmp_path, shell):
    done = shell("run", exports, "-o", tmp_path / "r", input="1\n1\n1\n")
    assert done.returncode == 2
    assert "Your choice" not in done.stderr


def test_a_table_of_two_types_is_asked_about(tmp_path):
    (tmp_path / "x.csv").write_text(
        "客户号,付款人,收款人,主叫,被叫\nC1,甲某,乙某,13900001111,13900002222\n", encoding="utf-8"
    )
    done = on_terminal("run", tmp_path / "x.csv", "-o", tmp_path / "r", answers=["calls\n"])
    assert done.status == 0, done.screen
    assert "one row is a payment" in done.screen
    assert 'type = "calls"' in done.screen
    assert columns_of(tmp_path / "r")["主叫"][0] == "from_phone"
    assert "13900001111" not in done.screen


def test_check_lists_what_is_unclear_and_asks_nothing(exports):
    done = on_terminal("check", exports, answers=[])
    assert done.status == 2
    assert "Your choice" not in done.screen
    assert done.screen.count("(unclear)") == 3
    assert all(f'= "{header}"' in done.screen for header in ("编号", "机构", "单位"))


def test_init_puts_the_choices_into_comments(exports, tmp_path, cli):
    toml = tmp_path / "r.toml"
    done = cli("init", exports, "-o", toml)
    assert done.exit_code == 0, done.stderr
    assert "unclear: 客户.csv" in done.stderr
    text = toml.read_text(encoding="utf-8")
    assert tomllib.loads(text)["tables"]
    assert cli("run", exports, "-c", toml, "-o", tmp_path / "r").exit_code == 2  # as long as nobody chose
    for choice in ('customer_id = "编号"', 'lender = "机构"', 'against = "单位"'):
        assert f"# {choice}  #" in text
        text = text.replace(f"# {choice}  #", f"{choice}  #")
    toml.write_text(text, encoding="utf-8")
    done = cli("run", exports, "-c", toml, "-o", tmp_path / "r")
    assert done.exit_code == 0, done.stderr
    assert columns_of(tmp_path / "r")["单位"][0] == "against"
