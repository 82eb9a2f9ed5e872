"""What the README tells a newcomer to type works, and it leaves no command and no setting out."""

from __future__ import annotations

import dataclasses
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import ringfinder
from ringfinder.cli import app
from ringfinder.config import AllowEntry, CalendarEntry, Config, Decision
from ringfinder.config_file import parse_config
from ringfinder.tables import TableOverride
from ringfinder.vocabulary import vocabulary

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """The lines that follow a $ in the console blocks."""
    return [line[2:] for block in blocks("console", text) for line in block.splitlines() if line.startswith("$ ")]


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A folder with the examples, as a newcomer stands in it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(result) -> set[str]:
    """What a command wrote, line by line, without its layout."""
    return {" ".join(line.split()) for line in result.output.splitlines()}


def test_the_console_examples_run_in_their_order(checkout):
    assert len(commands(README)) >= 7
    for command in commands(README):
        program, *arguments = shlex.split(command)
        assert program == "ringfinder"
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"
    assert (checkout / "s1-run" / "report.html").is_file()
    assert (checkout / "s1.html").is_file()


def test_the_counts_in_the_run_example_are_true(checkout):
    result = CliRunner().invoke(app, ["run", "examples/s1", "-o", "s1-run"])
    masked = re.compile(r"\([0-9a-f]{4}\)")  # depends on the key
    shown = {masked.sub("()", " ".join(line.split())) for line in README.splitlines() if "kept from linking:" in line}
    assert shown
    assert shown <= {masked.sub("()", line) for line in said(result)}
    assert "1 strong lead, 0 clusters to observe" in said(result)


def test_the_ring_in_the_show_example_is_the_one_that_is_found(checkout):
    CliRunner().invoke(app, ["run", "examples/s1", "-o", "s1-run"])
    lines = README.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("R1  "))
    assert "\n".join(lines[start : start + 2]) in CliRunner().invoke(app, ["show", "s1-run", "R1"]).output


@pytest.mark.parametrize("readme", sorted((ROOT / "examples").glob("*/README.md")), ids=lambda p: p.parent.name)
def test_the_commands_of_the_examples_name_files_that_exist(readme):
    text = readme.read_text(encoding="utf-8")
    assert commands(text)
    for command in commands(text):
        for word in shlex.split(command):
            assert not word.startswith("examples/") or (ROOT / word).exists(), word


def test_the_python_example_runs(checkout):
    (example,) = (block for block in blocks("python") if "find_rings" in block)
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    assert [r.tier for r in names["run"].rings] == ["strong"]


def test_the_query_example_runs(demo_run, monkeypatch, tmp_path, capsys):
    text = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "ringfinder-demo").mkdir()
    shutil.copytree(demo_run, tmp_path / "ringfinder-demo" / "run")
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python", text)
    exec(compile(example, "queries/README.md", "exec"), {})
    assert "debtors" in capsys.readouterr().out


def test_every_command_is_mentioned():
    verbs = typer.main.get_command(app).commands
    assert [v for v in verbs if not re.search(rf"ringfinder {v}\b", README)] == []


def test_every_public_name_exists():
    names = set(re.findall(r"\brf\.(\w+)", README))
    assert names <= set(ringfinder.__all__)


def settings() -> list[str]:
    found = []
    for field in dataclasses.fields(Config):
        value = getattr(Config(), field.name)
        record = {
            "tables": TableOverride, "allow_list": AllowEntry, "same": Decision, "different": Decision,
            "calendar": CalendarEntry,
        }.get(field.name)  # fmt: skip
        if dataclasses.is_dataclass(value) or record:
            found += [
                f"{field.name}.{f.metadata.get('name', f.name)}"
                for f in dataclasses.fields(record or value)
                if f.metadata.get("toml", True)
            ]
        else:
            found.append(field.name)
    return found


def configuration_table() -> list[str]:
    section = README.partition("\n## Configuration\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("setting", settings())
def test_every_setting_stands_in_the_configuration_table(setting):
    table, _, name = setting.rpartition(".")
    cells = [line.split("|")[1] for line in configuration_table()]
    rows = [c for c in cells if (f"[{table}]" in c if table else True)]
    assert any(re.search(rf"(`|\s){name}`|`\[{name}\]`", c) for c in rows), setting


def test_the_defaults_in_the_configuration_table_are_true():
    checked = 0
    for line in configuration_table():
        cells = [c.strip() for c in line.split("|")[1:3]]
        table = re.search(r"\[(detect|score|ledger|belief|identity|hubs|privacy)\]", cells[0])
        if not table:
            continue
        names = re.findall(r"(\w+)`", cells[0])
        values = re.findall(r"`([^`]+)`", cells[1])
        for name, text in zip(names, values * (len(names) if len(values) == 1 else 1), strict=False):
            value = getattr(getattr(Config(), table.group(1)), name)
            assert tomllib.loads(f"x = {text}")["x"] == (list(value) if isinstance(value, tuple) else value), name
            checked += 1
    assert checked >= 25


def test_the_configuration_examples_are_valid():
    examples = blocks("toml", README)
    assert examples
    for block in examples:
        parse_config(tomllib.loads(block))


def test_the_glossary_is_the_vocabularys():
    words = vocabulary()
    for code, kind in words.kinds.items():
        assert f"| `{code}` | {kind.en} | {kind.zh} |" in README
    for code, family in words.families.items():
        assert f"| `{code}` | {family.en} | {family.zh} | {'yes' if family.hard else 'no'} |" in README


def test_every_signal_stands_in_the_table():
    from ringfinder.score.signals import SIGNALS

    assert [code for code in SIGNALS if f"| {code} |" not in README] == []


def test_every_room_stands_in_the_architecture():
    rooms = {p.name for p in Path(ringfinder.__file__).parent.iterdir() if p.is_dir() and p.name[0] != "_"}
    section = README.partition("\n## Architecture\n")[2].partition("\n## ")[0]
    assert {r for r in rooms if f"{r}/" not in section} == set()


def test_links_inside_the_repository_lead_somewhere():
    for document in (ROOT / "README.md", ROOT / "examples/README.md", ROOT / "queries/README.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_heading_in_the_contents_exists():
    headings = {h.lower().replace(" ", "-") for h in re.findall(r"^## (.+)$", README, re.MULTILINE)}
    assert set(re.findall(r"\(#([\w-]+)\)", README)) <= headings
