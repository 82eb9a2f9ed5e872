"""Each indicator on the smallest case that shows it, and on the case just below its threshold."""

from __future__ import annotations

import pytest
from cases import cases_of, complaints, graph_of, rings_of, signals

from ringfinder.score import SIGNALS
from ringfinder.units import debtor_units

FIVE = [f"C{i}" for i in range(1, 6)]
MANDATES = [f"debtor {c} represented_by phone +8615400000901 2026-04-20" for c in FIVE]
CALLS = complaints(FIVE, "+8615400000901")


def test_three_unrelated_debtors_on_one_phone_are_a_shared_caller():
    (ring,) = rings_of(complaints(FIVE[:3], "+8615400000901"))
    assert signals(ring)["RF01"] == "CONTACT"
    assert next(e for e in ring.evidence if e.signal == "RF01").value == 3


def test_two_debtors_are_no_candidate():
    assert rings_of(complaints(FIVE[:2], "+8615400000901")) == ()


def test_a_household_counts_once():
    home = [f"debtor {c} lives_at address 1路1号" for c in FIVE[:2]]
    assert rings_of(complaints(FIVE[:3], "+8615400000901") + home) == ()


def test_a_dormitory_is_no_household():
    home = [f"debtor D{i} lives_at address 宿舍楼" for i in range(7)]
    graph = graph_of(home)
    units = debtor_units(graph, household_max=6)
    assert len({int(units[graph.find("debtor", f"D{i}")]) for i in range(7)}) == 7


def test_two_numbers_of_one_person_count_once():
    people = [{"kind": "debtor", "key": c, "label": c, "id_number": "11010519491231002X"} for c in FIVE[:2]]
    assert rings_of(complaints(FIVE[:3], "+8615400000901"), people) == ()


def test_the_debtors_own_phone_is_no_shared_caller():
    own = [f"debtor {c} uses_phone phone +8615400000901" for c in FIVE]
    (ring,) = rings_of(CALLS + own)
    assert "RF01" not in signals(ring)
    assert signals(ring)["RF22"] == "CONTACT"


BLOCK = {"kind": "number_block", "key": "+8615408182419-2431", "block_numbers": 7}


def blocked_in(debtors, extra=()):
    """The evidence of neighbouring numbers of five callers, of whom these use the block."""
    rows = [f"debtor {c} uses_block number_block {BLOCK['key']} 2026-05-01" for c in debtors]
    (ring,) = rings_of([*CALLS, *rows, *extra], [BLOCK])
    return [e for e in ring.evidence if e.signal == "RF22b"]


def test_three_unrelated_debtors_with_neighbouring_numbers():
    (found,) = blocked_in(FIVE[:3])
    assert (found.family, found.value, len(found.rows)) == ("CONTACT", 3, 3)
    assert "out of 7 numbers" in found.sentence
    assert found.nodes[0] == "number_block:+8615408182419-2431"


def test_two_debtors_of_a_block_are_too_few():
    assert blocked_in(FIVE[:2]) == []


def test_neighbouring_numbers_of_a_law_firms_clients_are_representation():
    (found,) = blocked_in(FIVE, [f"debtor {c} represented_by law_firm L" for c in FIVE])
    assert found.family == "REPRESENT"


def test_a_caller_whom_every_mandate_names_is_representation_only():
    (ring,) = rings_of(CALLS + MANDATES)
    assert signals(ring)["RF01"] == "REPRESENT"
    assert "CONTACT" not in ring.families


def test_a_mandate_signed_after_the_complaint_does_not_cover_it():
    late = [row.replace("2026-04-20", "2026-06-20") for row in MANDATES]
    (ring,) = rings_of(CALLS + late)
    assert signals(ring)["RF01"] == "CONTACT"


def test_calls_spread_over_more_than_ninety_days_do_not_add_up():
    (ring,) = rings_of(complaints(FIVE[:4], "+8615400000901", step=60))
    assert "RF01" not in signals(ring)


@pytest.mark.parametrize(("number", "fires"), [(4, False), (5, True)])
def test_an_agency_needs_five_clients(number, fires):
    rows = [f"debtor C{i} represented_by company 甲诚" for i in range(number)]
    (ring,) = rings_of(rows)
    assert ("RF03" in signals(ring)) is fires


def test_a_law_firm_is_no_agency():
    (ring,) = rings_of([f"debtor C{i} represented_by law_firm 律所" for i in range(6)])
    assert "RF03" not in signals(ring)
    assert ring.tier == "candidate"


def test_companies_with_clients_that_share_a_phone_are_linked():
    rows = [f"debtor C{i} represented_by company {'甲诚' if i < 3 else '乙信'}" for i in range(6)]
    rows += ["company 甲诚 reached_at phone +8615400000990", "company 乙信 reached_at phone +8615400000990"]
    (ring,) = rings_of(rows)
    assert signals(ring)["RF04"] == "ORG"
    assert next(e for e in ring.evidence if e.signal == "RF03").value == 6


def test_a_burst_needs_five_debtors_within_a_fortnight():
    (slow,) = rings_of(complaints(FIVE, "+8615400000901", step=9))
    (fast,) = rings_of(CALLS)
    assert "RF07" not in signals(slow)
    assert signals(fast)["RF07"] == "TIME"


