"""Vectors of sections 5.0 (cells), 5.6 (placeholder words), 5.7 (dates) and 5.8 (names, addresses, money)."""

import subprocess
import sys

import pytest

from ringfinder.errors import ConfigError
from ringfinder.normalise import (
    NORMALISERS,
    QUALITIES,
    Options,
    clean_cell,
    expand_exponent,
    is_masked,
    is_null,
    mask_pattern,
    normalise_address,
    normalise_cell,
    normalise_date,
    normalise_employer,
    normalise_money,
    normalise_name,
    normalise_text,
    split_list,
)

NULLS = [
    "",
    "无",
    "暂无",
    "没有",
    "不详",
    "未知",
    "未提供",
    "未填",
    "不清楚",
    "空",
    "略",
    "同上",
    "待补充",
    "测试",
]
NULLS += [
    "N/A",
    "NA",
    "NULL",
    "None",
    "nil",
    "-",
    "--",
    "/",
    "／",
    "\\",
    ".",
    "0",
    "00",
    "x",
    "xx",
    "?",
    "test",
]


@pytest.mark.parametrize("word", NULLS)
def test_null_words(word):
    assert clean_cell(word) == clean_cell(f" {word.upper()}\t") == ""
    for rule in set(NORMALISERS) - {"money"}:
        assert [v.quality for v in normalise_cell(rule, word)] == ["empty"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("１３８", "138"),
        ("＋", "+"),
        ("（a）", "(a)"),
        ("1＊2", "1*2"),
        ("\ufeff客户号", "客户号"),
        ("\u00a0a\u200bb\u00a0", "ab"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("\tC1\t", "C1"),
        ("a\tb", "a b"),
    ],
)
def test_clean_cell(raw, clean):
    assert clean_cell(raw) == clean


def test_cell_helpers():
    assert is_null("NULL")
    assert not is_null("C1")
    assert split_list("a、b;c；d,e，f/g|h\ni") == list("abcdefghi")
    assert split_list("154 0000 0901") == ["154 0000 0901"]
    assert mask_pattern("138-●●●●-1234") == "138****1234"
    assert is_masked("138????1234")
    assert not is_masked("11010519491231002X")
    assert (expand_exponent("1.5400000901E+10"), expand_exponent("1.54E+10"), expand_exponent("C1")) == (
        "15400000901",
        "",
        None,
    )


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("2021/3/5", "2021-03-05", ""),
        ("2021-03-05", "2021-03-05", ""),
        ("2021.3.5", "2021-03-05", ""),
        ("20210305", "2021-03-05", ""),
        ("2021年3月5日", "2021-03-05", ""),
        ("2021年3月5日 14:03", "2021-03-05", "14:03:00"),
        ("2021年3月5日 下午2:03", "2021-03-05", "14:03:00"),
        ("2021年3月5日14时03分22秒", "2021-03-05", "14:03:22"),
        ("2021-03-05T14:03:22", "2021-03-05", "14:03:22"),
        ("2021-03-05 14:03:22.000000", "2021-03-05", "14:03:22"),
        ("2021-03-05T06:03:22Z", "2021-03-05", "14:03:22"),
        ("2021-03-04T20:03:22+00:00", "2021-03-05", "04:03:22"),
        ("2021-03-05 00:00:00", "2021-03-05", ""),
        ("2021/3/5 9:03 PM", "2021-03-05", "21:03:00"),
        ("20210305140322", "2021-03-05", "14:03:22"),
        ("44260", "2021-03-05", ""),
        ("44260.0", "2021-03-05", ""),
        ("44260.58567", "2021-03-05", "14:03:22"),
        ("45351", "2024-02-29", ""),
        ("1614924202000", "2021-03-05", "14:03:22"),
        ("２０２１－０３－０５", "2021-03-05", ""),
        ("2021-03-05 星期五", "2021-03-05", ""),
        ("25/12/2021", "2021-12-25", ""),
    ],
)
def test_dates(text, day, time):
    found = normalise_date(text)
    assert (found.value, found.extra) == (day, time)
    assert found.linkable


