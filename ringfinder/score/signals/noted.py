"""What a reviewer or another register noted: flags, former staff, adverts, and an agent's hold on a client's papers."""

from __future__ import annotations

import re
from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.clients import evidence, marks, widest
from ringfinder.vocabulary import plural

__all__ = [
    "advert_contact",
    "blocked_contact",
    "custody",
    "group_lure",
    "insider",
    "issuer_wording",
    "provocation",
    "same_hand",
    "theft_story",
]

_GROUP = re.compile(r"(?i)朋友圈|群|moments|group|chat")


def _noted(
    case: Case, code: str, name: str, told: str, harmless: str, least: int, *, clients_only: bool = False
) -> tuple[Evidence, ...]:
    """Evidence for every group of a reviewer's flag ``code`` with enough unrelated debtors.

    A flag is a person's judgement, so it adds no family; flags without a group are one group.
    """
    noted = marks(case, f"flag {code}")
    if not noted:
        return ()
    clients = {d for each in case.clients.values() for d in each}
    groups: dict[str, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for debtor, group, _, row in noted:
        if debtor in case.members and (debtor in clients or not clients_only):
            groups[group][debtor].add(row)
    found = []
    for group in sorted(groups):
        units = case.units(set(groups[group]))
        if units >= least:
            rows = {row for each in groups[group].values() for row in each}
            sentence = f"a reviewer noted of {plural(units, 'unrelated debtor')} {told}"
            found.append(evidence(case, (code, name, ""), sentence, groups[group], rows, harmless))
    return tuple(found)


def provocation(case: Case) -> tuple[Evidence, ...]:
    """Provocation pattern (RF19)."""
    return _noted(
        case,
        "RF19",
        "Provocation pattern",
        "that the representative brought recordings of one collector within days of the first call",
        "the collector really misbehaves",
        case.settings.noted_min,
        clients_only=True,
    )


def issuer_wording(case: Case) -> tuple[Evidence, ...]:
    """Issuer wording fault (RF29)."""
    return _noted(
        case,
        "RF29",
        "Issuer wording fault",
        "that a seal or an issuer's name is wrong",
        "an old seal, a village that was merged",
        case.settings.noted_few,
    )


def theft_story(case: Case) -> tuple[Evidence, ...]:
    """Theft story after use (RF36)."""
    return _noted(
        case,
        "RF36",
        "Theft story after use",
        "that a card reported as stolen was used by its holder before",
        "a real identity theft, a leaked set of data that hits many customers",
        case.settings.noted_few,
    )


def blocked_contact(case: Case) -> tuple[Evidence, ...]:
    """Client unreachable, mediation blocked (RF37)."""
    return _noted(
        case,
        "RF37",
        "Client unreachable",
        "that somebody else answers the phone or that mediation is refused in the same words",
        "an illness, a lawyer's advice, fear of collectors",
        case.settings.noted_min,
    )


def same_hand(case: Case) -> tuple[Evidence, ...]:
    """Same hand or layout (RF38)."""
    return _noted(
        case,
        "RF38",
        "Same hand or layout",
        "papers in one handwriting or layout",
        "a village scribe, a volunteer, an officer who writes for old people; an opinion, no proof",
        case.settings.noted_min,
    )


def insider(case: Case) -> tuple[Evidence, ...]:
    """Insider overlap (RF30): a representative, a caller or a complainant used to work for a collector or lender."""
    left: dict[int, set[Row]] = defaultdict(set)
    for node, _, _, row in marks(case, "former staff"):
        left[node].add(row)
    for fact in case.of("formerly_employed"):
        left[fact.source].add(fact.row)
    if not left:
        return ()
    clients: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for node, each in case.clients_or_callers.items():
        for debtor, said in each.items():
            clients[node][debtor] |= said
    for debtor, phones in case.own_phones.items():
        for phone in phones & left.keys():
            if debtor in case.members:
                clients[phone][debtor].update(f.row for f in case.facts if f.source == debtor and f.target == phone)
    found = []
    for node in widest({n: clients[n] for n in sorted(left) if n in clients}):
        number = case.units(set(clients[node]))
        found.append(
            evidence(
                case,
                ("RF30", "Insider overlap", ""),
                f"{{n0}}, which {plural(number, 'debtor')} of the group {'uses' if number == 1 else 'use'}, belongs to "
                "somebody who left a collection agency or a lender",
                clients[node],
                left[node] | {row for rows in clients[node].values() for row in rows},
                "an ordinary change of job",
                things=(node,),
            )
        )
    return tuple(found)


def _adverts(case: Case) -> dict[int, set[tuple[str, Row]]]:
    found: dict[int, set[tuple[str, Row]]] = defaultdict(set)
    for node, where, _, row in marks(case, "advert"):
        found[node].add((where, row))
    return found


def advert_contact(case: Case) -> tuple[Evidence, ...]:
    """Advert contact match (RF23): the phone of an advert represents or complains for debtors of the group."""
    adverts = _adverts(case)
    if not adverts:
        return ()
    clients = case.clients_or_callers
    found = []
    for node in sorted(adverts.keys() & clients.keys()):
        units = case.units(set(clients[node]))
        if units >= case.settings.agent_min:
            found.append(
                evidence(
                    case,
                    ("RF23", "Advert contact match", ""),
                    f"the phone {{n0}}, which acts for {plural(units, 'unrelated debtor')}, stands in "
                    f"{plural(len(adverts[node]), 'advert')}",
                    clients[node],
                    {row for _, row in adverts[node]} | {row for rows in clients[node].values() for row in rows},
                    "a lawful advertiser",
                    things=(node,),
                )
            )
    return tuple(found)


def group_lure(case: Case) -> tuple[Evidence, ...]:
    """Group-chat lure (RF34): an advert in a chat group, paid in advance, and nothing was ever filed."""
    lures = {n: rows for n, ads in _adverts(case).items() if (rows := {r for where, r in ads if _GROUP.search(where)})}
    if not lures:
        return ()
    filed = {f.source for f in case.of("filed")}
    paid: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("paid"):
        if fact.source in case.members and fact.source not in filed:
            paid[fact.source].add(fact.row)
    if case.units(set(paid)) < case.settings.lure_min:
        return ()
    return (
        evidence(
            case,
            ("RF34", "Group-chat lure", ""),
            f"{plural(case.units(set(paid)), 'unrelated debtor')} paid, and nothing was filed for them; {{n0}} is "
            "advertised in chat groups",
            paid,
            {row for rows in (*paid.values(), *lures.values()) for row in rows},
            "a paid course with real content",
            things=(min(lures),),
        ),
    )


def custody(case: Case) -> tuple[Evidence, ...]:
    """Custody and misuse of identity (RF35).

    A reviewer noted that the agent holds a client's papers, cards or phone, or a device that clients share was first
    used within weeks after the power of attorney. Devices are counted by RF26; so it adds no family.
    """
    signed: dict[int, set[tuple[int, Row]]] = defaultdict(set)
    for fact in case.of("represented_by"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.day is not None:
            signed[debtor].add((fact.day, fact.row))
    held: dict[int, set[Row]] = defaultdict(set)
    for debtor, _, _, row in marks(case, "flag RF35"):
        if any(debtor in each for each in case.clients.values()):
            held[debtor].add(row)
    uses: dict[int, dict[int, set[tuple[int, Row]]]] = defaultdict(lambda: defaultdict(set))
    for fact in case.of("uses_device"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.day is not None:
            uses[fact.target][debtor].add((fact.day, fact.row))
    for device in sorted(uses):
        if case.units(set(uses[device])) < 2:
            continue
        for debtor, seen in uses[device].items():
            first, row = min(seen)
            near = [r for day, r in signed[debtor] if 0 <= first - day <= case.settings.custody_days]
            if near:
                held[debtor] |= {row, min(near)}
    if not held:
        return ()
    return (
        evidence(
            case,
            ("RF35", "Custody of identity", ""),
            f"{plural(len(held), 'client')} let the agent hold their papers, or use a device that other clients use "
            f"within {plural(case.settings.custody_days, 'day')} after the power of attorney",
            held,
            {row for rows in held.values() for row in rows},
            "a relative who handles matters for somebody ill",
            value=len(held),
        ),
    )
