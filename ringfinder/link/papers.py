"""Links of the smaller tables about debtors: proofs handed in, sessions and their devices, changed phones of record."""

from __future__ import annotations

import polars as pl

from ringfinder.link.same_people import People
from ringfinder.link.sheet import Sheet

__all__ = ["link_documents", "link_phone_changes", "link_sessions"]

#: The issuer says that it never wrote the paper (RF13). A bare "not verified" is no denial.
_DENIED = r"(?i)否认|不属实|查无|伪造|虚假|假证|不实|未出具|issuer.?denies|denied|forged|fake"


def link_documents(sheet: Sheet, people: People) -> None:
    """Proofs: debtor → document, by type and issuer, and by number where there is one.

    One number on two debtors is one paper used twice. A type and issuer that several debtors share may be one big
    hospital (RF12). Papers that the issuer denied are nodes of their own (``verification`` is ``denied``).
    """
    debtors = _debtors(sheet, people)
    dates = sheet.dates("submitted_on")
    said = sheet.first("verified", "text").select("index", "value")
    denied = said.filter(pl.col("value").str.contains(_DENIED)).select("index", verification=pl.lit("denied"))
    for every in _papers(sheet):
        # a paper of nobody would be a node without a link, and its row would pass for used
        papers = every.join(debtors.select("index"), on="index", how="semi", maintain_order="left")
        # what an issuer denies is no paper of his: it must not stain the honest ones that bear his name
        forged = pl.col("index").is_in(denied["index"].implode())
        keys = papers.with_columns(value=pl.when(forged).then(pl.col("value") + " denied").otherwise("value"))
        sheet.add_nodes("document", keys, keys, verification=denied)
        sheet.add_links(("debtor", debtors), "submitted", ("document", keys), dates)


def link_sessions(sheet: Sheet, people: People) -> None:
    """Sessions: debtor → device, or complaint → device where the row tells no debtor.

    Addresses on the internet are shared by whole towns and are not linked.
    """
    debtors, devices, dates = people.keys(sheet), sheet.first("device", "text"), sheet.dates("start")
    complaints = sheet.first("complaint_id", "text").join(debtors, on="index", how="anti", maintain_order="left")
    _lose_keyless(sheet, pl.concat([debtors.select("index"), complaints.select("index")]))
    sheet.add_links(("debtor", debtors), "uses_device", ("device", devices), dates)
    sheet.add_links(("complaint", complaints), "uses_device", ("device", devices), dates)


def link_phone_changes(sheet: Sheet, people: People) -> None:
    """Changes of the phone of record: debtor → the new phone, on the day of the change (RF22). The old one is past."""
    debtors, phones = _debtors(sheet, people), sheet.column("new_phone", "phone")
    sheet.add_links(("debtor", debtors), "uses_record_phone", ("phone", phones), sheet.dates("changed_on"))
    sheet.exclude(sheet.public_phones("new_phone"), "phone", pl.col("reason"), debtors)


def _debtors(sheet: Sheet, people: People) -> pl.DataFrame:
    """The debtor of each row; rows without one are recorded as lost."""
    debtors = people.keys(sheet)
    _lose_keyless(sheet, debtors)
    return debtors


def _lose_keyless(sheet: Sheet, keys: pl.DataFrame) -> None:
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    sheet.lose(every.join(keys.select("index"), on="index", how="anti")["index"], "customer_id", "missing_key")


def _papers(sheet: Sheet) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Document keys of the rows (``index``, ``value``): by type and issuer; by type, issuer and number."""
    kinds = sheet.first("doc_type", "text").select("index", pl.col("value").alias("type"))
    issuers = sheet.first("issuer", "text").select("index", pl.col("value").alias("issuer"))
    numbers = sheet.first("doc_no", "text").select("index", pl.col("value").alias("number"))
    issuer = pl.col("type").fill_null("paper") + (" (" + pl.col("issuer") + ")").fill_null("")
    table = kinds.join(issuers, on="index", how="full", coalesce=True).join(
        numbers, on="index", how="left", maintain_order="left"
    )
    by_issuer = table.drop_nulls("issuer").select("index", value=issuer).sort("index")
    by_number = table.drop_nulls("number").select("index", value=issuer + " no. " + pl.col("number")).sort("index")
    return by_issuer, by_number
