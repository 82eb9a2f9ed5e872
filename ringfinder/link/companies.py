"""Companies: one key for one organisation, and the links of the organisation table.

A company's key is its unified social credit code; where a table has only the name, the name is looked up among all
(name, code) pairs of the input and stands in for the code when it is unique there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["CompanyRegister", "link_organisations"]

#: A law firm is told by its code (authority 3, type 1) or, without one, by its name's ending.
_LAW_FIRM_NAME = r"(律师事务所|律所|LLP|Solicitors|Law Firm)$"

#: Which columns of which tables hold a company's code and name.
_COLUMNS = {
    "organisations": ("uscc", "org_name"),
    "powers_of_attorney": ("uscc", "agent_org"),
    "complaints": ("uscc", "agent_org"),
}


@dataclass(frozen=True)
class CompanyRegister:
    """All (name, code) pairs of the input whose name has exactly one code: ``name``, ``code``, ``code_kind``."""

    names: pl.DataFrame

    @staticmethod
    def of(sheets: Iterable[Sheet]) -> CompanyRegister:
        """The register of these tables."""
        frames = []
        for sheet in sheets:
            if sheet.mapping.table not in _COLUMNS:
                continue
            code_field, name_field = _COLUMNS[sheet.mapping.table]
            codes = _codes(sheet, code_field)
            names = sheet.first(name_field, "name").select("index", pl.col("value").alias("name"))
            frames.append(codes.join(names, on="index").select("name", "code", "code_kind"))
        if not frames:
            schema = {"name": pl.String, "code": pl.String, "code_kind": pl.String}
            return CompanyRegister(pl.DataFrame(schema=schema))
        pairs = pl.concat(frames).unique().sort("name", "code")
        return CompanyRegister(pairs.filter(pl.col("code").n_unique().over("name") == 1).unique("name", keep="first"))

    def companies(self, sheet: Sheet, code_field: str, name_field: str) -> pl.DataFrame:
        """The company of each row: ``index``, ``value`` (key), ``kind`` (company or law_firm), ``label`` (name)."""
        codes = _codes(sheet, code_field)
        names = sheet.first(name_field, "name").select("index", pl.col("value").alias("name"))
        known = self.names.select("name", pl.col("code").alias("known"), pl.col("code_kind").alias("known_kind"))
        rows = names.join(codes, on="index", how="full", coalesce=True).join(known, on="name", how="left")
        law_firm = (pl.coalesce("code_kind", "known_kind") == "law_firm").fill_null(False) | pl.col(
            "name"
        ).str.contains(_LAW_FIRM_NAME).fill_null(False)
        return rows.select(
            "index",
            pl.coalesce("code", "known", "name").alias("value"),
            pl.when(law_firm).then(pl.lit("law_firm")).otherwise(pl.lit("company")).alias("kind"),
            pl.coalesce("name", "code").alias("label"),
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


def _codes(sheet: Sheet, field: str) -> pl.DataFrame:
    return sheet.first(field, "company_code").select(
        "index", pl.col("value").alias("code"), pl.col("kind").alias("code_kind")
    )
