"""The configuration file: every fault told at once, every default in one place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import tomllib
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.config import AllowEntry, Config, HubSettings
from ringfinder.config_file import load_config, parse_config
from ringfinder.errors import ConfigError
from ringfinder.tables import starter_config

FULL = """
country = "GB"
today = 2026-07-01

[read]
encoding = "gb18030"
delimiter = ";"

[detect]
method = "louvain"
resolution = 2
seed = 7

[score]
min_units = 4
burst_p = 0.01

[hubs]
exclude = ["95588", "15400000777"]
keep = []

[[allow_list]]
name = "Example legal aid"
uscc = "31110000MD0123454X"
owner = "board"
expires = 2030-12-31

[[allow_list]]
phone = "15400000500"

[privacy]
reveal = true
key_file = "/safe/key"

[kinds]
"客户" = "debtor"

[relations]
has = "uses_phone"

[[tables]]
file = "*.csv"
type = "customers"
columns = { mobile = ["a", "b"] }
"""


def faults(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_config(tomllib.loads(text))
    return caught.value.message


def test_dates_lists_and_nested_tables():
    config = parse_config(tomllib.loads(FULL))
    assert config.today == dt.date(2026, 7, 1)
    assert config.read.encoding == "gb18030"
    assert (config.detect.method, config.detect.resolution, config.detect.seed) == ("louvain", 2.0, 7)
    assert isinstance(config.detect.resolution, float)
    assert (config.score.min_units, config.score.burst_p, config.score.caller_min) == (4, 0.01, 3)
    assert config.hubs.exclude == ("95588", "15400000777")
    assert config.allow_list[0] == AllowEntry(
        name="Example legal aid", uscc="31110000MD0123454X", owner="board", expires=dt.date(2030, 12, 31)
    )
    assert config.allow_list[1].phone == "15400000500"
    assert config.kinds == MappingProxyType({"客户": "debtor"})
    assert config.relations == {"has": "uses_phone"}
    assert config.tables[0].headers_by_field() == {"mobile": ("a", "b")}
    assert config.privacy.reveal is True


def test_a_moment_is_taken_for_its_day():
    config = parse_config(
        tomllib.loads("today = 2026-07-01T23:59:00\n[[allow_list]]\nname = 'x'\nexpires = 2026-07-01T00:00:00Z")
    )
    assert type(config.today) is type(config.allow_list[0].expires) is dt.date
    assert config.allow_list[0].expires == config.today


def test_nothing_said_gives_the_defaults():
    assert load_config(None) == parse_config({}) == Config()


def test_a_written_configuration_is_read_back_as_it_was():
    data = parse_config(tomllib.loads(FULL)).to_dict()
    json.dumps(data)
    assert data["today"] == "2026-07-01"
    assert "key_file" not in data["privacy"]
    assert "/safe/key" not in json.dumps(data)


def test_the_defaults_that_init_shows_are_those_of_the_code():
    shown = starter_config([])
    tables = re.sub(r"(?m)^# ?(?=\[|\w+ = )", "", shown[shown.index("# [detect]") :])
    data = tomllib.loads(tables.split("# lawful representatives")[0].replace("[[allow_list]]", ""))
    plain = Config().to_dict()
    for section in ("detect", "score", "hubs"):
        assert data[section]
        for name, value in data[section].items():
            assert plain[section][name] == value, name


# ---- faults ----
def test_all_unknown_names_are_told_at_once():
    message = faults(
        'colour = 1\n[detect]\nmethid = "x"\n[score]\nmin = 3\n'
        '[[allow_list]]\nnaem = "x"\n[[tables]]\nfile = "a"\ntpye = "b"'
    )
    for name in ("colour", "detect.methid", "score.min", "allow_list[0].naem", "tpye"):
        assert name in message
    assert "known: method, resolution, seed" in message


WRONG = [
    ("country = 5", "country", "a text"),
    ("today = '2026-07-01'", "today", "a date"),
    ("[detect]\nmethod = 1", "detect.method", "a text"),
    ("[detect]\nseed = 1.5", "detect.seed", "a whole number"),
    ("[detect]\nseed = true", "detect.seed", "a whole number"),
    ("[detect]\nresolution = 'high'", "detect.resolution", "a number"),
    ("[detect]\nresolution = false", "detect.resolution", "a number"),
    ("[privacy]\nreveal = 1", "privacy.reveal", "true or false"),
    ("[hubs]\nexclude = '95588'", "hubs.exclude", "a list"),
    ("[hubs]\nkeep = [95588]", "hubs.keep[0]", "a text"),
    ("[read]\nencoding = 1", "read.encoding", "a text"),
    ("kinds = 'x'", "kinds", "a table of texts"),
    ("[kinds]\na = 1", "kinds", "a table of texts"),
    ("detect = 5", "detect", "a table"),
    ("[allow_list]\nname = 'x'", "allow_list", "a list"),
    ("[[allow_list]]\nname = 'x'\nexpires = 2030", "allow_list[0].expires", "a date"),
    ("[tables]\nfile = 'x'", "tables", "[[tables]]"),
    ("[[tables]]\nfile = 1", "entry 1", "file"),
    ("[[allow_list]]\nowner = 'x'", "[[allow_list]] entry 1", "names nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "wanted"), WRONG)
def test_a_value_of_the_wrong_type_is_told_by_name_and_in_the_users_words(text, name, wanted):
    message = faults(text)
    assert name in message
    assert wanted in message
    assert "mappingproxy" not in message
    assert "NoneType" not in message
    assert "tuple" not in message


def test_all_wrong_types_are_told_at_once():
    text = "country = 5\n[detect]\nseed = 'x'\n[score]\nburst_p = []\nmin_units = {}\n[hubs]\nkeep = [1, 2]"
    message = faults(text)
    for name in ("country", "detect.seed", "score.burst_p", "score.min_units", "hubs.keep[0]", "hubs.keep[1]"):
        assert name in message


OUT_OF_RANGE = [
    ("detect", "resolution", "-1"), ("detect", "resolution", "0"), ("detect", "resolution", "nan"),
    ("detect", "resolution", "inf"), ("detect", "resolution", "1" + "0" * 400), ("detect", "seed", "-1"),
    ("score", "min_units", "-1"), ("score", "min_units", "0"), ("score", "min_units", "9999999999"),
    ("score", "burst_p", "2"), ("score", "burst_p", "0.0"), ("score", "burst_days", "0"),
    ("score", "base_complaints_per_day", "0"), ("score", "onset_share", "1.1"), ("score", "onset_from", "91"),
    ("hubs", "household_max", "-3"), ("hubs", "guard_cap", "-1"), ("hubs", "registered_companies", "0"),
    ("identity", "name_ratio", "1.5"), ("identity", "names_per_id", "0"),
    ("belief", "complaint_rate", "7.0"), ("belief", "client_share", "0.0"), ("belief", "client_share", "1"),
    ("belief", "window_days", "0"), ("belief", "rounds", "-1"), ("belief", "prior_own", "nan"),
    ("belief", "hub_shares", "[0.1, 0.2, 0.3, 1.0]"), ("belief", "hub_shares", "[0.1]"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "name", "value"), OUT_OF_RANGE)
def test_a_number_out_of_its_range_is_told_by_name(section, name, value):
    assert f"{section}.{name}" in faults(f"[{section}]\n{name} = {value}")


def test_numbers_out_of_range_and_other_faults_are_told_at_once():
    text = "country = 5\n[score]\nmin_units = -1\nburst_p = 2\n[hubs]\nhousehold_max = -3\n[belief]\nwindow_days = 0"
    message = faults(text)
    for name in ("country", "score.min_units = -1", "score.burst_p = 2", "hubs.household_max", "belief.window_days"):
        assert name in message
    assert "above 0, at most 1" in message


@pytest.mark.parametrize("text", ["[hubs]\nguard_cap = 0", "[score]\nburst_p = 1", "[score]\nonset_from = 0"])
def test_the_ends_of_a_range_are_taken(text):
    parse_config(tomllib.loads(text))


def test_a_huge_value_does_not_fill_the_message():
    assert len(faults(f"[detect]\nseed = '{'x' * 9000}'")) < 300


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.datetimes()
    | st.times(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["method", "name", "file", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([f.name for f in dataclasses.fields(Config)]), VALUES, max_size=4))
def test_any_data_gives_a_configuration_or_a_configuration_error(data):
    try:
        config = parse_config(data)
    except ConfigError:
        return
    json.dumps(config.to_dict())


# ---- the file ----
def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    file = tmp_path / "ringfinder.toml"
    file.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert load_config(file) == parse_config(tomllib.loads(FULL))


@pytest.mark.parametrize("content", [b"[detect", b"a = ", "国 = 1".encode("gb18030"), b"\x00", FULL.encode("utf-16")])
def test_a_file_that_is_no_toml_says_so(tmp_path, content):
    file = tmp_path / "ringfinder.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        load_config(file)
    assert str(file) in caught.value.message


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_says_so(tmp_path, name):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / name)


def test_faults_name_the_file(tmp_path):
    file = tmp_path / "ringfinder.toml"
    file.write_text("colour = 1", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(str(file))):
        load_config(file)


def test_every_setting_can_be_set_in_the_file():
    def check(record: type, prefix: tuple[str, ...]) -> None:
        for field in dataclasses.fields(record):
            default = getattr(record(), field.name)
            if dataclasses.is_dataclass(default):
                check(type(default), (*prefix, field.name))
            elif isinstance(default, bool | int | float | str):
                data: dict[str, object] = {field.name: default}
                for name in reversed(prefix):
                    data = {name: data}
                assert parse_config(data) == Config()

    check(Config, ())


def test_numbers_that_a_list_keeps_are_no_placeholders(tmp_path):
    known = tmp_path / "hubs.toml"
    entry = """as_of = "2026-01-01"
