"""Links of the tables about people: customers, complaints, powers of attorney, mail, payments and calls."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ringfinder.link.companies import CompanyRegister
from ringfinder.link.sheet import Sheet

__all__ = ["link_calls", "link_complaints", "link_customers", "link_mail", "link_payments", "link_powers"]

#: Phone fields of a customer table -> the relation that they mean.
_CUSTOMER_PHONES = {
    "mobile": "uses_phone",
    "phone_on_record": "uses_record_phone",
    "home_phone": "uses_home_phone",
    "work_phone": "uses_work_phone",
}


def debtor_keys(
    sheet: Sheet, names: Sequence[str] = ("name",), phones: Sequence[str] = ("mobile", "phone_on_record")
) -> pl.DataFrame:
    """The debtor of each row as ``index``, ``value``: customer number, else identity number, else name and phone.

    Names never link by themselves, so a name counts only together with a phone; each is the first
    that the fields ``names`` and ``phones`` give. Rows without any of these are left out; the caller records them.
    """
    keys = _apart(sheet, sheet.first("customer_id", "text").select("index", "value"), names)
    if sheet.has("id_number"):
        numbers = sheet.first("id_number", "identity").select("index", ("id " + pl.col("value")).alias("value"))
        keys = pl.concat([keys, numbers.join(keys, on="index", how="anti")])
    named = _first_of(sheet, names, "name").join(_first_of(sheet, phones, "phone"), on="index", suffix="_phone")
    named = named.select("index", (pl.col("value") + " " + pl.col("value_phone")).alias("value"))
    return pl.concat([keys, named.join(keys, on="index", how="anti")]).sort("index")


def _apart(sheet: Sheet, keys: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """``keys`` with what tells people of one customer number apart: their name or lender, else the file."""
    if sheet.shared_numbers.is_empty() or keys.is_empty():
        return keys
    lenders = sheet.first("lender", "text").select("index", pl.col("value").alias("lender"))
    table = (
        keys.join(sheet.shared_numbers, on="value", how="left", maintain_order="left")
        .join(_first_of(sheet, names, "name"), on="index", how="left", suffix="_name", maintain_order="left")
        .join(lenders, on="index", how="left", maintain_order="left")
    )
    mark = pl.when(pl.col("by") == "name").then(pl.col("value_name")).otherwise(pl.col("lender"))
    apart = pl.col("value") + " / " + pl.coalesce(mark, pl.lit(sheet.raw.file))
    return table.select("index", pl.when(pl.col("by").is_null()).then(pl.col("value")).otherwise(apart).alias("value"))


def _first_of(sheet: Sheet, fields: Sequence[str], rule: str) -> pl.DataFrame:
    """``index``, ``value`` of each row's first usable value among several fields."""
    found = [sheet.first(field, rule).select("index", "value") for field in fields]
    return pl.concat(found).unique("index", keep="first", maintain_order=True)


def link_customers(sheet: Sheet) -> None:
    """Customers: the debtor node, own/record/home/work phones, home address, employer, lender, collection agency."""
    debtors = debtor_keys(sheet)
    _lose_keyless(sheet, debtors, "customer_id")
    sheet.add_nodes(
        "debtor",
        debtors,
        sheet.first("name", "name"),
        id_number=sheet.first("id_number", "identity"),
        overdue_days=sheet.first("overdue_days", "money").with_columns(pl.col("value").cast(pl.Float64, strict=False)),
        overdue_amount=sheet.first("overdue_amount", "money").with_columns(
            pl.col("value").cast(pl.Float64, strict=False)
        ),
    )
    for field, relation in _CUSTOMER_PHONES.items():
        phones = sheet.column(field, "phone")
        sheet.add_links(("debtor", debtors), relation, ("phone", phones))
        _exclude_public(sheet, field, debtors)
        if field == "work_phone":
            sheet.exclude(phones.filter(pl.col("kind") == "landline"), "phone", "work phone", debtors)
    sheet.add_links(("debtor", debtors), "lives_at", ("address", sheet.first("home_address", "address")))
    sheet.add_links(("debtor", debtors), "works_at", ("employer", sheet.first("employer", "employer")))
    sheet.add_links(("debtor", debtors), "borrowed_from", ("lender", sheet.first("lender", "text")))
    sheet.add_links(("debtor", debtors), "assigned_to", ("collection_agency", sheet.first("collection_agency", "text")))


