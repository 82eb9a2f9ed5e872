"""S4: are the complaints about one thing more bunched than complaints are anyway? A log-likelihood ratio.

For the event (unit u, day t) of thing e let m be the other units' events of e, c those of them within
``window_days``, and mu = q(t) m what the season lets expect. Under a ring a share of the complaints comes in bursts::

    f1 = beta Pois(c; mu + s m) + (1 - beta) Pois(c; mu)        f0 = Pois(c; mu)
    l  = clip(log(f1 / f0), -cap, cap) / 2                      (each pair is seen twice)

Per (thing, unit) the largest l counts, and their sum is B. Idea: scan statistics (Naus 1965; Kulldorff 1997).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief.rates import Rates
from ringfinder.belief.settings import BeliefSettings
from ringfinder.belief.uses import Uses

__all__ = ["burst_ratio"]


def burst_ratio(uses: Uses, rates: Rates, settings: BeliefSettings) -> NDArray[np.float64]:
    """B of every thing, shape (n_things,), in log-odds; 0 where its users' complaints have no dates."""
    ratio = np.zeros(len(uses.things))
    pairs = pl.DataFrame({"debtor": uses.debtor, "at": uses.at, "unit": uses.unit})
    days = pl.DataFrame({"debtor": rates.debtor, "day": rates.day})
    events = pairs.join(days, on="debtor", how="inner").select("at", "unit", "day").unique().sort("at", "day", "unit")
    if events.is_empty():
        return ratio
    at, unit, day = (events[c].to_numpy().astype(np.int64) for c in ("at", "unit", "day"))
    near, every = _near(at, day, settings.window_days)
    _, own = np.unique((at << 32) | unit, return_inverse=True)
    order = np.lexsort((day, own))
    own_near, own_every = (np.empty(len(at), dtype=np.int64) for _ in range(2))
    own_near[order], own_every[order] = _near(own[order], day[order], settings.window_days)
    c, m = near - own_near, every - own_every
    mu = rates.season(day, settings.window_days) * m
    more = mu + settings.burst_share * m
    with np.errstate(divide="ignore", invalid="ignore"):
        likelier = np.exp(np.minimum(c * np.log(more / mu) - (more - mu), 50.0))
    log_ratio = np.log(settings.burst_mix * likelier + 1 - settings.burst_mix)
    value = np.where(m > 0, 0.5 * np.clip(log_ratio, -settings.burst_cap, settings.burst_cap), 0.0)
    best = (
        pl.DataFrame({"at": at, "unit": unit, "value": value})
        .group_by("at", "unit")
        .agg(pl.col("value").max())
        .sort("at", "unit")
    )
    return np.asarray(
        np.bincount(best["at"].to_numpy(), weights=best["value"].to_numpy(), minlength=len(uses.things)),
        dtype=np.float64,
    )


def _near(group: NDArray[np.int64], day: NDArray[np.int64], days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For events sorted by (group, day): how many of the same group are within ``days``, and how many there are."""
    start = np.searchsorted(group, group, "left")
    end = np.searchsorted(group, group, "right")
    span = int(day.max() - day.min()) + 2 * days + 2  # a group's keys never reach the next one's
    key = group * span + (day - day.min())
    low = np.maximum(np.searchsorted(key, key - days, "left"), start)
    high = np.minimum(np.searchsorted(key, key + days, "right"), end)
    return high - low, end - start
