"""One person, one debtor: joined by strong identifiers only, the rest listed for decision."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_case import link, linked, nodes, table

from ringfinder.config import Config
from ringfinder.errors import ConfigError, DataError
from ringfinder.link import DECISIONS, SameSettings, link_tables
from ringfinder.normalise import identity_check
from ringfinder.pipeline import map_tables, options_of


def number(day: int) -> str:
    """A valid identity number of an invented 19th-century birth."""
    stem = f"110101189{day % 10}0{1 + day // 10 % 9}15001"
    return stem + identity_check(stem)


A, B, C = number(1), number(2), number(3)


def told(found) -> set[tuple[str, str, str, str]]:
    """(left, right, reason code, decision) of every pair."""
    return {
        (left, right, why.split(":")[0], decision)
        for left, right, why, decision in found.decisions.select("left", "right", "why", "decision").iter_rows()
    }


def debtors(found) -> set[str]:
    return set(nodes(found.graph, "debtor"))


def chosen(raws, country="CN", **options):
    """Linked with the user's decisions or other settings."""
    config = Config(country=country)
    pairs = list(zip(raws, map_tables(raws, config), strict=True))
    return link_tables(pairs, kinds={}, relations={}, options=options_of(config), **options)


# ---- by identity number ----
def test_a_complaint_with_the_identity_number_only_is_the_customers(tmp_path):
    files = {
        "客户.csv": f"客户号,姓名,身份证号\nC1,甲一,{A}\nC2,甲二,{B}",
        "投诉.csv": f"投诉编号,身份证号,来电号码,投诉内容\nT1,{A},15400000901,甲",
    }
    found = linked(tmp_path, files)
    assert debtors(found) == {"C1", "C2"}
    assert told(found) == {("C1", f"id {A}", "same_identity_number", "merged")}
    (row,) = found.decisions.iter_rows(named=True)
    assert (row["kind"], row["file"], row["row"]) == ("debtor", "投诉.csv", 2)
    assert (row["left_file"], row["left_row"]) == ("客户.csv", 2)
    assert "1 customer was joined by identity number (same.csv)" in found.notes


def test_the_old_form_of_a_number_joins_with_a_note(tmp_path):
    files = {
        "客户.csv": "客户号,姓名,身份证号\nC1,甲一,11010519491231002X",
        "投诉.csv": "投诉编号,投诉人,身份证号,投诉内容\nT1,甲一,110105491231002,甲",
    }
    found = linked(tmp_path, files)
    assert told(found) == {("C1", "id 11010519491231002X", "same_identity_number_15", "merged")}


def test_two_accounts_of_one_person_at_one_lender_are_one_node_by_the_smallest_number(tmp_path):
    found = linked(tmp_path, {"客户.csv": f"客户号,姓名,身份证号\nC9,甲一,{A}\nC10,甲一,{A}"})
    assert debtors(found) == {"C10"}
    assert told(found) == {("C10", "C9", "two_numbers_one_identity", "merged")}


def test_clearly_different_names_under_one_identity_number_are_left_to_the_user(tmp_path):
    found = linked(tmp_path, {"客户.csv": f"客户号,姓名,身份证号\nC1,张三,{A}\nC2,李四,{A}"})
    assert debtors(found) == {"C1", "C2"}
    assert told(found) == {("C1", "C2", "different_names", "kept apart: decide")}
    assert any(note.startswith("1 pair of keys that may be one is kept apart") for note in found.notes)


@pytest.mark.parametrize("other", ["张三丰", "张 三", "张*", "*三"])
def test_a_name_that_shares_a_character_or_hides_the_rest_speaks_not_against(tmp_path, other):
    found = linked(tmp_path, {"客户.csv": f"客户号,姓名,身份证号\nC1,张三,{A}\nC2,{other},{A}"})
    assert debtors(found) == {"C1"}


