"""Stage *score*, put together: the groups of a graph to ranked rings, common causes and notes for the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief import Belief, group_strength
from ringfinder.config import Config
from ringfinder.detect import Partition
from ringfinder.graph import Graph
from ringfinder.hubs import Hubs
from ringfinder.link import Linked
from ringfinder.model import Mitigation, Ring
from ringfinder.people import event_owner, people_kind
from ringfinder.score import (
    Basis,
    cases,
    common_causes,
    facts_of,
    find_candidates,
    rank_rings,
    ranked,
    vouched_cases,
)
from ringfinder.score.case import Case
from ringfinder.vocabulary import plural

__all__ = ["judge_groups", "settle_leads", "with_facts"]


def judge_groups(
    graph: Graph,
    partition: Partition,
    belief: Belief,
    units: NDArray[np.int64],
    hubs: Hubs,
    config: Config,
    linked: Linked,
) -> tuple[tuple[Ring, ...], list[str], Basis]:
    """The groups that can be rings, judged and ranked; notes for the run; and what they were judged by."""
    people = people_kind(graph)
    basis = Basis(
        units=units,
        owner=event_owner(graph),
        blocked=hubs.blocked,
        people=people,
        settings=config.score,
        calendar=config.calendar,
        ledger=config.ledger,
        readings=linked.readings,
        letters=_letters(linked.graph),
    )
    strength = None if belief.structural else group_strength(belief, partition.labels, partition.n_communities)
    candidates = find_candidates(graph, partition.labels, basis, strength, belief)
    notes = list(belief.notes)
    if people != "debtor":
        notes.append(
            f"the input has no debtors; nodes of kind {people!r} were taken for the people (map them under [kinds])"
        )
    if candidates.structural and candidates.number:
        notes.append(
            "the input has no hard evidence (contact, representation, mail, money, device): only who shares what was "
            "judged, so nothing here is more than a cluster to observe"
        )
    if candidates.dropped:
        notes.append(
            f"{candidates.dropped:,} further clusters were not examined, and there may be leads among them: they are "
            "weaker than those listed. Raise [score] max_rings to see them"
        )
    if candidates.oversized:
        notes.append(
            f"{plural(candidates.oversized, 'community', 'communities')} of more than {config.score.max_debtors:,} "
            "debtors cannot be read as a ring and were not examined: choose the detector leiden, a higher resolution, "
            "or look for the hub that joins everybody ([hubs] exclude)"
        )
    return rank_rings(cases(graph, candidates, basis, strength, belief)), notes, basis


def settle_leads(
    graph: Graph, judged: Sequence[Ring], hubs: Hubs, basis: Basis
) -> tuple[tuple[Ring, ...], tuple[Mitigation, ...], list[tuple[int, Case]]]:
    """The rings with the leads of listed representatives and without waves; the waves; each such clientele.

    Returns
    -------
    tuple
        Rings, best first; common causes (M08); pairs of (position among the listed representatives, case).
    """
    tested = list(vouched_cases(graph, hubs.vouched, basis))
    rings = ranked((*judged, *rank_rings(case for _, case in tested)))
    return *common_causes(graph, rings, basis), tested


def with_facts(representatives: Sequence[str], tested: Sequence[tuple[int, Case]]) -> tuple[str, ...]:
    """The sentences about listed representatives, each with what speaks for it."""
    facts = {number: facts_of(case) for number, case in tested}
    return tuple(f"{text}: {facts[i]}" if i in facts else text for i, text in enumerate(representatives))


def _letters(graph: Graph) -> pl.DataFrame | None:
    """The complaints' texts as written (``key``, ``text``); the border keeps them out of a masked run."""
    if "text" not in graph.nodes.columns:
        return None
    return graph.nodes.filter((pl.col("kind") == "complaint") & pl.col("text").is_not_null()).select("key", "text")
