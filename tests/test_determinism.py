"""The same input gives the same output, whatever the order of rows and files, the folder and the hash seed."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scenarios import write_s1

from ringfinder.config import Config, PrivacySettings
from ringfinder.pipeline import find_rings, write_run
from ringfinder.store import load_graph, load_run


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a run folder; ``run.json`` without its clock fields."""
    found = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    document = json.loads(found["run.json"])
    document["created"] = ""
    for stage in document["stages"]:
        stage.pop("seconds")
    found["run.json"] = json.dumps(document, ensure_ascii=False).encode()
    return found


def test_two_runs_are_the_same_to_the_byte(masked_run, demo_exports, tmp_path):
    again = write_run(tmp_path / "again", find_rings([demo_exports]))
    first, second = _bytes(masked_run), _bytes(again)
    assert first.keys() == second.keys() == {
        "run.json", "rings.csv", "members.csv", "evidence.csv", "playbook.csv", "ledger.csv", "rejected.csv",
        "same.csv",
        "report.html", "graph/nodes.parquet", "graph/links.parquet",
    }  # fmt: skip
    assert [name for name in first if first[name] != second[name]] == []


def test_order_and_folder_of_the_files_do_not_matter(masked_run, demo_exports, tmp_path):
    files = [f for f in demo_exports.iterdir() if f.is_file()]
    moved = []
    for number, file in enumerate(reversed(files)):
        place = tmp_path / f"folder {number}" / file.name
        place.parent.mkdir()
        moved.append(shutil.copy(file, place))
    again = write_run(tmp_path / "again", find_rings(moved))
    assert _bytes(again) == _bytes(masked_run)


def _shuffle(source: Path, target: Path, seed: int) -> dict[str, dict[int, int]]:
    """Copy exports with shuffled records; gives for each file the new row of each old one."""
    target.mkdir()
    rows = {}
    for file in sorted(f for f in source.iterdir() if f.is_file()):
        data = file.read_bytes()
        packed = data[:2] == b"\x1f\x8b"
        data = gzip.decompress(data) if packed else data
        encoding = next(e for e in ("utf-8", "gb18030") if _fits(data, e))
        text = data.decode(encoding)
        delimiter = "\t" if file.suffix == ".tsv" else ","
        header, *records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        order = list(range(len(records)))
        random.Random(f"{seed} {file.name}").shuffle(order)
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        writer.writerows([header, *(records[i] for i in order)])
        data = stream.getvalue().encode(encoding)
        (target / file.name).write_bytes(gzip.compress(data, mtime=0) if packed else data)
        rows[file.name] = {old + 2: new + 2 for new, old in enumerate(order)}
    return rows


def _fits(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _moved(value: object, rows: dict[str, dict[int, int]]) -> object:
    """A run's JSON with every row number replaced by its new one, and lists of rows in their new order."""
    if isinstance(value, dict):
        if value.keys() == {"file", "row"}:
            return {"file": value["file"], "row": rows[value["file"]].get(value["row"], value["row"])}
        return {k: _moved(v, rows) for k, v in value.items() if k not in ("sha256", "size", "seconds")}
    if isinstance(value, list):
        moved = [_moved(v, rows) for v in value]
        places = [v for v in moved if isinstance(v, dict) and v.keys() == {"file", "row"}]
        if places and len(places) == len(moved):
            return sorted(places, key=lambda v: (v["file"], v["row"]))
        if moved and isinstance(moved[0], dict) and "relation" in moved[0]:
            return sorted(moved, key=lambda v: json.dumps(v, sort_keys=True))
        return moved
    return value


@pytest.mark.parametrize(("case", "seed"), [("demo", 1), ("s1", 2), ("s1", 3)])
def test_order_of_the_rows_changes_nothing_but_row_numbers(demo_exports, demo_result, tmp_path, seed, case):
    config = Config(privacy=PrivacySettings(reveal=True))
    source = demo_exports if case == "demo" else write_s1(tmp_path / "s1")
    rows = _shuffle(source, tmp_path / "shuffled", seed)
    first = demo_result if case == "demo" else find_rings([source], config)
    second = find_rings([tmp_path / "shuffled"], config)
    before, after = (json.loads(json.dumps(r.run.to_dict())) for r in (first, second))
    nothing = {name: {} for name in rows}
    assert before["rings"]
    moved_before, moved_after = _moved(before, rows), _moved(after, nothing)
    for name in moved_before:
        if name == "rings":
            for one, other in zip(moved_before[name], moved_after[name], strict=True):
                assert one == other, (case, one["id"])
        assert moved_before[name] == moved_after[name], name
    assert first.graph.nodes.equals(second.graph.nodes)
    names = ["file", "row", "column", "value", "reason", "lost"]
    old = sorted((f, rows[f].get(r, r), c, v, e, lost) for f, r, c, v, e, lost in first.issues.select(names).rows())
    assert old == sorted(second.issues.select(names).rows())


def test_the_seed_changes_no_strong_lead(demo_exports, demo_result, revealed):
    def strong(run):
        return [(r.id, [m.id for m in r.members], r.score) for r in run.rings if r.tier == "strong"]

    for seed in range(1, 5):
        config = dataclasses.replace(revealed, detect=dataclasses.replace(revealed.detect, seed=seed))
        assert strong(find_rings([demo_exports], config).run) == strong(demo_result.run), seed


def test_the_hash_seed_of_python_and_the_locale_do_not_matter(tmp_path):
    case, config = write_s1(tmp_path / "s1"), Config(privacy=PrivacySettings(reveal=True))
    here = write_run(tmp_path / "here", find_rings([case], config, created="2026-01-01T00:00:00+00:00"))
    command = [sys.executable, "-m", "ringfinder", "run", str(case), "-o", str(tmp_path / "there"), "--reveal"]
    foreign = {"PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run(command, env={**os.environ, **foreign}, check=True, capture_output=True, timeout=60)
    assert _bytes(here) == _bytes(tmp_path / "there")


def test_another_key_gives_other_tokens_and_nothing_else(tmp_path, monkeypatch):
    case = write_s1(tmp_path / "s1")
    folders = []
    for name in ("one", "two"):
        monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / name / "key"))
        folders.append(write_run(tmp_path / f"r-{name}", find_rings([case], Config())))
    first, second = map(load_graph, folders)
    assert set(first.nodes["key"]).isdisjoint(second.nodes["key"])
    assert first.counts() == second.counts()
    one, two = (load_run(f).rings[0] for f in folders)
    assert (one.score, one.tier, len(one.members)) == (two.score, two.tier, len(two.members))
    page = (folders[1] / "report.html").read_text(encoding="utf-8")
    assert not [k for k in re.findall(r"\b[0-9a-f]{16}\b", page) if k in set(first.nodes["key"])]
