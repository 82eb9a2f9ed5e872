"""Common causes (M08): many people hurt by one thing, or who use one public letter, are no ring.

A group of complaints is a wave if at least ``wave_min`` unrelated debtors have one thing in common (a text, a public
template, an employer, a village, a lender), who complained within ``wave_days`` where only the days tell, and nothing
hard (contact, representation, mail, money, device) joins any two of them. Debtors of a lead are no part of a wave: a
ring that rides on one stays a lead. A cluster to observe of which nearly all are in a wave is told as the wave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import CalendarEntry
from ringfinder.graph import NO_DATE, Graph
from ringfinder.model import Mitigation, Ring, Row, literal
from ringfinder.people import event_owner, people_kind
from ringfinder.score.candidates import Basis
from ringfinder.score.signals.windows import day_text
from ringfinder.vocabulary import extend, plural, vocabulary

__all__ = ["common_causes"]

#: A wave holds so many times the complaints that its days would bring anyway.
_ABOVE_USUAL = 3.0
#: From this share of its debtors on a cluster is a wave.
_MOSTLY = 0.8
#: The beginning of an address down to the village or town.
_VILLAGE = r"^(.{2,}?(?:村|屯|寨|社区|乡|镇))"
#: What a group has in common -> how the sentence says it; whether the days must tell, too.
_TRAITS = {
    "template": ("are one text ({n0})", False),
    "public": ("use the public template {name}", False),
    "kin": ("are rewritten from one text ({n0})", False),
    "employer": ("are of people who work at {n0}", True),
    "village": ("are of people who live in one place ({n0})", True),
    "lender": ("are about {n0}, far more than usual", True),
}


@dataclass(frozen=True, eq=False)
class _Wave:
    """A group of complaints: rows of the table of complaints, what they have in common, and its key."""

    trait: str
    key: str
    table: pl.DataFrame


def common_causes(
    graph: Graph,
    rings: Sequence[Ring],
    basis: Basis,
) -> tuple[tuple[Ring, ...], tuple[Mitigation, ...]]:
    """The rings without the clusters that are waves, ranked anew, and one fact (M08) for each wave, largest first."""
    settings = basis.settings
    table = _complaints(graph, basis.units)
    leads = graph.among((m.kind, m.key) for r in rings if r.tier == "strong" for m in r.members if m.role == "debtor")
    table = table.filter(pl.Series(~leads[table["debtor"].to_numpy()], dtype=pl.Boolean))
    if table["unit"].n_unique() < settings.wave_min:
        return tuple(rings), ()
    hard = _hard_uses(graph, basis.units, basis.blocked)
    waves: list[_Wave] = []
    for trait, (_, by_days) in _TRAITS.items():
        having = table.join(_having(graph, trait), on="debtor" if trait in ("employer", "village") else "complaint")
        counted = having.group_by("key").agg(n=pl.col("unit").n_unique(), total=pl.len())
        for key in counted.filter(pl.col("n") >= settings.wave_min).sort(["n", "key"], descending=[True, False])["key"]:
            group = having.filter(pl.col("key") == key).join(table, on=["complaint", "row", "file"], how="semi")
            if by_days:
                group = _wave_days(group, settings.wave_days, strict=trait == "lender")
            group = _unjoined(group, hard)
            if group["unit"].n_unique() >= settings.wave_min:
                waves.append(_Wave(trait, key, group))
                table = table.join(group, on="complaint", how="anti")
    waves.sort(key=lambda w: (-w.table.height, w.trait, w.key))
    facts = tuple(_fact(graph, wave, basis.calendar) for wave in waves)
    hit = pl.concat([pl.Series([], dtype=pl.Int64), *(w.table["debtor"] for w in waves)])
    return _without_waves(graph, rings, hit), facts


def _without_waves(graph: Graph, rings: Sequence[Ring], hit: pl.Series) -> tuple[Ring, ...]:
    """The rings without the clusters to observe of which nearly all debtors (node numbers ``hit``) are in a wave."""
    if hit.is_empty():
        return tuple(rings)
    known = graph.nodes.select("kind", "key").with_row_index("node").filter(pl.col("node").is_in(hit.implode()))
    inside = {f"{kind}:{key}" for _, kind, key in known.iter_rows()}
    kept = [r for r in rings if r.tier == "strong" or _share(r, inside) < _MOSTLY]
    return tuple(replace(ring, id=f"R{i}", rank=i) for i, ring in enumerate(kept, start=1))


def _share(ring: Ring, inside: set[str]) -> float:
    debtors = [m.id for m in ring.members if m.role == "debtor"]
    return sum(d in inside for d in debtors) / max(len(debtors), 1)


def _complaints(graph: Graph, units: NDArray[np.int64]) -> pl.DataFrame:
    """``complaint``, ``debtor`` (node numbers), ``unit``, ``day`` (or null), ``file``, ``row``; one row a filing."""
    links = graph.links
    filed = graph.relation_is("filed") & graph.is_kind("complaint")[links.target]
    filed &= graph.is_kind(people_kind(graph))[links.source]
    debtor = links.source[filed].astype(np.int64)
    days = links.date[filed].astype(np.int64)
    return pl.DataFrame(
        {
            "complaint": links.target[filed].astype(np.int64),
            "debtor": debtor,
            "unit": units[debtor],
            "day": pl.Series(days).set(pl.Series(days == NO_DATE), None),
            "file": links.file[filed].astype(np.int64),
            "row": links.row[filed].astype(np.int64),
        }
    ).sort("file", "row", "complaint")


def _ends(graph: Graph, relation: str, source: str) -> pl.DataFrame:
    """Links of a relation as ``source`` and ``end`` (node numbers), each once."""
    mask = graph.relation_is(relation)
    return pl.DataFrame(
        {
            source: graph.links.source[mask].astype(np.int64),
            "end": graph.links.target[mask].astype(np.int64),
        }
    ).unique(maintain_order=True)


def _having(graph: Graph, trait: str) -> pl.DataFrame:
    """Who has what in common: ``complaint`` or ``debtor``, and ``key`` (of the node, or the text itself)."""
    if trait == "public":
        if "public_text" not in graph.nodes.columns:
            return pl.DataFrame(schema={"complaint": pl.Int64, "key": pl.String})
        nodes = graph.nodes.select(complaint=pl.int_range(pl.len(), dtype=pl.Int64), key="public_text")
        return nodes.drop_nulls()
    relation, who = {
        "template": ("uses_template", "complaint"),
        "kin": ("resembles_template", "complaint"),
        "employer": ("works_at", "debtor"),
        "village": ("lives_at", "debtor"),
        "lender": ("about", "complaint"),
    }[trait]
    ends = _ends(graph, relation, who)
    key = pl.Series("key", graph.nodes["key"].gather(ends["end"]))
    table = ends.select(who).with_columns(key)
    if trait == "village":
        table = table.with_columns(pl.col("key").str.extract(_VILLAGE, 1)).drop_nulls().unique(maintain_order=True)
    return table


def _hard_uses(graph: Graph, units: NDArray[np.int64], blocked: NDArray[np.bool_]) -> pl.DataFrame:
    """Who shares what by a hard family: ``debtor``, ``unit``, ``thing``, each once; benign hubs join nobody."""
    words = extend(vocabulary(), [], graph.relations)
    known = {r: words.relations[r] for r in graph.relations}
    # a guarded link (the employer's switchboard) is what a lay-off has in common, no tie
    hard = [r for r, w in known.items() if w.family and words.families[w.family].hard and w.clusters == "yes"]
    links, owner = graph.links, event_owner(graph)
    person = graph.is_kind(people_kind(graph))
    left, right = owner[links.source], owner[links.target]
    fits = graph.relation_is(*hard) & person[left] & ~person[right] & ~blocked[left] & ~blocked[right]
    return pl.DataFrame({"debtor": left[fits], "unit": units[left[fits]], "thing": right[fits]}).unique()


def _unjoined(group: pl.DataFrame, hard: pl.DataFrame) -> pl.DataFrame:
    """The complaints of those who share nothing hard with another unit of the group."""
    uses = hard.join(group.select("debtor").unique(), on="debtor", how="semi")
    shared = uses.filter(pl.col("unit").n_unique().over("thing") >= 2)
    return group.join(shared.select("unit").unique(), on="unit", how="anti", maintain_order="left")


def _wave_days(group: pl.DataFrame, days: int, *, strict: bool) -> pl.DataFrame:
    """The complaints of the busiest ``days`` days, if these hold far more than usual; else none.

    ``strict``: the input must span three times as many days, else nothing tells what is usual.
    """
    dated = group.drop_nulls("day").sort("day")
    day = dated["day"].to_numpy()
    if not len(day):
        return group.clear()
    number = np.searchsorted(day, day + days) - np.arange(len(day))
    first = int(number.argmax())
    most, span = int(number[first]), int(day[-1] - day[0]) + 1
    if span >= 3 * days:
        usual = (len(day) - most) / (span - days) * days
        if most < _ABOVE_USUAL * usual:
            return group.clear()
    elif strict:
        return group.clear()
    return dated[first : first + most]


def _fact(graph: Graph, wave: _Wave, calendar: Sequence[CalendarEntry]) -> Mitigation:
    """The sentence of a wave: how many, when, what they have in common, and the one channel or lender if so."""
    table = wave.table
    kind = {"kin": "template", "village": "address"}.get(wave.trait, wave.trait)
    nodes = [] if wave.trait == "public" else [f"{kind}:{wave.key}"]
    common = _TRAITS[wave.trait][0].format(name=wave.key, n0="{n0}")
    told = [f"{plural(table['complaint'].n_unique(), 'complaint')} of {plural(table['debtor'].n_unique(), 'debtor')}"]
    days = table["day"].drop_nulls()
    if len(days):
        known_days = days.to_numpy()
        told.append(day_text(int(known_days.min()), int(known_days.max())))
    also = []
    lender = None
    for relation, words in (("about", "about"), ("via", "through")):
        ends = _ends(graph, relation, "complaint").join(table.select("complaint").unique(), on="complaint", how="semi")
        if ends["end"].n_unique() == 1 and ends["complaint"].n_unique() == table["complaint"].n_unique():
            node = graph.nodes.row(int(ends["end"][0]), named=True)
            lender = node["label"] if relation == "about" else lender
            if f"{node['kind']}:{node['key']}" not in nodes:
                also.append(f", all {words} {{n{len(nodes)}}}")
                nodes.append(f"{node['kind']}:{node['key']}")
    known = [literal(e.name) for e in calendar if _covers(e, days, lender)]
    why = f" (your calendar: {', '.join(known)})" if known else ""
    rows = zip(table["file"], table["row"], strict=True)
    return Mitigation(
        "M08",
        f"{' '.join(told)} {common}{''.join(also)}; no phone, agent, company, payee, device or letter joins any two of "
        f"these debtors: a common cause{why}, no ring",
        tuple(sorted({Row(graph.files[f], r) for f, r in rows})),
        tuple(nodes),
    )


def _covers(entry: CalendarEntry, days: pl.Series, lender: str | None) -> bool:
    if entry.first is None or entry.last is None or not len(days) or entry.lender not in ("", lender):
        return False
    inside = days.cast(pl.Int32).cast(pl.Date).is_between(entry.first, entry.last)
    return bool(inside.to_numpy().mean() >= _MOSTLY)
