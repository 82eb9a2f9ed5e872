"""How well the detectors find planted rings in synthetic worlds, by the usual figures.

    python benchmarks/quality.py                              # 20,000 customers, 30 rings, seeds 101-103
    python benchmarks/quality.py --customers 3000 --rings 11 --seeds 1,2

Worlds are made by ``ringfinder.simulate`` at three difficulties, seeds that nothing was tuned on, and once without
rings. F1 is the mean over rings of the best F1 of any reported ring; a ring is hit when a reported one has Jaccard
>= 0.5 with it; AP walks the ranking and divides by the number of rings; P@10 counts hits in the first ten.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import polars as pl

from ringfinder.config import Config, DetectSettings, PrivacySettings
from ringfinder.pipeline import find_rings
from ringfinder.simulate import WorldSettings, simulate, write_case


def figures(found: list[tuple[str, set[str]]], true: list[set[str]]) -> dict[str, float]:
    """F1, AP, P@10, debtor precision of the strong tier, and strong rings that touch no true one."""
    best = [max((2 * len(f & t) / (len(f) + len(t)) for _, f in found), default=0.0) for t in true]
    hit: set[int] = set()
    total = top = 0.0
    for rank, (_, members) in enumerate(found, start=1):
        score, which = max(((len(members & t) / len(members | t), i) for i, t in enumerate(true)), default=(0.0, -1))
        if score >= 0.5 and which not in hit:
            hit.add(which)
            total += len(hit) / rank
            top += rank <= 10
    strong = [members for tier, members in found if tier == "strong"]
    everyone = set().union(*true) if true else set()
    return {
        "F1": sum(best) / len(best) if best else 0.0,
        "AP": total / len(true) if true else 0.0,
        "P@10": top / 10,
        "strong": len(strong),
        "false": sum(not (members & everyone) for members in strong),
        "precision": sum(len(m & everyone) for m in strong) / max(sum(len(m) for m in strong), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rings", type=int, default=30)
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--detectors", default="leiden,louvain,label_propagation,components")
    options = parser.parse_args()
    seeds = [int(s) for s in options.seeds.split(",")]
    worlds = [
        ("easy", options.rings, 0.0),
        ("medium", options.rings, 0.5),
        ("hard", options.rings, 1.0),
        ("none", 0, 0.5),
    ]
    print("| world | detector | F1 | AP | P@10 | strong | of these false | debtor precision | seconds |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, rings, hard in worlds:
        for detector in options.detectors.split(","):
            rows = []
            for seed in seeds:
                world = simulate(WorldSettings(customers=options.customers, rings=rings, seed=seed, hard=hard))
                truth = world.truth.filter(pl.col("kind") == "debtor")
                true = [set(group["key"]) for _, group in truth.group_by("ring_id", maintain_order=True)]
                with tempfile.TemporaryDirectory() as folder:
                    write_case(world, Path(folder))
                    config = Config(privacy=PrivacySettings(reveal=True), detect=DetectSettings(method=detector))
                    start = time.perf_counter()
                    run = find_rings([folder], config).run
                    seconds = time.perf_counter() - start
                found = [(r.tier, {m.key for m in r.members if m.role == "debtor"}) for r in run.rings]
                rows.append({**figures(found, true), "seconds": seconds})
            mean = {key: sum(row[key] for row in rows) / len(rows) for key in rows[0]}
            figure = " | ".join(
                f"{mean[key]:.2f}" for key in ("F1", "AP", "P@10", "strong", "false", "precision", "seconds")
            )
            print(f"| {name} | {detector} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
