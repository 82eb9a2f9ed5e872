"""What would make a careless comparison fall over or accuse honest people."""

from __future__ import annotations

import random
import time

import numpy as np
import polars as pl
import pytest
from scenarios import TEMPLATE

from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.simulate.letters import Template, own_words
from ringfinder.templates import KIN_RELATION, attach_templates, template_groups
from ringfinder.templates.near import METRICS, candidate_pairs, measure, similarity, sketches
from ringfinder.templates.shingles import token_counts
from ringfinder.templates.strip import lean_text, strip_text

SAME_MATTER = [
    "厂里三月起停工,工资拖了两个月,我想把信用卡的钱分成小份慢慢还,请给个能谈的人",
    "我在的公司裁员轮到我了,房租都成问题,信用卡这边能不能宽限到找到新工作再说",
    "饭店关门以后我一直在送外卖,每月最多拿出六百块,恳请银行同意我分期,本金一分不会少",
    "孩子住院花光积蓄,又赶上单位停产,希望停掉利息让我缓一缓,手上有住院单可以寄来",
    "因为疫情生意赔了,欠卡里的钱我认,但催得太急实在拿不出,想申请每月还一点点",
]


@pytest.mark.parametrize("copies", [1, 40])
def test_five_honest_letters_about_one_matter_are_no_group(copies):
    dice = np.random.default_rng(3)
    found = template_groups(SAME_MATTER + [own_words(dice, 3000.0) for _ in range(copies)])
    assert found.label[:5].tolist() == [-1] * 5
    assert found.kin[:5].tolist() == [-1] * 5


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "1234567890" * 5, "😀" * 80, "*" * 200, "XXXX " * 60, "。，！？" * 40,
     "2026年5月6日 31,200.50元 " * 20, "\x00" * 50, "\u200b" * 90, "请回电请回电"],
)  # fmt: skip
def test_texts_that_say_nothing_are_no_group(text):
    found = template_groups([text] * 5)
    assert found.label.tolist() == [-1] * 5
    assert found.kin.tolist() == [-1] * 5


def test_masked_letters_are_compared_by_what_is_left():
    texts = [TEMPLATE.format(m, "失业", "****") for m in ("张**", "李*", "欧阳*")]
    assert template_groups(texts, ["张**", "李*", "欧阳*"]).label.tolist() == [0, 0, 0]
    american = (
        "On XX/XX/XXXX I disputed {} with XXXX but the agency kept this account open and ignored my police report."
    )
    assert template_groups([american.format(w) for w in ("{$100.00}", "{$9,500.00}")]).label.tolist() == [0, 0]


def test_emoji_scripts_and_spaces_do_not_hide_a_copy():
    letter = TEMPLATE.format("", "失业", "")
    mixed = [letter, "😡" + letter.replace(",", " 😡 "), letter.replace("。", "!!!\n"), letter.replace("60", "６０")]
    assert template_groups(mixed).label.tolist() == [0] * 4


@pytest.mark.parametrize(
    "script", ["абвгдежзиклмноп", "αβγδεζηθικλμνξο", "ابتثجحخدذرزس", "かきくけこさしすせそ", "가나다라마바사아자차"]
)
def test_other_scripts_are_compared_as_well(script):
    dice = random.Random(4)
    words = ["".join(dice.choices(script, k=6)) for _ in range(400)]
    letters = [" ".join(dice.sample(words, 30)) for _ in range(20)]
    found = template_groups([*letters, letters[0] + " " + words[0]])
    assert found.label[0] == found.label[20] == 0
    assert (found.label[1:20] == -1).all()


def test_one_text_of_a_megabyte_does_not_stop_the_run():
    dice = random.Random(1)
    long = "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(350_000))
    start = time.perf_counter()
    found = template_groups([long, long + "尾", TEMPLATE, "还钱" * 500_000, *SAME_MATTER])
    assert time.perf_counter() - start < 15
    assert found.label[:2].tolist() == [0, 0]
    assert (found.label[2:] == -1).all()


def test_ten_thousand_identical_texts_take_no_time():
    start = time.perf_counter()
    found = template_groups([TEMPLATE] * 10_000)
    assert time.perf_counter() - start < 10
    assert (found.label == 0).all()
    assert found.texts["score"].unique().to_list() == [1.0]
    assert (found.kin == -1).all()


def test_pairs_do_not_explode_when_everybody_shares_a_long_phrase():
    dice = np.random.default_rng(2)
    shared = "本中心依照规定登记来电人所述情况并转交承办单位研究办理同时提醒来电人保持电话畅通以便后续联系核实有关细节"
    own = ["".join(map(chr, dice.integers(0x4E00, 0x9000, 40))) for _ in range(4000)]
    i, _ = candidate_pairs(sketches([shared + t for t in own]).minima)
    assert len(i) <= 24 * 3 * 4000
    found = template_groups([shared + t for t in own])
    assert (found.label == -1).all()


def test_the_vectorised_metrics_are_those_of_the_plain_ones():
    dice = np.random.default_rng(5)
    letter = Template(dice, 0.3)
    written = [letter.write(dice, "甲一", 900.0) for _ in range(12)]
    texts = sorted({strip_text(w[0] if isinstance(w, tuple) else w) for w in written})
    i, j = np.triu_indices(len(texts), 1)
    found = measure(texts, sketches(texts).sets, i, j)
    for k, (a, b) in enumerate(zip(i, j, strict=True)):
        edit, contained, jaccard = similarity(texts[a], texts[b])
        assert found.edit[k] == pytest.approx(edit)
        assert found.containment[k] == pytest.approx(contained)
        assert found.jaccard[k] == pytest.approx(jaccard)


