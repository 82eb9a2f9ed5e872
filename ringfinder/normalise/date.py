"""Dates and times. The value is the ISO 8601 date; a known time of day is in ``extra``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ringfinder.normalise.cells import expand_exponent, is_masked, mask_pattern, open_cell
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["FIRST_YEAR", "LAST_YEAR", "PLACEHOLDER_DATES", "normalise_date"]

#: Years outside these bounds are typing mistakes in any record about living people.
FIRST_YEAR, LAST_YEAR = 1850, 2100

#: Default dates of databases and spreadsheets, as (year, month, day).
PLACEHOLDER_DATES = frozenset(
    {
        (0, 0, 0),
        (1, 1, 1),
        (1899, 12, 30),
        (1899, 12, 31),
        (1900, 1, 0),
        (1900, 1, 1),
        (1970, 1, 1),
        (2099, 12, 31),
        (2999, 12, 31),
        (9999, 12, 31),
    }
)

_EPOCH_1900 = datetime(1899, 12, 30)
_DAYS_1904 = 1462
_SERIAL = re.compile(r"[2-5][0-9]{4}(?:\.[0-9]+)?|60000(?:\.0+)?")
_MILLISECONDS = re.compile(r"[0-9]{13}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\s?([0-9]{2}):?([0-9]{2}):?([0-9]{2})?)?(?:\.0+)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_NAMED = re.compile(r"([0-9]{1,2})[-\s/]([A-Za-z]{3})[a-z]*[-\s/]([0-9]{4}|[0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {m: i for i, m in enumerate(_MONTH_NAMES, 1)}
_TIME = re.compile(
    r"(上午|下午|晚上|[AaPp]\.?[Mm]\.?)?\s*([0-9]{1,2})[:时点]([0-9]{1,2})"
    r"(?:分|:([0-9]{1,2})(?:[.,][0-9]+)?|分([0-9]{1,2})秒)?"
    r"\s*([AaPp]\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_WEEKDAY = re.compile(r"\s*\(?(?:星期|周)[一二三四五六日天]\)?\s*")


def normalise_date(text: str, options: Options = DEFAULTS) -> Value:
    """One date: ``YYYY-MM-DD``, with ``HH:MM:SS`` in ``extra`` if the cell tells a time.

    Midnight counts as "no time": exports of pure dates write 00:00:00, and a night-call rule must not see it.
    Spreadsheet serial numbers (day 0 = 1899-12-30) are accepted from 20000 to 60000 only, 13 digits are epoch
    milliseconds, two-digit years are refused, and ``03/05/2021`` needs ``options.day_first``.
    """
    opened = open_cell(text, "date")
    if isinstance(opened, Value):
        return opened
    if expand_exponent(opened) is not None:
        return Value(None, "date", "damaged", ("exponent",), opened)
    if is_masked(opened):
        return Value(None, "date", "masked", (), mask_pattern(opened))
    number = _number(opened, options)
    if number is not None:
        return number
    body = _WEEKDAY.sub(" ", opened).strip()
    found = _YEAR_FIRST.match(body)
    if found:
        year, month, day = (int(g) for g in found.groups())
        return _stamp(year, month, day, body[found.end() :], options)
    found = _YEAR_LAST.match(body)
    if found:
        first, second, year = (int(g) for g in found.groups())
        return _year_last(first, second, year, body[found.end() :], options)
    found = _NAMED.match(body)
    if found and options.month_names and found.group(2).lower() in _MONTHS:
        year = int(found.group(3))
        # POSIX: two-digit years 69-99 are 19xx, 00-68 are 20xx.
        year += 0 if year > 99 else 1900 if year > 68 else 2000
        month = _MONTHS[found.group(2).lower()]
        return _stamp(year, month, int(found.group(1)), body[found.end() :], options)
    return _invalid("two_digit_year" if _SHORT_YEAR.match(body) or found else "format")


def _invalid(reason: str) -> Value:
    return Value(None, "date", "invalid", (reason,))


def _number(text: str, options: Options) -> Value | None:
    """A date written as one number, or None if the text is none. 20210305 wins over a serial number."""
    compact = _COMPACT.fullmatch(text)
    if compact and len(text) != 13:
        year, month, day, hour, minute, second = (int(g or 0) for g in compact.groups())
        time = f"{hour}:{minute}:{second}" if compact.group(4) else ""
        return _stamp(year, month, day, time, options)
    if _MILLISECONDS.fullmatch(text):
        moment = datetime.fromtimestamp(int(text) / 1000, UTC).astimezone(ZoneInfo(options.zone))
        return _made(moment.replace(tzinfo=None, microsecond=0))
    if _SERIAL.fullmatch(text):
        days = float(text) + (_DAYS_1904 if options.date_1904 else 0)
        moment = _EPOCH_1900 + timedelta(seconds=round(days * 86400))
        return _made(moment)._replace(issues=("serial_number",))
    return None


def _year_last(first: int, second: int, year: int, rest: str, options: Options) -> Value:
    if options.day_first is True:
        return _stamp(year, second, first, rest, options)
    if options.day_first is False:
        return _stamp(year, first, second, rest, options)
    if first <= 12 and second <= 12 and first != second:
        return _invalid("ambiguous")
    # Only one of the two readings can be a date.
    value = _stamp(year, min(first, second), max(first, second), rest, options)
    return value._replace(quality="plausible") if value.quality == "valid" else value


def _stamp(year: int, month: int, day: int, rest: str, options: Options) -> Value:
    if (year, month, day) in PLACEHOLDER_DATES:
        return Value(None, "date", "placeholder", (), f"{year:04}-{month:02}-{day:02}")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _invalid("year")
    try:
        moment = datetime(year, month, day)
    except ValueError:
        return _invalid("no_such_day")
    rest = rest.removeprefix("T").strip()
    if not rest:
        return _made(moment)
    time = _TIME.fullmatch(rest)
    if time is None:
        return _invalid("time")
    before, hour, minute, colon_second, han_second, after, offset = time.groups()
    half = (before or after or "").lower().replace(".", "")
    hours = int(hour)
    if half in ("下午", "晚上", "pm") and hours < 12:
        hours += 12
    elif half in ("上午", "am") and hours == 12:
        hours = 0
    try:
        moment = moment.replace(hour=hours, minute=int(minute), second=int(colon_second or han_second or 0))
    except ValueError:
        return _invalid("time")
    if offset:
        zone = UTC if offset == "Z" else datetime.strptime(offset, "%z").tzinfo
        moment = moment.replace(tzinfo=zone).astimezone(ZoneInfo(options.zone)).replace(tzinfo=None)
    return _made(moment)


def _made(moment: datetime) -> Value:
    day = date(moment.year, moment.month, moment.day)
    if (day.year, day.month, day.day) in PLACEHOLDER_DATES:
        return Value(None, "date", "placeholder", (), day.isoformat())
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _invalid("year")
    time = moment.strftime("%H:%M:%S")
    return Value(day.isoformat(), "date", "valid", (), "" if time == "00:00:00" else time)
