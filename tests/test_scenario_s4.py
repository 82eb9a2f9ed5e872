"""Scenario S4 of the domain page: lawful help must not be accused, whatever it looks like."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from scenarios import LAW_FIRM, write_s4, write_s4_turned

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


#: What speaks for the firm, as the domain page asks for it.
FACTS = {
    "M01": "powers of attorney exist for 12 of 12 debtors",
    "M02": "12 complaints ask for instalments over at most 60 months",
    "M03": "5 calls to 5 debtors between 22:00 and 08:00",
    "M04": "5 complaints were upheld",
    "M09": "12 complaints use the public template zh-association-instalments",
    "M11": "2 debtors paid something to the lender after complaining",
}


def test_without_an_entry_one_family_is_left_and_the_facts_stand_beside_it(unlisted):
    (ring,) = unlisted.run.rings
    assert (ring.tier, ring.families) == ("candidate", ("REPRESENT",))
    assert {e.family for e in ring.evidence} <= {"REPRESENT", ""}
    facts = {m.code: m for m in reversed(ring.mitigations)}
    assert set(facts) == {*FACTS, "M06"}
    for code, beginning in FACTS.items():
        assert facts[code].sentence.startswith(beginning)
        assert facts[code].rows
    assert facts["M06"].sentence.startswith(f"{FIRM} represents 12 of 12 debtors and is a licensed or public body")


def test_the_facts_are_printed_beside_the_listed_firm(listed):
    (sentence,) = listed.run.representatives
    assert "M06 it is on your allow list;" in sentence
    for code, beginning in FACTS.items():
        assert f"; {code} {beginning}" in sentence
    assert "review" not in sentence.partition(": M06")[2]


@pytest.fixture(scope="module")
def turned(tmp_path_factory, revealed):
    """The firm later: a burst, powers of attorney that nobody signed, papers that the issuers deny; still listed."""
    folder = write_s4_turned(tmp_path_factory.mktemp("s4") / "导出")
    entry = AllowEntry(name=FIRM, uscc=CODE, owner="review board", proof="licence 1", expires=TODAY)
    return find_rings([folder], replace(revealed, allow_list=(entry,), today=TODAY)).run


def test_it_becomes_a_lead_with_the_conflict_told(turned):
    (ring,) = turned.rings
    assert ring.tier == "strong"
    assert set(ring.families) == {"REPRESENT", "TIME", "DOC"}
    assert {e.signal for e in ring.evidence} >= {"RF02", "RF07", "RF11", "RF12", "RF13"}
    assert "it conflicts with your allow list: a second person must review it" in ring.reason
    facts = [m for m in ring.mitigations if m.code == "M06"]
    assert facts[0].sentence.startswith(f"allow-list conflict: {FIRM} represents 20 of 20 debtors")
    assert "vouched for by review board, proof: licence 1, until 2026-07-01" in facts[0].sentence
    assert "a second person must review" in turned.representatives[0]


def test_powers_of_attorney_that_the_clients_deny_do_not_count(turned):
    fact = next(m for m in turned.rings[0].mitigations if m.code == "M01")
    assert fact.sentence.startswith(
        "powers of attorney exist for 12 of 20 debtors; those of 8 debtors were not in force"
    )
    assert {row.file for row in fact.rows} == {"委托.csv"}


@pytest.mark.parametrize("file", ["新委托.csv", "材料.csv"])
def test_without_a_family_it_stays_a_lawful_representative(tmp_path, revealed, file):
    folder = write_s4_turned(tmp_path)
    (folder / file).unlink()
    run = find_rings([folder], replace(revealed, allow_list=(AllowEntry(name=FIRM, uscc=CODE),), today=TODAY)).run
    assert [r for r in run.rings if r.tier == "strong"] == []
    assert run.representatives[0].startswith("known lawful representative")
