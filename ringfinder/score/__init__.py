"""Stage *score*: communities → candidate rings → evidence, roles, tiers and ranks. It sees no detector."""

from ringfinder.score.candidates import Basis, Candidates, find_candidates
from ringfinder.score.lay_out import cases
from ringfinder.score.rings import rank_rings, ranked
from ringfinder.score.signals import SIGNALS
from ringfinder.score.vouched import facts_of, vouched_cases
from ringfinder.score.waves import common_causes

__all__ = [
    "SIGNALS",
    "Basis",
    "Candidates",
    "cases",
    "common_causes",
    "facts_of",
    "find_candidates",
    "rank_rings",
    "ranked",
    "vouched_cases",
]
