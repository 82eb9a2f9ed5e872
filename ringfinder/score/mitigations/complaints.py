"""How a mitigating fact is told; what a complaint's result and an account's holder say, as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case

__all__ = ["fact", "is_lender_payee", "is_upheld"]

#: Words of a result by which the lender gave in, and those that deny it; the latter contain the former.
_UPHELD = ("属实", "成立", "支持", "upheld", "已整改", "道歉")
_NOT_UPHELD = ("不属实", "不成立", "不支持", "not upheld", "未属实")

#: Holders of accounts that take repayments: banks and their like, also where the input names no lender.
_LENDERS = re.compile(
    r"(?i)银行|信用社|信用卡中心|消费金融|小额贷款|小贷|(?:汽车|融资)(?:金融|租赁)|\bbank\b|credit union|\blenders?\b"
    r"|building society"
)


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


def is_upheld(result: str) -> bool:
    """Whether the result of a complaint, as written, says that the complaint was upheld."""
    text = result.lower()
    return any(word in text for word in _UPHELD) and not any(word in text for word in _NOT_UPHELD)
