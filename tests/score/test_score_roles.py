"""Roles with their reasons and rows; how sure it is that a debtor belongs; core and fringe."""

from __future__ import annotations

import dataclasses
import gc
import json
import weakref

import pytest
from cases import cases_of, complaints, rings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.model import Member, Run
from ringfinder.score import rank_rings
from ringfinder.score.roles import ROLES, ring_members

CLIENTS = [f"C{i}" for i in range(8)]
PHONE = "+8615400000901"
FIRM = [f"debtor {c} represented_by company 甲诚" for c in CLIENTS]
AGENT = [f"debtor {c} represented_by agent 张某" for c in CLIENTS]
CALLS = complaints(CLIENTS, PHONE)


def members(rows, nodes=(), **options):
    (ring,) = rings_of(rows, nodes, **options)
    return {m.key: m for m in ring.members}


def test_every_member_says_what_its_role_rests_on():
    rows = [*FIRM, *AGENT, *CALLS, "agent 张某 works_for company 甲诚", "company 甲诚 reached_at phone +862022223333"]
    for member in members(rows).values():
        assert member.role in ROLES
        assert member.rows
        assert all(row.file == "links.csv" and 2 <= row.row < len(rows) + 2 for row in member.rows)
        if member.kind != "complaint":
            assert member.note


def test_without_its_rows_a_role_is_gone():
    rows = [*FIRM, *AGENT, *CALLS, "agent 张某 works_for company 甲诚"]
    told = members(rows)["张某"]
    kept = [row for number, row in enumerate(rows, start=2) if number not in {r.row for r in told.rows}]
    assert "张某" not in members(kept)
    assert told.role == "agent"
    assert "8 debtors named it in a power of attorney" in told.note
    assert "works for 1 company" in told.note


def test_of_linked_companies_the_one_with_most_clients_organises_and_the_others_are_fronts():
    rows = [*FIRM, *CALLS, "debtor C1 represented_by company 乙诚"]
    rows += [f"company {c} reached_at phone +862022223333" for c in ("甲诚", "乙诚", "丙诚")]
    found = members(rows)
    assert {k: found[k].role for k in ("甲诚", "乙诚", "丙诚")} == {
        "甲诚": "organiser", "乙诚": "front company", "丙诚": "front company",
    }  # fmt: skip
    assert "linked with other companies" in found["丙诚"].note


@pytest.mark.parametrize("body", ["law_firm 31110000MD0123454X", "company 12110101MA2F5GF35F"])
def test_a_licensed_body_and_its_staff_are_lawful_representatives(body):
    rows = [f"debtor {c} represented_by {body}" for c in CLIENTS] + AGENT + CALLS
    found = members([*rows, f"agent 张某 works_for {body}"])
    assert found[body.split(" ")[1]].role == found["张某"].role == "lawful representative"
    assert "organiser" not in {m.role for m in found.values()}
    assert members(rows)["张某"].role == "organiser"  # nobody says that he works for it


UPHELD = [{"kind": "complaint", "key": f"T{c}", "label": "", "result": "属实"} for c in CLIENTS]


def test_a_firm_whose_complaints_were_upheld_and_came_in_no_burst_organises_nothing():
    slowly = complaints(CLIENTS, PHONE, "2024-01-01", step=90)
    assert members(FIRM + slowly, UPHELD)["甲诚"].role == "company"
    assert members(FIRM + slowly)["甲诚"].role == "organiser"
    refused = [{**node, "result": "不属实"} for node in UPHELD]
    assert members(FIRM + slowly, refused)["甲诚"].role == "organiser"
    assert members(FIRM + CALLS, UPHELD)["甲诚"].role == "organiser"  # in a burst they say little


def test_a_firm_of_the_allow_list_is_no_member():
    rows = [*FIRM, *CALLS, "agent 张某 works_for company 甲诚"]
    found = members(rows, blocked=("company:甲诚",))
    assert "甲诚" not in found
    assert "organiser" not in {m.role for m in found.values()}
    (case,) = cases_of([*rows, *AGENT])
    firm = next(n for n in case.nodes if case.nodes[n][1] == "甲诚")
    tested = {m.key: m.role for m in ring_members(dataclasses.replace(case, vouched={firm: "vouched for"}))}
    assert tested["甲诚"] == tested["张某"] == "lawful representative"
    both = members([*rows, *AGENT], blocked=("company:甲诚",))
    assert both["张某"].role == "lawful representative"  # he works for it and nobody else


def test_who_worked_for_a_collector_is_an_insider():
    rows = [*FIRM, *CALLS, "debtor C1 represented_by agent 李某"]
    rows.append("agent 李某 formerly_employed collection_agency 催收一")
    assert members(rows)["李某"].role == "insider"
    assert "worked for a lender or a collection agency" in members(rows)["李某"].note


