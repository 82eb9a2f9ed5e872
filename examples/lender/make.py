"""Write this folder's exports, its configuration and its expected rings again.

    python examples/lender/make.py [FOLDER]

The rings are those that the simulator planted, not those that the program finds.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import polars as pl

from ringfinder.simulate import World, WorldSettings, simulate, write_case

SETTINGS = WorldSettings(customers=1000, rings=4, seed=7)

HEAD = """\
# The lawful representatives that this invented lender knows. They are shown as such and never lead to a ring.
# Entries are judged on this day; without it, on the day of the run.
today = 2026-07-01
"""
KNOWN = {
    "law_firm": ("uscc", "legal department", "practising licence, checked on the justice bureau's list"),
    "legal_aid": ("uscc", "legal department", "registration as a legal-aid body"),
    "union": ("phone", "complaints desk", "letter of the works council"),
}


def make(folder: Path) -> None:
    """Write exports/, ringfinder.toml and expected_rings.csv into ``folder``."""
    world = simulate(SETTINGS)
    write_case(world, folder / "exports")
    shutil.rmtree(folder / "exports" / "truth")
    debtors = world.truth.filter(pl.col("kind") == "debtor").select("ring_id", "design", debtor="key")
    (folder / "expected_rings.csv").write_bytes(debtors.sort("ring_id", "debtor").write_csv().encode("utf-8"))
    (folder / "ringfinder.toml").write_bytes((HEAD + allow_list(world)).encode("utf-8"))


def allow_list(world: World) -> str:
    """``[[allow_list]]`` entries for the world's lawful representatives."""
    entries = []
    for design, (field, owner, proof) in KNOWN.items():
        kinds = ("phone",) if field == "phone" else ("company", "law_firm")
        keys = world.benign.filter((pl.col("design") == design) & pl.col("kind").is_in(kinds))["key"]
        for key in keys.unique().sort():
            name = design.replace("_", " ")
            entries.append(
                f'\n[[allow_list]]\nname = "{name}"\n{field} = "{key}"\nowner = "{owner}"\nproof = "{proof}"\n'
                "expires = 2027-12-31\n"
            )
    return "".join(entries)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
