"""Many people hurt by one thing are no ring; a ring that rides on such a wave stays a lead."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from cases import graph_of, rings_of
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.config import CalendarEntry, ScoreSettings
from ringfinder.people import event_owner, people_kind
from ringfinder.pipeline import find_rings, write_run
from ringfinder.score import Basis, common_causes
from ringfinder.store import load_run
from ringfinder.units import debtor_units

HEADER = "投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉对象,投诉内容"
FAULT = (
    "本人{}于五月三日登录贵行手机应用还款时系统显示维护中无法入账，次日却被收取逾期违约金并上报逾期记录。"
    "此系贵行系统故障所致，请退还违约金并更正逾期记录，书面说明原因。"
)
#: A ring's letter and phone: six clients who complain within the wave.
LETTER = (
    "贵行委托的第三方催收人员对{}多次实施电话轰炸和言语威胁，已构成对个人信息的侵害。现郑重要求立即停止一切催收行为，"
    "减免全部利息、违约金和本金的百分之五十，并赔偿精神损失。"
)
_WORDS = (
    "今天上班时候家里孩子老人医院学校超市邻居朋友早上下午电脑手机柜台经理账单短信排队"
    "天气路上周末旅行晚饭猫狗花草书包钥匙"
)


def own_words(i):
    """A complaint in words of its own: no two have a passage in common."""
    picks = [_WORDS[(i * 7 + k * (i % 11 + 3)) % len(_WORDS)] for k in range(24)]
    return "".join(picks) + f"第{i}号来信"


def day(i, first=dt.date(2026, 5, 4), days=9):
    return (first + dt.timedelta(days=i % days)).isoformat()


def world(
    folder, letters, *, lender="甲银行", home=None, employer="", work="", extra=(), ring=0, background=0, silent=0
):
    """Exports: one customer and one complaint for each letter, each with a phone of its own; returns the folder.

    ``ring`` clients of one agency complain in the same days, ``background`` people over the year, ``silent`` never.
    """
    folder.mkdir(parents=True, exist_ok=True)
    customers = ["客户号,姓名,手机号,单位名称,单位电话,家庭住址"]
    complaints = [HEADER]
    powers = ["委托书编号,客户号,代理机构,受托人电话,签署日期"]
    for i, letter in enumerate(letters):
        where = home(i) if home else f"K{i}市{i}路{i}号"
        customers.append(f"C{i:04},王{i}某,1540010{i:04},{employer},{work},{where}")
        complaints.append(f"T{i:04},C{i:04},12378,{day(i)},1540010{i:04},{lender},{letter}")
    for i in range(ring):
        customers.append(f"R{i:04},李{i}某,1540020{i:04},,,J{i}市{i}街{i}号")
        complaints.append(f"U{i:04},R{i:04},12378,{day(i)},15400300001,{lender},{LETTER.format(f'李{i}某')}")
        powers.append(f"P{i},R{i:04},甲诚商务咨询,15400300001,2026-05-0{1 + i % 3}")
    for i in range(background):
        customers.append(f"B{i:04},赵{i}某,1540040{i:04},,,M{i}市{i}巷{i}号")
        when = (dt.date(2026, 1, 1) + dt.timedelta(days=2 * i)).isoformat()
        complaints.append(f"V{i:04},B{i:04},12378,{when},1540040{i:04},{lender},{own_words(5000 + i)}")
    customers += [f"S{i:04},钱{i}某,1540050{i:04},,,N{i}市{i}里{i}号" for i in range(silent)]
    for name, lines in (("客户", customers), ("投诉", complaints), ("委托", powers)):
        if len(lines) > 1:
            (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def batch(tmp_path_factory, revealed):
    """Two hundred identical complaints about one real fault."""
    return find_rings(
        [world(tmp_path_factory.mktemp("batch"), [FAULT.format(f"王{i}某") for i in range(200)])], revealed
    )


def test_two_hundred_identical_complaints_are_no_ring_and_one_common_cause(batch):
    assert batch.run.rings == ()
    (cause,) = batch.run.common_causes
    assert cause.code == "M08"
    assert cause.sentence.startswith("200 complaints of 200 debtors between 2026-05-04 and 2026-05-12 are one text (")
    assert "all about 甲银行" in cause.sentence
    assert "all through 12378" in cause.sentence
    assert len(cause.rows) == 200
    assert {row.file for row in cause.rows} == {"投诉.csv"}


def test_run_and_show_tell_it(tmp_path, revealed):
    folder = world(tmp_path / "in", [FAULT.format(f"王{i}某") for i in range(30)])
    told = CliRunner().invoke(app, ["run", str(folder), "-o", str(tmp_path / "run"), "--reveal"])
    assert told.exit_code == 0
    said = [line for line in told.stderr.splitlines() if line.startswith("common cause (M08): 30 complaints")]
    assert len(said) == 1
    shown = CliRunner().invoke(app, ["show", str(tmp_path / "run"), "M08"])
    assert shown.exit_code == 0
    assert "30 complaints" in " ".join((shown.stdout + shown.stderr).split())
    (again,) = load_run(tmp_path / "run").common_causes
    assert len(again.rows) == 30


def test_a_masked_run_tells_it_without_keys(tmp_path):
    folder = world(tmp_path / "in", [own_words(i) for i in range(25)], home=lambda i: f"乙县丙乡丁村{i}号")
    result = find_rings([folder])
    write_run(tmp_path / "run", result)
    (cause,) = result.run.common_causes
    assert "丁村" not in (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
    assert cause.sentence.startswith("25 complaints of 25 debtors")


@pytest.mark.parametrize(("number", "waves"), [(20, 1), (19, 0)])
def test_a_wave_has_at_least_twenty_debtors(tmp_path, revealed, number, waves):
    run = find_rings([world(tmp_path, [FAULT.format(f"王{i}某") for i in range(number)])], revealed).run
    assert len(run.common_causes) == waves
    assert not [r for r in run.rings if r.tier == "strong"]


def test_a_lay_off_at_one_employer(tmp_path, revealed):
    letters = [own_words(i) for i in range(40)]
    folder = world(tmp_path, letters, employer="丙县电子厂", work="0755-26019000")
    run = find_rings([folder], revealed).run
    assert run.rings == ()
    (cause,) = run.common_causes
    assert "are of people who work at 丙县电子厂" in cause.sentence


def test_a_village_disaster(tmp_path, revealed):
    run = find_rings(
        [world(tmp_path, [own_words(i) for i in range(30)], home=lambda i: f"乙县丙乡丁村{i}号")], revealed
    ).run
    assert run.rings == ()
    (cause,) = run.common_causes
    assert "live in one place (乙县丙乡" in cause.sentence


def test_a_media_wave_stands_out_from_the_usual_complaints(tmp_path, revealed):
    folder = world(tmp_path, [own_words(i) for i in range(60)], background=90)
    run = find_rings([folder], revealed).run
    assert run.rings == ()
    (cause,) = run.common_causes
    assert "are about 甲银行, far more than usual" in cause.sentence
    assert 60 <= len(cause.rows) <= 75


def test_the_usual_complaints_are_no_wave(tmp_path, revealed):
    assert find_rings([world(tmp_path, [], background=90)], revealed).run.common_causes == ()


def test_a_ring_that_rides_on_the_wave_stays_a_lead(tmp_path, revealed):
    folder = world(tmp_path, [FAULT.format(f"王{i}某") for i in range(60)], ring=8, silent=600)
    run = find_rings([folder], revealed).run
    (lead,) = [r for r in run.rings if r.tier == "strong"]
    assert {m.key for m in lead.members if m.role == "debtor"} == {f"R{i:04}" for i in range(8)}
    (cause,) = run.common_causes
    assert len(cause.rows) == 60


def test_it_stays_a_lead_with_the_wave_in_the_calendar(tmp_path, revealed):
    folder = world(tmp_path, [FAULT.format(f"王{i}某") for i in range(60)], ring=8, silent=600)
    entry = CalendarEntry("系统故障", dt.date(2026, 5, 1), dt.date(2026, 5, 31), lender="甲银行", source="公告")
    run = find_rings([folder], replace(revealed, calendar=(entry,))).run
    (lead,) = [r for r in run.rings if r.tier == "strong"]
    assert "TIME" not in lead.families
    assert any(m.code == "M08" and "系统故障" in m.sentence for m in lead.mitigations)
    (cause,) = run.common_causes
    assert "(your calendar: 系统故障)" in cause.sentence


def test_a_wave_whose_people_share_an_agent_is_none(tmp_path, revealed):
    folder = world(tmp_path, [], ring=40)
    run = find_rings([folder], revealed).run
    assert run.common_causes == ()
    assert run.rings


ONE_TEXT = "debtor C{0} filed complaint T{0} 2026-05-01 + complaint T{0} uses_template template V"


def basis_of(graph):
    nobody = np.zeros(graph.n_nodes, dtype=bool)
    return Basis(debtor_units(graph), event_owner(graph), nobody, people_kind(graph), ScoreSettings())


def judged(number, others=0):
    """(graph, rings, basis): ``number`` debtors with one text, whom a paper makes one cluster with ``others``."""
    rows = [ONE_TEXT.format(i) for i in range(number)]
    rows += [f"debtor C{i} submitted document D" for i in range(number + others)]
    graph = graph_of(rows)
    return graph, rings_of(rows), basis_of(graph)


@pytest.mark.parametrize(("others", "left"), [(6, 0), (7, 1)])
def test_a_cluster_of_which_four_in_five_are_in_a_wave_is_the_wave(others, left):
    graph, rings, basis = judged(25, others)
    assert [r.tier for r in rings] == ["candidate"]
    kept, causes = common_causes(graph, rings, basis)
    assert [(r.id, r.rank) for r in kept] == [("R1", 1)] * left
    assert len(causes) == 1


def test_a_lead_is_never_taken_for_a_wave():
    graph, rings, basis = judged(25)
    lead = (replace(rings[0], tier="strong"),)
    assert common_causes(graph, lead, basis) == (lead, ())


@pytest.mark.parametrize("shared", ["phone +8615400000901", "agent 张某"])
def test_those_who_share_something_hard_are_no_part_of_a_wave(shared):
    relation = "complained_from" if shared.startswith("phone") else "represented_by"
    rows = [ONE_TEXT.format(i) for i in range(22)]
    graph = graph_of([*rows, *(f"complaint T{i} {relation} {shared}" for i in range(2))])
    (cause,) = common_causes(graph, (), basis_of(graph))[1]
    assert len(cause.rows) == 20
    graph = graph_of([*rows, *(f"complaint T{i} {relation} {shared}" for i in range(3))])
    assert common_causes(graph, (), basis_of(graph))[1] == ()


def test_the_words_do_not_depend_on_the_order_of_the_rows():
    rows = [ONE_TEXT.format(i) for i in range(25)]
    said = []
    for order in (rows, rows[::-1]):
        graph = graph_of(order)
        said.append(common_causes(graph, (), basis_of(graph))[1])
    assert said[0] == said[1]
