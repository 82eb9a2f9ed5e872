"""China's area codes for landlines, and how long the numbers behind them are.

Source: the numbering plan as in Google's libphonenumber (metadata of release 9.0, Apache-2.0), area by area.
The codes are written here without their trunk 0.
"""

from __future__ import annotations

import re

__all__ = ["AREA_LENGTHS", "split_area"]

# Written as "first two digits[third digits]".
_EIGHT = (
    "31[1] 37[179] 41[1] 43[1235] 45[1] 51[0123456789] 52[37] 53[12] 55[1] 57[1345679] 59[15] 73[1] 75[457] 76[09] "
    "79[1] 85[1] 87[1] 89[8]"
)
_SEVEN = (
    "31[023456789] 33[5] 34[9] 35[0123456789] 37[023456] 39[1234568] 41[256789] 42[179] 43[3456789] 45[23456789] "
    "46[4789] 47[0123456789] 48[23] 53[03456789] 54[36] 55[023456789] 56[12346] 57[028] 58[0] 59[2346789] 63[1235] "
    "66[0238] 69[12] 70[1] 71[0123456789] 72[248] 73[0456789] 74[3456] 75[01234689] 76[2368] 77[0123456789] "
    "79[023456789] 81[23678] 82[567] 83[0123456789] 85[1456789] 87[023456789] 88[3678] 89[1234567] 90[123689] "
    "91[12345679] 93[0123456789] 94[13] 95[12345] 97[0123456789] 99[0123456789]"
)


def _listed(text: str) -> set[str]:
    return {part[:2] + third for part in text.split() for third in part[3:-1]}


def _lengths() -> dict[str, frozenset[int]]:
    long = _listed(_EIGHT) | {"10"} | {f"2{d}" for d in "012345789"}
    short = _listed(_SEVEN)
    return {a: frozenset({8} if a in long else ()) | frozenset({7} if a in short else ()) for a in long | short}


#: Area code without its 0 -> the lengths of subscriber numbers behind it (7, 8 or both). 321 codes.
AREA_LENGTHS: dict[str, frozenset[int]] = _lengths()

_AREA = re.compile(r"(10|2[0-57-9]|(?!400|800)[3-9][0-9]{2})([0-9]+)")


def split_area(digits: str) -> tuple[str, str] | None:
    """Area code and the rest of digits without trunk 0, or None if they begin like no area code."""
    found = _AREA.fullmatch(digits)
    return (found[1], found[2]) if found else None
