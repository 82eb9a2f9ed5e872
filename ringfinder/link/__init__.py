"""Stage *link*: normalised columns of all tables → one integer-coded graph, with every loss and every hub counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from ringfinder.errors import DataError
from ringfinder.graph_build import graph_from_frames
from ringfinder.link.companies import CompanyRegister, link_organisations
from ringfinder.link.generic import link_generic
from ringfinder.link.link_companies import rename_companies
from ringfinder.link.odd_numbers import mark_odd_numbers
from ringfinder.link.papers import link_documents, link_phone_changes, link_sessions
from ringfinder.link.people import (
    link_calls,
    link_complaints,
    link_customers,
    link_mail,
    link_payments,
    link_powers,
)
from ringfinder.link.quality import QUALITY_SCHEMA, unfit_notes
from ringfinder.link.readings import all_readings
from ringfinder.link.same import APART, DECISIONS, SAME_DEFAULTS, SameSettings, pairs_frame
from ringfinder.link.same_companies import company_notes
from ringfinder.link.same_people import find_people, people_notes
from ringfinder.link.shared_numbers import mark_shared_numbers
from ringfinder.link.sheet import EXCLUDED_SCHEMA, Sheet
from ringfinder.link.traits import link_adverts, link_flags, link_former_staff, link_lawsuits
from ringfinder.model import ISSUE_SCHEMA, InputFile, no_issues
from ringfinder.normalise import DEFAULTS, Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ringfinder.graph import Graph
    from ringfinder.read import RawTable
    from ringfinder.tables import TableMapping

__all__ = ["DECISIONS", "Linked", "SameSettings", "link_tables"]


@dataclass(frozen=True)
class Linked:
    """What the stage gives.

    ``issues`` has the schema of :data:`ringfinder.model.ISSUE_SCHEMA`; ``excluded`` lists values that were kept from
    linking as they were met (kind, key, reason, who carried it, extra); ``quality`` counts the cells of every
    identifier column by quality (:data:`ringfinder.link.quality.QUALITY_SCHEMA`); ``decisions`` lists the keys that
    were joined or left to the user (:data:`ringfinder.link.same.DECISIONS`); the counts of ``inputs`` add up: rows =
    used + rejected. ``readings`` are amounts and days of debtors (:data:`ringfinder.link.readings.READINGS`).
    """

    graph: Graph
    issues: pl.DataFrame
    excluded: pl.DataFrame
    inputs: tuple[InputFile, ...]
    quality: pl.DataFrame
    decisions: pl.DataFrame
    notes: tuple[str, ...]
    readings: pl.DataFrame


def link_tables(
    tables: Sequence[tuple[RawTable, TableMapping]],
    *,
    kinds: Mapping[str, str],
    relations: Mapping[str, str],
    options: Options = DEFAULTS,
    settings: SameSettings = SAME_DEFAULTS,
    same: Sequence[tuple[str, str]] = (),
    different: Sequence[tuple[str, str]] = (),
) -> Linked:
    """Build the graph of all mapped tables.

    Parameters
    ----------
    settings : SameSettings
        When two keys are one person or company.
    same, different : sequence of pairs of keys
        The user's decisions: keys of debtors or companies that are one, and keys that are not.

    Raises
    ------
    ConfigError
        If the user's decisions contradict each other.
    DataError
        If no row of any table gave a node or a link.
    """
    sheets = [Sheet(raw, mapping, options) for raw, mapping in tables]
    pairs = pairs_frame(same), pairs_frame(different)
    pair_sheets = [s for s in sheets if s.mapping.table == "links"]
    notes = [note for s in pair_sheets for note in link_generic(s, kinds, relations)]
    register = CompanyRegister.of(sheets, settings, *pairs)
    for sheet in pair_sheets:
        rename_companies(sheet, register.rows[sheet])
    notes += mark_odd_numbers(sheets) + mark_shared_numbers(sheets)
    people = find_people(sheets, settings, *pairs)
    decisions = pl.concat([people.decisions, register.decisions]).sort(list(DECISIONS))
    notes += people_notes(decisions) + company_notes(decisions) + _open_notes(decisions)
    notes += _unknown_keys(pl.concat(pairs), people.known, register.known)
    linkers: dict[str, Callable[[Sheet], None]] = {
        "customers": lambda sheet: link_customers(sheet, people),
        "collection_cases": lambda sheet: link_customers(sheet, people),
        "complaints": lambda sheet: link_complaints(sheet, people, register),
        "powers_of_attorney": lambda sheet: link_powers(sheet, people, register),
        "organisations": lambda sheet: link_organisations(sheet, register),
        "mail": lambda sheet: link_mail(sheet, people),
        "payments": lambda sheet: link_payments(sheet, people),
        "calls": link_calls,
        "documents": lambda sheet: link_documents(sheet, people),
        "sessions": lambda sheet: link_sessions(sheet, people),
        "phone_changes": lambda sheet: link_phone_changes(sheet, people),
        "flags": lambda sheet: link_flags(sheet, people),
        "lawsuits": lambda sheet: link_lawsuits(sheet, people),
        "adverts": link_adverts,
        "former_staff": link_former_staff,
    }
    for sheet in sheets:
        if sheet.mapping.table in linkers:
            linkers[sheet.mapping.table](sheet)
    notes += [note for sheet in sheets for note in sheet.notes]
    notes += _part_reused_numbers(sheets)
    issues, inputs = [], []
    for sheet in sheets:
        told, rejected = _settle(sheet)
        issues.append(told)
        inputs.append(_input(sheet, rejected))
    if not any(f.height for s in sheets for f in (*s.links, *s.nodes)):
        raise _nothing(sheets)
    quality = pl.concat([f for s in sheets for f in s.quality] or [pl.DataFrame(schema=QUALITY_SCHEMA)])
    quality = quality.sort("file", "column", "rule")
    notes += unfit_notes(quality)
    excluded = pl.concat([f for s in sheets for f in s.excluded] or [pl.DataFrame(schema=EXCLUDED_SCHEMA)])
    return Linked(
        graph_from_frames([f for s in sheets for f in s.take_nodes()], [f for s in sheets for f in s.take_links()]),
        pl.concat(issues).cast(ISSUE_SCHEMA).sort(list(ISSUE_SCHEMA)),
        excluded,
        _by_file(inputs),
        quality,
        decisions,
        tuple(sorted(set(notes))),
        all_readings(sheets),
    )


def _open_notes(decisions: pl.DataFrame) -> list[str]:
    """How many pairs wait for the user."""
    number = decisions.filter(pl.col("decision") == APART).height
    if not number:
        return []
    pairs = "pair of keys that may be one is" if number == 1 else "pairs of keys that may be one are"
    return [f"{number:,} {pairs} kept apart and listed for decision in same.csv"]


def _unknown_keys(pairs: pl.DataFrame, *known: pl.Series) -> list[str]:
    """How many of the user's decisions name a key that the input has not."""
    found = pl.lit(False)
    for keys in known:
        found |= pl.col("left").is_in(keys.implode()) & pl.col("right").is_in(keys.implode())
    number = pairs.filter(~found).height
    if not number:
        return []
    return [
        f"{number:,} decisions about keys that may be one name a key that the input has not; they were not applied "
        "(same.csv of a revealed run shows the keys)"
    ]


