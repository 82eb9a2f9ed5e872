"""``ringfinder.toml``: overrides, link tables and the starter file."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.config import Config
from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.tables import ColumnMapping, TableMapping, TableOverride, recognise, starter_config

LINKS = ["source_kind", "source", "target_kind", "target"]


def test_link_tables_have_exactly_these_headers() -> None:
    names = ["target", "extra", "weight", "source_kind", "source", "target_kind", "date", "relation"]
    mapping = recognise(names, "x.csv")
    assert mapping.table == "links"
    assert {name: mapping.headers_of(name) for name in names if name != "extra"} == {
        name: (name,) for name in names if name != "extra"
    }
    assert mapping.columns[1] == ColumnMapping("extra", None, "not a column of a link table")
    assert recognise(LINKS, "投诉.csv").table == "links"
    for wrong in (["Source_Kind", *LINKS[1:]], [*LINKS[:3], "target "], ["source kind", *LINKS[1:]]):
        assert recognise(wrong, "x.csv").table == "unknown"
    assert "exactly source_kind" in recognise([name.upper() for name in LINKS], "x.csv").reason


def test_an_override_reads_any_two_columns_as_links() -> None:
    override = TableOverride.from_toml(
        {
            "file": "people*.csv",
            "source": "person_id",
            "source_kind": "person",
            "target": "phone",
            "target_kind": "phone",
            "relation": "reached_at",
            "date": "time",
        }
    )
    mapping = recognise(["phone", "person_id", "time", "weight"], "people_1.csv", override=override)
    assert mapping.table == "links"
    assert mapping.headers_of("source") == ("person_id",)
    assert mapping.headers_of("target") == ("phone",)
    assert mapping.headers_of("date") == ("time",)
    assert mapping.headers_of("weight") == ()
    assert mapping.constant("source_kind") == "person"
    assert mapping.constant("relation") == "reached_at"
    assert mapping.constant("date") is None
    columns = {"source": "a", "target": "b", "source_kind": "k", "target_kind": "l"}
    by_columns = recognise(["a", "b", "k", "l"], "x", override=TableOverride(columns=columns))
    assert (by_columns.table, by_columns.headers_of("source_kind")) == ("links", ("k",))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (TableOverride(source="a", target="b", source_kind="person"), "lacks target_kind"),
        (TableOverride(source="a", source_kind="person"), "lacks target_kind, target"),
        (TableOverride(source="a", target="a", source_kind="x", target_kind="y"), "both source and target"),
        (
            TableOverride(source="a", target="zz", source_kind="x", target_kind="y"),
            '"zz", which the file lacks',
        ),
        (TableOverride(type="links", columns={"name": "a"}), "name, which a link table does not have"),
        (TableOverride(type="people"), "no table type .people.*customers"),
        (TableOverride(columns={"nonsense": "a"}), "nonsense, which no table type has.*customer_id"),
        (
            TableOverride(type="customers", columns={"text": "a"}),
            "text, which a table of type customers.*mobile",
        ),
        (TableOverride(type="customers", columns={"name": "c"}), '"c", which the file lacks.*"a", "b"'),
        (TableOverride(type="customers", ignore=("c",)), '"c", which the file lacks'),
        (
            TableOverride(type="customers", columns={"name": "a", "mobile": ["a", "b"]}),
            "both name and mobile",
        ),
    ],
)
def test_overrides_that_fit_nothing_are_errors(override: TableOverride, message: str) -> None:
    with pytest.raises(ConfigError, match=f"(?s){message}"):
        recognise(["a", "b"], "x.csv", override=override)


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"file": 3},
        {"file": "x", "typ": "links"},
        {"file": "x", "type": 1},
        {"file": "x", "columns": []},
        {"file": "x", "columns": {"name": 3}},
        {"file": "x", "ignore": [1]},
    ],
)
def test_entries_of_the_wrong_shape_are_errors(entry: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        TableOverride.from_toml(entry, "ringfinder.toml [[tables]] 2")
    assert caught.value.where == "ringfinder.toml [[tables]] 2"
    assert caught.value.expected


def test_an_override_wins_and_leaves_the_rest_to_recognition() -> None:
    names = ["客户号", "姓名", "手机号", "foo", "地址"]
    override = TableOverride(columns={"mobile": ["foo"], "home_address": []}, ignore=("姓名",))
    mapping = recognise(names, "x.csv", override=override)
    assert [column.field for column in mapping.columns] == ["customer_id", None, None, "mobile", None]
    typed = recognise(["客户号", "投诉内容"], "x.csv", override=TableOverride(type="customers"))
    assert typed.table == "customers"
    decorated = recognise(["*客户号", "姓名"], "x.csv", override=TableOverride(columns={"customer_id": "客户号"}))
    assert decorated.headers_of("customer_id") == ("*客户号",)
    keyed = recognise(["编码", "姓名"], "x.csv", override=TableOverride(columns={"customer_id": "编码"}))
    assert keyed.table == "customers"


@pytest.mark.parametrize(
    ("pattern", "file", "answer"),
    [
        ("*.csv", "a/b/投诉.csv", True),
        ("投诉.csv", "a\\投诉.csv", True),
        ("b/*.csv", "投诉.csv", False),
        ("b/投诉.csv", "/home/a/b/投诉.csv", True),
        ("a/投诉.csv", "b/投诉.csv", False),
        ("book.xlsx#客户*", "book.xlsx#客户 1", True),
        ("投诉*", "客户.csv", False),
        ("data[[]1].csv", "x/data[1].csv", True),
    ],
)
def test_patterns(pattern: str, file: str, answer: bool) -> None:
    assert TableOverride(file=pattern).matches(file) is answer


NASTY = st.text(max_size=30) | st.sampled_from(
    [
        '"',
        "\\",
        "a\nb",
        "'''",
        '"""',
        "\x00",
        "\x7f",
        "\ud800",
        "# x",
        "] = [",
        "\u2028",
        "客户号",
        "姓名",
        "\u202e",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=30),
    st.lists(st.tuples(NASTY, st.none() | st.sampled_from(["name", "mobile", "text"]), NASTY), max_size=6),
    st.sampled_from(["customers", "unknown", "links"]),
    NASTY,
)
def test_the_starter_file_parses_whatever_the_headers_hold(
    file: str, columns: list[tuple[str, str | None, str]], table: str, reason: str
) -> None:
    mapping = TableMapping(
        file, table, tuple(ColumnMapping(*column) for column in columns), reason, (("relation", reason),)
    )
    data = tomllib.loads(starter_config([mapping, mapping]))
    entries = data.get("tables", [])
    assert len(entries) == (0 if table == "unknown" else 2)
    for entry in entries:
        override = TableOverride.from_toml(
            {key: value for key, value in entry.items() if value and key != "file"} | {"file": entry["file"] or "*"}
        )
        assert override.matches(file) or not file
        expected = {
            name: tuple(h.encode("utf-8", "replace").decode() for h in mapping.headers_of(name))
            for name in mapping.fields
        }
        assert override.headers_by_field() == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(NASTY, max_size=6).map(lambda extra: ["客户号", "手机 1", "手机 2", *dict.fromkeys(extra)]))
