"""What is usual in the whole input: who has an account, how many rules a channel's texts quote, who hands in what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import ScoreSettings
from ringfinder.graph import Graph

__all__ = ["ILLNESS", "NO_NORMS", "YOUNG", "Norms", "input_norms"]

#: Papers about a severe illness, by their type.
ILLNESS = r"(?i)疾病|重病|大病|癌|肿瘤|诊断|病历|住院|medical|illness|diagnos"
#: Years of age below which a client is young (RF28).
YOUNG = 35


@dataclass(frozen=True)
class Norms:
    """Attributes: ``listed``, the share of all debtors who stand in a table of customers; ``lenders``, the nodes that
    somebody is known to have borrowed from; ``law_terms``, by channel (-1: none) how many rules the middle text and
    the text at the configured share from the top quote; ``young_ill``, the share of all customers of known age who are
    young and handed in a paper about an illness.
    """

    listed: float = 0.0
    lenders: frozenset[int] = frozenset()
    law_terms: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    young_ill: float = 0.0


NO_NORMS = Norms()


def input_norms(graph: Graph, people: str, settings: ScoreSettings, owner: NDArray[np.int64]) -> Norms:
    """The norms of a graph; ``owner`` has shape (n_nodes,) (:func:`ringfinder.people.event_owner`)."""
    person = graph.is_kind(people)
    listed = 0.0
    if "customer" in graph.nodes.columns and person.any():
        listed = float(graph.nodes["customer"].fill_null(False).to_numpy()[person].mean())
    lenders = frozenset(np.unique(graph.links.target[graph.relation_is("borrowed_from")]).tolist())
    return Norms(listed, lenders, _law_terms(graph, settings), _young_ill(graph, owner) if settings.profile else 0.0)


def _law_terms(graph: Graph, settings: ScoreSettings) -> dict[int, tuple[float, float]]:
    if "law_terms" not in graph.nodes.columns:
        return {}
    complaint = np.flatnonzero(graph.is_kind("complaint"))
    via = graph.relation_is("via")
    channel = np.full(graph.n_nodes, -1, dtype=np.int64)
    channel[graph.links.source[via]] = graph.links.target[via]
    table = pl.DataFrame(
        {"channel": channel[complaint], "terms": graph.nodes["law_terms"].gather(complaint).fill_null(0)}
    )
    found = table.group_by("channel").agg(
        pl.col("terms").median().alias("middle"),
        pl.col("terms").quantile(1 - settings.law_share, interpolation="higher").alias("top"),
    )
    return {channel: (middle, top) for channel, middle, top in found.iter_rows()}


def _young_ill(graph: Graph, owner: NDArray[np.int64]) -> float:
    if "born" not in graph.nodes.columns:
        return 0.0
    days = graph.links.date[graph.relation_is("submitted")]
    submitted = graph.relation_is("submitted")
    ill = graph.nodes["key"].str.contains(ILLNESS).to_numpy() & graph.is_kind("document")
    source, target = owner[graph.links.source[submitted]], graph.links.target[submitted]
    if not len(days):
        return 0.0
    year = int(days.astype("datetime64[D]").astype("datetime64[Y]").astype(int).max()) + 1970
    young = (graph.nodes["born"] > year - YOUNG).fill_null(False).to_numpy()
    known = int(graph.nodes["born"].is_not_null().sum())
    return len(np.unique(source[ill[target] & young[source]])) / known if known else 0.0
