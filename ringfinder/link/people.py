"""Links of the tables about people: customers, complaints, powers of attorney, mail, payments and calls."""

from __future__ import annotations

import polars as pl

from ringfinder.link.attachments import link_attachments, link_device
from ringfinder.link.companies import CompanyRegister
from ringfinder.link.debtors import first_of
from ringfinder.link.fees import fee_traits
from ringfinder.link.readings import read_complaints, read_customers, read_payments
from ringfinder.link.said import said_traits
from ringfinder.link.same_people import People
from ringfinder.link.sheet import Sheet
from ringfinder.link.traits import complaint_traits, customer_traits, mark_mandates

__all__ = ["link_calls", "link_complaints", "link_customers", "link_mail", "link_payments", "link_powers"]

#: Phone fields of a customer table -> the relation that they mean.
_CUSTOMER_PHONES = {
    "mobile": "uses_phone",
    "phone_on_record": "uses_record_phone",
    "home_phone": "uses_home_phone",
    "work_phone": "uses_work_phone",
}

#: Calls are allowed from 08:00 until before 22:00 (GB/T 45251-2025).
_MORNING, _NIGHT = "08:00:00", "21:59:59"


def link_customers(sheet: Sheet, people: People) -> None:
    """Customers: the debtor node, own/record/home/work phones, home address, employer, lender, collection agency."""
    debtors = people.keys(sheet)
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
        **customer_traits(sheet, debtors),
    )
    read_customers(sheet, debtors)
    for field, relation in _CUSTOMER_PHONES.items():
        phones = sheet.column(field, "phone")
        changed = sheet.dates("record_changed_on") if field == "phone_on_record" else None
        sheet.add_links(("debtor", debtors), relation, ("phone", phones), changed)
        _exclude_public(sheet, field, debtors)
        if field == "work_phone":
            sheet.exclude(phones.filter(pl.col("kind") == "landline"), "phone", "work phone", debtors)
    sheet.add_links(("debtor", debtors), "lives_at", ("address", sheet.first("home_address", "address")))
    sheet.add_links(("debtor", debtors), "works_at", ("employer", sheet.first("employer", "employer")))
    sheet.add_links(("debtor", debtors), "borrowed_from", ("lender", sheet.first("lender", "text")))
    sheet.add_links(("debtor", debtors), "assigned_to", ("collection_agency", sheet.first("collection_agency", "text")))


def link_complaints(sheet: Sheet, people: People, register: CompanyRegister) -> None:
    """Complaints: who filed, from which phone, through which channel, about whom, and a named representative."""
    debtors = people.keys(sheet)
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
        caller_relation=sheet.first("caller_relation", "text"),
        **said_traits(sheet),
        **complaint_traits(sheet),
    )
    sheet.add_nodes(
        "debtor",
        debtors,
        first_of(sheet, ("complainant", "name"), "name"),
        id_number=sheet.first("id_number", "identity"),
    )
    sheet.add_links(("debtor", debtors), "filed", ("complaint", complaints), dates)
    read_complaints(sheet, debtors)
    sheet.add_links(
        ("complaint", complaints), "complained_from", ("phone", sheet.column("caller_phone", "phone")), dates
    )
    _exclude_public(sheet, "caller_phone", debtors)
    if sheet.has("mobile"):
        sheet.add_links(("debtor", debtors), "uses_phone", ("phone", sheet.column("mobile", "phone")))
        _exclude_public(sheet, "mobile", debtors)
    link_device(sheet, complaints, dates)
    link_attachments(sheet, complaints, dates)
    sheet.add_links(("complaint", complaints), "via", ("channel", sheet.first("channel", "text")), dates)
    sheet.add_links(("complaint", complaints), "about", ("lender", sheet.first("against", "text")), dates)
    signed = sheet.dates("poa_signed_on")
    _represent(sheet, debtors, register, signed if not signed.is_empty() else dates)


def link_powers(sheet: Sheet, people: People, register: CompanyRegister) -> None:
    """Powers of attorney: the debtor is represented by an agent, a company and the agent's phone."""
    debtors = people.keys(sheet)
    _lose_keyless(sheet, debtors, "customer_id")
    sheet.add_nodes(
        "debtor",
        debtors,
        first_of(sheet, ("principal", "name"), "name"),
        id_number=sheet.first("id_number", "identity"),
    )
    _represent(sheet, debtors, register, sheet.dates("poa_signed_on"))


def link_mail(sheet: Sheet, people: People) -> None:
    """Mail: the debtor's letter, the phone and the address that it was sent from."""
    debtors = people.keys(sheet)
    _lose_keyless(sheet, debtors, "customer_id")
    items = _events(sheet, debtors, "tracking_no")
    dates = sheet.dates("posted_on")
    sheet.add_links(("debtor", debtors), "posted", ("mail_item", items), dates)
    sheet.add_links(("mail_item", items), "sent_by", ("phone", sheet.column("sender_phone", "phone")), dates)
    _exclude_public(sheet, "sender_phone", debtors)
    sheet.add_links(("mail_item", items), "posted_from", ("address", sheet.first("sender_address", "address")), dates)


