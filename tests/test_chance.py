"""What chance alone would give: the deals keep what they must, and the run's figures hold on deals it has not seen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from belief_worlds import CALLER, crowd, names, own_phones, rank, weigh
from cases import complaints
from typer.testing import CliRunner

from ringfinder.chance import SCORES, count_range, find_chance, rounds_of
from ringfinder.chance_deals import deal_dates, deal_ties, find_ties
from ringfinder.cli import app
from ringfinder.config import ChanceSettings, Config, ScoreSettings
from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.graph import NO_DATE
from ringfinder.people import event_owner, people_kind
from ringfinder.pipeline import find_rings
from ringfinder.score import Basis

AGENT, PAYEE = "agent 甲", "payee_account P1"
MEMBERS = names("R", 9)


def _ring():
    """A ring of nine with a caller, an agent with a company, and a payee, in a crowd that shares little."""
    rows = crowd(300, complaining=60) + own_phones(MEMBERS, "132000") + complaints(MEMBERS, CALLER)
    for i, member in enumerate(MEMBERS):
        day = dt.date(2026, 4, 20) + dt.timedelta(days=i)
        rows += [f"debtor {member} represented_by {AGENT} {day}", f"debtor {member} paid {PAYEE} {day}"]
    strangers = names("B", 40, first=100)
    for i, stranger in enumerate(strangers):
        rows += [f"debtor {stranger} paid payee_account Q{i // 2}", f"debtor {stranger} represented_by agent X{i // 3}"]
    return rows


@pytest.fixture(scope="module")
def world():
    return weigh(_ring())


def _basis(world):
    return Basis(world.units, event_owner(world.graph), world.blocked, people_kind(world.graph), Config().score)


@pytest.fixture(scope="module")
def reckoned(world):
    return find_chance(world.graph, rank(world), _basis(world), Config())


def _links(graph):
    """(source key, relation, target key, date) of every link."""
    keys, links = graph.nodes["key"].to_list(), graph.links
    ends = zip(links.source, links.relation, links.target, links.date, strict=True)
    return [(keys[s], graph.relations[r], keys[t], int(d)) for s, r, t, d in ends]


def _uses(graph, relation):
    """(debtor key, thing key) of a relation, with repeats; links that lead to the debtor himself are none."""
    owner = event_owner(graph)
    keys, links = graph.nodes["key"].to_list(), graph.links
    return [
        (keys[owner[s]], keys[t])
        for s, t, fits in zip(links.source, links.target, graph.relation_is(relation), strict=True)
        if fits and owner[s] != t
    ]


def _rng(seed):
    return np.random.default_rng(seed)


# ---- dates


def test_dealt_dates_keep_the_complaints_of_every_day(world):
    dealt = deal_dates(world.graph, _rng(1))
    days = [Counter(d for _, r, _, d in _links(g) if r == "filed") for g in (world.graph, dealt)]
    assert days[0] == days[1]
    before, after = ({s: d for s, r, _, d in _links(g) if r == "filed"} for g in (world.graph, dealt))
    assert before.keys() == after.keys()
    assert sum(before[s] != after[s] for s in before) > len(before) / 2


def test_mandates_fees_and_the_complaint_itself_move_with_its_day(world):
    def waits(graph):
        links = _links(graph)
        filed = {s: d for s, r, _, d in links if r == "filed" and s in MEMBERS}
        return {(s, r): filed[s] - d for s, r, _, d in links if s in filed and r in ("represented_by", "paid")}

    dealt = deal_dates(world.graph, _rng(1))
    assert waits(dealt) == waits(world.graph)
    of_complaint = [{s: d for s, r, _, d in _links(dealt) if r == "complained_from"},
                    {t: d for _, r, t, d in _links(dealt) if r == "filed"}]  # fmt: skip
    assert of_complaint[0] == of_complaint[1]


def test_dealt_dates_leave_ties_and_undated_links(world):
    dealt = deal_dates(world.graph, _rng(1))
    assert (dealt.links.target == world.graph.links.target).all()
    assert ((dealt.links.date == NO_DATE) == (world.graph.links.date == NO_DATE)).all()


def test_nothing_to_deal_is_no_fault():
    bare = weigh([f"debtor D{i} uses_phone phone +861310000000{i}" for i in range(3)])
    assert deal_dates(bare.graph, _rng(1)) is bare.graph
    assert deal_ties(bare.graph, find_ties(bare.graph, bare.units, bare.blocked), _rng(1)) is bare.graph


# ---- ties


@pytest.mark.parametrize("relation", ["represented_by", "paid", "complained_from"])
def test_dealt_ties_keep_every_shared_things_users_and_move_them(world, relation):
    ties = find_ties(world.graph, world.units, world.blocked)
    dealt = deal_ties(world.graph, ties, _rng(1))
    before, after = (_uses(g, relation) for g in (world.graph, dealt))
    assert Counter(t for _, t in before) == Counter(t for _, t in after)
    assert max(Counter(after).values()) == 1  # nobody has one thing twice
    assert set(before) != set(after)
    had = {d for d, _ in before}
    assert {d for d, _ in after} <= had  # only who has a place in the relation is dealt something


def test_dealt_ties_keep_who_complained_and_when(world):
    dealt = deal_ties(world.graph, find_ties(world.graph, world.units, world.blocked), _rng(2))
    filed = [sorted(x for x in _links(g) if x[1] == "filed") for g in (world.graph, dealt)]
    assert filed[0] == filed[1]
    # also where the calling phone alone says that somebody complained
    rows = [f"debtor D{i} complained_from phone +8613{i % 9:09} 2026-05-{i % 28 + 1:02}" for i in range(60)]
    plain = weigh(rows + own_phones(names("D", 60), "135000"))
    again = deal_ties(plain.graph, find_ties(plain.graph, plain.units, plain.blocked), _rng(2))
    days = [sorted({(s, d) for s, r, _, d in _links(g) if r == "complained_from"}) for g in (plain.graph, again)]
    assert days[0] == days[1]


def test_private_phones_and_benign_hubs_stay(world):
    hub = weigh(_ring(), blocked=("payee_account:P1",))
    dealt = deal_ties(hub.graph, find_ties(hub.graph, hub.units, hub.blocked), _rng(3))
    assert sorted(_uses(dealt, "uses_phone")) == sorted(_uses(hub.graph, "uses_phone"))
    payers = [{d for d, t in _uses(g, "paid") if t == "P1"} for g in (hub.graph, dealt)]
    assert payers[0] == payers[1] == set(MEMBERS)


def test_a_power_of_attorney_moves_as_a_whole(tmp_path):
    people = "customer_id,name,phone\n" + "".join(f"C{i},N{i},1310000{i:04}\n" for i in range(30))
    mandates = "poa_id,customer_id,agent_name,agent_phone,company\n" + "".join(
        f"P{i},C{i},Agent{i % 5},1540000090{i % 5},Firm {i % 5} Ltd\n" for i in range(30)
    )
    (tmp_path / "customers.csv").write_text(people, encoding="utf-8")
    (tmp_path / "powers_of_attorney.csv").write_text(mandates, encoding="utf-8")
    graph = find_rings([tmp_path], Config(chance=ChanceSettings(mode="off"))).graph
    units = np.arange(graph.n_nodes)
    dealt = deal_ties(graph, find_ties(graph, units, np.zeros(graph.n_nodes, dtype=bool)), _rng(4))

    def packs(of):
        held: dict[str, set[str]] = {}
        for debtor, thing in _uses(of, "represented_by"):
            held.setdefault(debtor, set()).add(thing)
        return held

    before, after = packs(graph), packs(dealt)
    assert all(len(pack) >= 2 for pack in before.values())
    assert Counter(map(frozenset, before.values())) == Counter(map(frozenset, after.values()))
    assert before != after


# ---- figures


def test_a_ring_in_a_crowd_is_told_that_chance_gives_fewer(reckoned):
    rings, run = reckoned
    lead = rings[0]
    assert lead.tier == "strong"
    assert lead.chance.rounds == run["rounds"] == 5
    assert lead.chance.links == lead.chance.dates == 0  # neither its ties nor its timing alone make it so strong
    assert lead.chance.expected < 1
    (eight,) = (row for row in run["scores"] if row["score"] == 8)
    assert eight["links"]["expected"] < 1 <= eight["dates"]["expected"]  # its ties make a group to look at
    assert lead.chance.low <= lead.chance.expected <= lead.chance.high
    assert f"{lead.chance.expected:.1f} rings ({lead.chance.low:.0f} to {lead.chance.high:.0f})" in lead.chance.sentence
    assert "honest groups" in lead.chance.sentence
    assert "leads" in run["sentence"]
    assert run["leads"]["found"] == sum(r.tier == "strong" for r in rings) >= 1
    assert run["leads"]["expected"] < run["leads"]["found"]


def test_weaker_rings_are_expected_at_least_as_often(reckoned):
    rings, run = reckoned
    by_score = sorted(rings, key=lambda ring: ring.score)
    links = [ring.chance.links for ring in by_score]
    assert links == sorted(links, reverse=True)
    assert [row["score"] for row in run["scores"]] == [s for s in SCORES if s <= by_score[-1].score]
    found = [sum(ring.score >= row["score"] for ring in rings) for row in run["scores"]]
    assert [row["found"] for row in run["scores"]] == found


def _share_within(told, key, standings):
    inside = [
        row[key]["low"] <= int((s >= row["score"]).sum()) <= row[key]["high"]
        for s in standings
        for row in told["scores"]
    ]
    return sum(inside) / len(inside)


@pytest.mark.parametrize("key", ["dates", "links"])
def test_on_deals_that_it_has_not_seen_the_run_is_right(world, reckoned, key):
    """Ranges of 95 % hold for at least nine of ten (score, deal) pairs."""
    _, told = reckoned
    ties = find_ties(world.graph, world.units, world.blocked)
    scores = []
    for seed in range(8):
        rng = _rng(900 + seed)
        graph = deal_dates(world.graph, rng) if key == "dates" else deal_ties(world.graph, ties, rng)
        scores.append(np.array([ring.score for ring in rank(_weighed_again(world, graph))]))
    assert _share_within(told, key, scores) >= 0.9
    twice = [np.concatenate([s, s, s, [60.0] * 9]) for s in scores]
    assert _share_within(told, key, twice) < 0.9  # it could have failed


def _weighed_again(world, graph):
    from ringfinder.belief import believe

    return replace(world, graph=graph, belief=believe(graph, world.units, world.blocked))


def test_shuffles_made_by_another_hand_give_as_many_leads_as_told(world, reckoned):
    """Every relation's things are permuted over all its links here, as a reader would shuffle a column."""
    _, told = reckoned
    counts = []
    for seed in range(6):
        rng = _rng(seed)
        target = world.graph.links.target.copy()
        for relation in ("represented_by", "paid"):
            here = np.flatnonzero(world.graph.relation_is(relation))
            target[here] = target[rng.permutation(here)]
        graph = replace(world.graph, links=replace(world.graph.links, target=target))
        rings = rank(_weighed_again(world, graph))
        counts.append(sum(ring.tier == "strong" for ring in rings))
    said = told["leads"]["links"]
    assert all(said["low"] <= n <= said["high"] for n in counts), (counts, said)


