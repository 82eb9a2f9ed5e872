"""Consecutive own numbers of people of one home or employer: told, and without effect on links."""

from __future__ import annotations

import pytest
from test_hubs import NOTHING
from test_people import graph_of

from ringfinder.config import HubSettings
from ringfinder.graph import Graph
from ringfinder.hubs import find_hubs


def people(*numbers: int, place: str = "employer:E", relation: str = "works_at"):
    """One person a number, all of one place."""
    rows = [(f"debtor:{n}", "uses_phone", f"phone:+8615400000{n:03}") for n in numbers]
    return rows + [(f"debtor:{n}", relation, place) for n in numbers]


def told(graph: Graph) -> list[tuple[str, str, int]]:
    hubs = find_hubs(graph, NOTHING, HubSettings())
    assert not hubs.blocked.any()
    assert all("consecutive numbers of one" in h.reason for h in hubs.table)
    return [(h.kind, h.key, h.degree) for h in hubs.table if h.treatment == "ANNOTATE"]


@pytest.mark.parametrize(("step", "number"), [(1, 2), (2, 2), (3, 2), (4, 0)])
def test_numbers_that_differ_by_three_at_most_follow_one_another(step, number):
    expected = [("employer", "E", number)] if number else []
    assert told(graph_of(*people(500, 500 + step))) == expected


def test_a_chain_counts_all_its_people_and_nobody_else():
    assert told(graph_of(*people(500, 502, 505, 506, 510))) == [("employer", "E", 4)]


def test_a_home_counts_like_an_employer():
    assert told(graph_of(*people(500, 501, place="address:A", relation="lives_at"))) == [("address", "A", 2)]


def test_others_between_two_numbers_change_nothing():
    rows = people(500, 503) + people(501, place="employer:F") + people(502, place="employer:G")
    assert told(graph_of(*rows)) == [("employer", "E", 2)]


def test_people_of_different_places_are_not_told():
    assert told(graph_of(*people(500), *people(501, place="employer:F"))) == []


def test_two_numbers_of_one_person_are_not_told():
    rows = [*people(500), ("debtor:500", "uses_record_phone", "phone:+8615400000501")]
    assert told(graph_of(*rows)) == []


def test_numbers_that_are_not_their_own_are_not_told():
    rows = [row if row[1] != "uses_phone" else (row[0], "complained_from", row[2]) for row in people(500, 501)]
    assert told(graph_of(*rows)) == []


def test_keys_that_are_no_numbers_are_left_alone():
    rows = [("debtor:a", "uses_phone", "phone:p1"), ("debtor:b", "uses_phone", "phone:p2")]
    rows += [("debtor:a", "works_at", "employer:E"), ("debtor:b", "works_at", "employer:E")]
    assert told(graph_of(*rows)) == []


def test_a_place_that_is_treated_already_keeps_its_treatment_and_is_told_besides():
    rows = people(*range(500, 512), place="address:A", relation="lives_at")
    (hub,) = find_hubs(graph_of(*rows), NOTHING, HubSettings()).table
    assert hub.treatment == "GUARD"
    assert hub.reason.endswith("; consecutive numbers of one home address: 12 people")
