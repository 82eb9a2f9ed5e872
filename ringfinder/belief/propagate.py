"""S5 and S6: belief propagation between things and debtors, with rules against evidence that feeds on itself.

A thing e is a ring's (1) or benign (0), a debtor i is a ring's client or not. Each thing collects, over its users, how
well "client_share of them are clients" explains what else is known of them, against the best of several benign
explanations; each debtor collects, over the families of evidence, what his things say. All in log-odds::

    x(i, e)  = o_i + sum over families f other than e's of max over e' in f of mu(e' -> i)
    L1_e     = sum w log(a M + 1 - a),  M = exp(x)
    L0_e     = max over benign states of sum w log(s M + 1 - s) - penalty          (stray, contaminated hubs)
               and sum w log(s M + (1 - s) exp(l_i)) - penalty                      (litigious: a law firm)
    lam_e    = prior_e + B_e + L1_e - L0_e          (a contaminated hub also explains B_e > 0)

Three rules keep dependent evidence from counting twice. The **family rule**: agent, agency and agent's phone stand in
one power of attorney and are one reason, so per debtor and family only the largest message counts, and a thing never
hears its own family. **Complaints of complainants** prove nothing: a calling phone's users all complained. The
**vote cap**: users whom one other thing vouches for are one voice; what they add over their own evidence is capped by
that thing's own log-odds, so that weak things of one clientele cannot talk each other up.

Sources: Fellegi & Sunter 1969 (log-likelihood weights); Pearl 1988; Pandit et al. 2007 (NetProbe), Akoglu et al. 2013
(FraudEagle) for belief propagation on bipartite fraud graphs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.belief.settings import SOURCES, BeliefSettings
from ringfinder.belief.uses import Uses

__all__ = ["Messages", "propagate", "told"]

Array = NDArray[np.float64]
_CLIP = 30.0
#: Share of a litigious body's users that a ring may hold, and the log-odds against that state.
_LITIGIOUS = (0.1, 3.0)


@dataclass(frozen=True, eq=False)
class Messages:
    """``odds``: lam of every thing, shape (n_things,); ``message``: mu of every use, shape (n_uses,), >= 0."""

    odds: Array
    message: Array


@dataclass(frozen=True, eq=False)
class _Families:
    """The uses sorted by (debtor, family): what is needed to take the largest message of each family."""

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    group: NDArray[np.int64]
    debtor: NDArray[np.int64]

    @staticmethod
    def of(uses: Uses) -> _Families:
        order = np.lexsort((uses.family, uses.debtor))
        debtor, family = uses.debtor[order], uses.family[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (debtor[1:] != debtor[:-1]) | (family[1:] != family[:-1])
        group = np.empty(len(order), dtype=np.int64)
        group[order] = np.cumsum(new) - 1
        start = np.flatnonzero(new)
        return _Families(order, start, group, debtor[start])

    def largest(self, message: Array, cap: float) -> Array:
        """The largest message of each (debtor, family), at most ``cap``."""
        if not len(self.start):
            return np.zeros(0)
        return np.asarray(np.minimum(np.maximum.reduceat(message[self.order], self.start), cap), dtype=np.float64)


def propagate(
    uses: Uses, prior: Array, burst: Array, own: Array, licensed: Array, settings: BeliefSettings
) -> Messages:
    """Run ``settings.rounds`` rounds.

    Parameters
    ----------
    prior, burst : ndarray of float64, shape (n_things,)
        Log-odds.
    own, licensed : ndarray of float64, shape (n_nodes,)
        o_i and l_i (see :class:`ringfinder.belief.rates.Rates`).
    """
    n = len(uses.things)
    families = _Families.of(uses)
    implied = np.array([SOURCES[code].complained for code in uses.codes])[uses.source]
    own_use = np.where(implied, own[uses.debtor], 0.0)
    quiet = np.where(implied, 0.0, licensed[uses.debtor])
    first: Array | None = None
    odds, message = np.full(n, -_CLIP), np.zeros(len(uses))
    for _ in range(settings.rounds):
        heard = families.largest(message, settings.message_cap)
        total = own + np.bincount(families.debtor, weights=heard, minlength=len(own))
        x = np.clip(total[uses.debtor] - heard[families.group] - own_use, -_CLIP, _CLIP)
        odds, vote = _weigh(uses, np.exp(x), quiet, prior, burst, settings)
        if first is None:
            first = vote
        else:
            loss = _over_the_cap(uses, vote - np.minimum(vote, first), _strongest_other(uses, message), odds)
            odds = odds - np.bincount(uses.at, weights=loss, minlength=n)
            vote = vote - loss
        message = _message(odds[uses.at] - vote, prior[uses.at], settings)
    return Messages(odds, message)


def _weigh(
    uses: Uses, m: Array, quiet: Array, prior: Array, burst: Array, settings: BeliefSettings
) -> tuple[Array, Array]:
    """lam of every thing, and of every use what it adds to it."""
    n, w = len(uses.things), uses.weight
    for_ring = w * np.log(settings.client_share * m + 1 - settings.client_share)
    shares = (settings.stray_share, *settings.hub_shares)
    penalties = (0.0, *settings.hub_penalties)
    terms = [w * np.log(share * m + 1 - share) for share in shares]
    states = [np.bincount(uses.at, weights=t, minlength=n) - p for t, p in zip(terms, penalties, strict=True)]
    for k in range(1, len(states)):
        states[k] = states[k] + np.maximum(burst, 0.0)
    share, penalty = _LITIGIOUS
    terms.append(w * np.log(share * m + (1 - share) * np.exp(quiet)))
    states.append(np.bincount(uses.at, weights=terms[-1], minlength=n) - penalty)
    table = np.stack(states)
    winner = table.argmax(axis=0)
    odds = prior + burst + np.bincount(uses.at, weights=for_ring, minlength=n) - table.max(axis=0)
    against = np.stack(terms)[winner[uses.at], np.arange(len(uses))]
    return odds, for_ring - against


def _over_the_cap(uses: Uses, gain: Array, other: NDArray[np.int64], odds: Array) -> Array:
    """How much of each use's gain exceeds what the thing that vouches for its debtor is worth."""
    n = len(uses.things)
    voice = uses.at * np.int64(n + 1) + np.where(other >= 0, other, n)
    _, inverse = np.unique(voice, return_inverse=True)
    inverse = inverse.reshape(-1)
    total = np.bincount(inverse, weights=gain)
    worth = np.append(np.maximum(odds, 0.0), 0.0)[other]
    allowed = np.zeros(len(total))
    allowed[inverse] = worth
    share = np.where(total > 0, np.minimum(total, allowed) / np.maximum(total, 1e-12), 1.0)
    return np.asarray(gain * (1 - share[inverse]), dtype=np.float64)


