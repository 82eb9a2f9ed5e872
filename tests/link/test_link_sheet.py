"""The sheet: what it makes of two columns, and what it lets go once its links are taken."""

from __future__ import annotations

import polars as pl
import pytest
from link_case import table

from ringfinder.config import Config
from ringfinder.graph_build import LINK_COLUMNS
from ringfinder.link.sheet import Sheet
from ringfinder.normalise import DEFAULTS
from ringfinder.pipeline import map_tables

RAW = table(
    "客户.csv", {"客户号": ["C1", "C2", None, "C4"], "手机号": ["13901827364", "x", "13901827365", "15801827364"]}
)


def sheet() -> Sheet:
    (mapping,) = map_tables([RAW], Config())
    return Sheet(RAW, mapping, DEFAULTS)


@pytest.mark.parametrize("kind", ["phone", pl.lit("pho") + pl.lit("ne"), pl.col("kind").replace("mobile", "phone")])
def test_a_kind_may_be_a_word_or_follow_from_each_row(kind):
    one = sheet()
    one.add_links(("debtor", one.column("customer_id", "text")), "uses_phone", (kind, one.column("mobile", "phone")))
    (links,) = one.take_links()
    assert dict(links.schema) == LINK_COLUMNS
    assert links.drop("date").rows() == [
        ("debtor", "C1", "phone", "+8613901827364", "uses_phone", "客户.csv", 2, 1.0),
        ("debtor", "C4", "phone", "+8615801827364", "uses_phone", "客户.csv", 5, 1.0),
    ]


def test_what_is_taken_is_forgotten_and_the_rows_stay_counted():
    one = sheet()
    keys, phones = one.column("customer_id", "text"), one.column("mobile", "phone")
    one.add_nodes("debtor", keys)
    one.add_links(("debtor", keys), "uses_phone", ("phone", phones))
    assert [f.height for f in one.take_nodes()] == [3]
    assert [f.height for f in one.take_links()] == [2]
    assert one.take_nodes() == one.take_links() == []
    assert one.unused().to_list() == [2]
    assert not one._columns
