"""Near-identical complaint texts are grouped, honest letters are not, and no pair is missed by the shortcut."""

from __future__ import annotations

import random
import time
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from scenarios import TEMPLATE

from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.templates import attach_templates, strip_text, template_groups
from ringfinder.templates.near import similarity

SLOTS = [
    ("甲一", "失业", "31200"),
    ("甲二", "患病", "18850.50"),
    ("甲三", "经营失败", "76000"),
    ("甲四", "失业", "42310"),
    ("甲五", "家人住院", "9800"),
]
S1 = [TEMPLATE.format(*slots) for slots in SLOTS]
NAMES = [name for name, _, _ in SLOTS]
HONEST = [
    "希望贵行重新核对我三月份的账单并寄送纸质对账单到新的通讯地址谢谢",
    "外包公司晚上十点半打单位电话，要求查录音并道歉，钱会慢慢还",
    "我的信用卡在四月被盗刷两笔，已经报警，请先停止计息并把调查结果书面告诉我",
    "工厂停工三个月，我申请延期还款，客服一直没有回电话，请给我一个能办理的联系人",
]
ENGLISH = (
    "I am {} and I was sold a credit agreement with a commission that was never disclosed to me. I require you to "
    "refund all {} in interest and to remove every adverse entry from my credit file, or this goes to the ombudsman."
)


def groups(texts, names=None):
    return template_groups(texts, names or [None] * len(texts))


# ---- stripping ----
@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("本人甲一因失业", ("甲一",), "本人因失业"),
        ("欠款31,200.50元", (), "欠款"),
        ("欠款３１２００元", (), "欠款"),
        ("于2026年5月6日致电", (), "于致电"),
        ("按六十期归还，欠三万元", (), "按期归还欠元"),
        ("依据《商业银行信用卡业务监督管理办法》第70条", (), "依据第条"),
        ("I am Ada Ashe, owed £1,200 since 3/5/2026.", ("Ada Ashe",), "iamowedsince"),
        ("Al says it is legal", ("Al",), "saysitislegal"),
        ("Ａ B\tc。", (), "abc"),
        ("", (), ""),
    ],
)
def test_what_differs_between_users_of_a_template_is_stripped(text, names, left):
    assert strip_text(text, names) == left


@pytest.mark.parametrize("name", ["ADA ASHE", " Ada Ashe ", "Ａda Ashe"])
def test_names_are_found_however_they_are_written(name):
    assert strip_text("signed ada ashe today", (name,)) == "signedtoday"


def test_letters_of_one_name_are_no_name():
    assert strip_text("甲说甲", ("甲",)) == "甲说甲"


# ---- groups ----
def test_the_five_letters_of_s1_are_one_group_with_all_pairs_alike():
    found = groups(S1 + HONEST, NAMES + [None] * len(HONEST))
    assert found.label.tolist() == [0] * 5 + [-1] * len(HONEST)
    assert found.similarity[0] >= 0.93
    stripped = [strip_text(t, (n,)) for t, n in zip(S1, NAMES, strict=True)]
    assert all(similarity(a, b)[0] >= 0.93 for a, b in combinations(stripped, 2))


def test_honest_letters_are_no_group():
    assert groups(HONEST).label.tolist() == [-1] * len(HONEST)
    assert groups(HONEST).similarity == ()


def test_english_letters_are_grouped_too():
    names = ["Ada Ashe", "Ben Birch", "Cleo Cade"]
    texts = [ENGLISH.format(n, f"£{i},200.10") for i, n in enumerate(names, 1)]
    other = "The car broke down a week after delivery, the dealer blames the lender and nobody answers my calls."
    found = groups([*texts, other], [*names, "Dev Dorn"])
    assert found.label.tolist() == [0, 0, 0, -1]
    assert found.similarity == (1.0,)


