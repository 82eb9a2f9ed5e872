"""Stage *what if*: a ring of a run folder, judged again without some of what it rests on.

The same model and the same settings judge the same graph twice, once whole and once without the things or links that
the user takes away. A run folder keeps less than the run saw (a masked one no names, codes or amounts), so the ring is
judged again as it stands, too: only these two compare.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.belief import Belief, BeliefSettings, believe, group_strength
from ringfinder.config import HubSettings, ScoreSettings
from ringfinder.errors import ConfigError
from ringfinder.graph import NO_DATE, Graph
from ringfinder.model import Ring, Run
from ringfinder.people import event_owner, people_kind
from ringfinder.score import Basis, Candidates, cases, find_candidates, rank_rings
from ringfinder.units import debtor_units
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["Verdict", "WhatIf", "links_of", "what_if"]

_Settings = TypeVar("_Settings", BeliefSettings, ScoreSettings, HubSettings)
#: Treatments of hubs that keep them from linking.
_BLOCKING = ("EXCLUDE", "ALLOWLIST")


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a ring's largest part: ``pieces`` counts its unconnected parts of two debtors or more."""

    score: float
    tier: str
    debtors: int
    unrelated: int
    families: tuple[str, ...]
    pieces: int
    reason: str


@dataclass(frozen=True)
class WhatIf:
    """A ring before and after; ``links`` counts the links that were taken away, of the ring's own ``of``."""

    ring: str
    without: tuple[str, ...]
    links: int
    of: int
    before: Verdict
    after: Verdict


def what_if(graph: Graph, run: Run, ring: Ring, gone: NDArray[np.bool_], without: Sequence[str] = ()) -> WhatIf:
    """Judge a ring again without some links.

    Parameters
    ----------
    graph : Graph
        Of the run's folder.
    gone : ndarray of bool, shape (n_links,)
        What is taken away, see :func:`links_of`.
    without : sequence of str
        How the user said it.
    """
    inside = graph.among((m.kind, m.key) for m in ring.members)
    touched = inside[graph.links.source] & inside[graph.links.target]
    kept = replace(graph, links=graph.links.take(np.flatnonzero(~gone)))
    return WhatIf(
        ring.id,
        tuple(without),
        int((gone & touched).sum()),
        int(touched.sum()),
        _verdict(graph, run, inside),
        _verdict(kept, run, inside),
    )


def links_of(graph: Graph, nodes: Sequence[int], text: str) -> NDArray[np.bool_]:
    """The links that ``relation:NAME``, ``family:NAME`` or ``period:FROM..TO`` names, else those of ``nodes``.

    Parameters
    ----------
    text : str
        As the user typed it; a period takes ISO dates, both days included, and either may be left out.

    Returns
    -------
    ndarray of bool, shape (n_links,)

    Raises
    ------
    ConfigError
        If there is no such relation, family or period.
    """
    prefix, _, name = text.partition(":")
    if prefix == "relation":
        if name not in graph.relations:
            raise ConfigError(f"no links of the relation {name!r}", expected=", ".join(graph.relations))
        return graph.relation_is(name)
    if prefix == "family":
        words = extend(vocabulary(), [], graph.relations)
        there = sorted({words.relations[r].family for r in graph.relations} - {""})
        if name.upper() not in there:
            raise ConfigError(
                f"no links of the family {name!r}", expected=", ".join(there), do="timing goes by period:FROM..TO"
            )
        return graph.relation_is(*(r for r in graph.relations if words.relations[r].family == name.upper()))
    if prefix == "period":
        first, last = _period(name)
        days = graph.links.date
        return np.asarray((days != NO_DATE) & (days >= first) & (days <= last), dtype=bool)
    away = np.zeros(graph.n_nodes, dtype=bool)
    away[list(nodes)] = True
    return np.asarray(away[graph.links.source] | away[graph.links.target], dtype=bool)


