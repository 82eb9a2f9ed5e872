"""What the debtors asked for and did: lawful requests (M02), the lender asked first (M10), payments kept up (M11)."""

from __future__ import annotations

import re
from collections import defaultdict

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case
from ringfinder.score.case_rows import Complaint
from ringfinder.score.mitigations.complaints import fact, is_lender_payee
from ringfinder.vocabulary import plural

__all__ = ["kept_paying", "lawful_requests", "lender_first"]

#: Demands (``lexicon.toml`` of the link stage) that article 70 of the credit card rules gives: instalments and talk of
#: the interest.
_INSTALMENTS = "instalments_60"
_LAWFUL = frozenset({_INSTALMENTS, "waive_interest", "waive_penalty", "suspend_interest"})
#: A lender's own desk among the channels, and the words of a regulator's, which win.
_OWN_DESK = re.compile(r"(?i)客服|银行|网点|柜面|行内|本行|内部|官网|\bbank\b|lender|branch|in.?house|customer service")
_REGULATOR = re.compile(
    r"(?i)监管|监督|银保监|金融监管|人民银行|人行|消协|消保|信访|123\d\d|regulator|ombudsman|authority"
)


def lawful_requests(case: Case) -> tuple[Mitigation, ...]:
    """Requests that the rules allow (M02): instalments over at most ``instalments_max`` months."""
    asked = [c for c in case.complaints if _INSTALMENTS in _asks(case, c)]
    asked = [c for c in asked if (case.attribute(c.node, "ask_months") or 0) <= case.settings.instalments_max]
    if not asked:
        return ()
    number = len({c.node for c in asked})
    only = len({c.node for c in asked if _asks(case, c) <= _LAWFUL})
    willing = len({c.node for c in asked if case.attribute(c.node, "says_willing")})
    return (
        fact(
            "M02",
            f"{plural(number, 'complaint asks', 'complaints ask')} for instalments over at most "
            f"{case.settings.instalments_max} months, which is lawful (credit card rules, article 70); {only} of them "
            f"for nothing but this and the interest; {willing} say that the debtor wants to pay",
            (c.row for c in asked),
        ),
    )


def _asks(case: Case, complaint: Complaint) -> set[str]:
    return set(str(case.attribute(complaint.node, "demands") or "").split())


def lender_first(case: Case) -> tuple[Mitigation, ...]:
    """The lender was asked first (M10), and had ``answer_days`` to answer before anybody else was."""
    channel = {f.source: (case.nodes[f.target][2], f.row) for f in case.of("via")}
    own: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    other: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    for complaint in case.complaints:
        name = channel.get(complaint.node, ("", complaint.row))[0]
        if complaint.day is None or not name:
            continue
        is_own = _OWN_DESK.search(name) and not _REGULATOR.search(name)
        (own if is_own else other)[complaint.debtor].append((complaint.day, complaint.row))
    waited: dict[int, set[Row]] = {}
    for debtor in own.keys() & other.keys():
        first, first_row = min(own[debtor])
        next_day, next_row = min(other[debtor])
        if next_day - first >= case.settings.answer_days:
            waited[debtor] = {first_row, next_row}
    if not waited:
        return ()
    return (
        fact(
            "M10",
            f"{plural(len(waited), 'debtor')} complained to the lender first and to others only "
            f"{case.settings.answer_days} days later or more",
            set().union(*waited.values()),
        ),
    )


def kept_paying(case: Case) -> tuple[Mitigation, ...]:
    """Something was still paid to the lender after the complaint (M11)."""
    is_lender = is_lender_payee(case)
    first: dict[int, tuple[int, Row]] = {}
    for complaint in case.complaints:
        if complaint.day is not None:
            one = (complaint.day, complaint.row)
            first[complaint.debtor] = min(first.get(complaint.debtor, one), one)
    paid: dict[int, set[Row]] = defaultdict(set)
    for f in case.of("paid"):
        began = first.get(f.source)
        if began is not None and f.day is not None and f.day > began[0] and is_lender(f.target):
            paid[f.source] |= {f.row, began[1]}
    if not paid:
        return ()
    return (
        fact(
            "M11",
            f"{plural(len(paid), 'debtor')} paid something to the lender after complaining",
            set().union(*paid.values()),
        ),
    )
