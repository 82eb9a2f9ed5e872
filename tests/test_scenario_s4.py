"""Scenario S4 of the domain page: lawful help must not be accused, whatever it looks like."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from scenarios import LAW_FIRM, write_s4

from ringfinder.config import AllowEntry
from ringfinder.pipeline import find_rings

CODE, FIRM, PHONE = LAW_FIRM
TODAY = dt.date(2026, 7, 1)


@pytest.fixture(scope="module")
def s4(tmp_path_factory, revealed):
    folder = write_s4(tmp_path_factory.mktemp("s4") / "导出")

    def run(*entries: AllowEntry):
        return find_rings([folder], replace(revealed, allow_list=entries, today=TODAY))

    return run


@pytest.fixture(scope="module")
def unlisted(s4):
    return s4()


@pytest.fixture(scope="module")
def listed(s4):
    return s4(AllowEntry(name=FIRM, uscc=CODE, owner="review board", proof="licence 1", expires=TODAY))


def test_a_listed_firm_is_shown_with_its_clients_and_is_no_lead(listed):
    assert [r.id for r in listed.run.rings] == []
    assert len(listed.run.representatives) == 1
    assert listed.run.representatives[0].startswith("known lawful representative: 12 clients")
    assert FIRM in listed.run.representatives[0]


@pytest.mark.parametrize(
    "entry", [AllowEntry(uscc=CODE.lower()), AllowEntry(name=FIRM), AllowEntry(uscc=CODE, phone="154-0000-0500")]
)
def test_any_of_its_names_will_do(s4, entry):
    run = s4(entry).run
    assert run.rings == ()
    assert run.representatives[0].startswith("known lawful representative: 12 clients")


def test_the_listed_firm_stands_among_the_hubs(listed):
    hub = next(h for h in listed.run.hubs if h.treatment == "ALLOWLIST")
    assert (hub.kind, hub.key, hub.degree) == ("law_firm", CODE, 12)


def test_without_an_entry_it_is_at_most_a_cluster_to_observe(unlisted):
    assert {r.tier for r in unlisted.run.rings} <= {"candidate"}
    assert unlisted.run.representatives == ()


def test_an_expired_entry_gives_a_note_and_no_accusation(s4):
    run = s4(AllowEntry(name=FIRM, uscc=CODE, expires=TODAY - dt.timedelta(days=1))).run
    assert any("expired" in note and FIRM in note and "review" in note for note in run.notes)
    assert {r.tier for r in run.rings} <= {"candidate"}
    assert run.representatives == ()


def test_the_entry_holds_on_its_last_day(listed):
    assert not any("expired" in note for note in listed.run.notes)


def test_the_emergency_contact_never_enters_the_graph(unlisted):
    keys = unlisted.graph.nodes["key"].to_list() + unlisted.graph.nodes["label"].to_list()
    assert not any("15400000600" in key or "吴母" in key for key in keys)


def test_the_factory_switchboard_is_guarded(unlisted, listed):
    for result in (unlisted, listed):
        hub = next(h for h in result.run.hubs if h.label == "075526010000")
        assert (hub.treatment, hub.degree) == ("GUARD", 6)
        assert "075526010000" not in {m.label for r in result.run.rings for m in r.members}


def test_upheld_complaints_and_mandates_stand_beside_the_cluster(unlisted):
    for ring in unlisted.run.rings:
        facts = {m.code: m.sentence for m in ring.mitigations}
        assert facts["M01"].startswith("powers of attorney exist for 12 of 12 debtors")
        assert facts["M04"].startswith("5 complaints were upheld")
