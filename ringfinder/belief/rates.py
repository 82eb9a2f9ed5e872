"""S3: how often people complain anyway, and when.

Background rates are read from the data where there is enough of it. In an export that is a selection (only
complainants, or fourteen customers) a rate of 1 would leave no excess and one busy week no burst: then they come from
the settings, complaints prove nothing by themselves, and the run says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief.settings import BeliefSettings
from ringfinder.graph import NO_DATE, Graph
from ringfinder.people import people_kind

__all__ = ["Rates", "find_rates"]

#: Bounds of a complaint rate that is read from data.
_RATE = (0.005, 0.5)


@dataclass(frozen=True, eq=False)
class Rates:
    """What is usual.

    Attributes
    ----------
    complained : ndarray of bool, shape (n_nodes,)
        Debtors with a complaint, dated or not.
    complaint_rate : float
        p0, the share of debtors who complain anyway.
    selected : bool
        Whether the export is a selection, so that complaining is no evidence.
    debtor, day : ndarray of int64, shape (n_events,)
        Dated complaints, sorted by debtor and day; days since 1970-01-01.
    days : ndarray of int64, shape (n_events,)
        All days, ascending.
    uniform : float
        Share of all complaints that any window of 2 * window_days + 1 days is expected to hold when there are too few
        to read the season from them; 0 when there are enough.
    """

    complained: NDArray[np.bool_]
    complaint_rate: float
    selected: bool
    debtor: NDArray[np.int64]
    day: NDArray[np.int64]
    days: NDArray[np.int64]
    uniform: float

    def own_evidence(self, settings: BeliefSettings) -> NDArray[np.float64]:
        """S5: what each debtor's complaint, or silence, says, in log-odds; shape (n_nodes,)."""
        if self.selected:
            return np.zeros(len(self.complained))
        rho, p0 = settings.ring_complaint_rate, self.complaint_rate
        said = np.where(self.complained, np.log(rho / p0), np.log((1 - rho) / (1 - p0)))
        return np.asarray(said, dtype=np.float64)

    def licensed_evidence(self, settings: BeliefSettings) -> NDArray[np.float64]:
        """The same for clients of a licensed body, who complain more often than others without any ring."""
        if self.selected:
            return np.zeros(len(self.complained))
        rate, p0 = settings.litigious_rate, self.complaint_rate
        said = np.where(self.complained, np.log(rate / p0), np.log((1 - rate) / (1 - p0)))
        return np.asarray(said, dtype=np.float64)

    def season(self, day: NDArray[np.int64], window_days: int) -> NDArray[np.float64]:
        """q(t): share of all complaints within ``window_days`` of each day, so that news weeks are discounted."""
        if self.uniform:
            return np.full(len(day), self.uniform)
        near = np.searchsorted(self.days, day + window_days, "right") - np.searchsorted(self.days, day - window_days)
        return np.asarray(np.clip(near / max(len(self.days), 1), 1e-3, 1.0), dtype=np.float64)


def find_rates(graph: Graph, settings: BeliefSettings) -> Rates:
    """The background rates of a graph."""
    links = graph.links
    people = graph.is_kind(people_kind(graph))
    filed = graph.relation_is("filed") & people[links.source]
    table = pl.DataFrame({"debtor": links.source[filed].astype(np.int64), "day": links.date[filed].astype(np.int64)})
    if table.is_empty():  # a link table may give the day with the calling phone or the text only
        said = graph.relation_is("complained_from", "uses_template") & people[links.source]
        table = pl.DataFrame({"debtor": links.source[said].astype(np.int64), "day": links.date[said].astype(np.int64)})
    complained = np.zeros(graph.n_nodes, dtype=bool)
    complained[table["debtor"].to_numpy()] = True
    events = table.filter(pl.col("day") != int(NO_DATE)).unique().sort("debtor", "day")
    number = int(people.sum())
    share = float(complained[people].mean()) if number else 0.0
    selected = share > settings.selected_share or not complained.any()
    rate = settings.complaint_rate if selected else float(np.clip(share, *_RATE))
    few = events.height < settings.enough_events
    return Rates(
        complained=complained,
        complaint_rate=rate,
        selected=selected,
        debtor=events["debtor"].to_numpy(),
        day=events["day"].to_numpy(),
        days=np.sort(events["day"].to_numpy()),
        uniform=min((2 * settings.window_days + 1) / settings.period_days, 1.0) if few else 0.0,
    )
