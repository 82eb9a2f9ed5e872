"""Facts that speak against a ring (M01 ... M12); they stand beside the reasons with equal weight."""

from __future__ import annotations

from collections import Counter

from ringfinder.model import Mitigation
from ringfinder.score.case import Case
from ringfinder.vocabulary import plural

__all__ = ["mitigations"]

_UPHELD = ("属实", "成立", "支持", "upheld", "已整改", "道歉")
_NOT_UPHELD = ("不属实", "不成立", "不支持", "not upheld", "未属实")


def mitigations(case: Case) -> tuple[Mitigation, ...]:
    """The mitigating facts that the loaded tables show."""
    found = []
    mandates = [(f, d) for f in case.of("represented_by") if (d := case.debtor_of(f.source)) is not None]
    # a representative may be named without any power of attorney; where some have a date of signing, only those count
    mandates = [(f, d) for f, d in mandates if f.day is not None] or mandates
    if mandates:
        debtors = {d for _, d in mandates}
        found.append(
            Mitigation(
                "M01",
                f"powers of attorney exist for {len(debtors)} of {plural(len(case.debtors), 'debtor')}; "
                "representation is lawful",
                tuple(sorted({f.row for f, _ in mandates})),
            )
        )
    upheld = [
        f for f in case.of("filed")
        if f.source in case.members and _is_upheld(str(case.attribute(f.target, "result") or ""))
    ]  # fmt: skip
    if upheld:
        found.append(
            Mitigation(
                "M04",
                f"{plural(len({f.target for f in upheld}), 'complaint was', 'complaints were')} upheld",
                tuple(sorted({f.row for f in upheld})),
            )
        )
    households = Counter(case.unit[d] for d in case.debtors)
    shared = sum(1 for n in households.values() if n > 1)
    if shared:
        found.append(
            Mitigation(
                "M07",
                f"{plural(shared, 'household is', 'households are')} among the debtors; each counts once",
            )
        )
    sources = {f.row.file for f in case.facts if case.debtor_of(f.source) is not None and f.relation != "lives_at"}
    if len(sources) == 1:
        found.append(Mitigation("M12", f"everything rests on one source file ({next(iter(sources))})"))
    return tuple(found)


def _is_upheld(result: str) -> bool:
    text = result.lower()
    return any(word in text for word in _UPHELD) and not any(word in text for word in _NOT_UPHELD)
