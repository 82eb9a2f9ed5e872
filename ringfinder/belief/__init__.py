"""Stage *belief*: what the shared things say. How likely is each phone, agent, payee, text ... a ring's?

The evidence sits on the shared thing, not on the community: fourteen of twenty users of one phone who complained in
two weeks is overwhelming, where a community's average drowns it. Steps S1 to S6 of the ring model; see *The ring model*
in the README for plain words, and :mod:`ringfinder.belief.strength` for how a group is judged by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief.bursts import burst_ratio
from ringfinder.belief.propagate import propagate
from ringfinder.belief.rates import Rates, find_rates
from ringfinder.belief.settings import SOURCES, BeliefSettings, Source
from ringfinder.belief.strength import Strength, group_strength
from ringfinder.belief.uses import Uses, find_uses
from ringfinder.bodies import Bodies, find_bodies, landlines
from ringfinder.graph import Graph
from ringfinder.people import people_kind
from ringfinder.vocabulary import plural, vocabulary

__all__ = ["SOURCES", "Belief", "BeliefSettings", "Source", "Strength", "believe", "group_strength"]

#: Sources that say something about behaviour; sharing an own phone or an unknown thing alone does not.
_BEHAVIOUR = frozenset(SOURCES) - {"own", "other"}


@dataclass(frozen=True, eq=False)
class Belief:
    """What the model holds of every shared thing.

    Attributes
    ----------
    uses : Uses
        Who uses what.
    rates : Rates
        What is usual.
    bodies : Bodies
        Who is licensed.
    source : ndarray of int64, shape (n_things,)
        The source that decides each thing's prior, an index into ``uses.codes``.
    prior, burst, odds : ndarray of float64, shape (n_things,)
        Log-odds that the thing is a ring's: before looking, from the bunching of complaints, and in all.
    message : ndarray of float64, shape (n_uses,)
        What each thing says of each debtor who uses it, in log-odds, at least 0.
    own : ndarray of float64, shape (n_nodes,)
        What each debtor's complaint, or silence, says.
    structural : bool
        Whether there is no behaviour in the data, only who shares what; then all odds are the priors.
    notes : tuple[str, ...]
        What the run should say.
    settings : BeliefSettings
    """

    uses: Uses
    rates: Rates
    bodies: Bodies
    source: NDArray[np.int64]
    prior: NDArray[np.float64]
    burst: NDArray[np.float64]
    odds: NDArray[np.float64]
    message: NDArray[np.float64]
    own: NDArray[np.float64]
    structural: bool
    notes: tuple[str, ...]
    settings: BeliefSettings


def believe(
    graph: Graph,
    units: NDArray[np.int64],
    blocked: NDArray[np.bool_],
    settings: BeliefSettings = BeliefSettings(),  # noqa: B008 - frozen
) -> Belief:
    """Weigh every shared thing of a graph.

    Parameters
    ----------
    units : ndarray of int64, shape (n_nodes,)
        See :func:`ringfinder.units.debtor_units`.
    blocked : ndarray of bool, shape (n_nodes,)
        Benign hubs.
    """
    bodies = find_bodies(graph)
    uses = find_uses(graph, units, blocked, bodies)
    rates = find_rates(graph, settings)
    prior, source = _priors(graph, uses, bodies, settings)
    burst = np.where(uses.local, 0.0, burst_ratio(uses, rates, settings))
    if rates.selected:
        burst = settings.selected_burst * burst
    # a law firm, a union or a village office files for many at once: that is litigious, not a ring
    office = np.isin(source, [uses.codes.index("licensed"), uses.codes.index("desk")])
    office |= landlines(graph)[uses.things] & ~bodies.acts_for_consulting[uses.things]
    burst = np.where(office, np.minimum(burst, 0.0), burst)
    present = {uses.codes[k] for k in np.unique(uses.source)}
    own = rates.own_evidence(settings)
    structural = not (present & _BEHAVIOUR)
    if structural:
        odds, message = prior, np.zeros(len(uses))
    else:
        found = propagate(uses, prior, burst, own, rates.licensed_evidence(settings), settings)
        odds, message = found.odds, found.message
    notes = _notes(graph, rates, structural, settings)
    return Belief(uses, rates, bodies, source, prior, burst, odds, message, own, structural, notes, settings)


def _priors(
    graph: Graph, uses: Uses, bodies: Bodies, settings: BeliefSettings
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Prior log-odds of every thing, and the source that they come from.

    A phone can be used in several ways; its most telling source that two units use decides. Who a thing belongs to,
    and whether its users have a common cause, change what it is worth.
    """
    number = uses.units_by_source
    base = np.array([settings.prior(code) for code in uses.codes])
    growth = np.array([SOURCES[code].growth for code in uses.codes])
    table = base + growth * np.log2(np.maximum(number, 1) / 3)
    table = np.where(number < 3, table - settings.pair_penalty, np.minimum(table, settings.prior_most))
    licensed = uses.codes.index("licensed")  # once a licensed body's, a thing is judged as such
    table = np.where(
        (np.arange(len(uses.codes)) != licensed) & (number[:, [licensed]] * 2 >= uses.units[:, None]), -30.0, table
    )
    source = np.where(number >= np.minimum(number.max(axis=1, initial=0), 2)[:, None], table, -np.inf).argmax(axis=1)
    prior = table[np.arange(len(table)), source] if len(table) else np.zeros(0)

    def of(*codes: str) -> NDArray[np.bool_]:
        return np.isin(source, [uses.codes.index(code) for code in codes])

    sells = bodies.consulting[uses.things] & of("mandate", "payee")
    acts = bodies.acts_for_consulting[uses.things] & ~sells & of("mandate", "caller")
    prior = prior + settings.consulting * np.where(sells, 1.0, np.where(acts, 0.7, 0.0))
    prior = prior - settings.landline_penalty * (landlines(graph)[uses.things] & of("mandate") & ~acts)
    prior = prior + _fees(graph, uses.things, settings) * of("payee")
    if "verification" in graph.nodes.columns:
        denied = np.asarray((graph.nodes["verification"] == "denied").fill_null(False).to_numpy(), dtype=bool)
        prior = prior + settings.denied * denied[uses.things]
    may = np.array([SOURCES[code].local for code in uses.codes])[source]
    prior = np.where(uses.local & may, np.minimum(prior, settings.local_prior), prior)
    return prior, source.astype(np.int64)


