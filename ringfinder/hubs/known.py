"""The list of known hubs: what a public number is, by data that a user's own file goes before.

The shipped list is ``hubs.toml`` beside this file, which also explains the format.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.errors import ConfigError
from ringfinder.normalise import normalise_column

__all__ = ["KnownHub", "match_known", "read_known", "shipped"]

#: What an entry may ask for, and whether it must then say who asks and since when: such an entry lifts a rule.
_TREATMENTS = {"EXCLUDE": False, "KEEP": True, "GUARD": False, "ANNOTATE": False}
#: Treatments that have a place of their own, and which.
_ELSEWHERE = {
    "ALLOWLIST": "a lawful representative stands under [[allow_list]], with its proof and last day",
    "DOWNWEIGHT": "it follows from the data: what very many share counts little; ask for GUARD",
}
_TEXTS = ("kind", "pattern", "country", "zh", "en", "treatment", "source", "note", "owner", "date")
_COUNTRIES = ("CN", "GB", "US")
_NEEDED = ("zh", "en", "source")


@dataclass(frozen=True)
class KnownHub:
    """One entry of a list of known hubs; see ``hubs.toml`` for its fields. ``listed`` says in which list it stands.

    ``owner`` asked for it on ``date`` (ISO).
    """

    zh: str
    en: str
    source: str
    kind: str = "phone"
    values: tuple[str, ...] = ()
    pattern: str = ""
    country: str = ""
    treatment: str = "EXCLUDE"
    note: str = ""
    owner: str = ""
    date: str = ""
    listed: str = ""

    @property
    def title(self) -> str:
        """What it is, what a reviewer should know, and which list says so."""
        known = f"{self.en} {self.zh}" if self.zh != self.en else self.en
        asked = " ".join(filter(None, (self.owner and f"asked for by {self.owner}", self.date)))
        return "; ".join(filter(None, (known, self.note, asked))) + f" ({self.listed})"


@cache
def shipped() -> tuple[KnownHub, ...]:
    """The list that comes with ringfinder."""
    text = resources.files("ringfinder.hubs").joinpath("hubs.toml").read_text(encoding="utf-8")
    return _entries(tomllib.loads(text), where="hubs.toml", name="list")


def read_known(file: str | Path = "") -> tuple[KnownHub, ...]:
    """The entries of the user's file, if one is named, followed by the shipped ones. What is said first holds.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no TOML or has faults; all are told together, with the file's name.
    """
    if not str(file):
        return shipped()
    path, setting = Path(file), "it is named by [hubs] list; the path counts from the working directory"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(f"the list of hubs cannot be read ({why})", where=str(file), do=setting) from error
    except ValueError as error:  # no TOML, no UTF-8, or no path at all
        raise ConfigError(
            f"the list of hubs is not valid TOML: {error}", where=str(file), do="mend that line"
        ) from error
    return (*_entries(data, where=str(file), name=path.name), *shipped())


def _entries(data: dict[str, Any], *, where: str, name: str) -> tuple[KnownHub, ...]:
    faults = [f"unknown setting {key} (known: as_of, [[hub]])" for key in data if key not in ("as_of", "hub")]
    as_of, rows = data.get("as_of", ""), data.get("hub", [])
    if not isinstance(as_of, str):
        # a date without quotes is a date to TOML, and as good
        as_of = str(as_of)
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        faults.append("entries must be written as [[hub]]")
        rows = []
    listed = f"{name} of {as_of}" if as_of else name
    found = []
    for number, row in enumerate(rows, start=1):
        wrong = _faults(row)
        faults += [f"[[hub]] entry {number}: {fault}" for fault in wrong]
        if not wrong:
            row = {**row, "date": str(row.get("date", ""))}
            found.append(KnownHub(**{**row, "values": tuple(row.get("values", ())), "listed": listed}))
    if faults:
        raise ConfigError("; ".join(faults), where=where, do="mend these entries; ringfinder's own hubs.toml shows how")
    return tuple(found)


def _faults(row: dict[str, Any]) -> list[str]:
    """Everything that is wrong with one entry."""
    row = {**row, "date": row["date"].isoformat()} if isinstance(row.get("date"), dt.date) else row
    faults = [f"unknown field {key} (known: values, {', '.join(_TEXTS)})" for key in row if key not in _KNOWN]
    faults += [f'{key} must be a text ("...")' for key in _TEXTS if not isinstance(row.get(key, ""), str)]
    faults += [f"{key} is missing" for key in _NEEDED if not row.get(key)]
    values = row.get("values", [])
    if not (isinstance(values, list) and all(isinstance(value, str) and value.strip() for value in values)):
        faults.append('values must be a list of texts (["...", "..."])')
    elif bool(values) == bool(row.get("pattern")):
        faults.append("give values or a pattern, one of the two")
    faults += _treatment_faults(row)
    if row.get("country") and row["country"] not in _COUNTRIES:
        faults.append(f"country must be one of {', '.join(_COUNTRIES)}")
    pattern = row.get("pattern", "")
    if isinstance(pattern, str) and pattern:
        try:
            pl.Series([""]).str.contains(_whole(pattern))
        except pl.exceptions.ComputeError as error:
            reason = next((line.strip() for line in str(error).splitlines() if line.startswith("error:")), "error")
            faults.append(f"pattern {pattern!r} is no regular expression ({reason.removeprefix('error: ')})")
    return faults


def _treatment_faults(row: dict[str, Any]) -> list[str]:
    """What is wrong with the treatment that an entry asks for, and with who asks for it."""
    wanted = row.get("treatment", "EXCLUDE")
    faults = []
    if wanted not in tuple(_TREATMENTS):
        why = f"; {wanted}: {_ELSEWHERE[wanted]}" if wanted in tuple(_ELSEWHERE) else ""
        faults.append(f"treatment must be {', '.join(list(_TREATMENTS)[:-1])} or {list(_TREATMENTS)[-1]}{why}")
    elif _TREATMENTS[wanted]:
        faults += [f"{key} is missing: {wanted} lifts a rule" for key in ("owner", "date") if not row.get(key)]
    said = row.get("date")
    if isinstance(said, str) and said:
        try:
            dt.date.fromisoformat(said)
        except ValueError:
            faults.append(f"date {said!r} is no day (2026-11-30)")
    return faults


_KNOWN = ("values", *_TEXTS)


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def match_known(entries: Sequence[KnownHub], things: pl.DataFrame, country: str) -> NDArray[np.int64]:
    """Which entry each thing falls under.

    Parameters
    ----------
    entries : sequence of KnownHub
        The user's before the shipped ones, as :func:`read_known` gives them. Within one list a value goes before a
        pattern, and what stands first before what follows.
    things : DataFrame
        ``kind`` and ``key``, as in the graph.
    country : str
        Entries of another country are left out.

    Returns
    -------
    ndarray of int64, shape (things.height,)
        Position in ``entries``, -1 for none.
    """
    lists = list(dict.fromkeys(entry.listed for entry in entries))
    order = [i for i, entry in enumerate(entries) if entry.country in ("", country)]
    order.sort(key=lambda i: (lists.index(entries[i].listed), bool(entries[i].pattern), i))
    values = _values([entries[i] for i in order], country)
    ranks = [things.with_row_index("_row").join(values, on=["kind", "key"]).select("_row", "_rank")]
    for kind in dict.fromkeys(entries[i].kind for i in order):
        patterns = {r: _whole(entries[i].pattern) for r, i in enumerate(order) if _has_pattern(entries[i], kind)}
        if not patterns:
            continue
        # one pass over all, so that the single patterns are tried on the few that fall under any
        some = (pl.col("kind") == kind) & pl.col("key").str.contains("|".join(patterns.values()))
        first = pl.coalesce(pl.when(pl.col("key").str.contains(p)).then(pl.lit(r)) for r, p in patterns.items())
        ranks.append(things.with_row_index("_row").filter(some).select("_row", first.cast(pl.Int64).alias("_rank")))
    best = pl.concat(ranks).group_by("_row").agg(pl.col("_rank").min())
    found = np.full(things.height, -1, dtype=np.int64)
    found[best["_row"].to_numpy()] = np.array(order, dtype=np.int64)[best["_rank"].to_numpy()]
    return found


def _has_pattern(entry: KnownHub, kind: str) -> bool:
    return bool(entry.pattern) and entry.kind == kind


def _values(entries: Sequence[KnownHub], country: str) -> pl.DataFrame:
    """The literal values as ``kind``, ``key``, ``_rank`` (position of the entry that goes first); none twice."""
    rows = [(entry.kind, value.strip(), rank) for rank, entry in enumerate(entries) for value in entry.values]
    table = pl.DataFrame(rows, schema={"kind": pl.String, "key": pl.String, "_rank": pl.Int64}, orient="row")
    phones = table.filter(pl.col("kind") == "phone")
    found = normalise_column("phone", phones["key"], country=country)
    # a placeholder has no value that may link; its digits are what the reading remembers of it
    digits = pl.coalesce("value", pl.col("extra").replace("", None)).alias("key")
    written = (
        phones.drop("key")
        .with_row_index("index")
        .join(found.select(pl.col("index").cast(pl.UInt32), digits).drop_nulls(), on="index")
    )
    every = pl.concat([table, written.select(table.columns)])
    return every.group_by("kind", "key").agg(pl.col("_rank").min())
