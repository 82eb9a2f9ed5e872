"""The lead rule and the score: which candidate is a lead, which one only a cluster to observe, and in which order.

The lead rule: at least three unrelated debtors, at least two independent evidence families that meet in three
of them, at least one of the two hard. Listed lawful representatives never reach this stage as links, so they cannot be
what a lead rests on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ringfinder.belief.strength import CLIENTELE
from ringfinder.config import ScoreSettings
from ringfinder.model import Evidence
from ringfinder.vocabulary import plural, vocabulary

__all__ = ["evidence_families", "lead_score", "tier"]

#: Debtors in whom two families must meet where the ring model is sure.
_SURE_MEET = 2


def evidence_families(
    evidence: Iterable[Evidence], units: Mapping[str, int], settings: ScoreSettings, strength: float | None = None
) -> tuple[str, ...]:
    """The independent families that meet in the same people, in the vocabulary's order.

    A landlord's account and a clan's phone do not make a lead because one man has both: families count together only
    if at least ``settings.min_units`` unrelated debtors show both the one and a hard one. Links between companies (ORG)
    concern all their clients. Of several hard families the one that gathers most others leads. Where the ring model
    finds the group twice as strong as a lead must be, two debtors in common will do: in a ring of five, three who
    paid and three who called through one phone need not be the same three.

    Parameters
    ----------
    units : mapping of member id (``kind:key``) to unit number
        The ring's debtors.
    strength : float, optional
        What the ring model says of the group.
    """
    sure = strength is not None and strength >= 2 * settings.strength_min
    meet = min(_SURE_MEET, settings.min_units) if sure else settings.min_units
    cover: dict[str, set[int]] = {}
    for item in evidence:
        if item.family:
            shown = {units[node] for node in item.nodes if node in units}
            cover.setdefault(item.family, set()).update(shown or set(units.values()))
    known = vocabulary().families
    groups = [
        {f for f in cover if len(cover[f]) >= settings.min_units and len(cover[f] & cover[hard]) >= meet}
        for hard in cover
        if known[hard].hard
    ]
    best = max(groups, key=lambda g: (len(g), sorted(g)), default=set())
    return tuple(f for f in known if f in best)


def tier(
    units: int,
    families: tuple[str, ...],
    settings: ScoreSettings,
    strength: float | None = None,
    licensed: float = 0.0,
    selected: bool = False,
) -> tuple[str, str]:
    """``"strong"`` when the lead rule holds and the model agrees, else ``"candidate"`` (a cluster to observe).

    Parameters
    ----------
    strength : float, optional
        What the ring model says of the group; None where it says nothing, then the lead rule decides alone.
    licensed : float
        Share of the group that is the clientele of a licensed or public body. From 0.4 on the group is that body's
        clientele, and a lead needs three families and half as much strength again (domain S4).
    selected : bool
        Whether the export is a selection of complainants. Then a burst cannot be told from the selection: TIME is no
        second family, and a lead needs half as much strength again.

    Returns
    -------
    tuple[str, str]
        The tier, and the sentence that says why.
    """
    hard = any(vocabulary().families[f].hard for f in families)
    clientele = licensed >= CLIENTELE
    least_families = settings.min_families + (1 if clientele else 0)
    least_strength = settings.strength_min * (1.5 if clientele or selected else 1.0)
    if units < settings.min_units:
        return "candidate", f"to observe: only {plural(units, 'unrelated debtor')}, a lead needs {settings.min_units}"
    if not hard:
        return (
            "candidate",
            "to observe: nothing hard (contact, representation, mail ...) meets another family",
        )
    whose = ", and the debtors are mostly clients of a licensed or public body" if clientele else ""
    if selected and "TIME" in families and len(families) <= least_families:
        return "candidate", (
            "to observe: beside the timing there is only "
            f"{', '.join(f for f in families if f != 'TIME')}, and in an export of complainants alone timing is no "
            f"second family of evidence{whose}"
        )
    if len(families) < least_families:
        return "candidate", (
            f"to observe: {plural(len(families), 'family', 'families')} of evidence "
            f"({', '.join(families)}) where a lead needs {least_families}{whose}"
        )
    if strength is not None and strength < least_strength:
        return "candidate", (
            f"to observe: strength {strength:.1f} where a lead needs {least_strength:.1f}, since honest causes explain "
            f"most of what is shared{whose}"
        )
    return "strong", (
        f"a lead: {units} unrelated debtors, {len(families)} independent families of evidence meet in several of them"
        + ("" if strength is None else f", strength {strength:.1f}")
    )


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