def link_complaints(sheet: Sheet, register: CompanyRegister) -> None:
    """Complaints: who filed, from which phone, through which channel, about whom, and a named representative."""
    debtors = debtor_keys(sheet, ("complainant", "name"), ("mobile", "phone_on_record", "caller_phone"))
    _lose_keyless(sheet, debtors, "customer_id")
    complaints = _events(sheet, debtors, "complaint_id")
    dates = sheet.dates("complaint_date")
    sheet.add_nodes(
        "complaint",
        complaints,
        complaints.select("index", "value"),
        channel=sheet.first("channel", "text"),
        result=sheet.first("result", "text"),
        text=_raw_text(sheet),
    )
    sheet.add_nodes(
        "debtor",
        debtors,
        _first_of(sheet, ("complainant", "name"), "name"),
        id_number=sheet.first("id_number", "identity"),
    )
    sheet.add_links(("debtor", debtors), "filed", ("complaint", complaints), dates)
    sheet.add_links(
        ("complaint", complaints), "complained_from", ("phone", sheet.column("caller_phone", "phone")), dates
    )
    _exclude_public(sheet, "caller_phone", debtors)
    if sheet.has("mobile"):
        sheet.add_links(("debtor", debtors), "uses_phone", ("phone", sheet.column("mobile", "phone")))
        _exclude_public(sheet, "mobile", debtors)
    sheet.add_links(("complaint", complaints), "via", ("channel", sheet.first("channel", "text")), dates)
    sheet.add_links(("complaint", complaints), "about", ("lender", sheet.first("against", "text")), dates)
    signed = sheet.dates("poa_signed_on")
    _represent(sheet, debtors, register, signed if not signed.is_empty() else dates)


def link_powers(sheet: Sheet, register: CompanyRegister) -> None:
    """Powers of attorney: the debtor is represented by an agent, a company and the agent's phone."""
    debtors = debtor_keys(sheet, ("principal", "name"))
    _lose_keyless(sheet, debtors, "customer_id")
    sheet.add_nodes(
        "debtor",
        debtors,
        _first_of(sheet, ("principal", "name"), "name"),
        id_number=sheet.first("id_number", "identity"),
    )
    _represent(sheet, debtors, register, sheet.dates("poa_signed_on"))


def link_mail(sheet: Sheet) -> None:
    """Mail: the debtor's letter, the phone and the address that it was sent from."""
    told = any(sheet.has(field) for field in ("customer_id", "id_number", "name"))
    debtors = debtor_keys(sheet) if told else debtor_keys(sheet, ("sender",), ("sender_phone",))
    _lose_keyless(sheet, debtors, "customer_id")
    items = _events(sheet, debtors, "tracking_no")
    dates = sheet.dates("posted_on")
    sheet.add_links(("debtor", debtors), "posted", ("mail_item", items), dates)
    sheet.add_links(("mail_item", items), "sent_by", ("phone", sheet.column("sender_phone", "phone")), dates)
    _exclude_public(sheet, "sender_phone", debtors)
    sheet.add_links(("mail_item", items), "posted_from", ("address", sheet.first("sender_address", "address")), dates)


def link_payments(sheet: Sheet) -> None:
    """Payments: the debtor paid a payee account; the holder's name is the account's label, never a link."""
    debtors = debtor_keys(sheet)
    accounts = sheet.first("payee_account", "account").select("index", "value")
    _lose_keyless(sheet, debtors.join(accounts, on="index", how="semi"), "payee_account")
    sheet.add_nodes("payee_account", accounts, sheet.first("payee", "name"))
    sheet.add_links(("debtor", debtors), "paid", ("payee_account", accounts), sheet.dates("paid_on"))


def link_calls(sheet: Sheet) -> None:
    """Calls: one phone called another."""
    callers, called = sheet.first("from_phone", "phone"), sheet.first("to_phone", "phone")
    _exclude_public(sheet, "from_phone", called)
    _exclude_public(sheet, "to_phone", callers)
    same = callers.join(called, on=["index", "value"], how="semi").select("index")
    sheet.lose(same["index"], "from_phone", "self_link")
    callers = callers.join(same, on="index", how="anti")
    sheet.add_links(("phone", callers), "called", ("phone", called), sheet.dates("start"))


