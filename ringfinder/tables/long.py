"""Long tables: every row is one link, of the kind that a word in a column says (``客户号, 关联类型, 关联值, 日期``).

A long table is taken apart into one narrow table for each word; the word is what the header is elsewhere. The rows of
words that are not loaded are left out, with a reason. Nothing here loops over rows in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ringfinder.errors import ConfigError
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.tables.long_find import WHO, long_columns, long_fields, rated_words, speaks_for_long
from ringfinder.tables.long_words import WordMeaning, long_words
from ringfinder.tables.mapping import ColumnMapping, TableMapping
from ringfinder.tables.synonyms import LINK_FIELDS, table_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfinder.tables.mapping import TableOverride

__all__ = ["LongParts", "NarrowTable", "long_parts"]

#: Where the phone of a customer is looked for that the other end of a call talked with, the best first.
_OWN_PHONES = ("mobile", "phone_on_record")
#: A number with hidden digits is nobody's that a call could come from.
_WHOLE = r"[0-9]{7}"


@dataclass(frozen=True, eq=False)
class NarrowTable:
    """The rows of one word: ``cells`` and ``rows`` as in :class:`ringfinder.read.RawTable`, and their mapping."""

    cells: pl.DataFrame
    rows: pl.Series
    mapping: TableMapping


@dataclass(frozen=True, eq=False)
class LongParts:
    """A long table taken apart.

    ``tables`` are ordered by word; if no word is loaded, there is one without rows, of type ``"unknown"``.
    ``issues`` (:data:`ringfinder.model.ISSUE_SCHEMA`) has the rows that are in none of
    them, every one lost. Rows of the long table = rows of ``tables`` + rows of ``issues``.
    """

    tables: tuple[NarrowTable, ...]
    issues: pl.DataFrame


def long_parts(
    file: str, cells: pl.DataFrame, rows: pl.Series, override: TableOverride | None = None
) -> LongParts | None:
    """Take a long table apart; None if the table is none.

    Parameters
    ----------
    file : str
        Display name of the table.
    cells : pl.DataFrame
        Its cells, String columns by header.
    rows : pl.Series
        Its row numbers (Int32), as long as ``cells``.
    override : TableOverride, optional
        Its entry in ``ringfinder.toml``. One of type ``"long"`` makes it long: ``columns`` then names the columns by
        role (:data:`ringfinder.tables.long_words.ROLES`), and by other fields the words of the type column that give
        them. One of any other type, or with columns that are no such roles, keeps it from being taken apart.

    Raises
    ------
    ConfigError
        If ``ringfinder.toml`` calls it long and names no customer, type and value that there are.
    """
    declared = override is not None and override.type == "long"
    if override is not None and not declared and (override.type or override.is_links or override.columns):
        return None
    if cells.is_empty() or (not declared and set(LINK_FIELDS[:4]) <= set(cells.columns)):
        return None
    found = long_columns(cells, override if declared else None)
    if found is None:
        return None
    table, roles = found
    words = rated_words(table, roles, long_fields(override) if declared else {})
    if words is not None and (declared or speaks_for_long(table, roles, words)):
        return _apart(file, table, rows, roles, words, override)
    if declared:
        raise ConfigError(
            "the type column has no word, or too many different ones",
            where=file,
            expected="at most 200 kinds of links",
            do="name the right column in the file's [[tables]] entry: columns.type",
        )
    return None


# ---- taking it apart ----
def _apart(
    file: str,
    cells: pl.DataFrame,
    rows: pl.Series,
    roles: Mapping[str, str],
    words: pl.DataFrame,
    override: TableOverride | None,
) -> LongParts:
    told = {role: cells[header] for role, header in roles.items() if role != "type"}
    word = cells[roles["type"]].str.strip_chars()
    frame = pl.DataFrame({"_row": rows, "_word": word, **told})
    frame = _with_event(frame)
    loaded = words.filter(pl.col("table") != "")
    own = _own_phones(frame, loaded)
    blocks = frame.filter(pl.col("_word").is_in(loaded["word"].implode())).partition_by("_word", as_dict=True)
    reason = "set in ringfinder.toml" if override and override.type == "long" else "its rows are links of many kinds"
    chosen = tuple((role, header) for role, header in sorted(roles.items()) if not header.endswith(" (type)"))
    of_events = loaded.filter(~pl.col("field").is_in(list(long_words()["event"].values())))
    several = dict(of_events.group_by("table").len().iter_rows())
    tables: list[NarrowTable] = []
    for record in loaded.iter_rows(named=True):
        block = blocks[(record["word"],)]
        meaning = WordMeaning(record["table"], record["field"], record["reason"])
        columns = _columns(meaning, roles, record["word"], events=several.get(meaning.table, 0) > 1)
        if meaning.table == "calls" and own is not None:
            block = block.join(own, on="customer_id", how="left", maintain_order="left")
            columns.append(("_own", f"{roles['value']} [customer's own phone]", "from_phone", "the customer's own"))
        given = tuple(ColumnMapping(header, field, why) for _, header, field, why in columns)
        left = _not_loaded(words, roles) if not tables else ()
        tables.append(
            NarrowTable(
                block.select(pl.col(source).alias(header) for source, header, _, _ in columns),
                block["_row"],
                TableMapping(file, meaning.table, (*given, *left), reason, _constants(meaning), long=chosen),
            )
        )
    if not tables:  # its rows must still be counted, and its words told
        mapping = TableMapping(file, "unknown", _not_loaded(words, roles), reason, long=chosen)
        tables.append(NarrowTable(cells.clear(), rows.clear(), mapping))
    return LongParts(tuple(tables), _left_out(file, frame, words, roles["type"]))


def _constants(meaning: WordMeaning) -> tuple[tuple[str, str], ...]:
    if meaning.table != "links":
        return ()
    kind, _, relation = meaning.field.partition(".")
    return (("relation", relation), ("source_kind", "debtor"), ("target_kind", kind))


def _columns(
    meaning: WordMeaning, roles: Mapping[str, str], word: str, *, events: bool
) -> list[tuple[str, str, str, str]]:
    """The columns of a narrow table: column of the frame, header, field, reason."""
    extra = long_words()
    value = f"{roles['value']} [{word}]"
    if meaning.table == "links":
        who = "customer_id" if "customer_id" in roles else "id_number"
        columns = [(who, roles[who], "source", "the customer"), ("value", value, "target", meaning.reason)]
    else:
        known = table_types()[meaning.table].fields
        columns = [
            (role, roles[role], role, "the customer")
            for role in WHO
            if role in roles and role in known and role != meaning.field
        ]
        columns.append(("value", value, meaning.field, meaning.reason))
    for role in ("date", "amount", "label", "complaint_id"):
        field = extra[role].get(meaning.table)
        if role in roles and field and field != meaning.field:
            columns.append((role, roles[role], field, f"goes with the type {word}"))
    field = extra["event"].get(meaning.table, "")
    if events and "date" in roles and field and field not in [f for _, _, f, _ in columns]:
        columns.append(("_event", f"{roles['date']} [customer and day]", field, "stands for the event's number"))
    return columns


def _with_event(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the column ``_event``: customer and day, null where one is missing.

    Rows of one letter or complaint (its phone, its address) are one event although nothing numbers it.
    """
    who = next(role for role in WHO if role in frame.columns)
    if "date" not in frame.columns:
        return frame
    return frame.with_columns(_event=pl.col(who).str.strip_chars() + " " + pl.col("date").str.strip_chars())


