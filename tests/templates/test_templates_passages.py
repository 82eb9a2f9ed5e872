"""Shared passages are found in any order, their places are right, and long texts take no time."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.templates import passages

FIRST, SECOND = "贵行委托的催收人员多次致电并言语威胁", "现要求立即停止催收并减免全部利息"


def shown(a: str, b: str, **options: int) -> list[tuple[str, str]]:
    return [(a[i:j], b[k:m]) for i, j, k, m in passages(a, b, **options)]


def test_a_letter_whose_sentences_changed_places():
    a, b = f"本人甲一。{FIRST}。{SECOND}。", f"{SECOND},乙二敬上。{FIRST}!"
    assert shown(a, b) == [(FIRST, FIRST), (SECOND, SECOND)]


def test_places_are_those_of_the_raw_text():
    a, b = f"  12{FIRST}", f"甲{FIRST}乙"
    assert passages(a, b) == [(4, 4 + len(FIRST), 1, 1 + len(FIRST))]


@pytest.mark.parametrize(("a", "b"), [("", ""), ("", FIRST), (FIRST, SECOND), ("abc", "abc"), ("      ", "      ")])
def test_nothing_in_common(a, b):
    assert passages(a, b) == []


def test_letter_case_does_not_matter():
    assert shown("I DEMAND a refund", "we demand A REFUND") == [("DEMAND a refund", "demand A REFUND")]


def test_a_sentence_that_one_letter_repeats_is_matched_once():
    assert len(passages(FIRST + "。" + FIRST, FIRST)) == 1


def test_emoji_and_letters_that_grow_when_lowered_keep_places():
    a, b = "İİ😀" + FIRST, "😀" + FIRST
    assert passages(a, b) == [(3, 3 + len(FIRST), 1, 1 + len(FIRST))]


@settings(deadline=None, max_examples=200)
@given(st.text("ab 甲乙。", max_size=60), st.text("ab 甲乙。", max_size=60), st.integers(1, 6))
def test_spans_are_equal_long_enough_and_used_once(a, b, shortest):
    used_a: set[int] = set()
    used_b: set[int] = set()
    for i, j, k, m in passages(a, b, shortest):
        assert a[i:j].lower() == b[k:m].lower()
        assert j - i >= shortest
        assert not used_a & set(range(i, j))
        assert not used_b & set(range(k, m))
        used_a |= set(range(i, j))
        used_b |= set(range(k, m))


@pytest.mark.parametrize("text", ["甲" * 30_000, "甲乙丙" * 10_000, "还钱。" * 10_000])
def test_long_and_repetitive_texts_take_no_time(text):
    other = text[5:] + "".join(random.Random(1).choices("丁戊己庚", k=5000))
    start = time.perf_counter()
    assert passages(text, other)
    assert time.perf_counter() - start < 5
