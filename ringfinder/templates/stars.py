"""Groups from pairs, with a guard against chains: every member resembles the middle of its group."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["star_groups"]

#: So often a component may be split; what a chain leaves after that is alone.
_ROUNDS = 30
#: Who does not resemble the middle stays when it resembles half of the (up to) five texts with the most partners.
_JUDGES = 5

Check = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]]


def star_groups(number: int, i: NDArray[np.int64], j: NDArray[np.int64], alike: Check) -> NDArray[np.int64]:
    """The middle of each text's group, or -1.

    Of every connected component the text with the most partners is the middle; those that are ``alike`` with it, or
    with half of the texts around it, stay; the rest is looked at again. So A ~ B ~ C does not make A and C one group.

    Parameters
    ----------
    number : int
        How many texts there are.
    i, j : ndarray of int64
        Confirmed pairs.
    alike : callable
        Tells of pairs ``(middle, member)`` whether they are alike.
    """
    middle = np.full(number, -1, dtype=np.int64)
    free = np.ones(number, dtype=bool)
    for _ in range(_ROUNDS):
        open_pair = free[i] & free[j]
        i, j = i[open_pair], j[open_pair]
        if not len(i):
            break
        degree = np.bincount(np.concatenate([i, j]), minlength=number)
        links = coo_array((np.ones(len(i), np.int8), (i, j)), shape=(number, number))
        component = connected_components(links, directed=False)[1].astype(np.int64)
        node = np.flatnonzero(degree)
        node = node[np.lexsort((node, -degree[node], component[node]))]
        own = component[node]
        head = node[np.concatenate([[True], own[1:] != own[:-1]])]
        of_component = np.full(int(component.max()) + 1, -1, dtype=np.int64)
        of_component[component[head]] = head
        hub = of_component[own]
        other = node != hub
        passed = np.zeros(len(node), dtype=bool)
        passed[other] = alike(hub[other], node[other])
        failed = np.flatnonzero(other & ~passed)
        if len(failed):
            passed[failed] = _by_half(node, own, failed, passed | ~other, alike)
        middle[node[passed]] = hub[passed]
        middle[hub[passed]] = hub[passed]
        free[node[passed]] = False
        free[head] = False
    return middle


def _by_half(
    node: NDArray[np.int64],
    component: NDArray[np.int64],
    failed: NDArray[np.int64],
    inside: NDArray[np.bool_],
    alike: Check,
) -> NDArray[np.bool_]:
    """Whether each ``failed`` position of ``node`` is alike with half of the first judges of its component."""
    judges = np.flatnonzero(inside)
    start = np.searchsorted(component[judges], component[failed])
    stop = np.searchsorted(component[judges], component[failed], side="right")
    votes, asked = np.zeros(len(failed), dtype=np.int64), np.minimum(stop - start, _JUDGES)
    for k in range(_JUDGES):
        can = start + k < stop
        votes[can] += alike(node[judges[(start + k)[can]]], node[failed[can]])
    stays: NDArray[np.bool_] = (asked > 2) & (2 * votes >= asked)
    return stays
