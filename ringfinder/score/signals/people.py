"""Who the clients and callers are said to be: changed phones, claimed relatives, provinces, denied papers, profiles."""

from __future__ import annotations

import re
from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.norms import ILLNESS, YOUNG
from ringfinder.score.signals.clients import evidence, widest
from ringfinder.vocabulary import plural

__all__ = ["changed_phone", "denied_paper", "impersonation", "unlikely_profile", "wide_spread"]

_SPOUSE = re.compile(r"(?i)配偶|夫妻|丈夫|妻子|老公|老婆|爱人|spouse|husband|wife")
_SELF = re.compile(r"(?i)^(?:本人|客户本人|持卡人本人|self|customer|account holder)$")
_ILL = re.compile(ILLNESS)


def changed_phone(case: Case) -> tuple[Evidence, ...]:
    """Phone of record changed (RF22c).

    Debtors whose phone of record was changed shortly before they complained, to a phone that another debtor of the
    group has, too, or that stands in one number block with others'.
    """
    complained: dict[int, list[int]] = defaultdict(list)
    for day, debtor, _ in case.complaint_days:
        complained[debtor].append(day)
    owners: dict[int, set[int]] = defaultdict(set)
    for debtor, phones in case.own_phones.items():
        for phone in phones:
            owners[phone].add(debtor)
    blocks: dict[int, set[int]] = defaultdict(set)
    in_block: dict[tuple[int, Row], int] = {}
    for fact in case.of("uses_block"):
        if fact.source in case.members:
            blocks[fact.target].add(fact.source)
            in_block[fact.source, fact.row] = fact.target
    changed: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("uses_record_phone"):
        if fact.source not in case.members or fact.day is None:
            continue
        before = any(0 <= day - fact.day <= case.settings.change_days for day in complained[fact.source])
        block = in_block.get((fact.source, fact.row), -1)
        if before and max(case.units(owners[fact.target] & case.members), case.units(blocks[block])) >= 2:
            changed[fact.source].add(fact.row)
    units = case.units(set(changed))
    if units < case.settings.resource_min:
        return ()
    return (
        evidence(
            case,
            ("RF22c", "Phone of record changed", "CONTACT"),
            f"{plural(units, 'unrelated debtor')} had their phone of record changed within "
            f"{plural(case.settings.change_days, 'day')} before they complained, to phones that others of the group "
            "have or that stand close together",
            changed,
            {row for rows in changed.values() for row in rows},
            "a new contract, a lost phone, a family plan with neighbouring numbers",
        ),
    )


def denied_paper(case: Case) -> tuple[Evidence, ...]:
    """Issuer denies (RF13): papers that their issuer says that it never wrote. Their holder may not know of it."""
    denied: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("submitted"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and case.attribute(fact.target, "verification") == "denied":
            denied[debtor].add(fact.row)
    units = case.units(set(denied))
    if units < case.settings.denied_min:
        return ()
    return (
        evidence(
            case,
            ("RF13", "Issuer denies", "DOC"),
            f"the issuers deny papers that {plural(units, 'unrelated debtor')} handed in",
            denied,
            {row for rows in denied.values() for row in rows},
            "a clerk's loss, a question to the wrong department; the debtor may not know of a forgery",
        ),
    )


def impersonation(case: Case) -> tuple[Evidence, ...]:
    """Impersonation (RF24): one caller who is the husband or wife of several clients, or each of them himself."""
    claimed: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for fact in case.of("complained_from"):
        debtor = case.debtor_of(fact.source)
        said = str(case.attribute(fact.source, "caller_relation") or "").strip()
        stranger = debtor is not None and fact.target not in case.own_phones.get(debtor, frozenset())
        if debtor is not None and stranger and (_SPOUSE.search(said) or _SELF.match(said)):
            claimed[fact.target][debtor].add(fact.row)
    found = []
    for phone in sorted(claimed):
        units = case.units(set(claimed[phone]))
        if units >= case.settings.relatives_min:
            found.append(
                evidence(
                    case,
                    ("RF24", "Impersonation", ""),
                    f"the caller with the phone {{n0}} claims to be {plural(units, 'unrelated debtor')}, or husband or "
                    "wife of them",
                    claimed[phone],
                    {row for rows in claimed[phone].values() for row in rows},
                    "one relative who helps two siblings, a desk that always notes the customer as caller",
                    things=(phone,),
                )
            )
    return tuple(found)


def wide_spread(case: Case) -> tuple[Evidence, ...]:
    """Wide client spread (RF27): clients of one representative or caller in many provinces."""
    if len(case.debtors) < case.settings.province_clients:
        return ()
    clients = case.clients_or_callers
    found = []
    for hub in widest(clients):
        places = {d: case.attribute(d, "province") for d in clients[hub]}
        debtors = {d for d, place in places.items() if place}
        provinces = {places[d] for d in debtors}
        units = case.units(debtors)
        if len(provinces) >= case.settings.provinces_min and units >= case.settings.province_clients:
            found.append(
                evidence(
                    case,
                    ("RF27", "Wide client spread", ""),
                    f"{plural(units, 'unrelated client')} of {{n0}} live in or come from {len(provinces)} provinces",
                    debtors,
                    {row for d in debtors for row in clients[hub][d]},
                    "a law firm that works in the whole country, a shop on the internet",
                    things=(hub,),
                    value=len(provinces),
                )
            )
    return tuple(found)


def unlikely_profile(case: Case) -> tuple[Evidence, ...]:
    """Implausible profile (RF28), counts only and off by default: young clients with papers about a severe illness."""
    days = [f.day for f in case.of("submitted", "filed") if f.day is not None]
    if not case.settings.profile or not days:
        return ()
    year = 1970 + int(max(days) / 365.2425)
    born = {d: b for d in case.debtors if (b := case.attribute(d, "born")) is not None}
    ill: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("submitted"):
        debtor = case.debtor_of(fact.source)
        if debtor in born and born[debtor] > year - YOUNG and _ILL.search(case.nodes[fact.target][1]):
            ill[debtor].add(fact.row)
    units = case.units(set(ill))
    usual = case.norms.young_ill * len(born)
    if units < case.settings.resource_min or len(ill) < case.settings.profile_times * usual:
        return ()
    return (
        evidence(
            case,
            ("RF28", "Implausible profile", ""),
            f"{units} of {plural(len(born), 'debtor')} of known age are younger than {YOUNG} and handed in a paper "
            f"about a severe illness; as many others would be {usual:.1f}",
            (),  # counts only: nobody's illness is told
            {row for rows in ill.values() for row in rows},
            "a group of disabled people",
            value=units,
        ),
    )
