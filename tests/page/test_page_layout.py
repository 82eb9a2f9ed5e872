"""Laws of the layout: every member has a place, no two share one, and order does not matter."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_run import big_ring, hostile_ring, small_ring

from ringfinder.model import Member, Ring, RingLink, Row
from ringfinder.page.layout import ring_positions, ring_sectors

ROLES = (
    ("agent", "organiser"),
    ("company", "company"),
    ("agent", "agent"),
    ("law_firm", "lawful representative"),
    ("phone", "shared phone"),
    ("payee_account", "shared payee"),
    ("template", "shared template"),
    ("debtor", "debtor"),
    ("complaint", "complaint"),
    ("thing", "never heard of"),
)


def made_ring(size: int, links: int, seed: int, roles: tuple[tuple[str, str], ...] = ROLES) -> Ring:
    rng = random.Random(seed)
    chosen = [rng.choice(roles) for _ in range(size)]
    members = tuple(Member(kind, str(k), f"m{k}", role, 1.0) for k, (kind, role) in enumerate(chosen))
    made = tuple(
        RingLink(rng.choice(members).id, rng.choice(members).id, "related_to", "", Row("f.csv", k + 2))
        for k in range(links)
    )
    return Ring("R1", 1, "strong", 1.0, (), members, (), (), made, "")


def least_distance(places: dict[str, tuple[float, float]]) -> float:
    points = np.array(list(places.values())) @ np.array([1, 1j])
    apart = np.abs(points[:, None] - points[None, :])
    np.fill_diagonal(apart, np.inf)
    return float(apart.min())


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 120), links=st.integers(0, 300), seed=st.integers(0, 10**6))
def test_members_all_stand_apart_whatever_the_ring(size: int, links: int, seed: int) -> None:
    ring = made_ring(size, links, seed)
    places = ring_positions(ring)
    assert list(places) == [m.id for m in ring.members]
    assert all(math.isfinite(v) for point in places.values() for v in point)
    assert least_distance(places) > 10


@settings(max_examples=15, deadline=None)
@given(size=st.integers(2, 80), links=st.integers(0, 160), seed=st.integers(0, 10**6))
def test_order_of_members_and_links_does_not_matter(size: int, links: int, seed: int) -> None:
    ring = made_ring(size, links, seed)
    rng = random.Random(seed)
    members, made = list(ring.members), list(ring.links)
    rng.shuffle(members)
    rng.shuffle(made)
    shuffled = replace(ring, members=tuple(members), links=tuple(made))
    assert ring_positions(shuffled) == ring_positions(ring)
    assert ring_sectors(shuffled) == ring_sectors(ring)


@pytest.mark.parametrize("size", [1, 2, 3, 60, 200, 500])
@pytest.mark.parametrize("role", [("debtor", "debtor"), ("complaint", "complaint"), ("phone", "shared phone"), None])
def test_rings_of_one_role_or_many_fit(size: int, role: tuple[str, str] | None) -> None:
    ring = made_ring(size, size * 2, 5, (role,) if role else ROLES)
    assert least_distance(ring_positions(ring)) > 10


def test_one_debtor_with_499_complaints() -> None:
    members = (
        Member("debtor", "d", "d", "debtor", 1),
        *(Member("complaint", str(k), "c", "complaint", 1) for k in range(499)),
    )
    links = tuple(RingLink("debtor:d", m.id, "filed", "", Row("f", 2)) for m in members[1:])
    ring = Ring("R1", 1, "strong", 1.0, (), members, (), (), links, "")
    assert least_distance(ring_positions(ring)) > 10


def test_sixty_members_leave_room_for_labels() -> None:
    places = ring_positions(big_ring(43, 0))
    assert len(places) >= 57
    assert least_distance(places) >= 34


def test_layers_go_from_organiser_to_complaint() -> None:
    ring = big_ring()
    places = ring_positions(ring)
    far = {m.id: math.hypot(places[m.id][0] / 1.08, places[m.id][1]) for m in ring.members}
    ranges = [
        [far[m.id] for m in ring.members if m.role in roles]
        for roles in (
            ("organiser", "company"),
            ("agent",),
            ("shared phone",),
            ("debtor",),
            ("complaint",),
        )
    ]
    for inner, outer in itertools.pairwise(ranges):
        assert max(inner) < min(outer)


def test_debtors_of_one_agent_are_neighbours() -> None:
    ring = big_ring()
    places = ring_positions(ring)
    around = sorted(
        (m.id for m in ring.members if m.role == "debtor"),
        key=lambda i: math.atan2(places[i][1], places[i][0]),
    )
    agent = {x.source: x.target for x in ring.links if x.relation == "represented_by" and x.target.startswith("agent")}
    changes = sum(agent[a] != agent[b] for a, b in zip(around, around[1:] + around[:1], strict=True))
    assert changes == 3
    assert sorted(s.count for s in ring_sectors(ring)) == [14, 14, 15]


@pytest.mark.parametrize("ring", [hostile_ring(), small_ring(), replace(small_ring(), members=(), links=())])
def test_odd_rings_are_placed(ring: Ring) -> None:
    assert len(ring_positions(ring)) == len(ring.members)
