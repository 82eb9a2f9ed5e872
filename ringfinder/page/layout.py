"""Where the members of a ring stand: a radial picture in layers, the same every time.

Organisers and companies in the middle, agents around them, then the things people share, and the debtors on
the rim with their complaints beyond them. Debtors who share an agent or a phone stand side by side.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ringfinder.page.styles import role_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfinder.model import Ring

__all__ = ["Sector", "ring_positions", "ring_sectors"]

_TURN = 2 * math.pi
_SPACING = 104.0  # along an inner orbit
_GAP = 96.0  # between orbits
_SLOT = 36.0  # arc of a debtor without complaints
_BEAD = 13.0  # between complaints of one debtor
_FIRST_BEAD = 22.0  # from a debtor to its first complaint
_STRETCH = 1.08  # screens are wider than high


@dataclass(frozen=True)
class Sector:
    """The arc of the debtors who share one member, in the layout's own coordinates (before ``stretch``)."""

    member: str
    start: float
    end: float
    inner: float
    outer: float
    count: int
    stretch: float = _STRETCH


@dataclass
class _Plan:
    places: dict[str, tuple[float, float]]
    sectors: list[Sector]


def ring_positions(ring: Ring) -> dict[str, tuple[float, float]]:
    """Coordinates of every member of ``ring``, by member id, centred on the origin.

    Deterministic: the order of members and links does not matter.
    """
    return _plan(ring).places


def ring_sectors(ring: Ring) -> list[Sector]:
    """The arcs of two or more debtors on the rim who share an agent, an organiser, a company or a phone."""
    return _plan(ring).sectors


def _plan(ring: Ring) -> _Plan:
    layer = {m.id: role_of(m).layer for m in ring.members}
    near: dict[str, set[str]] = defaultdict(set)
    for link in ring.links:
        if link.source in layer and link.target in layer and link.source != link.target:
            near[link.source].add(link.target)
            near[link.target].add(link.source)

    beads: dict[str, list[str]] = {i: [] for i in sorted(layer) if layer[i] == 3}
    for complaint in sorted(i for i in layer if layer[i] == 4):
        owner = min((n for n in near[complaint] if layer[n] == 3), default=None)
        beads.setdefault(owner or complaint, [])
        if owner:
            beads[owner].append(complaint)
    reach = {item: {n for i in (item, *own) for n in near[i] if layer[n] < 3} for item, own in beads.items()}
    groups = _groups(reach, layer)

    places: dict[str, tuple[float, float]] = {}
    radius = 0.0
    rim = [item for _, members in groups for item in members]
    guess = {item: _TURN * k / max(1, len(rim)) for k, item in enumerate(rim)}
    for depth in range(3):
        ids = sorted(i for i in layer if layer[i] == depth)
        if not ids:
            continue
        wanted = {i: _mean_angle(i, reach, near, guess) for i in ids}
        lone = [m.id for m in ring.members if m.role == "organiser"]
        if depth == 0 and len(lone) == 1:
            places[lone[0]], radius = (0.0, 0.0), 1e-9
            ids.remove(lone[0])
        if not ids:
            continue
        polar, radius = _orbits(ids, wanted, radius)
        places.update({i: (r * math.cos(a), r * math.sin(a)) for i, (r, a) in polar.items()})
        guess.update({i: a for i, (_, a) in polar.items()})
    sectors = _rim(groups, beads, radius + (_GAP if places else 0.0), places)
    whole = {i: (round(x * _STRETCH, 1) + 0.0, round(y, 1) + 0.0) for i, (x, y) in places.items()}
    return _Plan({m.id: whole[m.id] for m in ring.members}, sectors)


def _groups(reach: Mapping[str, set[str]], layer: Mapping[str, int]) -> list[tuple[str | None, list[str]]]:
    """Debtors by the hub that tells most about them, groups that share other hubs side by side."""
    weight: dict[str, int] = defaultdict(int)
    for hubs in reach.values():
        for hub in hubs:
            weight[hub] += 1
    rank = {1: 0, 0: 1, 2: 2}

    def best(hubs: set[str]) -> str | None:
        telling = [h for h in hubs if weight[h] < len(reach)] or list(hubs)
        return min(telling, key=lambda h: (weight[h] < 2, rank[layer[h]], -weight[h], h), default=None)

    by_hub: dict[str | None, list[str]] = defaultdict(list)
    for item in sorted(reach):
        by_hub[best(reach[item])].append(item)
    todo = sorted(by_hub, key=lambda h: (h is None, -len(by_hub[h]), h or ""))
    chain = todo[:1]
    rest = todo[1:]
    shared = {hub: set().union(*(reach[i] for i in members)) for hub, members in by_hub.items()}
    while rest:
        last = shared[chain[-1]]
        chosen = min(rest, key=lambda h: (h is None, -len(last & shared[h]), rest.index(h)))
        rest.remove(chosen)
        chain.append(chosen)
    order = sorted(weight, key=lambda h: (-weight[h], h))

    def alike(item: str) -> tuple[tuple[bool, ...], str]:
        return tuple(hub not in reach[item] for hub in order), item

    return [(hub, sorted(by_hub[hub], key=alike)) for hub in chain]


