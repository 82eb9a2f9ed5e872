"""A world: the exports of one lender, with the truth about its rings and its honest look-alikes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

import numpy as np
import polars as pl

from ringfinder.simulate.honest import ordinary_life
from ringfinder.simulate.ids import Phones, card_numbers
from ringfinder.simulate.ledger import CORE, Ledger
from ringfinder.simulate.lookalikes import add_lookalikes
from ringfinder.simulate.people import populate
from ringfinder.simulate.rings import plant
from ringfinder.simulate.settings import WorldSettings

__all__ = ["World", "simulate"]


@dataclass(frozen=True, slots=True)
class World:
    """What `simulate` makes.

    Attributes
    ----------
    settings : WorldSettings
        The wishes it was made from.
    tables : dict of str to polars.DataFrame
        The exports 客户, 投诉, 委托, 机构, 邮寄, 付款 and 通话, and 材料 (documents) and 变更 (changes of the
        phone of record); every column is text, cells are tidy (`write_case` adds the mess of real files).
    letters : polars.DataFrame
        投诉编号, letter: the complaints whose text several people use, and the name of that text.
    marks : polars.DataFrame
        ring_id, design, kind, key, role, table: every trace that a planted ring leaves, and in which table.
    benign : polars.DataFrame
        group_id, design, kind, key: the same for honest groups that look alike.
    """

    settings: WorldSettings
    tables: dict[str, pl.DataFrame]
    letters: pl.DataFrame
    marks: pl.DataFrame
    benign: pl.DataFrame

    @property
    def truth(self) -> pl.DataFrame:
        """The truth about all seven core tables: see `truth_in`."""
        return self.truth_in(CORE)

    def truth_in(self, tables: Collection[str]) -> pl.DataFrame:
        """Clients and instruments of every planted ring, as far as some of the tables show them.

        Parameters
        ----------
        tables : collection of str
            Names of tables, and 文本 for the names of shared texts (which only a link table spells out).

        Returns
        -------
        polars.DataFrame
            ring_id, design, kind, key, role. Kinds: debtor (customer number), phone, agent (``name @ phone``), company
            and law_firm (credit code), payee_account, address, device, document, template. Sorted; a client is in it
            only if at least one of these tables ties it to its ring.
        """
        shown = self.marks.filter(pl.col("table").is_in(list(tables))).drop("table")
        return shown.unique(["ring_id", "kind", "key"], keep="first", maintain_order=True).sort(
            "ring_id", "kind", "key"
        )


def simulate(settings: WorldSettings | None = None) -> World:
    """Make a world from its settings; equal settings give equal worlds."""
    wish = settings or WorldSettings()

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([wish.seed, part])  # own random numbers for each part of the world

    phones = Phones(stream(0), 4 * wish.customers + 3000)
    people = populate(stream(1), wish.customers, phones)
    cards = card_numbers(stream(2), wish.customers // 2 + 500)
    book = Ledger(wish, people, phones, cards, stream(3), slips=Random(wish.seed))  # noqa: S311
    add_lookalikes(book)
    book.rng = stream(4)
    plant(book)
    book.rng = stream(5)
    ordinary_life(book)
    text = pl.String
    names = {"design": text, "kind": text, "key": text}
    return World(
        settings=wish,
        tables=book.frames(),
        letters=book.letter_frame(),
        marks=pl.DataFrame(book.truth, schema={"ring_id": text, **names, "role": text, "table": text}, orient="row"),
        benign=pl.DataFrame(book.benign, schema={"group_id": text, **names}, orient="row"),
    )
