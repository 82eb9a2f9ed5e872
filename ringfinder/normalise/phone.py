"""Phone numbers by their numbering plan: the national plans of China, Britain and North America.

The key is the E.164 number (ITU-T E.164) with its ``+``; service numbers that exist inside one country only
keep their own digits (``95588``, ``4001234567``).
"""

from __future__ import annotations

import re

from ringfinder.errors import ConfigError
from ringfinder.normalise.cells import (
    expand_exponent,
    is_masked,
    is_same_digit,
    mask_pattern,
    open_cell,
    split_list,
)
from ringfinder.normalise.phone_plans import NEIGHBOURS, PLACEHOLDERS, PLANS, foreign_number
from ringfinder.normalise.phone_text import part_list, part_words, spell_phone, strip_remarks
from ringfinder.normalise.tidy import drop_decimals, says_nothing
from ringfinder.normalise.values import DEFAULTS, Options, Value, empty, words

__all__ = ["PUBLIC_PHONES", "is_placeholder_number", "normalise_phone", "split_phones"]

#: Kinds of phones that are nobody's own, and what they are called; they never link people.
PUBLIC_PHONES = {"short_code": "service number", "national_rate": "400/800 number", "sms_port": "SMS sender"}

# Words that say whose number would stand here: they say nothing about the number.
_WHO = words("本人 自己 同本人 同手机 配偶 父母 父亲 母亲 子女 朋友 同事 亲属 亲戚 家人 其他")

_EXTENSION = re.compile(r"(.*?[0-9)])\s*(?:ext|[xX#])\s*[-:.]?\s*([0-9]{1,6}(?:\s*(?:ext|-)\s*[0-9]{1,6})*)")
# A hyphen marks an extension only behind a full group of 7 or 8 digits: 0755-2600-1234 has none.
_TAIL = re.compile(r"(.*[0-9]{7,8})\s*[-_]\s*([0-9]{1,6})")
# Where the whole is no number: 0755-2600-1234-801, 0755 26001234 801, 0755-26001234(801).
_LOOSE_TAIL = re.compile(r"(.*[0-9])(?:\s*-\s*([0-9]{1,4})|\s+([0-9]{3,4})|\s*\(([0-9]{1,6})\))")
_PLAIN = re.compile(r"\(?\+*[0-9\s().\-_·]*")
_ONE_HIDDEN = re.compile(r"[0-9\s\-]+[xX#?][0-9\s\-]+|[0-9\s\-]*[0-9]{4}[0-9\s\-]{3,6}[xX?]")
_MISREAD = str.maketrans("OoIl", "0011")
# Prefixes that choose a carrier or a second number; call logs show them before the number that was reached.
_CARRIER = re.compile(
    r"(?:179(?:00|08|09|10|11|50|51|69)|125(?:83[123]?|93|20)|101(?:31|93))(?=(?:1[3-9][0-9]{9}|0[1-9][0-9]{8,10})$)"
)
_RUNS = tuple("0123456789"[i : i + 8] for i in range(3)) + tuple("9876543210"[i : i + 8] for i in range(3))


def is_placeholder_number(digits: str) -> bool:
    """Whether national digits look typed rather than dialled.

    The list of sample numbers; all the same digit; the last 8 the same digit or one pair four times; the
    last 9 one triple three times; 8 digits in a row that count up or down.
    """
    if digits in PLACEHOLDERS or is_same_digit(digits):
        return True
    if len(digits) < 8:
        return False
    return digits[-8:] == digits[-2:] * 4 or digits[-9:] == digits[-3:] * 3 or any(run in digits for run in _RUNS)


def split_phones(text: str, options: Options = DEFAULTS) -> list[str]:
    """The single numbers of a cell: split at separators, between words, and at spaces if each part stands.

    ``154 0000 0901`` stays whole because its parts are no numbers.
    """
    parts: list[str] = []
    for piece in split_list(part_list(text)):
        for part in part_words(piece):
            tokens = part.split()
            if 1 < len(tokens) < 13 and normalise_phone(part, options).quality in ("invalid", "masked"):
                parts += _segments(tokens, options) or [part]
            else:
                parts.append(part)
    return parts or [text]


