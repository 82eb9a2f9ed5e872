"""Whether a run's figures for chance hold: other deals of the same world are counted against what the run said.

    python benchmarks/chance.py exports/ --copies 20              # any folder of exports
    python benchmarks/chance.py --simulate 3000 --rings 0 4 15    # worlds of ringfinder simulate

Three sorts of copies, none of them among those of the run: ``dates`` and ``ties`` are the run's own two deals with
other seeds; ``swaps`` is plainer and made here: within each relation all links change their things, private ones too,
and within ``filed`` their dates. For each score the table shows the groups found, what the run said (range), the mean
of the copies, and the share of the copies within the range: of good ranges 95 of 100 copies and more.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringfinder import chance, pipeline
from ringfinder.chance_deals import deal_dates, deal_ties, find_ties
from ringfinder.config import ChanceSettings, Config
from ringfinder.graph import NO_DATE, Graph
from ringfinder.people import event_owner, people_kind
from ringfinder.simulate import Form, WorldSettings, simulate, write_world
from ringfinder.vocabulary import extend, vocabulary

#: Seeds of the copies begin here; those of the run are another series.
FIRST_SEED = 700_000


def swapped(graph: Graph, blocked: NDArray[np.bool_], rng: np.random.Generator) -> Graph:
    """Within each relation the links from debtors or their events change their things; benign hubs stay."""
    links, owner = graph.links, event_owner(graph)
    people = graph.is_kind(people_kind(graph))
    words = extend(vocabulary(), [], graph.relations)
    names = [r for r in graph.relations if words.relations[r].clusters == "yes" and r not in ("filed", "posted")]
    tie = graph.relation_is(*names) & people[owner[links.source]] & ~people[owner[links.target]]
    tie &= ~blocked[links.source] & ~blocked[links.target]
    target = links.target.copy()
    for code in np.unique(links.relation[tie]):
        here = np.flatnonzero(tie & (links.relation == code))
        target[here] = target[rng.permutation(here)]
    date = links.date.copy()
    filed = np.flatnonzero(graph.relation_is("filed") & (date != NO_DATE))
    date[filed] = date[rng.permutation(filed)]
    return Graph(graph.nodes, replace(links, target=target, date=date), graph.relations, graph.files)


def measure(folder: Path, copies: int, rounds: int) -> None:
    """Print the table of one world."""
    seen: dict[str, Any] = {}
    reckon = pipeline.find_chance

    def keep(*given: Any) -> Any:
        start = time.perf_counter()
        seen["rings"], seen["chance"] = reckon(*given)
        seen["given"], seen["seconds"] = given, time.perf_counter() - start
        return seen["rings"], seen["chance"]

    pipeline.find_chance = keep
    try:
        start = time.perf_counter()
        pipeline.find_rings([folder], Config(chance=ChanceSettings(mode="on", rounds=rounds)))
        seconds = time.perf_counter() - start
    finally:
        pipeline.find_chance = reckon
    graph, rings, basis, config, seen["judged"] = seen["given"]
    told = seen["chance"]
    name = f"{folder.parent.name}/{folder.name}"
    spent = seen["seconds"]
    print(f"{name}: {graph.n_links:,} links; run {seconds - spent:.1f} s, chance {spent:.1f} s")
    print(f"  {told['sentence']}")
    if not told["rounds"]:
        return
    had, had_lead = chance._had(graph, rings)
    explained = (chance._had(graph, seen["judged"])[0] > 0) & (had == 0)
    ties = find_ties(graph, basis.units, basis.blocked)
    sorts: dict[str, Callable[[np.random.Generator], Graph]] = {
        "dates": lambda rng: deal_dates(graph, rng),
        "ties": lambda rng: deal_ties(graph, ties, rng),
        "swaps": lambda rng: swapped(graph, basis.blocked, rng),
    }
    for name, deal in sorts.items():
        standings = [
            chance._standing(
                deal(np.random.default_rng(FIRST_SEED + i)), basis, config, had, had_lead, explained & (name == "dates")
            )
            for i in range(copies)
        ]
        key = "dates" if name == "dates" else "links"
        rows = [(f"{row['score']:5.0f}", row, [(s.score >= row["score"]).sum() for s in standings])
                for row in told["scores"]]  # fmt: skip
        rows.append(("leads", told["leads"], [s.lead.sum() for s in standings]))
        for title, row, counts in rows:
            said = row[key]
            inside = np.mean([said["low"] <= n <= said["high"] for n in counts])
            told_range = f"{said['expected']:6.1f} ({said['low']:3.0f} to {said['high']:3.0f})"
            counted = f"{np.mean(counts):6.1f} ({min(counts):3} to {max(counts):3})"
            print(
                f"  {name:5}  score {title}  found {row['found']:4}  said {told_range}  copies {counted}  "
                f"within {inside:4.0%}"
            )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--simulate", type=int, default=0, metavar="CUSTOMERS")
    parser.add_argument("--rings", type=int, nargs="+", default=[0, 4, 15])
    parser.add_argument("--hard", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    for folder in asked.folders:
        measure(folder, asked.copies, asked.rounds)
    for rings in asked.rings if asked.simulate else ():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / f"{asked.simulate} customers, {rings} rings"
            world = simulate(WorldSettings(customers=asked.simulate, rings=rings, seed=asked.seed, hard=asked.hard))
            write_world(world, folder, Form.full)
            measure(folder / "exports", asked.copies, asked.rounds)


if __name__ == "__main__":
    main()
