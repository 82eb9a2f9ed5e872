"""How many share a thing: the distribution in the run, what is told as shared by very many, and caps without effect."""

from __future__ import annotations

import random

import pytest
from test_hubs import NOTHING, blocked, listed
from test_people import graph_of
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.config import HubSettings
from ringfinder.hubs import find_hubs
from ringfinder.model import Hub, Run
from ringfinder.page.about import about_html


def callers(people: int, phone: str = "phone:+8615400000001", relation: str = "complained_from"):
    return [(f"debtor:B{i:03}", relation, phone) for i in range(people)]


def others(number: int, relation: str = "complained_from"):
    """Phones of one person each."""
    return [(f"debtor:S{i:04}", relation, f"phone:+86154001{i:05}") for i in range(number)]


def row(hubs, what: str, cap: str = ""):
    (found,) = [d for d in hubs.degrees if d["what"] == what and d["cap"] == cap]
    return found


def test_the_distribution_counts_people_once_and_by_their_events():
    rows = [
        *(("debtor:a", relation, "phone:1") for relation in ("uses_phone", "complained_from")),
        ("debtor:b", "filed", "complaint:k"),
        ("complaint:k", "complained_from", "phone:1"),
        ("debtor:c", "uses_phone", "phone:2"),
        ("debtor:c", "names_contact", "phone:3"),  # third parties are not shared
    ]
    phones = row(find_hubs(graph_of(*rows), NOTHING, HubSettings()), "phone")
    assert phones == {
        "what": "phone", "cap": "", "limit": 0, "things": 2, "median": 1, "p95": 2, "p99": 2, "p99_5": 2, "largest": 2,
    }  # fmt: skip


def test_percentiles_are_degrees_that_occur():
    rows = [*others(97), *callers(4, "phone:x"), *callers(6, "phone:y"), *callers(8, "phone:z")]
    phones = row(find_hubs(graph_of(*rows), NOTHING, HubSettings()), "phone")
    assert [phones[c] for c in ("things", "median", "p95", "p99", "p99_5", "largest")] == [100, 1, 1, 6, 8, 8]


def test_each_cap_has_the_things_it_is_about():
    rows = [
        *others(3, "uses_phone"),
        *callers(4, "phone:w", "uses_work_phone"),
        *callers(5, "address:h", "lives_at"),
        *((f"company:{i}", "registered_at", "address:i") for i in range(6)),
    ]
    hubs = find_hubs(graph_of(*rows), NOTHING, HubSettings(guard_cap=7))
    assert row(hubs, "own phones", "placeholder_customers")["largest"] == 1
    assert row(hubs, "work phones", "switchboard_customers")["largest"] == 4
    assert row(hubs, "registered phones and addresses", "registered_companies")["largest"] == 6
    assert row(hubs, "guarded addresses", "guard_cap")["largest"] == 5
    assert {d["limit"] for d in hubs.degrees if d["cap"] == "guard_cap"} == {7}


def test_what_very_many_share_is_told_and_still_links():
    graph = graph_of(*others(300), *callers(20))
    hubs = find_hubs(graph, NOTHING, HubSettings())
    assert listed(hubs) == [("+8615400000001", 20, "DOWNWEIGHT")]
    assert "99.5 % of all phones have at most 1;" in hubs.table[0].reason
    assert not hubs.blocked.any()


@pytest.mark.parametrize("relation", ["complained_from", "represented_by"])
def test_fewer_than_twenty_are_not_very_many(relation):
    assert find_hubs(graph_of(*others(300), *callers(19, relation=relation)), NOTHING, HubSettings()).table == ()


def test_agents_and_companies_are_not_told_as_shared_by_very_many():
    rows = [(f"debtor:S{i:03}", "represented_by", f"{k}:a{i}") for i in range(300) for k in ("agent", "company")]
    rows += [(f"debtor:B{i:03}", "represented_by", f"{kind}:big") for i in range(40) for kind in ("agent", "company")]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


def test_what_is_kept_from_linking_is_told_once():
    graph = graph_of(*others(300, "uses_phone"), *callers(20, relation="uses_phone"))
    hubs = find_hubs(graph, NOTHING, HubSettings())
    assert listed(hubs) == [("+8615400000001", 20, "EXCLUDE")]
    assert blocked(graph, hubs) == {"phone:+8615400000001"}


