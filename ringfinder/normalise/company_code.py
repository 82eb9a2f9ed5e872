"""Unified social credit codes by GB 32100-2015 and organisation codes by GB 11714."""

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
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["company_check", "normalise_company_code", "organisation_check", "split_company_codes"]

#: The 31 characters of the code, in order of their values: no I, O, S, V, Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORTH = {c: i for i, c in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CODE = re.compile(r"[1-9ANY][1-59][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ORG = re.compile(r"[0-9A-Z]{8}-?[0-9X]")

# Letters that the code lacks and that are read for a digit.
_MISREAD = str.maketrans({"O": "0", "I": "1"})

# Authority and type (positions 1 and 2) -> kind. The rest is "other".
_KINDS = {
    "91": "company",
    "92": "sole_trader",
    "31": "law_firm",
    "51": "association",
    "52": "private_non_enterprise",
    "53": "foundation",
}


def company_check(stem: str) -> str:
    """The check character of 17 characters: ``(31 - sum(v_i * 3^(i-1)) mod 31) mod 31`` (GB 32100-2015).

    The second ``mod 31`` gives ``0`` for remainder 0.
    """
    total = sum(_WORTH[c] * w for c, w in zip(stem, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check(stem: str) -> str:
    """The check character of 8 characters: ``11 - sum(v_i * w_i) mod 11``, 10 -> X, 11 -> 0 (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(stem, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def split_company_codes(text: str, options: Options = DEFAULTS) -> list[str]:
    """The single codes of a cell, parted by separators or by spaces between whole codes."""
    return split_wholes(text, (18,))


def normalise_company_code(text: str, options: Options = DEFAULTS) -> Value:
    """One code: 18 (or, for an organisation code, 9) characters in upper case.

    Kinds: company, sole_trader, law_firm, association, private_non_enterprise, foundation, other.
    """
    opened = open_cell(text, "other")
    if isinstance(opened, Value):
        return opened
    if expand_exponent(opened) is not None:
        return Value(None, "other", "damaged", ("exponent",), opened)
    code = re.sub(r"\s", "", opened).upper()
    if _ORG.fullmatch(code):
        return _organisation(code.replace("-", ""))
    code = code.replace("-", "")
    if re.fullmatch("[0-9]+", code) and (is_same_digit(code) or is_run(code)):
        return Value(None, "other", "placeholder", ("pattern",), code)
    # The check comes before the mask test: XXXX inside a code can be real characters.
    if _holds(code):
        return Value(code, _kind(code), "valid")
    if is_masked(code):
        return Value(None, _kind(code), "masked", (), mask_pattern(code))
    corrected = code.translate(_MISREAD)
    if corrected != code and _holds(corrected):
        return Value(corrected, _kind(corrected), "plausible", ("letter_corrected",), code)
    if len(code) != 18:
        return Value(None, "other", "invalid", ("length",))
    if set(code) - set(ALPHABET):
        return Value(None, _kind(code), "invalid", ("characters",))
    if code.isdecimal() and (code.endswith("000") or int(float(code)) == int(code)):
        return Value(None, _kind(code), "damaged", ("truncated_15_digits",), code[:15])
    return Value(None, _kind(code), "invalid", ("check_digit",))


def _kind(code: str) -> str:
    return _KINDS.get(code[:2], "other")


def _holds(code: str) -> bool:
    return _CODE.fullmatch(code) is not None and company_check(code[:17]) == code[17]


def _organisation(code: str) -> Value:
    if code.isdecimal() and (is_same_digit(code) or is_run(code)):
        return Value(None, "other", "placeholder", ("pattern",), code)
    if organisation_check(code[:8]) != code[8]:
        return Value(None, "other", "invalid", ("check_digit",))
    return Value(code, "other", "valid", ("organisation_code",))
