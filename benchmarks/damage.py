"""How right the links of damaged exports are: one cell in ten of a synthetic lender's exports, by kind of damage.

    python benchmarks/damage.py                       # 3,000 customers, seed 1
    python benchmarks/damage.py --customers 600 --seed 2 --share 0.2

Each kind of damage is one of domain section 5 (``tests/intake/damage.py``, and the three below). It is done alone, then
all together. A link is judged by source, relation and target against the links of the clean exports; a customer whose
number is gone counts as himself where he goes by identity number, or name and phone. "known" counts only links of which
the clean exports have both ends: a mistyped number that looks like any other makes a lonely thing of its own, which
ties nobody together. "told" is the number of cells and rows that the run lists as lost.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "intake"))

from damage import KINDS, Cell, Kind, clean_tables, damaged, linked, links_of, same_names, write_tables

from ringfinder.link import Linked
from ringfinder.simulate import World, WorldSettings, simulate

_LINK = ["source", "relation", "target"]


def _mojibake(cell: Cell) -> str:
    """UTF-8 text that a program took for GB18030."""
    return cell.text.encode().decode("gb18030", "replace")


def _reordered(cell: Cell) -> str:
    year, month, day = cell.text[:10].split("-")
    return cell.pick(f"{day}/{month}/{year}", f"{month}/{day}/{year}")


def _decimal(cell: Cell) -> str:
    return f"{float(cell.text) * cell.rng.choice([0.1, 10, 100]):.2f}"


KINDS.update(
    {
        "wrong encoding": Kind(re.compile(r".*[\u4e00-\u9fff]"), _mojibake),
        "day and month": Kind(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), _reordered),
        "decimal shifted": Kind(re.compile(r"[0-9]{1,8}\.[0-9]{1,2}$"), _decimal),
        "date instead": Kind(re.compile(r"[0-9]{7,}"), lambda c: c.pick("20260506", "2026-05-06", "46148"), typed=True),
        "end zeroed": Kind(re.compile(r"1[0-9]{10}$"), lambda c: c.text[:8] + "000", typed=True),
    }
)


def figures(world: World, clean: Linked, found: Linked) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links of the damaged exports, and which of them are wrong: ``wrong`` and ``known`` beside the links."""
    before = links_of(clean)
    links = same_names(world, before, links_of(found))
    right = before.select(_LINK).unique().with_columns(wrong=pl.lit(False))
    names = pl.concat([before["source"], before["target"]]).unique().implode()
    links = links.join(right, on=_LINK, how="left").with_columns(
        pl.col("wrong").fill_null(True), known=pl.col("source").is_in(names) & pl.col("target").is_in(names)
    )
    return links, before


def row(links: pl.DataFrame, before: pl.DataFrame) -> str:
    """One line of a table: links, kept, wrong, precision, and the same of known things."""
    known = links.filter("known")
    wrong, also = int(links["wrong"].sum()), int(known["wrong"].sum())
    kept = links.filter(~pl.col("wrong")).n_unique(_LINK) / max(before.n_unique(_LINK), 1)
    parts = [f"{links.height:8,}", f"{kept:7.1%}", f"{wrong:7,}", f"{1 - wrong / max(links.height, 1):9.2%}"]
    return "".join([*parts, f"{also:7,}", f"{1 - also / max(known.height, 1):9.2%}"])


_HEAD = f"{'links':>8}{'kept':>7}{'wrong':>7}{'right':>9}{'known':>7}{'right':>9}"


def main() -> None:
    """Print a line for each kind of damage alone, then for all together by kind of link, and what was told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.1, help="share of the filled cells that are damaged")
    chosen = parser.parse_args()
    world = simulate(WorldSettings(customers=chosen.customers, rings=15, seed=chosen.seed))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        clean = linked(write_tables(clean_tables(world), place / "clean"))
        sys.stdout.write(f"{'damage':<18}{'cells':>8}{_HEAD}{'told':>8}\n")
        for kind in (*KINDS, "all kinds"):
            tables, ledger = damaged(world, chosen.share, chosen.seed, (kind,) if kind in KINDS else tuple(KINDS))
            found = linked(write_tables(tables, place / "damaged"))
            links, before = figures(world, clean, found)
            told = found.issues.height - clean.issues.height
            sys.stdout.write(f"{kind:<18}{ledger.height:8,}{row(links, before)}{told:8,}\n")
        sys.stdout.write(f"\n{'all kinds: link':<26}{_HEAD}\n")
        for (relation,), part in links.sort("relation").group_by("relation", maintain_order=True):
            sys.stdout.write(f"{relation!s:<26}{row(part, before.filter(pl.col('relation') == relation))}\n")
        reasons = found.issues.group_by("reason").len().sort("len", descending=True)
        sys.stdout.write(
            "\ntold: " + ", ".join(f"{reason} {number:,}" for reason, number in reasons.iter_rows()) + "\n"
        )


if __name__ == "__main__":
    main()
