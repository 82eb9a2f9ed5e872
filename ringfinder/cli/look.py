"""The verbs that look at a run: list, show, path, html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import print_json, print_table, say
from ringfinder.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from ringfinder.explain import Neighbour, NodeFacts
    from ringfinder.graph import Graph
    from ringfinder.model import Ring, Run
    from ringfinder.what_if import WhatIf

__all__ = ["html", "list_rings", "path", "print_rings", "show"]

_LINKS = ("relation", "way", "kind", "label", "key", "date", "source row")
_PATH = ("step", "from", "relation", "to", "date", "source row")


def list_rings(
    run: opt.Run,
    tier: Annotated[
        str | None, typer.Option("--tier", help="Only strong or only candidate rings.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0 for all.")] = 0,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """List the ranked rings of a run.

    Example: ringfinder list runs/june --tier strong
    """
    from ringfinder.store import load_run

    if tier not in (None, "strong", "candidate"):
        raise ConfigError(f"unknown tier {tier!r}", expected="strong or candidate")
    rings = [r for r in load_run(run).rings if tier in (None, r.tier)]
    print_rings(rings[:limit] if limit else rings, form)


def print_rings(rings: Sequence[Ring], form: opt.Format, title: str = "") -> None:
    """Print rings: the columns that fit a screen, or for machines those of ``rings.csv``."""
    if form is not opt.Format.table:
        from ringfinder.report.tables import RINGS, ring_row

        print_table(RINGS, [ring_row(r) for r in rings], form)
        return
    rows = [(r.id, r.name, r.tier, r.score, r.debtors, _active(r), " ".join(r.families), r.summary) for r in rings]
    print_table(("ring", "name", "tier", "score", "debtors", "active", "families", "summary"), rows, form, title)


def _active(ring: Ring) -> str:
    return f"{ring.first_date} to {ring.last_date}" if ring.first_date else ""


def show(
    run: opt.Run,
    what: Annotated[
        str,
        typer.Argument(
            help="A ring (R1), or any node: a phone in any spelling, a customer number, a company, a token. "
            "M08 shows the common causes.",
            show_default=False,
        ),
    ],
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            help="Judge the ring again without this: an identifier in any spelling, relation:NAME, family:NAME or "
            "period:FROM..TO. Repeatable.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="Headings, roles and steps in English (en) or zh.")
    ] = "en",
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Show a ring with its reasons and what speaks against it, or everything known about one node.

    Example: ringfinder show runs/june R1      or      ringfinder show runs/june 13912345678
    """
    from ringfinder.cli.ring import print_ring, print_what_if
    from ringfinder.explain import node_facts
    from ringfinder.store import load_graph, load_run

    if language not in ("en", "zh"):
        raise ConfigError(f"unknown language {language!r}", expected="en or zh")
    found = load_run(run)
    if what.upper() == "M08" and not without:
        causes = [(c.code, c.sentence, _short(c.rows)) for c in found.common_causes]
        print_table(("fact", "common cause", "rows"), causes, form, "Common causes: no rings")
        return
    try:
        ring = found.ring(what)
    except KeyError:
        if without:
            message = f"--without goes with a ring, and {what!r} is none"
            raise ConfigError(message, expected="a ring such as R1") from None
        graph = load_graph(run)
        _show_nodes([node_facts(graph, found, node) for node in _nodes(graph, found, what)], form)
        return
    if without:
        print_what_if(_without(load_graph(run), found, ring, without), form, language)
        return
    print_ring(ring, form, language)


