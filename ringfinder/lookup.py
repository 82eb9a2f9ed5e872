"""From what a user types to the keys that a run folder knows it by: normalised, and as tokens when masked."""

from __future__ import annotations

import polars as pl

from ringfinder.graph import Graph
from ringfinder.model import Run
from ringfinder.normalise import normalise_column
from ringfinder.privacy import open_border
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["keys_of"]


def keys_of(text: str, graph: Graph, run: Run) -> list[tuple[str, str]]:
    """All (kind, key) pairs that ``text`` may mean in this run.

    Raises
    ------
    ConfigError, OutputError
        If the run is masked and the key of its pseudonyms cannot be read.
    """
    kinds = sorted({*graph.nodes["kind"].unique(), *(hub.kind for hub in run.hubs)})
    words = extend(vocabulary(), kinds, [])
    country = str(run.config.get("country") or "CN")
    border = open_border(run.revealed, make_key=False)
    pairs = []
    for kind in kinds:
        rule = words.kinds[kind].value
        rules = (rule, "name", "text")
        values = {text}
        for name in rules:
            found = normalise_column(name, pl.Series([text], dtype=pl.String), country=country)["value"].drop_nulls()
            values.update(found.to_list())
        if kind == "debtor":  # customers without a number are known by their identity number
            found = normalise_column("identity", pl.Series([text], dtype=pl.String))["value"].drop_nulls()
            values.update(f"id {number}" for number in found)
        pairs += [(kind, border.outer_key(kind, value)) for value in sorted(values)]
    return pairs