def _part_reused_numbers(sheets: Sequence[Sheet]) -> list[str]:
    """Tell complaints apart that carry one number in several files but belong to different debtors.

    Every export counts from 1; their complaints no. 1 are not one complaint that joins two people. Returns notes.
    """
    filed = [
        f.filter(pl.col("relation") == "filed") for s in sheets for f in s.links if s.mapping.table == "complaints"
    ]
    if len(filed) < 2:
        return []
    reused = (
        pl.concat(filed)
        .group_by("target")
        .agg(pl.col("source").n_unique().alias("debtors"), pl.col("file").n_unique().alias("files"))
        .filter((pl.col("debtors") > 1) & (pl.col("files") > 1))["target"]
    )
    if reused.is_empty():
        return []
    for sheet in sheets:
        if sheet.mapping.table != "complaints":
            continue

        def renamed(kind: str, key: str, file: str = sheet.raw.file) -> pl.Expr:
            mine = (pl.col(kind) == "complaint") & pl.col(key).is_in(reused.implode())
            return pl.when(mine).then(pl.lit(f"{file}:") + pl.col(key)).otherwise(pl.col(key)).alias(key)

        sheet.links = [
            f.with_columns(renamed("source_kind", "source"), renamed("target_kind", "target")) for f in sheet.links
        ]
        sheet.nodes = [f.with_columns(renamed("kind", "key")) for f in sheet.nodes]
    return [f"{len(reused):,} complaint numbers stand in several files for different people; they were kept apart"]


