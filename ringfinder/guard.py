"""Guarded links that may count after all: the same pair also shares something of a second family.

A work phone, a dormitory or a post office joins strangers, so the vocabulary guards such relations and they hold
nobody together. They do tell something of two debtors who have one payee besides. The rule is that of the domain's
benign hubs, mode GUARD: a link counts only if few have the thing *and* the same pair has evidence of a second family.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.people import event_owner, people_kind
from ringfinder.units import debtor_units
from ringfinder.vocabulary import Vocabulary, extend, vocabulary

__all__ = ["GUARD_CAP", "ORGANISATION_CAP", "admitted_links"]

#: A guarded thing with more debtors than this joins nobody (domain section 6, "GUARD cap 10").
GUARD_CAP = 10
#: The same for addresses and representatives of organisations; above it they are an incubator's.
ORGANISATION_CAP = 20
#: A thing with more users than this is no second evidence: nearly everybody of a large export would share it.
_MOST_USERS = 200
#: Links as holder and thing, with what the vocabulary says of their relation.
_SCHEMA = {"link": pl.Int64, "holder": pl.Int64, "thing": pl.Int64, "family": pl.String, "guarded": pl.Boolean}


def admitted_links(
    graph: Graph,
    blocked: NDArray[np.bool_],
    *,
    cap: int = GUARD_CAP,
    organisation_cap: int = ORGANISATION_CAP,
    units: NDArray[np.int64] | None = None,
) -> NDArray[np.bool_]:
    """The guarded links that may count as sharing.

    A guarded link from a debtor (or his complaint or letter) to a thing is admitted if at most ``cap`` debtors have
    the thing and he shares, with one of them who is not of his household, another thing under an unguarded relation of
    another evidence family; of any hard family if the guarded relation has none. A guarded link of an organisation to
    its address, representative or controller is admitted if at most ``organisation_cap`` organisations have that and
    it shares with one of them a further phone, agent, client, address or representative.

    Calls are links between phones, not between a debtor and a thing, and are never admitted.

    Parameters
    ----------
    graph : Graph
        Any graph.
    blocked : ndarray of bool, shape (n_nodes,)
        Benign hubs: never guarded things, never evidence.
    cap, organisation_cap : int
        Most debtors, or organisations, of a guarded thing. A ``cap`` below 2 switches the whole rule off.
    units : ndarray of int64, shape (n_nodes,), optional
        The household of every debtor; by default that of :func:`ringfinder.units.debtor_units`.

    Returns
    -------
    ndarray of bool, shape (n_links,)
        Never True for a link under an unguarded relation.
    """
    admitted = np.zeros(graph.n_links, dtype=bool)
    words = extend(vocabulary(), graph.nodes["kind"].unique().to_list(), graph.relations)
    if cap < 2 or not graph.relation_is(*_guarded(graph, words)).any():
        return admitted
    owner = event_owner(graph)
    usable, organisation = _usable(graph, words, blocked), _organisations(graph, words)
    of_organisation = _guarded_of_organisations(graph, words, organisation) & usable
    admitted[_among_organisations(graph, words, owner, usable, organisation, of_organisation, organisation_cap)] = True
    table = _held_by_debtors(graph, words, owner, usable & ~of_organisation)
    # households are looked for only where somebody shares a guarded thing
    if len(guarded := _shared(table.filter("guarded"), table, cap)):
        units = debtor_units(graph) if units is None else units
        admitted[_among_debtors(guarded, table, words, units)] = True
    return admitted


def _guarded(graph: Graph, words: Vocabulary) -> list[str]:
    return [r for r in graph.relations if words.relations[r].clusters == "guarded"]


def _organisations(graph: Graph, words: Vocabulary) -> NDArray[np.bool_]:
    return graph.is_kind(*(k.code for k in words.kinds.values() if k.value == "organisation"))


def _usable(graph: Graph, words: Vocabulary, blocked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Links, guarded or not, whose relation and kinds may cluster and that touch no benign hub, shape (n_links,)."""
    may = graph.is_kind(*(k.code for k in words.kinds.values() if k.clusters)) & ~blocked
    relation = graph.relation_is(*(r for r in graph.relations if words.relations[r].clusters != "no"))
    return relation & may[graph.links.source] & may[graph.links.target]


def _frame(
    graph: Graph,
    words: Vocabulary,
    links: NDArray[np.int64],
    holder: NDArray[np.int64],
    thing: NDArray[np.int64],
) -> pl.DataFrame:
    """Rows of :data:`_SCHEMA` for these links."""
    relation = graph.links.relation[links]
    family = pl.Series([words.relations[r].family for r in graph.relations], dtype=pl.String)
    guarded = np.array([words.relations[r].clusters == "guarded" for r in graph.relations], dtype=bool)
    columns = {"link": links, "holder": holder, "thing": thing, "family": family.gather(relation)}
    return pl.DataFrame({**columns, "guarded": guarded[relation]}, schema=_SCHEMA)


def _held_by_debtors(
    graph: Graph, words: Vocabulary, owner: NDArray[np.int64], usable: NDArray[np.bool_]
) -> pl.DataFrame:
    """Links from a debtor or his event to a thing, if another link leads to it, too."""
    person = graph.is_kind(people_kind(graph))
    who, what = owner[graph.links.source], owner[graph.links.target]
    links = np.flatnonzero(usable & person[who] & ~person[what])
    several = np.bincount(what[links], minlength=1) > 1  # what stands on one link only is shared by nobody
    links = links[several[what[links]]]
    return _frame(graph, words, links, who[links], what[links])


