"""Bystanders: debtors whom one doubtful thing alone ties to a group that holds together without them.

A neighbour who once paid the same account, or gave a clerk's phone as his own, is no client. Who shows nothing else
(no complaint, no second kind of tie) leaves the group, as long as the group is firm: in a weak group every tie is
doubtful, and dropping them would drop the ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ringfinder.people import distinct_pairs

if TYPE_CHECKING:
    from ringfinder.belief import Belief

__all__ = ["drop_bystanders"]

#: Log-odds below which a thing alone does not make its user a client (95 %).
DOUBTFUL = 3.0
#: A group is firm if it keeps so many unrelated debtors, and so many times more than it loses.
LEAST, TIMES = 3, 3


def drop_bystanders(labels: NDArray[np.int64], belief: Belief) -> NDArray[np.int64]:
    """The groups without their bystanders, each of whom becomes a group of its own.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_nodes,)
        The group of every node, 0 or more.

    Returns
    -------
    ndarray of int64, shape (n_nodes,)
    """
    uses, n = belief.uses, len(labels)
    inside = np.flatnonzero(labels[uses.debtor] == labels[uses.thing])
    if not len(inside):
        return labels
    debtor = uses.debtor[inside]
    tied, _ = distinct_pairs(debtor, uses.family[inside])
    families = np.bincount(tied, minlength=n)
    sure = np.zeros(n, dtype=bool)
    sure[debtor[belief.odds[uses.at[inside]] >= DOUBTFUL]] = True
    doubtful = (families == 1) & ~sure & ~belief.rates.complained
    unit = np.zeros(n, dtype=np.int64)
    unit[uses.debtor] = uses.unit
    stay = np.flatnonzero((families > 0) & ~doubtful)
    size = int(labels.max()) + 1
    group, _ = distinct_pairs(labels[stay], unit[stay])
    firm = np.bincount(group, minlength=size)
    lost = np.bincount(labels[doubtful], minlength=size)
    gone = np.flatnonzero(doubtful & ((firm >= LEAST) & (firm >= TIMES * lost))[labels])
    out = labels.copy()
    out[gone] = size + np.arange(len(gone))
    return out
