"""One company, one key: by code; else by name and province; near-equal names only with another sign in common."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ringfinder.link.company_names import near_names, plain_name, province_of_code, province_of_text
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

__all__ = ["ROWS", "SIGNS", "SameCompanies", "company_notes", "join_companies"]

#: What the rows say: a company by code, name or both; ``region`` is the registered address's province, or null.
ROWS = pl.Schema(
    {
        "sheet": pl.UInt16,
        "index": pl.UInt32,
        "name": pl.String,
        "code": pl.String,
        "code_kind": pl.String,
        "region": pl.String,
        "file": pl.String,
        "row": pl.Int32,
    }
)
#: Phones and legal representatives on the rows.
SIGNS = pl.Schema({"sheet": pl.UInt16, "index": pl.UInt32, "sign": pl.String, "value": pl.String})

_CODE, _NAME = 0, 1
_ORGANISATION_CODE = 9


@dataclass(frozen=True, eq=False)
class SameCompanies:
    """Each row's company: ``rows`` has ``sheet``, ``index``, ``name``, ``code_kind``, ``value`` (the key), ``code``
    (null without one); ``decisions`` the schema of :data:`ringfinder.link.same.DECISIONS`; ``known`` all keys before
    joining."""

    rows: pl.DataFrame
    decisions: pl.DataFrame
    known: pl.Series


def join_companies(
    rows: pl.DataFrame, signs: pl.DataFrame, settings: SameSettings, same: pl.DataFrame, different: pl.DataFrame
) -> SameCompanies:
    """Give every row its company's key.

    Parameters
    ----------
    rows, signs : DataFrame
        :data:`ROWS` and :data:`SIGNS`.
    same, different : DataFrame
        The user's pairs of keys (:data:`ringfinder.link.same.PAIRS`).

    Raises
    ------
    ConfigError
        If the user's pairs contradict each other.
    """
    if rows.is_empty():
        return SameCompanies(
            rows.with_columns(value=pl.col("name")), pl.DataFrame(schema=DECISIONS), pl.Series([], dtype=pl.String)
        )
    rows = _first_keys(rows)
    known = rows["value"].unique()
    held, apart = decided("company", same, different, known)
    keys = _keys(rows)
    codes = keys.filter(pl.col("rank") == _CODE).select("key", value="key")
    names = _spoken(rows)

    accepted, refused = [held], []
    for proposed, doubtful in (_by_code(keys, rows), _by_name(keys, names)):
        limits = [_whole_codes(codes, pl.concat(accepted), keys, proposed)]
        good, bad = settle(pl.concat(accepted), proposed, limits, apart)
        accepted.append(good)
        refused += [bad, doubtful]
    to = canonical(pl.concat(accepted), keys)
    proposed, doubtful = _by_likeness(rows, signs, keys, to, settings)
    limits = [_whole_codes(codes, pl.concat(accepted), keys, proposed)]
    good, bad = settle(pl.concat(accepted), proposed, limits, apart)
    accepted.append(good)
    refused += [bad.with_columns(pl.lit("near_name").alias("reason")), doubtful]

    joined, left = pl.concat(accepted), pl.concat(refused)
    to = canonical(joined, keys)
    first = witnesses(rows.select("file", "row", key="value"))
    decisions = explained("company", joined, left, apart, first)
    final = rows.join(to, left_on="value", right_on="key", how="left", maintain_order="left")
    final = final.with_columns(pl.coalesce("to", "value").alias("value"))
    return SameCompanies(final.select("sheet", "index", "name", "code", "code_kind", "value"), decisions, known)


def company_notes(decisions: pl.DataFrame) -> list[str]:
    """How many companies were joined by name."""
    merged = decisions.filter((pl.col("decision") == MERGED) & (pl.col("kind") != "debtor"))
    code = merged["why"].str.split(":").list.first()
    notes = []
    for what, start in (("name and region", "same_name"), ("a nearly equal name and phone or representative", "near_")):
        number = merged.filter(code.str.starts_with(start))["right"].n_unique()
        if number:
            notes.append(
                f"{number:,} {'spelling of a company was' if number == 1 else 'spellings of companies were'} joined by "
                f"{what} (same.csv)"
            )
    return notes


def _first_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with ``plain``, ``region`` and the key that each row gives by itself, ``value``.

    The region is the address's, else the province that the name begins with. The key is the code, else the name; with
    its province where one name without a code stands in several.
    """
    names = rows.select("name").drop_nulls().unique()
    names = names.with_columns(plain_name("name").alias("plain"), province_of_text("name").alias("told"))
    rows = rows.join(names, on="name", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("region", "told").alias("region")).drop("told")
    bare = pl.col("code").is_null()
    regions = pl.when(bare).then("region").drop_nulls().n_unique().over("plain")
    several = bare & (regions > 1) & pl.col("region").is_not_null()
    name = pl.when(several).then(pl.col("name") + " / " + pl.col("region")).otherwise("name")
    return rows.with_columns(pl.coalesce("code", name).alias("value"))