def test_the_visible_part_of_a_masked_name_may_speak_against(tmp_path):
    found = linked(tmp_path, {"客户.csv": f"客户号,姓名,身份证号\nC1,丙某,{A}\nC2,丁某,{A}"})
    assert debtors(found) == {"C1", "C2"}


def test_a_former_name_is_no_other_name(tmp_path):
    found = linked(tmp_path, {"客户.csv": f"客户号,姓名,曾用名,身份证号\nC1,张三,李四,{A}\nC2,李四,,{A}"})
    assert debtors(found) == {"C1"}


def test_a_number_beside_many_names_is_an_error_and_splits_its_own_rows(tmp_path):
    names = ("张一", "张二", "张三", "张四")
    rows = "".join(f"T{i},{name},{A},甲\n" for i, name in enumerate(names))
    found = linked(tmp_path, {"投诉.csv": "投诉编号,投诉人,身份证号,投诉内容\n" + rows})
    assert debtors(found) == {f"id {A} / {name}" for name in names}
    assert {(code, decision) for *_, code, decision in told(found)} == {("many_names", "kept apart: decide")}
    assert len(told(found)) == 3


def test_a_customer_with_two_identity_numbers_joins_nobody(tmp_path):
    text = f"客户号,姓名,身份证号\nC1,张三,{A}\nC1,张三,{B}\nC2,张三,{A}\nC3,张三,{B}"
    found = linked(tmp_path, {"客户.csv": text})
    assert debtors(found) == {"C1", "C2", "C3"}
    assert {code for *_, code, _ in told(found)} == {"several_identity_numbers"}


@pytest.mark.parametrize(("name", "joined"), [("甲一", True), ("甲二", False), ("", False)])
def test_a_paper_without_a_check_digit_joins_with_the_same_name_only(tmp_path, name, joined):
    files = {
        "客户.csv": "客户号,姓名,证件号码\nC1,甲一,E12345678",
        "投诉.csv": f"投诉编号,投诉人,证件号码,投诉内容\nT1,{name},E12345678,甲",
    }
    assert (debtors(linked(tmp_path, files)) == {"C1"}) is joined


@pytest.mark.parametrize("cell", ["1101051949****002X", "110105194912310000", "1.10105E+17", "111111111111111111"])
def test_masked_damaged_and_placeholder_values_join_nobody(tmp_path, cell):
    text = f"客户号,姓名,身份证号,手机号\nC1,甲一,{cell},154****0101\nC2,甲一,{cell},154****0101"
    found = linked(tmp_path, {"客户.csv": text})
    assert debtors(found) == {"C1", "C2"}
    assert found.decisions.is_empty()


def test_complementary_masks_are_not_combined(tmp_path):
    text = "客户号,姓名,手机号,卡号\nC1,甲一,138****1234,6222********1234\nC2,甲一,1380013****,622202******1234"
    found = linked(tmp_path, {"客户.csv": text})
    assert debtors(found) == {"C1", "C2"}
    assert found.decisions.is_empty()


# ---- by lender ----
LENDERS = f"客户号,姓名,身份证号,手机号,放款机构\nC1,甲一,{A},15400000101,甲银行\nD1,甲一,{A},15400000101,乙银行"


def test_customers_of_two_lenders_are_joined_by_identity_number_unless_the_settings_forbid_it():
    columns = [line.split(",") for line in LENDERS.split("\n")]
    raw = table("客户.csv", {head: [row[i] for row in columns[1:]] for i, head in enumerate(columns[0])})
    assert debtors(chosen([raw])) == {"C1"}
    found = chosen([raw], settings=SameSettings(across_lenders=False))
    assert debtors(found) == {"C1", "D1"}
    assert {code for *_, code, _ in told(found)} == {"several_lenders", "several_people"}


def test_customers_of_two_lenders_are_not_joined_by_name_and_phone(tmp_path):
    found = linked(tmp_path, {"客户.csv": LENDERS.replace(A, "")})
    assert debtors(found) == {"C1", "D1"}
    assert told(found) == {("C1", "D1", "several_people", "kept apart: decide")}


