"""Number blocks: strangers' mobiles that stand next to one another, told from plans, switchboards and chance."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from belief_worlds import Weighed, crowd, rank
from cases import graph_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.belief import BeliefSettings, believe
from ringfinder.blocks import LEAST, STEPS, attach_blocks, number_runs
from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.pipeline import find_rings
from ringfinder.units import debtor_units

FIRST = 15408182419
BATCH = (FIRST, FIRST + 1, FIRST + 5)


def calls(*numbers, start=0, country="+86"):
    """One complaint a number, each by a debtor of his own."""
    rows = []
    for i, number in enumerate(numbers, start):
        rows += [
            f"debtor D{i} filed complaint T{i} 2026-05-01",
            f"complaint T{i} complained_from phone {country}{number} 2026-05-0{1 + i % 9}",
        ]
    return rows


def blocks(graph):
    """Key of each block → keys of its debtors."""
    keys = graph.nodes["key"]
    found = {key: set() for key in graph.nodes.filter(pl.col("kind") == "number_block")["key"]}
    at = np.flatnonzero(graph.relation_is("uses_block"))
    for source, target in zip(graph.links.source[at].tolist(), graph.links.target[at].tolist(), strict=True):
        found[keys[target]].add(keys[source])
    return found


def blocks_of(rows):
    return blocks(attach_blocks(graph_of(rows)))


def weigh(rows, nodes=()):
    graph = attach_blocks(graph_of(rows, nodes))
    units, hub = debtor_units(graph), np.zeros(graph.n_nodes, dtype=bool)
    return Weighed(graph, believe(graph, units, hub, BeliefSettings()), units, hub)


def runs_at_random(n, ranges, used, seed=0):
    """``n`` numbers at random among ``ranges`` ranges of 10,000, of each of which only the first ``used`` are sold."""
    rng = np.random.default_rng(seed)
    numbers = 8613000000000 + rng.integers(0, ranges, n) * 10_000 + rng.integers(0, used, n)
    return pl.DataFrame({"number": numbers, "unit": np.arange(n)})


def test_one_phone_for_each_client_out_of_one_batch_is_a_block():
    graph = attach_blocks(graph_of(calls(*BATCH)))
    assert blocks(graph) == {"+8615408182419-2424": {"D0", "D1", "D2"}}
    block = graph.nodes.filter(pl.col("kind") == "number_block").to_dicts()[0]
    assert (block["label"], block["block_numbers"]) == ("15408182419 to 2424", 3)
    at = np.flatnonzero(graph.relation_is("uses_block"))
    calls_at = np.flatnonzero(graph.relation_is("complained_from"))
    for column in ("date", "file", "row"):  # the receipt is the call's
        values = getattr(graph.links, column)
        assert sorted(values[at].tolist()) == sorted(values[calls_at].tolist())


@pytest.mark.parametrize(
    "rows",
    [
        calls(*BATCH[:2]),
        calls(FIRST, FIRST + 11, FIRST + 22),
        calls(FIRST, FIRST, FIRST + 1),
        [*calls(*BATCH[:2]), f"complaint T1 complained_from phone +86{FIRST + 5}"],  # both his
        [*calls(*BATCH), "debtor D0 lives_at address A", "debtor D1 lives_at address A"],  # one household
    ],
    ids=["two", "far apart", "two numbers", "two users", "two households"],
)
def test_just_below_there_is_none(rows):
    assert blocks_of(rows) == {}


def test_ten_clients_of_one_phone_and_three_phones_of_one_client_are_no_block():
    rows = calls(*(FIRST,) * 9)
    rows += [f"complaint T0 complained_from phone +86{FIRST + 1}", f"complaint T0 complained_from phone +86{FIRST + 2}"]
    assert blocks_of(rows) == {}
    rows += [f"complaint T1 complained_from phone +86{FIRST + 1}", f"complaint T2 complained_from phone +86{FIRST + 2}"]
    assert list(blocks_of(rows)) == ["+8615408182419-2421"]


@pytest.mark.parametrize(("country", "number", "found"), [
    ("+86", 15408182419, True),
    ("+44", 7700900119, True),
    ("+86", 75588012201, False),  # Shenzhen: a switchboard's extensions
    ("+86", 1062345671, False),
    ("+86", 4008123421, False),
    ("+44", 2079460958, False),
    ("+1", 2125550123, False),  # nothing tells a mobile from a landline
])  # fmt: skip
def test_landlines_make_no_block(country, number, found):
    assert bool(blocks_of(calls(number, number + 1, number + 2, country=country))) is found


def test_a_plan_of_own_numbers_makes_no_block():
    own = [f"debtor D{i} uses_phone phone +86{n}" for i, n in enumerate(BATCH)]
    assert blocks_of([*calls(*BATCH), *own]) == {}
    assert blocks_of([*calls(*BATCH), *(row.replace("uses_phone", "uses_home_phone") for row in own)]) == {}
    # each calls from the phone of the other in his household
    homes = [f"debtor {who}{i} lives_at address A{i}" for i in range(3) for who in ("D", "E")]
    spouses = [f"debtor E{i} uses_phone phone +86{n}" for i, n in enumerate(BATCH)]
    assert blocks_of([*calls(*BATCH), *homes, *spouses]) == {}
    assert blocks_of([*calls(*BATCH), *spouses]) != {}


def test_a_phone_of_record_counts_if_it_was_set_down_anew_or_is_not_the_own_one():
    def recorded(extra, date=""):
        rows = [f"debtor D{i} uses_record_phone phone +86{n}{date}" for i, n in enumerate(BATCH)]
        return bool(blocks_of([*rows, *extra]))

    other = [f"debtor D{i} uses_phone phone +861370000{i}111" for i in range(3)]
    same = [f"debtor D{i} uses_phone phone +86{n}" for i, n in enumerate(BATCH)]
    assert recorded([], " 2026-05-01")
    assert recorded(other)
    assert not recorded([])
    assert not recorded(same)
    assert not recorded(calls(*BATCH))  # who calls from his phone of record calls from his own


def test_senders_and_representatives_count():
    rows = [
        "debtor D0 posted mail_item M0",
        f"mail_item M0 sent_by phone +86{BATCH[0]}",
        f"debtor D1 represented_by phone +86{BATCH[1]}",
        f"debtor D2 complained_from phone +86{BATCH[2]}",
    ]
    assert blocks_of(rows) == {"+8615408182419-2424": {"D0", "D1", "D2"}}


def test_a_run_crosses_a_hundred_and_a_thousand():
    assert list(blocks_of(calls(15408182995, 15408182999, 15408183003))) == ["+8615408182995-3003"]


def test_a_batch_that_was_used_here_and_there_shows_once_there_is_enough_to_compare_it_with():
    sparse = (FIRST, FIRST + 40, FIRST + 100, FIRST + 160)
    far = [13000000000 + 7_310_000 * k for k in range(60)]
    assert blocks_of(calls(*sparse)) == {}
    assert list(blocks_of(calls(*sparse, *far))) == ["+8615408182419-2579"]


@pytest.mark.parametrize(
    ("n", "ranges", "used"),
    [
        (100_000, 40, 10_000),  # one town's
        (2_000, 50, 1_000),  # shops that each sell out of one drawer
        (300, 3, 1_000),
        (2_000, 1, 10_000),
        (5_000, 2_500, 10_000),
    ],
)
def test_chance_makes_no_block(n, ranges, used):
    assert number_runs(runs_at_random(n, ranges, used)).is_empty()


def test_a_batch_shows_among_a_million_phones_and_chance_does_not():
    strangers = runs_at_random(1_000_000, 20_000, 10_000)
    batch = pl.DataFrame({"number": 8613555500000 + 2 * np.arange(20), "unit": 2_000_000 + np.arange(20)})
    found = number_runs(pl.concat([strangers, batch]))
    assert found["first"].n_unique() == 1
    assert batch["number"].is_in(found["number"].to_list()).all()
    assert found.height < 25  # strangers who stand in its midst come along


def test_a_big_batch_does_not_hide_a_small_one():
    far = [8613000000000 + 7_310_000 * k for k in range(1500)]
    big, small = [8615400000000 + 2 * k for k in range(80)], [8617700000000 + 4 * k for k in range(3)]
    numbers = [*far, *big, *small]
    found = number_runs(pl.DataFrame({"number": numbers, "unit": range(len(numbers))}))
    assert found["number"].to_list() == [*big, *small]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 30)), max_size=40))
def test_runs_are_chains_of_given_numbers(pairs):
    uses = pl.DataFrame(
        {"number": [8615400000000 + n for n, _ in pairs], "unit": [u for _, u in pairs]},
        schema={"number": pl.Int64, "unit": pl.Int64},
    )
    found = number_runs(uses)
    assert set(found["number"]) <= set(uses["number"])
    assert found["number"].is_sorted()
    assert found["number"].is_unique().all()
    for (first, last, size), run in found.group_by("first", "last", "size"):
        numbers = run["number"].sort()
        assert (numbers[0], numbers[-1], run.height) == (first, last, size)
        assert numbers.diff().drop_nulls().max() <= max(STEPS)
        assert uses.filter(pl.col("number").is_between(first, last))["unit"].n_unique() >= LEAST


@settings(max_examples=25)
@given(st.permutations(range(12)), st.lists(st.integers(FIRST, FIRST + 60), min_size=6, max_size=6))
def test_the_order_of_rows_does_not_matter(order, numbers):
    graph = graph_of(calls(*numbers))
    nodes, links = frames_of(graph)
    one = attach_blocks(graph)
    other = attach_blocks(graph_from_frames(nodes.reverse(), links[list(order)]))
    again = graph_from_frames(*frames_of(one))  # the order is that in which all graphs are
    for graph in (other, again):
        for a, b in zip(frames_of(one), frames_of(graph), strict=True):
            assert a.equals(b)


def test_a_graph_without_blocks_or_with_its_blocks_is_returned_as_it_is():
    bare, done = graph_of(calls(*BATCH[:2])), attach_blocks(graph_of(calls(*BATCH)))
    assert attach_blocks(bare) is bare
    assert attach_blocks(done) is done
    nothing = graph_of(["debtor A related_to debtor B"])
    assert attach_blocks(nothing) is nothing


def test_links_that_were_there_stay_as_they_are():
    graph = graph_of(calls(*BATCH))
    _, before = frames_of(graph)
    _, after = frames_of(attach_blocks(graph))
    assert after.filter(pl.col("relation") != "uses_block").equals(before)
    assert after.filter(pl.col("relation") == "uses_block")["date"].to_list() == [
        dt.date(2026, 5, d) for d in (1, 2, 3)
    ]


def test_a_ring_of_one_burner_for_each_client_is_found_and_masked(tmp_path):
    clients, others = range(100, 112), range(112, 300)
    customers = ["customer_id,name,mobile,home_address"]
    customers += [f"C{i},P{i},1390{i * 37337:07},No. {i} Long Road" for i in (*clients, *others)]
    complaints = ["complaint_id,customer_id,complaint_date,caller_phone"]
    complaints += [f"T{i},C{i},2026-05-{1 + i % 12:02},{FIRST + 3 * (i - 100)}" for i in clients]
    complaints += [f"T{i},C{i},2026-{1 + i % 9:02}-{1 + i % 28:02},1371{i * 41113:07}" for i in others[:40]]
    for name, rows in {"customers": customers, "complaints": complaints}.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(rows), encoding="utf-8")
    result = find_rings([tmp_path])
    ring = result.run.rings[0]
    (said,) = (e for e in ring.evidence if e.signal == "RF22b")
    assert said.value == ring.units == len(clients)
    assert [m.role for m in ring.members if m.kind == "number_block"] == ["shared number block"]
    seen = repr(result.run) + "".join(str(list(row)) for row in result.graph.nodes.iter_rows())
    assert str(FIRST)[:9] not in seen


class TestBelief:
    BLOCK = "number_block:+8615408182419-2424"

    def test_a_block_is_a_shared_thing_a_little_less_telling_than_a_caller(self):
        home = "debtor D0 lives_at address A"  # without any, three users may be a family
        world = weigh([*calls(*BATCH), *calls(*(13700000000,) * 3, start=3), home])
        assert world.source(self.BLOCK) == "block"
        assert world.uses()["D0", "+8615408182419-2424"] == ("block", "CONTACT")
        assert not world.local(self.BLOCK)
        assert world.prior(self.BLOCK) < world.prior("phone:+8613700000000")

    def test_a_company_plan_has_a_common_cause(self):
        rows = [f"debtor D{i} uses_record_phone phone +86{n} 2026-05-01" for i, n in enumerate(BATCH)]
        world = weigh([*rows, *(f"debtor D{i} works_at employer E" for i in range(3)), *calls(13700000000)])
        assert world.local(self.BLOCK)
        assert world.prior(self.BLOCK) <= BeliefSettings().local_prior

    def test_what_powers_of_attorney_name_belongs_to_representation(self):
        rows = [f"debtor D{i} represented_by phone +86{n} 2026-04-01" for i, n in enumerate(BATCH)]
        assert weigh(rows).source(self.BLOCK) == "mandate"
        assert weigh([*rows, *calls(*BATCH)]).source(self.BLOCK) == "mandate"  # the calls are covered
        firm = [f"debtor D{i} represented_by law_firm L" for i in range(3)]
        assert weigh([*rows, *firm]).source(self.BLOCK) == "licensed"
        assert weigh([*calls(*BATCH), *firm]).source(self.BLOCK) == "licensed"

    def test_the_reason_counts_for_representation_where_powers_of_attorney_name_the_numbers(self):
        numbers = [FIRST + 2 * i for i in range(8)]
        signed = [f"debtor D{i} represented_by phone +86{n} 2026-04-01" for i, n in enumerate(numbers)]
        for rows, family in ((calls(*numbers), "CONTACT"), ([*calls(*numbers), *signed], "REPRESENT")):
            ring = rank(weigh([*rows, *crowd()]))[0]
            assert [(e.family, e.value) for e in ring.evidence if e.signal == "RF22b"] == [(family, 8)]
            assert {m.key for m in ring.members if m.role == "debtor"} == {f"D{i}" for i in range(8)}
            if family == "CONTACT":
                assert ring.parts.keys() == {"CONTACT"}
