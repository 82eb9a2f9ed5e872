"""Synthetic worlds with known rings: a lender's exports, invented from a seed, and the truth about them.

`simulate(WorldSettings(...))` makes a world in memory, `write_case(world, folder)` writes it as the files that a bank's
desks would export, `write_world(world, folder)` those and the truth beside them. Nothing here knows how ringfinder
looks for rings.
"""

from __future__ import annotations

from ringfinder.simulate.designs import DESIGNS
from ringfinder.simulate.settings import WorldSettings, most_rings
from ringfinder.simulate.world import World, simulate
from ringfinder.simulate.write import Form, write_case, write_world

__all__ = ["DESIGNS", "Form", "World", "WorldSettings", "most_rings", "simulate", "write_case", "write_world"]
