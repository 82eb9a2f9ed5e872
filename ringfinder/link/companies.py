"""Companies: one key for one organisation, and the links of the organisation table.

A company's key is its unified social credit code; where a table has only the name, the name is looked up among all
(name, code) pairs of the input and stands in for the code when it is unique there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

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


@dataclass(frozen=True)
class CompanyRegister:
    """What all tables say about companies.

    ``names`` holds the (name, code) pairs whose name has exactly one code: ``name``, ``known``; ``law_firms`` the keys
    of law firms, so that one key is of one kind in every row.
    """

    names: pl.DataFrame
    law_firms: pl.Series

    @staticmethod
    def of(sheets: Iterable[Sheet]) -> CompanyRegister:
        """The register of these tables."""
        frames = [_rows(s, *_COLUMNS[s.mapping.table]) for s in sheets if s.mapping.table in _COLUMNS]
        rows = pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])
        pairs = rows.drop_nulls(["name", "code"]).select("name", pl.col("code").alias("known")).unique()
        names = pairs.filter(pl.len().over("name") == 1).sort("name")
        telling = pl.col("code_kind").is_not_null() & ~pl.col("code_kind").is_in(_SILENT_CODES)
        by_code = rows.filter(telling).select("code", "code_kind").unique()
        told = by_code["code"]
        keyed = rows.join(names, on="name", how="left").with_columns(pl.coalesce("code", "known", "name").alias("key"))
        by_name = keyed.filter(pl.col("name").str.contains(_LAW_FIRM_NAME) & ~pl.col("key").is_in(told.implode()))
        firms = [by_code.filter(pl.col("code_kind") == "law_firm")["code"], by_name["key"].alias("code")]
        return CompanyRegister(names, pl.concat(firms).unique().sort())

    def companies(self, sheet: Sheet, code_field: str, name_field: str) -> pl.DataFrame:
        """The company of each row: ``index``, ``value`` (key), ``kind`` (company or law_firm), ``label`` (name)."""
        named, usable = _names(sheet, name_field)
        sheet.lose(named.filter(~usable)["index"], name_field, "placeholder", whole=False)
        rows = _rows(sheet, code_field, name_field).join(self.names, on="name", how="left")
        rows = rows.with_columns(pl.coalesce("code", "known", "name").alias("value"))
        law_firm = pl.col("value").is_in(self.law_firms.implode())
        return rows.select(
            "index",
            "value",
            pl.when(law_firm).then(pl.lit("law_firm")).otherwise(pl.lit("company")).alias("kind"),
            # without a name the key is the label; a code as label would stand before the name that another row gives
            pl.when(pl.col("name") != pl.col("value")).then("name").alias("label"),
        ).sort("index")


def link_organisations(sheet: Sheet, register: CompanyRegister) -> None:
    """Organisations: the company node, its registered phone and address, its legal representative and controller.

    Representatives are known by name only, so these links are kept for display and guarded (a name never links).
    """
    companies = register.companies(sheet, "uscc", "org_name")
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


def _names(sheet: Sheet, field: str) -> tuple[pl.DataFrame, pl.Series]:
    """The organisations' names of a column as written, and which of them name one (``某公司`` does not).

    A power of attorney without a column for the agency may name it in the agent's: there the words tell.
    """
    names = sheet.first(field, "organisation")
    if field == "agent_org" and not sheet.has(field) and sheet.has("agent_name"):
        names = sheet.first("agent_name", "organisation").filter(pl.col("value").str.contains(_ORGANISATION_NAME))
    said = normalise_column("employer", names["value"]).unique("index", keep="first", maintain_order=True)
    return names, said["quality"].is_in(LINKING)