@pytest.mark.parametrize(
    ("text", "quality", "issue"),
    [
        ("2021/13/05", "invalid", "no_such_day"),
        ("2021-02-30", "invalid", "no_such_day"),
        ("20211305", "invalid", "no_such_day"),
        ("1900-01-00", "placeholder", ""),
        ("0000-00-00", "placeholder", ""),
        ("9999-12-31", "placeholder", ""),
        ("1970-01-01", "placeholder", ""),
        ("03/05/2021", "invalid", "ambiguous"),
        ("05-Mar-21", "invalid", "two_digit_year"),
        ("21/3/5", "invalid", "two_digit_year"),
        ("2021-03-05 25:00", "invalid", "time"),
        ("2021-03-05 abc", "invalid", "time"),
        ("19999", "invalid", "format"),
        ("60001", "invalid", "format"),
        ("2.02103E+07", "damaged", "exponent"),
        ("2021-**-05", "masked", ""),
        ("1721-03-05", "invalid", "year"),
        ("2021年3月", "invalid", "format"),
    ],
)
def test_dates_refused(text, quality, issue):
    found = normalise_date(text)
    assert (found.value, found.quality, ";".join(found.issues)) == (None, quality, issue)


@pytest.mark.parametrize(
    ("text", "options", "day"),
    [
        ("42798", Options(date_1904=True), "2021-03-05"),
        ("03/05/2021", Options(day_first=True), "2021-05-03"),
        ("03/05/2021", Options(day_first=False), "2021-03-05"),
        ("25/12/2021", Options(day_first=False), None),
        ("05-Mar-21", Options(month_names=True), "2021-03-05"),
        ("5 March 2021 14:03", Options(month_names=True), "2021-03-05"),
        ("1614924202000", Options(zone="UTC"), "2021-03-05"),
    ],
)
def test_date_settings(text, options, day):
    assert normalise_date(text, options).value == day


@pytest.mark.parametrize(
    ("text", "value", "kind", "quality"),
    [
        ("1.2万", "12000", "yuan", "valid"),
        ("￥1,234.50", "1234.5", "yuan", "valid"),
        ("1,234,567元", "1234567", "yuan", "valid"),
        ("人民币500元整", "500", "yuan", "valid"),
        ("0", "0", "yuan", "valid"),
        ("0.00", "0", "yuan", "valid"),
        ("-500", "-500", "yuan", "valid"),
        ("(500.00)", "-500", "yuan", "valid"),
        ("2亿", "200000000", "yuan", "valid"),
        ("3k", "3000", "yuan", "valid"),
        ("约5000元", "5000", "yuan", "plausible"),
        ("1.2E+4", None, "yuan", "damaged"),
        ("1万2千", None, "yuan", "invalid"),
        ("1,23", None, "yuan", "invalid"),
        ("5000-8000", None, "yuan", "invalid"),
        ("100美元", None, "yuan", "invalid"),
        ("5个点", "5%", "percent", "valid"),
        ("5.50%", "5.5%", "percent", "valid"),
        ("0.05", "0.05", "yuan", "valid"),
        ("M2", None, "bucket", "invalid"),
        ("逾期3期", None, "bucket", "invalid"),
        ("逾期45天", "45", "days", "valid"),
        ("无", None, "yuan", "empty"),
        ("1***", None, "yuan", "masked"),
    ],
)
def test_money(text, value, kind, quality):
    assert normalise_money(text)[:3] == (value, kind, quality)


def test_money_details():
    assert [normalise_money(m).extra for m in ("M0", "M1", "M2", "M3+")] == ["0", "1-30", "31-60", "61-"]
    assert normalise_money("1万2千").issues == ("mixed_units",)
    assert normalise_money("£12.50", Options(country="GB"))[:3] == ("12.5", "pound", "valid")
    assert normalise_money("$1,200", Options(country="US"))[:3] == ("1200", "dollar", "valid")


