"""What complaints and suits ask for and quote: the same list for everybody."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.clients import evidence, marks, widest
from ringfinder.vocabulary import plural

__all__ = ["payoff_claim", "same_demands", "suit_claims", "template_vocabulary"]

#: The seven claims of the template suit (domain fact F59), as demand codes.
SUIT_CLAIMS = (
    "delete_overdue_record", "end_contract", "refund_interest_fees", "distress_damages", "cost_damages",
    "delete_personal_data", "apology",
)  # fmt: skip
_MONEY = frozenset({"distress_damages", "cost_damages"})


def _filed(case: Case) -> list[tuple[int, int, Row]]:
    """The ring's complaints: (complaint, debtor, row), sorted."""
    return sorted({(f.target, f.source, f.row) for f in case.of("filed") if f.source in case.members})


def same_demands(case: Case) -> tuple[Evidence, ...]:
    """Identical demand set (RF18).

    The codes come from the demand and the words of the complaint. Where the complaints are one text (RF05), their
    demands are alike by that; so it adds no family.
    """
    users: dict[str, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for complaint, debtor, row in _filed(case):
        demands = case.attribute(complaint, "demands") or ""
        if len(demands.split()) >= case.settings.demands_min:
            users[demands][debtor].add(row)
    found = []
    for demands in sorted(users):
        units = case.units(set(users[demands]))
        if units >= case.settings.min_units:
            codes = [code.replace("_", " ") for code in demands.split()]
            found.append(
                evidence(
                    case,
                    ("RF18", "Identical demand set", ""),
                    f"{plural(units, 'unrelated debtor')} ask for the same {len(codes)} things: {', '.join(codes)}",
                    users[demands],
                    {row for rows in users[demands].values() for row in rows},
                    "these are what the rules and common law allow everybody to ask for",
                )
            )
    return tuple(found)


def template_vocabulary(case: Case) -> tuple[Evidence, ...]:
    """Template vocabulary (RF06).

    Complaints that quote more rules and articles than nearly all others of their channel, in the same order. Words are
    a part of the text, which RF05 counts; so it adds no family.
    """
    channel = {f.source: f.target for f in case.of("via")}
    users: dict[str, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for complaint, debtor, row in _filed(case):
        terms = case.attribute(complaint, "law_terms") or 0
        middle, top = case.norms.law_terms.get(channel.get(complaint, -1), (0.0, 0.0))
        if terms > middle and terms >= top and terms >= 2:
            users[case.attribute(complaint, "law_order") or ""][debtor].add(row)
    found = []
    for order in sorted(users):
        units = case.units(set(users[order]))
        if units >= case.settings.min_units:
            found.append(
                evidence(
                    case,
                    ("RF06", "Template vocabulary", ""),
                    f"complaints of {plural(units, 'unrelated debtor')} quote the same "
                    f"{plural(len(order.split(' ')), 'rule or article', 'rules and articles')} in the same order, more "
                    "than nearly all others of their channel",
                    users[order],
                    {row for rows in users[order].values() for row in rows},
                    "an informed consumer, a text from the internet that each used alone",
                )
            )
    return tuple(found)


def payoff_claim(case: Case) -> tuple[Evidence, ...]:
    """Pay-off claim on the collector (RF31): debtors who ask the collection agency, and not the lender, for money."""
    agencies = {case.nodes[f.target][1] for f in case.of("assigned_to")}
    asked: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for fact in case.of("about"):
        debtor = case.debtor_of(fact.source)
        collector = case.kind(fact.target) == "collection_agency" or case.nodes[fact.target][1] in agencies
        demands = (case.attribute(fact.source, "demands") or "").split()
        if debtor is not None and collector and not _MONEY.isdisjoint(demands):
            asked[fact.target][debtor].add(fact.row)
    found = []
    for agency in sorted(asked):
        units = case.units(set(asked[agency]))
        if units >= case.settings.payoff_min:
            found.append(
                evidence(
                    case,
                    ("RF31", "Pay-off claim on the collector", ""),
                    f"{plural(units, 'unrelated debtor')} ask the collection agency {{n0}} itself for money",
                    asked[agency],
                    {row for rows in asked[agency].values() for row in rows},
                    "damages that are justified",
                    things=(agency,),
                )
            )
    return tuple(found)


def suit_claims(case: Case) -> tuple[Evidence, ...]:
    """Seven-claim suit (RF17): suits of one representative's clients with most of the seven claims of the template."""
    claims: dict[tuple[int, Row], set[str]] = defaultdict(set)
    for debtor, code, _, row in marks(case, "claim"):
        claims[debtor, row].add(code)
    suits: dict[int, set[Row]] = defaultdict(set)
    for (debtor, row), codes in claims.items():
        if len(codes.intersection(SUIT_CLAIMS)) >= case.settings.claims_min and debtor in case.members:
            suits[debtor].add(row)
    if case.units(set(suits)) < case.settings.min_units:
        return ()
    clients = case.clients
    found = []
    for hub in widest({h: each.keys() & suits.keys() for h, each in clients.items()}):
        debtors = clients[hub].keys() & suits.keys()
        units = case.units(debtors)
        if units >= case.settings.min_units:
            found.append(
                evidence(
                    case,
                    ("RF17", "Seven-claim suit", "LEGAL"),
                    f"{plural(units, 'unrelated client')} of {{n0}} sue with at least {case.settings.claims_min} of "
                    "the same seven claims",
                    debtors,
                    {row for d in debtors for row in suits[d]},
                    "one law firm that serves a real class of customers",
                    things=(hub,),
                )
            )
    return tuple(found)
