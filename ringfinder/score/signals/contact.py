"""Family CONTACT: phones that unrelated debtors share."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.windows import Window, busiest_window, day_text
from ringfinder.vocabulary import plural

__all__ = ["call_fan", "number_block", "shared_caller", "shared_own_phone"]


def shared_caller(case: Case) -> tuple[Evidence, ...]:
    """Shared complaint caller (RF01).

    Unrelated debtors whose complaints came from one phone that is none of their own. A caller whom the debtors' powers
    of attorney name belongs to representation (M01): it adds the family CONTACT only if some callers are not covered.
    """
    uses: dict[int, list[tuple[int | None, int, Row]]] = defaultdict(list)
    for fact in case.of("complained_from"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.target not in case.own_phones.get(debtor, frozenset()):
            uses[fact.target].append((fact.day, debtor, fact.row))
    found = []
    for phone in sorted(uses):
        window = busiest_window(case, uses[phone], case.settings.caller_days)
        debtors = {debtor for _, debtor, _ in window}
        units = case.units(debtors)
        if units < case.settings.caller_min:
            continue
        uncovered = _uncovered(case, phone, window)
        contact = case.units(uncovered) >= case.settings.uncovered_callers_min
        covered = len(debtors) - len(uncovered)
        note = (
            f"; {plural(len(uncovered), 'of them is', 'of them are')} not named in a power of attorney for it"
            if uncovered
            else ""
        )
        if covered and not contact:
            note = f"; {plural(covered, 'power of attorney names', 'powers of attorney name')} it"
        days = [d for d, _, _ in window if d is not None]
        when = " " + day_text(min(days), max(days)) if days else ""
        found.append(
            Evidence(
                "RF01",
                "Shared complaint caller",
                "CONTACT" if contact else "REPRESENT",
                units,
                f"{plural(units, 'unrelated debtor')} complained from the phone {{n0}}{when}, "
                f"which is none of their own{note}",
                tuple(sorted({row for _, _, row in window})),
                "a relative or carer, a lawyer, a union, a village office, a legal-aid desk, a call-centre relay",
                (case.id(phone), *sorted(case.id(d) for d in debtors)),
            )
        )
    return tuple(found)


def _uncovered(case: Case, phone: int, window: Window) -> set[int]:
    """Debtors of the window for whom no power of attorney in force named this phone when they complained.

    A client of a law firm or another licensed body is covered whatever desk of it called.
    """
    bare = set()
    for day, debtor, _ in window:
        if not case.is_mandated(debtor, phone, day):
            bare.add(debtor)
    return bare - case.licensed_clients


def shared_own_phone(case: Case) -> tuple[Evidence, ...]:
    """Shared phone of record (RF22, without change dates).

    Unrelated debtors who give one phone as their own or record phone: a SIM card in other hands, or a placeholder.
    """
    uses: dict[int, set[tuple[int, Row]]] = defaultdict(set)
    for fact in case.of("uses_phone", "uses_record_phone"):
        if fact.source in case.members:
            uses[fact.target].add((fact.source, fact.row))
    found = []
    for phone in sorted(uses):
        debtors = {debtor for debtor, _ in uses[phone]}
        units = case.units(debtors)
        if units >= case.settings.resource_min and case.is_specific(phone, debtors):
            found.append(
                Evidence(
                    "RF22",
                    "Shared phone of record",
                    "CONTACT",
                    units,
                    f"{plural(units, 'unrelated debtor')} give the phone {{n0}} as their own",
                    tuple(sorted({row for _, row in uses[phone]})),
                    "a family plan, a carer's phone, a wrong number typed by staff, a loan broker's phone",
                    (case.id(phone), *sorted(case.id(d) for d in debtors)),
                )
            )
    return tuple(found)


def number_block(case: Case) -> tuple[Evidence, ...]:
    """Neighbouring numbers (RF22b).

    Unrelated debtors whose foreign or newly recorded phones stand close together: SIM cards of one batch, one for each
    client. Numbers that a power of attorney names belong to representation, as in RF01.
    """
    uses: dict[int, set[tuple[int, Row]]] = defaultdict(set)
    for fact in case.of("uses_block"):
        if fact.source in case.members:
            uses[fact.target].add((fact.source, fact.row))
    signed = {(case.debtor_of(f.source), f.row) for f in case.of("represented_by")}
    found = []
    for block in sorted(uses):
        debtors = {debtor for debtor, _ in uses[block]}
        units = case.units(debtors)
        uncovered = {debtor for debtor, row in uses[block] if (debtor, row) not in signed} - case.licensed_clients
        contact = case.units(uncovered) >= case.settings.uncovered_callers_min
        if units >= case.settings.resource_min and case.is_specific(block, debtors):
            found.append(
                Evidence(
                    "RF22b",
                    "Neighbouring numbers",
                    "CONTACT" if contact else "REPRESENT",
                    units,
                    f"{plural(units, 'unrelated debtor')} complained from, were represented by or newly gave phones "
                    f"out of {plural(int(case.attribute(block, 'block_numbers') or 0), 'number')} that stand close "
                    "together, {n0}",
                    tuple(sorted({row for _, row in uses[block]})),
                    "a family plan, a company plan, cards that one shop sold out of one box, numbers moved to another "
                    "operator in a batch",
                    (case.id(block), *sorted(case.id(d) for d in debtors)),
                )
            )
    return tuple(found)


def call_fan(case: Case) -> tuple[Evidence, ...]:
    """Call fan (RF25).

    One phone that called unrelated debtors, or was called by them, within days before each of them complained.
    """
    complained: dict[int, list[int]] = defaultdict(list)
    for day, debtor, _ in case.complaint_days:
        complained[debtor].append(day)
    found = []
    for phone in sorted(case.calls):
        before = [
            (day, debtor, row)
            for day, debtor, row in case.calls[phone]
            if day is not None and any(0 <= c - day <= case.settings.call_days for c in complained[debtor])
        ]
        debtors = {debtor for _, debtor, _ in before}
        units = case.units(debtors)
        if units >= case.settings.call_min and case.is_specific(phone, debtors):
            found.append(
                Evidence(
                    "RF25",
                    "Call fan",
                    "CONTACT",
                    units,
                    f"{plural(units, 'unrelated debtor')} had calls with the phone {{n0}} within "
                    f"{plural(case.settings.call_days, 'day')} before they complained",
                    tuple(sorted({row for _, _, row in before})),
                    "a courier, a taxi or delivery service, a school, the lender's own service calls",
                    (case.id(phone), *sorted(case.id(d) for d in debtors)),
                )
            )
    return tuple(found)