def _period(text: str) -> tuple[int, int]:
    """First and last day since 1970-01-01."""
    first, dots, last = text.partition("..")
    try:
        if not dots:
            raise ValueError(text)
        ends = [dt.date.fromisoformat(end.strip()) if end.strip() else None for end in (first, last)]
    except ValueError as error:
        what = f"{text!r} is no period"
        raise ConfigError(what, expected="period:2026-05-01..2026-05-31, either day may be left out") from error
    epoch = dt.date(1970, 1, 1).toordinal()
    low, high = (end.toordinal() - epoch if end else None for end in ends)
    if low is not None and high is not None and low > high:
        what = f"the period begins on {ends[0]}, after its end on {ends[1]}"
        raise ConfigError(what, expected="the earlier day first", do=f"write period:{ends[1]}..{ends[0]}")
    limits = np.iinfo(np.int32)
    return limits.min if low is None else low, limits.max if high is None else high


def _verdict(graph: Graph, run: Run, inside: NDArray[np.bool_]) -> Verdict:
    """What the rules say of the best connected part of some nodes."""
    people = people_kind(graph)
    blocked = graph.among((h.kind, h.key) for h in run.hubs if h.treatment in _BLOCKING)
    hubs = _settings(HubSettings, run.config.get("hubs"))
    units = debtor_units(graph, household_max=hubs.household_max)
    belief = believe(graph, units, blocked, _settings(BeliefSettings, run.config.get("belief")))
    labels, number = _parts(graph, inside & ~blocked, belief)
    together = pl.DataFrame({"part": labels, "unit": units}).filter(
        pl.Series(inside & graph.is_kind(people)) & (pl.col("part") < number)
    )
    pieces = together.group_by("part").agg(pl.col("unit").n_unique()).filter(pl.col("unit") >= 2).height
    strength = None if belief.structural else group_strength(belief, labels, int(labels.max(initial=-1)) + 1)
    basis = Basis(
        units=units,
        owner=event_owner(graph),
        blocked=blocked,
        people=people,
        settings=_settings(ScoreSettings, run.config.get("score")),
    )
    found = _without_rest(find_candidates(graph, labels, basis, strength, belief), number)
    rings = rank_rings(cases(graph, found, basis, strength, belief))
    if not rings:
        return Verdict(0.0, "none", 0, 0, (), pieces, "what is left is no group of unrelated debtors who share a thing")
    best = rings[0]
    return Verdict(best.score, best.tier, best.debtors, best.units, best.families, pieces, best.reason)


def _parts(graph: Graph, inside: NDArray[np.bool_], belief: Belief) -> tuple[NDArray[np.int64], int]:
    """The connected part of every node, and how many there are; nodes outside have that number.

    The members' own phones count as theirs, so that calls between them and a phone that the model believes tie, too.
    """
    links = graph.links
    own = graph.relation_is("uses_phone", "uses_record_phone", "uses_home_phone") & inside[links.source]
    theirs = np.zeros(graph.n_nodes, dtype=bool)
    theirs[links.target[own]] = True
    likely = np.zeros(graph.n_nodes, dtype=bool)
    likely[belief.uses.things[belief.odds > 0]] = True
    words = extend(vocabulary(), [], graph.relations)
    ties = graph.relation_is(*(r for r in graph.relations if words.relations[r].clusters != "no" and r != "called"))
    ties &= inside[links.source] & inside[links.target]
    calls = graph.relation_is("called")
    for a, b in ((links.source, links.target), (links.target, links.source)):
        ties |= calls & inside[a] & likely[a] & theirs[b]
    ties |= own
    n = graph.n_nodes
    ends = (links.source[ties], links.target[ties])
    _, component = connected_components(coo_array((np.ones(int(ties.sum()), dtype=np.int8), ends), shape=(n, n)))
    within = inside | theirs
    values, label = np.unique(component[within], return_inverse=True)
    labels = np.full(n, len(values), dtype=np.int64)
    labels[within] = label
    return labels, len(values)


def _without_rest(found: Candidates, rest: int) -> Candidates:
    """The candidates without the one of all nodes outside the ring."""
    kept = found.label != rest
    number = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
    return replace(found, group=number[found.group], number=int(kept.sum()), label=found.label[kept])


def _settings(kind: type[_Settings], data: Mapping[str, Any] | None) -> _Settings:
    """Settings as ``run.json`` holds them; what a run of before did not record has its default."""
    known = {f.name for f in fields(kind)}
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in (data or {}).items() if k in known}
    return replace(kind(), **values)
