"""How well ringfinder finds rings in the user's own data: rings of known kinds are planted into them and looked for."""

from __future__ import annotations

from ringfinder.audit.donor import CAMOUFLAGE, SIZES
from ringfinder.audit.figures import Audit, Cell, Threshold, audit_figures
from ringfinder.audit.measure import Trial, run_trial

__all__ = ["CAMOUFLAGE", "SIZES", "Audit", "Cell", "Threshold", "Trial", "audit_figures", "run_trial"]
