"""The run folder: what is saved is loaded equal; it is whole or not there at all."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.errors import ConfigError, DataError, OutputError
from ringfinder.graph import NO_DATE
from ringfinder.graph_build import frames_of
from ringfinder.model import (
    SCHEMA_VERSION,
    Evidence,
    Hub,
    InputFile,
    Member,
    Mitigation,
    Ring,
    RingLink,
    Row,
    Run,
)
from ringfinder.pipeline import write_run
from ringfinder.store import load_graph, load_run, save_run
from ringfinder.store.folder import check_free, new_folder, write_file

_text = st.text(max_size=8)
_number = st.floats(allow_nan=False, allow_infinity=False)
_count = st.integers(-(2**53), 2**53)
_rows = st.lists(st.builds(Row, _text, _count), max_size=2).map(tuple)
_texts = st.lists(_text, max_size=2).map(tuple)
_rings = st.builds(
    Ring,
    id=_text, rank=_count, tier=_text, score=_number, families=_texts,
    members=st.lists(st.builds(Member, _text, _text, _text, _text, _number, _text), max_size=2).map(tuple),
    evidence=st.lists(
        st.builds(Evidence, _text, _text, _text, _number, _text, _rows, _text, _texts), max_size=2
    ).map(tuple),
    mitigations=st.lists(st.builds(Mitigation, _text, _text, _rows), max_size=2).map(tuple),
    links=st.lists(
        st.builds(RingLink, _text, _text, _text, _text, st.builds(Row, _text, _count)), max_size=2
    ).map(tuple),
    summary=_text, first_date=_text, last_date=_text, units=_count,
)  # fmt: skip
_runs = st.builds(
    Run,
    rings=st.lists(_rings, max_size=2).map(tuple),
    inputs=st.lists(
        st.builds(InputFile, _text, _text, _count, _text, _text, _count, _count, _count), max_size=2
    ).map(tuple),
    config=st.dictionaries(_text, st.one_of(_text, _number, st.none(), st.lists(_text, max_size=2)), max_size=2),
    versions=st.dictionaries(_text, _text, max_size=2),
    detector=_text, seed=_count,
    counts=st.dictionaries(_text, _count, max_size=2),
    hubs=st.lists(st.builds(Hub, _text, _text, _text, _count, _text, _text), max_size=2).map(tuple),
    representatives=_texts, notes=_texts,
    mapping=st.lists(st.dictionaries(_text, _text, max_size=2), max_size=2).map(tuple),
    revealed=st.booleans(), created=_text,
)  # fmt: skip


@given(_runs)
def test_json_and_back_is_the_same_run(run):
    assert Run.from_dict(json.loads(json.dumps(run.to_dict(), ensure_ascii=False))) == run
    assert Run.from_dict(json.loads(run.to_json())) == run


def test_what_is_saved_is_loaded_equal(demo_run, demo_result):
    assert load_run(demo_run) == demo_result.run
    graph = load_graph(demo_run)
    assert graph.nodes.equals(demo_result.graph.nodes)
    for one, other in zip(frames_of(graph), frames_of(demo_result.graph), strict=True):
        assert one.equals(other)
    undated = demo_result.graph.links.date == NO_DATE
    assert undated.any()
    assert np.array_equal(graph.links.date, demo_result.graph.links.date)


def test_the_tables_are_those_of_the_issue(demo_run):
    nodes, links = (pl.read_parquet(demo_run / "graph" / f"{n}.parquet") for n in ("nodes", "links"))
    assert nodes.columns[:4] == ["id", "kind", "key", "label"]
    assert nodes["id"].to_list() == list(range(nodes.height))
    assert links.columns[:6] == ["source", "target", "relation", "date", "file", "row"]
    assert links.schema["date"] == pl.Date
    assert links["date"].null_count() == int((load_graph(demo_run).links.date == NO_DATE).sum())
    assert json.loads((demo_run / "run.json").read_text(encoding="utf-8"))["schema"] == SCHEMA_VERSION


def test_another_schema_version_is_refused_by_name(demo_run, tmp_path):
    document = json.loads((demo_run / "run.json").read_text(encoding="utf-8"))
    (tmp_path / "run.json").write_text(json.dumps({**document, "schema": 99}), encoding="utf-8")
    with pytest.raises(DataError, match="has schema version 99; this release reads 1"):
        load_run(tmp_path)


def test_a_folder_without_a_run_or_a_graph_is_refused(demo_run, tmp_path):
    for place in (tmp_path, tmp_path / "none", demo_run / "run.json"):
        with pytest.raises(ConfigError, match="this is no run folder"):
            load_run(place)
        with pytest.raises(ConfigError, match="has no graph"):
            load_graph(place)


@pytest.mark.parametrize("table", ["nodes", "links"])
@pytest.mark.parametrize("damage", ["empty", "cut", "text", "columns"])
def test_a_damaged_graph_is_told(demo_run, tmp_path, table, damage):
    (tmp_path / "graph").mkdir()
    for name in ("nodes", "links"):
        data = (demo_run / "graph" / f"{name}.parquet").read_bytes()
        (tmp_path / "graph" / f"{name}.parquet").write_bytes(data)
    file = tmp_path / "graph" / f"{table}.parquet"
    if damage == "columns":
        pl.DataFrame({"x": [1]}).write_parquet(file)
    else:
        file.write_bytes({"empty": b"", "cut": file.read_bytes()[:-100], "text": b"PAR1 hello"}[damage])
    with pytest.raises(DataError, match="Run ringfinder again"):
        load_graph(tmp_path)


def test_overwriting_replaces_all_or_nothing(demo_result, tmp_path, monkeypatch):
    folder = write_run(tmp_path / "r", demo_result)
    with pytest.raises(OutputError, match="a run is there already"):
        write_run(folder, demo_result)

    def broken(*_):
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr("ringfinder.store.folder.write_rejected", broken)
        with pytest.raises(RuntimeError):
            write_run(folder, demo_result, overwrite=True)
    assert load_run(folder) == demo_result.run
    assert [p.name for p in tmp_path.iterdir()] == ["r"]
    write_run(folder, demo_result, overwrite=True)
    assert load_run(folder) == demo_result.run
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def _a_run(folder):
    folder.mkdir()
    (folder / "run.json").write_text("old")
    return folder


def test_when_the_last_move_fails_the_earlier_run_comes_back(tmp_path, monkeypatch):
    from pathlib import Path

    folder = _a_run(tmp_path / "r")
    real = Path.rename

    def rename(self, target):
        if self.name.endswith(".partial"):
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OutputError, match="Input/output error"), new_folder(folder, overwrite=True) as place:
        (place / "run.json").write_text("new")
    assert (folder / "run.json").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), MemoryError(), ValueError("x")])
def test_whatever_stops_the_writing_nothing_is_left(tmp_path, error):
    def begin() -> None:
        with new_folder(tmp_path / "r") as place:
            (place / "half").write_text("x")
            raise error

    with pytest.raises(type(error)):
        begin()
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_a_run_is_followed_and_stays_a_link(tmp_path):
    folder = _a_run(tmp_path / "r")
    (tmp_path / "latest").symlink_to(folder)
    with new_folder(tmp_path / "latest", overwrite=True) as place:
        (place / "run.json").write_text("new")
    assert (tmp_path / "latest").is_symlink()
    assert (folder / "run.json").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "r"]


def test_checking_a_place_changes_nothing(tmp_path):
    (tmp_path / "empty").mkdir()
    check_free(tmp_path / "empty")
    check_free(tmp_path / "none")
    assert (tmp_path / "empty").is_dir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="something else is there already"):
        check_free(tmp_path / "dangling")


def test_the_current_folder_may_be_the_place(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    from pathlib import Path

    with new_folder(Path()) as place:
        (place / "run.json").write_text("new")
    assert (tmp_path / "here" / "run.json").read_text() == "new"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    file = tmp_path / "x.html"
    write_file(file, "old")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UnicodeEncodeError):
        write_file(file, "new \ud800")
    assert file.read_text() == "old"
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path, "x")
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "none" / "x", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["x.html"]


def test_a_text_may_be_made_while_the_graph_is_written(demo_result, tmp_path):
    parts = (demo_result.run, demo_result.graph)
    texts = {"a.txt": "said", "b.txt": lambda: "made\n"}
    folder = save_run(tmp_path / "r", *parts, texts, demo_result.issues)
    assert [(folder / name).read_bytes() for name in texts] == [b"said", b"made\n"]
    assert frames_of(load_graph(folder))[1].equals(frames_of(demo_result.graph)[1])


def test_a_graph_that_cannot_be_written_leaves_nothing(demo_result, tmp_path):
    nodes = demo_result.graph.nodes.with_columns(pl.lit(None, dtype=pl.Object).alias("odd"))
    with pytest.raises(OutputError):
        save_run(tmp_path / "r", demo_result.run, replace(demo_result.graph, nodes=nodes), {}, demo_result.issues)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("null", "does not hold what a run holds"), ("[]", "does not hold"), ('{"schema": 1}', "it lacks 'rings'")],
)
def test_a_run_json_of_something_else_is_told_in_words(tmp_path, text, said):
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        load_run(tmp_path)
