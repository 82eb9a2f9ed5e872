"""The way of the data: read → map → link → templates → blocks → hubs → belief → detect → score ... top to bottom."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief import Belief, believe
from ringfinder.blocks import attach_blocks
from ringfinder.chance import check_mode, find_chance
from ringfinder.config import Config
from ringfinder.detect import Partition, check_choice, detect_communities
from ringfinder.graph import Graph
from ringfinder.hubs import Hubs, find_hubs, read_known
from ringfinder.issues import count_reasons
from ringfinder.judged import judge_groups, settle_leads, with_facts
from ringfinder.link import Linked, link_tables
from ringfinder.mapped import map_tables, narrow_tables
from ringfinder.model import Ring, Run
from ringfinder.normalise import Options
from ringfinder.privacy import Border, open_border
from ringfinder.progress import Progress, stage
from ringfinder.read import find_inputs, read_tables
from ringfinder.read.inputs import display_names
from ringfinder.store.folder import check_free, save_run
from ringfinder.tables import TableMapping, check_entries, mapping_rows
from ringfinder.templates import attach_templates
from ringfinder.units import debtor_units

__all__ = [
    "Progress",
    "Result",
    "checked",
    "find_rings",
    "link_inputs",
    "map_tables",
    "options_of",
    "rings_of",
    "write_run",
]


@dataclass(frozen=True)
class Result:
    """What :func:`find_rings` gives: the run and the graph as they may be seen, every rejected row or cell, and every
    pair of keys that was joined or left to the user (:data:`ringfinder.link.DECISIONS`)."""

    run: Run
    graph: Graph
    issues: pl.DataFrame
    decisions: pl.DataFrame


def find_rings(
    inputs: Sequence[str | Path],
    config: Config | None = None,
    *,
    progress: Progress | None = None,
    created: str = "",
) -> Result:
    """From files or folders of exports to ranked rings.

    Parameters
    ----------
    inputs : sequence of paths
        Files, or folders of files.
    config : Config, optional
        Settings; the defaults otherwise. Masked unless ``config.privacy.reveal``.
    progress : Progress, optional
        Told about every stage.
    created : str
        Time stamp for the run, the only clock field beside the stages' seconds.

    Raises
    ------
    RingfinderError
        One of its children: see :mod:`ringfinder.errors`.
    """
    config = checked(config or Config())
    border = open_border(config.privacy.reveal, config.privacy.key_file)
    stages: list[dict[str, Any]] = []
    told = progress or Progress()

    linked, mappings, skipped = link_inputs(inputs, config, told, stages)
    graph, hubs, units, belief, partition = _grouped(linked.graph, linked.excluded, config, told, stages)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # the graph as it may be seen waits for nothing but the graph: another core makes it while rings are scored
        outer_graph = pool.submit(border.graph, graph)
        with stage("score", told, stages) as facts:
            judged, notes, basis = judge_groups(graph, partition, belief, units, hubs, config, linked)
            rings, causes, tested = settle_leads(graph, judged, hubs, basis)
            hubs = replace(hubs, representatives=with_facts(hubs.representatives, tested))
            notes += [f"left out: {message}" for message in skipped]
            facts |= {
                "strong": sum(r.tier == "strong" for r in rings),
                "candidate": sum(r.tier == "candidate" for r in rings),
            }
        with stage("chance", told, stages) as facts:
            rings, chance = find_chance(graph, rings, basis, config, judged)
            facts["rounds"] = chance["rounds"]
        with stage("present", told, stages):
            counts = {
                **graph.counts(),
                "nodes": graph.n_nodes,
                "links": graph.n_links,
                "communities": partition.n_communities,
                "communities_split": partition.split,
            }
            run = replace(_run(linked, mappings, hubs, config), rings=rings, counts=counts, chance=chance)
            run = replace(run, common_causes=causes)
            outer = border.run(replace(run, notes=(*run.notes, *notes)))
            issues, decisions = border.issues(linked.issues), _outer_decisions(border, linked.decisions)
            seen = outer_graph.result()
    return Result(replace(outer, stages=tuple(stages), created=created), seen, issues, decisions)


def checked(config: Config) -> Config:
    """``config`` with the day against which its allow list expires.

    Raises
    ------
    ConfigError
        If a choice in it is unknown, or the list of hubs that it names cannot be used.
    """
    if any(entry.expires for entry in config.allow_list):
        config = replace(config, today=config.today or dt.date.today())  # recorded, since the result depends on it
    check_choice(config.detect.method, config.detect.resolution, config.detect.seed)
    check_mode(config.chance.mode)
    read_known(config.hubs.list)  # a fault in it is told before anything is read
    return config


def link_inputs(
    inputs: Sequence[str | Path],
    config: Config,
    told: Progress | None = None,
    stages: list[dict[str, Any]] | None = None,
) -> tuple[Linked, list[TableMapping], tuple[str, ...]]:
    """The stages *read*, *map* and *link*: the graph, the mappings, and why inputs were left out."""
    told, stages = told or Progress(), [] if stages is None else stages
    with stage("read", told, stages) as facts:
        skipped: list[str] = []
        tables = read_tables(
            find_inputs([Path(p) for p in inputs]), config.read, lambda error: skipped.append(error.message)
        )
        left_out = display_names(find_inputs([Path(p) for p in inputs])) if config.read.keep_going else ()
        check_entries(config.tables, [*(t.file for t in tables), *left_out])
        facts |= {"files": len(tables), "rows": sum(t.cells.height for t in tables)}
        tables = narrow_tables(tables, config)
    with stage("map", told, stages) as facts:
        mappings = map_tables(tables, config)
        facts["tables"] = sum(m.table != "unknown" for m in mappings)
    with stage("link", told, stages) as facts:
        linked = link_tables(
            list(zip(tables, mappings, strict=True)),
            kinds=config.kinds,
            relations=config.relations,
            options=options_of(config),
            settings=config.identity,
            same=[(pair.left, pair.right) for pair in config.same],
            different=[(pair.left, pair.right) for pair in config.different],
        )
        facts |= {
            "nodes": linked.graph.n_nodes,
            "links": linked.graph.n_links,
            "issues": linked.issues.height,
        }
    return linked, mappings, tuple(skipped)


def rings_of(linked: Linked, config: Config) -> tuple[Ring, ...]:
    """The stages *templates* to *score*: the rings of a linked graph, best first, with its own keys."""
    graph, hubs, units, belief, partition = _grouped(linked.graph, linked.excluded, config, Progress(), [])
    rings, _, basis = judge_groups(graph, partition, belief, units, hubs, config, linked)
    return settle_leads(graph, rings, hubs, basis)[0]


def _grouped(
    graph: Graph, excluded: pl.DataFrame, config: Config, told: Progress, stages: list[dict[str, Any]]
) -> tuple[Graph, Hubs, NDArray[np.int64], Belief, Partition]:
    """The stages *templates* to *detect*."""
    with stage("templates", told, stages) as facts:
        graph = attach_templates(graph, kin=True)
        facts["templates"] = graph.counts().get("template", 0)
    with stage("blocks", told, stages) as facts:
        graph = attach_blocks(graph, household_max=config.hubs.household_max)
        facts["number blocks"] = graph.counts().get("number_block", 0)
    with stage("hubs", told, stages) as facts:
        hubs = find_hubs(
            graph,
            excluded,
            config.hubs,
            config.allow_list,
            today=config.today,
            country=config.country,
        )
        facts["hubs"] = len(hubs.table)
    with stage("belief", told, stages) as facts:
        units = debtor_units(graph, household_max=config.hubs.household_max)
        belief = believe(graph, units, hubs.blocked, config.belief)
        facts["shared things"] = len(belief.uses.things)
    with stage("detect", told, stages) as facts:
        partition = detect_communities(
            graph,
            config.detect.method,
            resolution=config.detect.resolution,
            seed=config.detect.seed,
            blocked=hubs.blocked,
            belief=belief,
            guard_cap=config.hubs.guard_cap,
            units=units,
        )
        facts |= {"communities": partition.n_communities, "split": partition.split}
    return graph, hubs, units, belief, partition


def _outer_decisions(border: Border, decisions: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the keys that may be seen, sorted anew: the order of the real keys would say too much."""
    parts = [decisions.clear()]
    for (kind,), block in decisions.group_by("kind", maintain_order=True):
        keys = pl.concat([block["left"], block["right"].alias("left")]).unique().to_list()
        outer = {key: border.outer_key(str(kind), key) for key in keys}
        parts.append(block.with_columns(pl.col("left", "right").replace_strict(outer, return_dtype=pl.String)))
    return pl.concat(parts).sort(decisions.columns)


