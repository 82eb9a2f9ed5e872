"""Benign hubs: what is kept from linking, at which degree, and what the user's word changes."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from scenarios import write_s1
from test_people import graph_of

from ringfinder.config import AllowEntry, HubSettings
from ringfinder.graph import Graph
from ringfinder.hubs import Hubs, find_hubs
from ringfinder.link.sheet import EXCLUDED_SCHEMA
from ringfinder.pipeline import find_rings

NOTHING = pl.DataFrame(schema=EXCLUDED_SCHEMA)
PHONE = "+8615400000777"


def excluded(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame([("phone", *row) for row in rows], schema=EXCLUDED_SCHEMA, orient="row")


def listed(hubs: Hubs) -> list[tuple[str, int, str]]:
    return [(h.key, h.degree, h.treatment) for h in hubs.table]


def blocked(graph: Graph, hubs: Hubs) -> set[str]:
    ids = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").rows()]
    return {node for node, is_hub in zip(ids, hubs.blocked, strict=True) if is_hub}


def sharers(number: int, relation: str = "uses_phone") -> list[tuple[str, str, str]]:
    return [(f"debtor:C{i:02}", relation, f"phone:{PHONE}") for i in range(number)]


# ---- S1 ----
def test_the_three_false_hubs_of_s1(tmp_path, revealed):
    hubs = find_rings([write_s1(tmp_path / "s1")], revealed).run.hubs
    assert [(h.kind, h.label, h.degree, h.treatment) for h in hubs] == [
        ("phone", "13800138000", 5, "EXCLUDE"),
        ("phone", "075526000000", 4, "GUARD"),
        ("phone", "95588", 4, "EXCLUDE"),
        ("address", "f市8路8号", 2, "ANNOTATE"),  # husband and wife with consecutive numbers
    ]
    assert all(h.reason for h in hubs)


# ---- suspected placeholders ----
@pytest.mark.parametrize("relation", ["uses_phone", "uses_record_phone"])
def test_an_own_phone_of_exactly_n_customers_is_a_suspected_placeholder(relation):
    settings = HubSettings(placeholder_customers=7)
    graph = graph_of(*sharers(7, relation))
    hubs = find_hubs(graph, NOTHING, settings)
    assert listed(hubs) == [(PHONE, 7, "EXCLUDE")]
    assert blocked(graph, hubs) == {f"phone:{PHONE}"}
    assert "[hubs] keep" in hubs.notes[0]
    assert PHONE not in hubs.notes[0]
    fewer = find_hubs(graph_of(*sharers(6, relation)), NOTHING, settings)
    assert fewer.table == fewer.notes == ()
    assert not fewer.blocked.any()


def test_customers_are_counted_once_each():
    rows = sharers(6) + sharers(6, "uses_record_phone") + sharers(6)
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings(placeholder_customers=7)).table == ()


@pytest.mark.parametrize(
    "shared",
    [
        ("represented_by", "company:x1"),
        ("represented_by", "agent:x1"),
        ("paid", "payee_account:x1"),
        ("uses_device", "device:x1"),
        ("complained_from", "phone:+8615400000901"),
        ("lives_at", "address:x1"),
    ],
)
def test_customers_who_share_something_else_are_no_placeholder(shared):
    relation, target = shared
    rows = sharers(10) + [(f"debtor:C{i:02}", relation, target) for i in range(3)]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


def test_complaints_of_the_customers_count_as_theirs():
    rows = sharers(10)
    for i in range(3):
        rows += [(f"debtor:C{i:02}", "filed", f"complaint:T{i}"), (f"complaint:T{i}", "uses_template", "template:x1")]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


@pytest.mark.parametrize("relation", ["borrowed_from", "works_at", "assigned_to", "uses_work_phone"])
def test_what_joins_everybody_does_not_clear_a_placeholder(relation):
    rows = sharers(10) + [(f"debtor:C{i:02}", relation, "lender:x1") for i in range(10)]
    assert listed(find_hubs(graph_of(*rows), NOTHING, HubSettings())) == [(PHONE, 10, "EXCLUDE")]


def test_one_sharing_pair_in_twenty_does_not_clear_it():
    rows = sharers(20) + [(f"debtor:C{i:02}", "uses_device", "device:x1") for i in range(2)]
    assert listed(find_hubs(graph_of(*rows), NOTHING, HubSettings())) == [(PHONE, 20, "EXCLUDE")]


# ---- the user's word ----
@pytest.mark.parametrize("spelling", ["15400000777", "+86 154-0000-0777", PHONE])
def test_keep_lifts_the_suspicion_and_its_note(spelling):
    hubs = find_hubs(graph_of(*sharers(10)), NOTHING, HubSettings(keep=(spelling,)))
    assert hubs.table == hubs.notes == ()
    assert not hubs.blocked.any()


@pytest.mark.parametrize("text", ["154 0000 0777", "C01"])
def test_exclude_names_a_phone_in_any_spelling_or_any_key(text):
    graph = graph_of(*sharers(3))
    hubs = find_hubs(graph, NOTHING, HubSettings(exclude=(text,)))
    assert len(blocked(graph, hubs)) == 1
    assert hubs.table[0].reason == "excluded by the configuration"
    assert hubs.table[0].degree == (1 if text == "C01" else 3)


def test_keep_wins_over_exclude_and_a_hub_is_listed_once():
    graph = graph_of(*sharers(10))
    both = HubSettings(exclude=("15400000777",), keep=("15400000777",))
    assert find_hubs(graph, NOTHING, both).table == ()
    again = find_hubs(graph, NOTHING, HubSettings(exclude=("15400000777", PHONE)))
    assert len(again.table) == 1


def test_words_that_name_nothing_change_nothing():
    hubs = find_hubs(graph_of(*sharers(3)), NOTHING, HubSettings(exclude=("nobody", ""), keep=("nobody",)))
    assert hubs.table == ()


# ---- registration services ----
@pytest.mark.parametrize(("relation", "kind"), [("reached_at", "phone"), ("registered_at", "address")])
def test_a_contact_of_exactly_n_companies_is_a_registration_service(relation, kind):
    def rows(number):
        return [(f"company:K{i:02}", relation, f"{kind}:shared1") for i in range(number)]

    graph = graph_of(*rows(20))
    assert blocked(graph, find_hubs(graph, NOTHING, HubSettings())) == {f"{kind}:shared1"}
    assert find_hubs(graph_of(*rows(19)), NOTHING, HubSettings()).table == ()


def test_agents_of_one_phone_are_no_registration_service():
    rows = [(f"agent:K{i:02}", "reached_at", "phone:shared1") for i in range(30)]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


# ---- values met while linking ----
def test_a_switchboard_is_told_by_its_extensions_or_by_its_customers():
    graph = graph_of(*sharers(2))

    def found(*who: tuple[str, str]):
        rows = [("+8675526000000", "work phone", name, extension) for name, extension in who]
        return listed(find_hubs(graph, excluded(*rows), HubSettings(switchboard_customers=4)))

    assert found(("a", "301"), ("b", "302")) == [("+8675526000000", 2, "GUARD")]
    assert found(("a", "301"), ("b", "301")) == []
    assert found(("a", "301"), ("a", "302")) == []
    assert found(*[(n, "") for n in "abcd"]) == [("+8675526000000", 4, "GUARD")]
    assert found(*[(n, "") for n in "abc"]) == []


def test_service_numbers_are_always_listed_and_placeholders_from_two_on():
    rows = excluded(
        ("95588", "service number", "a", ""),
        ("13800138000", "placeholder", "a", ""),
        ("13900000000", "placeholder", "a", ""),
        ("13900000000", "placeholder", "b", ""),
        ("13900000000", "placeholder", "b", ""),
    )
    hubs = find_hubs(graph_of(*sharers(2)), rows, HubSettings())
    assert listed(hubs) == [("13900000000", 2, "EXCLUDE"), ("95588", 1, "EXCLUDE")]


def test_hubs_are_sorted_by_degree_whatever_the_order_of_the_rows():
    rows = [("95588", "service number", n, "") for n in "abc"] + [("95599", "service number", n, "") for n in "abcd"]
    graph = graph_of(*sharers(2))
    one = find_hubs(graph, excluded(*rows), HubSettings())
    assert listed(one) == [("95599", 4, "EXCLUDE"), ("95588", 3, "EXCLUDE")]
    assert find_hubs(graph, excluded(*rows[::-1]), HubSettings()).table == one.table


# ---- allow list ----
def clinic(*more: tuple[str, str, str]) -> Graph:
    rows = [("agent:W @ 1", "works_for", "law_firm:F1"), ("agent:W @ 1", "reached_at", "phone:1")]
    rows += [(f"debtor:C{i}", "represented_by", "law_firm:F1") for i in range(4)]
    return graph_of(*rows, *more)


def test_a_listed_representative_is_blocked_with_staff_and_phones():
    graph = clinic()
    hubs = find_hubs(graph, NOTHING, HubSettings(), [AllowEntry(uscc="F1", owner="board")])
    assert blocked(graph, hubs) == {"law_firm:F1", "agent:W @ 1", "phone:1"}
    assert hubs.representatives == ("known lawful representative: 4 clients, F1 (vouched for by board)",)
    assert listed(hubs) == [("F1", 4, "ALLOWLIST")]


def test_clients_are_people_not_complaints():
    more = (("debtor:C0", "filed", "complaint:T1"), ("complaint:T1", "represented_by", "law_firm:F1"))
    hubs = find_hubs(clinic(*more), NOTHING, HubSettings(), [AllowEntry(name="F1")])
    assert hubs.representatives[0].startswith("known lawful representative: 4 clients")


def test_a_phone_that_others_mandates_name_too_is_not_the_listed_firms():
    rows = [("debtor:C1", "represented_by", "law_firm:F1"), ("debtor:C1", "represented_by", "phone:9")]
    frame = [("debtor:C2", "represented_by", "phone:9")]
    graph = same_rows(rows, frame)
    assert blocked(graph, find_hubs(graph, NOTHING, HubSettings(), [AllowEntry(name="F1")])) == {"law_firm:F1"}
    graph = same_rows(rows)
    assert blocked(graph, find_hubs(graph, NOTHING, HubSettings(), [AllowEntry(name="F1")])) == {
        "law_firm:F1",
        "phone:9",
    }


def same_rows(*groups: list[tuple[str, str, str]]) -> Graph:
    """A graph in which the links of one group stand on one row of the input."""
    from ringfinder.graph_build import frames_of, graph_from_frames

    frames = []
    for number, rows in enumerate(groups, start=2):
        _, links = frames_of(graph_of(*rows))
        frames.append(links.with_columns(row=pl.lit(number, pl.Int32)))
    return graph_from_frames(None, pl.concat(frames))


def test_expiry_is_inclusive_and_an_expired_entry_is_only_a_note():
    entry, day = AllowEntry(name="F1", expires=dt.date(2026, 6, 30)), dt.date(2026, 6, 30)
    graph = clinic()
    assert find_hubs(graph, NOTHING, HubSettings(), [entry], today=day).blocked.any()
    late = find_hubs(graph, NOTHING, HubSettings(), [entry], today=day + dt.timedelta(days=1))
    assert not late.blocked.any()
    assert late.table == late.representatives == ()
    assert "expired on 2026-06-30" in late.notes[0]
    assert find_hubs(graph, NOTHING, HubSettings(), [entry]).blocked.any()


def test_an_entry_that_is_not_in_the_input_says_nothing():
    hubs = find_hubs(
        clinic(), NOTHING, HubSettings(), [AllowEntry(name="someone else"), AllowEntry(phone="15400000999")]
    )
    assert hubs.table == hubs.representatives == hubs.notes == ()


def test_a_phone_on_the_list_is_not_printed():
    rows = [(f"debtor:C{i}", "represented_by", f"phone:{PHONE}") for i in range(3)]
    hubs = find_hubs(graph_of(*rows), NOTHING, HubSettings(), [AllowEntry(phone="15400000777", owner="board")])
    assert hubs.representatives == (
        "known lawful representative: 3 clients, a phone on the allow-list (vouched for by board)",
    )
