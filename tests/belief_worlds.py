"""What the tests of the ring model share: rows of little worlds, and what the model says of them, found by name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from cases import complaints, graph_of

from ringfinder.belief import Belief, BeliefSettings, believe, group_strength
from ringfinder.config import ScoreSettings
from ringfinder.detect import detect_communities
from ringfinder.graph import Graph
from ringfinder.people import event_owner, people_kind
from ringfinder.score import Basis, cases, find_candidates, rank_rings
from ringfinder.units import debtor_units

CALLER = "+8615400000901"


@dataclass(frozen=True)
class Weighed:
    """A graph and what the model holds of it."""

    graph: Graph
    belief: Belief
    units: np.ndarray
    blocked: np.ndarray

    def node(self, name: str) -> int:
        kind, key = name.split(":", 1)
        keys = zip(self.graph.nodes["kind"], self.graph.nodes["key"], strict=True)
        return list(keys).index((kind, key))

    def at(self, name: str) -> int:
        """Position among the shared things; -1 if it is none."""
        place = np.flatnonzero(self.belief.uses.things == self.node(name))
        return int(place[0]) if len(place) else -1

    def odds(self, name: str) -> float:
        return float(self.belief.odds[self.at(name)])

    def prior(self, name: str) -> float:
        return float(self.belief.prior[self.at(name)])

    def source(self, name: str) -> str:
        return self.belief.uses.codes[self.belief.source[self.at(name)]]

    def local(self, name: str) -> bool:
        return bool(self.belief.uses.local[self.at(name)])

    def uses(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(debtor key, thing key) -> (source, family)."""
        uses, keys = self.belief.uses, self.graph.nodes["key"]
        return {
            (keys[int(d)], keys[int(t)]): (uses.codes[s], uses.families[f])
            for d, t, s, f in zip(uses.debtor, uses.thing, uses.source, uses.family, strict=True)
        }

    def said(self) -> dict[tuple[str, str], float]:
        """(debtor key, thing key) -> message."""
        return dict(zip(self.uses(), self.belief.message.tolist(), strict=True))


def weigh(rows, nodes=(), *, blocked=(), settings=None) -> Weighed:
    """Build the graph and weigh its things; ``blocked`` names hubs as ``kind:key``."""
    graph = graph_of(rows, nodes)
    hub = np.array([f"{k}:{i}" in blocked for k, i in graph.nodes.select("kind", "key").iter_rows()], dtype=bool)
    units = debtor_units(graph)
    return Weighed(graph, believe(graph, units, hub, settings or BeliefSettings()), units, hub)


def cut(world: Weighed, seed=0, resolution=1.0):
    """The debtors of each group of at least three, as sets of keys; and the partition."""
    found = detect_communities(
        world.graph, "ring", resolution=resolution, seed=seed, blocked=world.blocked, belief=world.belief,
        units=world.units,
    )  # fmt: skip
    people = world.graph.is_kind(people_kind(world.graph))
    groups: dict[int, set[str]] = {}
    for label, key, is_person in zip(found.labels, world.graph.nodes["key"], people, strict=True):
        if is_person:
            groups.setdefault(int(label), set()).add(key)
    return [g for g in groups.values() if len(g) >= 3], found


def rank(world: Weighed, settings=None):
    """Detect, score and rank as the pipeline does."""
    _, partition = cut(world)
    settings = settings or ScoreSettings()
    basis = Basis(world.units, event_owner(world.graph), world.blocked, people_kind(world.graph), settings)
    model = None if world.belief.structural else group_strength(
        world.belief, partition.labels, partition.n_communities
    )  # fmt: skip
    candidates = find_candidates(world.graph, partition.labels, basis, model, world.belief)
    return rank_rings(cases(world.graph, candidates, basis, model, world.belief))


def names(letter, number, first=0):
    return [f"{letter}{i}" for i in range(first, first + number)]


def own_phones(debtors, stem):
    """Each debtor has a phone of his own."""
    return [f"debtor {d} uses_phone phone +86{stem}{i:05}" for i, d in enumerate(debtors)]


def crowd(number=200, complaining=6, homes=True):
    """Customers who share nothing; some complain from their own phone, evenly over a year.

    A single known home tells the model that homes are known, so that it takes nobody for kin by surname.
    """
    people = names("B", number)
    day = dt.date(2025, 7, 1)
    rows = own_phones(people, "131000") + (["debtor B0 lives_at address 别处1号"] if homes else [])
    for i in range(complaining):
        when = day + dt.timedelta(days=360 * i // max(complaining, 1))
        rows += [
            f"debtor B{i} filed complaint TB{i} {when}",
            f"complaint TB{i} complained_from phone +86131000{i:05} {when}",
        ]
    return rows


def undated(debtors, phone):
    """Complaints without a day."""
    return [
        row
        for d in debtors
        for row in (f"debtor {d} filed complaint T{d}", f"complaint T{d} complained_from phone {phone}")
    ]


def each(debtors, relation, thing):
    return [f"debtor {d} {relation} {thing}" for d in debtors]


__all__ = [
    "CALLER", "Weighed", "complaints", "crowd", "cut", "each", "names", "own_phones", "rank", "undated", "weigh",
]  # fmt: skip
