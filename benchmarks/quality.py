"""How well planted rings are found in synthetic worlds: ringfinder beside general community detectors.

    python benchmarks/quality.py --markdown                       # 20,000 customers, 30 rings, seeds 101-103
    python benchmarks/quality.py --customers 3000 --rings 15 --seeds 1 --forms full --peers ""

Worlds are made by ``ringfinder.simulate``: easy, medium and hard (difficulty 0, 0.5 and 1), and one without rings;
each as full exports, as complaints alone, and as one link table. All figures are those of ``ringfinder evaluate``,
means over the seeds. The peers (see ``peers.py``) work on ringfinder's own graph of the same world. Of each peer the
best F1 and the best AP over all graphs, parameters and rankings are shown, chosen anew in every world with the truth
at hand: more than a user could get. Nothing was tuned on these seeds.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
from peers import METHODS, best_figures, shared_graph

from ringfinder.cli.worlds import truth_of_run
from ringfinder.config import Config, DetectSettings, PrivacySettings
from ringfinder.detect import METHODS as DETECTORS
from ringfinder.evaluate import evaluate, found_members
from ringfinder.pipeline import Result, find_rings
from ringfinder.simulate import Form, World, WorldSettings, simulate, write_world

WORLDS = {"easy": 0.0, "medium": 0.5, "hard": 1.0, "none": 0.5}
FORMS = ("full", "complaints", "links")
COLUMNS = {
    "f1": "F1", "recall": "recall", "ap": "AP", "p10": "P@10", "merged": "merged", "split": "split",
    "reported": "reported", "strong": "strong", "false_strong": "false strong", "debtor_precision": "debtor precision",
    "debtor_recall": "debtor recall", "seconds": "seconds",
}  # fmt: skip
COUNTS = ("merged", "split", "reported", "strong", "false_strong", "seconds")

Figures = dict[str, float | str]


def judge_world(
    world: World, form: Form, detectors: Sequence[str], peers: Sequence[str]
) -> Iterator[tuple[str, Figures]]:
    """The figures of every method on one world in one form."""
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder), form)
        result = None
        for detector in detectors:
            start = time.perf_counter()
            result = _run(Path(folder), detector)
            seconds = time.perf_counter() - start
            truth = _truth(world, form, result)
            summary = evaluate(found_members(result.run), truth).summary
            yield f"ringfinder {detector}", {**summary, "seconds": seconds}
        if not peers:
            return
        result = result or _run(Path(folder), next(iter(DETECTORS)))
    truth = _truth(world, form, result)
    graphs = {name: shared_graph(result.graph, result.run, raw=name == "raw") for name in ("raw", "no hubs")}
    for peer in peers:
        start = time.perf_counter()
        figures = best_figures(graphs, truth, peer)
        yield peer, {**figures, "seconds": time.perf_counter() - start}


def _run(folder: Path, detector: str) -> Result:
    config = Config(privacy=PrivacySettings(reveal=True), detect=DetectSettings(method=detector))
    return find_rings([folder / "exports"], config)


def _truth(world: World, form: Form, result: Result) -> pl.DataFrame:
    return truth_of_run(world.truth_in(form.tables).drop("role"), result.run, result.graph)


def table(
    names: Sequence[str], forms: Sequence[str], seeds: Sequence[int], detectors: Sequence[str], peers: Sequence[str],
    *, customers: int, rings: int,
) -> Iterator[tuple[str, str, str, dict[str, float]]]:  # fmt: skip
    """World, form, method, means over the seeds; a measure is left out where a method has none."""
    for name in names:
        planted = 0 if name == "none" else rings
        made = [simulate(WorldSettings(customers=customers, rings=planted, seed=s, hard=WORLDS[name])) for s in seeds]
        for form in forms:
            rows: dict[str, list[Figures]] = {}
            for world in made:
                for method, figures in judge_world(world, Form(form), detectors, peers):
                    rows.setdefault(method, []).append(figures)
            for method, found in rows.items():
                numbers = [k for k in COLUMNS if all(isinstance(f.get(k), float) for f in found)]
                yield name, form, method, {k: sum(float(f[k]) for f in found) / len(found) for k in numbers}


def _cells(name: str, means: dict[str, float]) -> list[str]:
    no_rings = ("reported", "strong", "false_strong", "seconds")
    shown = [k if name != "none" or k in no_rings else "" for k in COLUMNS]
    return ["" if k not in means else f"{means[k]:.1f}" if k in COUNTS else f"{means[k]:.2f}" for k in shown]


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rings", type=int, default=30)
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--worlds", default=",".join(WORLDS), help="of: " + ", ".join(WORLDS))
    parser.add_argument("--forms", default=",".join(FORMS), help="of: " + ", ".join(FORMS))
    parser.add_argument("--detectors", default=",".join(DETECTORS), help="of: " + ", ".join(DETECTORS))
    parser.add_argument("--peers", default=",".join(METHODS), help="of: " + ", ".join(METHODS))
    parser.add_argument("--markdown", action="store_true", help="print a table for a README")
    options = parser.parse_args()
    header = ["world", "data", "method", *COLUMNS.values()]
    if options.markdown:
        print("| " + " | ".join(header) + " |")
        print("|---|---|---|" + "---:|" * len(COLUMNS))
    else:
        print(f"{'world':<8}{'data':<12}{'method':<30}" + "".join(f"{h:>17}" for h in COLUMNS.values()))
    rows = table(
        _list(options.worlds), _list(options.forms), [int(s) for s in _list(options.seeds)], _list(options.detectors),
        _list(options.peers), customers=options.customers, rings=options.rings,
    )  # fmt: skip
    for name, form, method, means in rows:
        cells = _cells(name, means)
        if options.markdown:
            print(f"| {name} | {form} | {method} | " + " | ".join(cells) + " |", flush=True)
        else:
            print(f"{name:<8}{form:<12}{method:<30}" + "".join(f"{c:>17}" for c in cells), flush=True)


if __name__ == "__main__":
    main()
