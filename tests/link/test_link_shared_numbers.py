"""One customer number, several people: strangers are never taken for one person."""

from __future__ import annotations

from ringfinder.pipeline import find_rings

A = "客户号,姓名,手机号,放款机构\n" + "".join(f"C{i:03},张{'一二三'[i]},154000001{i:02},甲银行\n" for i in range(3))
B = "客户号,姓名,手机号,放款机构\n" + "".join(f"C{i:03},李{'一二三'[i]},154000002{i:02},乙银行\n" for i in range(3))
CALLS = "投诉编号,客户号,投诉日期,来电号码\n" + "".join(
    f"T{i},C{i:03},2026-05-0{i + 1},15400000901\n" for i in range(3)
)
MANDATES = "委托书编号,客户号,代理机构,受托人电话\n" + "".join(
    f"P{i},C{i:03},甲诚商务咨询,15400000777\n" for i in range(3)
)


def run_of(tmp_path, revealed, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return find_rings([tmp_path], revealed)


def test_customers_of_two_lenders_with_the_same_numbers_are_not_one(tmp_path, revealed):
    files = {"甲客户.csv": A, "乙客户.csv": B, "甲投诉.csv": CALLS, "乙委托.csv": MANDATES}
    result = run_of(tmp_path, revealed, files)
    assert not [r for r in result.run.rings if r.tier == "strong"]
    assert any("3 customer numbers stand for several people" in note for note in result.run.notes)
    assert result.run.issues["shared_number"] == 6
    labels = result.graph.nodes.filter(result.graph.nodes["kind"] == "debtor")["label"].to_list()
    assert {"张一", "李一"} <= set(labels)


def test_rows_that_tell_the_name_find_their_person(tmp_path, revealed):
    named = MANDATES.replace("客户号,", "客户号,委托人,")
    for i in range(3):
        named = named.replace(f"C{i:03},", f"C{i:03},李{'一二三'[i]},")
    result = run_of(tmp_path, revealed, {"甲客户.csv": A, "乙客户.csv": B, "乙委托.csv": named})
    (ring,) = result.run.rings
    assert {m.label for m in ring.members if m.role == "debtor"} == {"李一", "李二", "李三"}


def test_two_names_under_one_number_of_a_file_are_two_people(tmp_path, revealed):
    result = run_of(tmp_path, revealed, {"客户.csv": "客户号,姓名,手机号\nC1,张三,15400000101\nC1,李四,15400000102\n"})
    assert result.graph.counts()["debtor"] == 2


def test_one_person_listed_twice_stays_one(tmp_path, revealed):
    same = "客户号,姓名,手机号\nC1,张三,15400000101\nC1,张 三,15400000102\n"
    result = run_of(tmp_path, revealed, {"客户.csv": same})
    assert result.graph.counts()["debtor"] == 1
    assert not [note for note in result.run.notes if "apart" in note or "joined" in note]


def test_one_identity_number_says_that_two_spellings_are_one_person(tmp_path, revealed):
    rows = "客户号,姓名,证件号码\nC1,张三,11010519491231002X\nC1,張三丰,11010519491231002x\n"
    result = run_of(tmp_path, revealed, {"客户.csv": rows})
    assert result.graph.counts()["debtor"] == 1


def test_mandates_that_name_nobody_we_can_find_are_rejected_rows(tmp_path, revealed):
    named = "委托书编号,委托人,代理机构\nP1,张三,甲诚商务咨询\nP2,李四,甲诚商务咨询\n"
    result = run_of(tmp_path, revealed, {"客户.csv": A, "委托.csv": named})
    (powers,) = [i for i in result.run.inputs if i.table == "powers_of_attorney"]
    assert (powers.rows, powers.rejected) == (2, 2)
    assert result.run.issues["missing_key"] == 2
