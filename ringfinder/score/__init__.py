"""Stage *score*: communities → candidate rings → evidence, roles, tiers and ranks. It sees no detector."""

from ringfinder.score.candidates import Basis, Candidates, cases, find_candidates
from ringfinder.score.rings import rank_rings
from ringfinder.score.signals import SIGNALS

__all__ = ["SIGNALS", "Basis", "Candidates", "cases", "find_candidates", "rank_rings"]
