"""Common causes: colleagues, neighbours and kin share things honestly; scattered strangers do not."""

from __future__ import annotations

import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, weigh

SIX = names("C", 6)
PHONE = f"phone:{CALLER}"
FROM_ONE_PHONE = complaints(SIX, CALLER)
SCATTERED = [f"debtor C{i} lives_at address 甲市{i}路1号" for i in range(6)]


def living(people, village):
    return [f"debtor {d} lives_at address {village}{i}组" for i, d in enumerate(people)]


def test_scattered_strangers_are_not_local():
    world = weigh(crowd() + FROM_ONE_PHONE + SCATTERED)
    assert not world.local(PHONE)
    assert world.source(PHONE) == "caller"


@pytest.mark.parametrize(
    "tie",
    [each(SIX[:3], "works_at", "employer 甲厂"), living(SIX[:3], "B县李家村"), living(SIX[:3], "B市阳光社区")],
)
def test_half_of_the_users_from_one_factory_or_village_make_a_thing_local(tie):
    world = weigh(crowd() + FROM_ONE_PHONE + tie)
    assert world.local(PHONE)
    assert world.prior(PHONE) == -5.0
    assert {family for _, family in world.uses().values()} == {"LOCAL"}
    assert world.belief.burst[world.at(PHONE)] == 0.0


@pytest.mark.parametrize(
    "tie",
    [
        each(SIX[:2], "works_at", "employer 甲厂"),
        each(SIX[:2], "works_at", "employer 甲厂") + each(SIX[2:4], "works_at", "employer 乙厂"),
        living(SIX[:2], "B县李家村") + each(SIX[2:4], "works_at", "employer 甲厂"),
    ],
)
def test_two_colleagues_are_no_common_cause(tie):
    assert not weigh(crowd() + FROM_ONE_PHONE + tie).local(PHONE)


def test_three_colleagues_of_seven_are_no_common_cause():
    seven = names("C", 7)
    rows = complaints(seven, CALLER)
    assert not weigh(crowd() + rows + each(seven[:3], "works_at", "employer 甲厂")).local(PHONE)


def test_three_of_one_household_are_one_neighbour():
    rows = each(SIX[:3], "lives_at", "address B县李家村1组")
    assert not weigh(crowd() + FROM_ONE_PHONE + rows).local(PHONE)


def test_colleagues_and_neighbours_add_up():
    eight = names("C", 8)
    tie = each(eight[:3], "works_at", "employer 甲厂") + living(eight[3:6], "B县李家村")
    assert weigh(crowd() + complaints(eight, CALLER) + tie).local(PHONE)


def test_a_common_agent_is_no_common_cause():
    rows = each(SIX, "represented_by", "agent 张某") + each(SIX, "works_at", "employer 甲厂")
    world = weigh(crowd() + rows)
    assert set(world.uses().values()) == {("mandate", "REPRESENT")}
    assert world.prior("agent:张某") > -5.0


def labelled(*people):
    return [{"kind": "debtor", "key": f"C{i}", "label": name} for i, name in enumerate(people)]


@pytest.mark.parametrize(
    ("people", "family"),
    [
        (("王一", "王二", "王三", "王四"), True),
        (("王一", "王二", "李三", "赵四"), True),
        (("王一", "李二", "赵三", "钱四"), False),
        (("Ann Smith", "Bob Smith", "Cy Smith", "Di Jones"), True),
        (("Ann Smith", "Ann Brown", "Ann Jones", "Ann Wood"), False),
        ((), True),
    ],
)
def test_without_homes_a_surname_tells_a_family(people, family):
    rows = crowd(homes=False) + complaints(SIX[:4], CALLER)
    assert weigh(rows, labelled(*people)).local(PHONE) == family


def test_seven_of_one_surname_are_no_family_and_five_nameless_neither():
    seven = names("C", 7)
    clan = labelled(*(f"王{c}" for c in "一二三四五六七"))
    assert not weigh(crowd(homes=False) + complaints(seven, CALLER), clan).local(PHONE)
    assert not weigh(crowd(homes=False) + complaints(SIX[:5], CALLER)).local(PHONE)


def test_where_homes_are_known_a_surname_tells_nothing():
    rows = crowd() + complaints(SIX[:4], CALLER)
    assert not weigh(rows, labelled("王一", "王二", "王三", "王四")).local(PHONE)
