"""Plain words for what a role rests on: which debtors do what with a thing, and which rows say so.

No sentence here names anybody: labels are masked at the border, and notes pass it as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ringfinder.vocabulary import plural, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfinder.model import Row
    from ringfinder.score.belonging import Belonging
    from ringfinder.score.case import Case
    from ringfinder.score.case_rows import Use

__all__ = ["numbers_of_blocks", "said_of", "why_debtor"]

#: What debtors do with a thing, by relation.
_DOING = {
    "complained_from": "complained from it",
    "uses_phone": "give it as their own",
    "uses_record_phone": "have it on record",
    "uses_block": "used its numbers",
    "called": "talked with it by phone",
    "represented_by": "named it in a power of attorney",
    "sent_by": "had letters sent with it",
    "paid": "paid it",
    "uses_device": "used it",
    "submitted": "handed it in",
    "uses_template": "wrote in its words",
    "resembles_template": "wrote much like it",
}
#: What joins organisations, and how it is told of the one the link comes from, and of the other.
_ORGANISED = {
    "works_for": ("works for {}", "staff: {}"),
    "legal_rep_of": ("legal representative of {}", "legal representative: {}"),
    "controls": ("controls {}", "controlled by {}"),
    "reached_at": ("reached at {}", "phone of {}"),
    "formerly_employed": ("once employed by {}", "once employed {}"),
    "held_by": ("held by {}", "holds {}"),
}
_BLOCK = re.compile(r"(\+\d+)-(\d+)")


def said_of(case: Case, node: int, uses: Sequence[Use], role: str) -> tuple[str, set[Row]]:
    """What a thing's or an organisation's role rests on, in words, and the rows that say so."""
    doing: dict[str, set[int]] = defaultdict(set)
    rows = {use.row for use in uses}
    for use in uses:
        doing[use.relation].add(use.debtor)
    said = [
        f"{plural(len(debtors), 'debtor')} {_DOING.get(relation, 'linked to it')}"
        for relation, debtors in sorted(doing.items(), key=lambda d: (-len(d[1]), d[0]))
    ]
    others: dict[tuple[str, bool, str], set[int]] = defaultdict(set)
    for fact in case.of(*_ORGANISED):
        if node in (fact.source, fact.target):
            outgoing = fact.source == node
            other = fact.target if outgoing else fact.source
            others[fact.relation, outgoing, case.kind(other)].add(other)
            rows.add(fact.row)
    for (relation, outgoing, kind), found in sorted(others.items()):
        said.append(_ORGANISED[relation][not outgoing].format(_number(len(found), kind)))
    first = {
        "lawful representative": "a licensed or public body, or its staff",
        "front company": "linked with other companies of the group by what is registered or who works there",
        "insider": "worked for a lender or a collection agency",
    }.get(role)
    return "; ".join([*([first] if first else []), *said]), rows


def why_debtor(how: Belonging) -> str:
    """How a debtor belongs to the group of clients; it says nothing about what the debtor did."""
    if not how.families:
        return "client, possibly a victim; tied to the group by one link only"
    things = plural(len(how.things), "shared thing")
    families = f"{plural(len(how.families), 'family', 'families')} of evidence: {', '.join(how.families)}"
    return f"client, possibly a victim; tied by {things} ({families})"


def numbers_of_blocks(case: Case, chosen: set[int]) -> dict[int, set[Row]]:
    """The phones of the number blocks among ``chosen`` that the ring's debtors used, and the rows that say so."""
    rows: dict[int, set[tuple[int, Row]]] = defaultdict(set)
    for fact in case.of("uses_block"):
        if fact.target in chosen and fact.source in case.members:
            rows[fact.target].add((fact.source, fact.row))
    found: dict[int, set[Row]] = defaultdict(set)
    spans = {block: _span(case.nodes[block][1]) for block in rows}
    for fact in case.of("complained_from", "sent_by", "represented_by", "uses_record_phone"):
        debtor = case.debtor_of(fact.source)
        if debtor is None or case.kind(fact.target) != "phone":
            continue
        number = case.nodes[fact.target][1]
        for block, used in rows.items():
            low, high = spans[block]
            if (debtor, fact.row) in used and len(number) == len(low) and low <= number <= high:
                found[fact.target].add(fact.row)
    return dict(found)


def _span(key: str) -> tuple[str, str]:
    """First and last number of a block's key: ``+8616447786573-6797``."""
    match = _BLOCK.fullmatch(key)
    if match is None:
        return "", ""
    first, tail = match.groups()
    return first, first[: len(first) - len(tail)] + tail


def _number(number: int, kind: str) -> str:
    words = vocabulary().kinds.get(kind)
    return plural(number, words.en, words.plural) if words else f"{number} {kind}"
