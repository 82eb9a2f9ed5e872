"""Customer numbers of another shape than the rest, on one row of all tables."""

from __future__ import annotations

import pytest
from link_case import counts, linked, links, nodes, reasons

PEOPLE = "".join(f"C{i:05},,1540000{i:04},\n" for i in range(2000, 2120))
HEADER = "客户号,身份证号,手机号,姓名\n"


def _found(tmp_path, customers, powers=""):
    files = {"客户.csv": HEADER + PEOPLE + customers}
    if powers:
        files["委托.csv"] = "客户号,受托人电话\n" + powers
    return linked(tmp_path, files)


def test_a_damaged_number_gives_way_to_the_identity_number_and_to_name_and_phone(tmp_path):
    found = _found(tmp_path, "C0300,11010519491231002X,15400000101,甲一\nC003O,,15400000102,甲二\n")
    assert ("debtor:id 11010519491231002X", "uses_phone", "phone:+8615400000101") in links(found.graph)
    assert ("debtor:甲二 +8615400000102", "uses_phone", "phone:+8615400000102") in links(found.graph)
    assert {(122, "客户号", "damaged"), (123, "客户号", "damaged")} <= reasons(found, lost=False)
    assert any(n.startswith("2 customer numbers have another shape") for n in found.notes)


def test_a_customer_stays_one_by_a_doubtful_number_and_an_event_does_not(tmp_path):
    found = _found(tmp_path, "C0300,,15400000101,\n", "C02001,15400000901\nC0201,15400000901\n")
    assert ("debtor:C0300", "uses_phone", "phone:+8615400000101") in links(found.graph)
    assert {s for s, r, _ in links(found.graph) if r == "represented_by"} == {"debtor:C02001"}
    assert (3, "客户号", "missing_key") in reasons(found, lost=True)
    assert counts(found)[0] == (2, 1, 1) or counts(found)[1] == (2, 1, 1)


@pytest.mark.parametrize(
    ("customers", "powers"),
    [
        ("C0300,,15400000101,\n", "C0300,15400000901\n"),  # two rows give it
        ("".join(f"{i:04},,15400001{i:03},\n" for i in range(100, 160)), ""),  # a second kind of numbers
    ],
)
def test_unusual_numbers_that_are_no_accident_stay(tmp_path, customers, powers):
    found = _found(tmp_path, customers, powers)
    assert not [n for n in found.notes if "another shape" in n]
    assert {row.split(",")[0] for row in customers.split()} <= set(nodes(found.graph, "debtor"))


def test_a_small_input_or_one_without_customers_is_left_alone(tmp_path):
    found = linked(tmp_path, {"客户.csv": HEADER + "C001,,15400000101,\nC002,,15400000102,\nX9,,15400000103,\n"})
    assert set(nodes(found.graph, "debtor")) == {"C001", "C002", "X9"}
