"""What a ring is called: by what its debtors share and hardly anybody else uses."""

from __future__ import annotations

import dataclasses

import pytest
from cases import cases_of, complaints, rings_of

from ringfinder.privacy import Border
from ringfinder.score.naming import ring_name
from ringfinder.score.roles import ring_members

CLIENTS = [f"C{i}" for i in range(8)]
PHONE = "+8615400000901"
FIRM = [f"debtor {c} represented_by company 甲诚咨询" for c in CLIENTS]
AGENT = [f"debtor {c} represented_by agent 张某" for c in CLIENTS]
CALLS = complaints(CLIENTS, PHONE)
KEY = bytes(range(32))


def name(rows, nodes=(), key=None):
    (ring,) = rings_of(rows, nodes)
    return Border(key)._ring(ring).name


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (FIRM + AGENT + CALLS, "甲诚咨询"),
        (AGENT + CALLS, "agent 张某"),
        (CALLS, "phone …0901"),
        ([f"debtor {c} paid payee_account 6203019654025834" for c in CLIENTS], "account …5834"),
        ([f"debtor {c} uses_device device DV1" for c in CLIENTS], "device DV1"),
    ],
)
def test_the_most_telling_kind_names_it(rows, expected):
    assert name(rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"), [(FIRM + CALLS, "甲诚咨询"), (CALLS, "phone …0901"), (AGENT, "agent 张* (")]
)
def test_a_masked_run_shows_last_digits_and_surnames_only(rows, expected):
    nodes = [{"kind": "agent", "key": "张某", "label": "张某"}]
    assert name(rows, nodes, KEY).startswith(expected)
    assert "张某" not in name(rows, nodes, KEY)
    assert "15400000901" not in name(rows, nodes, KEY)


def test_a_company_of_few_of_them_does_not_name_it_and_a_weak_name_has_a_second():
    few = [f"debtor {c} represented_by company 乙诚咨询" for c in CLIENTS[:2]]
    assert name(CALLS + few) == "phone …0901"
    some = [f"debtor {c} represented_by company 乙诚咨询" for c in CLIENTS[:3]]
    assert name(CALLS + some) == "乙诚咨询, phone …0901"


def test_what_many_others_use_as_well_does_not_name_it():
    paid = [f"debtor {c} paid payee_account 6200001" for c in CLIENTS[:5]]
    device = [f"debtor {c} uses_device device DV1" for c in CLIENTS[:5]]
    (case,) = cases_of(paid + device)
    assert ring_name(case, ring_members(case)).startswith("account ")
    number = next(n for n in case.nodes if case.kind(n) == "payee_account")
    busy = dataclasses.replace(case, users={**case.users, number: 60})
    assert ring_name(busy, ring_members(busy)).startswith("device ")


def test_an_agent_with_several_phones_is_one_name():
    nodes = [{"kind": "agent", "key": f"张某@{i}", "label": "张某"} for i in range(4)]
    rows = [f"debtor {c} represented_by agent 张某@{i // 2}" for i, c in enumerate(CLIENTS)]
    assert name(rows + [f"debtor {c} paid payee_account 6200001" for c in CLIENTS], nodes) == "agent 张某"


def test_braces_in_a_label_are_no_references():
    rows = [f"debtor {c} represented_by company {{m1}}{{t2}}咨询" for c in CLIENTS]
    assert name(rows) == "{m1}{t2}咨询"
