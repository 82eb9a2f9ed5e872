"""What the payments to an account look like."""

from __future__ import annotations

import pytest
from link_case import linked


def traits(tmp_path, rows):
    text = "客户号,收款人,收款账号,金额,付款日期,摘要\n" + "\n".join(rows) + "\n"
    nodes = linked(tmp_path, {"付款.csv": text}).graph.nodes
    table = nodes.filter(nodes["kind"] == "payee_account")
    names = ("paid_median", "paid_each", "paid_for_service")
    return {key: values for key, *values in table.select("key", *(n for n in names if n in table.columns)).iter_rows()}


def test_a_fee_is_large_paid_once_and_names_a_service(tmp_path):
    rows = [f"C{i},某咨询,6222021234567890128,{2000 + i},2026-05-0{i},服务费" for i in range(1, 4)]
    rows += [f"C{i},某店,6200000000000005,{10 + i},2026-05-0{d},消费" for i in range(1, 4) for d in range(1, 5)]
    found = list(traits(tmp_path, rows).values())
    assert sorted(found) == [[12.0, 4.0, 0.0], [2002.0, 1.0, 1.0]]


def test_without_amounts_nothing_is_said(tmp_path):
    text = "客户号,收款人,收款账号,付款日期\nC1,某店,6200000000000005,2026-05-01\n"
    nodes = linked(tmp_path, {"付款.csv": text}).graph.nodes
    assert "paid_median" not in nodes.columns or nodes["paid_median"].null_count() == nodes.height


@pytest.mark.parametrize("amount", ["无", "x"])
def test_amounts_that_cannot_be_read_count_for_nothing(tmp_path, amount):
    rows = [f"C{i},某咨询,6222021234567890128,{amount if i == 1 else 3000},2026-05-0{i},服务费" for i in range(1, 4)]
    ((median, each, _),) = traits(tmp_path, rows).values()
    assert (median, each) == (3000.0, 1.0)
