"""Units: one household, or one person under two customer numbers, is one; everybody else is his own."""

from __future__ import annotations

import pytest
from cases import graph_of
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ringfinder.units import debtor_units


def units(rows, nodes=(), **options):
    """The groups of debtors of more than one, as sets of keys."""
    graph = graph_of(rows, nodes)
    found = debtor_units(graph, **options)
    groups = {}
    for key, unit, person in zip(graph.nodes["key"], found, graph.is_kind("debtor"), strict=True):
        if person:
            groups.setdefault(int(unit), set()).add(key)
    return sorted((g for g in groups.values() if len(g) > 1), key=sorted)


def at(relation, thing, *people):
    return [f"debtor {p} {relation} {thing}" for p in people]


def test_a_home_makes_a_household():
    assert units(at("lives_at", "address A", "C1", "C2") + at("lives_at", "address B", "C3")) == [{"C1", "C2"}]


def test_a_home_phone_makes_a_household():
    assert units(at("uses_home_phone", "phone +862160000001", "C1", "C2")) == [{"C1", "C2"}]


@pytest.mark.parametrize(("people", "household"), [(2, True), (6, True), (7, False)])
def test_a_dormitory_is_no_household(people, household):
    rows = at("lives_at", "address A", *(f"C{i}" for i in range(people)))
    assert bool(units(rows)) == household


def test_the_size_can_be_set():
    rows = at("lives_at", "address A", "C1", "C2", "C3")
    assert units(rows, household_max=2) == []
    assert units(rows, household_max=3) == [{"C1", "C2", "C3"}]


def test_the_same_row_twice_is_one_inhabitant():
    rows = at("lives_at", "address A", "C1", "C2")
    assert units(rows * 5) == [{"C1", "C2"}]


def test_households_that_share_a_member_are_one():
    rows = at("lives_at", "address A", "C1", "C2") + at("uses_home_phone", "phone +862160000001", "C2", "C3")
    assert units(rows) == [{"C1", "C2", "C3"}]


@pytest.mark.parametrize("relation", ["works_at", "complained_from", "posted_from", "names_contact", "sent_by"])
def test_nothing_else_makes_a_household(relation):
    kind = {"works_at": "employer", "posted_from": "address"}.get(relation, "phone")
    assert units(at(relation, f"{kind} X", "C1", "C2")) == []


def test_one_identity_number_is_one_person():
    nodes = [
        {"kind": "debtor", "key": key, "id_number": number}
        for key, number in (("C1", "N1"), ("C2", "N1"), ("C3", "N2"), ("C4", None), ("C5", None))
    ]
    assert units(at("uses_phone", "phone +8615400000101", "C1", "C2", "C3", "C4", "C5"), nodes) == [{"C1", "C2"}]


def owners(*names):
    """Debtors who give one phone as their own, and what they are called."""
    people = [f"C{i}" for i in range(len(names))]
    nodes = [{"kind": "debtor", "key": key, "label": name} for key, name in zip(people, names, strict=True)]
    return at("uses_phone", "phone +8615400000101", *people), nodes


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("王一", "李二"), [{"C0", "C1"}]),  # two alone
        (("王一", "王二", "李三"), [{"C0", "C1"}]),
        (("王一", "王二", "王三", "李四"), [{"C0", "C1", "C2"}]),
        (("Ann Smith", "Bob Smith", "Ann Jones"), [{"C0", "C1"}]),
        (("王一", "李二", "赵三"), []),
        (("王一", "王二", "王三", "王四", "王五"), []),  # too many for a family
    ],
)
def test_an_own_phone_of_two_or_of_a_few_namesakes_is_a_familys(names, expected):
    assert units(*owners(*names)) == expected


def slow_units(pairs, most):
    groups = [{d} for d in {d for d, _ in pairs}]
    for home in {h for _, h in pairs}:
        inside = {d for d, h in pairs if h == home}
        if 2 <= len(inside) <= most:
            touched = [g for g in groups if g & inside]
            groups = [g for g in groups if not g & inside] + [set().union(*touched)]
    return sorted(({f"C{d}" for d in g} for g in groups if len(g) > 1), key=sorted)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=20), st.integers(2, 5))
def test_households_are_what_a_plain_merge_finds(pairs, most):
    rows = [f"debtor C{d} lives_at address A{h}" for d, h in pairs]
    assert units(rows, household_max=most) == slow_units(pairs, most)
