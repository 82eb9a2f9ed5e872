"""Candidates laid out as cases: their people, their facts with rows, and the background, for the indicators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief import Belief, Strength
from ringfinder.graph import NO_DATE, Graph
from ringfinder.model import Row
from ringfinder.people import distinct, distinct_pairs
from ringfinder.score.beside import debtor_readings, template_letters
from ringfinder.score.candidates import Basis, Candidates
from ringfinder.score.case import Background, Case, Fact
from ringfinder.score.norms import input_norms

__all__ = ["background", "cases"]

#: Attributes of nodes that indicators and mitigating facts read.
_ATTRIBUTES = (
    "demands",
    "law_terms",
    "law_order",
    "category",
    "caller_relation",
    "customer",
    "province",
    "born",
    "registered_on",
    "status",
    "verification",
    "public_text",
    "public_only",
    "ask_months",
    "says_willing",
    "says_cheated",
    "says_breach",
    "paid_for_service",
    "overdue_days",
    "result",
    "text_similarity",
    "text_metric",
    "text_score",
    "block_numbers",
)


def background(graph: Graph, people: str) -> Background:
    """How many debtors and complaints there are, and on which days."""
    filed = graph.relation_is("filed")
    days = graph.links.date[filed]
    days = days[days != NO_DATE]
    values, counts = np.unique(days, return_counts=True)
    by_day = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return Background(int(graph.is_kind(people).sum()), by_day, min(by_day, default=None), max(by_day, default=None))


def cases(
    graph: Graph,
    candidates: Candidates,
    basis: Basis,
    strength: Strength | None = None,
    belief: Belief | None = None,
) -> Iterator[Case]:
    """Each candidate as a :class:`Case`, in candidate order. Links are sorted by candidate once, never searched.

    ``strength`` is what the ring model says of every community, ``belief`` of every shared thing, if it does.
    """
    links, group, owner = graph.links, candidates.group, basis.owner
    first, second = group[owner[links.source]], group[owner[links.target]]
    a, b = np.flatnonzero(first >= 0), np.flatnonzero((second >= 0) & (second != first))
    index, which = np.r_[a, b], np.r_[first[a], second[b]]
    order = np.lexsort((index, which))
    index, which = index[order], which[order]
    bounds = np.searchsorted(which, np.arange(candidates.number + 1))
    member_order = np.argsort(group, kind="stable")
    member_bounds = np.searchsorted(group[member_order], np.arange(candidates.number + 1))
    season = background(graph, basis.people)
    usual = input_norms(graph, basis.people, basis.settings, owner)
    users = _users(graph, owner, basis.people)
    likely = np.zeros(graph.n_nodes, dtype=bool)
    if belief is not None:
        likely[belief.uses.things[belief.odds > 0]] = True
        called = belief.uses.units_by_source[:, belief.uses.codes.index("called")]
        users[belief.uses.things] = np.maximum(users[belief.uses.things], called)
    columns = [c for c in _ATTRIBUTES if c in graph.nodes.columns]
    known = _known(graph, np.r_[links.source[index], links.target[index], np.flatnonzero(group >= 0)], owner, columns)
    readings = debtor_readings(graph, candidates.debtor, basis.readings)
    letters = template_letters(graph, group, owner, basis.letters)
    for number in range(candidates.number):
        here = index[bounds[number] : bounds[number + 1]]
        facts = _facts(graph, here)
        inside = member_order[member_bounds[number] : member_bounds[number + 1]]
        ends = np.r_[links.source[here], links.target[here]]
        present = distinct(np.r_[ends, owner[ends], inside])
        listed = present.tolist()
        events = present[owner[present] != present]
        debtors = tuple(inside[candidates.debtor[inside]].tolist())
        yield Case(
            nodes={node: known[node] for node in listed},
            debtors=debtors,
            unit={d: int(basis.units[d]) for d in debtors},
            facts=facts,
            owner=dict(zip(events.tolist(), owner[events].tolist(), strict=True)),
            users=dict(zip(listed, users[present].tolist(), strict=True)),
            blocked=frozenset(present[basis.blocked[present]].tolist()),
            background=season,
            norms=usual,
            settings=basis.settings,
            calendar=basis.calendar,
            believed=frozenset(present[likely[present]].tolist()),
            readings={d: readings[d] for d in debtors if d in readings},
            letters={e: letters[e] for e in events.tolist() if e in letters},
            ledger=basis.ledger,
            **_said(strength, int(candidates.label[number])),
        )


def _said(strength: Strength | None, label: int) -> dict[str, Any]:
    """What the ring model says of a community, as fields of a :class:`Case`."""
    if strength is None:
        return {}
    return {
        "strength": float(strength.value[label]),
        "parts": strength.parts_of(label),
        "licensed_share": float(strength.licensed[label]),
        "selected": strength.selected,
    }


def _known(
    graph: Graph, nodes: NDArray[np.integer[Any]], owner: NDArray[np.int64], columns: list[str]
) -> dict[int, tuple[str, str, str, dict[str, Any]]]:
    """Kind, key, label and attributes of these nodes and their owners, as a :class:`Case` has them, read in one go."""
    wanted = np.zeros(graph.n_nodes, dtype=bool)
    wanted[nodes] = True
    wanted[owner[nodes]] = True
    rows = graph.nodes.select("kind", "key", "label", *columns).filter(pl.Series(wanted)).iter_rows()
    return {
        node: (kind, key, label, {c: v for c, v in zip(columns, values, strict=True) if v is not None})
        for node, (kind, key, label, *values) in zip(np.flatnonzero(wanted).tolist(), rows, strict=True)
    }


def _users(graph: Graph, owner: NDArray[np.int64], people: str) -> NDArray[np.int64]:
    """How many different people each node is linked to in the whole graph, shape (n_nodes,)."""
    is_person = graph.is_kind(people)
    left, right = owner[graph.links.source], owner[graph.links.target]
    person = is_person[left] & ~is_person[right]
    thing, _ = distinct_pairs(right[person], left[person])
    return np.bincount(thing, minlength=graph.n_nodes)


def _facts(graph: Graph, index: NDArray[np.int64]) -> tuple[Fact, ...]:
    links = graph.links
    columns = (
        links.source[index].tolist(),
        links.target[index].tolist(),
        links.relation[index].tolist(),
        links.date[index].tolist(),
        links.file[index].tolist(),
        links.row[index].tolist(),
    )
    return tuple(
        Fact(s, t, graph.relations[r], None if d == NO_DATE else d, Row(graph.files[f], n))
        for s, t, r, d, f, n in zip(*columns, strict=True)
    )