# ---- by account, by name and phone ----
def test_the_same_card_joins_with_the_same_name_only(tmp_path):
    card = "6222021234567890128"
    text = f"客户号,姓名,卡号\nC1,甲一,{card}\nC2,甲一,6222 0212 3456 7890 128\nC3,甲二,{card}"
    found = linked(tmp_path, {"客户.csv": text})
    assert debtors(found) == {"C1", "C3"}
    assert told(found) == {("C1", "C2", "same_account_and_name", "merged")}


def test_the_account_that_a_debtor_paid_to_is_not_the_debtors_own(tmp_path):
    text = "客户号,付款人,收款人,收款账号\nC1,甲一,王五,6222021234567890128\nC2,甲一,王五,6222021234567890128"
    assert debtors(linked(tmp_path, {"付款.csv": text})) == {"C1", "C2"}


@pytest.mark.parametrize("phone", ["手机号", "来电号码"])
def test_a_complaint_with_name_and_own_phone_is_the_only_customers_of_both(tmp_path, phone):
    files = {
        "客户.csv": "客户号,姓名,手机号\nC1,甲一,15400000101\nC2,甲二,15400000102",
        "投诉.csv": f"投诉编号,投诉人,{phone},投诉内容\nT1,甲一,154 0000 0101,甲\nT2,甲一,15400000102,甲",
    }
    found = linked(tmp_path, files)
    assert debtors(found) == {"C1", "C2", "甲一 +8615400000102"}
    assert told(found) == {("C1", "甲一 +8615400000101", "same_name_and_phone", "merged")}


def test_two_customers_of_one_name_and_phone_are_left_to_the_user(tmp_path):
    files = {
        "客户.csv": "客户号,姓名,手机号\nC1,甲一,15400000101\nC2,甲一,15400000101",
        "投诉.csv": "投诉编号,投诉人,来电号码,投诉内容\nT1,甲一,15400000101,甲",
    }
    found = linked(tmp_path, files)
    assert debtors(found) == {"C1", "C2", "甲一 +8615400000101"}
    assert {code for *_, code, _ in told(found)} == {"several_people"}


def test_a_callers_phone_alone_joins_no_namesakes(tmp_path):
    text = f"投诉编号,投诉人,身份证号,来电号码,投诉内容\nT1,甲一,{A},15400000901,甲\nT2,甲一,,15400000901,甲"
    found = linked(tmp_path, {"投诉.csv": text})
    assert debtors(found) == {f"id {A}", "甲一 +8615400000901"}
    assert told(found) == {(f"id {A}", "甲一 +8615400000901", "caller_phone", "kept apart: decide")}


def test_a_phone_of_many_names_is_a_hub_and_joins_no_namesakes(tmp_path):
    rows = "".join(f"C{i},甲{c},15400000101\n" for i, c in enumerate("一二三四五六七八九十"))
    files = {
        "客户.csv": "客户号,姓名,手机号\n" + rows,
        "投诉.csv": "投诉编号,投诉人,来电号码,投诉内容\nT1,甲一,15400000101,甲",
    }
    found = linked(tmp_path, files)
    assert "甲一 +8615400000101" in debtors(found)
    assert not [pair for pair in told(found) if pair[-1] == "merged"]


def test_a_bridge_of_phones_does_not_join_two_identity_numbers(tmp_path):
    text = f"""
客户号,姓名,身份证号,手机号,预留手机号
C1,甲一,{A},15400000101,
C2,甲一,{B},15400000102,
,甲一,,15400000101,15400000102
"""
    found = linked(tmp_path, {"客户.csv": text})
    assert debtors(found) == {"C1", "C2", "甲一 +8615400000101"}
    assert {code for *_, code, _ in told(found)} == {"several_people"}


