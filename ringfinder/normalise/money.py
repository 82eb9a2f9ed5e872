"""Amounts of money, percentages and overdue figures."""

from __future__ import annotations

import re
from decimal import Decimal

from ringfinder.normalise.cells import expand_exponent, is_masked, mask_pattern, open_cell, strip_cell
from ringfinder.normalise.numerals import NUMERAL, chinese_number
from ringfinder.normalise.tidy import HAN, tidy_signs
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["normalise_money"]

# Country -> (kind, signs of its currency in lower case).
_CURRENCIES = {
    "CN": ("yuan", ("¥", "元整", "块钱", "圆整", "元", "圆", "人民币", "rmb", "cny", "块")),
    "GB": ("pound", ("£", "gbp")),
    "US": ("dollar", ("us$", "$", "usd")),
}
_SCALES = {
    "": 1,
    "百": 100,
    "千": 1_000,
    "k": 1_000,
    "万": 10_000,
    "w": 10_000,
    "百万": 1_000_000,
    "亿": 100_000_000,
}
_AMOUNT = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(百万|[百千万亿kw])?")
_WRITTEN = re.compile(
    rf"(?:人民币)?([{NUMERAL}]+)(?:[元圆块](?:([零一二三四五六七八九壹贰叁肆伍陆柒捌玖])角)?"
    rf"(?:零?([一二三四五六七八九壹贰叁肆伍陆柒捌玖])分)?)?(?:[整正]|钱)?"
)
_SHARE = re.compile(rf"([百千])分之([{NUMERAL}]+|[0-9]+(?:\.[0-9]+)?)")
_PER_MILLE = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)‰")
# Spaces group thousands or part a sign from its number; 12 34 is two numbers.
_SPLIT = re.compile(r"[0-9]\s+(?![0-9]{3}(?![0-9]))[0-9]")
#: Yuan from which an amount is more likely a number of another kind in the wrong column.
_TOO_LARGE = Decimal(10) ** 12
_PERCENT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?:%|个点|个百分点)")
_BUCKET = re.compile(r"m([0-9]{1,2})(\+?)")
_DAYS = re.compile(r"(?:逾期)?([0-9]+)(?:天|日|days?)")
_PERIODS = re.compile(r"(?:逾期)?[0-9]+(?:期|个月)")
_ABOUT = re.compile(r"^(?:约|大约|近)|(?:左右|余|多)$")


def normalise_money(text: str, options: Options = DEFAULTS) -> Value:
    """One amount as a plain decimal in whole units of the country's currency: ``1.2万`` -> ``12000``.

    Kinds: yuan (pound, dollar), percent (``5个点`` -> ``5%``), days (``45天`` -> ``45``), bucket.
    ``M2`` is the bucket of 31 to 60 days overdue, in ``extra``, and no number.
    Mixed units (``1万2千``) are refused, not guessed.
    """
    kind, signs = _CURRENCIES.get(options.country, _CURRENCIES["CN"])
    body = strip_cell(text)
    # Nought is an amount here, although "0" is a null word elsewhere.
    if not re.fullmatch("0+", body):
        opened = open_cell(text, kind)
        if isinstance(opened, Value):
            return opened
        body = opened
    body = re.sub(rf"\([{HAN}]+\)$", "", tidy_signs(body).strip())
    if _SPLIT.search(body):
        return Value(None, kind, "invalid", ("format",))
    body = re.sub(r"\s+", "", body).lower()
    bucket = _BUCKET.fullmatch(body)
    if bucket:
        return Value(None, "bucket", "invalid", ("overdue_bucket",), _bucket(int(bucket[1]), bool(bucket[2])))
    if _PERIODS.fullmatch(body):
        return Value(None, "bucket", "invalid", ("periods",), body)
    days = _DAYS.fullmatch(body)
    if days:
        return Value(str(int(days[1])), "days", "valid")
    percent = _PERCENT.fullmatch(body)
    if percent:
        return Value(f"{_plain(Decimal(percent[1]))}%", "percent", "valid")
    written = _written(body)
    if written is not None:
        return written if kind == "yuan" or written.kind == "percent" else Value(None, kind, "invalid", ("currency",))
    if is_masked(body):
        return Value(None, kind, "masked", (), mask_pattern(body))
    return _amount(body, kind, signs)


def _amount(body: str, kind: str, signs: tuple[str, ...]) -> Value:
    issues: tuple[str, ...] = ()
    if _ABOUT.search(body):
        body, issues = _ABOUT.sub("", body), ("approximate",)
    # Accountants write negative amounts in brackets.
    if body.startswith("(") and body.endswith(")"):
        body = "-" + body[1:-1]
    sign = body[0] if body[:1] in ("+", "-") else ""
    body = body[len(sign) :]
    # Accounting systems write the sign behind the amount.
    if body[-1:] == "-" and not sign:
        sign, body = "-", body[:-1]
    for mark in signs:
        body = body.removeprefix(mark).removesuffix(mark)
    if body[:1] == "-" and not sign:
        sign, body = "-", body[1:]
    expanded = expand_exponent(body)
    if expanded == "":
        return Value(None, kind, "damaged", ("exponent",), body)
    found = _AMOUNT.fullmatch(expanded or body)
    if found is None or found[1]:
        return Value(None, kind, "invalid", (_reason(body),))
    amount = Decimal(found[2].replace(",", "")) * _SCALES[found[3] or ""]
    if amount >= _TOO_LARGE:
        issues = (*issues, "too_large")
    return Value(_plain(-amount if sign == "-" else amount), kind, "plausible" if issues else "valid", issues)


def _written(body: str) -> Value | None:
    """Amounts in Chinese characters (壹万贰仟元整, 百分之五) and per mille, or None if the text is none."""
    mille, share, amount = _PER_MILLE.fullmatch(body), _SHARE.fullmatch(body), _WRITTEN.fullmatch(body)
    if mille:
        return Value(f"{_plain(Decimal(mille[1]) / 10)}%", "percent", "valid")
    if share:
        number = Decimal(share[2]) if share[2][0].isascii() else chinese_number(share[2])
        return None if number is None else Value(_percent(Decimal(number), share[1]), "percent", "valid")
    whole = chinese_number(amount[1]) if amount else None
    if amount is None or whole is None:
        return None
    small = [chinese_number(part) or 0 if part else 0 for part in amount.groups()[1:]]
    return Value(_plain(Decimal(whole) + Decimal(small[0] * 10 + small[1]) / 100), "yuan", "valid")


def _percent(number: Decimal, base: str) -> str:
    return f"{_plain(number if base == '百' else number / 10)}%"


def _reason(body: str) -> str:
    if re.search(r"[百千万亿元角分].*[0-9]", body):
        return "mixed_units"
    if re.search(r"[$£€]|usd|hkd|eur|gbp|港|美|欧", body):
        return "currency"
    return "format"


def _plain(amount: Decimal) -> str:
    """A decimal without exponent and without idle zeros."""
    shown = format(amount, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    shown = shown.lstrip("0") if not shown.startswith(("0.", "-")) else shown
    return "0" if shown in ("", "-0", "-") else shown


def _bucket(months: int, more: bool) -> str:
    if months == 0:
        return "0"
    return f"{30 * months - 29}-" + ("" if more else str(30 * months))
