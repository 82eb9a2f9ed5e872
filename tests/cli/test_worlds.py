"""simulate and evaluate on the command line: worlds on disk, runs judged, wrong wishes refused helpfully."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from ringfinder.config import Config, PrivacySettings
from ringfinder.pipeline import find_rings, write_run
from ringfinder.simulate import Form, WorldSettings, simulate, write_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "world"
    write_world(simulate(WorldSettings(customers=900, rings=6, seed=3)), folder)
    return folder


@pytest.fixture(scope="module")
def run(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = Config(privacy=PrivacySettings(reveal=True))
    return write_run(tmp_path_factory.mktemp("worlds") / "run", find_rings([world / "exports"], config))


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_simulate_writes_a_world_and_the_same_again(cli, tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = cli("simulate", tmp_path / name, "--customers", 600, "--rings", 3, "--difficulty", 0.4, "--seed", 9)
        assert done.exit_code == 0
        assert done.stdout == ""
        assert "ringfinder run" in done.stderr
    assert content(tmp_path / "a") == content(tmp_path / "b")
    facts = json.loads((tmp_path / "a/truth.json").read_text("utf-8"))
    assert {k: facts["settings"][k] for k in ("customers", "rings", "seed", "hard")} == {
        "customers": 600, "rings": 3, "seed": 9, "hard": 0.4,
    }  # fmt: skip
    assert (
        len({row["ring_id"] for row in csv.DictReader((tmp_path / "a/truth.csv").read_text("utf-8").splitlines())}) == 3
    )


def test_simulate_forms(cli, tmp_path: Path) -> None:
    for option, names in (("--links", {"links.csv"}), ("--complaints-only", {"投诉.csv"})):
        assert cli("simulate", tmp_path / option, "--customers", 400, option, "--no-rings").exit_code == 0
        assert {p.name for p in (tmp_path / option / "exports").iterdir()} == names
        assert json.loads((tmp_path / option / "truth.json").read_text("utf-8"))["rings"] == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--links", "--complaints-only"), "exclude each other"),
        (("--no-rings", "--rings", "3"), "exclude each other"),
        (("--customers", "400", "--rings", "300"), "0 to 10 for 400 customers"),
        (("--difficulty", "2"), "difficulty"),
    ],
)
def test_simulate_refuses_wrong_wishes(cli, tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    done = cli("simulate", tmp_path / "w", *options)
    assert done.exit_code == 2
    assert words in done.stderr
    assert not (tmp_path / "w").exists()


def test_simulate_never_overwrites(cli, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x", "utf-8")
    done = cli("simulate", tmp_path, "--customers", 400)
    assert done.exit_code == 5
    assert "does not exist yet" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_evaluate_agrees_in_all_formats(cli, run: Path, world: Path) -> None:
    told = json.loads(cli("evaluate", run, world / "truth.csv", "--format", "json").stdout)
    summary = told["summary"]
    assert summary["rings"] == 6
    assert summary["f1"] > 0.4
    assert summary["recall"] == pytest.approx(sum(r["jaccard"] >= 0.5 for r in told["rings"]) / 6)
    rows = list(csv.DictReader(cli("evaluate", run, world, "--format", "csv").stdout.splitlines()))
    flat = {row["measure"]: float(row["value"]) for row in rows if row["table"] == "summary"}
    assert flat == pytest.approx(summary, abs=1e-4)
    table = cli("evaluate", run, world).stdout
    assert "false_strong" in table
    assert "By design" in table
    kinds = {row["kind"]: row for row in told["entities"]}
    assert kinds["phone"]["recall"] > 0.4  # keys of the truth are found in the run's own spelling
    assert {"agent", "payee_account", "company"} & kinds.keys()


def test_a_masked_run_is_judged_alike_with_its_key(cli, run: Path, world: Path, tmp_path: Path, monkeypatch) -> None:
    masked = write_run(tmp_path / "masked", find_rings([world / "exports"], Config()))
    assert (
        cli("evaluate", masked, world, "--format", "json").stdout
        == cli("evaluate", run, world, "--format", "json").stdout
    )
    monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / "nowhere"))
    done = cli("evaluate", masked, world)
    assert done.exit_code == 2
    assert "RINGFINDER_KEY_FILE" in done.stderr
    (tmp_path / "other").write_text("0" * 64, "ascii")
    monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / "other"))
    done = cli("evaluate", masked, world)
    assert done.exit_code == 3
    assert "none of the customers" in done.stderr


def test_a_truth_by_another_hand(cli, run: Path, world: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader((world / "truth.csv").read_text("utf-8").splitlines()))
    lines = [f"{row['ring_id']},{row['key']}" for row in rows if row["kind"] == "debtor"]
    expected = json.loads(cli("evaluate", run, world, "--format", "json").stdout)["summary"]
    for header in ("ring_id,customer_id", "Ring,DEBTOR", "\ufeffring_id,key"):
        path = tmp_path / "hand.csv"
        path.write_text("\n".join([header, *lines, f"{rows[0]['ring_id']},NOBODY"]) + "\n", "utf-8")
        told = json.loads(cli("evaluate", run, path, "--format", "json").stdout)
        assert told["summary"] == pytest.approx(expected)
        assert told["entities"] == []


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("a,b\n1,2\n", 3, "no column for the ring"),
        ("ring_id,x\n1,2\n", 3, "no column for the customer"),
        ("", 3, "truth"),
        ("ring_id,customer_id\nR1,NOBODY\n", 3, "none of the customers"),
        (None, 2, "no such truth"),
    ],
)
def test_a_wrong_truth_is_explained(cli, run: Path, tmp_path: Path, text: str | None, status: int, words: str) -> None:
    path = tmp_path / "truth.csv"
    if text is not None:
        path.write_text(text, "utf-8")
    done = cli("evaluate", run, path)
    assert done.exit_code == status
    assert words in done.stderr


def test_a_truth_that_is_no_text(cli, run: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"ring_id,customer_id\nR1,\xff\xfe\x00\n")
    done = cli("evaluate", run, tmp_path / "t.csv")
    assert done.exit_code == 3


def test_a_world_without_rings_counts_what_is_false(cli, run: Path, tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("ring_id,design,kind,key,role\n", "utf-8")
    summary = json.loads(cli("evaluate", run, tmp_path, "--format", "json").stdout)["summary"]
    assert summary["rings"] == 0
    assert summary["false_reported"] == summary["reported"] > 0


def test_link_tables_are_judged_as_well(cli, tmp_path: Path) -> None:
    write_world(simulate(WorldSettings(customers=1200, rings=5, seed=8)), tmp_path / "w", Form.links)
    config = Config(privacy=PrivacySettings(reveal=True))
    write_run(tmp_path / "run", find_rings([tmp_path / "w/exports"], config))
    told = json.loads(cli("evaluate", tmp_path / "run", tmp_path / "w", "--format", "json").stdout)
    assert told["summary"]["rings"] == 5
    assert told["summary"]["f1"] > 0.3


def test_help_gives_an_example(cli) -> None:
    for verb in ("simulate", "evaluate"):
        assert f"Example: ringfinder {verb}" in cli(verb, "--help").stdout
