"""One person, one debtor: keys that stand for the same person are joined by strong identifiers only.

A valid identity number joins, a card or account together with the name joins, a name together with an own phone joins
where nobody else has both. Masked, damaged and placeholder values join nothing; what stays open is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ringfinder.link.debtors import PEOPLE_TABLES, debtor_rows
from ringfinder.link.people_evidence import accounts, identities, lenders, named, named_phones, row_numbers
from ringfinder.link.same import (
    DECISIONS,
    EDGES,
    MERGED,
    SameSettings,
    canonical,
    decided,
    explained,
    settle,
    witnesses,
)
from ringfinder.link.sheet import Sheet

__all__ = ["People", "find_people", "people_notes"]

#: Papers with a check digit; others join only together with the name.
_CHECKED = ("resident", "permit", "foreigner")
#: Why an identity number joins nobody although each key may be a person of its own.
_NAMES_DISAGREE = ("many_names", "different_names")
_HAN = r"\p{Han}"
_SEVERAL = pl.lit("several_people").alias("reason")
_NO_DOUBT = {"id": pl.String, "reason": pl.String}


@dataclass(frozen=True, eq=False)
class People:
    """Who each row is about.

    ``rows`` gives each table's ``index`` and ``value`` (the debtor's key); ``decisions`` has the schema of
    :data:`ringfinder.link.same.DECISIONS`; ``known`` are all keys before joining.
    """

    rows: Mapping[Sheet, pl.DataFrame]
    decisions: pl.DataFrame
    known: pl.Series

    def keys(self, sheet: Sheet) -> pl.DataFrame:
        """The debtor of each row of a table: ``index``, ``value``; rows that tell none are left out."""
        return self.rows[sheet]


def find_people(sheets: Sequence[Sheet], settings: SameSettings, same: pl.DataFrame, different: pl.DataFrame) -> People:
    """Find the debtors of all tables.

    Parameters
    ----------
    same, different : DataFrame
        The user's pairs of keys (:data:`ringfinder.link.same.PAIRS`).

    Raises
    ------
    ConfigError
        If the user's pairs contradict each other.
    """
    mine = [s for s in sheets if s.mapping.table in PEOPLE_TABLES]
    frames = [debtor_rows(s).rename({"value": "key"}).with_columns(_number(n)) for n, s in enumerate(mine)]
    if not frames:
        return People({}, pl.DataFrame(schema=DECISIONS), pl.Series([], dtype=pl.String))
    every = pl.concat(frames)
    ids = identities(mine)
    carriers = ids.filter(pl.col("id").is_duplicated()).join(every, on=["sheet", "index"])
    carriers = named(mine, carriers)
    doubts = _doubts(carriers, settings, lenders(mine, every, carriers["key"]))
    every, carriers = _told_apart(every, carriers, doubts)

    known = every["key"].unique() if not (same.is_empty() and different.is_empty()) else pl.Series([], dtype=pl.String)
    held, apart = decided("debtor", same, different, known)
    by_id, refused_id = _by_identity(every, ids, carriers, doubts)
    by_account, refused_account = _by_account(named(mine, accounts(mine, every)), settings)
    by_phone, refused_phone = _by_phone(named_phones(mine, every), settings)
    found = [held, by_id, by_account, by_phone, refused_id, refused_account, refused_phone]
    codes = _codes([*found, apart])
    held, by_id, by_account, by_phone, *refused = (_coded(edges, codes) for edges in found)
    pairs = _coded(apart, codes)
    rows = every.join(codes, on="key").select("sheet", "index", "rank", key="code")
    numbers = ids.join(rows, on=["sheet", "index"]).select("key", value="id")

    accepted = [held]
    joined, bad = settle(held, by_id, [], pairs)
    accepted, refused = [*accepted, joined], [*refused, bad]
    joined, bad = settle(pl.concat(accepted), by_account, [numbers], pairs)
    accepted, refused = [*accepted, joined], [*refused, bad.with_columns(_SEVERAL)]
    limits = [numbers, _cores(rows, pl.concat(accepted)), lenders(mine, rows, rows["key"]).rename({"lender": "value"})]
    joined, bad = settle(pl.concat(accepted), by_phone, limits, pairs)
    accepted, refused = [*accepted, joined], [*refused, bad.with_columns(_SEVERAL)]

    edges = pl.concat(accepted)
    to = canonical(edges, rows)
    left = _still_apart(pl.concat(refused), to)
    told = pl.concat([f[c].rename("key") for f in (edges, left) for c in ("left", "right")]).unique()
    first = witnesses(row_numbers(mine, rows.join(told.to_frame(), on="key", how="semi")))
    to, first = _decoded(to, codes), _decoded(first, codes)
    decisions = explained("debtor", _decoded(edges, codes), _decoded(left, codes), apart, first)
    return People(_final(mine, every, to), decisions, known)


def people_notes(decisions: pl.DataFrame) -> list[str]:
    """How many debtors were joined by what."""
    merged = decisions.filter((pl.col("decision") == MERGED) & (pl.col("kind") == "debtor"))
    code = merged["why"].str.split(":").list.first()
    words = (
        ("identity number", ("same_identity_number", "same_identity_number_15", "two_numbers_one_identity")),
        ("account and name", ("same_account_and_name",)),
        ("name and own phone", ("same_name_and_phone",)),
    )
    notes = []
    for by, codes in words:
        number = merged.filter(code.is_in(codes))["right"].n_unique()
        if number:
            notes.append(f"{number:,} {'customer was' if number == 1 else 'customers were'} joined by {by} (same.csv)")
    return notes


def _number(n: int) -> pl.Expr:
    return pl.lit(n, dtype=pl.UInt16).alias("sheet")


def _doubts(carriers: pl.DataFrame, settings: SameSettings, lent: pl.DataFrame) -> pl.DataFrame:
    """Identity numbers that join nobody, and why: ``id``, ``reason``, each number once."""
    if carriers.is_empty():
        return pl.DataFrame(schema=_NO_DOUBT)
    seen = carriers.drop_nulls("name").select("id", "name", "full", "head", "former").unique()
    size = seen.group_by("id").agg(pl.len().alias("all"), pl.col("name").filter("full").n_unique().alias("full"))
    most = settings.names_per_id
    many = size.filter((pl.col("full") > most) | (pl.col("all") > 2 * most))
    seen = seen.join(many, on="id", how="anti")
    former = seen.drop_nulls("former").select("id", name="former").unique()
    few = seen.select("id", "name", "full", "head").unique().join(former, on=["id", "name"], how="anti")
    few = few.filter(pl.len().over("id") > 1)
    pairs = few.join(few, on="id", suffix="_b").filter(pl.col("name") < pl.col("name_b"))
    shared = _parts("name").list.set_intersection(_parts("name_b")).list.len() > 0
    # hidden characters speak for nobody; visible ones may speak against
    clash = pl.when(pl.col("full") & pl.col("full_b")).then(~shared).otherwise(pl.col("head") != pl.col("head_b"))
    differ = pairs.filter(clash.fill_null(False))
    unchecked = (
        carriers.filter(~pl.col("paper").is_in(_CHECKED))
        .group_by("id")
        .agg(pl.col("name").n_unique().alias("names"), pl.col("full").fill_null(False).all())
        .filter((pl.col("names") > 1) | ~pl.col("full"))
    )
    found = [(many, "many_names"), (differ, "different_names"), (unchecked, "no_check_digit")]
    if not settings.across_lenders:
        several = carriers.select("id", "key").unique().join(lent, on="key").group_by("id")
        found.append((several.agg(pl.col("lender").n_unique()).filter(pl.col("lender") > 1), "several_lenders"))
    every = [frame.select("id", pl.lit(reason).alias("reason")).unique() for frame, reason in found]
    return pl.concat(every).unique("id", keep="first", maintain_order=True)


def _parts(name: str) -> pl.Expr:
    """The characters of a Chinese name, the words of any other."""
    column = pl.col(name)
    words = column.str.split(" ")
    return (
        pl.when(column.str.contains(_HAN)).then(column.str.replace_all("·", "").str.extract_all(".")).otherwise(words)
    )


def _told_apart(every: pl.DataFrame, carriers: pl.DataFrame, doubts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are known by an identity number of several people only: told apart by name, where they tell one."""
    bad = doubts.filter(pl.col("reason").is_in(_NAMES_DISAGREE)).select("id")
    rows = carriers.filter((pl.col("rank") == 1) & pl.col("full").fill_null(False)).join(bad, on="id", how="semi")
    if rows.is_empty():
        return every, carriers
    names = rows.select("sheet", "index", (pl.col("key") + " / " + pl.col("shown")).alias("apart"))

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        both = frame.join(names, on=["sheet", "index"], how="left", maintain_order="left")
        return both.with_columns(pl.coalesce("apart", "key").alias("key")).drop("apart")

    return renamed(every), renamed(carriers)