@pytest.mark.parametrize(
    ("text", "value", "quality"),
    [
        ("张 三丰", "张三丰", "valid"),
        ("赵　六", "赵六", "valid"),
        ("阿不都•买买提", "阿不都·买买提", "valid"),
        ("阿不都・买买提", "阿不都·买买提", "valid"),
        ("阿不都.买买提", "阿不都·买买提", "valid"),
        ("欧阳锋先生", "欧阳锋", "valid"),
        ("赵六（本人）", "赵六", "valid"),
        ("Mary  Ann Lee", "Mary Ann Lee", "valid"),
        ("张*", None, "masked"),
        ("张**", None, "masked"),
        ("*三", None, "masked"),
        ("欧阳*", None, "masked"),
        ("张某", None, "masked"),
        ("张XX", None, "masked"),
        ("先生", None, "placeholder"),
        ("123", None, "invalid"),
        ("同上", None, "empty"),
    ],
)
def test_names(text, value, quality):
    found = normalise_name(text)
    assert (found.value, found.quality) == (value, quality)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京市朝阳区建国路88号3幢2单元501室", "北京市朝阳区 建国路88号，３栋2单元501房"),
        ("上海市延安路十二号", "上海市延安路12号"),
        ("上海市延安路100弄3号楼", "上海市延安路一百弄3栋"),
        ("深圳市南山区科技园A座", "深圳市南山区科技园a栋"),
        ("10 High Street, York", "10 high street york"),
    ],
)
def test_addresses_agree(one, other):
    assert normalise_address(one) == normalise_address(other)
    assert normalise_address(one).linkable


def test_addresses_that_differ():
    assert normalise_address("建国路12-3号").value != normalise_address("建国路123号").value


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("无", "empty"),
        ("同上", "empty"),
        ("本市", "placeholder"),
        ("详见合同", "placeholder"),
        ("XX路XX号", "placeholder"),
        ("某某小区", "placeholder"),
        ("建国路**号", "masked"),
        ("12345", "empty"),
    ],
)
def test_addresses_refused(text, quality):
    found = normalise_address(text)
    assert found.quality == ("invalid" if text == "12345" else quality)
    assert found.value is None


def test_town_alone_does_not_link():
    assert not normalise_address("广东省深圳市").linkable


@pytest.mark.parametrize("text", ["个体", "自由职业", "无业", "待业", "务农", "退休", "学生"])
def test_no_employer(text):
    assert normalise_employer(text).quality == "placeholder"


def test_employers():
    assert normalise_employer("北京 示例（集团）有限公司").value == "北京示例(集团)有限公司"
    assert normalise_employer("Example  Works Ltd").value == "example works ltd"
    assert normalise_employer("XX公司").quality == "placeholder"
    assert normalise_employer("北京**公司").quality == "masked"
    assert normalise_employer("123").quality == "invalid"


@pytest.mark.parametrize(
    ("text", "value", "quality"),
    [
        (" C-001aB ", "C-001aB", "valid"),
        ("00123", "00123", "valid"),
        ("a b", "a b", "valid"),
        ("张*", None, "masked"),
        ("C12****34", None, "masked"),
        ("2.02103E+17", None, "damaged"),
        ("#REF!", None, "damaged"),
        ("投诉内容" * 750, "投诉内容" * 750, "valid"),
        ("110105194912310000", "110105194912310000", "plausible"),
    ],
)
def test_text(text, value, quality):
    found = normalise_text(text)
    assert (found.value, found.quality) == (value, quality)


def test_unknown_rule():
    with pytest.raises(ConfigError, match="fax"):
        normalise_cell("fax", "1")


def test_phone_does_not_need_pandas():
    code = "import sys, ringfinder.normalise.phone; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_qualities():
    assert QUALITIES == ("valid", "plausible", "masked", "damaged", "placeholder", "invalid", "empty")