def test_the_range_is_that_of_one_more_copy():
    assert vars(count_range([0, 0, 0, 0, 0])) == {"expected": 0.0, "low": 0.0, "high": 1.0}
    assert count_range([0, 0]).high > count_range([0] * 5).high >= count_range([0] * 100).high == 0
    assert count_range([1, 9]).low <= 1
    assert count_range([1, 9]).high >= 9
    rng = _rng(5)
    held = []
    for mean in (0.3, 2.0, 15.0, 4000.0):
        for _ in range(200):
            *seen, new = rng.poisson(mean, 6).tolist()
            told = count_range(seen)
            held.append(told.low <= new <= told.high)
    assert 0.93 <= np.mean(held) <= 1.0


# ---- the run


def test_rows_in_another_order_change_nothing(reckoned):
    rows = _ring()
    order = _rng(6).permutation(len(rows))
    again = weigh([rows[i] for i in order])
    rings, run = find_chance(again.graph, rank(again), _basis(again), Config())
    assert run == reckoned[1]
    assert [ring.chance for ring in rings] == [ring.chance for ring in reckoned[0]]


def test_it_is_off_where_it_would_cost_too_much_or_nobody_wants_it(world):
    assert [rounds_of(ChanceSettings(), n) for n in (10, 100_000, 100_001, 500_000, 500_001)] == [5, 5, 2, 2, 0]
    assert rounds_of(ChanceSettings(rounds=1), 10) == 1
    assert rounds_of(ChanceSettings(mode="on", rounds=7), 5_000_000) == 7
    assert rounds_of(ChanceSettings(mode="off"), 10) == 0
    rings = rank(world)
    off = replace(Config(), chance=ChanceSettings(mode="off"))
    same, told = find_chance(world.graph, rings, _basis(world), off)
    assert same == rings
    assert told == {"rounds": 0, "sentence": "What chance alone would give: switched off."}
    assert find_chance(world.graph, (), _basis(world), Config())[1]["rounds"] == 0


