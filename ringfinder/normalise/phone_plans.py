"""Numbering plans as data and small rules: China (2020), Britain, North America."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfinder.normalise.area_codes import AREA_LENGTHS, split_area
from ringfinder.normalise.values import Value, words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ALLOCATED",
    "DATA_SIM",
    "NEIGHBOURS",
    "PLACEHOLDERS",
    "PLANS",
    "PREFIXES_AS_OF",
    "RESALE",
    "SAMPLES",
    "Plan",
    "foreign_number",
]

#: The prefix lists below hold what was allocated at this date. Number portability (since 2019-12-01) makes
#: operator labels unreliable, so only "allocated or not" and "resale range" are kept.
PREFIXES_AS_OF = "2020-12"

#: Three-digit mobile prefixes in use in China. 174 is in use only up to 17405 (satellite).
ALLOCATED = words(
    "130 131 132 133 134 135 136 137 138 139 145 147 149 150 151 152 153 155 156 157 158 159 162 165 166 167 "
    "170 171 172 173 175 176 177 178 180 181 182 183 184 185 186 187 188 189 "
    "190 191 192 193 195 196 197 198 199"
)

#: Ranges of operators that resell capacity. An attribute, no suspicion.
RESALE = words("162 165 167 170 171")

#: Prefixes sold as data-only cards.
DATA_SIM = words("145 147 149")

#: Numbers that forms print as samples.
PLACEHOLDERS = words("13800138000 13800000000 13900000000 18888888888 13888888888 12345678901 10000000000 00000000")

#: The mobile numbers among them; as a customer number or an agency's name they stand for nothing either.
SAMPLES = frozenset(number for number in PLACEHOLDERS if len(number) == 11 and "3" <= number[1] <= "9")

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_IOT = re.compile(r"14(?:10|4[01]|6[0-9]|8[0-9])[0-9]{9}")
_RATE = re.compile(r"[48]00[0-9]{7}")
_SHORT = re.compile(
    r"95[0-9]{3,6}"  # banks, insurers, resellers
    r"|96[0-9]{3,4}"  # provincial services, local banks
    r"|10[0-9]{3}|100[0-9]{3,5}"  # operators and their long forms
    r"|12[0-9]{3}|1[12][0-9]"  # public services, emergency
    r"|11[68][0-9]{2,3}"  # directory services
)
_AREA_SHORT = re.compile(r"9[56][0-9]{3,4}|12[0-9]{3}|11[0-9]|12[0-2]")
_SMS = re.compile(r"106[0-9]{3,17}")


@dataclass(frozen=True)
class Plan:
    """How one country's numbers read.

    ``code`` and ``access`` are its country code and the prefix dialled before foreign numbers. ``read`` takes
    national digits and whether a country code stood before them; ``service`` recognises numbers without a
    subscriber. ``lengths`` are the usual numbers of national digits.
    """

    code: str
    access: str
    trunk: bool
    lengths: frozenset[int]
    read: Callable[[str, bool], Value | None]
    service: Callable[[str], Value | None]
    is_mobile: Callable[[str], bool]

    def is_full(self, digits: str) -> bool:
        """Whether the digits, with a country code before them, are a subscriber's whole number."""
        value = self.read(digits, True)
        return value is not None and value.linkable

    def is_subscriber(self, digits: str) -> bool:
        """Whether the digits are whole enough to drop a country code without ``+`` before them."""
        service, value = self.service(digits), self.read(digits, True)
        if service is not None and service.kind == "national_rate":
            return True
        # Without +, doubtful landlines are too weak a reason: 86 may be their own first digits.
        return value is not None and value.linkable and (value.quality == "valid" or value.kind != "landline")


def _cn_service(digits: str) -> Value | None:
    if _RATE.fullmatch(digits):
        return Value(digits, "national_rate", "valid")
    if _SHORT.fullmatch(digits):
        return Value(digits, "short_code", "valid")
    if _SMS.fullmatch(digits):
        return Value(digits, "sms_port", "valid")
    # 0571-12345, 010-95588: a service line behind an area code.
    parts = split_area(digits[1:]) if digits.startswith("0") else None
    if parts is not None and parts[0] in AREA_LENGTHS and len(parts[1]) < 7 and _AREA_SHORT.fullmatch(parts[1]):
        return Value(parts[1], "short_code", "valid")
    return None


def _cn_mobile(digits: str) -> bool:
    return _MOBILE.fullmatch(digits) is not None


def _cn(digits: str, explicit: bool) -> Value | None:
    if digits.startswith("0") and _cn_mobile(digits[1:]):
        digits = digits[1:]
    if _cn_mobile(digits):
        prefix = digits[:3]
        if prefix not in ALLOCATED and not re.match("1740[0-5]", digits):
            return Value("+86" + digits, "mobile", "plausible", ("unallocated_prefix",))
        if prefix in DATA_SIM:
            return Value("+86" + digits, "data_sim", "valid", ("data_sim",))
        return Value("+86" + digits, "mobile", "valid", ("resale_operator",) if prefix in RESALE else ())
    if _IOT.fullmatch(digits):
        return Value("+86" + digits, "iot", "valid", ("not_a_person",))
    # Behind a country code the area code stands without its zero.
    landline = _cn_landline(digits[1:]) if digits.startswith("0") else _cn_landline(digits) if explicit else None
    if landline is not None:
        return landline
    if 7 <= len(digits) <= 8 and digits[0] not in "01":
        return Value(digits, "landline", "plausible", ("no_area_code", "not_linkable"))
    return None


