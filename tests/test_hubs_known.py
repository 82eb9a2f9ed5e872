"""The list of known hubs: what it names, which entry holds, the user's own list and its faults."""

from __future__ import annotations

import re

import polars as pl
import pytest
from scenarios import write_s1
from test_hubs import NOTHING, PHONE, blocked, excluded, listed, sharers
from test_people import graph_of

from ringfinder.config import Config, HubSettings, PrivacySettings
from ringfinder.errors import ConfigError
from ringfinder.hubs import find_hubs, read_known, shipped
from ringfinder.hubs.known import match_known
from ringfinder.normalise import normalise_column
from ringfinder.normalise.phone_plans import PLACEHOLDERS
from ringfinder.pipeline import find_rings


def names(*keys: str, country: str = "CN", entries=None) -> list[str]:
    entries = shipped() if entries is None else entries
    things = pl.DataFrame({"kind": ["phone"] * len(keys), "key": list(keys)})
    return [entries[i].en if i >= 0 else "" for i in match_known(entries, things, country)]


def own_list(tmp_path, text: str) -> str:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


ENTRY = '[[hub]]\nzh = "{0}"\nen = "{0}"\nsource = "us"\n'


# ---- the shipped list ----
@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("12378", "banking and insurance regulator"),
        ("12363", "central bank"),
        ("12386", "securities"),
        ("12345", "local government"),
        ("12315", "market regulator"),
        ("12321", "nuisance"),
        ("12348", "legal aid"),
        ("110", "police"),
        ("119", "fire"),
        ("120", "ambulance"),
        ("96110", "fraud"),
        ("95516", "card network"),
        ("95588", "bank's, insurer's"),
        ("96500", "provincial"),
        ("10000", "operator"),
        ("10001", "operator"),
        ("10086", "operator"),
        ("1008611", "operator's line, long"),
        ("4001234567", "400 or 800"),
        ("106575550000", "text messages"),
        ("12999", "other public"),
        ("13800138000", "sample"),
    ],
)
def test_a_public_number_is_named(number, says):
    (name,) = names(number)
    assert says in name


def test_every_short_number_that_the_reading_keeps_out_has_a_name():
    short = [str(n) for n in range(100, 100_000)] + ["4001234567", "8001234567", "106123", "100861", "118114"]
    numbers = normalise_column("phone", pl.Series(short), country="CN")
    public = numbers.filter(pl.col("kind").is_in(["short_code", "national_rate", "sms_port"]))["value"].to_list()
    assert len(public) > 3000
    assert "" not in names(*public)


def test_every_placeholder_of_the_reading_has_a_name():
    assert "" not in names(*PLACEHOLDERS)


@pytest.mark.parametrize(
    ("country", "number", "says"),
    [
        ("GB", "0800 001 0066", "freephone"),
        ("GB", "0300 123 1110", "public bodies"),
        ("GB", "0845 600 1234", "service rate"),
        ("GB", "101", "health"),
        ("US", "800-555-0199", "toll-free"),
        ("US", "888-555-0199", "toll-free"),
        ("US", "877-555-0199", "toll-free"),
        ("US", "866-555-0199", "toll-free"),
        ("US", "911", "emergency"),
    ],
)
def test_public_numbers_of_other_countries_are_named(country, number, says):
    key = normalise_column("phone", pl.Series([number]), country=country)["value"][0]
    assert says in names(key, country=country)[0]


def test_short_numbers_hold_in_their_own_country_only():
    assert names("119", country="GB") != names("119", country="CN")
    assert names("95588", country="US") == ["text message short code"]


def test_no_persons_number_is_named():
    assert set(names(PHONE, "+8675526000000", "+447700900123", "+12025550123", "")) == {""}


def test_no_lender_is_named_and_every_entry_says_where_it_is_known_from():
    assert not [e for e in shipped() if re.search("银行(?!、|保险|卡|客服|消费|金融)", e.zh.replace("地方银行", ""))]
    assert all(e.source and e.listed == "list of 2026-11" for e in shipped())


def test_the_run_says_what_a_number_is_and_by_which_list():
    rows = excluded(("12378", "service number", "a", ""), ("12378", "service number", "b", ""))
    (hub,) = find_hubs(graph_of(*sharers(2)), rows, HubSettings()).table
    assert (hub.treatment, hub.degree, hub.public) == ("EXCLUDE", 2, True)
    assert "banking and insurance regulator's line" in hub.reason
    assert "热线" in hub.reason
    assert "list of 2026-11" in hub.reason


def test_a_number_that_an_intermediary_can_have_is_told_as_such():
    rows = excluded(("4001234567", "400/800 number", "a", ""))
    (hub,) = find_hubs(graph_of(*sharers(2)), rows, HubSettings()).table
    assert "an intermediary can have one" in hub.reason


