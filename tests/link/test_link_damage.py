"""Damage that only its column or its other rows give away: mistyped cards, an agent whose phone is lost."""

import pytest
from link_case import linked, links

from ringfinder.normalise import luhn


def cards(number):
    """Different numbers of 16 digits whose check digit holds and is not 0 (a lost 16th digit is written as 0)."""
    every = (f"6{10**13 + 7 * i}" for i in range(10 * number))
    return [c for stem in every for d in range(1, 10) if luhn(c := f"{stem}{d}")][:number]


def payees(tmp_path, accounts):
    rows = "\n".join(f"C{i},{account},2026-05-06" for i, account in enumerate(accounts))
    found = linked(tmp_path, {"payments.csv": f"客户号,收款账号,付款日期\n{rows}"})
    return found, {b.removeprefix("payee_account:") for _, r, b in links(found.graph) if r == "paid"}


def mistyped(card):
    """Another digit before the last: the check digit fails."""
    return card[:8] + str((int(card[8]) + 1) % 10) + card[9:]


@pytest.mark.parametrize(("number", "told"), [(49, True), (48, False)])
def test_a_card_number_that_fails_is_damaged_where_fifty_are_enough_to_tell(tmp_path, number, told):
    good = cards(number)
    bad = mistyped(good[0])
    found, paid = payees(tmp_path, [*good, bad])
    assert (bad in paid) is not told
    issues = found.issues.filter(reason="damaged").select("row", "column", "value").rows()
    assert issues == ([(number + 2, "收款账号", bad)] if told else [])


def test_a_number_that_two_rows_give_is_real(tmp_path):
    bad = mistyped(cards(1)[0])
    assert bad in payees(tmp_path, [*cards(60), bad, bad])[1]


@pytest.mark.parametrize(("failing", "told"), [(12, True), (13, False)])
def test_where_more_than_a_fifth_fails_the_numbers_have_no_check_digit(tmp_path, failing, told):
    good = cards(48)
    bad = [mistyped(card) for card in good[:failing]]
    assert (set(bad) & payees(tmp_path, [*good, *bad])[1] == set()) is told


POWERS = """
客户号,委托人,代理人,代理机构,代理人电话
C1,甲一,王代,甲诚商务咨询有限公司,15900000901
C2,甲二,王代,甲诚商务咨询有限公司,1.59E+10
C3,甲三,王代,乙信商务咨询有限公司,1.59E+10
"""


def agents(tmp_path, more=""):
    found = links(linked(tmp_path, {"powers.csv": POWERS + more}).graph)
    return {(a, b) for a, r, b in found if r == "represented_by" and b.startswith("agent:")}


def test_an_agent_whose_phone_is_lost_is_the_one_of_that_name_in_that_company(tmp_path):
    known = "agent:王代 @ +8615900000901"
    assert agents(tmp_path) == {
        ("debtor:C1", known), ("debtor:C2", known), ("debtor:C3", "agent:王代 @ 乙信商务咨询有限公司")
    }  # fmt: skip


def test_of_two_agents_of_one_name_in_a_company_neither_is_taken(tmp_path):
    found = agents(tmp_path, "C4,甲四,王代,甲诚商务咨询有限公司,15900000902\n")
    assert ("debtor:C2", "agent:王代 @ 甲诚商务咨询有限公司") in found