def _segments(tokens: list[str], options: Options) -> list[str] | None:
    """The fewest numbers that tokens make up, in order and without rest; None if they do not."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(tokens) + 1):
        ways = [
            [*head, piece]
            for start, head in enumerate(best)
            if head is not None and _stands(piece := " ".join(tokens[start:end]), end - start, head, options)
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] if best[-1] and len(best[-1]) > 1 else None


def _stands(piece: str, tokens: int, before: list[str], options: Options) -> bool:
    """Whether a piece of a list is a number of its own."""
    value = normalise_phone(piece, options)
    if tokens > 1:
        return value.linkable and value.kind in ("mobile", "data_sim", "landline", "foreign", "national_rate")
    if value.quality == "masked":
        return len(value.extra) >= 7
    if "no_area_code" in value.issues:
        # Behind a landline of the same list: 010-62345671 62345672.
        return bool(before) and normalise_phone(before[-1], options).kind == "landline"
    return value.quality != "invalid" and "relay_number" not in value.issues


def normalise_phone(text: str, options: Options = DEFAULTS) -> Value:
    """One phone number by the plan of ``options.country``.

    Kinds: mobile, data_sim, iot, landline, short_code, national_rate, sms_port,
    foreign. The extension is in ``extra``.

    Raises
    ------
    ConfigError
        If the country has no numbering plan here.
    """
    opened = open_cell(text, "phone")
    if isinstance(opened, Value):
        return opened
    if opened in _WHO or says_nothing(opened):
        return empty("phone")
    if opened.isascii() and opened.isdecimal():
        return _classify(opened, options)
    spelled = spell_phone(opened)
    expanded = expand_exponent(spelled)
    if expanded == "":
        return Value(None, "phone", "damaged", ("exponent",), spelled)
    body = strip_remarks(expanded or spelled)
    if is_masked(body):
        return Value(None, "phone", "masked", (), mask_pattern(body))
    if not re.search("[0-9]", body):
        return Value(None, "phone", "invalid", ("no_digits",))
    body = drop_decimals(body)
    whole = _classify(body, options) if _PLAIN.fullmatch(body) else None
    if whole is not None and whole.linkable and (whole.quality == "valid" or whole.kind == "mobile"):
        return whole
    for shape in (_EXTENSION, _TAIL):
        cut = shape.fullmatch(body)
        if cut:
            value = _classify(cut[1], options)
            if value.quality != "invalid":
                return _with_extension(value, cut[2])
    if whole is None:
        return _misspelt(body, options)
    cut = _LOOSE_TAIL.fullmatch(body) if whole.quality in ("invalid", "placeholder") else None
    if cut:
        head = _classify(cut[1], options)
        if head.linkable and "unusual_length" not in head.issues and head.kind != "foreign":
            return _with_extension(head, cut[2] or cut[3] or cut[4])
    return whole


def _misspelt(body: str, options: Options) -> Value:
    """A number with one hidden digit (138x0001234) or with letters that look like digits (159O0000901)."""
    if _ONE_HIDDEN.fullmatch(body):
        return Value(None, "phone", "masked", (), mask_pattern(re.sub("[xX?]$", "*", body)))
    if re.fullmatch(r"[+0-9OoIl\s-]{11,}", body):
        value = _classify(body.translate(_MISREAD), options)
        if value.linkable and value.kind in ("mobile", "data_sim"):
            return value._replace(quality="plausible", issues=(*value.issues, "letter_corrected"))
    return _invalid("characters")


def _invalid(reason: str) -> Value:
    return Value(None, "phone", "invalid", (reason,))


def _with_extension(value: Value, extension: str) -> Value:
    if value.quality not in ("valid", "plausible"):
        return value
    if value.value and value.value.startswith("+86") and value.kind in ("mobile", "data_sim"):
        # Couriers hand out one mobile number with many extensions (privacy numbers): its users share nothing.
        issues = tuple(dict.fromkeys((*value.issues, "relay_number", "not_linkable")))
        return value._replace(quality="plausible", issues=issues, extra=re.sub(r"\s*(?:ext|-)\s*", "-", extension))
    return value._replace(extra=re.sub(r"\s*(?:ext|-)\s*", "-", extension))


def _classify(body: str, options: Options) -> Value:
    """A number without words and extension: find its country, then ask that country's plan."""
    if _PLAIN.fullmatch(body) is None:
        return _invalid("characters")
    plan = PLANS.get(options.country)
    if plan is None:
        raise ConfigError(
            f"no numbering plan for country {options.country!r}",
            where="country",
            expected=" or ".join(PLANS),
        )
    plus = body.lstrip("( ").startswith("+")
    # +44 (0)20 7946 0958: the bracket holds what is dialled at home only.
    digits = re.sub("[^0-9]", "", re.sub(r"(?<=[0-9])\s*\(0\)", "", body) if plus else body)
    code, access = plan.code, plan.access
    if plus and digits.startswith(access + code):
        digits = digits[len(access) :]
    carrier = _CARRIER.match(digits) if code == "86" and not plus else None
    if carrier:
        inner = _classify(digits[carrier.end() :], options)
        return inner._replace(issues=(*inner.issues, "carrier_prefix")) if inner.value else inner
    national, explicit = digits, False
    if plus and not digits.startswith(code):
        return _foreign(digits, options)
    if plus:
        national, explicit = digits[len(code) :], True
        # +86 86 159...: the prefix was added to a number that had it.
        if national.startswith(code) and plan.is_mobile(national[len(code) :]):
            national = national[len(code) :]
    elif digits.startswith(access + code) and plan.read(digits[len(access + code) :], True) is not None:
        national, explicit = digits[len(access + code) :], True
    elif digits.startswith(code) and plan.is_subscriber(digits[len(code) :]):
        national, explicit = digits[len(code) :], True
    elif re.fullmatch(f"{access}(?!{code}|0)[0-9]{{8,15}}", digits):
        return _foreign(digits[len(access) :], options)
    elif code == "86" and NEIGHBOURS.fullmatch(digits):
        abroad = _foreign(digits, options)
        return abroad._replace(issues=("assumed_country",)) if abroad.value else abroad
    if not national:
        return _invalid("length")
    # The trunk zero that some type before a mobile number.
    trunk = national[0] == "0" and plan.is_mobile(national[1:])
    bare = national[1:] if trunk else national
    if is_same_digit(bare) and bare not in options.allow:
        return Value(None, "phone", "placeholder", ("same_digit",), bare)
    # Behind a country code 10 6234 5678 is Beijing's landline, not the SMS port 106...
    service = None if explicit and plan.is_full(bare) else plan.service(bare)
    if service is not None:
        return service
    value = plan.read(bare, explicit or trunk)
    # Nobody types 13 digits as a filler, and machines are numbered in sequence.
    machine = value is not None and value.kind == "iot"
    if not machine and bare not in options.allow and is_placeholder_number(bare):
        return Value(None, "phone", "placeholder", ("pattern",), bare)
    if value is None:
        lost = plan.read("0" + bare, False) if not explicit and plan.trunk else None
        if lost is not None and lost.kind == "landline" and lost.quality == "valid":
            return Value(None, "landline", "damaged", ("lost_leading_zero",), lost.value or "")
        return _invalid("length" if len(bare) not in plan.lengths else "prefix")
    if value.kind == "landline" and is_same_digit(bare[-7:]) and bare not in options.allow:
        return Value(None, "phone", "placeholder", ("same_digit",), bare)
    return value


def _foreign(digits: str, options: Options) -> Value:
    number = foreign_number(digits)
    if number is None:
        plan = PLANS[options.country]
        # +15900000901: nothing in North America is numbered so, but a mobile number whose 86 was left out is.
        own = plan.read(digits, False) if plan.is_mobile(digits) else None
        if own is None or is_placeholder_number(digits):
            return _invalid("length")
        return own._replace(quality="plausible", issues=(*own.issues, "assumed_country"))
    if is_placeholder_number(number) and number not in options.allow:
        return Value(None, "foreign", "placeholder", ("pattern",), "+" + number)
    return Value("+" + number, "foreign", "plausible")
