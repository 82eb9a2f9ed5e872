"""What the tables say that may show two debtor keys to be one person; only values that occur twice are looked at."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ringfinder.link.debtors import debtor_fields, first_of
from ringfinder.link.sheet import Sheet
from ringfinder.normalise import linkable, normalise_column

__all__ = ["accounts", "identities", "lenders", "named", "named_phones", "row_numbers"]

#: Tables whose card and account numbers are the debtor's own; in payments and mail they may be the other side's.
_OWN_ACCOUNTS = ("customers", "collection_cases", "complaints", "powers_of_attorney")
#: Phones of these fields are the debtor's own; a caller's phone may be anybody's.
_OWN_PHONES = ("mobile", "phone_on_record")
_ROW = {"sheet": pl.UInt16, "index": pl.UInt32}
#: Digits of an identity number of the old form, and of any cell.
_OLD_DIGITS, _DIGIT = 15, r"\d"
#: Fewer characters are no card or account number.
_SHORTEST_ACCOUNT = 12


def identities(sheets: Sequence[Sheet]) -> pl.DataFrame:
    """Identity numbers that may link: ``sheet``, ``index``, ``id``, ``paper`` (its kind)."""
    empty = pl.DataFrame(schema={**_ROW, "id": pl.String, "paper": pl.String})
    parts = [
        _of(n, s.first("id_number", "identity").select("index", id="value", paper="kind"))
        for n, s in enumerate(sheets)
        if s.has("id_number")
    ]
    return pl.concat([empty, *parts])


def lenders(sheets: Sequence[Sheet], every: pl.DataFrame, keys: pl.Series) -> pl.DataFrame:
    """The lenders of some keys: ``key``, ``lender``."""
    empty = every.select("key").clear().with_columns(pl.lit(None, dtype=pl.String).alias("lender"))
    lent = [(n, s.first("lender", "text")) for n, s in enumerate(sheets) if s.has("lender")]
    if not lent or not len(keys):
        return empty
    rows = every.join(keys.rename("key").unique().to_frame(), on="key", how="semi")
    parts = [
        rows.filter(pl.col("sheet") == n).join(said.select("index", lender="value"), on="index") for n, said in lent
    ]
    return pl.concat([empty, *[p.select("key", pl.col("lender").str.to_lowercase()) for p in parts]]).unique()


def named(sheets: Sequence[Sheet], rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` (``sheet``, ``index``, ...) with what they say of the name.

    Adds ``shown`` (the name), ``name`` (in lower case; of a masked one its visible characters), ``full`` (not masked),
    ``head`` (first character, null if hidden), ``former`` (an earlier name) and ``old`` (15-digit identity number).
    """
    parts = [_named(sheets[n], rows.filter(pl.col("sheet") == n)) for n in sorted(rows["sheet"].unique())]
    texts = dict.fromkeys(("shown", "name", "head", "former"), pl.String)
    empty = pl.DataFrame(schema={**rows.schema, **texts, "full": pl.Boolean, "old": pl.Boolean})
    return pl.concat([empty, *[p.select(empty.columns) for p in parts]])