def test_the_starter_file_gives_back_what_was_recognised(headers: list[str]) -> None:
    try:
        mapping = recognise(headers, "in/客户[1].csv")
    except ConfigError:
        return
    (entry,) = tomllib.loads(starter_config([mapping]))["tables"]
    again = recognise(headers, mapping.file, override=TableOverride.from_toml(entry))
    assert again.table == mapping.table
    assert [column.field for column in again.columns] == [column.field for column in mapping.columns]


def test_the_starter_file_is_readable() -> None:
    links = TableOverride(source="a", source_kind="person", target="b", target_kind="phone")
    text = starter_config(
        [
            recognise(["客户号", "姓名", "备注"], "客户.csv"),
            recognise(["person_id", "phone"], "pairs.csv"),
            recognise(["a", "b"], "links.csv", override=links),
        ]
    )
    data = tomllib.loads(text)
    assert data["tables"][0]["columns"] == {"customer_id": "客户号", "name": "姓名"}
    assert data["tables"][1]["source_kind"] == "person"
    assert '#   "备注": left out on purpose' in text
    assert '# source = "person_id"' in text
    for section in (
        "[detect]",
        "[score]",
        "[hubs]",
        "[[allow_list]]",
        "[[calendar]]",
        "[privacy]",
        "[kinds]",
        "[relations]",
    ):
        assert f"# {section}" in text
    commented = "\n".join(line.removeprefix("# ") for line in text.split("----\n")[-1].splitlines())
    shown = tomllib.loads(commented)
    assert set(shown) == {
        "detect",
        "score",
        "ledger",
        "hubs",
        "allow_list",
        "calendar",
        "chance",
        "privacy",
        "kinds",
        "relations",
    }
    chosen, default = parse_config(shown), Config()
    for section in ("detect", "score", "hubs", "privacy"):  # the values shown are the defaults
        assert getattr(chosen, section) == getattr(default, section)
    assert len(parse_config(data).tables) == 2


@settings(max_examples=100, deadline=None)
@given(st.lists(NASTY | st.text(alphabet="客户号姓名投诉委托人电话证件(（)【】-_ 123*:", max_size=8), max_size=8))
def test_any_header_row_gives_a_mapping_or_a_question(headers: list[str]) -> None:
    try:
        mapping = recognise(headers, "x.csv", {header: ["1", "2", "3"] for header in headers})
    except ConfigError as error:
        mapping, question = None, error.do
    else:
        question = ""
    assert question if mapping is None else [column.header for column in mapping.columns] == headers
