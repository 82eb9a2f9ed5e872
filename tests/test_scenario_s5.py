"""Scenario S5 of the domain page, as far as this release goes: a claims firm in Britain with English headers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import write_s5

from ringfinder.config import AllowEntry
from ringfinder.pipeline import find_rings


@pytest.fixture(scope="module")
def s5(tmp_path_factory, revealed):
    entry = AllowEntry(name="Example Debt Charity", phone="020 7946 0321", owner="ombudsman")
    config = replace(revealed, country="GB", allow_list=(entry,))
    return find_rings([write_s5(tmp_path_factory.mktemp("s5") / "exports")], config)


def test_the_files_are_recognised_by_their_english_headers(s5):
    assert {i.name: i.table for i in s5.run.inputs} == {
        "complaints.csv": "complaints",
        "companies.csv": "organisations",
        "loas.csv": "powers_of_attorney",
        "customers.csv": "customers",
    }
    assert all(i.rejected == 0 for i in s5.run.inputs)


def test_there_is_one_lead_around_the_representatives_phone(s5):
    (ring,) = s5.run.rings
    assert ring.tier == "strong"
    assert ring.units == 9
    assert sum(m.role == "debtor" for m in ring.members) == 9
    assert {m.key for m in ring.of_kind("phone")} == {"+442079460958"}


def test_the_claims_firm_is_in_it_and_its_twin_is_tied_to_its_phone(s5):
    (ring,) = s5.run.rings
    assert "Example Redress Ltd" in {m.label for m in ring.of_kind("company")}
    assert "Example Redress 2 Ltd" in {m.label for m in ring.of_kind("company")}
    assert "ORG" in ring.families
    graph = s5.graph
    phone = graph.find("phone", "+442079460958")
    owners = graph.links.source[(graph.links.target == phone) & graph.relation_is("reached_at")]
    assert {graph.nodes["label"][int(n)] for n in owners} == {"Example Redress Ltd", "Example Redress 2 Ltd"}


def test_families_and_flags_are_those_of_the_page(s5):
    (ring,) = s5.run.rings
    assert {"REPRESENT", "TEXT", "TIME"} <= set(ring.families)
    assert {"RF02", "RF04", "RF05", "RF07", "RF11", "RF20", "RF32", "RF33"} <= {e.signal for e in ring.evidence}
    text = next(e for e in ring.evidence if e.signal == "RF05")
    assert text.value == 7
    assert float(text.sentence.rsplit(" ", 1)[1].rstrip(")")) >= 0.93


def flag(s5, signal):
    (found,) = (e for e in s5.run.rings[0].evidence if e.signal == signal)
    return found


def test_letters_of_authority_are_catch_all_and_two_are_missing(s5):
    assert "7 open-ended and 2 without a reference" in flag(s5, "RF11").sentence


def test_one_complainant_has_a_second_firm_and_two_have_no_account(s5):
    assert flag(s5, "RF32").value == 1
    assert flag(s5, "RF32").nodes == ("debtor:Ada Ashe +442079460100",)
    assert flag(s5, "RF33").value == 2


def test_the_new_company_stands_ready_beside_the_old_one(s5):
    rotation = flag(s5, "RF20")
    assert "since 2025-11-10" in rotation.sentence
    assert "has no clients yet" in rotation.sentence


def test_the_charity_is_a_lawful_representative_and_not_led(s5):
    assert any(
        s.startswith("known lawful representative: 6 clients, Example Debt Charity") for s in s5.run.representatives
    )
    led = {m.label for r in s5.run.rings for m in r.members}
    assert "Example Debt Charity" not in led
    assert not any(label.startswith("Jo Client") for label in led)


def test_chinese_rules_are_off(s5):
    assert s5.issues.is_empty()
    assert {h.kind for h in s5.run.hubs} <= {"company", "phone"}
    assert not any("service number" in h.reason for h in s5.run.hubs)