def _own_phones(frame: pl.DataFrame, loaded: pl.DataFrame) -> pl.DataFrame | None:
    """The own phone of each customer as it stands, the mobile first: ``customer_id``, ``_own``."""
    if "customer_id" not in frame.columns:
        return None
    place = {field: n for n, field in enumerate(_OWN_PHONES)}
    words = loaded.filter((pl.col("table") == "customers") & pl.col("field").is_in(_OWN_PHONES))
    ranks = words.select("word", rank=pl.col("field").replace_strict(place, return_dtype=pl.Int8))
    phones = frame.join(ranks, left_on="_word", right_on="word").select("customer_id", "rank", _own="value")
    whole = phones.drop_nulls().filter(pl.col("_own").str.replace_all(r"[\s-]", "").str.contains(_WHOLE))
    first = whole.sort("customer_id", "rank", "_own")
    return first.unique("customer_id", keep="first", maintain_order=True).drop("rank")


def _not_loaded(words: pl.DataFrame, roles: Mapping[str, str]) -> tuple[ColumnMapping, ...]:
    """The words that are not loaded, each with the number of its rows, for ``check``."""
    names: dict[str, list[tuple[str, int]]] = {}
    for record in words.filter(pl.col("table") == "").iter_rows(named=True):
        # a word with many digits is a value that stands in the wrong column, and nobody's header
        odd = sum(c.isdigit() for c in record["word"]) > 4
        names.setdefault("other words" if odd else record["word"], []).append((record["reason"], record["rows"]))
    return tuple(
        ColumnMapping(f"{roles['value']} [{word}]", None, f"{told[0][0]}; rows left out: {sum(n for _, n in told):,}")
        for word, told in names.items()
    )


def _left_out(file: str, frame: pl.DataFrame, words: pl.DataFrame, header: str) -> pl.DataFrame:
    """The rows of words that are not loaded, and those without a word, as issues."""
    reasons = words.select("word", reason=pl.when(pl.col("table") == "").then("field"))
    rows = frame.select("_row", "_word").join(
        reasons, left_on="_word", right_on="word", how="left", maintain_order="left"
    )
    lost = rows.filter(pl.col("reason").is_not_null() | pl.col("_word").is_null())
    return lost.select(
        pl.lit(file).alias("file"),
        pl.col("_row").alias("row"),
        pl.lit(header).alias("column"),
        pl.col("_word").fill_null("").alias("value"),
        pl.col("reason").fill_null("unknown_type").alias("reason"),
        pl.lit(True).alias("lost"),
    ).cast(ISSUE_SCHEMA)
