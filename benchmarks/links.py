"""A generic link table of a million rows, CSV to run folder, beside the floor (polars' read) and the usual way.

    python benchmarks/links.py                     # 1,000,000 links
    python benchmarks/links.py --links 100000 --rival-links 20000

Prints seconds and peak memory (of the child process) of every step, and the ratios to reading the file with polars
and to pandas + NetworkX + python-louvain.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl


def write_links(path: Path, links: int, seed: int = 5) -> None:
    """A lender's links: households, employers, hotlines, brokers, and rings that hold 2.5 % of the debtors."""
    rng = np.random.default_rng(seed)
    n = max(links * 10 // 44, 100)
    debtor = np.arange(n)
    parts: list[tuple[np.ndarray, str, np.ndarray, str, str]] = []
    days = rng.integers(0, 365, n)

    def add(who: np.ndarray, kind: str, what: np.ndarray, prefix: str, relation: str) -> None:
        parts.append((who, kind, what, prefix, relation))

    add(debtor, "phone", debtor, "own", "uses_phone")
    household = np.cumsum(rng.random(n) < 0.6)
    add(debtor, "address", household, "home", "lives_at")
    add(debtor, "device", household, "device", "uses_device")
    work = (n * rng.power(0.35, n)).astype(np.int64) // 8
    add(debtor, "employer", work, "firm", "works_at")
    desk = rng.random(n) < 0.4
    add(debtor[desk], "phone", work[desk], "desk", "uses_work_phone")
    complained = np.flatnonzero(rng.random(n) < 0.06)
    ring_of = np.full(n, -1)
    members = rng.permutation(n)[: n // 40]
    ring_of[members] = np.arange(len(members)) // 30
    add(complained, "phone", complained, "own", "complained_from")
    inside = np.flatnonzero(ring_of >= 0)
    add(inside, "phone", ring_of[inside] * 4 + rng.integers(0, 3, len(inside)), "burner", "complained_from")
    add(inside, "agent", ring_of[inside] * 3 + rng.integers(0, 2, len(inside)), "agent", "represented_by")
    add(inside, "payee_account", ring_of[inside], "payee", "paid")
    frames = []
    for who, kind, what, prefix, relation in parts:
        if kind == "phone":
            base = {"own": 13_000_000_000, "desk": 15_000_000_000, "burner": 18_500_000_000}[prefix]
            keys = pl.Series((base + (what.astype(np.int64) * 7919) % 999_999_937).astype(str))
        else:
            keys = pl.Series(np.char.add(f"{prefix}-", what.astype(str)))
        frames.append(
            pl.DataFrame(
                {
                    "source_kind": "debtor",
                    "source": pl.Series(np.char.add("C", who.astype(str))),
                    "target_kind": kind,
                    "target": keys,
                    "relation": relation,
                    "date": pl.Series(days[who] + 20_089, dtype=pl.Int32).cast(pl.Date),
                },
            )
        )
    table = pl.concat(frames)
    table.sample(fraction=1.0, shuffle=True, seed=seed).head(links).write_csv(path)


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (GB) of a command."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            raise SystemExit(log.read().decode()[-2000:])
    return time.perf_counter() - start, usage.ru_maxrss / 2**20


READ = "import sys, polars as pl; print(pl.read_csv(sys.argv[1], infer_schema=False).height)"
RIVAL = """
import sys, pandas as pd, networkx as nx, community
t = pd.read_csv(sys.argv[1], dtype=str)
g = nx.Graph()
g.add_edges_from(zip(t["source_kind"] + ":" + t["source"], t["target_kind"] + ":" + t["target"]))
print(len(set(community.best_partition(g, random_state=0).values())))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--rival-links", type=int, default=100_000)
    parser.add_argument("--detectors", default="ring,components,leiden")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        big, small = place / "links.csv", place / "small.csv"
        write_links(big, options.links)
        write_links(small, options.rival_links)
        print(f"{options.links:,} links, {big.stat().st_size / 1e6:.0f} MB")
        read, memory = measure([sys.executable, "-c", READ, str(big)])
        print(f"polars read (whole process)             {read:7.2f} s  {memory:5.2f} GB")
        small_read, _ = measure([sys.executable, "-c", READ, str(small)])
        times = {}
        for detector in options.detectors.split(","):
            for path, name, floor in ((big, "", read), (small, " (small table)", small_read)):
                run = place / f"run-{detector}{len(name)}"
                command = [
                    sys.executable,
                    "-m",
                    "ringfinder",
                    "run",
                    str(path),
                    "-o",
                    str(run),
                    "--detector",
                    detector,
                ]
                seconds, memory = measure(command)
                times[detector, name] = seconds
                title = f"ringfinder {detector + name:<28}"
                print(f"{title} {seconds:7.2f} s  {memory:5.2f} GB  {seconds / floor:5.1f} x polars read")
        rival, memory = measure([sys.executable, "-c", RIVAL, str(small)])
        print(f"pandas + NetworkX + python-louvain, {options.rival_links:,} links {rival:7.2f} s  {memory:5.2f} GB")
        for detector in options.detectors.split(","):
            print(
                f"  that is {rival / times[detector, ' (small table)']:.1f} x ringfinder {detector} on the same table"
            )


if __name__ == "__main__":
    main()
