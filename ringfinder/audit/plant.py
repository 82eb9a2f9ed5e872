"""Plant a donor's rings into the user's graph: whose clients become which debtors, which links fit, and when.

Only what the user's data record is planted: a relation between two kinds that the graph does not know is left out, an
event may hang on the debtor where the data have no complaint for it, and dates follow the data's own season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.audit.donor import Donor
from ringfinder.errors import DataError
from ringfinder.graph import Graph
from ringfinder.graph_build import frames_of, graph_from_frames

__all__ = ["LEAST_DEBTORS", "Host", "Planted", "host_of", "plant"]

#: Fewer debtors cannot hide a ring.
LEAST_DEBTORS = 200

_TRIPLE = ["source_kind", "relation", "target_kind"]
#: What belongs to the donor's people and not to their rings.
_PRIVATE = ("uses_phone", "uses_work_phone", "uses_home_phone", "lives_at", "works_at", "names_contact",
            "borrowed_from", "assigned_to")  # fmt: skip
#: Ends that every event of the data has alike: drawn from the user's own.
_ANY = ("via", "about")
#: Share of the donor's complaints that note the phone they came from.
_PHONE_NOTED = 0.9


@dataclass(frozen=True, eq=False)
class Host:
    """The user's graph as the planting needs it.

    Attributes
    ----------
    nodes, links : polars.DataFrame
        :func:`ringfinder.graph_build.frames_of` the graph after stage *link*.
    triples : polars.DataFrame
        source_kind, relation, target_kind, and of each: ``file`` (its commonest), ``last`` (that file's last row).
    free : polars.DataFrame
        ``key`` and ``phone`` (own number or null) of the debtors who may become clients, in the order of ``key``.
    weight : ndarray of float64, shape (n_free,)
        How likely each is chosen; overdue debtors are likelier.
    days : ndarray of int64
        The days (since 1970-01-01) of the data's own events, sorted; empty if there are no dates.
    people : str
        The kind that plays the debtor's part.
    """

    nodes: pl.DataFrame
    links: pl.DataFrame
    triples: pl.DataFrame
    free: pl.DataFrame
    weight: NDArray[np.float64]
    days: NDArray[np.int64]
    people: str


@dataclass(frozen=True, eq=False)
class Planted:
    """A graph with rings in it.

    ``truth`` has ``ring`` (Int64, place among the wishes) and ``key`` (String) of every debtor whom a link ties to the
    ring.
    """

    graph: Graph
    truth: pl.DataFrame


def host_of(graph: Graph, taken: frozenset[str], people: str) -> Host:
    """What planting needs to know of ``graph``.

    Parameters
    ----------
    taken : frozenset of str
        Keys of debtors who must not become clients: they are in a ring already.
    people : str
        The kind that plays the debtor's part (:func:`ringfinder.people.people_kind`).

    Raises
    ------
    DataError
        If fewer than :data:`LEAST_DEBTORS` debtors are left.
    """
    nodes, links = frames_of(graph)
    triples = (
        links.group_by(*_TRIPLE, "file").agg(pl.len()).sort("len", "file", descending=[True, False])
        .unique(_TRIPLE, keep="first", maintain_order=True)
        .join(links.group_by("file").agg(last=pl.col("row").max()), on="file")
        .sort(_TRIPLE)
    )  # fmt: skip
    own = links.filter(pl.col("relation").is_in(["uses_phone", "uses_record_phone"]), pl.col("source_kind") == people)
    own = own.sort("relation", "target").unique("source", keep="first", maintain_order=True)
    free = nodes.filter((pl.col("kind") == people) & ~pl.col("key").is_in(sorted(taken)))
    overdue = free["overdue_days"].fill_null(0).to_numpy() if "overdue_days" in free.columns else np.zeros(free.height)
    free = free.select("key").join(
        own.select(key="source", phone="target"), on="key", how="left", maintain_order="left"
    )
    if free.height < LEAST_DEBTORS:
        raise DataError(
            f"only {free.height:,} {people}s are in no lead yet",
            where="audit",
            expected=f"at least {LEAST_DEBTORS}, for rings to be planted among",
            do="audit a larger export",
        )
    return Host(nodes, links, triples, free, np.where(overdue > 0, 6.0, 1.0), _season(links), people)


def _season(links: pl.DataFrame) -> NDArray[np.int64]:
    """The days of complaints, or of whatever events there are; registrations of companies are no events."""
    dated = links.drop_nulls("date")
    filed = dated.filter(pl.col("relation").is_in(["filed", "complained_from"]))
    events = filed if filed.height else dated.filter(~pl.col("source_kind").is_in(["company", "law_firm", "person"]))
    return np.sort(events["date"].to_physical().to_numpy().astype(np.int64))


def plant(host: Host, donor: Donor, rng: np.random.Generator) -> Planted:
    """``host`` with the rings of ``donor``; equal arguments and states of ``rng`` give equal graphs."""
    moved, people = _moved(_dated(donor, host, rng), donor, host, rng)
    links = _noted(_fitting(moved, host, rng), host, rng)
    truth = _tied(links, donor, host, people)
    links = links.drop("file").join(
        host.triples.select(*_TRIPLE, "file", "last"), on=_TRIPLE, how="inner", maintain_order="left"
    )
    # as if the rows stood at the end of the user's own files
    order = pl.int_range(pl.len(), dtype=pl.Int64)
    links = links.with_columns(row=(pl.col("last") + 1 + order).cast(pl.Int32)).drop("last")
    keys = host.nodes.select("kind", "key")
    ends = pl.concat(links.select(kind=f"{e}_kind", key=e) for e in ("source", "target")).unique()
    facts = donor.nodes.select([c for c in donor.nodes.columns if c in host.nodes.columns])
    new = ends.join(keys, on=["kind", "key"], how="anti").join(facts, on=["kind", "key"], how="left")
    graph = graph_from_frames(
        pl.concat([host.nodes, new.sort("kind", "key")], how="diagonal_relaxed"),
        pl.concat([host.links, links.select(host.links.columns)], how="vertical_relaxed"),
    )
    return Planted(graph, truth)


def _tied(links: pl.DataFrame, donor: Donor, host: Host, people: pl.DataFrame) -> pl.DataFrame:
    """``ring``, ``key`` of the clients whom something but their own phone ties to their ring; nobody sees the rest."""
    filed = links.filter(pl.col("relation").is_in(["filed", "posted"])).select(owner="source", event="target")
    own = host.free.drop_nulls("phone").select(owner="key", target="phone")
    ties = links.filter(~pl.col("relation").is_in(["filed", "posted", "called", *_ANY])).select("source", "target")
    if "text" in host.nodes.columns:
        written = donor.links.filter(pl.col("relation") == "uses_template")
        ties = pl.concat([ties, written.select("source", "target")])
    ties = ties.join(filed.unique("event", keep="first", maintain_order=True), left_on="source", right_on="event",
                     how="left").with_columns(owner=pl.coalesce("owner", "source"))  # fmt: skip
    shown = ties.join(own, on=["owner", "target"], how="anti")["owner"].unique()
    clients = donor.clients.join(people, left_on="key", right_on="old").select("ring", key="new")
    return clients.filter(pl.col("key").is_in(shown.implode())).unique().sort("ring", "key")


def _rings_of(donor: Donor, links: pl.DataFrame) -> pl.DataFrame:
    """``kind``, ``key``, ``ring`` of every node of the donor: its own ring, or that of what it is linked to."""
    known = donor.clients.select(kind=pl.lit("debtor"), key="key", ring="ring").unique(["kind", "key"], keep="first")
    both = pl.concat([
        links.select(kind=f"{a}_kind", key=a, to_kind=f"{b}_kind", to=b)
        for a, b in (("source", "target"), ("target", "source"))
    ])  # fmt: skip
    for _ in range(4):  # debtor, complaint, phone, stranger who was called
        near = known.rename({"kind": "to_kind", "key": "to"})
        found = both.join(near, on=["to_kind", "to"]).group_by("kind", "key").agg(pl.col("ring").min())
        known = pl.concat([known, found.join(known, on=["kind", "key"], how="anti").select(known.columns)])
    return known


def _dated(donor: Donor, host: Host, rng: np.random.Generator) -> pl.DataFrame:
    """The donor's ring links with their ``ring``, each ring moved as a whole to a season of the user's data."""
    private = pl.col("relation").is_in(_PRIVATE) & (pl.col("source_kind") == "debtor")
    own = donor.links.filter(pl.col("relation") == "uses_phone").select("source", "target", own=True).unique()
    links = donor.links.filter(~private).join(own, on=["source", "target"], how="left", maintain_order="left")
    links = links.filter(~((pl.col("relation") == "uses_record_phone") & pl.col("own").fill_null(False))).drop("own")
    # family members' and household numbers of the donor are nobody's here
    client = pl.col("source").is_in(donor.clients["key"].implode())
    links = links.filter((pl.col("relation") != "uses_record_phone") | client)
    shared = links.filter(~pl.col("relation").is_in(_ANY))
    rings = _rings_of(donor, shared)
    links = links.join(
        rings.rename({"kind": "source_kind", "key": "source"}), on=["source_kind", "source"], how="left",
        maintain_order="left",
    ).join(
        rings.rename({"kind": "target_kind", "key": "target", "ring": "_other"}), on=["target_kind", "target"],
        how="left", maintain_order="left",
    )  # fmt: skip
    links = links.with_columns(ring=pl.coalesce("ring", "_other")).drop("_other").drop_nulls("ring")
    if not len(host.days):
        return links.with_columns(date=pl.lit(None, dtype=pl.Date))
    return links.with_columns(date=_moved_days(links, host.days, rng))


def _moved_days(links: pl.DataFrame, days: NDArray[np.int64], rng: np.random.Generator) -> pl.Series:
    """The dates of each ring, shifted so that its middle falls on a random event of the data, and pressed into its
    period if it lasts longer."""
    ring = links["ring"].to_numpy()
    date = links["date"].to_physical().cast(pl.Float64).to_numpy()
    organisation = links["source_kind"].is_in(["company", "law_firm", "person"]).to_numpy()
    first, last = (float(days[int(q * (len(days) - 1))]) for q in (0.005, 0.995))
    moved = date.copy()
    for number in np.unique(ring).tolist():
        mine = (ring == number) & np.isfinite(date) & ~organisation
        if not mine.any():
            continue
        low, middle, high = np.quantile(date[mine], (0.02, 0.5, 0.98))
        scale = min(1.0, (last - first) / max(high - low, 1.0))
        target = float(days[rng.integers(len(days))])
        target = min(max(target, first + scale * (middle - low)), last - scale * (high - middle))
        moved[mine] = np.clip(np.floor(target + scale * (date[mine] - middle)), days[0], days[-1])
    good = np.isfinite(moved)
    return pl.Series(np.where(good, moved, 0).astype(np.int32)).cast(pl.Date).set(pl.Series(~good), None)


def _moved(
    links: pl.DataFrame, donor: Donor, host: Host, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links with the user's debtors in place of the donor's, and their own phones in place of theirs; and who is
    in whose place (``old``, ``new``)."""
    theirs = pl.concat([
        donor.clients.select("key"),
        donor.nodes.filter(pl.col("kind") == "debtor").select("key").sort("key"),
    ]).unique("key", keep="first", maintain_order=True)  # fmt: skip
    own = donor.links.filter(pl.col("relation") == "uses_phone").unique("source", keep="first", maintain_order=True)
    needed = links.filter(pl.col("relation").is_in(["called", "complained_from"]))
    phones = pl.concat([needed["source"], needed["target"]]).unique().implode()
    met = pl.concat([donor.clients["key"], links.filter(pl.col("source_kind") == "debtor")["source"],
                     own.filter(pl.col("target").is_in(phones))["source"]]).unique()  # fmt: skip
    theirs = theirs.filter(pl.col("key").is_in(met.implode()))
    if theirs.height > host.free.height // 2:
        raise DataError(
            f"{theirs.height:,} debtors are needed for the planted rings, and {host.free.height:,} are free",
            where="audit",
            expected="twice as many",
            do="plant fewer rings in each round (--rings)",
        )
    chosen = rng.choice(host.free.height, theirs.height, replace=False, p=host.weight / host.weight.sum())
    pairs = pl.concat([theirs.rename({"key": "old"}), host.free[chosen].rename({"key": "new"})], how="horizontal")
    numbers = pairs.join(own.select(old="source", was="target"), on="old").drop_nulls("phone")
    people = dict(zip(pairs["old"], pairs["new"], strict=True))
    lines = dict(zip(numbers["was"], numbers["phone"], strict=True))
    strange = set(own["target"]) - lines.keys()  # whose owner has no phone here

    def end(name: str) -> list[pl.Expr]:
        kind, key = pl.col(f"{name}_kind"), pl.col(name)
        person = key.replace_strict(people, default=None, return_dtype=pl.String)
        line = pl.when(kind == "phone").then(key.replace(lines)).otherwise(key)
        new = pl.when(kind == "debtor").then(person).otherwise(line)
        renamed = pl.when(kind == "debtor").then(pl.lit(host.people)).otherwise(kind)
        return [new.alias(name), renamed.alias(f"{name}_kind")]

    links = links.filter(~pl.col("target").is_in(sorted(strange)) & ~pl.col("source").is_in(sorted(strange)))
    links = links.with_columns(*end("source"), *end("target")).drop_nulls(["source", "target"])
    return links, pairs.select("old", "new")


def _fitting(links: pl.DataFrame, host: Host, rng: np.random.Generator) -> pl.DataFrame:
    """Links of the relations that the user's data have; what hangs on a complaint there may hang on the debtor here."""
    known = host.triples.select(_TRIPLE).rows()
    filed = links.filter(pl.col("relation") == "filed").select(owner="source", event="target")
    filed = filed.unique("event", keep="first", maintain_order=True)
    for one, other in (("complaint", host.people), (host.people, "complaint")):
        away = [(one, r, k) for s, r, k in known if s == other and (one, r, k) not in known]
        if not away:
            continue
        frame = pl.DataFrame(away, schema=dict.fromkeys(_TRIPLE, pl.String), orient="row")
        moving = links.join(frame, on=_TRIPLE, how="semi", maintain_order="left")
        keys = ("event", "owner") if one == "complaint" else ("owner", "event")
        owners = filed.unique(keys[0], keep="first", maintain_order=True).rename({keys[0]: "source", keys[1]: "_to"})
        moving = moving.join(owners, on="source", how="inner", maintain_order="left")
        moving = moving.with_columns(source="_to", source_kind=pl.lit(other)).select(links.columns)
        links = pl.concat([links.join(frame, on=_TRIPLE, how="anti", maintain_order="left"), moving])
    links = links.join(host.triples.select(_TRIPLE), on=_TRIPLE, how="semi", maintain_order="left")
    parts = [links.filter(~pl.col("relation").is_in(_ANY))]
    for triple in host.triples.filter(pl.col("relation").is_in(_ANY), pl.col("source_kind") == "complaint").rows():
        ends = host.links.filter((pl.col("relation") == triple[1]) & (pl.col("target_kind") == triple[2]))["target"]
        events = links.filter(pl.col("relation") == "filed")
        if triple[1] == "about" and triple[2] != "lender" and ("complaint", "about", "lender") in known:
            continue  # one accused is enough
        drawn = ends.gather(rng.integers(0, len(ends), events.height))
        parts.append(
            events.with_columns(
                source_kind=pl.lit("complaint"), source="target", relation=pl.lit(triple[1]),
                target_kind=pl.lit(triple[2]), target=drawn,
            )
        )  # fmt: skip
    return pl.concat(parts)


def _noted(links: pl.DataFrame, host: Host, rng: np.random.Generator) -> pl.DataFrame:
    """No planted complaint notes its phone more often than the user's complaints do."""
    filed = host.links.filter(pl.col("relation") == "filed")["target"].n_unique()
    if not filed:
        return links
    callers = host.links.filter((pl.col("relation") == "complained_from") & (pl.col("source_kind") == "complaint"))
    share = callers["source"].n_unique() / filed / _PHONE_NOTED
    caller = (pl.col("relation") == "complained_from") & (pl.col("source_kind") == "complaint")
    return links.filter(~caller | pl.Series(rng.random(links.height) < share))
