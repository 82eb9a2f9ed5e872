"""A case in which every table type speaks, masked: nothing personal in any file of the run, or on the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from receipt_cases import tables_in, write_planted
from test_privacy_run import _everything, _found, _records, _secrets
from typer.testing import CliRunner

from ringfinder.cli import app

EXAMPLES = Path(__file__).parents[2] / "examples"
#: What the user wrote in his own words, with a number in each.
CONFIG = """
today = 2026-06-30
[[calendar]]
name = "outage, call 13911119999"
from = 2026-05-11
to = 2026-05-12
source = "hotline 13911119998"
[[allow_list]]
name = "office 13911119997"
phone = "15400000777"
owner = "desk 13911119996"
proof = "told by 13911119995"
[[different]]
left = "debtor:C001"
right = "debtor:C002"
reason = "asked 13911119994"
"""
#: Names, places, things and texts of the planted case; its firms are no personal data.
WORDS = (
    "秋月|小满|如眉|敬亭|春江|子夜|Quill|无忌|恭言|辛秘密|隐雾市|隐雾厂|秘密路|秘密市|邮路|"
    "DVX90210|CLX778899|TSX0|WTX0|LSX0|EMX0|7788号|生活困难|威胁|征信记录"
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> tuple[Path, Path, str]:
    """The planted exports, their masked run, and all that the commands print about them."""
    base = tmp_path_factory.mktemp("everything")
    exports, run, config = write_planted(base / "exports"), base / "run", base / "ringfinder.toml"
    config.write_text(CONFIG, encoding="utf-8")
    said = _said(["run", *map(str, tables_in(exports)), "-c", str(config), "-o", str(run), "--no-ask"])
    assert "run folder" in said
    return exports, run, said + _looked_at(exports, run, config)


def _said(command: list[str]) -> str:
    done = CliRunner().invoke(app, command)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.stdout + done.stderr


def _looked_at(exports: Path, run: Path, config: Path) -> str:
    """What ``list``, ``show``, ``audit`` and ``check`` print, in every form."""
    members = json.loads((run / "run.json").read_text(encoding="utf-8"))["rings"][0]["members"]
    phone = next(f"{m['kind']}:{m['key']}" for m in members if m["kind"] == "phone")
    show = ["show", str(run), "R1"]
    commands = [
        ["list", str(run)],
        ["list", str(run), "--format", "csv"],
        show,
        [*show, "--language", "zh"],
        [*show, "--format", "json"],
        [*show, "--without", phone],
        [*show, "--without", "relation:represented_by"],
        ["show", str(run), "M08"],
        ["audit", str(exports), "-c", str(config)],
        ["check", str(exports), "-c", str(config)],
        ["check", str(exports), "-c", str(config), "--format", "json"],
    ]
    return "\n".join(map(_said, commands))


def _leaks(text: str) -> list[str]:
    return sorted(set(re.findall(rf"1391111\d{{4}}|154000009\d\d|6200000000000005|{WORDS}", text)))


def test_nothing_personal_of_any_table_is_in_a_masked_run(planted):
    exports, run, _ = planted
    assert len(set(_leaks("\n".join(str(r) for r in _records(exports))))) > 30  # the search finds what is readable
    told = [m["code"] for m in json.loads((run / "run.json").read_text(encoding="utf-8"))["rings"][0]["mitigations"]]
    assert "M08" in told  # the calendar speaks
    assert _leaks(_everything(run)) == []


def test_nothing_personal_of_any_table_is_printed(planted):
    *_, said = planted
    assert "甲诚商务咨询" in said
    assert _leaks(said) == []


def test_nothing_personal_of_the_lender_case_is_readable(tmp_path):
    exports, config = EXAMPLES / "lender" / "exports", EXAMPLES / "lender" / "ringfinder.toml"
    run = tmp_path / "run"
    said = _said(["run", str(exports), "-c", str(config), "-o", str(run), "--no-ask", "--chance", "0"])
    said += "".join(_said(["show", str(run), ring]) for ring in ("R1", "R2", "R3", "M08"))
    firms = "\n".join(r.get("企业名称") or "" for r in _records(exports))
    # five digits from 95 or 96 are service lines of banks and insurers
    secrets = {s for s in _secrets(exports) if len(s) > 2 and s not in firms and not re.fullmatch(r"9[56]\d{3}", s)}
    assert len(secrets) > 4000
    assert _found(_everything(run) + said, secrets) == set()