def _cn_landline(digits: str) -> Value | None:
    """A landline by its area code, without trunk 0. Numbers that a table of today lacks may be old: a warning."""
    parts = split_area(digits)
    if parts is None or not 7 <= len(parts[1]) <= 8:
        return None
    area, local = parts
    lengths = AREA_LENGTHS.get(area)
    # Local numbers begin with 2-8: 0 and 1 lead elsewhere, 9 is for services.
    doubts = {
        "unlisted_area_code": lengths is None,
        "unusual_length": lengths is not None and len(local) not in lengths,
        "unusual_subscriber": local[0] in "019",
    }
    issues = tuple(name for name, holds in doubts.items() if holds)
    return Value("+86" + digits, "landline", "plausible" if issues else "valid", issues)


def _gb_service(digits: str) -> Value | None:
    if re.fullmatch(r"999|112|1[0-9]{2}|118[0-9]{3}|116[0-9]{3}", digits):
        return Value(digits, "short_code", "valid")
    if re.fullmatch(r"[6-8][0-9]{4}", digits):
        return Value(digits, "sms_port", "valid")
    return None


def _gb_mobile(digits: str) -> bool:
    return re.fullmatch(r"7[1-57-9][0-9]{8}", digits) is not None


def _gb(digits: str, explicit: bool) -> Value | None:
    """Ofcom's plan: a trunk 0, then 9 or 10 digits from 1, 2 (places), 3, 8, 9 (rates), 5, 7 (mobile)."""
    if digits.startswith("0"):
        digits, explicit = digits[1:], True
    if explicit:
        if _gb_mobile(digits):
            return Value("+44" + digits, "mobile", "valid")
        if re.fullmatch(r"1[0-9]{8,9}|2[0-9]{9}|[57][0-9]{9}", digits):
            return Value("+44" + digits, "landline", "valid")
        if re.fullmatch(r"[389][0-9]{9}|800[0-9]{6}", digits):
            return Value("+44" + digits, "national_rate", "valid")
    elif re.fullmatch(r"[2-9][0-9]{5,7}", digits):
        return Value(digits, "landline", "plausible", ("no_area_code", "not_linkable"))
    return None


def _us_service(digits: str) -> Value | None:
    if re.fullmatch(r"[2-9]11|988", digits):
        return Value(digits, "short_code", "valid")
    if re.fullmatch(r"[2-9][0-9]{4,5}", digits):
        return Value(digits, "sms_port", "valid")
    return None


def _us_mobile(digits: str) -> bool:
    return False  # no trunk zero to drop


def _us(digits: str, explicit: bool) -> Value | None:
    """North American plan: area and exchange codes begin with 2-9. Landlines look like mobiles."""
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
    if re.fullmatch(r"8(?:00|33|44|55|66|77|88)[2-9][0-9]{6}", digits):
        return Value("+1" + digits, "national_rate", "valid")
    if re.fullmatch(r"[2-9][0-9]{2}[2-9][0-9]{6}", digits):
        return Value("+1" + digits, "mobile", "valid")
    if re.fullmatch(r"[2-9][0-9]{6}", digits):
        return Value(digits, "landline", "plausible", ("no_area_code", "not_linkable"))
    return None


#: Country -> numbering plan.
PLANS = {
    "CN": Plan("86", "00", True, frozenset({7, 8, 11, 12}), _cn, _cn_service, _cn_mobile),
    "GB": Plan("44", "00", True, frozenset({10, 11}), _gb, _gb_service, _gb_mobile),
    "US": Plan("1", "011", False, frozenset({7, 10, 11}), _us, _us_service, _us_mobile),
}

# Country code -> national numbers, for the neighbours and for what customers of a Chinese lender write most.
_FOREIGN = {
    "1": re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}"),
    "44": re.compile(r"[1-35789][0-9]{8,9}"),
    "61": re.compile(r"[2-478][0-9]{8}"),
    "65": re.compile(r"[3689][0-9]{7}"),
    "81": re.compile(r"[1-9][0-9]{8,9}"),
    "82": re.compile(r"[1-9][0-9]{7,9}"),
    "852": re.compile(r"[2-9][0-9]{7}"),
    "853": re.compile(r"[268][0-9]{7}"),
    "886": re.compile(r"9[0-9]{8}|[2-8][0-9]{7,8}"),
}
# Their trunk 0 is not part of the international number, but many write it: +44 07700 900123.
_TRUNK = re.compile(r"(44|61|81|82|886)0")

#: Hong Kong, Macao and Taiwan numbers without ``+``: no area code of the mainland begins like them.
NEIGHBOURS = re.compile(r"852[2-9][0-9]{7}|853[268][0-9]{7}|8869[0-9]{8}")


def foreign_number(digits: str) -> str | None:
    """The digits of an international number without trunk 0, or None if no such number can exist."""
    digits = _TRUNK.sub(r"\1", digits, count=1) if _TRUNK.match(digits) else digits
    if not 7 <= len(digits) <= 15 or digits.startswith("0"):
        return None
    code = next((digits[:n] for n in (1, 2, 3) if digits[:n] in _FOREIGN), None)
    if code is not None and _FOREIGN[code].fullmatch(digits[len(code) :]) is None:
        return None
    return digits