def _fees(graph: Graph, things: NDArray[np.int64], settings: BeliefSettings) -> NDArray[np.float64]:
    """What an account's payments and its holder's name change in its prior, shape (n_things,)."""
    everyday = pl.col("label").str.contains(vocabulary().everyday_names).fill_null(False)
    change = pl.when(everyday).then(-settings.fee_unlike).otherwise(0.0)
    if "paid_median" in graph.nodes.columns:
        large = pl.col("paid_median") >= settings.fee_least
        seldom = pl.col("paid_each") <= settings.fee_payments
        named = (pl.col("paid_for_service") >= 0.5).cast(pl.Float64)
        looks = pl.when(large & seldom).then(settings.fee_like * (1 + named)).otherwise(-settings.fee_unlike)
        change = pl.when(~everyday & pl.col("paid_median").is_not_null()).then(looks).otherwise(change)
    return np.asarray(graph.nodes[things].select(change.alias("change"))["change"].to_numpy(), dtype=np.float64)


def _notes(graph: Graph, rates: Rates, structural: bool, settings: BeliefSettings) -> tuple[str, ...]:
    people = int(graph.is_kind(people_kind(graph)).sum())
    if structural:
        return ("no behaviour in the input (complaints, powers of attorney, payments ...): groups are ranked by "
                "what they share alone",)  # fmt: skip
    notes = []
    if rates.selected and rates.complained.any():
        notes.append(
            f"{int(rates.complained.sum()):,} of {plural(people, 'debtor')} complained: the input is a selection, so "
            f"that complaining is no evidence; the rate is taken as {settings.complaint_rate:g} ([belief])"
        )
    if rates.uniform and len(rates.days):
        notes.append(
            f"only {plural(len(rates.days), 'dated complaint')}: their season is taken as even over "
            f"{settings.period_days} days ([belief])"
        )
    return tuple(notes)
