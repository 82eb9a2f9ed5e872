"""Who is licensed, who sells consulting, who acts for them: by code, by name, by staff and desk phones."""

from __future__ import annotations

import numpy as np
import pytest
from cases import graph_of

from ringfinder.bodies import find_bodies, landlines

LAW = "31110000MD0123454X"
DESK, MOBILE = "+862160000001", "+8615400000901"
FIVE = [f"C{i}" for i in range(5)]


def clients(thing):
    return [f"debtor {d} represented_by {thing}" for d in FIVE]


def which(mask, graph):
    return {key for key, hit in zip(graph.nodes["key"], mask, strict=True) if hit}


def of(rows, nodes=()):
    graph = graph_of(rows, nodes)
    found = find_bodies(graph)
    masks = ("licensed", "acts_for_licensed", "consulting", "acts_for_consulting", "clients")
    return {name: which(getattr(found, name), graph) for name in masks}


def company(key, label):
    return [{"kind": "company", "key": key, "label": label}]


@pytest.mark.parametrize(
    ("key", "label", "licensed"),
    [
        (LAW, "正安", True),
        ("51110000MJ0000001X", "某某促进会", True),
        ("正安律师事务所", "正安律师事务所", True),
        ("市法律援助中心", "市法律援助中心", True),
        ("Smith Solicitors", "Smith Solicitors", True),
        ("91110101MA00TE5T21", "甲诚商务咨询", False),
        ("91110101MA00TE5T21", "甲律师事务所咨询", False),  # the code counts before the name
        ("甲诚商务咨询", "甲诚商务咨询", False),
    ],
)
def test_the_code_tells_and_else_the_name(key, label, licensed):
    rows = [row.replace(" company X", " company " + key.replace(" ", "_")) for row in clients("company X")]
    found = of(rows, company(key.replace(" ", "_"), label))
    assert found["licensed"] == ({key.replace(" ", "_")} if licensed else set())
    assert found["clients"] == (set(FIVE) if licensed else set())


@pytest.mark.parametrize(
    ("label", "sells"),
    [
        ("甲诚商务咨询", True),
        ("乙信债务优化", True),
        ("Quick Debt Help", True),
        ("甲面包房", False),
        ("咨询调解中心", False),  # named like a public body, too
    ],
)
def test_names_that_sell_consulting(label, sells):
    assert of(clients("company K"), company("K", label))["consulting"] == ({"K"} if sells else set())


def test_an_account_that_sells_consulting():
    nodes = [{"kind": "payee_account", "key": "P", "label": "甲诚商务咨询"}]
    assert of([f"debtor {d} paid payee_account P" for d in FIVE], nodes)["consulting"] == {"P"}


def test_staff_and_their_phones_act_for_a_law_firm():
    rows = [
        *clients("agent 张律师"),
        f"agent 张律师 works_for law_firm {LAW}",
        f"agent 张律师 reached_at phone {MOBILE}",
    ]
    found = of([*rows, f"law_firm {LAW} reached_at phone {DESK}"])
    assert found["acts_for_licensed"] == {LAW, "张律师", MOBILE, DESK}
    assert found["clients"] == set(FIVE)


def test_who_is_reached_at_a_law_firms_desk_acts_for_it():
    rows = [*clients("agent 李某"), f"law_firm {LAW} reached_at phone {DESK}", f"agent 李某 reached_at phone {DESK}"]
    assert of(rows)["clients"] == set(FIVE)


@pytest.mark.parametrize("nodes", [(), company("91110101MA00TE5T21", "甲诚商务咨询")])
def test_a_phone_of_a_company_and_a_law_firm_is_nobodys_desk(nodes):
    rows = [*clients("agent 李某"), f"law_firm {LAW} reached_at phone {DESK}", f"agent 李某 reached_at phone {DESK}"]
    found = of([*rows, f"company 91110101MA00TE5T21 reached_at phone {DESK}"], nodes)
    assert found["acts_for_licensed"] == {LAW}
    assert found["clients"] == set()


def test_an_agent_who_works_for_a_company_too_is_not_licensed():
    rows = [*clients("agent 张某"), f"agent 张某 works_for law_firm {LAW}", "agent 张某 works_for company 甲诚商务咨询"]
    found = of(rows)
    assert found["acts_for_licensed"] == {LAW}
    assert found["clients"] == set()


def test_staff_of_a_consulting_company_acts_for_it():
    rows = [
        *clients("agent 张某"),
        "agent 张某 works_for company 甲诚商务咨询",
        f"agent 张某 reached_at phone {MOBILE}",
    ]
    assert of(rows)["acts_for_consulting"] == {"甲诚商务咨询", "张某", MOBILE}


@pytest.mark.parametrize(("phone", "office"), [(DESK, True), (MOBILE, False)])
def test_without_any_organisation_a_desk_tells_an_office(phone, office):
    rows = [*clients("agent 张某"), f"agent 张某 reached_at phone {phone}"]
    assert of(rows)["clients"] == (set(FIVE) if office else set())
    known = [*rows, "debtor X represented_by company 甲诚商务咨询"]
    assert of(known)["clients"] == set()


def test_complaints_stand_for_their_debtor():
    rows = ["debtor C0 filed complaint T0", f"complaint T0 represented_by law_firm {LAW}"]
    assert of(rows)["clients"] == {"C0"}


@pytest.mark.parametrize(
    ("key", "landline"),
    [
        ("+861012345678", True),
        ("+862160000001", True),
        ("+8675526000000", True),
        ("+863716000000", True),
        ("+8615400000901", False),
        ("+8610123456789", False),
        ("+447700900123", False),
        ("95588", False),
    ],
)
def test_what_is_a_chinese_landline(key, landline):
    graph = graph_of([f"debtor C0 uses_phone phone {key}", f"debtor C0 uses_device device {key}"])
    assert landlines(graph).sum() == landline
    assert not landlines(graph)[graph.is_kind("device")].any()


def test_an_empty_graph_has_no_bodies():
    assert all(not np.any(getattr(find_bodies(graph_of([])), name)) for name in ("licensed", "consulting", "clients"))
