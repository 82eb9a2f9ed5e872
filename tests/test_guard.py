"""Guarded links: a switchboard or a dormitory joins nobody, unless the same pair shares something of another family."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
import pytest
from cases import complaints, graph_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.belief import believe
from ringfinder.detect import detect_communities, project_events
from ringfinder.detect.ring import BENIGN_SHARE, _believed_adjacency
from ringfinder.graph_build import graph_from_frames
from ringfinder.guard import admitted_links
from ringfinder.people import event_owner
from ringfinder.units import debtor_units
from ringfinder.vocabulary import vocabulary

DORM = [f"debtor D{i} lives_at address dorm" for i in range(8)]
SWITCHBOARD = [f"debtor D{i} uses_work_phone phone 0755" for i in range(8)]


def admitted(rows, blocked=(), **options):
    """The admitted links of these rows, as ``source relation target``."""
    graph = graph_of(rows)
    keys = graph.nodes["key"].to_list()
    mask = admitted_links(graph, np.isin(keys, list(blocked)), **options)
    links = graph.links.take(mask)
    ends = zip(links.source.tolist(), links.relation.tolist(), links.target.tolist(), strict=True)
    return {f"{keys[s]} {graph.relations[r]} {keys[t]}" for s, r, t in ends}


def share(relation, thing, *debtors):
    return [f"debtor {d} {relation} {thing}" for d in debtors]


@pytest.mark.parametrize("rows", [DORM, SWITCHBOARD], ids=["dormitory", "switchboard"])
@pytest.mark.parametrize("method", ["ring", "leiden", "components"])
def test_alone_it_joins_nobody_with_a_second_family_it_does(rows, method):
    alone = graph_of(rows)
    assert not admitted_links(alone, np.zeros(alone.n_nodes, dtype=bool)).any()
    labels = detect_communities(alone, method).labels
    assert len(np.unique(labels)) == alone.n_nodes

    graph = graph_of([*rows, *share("paid", "payee_account P", "D0", "D1", "D2")])
    labels = detect_communities(graph, method).labels
    thing = next(i for i, k in enumerate(graph.nodes["key"]) if k in ("dorm", "0755"))
    debtors = [labels[graph.find("debtor", f"D{i}")] for i in range(8)]
    assert debtors[0] == debtors[1] == debtors[2] == labels[thing]
    assert labels[thing] not in debtors[3:]
    unguarded = detect_communities(graph, method, guard_cap=0).labels
    assert unguarded[thing] != unguarded[graph.find("debtor", "D0")]


def test_the_thing_and_the_second_family_must_be_the_same_pairs():
    # A and B share the dormitory, B and C the payee: neither A nor B is joined to the dormitory by that
    strangers = [f"debtor Z{i} lives_at address dorm" for i in range(6)]
    rows = [*strangers, *share("lives_at", "address dorm", "A", "B"), *share("paid", "payee_account P", "B", "C")]
    assert admitted(rows) == set()
    assert admitted([*rows, "debtor C lives_at address dorm"]) == {"B lives_at dorm", "C lives_at dorm"}


def test_above_the_cap_nothing_is_admitted():
    rows = [f"debtor D{i} uses_work_phone phone 0755" for i in range(10)] + share("paid", "payee_account P", "D0", "D1")
    both = {"D0 uses_work_phone 0755", "D1 uses_work_phone 0755"}
    assert admitted(rows) == both
    assert admitted(rows, cap=9) == set()
    assert admitted([*rows, "debtor D10 uses_work_phone phone 0755"]) == set()
    # whoever has the number counts, in whatever way
    assert admitted([*rows, "debtor D10 uses_phone phone 0755"]) == set()


@pytest.mark.parametrize(
    ("guarded", "other", "counts"),
    [
        ("uses_work_phone phone W", "uses_phone phone M", False),  # contact twice is one family
        ("uses_work_phone phone W", "uses_template template T", True),
        ("uses_work_phone phone W", "related_to document X", False),  # a relation without a family is no evidence
        ("uses_work_phone phone W", "lives_at address B", False),  # guarded relations do not confirm one another
        ("uses_work_phone phone W", "borrowed_from lender L", False),
        ("posted_from address W", "sent_by phone M", False),
        ("posted_from address W", "paid payee_account P", True),
    ],
)
def test_which_evidence_is_a_second_family(guarded, other, counts):
    rows = [*share(*guarded.split(" ", 1), "A", "B"), *share(*other.split(" ", 1), "A", "B")]
    # six more live at the address, so that A and B are no household
    rows += [f"debtor Z{i} lives_at address B" for i in range(6)]
    relation, _, thing = guarded.split(" ")
    assert admitted(rows) == ({f"A {relation} {thing}", f"B {relation} {thing}"} if counts else set())


def test_an_address_needs_hard_evidence():
    assert admitted(DORM + share("uses_template", "template T", "D0", "D1")) == set()
    assert admitted(DORM + share("submitted", "document X", "D0", "D1")) == set()
    assert len(admitted(DORM + share("uses_device", "device M", "D0", "D1"))) == 2


def test_another_thing_must_be_shared():
    # the work phone also sends their letters: that is the same thing once more
    rows = share("uses_work_phone", "phone W", "A", "B") + share("sent_by", "phone W", "A", "B")
    assert admitted(rows) == set()
    assert len(admitted(rows + share("paid", "payee_account P", "A", "B"))) == 2


def test_a_household_confirms_nothing():
    rows = share("uses_work_phone", "phone W", "A", "B") + share("paid", "payee_account P", "A", "B")
    assert len(admitted(rows)) == 2
    assert admitted(rows + share("lives_at", "address home", "A", "B")) == set()
    graph = graph_of(rows + share("lives_at", "address home", "A", "B"))
    apart = admitted_links(graph, np.zeros(graph.n_nodes, dtype=bool), units=np.arange(graph.n_nodes, dtype=np.int64))
    assert apart.sum() == 4


def test_hubs_neither_count_nor_confirm():
    rows = share("uses_work_phone", "phone W", "A", "B") + share("paid", "payee_account P", "A", "B")
    assert admitted(rows, blocked=["P"]) == set()
    assert admitted(rows, blocked=["W"]) == set()
    crowd = [f"debtor Z{i} paid payee_account P" for i in range(198)]
    assert len(admitted(rows + crowd)) == 2
    assert admitted([*rows, *crowd, "debtor Z198 paid payee_account P"]) == set()


def test_events_stand_for_their_debtor():
    rows = [f"debtor {d} {r} T{d}" for d in "AB" for r in ("filed complaint",)]
    rows += [f"complaint T{d} resembles_template template K" for d in "AB"]
    rows += [f"complaint T{d} uses_device device V" for d in "AB"]
    assert admitted(rows) == {"TA resembles_template K", "TB resembles_template K"}
    # two complaints of one debtor are no two debtors
    alone = ["debtor A filed complaint T1", "debtor A filed complaint T2"]
    alone += [f"complaint T{i} {r}" for i in (1, 2) for r in ("resembles_template template K", "uses_device device V")]
    assert admitted(alone) == set()


@pytest.mark.parametrize(
    "feature",
    [
        "company {} reached_at phone 0755",
        "agent a works_for company {}",
        "debtor C represented_by company {}",
        "person p legal_rep_of company {}",
    ],
)
def test_companies_at_one_address_need_a_further_feature(feature):
    rows = [f"company O{i} registered_at address floor" for i in range(5)]
    assert admitted(rows) == set()
    found = admitted([*rows, feature.format("O1"), feature.format("O2")])
    assert {f for f in found if "registered_at" in f} == {"O1 registered_at floor", "O2 registered_at floor"}
    assert admitted([*rows, feature.format("O1"), feature.format("X")]) == set()


def test_a_name_joins_two_companies_only_with_their_address():
    rows = [f"person 王伟 legal_rep_of company O{i}" for i in range(3)]
    assert admitted(rows) == set()
    assert admitted([*rows, "person 王伟 controls company O0", "person 王伟 controls company O1"]) == set()
    found = admitted([*rows, "company O0 registered_at address floor", "company O1 registered_at address floor"])
    assert found == {
        *("王伟 legal_rep_of O0", "王伟 legal_rep_of O1"),
        *("O0 registered_at floor", "O1 registered_at floor"),
    }


def test_a_parent_company_is_what_its_daughters_share():
    rows = ["company M controls company O0", "company M controls company O1"]
    assert admitted(rows) == set()
    phone = ["company O0 reached_at phone 0755", "company O1 reached_at phone 0755"]
    assert admitted(rows + phone) == {"M controls O0", "M controls O1"}


def test_representatives_are_judged_by_their_companies_even_where_there_are_no_debtors():
    # two heads of one company with one phone: nothing that a second company shares
    rows = [f"person {p} legal_rep_of company O" for p in "pq"] + [f"person {p} sent_by phone M" for p in "pq"]
    assert admitted(rows) == set()


def test_who_names_a_contact_does_not_have_it():
    rows = ["debtor A uses_work_phone phone W", "debtor B names_contact phone W"]
    assert admitted(rows + share("paid", "payee_account P", "A", "B")) == set()


def test_an_incubator_admits_nobody_and_confirms_nothing():
    floor = [f"company O{i} registered_at address floor" for i in range(21)]
    phone = ["company O0 reached_at phone 0755", "company O1 reached_at phone 0755"]
    assert len(admitted(floor[:20] + phone)) == 2
    assert admitted(floor + phone) == set()
    assert admitted([*floor, "person p legal_rep_of company O0", "person p legal_rep_of company O1"]) == set()


def test_in_the_ring_model_an_admitted_link_counts_as_a_benign_thing_of_all_who_live_there():
    rows = complaints([f"D{i}" for i in range(4)], "+8615400000901") + [
        f"debtor D{i} lives_at address A" for i in range(8)
    ]
    graph = graph_of(rows)
    benign = np.zeros(graph.n_nodes, dtype=bool)
    belief = believe(graph, debtor_units(graph), benign)
    assert not belief.structural
    mask = admitted_links(graph, benign)
    home, debtor = graph.find("address", "A"), graph.find("debtor", "D0")
    with_it = _believed_adjacency(graph, belief, benign, mask)
    assert (
        with_it[debtor, home] == with_it[home, debtor] == pytest.approx(BENIGN_SHARE * np.log(1001 / 8) / np.log(1001))
    )
    assert with_it[graph.find("debtor", "D4"), home] == 0
    without = _believed_adjacency(graph, belief, benign, None)
    others = np.flatnonzero(np.arange(graph.n_nodes) != home)
    assert (with_it[others][:, others] != without[others][:, others]).nnz == 0
    labels = detect_communities(graph, belief=belief).labels
    assert labels[home] == labels[debtor] != labels[graph.find("debtor", "D4")]


def test_in_the_ring_model_what_counts_already_counts_once():
    rows = complaints(["D0", "D1", "D2"], "+8615400000901")
    rows += [f"complaint TD{i} resembles_template template K" for i in range(3)]
    graph = graph_of(rows)
    benign = np.zeros(graph.n_nodes, dtype=bool)
    belief = believe(graph, debtor_units(graph), benign)
    mask = admitted_links(graph, benign)
    assert mask.sum() == 3
    with_it, without = (_believed_adjacency(graph, belief, benign, m) for m in (mask, None))
    assert (with_it != without).nnz == 0


def test_admitted_companies_land_in_one_group_with_their_address():
    rows = [f"debtor D{i} represented_by company O{i % 2}" for i in range(8)]
    rows += [f"debtor D{i} paid payee_account P" for i in range(8)]
    rows += [f"company O{i} registered_at address floor" for i in range(3)]
    rows += ["company O0 reached_at phone 0755", "company O1 reached_at phone 0755"]
    graph = graph_of(rows)
    labels = detect_communities(graph).labels
    assert labels[graph.find("address", "floor")] == labels[graph.find("company", "O0")]
    assert labels[graph.find("company", "O2")] != labels[graph.find("company", "O0")]


def test_a_graph_without_guarded_links_or_without_anything():
    assert admitted(share("uses_phone", "phone M", "A", "B")) == set()
    empty = graph_of([])
    assert admitted_links(empty, np.zeros(0, dtype=bool)).shape == (0,)


def test_only_guarded_links_are_projected_beside_the_clustering_ones():
    graph = graph_of(DORM + share("paid", "payee_account P", "D0", "D1"))
    mask = admitted_links(graph, np.zeros(graph.n_nodes, dtype=bool))
    assert project_events(graph, None, mask)[0].n_links == project_events(graph)[0].n_links + 2


def by_the_definition(graph, cap):
    """The rule for debtors, pair by pair."""
    words, owner, units = vocabulary(), event_owner(graph), debtor_units(graph)
    held = [
        (i, int(owner[s]), int(t), words.relations[graph.relations[r]])
        for i, (s, t, r) in enumerate(
            zip(graph.links.source.tolist(), graph.links.target.tolist(), graph.links.relation.tolist(), strict=True)
        )
    ]
    confirmed = set()
    for link, a, thing, relation in held:
        users = {h for _, h, t, _ in held if t == thing}
        if relation.clusters != "guarded" or len(users) > cap:
            continue
        fits = {
            (h, t)
            for _, h, t, r in held
            if r.clusters == "yes"
            and r.family
            and (r.family != relation.family if relation.family else words.families[r.family].hard)
        }
        mine = {t for h, t in fits if h == a} - {thing}
        if any(units[a] != units[b] and mine & {t for h, t in fits if h == b} for b in users - {a}):
            confirmed.add(link)
    return confirmed


RELATIONS = (
    *("uses_work_phone phone", "uses_phone phone", "lives_at address", "posted_from address"),
    *("paid payee_account", "sent_by phone", "uses_template template"),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(RELATIONS), st.integers(0, 2)), min_size=1, max_size=45),
    st.integers(1, 6),
)
def test_it_is_the_rule_pair_by_pair(links, cap):
    graph = graph_of([f"debtor D{d} {relation} {thing}" for d, relation, thing in links])
    mask = admitted_links(graph, np.zeros(graph.n_nodes, dtype=bool), cap=cap)
    assert set(np.flatnonzero(mask).tolist()) == by_the_definition(graph, cap)


def test_the_order_of_the_rows_changes_nothing():
    rows = [*DORM, *SWITCHBOARD, *share("paid", "payee_account P", "D0", "D1"), *share("paid", "payee_account Q", "D2")]
    assert admitted(rows) == admitted(rows[::-1])
    assert len(admitted(rows)) == 4


def test_one_debtor_with_thousands_of_things_costs_little():
    # 8,000 guarded things, each of its own pair with the same debtor, who has 8,000 payees: 64 million if done naively
    n = 8000
    far = [f"D{i}" for i in range(n)]
    parts = [
        (["hub"] * n, "phone", [f"w{i}" for i in range(n)], "uses_work_phone"),
        (far, "phone", [f"w{i}" for i in range(n)], "uses_work_phone"),
        (["hub"] * n, "payee_account", [f"p{i}" for i in range(n)], "paid"),
        (far, "payee_account", [f"p{i}" for i in range(n)], "paid"),
    ]
    frame = pl.concat(
        [
            pl.DataFrame({"source": who, "target_kind": kind, "target": what, "relation": relation})
            for who, kind, what, relation in parts
        ]
    ).with_columns(source_kind=pl.lit("debtor"), date=pl.lit(None, pl.Date), file=pl.lit("f"))
    frame = frame.with_row_index("row").with_columns(pl.col("row").cast(pl.Int32))
    graph = graph_from_frames(None, frame)
    start = time.perf_counter()
    assert admitted_links(graph, np.zeros(graph.n_nodes, dtype=bool)).sum() == 2 * n
    assert time.perf_counter() - start < 1.2