[[hub]]
zh = "本行号码"
en = "our own number"
source = "desk"
values = ["13800138000"]
treatment = "KEEP"
owner = "desk"
date = "2026-01-01"
"""
    known.write_text(entry, encoding="utf-8")
    from ringfinder.pipeline import options_of

    assert "13800138000" not in options_of(Config()).allow
    assert "13800138000" in options_of(Config(hubs=HubSettings(list=str(known)))).allow


# ---- the calendar of known events ----
CALENDAR = """
[[calendar]]
name = "outage of the app"
from = 2026-05-01
to = 2026-05-10
lender = "甲银行"
source = "press release"
"""


def test_a_calendar_entry_is_read():
    (entry,) = parse_config(tomllib.loads(CALENDAR)).calendar
    assert (entry.name, entry.first, entry.last) == ("outage of the app", dt.date(2026, 5, 1), dt.date(2026, 5, 10))
    assert (entry.lender, entry.region, entry.source) == ("甲银行", "", "press release")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "outage of the app"', "", "[[calendar]] entry 1 needs a name"),
        ("to = 2026-05-10", "", "[[calendar]] entry 1 needs its first and last day: from and to"),
        ("to = 2026-05-10", "to = 2026-04-30", "begins on 2026-05-01, after its end on 2026-04-30"),
        ("to = 2026-05-10", 'to = "May"', "calendar[0].to = 'May' is not a date (2026-01-31)"),
        ("to = 2026-05-10", 'to = "2026-05-10"', "is not a date (2026-01-31); write it without quotes"),
        ("to = 2026-05-10", "last = 2026-05-10", "unknown setting calendar[0].last (known: name, from, to, lender"),
    ],
)
def test_a_faulty_calendar_entry_is_refused(old, new, told):
    with pytest.raises(ConfigError, match=re.escape(told)):
        parse_config(tomllib.loads(CALENDAR.replace(old, new)))
