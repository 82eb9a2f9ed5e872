"""A small language to write a candidate ring as link rows and get the Case that the indicators see."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from ringfinder.config import HubSettings, ScoreSettings
from ringfinder.detect import detect_communities
from ringfinder.graph_build import graph_from_frames
from ringfinder.people import event_owner, people_kind
from ringfinder.score import Basis, cases, find_candidates, rank_rings
from ringfinder.units import debtor_units

DEFAULTS = ScoreSettings()


def graph_of(rows, nodes=()):
    """A graph from rows such as ``"debtor C1 uses_phone phone +86154 2026-05-01"`` (the date may be left out).

    Several links of one row are joined by " + ".
    """
    records = []
    for number, text in ((n, link) for n, row in enumerate(rows, start=2) for link in row.split(" + ")):
        source_kind, source, relation, target_kind, target, *date = text.split(" ")
        day = dt.date.fromisoformat(date[0]) if date else None
        records.append((source_kind, source, target_kind, target, relation, day, "links.csv", number))
    schema = {
        "source_kind": pl.String,
        "source": pl.String,
        "target_kind": pl.String,
        "target": pl.String,
        "relation": pl.String,
        "date": pl.Date,
        "file": pl.String,
        "row": pl.Int32,
    }
    frame = pl.DataFrame(records, schema=schema, orient="row")
    known = pl.DataFrame(list(nodes)) if nodes else None
    return graph_from_frames(known, frame)


def rings_of(rows, nodes=(), *, settings=DEFAULTS, blocked=(), method="components", calendar=()):
    """The ranked rings of these rows."""
    return rank_rings(cases_of(rows, nodes, settings=settings, blocked=blocked, method=method, calendar=calendar))


def cases_of(rows, nodes=(), *, settings=DEFAULTS, blocked=(), method="components", calendar=()):
    """The candidate cases of these rows; ``blocked`` names hubs as ``kind:key``."""
    graph = graph_of(rows, nodes)
    hub = np.array([f"{k}:{i}" in blocked for k, i in graph.nodes.select("kind", "key").iter_rows()], dtype=bool)
    labels = detect_communities(graph, method, blocked=hub).labels
    units = debtor_units(graph, household_max=HubSettings().household_max)
    basis = Basis(units, event_owner(graph), hub, people_kind(graph), settings, calendar)
    return list(cases(graph, find_candidates(graph, labels, basis), basis))


def signals(ring):
    """Indicator code → family of its evidence."""
    return {e.signal: e.family for e in ring.evidence}


def complaints(debtors, phone, first="2026-05-01", step=1):
    """Each debtor files one complaint from ``phone``, one every ``step`` days."""
    day = dt.date.fromisoformat(first)
    rows = []
    for i, debtor in enumerate(debtors):
        when = day + dt.timedelta(days=i * step)
        rows += [
            f"debtor {debtor} filed complaint T{debtor} {when}",
            f"complaint T{debtor} complained_from phone {phone} {when}",
        ]
    return rows
