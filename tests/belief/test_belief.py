"""The ring model as a whole: priors, missing tables, selections, structure alone, determinism."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, cut, each, names, rank, undated, weigh
from scenarios import write_s1

from ringfinder.pipeline import find_rings
from ringfinder.simulate import WorldSettings, simulate, write_case

SIX = names("C", 6)
LAW = "law_firm 31110000MD0123454X"
PAYEE, AGENT = each(SIX, "paid", "payee_account P"), each(SIX, "represented_by", "agent 张某")

SILENT = [f"debtor {d} filed complaint T{d}" for d in SIX]


def members(ring):
    return {m.key for m in ring.members if m.role == "debtor"}


def labelled(kind, key, label):
    return [{"kind": kind, "key": key, "label": label}]


def test_a_name_that_sells_consulting_is_suspect_and_its_staff_less():
    rows = crowd() + each(SIX, "represented_by", "company K") + AGENT + ["agent 张某 works_for company K"]
    plain, sells = weigh(rows), weigh(rows, labelled("company", "K", "甲诚债务咨询"))
    assert sells.prior("company:K") - plain.prior("company:K") == pytest.approx(1.5)
    assert sells.prior("agent:张某") - plain.prior("agent:张某") == pytest.approx(0.7 * 1.5)


def test_a_paper_that_its_issuer_denies_is_suspect():
    nodes = [{"kind": "document", "key": "D", "label": "D", "verification": None}]
    rows = crowd() + each(SIX, "submitted", "document D")
    denied = [{**nodes[0], "verification": "denied"}]
    known = [{**nodes[0], "verification": "confirmed"}]
    assert weigh(rows, denied).prior("document:D") - weigh(rows, known).prior("document:D") == pytest.approx(3.0)


def test_two_users_say_less_than_three_and_six_more():
    priors = [weigh(crowd() + complaints(SIX[:k], CALLER)).prior(f"phone:{CALLER}") for k in (2, 3, 6)]
    assert priors == sorted(priors)
    # 1.5 for each doubling, and a penalty of 1 where only two share it
    assert priors == pytest.approx([-1.5 + 1.5 * np.log2(2 / 3) - 1.0, -1.5, 0.0])


def test_a_prior_has_a_most():
    many = names("C", 190)
    assert weigh(crowd() + undated(many, CALLER)).prior(f"phone:{CALLER}") == 2.0


def test_law_firms_and_their_phones_are_never_bunched():
    rows = crowd() + each(SIX, "represented_by", LAW) + complaints(SIX, CALLER) + complaints(SIX, "+862160000001")
    world = weigh(rows)
    for thing in ("law_firm:31110000MD0123454X", f"phone:{CALLER}", "phone:+862160000001"):
        assert world.source(thing) == "licensed"
        assert world.belief.burst[world.at(thing)] <= 0


def test_messages_are_never_negative_and_all_numbers_are_finite():
    belief = weigh(crowd() + complaints(SIX, CALLER) + AGENT + PAYEE).belief
    assert (belief.message >= 0).all()
    for values in (belief.prior, belief.burst, belief.odds, belief.message, belief.own):
        assert np.isfinite(values).all()


@pytest.mark.parametrize(
    "rows",
    [[], each(SIX, "uses_phone", f"phone {CALLER}"), complaints(SIX, CALLER), AGENT, SILENT],
    ids=["nothing", "own phones", "complaints alone", "powers alone", "complaints that share nothing"],
)  # fmt: skip
def test_what_is_missing_contributes_nothing(rows):
    belief = weigh(rows).belief
    assert len(belief.odds) == len(belief.uses.things) == len(set(belief.uses.thing.tolist()))
    assert np.isfinite(belief.odds).all()


def test_without_behaviour_groups_are_ranked_by_what_they_share():
    people = names("C", 8)
    rows = crowd(60, 0) + each(people, "uses_phone", f"phone {CALLER}") + each(people, "related_to", "device D")
    world = weigh(rows)
    assert world.belief.structural
    assert world.belief.notes[0].startswith("no behaviour in the input")
    assert np.array_equal(world.belief.odds, world.belief.prior)
    assert not world.belief.message.any()
    assert set(people) <= members(rank(world)[0])


def test_persons_stand_in_for_debtors():
    rows = [row.replace("debtor ", "person ") for row in crowd() + complaints(SIX, CALLER) + AGENT]
    kinds = weigh(rows)
    assert kinds.odds("agent:张某") == pytest.approx(
        weigh(crowd() + complaints(SIX, CALLER) + AGENT).odds("agent:张某")
    )


def test_every_ring_says_why_and_its_parts_add_up():
    rows = crowd() + complaints(SIX, CALLER) + AGENT + each(names("D", 6), "represented_by", "agent 李某")
    rings = rank(weigh(rows))
    assert {r.tier for r in rings} == {"strong", "candidate"}
    for ring in rings:
        assert ring.reason.startswith("a lead: " if ring.tier == "strong" else "to observe: ")
        assert sum(ring.parts.values()) == pytest.approx(ring.score, abs=1e-3)


def test_a_tied_law_firms_clientele_is_no_lead():
    rows = crowd() + each(SIX, "represented_by", LAW) + complaints(SIX, "+862160000001") + PAYEE
    assert {r.tier for r in rank(weigh(rows))} <= {"candidate"}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small world's exports, with every table of the demo."""
    folder = tmp_path_factory.mktemp("small") / "exports"
    write_case(simulate(WorldSettings(customers=500, rings=3, seed=5)), folder)
    return folder


