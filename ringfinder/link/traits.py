"""What papers and texts say beside their identifiers: demands, quoted rules, thin mandates, a reviewer's flags.

Traits of a complaint become attributes of its node. What has no node of its own (a power of attorney, a lawsuit, a
flag) becomes a link ``marked`` to a node of kind ``mark``, so that it keeps its row and its day; marks link nobody. The
words are data: ``lexicon.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import polars as pl

from ringfinder.link.company_names import province_of_identity, province_of_text
from ringfinder.link.debtors import first_of
from ringfinder.link.same_people import People
from ringfinder.link.sheet import Sheet

__all__ = ["complaint_traits", "customer_traits", "link_adverts", "link_flags", "link_former_staff", "link_lawsuits",
           "mark_mandates"]  # fmt: skip

_EMPTY = {"index": pl.UInt32, "value": pl.String}


@cache
def _lexicon() -> Mapping[str, Mapping[str, str]]:
    """Section → code → regular expression."""
    text = (files("ringfinder.link") / "lexicon.toml").read_text(encoding="utf-8")
    return MappingProxyType({k: {c: f"(?i){r}" for c, r in v.items()} for k, v in tomllib.loads(text).items()})


def complaint_traits(sheet: Sheet) -> dict[str, pl.DataFrame]:
    """Attributes of the complaints of a table, each with ``index`` and one more column.

    ``demands`` (String): codes of what is asked for, in the lexicon's order, parted by blanks; ``law_terms`` (Int32):
    different rules and articles that the text quotes; ``law_order`` (String): these in the order of the text;
    ``category`` (String).
    """
    texts = _cells(sheet, "text")
    quoted = texts.select(
        "index",
        pl.col("value").str.extract_all(_lexicon()["texts"]["law"]).list.unique(maintain_order=True).alias("terms"),
    ).filter(pl.col("terms").list.len() > 0)
    return {
        "demands": _demands(pl.concat([_cells(sheet, "demand"), texts])),
        "law_terms": quoted.select("index", law_terms=pl.col("terms").list.len().cast(pl.Int32)),
        "law_order": quoted.select("index", law_order=pl.col("terms").list.join(" ")),
        "category": sheet.first("category", "text").select("index", category="value"),
    }


def customer_traits(sheet: Sheet, debtors: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Attributes of customers: ``customer`` (Boolean), ``province`` and ``born`` (Int32, year).

    The province is that of the home address, else that in which the identity number was given out.
    """
    ids = sheet.first("id_number", "identity").filter(pl.col("value").str.contains(r"^\d{17}[\dX]$"))
    homes = sheet.first("home_address", "address").select("index", province=province_of_text("value"))
    issued = ids.select("index", province=province_of_identity("value"))
    places = pl.concat([homes.drop_nulls(), issued.drop_nulls()]).unique("index", keep="first", maintain_order=True)
    return {
        "customer": debtors.select("index", customer=pl.lit(True)),
        "province": places,
        "born": ids.select("index", born=pl.col("value").str.slice(6, 4).cast(pl.Int32, strict=False)),
    }


def mark_mandates(sheet: Sheet, debtors: pl.DataFrame, dates: pl.DataFrame) -> None:
    """``marked``: debtor → what is odd about the power of attorney on this row (RF11).

    Its open-ended scope, its missing reference or original, that the principal knew nothing of it, where it was
    signed, and the signature's image.
    """
    words = _lexicon()["mandates"]
    scope = _matching(sheet.first("poa_scope", "text"), words["open_ended"], "poa open-ended")
    original = _matching(sheet.first("poa_original", "text"), words["no_original"], "poa no original")
    unaware = _matching(sheet.first("poa_callback", "text"), words["unaware"], "poa unaware")
    _mark(sheet, debtors, [scope, original, unaware, _without_reference(sheet)], dates)
    for field in ("poa_place", "poa_signature"):
        given = sheet.first(field, "text").select("index", value=field.replace("_", " ") + " " + pl.col("value"))
        _mark(sheet, debtors, [given], dates)


def link_flags(sheet: Sheet, people: People) -> None:
    """Flags of a reviewer: debtor → the indicator's code and, where several papers are of one hand, the group."""
    debtors = people.keys(sheet)
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    sheet.lose(every.join(debtors.select("index"), on="index", how="anti")["index"], "customer_id", "missing_key")
    flags = sheet.first("flag", "text").select("index", value=pl.col("value").str.to_uppercase().str.strip_chars())
    groups = sheet.first("group_id", "text").select("index", group="value")
    marks = flags.join(groups, on="index", how="left", maintain_order="left").select(
        "index", value="flag " + pl.col("value") + (" " + pl.col("group")).fill_null("")
    )
    _mark(sheet, debtors, [marks], sheet.dates("noted_on"))


