"""A world holds what was asked for, the truth about it is true, and nothing in it depends on chance alone."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from ringfinder.errors import ConfigError
from ringfinder.simulate import DESIGNS, World, WorldSettings, simulate
from ringfinder.simulate.letters import Template, own_words

PHONES = {
    "客户": ("手机号", "预留手机号", "单位电话", "家庭电话"),
    "投诉": ("来电号码",),
    "委托": ("受托人电话",),
    "机构": ("注册电话",),
    "邮寄": ("寄件人电话",),
    "通话": ("主叫号码", "被叫号码"),
}
LOOKALIKES = {
    "household", "clan", "employer", "dormitory", "law_firm", "legal_aid", "union", "layoff", "outage",
    "landlord", "loan_broker", "hotline", "village_office", "recycled_phone", "collection_agency",
    "public_template", "carer", "adviser", "incubator", "merchant", "post_outlet", "placeholder",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return simulate()


def values(world: World, *places: tuple[str, str]) -> set[str]:
    return {cell for table, column in places for cell in world.tables[table][column].to_list()}


def where(world: World) -> dict[str, set[str]]:
    """The places in which keys of each kind may stand."""
    return {
        "debtor": values(world, ("客户", "客户号")),
        "phone": values(world, *((t, c) for t, columns in PHONES.items() for c in columns)),
        "agent": values(world, ("委托", "受托人")),
        "company": values(world, ("机构", "统一社会信用代码"), ("委托", "统一社会信用代码"), ("付款", "收款人")),
        "law_firm": values(world, ("机构", "统一社会信用代码")),
        "payee_account": values(world, ("付款", "收款账号")),
        "address": values(world, ("邮寄", "寄件地址"), ("客户", "家庭住址"), ("机构", "注册地址")),
    }


def test_same_settings_same_world(world: World) -> None:
    again = simulate(WorldSettings())
    assert again.truth.equals(world.truth)
    assert again.benign.equals(world.benign)
    assert all(again.tables[name].equals(frame) for name, frame in world.tables.items())


def test_other_seed_other_world(world: World) -> None:
    other = simulate(WorldSettings(seed=7))
    assert not any(other.tables[name].equals(frame) for name, frame in world.tables.items())


def test_tables_are_text_and_sizes_are_plausible(world: World) -> None:
    assert set(world.tables) == {"客户", "投诉", "委托", "机构", "邮寄", "付款", "通话"}
    assert all(set(frame.dtypes) == {pl.String} for frame in world.tables.values())
    assert all(frame.null_count().sum_horizontal().item() == 0 for frame in world.tables.values())
    assert world.tables["客户"].height == 3000
    assert 500 < world.tables["投诉"].height < 1200
    assert 150 < world.tables["委托"].height < 500
    assert world.tables["通话"].height > 2000


def test_numbers_are_unique_and_customers_known(world: World) -> None:
    known = set(world.tables["客户"]["客户号"])
    for table in ("客户", "投诉", "委托", "邮寄", "付款"):
        frame = world.tables[table]
        assert frame[frame.columns[0]].n_unique() == frame.height
        assert set(frame["客户号"]) <= known


def test_every_design_is_present_with_its_size(world: World) -> None:
    debtors = world.truth.filter(pl.col("kind") == "debtor")
    found = debtors.group_by("ring_id", "design").len()
    assert set(found["design"]) == set(DESIGNS)
    assert len(DESIGNS) >= 8
    assert found.height == 11
    for _, design, size in found.iter_rows():
        assert 4 <= size <= DESIGNS[design].size[1]
    assert debtors["key"].n_unique() == debtors.height  # nobody belongs to two rings


def test_truth_and_lookalikes_refer_to_rows(world: World) -> None:
    places = where(world)
    for ring, design, kind, key in world.truth.iter_rows():
        assert key in places[kind], (ring, design, kind, key)
    assert world.truth.is_duplicated().sum() == 0
    known = places["debtor"]
    assert set(world.benign.filter(pl.col("kind") == "debtor")["key"]) <= known
    assert set(world.benign["design"]) >= LOOKALIKES


def test_every_client_of_a_ring_shows_in_a_table_besides_the_customers(world: World) -> None:
    clients = set(world.truth.filter(pl.col("kind") == "debtor")["key"])
    mobile = dict(world.tables["客户"].select("手机号", "客户号").iter_rows())
    called = {mobile.get(phone, "") for phone in world.tables["通话"]["被叫号码"]}
    seen = values(world, *((t, "客户号") for t in ("投诉", "委托", "邮寄", "付款"))) | called
    assert clients <= seen


def test_twins_share_a_lawyer(world: World) -> None:
    twins = world.truth.filter((pl.col("design") == "twin") & (pl.col("kind") == "law_firm"))
    assert twins["ring_id"].n_unique() == 2
    assert twins["key"].n_unique() == 1


def test_ring_clients_are_two_months_overdue_and_complain_in_bursts(world: World) -> None:
    clients = world.truth.filter(pl.col("kind") == "debtor").rename({"key": "客户号"})
    days = clients.join(world.tables["客户"], on="客户号")["逾期天数"].cast(pl.Int64)
    assert days.is_between(45, 90).mean() > 0.75
    dated = clients.join(world.tables["投诉"], on="客户号").with_columns(pl.col("投诉日期").str.to_date())
    for _, ring in dated.group_by("ring_id"):
        busiest = max(Counter(d.toordinal() // 14 for d in ring["投诉日期"]).values())
        assert busiest >= 3


@pytest.mark.parametrize("customers", [300, 2000])
def test_a_world_without_rings(customers: int) -> None:
    world = simulate(WorldSettings(customers=customers, rings=0))
    assert world.truth.is_empty()
    assert world.truth.columns == ["ring_id", "design", "kind", "key"]
    assert world.tables["客户"].height == customers
    assert not world.benign.is_empty()


def test_rings_do_not_change_who_lives_there(world: World) -> None:
    empty = simulate(WorldSettings(rings=0))
    same = ["客户号", "姓名", "证件号码", "手机号", "家庭住址"]
    assert empty.tables["客户"].select(same).equals(world.tables["客户"].select(same))
    assert empty.benign.filter(pl.col("design") == "law_firm").equals(
        world.benign.filter(pl.col("design") == "law_firm")
    )


def test_small_crowded_and_hard_worlds() -> None:
    world = simulate(WorldSettings(customers=300, rings=7, hard=1.0, days=120, seed=3))
    assert world.truth["ring_id"].n_unique() == 7
    places = where(world)
    assert all(key in places[kind] for _, _, kind, key in world.truth.iter_rows())


def test_hard_worlds_show_less() -> None:
    def complaints(hard: float) -> tuple[int, float]:
        world = simulate(WorldSettings(customers=6000, rings=22, hard=hard))
        clients = world.truth.filter(pl.col("kind") == "debtor")["key"].implode()
        mine = world.tables["投诉"].filter(pl.col("客户号").is_in(clients))
        formal = mine["投诉内容"].str.contains("催收|征信|停息|息费|授信|违约金").mean()
        assert isinstance(formal, float)
        return mine.height, formal

    easy, hard = complaints(0.0), complaints(1.0)
    assert hard[0] < 0.65 * easy[0]
    assert hard[1] < easy[1] - 0.1


def test_numbers_of_rings_that_are_asked_for() -> None:
    for rings in (1, 5, 12, 23):
        world = simulate(WorldSettings(customers=1500, rings=rings, seed=rings))
        assert world.truth["ring_id"].n_unique() == rings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("customers", 10),
        ("rings", -1),
        ("rings", 1000),
        ("seed", -1),
        ("hard", 1.5),
        ("days", 3),
        ("complaint_rate", 2.0),
    ],
)
def test_impossible_wishes_are_refused(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=name):
        WorldSettings(**{name: value})  # type: ignore[arg-type]


def grams(text: str) -> set[str]:
    return {text[i : i + 5] for i in range(len(text) - 4)}


def test_honest_letters_differ_and_ring_letters_resemble() -> None:
    rng = np.random.default_rng(1)

    def jaccards(letters: list[str]) -> np.ndarray:
        sets = [grams(t) for t in letters]
        return np.array([len(a & b) / len(a | b) for a, b in combinations(sets, 2)])

    honest = jaccards([own_words(rng, 12_345.0) for _ in range(150)])
    assert (honest > 0.5).mean() < 0.001
    template = Template(rng)
    ring = jaccards([template.write(rng, f"张{i}", 1000.0 * i) for i in range(1, 40)])
    assert np.median(ring) > 0.6
    assert not any("{" in own_words(rng, 1.0, topic) for topic in ("", "outage", "layoff") for _ in range(300))
    assert not any("{" in Template(rng).write(rng, "张三", 5.0) for _ in range(100))
