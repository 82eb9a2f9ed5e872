"""The verbs that look at a run: list, show, path, html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import print_json, print_table, say
from ringfinder.errors import ConfigError

if TYPE_CHECKING:
    from ringfinder.explain import Neighbour, NodeFacts
    from ringfinder.graph import Graph
    from ringfinder.model import Ring, Run

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
    rows = [
        (r.id, r.tier, r.score, r.debtors, f"{r.first_date} to {r.last_date}".strip(), " ".join(r.families), r.summary)
        for r in rings
    ]
    print_table(("ring", "tier", "score", "debtors", "active", "families", "summary"), rows, form, title)


def show(
    run: opt.Run,
    what: Annotated[
        str,
        typer.Argument(
            help="A ring (R1), or any node: a phone in any spelling, a customer number, a company, a token.",
            show_default=False,
        ),
    ],
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Show a ring with its reasons and what speaks against it, or everything known about one node.

    Example: ringfinder show runs/june R1      or      ringfinder show runs/june 13912345678
    """
    from ringfinder.explain import node_facts
    from ringfinder.store import load_graph, load_run

    found = load_run(run)
    try:
        ring = found.ring(what)
    except KeyError:
        graph = load_graph(run)
        _show_nodes([node_facts(graph, found, node) for node in _nodes(graph, found, what)], form)
        return
    _show_ring(ring, form)


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
    write_file(target, render_html(load_run(run), rings=rings))
    say(f"wrote {target}")


def _show_ring(ring: Ring, form: opt.Format) -> None:
    from ringfinder.model import DISCLAIMER

    if form is opt.Format.json:
        from dataclasses import asdict

        print_json(asdict(ring))
        return
    if form is opt.Format.csv:
        from ringfinder.report.tables import MEMBERS, member_rows

        print_table(MEMBERS, member_rows(ring), form)
        return
    say(f"{ring.id} ({ring.tier}, score {ring.score:.2f}): {ring.summary}")
    if ring.explanation:
        say(ring.explanation)
    say(DISCLAIMER)
    evidence = [(e.signal, e.family or "-", e.sentence, _short(e.rows), e.harmless) for e in ring.evidence]
    print_table(("signal", "family", "why", "rows", "harmless explanation"), evidence, form, "Reasons")
    against = [(m.code, m.sentence, _short(m.rows)) for m in ring.mitigations]
    if against:
        print_table(("fact", "what speaks against it", "rows"), against, form, "Counter-evidence")
    members = [(m.role, m.kind, m.label, m.key, m.confidence, m.note) for m in ring.members if m.kind != "complaint"]
    print_table(("role", "kind", "label", "key", "confidence", "note"), members, form, "Members")


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
