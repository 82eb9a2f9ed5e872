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
    "public_template", "carer", "adviser", "incubator", "merchant", "post_outlet", "placeholder", "association",
    "guardian", "shared_device", "print_shop", "relay", "number_plan", "issuer", "dialling_machine",
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
        "agent": {
            f"{name} @ {by}"
            for name, phone, code in world.tables["委托"].select("受托人", "受托人电话", "统一社会信用代码").iter_rows()
            for by in (phone, code)
        },
        "company": values(world, ("机构", "统一社会信用代码"), ("委托", "统一社会信用代码"), ("付款", "收款人")),
        "law_firm": values(world, ("机构", "统一社会信用代码")),
        "payee_account": values(world, ("付款", "收款账号")),
        "address": values(world, ("邮寄", "寄件地址"), ("客户", "家庭住址"), ("机构", "注册地址")),
        "device": values(world, ("投诉", "设备号")),
        "document": values(world, ("投诉", "附件")),
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
    assert set(world.tables) == {"客户", "投诉", "委托", "机构", "邮寄", "付款", "通话", "材料", "变更"}
    assert all(set(frame.dtypes) == {pl.String} for frame in world.tables.values())
    assert all(frame.null_count().sum_horizontal().item() == 0 for frame in world.tables.values())
    assert world.tables["客户"].height == 3000
    assert 400 < world.tables["投诉"].height < 1200
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
    assert found.height == 15
    for _, design, size in found.iter_rows():
        assert 4 <= size <= DESIGNS[design].size[1]
    assert debtors["key"].n_unique() == debtors.height  # nobody belongs to two rings


def test_truth_and_lookalikes_refer_to_rows(world: World) -> None:
    places = where(world)
    for ring, design, kind, key, _ in world.truth.iter_rows():
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
    for _, ring in dated.filter(pl.col("design") != "slow").group_by("ring_id"):
        busiest = max(Counter(d.toordinal() // 14 for d in ring["投诉日期"]).values())
        assert busiest >= 3


@pytest.mark.parametrize("customers", [300, 2000])
def test_a_world_without_rings(customers: int) -> None:
    world = simulate(WorldSettings(customers=customers, rings=0))
    assert world.truth.is_empty()
    assert world.truth.columns == ["ring_id", "design", "kind", "key", "role"]
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
    assert all(key in places[kind] for _, _, kind, key, _ in world.truth.iter_rows())


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
    ring = jaccards([template.write(rng, f"张{i}", 1000.0 * i)[0] for i in range(1, 40)])
    assert np.median(ring) > 0.6
    assert not any("{" in own_words(rng, 1.0, topic) for topic in ("", "outage", "layoff") for _ in range(300))
    assert not any("{" in Template(rng).write(rng, "张三", 5.0)[0] for _ in range(100))


def test_backgrounds_are_realistic() -> None:
    world = simulate(WorldSettings(customers=12_000, rings=12, seed=5))
    people, complaints, powers = (world.tables[t] for t in ("客户", "投诉", "委托"))
    clients = world.truth.filter(pl.col("kind") == "debtor")["key"].implode()
    honest = people.filter(~pl.col("客户号").is_in(clients))
    assert 0.03 <= honest["客户号"].is_in(complaints["客户号"].implode()).mean() <= 0.08
    assert 0.04 <= (powers["受托人电话"] == "").mean() <= 0.08  # missing links
    assert people["手机号"].str.contains("E").sum() >= 10  # damaged by a spreadsheet
    sizes = people.filter(pl.col("单位名称").str.len_chars() > 6)["单位名称"].value_counts()["count"]
    assert sizes.max() > 20 * sizes.median()  # few employers are large
    assert 0.5 < (people["委外机构"] != "").sum() / (people["逾期天数"].cast(pl.Int64) > 30).sum() < 0.95


def test_one_or_two_typed_numbers_in_a_hundred_have_a_wrong_digit() -> None:
    world = simulate(WorldSettings(customers=20_000, rings=0, seed=5))
    firms = world.tables["委托"].filter((pl.col("代理机构") != "") & (pl.col("受托人电话") != ""))
    common = firms.group_by("受托人", "代理机构").agg(pl.col("受托人电话").mode().first().alias("usual"), pl.len())
    both = firms.join(common.filter(pl.col("len") >= 4), on=["受托人", "代理机构"])
    wrong = (both["受托人电话"] != both["usual"]).mean()
    assert both.height > 250
    assert 0.001 < wrong < 0.05


def traces(world: World, design: str, kind: str, table: str) -> pl.DataFrame:
    where = (pl.col("design") == design) & (pl.col("kind") == kind) & (pl.col("table") == table)
    return world.marks.filter(where)


def test_designs_leave_their_own_traces(world: World) -> None:
    complaints = world.tables["投诉"]
    for design, kind, column in (("sim_swap", "device", "设备号"), ("papers", "document", "附件")):
        keys = traces(world, design, kind, "投诉")["key"].implode()
        assert complaints.filter(pl.col(column).is_in(keys))["客户号"].n_unique() >= 5, design
    numbers = traces(world, "sim_swap", "phone", "变更")["key"].implode()
    changes = world.tables["变更"].filter(pl.col("新预留手机号").is_in(numbers))
    dated = changes.join(complaints, on="客户号").select(
        (pl.col("投诉日期").str.to_date() - pl.col("变更日期").str.to_date()).dt.total_days().alias("lead")
    )
    assert dated["lead"].is_between(0, 45).mean() > 0.9
    posted = traces(world, "mail", "address", "邮寄")["key"].implode()
    times = world.tables["邮寄"].filter(pl.col("寄件地址").is_in(posted))["揽收时间"].str.slice(0, 10).value_counts()
    assert times["count"].max() >= 3  # letters posted together


def test_slow_rings_have_no_burst_and_insiders_know_their_agency() -> None:
    world = simulate(WorldSettings(customers=8000, rings=30, seed=4))
    dated = world.truth.filter(pl.col("kind") == "debtor").join(world.tables["投诉"], left_on="key", right_on="客户号")
    weeks = dated.with_columns(pl.col("投诉日期").str.to_date().dt.epoch("d") // 14)
    peak = weeks.group_by("design", "ring_id", "投诉日期").len().group_by("design", "ring_id").agg(pl.col("len").max())
    share = peak.join(weeks.group_by("ring_id").len(name="all"), on="ring_id").with_columns(
        pl.col("len") / pl.col("all")
    )
    median = dict(share.group_by("design").agg(pl.col("len").median()).iter_rows())
    assert median["slow"] < 0.25 < median["star"]
    clients = world.truth.filter((pl.col("design") == "insider") & (pl.col("kind") == "debtor"))
    agency = clients.join(world.tables["客户"], left_on="key", right_on="客户号")["委外机构"]
    assert agency.value_counts()["count"].max() > 0.9 * len(agency)
    fronts = world.truth.filter(pl.col("role") == "front_company")["key"]
    powers = world.tables["委托"]["统一社会信用代码"]
    assert len(fronts) >= 1
    assert powers.is_in(fronts.implode()).sum() < 0.3 * len(agency)


def test_paraphrased_letters_are_harder_to_group(world: World) -> None:
    named = world.letters.join(world.tables["投诉"], on="投诉编号")
    clients = world.truth.filter(pl.col("kind") == "debtor")
    share = {}
    for design in ("star", "paraphrased"):
        mine = clients.filter(pl.col("design") == design)["key"].implode()
        share[design] = named["客户号"].is_in(mine).sum() / world.tables["投诉"]["客户号"].is_in(mine).sum()
    assert share["paraphrased"] < 0.75 * share["star"]
