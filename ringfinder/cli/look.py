"""The verbs that look at a run: list, show, path, html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import print_table, say
from ringfinder.errors import ConfigError

if TYPE_CHECKING:
    from ringfinder.graph import Graph
    from ringfinder.model import Ring, Run

__all__ = ["html", "list_rings", "path", "ring_rows", "show"]


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
    header, rows = ring_rows(rings[:limit] if limit else rings)
    print_table(header, rows, form)


def ring_rows(rings: Sequence[Ring]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Header and rows of the printed ring table."""
    header = (
        "ring",
        "tier",
        "score",
        "debtors",
        "agents",
        "companies",
        "phones",
        "complaints",
        "from",
        "to",
        "families",
        "summary",
    )
    rows: list[tuple[object, ...]] = [
        (
            r.id, r.tier, r.score, sum(m.role == "debtor" for m in r.members), r.count("agent"),
            r.count("company", "law_firm"), r.count("phone"), r.count("complaint"), r.first_date, r.last_date,
            " ".join(r.families), r.summary,
        )
        for r in rings
    ]  # fmt: skip
    return header, rows


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
    from ringfinder.store import load_graph, load_run

    found = load_run(run)
    try:
        ring = found.ring(what)
    except KeyError:
        graph = load_graph(run)
        for node in _nodes(graph, found, what):
            _show_node(graph, found, node, form)
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
    from ringfinder.explain import evidence_path
    from ringfinder.store import load_graph, load_run

    found, graph = load_run(run), load_graph(run)
    a, b = _nodes(graph, found, start)[0], _nodes(graph, found, end)[0]
    hubs = {(h.kind, h.key) for h in found.hubs if h.treatment == "EXCLUDE"}
    import numpy as np

    avoid = (
        np.array([pair in hubs for pair in graph.nodes.select("kind", "key").iter_rows()], dtype=bool) if hubs else None
    )
    steps = evidence_path(graph, a, b, avoid=avoid)
    if not steps:
        say("they are the same entity" if a == b else "no chain of links joins these two")
        raise typer.Exit(0 if a == b else 1)
    rows = [(i, s.source, s.relation, s.target, s.date, str(s.row)) for i, s in enumerate(steps, 1)]
    print_table(("step", "from", "relation", "to", "date", "source row"), rows, form)


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
    from ringfinder.errors import OutputError
    from ringfinder.page import render_html
    from ringfinder.store import load_run

    target = output or run / "report.html"
    text = render_html(load_run(run), rings=rings)
    try:
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise OutputError(
            f"the page cannot be written ({error.strerror})", where=str(target), do="name another with -o"
        ) from error
    say(f"wrote {target}")


def _show_ring(ring: Ring, form: opt.Format) -> None:
    if form is opt.Format.json:
        import dataclasses
        import json

        print(json.dumps(dataclasses.asdict(ring), ensure_ascii=False, indent=1))  # noqa: T201
        return
    if form is opt.Format.csv:
        rows = [(ring.id, m.kind, m.key, m.label, m.role, m.confidence) for m in ring.members]
        print_table(("ring_id", "kind", "key", "label", "role", "confidence"), rows, form)
        return
    say(f"{ring.id} ({ring.tier}, score {ring.score:.2f}): {ring.summary}")
    say("A lead for a person to examine, never a verdict; the debtors are often its victims.")
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


def _show_node(graph: Graph, run: Run, node: int, form: opt.Format) -> None:
    from ringfinder.explain import node_facts

    facts = node_facts(graph, run, node)
    if form is opt.Format.table:
        say(f"{facts.kind} {facts.label}   key {facts.key}")
        for name, value in facts.attributes.items():
            say(f"  {name}: {value}")
        say(f"  rings: {', '.join(facts.rings) or 'none'}")
        if facts.hub:
            say(f"  kept from linking: {facts.hub}")
    rows = [
        (n.relation, "→" if n.outgoing else "←", n.kind, n.label, n.key, n.date, str(n.row)) for n in facts.neighbours
    ]
    print_table(("relation", "way", "kind", "label", "key", "date", "source row"), rows, form, "Links")


def _nodes(graph: Graph, run: Run, text: str) -> list[int]:
    """The nodes that a text names.

    Raises
    ------
    ConfigError
        If there is none.
    """
    from ringfinder.explain import find_nodes
    from ringfinder.lookup import keys_of

    nodes = find_nodes(graph, keys_of(text, graph, run), text)
    if not nodes:
        hub = next((h for h in run.hubs if text in (h.key, h.label)), None)
        if hub is not None:
            raise ConfigError(f"{text!r} was kept from linking: {hub.reason} ({hub.degree})")
        raise ConfigError(
            f"nothing in this run is called {text!r}",
            expected="a ring such as R1, or a phone, customer number, company, token or label",
            do="'ringfinder list RUN' lists the rings, graph/nodes.parquet all nodes",
        )
    return nodes