# ---- the user's list ----
def test_an_entry_of_the_users_goes_before_the_shipped_ones(tmp_path):
    text = 'as_of = "2027-01"\n' + ENTRY.format("our own hotline") + 'values = ["95588"]\ncountry = "CN"\n'
    entries = read_known(own_list(tmp_path, text))
    assert names("95588", "95599", entries=entries) == ["our own hotline", *names("95599")]
    assert entries[0].listed == "own.toml of 2027-01"
    assert entries[1:] == shipped()


def test_a_pattern_of_the_users_goes_before_a_shipped_value(tmp_path):
    entries = read_known(own_list(tmp_path, ENTRY.format("ours") + "pattern = '123[0-9]{2}'\n"))
    assert names("12378", "12315", "95588", entries=entries)[:2] == ["ours", "ours"]


def test_within_a_list_a_value_goes_before_a_pattern_and_the_first_before_the_next(tmp_path):
    text = (
        ENTRY.format("pattern")
        + "pattern = '123.*'\n"
        + ENTRY.format("first")
        + 'values = ["12378"]\n'
        + ENTRY.format("second")
        + 'values = ["12378", "12363"]\n'
    )
    entries = read_known(own_list(tmp_path, text))
    assert names("12378", "12363", "12345", entries=entries) == ["first", "second", "pattern"]


@pytest.mark.parametrize("spelling", ["15400000777", "154 0000 0777", "+86-154-0000-0777"])
def test_a_listed_phone_never_links_whatever_its_spelling(tmp_path, spelling):
    file = own_list(tmp_path, ENTRY.format("village office") + f'values = ["{spelling}"]\n')
    graph = graph_of(*sharers(3))
    hubs = find_hubs(graph, NOTHING, HubSettings(list=file))
    assert listed(hubs) == [(PHONE, 3, "EXCLUDE")]
    assert blocked(graph, hubs) == {f"phone:{PHONE}"}
    assert hubs.table[0].reason == "village office (own.toml)"
    assert not hubs.table[0].public
    kept = find_hubs(graph, NOTHING, HubSettings(list=file, keep=("15400000777",)))
    assert kept.table == ()
    assert not kept.blocked.any()


def test_a_listed_value_of_another_kind_and_one_that_is_only_told(tmp_path):
    rows = [("debtor:a", "lives_at", "address:hall 1"), ("debtor:b", "lives_at", "address:hall 1")]
    text = ENTRY.format("dormitory") + 'kind = "address"\npattern = "hall [0-9]"\n'
    graph = graph_of(*rows)
    hubs = find_hubs(graph, NOTHING, HubSettings(list=own_list(tmp_path, text)))
    assert blocked(graph, hubs) == {"address:hall 1"}
    told = find_hubs(graph, NOTHING, HubSettings(list=own_list(tmp_path, text + 'treatment = "ANNOTATE"\n')))
    assert listed(told) == [("hall 1", 2, "ANNOTATE")]
    assert not told.blocked.any()


def test_all_faults_are_told_together_with_the_files_name(tmp_path):
    text = (
        'colour = 1\n[[hub]]\nzh = 5\nvalues = "95588"\n'
        + ENTRY.format("x")
        + 'pattern = "(["\ntreatment = "DROP"\ncountry = "FR"\nkeep = true\n'
        + ENTRY.format("y")
    )
    with pytest.raises(ConfigError) as caught:
        read_known(own_list(tmp_path, text))
    message = caught.value.message
    for part in (
        "own.toml", "colour", "entry 1: zh must be a text", "entry 1: en is missing", "entry 1: source is missing",
        "entry 1: values must be a list", "entry 2: unknown field keep",
        "entry 2: treatment must be EXCLUDE, KEEP, GUARD or ANNOTATE",
        "entry 2: country must be one of", "entry 2: pattern '([' is no regular expression",
        "entry 3: give values or a pattern",
    ):  # fmt: skip
        assert part in message


@pytest.mark.parametrize("text", ["hub = 3", "[hub]\nzh = 'x'", "= =", "\x00"])
def test_a_file_that_is_no_list_is_refused(tmp_path, text):
    with pytest.raises(ConfigError, match=r"own\.toml"):
        read_known(own_list(tmp_path, text))


def test_a_list_that_is_not_there_or_a_folder_is_refused(tmp_path):
    for file in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_known(file)


def test_a_fault_in_the_list_is_told_before_anything_is_read(tmp_path):
    config = Config(hubs=HubSettings(list=own_list(tmp_path, "hub = 3")))
    with pytest.raises(ConfigError, match=r"own\.toml"):
        find_rings([tmp_path / "no such export.csv"], config)


def test_a_masked_run_shows_neither_the_numbers_of_the_list_nor_where_it_lies(tmp_path):
    text = ENTRY.format("office 15400000990, ask 王") + 'values = ["15400000990"]\n'
    config = Config(
        hubs=HubSettings(list=own_list(tmp_path, text)), privacy=PrivacySettings(key_file=str(tmp_path / "k"))
    )
    run = find_rings([write_s1(tmp_path / "s1")], config).run
    assert any("office" in h.reason and h.treatment == "EXCLUDE" for h in run.hubs)
    assert "15400000990" not in run.to_json()
    assert run.config["hubs"]["list"] == "own.toml"
