"""Stage *blocks*: strangers' mobile numbers that stand next to one another, as shared things.

Agents buy SIM cards in batches. Where every client is given a phone of its own, no phone is shared, but the phones'
numbers follow one another (domain RF21 and RF22): 154 0818 2419, 2420, 2424 ... A *block* is such a run of numbers.
Landlines make none: they are one switchboard's extensions. Own phones make none either unless they were set down anew:
families and companies buy their plans together (:mod:`ringfinder.hubs.consecutive` tells those).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import LINK_DTYPES, NO_DATE, Graph, Links
from ringfinder.graph_build import reordered
from ringfinder.people import event_owner, people_kind
from ringfinder.units import debtor_units

__all__ = ["attach_blocks", "number_runs"]

#: Numbers that differ by no more than this belong together: cards come in boxes of 100 and packs of 10, and one lender
#: sees only those that were used against it.
STEPS = (100, 10)
#: Fewest unrelated debtors of a block, each with a number of its own.
LEAST = 3
#: Most runs as long as a block that chance is expected to make in the whole input.
CHANCE = 1e-3
#: Numbers around a run in which strangers are counted: what operators hand to one town, and to one shop, at a time.
RANGES = (10_000, 1_000)
#: If more than one run in ten stands in a crowd, all may.
CROWDED = 0.9
#: Mobile numbers of the countries where their first digits tell them from landlines: China, the United Kingdom.
_MOBILE = r"^\+(?:861[3-9][0-9]{9}|447[1-57-9][0-9]{8})$"
_KIND, _RELATION = "number_block", "uses_block"
_MANDATE, _RECORD = "represented_by", "uses_record_phone"
_USES = ("complained_from", "sent_by", _MANDATE, _RECORD)
_OWN = ("uses_phone", "uses_home_phone")


def attach_blocks(graph: Graph, *, household_max: int = 6) -> Graph:
    """``graph`` with a ``number_block`` node for every run of neighbouring numbers that chance does not explain.

    A mobile number counts if a debtor complained from it, sent a letter with it or is represented by it and nobody of
    his household gives it as his own; or if it is his phone of record, and was set down anew (the link has a date) or
    is not his own phone.

    Parameters
    ----------
    graph : Graph
        With any of the relations ``complained_from``, ``sent_by``, ``represented_by`` and ``uses_record_phone``.
    household_max : int
        See :func:`ringfinder.units.debtor_units`.

    Returns
    -------
    Graph
        - ``number_block`` nodes: ``key`` (String, first number and the last digits of the last one),
          ``block_numbers`` (Int64, distinct numbers that are used).
        - links ``uses_block``, debtor → block, with file, row and date of each use that counted.

        A graph without blocks, or with blocks already, is returned as it is.
    """
    if _KIND in graph.counts():
        return graph
    uses = _foreign_uses(graph, household_max)
    found = number_runs(uses.select("number", "unit"))
    return graph if found.is_empty() else _with_blocks(graph, uses, found)


def number_runs(uses: pl.DataFrame) -> pl.DataFrame:
    """Runs of neighbouring numbers of at least :data:`LEAST` unrelated users that chance does not explain.

    A run is a chain of numbers, each at most a step above the one before, so that it may cross a ten or a hundred.
    The wider step of :data:`STEPS` is tried first; where the numbers lie too dense for it, the narrower one.

    A run is as long as the users it has with a number each to themselves. If N numbers lay at random, with ``d`` of
    them to be expected in the step after any one, then ``N * (1 - exp(-d)) ** (length - 1)`` runs of that length
    would be expected (each of the N may begin one); that must be below :data:`CHANCE`, shared by the steps. ``d`` is
    what is seen beside the run, on its denser side and in the denser of :data:`RANGES`, plus what is usual around
    runs, so that neither an empty neighbourhood nor a small input makes everything improbable. A run over 1,000
    numbers is an operator's stock, and no batch.

    Parameters
    ----------
    uses : DataFrame
        ``number`` (Int64), ``unit`` (Int64): who uses it.

    Returns
    -------
    DataFrame
        ``number`` (Int64, distinct, ascending), ``first``, ``last`` (Int64, ends of its run), ``size`` (Int64, the
        run's numbers). Runs that are kept only.
    """
    number = uses["number"].unique().sort().to_numpy()
    usual = [_usual(number, width) for width in RANGES]
    wide, narrow = (_kept_runs(uses, number, step, usual) for step in STEPS)
    return pl.concat([wide, narrow.join(wide, on="number", how="anti")]).sort("number")


def _kept_runs(uses: pl.DataFrame, number: NDArray[np.int64], step: int, usual: list[float]) -> pl.DataFrame:
    """:func:`number_runs` by one step; ``number`` holds the distinct numbers, ascending, ``usual`` one for a range."""
    run, first, last, size = _cut(number, step)
    # the denser side: a run at the end of what was sold has nobody on the other
    sides = [2 * np.maximum(*_beside(number, first, last, width)) for width in RANGES]
    density = [(side + often) / width for side, often, width in zip(sides, usual, RANGES, strict=True)]
    near = -np.expm1(-step * np.max(density, axis=0))
    length = _lengths(uses, pl.DataFrame({"number": number, "run": run}), len(size))
    by_chance = len(number) * near ** np.maximum(length - 1, 0)
    kept = (length >= LEAST) & (by_chance < CHANCE / len(STEPS)) & (last - first < min(RANGES))
    table = pl.DataFrame({"number": number, "first": first[run], "last": last[run], "size": size[run]})
    return table.filter(pl.Series(kept[run], dtype=pl.Boolean))


def _cut(number: NDArray[np.int64], step: int) -> tuple[NDArray[np.int64], ...]:
    """The run of each number; the first number, the last one and how many there are of each run."""
    begins = np.ones(len(number), dtype=bool)
    begins[1:] = np.diff(number) > step
    starts = np.flatnonzero(begins)
    size = np.diff(np.r_[starts, len(number)])
    return np.cumsum(begins) - 1, number[starts], number[starts + size - 1], size


def _beside(
    number: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers in half the ``width`` below each run and above it."""
    low, begin = np.searchsorted(number, [first - width // 2, first])
    end, high = np.searchsorted(number, [last, last + width // 2], side="right")
    return begin - low, high - end


def _usual(number: NDArray[np.int64], width: int) -> float:
    """Strangers in the ``width`` around an average run; or, if more, what stands there in all around all runs but the
    most crowded tenth: where many look like a batch, none is.

    Runs are counted, not numbers, lest one big batch outvotes all.
    """
    _, first, last, size = _cut(number, max(STEPS))
    strangers = np.add(*_beside(number, first, last, width))
    crowd = np.sort(np.r_[0, strangers + size - 1])[int(CROWDED * len(size))]
    return max(float(strangers.sum() + 1) / max(len(size), 1), float(crowd))  # 1: none seen yet is not none


def _lengths(uses: pl.DataFrame, runs: pl.DataFrame, number: int) -> NDArray[np.int64]:
    """How many users with a number of their own each run has, shape (number,).

    A user of several numbers counts by the one that fewest use: ten clients of one phone are no block, nor are the
    three phones of one client.
    """
    several = runs.filter(pl.len().over("run") >= LEAST)  # most numbers have no neighbours: they leave here
    own = (
        uses.unique()
        .join(several, on="number")
        .with_columns(users=pl.len().over("number"))
        .sort("run", "unit", "users", "number")
        .unique(["run", "unit"], keep="first", maintain_order=True)
    )
    counted = own.group_by("run").agg(pl.col("number").n_unique().alias("length"))
    lengths = np.zeros(number, dtype=np.int64)
    lengths[counted["run"].to_numpy()] = counted["length"].to_numpy()
    return lengths


def _foreign_uses(graph: Graph, household_max: int) -> pl.DataFrame:
    """``link`` (position), ``debtor``, ``unit``, ``phone`` (node indices), ``number`` of every use that counts."""
    links, n = graph.links, graph.n_nodes
    people, who = graph.is_kind(people_kind(graph)), event_owner(graph)[graph.links.source]
    link = np.flatnonzero(graph.relation_is(*_USES) & people[who] & graph.is_kind("phone")[links.target])
    phones = np.unique(links.target[link]).astype(np.int64)
    key = graph.nodes["key"].gather(phones)
    numbers = (
        pl.DataFrame({"phone": phones, "key": key})
        .filter(pl.col("key").str.contains(_MOBILE))
        .select("phone", number=pl.col("key").str.slice(1).cast(pl.Int64))
    )
    mobile = np.zeros(n, dtype=bool)
    mobile[numbers["phone"].to_numpy()] = True
    link = link[mobile[links.target[link]]]
    debtor, phone = who[link], links.target[link].astype(np.int64)
    units = debtor_units(graph, household_max=household_max)
    own = graph.relation_is(*_OWN) & people[links.source]
    owns = np.zeros(n, dtype=bool)
    owns[links.source[graph.relation_is("uses_phone")]] = True
    own_unit, own_phone = units[links.source[own & mobile[links.target]]], links.target[own & mobile[links.target]]
    recorded = graph.relation_is(_RECORD) & people[links.source] & mobile[links.target]
    is_record = graph.relation_is(_RECORD)[link]
    pair = _pair(units[debtor], phone)
    is_own = np.isin(pair, _pair(own_unit, own_phone))
    on_record = np.isin(pair, _pair(units[links.source[recorded]], links.target[recorded]))
    anew = (links.date[link] != NO_DATE) | (owns[debtor] & ~is_own)
    counts = np.where(is_record, anew, ~is_own & ~on_record)
    # a phone that the power of attorney names belongs to representation: that row is its receipt, no other
    mandate = graph.relation_is(_MANDATE)[link]
    named = np.isin(_pair(debtor, phone), _pair(debtor[mandate], phone[mandate]))
    counts &= mandate | ~named
    table = pl.DataFrame({"link": link, "debtor": debtor, "unit": units[debtor], "phone": phone})
    return table.filter(pl.Series(counts, dtype=pl.Boolean)).join(numbers, on="phone", maintain_order="left")


def _pair(first: NDArray[np.int64], second: NDArray[np.integer]) -> NDArray[np.int64]:
    return (first.astype(np.int64) << 32) | second.astype(np.int64)


def _with_blocks(graph: Graph, uses: pl.DataFrame, found: pl.DataFrame) -> Graph:
    """The graph with these runs as nodes, and a link to them for each use of one of their numbers."""
    first, last = pl.col("first").cast(pl.String), pl.col("last").cast(pl.String).str.tail(4)
    national = first.str.strip_prefix("86")
    shown = pl.when(national == first).then("+" + first).otherwise(national)
    blocks = found.unique("first").sort("first").with_row_index("block", offset=graph.n_nodes)
    nodes = blocks.select(
        kind=pl.lit(_KIND),
        key=pl.concat_str(pl.lit("+"), first, pl.lit("-"), last),
        label=pl.concat_str(shown, pl.lit(" to "), last),
        block_numbers=pl.col("size"),
    )
    used = uses.join(found.join(blocks.select("first", "block"), on="first"), on="number").sort("link")
    relations = tuple(sorted({*graph.relations, _RELATION}))
    old = np.array([relations.index(code) for code in graph.relations], dtype=np.uint8)
    links = graph.links
    at = used["link"].to_numpy()
    more = replace(
        links.take(at),
        source=used["debtor"].to_numpy(),
        target=used["block"].to_numpy(),
        relation=np.full(len(at), relations.index(_RELATION)),
        weight=np.ones(len(at), dtype=np.float32),
    )
    parts = (replace(links, relation=old[links.relation]), more)
    joined = Links(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in LINK_DTYPES})
    return reordered(Graph(pl.concat([graph.nodes, nodes], how="diagonal_relaxed"), joined, relations, graph.files))
