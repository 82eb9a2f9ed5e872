"""Dates, amounts, names and addresses in the wordings of forms, letters and accounting systems."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from spellings import seeded

from ringfinder.normalise import (
    Options,
    normalise_address,
    normalise_cell,
    normalise_column,
    normalise_date,
    normalise_money,
    normalise_name,
)
from ringfinder.normalise.numerals import chinese_number

DIGITS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def in_words(number, digits, ten, hundred, thousand):
    """A number below 10,000 in Chinese characters, written independently of the rule."""
    text, pending = "", False
    for power, unit in ((3, thousand), (2, hundred), (1, ten), (0, "")):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if pending else "") + digits[digit] + unit
            pending = False
        elif text:
            pending = True
    return text


def day_spellings(day):
    y, m, d = day.year, day.month, day.day
    han = "".join("〇一二三四五六七八九"[int(c)] for c in str(y))
    month, number = (in_words(n, DIGITS, "十", "百", "千").removeprefix("一" if 10 <= n < 20 else "") for n in (m, d))
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return [
        f"{y}/{m}/{d}",
        f"{y}-{m:02}-{d:02}",
        f"{y}.{m}.{d}",
        f"{y}{m:02}{d:02}",
        f"{y}{m:02}{d:02}.0",
        f"{y}年{m}月{d}日",
        f"{y}年{m:02}月{d:02}号",
        f"{y} 年 {m} 月 {d} 日",
        f"{y}—{m}—{d}",
        f"{y}、{m}、{d}",
        f"{y},{m},{d}",
        f"{y} {m:02} {d:02}",
        f"{y}\\{m}\\{d}",
        f"{han}年{month}月{number}日",
        f"{y}年{month}月{number}日",
        f"{d} {names[m - 1]} {y}",
        f"{d:02}-{names[m - 1]}-{y}",
        f"{names[m - 1]} {d}, {y}",
        f"“{y}-{m}-{d}”",
        f"{y}-{m}-{d} 星期一",
        f"{y}-{m:02}-{d:02} 00:00:00",
        str((day - date(1899, 12, 30)).days),
    ]


def test_days_in_every_spelling():
    rng = seeded("days")
    for _ in range(60):
        day = date(1975, 1, 1) + timedelta(days=rng.randrange(20_000))
        found = {t: (normalise_date(t).value, normalise_date(t).extra) for t in day_spellings(day)}
        assert {t: f for t, f in found.items() if f != (day.isoformat(), "")} == {}


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2021-3-5 下午2点", "14:00:00"),
        ("2021-3-5 下午2点半", "14:30:00"),
        ("2021年3月5日上午9时", "09:00:00"),
        ("2021年3月5日9时05分", "09:05:00"),
        ("2021-3-5 凌晨1:30", "01:30:00"),
        ("2021-3-5 凌晨12:30", "00:30:00"),
        ("2021-3-5 中午12:30", "12:30:00"),
        ("2021-3-5 中午1:30", "13:30:00"),
        ("2021-3-5 晚上8:05", "20:05:00"),
        ("2021-3-5 晚上20:05", "20:05:00"),
        ("2021-3-5 夜里2:05", "02:05:00"),
        ("2021-3-5 12:05 AM", "00:05:00"),
        ("2021-3-5 12:05 PM", "12:05:00"),
        ("2021-03-05T14:03:22.123+08:00", "14:03:22"),
        ("2021-03-05 14:03:22 CST", "14:03:22"),
        ("2021.03.05 14.03.22", "14:03:22"),
        ("2021-03-05 140322", "14:03:22"),
        ("1614924202000", "14:03:22"),
        ("1614924202", "14:03:22"),
    ],
)
def test_times(text, time):
    found = normalise_date(text)
    assert (found.value, found.extra) == ("2021-03-05", time)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("2021-3-5 晚上12:00", "invalid"),
        ("1999030514", "invalid"),
        ("2021030514", "invalid"),
        ("长期", "placeholder"),
        ("1753-01-01", "placeholder"),
        ("1904-01-01", "placeholder"),
        ("二〇二一年十三月五日", "invalid"),
        ("Mar-21", "invalid"),
        ("2021-03-05至2021-04-05", "invalid"),
    ],
)
def test_no_days(text, quality):
    assert normalise_date(text)[:3] == (None, "date", quality)


def test_seconds_since_1970_are_a_guess():
    assert normalise_date("1614924202")[2:4] == ("plausible", ("epoch_seconds",))
    assert normalise_date("1614924202", Options(zone="UTC")).extra == "06:03:22"


def test_default_dates_on_the_fast_path():
    table = normalise_column("date", pl.Series(["1904-01-01", "1904-01-02", "17530101"]))
    assert table["quality"].to_list() == ["placeholder", "valid", "placeholder"]


def test_numerals():
    rng = seeded("numerals")
    for _ in range(300):
        number = rng.randrange(1, 10**4)
        for words in (in_words(number, DIGITS, *"十百千"), in_words(number, CAPITALS, *"拾佰仟")):
            assert chinese_number(words) == number, words
    assert [chinese_number(w) for w in ("一万二千", "两万", "十二", "三亿零五万", "一百万", "十万零一百")] == [
        *(12_000, 20_000, 12, 300_050_000, 1_000_000, 100_100),
    ]
    # Short forms are spoken only, and the rest are no numbers.
    assert [chinese_number(w) for w in ("一万二", "三百五", "二〇二一", "万", "", "一二", "百万")] == [None] * 7


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("壹万贰仟元整", "12000"),
        ("人民币壹万元", "10000"),
        ("壹仟贰佰叁拾肆元伍角", "1234.5"),
        ("伍佰元零伍分", "500.05"),
        ("一万两千元", "12000"),
        ("500块钱", "500"),
        ("1200-", "-1200"),
        ("−1200", "-1200"),
        ("1200元（已付）", "1200"),
        ("“1200”", "1200"),
        ("1 234.50", "1234.5"),
    ],
)
def test_amounts(text, value):
    assert normalise_money(text)[:3] == (value, "yuan", "valid")


@pytest.mark.parametrize(
    ("text", "value"), [("百分之五", "5%"), ("千分之五", "0.5%"), ("5‰", "0.5%"), ("百分之3.5", "3.5%")]
)
def test_shares(text, value):
    assert normalise_money(text)[:3] == (value, "percent", "valid")


@pytest.mark.parametrize(
    "text", ["12 34", "1 234,50", "1万2", "一万二", "1'234.50", "100港币", "5000-8000", "3000。50"]
)
def test_no_amounts(text):
    assert normalise_money(text).value is None


def test_amounts_survive_their_usual_formats():
    rng = seeded("amounts")
    for _ in range(200):
        cents = rng.randrange(1, 10**9)
        amount = Decimal(cents) / 100
        texts = [
            f"{amount:.2f}",
            f"{amount:,.2f}",
            f"￥{amount:,.2f}",
            f"{amount:.2f}元",
            f"人民币{amount:,.2f}元",
            f"RMB {amount}",
        ]
        found = {normalise_money(t).value for t in texts}
        assert len(found) == 1
        assert Decimal(found.pop() or "0") == amount


def test_an_account_number_is_no_likely_amount():
    assert normalise_money("6222021234567890128")[2:4] == ("plausible", ("too_large",))


@pytest.mark.parametrize(
    ("text", "value", "quality"),
    [
        ("张三(13912340567)", "张三", "valid"),
        ("张三 13912340567", "张三", "valid"),
        ("张三（已故）", "张三", "valid"),
        ("张三(男)", "张三", "valid"),
        ("“张三”", "张三", "valid"),
        ("张三。", "张三", "valid"),
        ("欧 阳 锋", "欧阳锋", "valid"),
        ("阿不都。买买提", "阿不都·买买提", "valid"),
        ("阿不都˙买买提", "阿不都·买买提", "valid"),
        ("阿不都 . 买买提", "阿不都·买买提", "valid"),
        ("Mr. John Smith", "John Smith", "valid"),
        ("ZHANG San", "ZHANG San", "valid"),
        ("张先生", None, "masked"),
        ("李女士", None, "masked"),
        ("张■", None, "masked"),
    ],
)
def test_names(text, value, quality):
    found = normalise_name(text)
    assert (found.value, found.quality) == (value, quality)


def test_addresses_with_label_or_postcode_agree():
    plain = normalise_address("深圳市南山区科技园路1号3栋501室")
    for text in ("地址：{}", "家庭住址: {}", "518000 {}", "邮编：518000，{}"):
        assert normalise_address(text.format("深圳市南山区科技园路一号3幢501室")) == plain


@pytest.mark.parametrize("text", ["12号", "2单元501室", "北京", "广东", "农村", "新疆"])
def test_addresses_that_name_no_place_do_not_link(text):
    (found,) = normalise_cell("address", text)
    assert not found.linkable


@pytest.mark.parametrize("text", ["2025-01-02T10:00:00+28:40", "2025-01-02T10:00:00-24:00", "2025-01-02 10:00 +99:99"])
def test_an_offset_of_a_day_or_more_is_no_time(text):
    assert [v.quality for v in normalise_cell("date", text)] == ["invalid"]
