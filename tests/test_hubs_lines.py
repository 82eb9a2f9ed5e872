"""Lines of call lists that reach everybody, second-hand numbers, and places where many get their mail."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from test_hubs import NOTHING, blocked, listed
from test_people import graph_of

from ringfinder.config import HubSettings
from ringfinder.graph_build import graph_from_frames
from ringfinder.hubs import find_hubs

LINE = "phone:+8615400000999"


def hubs_of(rows):
    graph = graph_of(*rows)
    hubs = find_hubs(graph, NOTHING, HubSettings())
    return hubs, blocked(graph, hubs)


def customers(number):
    return [(f"debtor:C{i:02}", "uses_phone", f"phone:+86159{i:08}") for i in range(number)]


def calls(number, first=0):
    return [(LINE, "called", f"phone:+86159{i:08}") for i in range(first, number)]


# ---- diallers, collectors ----
@pytest.mark.parametrize(("number", "out"), [(20, True), (19, False)])
def test_a_line_in_the_call_lists_of_twenty_strangers_never_links(number, out):
    hubs, never = hubs_of(customers(25) + calls(number))
    assert (LINE in never) is out
    assert [(h.degree, "dialler" in h.reason) for h in hubs.table] == ([(20, True)] if out else [])


@pytest.mark.parametrize(("complaining", "out"), [(6, True), (7, False)])
def test_a_line_whose_customers_complain_far_more_often_than_others_is_left_to_the_model(complaining, out):
    """Twenty of a hundred customers talked with it; one in ten of all complains."""
    filed = [(f"debtor:C{i:02}", "filed", f"complaint:T{i}") for i in range(complaining)]
    filed += [(f"debtor:C{i:02}", "filed", f"complaint:T{i}") for i in range(90, 100 - complaining)]
    assert len(filed) == 10
    assert (LINE in hubs_of(customers(100) + calls(20) + filed)[1]) is out


def test_calls_to_the_line_count_like_calls_from_it():
    _, never = hubs_of(customers(20) + calls(10) + [(b, "called", a) for a, _, b in calls(20, 10)])
    assert never == {LINE}


@pytest.mark.parametrize(("payers", "out"), [(5, True), (6, False)])
def test_a_line_whose_customers_share_something_else_stays(payers, out):
    paid = [(f"debtor:C{i:02}", "paid", "payee_account:x") for i in range(payers)]
    assert (LINE in hubs_of(customers(20) + calls(20) + paid)[1]) is out


def test_a_line_that_also_complained_or_represents_stays():
    beside = [("debtor:C00", "represented_by", LINE)]
    assert LINE not in hubs_of(customers(20) + calls(20) + beside)[1]


def test_a_phone_of_two_customers_tells_nobody_apart():
    twice = [("debtor:D0", "uses_phone", "phone:+8615900000000")]
    assert LINE not in hubs_of(customers(20) + calls(20) + twice)[1]


# ---- couriers ----
def outside(number):
    return [(LINE, "called", f"phone:+86158{i:08}") for i in range(number)]


@pytest.mark.parametrize(("strangers", "guarded"), [(18, True), (17, False), (3, False)])
def test_a_line_that_mostly_calls_outside_is_guarded_from_twenty_counterparts_on(strangers, guarded):
    hubs, never = hubs_of(customers(2) + calls(2) + outside(strangers))
    assert listed(hubs) == ([(LINE.removeprefix("phone:"), 2, "GUARD")] if guarded else [])
    assert (LINE in never) is guarded


@pytest.mark.parametrize(("strangers", "guarded"), [(11, True), (10, False)])
def test_half_of_the_counterparts_inside_is_enough(strangers, guarded):
    assert (LINE in hubs_of(customers(10) + calls(10) + outside(strangers))[1]) is guarded


def test_an_outside_line_links_if_two_of_its_people_share_a_second_family():
    paid = [(f"debtor:C{i:02}", "paid", "payee_account:x") for i in range(2)]
    hubs, never = hubs_of(customers(3) + calls(3) + outside(30) + paid)
    assert [h.treatment for h in hubs.table] == ["GUARD"]
    assert LINE not in never


# ---- second-hand numbers ----
OLD, NEW = "+8615400000111", "+8615400000222"
START = dt.date(2025, 1, 1)


def uses(*rows, names=("Zhang", "Li")):
    """Graph of (person, phone, day or None, relation) and two named people."""
    table = [
        ("debtor", who, relation, "phone", phone, None if day is None else START + dt.timedelta(days=day), "f", i + 2)
        for i, (who, phone, day, relation) in enumerate(rows)
    ]
    columns = ["source_kind", "source", "relation", "target_kind", "target", "date", "file", "row"]
    schema = dict.fromkeys(columns, pl.String) | {"date": pl.Date, "row": pl.Int32}
    people = pl.DataFrame({"kind": ["debtor"] * 2, "key": ["A", "B"], "label": list(names)})
    return graph_from_frames(people, pl.DataFrame(table, schema=schema, orient="row"))


def second_hand(*rows, **more):
    graph = uses(*rows, **more)
    return f"phone:{OLD}" in blocked(graph, find_hubs(graph, NOTHING, HubSettings()))


RECORD = "uses_record_phone"
GIVEN_UP = [("A", OLD, 0, RECORD), ("A", NEW, 50, RECORD)]


@pytest.mark.parametrize(("day", "apart"), [(140, True), (139, False)])
def test_a_number_that_was_given_up_ninety_days_before_joins_nobody(day, apart):
    assert second_hand(*GIVEN_UP, ("B", OLD, day, RECORD)) is apart


def test_a_number_that_nobody_gave_up_still_links():
    assert not second_hand(("A", OLD, 0, RECORD), ("B", OLD, 300, RECORD))
    assert not second_hand(("A", OLD, 0, RECORD), ("B", NEW, 50, RECORD), ("B", OLD, 300, RECORD))


def test_a_number_with_an_undated_use_or_one_name_still_links():
    assert not second_hand(*GIVEN_UP, ("B", OLD, 300, RECORD), ("A", OLD, None, "uses_phone"))
    assert not second_hand(*GIVEN_UP, ("B", OLD, 300, RECORD), names=("Zhang", "Zhang"))


def test_a_number_that_comes_back_to_the_first_user_still_links():
    assert not second_hand(*GIVEN_UP, ("B", OLD, 300, RECORD), ("A", OLD, 400, RECORD))


# ---- places ----
@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("x市1路2号丰巢快递柜3", "parcel locker"),
        ("x市邮政支局", "post office"),
        ("x大学3号宿舍", "school"),
        ("x工业园2栋", "industrial park"),
        ("x村村委会", "village"),
        ("x市大学路3号5单元", ""),
        ("x市学院路8号", ""),
        ("x市1路2号3单元401", ""),
    ],
)
def test_shared_delivery_points_are_told_from_two_people_on(address, known):
    def told(people):
        rows = [(f"debtor:C{i}", "lives_at", f"address:{address}") for i in range(people)]
        return [h for h in hubs_of(rows)[0].table if h.treatment == "GUARD"]

    assert told(1) == []
    assert [known in h.reason for h in told(2)] == ([True] if known else [])


# ---- devices ----
@pytest.mark.parametrize(("number", "out"), [(10, True), (9, False)])
def test_a_device_of_ten_strangers_is_a_kiosk_or_a_branch_tablet(number, out):
    _, never = hubs_of([(f"debtor:C{i}", "uses_device", "device:t1") for i in range(number)])
    assert (never == {"device:t1"}) is out