def test_a_home_of_more_than_the_guard_allows_is_told():
    home = callers(11, "address:h", "lives_at")
    hubs = find_hubs(graph_of(*home), NOTHING, HubSettings())
    assert listed(hubs) == [("h", 11, "GUARD")]
    assert not hubs.blocked.any()
    assert find_hubs(graph_of(*home[:10]), NOTHING, HubSettings()).table == ()
    assert listed(find_hubs(graph_of(*home[:10]), NOTHING, HubSettings(guard_cap=9))) == [("h", 10, "GUARD")]
    assert listed(find_hubs(graph_of(*home), NOTHING, HubSettings(guard_cap=0))) == [("h", 11, "GUARD")]


def test_texts_that_very_many_share_are_no_guarded_values():
    rows = [(f"debtor:B{i:03}", "filed", f"complaint:{i}") for i in range(30)]
    rows += [(f"complaint:{i}", "resembles_template", "template:t") for i in range(30)]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


def test_a_thing_with_links_of_its_own_is_not_told_as_guarded():
    rows = [*callers(11, "phone:w", "uses_work_phone"), ("debtor:x", "complained_from", "phone:w")]
    assert find_hubs(graph_of(*rows), NOTHING, HubSettings()).table == ()


def test_only_a_cap_that_the_user_set_is_noted_and_only_where_it_reaches_next_to_nothing():
    graph = graph_of(*others(300, "uses_phone"), *callers(30, "phone:+8615400000002", "uses_phone"))

    def notes(number: int) -> list[str]:
        found = find_hubs(graph, NOTHING, HubSettings(placeholder_customers=number)).notes
        return [note for note in found if "percentile" in note]

    assert notes(10) == []  # the default
    assert notes(1) == []
    (some,) = notes(30)
    assert some.startswith("[hubs] placeholder_customers = 30 lies above the 99.5th percentile of own phones")
    assert some.endswith("only the most shared ones reach it")
    assert notes(31)[0].endswith("nothing reaches it")
    few = graph_of(*others(100, "uses_phone"))
    assert find_hubs(few, NOTHING, HubSettings(placeholder_customers=31)).notes == ()


def test_the_order_of_the_rows_changes_nothing():
    rows = [*others(300), *callers(20), *callers(25, "device:d", "uses_device"), *callers(12, "address:h", "lives_at")]
    one = find_hubs(graph_of(*rows), NOTHING, HubSettings())
    random.Random(3).shuffle(rows)
    other = find_hubs(graph_of(*rows), NOTHING, HubSettings())
    assert (one.table, one.degrees, one.notes) == (other.table, other.degrees, other.notes)


def test_an_empty_graph_has_no_degrees():
    hubs = find_hubs(graph_of(), NOTHING, HubSettings())
    assert (hubs.table, hubs.degrees) == ((), ())


def test_the_degrees_go_to_run_json_and_back_and_older_runs_have_none():
    degrees = find_hubs(graph_of(*others(5)), NOTHING, HubSettings()).degrees
    run = Run(rings=(), degrees=degrees)
    assert Run.from_dict(run.to_dict()) == run
    older = run.to_dict()
    del older["degrees"]
    assert Run.from_dict(older).degrees == ()


def test_the_page_shows_the_degrees_and_what_each_treatment_means():
    degrees = find_hubs(graph_of(*others(5)), NOTHING, HubSettings()).degrees
    hubs = (Hub("phone", "1", "1", 25, "DOWNWEIGHT", "many"), Hub("phone", "2", "2", 9, "EXCLUDE", "a line"))
    html = about_html(Run(rings=(), degrees=degrees, hubs=hubs), 0)
    assert "<td>phones</td><td></td><td>5</td><td>1</td>" in html
    assert "DOWNWEIGHT: links, each link counting little" in html
    assert "EXCLUDE: kept from linking" in html
    assert "1 shared value was kept from linking" in html


def test_a_run_prints_twenty_shared_values_and_how_many_more_there_are(tmp_path):
    lines = ["客户号,姓名,手机号", *(f"C{i:02},甲{i},955{i:02}" for i in range(10, 33))]
    (tmp_path / "客户.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["run", str(tmp_path / "客户.csv"), "-o", str(tmp_path / "run")]).output
    assert said.count("kept from linking: phone 955") == 20
    assert "... and 3 more shared values" in said