def link_payments(sheet: Sheet, people: People) -> None:
    """Payments: the debtor paid a payee account; the holder's name is the account's label, never a link."""
    debtors = people.keys(sheet)
    accounts = sheet.first("payee_account", "account").select("index", "value")
    _lose_keyless(sheet, debtors.join(accounts, on="index", how="semi"), "payee_account")
    accounts = accounts.join(debtors.select("index"), on="index", how="semi", maintain_order="left")
    sheet.add_nodes("payee_account", accounts, sheet.first("payee", "name"), **fee_traits(sheet, debtors, accounts))
    sheet.add_links(("debtor", debtors), "paid", ("payee_account", accounts), sheet.dates("paid_on"))
    read_payments(sheet, debtors)


def link_calls(sheet: Sheet) -> None:
    """Calls: one phone called another."""
    callers, called = sheet.first("from_phone", "phone"), sheet.first("to_phone", "phone")
    _exclude_public(sheet, "from_phone", called)
    _exclude_public(sheet, "to_phone", callers)
    same = callers.join(called, on=["index", "value"], how="semi").select("index")
    sheet.lose(same["index"], "from_phone", "self_link")
    callers = callers.join(same, on="index", how="anti")
    dates = sheet.dates("start")
    sheet.add_links(("phone", callers), "called", ("phone", called), dates)
    # the graph knows days only: that a call came at night is a link of its own
    told = sheet.first("start", "date").filter(pl.col("extra").str.len_chars() > 0)
    night = told.filter(~pl.col("extra").is_between(pl.lit(_MORNING), pl.lit(_NIGHT))).select("index")
    at_night = callers.join(night, on="index", how="semi", maintain_order="left")
    sheet.add_links(("phone", at_night), "called_at_night", ("phone", called), dates)
    # a lender's hotline is no node, but that it called at night speaks for the debtor (M03)
    hotline = sheet.public_phones("from_phone").filter(pl.col("reason") != "placeholder").select("index")
    disturbed = called.join(hotline, on="index", how="semi").join(night, on="index", how="semi", maintain_order="left")
    marks = disturbed.select("index", value=pl.lit("hotline_at_night"))
    sheet.add_links(("phone", disturbed), "marked", ("mark", marks), dates)


def _represent(sheet: Sheet, debtors: pl.DataFrame, register: CompanyRegister, dates: pl.DataFrame) -> None:
    """``represented_by`` links to company, agent and agent phone, and how these belong together."""
    companies = register.companies(sheet, "agent_org").join(debtors, on="index", how="semi")
    phones = sheet.column("agent_phone", "phone").join(debtors, on="index", how="semi")
    agents = _agents(sheet, companies)
    kind = pl.col("kind")
    sheet.add_nodes(kind, companies, companies.select("index", "label"))
    sheet.add_nodes("agent", agents, agents.select("index", "label"))
    sheet.add_links(("debtor", debtors), "represented_by", (kind, companies), dates)
    sheet.add_links(("debtor", debtors), "represented_by", ("agent", agents), dates)
    sheet.add_links(("debtor", debtors), "represented_by", ("phone", phones), dates)
    ends = sheet.dates("valid_to")
    ending = debtors.join(ends.drop_nulls(), on="index", how="semi", maintain_order="left")
    for end in ((kind, companies), ("agent", agents), ("phone", phones)):
        sheet.add_links(("debtor", ending), "represented_until", end, ends)
    mark_mandates(sheet, debtors, dates)
    _exclude_public(sheet, "agent_phone", debtors)
    sheet.add_links((kind, companies), "reached_at", ("phone", sheet.column("org_phone", "phone")), dates)
    _exclude_public(sheet, "org_phone", companies)
    sheet.add_links(("agent", agents), "works_for", (kind, companies), dates)
    sheet.add_links(("agent", agents), "reached_at", ("phone", phones), dates)


def _agents(sheet: Sheet, companies: pl.DataFrame) -> pl.DataFrame:
    """Agent keys: identity number, else the name within the agent's phone or company (a name alone never links).

    On a row without the phone he goes by the phone that other rows give to that name in that company, if it is one.
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
    )
    bare = named.join(numbers, on="index", how="anti")
    one = bare.group_by("label", "company").agg(pl.col("phone").drop_nulls().unique().alias("phones"))
    one = one.filter(pl.col("phones").list.len() == 1).with_columns(only=pl.col("phones").list.first())
    by_name = bare.join(one.drop("phones"), on=["label", "company"], how="left", maintain_order="left").with_columns(
        (pl.col("label") + " @ " + pl.coalesce("phone", "only", "company")).alias("value")
    )
    by_id = numbers.join(names, on="index", how="left")
    by_name = by_name.filter(pl.col("value").is_not_null())
    return pl.concat([by_id.select("index", "value", "label"), by_name.select("index", "value", "label")]).sort("index")


def _events(sheet: Sheet, debtors: pl.DataFrame, field: str) -> pl.DataFrame:
    """The complaint or mail item of each debtor's row: its number, else its place in the input (``file:row``).

    A number that one file gives to several people counts anew for each: lists that were glued together all begin at 1.
    """
    numbers = sheet.first(field, "text").select("index", "value")
    owned = numbers.join(debtors.select("index", pl.col("value").alias("who")), on="index", how="left")
    several = owned.filter(pl.col("who").n_unique().over("value") > 1)
    if several.height:
        apart = several.select("index", value=pl.col("value") + " / " + pl.col("who").fill_null("?"))
        numbers = pl.concat([numbers.join(apart, on="index", how="anti"), apart]).sort("index")
        sheet.notes.append(
            f"{several['value'].n_unique():,} numbers of {sheet.raw.file} stand there for different people; they were "
            "kept apart"
        )
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
