"""How well ``ringfinder audit`` foretells the real recall and precision: audited blind, then held against the truth.

    python benchmarks/audit.py                                          # ringfinder's own worlds, three difficulties
    python benchmarks/audit.py --world DATA TRUTH --world DATA TRUTH    # exports and truths by another hand

A truth is a CSV as for ``ringfinder evaluate``; its header ``customer_no`` is read as ``customer_id``. For every world
and tier: foretold and real recall, foretold and real precision, and how far they are apart. The audit sees no truth.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ringfinder.audit import audit_figures, run_trial
from ringfinder.cli.worlds import read_truth, truth_of_run
from ringfinder.config import Config
from ringfinder.model import Run
from ringfinder.pipeline import checked, link_inputs, rings_of
from ringfinder.simulate import Form, WorldSettings, simulate, write_world

DIFFICULTIES = (0.0, 0.5, 1.0)


def measure(data: Path, truth: Path, *, rounds: int, seed: int) -> Iterator[tuple[str, float, float, float, float]]:
    """Tier, foretold and real recall, foretold and real precision (nan where there is none)."""
    config = checked(Config())
    linked, _, _ = link_inputs([data], config)
    trial = run_trial(linked.graph, lambda g: rings_of(replace(linked, graph=g), config), seed=seed, rounds=rounds)
    seen = Run((), config=config.to_dict(), revealed=True)
    known = truth_of_run(read_truth(_own_header(truth)), seen, linked.graph, truth.name)
    for step in audit_figures(trial, known).thresholds[:2]:
        numbers = (step.recall, step.true_recall, step.precision, step.true_precision)
        recall, true_recall, precision, true_precision = (float("nan") if n is None else n for n in numbers)
        yield step.name, recall, true_recall, precision, true_precision


def _own_header(truth: Path) -> Path:
    text = truth.read_text(encoding="utf-8-sig")
    if "customer_no" not in text.splitlines()[0]:
        return truth
    copy = Path(tempfile.mkdtemp()) / "truth.csv"
    copy.write_text(text.replace("customer_no", "customer_id", 1), encoding="utf-8")
    return copy


def main() -> None:
    """Print one Markdown row for every world and tier."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", nargs=2, action="append", metavar=("DATA", "TRUTH"), type=Path)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rings", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=[301])
    parser.add_argument("--form", choices=[f.value for f in Form], default="full")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print("| world | tier | recall foretold | real | apart | precision foretold | real | seconds |", flush=True)
    print("|---|---|--:|--:|--:|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        worlds = [(f"{d.parent.name}/{d.name}", d, t) for d, t in given.world or ()]
        for seed in given.seeds if not worlds else ():
            for hard in DIFFICULTIES:
                place = Path(folder) / f"{hard}-{seed}"
                wish = WorldSettings(customers=given.customers, rings=given.rings, seed=seed, hard=hard)
                write_world(simulate(wish), place, Form(given.form))
                worlds.append((f"{given.form}, difficulty {hard}, seed {seed}", place / "exports", place / "truth.csv"))
        for name, data, truth in worlds:
            start = time.perf_counter()
            for tier, recall, real, precision, right in measure(data, truth, rounds=given.rounds, seed=0):
                cells = f"{recall:.2f} | {real:.2f} | {recall - real:+.2f} | {precision:.2f} | {right:.2f}"
                print(f"| {name} | {tier} | {cells} | {time.perf_counter() - start:.0f} |", flush=True)


if __name__ == "__main__":
    main()