def _by_identity(
    every: pl.DataFrame, ids: pl.DataFrame, carriers: pl.DataFrame, doubts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Edges between keys with one identity number, and the pairs that are left to the user."""
    keys = carriers.group_by("id", "key").agg(pl.col("rank").min(), pl.col("old").any())
    keys = keys.filter(pl.len().over("id") > 1)
    if keys.is_empty():
        return pl.DataFrame(schema=EDGES), pl.DataFrame(schema=EDGES)
    held = every.join(keys.select("key").unique(), on="key", how="semi").join(ids, on=["sheet", "index"])
    several = held.group_by("key").agg((pl.col("id").n_unique() > 1).alias("several"))
    keys = keys.join(several, on="key").join(doubts, on="id", how="left")
    pairs = _to_first(keys, ["id"], ["several", "rank", "key"], ["rank", "several", "old"])
    bad = pl.col("reason").is_not_null() | pl.col("several") | pl.col("several_head")
    reason = (
        pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(pl.col("several") | pl.col("several_head"))
        .then(pl.lit("several_identity_numbers"))
        .when(pl.col("old") | pl.col("old_head"))
        .then(pl.lit("same_identity_number_15"))
        .when((pl.col("rank") == 0) & (pl.col("rank_head") == 0))
        .then(pl.lit("two_numbers_one_identity"))
        .otherwise(pl.lit("same_identity_number"))
    )
    told = pairs.with_columns(bad.alias("bad"), reason.alias("reason"))
    return told.filter(~pl.col("bad")).select(list(EDGES)), told.filter("bad").select(list(EDGES))


def _by_account(rows: pl.DataFrame, settings: SameSettings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Edges between keys with one card or account and one name; an account of many names joins nobody."""
    full = rows.filter(pl.col("full").fill_null(False))
    shared = pl.col("name").n_unique().over("account") <= settings.names_per_id
    keys = full.filter(shared).group_by("account", "name", "key").agg(pl.col("rank").min())
    pairs = _to_first(keys, ["account", "name"], ["rank", "key"], [])
    return _edges(pairs, "same_account_and_name"), pl.DataFrame(schema=EDGES)


def _by_phone(rows: pl.DataFrame, settings: SameSettings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Edges between keys with one name and one own phone, and the pairs of a caller's phone or of a hub."""
    crowd = pl.col("names") >= settings.names_per_phone
    keys = rows.group_by("phone", "name", "key").agg(pl.col("rank").min(), pl.col("own").any(), pl.col("names").max())
    keys = keys.with_columns(pl.col("own").any().over("phone", "name"))
    pairs = _to_first(keys, ["phone", "name"], ["rank", "key"], [])
    good = pl.col("own") & ~crowd
    why = pl.when("own").then(pl.lit("several_people")).otherwise(pl.lit("caller_phone"))
    refused = pairs.filter(~good).with_columns(why.alias("reason")).select(list(EDGES))
    return _edges(pairs.filter(good), "same_name_and_phone"), refused


def _edges(pairs: pl.DataFrame, reason: str) -> pl.DataFrame:
    return pairs.select("left", "right", pl.lit(reason).alias("reason")).unique()


def _to_first(keys: pl.DataFrame, bucket: list[str], order: list[str], facts: list[str]) -> pl.DataFrame:
    """Each bucket's first key as ``left`` beside each of its others as ``right``; its ``facts`` end in ``_head``."""
    ordered = keys.sort(*bucket, *order)
    heads = ordered.unique(bucket, keep="first", maintain_order=True)
    heads = heads.select(*bucket, pl.col("key").alias("left"), *[pl.col(f).alias(f"{f}_head") for f in facts])
    both = ordered.join(heads, on=bucket).rename({"key": "right"})
    return both.filter(pl.col("left") != pl.col("right"))


def _codes(edges: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The keys of all edges with numbers in the order of the keys: ``key``, ``code``. Joins on numbers are cheaper."""
    keys = pl.concat([f[c].rename("key") for f in edges for c in ("left", "right")])
    return keys.unique().sort().to_frame().with_row_index("code").select("key", "code")


def _coded(edges: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """``edges`` with codes in place of keys."""
    for end in ("left", "right"):
        edges = edges.join(codes.rename({"key": end}), on=end, how="left").drop(end).rename({"code": end})
    return edges.select("left", "right", *[c for c in edges.columns if c not in ("left", "right")])


def _decoded(frame: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with keys in place of the codes in its columns ``key``, ``to``, ``left`` and ``right``."""
    ends = [c for c in ("key", "to", "left", "right") if c in frame.columns]
    return frame.with_columns(codes["key"].gather(frame[c]).alias(c) for c in ends)


def _cores(rows: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Each customer number with the person that it belongs to so far: ``key``, ``value``."""
    numbers = rows.filter(pl.col("rank") == 0).select("key").unique()
    to = canonical(edges, rows.select("key", "rank"))
    return numbers.join(to, on="key", how="left").select("key", value=pl.coalesce("to", "key"))


def _still_apart(pairs: pl.DataFrame, to: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` without those that other evidence joined after all."""
    ends = pairs.join(to.rename({"key": "left", "to": "a"}), on="left", how="left")
    ends = ends.join(to.rename({"key": "right", "to": "b"}), on="right", how="left")
    return ends.filter(pl.coalesce("a", "left") != pl.coalesce("b", "right")).select(list(EDGES))


def _final(sheets: Sequence[Sheet], every: pl.DataFrame, to: pl.DataFrame) -> dict[Sheet, pl.DataFrame]:
    """Each table's rows with the keys that stand for their people."""
    rows = every.select("sheet", "index", value="key")
    if not to.is_empty():
        rows = rows.join(to, left_on="value", right_on="key", how="left", maintain_order="left")
        rows = rows.select("sheet", "index", pl.coalesce("to", "value").alias("value"))
    return {s: rows.filter(pl.col("sheet") == n).drop("sheet") for n, s in enumerate(sheets)}