def _keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Every key once: ``key``, ``rank`` (0 code, 1 name), ``name``, ``plain`` and ``region`` of a name, ``region`` of a
    code."""
    own = pl.when(pl.col("code").is_not_null()).then(province_of_code("code")).otherwise("region")
    keys = rows.select(
        key="value",
        rank=pl.when(pl.col("code").is_not_null()).then(pl.lit(_CODE)).otherwise(pl.lit(_NAME)),
        name=pl.when(pl.col("code").is_null()).then("name"),
        plain=pl.when(pl.col("code").is_null()).then("plain"),
        region=own,
        code_kind="code_kind",
    )
    return keys.group_by("key").agg(pl.all().sort(nulls_last=True).first())


def _spoken(rows: pl.DataFrame) -> pl.DataFrame:
    """Which names the codes go by: ``code``, ``name``, ``plain``, each once."""
    return rows.drop_nulls(["code", "name"]).select("code", "name", "plain").unique()


def _whole_codes(codes: pl.DataFrame, held: pl.DataFrame, keys: pl.DataFrame, proposed: pl.DataFrame) -> pl.DataFrame:
    """Each code with the company that it belongs to: two in one group are two companies."""
    alike = proposed.filter(pl.col("reason") == "organisation_code")
    to = canonical(pl.concat([held, alike]), keys)
    return codes.join(to, on="key", how="left").select("key", value=pl.coalesce("to", "value"))


def _by_code(keys: pl.DataFrame, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Organisation codes of nine characters that are part (9 to 17) of exactly one company code."""
    codes = keys.filter((pl.col("rank") == _CODE) & (pl.col("code_kind") != "text"))
    size = pl.col("key").str.len_chars()
    whole = codes.filter(size == 18).select(left="key", part=pl.col("key").str.slice(8, _ORGANISATION_CODE))
    whole = whole.filter(pl.len().over("part") == 1)
    pairs = whole.join(codes.filter(size == _ORGANISATION_CODE).select(right="key"), left_on="part", right_on="right")
    edges = pairs.select("left", right="part", reason=pl.lit("organisation_code"))
    return edges.cast(EDGES), pl.DataFrame(schema=EDGES)