def test_a_letter_inside_a_longer_one_belongs_to_it():
    assert groups([S1[0], S1[0] + "另外我想知道为什么四月的账单里多出一笔年费。"], [None, None]).label.tolist() == [
        0,
        0,
    ]


@pytest.mark.parametrize("texts", [[], [None], [""], [None, None, ""], ["请回电", "请回电"], ["123", "456"]])
def test_empty_missing_and_short_texts_are_no_group(texts):
    found = groups(texts)
    assert found.label.tolist() == [-1] * len(texts)
    assert found.similarity == ()


def test_exact_copies_are_one_group():
    assert groups([HONEST[0], None, HONEST[0]]).label.tolist() == [0, -1, 0]


def test_groups_are_numbered_by_size_whatever_the_order():
    texts = S1[:2] + [HONEST[0]] * 4 + [HONEST[1]]
    wanted = dict(zip(texts, groups(texts).label.tolist(), strict=True))
    assert wanted[HONEST[0]] == 0
    assert wanted[S1[0]] == wanted[S1[1]] == 1
    for seed in range(5):
        mixed = random.Random(seed).sample(texts, len(texts))
        found = groups(mixed)
        assert dict(zip(mixed, found.label.tolist(), strict=True)) == wanted
        assert found.similarity == groups(texts).similarity


def test_two_thousand_honest_letters_take_seconds_and_give_no_group():
    dice = random.Random(7)
    characters = [chr(c) for c in range(0x4E00, 0x5E00)]
    words = ["".join(dice.sample(characters, 2)) for _ in range(3000)]
    texts = ["".join(dice.sample(words, 40)) for _ in range(2000)]
    start = time.perf_counter()
    found = groups([*texts, *S1], [None] * 2000 + NAMES)
    assert time.perf_counter() - start < 10
    assert (found.label[:2000] == -1).all()
    assert found.label[2000:].tolist() == [0] * 5


# ---- in the graph ----
def letters(texts: list[str | None], order: list[int]):
    rows = [i for i in order if texts[i] is not None]
    links = pl.DataFrame(
        {
            "source_kind": "debtor",
            "source": [f"C{i}" for i in rows],
            "target_kind": "complaint",
            "target": [f"T{i}" for i in rows],
            "relation": "filed",
            "date": pl.Series([None] * len(rows), dtype=pl.Date),
            "file": "f.csv",
            "row": [i + 2 for i in rows],
        }
    )
    nodes = pl.DataFrame({"kind": "complaint", "key": [f"T{i}" for i in rows], "text": [texts[i] for i in rows]})
    return graph_from_frames(nodes, links)


def test_a_template_node_joins_the_complaints_with_their_rows_and_the_texts_are_gone():
    texts = [*S1, *HONEST]
    graph = attach_templates(letters(texts, list(range(len(texts)))))
    assert "text" not in graph.nodes.columns
    assert graph.counts()["template"] == 1
    used = graph.relation_is("uses_template")
    assert sorted(graph.links.row[used].tolist()) == [2, 3, 4, 5, 6]
    node = graph.nodes.filter(pl.col("kind") == "template").row(0, named=True)
    assert node["label"] == "template 1"
    assert node["text_similarity"] >= 0.90


def test_templates_do_not_depend_on_the_order_of_the_rows():
    texts = [*S1, *HONEST, *HONEST[:2]]
    wanted = attach_templates(letters(texts, list(range(len(texts)))))
    mixed = attach_templates(letters(texts, random.Random(3).sample(range(len(texts)), len(texts))))
    assert mixed.nodes.equals(wanted.nodes)
    assert np.array_equal(mixed.links.target, wanted.links.target)


def test_a_graph_without_texts_stays_as_it_is():
    graph = letters(list(HONEST), [0, 1])
    bare = graph_from_frames(graph.nodes.drop("text"), frames_of(graph)[1])
    assert attach_templates(bare) is bare
    assert attach_templates(graph).counts() == {"complaint": 2, "debtor": 2}
