"""Compare the rings of a run with known pairs: how many pairs of people in one ring are right, how many are found.

    python examples/pairs.py RUN TRUTH.csv

RUN was written with --reveal. TRUTH.csv holds either a person and its group in each row, or a pair of persons (its
second column then has values of the first column's kind, and it is named like account_a,account_b).
"""

from __future__ import annotations

import csv
import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from ringfinder import load_run

Pairs = set[tuple[str, str]]


def pairs(groups: Iterable[Iterable[str]]) -> Pairs:
    """All unordered pairs inside the groups."""
    return {pair for group in groups for pair in itertools.combinations(sorted(set(group)), 2)}


def true_pairs(path: Path) -> Pairs:
    """The pairs that a truth file states."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    if header[0].endswith("_a"):
        return pairs((row[0], row[1]) for row in rows)
    groups = defaultdict(list)
    for row in rows:
        groups[row[1]].append(row[0])
    return pairs(groups.values())


def measure(run: Path, truth: Path) -> str:
    """One line with the counts, precision and recall."""
    known = true_pairs(truth)
    rings = [[m.key for m in ring.members if m.role == "debtor"] for ring in load_run(run).rings]
    found = pairs(rings)
    both = len(found & known)
    precision = both / len(found) if found else 0.0
    return (
        f"{len(rings)} rings, {len(found):,} pairs, {both} of {len(known)} true pairs: "
        f"precision {precision:.5f}, recall {both / len(known):.3f}"
    )


if __name__ == "__main__":
    sys.stdout.write(measure(Path(sys.argv[1]), Path(sys.argv[2])) + "\n")
