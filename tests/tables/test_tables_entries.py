"""``[[tables]]`` entries: which table they are about, which one wins, answers as entries, entries that mean nothing."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.config import Config
from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.tables import (
    Question,
    TableOverride,
    UnclearError,
    answered,
    check_entries,
    choice_text,
    entry_lines,
    recognise,
)
from ringfinder.tables.places import is_pattern, literal_length
from ringfinder.tables.synonyms import table_types


@pytest.mark.parametrize(
    ("entry", "name", "answer"),
    [
        ({"file": "a.csv"}, "a.csv", True),
        ({"file": "a.csv"}, "a.csv#2", False),  # without a number an entry is about the first table
        ({"file": "a.csv", "table": 1}, "a.csv", True),
        ({"file": "a.csv", "table": 2}, "a.csv#2", True),
        ({"file": "a.csv", "table": 2}, "b/a.csv#2", True),
        ({"file": "a.csv", "table": 2}, "a.csv", False),
        ({"file": "a.csv", "table": 3}, "a.csv#2", False),
        ({"file": "*.csv", "table": 2}, "a.csv#2", True),
        ({"file": "a.csv#2"}, "a.csv#2", True),
        ({"file": "book.xlsx"}, "book.xlsx#客户", True),
        ({"file": "book.xlsx"}, "book.xlsx#客户#2", False),
        ({"file": "book.xlsx", "sheet": "客户"}, "book.xlsx#客户", True),
        ({"file": "book.xlsx", "sheet": "客户"}, "book.xlsx#投诉", False),
        ({"file": "book.xlsx", "sheet": "客户*"}, "book.xlsx#客户 1", True),
        ({"file": "book.xlsx", "sheet": "客户", "table": 2}, "book.xlsx#客户#2", True),
        ({"file": "book.xlsx", "sheet": "2"}, "book.xlsx#2", True),
        ({"file": "book.xlsx", "table": 2}, "book.xlsx#2", False),
        ({"file": "book.xlsx", "sheet": "a#b"}, "book.xlsx#a#b", True),
        ({"file": "book.xlsx", "sheet": "[1]"}, "book.xlsx#[1]", True),
        ({"file": "a.csv", "sheet": "客户"}, "a.csv", False),
        ({"file": "a.csv", "sheet": "*"}, "a.csv", False),
        ({"file": "a.csv"}, "all.zip#folder/a.csv", True),
        ({"file": "a.csv", "table": 2}, "all.zip#a.csv#2", True),
        ({"file": "all.zip"}, "all.zip#a.csv", True),
        ({"file": "no#1.csv"}, "no#1.csv", True),
        ({"file": "no#1.csv", "table": 2}, "no#1.csv#2", True),
    ],
)
def test_an_entry_is_about_a_file_a_sheet_and_a_table(entry: dict[str, object], name: str, answer: bool) -> None:
    assert TableOverride.from_toml(entry).matches(name) is answer


@pytest.mark.parametrize(
    ("name", "winner"),
    [
        ("a.csv", "a.csv"),
        ("b.csv", "b*.csv"),
        ("c.csv", "*.csv"),
        ("book.xlsx#客户", "book.xlsx sheet"),
        ("book.xlsx#客户#2", "book.xlsx sheet table"),
        ("book.xlsx#客诉", "book.xlsx sheet pattern"),
        ("book.xlsx#x", "book.xlsx"),
        ("y.xlsx#x", "*"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_the_most_specific_entry_wins_wherever_it_stands(name: str, winner: str, backwards: bool) -> None:
    entries = [
        ("*", {"file": "*"}),
        ("*.csv", {"file": "*.csv"}),
        ("b*.csv", {"file": "b*.csv"}),
        ("a.csv", {"file": "a.csv"}),
        ("book.xlsx", {"file": "book.xlsx"}),
        ("book.xlsx sheet", {"file": "book.xlsx", "sheet": "客户"}),
        ("book.xlsx sheet pattern", {"file": "book.xlsx", "sheet": "客*"}),
        ("book.xlsx sheet table", {"file": "book.xlsx", "sheet": "客户", "table": 2}),
    ]
    tables = [{**entry, "ignore": [title]} for title, entry in entries]
    config = parse_config({"tables": tables[::-1] if backwards else tables})
    assert next(o for o in config.tables if o.matches(name)).ignore == (winner,)


def test_two_entries_for_one_table_are_refused() -> None:
    same = [{"file": "a.csv", "type": "mail"}, {"file": "a.csv", "table": 1, "type": "calls"}]
    with pytest.raises(ConfigError, match=r'two \[\[tables\]\] entries are about file = "a.csv", table = 1'):
        parse_config({"tables": same})
    parse_config({"tables": [{"file": "a.csv"}, {"file": "a.csv", "table": 2}, {"file": "a.csv", "sheet": "1"}]})


@pytest.mark.parametrize("table", [0, -1, True, "2", 1.5])
def test_a_table_number_counts_from_one(table: object) -> None:
    with pytest.raises(ConfigError, match="from 1 on"):
        TableOverride.from_toml({"file": "a.csv", "table": table})


def test_an_entry_that_means_no_table_is_named_with_what_there_is() -> None:
    good, bad = TableOverride(file="a.csv"), TableOverride(file="book.xlsx", sheet="客戶", table=2)
    check_entries([good], ["a.csv", "b.csv"])
    with pytest.raises(ConfigError) as caught:
        check_entries([good, bad], ["a.csv", "book.xlsx#客户"])
    assert 'file = "book.xlsx", sheet = "客戶", table = 2' in caught.value.what
    assert "a.csv" not in caught.value.what
    assert '"a.csv", "book.xlsx#客户"' in caught.value.expected


# ---- answers ----
def settle(headers: list[str], file: str, choose: str, override: TableOverride | None = None) -> TableOverride | None:
    """The entry after every question got the first, the last choice, or ``ignore``."""
    for _ in range(9):
        try:
            recognise(headers, file, override=override)
            return override
        except UnclearError as error:
            question = error.mapping.questions[0]
            choice = {"first": question.choices[0], "last": question.choices[-1]}.get(choose, choose)
            override = answered(error.mapping, question, choice, override)
    raise AssertionError("the questions never end")


UNCLEAR = [
    ["姓名", "手机号", "编号", "机构"],
    ["投诉编号", "投诉内容", "单位", "机构", "公司"],
    ["委托书编号", "委托人", "代理机构", "联系电话", "电话", "本人手机"],
    ["客户号", "姓名", "联系方式", "号码"],
    ["运单号", "电话", "联系电话"],
]


@pytest.mark.parametrize("headers", UNCLEAR)
@pytest.mark.parametrize("choose", ["first", "last", "ignore"])
@pytest.mark.parametrize("file", ["a.csv", "dir/[1] \\ä.csv", "book.xlsx#客户 *", "a.csv#2", "z.zip#b/a.csv#3"])
def test_the_lines_of_an_answer_ask_nothing_again(headers: list[str], choose: str, file: str) -> None:
    entry = settle(headers, file, choose)
    assert entry is not None
    assert entry.matches(file)
    (toml,) = tomllib.loads("\n".join(entry_lines(entry)))["tables"]
    again = TableOverride.from_toml(toml)
    assert again.matches(file)
    first, second = (recognise(headers, file, override=o) for o in (entry, again))
    assert [c.field for c in first.columns] == [c.field for c in second.columns]
    assert {c.reason for c in first.columns if c.header in entry.asked} <= {"asked"} | {
        c.reason for c in second.columns
    } - {"set in ringfinder.toml"}


def test_an_answer_takes_no_column_from_another_header() -> None:
    headers = ["委托书编号", "委托人", "代理机构", "本人手机", "电话"]
    entry = settle(headers, "a.csv", "last")
    assert entry is not None
    mapping = recognise(headers, "a.csv", override=entry)
    assert mapping.headers_of("mobile") == ("本人手机", "电话")
    with pytest.raises(UnclearError) as caught:
        recognise(headers, "a.csv")
    assert 'columns.mobile = ["本人手机", "电话"]' in str(caught.value)


@pytest.mark.parametrize(
    "entry",
    [
        {"file": "*"},
        {"file": "*.xlsx"},
        {"file": "book.xlsx"},
        {"file": "book.xlsx", "sheet": "客户"},
        {"file": "book.xlsx", "sheet": "客*"},
        {"file": "*.xlsx", "sheet": "客户", "table": 1},
        {"file": "book.xlsx#客户"},
        {"file": "book.xlsx#*"},
    ],
)
def test_an_answer_keeps_what_the_entry_said_and_wins_over_it(entry: dict[str, object]) -> None:
    headers, name = ["姓名", "手机号", "编号", "foo"], "book.xlsx#客户"
    old = TableOverride.from_toml({**entry, "columns": {"work_phone": "foo"}})
    new = settle(headers, name, "first", old)
    assert new is not None
    place = (old.file, old.sheet, old.table)
    for tables in ((old, new), (new, old)):
        kept = [o for o in tables if o is new or (o.file, o.sheet, o.table) != (new.file, new.sheet, new.table)]
        assert next(o for o in Config(tables=tuple(kept)).tables if o.matches(name)) is new, place
    mapping = recognise(headers, name, override=new)
    assert mapping.headers_of("work_phone") == ("foo",)
    assert mapping.headers_of("customer_id") == ("编号",)


def test_every_choice_that_a_person_may_be_offered_is_explained() -> None:
    for kind in table_types().values():
        assert choice_text(Question(None, ()), kind.code)
        for level in (kind.own, kind.shared, kind.compounds):
            for meaning in level.values():
                for name in meaning.fields if len(meaning.fields) > 1 else ():
                    assert choice_text(Question("x", ()), name), name


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab[]*?#/客.", max_size=12))
def test_an_escaped_name_is_no_pattern(name: str) -> None:
    import glob

    assert not is_pattern(glob.escape(name))
    assert literal_length(glob.escape(name)) == len(name)
    assert TableOverride(file=glob.escape(name)).matches(name)


def test_an_entry_says_how_its_file_is_read():
    entry = {"file": "a.csv", "encoding": "big5", "delimiter": ";"}
    override = TableOverride.from_toml(entry)
    assert (override.encoding, override.delimiter) == ("big5", ";")
    assert TableOverride.from_toml(tomllib.loads("\n".join(entry_lines(override)))["tables"][0]) == override
    with pytest.raises(ConfigError, match="a sheet has neither encoding nor delimiter"):
        TableOverride.from_toml({"file": "a.xlsx", "sheet": "S", "encoding": "big5"})
