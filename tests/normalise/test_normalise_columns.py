"""Laws: whole columns give what single cells give, normal forms stay, and no text breaks anything."""

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ringfinder.errors import ConfigError
from ringfinder.normalise import (
    LINKING,
    NORMALISERS,
    NULL_WORDS,
    QUALITIES,
    Options,
    clean_cell,
    normalise_cell,
    normalise_column,
    normalise_phone,
)

RULES = sorted(NORMALISERS)
ODD = "0123456789+-*●xX#?./年月日:号弄栋幢座单元室一二十百万元%转 　()（）'\"=E"
ODD += "张某市·\u200b\ufeff\t\n１２ＸＡaBC"
ADDRESS_PARTS = [
    *("北京市", "朝阳区", "建国路", "三里屯", "幸福镇", "详见合同", "本市", "88", "十二", "12", "单元", "xx"),
    *"号弄栋幢座楼室房某产Ab-,",
]
texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=ODD, max_size=24),
    st.text(alphabet="0123456789", max_size=20),
    st.sampled_from(sorted(NULL_WORDS)),
)
phones = st.one_of(
    st.from_regex(r"(\+86[ -]?|86|0)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}", fullmatch=True),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.builds(
        "{}{}".format,
        st.from_regex(r"1[3-9][0-9]", fullmatch=True),
        st.sampled_from(
            ["12345678", "98765432", "12121212", "23123123", "00000000", "00138000", "02345678", "17000000"]
        ),
    ),
)
dates = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda d: f"{d:%Y-%m-%d %H:%M:%S}"),
    st.dates().map(lambda d: f"{d.year:04}/{d.month}/{d.day}"),
    st.dates().map(lambda d: f"{d:%Y%m%d}"),
    st.from_regex(r"(19|20)[0-9]{2}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-9]{8}", fullmatch=True),
    st.sampled_from(["1970-01-01", "9999-12-31", "1900-01-00", "2021-03-05 00:00:00", "2021-3-5", "2099/12/31"]),
)
addresses = st.lists(
    st.sampled_from(ADDRESS_PARTS),
    max_size=9,
).map("".join)
codes = st.from_regex(r"[A-Za-z]{1,8}[-_]?[0-9]{1,9}", fullmatch=True)
firms = st.text(alphabet="甲诚商务咨询有限公司某同无空未知暂略测试没不待（）()·0123A ", min_size=1, max_size=14)
ids = st.text(alphabet="Cc0123456789xX客户.-+E *'", max_size=22)


def by_cell(rule, cells, options):
    return [
        (i, v.value, v.kind, v.quality, ";".join(v.issues), v.extra)
        for i, cell in enumerate(cells)
        for v in normalise_cell(rule, cell, options)
    ]


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=30, deadline=None)
@given(cells=st.lists(st.one_of(st.none(), texts, phones, dates, addresses, ids), max_size=12))
def test_column_equals_cells(rule, cells):
    table = normalise_column(rule, pl.Series(cells, dtype=pl.String))
    assert table.rows() == by_cell(rule, cells, Options())
    assert table.columns == ["index", "value", "kind", "quality", "issues", "extra"]
    assert table.dtypes == [pl.UInt32] + [pl.String] * 5


@pytest.mark.parametrize(
    ("rule", "strategy"),
    [
        ("phone", phones),
        ("date", dates),
        ("address", addresses),
        ("address", codes),
        ("text", ids),
        ("text", texts),
        ("account", codes),
        ("organisation", codes),
        ("organisation", firms),
    ],
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_fast_path_equals_scalar_path(rule, strategy, data):
    cells = data.draw(st.lists(strategy, min_size=5, max_size=40))
    assert normalise_column(rule, pl.Series(cells, dtype=pl.String)).rows() == by_cell(rule, cells, Options())


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=80, deadline=None)
@given(text=st.one_of(texts, phones, dates, addresses, ids), country=st.sampled_from(["CN", "GB", "US"]))
def test_normal_forms_stay(rule, text, country):
    options = Options(country=country)
    values = normalise_cell(rule, text, options)
    assert values
    for value in values:
        assert value.quality in QUALITIES
        assert (value.value is not None) == (value.quality in LINKING)
        if value.value is not None and "\n" not in value.value:
            again = normalise_cell(rule, value.value, options)
            assert [v.value for v in again] == [value.value]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_cleaning_twice_changes_nothing(text):
    assert clean_cell(clean_cell(text)) == clean_cell(text)


SPELLINGS = [
    "{0}",
    "{1} {2} {3}",
    "{1}-{2}-{3}",
    "+86 {1} {2} {3}",
    "0086-{0}",
    "86{0}",
    "0{0}",
    "'{0}",
    '="{0}"',
    "{0}.0",
    "\t{0}",
    "{4}E+10",
    "手机:{0}",
]


@settings(max_examples=50, deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_spellings_of_one_phone_agree(number):
    expected = normalise_phone(number)
    assume(expected.quality in LINKING)
    parts = (number, number[:3], number[3:7], number[7:], f"{number[0]}.{number[1:]}")
    for spelling in SPELLINGS:
        assert normalise_cell("phone", spelling.format(*parts)) == (expected,)
    full_width = number.translate({ord(str(d)): ord("０") + d for d in range(10)})
    assert normalise_phone(full_width) == expected


def test_repeated_and_listed_cells():
    cells = pl.Series(["15900000901", None, "15900000901/15900000902", "15900000901", "", "15900000901/15900000902"])
    table = normalise_column("phone", cells)
    assert table["index"].to_list() == [0, 1, 2, 2, 3, 4, 5, 5]
    assert table["value"].to_list() == [
        "+8615900000901", None, "+8615900000901", "+8615900000902", "+8615900000901", None,
        "+8615900000901", "+8615900000902",
    ]  # fmt: skip


def test_country_and_options_reach_the_rule():
    assert normalise_column("phone", pl.Series(["(202) 555-0143"]), country="US")["value"][0] == "+12025550143"
    assert (
        normalise_column("date", pl.Series(["03/05/2021"]), options=Options(day_first=True))["value"][0] == "2021-05-03"
    )


@pytest.mark.parametrize("rule", RULES)
def test_empty_column(rule):
    assert normalise_column(rule, pl.Series([], dtype=pl.String)).height == 0
    assert normalise_column(rule, pl.Series([None, None])).rows() == by_cell(rule, [None, None], Options())


def test_numbers_and_dates_become_text():
    assert normalise_column("phone", pl.Series([15900000901]))["value"].to_list() == ["+8615900000901"]
    assert normalise_column("phone", pl.Series([15900000901.0]))["value"].to_list() == ["+8615900000901"]
    days = pl.Series(["2021-03-05"]).str.to_date()
    assert normalise_column("date", days)["value"].to_list() == ["2021-03-05"]
    assert normalise_column("date", days.cast(pl.Datetime))["value"].to_list() == ["2021-03-05"]


def test_unknown_rule():
    with pytest.raises(ConfigError, match="fax"):
        normalise_column("fax", pl.Series(["1"]))
