"""RF06 to RF35 on the smallest case that shows each, and on the case just below its threshold.

What rests on marks (powers of attorney, suits, adverts, flags) is in ``test_score_signals_tables.py``.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from cases import DEFAULTS, complaints, rings_of

PHONE, NEXT = "+8615400000901", "+8615400000917"
CLIENTS = [f"C{i}" for i in range(1, 7)]
CALLS = complaints(CLIENTS, PHONE)
MANDATES = [f"debtor {c} represented_by agent 甲 2026-04-20" for c in CLIENTS]


def flags(rows, signal, nodes=(), **settings):
    """The evidence of one indicator in the only ring of these rows."""
    (ring,) = rings_of(rows, nodes, settings=replace(DEFAULTS, **settings))
    return [e for e in ring.evidence if e.signal == signal]


def complaint_nodes(number, **attributes):
    return [{"kind": "complaint", "key": f"T{c}", **attributes} for c in CLIENTS[:number]]


# --- demands, texts and suits -----------------------------------------------------------------------------------------
THREE = "stop_collection waive_interest instalments_60"


@pytest.mark.parametrize(
    ("number", "demands", "fires"),
    [(3, THREE, True), (2, THREE, False), (6, "stop_collection waive_interest", False)],
)
def test_three_debtors_with_three_equal_demands(number, demands, fires):
    found = flags(CALLS, "RF18", complaint_nodes(number, demands=demands))
    assert bool(found) is fires
    if fires:
        assert (found[0].value, found[0].family, len(found[0].rows)) == (3, "", 3)


QUIET = [row for i in range(100) for row in (f"debtor Q{i} filed complaint TQ{i} 2026-01-01",)]


@pytest.mark.parametrize(
    ("number", "order", "fires"), [(3, "第1条 第2条", True), (2, "第1条 第2条", False), (3, "第1条", False)]
)
def test_texts_that_quote_more_than_their_channel_in_one_order(number, order, fires):
    nodes = complaint_nodes(number, law_terms=len(order.split()), law_order=order)
    assert bool(flags([*CALLS, *QUIET], "RF06", nodes)) is fires


def test_a_channel_in_which_everybody_quotes_has_no_template_vocabulary():
    nodes = complaint_nodes(6, law_terms=2, law_order="第1条 第2条")
    assert not flags(CALLS, "RF06", nodes)


@pytest.mark.parametrize(("number", "fires"), [(2, True), (1, False)])
def test_two_debtors_who_ask_the_collector_for_money(number, fires):
    about = [f"complaint T{c} about collection_agency 外包" for c in CLIENTS]
    nodes = complaint_nodes(number, demands="cost_damages")
    assert bool(flags(CALLS + about, "RF31", nodes)) is fires
    lender = [f"complaint T{c} about lender 银行" for c in CLIENTS]
    assert not flags(CALLS + lender, "RF31", nodes)


# --- filing -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "fires"), [((1, 9, 20), True), ((1, 9), False)])
def test_three_complaints_of_one_debtor_about_one_lender_by_one_channel(days, fires):
    rows = list(CALLS)
    for day in days:
        rows += [
            f"debtor C1 filed complaint X{day} 2026-06-{day:02}",
            f"complaint X{day} about lender 银行",
            f"complaint X{day} via channel 12378",
        ]
    found = flags(rows, "RF08")
    assert bool(found) is fires
    if fires:
        assert (found[0].value, len(found[0].rows), found[0].nodes) == (1, 3, ("debtor:C1",))


def test_complaints_over_more_than_a_year_are_no_repeat_filing():
    rows = [f"debtor C1 filed complaint X{y} {y}-06-01" for y in (2023, 2024, 2025)]
    assert not flags(CALLS + rows, "RF08")


def waves(second, number=5):
    """Five debtors complain from one phone in May, five others on a later day."""
    first = complaints([f"A{i}" for i in range(5)], PHONE, "2026-05-01")
    return first + complaints([f"B{i}" for i in range(number)], PHONE, second)


@pytest.mark.parametrize(
    ("rows", "fires"),
    [(waves("2026-08-01"), True), (waves("2026-08-01", 4), False), (waves("2026-12-01"), False)],
)
def test_a_campaign_has_two_bursts_of_different_debtors_within_half_a_year(rows, fires):
    assert bool(flags(rows, "RF16")) is fires


@pytest.mark.parametrize(("lenders", "fires"), [(3, True), (2, False)])
def test_several_lenders_are_told_in_pooled_data_only(lenders, fires):
    rows = list(CALLS)
    for i in range(lenders):
        rows += [f"debtor C1 filed complaint L{i} 2026-06-0{i + 1}", f"complaint L{i} about lender 银行{i}"]
    assert bool(flags(rows, "RF10", pooled=True)) is fires
    assert not flags(rows, "RF10")


# --- companies and phones ---------------------------------------------------------------------------------------------
def shells(second_from, registered="2026-05-20"):
    """Three clients of one company in May, three of another with the same phone from some day on."""
    rows = [f"debtor C{i} represented_by company 甲诚 2026-05-0{i + 1}" for i in range(3)]
    rows += [f"debtor D{i} represented_by company 乙信 {second_from}" for i in range(3)]
    rows += [f"company {c} reached_at phone {PHONE}" for c in ("甲诚", "乙信")]
    nodes = [
        {"kind": "company", "key": "甲诚", "registered_on": "2019-01-01"},
        {"kind": "company", "key": "乙信", "registered_on": registered},
    ]
    return rows, nodes


@pytest.mark.parametrize(
    ("case", "fires"),
    [
        (shells("2026-06-01"), True),
        (shells("2026-05-02"), False),  # both at work at once
        (shells("2026-06-01", "2020-01-01"), False),  # not young
    ],
)
def test_a_young_company_takes_over_when_the_old_one_stopped(case, fires):
    found = flags(case[0], "RF20", case[1])
    assert bool(found) is fires
    if fires:
        assert found[0].nodes == (f"phone:{PHONE}", "company:甲诚", "company:乙信")
        assert found[0].family == "ORG"


@pytest.mark.parametrize(
    ("carried", "first", "fires"),
    [(3, "2026-06-01", True), (2, "2026-06-01", False), (3, "2026-04-20", False)],
)
def test_half_of_the_clients_go_on_with_the_next_phone(carried, first, fires):
    rows = [f"debtor {c} represented_by phone {PHONE} 2026-04-20" for c in CLIENTS]
    rows += [f"debtor {c} represented_by phone {NEXT} {first}" for c in CLIENTS[:carried]]
    found = flags(rows, "RF21")
    assert bool(found) is fires
    if fires:
        assert (found[0].value, len(found[0].rows)) == (3, 6)


@pytest.mark.parametrize(
    ("changed", "number", "fires"),
    [("2026-04-20", 3, True), ("2026-04-20", 2, False), ("2026-03-20", 3, False), ("2026-06-20", 3, False)],
)
def test_phones_of_record_changed_just_before_the_complaint(changed, number, fires):
    rows = [f"debtor {c} uses_record_phone phone {NEXT} {changed}" for c in CLIENTS[:number]]
    found = flags(CALLS + rows, "RF22c")
    assert bool(found) is fires
    if fires:
        assert (found[0].family, found[0].value) == ("CONTACT", 3)


def test_changed_phones_of_their_own_are_none():
    rows = [f"debtor {c} uses_record_phone phone +86132000000{i} 2026-04-20" for i, c in enumerate(CLIENTS)]
    assert not flags(CALLS + rows, "RF22c")


@pytest.mark.parametrize(("said", "number", "fires"), [("配偶", 2, True), ("配偶", 1, False), ("同事", 6, False)])
def test_one_caller_is_the_wife_of_two_clients(said, number, fires):
    assert bool(flags(CALLS, "RF24", complaint_nodes(number, caller_relation=said))) is fires


@pytest.mark.parametrize(("number", "places", "fires"), [(10, 5, True), (9, 5, False), (10, 4, False)])
def test_ten_clients_of_five_provinces(number, places, fires):
    debtors = [f"P{i}" for i in range(number)]
    rows = [f"debtor {d} represented_by agent 甲" for d in debtors]
    nodes = [{"kind": "debtor", "key": d, "province": f"省{i % places}"} for i, d in enumerate(debtors)]
    assert bool(flags(rows, "RF27", nodes)) is fires


# --- powers of attorney -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "fires"), [(("2026-04-20", "2026-05-20"), True), (("2026-04-20", "2025-05-20"), False)]
)
def test_two_representatives_at_once(days, fires):
    rows = [f"debtor {c} represented_by company 甲诚 {days[0]}" for c in CLIENTS]
    rows.append(f"debtor C1 represented_by company 乙信 {days[1]}")
    found = flags(rows, "RF32")
    assert bool(found) is fires
    if fires:
        assert (found[0].nodes, len(found[0].rows)) == (("debtor:C1",), 2)


def test_linked_companies_are_no_second_representative():
    rows = [f"debtor {c} represented_by company 甲诚 2026-04-20" for c in CLIENTS]
    rows.append("debtor C1 represented_by company 乙信 2026-05-20")
    rows += [f"company {c} reached_at phone {PHONE}" for c in ("甲诚", "乙信")]
    assert not flags(rows, "RF32")


@pytest.mark.parametrize(("listed", "fires"), [(4, True), (5, False), (2, False)])
def test_two_clients_who_stand_in_no_table_of_customers(listed, fires):
    """Of six clients, four are listed: two are not; below half the table is no measure."""
    nodes = [{"kind": "debtor", "key": c, "customer": True} for c in CLIENTS[:listed]]
    assert bool(flags(MANDATES, "RF33", nodes)) is fires


def test_an_account_with_another_lender_is_none():
    rows = MANDATES + CALLS + [f"complaint T{c} about lender A" for c in CLIENTS]
    rows += [f"debtor {c} borrowed_from lender {'B' if c in ('C1', 'C2') else 'A'}" for c in CLIENTS]
    (found,) = flags(rows, "RF33")
    assert found.nodes == ("agent:甲", "debtor:C1", "debtor:C2")
    assert not flags([row.replace("lender B", "lender A") for row in rows], "RF33")


# --- papers and people ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "fires"), [(2, True), (1, False)])
def test_papers_of_two_debtors_that_the_issuer_denies(number, fires):
    rows = [f"debtor {c} submitted document 证明{c} 2026-05-01" for c in CLIENTS]
    nodes = [{"kind": "document", "key": f"证明{c}", "verification": "denied"} for c in CLIENTS[:number]]
    found = flags(CALLS + rows, "RF13", nodes)
    assert bool(found) is fires
    if fires:
        assert (found[0].family, len(found[0].rows)) == ("DOC", 2)


@pytest.mark.parametrize(("year", "number", "fires"), [(2000, 3, True), (2000, 2, False), (1970, 3, False)])
def test_an_illness_of_the_young_is_counted_only_when_asked_for(year, number, fires):
    rows = [f"debtor {c} submitted document 诊断证明{c} 2026-05-01" for c in CLIENTS[:number]]
    rows += QUIET
    nodes = [{"kind": "debtor", "key": c, "born": year} for c in CLIENTS]
    nodes += [{"kind": "debtor", "key": f"Q{i}", "born": 1980} for i in range(100)]
    found = flags(CALLS + rows, "RF28", nodes, profile=True)
    assert bool(found) is fires
    assert not flags(CALLS + rows, "RF28", nodes)
    if fires:
        assert found[0].nodes == ()


def test_a_caller_who_left_a_collector_is_an_insider():
    rows = ["agent 甲 formerly_employed collection_agency 外包"]
    (found,) = flags(MANDATES + rows, "RF30")
    assert found.nodes[0] == "agent:甲"
    assert not flags([*MANDATES, "agent 乙 formerly_employed collection_agency 外包"], "RF30")


@pytest.mark.parametrize(("number", "fires"), [(2, True), (1, False)])
def test_two_clients_with_a_shared_device_soon_after_the_mandate(number, fires):
    rows = [f"debtor {c} uses_device device D 2026-05-10" for c in CLIENTS[:number]]
    assert bool(flags(MANDATES + rows, "RF35")) is fires
    late = [row.replace("2026-05-10", "2026-07-10") for row in rows]
    assert not flags(MANDATES + late, "RF35")


def test_deleting_the_cited_rows_removes_each_flag():
    denied = [f"debtor {c} submitted document 证明{c} 2026-05-01" for c in CLIENTS]
    papers = [{"kind": "document", "key": f"证明{c}", "verification": "denied"} for c in CLIENTS]
    demands = complaint_nodes(6, demands=THREE, caller_relation="配偶")
    other = ["debtor C1 represented_by company 甲诚 2026-04-20", "debtor C1 represented_by company 乙信 2026-04-21"]
    rows, nodes = CALLS + MANDATES + denied + other, [*papers, *demands]
    (ring,) = rings_of(rows, nodes)
    for signal in ("RF13", "RF18", "RF24", "RF32"):
        cited = {row.row for e in ring.evidence if e.signal == signal for row in e.rows}
        assert cited, signal
        kept = [row for number, row in enumerate(rows, start=2) if number not in cited]
        assert all(e.signal != signal for r in rings_of(kept, nodes) for e in r.evidence)
