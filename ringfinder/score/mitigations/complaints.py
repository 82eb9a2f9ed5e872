"""The complaints of a ring's debtors, and whom their payments went to, as the facts read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case

__all__ = ["Complaint", "complaints_of", "fact", "is_lender_payee"]

#: Holders of accounts that take repayments: banks and their like, also where the input names no lender.
_LENDERS = re.compile(
    r"(?i)银行|信用社|信用卡中心|消费金融|小额贷款|小贷|(?:汽车|融资)(?:金融|租赁)|\bbank\b|credit union|\blenders?\b"
    r"|building society"
)


@dataclass(frozen=True)
class Complaint:
    """One complaint of one debtor: node indices, day or None, source row."""

    node: int
    debtor: int
    day: int | None
    row: Row


def complaints_of(case: Case) -> tuple[Complaint, ...]:
    """The ring's complaints, by row."""
    found = {Complaint(f.target, f.source, f.day, f.row) for f in case.of("filed") if f.source in case.members}
    return tuple(sorted(found, key=lambda c: (c.row, c.node)))


def fact(code: str, sentence: str, rows: Iterable[Row], nodes: Iterable[str] = ()) -> Mitigation:
    """A mitigating fact with its rows sorted, each once; ``nodes`` are those that the sentence refers to."""
    return Mitigation(code, sentence, tuple(sorted(set(rows))), tuple(nodes))


def is_lender_payee(case: Case) -> Callable[[int], bool]:
    """Whether an account is a lender's: its holder is a bank by name, or a lender that the input names."""
    names = {case.nodes[n][2] for n in case.nodes if case.kind(n) == "lender"}

    def is_lender(node: int) -> bool:
        label = case.nodes[node][2]
        return label in names or bool(_LENDERS.search(label))

    return is_lender