@pytest.mark.parametrize(
    "left_out", ["通话.csv.gz", "投诉.csv", "客户.csv", "邮寄.csv", "机构.tsv", "委托.csv", "付款.csv"]
)
def test_a_world_runs_without_any_one_table(small, left_out):
    assert (small / left_out).is_file()
    rings = find_rings([f for f in sorted(small.iterdir()) if f.is_file() and f.name != left_out]).run.rings
    assert len(rings) >= 2
    assert all(r.reason for r in rings)


@pytest.fixture(scope="module")
def s1_folder(tmp_path_factory):
    return write_s1(tmp_path_factory.mktemp("s1") / "导出")


def test_s1_with_only_the_complainants_still_has_its_ring_first(s1_folder, tmp_path, revealed):
    part = tmp_path / "part"
    shutil.copytree(s1_folder, part)
    lines = (part / "客户.csv").read_bytes().decode("gb18030").splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line[:4] in {f"C00{i}" for i in (1, 2, 3, 4, 5, 6, 8)})]
    (part / "客户.csv").write_bytes(("\n".join(kept) + "\n").encode("gb18030"))
    run = find_rings([part], revealed).run
    assert any("the input is a selection" in note for note in run.notes)
    assert {f"C00{i}" for i in range(1, 7)} <= members(run.rings[0])


def test_s1s_complaints_alone_give_the_ring(s1_folder, revealed):
    run = find_rings([s1_folder / "投诉.csv"], revealed).run
    assert {f"C00{i}" for i in range(1, 6)} <= members(run.rings[0])
    assert "C008" not in members(run.rings[0])


def test_the_hash_seed_does_not_matter():
    code = "import sys; sys.path[:0] = sys.argv[1:]\nfrom test_belief import fingerprint\nprint(fingerprint())\n"
    here = Path(__file__).parent
    # this process has a hash seed of its own
    other = subprocess.run(
        [sys.executable, "-c", code, str(here), str(here.parent)],
        env={**os.environ, "PYTHONHASHSEED": "1"}, capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert other.strip() == fingerprint()


def fingerprint():
    """The bytes of what the model and the cut say of a little world."""
    world = weigh(crowd(40, 3) + complaints(SIX, CALLER) + each(SIX[:5], "paid", "payee_account P"))
    return f"{world.belief.odds.tobytes().hex()} {cut(world)[1].labels.tobytes().hex()}"