def test_wrong_settings_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="unknown mode 'maybe'"):
        find_rings([tmp_path], Config(chance=ChanceSettings(mode="maybe")))
    with pytest.raises(ConfigError, match=r"chance\.rounds = 0 is out of range"):
        parse_config({"chance": {"rounds": 0}})


def test_the_command_line_asks_for_rounds(tmp_path):
    from scenarios import write_s1

    from ringfinder.store import load_run

    write_s1(tmp_path / "in")
    for rounds in (0, 1):
        result = CliRunner().invoke(app, ["run", str(tmp_path / "in"), "-o", str(tmp_path / f"r{rounds}"),
                                          "--chance", str(rounds)])  # fmt: skip
        assert result.exit_code == 0, result.output
        run = load_run(tmp_path / f"r{rounds}")
        assert run.chance["rounds"] == rounds
        assert (run.rings[0].chance is None) == (rounds == 0)
    # fourteen customers, most of them in the ring: the run says that dealing can do little there
    assert "in the hands of the rings' own members" in run.chance["limit"]
    assert "in the hands of the rings' own members" in run.rings[0].chance.sentence


def test_what_one_event_explains_is_no_ring_of_chance_either(world):
    """A group that was taken out as a common cause (M08) comes back with other dates: it is not counted anew."""
    config = replace(Config(), score=ScoreSettings(min_families=9))  # no group is a lead
    rings = rank(world, config.score)
    basis = replace(_basis(world), settings=config.score)
    others = rings[1:]
    assert others
    forgotten, told = (find_chance(world.graph, others, basis, config, judged)[0] for judged in ((), rings))
    assert [a.chance.dates - b.chance.dates for a, b in zip(forgotten, told, strict=True)] == [1.0] * len(others)
    assert [ring.chance.links for ring in forgotten] == [ring.chance.links for ring in told]
