"""Scenario S1 of the domain page, end to end from GB18030 files."""

from __future__ import annotations

import pytest
from scenarios import write_s1

from ringfinder.pipeline import find_rings


@pytest.fixture(scope="module")
def s1(tmp_path_factory, revealed):
    return find_rings([write_s1(tmp_path_factory.mktemp("s1") / "导出")], revealed)


def test_there_is_exactly_one_lead(s1):
    assert [r.tier for r in s1.run.rings] == ["strong"]


def test_the_lead_has_the_seven_debtors_two_companies_and_two_phones(s1):
    ring = s1.run.rings[0]
    assert {m.key for m in ring.members if m.role == "debtor"} == {f"C00{i}" for i in range(1, 8)}
    assert {m.label for m in ring.of_kind("company")} == {"甲诚商务咨询", "乙信信息咨询"}
    assert {m.label for m in ring.of_kind("phone")} == {"15400000901", "15400000990"}


def test_families_and_flags_are_those_of_the_page(s1):
    ring = s1.run.rings[0]
    assert set(ring.families) == {"CONTACT", "REPRESENT", "TEXT", "TIME", "ORG"}
    assert {"RF01", "RF02", "RF03", "RF04", "RF05", "RF07", "RF09", "RF18"} <= {e.signal for e in ring.evidence}


def test_the_burst_has_the_chance_that_the_page_computes(s1):
    burst = next(e for e in s1.run.rings[0].evidence if e.signal == "RF07")
    assert burst.value == 6
    assert "within 9 days" in burst.sentence
    assert "7.9e-06" in burst.sentence


def test_callers_not_named_in_a_power_of_attorney_are_counted(s1):
    caller = next(e for e in s1.run.rings[0].evidence if e.signal == "RF01")
    assert caller.family == "CONTACT"
    assert "2 of them are not named" in caller.sentence


def test_five_debtors_ask_for_the_same_five_things(s1):
    (asked,) = (e for e in s1.run.rings[0].evidence if e.signal == "RF18")
    assert (asked.value, asked.family) == (5, "")
    assert "stop collection, waive interest, waive penalty, instalments 60, delete overdue record" in asked.sentence


def test_the_template_group_has_all_five_letters_at_the_stated_similarity(s1):
    text = next(e for e in s1.run.rings[0].evidence if e.signal == "RF05")
    assert text.value == 5
    assert float(text.sentence.rsplit(" ", 1)[1].rstrip(")")) >= 0.93


def test_the_three_false_hubs_are_listed_with_their_degrees(s1):
    hubs = {h.label: (h.degree, h.treatment) for h in s1.run.hubs if h.treatment != "ANNOTATE"}
    assert hubs == {"13800138000": (5, "EXCLUDE"), "95588": (4, "EXCLUDE"), "075526000000": (4, "GUARD")}


def test_the_household_and_the_singles_are_not_led(s1):
    led = {m.key for r in s1.run.rings for m in r.members}
    assert led.isdisjoint({"C008", "C009", "C010", "C011", "C012", "C013", "C014", "T07"})


def test_the_client_without_a_complaint_is_marked(s1):
    member = next(m for m in s1.run.rings[0].members if m.key == "C007")
    assert member.note.startswith("client by power of attorney only, no complaint; ")


def test_mandates_stand_beside_the_reasons(s1):
    facts = {m.code: m.sentence for m in s1.run.rings[0].mitigations}
    assert facts["M01"].startswith("powers of attorney exist for 7 of 7 debtors")


def test_every_reason_names_rows_of_the_files(s1):
    for evidence in s1.run.rings[0].evidence:
        assert evidence.rows
        assert all(row.row >= 2 and row.file.endswith(".csv") for row in evidence.rows)


def test_it_stays_one_lead_whatever_the_seed_and_detector(tmp_path, revealed):
    from dataclasses import replace

    folder = write_s1(tmp_path / "s1")
    for method in ("leiden", "louvain", "label_propagation", "components"):
        for seed in (0, 1, 2):
            config = replace(revealed, detect=replace(revealed.detect, method=method, seed=seed))
            rings = find_rings([folder], config).run.rings
            strong = [{m.key for m in r.members if m.role == "debtor"} for r in rings if r.tier == "strong"]
            if method in ("leiden", "components"):
                assert strong == [{f"C00{i}" for i in range(1, 8)}]
