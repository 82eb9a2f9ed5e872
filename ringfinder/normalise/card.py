"""Bank cards and accounts: the check digit of ISO/IEC 7812-1, and long numbers in spreadsheets."""

from __future__ import annotations

import re

from ringfinder.normalise.cells import (
    expand_exponent,
    is_masked,
    is_run,
    is_same_digit,
    mask_pattern,
    open_cell,
    split_wholes,
)
from ringfinder.normalise.tidy import drop_decimals, drop_words, says_nothing, tidy_number
from ringfinder.normalise.values import DEFAULTS, Options, Value, empty

__all__ = ["luhn", "normalise_card", "split_cards"]

_LAST_FOUR = re.compile(r"(?:尾号|后四位|末四位)\D{0,3}([0-9]{4})(?![0-9])")
_LENGTHS = range(12, 20)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Whether the digits pass the Luhn check: every second digit from the right doubled, sum mod 10 = 0."""
    odd = sum(int(d) for d in digits[-1::-2])
    even = sum(_DOUBLED[int(d)] for d in digits[-2::-2])
    return (odd + even) % 10 == 0


def split_cards(text: str, options: Options = DEFAULTS) -> list[str]:
    """The single numbers of a cell, parted by separators or by spaces between whole numbers."""
    return split_wholes(text, _LENGTHS)


def normalise_card(text: str, options: Options = DEFAULTS) -> Value:
    """One card or account number of 12 to 19 digits; ``extra`` shows its first 6 and last 4 digits.

    Kinds: card (Luhn holds, or UnionPay prefix 62), account (no check digit to test).
    """
    opened = open_cell(text, "card")
    if isinstance(opened, Value):
        return opened
    if says_nothing(opened):
        return empty("card")
    tidied = _LAST_FOUR.sub(r"****\1", tidy_number(opened))
    tidied = drop_decimals(drop_words(tidied))
    expanded = expand_exponent(tidied)
    if expanded is not None and not 12 <= len(expanded) <= 15:
        return Value(None, "card", "damaged", ("exponent",), tidied)
    number = re.sub(r"[\s\-.·_]", "", expanded or tidied)
    if is_masked(number):
        return Value(None, "card", "masked", (), mask_pattern(number))
    if re.fullmatch("[0-9]+", number) is None:
        return Value(None, "card", "invalid", ("characters",))
    # Only the whole number counts as a run: real cards do contain 1234567890.
    if is_same_digit(number) or is_run(number):
        return Value(None, "card", "placeholder", ("pattern",), number)
    if len(number) not in _LENGTHS:
        return Value(None, "card", "invalid", ("length",))
    return _long(number)


def _long(number: str) -> Value:
    shown = f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    passes = luhn(number)
    lost = len(number) - 15
    # A spreadsheet keeps 15 digits and writes zeros behind them. With 17 digits or more a passing check is
    # chance. With 16, the lost digit is the check digit, which the other 15 fix: if 0 passes, 0 is right.
    zeros = lost > 0 and number.endswith("0" * lost)
    if zeros and (lost > 1 or not passes):
        return Value(None, "card", "damaged", ("truncated_15_digits",), number[:15])
    issues = ("zero_tail",) if zeros else ()
    if passes:
        return Value(number, "card", "plausible" if zeros else "valid", issues, shown)
    # From 18 digits a float64 holds only multiples of 64 and more: such a number by chance is rare.
    if len(number) > 17 and int(float(number)) == int(number):
        return Value(None, "card", "damaged", ("float_rounding",), number[:15])
    # Some UnionPay numbers are said to skip the check, and accounts have none.
    kind = "card" if number.startswith("62") and len(number) >= 16 else "account"
    return Value(number, kind, "plausible", ("luhn",), shown)
