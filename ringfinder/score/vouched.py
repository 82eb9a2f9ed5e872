"""The allow list put to the test: the clients of each listed representative, judged as if nobody had vouched.

A listed representative never makes a lead by itself, whatever it shares with its clients. If its clientele shows three
independent families all the same (a burst, powers of attorney that lack a signature, papers that their issuers deny),
it becomes a lead in which the conflict is told and a second person must review it (domain S4). Else what speaks for the
representative is told beside its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.model import Mitigation
from ringfinder.score.candidates import Basis, find_candidates
from ringfinder.score.case import Case
from ringfinder.score.lay_out import cases
from ringfinder.score.mitigations import mitigations
from ringfinder.score.rings import rank_rings
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["facts_of", "vouched_cases"]

#: Rows of a fact that a sentence names.
_ROWS = 3


def vouched_cases(
    graph: Graph, vouched: Sequence[tuple[str, NDArray[np.int64]]], basis: Basis
) -> Iterator[tuple[int, Case]]:
    """The clientele of each listed representative that has enough clients, as (position in ``vouched``, case).

    Parameters
    ----------
    vouched : sequence of (text, nodes)
        Who vouches, and the nodes that only the allow list blocks, the representative itself first. A client of two
        of them, and what they share, counts with the first.
    """
    if not vouched:
        return
    words = extend(vocabulary(), [], graph.relations)
    holds = graph.relation_is(*(r for r in graph.relations if words.relations[r].clusters == "yes"))
    left, right = basis.owner[graph.links.source], basis.owner[graph.links.target]
    represented, person = graph.relation_is("represented_by"), graph.is_kind(basis.people)
    blocked = basis.blocked.copy()
    labels = np.arange(graph.n_nodes, dtype=np.int64) + len(vouched)
    for number, (_, nodes) in reversed(list(enumerate(vouched))):
        blocked[nodes] = False
        inside = np.zeros(graph.n_nodes, dtype=bool)
        inside[left[represented & np.isin(graph.links.target, nodes)]] = True
        inside &= person
        inside[right[holds & inside[left] & ~person[right]]] = True
        labels[inside] = number
    tested = replace(basis, blocked=blocked)
    candidates = find_candidates(graph, labels, tested)
    for number, case in zip(candidates.label.tolist(), cases(graph, candidates, tested), strict=True):
        if number < len(vouched):
            text, nodes = vouched[number]
            # whoever is on the list counts as a licensed body: a lead needs a third family
            yield number, replace(case, vouched={int(nodes[0]): text}, licensed_share=1.0)


def facts_of(case: Case) -> str:
    """What speaks for a listed representative, in one text: code, sentence and the first rows of each fact."""
    listed = "M06 it is on your allow list"
    if rank_rings([case]):
        listed += ", which conflicts with the evidence: a second person must review the lead"
    return "; ".join([listed, *(_told(fact) for fact in mitigations(case) if not fact.nodes)])


def _told(fact: Mitigation) -> str:
    rows = ", ".join(map(str, fact.rows[:_ROWS]))
    more = f" and {len(fact.rows) - _ROWS} more" if len(fact.rows) > _ROWS else ""
    return f"{fact.code} {fact.sentence}" + (f" ({rows}{more})" if rows else "")