def _named(sheet: Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    names, _ = debtor_fields(sheet)
    full = first_of(sheet, names, "name").select("index", shown="value", full=pl.lit(True))
    rows = rows.join(full, on="index", how="left", maintain_order="left")
    unknown = rows.filter(pl.col("shown").is_null())["index"].unique()
    hidden = _cells(sheet, names, unknown, "masked").select("index", mask="extra")
    former = _cells(sheet, ("former_name",), rows["index"].unique(), "valid").select("index", former="value")
    rows = rows.join(hidden, on="index", how="left", maintain_order="left")
    rows = rows.join(former, on="index", how="left", maintain_order="left")
    written = pl.coalesce("shown", "mask")
    head = written.str.slice(0, 1)
    return rows.with_columns(
        written.str.replace_all("*", "", literal=True).replace("", None).str.to_lowercase().alias("name"),
        pl.when(head != "*").then(head.str.to_lowercase()).alias("head"),
        pl.when(pl.col("shown").is_null() & pl.col("mask").is_not_null()).then(False).otherwise("full").alias("full"),
        pl.col("former").str.to_lowercase(),
        _old(sheet, rows["index"]).alias("old"),
    ).drop("mask")


def _old(sheet: Sheet, index: pl.Series) -> pl.Series:
    """Whether a row writes an identity number in its old form of 15 digits."""
    found = pl.Series([False] * len(index), dtype=pl.Boolean)
    for header in sheet.mapping.headers_of("id_number"):
        digits = sheet.raw.cells[header].gather(index).str.count_matches(_DIGIT)
        found = found | (digits == _OLD_DIGITS).fill_null(False)
    return found


def _cells(sheet: Sheet, fields: Sequence[str], index: pl.Series, quality: str) -> pl.DataFrame:
    """The names of some rows that are of one quality, at most one a row: ``index``, ``value``, ``extra``."""
    parts = [pl.DataFrame(schema={"index": pl.UInt32, "value": pl.String, "extra": pl.String})]
    for field in fields:
        for header in sheet.mapping.headers_of(field) if len(index) else ():
            values = normalise_column("name", sheet.raw.cells[header].gather(index), options=sheet.options)
            values = values.filter(pl.col("quality") == quality)
            parts.append(values.select(index.gather(values["index"]).alias("index"), "value", "extra"))
    return pl.concat(parts).unique("index", keep="first", maintain_order=True)


def accounts(sheets: Sequence[Sheet], every: pl.DataFrame) -> pl.DataFrame:
    """Cards and accounts on several keys: ``sheet``, ``index``, ``key``, ``rank``, ``account``.

    Read from the raw cells, since a masked card is the rule and no loss to report.
    """
    parts = [pl.DataFrame(schema={**_ROW, "cell": pl.String})]
    for n, sheet in enumerate(sheets):
        if sheet.mapping.table in _OWN_ACCOUNTS:
            for header in (*sheet.mapping.headers_of("card_no"), *sheet.mapping.headers_of("account_no")):
                cells = sheet.raw.cells.select(cell=pl.col(header)).with_row_index("index").drop_nulls()
                parts.append(_of(n, cells.filter(pl.col("cell").str.len_chars() >= _SHORTEST_ACCOUNT)))
    rows = pl.concat(parts).with_columns(pl.col("cell").str.normalize("NFKC").str.replace_all(r"[\s\-]", ""))
    rows = rows.filter(pl.col("cell").is_duplicated()).join(every, on=["sheet", "index"])
    rows = rows.filter(pl.col("key").n_unique().over("cell") > 1)
    written = rows["cell"].unique().sort()
    values = normalise_column("card", written).filter(linkable())
    found = values.select(written.gather(values["index"]).alias("cell"), account="value").unique()
    return rows.join(found, on="cell").select("sheet", "index", "key", "rank", "account").unique()


def named_phones(sheets: Sequence[Sheet], every: pl.DataFrame) -> pl.DataFrame:
    """Names with phones on several keys: ``key``, ``rank``, ``name``, ``phone``, ``own``, ``names`` on that phone."""
    parts = [pl.DataFrame(schema={**_ROW, "name": pl.String, "phone": pl.String, "own": pl.Boolean})]
    for n, sheet in enumerate(sheets):
        names, phones = debtor_fields(sheet)
        name = first_of(sheet, names, "name").select("index", pl.col("value").str.to_lowercase().alias("name"))
        for field in phones:
            if sheet.has(field):
                phone = sheet.column(field, "phone").select("index", phone="value", own=pl.lit(field in _OWN_PHONES))
                parts.append(_of(n, name.join(phone, on="index").select("index", "name", "phone", "own")))
    rows = pl.concat(parts)
    twice = pl.struct("name", "phone").hash().is_duplicated()  # a chance hit drops out with the keys below
    some = rows.filter(twice).join(every, on=["sheet", "index"])
    some = some.filter(pl.col("key").n_unique().over("phone", "name") > 1)
    crowd = rows.join(some.select("phone").unique(), on="phone", how="semi")
    crowd = crowd.group_by("phone").agg(pl.col("name").n_unique().alias("names"))
    return some.join(crowd, on="phone").select("key", "rank", "name", "phone", "own", "names")


def row_numbers(sheets: Sequence[Sheet], places: pl.DataFrame) -> pl.DataFrame:
    """``places`` (``sheet``, ``index``, ``key``) as ``key``, ``file``, ``row``."""
    parts = [places.select("key", file=pl.lit("", dtype=pl.String), row=pl.lit(0, dtype=pl.Int32)).clear()]
    for n, sheet in enumerate(sheets):
        mine = places.filter(pl.col("sheet") == n)
        rows = sheet.rows(mine["index"]).rename("row").cast(pl.Int32)
        parts.append(mine.select("key", pl.lit(sheet.raw.file).alias("file"), rows))
    return pl.concat(parts)


def _of(n: int, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the table's number in front."""
    return frame.select(pl.lit(n, dtype=pl.UInt16).alias("sheet"), *frame.columns)
