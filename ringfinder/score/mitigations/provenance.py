"""How little a link may mean: kin and households among the debtors (M07), one source for everything (M12)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from ringfinder.model import Mitigation, Row, literal
from ringfinder.score.case import Case
from ringfinder.score.mitigations.complaints import fact
from ringfinder.vocabulary import plural, vocabulary

__all__ = ["kinship", "single_source"]

#: What makes a household (:func:`ringfinder.units.debtor_units`).
_HOME = ("lives_at", "uses_home_phone", "uses_phone", "uses_record_phone")
#: Words of a declared relation that are kin.
_KIN = re.compile(
    "配偶|夫妻|丈夫|妻|父|母|儿子|女儿|子女|兄|弟|姐|妹|亲属|祖|监护人|spouse|husband|wife|parent|father|mother|son|daughter|child"
    "|brother|sister|relative|guardian"
)


def kinship(case: Case) -> tuple[Mitigation, ...]:
    """Households and declared kin among the debtors and callers (M07)."""
    found = []
    size = Counter(case.unit[d] for d in case.debtors)
    homes = sum(1 for n in size.values() if n > 1)
    if homes:
        # the rows that tell what the members of one household have in common
        by_thing: dict[int, set[int]] = defaultdict(set)
        rows: dict[int, set[Row]] = defaultdict(set)
        for f in case.facts:
            if f.relation in _HOME and size.get(case.unit.get(f.source, -1), 0) > 1:
                by_thing[f.target].add(f.source)
                rows[f.target].add(f.row)
        shared = [t for t, who in by_thing.items() if len(who) > case.units(who)]
        found.append(
            fact(
                "M07",
                f"{plural(homes, 'household is', 'households are')} among the debtors; each counts once",
                set().union(*(rows[t] for t in shared)),
            )
        )
    kin = [c for c in case.complaints if _is_kin(str(case.attribute(c.node, "caller_relation") or ""))]
    if kin:
        found.append(
            fact(
                "M07",
                f"{plural(len({c.node for c in kin}), 'complaint was', 'complaints were')} made by a declared relative",
                (c.row for c in kin),
            )
        )
    return tuple(found)


def _is_kin(relation: str) -> bool:
    return bool(_KIN.search(relation.lower()))


def single_source(case: Case) -> tuple[Mitigation, ...]:
    """Everything rests on one source (M12): one file, or one shared value."""
    found = []
    used = [f.row for f in case.facts if f.relation != "lives_at" and case.debtor_of(f.source) is not None]
    sources = {row.file for row in used}
    if len(sources) == 1:
        found.append(fact("M12", f"everything rests on one source file ({literal(min(sources))})", used))
    users: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for f in case.of(*(code for code, relation in vocabulary().relations.items() if relation.family)):
        debtor = case.debtor_of(f.source)
        if debtor is not None:
            users[f.target].add(debtor)
            rows[f.target].add(f.row)
    shared = [thing for thing, who in users.items() if case.units(who) >= 2]
    if len(shared) == 1:
        node = shared[0]
        found.append(
            fact("M12", "everything rests on one shared value, {n0}: one mistake in it", rows[node], (case.id(node),))
        )
    return tuple(found)
