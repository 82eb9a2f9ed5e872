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
from ringfinder.normalise.tidy import drop_words, says_nothing, tidy_number
from ringfinder.normalise.values import DEFAULTS, Options, Value, empty

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

_LABELLED = re.compile(
    r"(?:(?:统一)?(?:社会)?信用代码|(?:组织)?机构代码|营业执照|注册号|税号|纳税人识别号|代码|(?i:uscc))(?:证|号|号码)?\s*:?\s*(.+)"
)
# Licences are printed with the number of the copy: 91350100M000100Y43(1-1), (副本).
_COPY = re.compile(r"\((?:[0-9]-[0-9]|[正副]本)\)")

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
    if _holds(opened):  # nearly all cells: nothing to tidy
        return Value(opened, _kind(opened), "valid")
    if says_nothing(opened):
        return empty("other")
    tidied = _bare(tidy_number(opened))
    if expand_exponent(tidied) is not None:
        return Value(None, "other", "damaged", ("exponent",), tidied)
    written = re.sub(r"[\s.·_]", "", tidied)
    code = written.upper()
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
    # A small l is read for 1, but a capital L is a character of the code.
    for reading in (code, written.replace("l", "1").replace("-", "").upper()):
        corrected = reading.translate(_MISREAD)
        if corrected != code and _holds(corrected):
            return Value(corrected, _kind(corrected), "plausible", ("letter_corrected",), code)
    if re.fullmatch("[0-9]{15}", code):
        return _licence(code)
    if len(code) != 18:
        return Value(None, "other", "invalid", ("length",))
    if set(code) - set(ALPHABET):
        return Value(None, _kind(code), "invalid", ("characters",))
    if code.isdecimal() and (code.endswith("000") or int(float(code)) == int(code)):
        return Value(None, _kind(code), "damaged", ("truncated_15_digits",), code[:15])
    return Value(None, _kind(code), "invalid", ("check_digit",))


def _bare(text: str) -> str:
    """The code without label and remarks. Other words stay: a name with a number in it is no code."""
    found = _LABELLED.fullmatch(text)
    if found:
        text = found[1]
    # A name and a code in one cell; the check digit vouches that it is one.
    alone = re.findall(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])", text)
    if len(alone) == 1 and _holds(alone[0].upper()):
        return str(alone[0])
    bare = _COPY.sub("", drop_words(text)).strip()
    return bare if bare != text and len(re.sub(r"[\s-]", "", bare)) == 18 else _COPY.sub("", text).strip()


def _licence(code: str) -> Value:
    """A registration number of the time before 2015: 15 digits, check by ISO 7064 MOD 11,10 (GS 15-2006)."""
    rest = 10
    for digit in code[:14]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    if (rest + int(code[14])) % 10 != 1:
        return Value(None, "other", "invalid", ("check_digit",))
    return Value(code, "other", "valid", ("business_licence",))


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
