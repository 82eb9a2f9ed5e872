"""Rewritten letters are kin, honest letters about one matter are not, and a chain makes no group."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

from ringfinder.simulate.letters import own_words
from ringfinder.templates import template_groups
from ringfinder.templates.boilerplate import without_boilerplate
from ringfinder.templates.near import similarity
from ringfinder.templates.stars import star_groups
from ringfinder.templates.strip import lean_text, strip_text

CLAUSES = [
    "自去年九月工厂倒闭以来全家仅靠打散工维持生计",
    "贵行却在毫无沟通的前提下将账户打包转给外地公司",
    "该公司人员冒充街道干部上门张贴所谓限期通知",
    "老父亲因此血压骤升连夜送医至今卧床",
    "我方掌握完整通话存证并愿随时提交核验",
    "要求在七个工作日内出具书面致歉及停止计息的凭证",
    "同时撤回已经上报的全部负面信用信息",
    "倘若敷衍了事将依次向信访与纪检部门递交材料",
]
PERSONAL = [
    "我今年四十二岁在镇上卖早点",
    "孩子下个月就要参加高考了",
    "妻子怀孕八个月没有工作",
    "上个月骑车摔断了锁骨还在休养",
    "隔壁王婶可以替我证明这些情况",
    "家里的三轮车也已经卖掉抵债",
]
ENGLISH = [
    "the vehicle was handed over with a finance agreement nobody walked me through",
    "your broker pocketed a discretionary commission hidden behind the headline rate",
    "statements sent to my old flat never mentioned how that figure was calculated",
    "i now demand every penny of inflated interest back with eight percent on top",
    "any default marker must be wiped from all three agencies within fourteen days",
    "silence will be treated as deadlock and the file moves to the adjudicator",
    "copies of every recorded conversation since the contract date are to be enclosed",
    "an apology signed by a director would show that lessons have been learned",
]


def rewritten(clauses: list[str], dice: random.Random, *, stop: str, own: list[str]) -> str:
    """Two clauses fall out, two are the writer's own, and all stand in another order."""
    kept = dice.sample(clauses, len(clauses) - 2) + dice.sample(own, 2)
    dice.shuffle(kept)
    return stop.join(kept) + stop


def honest(number: int) -> list[str]:
    dice = np.random.default_rng(11)
    return [own_words(dice, float(dice.integers(1000, 90000))) for _ in range(number)]


def test_rewritten_chinese_letters_are_kin_and_not_near_identical():
    dice = random.Random(5)
    ring = [rewritten(CLAUSES, dice, stop="。", own=PERSONAL) for _ in range(10)]
    stripped = [strip_text(t) for t in ring]
    assert all(similarity(a, b)[0] < 0.90 for a, b in combinations(stripped, 2)), "the letters must be a hard case"
    found = template_groups(ring + honest(1500))
    assert (found.kin[:10] == 0).sum() >= 9
    assert (found.kin[10:] == 0).sum() == 0
    scores = found.texts["kin_score"][:10].drop_nulls()
    assert 0.4 <= scores.min() <= scores.max() <= 1.0


def test_rewritten_english_letters_are_kin():
    dice = random.Random(6)
    own = [
        "my knee operation was in spring",
        "we have twins at nursery",
        "the dog ate the first letter",
        "i drive a taxi at night",
        "my brother can confirm all of it",
    ]
    ring = [rewritten(ENGLISH, dice, stop=". ", own=own) for _ in range(8)]
    found = template_groups(ring + honest(300))
    assert (found.kin[:8] == found.kin[0]).sum() >= 7
    assert found.kin[0] >= 0


def test_the_order_of_the_clauses_does_not_matter():
    turned = "。".join(CLAUSES[4:] + CLAUSES[:4])
    found = template_groups(["。".join(CLAUSES), turned, *honest(300)])
    assert found.label[0] == found.label[1] >= 0


def test_two_shared_clauses_are_not_enough():
    a, b = "。".join([*CLAUSES[:2], *PERSONAL[:3]]), "。".join([*CLAUSES[:2], *PERSONAL[3:]])
    assert template_groups([a, b, *honest(300)]).kin[:2].tolist() == [-1, -1]


