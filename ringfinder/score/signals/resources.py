"""Families DOC, MAIL, MONEY and DEVICE: one document, sender, payee or device behind unrelated debtors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case, Fact
from ringfinder.score.signals.windows import busiest_window, day_text
from ringfinder.vocabulary import plural

__all__ = ["same_posting_origin", "shared_device", "shared_document", "shared_payee"]


def shared_document(case: Case) -> tuple[Evidence, ...]:
    """Same document behind several debtors (RF12)."""
    return _shared(
        case,
        case.of("submitted"),
        ("RF12", "Same document", "DOC", "submitted the document {n0}"),
        "one big local hospital, a mass layoff, a disaster, a law firm's form",
    )


def same_posting_origin(case: Case) -> tuple[Evidence, ...]:
    """Same posting origin (RF14): letters of unrelated debtors sent from one phone within a week."""
    return _shared(
        case,
        case.of("sent_by"),
        ("RF14", "Same posting origin", "MAIL", "have letters posted from the sender's phone {n0}"),
        "a village post point, a company mail room, a print shop",
        days=case.settings.mail_days,
    )


def shared_payee(case: Case) -> tuple[Evidence, ...]:
    """Fee flow to one payee (RF15).

    What clients pay is their representative's fee: it belongs to representation and adds no family of its own. It
    does when people pay who, as far as the input shows, never gave a power of attorney.
    """
    found = _shared(
        case,
        (f for f in case.of("paid") if case.kind(f.target) == "payee_account"),
        ("RF15", "Fee flow to one payee", "MONEY", "paid into the account {n0}"),
        "a loan to a friend, rent, a shop, the fee of a real law firm",
    )
    clients = {case.id(d) for f in case.of("represented_by") if (d := case.debtor_of(f.source)) is not None}
    return tuple(replace(e, family="") if set(e.nodes[1:]) <= clients else e for e in found)


def shared_device(case: Case) -> tuple[Evidence, ...]:
    """Shared device (RF26)."""
    return _shared(
        case,
        case.of("uses_device"),
        ("RF26", "Shared device", "DEVICE", "used the device {n0}"),
        "a shared tablet at a branch, an internet café, a help desk that files for people",
    )


def _shared(
    case: Case,
    facts: Iterable[Fact],
    words: tuple[str, str, str, str],
    harmless: str,
    days: int = 10**6,
) -> tuple[Evidence, ...]:
    """Evidence for every resource that enough unrelated debtors of the ring use within ``days`` days."""
    code, name, family, verb = words
    uses: dict[int, list[tuple[int | None, int, Row]]] = defaultdict(list)
    for fact in facts:
        debtor = case.debtor_of(fact.source)
        if debtor is not None:
            uses[fact.target].append((fact.day, debtor, fact.row))
    found = []
    for resource in sorted(uses):
        window = busiest_window(case, uses[resource], days)
        debtors = {debtor for _, debtor, _ in window}
        units = case.units(debtors)
        if units < case.settings.resource_min or not case.is_specific(resource, debtors):
            continue
        dated = [d for d, _, _ in window if d is not None]
        when = day_text(min(dated), max(dated)) if dated else ""
        found.append(
            Evidence(
                code,
                name,
                family,
                units,
                f"{plural(units, 'unrelated debtor')} {verb} {when}".strip(),
                tuple(sorted({row for _, _, row in window})),
                harmless,
                (case.id(resource), *sorted(case.id(d) for d in debtors)),
            )
        )
    return tuple(found)
