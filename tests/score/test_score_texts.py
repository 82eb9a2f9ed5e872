"""Letters side by side: which pairs are shown, what they share, and what of it is form text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ringfinder.config import PrivacySettings
from ringfinder.model import Run
from ringfinder.pipeline import find_rings, write_run

COACHED = (
    "本人{name}因失业无力偿还欠款{sum}元，贵行外包人员多次冒充法院工作人员上门恐吓，并向村委会散布本人欠款情况。"
    "现要求立即停止委外，安排总行正式员工对接，减免全部息费后按六十期归还本金，并书面道歉。"
)
FORM = (
    "投诉人姓名:{name} 证件号码: 联系电话: 通讯地址: 被投诉机构名称:某银行 被投诉业务类型:信用卡 "
    "投诉事项及事实理由:{reason} 投诉请求:{ask} 是否已向被投诉机构投诉:是 "
    "本人承诺所填写的内容真实准确,并愿意承担相应的法律责任。投诉人签名:{name} 日期:2026-05-01"
)
NAMES = ("甲一", "甲二", "甲三", "甲四", "甲五")


@pytest.fixture
def revealed(revealed):
    """What chance would give is no matter of these tests."""
    return replace(revealed, chance=replace(revealed.chance, mode="off"))


def exports(folder, letters):
    folder.mkdir(parents=True, exist_ok=True)
    customers = ["客户号,姓名,手机号,逾期天数,逾期金额"]
    complaints = ["投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉内容"]
    for i, (name, letter) in enumerate(zip(NAMES, letters, strict=False), start=1):
        customers.append(f"C{i},{name},1540000010{i},60,1000")
        complaints.append(f'T{i},C{i},12378,2026-05-0{i},15400000901,"{letter}"')
    for name, lines in (("客户", customers), ("投诉", complaints)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def ring_of(folder, letters, config):
    (ring,) = find_rings([exports(folder, letters)], config).run.rings
    return ring


def coached():
    sums = ("31200", "18850.50", "7700", "990.10", "123456")
    return [COACHED.format(name=n, sum=s) for n, s in zip(NAMES, sums, strict=True)]


def test_coached_letters_with_other_names_and_amounts_show_the_shared_passage(tmp_path, revealed):
    ring = ring_of(tmp_path, coached()[:3], revealed)
    first = ring.texts[0]
    assert (first.left_node, first.right_node) == ("complaint:T1", "complaint:T2")
    assert (first.left, first.right) == tuple(coached()[:2])
    assert (first.metric, first.value) == ("edit ratio", 1.0)
    assert [str(r) for r in first.rows] == ["投诉.csv:2", "投诉.csv:3"]
    shared = [first.left[a:b] for a, b, _, _ in first.shared]
    assert any("冒充法院工作人员上门恐吓" in s for s in shared)
    assert not any("甲一" in s or "31200" in s for s in shared)
    assert all(first.left[a:b] == first.right[c:d] for a, b, c, d in first.shared)
    assert first.neutral == ()


def test_at_most_three_pairs_of_a_template_are_shown(tmp_path, revealed):
    texts = ring_of(tmp_path, coached(), revealed).texts
    assert len(texts) == 3
    assert len({(t.left_node, t.right_node) for t in texts}) == 3


def test_letters_that_share_only_a_form_are_no_pair(tmp_path, revealed):
    own = [
        ("家中老人住院，本人请假照顾后被辞退，暂时没有收入，已多次向银行客服说明情况但没有人理会", "暂缓三个月还款"),
        (
            "银行在未告知的情况下提高了分期手续费，账单上看不到明细，打电话询问也得不到清楚的解释和书面答复",
            "退还多收的费用",
        ),
        (
            "外出务工期间换了号码，收不到账单短信，回家后才知道逾期，希望按照实际情况重新核算，不要影响贷款买房",
            "更正记录",
        ),
    ]
    letters = [FORM.format(name=n, reason=r, ask=a) for n, (r, a) in zip(NAMES, own, strict=False)]
    assert ring_of(tmp_path, letters, revealed).texts == ()


def test_a_form_around_a_coached_letter_is_marked_as_form_text(tmp_path, revealed):
    letters = [FORM.format(name=n, reason=c, ask="书面答复") for n, c in zip(NAMES, coached(), strict=True)]
    match = ring_of(tmp_path, letters, revealed).texts[0]
    neutral = [match.left[a:b] for a, b, _, _ in match.neutral]
    assert any("并愿意承担相应的法律责任" in part for part in neutral)
    assert not any("冒充法院" in part for part in neutral)
    assert all(match.left[a:b] == match.right[c:d] for a, b, c, d in match.neutral)
    inside = [any(a <= x and y <= b for a, b, _, _ in match.shared) for x, y, _, _ in match.neutral]
    assert all(inside)


def test_two_letters_of_one_household_are_no_pair(tmp_path, revealed):
    folder = exports(tmp_path, coached()[:4])
    customers = (folder / "客户.csv").read_text(encoding="utf-8").splitlines()
    homes = ["家庭住址", "A市1路1号", "A市1路1号", "A市2路2号", "A市3路3号"]
    lines = [f"{line},{home}" for line, home in zip(customers, homes, strict=True)]
    (folder / "客户.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (ring,) = find_rings([folder], revealed).run.rings
    assert ring.texts
    assert ("complaint:T1", "complaint:T2") not in {(t.left_node, t.right_node) for t in ring.texts}


def test_the_pairs_go_with_their_rows(tmp_path, revealed):
    ring = ring_of(tmp_path / "whole", coached()[:4], revealed)
    rows = {r.row for t in ring.texts for r in t.rows}
    kept = [text if n not in rows else "" for n, text in enumerate(coached()[:4], start=2)]
    assert ring_of(tmp_path / "less", kept, revealed).texts == ()


@pytest.mark.parametrize("words", ["冒充法院", "31200", "甲一"])
def test_a_masked_run_holds_no_word_of_a_letter(tmp_path, revealed, words):
    masked = replace(revealed, privacy=PrivacySettings())
    result = find_rings([exports(tmp_path / "in", coached())], masked)
    folder = write_run(tmp_path / "run", result)
    (ring,) = result.run.rings
    assert len(ring.texts) == 3
    assert {(t.left, t.right, t.shared, t.neutral) for t in ring.texts} == {("", "", (), ())}
    for file in (p for p in folder.rglob("*") if p.is_file()):
        assert words.encode() not in file.read_bytes()


def test_the_reason_names_metric_and_score(tmp_path, revealed):
    (text,) = [e for e in ring_of(tmp_path, coached()[:3], revealed).evidence if e.signal == "RF05"]
    assert text.sentence.endswith("(to the group's middle text: edit ratio at least 1.00)")


def test_a_run_with_texts_steps_and_figures_survives_json(tmp_path, revealed):
    run = find_rings([exports(tmp_path, coached())], revealed).run
    assert run.rings[0].texts
    assert run.rings[0].ledger
    assert run.rings[0].playbook
    again = Run.from_dict(json.loads(run.to_json()))
    for name in ("texts", "ledger", "playbook"):
        assert getattr(again.rings[0], name) == getattr(run.rings[0], name)