def test_clauses_that_everybody_uses_make_nobody_kin():
    dice = random.Random(2)
    everybody = [
        "。".join([*dice.sample(CLAUSES, 4), f"{chr(0x4E00 + i)}{chr(0x5000 + i)}{chr(0x6000 + i)}" * 3])
        for i in range(1500)
    ]
    assert (template_groups(everybody).kin == -1).all()
    few = template_groups(["。".join(CLAUSES[:4]) + everybody[0], "。".join(CLAUSES[:4]) + everybody[1], *honest(300)])
    assert few.kin[0] == few.kin[1] >= 0, "the same clauses are rare where few use them"


def test_honest_letters_of_the_simulation_are_almost_never_grouped():
    found = template_groups(honest(3000))
    assert (found.label >= 0).sum() == 0
    assert (found.kin >= 0).sum() <= 15  # the grammar has few clauses, so that some letters meet by chance


def test_a_kin_group_takes_the_near_identical_letters_with_it():
    dice = random.Random(8)
    base = "。".join(CLAUSES)
    again = [rewritten(CLAUSES, dice, stop="。", own=PERSONAL) for _ in range(3)]
    ring = [base, base + "1234", base.replace("九月", "五月"), *again]
    found = template_groups(ring + honest(300))
    assert found.label[:3].tolist() == [0, 0, 0]
    assert found.kin.tolist()[:3] == [0, 0, 0]
    assert (found.kin[3:6] == 0).sum() >= 2


def test_kin_can_be_left_out():
    found = template_groups(["。".join(CLAUSES), "。".join(CLAUSES[4:] + CLAUSES[:4])], kin=False)
    assert found.kin.tolist() == [-1, -1]


# ---- the guard against chains ----
def test_a_chain_is_cut():
    i, j = np.arange(0, 9), np.arange(1, 10)

    def alike(a, b):
        return abs(a - b) <= 1

    middle = star_groups(10, i, j, alike)
    for hub in np.unique(middle[middle >= 0]):
        members = np.flatnonzero(middle == hub)
        assert len(members) <= 3
        assert (abs(members - hub) <= 1).all()
    assert (middle >= 0).sum() >= 6


def test_who_resembles_half_of_the_group_stays():
    pairs = [(0, k) for k in range(1, 6)] + [(k, 6) for k in range(1, 6)] + [(0, 7)]
    known = {*pairs, *((b, a) for a, b in pairs)}

    def alike(a, b):
        return np.array([(x, y) in known for x, y in zip(a.tolist(), b.tolist(), strict=True)], dtype=bool)

    middle = star_groups(8, *np.array(pairs).T, alike)
    assert middle.tolist() == [0] * 8


def test_no_pairs_are_no_groups():
    none = np.zeros(0, dtype=np.int64)
    assert star_groups(3, none, none, lambda a, b: a == b).tolist() == [-1, -1, -1]


# ---- boilerplate ----
OPERATOR = "本中心登记如下内容供承办单位参考。{}。请承办单位在规定时限内联系来电人。并将结果录入系统后反馈"


def test_what_an_operator_writes_around_every_complaint_is_learnt():
    own = [lean_text(t) for t in honest(400) if len(t) > 60][:200]
    around = [lean_text(OPERATOR.format(t)) for t in own]
    assert len(own) == 200
    _, rest = without_boilerplate(around, ["12345"] * 200)
    assert not any("承办单位" in t or "录入系统" in t for t in rest)
    assert all(len(t) > 20 for t in rest)


def test_boilerplate_is_not_learnt_from_another_channel():
    own = [lean_text(t) for t in honest(400) if len(t) > 60][:200]
    around = [lean_text(OPERATOR.format(t)) for t in own]
    _, rest = without_boilerplate([*around, around[0]], ["12345"] * 200 + ["12378"])
    assert "承办单位" in rest[200]
    assert "承办单位" not in rest[0]


@pytest.mark.parametrize("letters", [40, 400])
def test_a_template_is_no_boilerplate_however_many_use_it(letters):
    dice = random.Random(1)
    ring = [lean_text("。".join([*CLAUSES, dice.choice(PERSONAL)])) for _ in range(letters)]
    others = [lean_text(t) for t in honest(100)]
    _, rest = without_boilerplate(ring + others, [None] * (letters + 100))
    assert all(clause in rest[0] for clause in map(lean_text, CLAUSES))


def test_operator_boilerplate_makes_no_template():
    texts = [OPERATOR.format(t) for t in honest(400)]
    found = template_groups(texts, channels=["12345"] * 400)
    assert (found.label >= 0).sum() == 0