def _represent(sheet: Sheet, debtors: pl.DataFrame, register: CompanyRegister, dates: pl.DataFrame) -> None:
    """``represented_by`` links to company, agent and agent phone, and how these belong together."""
    companies = register.companies(sheet, "uscc", "agent_org").join(debtors, on="index", how="semi")
    phones = sheet.column("agent_phone", "phone").join(debtors, on="index", how="semi")
    agents = _agents(sheet, companies)
    kind = pl.col("kind")
    sheet.add_nodes(kind, companies, companies.select("index", "label"))
    sheet.add_nodes("agent", agents, agents.select("index", "label"))
    sheet.add_links(("debtor", debtors), "represented_by", (kind, companies), dates)
    sheet.add_links(("debtor", debtors), "represented_by", ("agent", agents), dates)
    sheet.add_links(("debtor", debtors), "represented_by", ("phone", phones), dates)
    _exclude_public(sheet, "agent_phone", debtors)
    sheet.add_links((kind, companies), "reached_at", ("phone", sheet.column("org_phone", "phone")), dates)
    _exclude_public(sheet, "org_phone", companies)
    sheet.add_links(("agent", agents), "works_for", (kind, companies), dates)
    sheet.add_links(("agent", agents), "reached_at", ("phone", phones), dates)


def _agents(sheet: Sheet, companies: pl.DataFrame) -> pl.DataFrame:
    """Agent keys: identity number, else the name within the agent's phone or company (a name alone never links).

    Where the power of attorney names a company in the agent's column, that is no second node.
    """
    numbers = sheet.first("agent_id", "identity").select("index", "value")
    names = sheet.first("agent_name", "name").select("index", pl.col("value").alias("label"))
    phones = sheet.first("agent_phone", "phone").select("index", pl.col("value").alias("phone"))
    named = (
        names.join(phones, on="index", how="left")
        .join(
            companies.select("index", pl.col("value").alias("company"), pl.col("label").alias("org")),
            "index",
            "left",
        )
        .filter((pl.col("label") != pl.coalesce("org", "company")).fill_null(True))
        .with_columns((pl.col("label") + " @ " + pl.coalesce("phone", "company")).alias("value"))
    )
    by_id = numbers.join(names, on="index", how="left")
    by_name = named.filter(pl.col("value").is_not_null()).join(numbers, on="index", how="anti")
    return pl.concat([by_id.select("index", "value", "label"), by_name.select("index", "value", "label")]).sort("index")


def _events(sheet: Sheet, debtors: pl.DataFrame, field: str) -> pl.DataFrame:
    """The complaint or mail item of each debtor's row: its number, else its place in the input (``file:row``)."""
    numbers = sheet.first(field, "text").select("index", "value")
    bare = debtors.select("index").join(numbers, on="index", how="anti")
    place = pl.lit(f"{sheet.raw.file}:") + sheet.rows(bare["index"]).cast(pl.String)
    events = pl.concat([numbers, bare.with_columns(place.alias("value"))])
    return events.join(debtors.select("index"), on="index", how="semi").sort("index")


def _raw_text(sheet: Sheet) -> pl.DataFrame:
    """Complaint text as written, for the template stage; it is never written to a masked run."""
    headers = sheet.mapping.headers_of("text")
    if not headers:
        return pl.DataFrame(schema={"index": pl.UInt32, "value": pl.String})
    cells = sheet.raw.cells[headers[0]]
    return pl.DataFrame({"index": pl.Series(range(len(cells)), dtype=pl.UInt32), "value": cells}).drop_nulls()


def _exclude_public(sheet: Sheet, field: str, who: pl.DataFrame) -> None:
    sheet.exclude(sheet.public_phones(field), "phone", pl.col("reason"), who)


def _lose_keyless(sheet: Sheet, keys: pl.DataFrame, column: str) -> None:
    every = pl.DataFrame({"index": pl.Series(range(sheet.height), dtype=pl.UInt32)})
    sheet.lose(every.join(keys.select("index"), on="index", how="anti")["index"], column, "missing_key")