def test_the_numbers_of_a_block_are_members_and_an_own_phone_is_not():
    rows = [f"debtor {c} uses_block number_block +8615400000900-0907" for c in CLIENTS]
    case_rows = []
    for i, debtor in enumerate(CLIENTS):
        case_rows.append(f"debtor {debtor} uses_record_phone phone +861540000090{i}")
    nodes_rows = rows + case_rows + FIRM
    (case,) = cases_of(nodes_rows)
    # as the stage makes them: the block's link stands on the row of the use
    facts = {f.source: f.row for f in case.facts if f.relation == "uses_record_phone"}
    moved = tuple(f._replace(row=facts[f.source]) if f.relation == "uses_block" else f for f in case.facts)
    found = [m for m in ring_members(dataclasses.replace(case, facts=moved)) if m.kind == "phone"]
    assert len(found) == 8
    assert {m.role for m in found} == {"shared number block"}
    assert all(m.note == "one of the consecutive numbers of a block" and len(m.rows) == 1 for m in found)
    assert not [m for m in ring_members(case) if m.kind == "phone"]


def test_whom_a_member_s_own_phone_talks_to_is_no_shared_phone():
    rows = [*FIRM, *CALLS, "debtor C1 uses_phone phone +8615411111111", "debtor C2 uses_phone phone +8615422222222"]
    rows += ["phone +8615411111111 called phone +8615422222222"]
    (case,) = cases_of(rows)
    number = next(n for n in case.nodes if case.nodes[n][1] == "+8615411111111")
    believed = dataclasses.replace(case, believed=frozenset({number}))
    assert "+8615411111111" not in {m.key for m in ring_members(believed)}


def test_a_hanger_on_is_less_sure_than_everybody_of_the_core_and_stands_on_the_fringe():
    letters = [f"debtor {c} paid payee_account 6200001" for c in CLIENTS]
    rows = [*FIRM, *complaints([*CLIENTS, "H"], PHONE), *letters]
    found = members(rows)
    core = [m.confidence for m in found.values() if m.kind == "debtor" and m.core]
    assert len(core) == 8
    assert not found["H"].core
    assert found["H"].confidence < min(core)
    assert not found["TH"].core
    assert found["TC1"].core
    assert found["甲诚"].core


lists = st.lists(st.sets(st.integers(0, 9), min_size=2), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(lists)
def test_one_link_never_reaches_the_core(groups):
    """Whatever things unrelated debtors share: who hangs on one of them is below everybody of the core."""
    kinds = ("represented_by company", "complained_from phone", "paid payee_account", "uses_device device",
             "sent_by phone", "uses_template template")  # fmt: skip
    rows = [f"debtor D{d} represented_by company 甲诚" for d in range(10)]
    rows += [f"debtor D{d} paid payee_account 6200009" for d in range(3)]
    for number, group in enumerate(groups):
        rows += [f"debtor D{d} {kinds[number]} X{number}" for d in group]
    rows.append("debtor H represented_by company 甲诚")
    for ring in rings_of(rows):
        debtors = {m.key: m for m in ring.members if m.kind == "debtor"}
        core = [m for m in debtors.values() if m.core]
        assert core
        assert all(0 <= m.confidence <= 1 for m in debtors.values())
        assert not debtors["H"].core
        assert debtors["H"].confidence < min(m.confidence for m in core)


def test_families_count_together_and_one_family_twice_counts_little():
    def sure(extra):
        return members([*FIRM, *extra])["C1"].confidence

    alone = sure([])
    twice = sure(AGENT)
    both = sure([f"debtor {c} paid payee_account 6200001" for c in CLIENTS])
    assert alone < twice < both


def test_a_phone_that_the_power_of_attorney_names_is_no_second_family():
    mandated = [f"debtor {c} represented_by phone {PHONE}" for c in CLIENTS]
    assert "REPRESENT)" in members([*FIRM, *CALLS, *mandated])["C1"].note
    assert "CONTACT, REPRESENT)" in members([*FIRM, *CALLS])["C1"].note


def test_debtors_are_clients_and_no_figure_of_theirs_speaks_of_guilt():
    for member in members([*FIRM, *CALLS]).values():
        if member.kind == "debtor":
            assert member.role == "debtor"
            assert member.note.startswith("client, possibly a victim; ")
    assert {f.name for f in dataclasses.fields(Member)}.isdisjoint({"score", "guilt", "risk", "suspicion"})


def test_rows_of_members_survive_the_run_s_document():
    rings = rings_of([*FIRM, *CALLS])
    run = Run(rings=rings)
    assert Run.from_dict(json.loads(run.to_json())).rings == rings


def test_no_case_outlives_its_verdict():
    """A case holds the letters as they were written: nothing may keep it once its ring is judged."""
    many = [f"C{i}" for i in range(20)]  # enough for the indicators that ask for the clients of a representative
    found = cases_of([*(f"debtor {c} represented_by agent 张某" for c in many), *complaints(many, PHONE)])
    case = weakref.ref(found[0])
    assert rank_rings(found)
    del found
    gc.collect()
    assert case() is None
