"""Is a table long, which column is what there, and what do its words mean?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ringfinder.errors import ConfigError
from ringfinder.tables.columns import find_header, shown
from ringfinder.tables.headers import header_key
from ringfinder.tables.long_words import ROLES, TABLE_ORDER, WordMeaning, role_of, word_meaning
from ringfinder.tables.synonyms import shape_of, table_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ringfinder.tables.mapping import TableOverride

__all__ = ["WHO", "long_columns", "long_fields", "rated_words", "speaks_for_long"]

#: Roles that say whom a row is about, the best first.
WHO = ("customer_id", "id_number", "name")
#: More different words are no kinds.
_MOST_WORDS = 200
#: Rows whose word must be known; a table with one kind only must have few others.
_SHARE, _SHARE_OF_ONE = 0.5, 0.9
#: Share of a word's values that must be short and, for phones, identity numbers, accounts and events, hold so many
#: digits (masked ones do, too).
_SHORT, _DIGITS, _SHARE_FIT = 60, r"(?:[^0-9]*[0-9]){4}", 0.5
_NUMBERED = ("complaint_id", "tracking_no", "poa_id", "contract_no", "case_no")
_TEXTS = ("text", "demand", "attachments")
_SAMPLE = 200
#: ``phone:13800000001`` in one cell: the word and the value.
_TAGGED = r"^\s*([^:：=|0-9][^:：=|]{0,29})\s*[:：=|]\s*(.*)$"
_TAGGED_SHARE = 0.9


def long_columns(
    cells: pl.DataFrame, override: TableOverride | None = None
) -> tuple[pl.DataFrame, dict[str, str]] | None:
    """The table's cells and its columns by role (:data:`ringfinder.tables.long_words.ROLES`); None if it has them not.

    A column whose cells hold word and value (``phone:13800000001``) is parted in two: ``HEADER (type)`` and itself.

    Parameters
    ----------
    override : TableOverride, optional
        The entry that calls the table long; what it names goes before what the headers say.

    Raises
    ------
    ConfigError
        If there is an entry and the columns of customers, types or values are not there.
    """
    roles = _roles(cells.columns, override)
    known = any(who in roles for who in WHO[:2])
    if known and {"type", "value"} <= set(roles):
        return cells, roles
    parted = _parted(cells, roles) if known else None
    if parted is None and override is not None:
        raise ConfigError(
            "the long table lacks a column of customers, types or values",
            where=override.file,
            expected=f"columns.customer_id, columns.type and columns.value; the file has {shown(cells.columns)}",
            do="Name them in the file's [[tables]] entry",
        )
    return parted


def _roles(headers: list[str], override: TableOverride | None) -> dict[str, str]:
    """Role -> header, by the entry first and by the headers for what it leaves open."""
    named = override.headers_by_field() if override else {}
    found = {
        role: headers[find_header(named[role][0], headers, override.file)]
        for role in ROLES
        if override and named.get(role)
    }
    ranked = sorted((place, i, role) for i, (role, place) in enumerate(map(role_of, headers)) if role)
    for _, i, role in ranked:
        if role not in named and headers[i] not in found.values():
            found.setdefault(role, headers[i])
    return found


def _parted(cells: pl.DataFrame, roles: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, str]] | None:
    """The first column whose cells hold word and value, parted in two."""
    taken = {header for role, header in roles.items() if role not in ("type", "value")}
    for header in cells.columns:
        filled = cells.height - cells[header].null_count()
        if header in taken or not filled:
            continue
        if cells[header].drop_nulls().head(_SAMPLE).str.contains(_TAGGED).sum() < min(filled, _SAMPLE) / 2:
            continue  # most columns are none: a look at their first cells will do
        parts = cells[header].str.extract_groups(_TAGGED).struct.unnest()
        if parts["1"].count() < _TAGGED_SHARE * filled:
            continue
        word = f"{header} (type)"
        value = pl.when(parts["1"].is_null()).then(cells[header]).otherwise(parts["2"]).alias(header)
        return cells.with_columns(parts["1"].str.strip_chars().alias(word), value), {
            **roles,
            "type": word,
            "value": header,
        }
    return None


def long_fields(override: TableOverride | None) -> dict[str, WordMeaning]:
    """Words that the entry names for a field, or to be left out -> meaning."""
    found: dict[str, WordMeaning] = {}
    if override is None:
        return found
    for field, words in override.headers_by_field().items():
        if field in ROLES:
            continue
        tables = [code for code in TABLE_ORDER if field in table_types()[code].fields]
        if not tables:
            raise ConfigError(
                f"ringfinder.toml maps {field}, which no narrow table has",
                where=override.file,
                expected=f"one of {', '.join(ROLES)}, or a field of {', '.join(TABLE_ORDER)}",
            )
        meaning = WordMeaning(tables[0], field, "set in ringfinder.toml")
        found.update({header_key(_bare(word)): meaning for word in words})
    left = WordMeaning("", "type_left_out", "ringfinder.toml says to ignore it")
    found.update({header_key(_bare(word)): left for word in override.ignore})
    return found


def _bare(word: str) -> str:
    """The word of ``value [word]``, as ``check`` prints it."""
    head, mark, tail = word.rpartition(" [")
    return tail.removesuffix("]") if mark and head else word


def rated_words(cells: pl.DataFrame, roles: Mapping[str, str], given: Mapping[str, WordMeaning]) -> pl.DataFrame | None:
    """Each word of the type column: ``word``, ``rows``, ``table``, ``field``, ``reason``; None if there are too many.

    Sorted by word; words that differ only in blanks are one.
    """
    words = cells[roles["type"]].str.strip_chars()
    if words.n_unique() > _MOST_WORDS:
        return None
    counts = words.rename("word").value_counts(name="rows").drop_nulls().sort("word")
    values = pl.DataFrame({"word": words, "value": cells[roles["value"]]}).drop_nulls()
    samples = {
        str(word): sample
        for word, sample in values.group_by("word")
        # chosen by their hash: the same sample in any order of the rows, and not only the smallest values
        .agg(pl.col("value").bottom_k_by(pl.col("value").hash(), _SAMPLE))
        .iter_rows()
    }
    rows = []
    for word, number in counts.iter_rows():
        meaning = given.get(header_key(word)) or word_meaning(word, samples.get(word, ()))
        fits = _fits(meaning, samples.get(word, ()))
        rows.append((word, number, meaning.table, meaning.field, meaning.reason, meaning.known, fits))
    names = ("word", "rows", "table", "field", "reason", "known", "fits")
    return pl.DataFrame(rows, schema=list(names), orient="row") if rows else None


def _fits(meaning: WordMeaning, sample: Sequence[str]) -> bool:
    """Whether values can be what their word says: short, and numbers where it says so. Narratives are neither."""
    values = pl.Series([text[:100] for text in sample], dtype=pl.String)
    if not meaning.table or values.is_empty():
        return True
    numbers = shape_of(meaning.field) in ("phone", "id", "card") or meaning.field in _NUMBERED
    short = meaning.field in _TEXTS or (values.str.len_chars() <= _SHORT).sum() >= _SHARE_FIT * len(values)
    return bool(short and (not numbers or values.str.contains(_DIGITS).sum() >= _SHARE_FIT * len(values)))


def speaks_for_long(cells: pl.DataFrame, roles: Mapping[str, str], words: pl.DataFrame) -> bool:
    """Whether the words are kinds of links and not, say, the channels of complaints."""
    others = [h for h in cells.columns if h not in roles.values()]
    customers = [h for h in others if table_types()["customers"].meaning(h).mode == "sure"]
    texts = [h for h in others if table_types()["complaints"].meaning(h).fields[:1] == ("text",)]
    if len(customers) > 1 or texts:
        return False
    good = words.filter(pl.col("known") & pl.col("fits"))
    loaded = good.filter(pl.col("table") != "")["field"].n_unique()
    share = int(good["rows"].sum()) / int(words["rows"].sum())
    return bool(loaded and share > (_SHARE if loaded > 1 else _SHARE_OF_ONE))