def test_a_week_in_which_everybody_complains_is_no_burst():
    crowd = complaints([f"N{i}" for i in range(600)], "+8615499999999", "2026-05-01", 0)
    crowd = [row.replace("+8615499999999", f"+86155{i // 2:08}") for i, row in enumerate(crowd)]
    quiet = complaints([f"Q{i}" for i in range(100)], "+8615488888888", "2025-06-01", 3)
    quiet = [row.replace("+8615488888888", f"+86156{i // 2:08}") for i, row in enumerate(quiet)]
    everybody = [f"debtor X{i} uses_phone phone +86157{i:08}" for i in range(500)]
    five = [*complaints(FIVE, "+8615400000901", "2026-05-01", 0), *crowd, *quiet, *everybody]
    ring = next(r for r in rings_of(five) if any(m.key == "C1" for m in r.members))
    assert "RF07" not in signals(ring)


def test_one_text_counts_with_something_hard_only():
    rows = [f"complaint T{c} uses_template template t1" for c in FIVE]
    (ring,) = rings_of(CALLS + rows)
    assert signals(ring)["RF05"] == "TEXT"
    only = [f"debtor {c} filed complaint T{c}" for c in FIVE] + rows
    (structural,) = rings_of(only)
    assert structural.tier == "candidate"


def test_a_text_that_mostly_others_use_is_public():
    rows = [f"complaint T{c} uses_template template t1" for c in FIVE]
    others = [
        row
        for i in range(20)
        for row in (f"debtor O{i} filed complaint TO{i}", f"complaint TO{i} uses_template template t1")
    ]
    ring = next(r for r in rings_of(CALLS + rows + others, method="leiden") if any(m.key == "C1" for m in r.members))
    assert signals(ring)["RF05"] == ""


def test_fees_of_clients_belong_to_representation():
    paid = [f"debtor {c} paid payee_account 6200000000000005 2026-04-22" for c in FIVE]
    (client,) = rings_of(MANDATES + paid)
    (stranger,) = rings_of(paid)
    assert signals(client)["RF15"] == ""
    assert client.tier == "candidate"
    assert signals(stranger)["RF15"] == "MONEY"


def test_letters_from_one_sender_count_within_a_week():
    def letters(step):
        return [
            row
            for i, c in enumerate(FIVE[:3])
            for row in (
                f"debtor {c} posted mail_item M{c} 2026-05-{1 + i * step:02}",
                f"mail_item M{c} sent_by phone +8615400000777 2026-05-{1 + i * step:02}",
            )
        ]

    assert signals(rings_of(letters(2))[0])["RF14"] == "MAIL"
    assert "RF14" not in signals(rings_of(letters(9))[0])


def test_a_shared_device_is_hard_evidence():
    (ring,) = rings_of([f"debtor {c} uses_device device D" for c in FIVE[:3]])
    assert signals(ring)["RF26"] == "DEVICE"


def test_blocked_hubs_are_no_evidence():
    assert rings_of(CALLS, blocked=("phone:+8615400000901",)) == ()


def test_every_indicator_says_its_name_and_cites_rows_that_touch_the_ring():
    for signal, function in SIGNALS.items():
        assert f"({signal}" in (function.__doc__ or "").splitlines()[0]
    (case,) = cases_of(CALLS + MANDATES)
    rows = {fact.row for fact in case.facts}
    for function in SIGNALS.values():
        for evidence in function(case):
            assert evidence.rows
            assert set(evidence.rows) <= rows
            assert evidence.harmless


def test_renaming_people_changes_no_figure():
    (one,) = rings_of(CALLS + MANDATES)
    (other,) = rings_of([row.replace(" C", " Z") for row in CALLS + MANDATES])
    assert [(e.signal, e.value, e.family) for e in one.evidence] == [
        (e.signal, e.value, e.family) for e in other.evidence
    ]
    assert one.score == other.score


def test_deleting_the_cited_rows_removes_the_flag():
    rows = CALLS + MANDATES
    (ring,) = rings_of(rows)
    cited = {row.row for e in ring.evidence if e.signal == "RF02" for row in e.rows}
    kept = [row for number, row in enumerate(rows, start=2) if number not in cited]
    assert all("RF02" not in signals(r) for r in rings_of(kept))


def fan(number, *, call="2026-04-28", phone="+8615400000901"):
    """So many debtors with a phone of their own, a call with one strange phone, and a complaint on 1 May."""
    rows = [f"debtor C{i} uses_phone phone +86132000{i:05}" for i in range(number)]
    rows += [f"debtor C{i} filed complaint T{i} 2026-05-01" for i in range(number)]
    rows += [f"phone {phone} called phone +86132000{i:05} {call}" for i in range(number)]
    return [*rows, *(f"debtor C{i} represented_by agent 甲" for i in range(number))]


@pytest.mark.parametrize(
    ("rows", "fires"),
    [
        (fan(5), True),
        (fan(4), False),
        (fan(5, call="2026-04-24"), True),
        (fan(5, call="2026-04-23"), False),  # eight days before
        (fan(5, call="2026-05-02"), False),  # after it
        (fan(5) + [f"phone +8615400000901 called phone +861330000{i:04} 2026-04-28" for i in range(9)], True),
    ],
)
def test_a_call_fan_needs_five_debtors_called_just_before_they_complained(rows, fires):
    (ring,) = rings_of(rows)
    assert ("RF25" in signals(ring)) is fires
    if fires:
        found = next(e for e in ring.evidence if e.signal == "RF25")
        assert (found.family, found.value, len(found.rows)) == ("CONTACT", 5, 5)


def test_a_call_to_a_phone_of_two_debtors_is_nobodys():
    shared = [f"debtor C{i} uses_phone phone +8613200000000" for i in (1, 2)]
    (ring,) = rings_of(fan(5) + shared)
    assert "RF25" not in signals(ring)