def options_of(config: Config) -> Options:
    """The normalisers' options that a configuration asks for; numbers that are to be kept are no placeholders."""
    known = [hub for hub in read_known(config.hubs.list) if hub.kind == "phone" and hub.treatment == "KEEP"]
    listed = [value for hub in known for value in hub.values]
    kept = {"".join(c for c in text if c.isdigit()) for text in (*config.hubs.keep, *listed)}
    return Options(
        country=config.country,
        day_first=config.day_first,
        date_1904=config.date_1904,
        month_names=config.month_names,
        zone=config.zone,
        allow=frozenset(number for digits in kept for number in (digits, digits.removeprefix("86")) if number),
    )


def write_run(folder: str | Path, result: Result, *, overwrite: bool = False) -> Path:
    """Write a result as a run folder with tables and page (see :func:`ringfinder.store.folder.save_run`)."""
    from ringfinder.page import render_html
    from ringfinder.report import csv_text, evidence_table, members_table, rings_table
    from ringfinder.report.tables import EVIDENCE, LEDGER, MEMBERS, PLAYBOOK, RINGS, ledger_table, playbook_table

    check_free(Path(folder), overwrite=overwrite)
    texts: dict[str, str | Callable[[], str]] = {
        "rings.csv": lambda: csv_text(RINGS, rings_table(result.run)),
        "members.csv": lambda: csv_text(MEMBERS, members_table(result.run)),
        "evidence.csv": lambda: csv_text(EVIDENCE, evidence_table(result.run)),
        "playbook.csv": lambda: csv_text(PLAYBOOK, playbook_table(result.run)),
        "ledger.csv": lambda: csv_text(LEDGER, ledger_table(result.run)),
        "report.html": lambda: render_html(result.run),
    }
    return save_run(folder, result.run, result.graph, texts, result.issues, result.decisions, overwrite=overwrite)


def _run(linked: Linked, mappings: Sequence[TableMapping], hubs: Hubs, config: Config) -> Run:
    """The run with all but its rings and counts."""
    return Run(
        rings=(),
        inputs=linked.inputs,
        config=config.to_dict(),
        versions=_versions(),
        detector=config.detect.method,
        seed=config.detect.seed,
        issues=count_reasons(linked.issues),
        hubs=hubs.table,
        degrees=hubs.degrees,
        representatives=hubs.representatives,
        notes=(*linked.notes, *hubs.notes),
        mapping=tuple(
            {"file": f, "table": t, "header": h, "field": field, "reason": reason}
            for f, t, h, field, reason in mapping_rows(mappings)
        ),
    )


def _versions() -> dict[str, str]:
    names = ("ringfinder", "polars", "numpy", "scipy", "networkx", "graspologic-native", "python-louvain")
    return {"python": platform.python_version(), **{n: importlib.metadata.version(n) for n in names}}