def link_lawsuits(sheet: Sheet, people: People) -> None:
    """Lawsuits: debtor → each claim of the suit (RF17), and a mark for the suit itself."""
    debtors = people.keys(sheet)
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    sheet.lose(every.join(debtors.select("index"), on="index", how="anti")["index"], "customer_id", "missing_key")
    claims = _demands(_cells(sheet, "claims"))
    each = claims.with_columns(pl.col("demands").str.split(" ")).explode("demands")
    suits = every.select("index", value=pl.lit("suit"))
    _mark(sheet, debtors, [suits, each.select("index", value="claim " + pl.col("demands"))], sheet.dates("filed_on"))
    counsel = sheet.first("counsel", "name").select("index", "value")
    sheet.add_links(("debtor", debtors), "represented_by", ("agent", counsel), sheet.dates("filed_on"))


def link_adverts(sheet: Sheet) -> None:
    """Adverts: the phone that an advert names → where it was seen (RF23, RF34)."""
    phones = sheet.column("advert_phone", "phone")
    where = sheet.first("advert_channel", "text").select("index", pl.col("value").alias("channel"))
    marks = phones.select("index").unique(maintain_order=True).join(where, on="index", how="left")
    marks = marks.select("index", value="advert" + (" " + pl.col("channel")).fill_null(""))
    sheet.add_links(("phone", phones), "marked", ("mark", marks), sheet.dates("captured_on"))


def link_former_staff(sheet: Sheet) -> None:
    """People who left a collection agency or lender: their phone is marked, their identity number is an agent's."""
    phones, numbers = sheet.column("staff_phone", "phone"), sheet.first("staff_id", "identity")
    left = sheet.dates("left_on")
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    marks = every.select("index", value=pl.lit("former staff"))
    sheet.add_links(("phone", phones), "marked", ("mark", marks), left)
    sheet.add_links(("agent", numbers), "marked", ("mark", marks), left)


def _mark(sheet: Sheet, debtors: pl.DataFrame, marks: list[pl.DataFrame], dates: pl.DataFrame) -> None:
    sheet.add_links(("debtor", debtors), "marked", ("mark", pl.concat(marks)), dates)


def _matching(column: pl.DataFrame, pattern: str, mark: str) -> pl.DataFrame:
    return column.filter(pl.col("value").str.contains(pattern)).select("index", value=pl.lit(mark))


def _without_reference(sheet: Sheet) -> pl.DataFrame:
    """Rows that name a representative but no power of attorney, where the table has a column for it."""
    if not sheet.has("poa_id"):
        return pl.DataFrame(schema=_EMPTY)
    named = pl.concat(
        [
            first_of(sheet, ("agent_name",), "name"),
            first_of(sheet, ("agent_org",), "organisation"),
            sheet.first("agent_phone", "phone").select("index", "value"),
        ]
    ).unique("index", maintain_order=True)
    bare = named.join(_cells(sheet, "poa_id"), on="index", how="anti", maintain_order="left")
    return bare.select("index", value=pl.lit("poa no reference"))


def _demands(texts: pl.DataFrame) -> pl.DataFrame:
    """``index``, ``demands`` of texts (``index``, ``value``), those of one index together; without any left out."""
    lexicon = _lexicon()["demands"]
    found = texts.select("index", *(pl.col("value").str.contains(r).alias(c) for c, r in lexicon.items()))
    found = found.group_by("index", maintain_order=True).agg(pl.all().any())
    codes = [pl.when(pl.col(c)).then(pl.lit(c)) for c in lexicon]
    return found.select("index", demands=pl.concat_str(codes, separator=" ", ignore_nulls=True)).filter(
        pl.col("demands") != ""
    )


def _cells(sheet: Sheet, field: str) -> pl.DataFrame:
    """``index``, ``value`` of the cells of a field as written, the empty ones left out."""
    headers = sheet.mapping.headers_of(field)
    if not headers:
        return pl.DataFrame(schema=_EMPTY)
    cells = sheet.raw.cells[headers[0]]
    frame = pl.DataFrame({"index": pl.Series(range(len(cells)), dtype=pl.UInt32), "value": cells})
    return frame.drop_nulls().filter(pl.col("value").str.strip_chars() != "")
