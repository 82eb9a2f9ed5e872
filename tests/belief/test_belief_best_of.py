"""The strongest use of each debtor, which decides who vouches for him."""

from __future__ import annotations

import numpy as np
import pytest

from ringfinder.belief.propagate import _best_of


@pytest.mark.parametrize("number", [0, 1, 400])
def test_every_use_points_to_the_first_of_its_debtors_largest(number):
    rng = np.random.default_rng(number)
    debtor = rng.integers(0, max(number // 4, 1), number)
    value = rng.integers(-1, 3, number).astype(np.float64)  # many ties
    expected = []
    for who in debtor:
        mine = np.flatnonzero(debtor == who)
        expected.append(mine[value[mine].argmax()])
    assert _best_of(debtor, value).tolist() == expected
