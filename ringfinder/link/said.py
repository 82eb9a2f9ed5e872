"""What the words of a complaint say for the debtor: will to pay, months, an intermediary's fraud, a collector's breach.

The words themselves leave the graph with the templates; only these codes stay. They are read by plain patterns, so a
code means "the text has such words", never that it is true. Sources: domain page 3.3 (M02, M03, M05), credit card
rules art. 68 and 70.
"""

from __future__ import annotations

import polars as pl

from ringfinder.link.sheet import Sheet
from ringfinder.normalise.numerals import chinese_number

__all__ = ["said_traits"]

_GAP = "[^,。;!?]"
_UNWILLING = r"(?:没有|无|不)(?:还款)?意愿|不愿意?(?:还|偿|归)|unwilling to (?:re)?pay|not willing"
_WILLING = (
    rf"还款意愿|愿意?{_GAP}{{0,4}}(?:还|偿|归)|(?:会|争取|保证|一定){_GAP}{{0,4}}(?:还款|慢慢还|还清|归还|偿还)"
    r"|willing to (?:re)?pay|want to (?:re)?pay"
)
_AGENCY = (
    r"(?:中介|代理公司|代理机构|咨询公司|法务公司|反催收|债务优化|债务规划"
    r"|intermediar|debt advis|claims firm|consultan)"
)
_CHEAT = r"(?:骗|失联|跑路|拉黑|不退|拒退|敲诈|勒索|威胁|恐吓|cheat|defraud|scam|threat|blackmail)"
_CHEATED = rf"{_AGENCY}[^。;!?]{{0,30}}{_CHEAT}|{_CHEAT}[^,。;!?]{{0,6}}{_AGENCY}"
_BREACH = (
    rf"(?:晚上|夜里|夜间|深夜|半夜|凌晨|2[23][:点]){_GAP}{{0,16}}(?:电话|催收|来电|致电|拨打)"
    rf"|(?:打|拨打|致电|骚扰|联系){_GAP}{{0,4}}(?:单位|家人|亲友|同事|通讯录|邻居)"
    r"|爆通讯录|called? (?:me )?at night|called? my (?:work|employer|family|neighbou?r)"
)
_NUMBER = r"([0-9]{1,3}|[一二三四五六七八九十百]{1,4})"
_LEAD = rf"(?:分|按|期数|不超过|延长|最长|instal){_GAP}{{0,8}}?"
_MONTHS = rf"{_LEAD}{_NUMBER}\s*(?:期|个月|months|instal)|{_NUMBER} (?:monthly )?instal"
_YEARS = rf"(?:分期|instal)[^。;!?]{{0,12}}?{_NUMBER}\s*(?:年|years)"


def said_traits(sheet: Sheet) -> dict[str, pl.DataFrame]:
    """Attributes of the complaints of a table, one row each (``index`` and a value); absent without texts.

    ``ask_months`` (Int64): most instalments asked for; ``says_willing``, ``says_cheated``, ``says_breach`` (Boolean,
    true or null): words of a will to pay, of an intermediary who cheated or threatened, of calls at night or to others.
    """
    headers = [h for field in ("text", "demand") for h in sheet.mapping.headers_of(field)]
    if not headers:
        return {}
    cells = pl.DataFrame([sheet.raw.cells[h].alias(str(n)) for n, h in enumerate(headers)])
    text = pl.concat_str(pl.all().fill_null(""), separator="。").str.normalize("NFKC").str.to_lowercase()
    table = cells.select(text=text).with_row_index("index").filter(pl.col("text").str.len_chars() >= len(headers))
    words = pl.col("text")
    numbers = table.select(
        months=words.str.extract(_MONTHS, 1),
        instalments=words.str.extract(_MONTHS, 2),
        years=words.str.extract(_YEARS, 1),
    )
    numbers = numbers.with_columns(_number(column) for column in numbers)
    table = table.hstack(numbers)
    found = table.select(
        "index",
        ask_months=pl.max_horizontal("months", "instalments", 12 * pl.col("years")),
        says_willing=_if(words.str.contains(_WILLING) & ~words.str.contains(_UNWILLING)),
        says_cheated=_if(words.str.contains(_CHEATED)),
        says_breach=_if(words.str.contains(_BREACH)),
    ).with_columns(pl.col("index").cast(pl.UInt32))
    names = [c for c in found.columns if c != "index"]
    return {n: part for n in names if (part := found.select("index", n).drop_nulls()).height}


def _number(texts: pl.Series) -> pl.Series:
    """The numbers of texts that are digits or a Chinese numeral (六十), else null; 0 is no number of months."""
    read = {t: int(t) if t.isdigit() else chinese_number(t) for t in texts.drop_nulls().unique()}
    return texts.replace_strict({t: n or None for t, n in read.items()}, default=None, return_dtype=pl.Int64)


def _if(said: pl.Expr) -> pl.Expr:
    return pl.when(said).then(pl.lit(True))