# ---- the user decides ----
def raws():
    return [
        table("客户.csv", {"客户号": ["C1", "C2", "C3"], "姓名": ["张三", "李四", "张三"], "身份证号": [A, A, B]}),
        table("投诉.csv", {"投诉编号": ["T1"], "投诉人": ["张三"], "身份证号": [B], "投诉内容": ["甲"]}),
    ]


def test_the_users_pairs_join_and_keep_apart():
    found = chosen(raws(), same=[("C2", "C1")], different=[("C3", f"id {B}")])
    assert debtors(found) == {"C1", "C3", f"id {B}"}
    assert ("C1", "C2", "decided", "merged") in told(found)
    assert ("C3", f"id {B}", "same_identity_number", "kept apart: decided") in told(found)


def test_pairs_that_the_input_has_not_are_told():
    found = chosen(raws(), same=[("C1", "C77")])
    assert any(note.startswith("1 decisions about keys") for note in found.notes)


def test_decisions_that_contradict_each_other_are_an_error():
    with pytest.raises(ConfigError, match="the same and as different"):
        chosen(raws(), same=[("C1", "C2"), ("C2", "C3")], different=[("C1", "C3")])


# ---- laws ----
def test_joining_what_was_joined_changes_nothing(tmp_path):
    text = f"客户号,姓名,身份证号\nC9,甲一,{A}\nC10,甲一,{A}\n,甲一,{A}"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    once = linked(tmp_path / "a", {"客户.csv": text})
    twice = linked(tmp_path / "b", {"客户.csv": text.replace("C9", "C10").replace("\n,", "\nC10,")})
    assert once.graph.nodes.rows() == twice.graph.nodes.rows()
    assert twice.decisions.is_empty()


KEYS = st.sampled_from([None, "C1", "C2", "C3", "C4"])
ROW = st.tuples(
    KEYS,
    st.sampled_from([None, "张三", "张三丰", "李四", "张*", "王五"]),
    st.sampled_from([None, A, B, C, "110101********0015"]),
    st.sampled_from([None, "15400000101", "15400000102", "154****0101"]),
    st.sampled_from([None, "6222021234567890128", "6200000000000005", "6222********0128"]),
)
HEADERS = ("客户号", "姓名", "身份证号", "手机号", "卡号")


def columns(rows):
    return {head: [row[i] for row in rows] for i, head in enumerate(HEADERS)}


def outcome(found):
    graph = found.graph.nodes
    return graph.select(sorted(graph.columns)).rows(), found.decisions.drop("row", "left_row").rows(), found.notes


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_laws_of_joining(rows, dice):
    try:
        found = link([table("客户.csv", columns(rows))])
    except DataError:
        return
    # the order of the rows does not matter
    mixed = dice.sample(rows, len(rows))
    assert outcome(link([table("客户.csv", columns(mixed))])) == outcome(found)
    # nobody who was joined carries two identity numbers, whatever the way round
    merged = found.decisions.filter(found.decisions["decision"] == "merged")
    ids = {}
    for key, _, number, *_ in rows:
        if key and number in (A, B, C):
            ids.setdefault(key, set()).add(number)
    groups = []
    for pair in merged.select("left", "right").iter_rows():
        touched = [g for g in groups if g & set(pair)]
        groups = [g for g in groups if g not in touched] + [set(pair).union(*touched)]
    for group in groups:
        assert len(set().union(*(ids.get(k, {k[3:21]} if k.startswith("id ") else set()) for k in group))) <= 1
        # one node is left of each group: the smallest customer number, if there is one
        numbers = {k for k in group if k in ids or k.startswith("C")}
        assert group & debtors(found) == {min(numbers or {k for k in group if k.startswith("id ")} or group)}
    # what is left apart is apart
    apart = found.decisions.filter(found.decisions["decision"] != "merged")
    same = {key: index for index, group in enumerate(groups) for key in group}
    for left, right in apart.select("left", "right").iter_rows():
        assert same.get(left, left) != same.get(right, right)
    assert found.decisions.schema == DECISIONS
