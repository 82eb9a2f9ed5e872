"""Tables written as text, linked as the pipeline links them; links and issues as plain tuples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from ringfinder.config import Config
from ringfinder.graph import NO_DATE, Graph
from ringfinder.link import Linked, link_tables
from ringfinder.model import no_issues
from ringfinder.pipeline import map_tables, options_of
from ringfinder.read import RawTable, read_tables


def table(file: str, columns: Mapping[str, list[str | None]]) -> RawTable:
    """A raw table without a file behind it."""
    cells = pl.DataFrame(dict(columns), schema=dict.fromkeys(columns, pl.String))
    rows = pl.Series("row", range(2, cells.height + 2), dtype=pl.Int32)
    return RawTable(file, cells, rows, "", 0, "", "", no_issues())


def link(raws: list[RawTable], config: Config | None = None) -> Linked:
    config = config or Config()
    pairs = list(zip(raws, map_tables(raws, config), strict=True))
    return link_tables(pairs, kinds=config.kinds, relations=config.relations, options=options_of(config))


def linked(folder: Path, files: Mapping[str, str], config: Config | None = None) -> Linked:
    """The files of ``folder`` with these texts, read, mapped and linked."""
    for name, text in files.items():
        (folder / name).write_text(text.strip() + "\n", encoding="utf-8")
    return link(list(read_tables([folder])), config)


def links(graph: Graph) -> set[tuple[str, str, str]]:
    """Every link as ("kind:key", relation, "kind:key")."""
    ids = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").iter_rows()]
    ends = zip(graph.links.source.tolist(), graph.links.relation.tolist(), graph.links.target.tolist(), strict=True)
    return {(ids[s], graph.relations[r], ids[t]) for s, r, t in ends}


def dated(graph: Graph) -> set[tuple[str, str, str, int | None, float]]:
    """Every link with its day and weight, without its row."""
    ids = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").iter_rows()]
    c = graph.links
    return {
        (ids[c.source[i]], graph.relations[c.relation[i]], ids[c.target[i]],
         None if c.date[i] == NO_DATE else int(c.date[i]), round(float(c.weight[i]), 6))
        for i in range(len(c))
    }  # fmt: skip


def nodes(graph: Graph, kind: str) -> dict[str, str]:
    """Key → label of the nodes of a kind."""
    return dict(graph.nodes.filter(pl.col("kind") == kind).select("key", "label").iter_rows())


def reasons(found: Linked, *, lost: bool) -> set[tuple[int, str, str]]:
    """(row, column, reason) of whole rows or of single cells."""
    return set(found.issues.filter(pl.col("lost") == lost).select("row", "column", "reason").iter_rows())


def counts(found: Linked) -> list[tuple[int, int, int]]:
    return [(i.rows, i.used, i.rejected) for i in found.inputs]