def test_no_pair_that_rf05_calls_near_identical_is_missed():
    dice = np.random.default_rng(6)
    texts = []
    for _ in range(12):
        letter = Template(dice, 0.1)
        written = [letter.write(dice, "甲一", 900.0) for _ in range(8)]
        texts += [strip_text(w[0] if isinstance(w, tuple) else w) for w in written]
    texts = sorted(set(texts))
    every = np.triu_indices(len(texts), 1)
    sketch = sketches(texts)
    wanted = {(a, b) for a, b, s in zip(*every, measure(texts, sketch.sets, *every).same, strict=True) if s}
    found = set(zip(*(x.tolist() for x in candidate_pairs(sketch.minima)), strict=True))
    assert len(wanted) > 100
    assert len(wanted - found) <= 0.02 * len(wanted)


def test_each_member_has_its_metric_and_score():
    texts = [TEMPLATE.format(*s) for s in (("甲一", "失业", "1"), ("甲二", "患病", "2"), ("甲三", "经营失败", "3"))]
    found = template_groups(
        [*texts, texts[0] + "另外我想知道为什么四月的账单里多出一笔年费和一笔从未听说过的账户管理费。"]
    )
    assert set(found.texts["metric"]) <= set(METRICS)
    assert found.texts["metric"][3] == "5-gram containment"
    assert found.texts["score"][3] >= 0.85
    assert found.texts["edit_ratio"][3] < 0.90
    assert found.similarity[0] == found.texts["edit_ratio"].min()


def test_an_accused_institution_is_taken_out_like_a_name():
    texts = ["我在甲城商业银行信用卡中心的账户", "我在乙县农村信用合作社的账户"]
    assert strip_text(texts[0], ["甲城商业银行信用卡中心"]) == strip_text(texts[1], ["乙县农村信用合作社"])


@pytest.mark.parametrize(
    ("text", "lean"),
    [
        ("本人失业,欠款31200,请停止。谢谢", "本人失业\n欠款\n请停止\n谢谢"),
        ("I don't agree; re-check my file.", "i dont agree\nre check my file"),
        ("on 3rd May 2026 I paid", "on i paid"),
        ("May I ask", "may i ask"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("甲😀乙", "甲\n乙"),
    ],
)
def test_lean_text_keeps_clauses_and_words_apart(text, lean):
    assert lean_text(text) == lean


def test_a_word_counts_like_two_characters():
    assert token_counts(["本人失业", "i dont agree", "我的credit card", "", "\n \n"]).tolist() == [4, 6, 6, 0, 0]


# ---- in the graph ----
def graph_of(texts: list[str], order: list[int]):
    links = pl.DataFrame(
        {
            "source_kind": ["debtor"] * len(order) + ["complaint"] * 2 * len(order),
            "source": [f"C{i}" for i in order] + [f"T{i}" for i in order] * 2,
            "target_kind": ["complaint"] * len(order) + ["channel"] * len(order) + ["lender"] * len(order),
            "target": [f"T{i}" for i in order] + ["12378"] * len(order) + [f"第{i % 2}商业银行" for i in order],
            "relation": ["filed"] * len(order) + ["via"] * len(order) + ["about"] * len(order),
            "date": pl.Series([None] * 3 * len(order), dtype=pl.Date),
            "file": "f.csv",
            "row": [i + 2 for i in order] * 3,
        }
    )
    nodes = pl.DataFrame({"kind": "complaint", "key": [f"T{i}" for i in order], "text": [texts[i] for i in order]})
    return graph_from_frames(nodes, links)


def family() -> list[str]:
    dice = np.random.default_rng(9)
    clauses = [own_words(dice, 1.0).rstrip("。") for _ in range(8)]
    others = ["".join(map(chr, dice.integers(0x4E00, 0x9000, 70))) for _ in range(7)]
    turned = ["。".join([*(clauses[k:] + clauses[:k])[:6], others[k]]) for k in range(7)]
    return [*turned, turned[0], *(own_words(dice, 2.0) for _ in range(60))]


def test_kin_groups_are_nodes_only_on_request_and_weaker_by_their_relation():
    texts = family()
    plain = attach_templates(graph_of(texts, list(range(len(texts)))))
    assert KIN_RELATION not in plain.relations
    graph = attach_templates(graph_of(texts, list(range(len(texts)))), kin=True)
    assert sorted(graph.links.row[graph.relation_is(KIN_RELATION)].tolist()) == list(range(2, 10))
    node = graph.nodes.filter(pl.col("text_match") == "kin").row(0, named=True)
    assert node["label"] == "kin template 1"
    assert 0.4 <= node["text_similarity"] <= 1
    members = graph.nodes.filter(pl.col("kin_score").is_not_null())
    assert members.height == 8


def test_the_graph_does_not_depend_on_the_order_of_the_rows():
    texts = family()
    wanted = attach_templates(graph_of(texts, list(range(len(texts)))), kin=True)
    for seed in range(3):
        order = random.Random(seed).sample(range(len(texts)), len(texts))
        mixed = attach_templates(graph_of(texts, order), kin=True)
        assert mixed.nodes.equals(wanted.nodes)
        assert frames_of(mixed)[1].equals(frames_of(wanted)[1])


def test_texts_stay_only_on_request_and_only_of_groups():
    texts = family()
    graph = attach_templates(graph_of(texts, list(range(len(texts)))), keep_text=True)
    kept = graph.nodes.drop_nulls("text").sort("key")
    assert kept["key"].to_list() == ["T0", "T7"]
    assert kept["text"].to_list() == [texts[0], texts[7]]
    assert "text" not in attach_templates(graph_of(texts, [0, 1, 2, 7])).nodes.columns
