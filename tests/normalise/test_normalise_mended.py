"""Damage that shows in the cell and can be undone or told: wrong encodings, letters for digits, sample numbers."""

import polars as pl
import pytest

from ringfinder.normalise import normalise_address, normalise_cell, normalise_column, normalise_text


def misread(text: str) -> str:
    """UTF-8 taken for GB18030, with U+FFFD for what does not fit."""
    return text.encode().decode("gb18030", "replace")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("employer", "云川诚卓建筑工程有限公司"),
        ("organisation", "甲诚商务咨询有限公司"),
        ("address", "北榆市开发区石桥花园879号楼"),
        ("text", "12378投诉热线"),
        ("name", "欧阳建国"),
    ],
)
def test_text_in_the_wrong_encoding_is_read_anew(rule, text):
    dirty = misread(text)
    assert "\ufffd" not in dirty
    assert normalise_cell(rule, dirty) == normalise_cell(rule, text)
    column = normalise_column(rule, pl.Series([dirty, text, dirty]))
    assert column["value"].n_unique() == 1


def test_where_a_byte_is_lost_the_value_is_damaged():
    dirty = misread("诚卓建筑公")
    assert "\ufffd" in dirty
    assert normalise_text(dirty).quality == "damaged"


@pytest.mark.parametrize("text", ["联通", "濮阳市华龙区", "璇玑", "鍖楁", "欧阳濮", "张三", "锟斤拷", "玥玥商行"])
def test_text_that_is_no_other_encodings_stays(text):
    assert normalise_text(text).value == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("北榆市石桥巷879号9栋l704室", "北榆市石桥巷879号9栋1704室"),
        ("金沙坪市春晖路765号3栋8O3室", "金沙坪市春晖路765号3栋803室"),
        ("青岩市枫林路l47号1OO室", "青岩市枫林路147号100室"),
        ("x市春晖路7号OK公寓3室", "x市春晖路7号ok公寓3室"),
        ("x市春晖路7号B座3室", "x市春晖路7号b栋3室"),
        ("Hall 1O", "hall1o"),
    ],
)
def test_letters_for_digits_in_an_address(text, value):
    assert normalise_address(text).value == value
    assert normalise_column("address", pl.Series([text]))["value"][0] == value


@pytest.mark.parametrize(
    ("text", "value", "quality"),
    [
        ("622202l234567890128", "6222021234567890128", "plausible"),
        ("6222O2l234567890128", "6222021234567890128", "plausible"),
        ("6222O2l234567890129", None, "damaged"),
        ("payee-10", "payee-10", "valid"),
        ("lO00000000000", None, "damaged"),
        ("lOO1000000000O", "lOO1000000000O", "valid"),  # three letters and more: a handle
    ],
)
def test_letters_for_digits_in_a_card_number_are_mended_if_the_check_digit_holds(text, value, quality):
    (found,) = normalise_cell("account", text)
    assert (found.value, found.quality) == (value, quality)
    assert normalise_column("account", pl.Series([text])).select("value", "quality").row(0) == (value, quality)


@pytest.mark.parametrize(("text", "quality"), [("13800138000", "placeholder"), ("13800138001", "valid")])
def test_a_sample_number_is_a_placeholder_in_any_column(text, quality):
    assert normalise_text(text).quality == quality
    assert normalise_column("text", pl.Series([text]))["quality"][0] == quality