def _among_debtors(
    guarded: pl.DataFrame, table: pl.DataFrame, words: Vocabulary, units: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Which of the ``guarded`` links a second family confirms."""
    hard = [f.code for f in words.families.values() if f.hard]
    evidence = table.filter(~pl.col("guarded") & (pl.col("family") != ""))
    evidence = _shared(evidence, evidence, _MOST_USERS).select("holder", "thing", "family").unique()
    # one block of evidence for each family that needs a second one: everything but itself
    second = [
        evidence.filter(pl.col("family") != family if family else pl.col("family").is_in(hard)).select(
            pl.lit(family).alias("needs"), "holder", "thing"
        )
        for family in guarded["family"].unique().sort().to_list()
    ]
    return _confirmed(guarded, table, pl.concat(second), units)


def _guarded_of_organisations(graph: Graph, words: Vocabulary, organisation: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Links of organisations to addresses, representatives and controllers, shape (n_links,)."""
    ties = [r for r in _guarded(graph, words) if words.relations[r].family == "ORG"]
    return graph.relation_is(*ties) & (organisation[graph.links.source] | organisation[graph.links.target])


def _among_organisations(
    graph: Graph,
    words: Vocabulary,
    owner: NDArray[np.int64],
    usable: NDArray[np.bool_],
    organisation: NDArray[np.bool_],
    guarded: NDArray[np.bool_],
    cap: int,
) -> NDArray[np.int64]:
    """The guarded links of organisations that a further common feature confirms."""
    if not guarded.any():
        return np.empty(0, dtype=np.int64)
    links = np.flatnonzero(usable & (organisation[graph.links.source] | organisation[graph.links.target]))
    source, target = owner[graph.links.source[links]], graph.links.target[links].astype(np.int64)
    # the organisation is what is represented, led or worked for; with an address or a phone it is the source
    led = organisation[target]
    holder, thing = np.where(led, target, source), np.where(led, source, target)
    table = _frame(graph, words, links, holder, thing).with_columns(pl.lit("").alias("family"))
    shared = _shared(table.filter("guarded"), table.filter("guarded"), cap)
    plain = table.filter(~pl.col("guarded"))
    # an incubator's address is no further feature either, so guarded features are held to the same cap
    features = pl.concat([_shared(plain, plain, _MOST_USERS), shared])
    evidence = features.select(pl.lit("").alias("needs"), "holder", "thing").unique()
    return _confirmed(shared, table.filter("guarded"), evidence, np.arange(graph.n_nodes, dtype=np.int64))


def _shared(rows: pl.DataFrame, users: pl.DataFrame, most: int) -> pl.DataFrame:
    """The ``rows`` whose thing has 2 to ``most`` distinct holders among ``users``."""
    number = users.select("thing", "holder").unique().group_by("thing").len("holders")
    return rows.join(number.filter(pl.col("holders").is_between(2, most)), on="thing", how="semi")


def _confirmed(
    guarded: pl.DataFrame, users: pl.DataFrame, evidence: pl.DataFrame, units: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The links of ``guarded`` whose holder shares another thing with a holder of the same guarded thing.

    Parameters
    ----------
    guarded, users : DataFrame
        Rows of :data:`_SCHEMA`; ``users`` are all holders of the guarded things.
    evidence : DataFrame
        ``needs`` (the family of the guarded relation that it supports), ``holder``, ``thing``; no row twice.
    units : ndarray of int64, shape (n_nodes,)
        Two holders of one unit confirm nothing.

    Returns
    -------
    ndarray of int64
        Positions in the graph's links.
    """
    guarded = guarded.rename({"family": "needs"}).join(evidence, on=["needs", "holder"], how="semi")
    one = guarded.select("needs", "thing", "holder").unique()
    other = (
        users.select("thing", other="holder").unique().join(evidence, left_on="other", right_on="holder", how="semi")
    )
    pairs = one.join(other, on="thing").filter(pl.col("holder") != pl.col("other"))
    pairs = pairs.filter(
        pl.Series(units[pairs["holder"].to_numpy()] != units[pairs["other"].to_numpy()], dtype=pl.Boolean)
    )
    low = pl.min_horizontal("holder", "other").alias("low")
    pairs = pairs.with_columns(low, pl.max_horizontal("holder", "other").alias("high"))
    common = _common(pairs.select("needs", "low", "high").unique(), evidence)
    # the guarded thing itself may be among what the pair shares (a work phone that also posts letters): it is not other
    told = pairs.join(common, on=["needs", "low", "high"]).filter(
        (pl.col("number") > 1) | (pl.col("first") != pl.col("thing"))
    )
    return guarded.join(told, on=["needs", "thing", "holder"], how="semi")["link"].to_numpy()


def _common(pairs: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """How many things each pair (``needs``, ``low``, ``high``) shares in ``evidence``, and the first of them.

    Each pair is looked up from the end that has fewer things, so that one debtor with thousands costs nothing much.
    """
    have = evidence.group_by("needs", "holder").len("things")
    low = have.rename({"holder": "low", "things": "low_things"})
    high = have.rename({"holder": "high", "things": "high_things"})
    fewer = pl.col("low_things") <= pl.col("high_things")
    return (
        pairs.join(low, on=["needs", "low"])
        .join(high, on=["needs", "high"])
        .with_columns(
            pl.when(fewer).then("low").otherwise("high").alias("holder"),
            pl.when(fewer).then("high").otherwise("low").alias("other"),
        )
        .join(evidence, on=["needs", "holder"])
        .join(evidence, left_on=["needs", "other", "thing"], right_on=["needs", "holder", "thing"], how="semi")
        .group_by("needs", "low", "high")
        .agg(pl.len().alias("number"), pl.col("thing").min().alias("first"))
    )
