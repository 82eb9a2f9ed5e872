"""A world: the exports of one lender, with the truth about its rings and its honest look-alikes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ringfinder.simulate.honest import ordinary_life
from ringfinder.simulate.ids import Phones, card_numbers
from ringfinder.simulate.ledger import Ledger
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
        The exports 客户, 投诉, 委托, 机构, 邮寄, 付款 and 通话; every column is text, cells are tidy
        (`write_case` adds the mess of real files).
    truth : polars.DataFrame
        ring_id, design, kind, key: the clients and instruments of every planted ring. Kinds: debtor (customer
        number), phone, agent (name), company and law_firm (credit code), payee_account, address.
    benign : polars.DataFrame
        group_id, design, kind, key: the same for honest groups that look alike.
    """

    settings: WorldSettings
    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    benign: pl.DataFrame


def simulate(settings: WorldSettings | None = None) -> World:
    """Make a world from its settings; equal settings give equal worlds."""
    wish = settings or WorldSettings()

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([wish.seed, part])  # own random numbers for each part of the world

    phones = Phones(stream(0), 4 * wish.customers + 3000)
    people = populate(stream(1), wish.customers, phones)
    book = Ledger(wish, people, phones, card_numbers(stream(2), wish.customers // 2 + 500), stream(3))
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
        truth=pl.DataFrame(book.truth, schema={"ring_id": text, **names}, orient="row"),
        benign=pl.DataFrame(book.benign, schema={"group_id": text, **names}, orient="row"),
    )
