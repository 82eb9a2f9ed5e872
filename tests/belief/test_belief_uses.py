"""S1 and S2: who uses what, through which source: the relation decides, not the kind of the thing."""

from __future__ import annotations

import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, own_phones, weigh

FIVE = names("C", 5)
LAW = "law_firm 31110000MD0123454X"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (each(FIVE, "uses_phone", f"phone {CALLER}"), ("own", "CONTACT")),
        (each(FIVE, "uses_record_phone", f"phone {CALLER}"), ("own", "CONTACT")),
        (complaints(FIVE, CALLER), ("caller", "CONTACT")),
        (each(FIVE, "complained_from", f"phone {CALLER}"), ("caller", "CONTACT")),
        (each(FIVE, "represented_by", f"phone {CALLER}"), ("mandate", "REPRESENT")),
        (each(FIVE, "sent_by", f"phone {CALLER}"), ("sender", "MAIL")),
    ],
)
def test_the_way_in_which_a_phone_is_used_decides(rows, expected):
    assert weigh(crowd() + rows).uses() == {(d, CALLER): expected for d in FIVE}


def test_a_caller_whom_the_power_of_attorney_names_is_representation():
    rows = complaints(FIVE, CALLER) + each(FIVE[:3], "represented_by", f"phone {CALLER}")
    # the more telling use of a phone counts, but a mandated caller is none
    found = weigh(crowd() + rows).uses()
    assert {d: found[d, CALLER] for d in FIVE} == {
        d: ("mandate", "REPRESENT") if d in FIVE[:3] else ("caller", "CONTACT") for d in FIVE
    }


def test_a_phone_of_ones_own_household_is_no_caller():
    rows = [*complaints(FIVE, CALLER), f"debtor C0 uses_phone phone {CALLER}"]
    home = ["debtor C1 lives_at address A", "debtor C0 lives_at address A"]
    found = weigh(crowd() + rows + home).uses()
    assert found["C0", CALLER] == ("own", "CONTACT")
    assert ("C1", CALLER) not in found
    assert found["C2", CALLER] == ("caller", "CONTACT")


def test_a_home_phone_is_no_caller_either():
    rows = [*complaints(FIVE, CALLER), f"debtor C0 uses_home_phone phone {CALLER}"]
    assert ("C0", CALLER) not in weigh(crowd() + rows).uses()


def test_a_landline_from_which_strangers_complain_is_a_desk():
    assert set(weigh(crowd() + complaints(FIVE, "+862160000001")).uses().values()) == {("desk", "CONTACT")}


def test_a_thing_of_one_household_is_no_shared_thing():
    home = each(FIVE, "lives_at", "address A")
    assert weigh(crowd() + home + complaints(FIVE, CALLER)).at(f"phone:{CALLER}") == -1


def test_a_household_counts_once_and_shares_its_weight():
    home = each(FIVE[:3], "lives_at", "address A")
    world = weigh(crowd() + home + complaints(FIVE, CALLER))
    uses = world.belief.uses
    assert uses.units[world.at(f"phone:{CALLER}")] == 3
    assert sorted(uses.weight.tolist()) == pytest.approx([1 / 3] * 3 + [1.0] * 2)
    assert uses.weight.sum() == pytest.approx(uses.units.sum())


def test_events_stand_for_their_debtor():
    rows = [f"debtor {d} filed complaint T{d}" for d in FIVE]
    rows += [f"complaint T{d} uses_template template M" for d in FIVE]
    rows += [f"debtor {d} posted mail_item L{d}" for d in FIVE] + [
        f"mail_item L{d} sent_by phone {CALLER}" for d in FIVE
    ]
    found = weigh(crowd() + rows).uses()
    assert {found[d, "M"] for d in FIVE} == {("template", "TEXT")}
    assert {found[d, CALLER] for d in FIVE} == {("sender", "MAIL")}


def test_a_called_phone_counts_for_the_single_owner_of_the_other_end():
    own = own_phones(FIVE, "132000")
    calls = [f"phone {CALLER} called phone +86132000{i:05} 2026-05-01" for i in range(4)]
    calls += [f"phone +8613200000004 called phone {CALLER} 2026-05-01"]
    assert weigh(crowd() + own + calls).uses() == {(d, CALLER): ("called", "CONTACT") for d in FIVE}
    twice = [*own, "debtor X0 uses_phone phone +8613200000000"]
    assert ("C0", CALLER) not in weigh(crowd() + twice + calls).uses()


def test_of_debtors_who_complained_only_calls_shortly_before_count():
    own = own_phones(FIVE, "132000")
    filed = [f"debtor {d} filed complaint T{d} 2026-06-01" for d in FIVE[:4]]
    days = ("2026-05-02", "2026-06-01", "2026-05-01", "2026-06-02", "2025-01-01")  # 30, 0, 31 days, after; no complaint
    calls = [f"phone {CALLER} called phone +86132000{i:05} {day}" for i, day in enumerate(days)]
    found = weigh(crowd() + own + filed + calls).uses()
    assert {d for d, thing in found if thing == CALLER} == {FIVE[0], FIVE[1], FIVE[4]}
    undated = weigh(crowd() + own + filed + [call.rsplit(" ", 1)[0] for call in calls]).uses()
    assert {d for d, thing in undated if thing == CALLER} == set(FIVE)


def test_guarded_and_idle_relations_are_no_uses():
    rows = each(FIVE, "lives_at", "address A") + each(names("E", 9), "works_at", "employer F")
    rows += each(names("E", 9), "uses_work_phone", "phone +862160000001") + each(
        FIVE, "names_contact", f"phone {CALLER}"
    )
    rows += each(FIVE, "borrowed_from", "lender 甲银行")
    assert weigh(crowd() + rows).uses() == {}


def test_an_unknown_relation_is_another_source():
    assert set(weigh(crowd() + each(FIVE, "related_to", "device D")).uses().values()) == {("other", "OTHER")}


def test_the_clients_of_a_law_firm_are_licensed_with_all_that_belongs_to_it():
    rows = each(FIVE, "represented_by", LAW) + complaints(FIVE, "+862160000001")
    rows += each(FIVE, "paid", "payee_account P") + each(FIVE, "uses_template", "template M")
    assert {source for source, _ in weigh(crowd() + rows).uses().values()} == {"licensed"}


def test_own_phones_are_nothing_that_belongs_to_a_law_firm():
    rows = each(FIVE, "represented_by", LAW) + each(FIVE, "uses_phone", f"phone {CALLER}")
    assert weigh(crowd() + rows).uses()["C0", CALLER] == ("own", "CONTACT")


def test_a_mobile_of_which_few_users_are_a_law_firms_clients_stays_a_caller():
    rows = each(FIVE[:2], "represented_by", LAW) + complaints(FIVE, CALLER)
    assert {source for (_, t), (source, _) in weigh(crowd() + rows).uses().items() if t == CALLER} == {"caller"}


def test_blocked_things_and_blocked_events_are_left_out():
    rows = complaints(FIVE, CALLER)
    assert weigh(crowd() + rows, blocked=[f"phone:{CALLER}"]).uses() == {}
    assert len(weigh(crowd() + rows, blocked=["complaint:TC0"]).uses()) == 4
