"""The lead rule and the score: which candidate is a lead, which one only a cluster to observe, and in which order.

The lead rule: at least three unrelated debtors, at least two independent evidence families that meet in three
of them, at least one of the two hard. Listed lawful representatives never reach this stage as links, so they cannot be
what a lead rests on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ringfinder.config import ScoreSettings
from ringfinder.model import Evidence
from ringfinder.vocabulary import vocabulary

__all__ = ["evidence_families", "lead_score", "tier"]


def evidence_families(
    evidence: Iterable[Evidence], units: Mapping[str, int], settings: ScoreSettings
) -> tuple[str, ...]:
    """The independent families that meet in the same people, in the vocabulary's order.

    A landlord's account and a clan's phone do not make a lead because one man has both: families count together only
    if at least ``settings.min_units`` unrelated debtors show both the one and a hard one. Links between companies (ORG)
    concern all their clients. Of several hard families the one that gathers most others leads.

    Parameters
    ----------
    units : mapping of member id (``kind:key``) to unit number
        The ring's debtors.
    """
    cover: dict[str, set[int]] = {}
    for item in evidence:
        if item.family:
            shown = {units[node] for node in item.nodes if node in units}
            cover.setdefault(item.family, set()).update(shown or set(units.values()))
    known = vocabulary().families
    groups = [
        {f for f in cover if len(cover[f] & cover[hard]) >= settings.min_units} for hard in cover if known[hard].hard
    ]
    best = max(groups, key=lambda g: (len(g), sorted(g)), default=set())
    return tuple(f for f in known if f in best)


def tier(units: int, families: tuple[str, ...], settings: ScoreSettings) -> str:
    """``"strong"`` when the lead rule holds, else ``"candidate"`` (a cluster to observe)."""
    hard = any(vocabulary().families[f].hard for f in families)
    return "strong" if units >= settings.min_units and len(families) >= settings.min_families and hard else "candidate"


def lead_score(units: int, evidence: Iterable[Evidence]) -> float:
    """A number to sort by: over the families, the sum of log2(1 + most unrelated debtors that one reason covers).

    Dependent evidence counts once, since only the widest reason of each family enters; a reason without a family (RF09)
    adds nothing. The unit is bits of "how many people is this about"; it is no probability.
    """
    widest: dict[str, float] = {}
    for item in evidence:
        if item.family:
            covered = item.value if item.signal != "RF04" else units
            widest[item.family] = max(widest.get(item.family, 0.0), math.log2(1 + covered))
    structure = 0.1 * math.log2(1 + units)
    return round(sum(widest.values()) + structure, 4)
