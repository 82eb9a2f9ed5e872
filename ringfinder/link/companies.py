"""Companies: one key for one organisation, and the links of the organisation table.

A company's key is its unified social credit code, else its name; :mod:`ringfinder.link.same_companies` finds out which
of them are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ringfinder.link.company_names import province_of_text
from ringfinder.link.link_companies import company_rows, company_signs
from ringfinder.link.same import SameSettings
from ringfinder.link.same_companies import ROWS, SIGNS, join_companies
from ringfinder.link.sheet import Sheet
from ringfinder.normalise import LINKING, normalise_column

__all__ = ["CompanyRegister", "link_organisations"]

#: A law firm is told by its code (authority 3, type 1) or, where the code does not tell, by its name's ending.
_LAW_FIRM_NAME = r"(?i)(?:律师事务所|律所)(?:[^公司]{0,12}分所)?(?:\([^)]*\))?$|\b(?:LLP|Solicitors|Law Firm)\.?$"

#: Words that make a name an organisation's and no person's.
_ORGANISATION_NAME = (
    r"(?i)公司|事务所|律所|中心|协会|商行|工作室|经营部|咨询|集团|\b(?:Ltd|LLP|Inc|LLC|Limited|Company)\b"
)

#: Kinds of codes that do not tell what the organisation is.
_SILENT_CODES = ("other", "text")

#: Which columns of which tables hold a company's code and name.
_COLUMNS = {
    "organisations": ("uscc", "org_name"),
    "powers_of_attorney": ("uscc", "agent_org"),
    "complaints": ("uscc", "agent_org"),
}

_SCHEMA = {"index": pl.UInt32, "name": pl.String, "code": pl.String, "code_kind": pl.String}


@dataclass(frozen=True, eq=False)
class CompanyRegister:
    """What all tables say about companies.

    ``rows`` gives each table's ``index``, ``name``, ``value`` (the company's key) and ``code_kind``; ``law_firms`` the
    keys of law firms, so that one key is of one kind in every row; ``decisions`` has the schema of
    :data:`ringfinder.link.same.DECISIONS`; ``known`` are all keys before joining.
    """

    rows: Mapping[Sheet, pl.DataFrame]
    law_firms: pl.Series
    decisions: pl.DataFrame
    known: pl.Series

    @staticmethod
    def of(
        sheets: Sequence[Sheet], settings: SameSettings, same: pl.DataFrame, different: pl.DataFrame
    ) -> CompanyRegister:
        """The register of these tables; ``same`` and ``different`` are the user's pairs of keys.

        Link tables must have their links already.
        """
        mine = [s for s in sheets if s.mapping.table in _COLUMNS]
        frames = [_placed(n, s, _rows(s, *_COLUMNS[s.mapping.table])) for n, s in enumerate(mine)]
        signs = [_signs(n, s) for n, s in enumerate(mine)]
        pairs = [s for s in sheets if s.mapping.table == "links"]
        frames += [company_rows(n, s) for n, s in enumerate(pairs, start=len(mine))]
        signs += [company_signs(n, s) for n, s in enumerate(pairs, start=len(mine))]
        found = join_companies(
            pl.concat([pl.DataFrame(schema=ROWS), *frames]),
            pl.concat([pl.DataFrame(schema=SIGNS), *signs]),
            settings,
            same,
            different,
        )
        rows = found.rows
        telling = pl.col("code_kind").is_not_null() & ~pl.col("code_kind").is_in(_SILENT_CODES)
        by_code = rows.filter(telling).select("value", "code_kind").unique()
        told = by_code["value"]
        by_name = rows.filter(pl.col("name").str.contains(_LAW_FIRM_NAME) & ~pl.col("value").is_in(told.implode()))
        firms = pl.concat([by_code.filter(pl.col("code_kind") == "law_firm")["value"], by_name["value"]])
        each = {s: rows.filter(pl.col("sheet") == n).drop("sheet") for n, s in enumerate([*mine, *pairs])}
        firms = firms.unique().sort()
        return CompanyRegister(each, firms, _with_kinds(found.decisions, firms), found.known)

    def companies(self, sheet: Sheet, name_field: str) -> pl.DataFrame:
        """The company of each row: ``index``, ``value`` (key), ``kind`` (company or law_firm), ``label`` (name)."""
        named, usable = _names(sheet, name_field)
        sheet.lose(named.filter(~usable)["index"], name_field, "placeholder", whole=False)
        law_firm = pl.col("value").is_in(self.law_firms.implode())
        return (
            self.rows[sheet]
            .select(
                "index",
                "value",
                pl.when(law_firm).then(pl.lit("law_firm")).otherwise(pl.lit("company")).alias("kind"),
                # without a name the key is the label; a code as label would stand before the name of another row
                pl.when(pl.col("name") != pl.col("value")).then("name").alias("label"),
            )
            .sort("index")
        )


def link_organisations(sheet: Sheet, register: CompanyRegister) -> None:
    """Organisations: the company node, its registered phone and address, its legal representative and controller.

    Representatives are known by name only, so these links are kept for display and guarded (a name never links).
    """
    companies = register.companies(sheet, "org_name")
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    sheet.lose(every.join(companies.select("index"), on="index", how="anti")["index"], "org_name", "missing_key")
    kind = pl.col("kind")
    registered = sheet.dates("registered_on")
    sheet.add_nodes(
        kind,
        companies,
        companies.select("index", "label"),
        registered_on=registered.select("index", pl.col("date").cast(pl.String)),
        status=sheet.first("status", "text"),
    )
    sheet.add_links((kind, companies), "reached_at", ("phone", sheet.column("org_phone", "phone")), registered)
    sheet.exclude(sheet.public_phones("org_phone"), "phone", pl.col("reason"), companies)
    sheet.add_links((kind, companies), "registered_at", ("address", sheet.first("org_address", "address")), registered)
    sheet.add_links(("person", sheet.first("legal_rep", "name")), "legal_rep_of", (kind, companies), registered)
    sheet.add_links(("person", sheet.first("controller", "name")), "controls", (kind, companies), registered)


def _rows(sheet: Sheet, code_field: str, name_field: str) -> pl.DataFrame:
    """What each row says about a company: ``index``, ``name``, ``code``, ``code_kind``, at least one of them known."""
    codes = sheet.first(code_field, "company_code").select("index", code="value", code_kind="kind")
    named, usable = _names(sheet, name_field)
    names = named.filter(usable).select("index", name="value")
    return names.join(codes, on="index", how="full", coalesce=True).select(list(_SCHEMA))


def _with_kinds(decisions: pl.DataFrame, law_firms: pl.Series) -> pl.DataFrame:
    """``decisions`` with the kind that the keys have in the graph."""
    firm = pl.col("left").is_in(law_firms.implode()) | pl.col("right").is_in(law_firms.implode())
    return decisions.with_columns(pl.when(firm).then(pl.lit("law_firm")).otherwise("kind").alias("kind"))


def _placed(n: int, sheet: Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with table, file, row and the province that the registered address begins with."""
    rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("region"))
    if sheet.mapping.table == "organisations":
        address = sheet.first("org_address", "address").select("index", address="value")
        rows = rows.join(address, on="index", how="left", maintain_order="left")
        rows = rows.with_columns(province_of_text("address").alias("region")).drop("address")
    place = (pl.lit(n).alias("sheet"), pl.lit(sheet.raw.file).alias("file"), sheet.rows(rows["index"]).alias("row"))
    return rows.with_columns(*place).select(list(ROWS)).cast(ROWS)


def _signs(n: int, sheet: Sheet) -> pl.DataFrame:
    """The phones and legal representatives of the table's companies."""
    phones = sheet.column("org_phone", "phone").select("index", "value", sign=pl.lit("phone"))
    parts = [phones]
    if sheet.mapping.table == "organisations":
        parts.append(sheet.first("legal_rep", "name").select("index", "value", sign=pl.lit("representative")))
    return pl.concat(parts).select(sheet=pl.lit(n), index="index", sign="sign", value="value").cast(SIGNS)


def _names(sheet: Sheet, field: str) -> tuple[pl.DataFrame, pl.Series]:
    """The organisations' names of a column as written, and which of them name one (``某公司`` does not).

    A power of attorney without a column for the agency may name it in the agent's: there the words tell.
    """
    names = sheet.first(field, "organisation")
    if field == "agent_org" and not sheet.has(field) and sheet.has("agent_name"):
        names = sheet.first("agent_name", "organisation").filter(pl.col("value").str.contains(_ORGANISATION_NAME))
    said = normalise_column("employer", names["value"]).unique("index", keep="first", maintain_order=True)
    return names, said["quality"].is_in(LINKING)