def _strongest_other(uses: Uses, message: Array) -> NDArray[np.int64]:
    """For every use the thing of another family with the largest message to the same debtor, or -1; (n_uses,)."""
    best, family = _best_of(uses.debtor, message), uses.family
    second_message = np.where(family == family[best], -1.0, message)
    second = _best_of(uses.debtor, second_message)
    differs = family[best] != family
    chosen = np.where(differs, best, second)
    value = np.where(differs, message[best], second_message[second])
    return np.where(value > 0, uses.at[chosen], -1)


def _best_of(debtor: NDArray[np.int64], value: Array) -> NDArray[np.int64]:
    """For every use the position of the largest value among the uses of its debtor (the first of equals)."""
    if not len(value):
        return np.empty(0, dtype=np.int64)
    order = np.argsort(debtor, kind="stable")
    new = np.ones(len(order), dtype=bool)
    new[1:] = debtor[order][1:] != debtor[order][:-1]
    group = np.cumsum(new) - 1
    ordered = value[order]
    tops = np.flatnonzero(ordered == np.maximum.reduceat(ordered, np.flatnonzero(new))[group])
    first = tops[np.append(True, group[tops][1:] != group[tops][:-1])]
    best = np.empty(len(order), dtype=np.int64)
    best[order] = order[first[group]]
    return best


def _message(odds: Array, prior: Array, settings: BeliefSettings) -> Array:
    """What a thing tells a debtor beyond its prior, in log-odds, at least 0."""
    return np.maximum(told(odds, settings) - told(prior, settings), 0.0)


def told(odds: Array, settings: BeliefSettings) -> Array:
    """Log-odds that a user of a thing is a client, when the thing's log-odds of being a ring's are ``odds``."""
    p = 1 / (1 + np.exp(-np.clip(odds, -_CLIP, _CLIP)))
    a, stray = settings.client_share, settings.stray_share
    return np.asarray(np.log((a * p + stray * (1 - p)) / ((1 - a) * p + (1 - stray) * (1 - p))), dtype=np.float64)