def _mean_angle(
    node: str, reach: Mapping[str, set[str]], near: Mapping[str, set[str]], angles: Mapping[str, float]
) -> float:
    """The mean direction of the debtors that reach ``node``, else of its placed neighbours, else 0."""
    around = sorted(i for i, hubs in reach.items() if node in hubs)
    around = around or sorted(n for n in near[node] if n in angles)
    turn = np.exp(1j * np.array([angles[i] for i in around])).sum() if around else 0
    return float(np.angle(turn)) % _TURN if abs(turn) > 1e-6 else 0.0


def _orbits(ids: list[str], wanted: Mapping[str, float], inside: float) -> tuple[dict[str, tuple[float, float]], float]:
    """Polar places of one layer on as few orbits beyond ``inside`` as hold it, and the outermost radius."""
    if inside == 0.0 and len(ids) == 1:
        return {ids[0]: (0.0, 0.0)}, 1e-9
    first = inside + _GAP if inside else max(62.0, min(len(ids), 6) * _SPACING / _TURN)
    radii: list[float] = []
    room: list[int] = []
    while sum(room) < len(ids):
        radii.append(first + _GAP * len(radii))
        room.append(max(1, int(_TURN * radii[-1] / _SPACING)))
    share = np.array(room, dtype=float) / sum(room) * len(ids)
    count = np.floor(share).astype(int)
    for k in np.argsort(-(share - count), kind="stable")[: len(ids) - int(count.sum())]:
        count[k] += 1
    slots = sorted(((m + 0.5) / c, k) for k, c in enumerate(count.tolist()) for m in range(c))
    ordered = sorted(ids, key=lambda i: (wanted[i], i))
    polar: dict[str, tuple[float, float]] = {}
    for k, radius in enumerate(radii):
        mine = [i for i, (_, orbit) in zip(ordered, slots, strict=True) if orbit == k]
        gap = _TURN if radius <= _GAP else _SPACING / radius  # the core stands evenly
        turns = _spread(np.array([wanted[i] for i in mine]), gap)
        polar.update({i: (radius, float(a)) for i, a in zip(mine, turns, strict=True)})
    return polar, radii[-1]


def _spread(wanted: np.ndarray, gap: float) -> np.ndarray:
    """Sorted angles as near to ``wanted`` as a least ``gap`` allows, evenly when it is tight."""
    n = len(wanted)
    if n < 2:
        return wanted
    cut = (int(np.argmax(np.diff(np.append(wanted, wanted[0] + _TURN)))) + 1) % n
    turned = np.roll(wanted, -cut)
    turned = np.where(turned < turned[0], turned + _TURN, turned)
    steps = np.arange(n) * gap
    pushed = np.maximum.accumulate(turned - steps) + steps
    if pushed[-1] - pushed[0] > _TURN - gap:
        pushed = np.arange(n) * _TURN / n
        pushed += float(np.angle(np.exp(1j * (turned - pushed)).sum()))
    else:
        pushed += float((turned - pushed).mean())
    return np.roll(pushed, cut)


def _rim(
    groups: list[tuple[str | None, list[str]]],
    beads: Mapping[str, list[str]],
    least: float,
    places: dict[str, tuple[float, float]],
) -> list[Sector]:
    """Place debtors on one to four rings and their complaints beyond them; return the arcs of the groups."""
    total = sum(len(members) for _, members in groups)
    if not total:
        return []
    deep = {i: max(5, math.ceil(math.sqrt(len(own)))) for i, own in beads.items()}
    wide = {i: max(_SLOT, math.ceil(len(own) / deep[i]) * _BEAD + 18) for i, own in beads.items()}
    reach = max(_FIRST_BEAD + _BEAD * min(len(own), deep[i]) if own else 0.0 for i, own in beads.items())
    rings = 1 if total <= 56 else math.ceil(math.sqrt(total / 40))
    step = reach + 34
    columns = [(hub, [members[k : k + rings] for k in range(0, len(members), rings)]) for hub, members in groups]
    pause = 0.45 * _SLOT if len(groups) > 1 else 0.0
    length = sum(pause + sum(max(wide[i] for i in column) for column in cols) for _, cols in columns)
    radius = max(least, length / _TURN, 120.0)
    unit = _TURN / length
    at = -math.pi / 2
    sectors: list[Sector] = []
    for hub, cols in columns:
        start = at
        for column in cols:
            arc = max(wide[i] for i in column) * unit
            for k, item in enumerate(column):
                angle = at + arc * (k + 0.5) / rings
                _string(item, beads[item], radius + k * step, angle, deep[item], places)
            at += arc
        count = sum(len(c) for c in cols)
        if hub is not None and count > 1:
            outer = radius + (min(rings, count) - 1) * step + reach
            arcs = (round(start, 4), round(at, 4), round(radius - 16, 1), round(outer + 16, 1))
            sectors.append(Sector(hub, *arcs, count))
        at += pause * unit
    return sectors


def _string(
    item: str,
    own: list[str],
    radius: float,
    angle: float,
    deep: int,
    places: dict[str, tuple[float, float]],
) -> None:
    """Put ``item`` on its ring and its complaints on short rows beyond it."""
    places[item] = (radius * math.cos(angle), radius * math.sin(angle))
    lanes = math.ceil(len(own) / deep)
    for k, bead in enumerate(own):
        far = radius + _FIRST_BEAD + _BEAD * (k % deep)
        turn = angle + (k // deep - (lanes - 1) / 2) * _BEAD / radius
        places[bead] = (far * math.cos(turn), far * math.sin(turn))
