"""Masks, tokens and the key."""

from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.errors import ConfigError, OutputError
from ringfinder.graph import Graph, Links
from ringfinder.privacy import Border, load_key, mask_name, mask_number, mask_value, token
from ringfinder.privacy.mask import is_persons_name, mask_label, mask_labels
from ringfinder.privacy.token import tokens
from ringfinder.vocabulary import vocabulary

KEY = b"k" * 64
KINDS = [*vocabulary().kinds, "a kind of the user's"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("欧阳娜娜", "欧阳*"), ("欧阳", "欧*"), ("Ann Lee", "A*"), ("", ""), ("单", "单*")],
)
def test_of_a_name_only_the_surname_is_seen(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize("name", ["Josephine Smith", "Jonathan Elliott", "Wang Xiaoming", "阿卜杜拉江买买提"])
@pytest.mark.parametrize("kind", ["debtor", "person", "agent"])
def test_of_a_long_name_only_the_first_letter_is_seen(kind, name):
    assert mask_label(kind, "C0001", name) == name[0] + "*"
    assert mask_label(kind, "C20240001", "") == "C2*01"
    nodes = pl.DataFrame({"key": ["C0001", "C20240001"], "label": [name, None]})
    assert mask_labels(kind, nodes).to_list() == [name[0] + "*", "C2*01"]


@pytest.mark.parametrize(
    "name", ["王小明", "欧阳娜娜", "王会明", "艾力·买买提", "王小明13900000000", "Ann Lee", "J. Smith"]
)
def test_a_company_called_like_a_person_is_masked(name):
    assert is_persons_name(name)
    border = Border(KEY)
    for key in (name, "91110101MA9Y001000"):
        assert border.outer_label("company", key, name) == f"company {token(KEY, 'company', key)[:4]}"


@pytest.mark.parametrize(
    "name",
    [
        "乙信信息咨询",
        "甲诚公司",
        "正安律所",
        "张三店",
        "红星厂",
        "天下无双债务",
        "Acme Bank",
        "Example Redress Ltd",
        "Acme & Sons",
    ],
)
def test_a_company_s_name_is_not_masked_with_or_without_a_code(name):
    assert not is_persons_name(name)
    for key in (name, "91110101MA9Y001000"):
        assert Border(KEY).outer_label("company", key, name) == name


def test_a_bare_code_is_masked():
    code = "91110101MA9Y001000"
    assert Border(KEY).outer_label("company", code, code) == f"company {token(KEY, 'company', code)[:4]}"


def test_of_a_number_little_is_seen():
    assert mask_number("15400000901") == "154****0901"
    assert mask_number("6203019654025834", 6, 4) == "620301******5834"
    assert mask_label("phone", "+8675526000000", "") == mask_number("075526000000")


@given(st.text(alphabet="0123456789", min_size=1, max_size=30), st.integers(0, 8), st.integers(0, 8))
def test_at_least_one_digit_is_hidden_and_never_more_than_half_and_two_shown(digits, head, tail):
    masked = mask_number(digits, head, tail)
    assert "*" in masked
    assert len(masked.replace("*", "")) <= len(digits) // 2 + 2
    assert masked != digits


@given(st.text(max_size=40))
def test_a_masked_cell_shows_no_word_and_no_long_number(text):
    masked = mask_value(text)
    assert len(masked) <= 24
    assert sum(c.isalpha() and c != "E" for c in masked) <= 1
    assert sum(c.isdigit() for c in masked) <= 5


@given(
    st.sampled_from(KINDS),
    st.lists(
        st.tuples(
            st.one_of(st.text(min_size=1, max_size=20), st.from_regex(r"\+86[0-9]{9,12}", fullmatch=True)),
            st.one_of(st.none(), st.text(max_size=20)),
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda pair: pair[0],
    ),
)
def test_the_column_version_equals_the_scalar_one(kind, pairs):
    nodes = pl.DataFrame(pairs, schema={"key": pl.String, "label": pl.String}, orient="row")
    assert mask_labels(kind, nodes).to_list() == [mask_label(kind, k, t or "") for k, t in pairs]
    assert tokens(KEY, kind, nodes["key"]) == [token(KEY, kind, k) for k, _ in pairs]
    for key in (KEY, None):
        border = Border(key)
        frame = nodes.select(pl.lit(kind).alias("kind"), "key", "label").with_columns(pl.col("label").fill_null(""))
        outer = border.graph(Graph(frame.sort("kind", "key"), _no_links(), (), ())).nodes
        wanted = sorted((border.outer_key(kind, k), border.outer_label(kind, k, t or "")) for k, t in pairs)
        assert sorted(outer.select("key", "label").rows()) == wanted


def _no_links() -> Links:
    return Links(*([[]] * 7))


def test_tokens_are_keyed_and_told_apart_by_kind():
    assert token(KEY, "phone", "1") != token(b"l" * 64, "phone", "1")
    assert token(KEY, "phone", "1") != token(KEY, "debtor", "1")
    plain = hashlib.blake2b(b"phone\x001", digest_size=8).hexdigest()
    assert token(KEY, "phone", "1") != plain
    assert len(token(KEY, "phone", "1")) == 16


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    file = tmp_path / "deep" / "key"
    key = load_key(file)
    assert load_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["key"]


def test_many_who_begin_at_once_get_one_key(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(load_key, [tmp_path / "key"] * 64))
    assert len(keys) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("text", ["", "short", "x" * 65, "x" * 10_000, "钥" * 40])
def test_a_key_that_is_none_is_refused(tmp_path, text):
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="the key of the pseudonyms"):
        load_key(file)
    assert file.read_text(encoding="utf-8") == text


def test_a_key_that_cannot_be_read_or_made_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_key(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises((ConfigError, OutputError), match="the key of the pseudonyms cannot be"):
        load_key(tmp_path / "file" / "key")
    with pytest.raises(ConfigError, match="is missing"):
        load_key(tmp_path / "none", make=False)
    assert not (tmp_path / "none").exists()


def test_the_environment_names_the_key_before_the_home_does(tmp_path, monkeypatch):
    monkeypatch.delenv("RINGFINDER_KEY_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    load_key()
    assert (tmp_path / "ringfinder" / "key").is_file()
    monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / "mine"))
    assert load_key() != load_key(tmp_path / "ringfinder" / "key")
    assert os.environ["RINGFINDER_KEY_FILE"].endswith("mine")
