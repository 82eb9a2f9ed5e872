"""Resident identity numbers by GB 11643-1999, residence permits, and papers without a check digit.

The check digit is ISO/IEC 7064 MOD 11-2. Nothing is derived from a number (no sex, age or birthplace).
"""

from __future__ import annotations

import re
from datetime import date

from ringfinder.normalise.cells import (
    expand_exponent,
    is_masked,
    is_run,
    is_same_digit,
    mask_pattern,
    open_cell,
    split_wholes,
)
from ringfinder.normalise.tidy import HAN, drop_decimals, drop_words, says_nothing, tidy_number
from ringfinder.normalise.values import DEFAULTS, Options, Value, empty, words

__all__ = ["identity_check", "normalise_identity", "split_identities"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# First two digits of the area code: provinces (GB/T 2260), 81-83 residence permits, 91 and up foreigners.
_PROVINCES = words(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83"
)
# Districts that old numbers carry and that today's list lacks (GB/T 2260, a sample of 2020: a warning only).
_ABOLISHED = frozenset({"440524", "440506", "440508", "440582", "440583", "310103", "310119", "110103", "110104"})

_PERMITS = ("810000", "820000", "830000")
_OTHER_PAPER = re.compile(r"[A-Z]{1,2}[0-9]{6,10}|[A-Z]{3}[0-9]{12}")
# Hong Kong identity cards carry their check digit in brackets: A123456(3).
_BRACKETED = re.compile(r"([A-Z]{1,2}[0-9]{6})\(([0-9A])\)")
_MILITARY = re.compile(r"([军士文兵警后空海南北沈兰济广成参政总装])字?第?([0-9]{6,8})号?")

# Greek, Cyrillic and multiplication signs that stand for a final X; letters that are read for a digit.
_FINAL_X = re.compile(rf"(?<=[0-9]{{17}})[×ХхΧχ](?=$|[({HAN}\]】,;.。])")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def identity_check(stem: str) -> str:
    """The check character of 17 digits: ``"10X98765432"[sum(d_i * w_i) mod 11]`` (ISO/IEC 7064 MOD 11-2)."""
    return _CHECKS[sum(int(d) * w for d, w in zip(stem, _WEIGHTS, strict=True)) % 11]


def split_identities(text: str, options: Options = DEFAULTS) -> list[str]:
    """The single numbers of a cell, parted by separators or by spaces between whole numbers."""
    return split_wholes(text, (15, 18))


def normalise_identity(text: str, options: Options = DEFAULTS) -> Value:
    """One identity number: 18 characters in upper case; a 15-digit one is upgraded (``19`` and check added).

    Kinds: resident, permit (Hong Kong, Macao, Taiwan), foreigner, other_paper (passports; no check digit).
    """
    opened = open_cell(text, "resident")
    if isinstance(opened, Value):
        return opened
    if re.fullmatch(r"[0-9]{17}[0-9Xx]", opened):  # nearly all cells: nothing to tidy
        return _eighteen(opened.upper(), options)
    if says_nothing(opened):
        return empty("resident")
    tidied = tidy_number(_FINAL_X.sub("X", re.sub(r"\s", "", opened)))  # before × becomes a mask
    military = _MILITARY.fullmatch(tidied)
    if military:
        return Value(f"{military[1]}字第{military[2]}号", "other_paper", "plausible", ("no_check_digit",))
    tidied = drop_decimals(drop_words(tidied))
    expanded = expand_exponent(tidied)
    if expanded is not None and len(expanded) != 15:
        # 18 digits never survive a float64, whatever the mantissa shows; 15 do.
        return Value(None, "resident", "damaged", ("exponent",), tidied)
    number = _BRACKETED.sub(r"\1\2", re.sub(r"[\s\-.·_]", "", expanded or tidied).upper())
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return _eighteen(number, options)
    if is_masked(number):
        # An X in position 18 is a digit; only the run before it hides something.
        tail = number[-1:] if len(number) == 18 and number[-1] == "X" else ""
        return Value(None, "resident", "masked", (), mask_pattern(number[: len(number) - len(tail)]) + tail)
    if re.fullmatch(r"[0-9]{15}", number):
        return _fifteen(number, options)
    if _is_placeholder(number):
        return Value(None, "resident", "placeholder", ("pattern",), number)
    if _OTHER_PAPER.fullmatch(number):
        return Value(number, "other_paper", "plausible", ("no_check_digit",))
    if len(number) == 18 and re.fullmatch("[0-9]{17}[0-9X]", number.translate(_MISREAD)):
        value = _eighteen(number.translate(_MISREAD), options)
        if value.quality == "valid":  # the check digit vouches for the reading
            return value._replace(quality="plausible", issues=("letter_corrected", *value.issues), extra=number)
    return Value(None, "resident", "invalid", ("length" if re.fullmatch("[0-9X]*", number) else "characters",))


def _is_placeholder(number: str) -> bool:
    stem = number[:-1] if number.endswith("X") else number
    return bool(re.fullmatch("[0-9]+", stem)) and (is_same_digit(stem) or is_run(stem))


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _eighteen(number: str, options: Options) -> Value:
    if _is_placeholder(number):
        return Value(None, "resident", "placeholder", ("pattern",), number)
    kind = "permit" if number[:6] in _PERMITS else "foreigner" if number[0] == "9" else "resident"
    if identity_check(number[:17]) != number[17]:
        return _check_failed(number, kind)
    birth = _birth(number[6:14])
    if birth is None:
        return Value(None, kind, "invalid", ("birth_date",))
    today = options.today or date.today()
    if birth > today:
        return Value(None, kind, "invalid", ("birth_in_future",))
    issues = []
    if kind == "resident" and (number[:2] not in _PROVINCES or number[:6] in _ABOLISHED):
        issues.append("area_unlisted")
    if today.year - birth.year > 120:
        issues.append("old_birth")
    if number.endswith("000"):
        # One truncated number in 11 passes the check by chance; joining two people by it would be grave.
        return Value(number, kind, "plausible", (*issues, "zero_tail", "not_linkable"))
    return Value(number, kind, "valid", tuple(issues))


def _check_failed(number: str, kind: str) -> Value:
    """Tell a spreadsheet's damage from a plain mistake: what a spreadsheet did is nobody's fraud."""
    if number.endswith("000"):
        return Value(None, kind, "damaged", ("truncated_15_digits",), number[:15])
    # Above 2**53 a float64 holds only multiples of a power of two (16 at this size).
    if number.isdecimal() and int(float(number)) == int(number) and _birth(number[6:14]):
        return Value(None, kind, "damaged", ("float_rounding",), number[:15])
    return Value(None, kind, "invalid", ("check_digit",))


def _fifteen(number: str, options: Options) -> Value:
    if _is_placeholder(number):
        return Value(None, "resident", "placeholder", ("pattern",), number)
    stem = number[:6] + "19" + number[6:]
    value = _eighteen(stem + identity_check(stem), options)
    if value.value is None:
        return value
    return value._replace(quality="plausible", issues=("upgraded_15_digits", *value.issues))