def path(
    run: opt.Run,
    start: Annotated[str, typer.Argument(help="An identifier.", show_default=False)],
    end: Annotated[str, typer.Argument(help="Another identifier.", show_default=False)],
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """The shortest chain of evidence rows between two entities. Status 1 if there is none.

    Example: ringfinder path runs/june C001 C007
    """
    from ringfinder.explain import evidence_path, hub_mask
    from ringfinder.store import load_graph, load_run

    found, graph = load_run(run), load_graph(run)
    a, b = _nodes(graph, found, start)[0], _nodes(graph, found, end)[0]
    steps = evidence_path(graph, a, b, avoid=hub_mask(graph, found))
    if not steps:
        if form is not opt.Format.table:
            print_table(_PATH, [], form)
        say("they are the same entity" if a == b else "no chain of links joins these two")
        raise typer.Exit(0 if a == b else 1)
    rows = [(i, s.source, s.relation, s.target, s.date, str(s.row)) for i, s in enumerate(steps, 1)]
    print_table(_PATH, rows, form)


def html(
    run: opt.Run,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The page to write; RUN/report.html by default.", show_default=False),
    ] = None,
    rings: Annotated[int, typer.Option("--rings", min=1, help="Draw at most so many rings.")] = 40,
) -> None:
    """Write the interactive page of a run again.

    Example: ringfinder html runs/june -o june.html
    """
    from ringfinder.page import render_html
    from ringfinder.store import load_run
    from ringfinder.store.folder import write_file

    target = output or run / "report.html"
    if target.is_file():  # a page may be written again, but an export that -o names by mistake must stay
        with target.open("rb") as stream:
            if stream.read(15).lower() not in (b"", b"<!doctype html>"):
                raise OutputError("a file that is no page is there already", where=str(target), do="name another file")
    write_file(target, render_html(load_run(run), rings=rings))
    say(f"wrote {target}")


def _without(graph: Graph, run: Run, ring: Ring, without: Sequence[str]) -> WhatIf:
    """A ring judged again without what the user names.

    Raises
    ------
    ConfigError
        If something is not in this run, or has no part in the ring.
    """
    import numpy as np

    from ringfinder.what_if import links_of, what_if

    inside = {(m.kind, m.key) for m in ring.members}
    names = graph.nodes.select("kind", "key")
    gone = np.zeros(graph.n_links, dtype=bool)
    for text in without:
        nodes: list[int] = []
        if text.partition(":")[0] not in ("relation", "family", "period"):
            nodes = [node for node in _nodes(graph, run, text) if names.row(node) in inside]
            if not nodes:
                what = f"{text!r} has no part in {ring.id}"
                raise ConfigError(what, do="'ringfinder show RUN RING' lists its members")
        gone |= links_of(graph, nodes, text)
    return what_if(graph, run, ring, gone, without)


def _short(rows: Sequence[object], limit: int = 4) -> str:
    text = ", ".join(str(r) for r in rows[:limit])
    return text + (f" and {len(rows) - limit} more" if len(rows) > limit else "")


def _show_nodes(found: Sequence[NodeFacts], form: opt.Format) -> None:
    """Each node's facts and links; for machines one document of all."""
    if form is opt.Format.json:
        from dataclasses import asdict

        print_json([asdict(facts) for facts in found])
        return
    if form is opt.Format.csv:
        rows = [(f"{f.kind}:{f.key}", *_link_row(n)) for f in found for n in f.neighbours]
        print_table(("node", *_LINKS), rows, form)
        return
    for facts in found:
        say(f"{facts.kind} {facts.label}   key {facts.key}")
        for name, value in facts.attributes.items():
            say(f"  {name}: {value}")
        say(f"  rings: {', '.join(facts.rings) or 'none'}")
        if facts.hub:
            say(f"  shared value: {facts.hub}")
        print_table(_LINKS, [_link_row(n) for n in facts.neighbours], form, "Links")


def _link_row(n: Neighbour) -> tuple[object, ...]:
    return n.relation, "→" if n.outgoing else "←", n.kind, n.label, n.key, n.date, str(n.row)


def _nodes(graph: Graph, run: Run, text: str) -> list[int]:
    """The nodes that a text names.

    Raises
    ------
    ConfigError
        If there is none.
    """
    from ringfinder.explain import find_nodes
    from ringfinder.lookup import keys_of

    nodes = find_nodes(graph, [], text)
    if not nodes:
        keys = keys_of(text, graph, run)
        nodes = find_nodes(graph, keys, text)
    if not nodes:
        hub = next((h for h in run.hubs if text in (h.key, h.label) or (h.kind, h.key) in keys), None)
        if hub is not None:
            raise ConfigError(f"{text!r} was kept from linking: {hub.reason} ({hub.degree})")
        raise ConfigError(
            f"nothing in this run is called {text!r}",
            expected="a ring such as R1, or a phone, customer number, company, token or label",
            do="'ringfinder list RUN' lists the rings, graph/nodes.parquet all nodes",
        )
    return nodes