def _nothing(sheets: Sequence[Sheet]) -> DataError:
    """Why no row gave a link, as far as the headers tell."""
    do = "run 'ringfinder check' on the files to see what was recognised and what was lost"
    unknown = [s for s in sheets if s.mapping.table == "unknown" and s.height]
    why = ""
    if unknown and (unknown[0].raw.issues["reason"] == "no_header").any():
        why = ": it has no header"
        do = "run 'ringfinder init', and name the type and the columns (column 1, column 2 ...) in ringfinder.toml"
    elif not unknown and any(s.mapping.table == "unknown" and s.mapping.long for s in sheets):
        why = ": the words of its type column are not known, or are left out"
        do = 'say what they mean in the file\'s [[tables]] entry: columns.FIELD = ["WORD"]; check lists the words'
    elif unknown:
        why = ": its headers fit no table type"  # not quoted, since they may be a record of a file without a header
        if len(unknown[0].mapping.columns) == 1:
            do = "name the delimiter with --delimiter if there should be more than one column, or " + do
        if any(s.raw.encoding.lower() == "gb18030" for s in unknown):  # nearly any bytes can be read as GB18030
            do = "name the encoding if the text is not GB18030 (--encoding big5 for traditional Chinese), or " + do
    return DataError(
        f"no row of the input gave a link{why}",
        where=", ".join(dict.fromkeys(s.raw.file for s in sheets)),
        expected="tables of customers, complaints, powers of attorney ... or a link table",
        do=do,
    )


def _settle(sheet: Sheet) -> tuple[pl.DataFrame, int]:
    """The sheet's issues and the number of its data rows that are rejected in all.

    A row counts as rejected only if nothing of it entered the graph; such a row always has a reason. Asserts the law:
    rows read = rows used + rows rejected.
    """
    unused = sheet.unused()
    told = pl.concat([i.filter("lost")["row"] for i in sheet.issues] or [pl.Series([], dtype=pl.Int32)])
    silent = unused.filter(~sheet.rows(unused).is_in(told.implode()))
    sheet.lose(silent, "", "unknown_table" if sheet.mapping.table == "unknown" else "no_link")
    issues = pl.concat([i.cast(ISSUE_SCHEMA) for i in sheet.issues] or [no_issues()])
    if sheet.mapping.beside:  # the main table of the file counts the rows
        return issues.filter(~pl.col("lost")), 0
    rejected = sheet.rows(unused)
    issues = issues.with_columns(pl.col("lost") & pl.col("row").is_in(rejected.implode()))
    if issues.filter("lost")["row"].n_unique() != rejected.n_unique():
        raise AssertionError(f"{sheet.raw.file}: rejected rows and their reasons do not add up")
    return pl.concat([sheet.raw.issues, issues]), int(sheet.raw.issues["lost"].sum()) + len(unused)


def _by_file(inputs: Sequence[InputFile]) -> tuple[InputFile, ...]:
    """One record a file, sorted: the parts of a long table (:mod:`ringfinder.tables.long`) are counted together."""
    found: dict[str, InputFile] = {}
    for part in sorted(inputs, key=lambda i: i.name):
        whole = found.get(part.name)
        found[part.name] = (
            part
            if whole is None
            else replace(
                whole,
                table=whole.table if part.rows == 0 else "long",
                rows=whole.rows + part.rows,
                used=whole.used + part.used,
                rejected=whole.rejected + part.rejected,
            )
        )
    return tuple(found.values())


def _input(sheet: Sheet, rejected: int) -> InputFile:
    raw = sheet.raw
    total = 0 if sheet.mapping.beside else sheet.height + int(raw.issues["lost"].sum())
    return InputFile(
        name=raw.file,
        sha256=raw.sha256,
        size=raw.size,
        encoding=raw.encoding,
        table=sheet.mapping.table,
        rows=total,
        used=total - rejected,
        rejected=rejected,
    )
