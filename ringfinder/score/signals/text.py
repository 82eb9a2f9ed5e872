"""Family TEXT: complaints that are written from one template."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.vocabulary import plural

__all__ = ["near_identical_text"]


def near_identical_text(case: Case) -> tuple[Evidence, ...]:
    """Near-identical complaint text (RF05).

    A text that mostly others use is public and adds no family (M09); nor do the letters that one lawful representative
    writes for his clients, which are alike by nature.
    """
    debtors: dict[int, set[int]] = defaultdict(set)
    texts: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("uses_template"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None:
            debtors[fact.target].add(debtor)
            texts[fact.target].add(fact.source)
            rows[fact.target].add(fact.row)
    found = []
    for template in sorted(debtors):
        units = case.units(debtors[template])
        if units < case.settings.template_min:
            continue
        users = debtors[template]
        counts = case.is_specific(template, users) and not users <= case.licensed_clients
        measure = _measure(case, template, texts[template])
        found.append(
            Evidence(
                "RF05",
                "Near-identical complaint text",
                "TEXT" if counts else "",
                units,
                f"{plural(len(texts[template]), 'complaint')} of {plural(units, 'unrelated debtor')} are one text "
                f"({{n0}}) once names, numbers and dates are taken out{measure}",
                tuple(sorted(rows[template])),
                "the regulator's own form, a media template, a consumer association's model letter, a hotline typist",
                (case.id(template), *sorted(case.id(d) for d in debtors[template])),
            )
        )
    return tuple(found)


def _measure(case: Case, template: int, complaints: set[int]) -> str:
    """How near the complaints are to the template's middle text: each metric that holds, and its lowest score."""
    scores: dict[str, list[float]] = defaultdict(list)
    for complaint in complaints:
        metric, score = case.attribute(complaint, "text_metric"), case.attribute(complaint, "text_score")
        if metric is not None and score is not None:
            scores[metric].append(score)
    if not scores:
        lowest = case.attribute(template, "text_similarity")
        return "" if lowest is None else f" (edit ratio to the group's middle text at least {lowest:.2f})"
    parts = [
        (f"{len(those)} by " if len(scores) > 1 else "") + f"{metric} at least {min(those):.2f}"
        for metric, those in sorted(scores.items())
    ]
    return f" (to the group's middle text: {', '.join(parts)})"
