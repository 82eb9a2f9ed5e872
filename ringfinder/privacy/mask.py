"""How values look when they are masked: phone 3+4, identity number 1+1, card 6+4, name surname only."""

from __future__ import annotations

import re

import polars as pl

__all__ = [
    "is_persons_name",
    "mask_label",
    "mask_labels",
    "mask_name",
    "mask_number",
    "mask_text",
    "mask_value",
    "national_phone",
]

_COMPOUND = (
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文",
    "司徒", "鲜于", "司空", "令狐",
)  # fmt: skip
_DIGITS = re.compile(r"\d")
#: Words that stand in the name of an organisation and in no person's.
_ORGANISATION = re.compile(
    r"公司|集团|企业|咨询|商务|信息|法律|律师|律所|事务|中心|协会|商会|工会|服务|科技|网络|管理|银行|金融|财务|投资|信用|"
    r"债务|商行|经营部|工作室|门市|(?:店|厂|社|部|所|会|局|院)$|"
    r"\b(?:ltd|limited|inc|llc|llp|plc|corp|co|gmbh|ag|sa|company|group|holdings?|bank|union|trust|foundation|charity|"
    r"agency|office|cent(?:er|re)|firm|partners|associates|solicitors|lawyers|law|legal|consult\w*|services?|solutions?|"
    r"management|finance|financial|capital|credit|debt|claims?|redress|recovery|advice|advis[eo]r\w*)\b",
    re.IGNORECASE,
)
_CHINESE_NAME = re.compile("[一-鿿]{2,4}|[一-鿿]+·[一-鿿·]+")
_LATIN_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*\.? [^\W\d_]+(?:['’-][^\W\d_]+)*")


def is_persons_name(text: str) -> bool:
    """Whether what stands in place of an organisation's name may be a person's: ``王小明``, ``Ann Lee``.

    Two to four Chinese characters (more around a middle dot), whatever digits and signs stand beside them, or two Latin
    words; and no word for an organisation.
    """
    name = " ".join(text.split())
    if _ORGANISATION.search(name):
        return False
    if _LATIN_NAME.fullmatch(name) and not re.search("[一-鿿]", name):
        return True
    return not re.search("[A-Za-z]", name) and bool(_CHINESE_NAME.fullmatch("".join(re.findall("[一-鿿·]", name))))


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


def national_phone(key: str) -> str:
    """A phone as people of the country write it: without +86, landlines with their leading zero."""
    if not key.startswith("+86"):
        return key
    rest = key.removeprefix("+86")
    return rest if len(rest) == 11 and rest.startswith("1") else "0" + rest


def mask_text(text: str) -> str:
    """A text of unknown kind: two characters at each end from 8 characters on, else only the first."""
    return text[:2] + "*" + text[-2:] if len(text) >= 8 else text[:1] + "*"


def mask_label(kind: str, key: str, label: str) -> str:
    """What people see of a node in a masked run, without the token that tells two alike ones apart."""
    if kind == "phone":
        return mask_number(national_phone(key))
    if kind == "payee_account":
        return mask_number(key, 6, 4)
    if kind == "address":
        return key[:2] + "*"
    if kind in ("debtor", "person", "agent"):
        shown = label or key
        return mask_text(shown) if _DIGITS.search(shown) else mask_name(shown)
    return mask_text(key)


def mask_labels(kind: str, nodes: pl.DataFrame) -> pl.Series:
    """:func:`mask_label` for many nodes of one kind (columns ``key``, ``label``), vectorised for the common shapes."""
    key = pl.col("key")
    fast: pl.Expr
    sure: pl.Expr
    if kind == "phone":
        fast = key.str.slice(3, 3) + "****" + key.str.slice(-4)
        sure = key.str.contains(r"^\+861[0-9]{10}$")
    elif kind == "address":
        fast, sure = key.str.slice(0, 2) + "*", pl.lit(True)
    elif kind in ("debtor", "person", "agent"):
        shown = pl.when(pl.col("label").fill_null("") == "").then(key).otherwise("label")
        fast, sure = _masked_text(shown), shown.str.contains("[0-9]")
    elif kind == "payee_account":
        fast, sure = pl.lit(None, dtype=pl.String), pl.lit(False)
    else:
        fast, sure = _masked_text(key), pl.lit(True)
    masked = nodes.with_columns(pl.when(sure).then(fast).alias("_masked"))["_masked"]
    rest = masked.is_null()
    if not rest.any():
        return masked
    slow = [mask_label(kind, k, t or "") for k, t in nodes.select("key", "label").filter(rest).iter_rows()]
    values = masked.to_list()
    for position, text in zip(rest.arg_true().to_list(), slow, strict=True):
        values[position] = text
    return pl.Series(values, dtype=pl.String)


def _masked_text(text: pl.Expr) -> pl.Expr:
    """:func:`mask_text` as an expression."""
    ends = text.str.slice(0, 2) + "*" + text.str.slice(-2)
    return pl.when(text.str.len_chars() >= 8).then(ends).otherwise(text.str.slice(0, 1) + "*")


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