def _by_name(keys: pl.DataFrame, names: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Names without a code: with the company of that name, else with one another; and what stays open."""
    bare = keys.filter(pl.col("rank") == _NAME).select("key", "name", "plain", "region")
    of_code = keys.select("region", code="key").join(names, on="code")
    exact = of_code.select("name", "code").unique().filter(pl.len().over("name") == 1).select("name", only="code")
    pairs = bare.join(of_code.select("plain", "code", code_region="region").unique(), on="plain")
    pairs = pairs.join(exact, on="name", how="left")
    here = pl.col("region") == pl.col("code_region")
    pairs = pairs.with_columns(
        clash=(pl.col("region") != pl.col("code_region")).fill_null(False),
        codes=pl.col("code").n_unique().over("key"),
        here=here.fill_null(False).sum().over("key"),
    )
    fits = (
        pl.when(pl.col("codes") == 1)
        .then(~pl.col("clash"))
        .when(pl.col("here") == 1)
        .then(here.fill_null(False))
        .otherwise((pl.col("only") == pl.col("code")).fill_null(False) & ~pl.col("clash"))
    )
    pairs = pairs.with_columns(fits.alias("fits")).with_columns(pl.col("fits").any().over("key").alias("found"))
    spelling = (
        pl.when(pl.col("only") == pl.col("code")).then(pl.lit("only_code_of_name")).otherwise(pl.lit("same_name"))
    )
    good = pairs.filter("fits").select(left="code", right="key", reason=spelling)
    why = pl.when(pl.col("codes") > 1).then(pl.lit("several_codes")).otherwise(pl.lit("several_regions"))
    open_pairs = pairs.filter(~pl.col("found")).select(left="code", right="key", reason=why)

    ambiguous = pairs.filter(pl.col("codes") > 1)["plain"].unique()
    alike = bare.filter(~pl.col("plain").is_in(ambiguous.implode()))
    regions = pl.col("region").drop_nulls().n_unique().over("plain")
    place = pl.when(regions > 1).then(pl.col("region").fill_null("?")).otherwise(pl.lit(""))
    alike = alike.with_columns(place.alias("place")).sort("plain", "place", "key")
    by_place = alike.with_columns(left=pl.col("key").first().over("plain", "place"))
    variants = by_place.filter(pl.col("left") != pl.col("key"))
    variants = variants.select("left", right="key", reason=pl.lit("same_name"))
    heads = by_place.unique(["plain", "place"], keep="first", maintain_order=True)
    heads = heads.with_columns(left=pl.col("key").first().over("plain")).filter(pl.col("left") != pl.col("key"))
    places = heads.select("left", right="key", reason=pl.lit("several_regions"))
    return pl.concat([good, variants]).cast(EDGES), pl.concat([open_pairs, places]).cast(EDGES)


def _by_likeness(
    rows: pl.DataFrame, signs: pl.DataFrame, keys: pl.DataFrame, to: pl.DataFrame, settings: SameSettings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Near-equal names of one province that no two codes keep apart: joined if a phone or representative agrees too."""
    units = rows.join(to, left_on="value", right_on="key", how="left")
    units = units.select("sheet", "index", "plain", "code", unit=pl.coalesce("to", "value"))
    facts = units.join(keys.select("rank", "region", unit="key"), on="unit")
    facts = facts.drop_nulls("plain").select("unit", "plain", "rank", "region").unique()
    near = near_names(facts["plain"], settings.name_ratio)
    pairs = near.join(facts, left_on="one", right_on="plain").join(
        facts, left_on="other", right_on="plain", suffix="_b"
    )
    conflict = (pl.col("region") != pl.col("region_b")).fill_null(False)
    two_codes = (pl.col("rank") == _CODE) & (pl.col("rank_b") == _CODE)
    pairs = pairs.filter((pl.col("unit") != pl.col("unit_b")) & ~conflict & ~two_codes)
    turned = (pl.col("rank_b") < pl.col("rank")) | (
        (pl.col("rank_b") == pl.col("rank")) & (pl.col("unit_b") < pl.col("unit"))
    )
    pairs = pairs.select(
        left=pl.when(turned).then("unit_b").otherwise("unit"),
        right=pl.when(turned).then("unit").otherwise("unit_b"),
        numbered="numbered",
    )
    pairs = pairs.group_by("left", "right").agg(pl.col("numbered").all())
    held = signs.join(units, on=["sheet", "index"]).select("sign", "value", "unit").unique()
    held = held.filter(pl.len().over("sign", "value") <= settings.companies_per_phone)
    both = pairs.join(held, left_on="left", right_on="unit")
    both = both.join(held, left_on=["right", "sign", "value"], right_on=["unit", "sign", "value"], how="semi")
    agreed = both.group_by("left", "right").agg(pl.col("sign").min())
    pairs = pairs.join(agreed, on=["left", "right"], how="left")
    good = pl.col("sign").is_not_null() & ~pl.col("numbered")
    accepted = pairs.filter(good).select("left", "right", reason="near_name_and_" + pl.col("sign"))
    refused = pairs.filter(~good).select("left", "right", reason=pl.lit("near_name"))
    return accepted.cast(EDGES), refused.cast(EDGES)
