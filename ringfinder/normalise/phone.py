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
from ringfinder.normalise.phone_plans import PLACEHOLDERS, PLANS
from ringfinder.normalise.values import DEFAULTS, Options, Value, empty, words

__all__ = ["PUBLIC_PHONES", "is_placeholder_number", "normalise_phone", "split_phones"]

#: Kinds of phones that are nobody's own, and what they are called; they never link people.
PUBLIC_PHONES = {"short_code": "service number", "national_rate": "400/800 number", "sms_port": "SMS sender"}

# Words that say whose number would stand here: they say nothing about the number.
_WHO = words("本人 自己 同本人 同手机 配偶 父母 父亲 母亲 子女 朋友 同事 亲属 亲戚 家人 其他")

_LABEL = re.compile(r"(?i)\b(?:tel|phone|mobile|mob|cell|fax|no)\b\.?\s*:?")
_HAN = "\u3400-\u9fff"
_EDGE_WORDS = re.compile(rf"^[{_HAN}:\s]+|[{_HAN}:\s]+$|\([{_HAN}\s]+\)")
_EXTENSION_WORD = re.compile(r"转接?|分机号?")
_EXTENSION = re.compile(r"(.*?[0-9)])\s*(?:转接?|分机号?|(?i:ext)\.?|[xX#])\s*[-:]?\s*([0-9]{1,6})")
# A hyphen marks an extension only behind a full group of 7 or 8 digits: 0755-2600-1234 has none.
_TAIL = re.compile(r"(.*[0-9]{7,8})\s*-\s*([0-9]{1,6})")
_PLAIN = re.compile(r"\(?\+?[0-9\s().\-_·]*")
_FLOAT = re.compile(r"(\+?[0-9]+)\.0+")
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
    for piece in split_list(text):
        # Words between two numbers part them; those that announce an extension do not.
        piece = re.sub(rf"[{_HAN}]+", "\n", _EXTENSION_WORD.sub(" ext ", piece))
        found = [p.strip() for p in piece.split("\n") if re.search("[0-9]", p)]
        for part in found:
            tokens = part.split()
            if len(tokens) > 1 and normalise_phone(part, options).quality == "invalid":
                values = [normalise_phone(t, options) for t in tokens]
                if all(v.quality != "invalid" and "not_linkable" not in v.issues for v in values):
                    parts += tokens
                    continue
            parts.append(part)
    return parts or [text]


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
    if opened in _WHO:
        return empty("phone")
    expanded = expand_exponent(opened)
    if expanded == "":
        return Value(None, "phone", "damaged", ("exponent",), opened)
    body = expanded or opened
    body = _EDGE_WORDS.sub(" ", _LABEL.sub(" ", _EXTENSION_WORD.sub(" ext ", body))).strip()
    if is_masked(body):
        return Value(None, "phone", "masked", (), mask_pattern(body))
    if not re.search("[0-9]", body):
        return Value(None, "phone", "invalid", ("no_digits",))
    whole = _FLOAT.fullmatch(body)
    body = whole.group(1) if whole else body
    for shape in (_EXTENSION, _TAIL):
        cut = shape.fullmatch(body)
        if cut:
            value = _classify(cut.group(1), options)
            if value.quality != "invalid":
                return _with_extension(value, cut.group(2))
    if _PLAIN.fullmatch(body) is None:
        # One hidden digit (138x0001234) is a mask as well, unless it announced an extension.
        hidden = re.fullmatch(r"[0-9\s\-]+[xX#?][0-9\s\-]+", body)
        return Value(None, "phone", "masked", (), mask_pattern(body)) if hidden else _invalid("characters")
    return _classify(body, options)


def _invalid(reason: str) -> Value:
    return Value(None, "phone", "invalid", (reason,))


def _with_extension(value: Value, extension: str) -> Value:
    if value.quality not in ("valid", "plausible"):
        return value
    if value.value and value.value.startswith("+86") and value.kind in ("mobile", "data_sim"):
        # Couriers hand out one mobile number with many extensions (privacy numbers): its users share nothing.
        issues = tuple(dict.fromkeys((*value.issues, "relay_number", "not_linkable")))
        return value._replace(quality="plausible", issues=issues, extra=extension)
    return value._replace(extra=extension)


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
    digits = re.sub("[^0-9]", "", body)
    code, access = plan.code, plan.access
    national, explicit = digits, False
    if plus and not digits.startswith(code):
        return _foreign(digits, options)
    if plus:
        national, explicit = digits[len(code) :], True
    elif digits.startswith(access + code) and plan.read(digits[len(access + code) :], True) is not None:
        national, explicit = digits[len(access + code) :], True
    elif digits.startswith(code) and plan.is_subscriber(digits[len(code) :]):
        national, explicit = digits[len(code) :], True
    elif re.fullmatch(f"{access}(?!{code}|0)[0-9]{{8,15}}", digits):
        return _foreign(digits[len(access) :], options)
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
        if lost is not None and lost.kind == "landline":
            return Value(None, "landline", "damaged", ("lost_leading_zero",), lost.value or "")
        return _invalid("length" if len(bare) not in plan.lengths else "prefix")
    if value.kind == "landline" and is_same_digit(bare[-7:]) and bare not in options.allow:
        return Value(None, "phone", "placeholder", ("same_digit",), bare)
    return value


def _foreign(digits: str, options: Options) -> Value:
    if not 7 <= len(digits) <= 15 or digits.startswith("0"):
        return _invalid("length")
    if is_placeholder_number(digits) and digits not in options.allow:
        return Value(None, "foreign", "placeholder", ("pattern",), "+" + digits)
    return Value("+" + digits, "foreign", "plausible")
