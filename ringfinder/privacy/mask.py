"""How values look when they are masked (domain P02): phone 3+4, identity number 1+1, card 6+4, name surname only."""

from __future__ import annotations

import re

__all__ = ["mask_label", "mask_name", "mask_number", "mask_value"]

_COMPOUND = (
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "令狐",
)  # fmt: skip
_DIGITS = re.compile(r"\d")


def mask_name(name: str) -> str:
    """A person's name with everything but the surname hidden: ``张三`` → ``张*``, ``Ann Lee`` → ``A*``."""
    if not name:
        return ""
    if name[:2] in _COMPOUND and len(name) > 2:
        return name[:2] + "*"
    return name[0] + "*"


def mask_number(digits: str, head: int = 3, tail: int = 4) -> str:
    """A number with its middle hidden; short ones keep half as much at each end and never more than half in all."""
    length = len(digits)
    if head + tail > length // 2 + 2:
        head, tail = length // 4, length // 4
    hidden = max(length - head - tail, 1)
    return digits[:head] + "*" * min(hidden, 8) + (digits[length - tail :] if tail else "")


def mask_label(kind: str, key: str, label: str) -> str:
    """What people see of a node in a masked run, without the token that tells two alike ones apart."""
    if kind == "phone":
        national = key.removeprefix("+86")
        if key.startswith("+86") and len(national) < 11:
            national = "0" + national
        return mask_number(national)
    if kind in ("payee_account",):
        return mask_number(key, 6, 4)
    if kind == "address":
        return key[:2] + "*" if key else "*"
    if kind in ("debtor", "person", "agent"):
        shown = label if label and label != key else key
        return mask_number(shown, 1, 1) if _DIGITS.search(shown) else mask_name(shown)
    return mask_value(key)


def mask_value(value: str) -> str:
    """Any raw cell for a list of rejected values: digits beyond the first three and last two, and all letters but the
    first, are hidden; the length up to 24 characters stays visible so that damage can be recognised."""
    value = value[:24]
    kept = []
    digits = [i for i, c in enumerate(value) if c.isdigit()]
    shown = set(digits[:3] + digits[-2:]) if len(digits) > 7 else set(digits[:1])
    for i, char in enumerate(value):
        if char.isdigit():
            kept.append(char if i in shown else "*")
        elif char.isalpha() and i > 0:
            kept.append("E" if char in "eE" and value[i - 1 : i].isdigit() else "*")
        else:
            kept.append(char)
    return "".join(kept)
