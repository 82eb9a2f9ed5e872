"""Public texts are set aside and the rest of a letter is judged by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
import pytest
from scenarios import TEMPLATE

import ringfinder.templates
from ringfinder.graph_build import graph_from_frames
from ringfinder.templates import attach_templates, template_groups
from ringfinder.templates.library import library_of, shipped_library

FOLDER = Path(ringfinder.templates.__file__).parent
TEXTS = {e["id"]: e["text"] for e in tomllib.loads((FOLDER / "public_texts.toml").read_text("utf-8"))["text"]}
FILLED = ["甲一", "31200元", "失业", "乙信银行", "2026年5月6日"]
RING = [
    TEMPLATE.format(*slots) for slots in (("甲一", "失业", "31200"), ("甲二", "患病", "18850"), ("甲三", "停工", "900"))
]
MODEL = (
    "本会建议消费者这样写信:您好,我{slot}在{slot}购买的服务与宣传严重不符,现依法要求贵公司于十日内退还全部价款,"
    "并对由此产生的交通和误工费用一并承担,逾期本人将申请调解。"
)


def filled(text: str, shift: int) -> str:
    for k in range(text.count("{slot}")):
        text = text.replace("{slot}", FILLED[(k + shift) % len(FILLED)], 1)
    return text


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_shipped_text_is_known_again_when_filled_in(name):
    found = template_groups([filled(TEXTS[name], k) for k in range(5)])
    assert found.texts["public"].to_list() == [name] * 5
    assert found.texts["public_only"].to_list() == [True] * 5
    assert found.label.tolist() == [-1] * 5
    assert found.kin.tolist() == [-1] * 5


def test_the_shipped_texts_say_what_they_are():
    for entry in shipped_library():
        assert entry.source.startswith("generic: ")
        assert entry.date
        assert len(entry.grams) >= 25


def test_the_letter_of_s1_is_not_public():
    found = template_groups(RING)
    assert found.texts["public"].to_list() == [None] * 3
    assert found.label.tolist() == [0, 0, 0]


def test_a_public_form_with_a_ring_text_inside_is_judged_by_the_ring_text():
    form = TEXTS["zh-regulator-form"]
    texts = [form.replace("投诉事项及事实理由:{slot}", f"投诉事项及事实理由:{letter}") for letter in RING]
    own = "客服四月二日答应退还年费可是到今天都没有到账我每个礼拜都打电话问每次都说再等等我实在不想再等下去了请给准信"
    texts = [filled(t, k) for k, t in enumerate([*texts, form.replace("投诉事项及事实理由:{slot}", own), form])]
    found = template_groups(texts, ["甲一", "甲二", "甲三", None, None])
    assert found.texts["public"].to_list() == ["zh-regulator-form"] * 5
    assert found.texts["public_only"].to_list() == [False] * 4 + [True]
    assert found.label.tolist() == [0, 0, 0, -1, -1]


def test_a_users_own_library_makes_a_group_public():
    texts = [filled(MODEL, k) for k in range(6)]
    assert template_groups(texts).label.tolist() == [0] * 6
    found = template_groups(texts, library=[MODEL])
    assert found.label.tolist() == [-1] * 6
    assert found.texts["public"].to_list() == ["own 1"] * 6


def test_a_letter_that_quotes_one_sentence_of_a_public_text_is_not_public():
    text = RING[0] + "请贵行停止向与债务无关的第三人催收。"
    assert template_groups([text]).texts["public"].to_list() == [None]


@pytest.mark.parametrize("library", [[""], ["{slot}"], ["123"], ["{slot}{slot}谢谢"]])
def test_a_library_text_that_says_nothing_matches_nothing(library):
    assert library_of(library) == ()
    assert template_groups(RING, library=library).label.tolist() == [0, 0, 0]


def test_s4_letters_of_a_model_give_no_template_node_but_are_marked():
    texts = [filled(TEXTS["zh-consumer-association"], k) for k in range(5)]
    nodes = pl.DataFrame({"kind": "complaint", "key": [f"T{i}" for i in range(5)], "text": texts})
    links = pl.DataFrame(
        {
            "source_kind": "debtor",
            "source": [f"C{i}" for i in range(5)],
            "target_kind": "complaint",
            "target": [f"T{i}" for i in range(5)],
            "relation": "filed",
            "date": pl.Series([None] * 5, dtype=pl.Date),
            "file": "f.csv",
            "row": range(2, 7),
        }
    )
    graph = attach_templates(graph_from_frames(nodes, links))
    assert "template" not in graph.counts()
    marked = graph.nodes.filter(pl.col("kind") == "complaint")
    assert marked["public_text"].to_list() == ["zh-consumer-association"] * 5
    assert marked["public_only"].to_list() == [True] * 5
