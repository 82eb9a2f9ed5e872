"""Dates and times. The value is the ISO 8601 date; a known time of day is in ``extra``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ringfinder.normalise.cells import expand_exponent, is_masked, mask_pattern, open_cell
from ringfinder.normalise.numerals import chinese_number, read_digits
from ringfinder.normalise.tidy import tidy_signs
from ringfinder.normalise.values import DEFAULTS, Options, Value, words

__all__ = ["FIRST_YEAR", "LAST_YEAR", "PLACEHOLDER_DATES", "normalise_date"]

#: Years outside these bounds are typing mistakes in any record about living people.
FIRST_YEAR, LAST_YEAR = 1850, 2100

#: Default dates of databases and spreadsheets, as (year, month, day).
PLACEHOLDER_DATES = frozenset(
    {
        (0, 0, 0),
        (1, 1, 1),
        (1753, 1, 1),
        (1899, 12, 30),
        (1899, 12, 31),
        (1900, 1, 0),
        (1900, 1, 1),
        (1904, 1, 1),
        (1970, 1, 1),
        (2099, 12, 31),
        (2999, 12, 31),
        (9999, 12, 31),
    }
)

_EPOCH_1900 = datetime(1899, 12, 30)
_DAYS_1904 = 1462
_SERIAL = re.compile(r"[2-5][0-9]{4}(?:\.[0-9]+)?|60000(?:\.0+)?")
_MILLISECONDS = re.compile(r"[0-9]{13}(?:\.0+)?")
# 2001-09-09 to 2030-03-17: longer spans would take in 10-digit stamps such as 1999030514.
_SECONDS = re.compile(r"1[0-8][0-9]{8}(?:\.0+)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:\s?([0-9]{2}):?([0-9]{2}):?([0-9]{2})?)?(?:\.0+)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.年,、\\]\s*([0-9]{1,2})\s*[-/.月,、\\]\s*([0-9]{1,2})\s*[日号]?")
_SPACED = re.compile(r"([0-9]{4}) ([0-9]{1,2}) ([0-9]{1,2})(?![0-9:])")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-\s/.,]*([A-Za-z]{3})[a-z]*[-\s/.,]*([0-9]{4}|[0-9]{2})(?![0-9:])")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s*([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})(?![0-9:])")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {m: i for i, m in enumerate(_MONTH_NAMES, 1)}
_TIME = re.compile(
    r"(上午|下午|晚上|凌晨|清晨|早上|早晨|中午|傍晚|夜里|[AaPp]\.?[Mm]\.?)?\s*([0-9]{1,2})\s*[:.时点]\s*([0-9]{1,2})"
    r"(?:分|[:.]([0-9]{1,2})(?:[.,][0-9]+)?|分([0-9]{1,2})秒)?"
    r"\s*([AaPp]\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_WEEKDAY = re.compile(r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\([一二三四五六日]\))\s*")
_WEEKDAY_NAME = re.compile(r"(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+")
_HAN_YEAR = re.compile(r"([零〇○一二三四五六七八九]{4})年")
_HAN_PART = re.compile(r"([一二三四五六七八九十]{1,3})([月日号])")
_HOUR_ONLY = re.compile(r"^(\D*[0-9]{1,2})[点时](半|整)?$")
_LOCAL_ZONE = re.compile(r"\s*(?:CST|GMT\+0?8|UTC\+0?8|\(?北京时间\)?)$")
# Words -> the hours on the clock that mean an hour after noon: 晚上8点 is 20:00, 夜里2点 is 02:00.
_AFTERNOON = {
    **dict.fromkeys(("下午", "pm"), range(12)),
    **dict.fromkeys(("晚上", "傍晚", "夜里"), range(5, 12)),
    "中午": range(1, 4),
}
_FOREVER = words("长期 长期有效 永久 永久有效 至今 无固定期限")


def normalise_date(text: str, options: Options = DEFAULTS) -> Value:
    """One date: ``YYYY-MM-DD``, with ``HH:MM:SS`` in ``extra`` if the cell tells a time.

    Midnight counts as "no time": exports of pure dates write 00:00:00, and a night-call rule must not see it.
    Spreadsheet serial numbers (day 0 = 1899-12-30) are accepted from 20000 to 60000 only, 13 digits are epoch
    milliseconds, two-digit years are refused, and ``03/05/2021`` needs ``options.day_first``.
    """
    opened = open_cell(text, "date")
    if isinstance(opened, Value):
        return opened
    if opened in _FOREVER:
        return Value(None, "date", "placeholder", (), opened)
    opened = _digits(tidy_signs(_HAN_YEAR.sub(lambda m: read_digits(m[1]) + "年", opened)))
    if expand_exponent(opened) is not None:
        return Value(None, "date", "damaged", ("exponent",), opened)
    if is_masked(opened):
        return Value(None, "date", "masked", (), mask_pattern(opened))
    number = _number(opened, options)
    if number is not None:
        return number
    body = _WEEKDAY_NAME.sub("", _WEEKDAY.sub(" ", opened)).strip()
    found = _YEAR_FIRST.match(body) or _SPACED.match(body)
    if found:
        year, month, day = (int(g) for g in found.groups())
        return _stamp(year, month, day, body[found.end() :], options)
    found = _YEAR_LAST.match(body)
    if found:
        first, second, year = (int(g) for g in found.groups())
        return _year_last(first, second, year, body[found.end() :], options)
    found = _NAMED.match(body)
    # With four digits of the year nothing is ambiguous; 05-Mar-21 needs the setting.
    if found and (options.month_names or len(found[3]) == 4) and found.group(2).lower() in _MONTHS:
        year = int(found.group(3))
        # POSIX: two-digit years 69-99 are 19xx, 00-68 are 20xx.
        year += 0 if year > 99 else 1900 if year > 68 else 2000
        month = _MONTHS[found.group(2).lower()]
        return _stamp(year, month, int(found.group(1)), body[found.end() :], options)
    named = _MONTH_FIRST.match(body)
    if named and named[1].lower() in _MONTHS:
        return _stamp(int(named[3]), _MONTHS[named[1].lower()], int(named[2]), body[named.end() :], options)
    return _invalid("two_digit_year" if _SHORT_YEAR.match(body) or found else "format")


def _digits(text: str) -> str:
    """Months and days in Chinese numerals as digits: 十二月三十一日 -> 12月31日."""
    return _HAN_PART.sub(lambda m: f"{chinese_number(m[1]) or m[1]}{m[2]}", text)


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
        moment = datetime.fromtimestamp(int(text.split(".")[0]) / 1000, UTC).astimezone(ZoneInfo(options.zone))
        return _made(moment.replace(tzinfo=None, microsecond=0))
    if _SECONDS.fullmatch(text):
        moment = datetime.fromtimestamp(int(text.split(".")[0]), UTC).astimezone(ZoneInfo(options.zone))
        # Ten digits may be many things: the reading is plausible only.
        return _made(moment.replace(tzinfo=None))._replace(quality="plausible", issues=("epoch_seconds",))
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
    rest = rest.removeprefix("T").strip(" ,")
    if options.zone == "Asia/Shanghai":
        rest = _LOCAL_ZONE.sub("", rest)
    rest = _HOUR_ONLY.sub(lambda m: f"{m[1]}:{'30' if m[2] == '半' else '00'}", rest)
    if re.fullmatch("[0-9]{6}", rest):
        rest = f"{rest[:2]}:{rest[2:4]}:{rest[4:]}"
    if not rest:
        return _made(moment)
    time = _TIME.fullmatch(rest)
    if time is None:
        return _invalid("time")
    before, hour, minute, colon_second, han_second, after, offset = time.groups()
    half = (before or after or "").lower().replace(".", "")
    hours = int(hour)
    if half in ("晚上", "夜里") and hours == 12:
        return _invalid("time")  # midnight: of this day or of the next
    if hours in _AFTERNOON.get(half, ()):
        hours += 12
    elif half in ("上午", "凌晨", "am") and hours == 12:
        hours = 0
    try:
        moment = moment.replace(hour=hours, minute=int(minute), second=int(colon_second or han_second or 0))
        if offset:
            zone = UTC if offset == "Z" else datetime.strptime(offset, "%z").tzinfo
            moment = moment.replace(tzinfo=zone).astimezone(ZoneInfo(options.zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):  # no such hour, an offset of a day or more, beyond the calendar
        return _invalid("time")
    return _made(moment)


def _made(moment: datetime) -> Value:
    day = date(moment.year, moment.month, moment.day)
    if (day.year, day.month, day.day) in PLACEHOLDER_DATES:
        return Value(None, "date", "placeholder", (), day.isoformat())
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _invalid("year")
    time = moment.strftime("%H:%M:%S")
    return Value(day.isoformat(), "date", "valid", (), "" if time == "00:00:00" else time)
