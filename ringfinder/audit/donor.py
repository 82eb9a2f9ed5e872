"""Rings to plant: made by ``ringfinder.simulate`` from its own designs, without any lender around them.

A *donor* is the graph of a small invented lender that has nothing but rings: their clients, what they share, their
complaints, calls and fees. It goes through the same stages *read* to *link* as the user's files, so that its links look
like links. :mod:`ringfinder.audit.plant` moves them into the user's graph.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import polars as pl

from ringfinder.config import Config
from ringfinder.errors import ConfigError
from ringfinder.graph_build import frames_of
from ringfinder.link import link_tables
from ringfinder.mapped import map_tables, narrow_tables
from ringfinder.normalise import Options
from ringfinder.read import find_inputs, read_tables
from ringfinder.simulate import DESIGNS, Form, World, WorldSettings, write_world
from ringfinder.simulate.ids import Phones, card_numbers
from ringfinder.simulate.ledger import Ledger
from ringfinder.simulate.letters import own_words
from ringfinder.simulate.people import populate
from ringfinder.simulate.rings import plant as found_rings

__all__ = ["CAMOUFLAGE", "SIZES", "Camouflage", "Donor", "Wish", "make_donor", "wishes"]

#: Debtors of a planted ring.
SIZES = (4, 8, 15, 30, 60)


@dataclass(frozen=True)
class Camouflage:
    """How well a ring hides: ``hard`` is the difficulty of its design (0 to 1, see
    :class:`ringfinder.simulate.WorldSettings`), ``kept`` the share of its traces that the records show at all."""

    code: str
    hard: float
    kept: float


#: From rings that do not care to rings that leave one trace in three.
CAMOUFLAGE = (Camouflage("easy", 0.0, 1.0), Camouflage("medium", 0.5, 0.6), Camouflage("hard", 1.0, 0.3))

_NOT_ALONE = ("twin",)  # designs that come in pairs
#: Relations that no camouflage hides: what an event is, and who is behind a number or a firm.
_SPARED = ("filed", "posted", "via", "about", "reached_at", "works_for", "held_by", "uses_phone")


@dataclass(frozen=True)
class Wish:
    """One ring to plant: its design, camouflage and number of debtors."""

    design: str
    camouflage: str
    size: int


@dataclass(frozen=True, eq=False)
class Donor:
    """Rings before they are planted.

    Attributes
    ----------
    nodes, links : polars.DataFrame
        As :func:`ringfinder.graph_build.frames_of` gives them; ``filed``, ``posted`` and what hangs on them included.
    clients : polars.DataFrame
        ``ring`` (Int64, place in ``wishes``) and ``key`` (String, the customer's) of every debtor of a ring.
    wishes : tuple[Wish, ...]
        What was asked for.
    """

    nodes: pl.DataFrame
    links: pl.DataFrame
    clients: pl.DataFrame
    wishes: tuple[Wish, ...]


def wishes(count: int, rng: np.random.Generator, largest: int) -> tuple[Wish, ...]:
    """``count`` rings in which every size and camouflage comes up as evenly as it can, in designs of about that size.

    Sizes above ``largest`` are left out, so that small data are not swamped.
    """
    sizes = [size for size in SIZES if size <= largest] or [SIZES[0]]
    cells = [(size, hidden.code) for size in sizes for hidden in CAMOUFLAGE]
    order = [cells[i] for _ in range(-(-count // len(cells))) for i in rng.permutation(len(cells)).tolist()]
    return tuple(Wish(str(rng.choice(_designs(size))), hidden, size) for size, hidden in order[:count])


def _designs(size: int) -> list[str]:
    """The designs that a ring of ``size`` may have: no three agents with ten phones for four clients."""
    fit = [d.code for d in DESIGNS.values() if d.size[0] / 2 <= size <= 1.5 * d.size[1] and d.code not in _NOT_ALONE]
    return fit or ["star"]


def make_donor(wished: Sequence[Wish], seed: int) -> Donor:
    """Make the rings that ``wished`` asks for; equal arguments make equal rings.

    Raises
    ------
    ConfigError
        If a design or camouflage is unknown, or nothing is wished.
    """
    hidden = {c.code: c for c in CAMOUFLAGE}
    unknown = [w for w in wished if w.design not in DESIGNS or w.camouflage not in hidden]
    if unknown or not wished:
        what = f"no ring of design {unknown[0].design!r}, {unknown[0].camouflage!r}" if unknown else "no ring to plant"
        known = f"{', '.join(DESIGNS)}, and {', '.join(hidden)}"
        raise ConfigError(what, where="audit", expected=known, do="name another")
    parts: list[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]] = []
    for number, level in enumerate(CAMOUFLAGE):
        mine = [i for i, wish in enumerate(wished) if wish.camouflage == level.code]
        if mine:
            parts.append(_level([wished[i] for i in mine], mine, level, (seed, number)))
    return Donor(
        pl.concat((p[0] for p in parts), how="diagonal_relaxed").unique(
            ["kind", "key"], keep="first", maintain_order=True
        ),
        pl.concat(p[1] for p in parts),
        pl.concat(p[2] for p in parts),
        tuple(wished),
    )


def _level(
    wished: Sequence[Wish], places: Sequence[int], level: Camouflage, seed: tuple[int, int]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Nodes, links and clients of the rings of one camouflage."""
    world = _world([(w.design, w.size) for w in wished], level.hard, seed)
    with tempfile.TemporaryDirectory() as folder:
        write_world(world, Path(folder), Form.full)
        nodes, links = _linked(Path(folder) / "exports")
    texts = _texts(world, links)
    names = {f"R{i:03d}": place for i, place in enumerate(places, start=1)}
    marks = world.marks.filter(pl.col("kind") == "debtor").select("ring_id", "key").unique()
    clients = marks.select(
        pl.col("ring_id").replace_strict(names, return_dtype=pl.Int64).alias("ring"), pl.col("key")
    ).sort("ring", "key")
    # what one client did with the ring leaves a trace in the records with the probability that the camouflage says;
    # calls, complaints and letters themselves stay: it is what they share that is missing
    links = pl.concat([links, texts]).sort("source_kind", "source", "relation", "target_kind", "target", "date", "row")
    rng = np.random.default_rng([*seed, 7])
    shown = pl.Series(rng.random(links.height) < level.kept)
    organisations = pl.col("source_kind").is_in(["company", "law_firm", "person"])
    links = links.filter(pl.col("relation").is_in(_SPARED) | organisations | shown)
    return _apart(_own_words(nodes, texts, links, rng), links, clients, level.code)


def _own_words(
    nodes: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Complaints that lost their tie to the ring's text say what they say in words of their own."""
    uses = after.filter(pl.col("relation") == "uses_template")["source"]
    lost = before.filter(~pl.col("source").is_in(uses.implode()))["source"].unique().sort()
    words = [own_words(rng, float(rng.integers(2_000, 90_000))) for _ in lost]
    said = pl.DataFrame({"key": lost, "_said": pl.Series(words, dtype=pl.String)}).with_columns(
        kind=pl.lit("complaint")
    )
    nodes = nodes.join(said, on=["kind", "key"], how="left", maintain_order="left")
    return nodes.with_columns(pl.coalesce("_said", "text").alias("text")).drop("_said")


def _world(rings: Sequence[tuple[str, int]], hard: float, seed: tuple[int, int]) -> World:
    """A lender whose customers do nothing but serve rings."""
    customers = max(400, 3 * sum(size for _, size in rings))
    wish = WorldSettings(customers=customers, rings=0, seed=seed[0], hard=hard)

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([*seed, 90, part])

    phones = Phones(stream(0), 4 * customers + 3000)
    people = populate(stream(1), customers, phones)
    book = Ledger(
        wish, people, phones, card_numbers(stream(2), customers // 2 + 500), stream(3),
        slips=Random(1000 * seed[0] + seed[1]),  # noqa: S311
    )  # fmt: skip
    found_rings(book, [(DESIGNS[code], size) for code, size in rings])
    text = pl.String
    return World(
        settings=wish,
        tables=book.frames(),
        letters=book.letter_frame(),
        marks=pl.DataFrame(
            book.truth,
            schema=dict.fromkeys(("ring_id", "design", "kind", "key", "role", "table"), text),
            orient="row",
        ),
        benign=pl.DataFrame(schema=dict.fromkeys(("group_id", "design", "kind", "key"), text)),
    )


def _linked(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    config = Config()
    tables = narrow_tables(read_tables(find_inputs([folder]), config.read, lambda error: None), config)
    mapped = list(zip(tables, map_tables(tables, config), strict=True))
    linked = link_tables(mapped, kinds=config.kinds, relations=config.relations, options=Options())
    return frames_of(linked.graph)


def _texts(world: World, links: pl.DataFrame) -> pl.DataFrame:
    """Complaint → template, for data that name the template and do not hold the text."""
    filed = links.filter(pl.col("relation") == "filed").unique("target", keep="first", maintain_order=True)
    used = world.letters.join(filed, left_on="投诉编号", right_on="target", how="inner")
    return used.select(
        source_kind=pl.lit("complaint"),
        source="投诉编号",
        target_kind=pl.lit("template"),
        target="letter",
        relation=pl.lit("uses_template"),
        date="date",
        file="file",
        row="row",
        weight="weight",
    ).select(links.columns)


def _apart(
    nodes: pl.DataFrame, links: pl.DataFrame, clients: pl.DataFrame, level: str
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The same with the level in the keys of complaints, letters and templates, which are numbered from one."""

    def named(kind: str, key: str) -> pl.Expr:
        numbered = pl.col(kind).is_in(["complaint", "mail_item", "template", "debtor"])
        return pl.when(numbered).then(pl.lit(f"{level}-") + pl.col(key)).otherwise(key).alias(key)

    return (
        nodes.with_columns(named("kind", "key")),
        links.with_columns(named("source_kind", "source"), named("target_kind", "target")),
        clients.with_columns((pl.lit(f"{level}-") + pl.col("key")).alias("key")),
    )
