"""Every verb on a real run: what it prints where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from inspect import signature
from itertools import pairwise

import pytest
import typer
from scenarios import CUSTOMERS, write_s1

from ringfinder.cli import app
from ringfinder.config import DetectSettings
from ringfinder.detect.communities import detect as run_detector
from ringfinder.page import render_html
from ringfinder.simulate import WorldSettings
from ringfinder.store import load_graph, load_run

VERBS = ["demo", "init", "check", "run", "list", "show", "path", "html", "simulate", "evaluate", "audit"]


def test_the_verbs_are_those_that_are_tested():
    names = [c.name or c.callback.__name__ for c in app.registered_commands]
    assert sorted(names) == sorted(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_help_has_an_example_and_says_what_each_option_does(cli, verb):
    done = cli(verb, "--help")
    assert done.exit_code == 0
    assert f"Example: ringfinder {verb}" in done.stdout


def test_help_documents_the_exit_codes(cli):
    text = " ".join(cli("--help").stdout.split())
    for code in (
        "0 done",
        "1 a check said no",
        "2 wrong",
        "3 the input",
        "4 a package",
        "5 the result",
        "6 the input is not fit",
        "130",
    ):
        assert code in text


def test_the_version(cli):
    from ringfinder import __version__

    assert cli("--version").stdout == f"ringfinder {__version__}\n"


def test_demo_writes_a_case_finds_its_rings_and_can_be_repeated(cli, tmp_path):
    for _ in range(2):
        done = cli("demo", tmp_path / "d", "--customers", "300")
        assert done.exit_code == 0
        assert "strong" in done.stdout
        assert f"open {tmp_path / 'd' / 'run' / 'report.html'}" in done.stderr
    assert (tmp_path / "d" / "run" / "report.html").is_file()
    assert load_run(tmp_path / "d" / "run").revealed is False
    assert [p.name for p in tmp_path.iterdir()] == ["d"]


def test_demo_refuses_a_folder_that_is_not_its_own(cli, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    done = cli("demo", tmp_path)
    assert done.exit_code == 5
    assert "not an earlier demo" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_run_prints_the_rings_on_stdout_and_all_else_on_stderr(cli, s1_files, tmp_path):
    done = cli("run", s1_files, "-o", tmp_path / "r")
    assert done.exit_code == 0
    assert "R1" in done.stdout
    assert "strong" in done.stdout
    assert "run folder" not in done.stdout
    stages = [line.split()[0] for line in done.stderr.splitlines() if line.endswith(" s")]
    assert stages == [
        "read",
        "map",
        "link",
        "templates",
        "blocks",
        "hubs",
        "belief",
        "detect",
        "score",
        "chance",
        "present",
        "write",
    ]
    assert "kept from linking: phone 95588 (4;" in done.stderr
    assert f"run folder: {tmp_path / 'r'}" in done.stderr


@pytest.mark.parametrize("method", ["leiden", "louvain", "label_propagation", "components"])
def test_run_records_detector_seed_and_resolution(cli, s1_files, tmp_path, method):
    done = cli("run", s1_files, "-o", tmp_path / "r", "--detector", method, "--seed", 3, "--resolution", 0.5)
    assert done.exit_code == 0
    run = load_run(tmp_path / "r")
    assert (run.detector, run.seed, run.config["detect"]["resolution"]) == (method, 3, 0.5)


def test_run_names_a_folder_by_the_time_when_none_is_given(cli, s1_files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("run", s1_files).exit_code == 0
    (folder,) = (tmp_path / "ringfinder-runs").iterdir()
    assert load_run(folder).rings


@pytest.mark.parametrize("verb", ["run", "list", "show ring", "show node", "path", "check"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_stdout_is_one_document_of_the_chosen_form(cli, s1_files, s1_revealed, tmp_path, verb, form):
    arguments = {
        "run": ("run", s1_files, "-o", tmp_path / "r"),
        "list": ("list", s1_revealed),
        "show ring": ("show", s1_revealed, "R1"),
        "show node": ("show", s1_revealed, "15400000990"),
        "path": ("path", s1_revealed, "C001", "C007"),
        "check": ("check", s1_files),
    }[verb]
    done = cli(*arguments, "--format", form)
    assert done.exit_code == 0
    if form == "json":
        assert json.loads(done.stdout)
        return
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    assert not done.stdout.startswith("\ufeff")


def test_machines_get_the_columns_of_rings_csv(cli, demo_run):
    from ringfinder.report.tables import RINGS

    records = json.loads(cli("list", demo_run, "--format", "json").stdout)
    assert tuple(records[0]) == RINGS
    assert [r["ring_id"] for r in records] == [r.id for r in load_run(demo_run).rings]
    assert isinstance(records[0]["score"], float)


def test_list_takes_a_tier_and_a_limit(cli, demo_run):
    rings = load_run(demo_run).rings
    strong = json.loads(cli("list", demo_run, "--tier", "strong", "--format", "json").stdout)
    assert len(strong) == sum(r.tier == "strong" for r in rings)
    assert len(json.loads(cli("list", demo_run, "--limit", 3, "--format", "json").stdout)) == 3
    done = cli("list", demo_run, "--tier", "weak")
    assert done.exit_code == 2
    assert "Expected strong or candidate" in done.stderr


def test_an_empty_list_is_an_empty_document(cli, s1_revealed):
    assert json.loads(cli("list", s1_revealed, "--tier", "candidate", "--format", "json").stdout) == []


@pytest.mark.parametrize("name", ["R1", "r1", "1"])
def test_show_a_ring_with_reasons_and_counter_evidence(cli, demo_run, name):
    done = cli("show", demo_run, name)
    assert done.exit_code == 0
    assert "Reasons" in done.stdout
    assert "Counter-evidence" in done.stdout
    assert "Members" in done.stdout
    assert "never a verdict" in done.stderr


SPELLINGS = ["15400000901", "+86 154 0000 0901", "0086-15400000901", "１５４００００" + "０９０１"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_show_finds_a_phone_in_any_spelling_revealed_or_masked(cli, s1_revealed, s1_masked, text):
    for run in (s1_revealed, s1_masked):
        (facts,) = json.loads(cli("show", run, text, "--format", "json").stdout)
        assert facts["kind"] == "phone"
        assert facts["rings"] == ["R1"]
        assert len(facts["neighbours"]) > 5
    assert re.fullmatch("[0-9a-f]{16}", facts["key"])  # the masked run's, the last of the two


@pytest.mark.parametrize(
    ("text", "kind"),
    [("C001", "debtor"), ("甲诚商务咨询", "company"), ("91110101MA00TE5T21", "company"), ("T01", "complaint")],
)
def test_show_finds_any_node_by_what_it_is_called(cli, s1_revealed, s1_masked, text, kind):
    for run in (s1_revealed, s1_masked):
        found = json.loads(cli("show", run, text, "--format", "json").stdout)
        assert [f["kind"] for f in found] == [kind]


def test_show_by_token_key_and_label(cli, s1_masked):
    node = load_graph(s1_masked).nodes.filter(kind="debtor").row(0, named=True)
    for text in (node["key"], f"debtor:{node['key']}", node["label"]):
        (facts,) = json.loads(cli("show", s1_masked, text, "--format", "json").stdout)
        assert facts["key"] == node["key"]


def test_a_masked_run_can_be_read_without_its_key_and_none_is_made(cli, s1_masked, tmp_path, monkeypatch):
    token = load_graph(s1_masked).nodes.filter(kind="debtor")["key"][0]
    monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / "key"))
    assert cli("show", s1_masked, token).exit_code == 0
    assert cli("show", s1_masked, "R1").exit_code == 0
    done = cli("show", s1_masked, "C001")
    assert done.exit_code == 2
    assert "RINGFINDER_KEY_FILE" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_show_prints_what_is_known_about_a_node(cli, s1_revealed):
    done = cli("show", s1_revealed, "C007")
    assert "debtor 甲七" in done.stderr
    assert "overdue_days: 120" in done.stderr
    assert "rings: R1" in done.stderr
    assert "委托.csv:8" in done.stdout


def test_unknown_names_say_what_is_expected(cli, s1_revealed):
    for verb in (("show", s1_revealed, "R99"), ("path", s1_revealed, "C001", "C999")):
        done = cli(*verb)
        assert done.exit_code == 2
        assert f"nothing in this run is called '{verb[-1]}'" in done.stderr
        assert "'ringfinder list RUN' lists the rings" in done.stderr
        assert done.stdout == ""


def test_a_hub_that_was_kept_from_linking_says_so(cli, s1_revealed):
    done = cli("show", s1_revealed, "95588")
    assert done.exit_code == 2
    assert "'95588' was kept from linking: service number on 4 records" in done.stderr


def test_a_hub_of_a_masked_run_is_found_by_its_real_number(cli, s1_masked):
    done = cli("show", s1_masked, "13800138000")
    assert done.exit_code == 2
    assert "'13800138000' was kept from linking: placeholder on 5 records" in done.stderr


def test_path_between_two_ring_debtors_names_the_rows(cli, s1_revealed):
    steps = json.loads(cli("path", s1_revealed, "C001", "C006", "--format", "json").stdout)
    assert steps[0]["from"] == "debtor 甲一"
    assert steps[-1]["to"] == "debtor 甲六"
    assert all(a["to"] == b["from"] for a, b in pairwise(steps))
    assert all(".csv:" in s["source row"] for s in steps)


def test_path_says_when_there_is_none(cli, s1_revealed):
    done = cli("path", s1_revealed, "C001", "C010", "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == []
    assert "no chain of links" in done.stderr
    done = cli("path", s1_revealed, "C001", "C001", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == []


def test_html_writes_the_same_page_again(cli, s1_masked, tmp_path):
    page = tmp_path / "页 1.html"
    assert cli("html", s1_masked, "-o", page).exit_code == 0
    assert page.read_bytes() == (s1_masked / "report.html").read_bytes()
    assert page.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [page.name]


def test_the_configuration_that_init_writes_gives_the_same_rings(cli, demo_exports, demo_result, tmp_path):
    toml, run = tmp_path / "ringfinder.toml", tmp_path / "r"
    assert cli("init", demo_exports, "-o", toml).exit_code == 0
    assert cli("run", demo_exports, "-c", toml, "--reveal", "-o", run).exit_code == 0
    assert load_run(run).rings == demo_result.run.rings


def test_init_prints_to_stdout_and_keeps_an_existing_file(cli, s1_files, tmp_path):
    import tomllib

    assert tomllib.loads(cli("init", s1_files, "-o", "-").stdout)["tables"]
    toml = tmp_path / "x.toml"
    toml.write_text("# mine\n")
    done = cli("init", s1_files, "-o", toml)
    assert done.exit_code == 5
    assert "--overwrite" in done.stderr
    assert toml.read_text() == "# mine\n"
    assert cli("init", s1_files, "-o", toml, "--overwrite").exit_code == 0


def test_check_writes_nothing_and_ends_with_1_when_rows_are_lost(cli, s1_files, demo_exports, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("check", s1_files)
    assert done.exit_code == 0
    assert "How the columns are understood" in done.stdout
    assert cli("check", demo_exports).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_check_does_not_mind_rows_that_are_no_records(cli, tmp_path):
    header, *rows = CUSTOMERS.splitlines()
    text = "\n".join([header, *rows[:5], ",,,,,,", header, *rows[5:], "合计,,,,,,465560"]) + "\n"
    (tmp_path / "客户.csv").write_text(text, encoding="utf-8")
    done = cli("check", tmp_path)
    assert all(reason in done.stdout for reason in ("blank_row", "repeated_header", "total_row"))
    assert done.exit_code == 0
    (tmp_path / "客户.csv").write_text(text + ",丁一,15400000199,,,,\n" * 2 + "C099,丁,1,,,,,,,多\n", encoding="utf-8")
    assert cli("check", tmp_path).exit_code == 1


def test_the_command_that_init_suggests_can_be_pasted(cli, tmp_path):
    folder, toml = write_s1(tmp_path / "d d"), tmp_path / "my file.toml"
    done = cli("init", folder, "-o", toml)
    suggested = shlex.split(done.stderr.split("then: ")[1])
    assert suggested == ["ringfinder", "run", str(folder), "-c", str(toml)]
    done = cli("demo", tmp_path / "e e", "--customers", "300")
    suggested = shlex.split(done.stderr.split("then try: ")[1])
    assert suggested == ["ringfinder", "show", str(tmp_path / "e e" / "run"), "R1"]


def test_files_that_are_left_out_are_named(cli, s1_files, tmp_path):
    (tmp_path / "broken.csv").write_bytes(b"")
    done = cli("check", s1_files, tmp_path / "broken.csv", "--keep-going")
    assert done.exit_code == 1
    assert "left out: broken.csv: the file is empty" in done.stderr
    done = cli("run", s1_files, tmp_path / "broken.csv", "--keep-going", "-o", tmp_path / "r")
    assert done.exit_code == 0
    assert "left out: broken.csv: the file is empty" in done.stderr
    assert any("broken.csv" in note for note in load_run(tmp_path / "r").notes)


def test_the_command_line_shows_the_library_s_defaults():
    """They are spelled again, since importing the library for --help would be slow."""
    commands = typer.main.get_command(app).commands
    given = {name: {p.name: p for p in command.params} for name, command in commands.items()}
    world, detect = WorldSettings(), DetectSettings()
    assert (given["demo"]["customers"].default, given["demo"]["seed"].default) == (world.customers, world.seed)
    assert given["html"]["rings"].default == signature(render_html).parameters["rings"].default
    shown = {name: given["run"][name].show_default for name in ("detector", "resolution", "seed")}
    assert shown == {"detector": detect.method, "resolution": str(detect.resolution), "seed": str(detect.seed)}
    defaults = {name: p.default for name, p in signature(run_detector).parameters.items()}
    # the library's own detect() is community detection; the ring model needs hubs and units, which a run brings along
    assert (defaults["resolution"], defaults["seed"]) == (detect.resolution, detect.seed)
