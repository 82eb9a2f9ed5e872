"""The verbs that say how exports are understood, before anything is looked for: init, check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import (
    command,
    looks_like_identifier,
    masked_numbers,
    print_json,
    print_quality,
    print_table,
    say,
    stray_notes,
    without_records,
)
from ringfinder.errors import ConfigError, OutputError, RingfinderError

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.link import Linked
    from ringfinder.read import RawTable
    from ringfinder.tables import TableMapping

__all__ = ["NOT_FIT", "check", "init", "is_unfit", "refuse_idle_entries", "settings_of"]

#: Exit status when too much of an identifier column is damaged or masked to say anything.
NOT_FIT = 6

_MAPPING = ("file", "table", "column", "field", "why")
_FILES = ("file", "table", "encoding", "rows", "used", "rejected")


def init(
    files: opt.Files,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write; '-' for stdout.")] = Path(
        "ringfinder.toml"
    ),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
) -> None:
    """Write a commented ringfinder.toml from the headers of FILES.

    What a header can mean besides is written as comments: remove the # of one line.

    Example: ringfinder init exports/
    """
    import os
    import sys

    from ringfinder.cli.ask import unclear_tables
    from ringfinder.config import Config
    from ringfinder.mapped import narrow_tables
    from ringfinder.read import ReadOptions, find_inputs, read_tables
    from ringfinder.store.folder import write_file
    from ringfinder.tables import starter_config

    config = Config(read=ReadOptions(encoding, delimiter))
    tables = narrow_tables(read_tables(find_inputs(files), config.read), config)
    mappings, unclear = unclear_tables(tables, config)
    text = starter_config(mappings)
    if str(output) == "-":
        sys.stdout.write(text)
        return
    if os.path.lexists(output) and not overwrite:
        raise OutputError("the file exists", where=str(output), do="name another with -o, or add --overwrite")
    write_file(output, text)
    for error in unclear:
        what = without_records(error.what, error.headers)
        say(f"unclear: {error.where}: {what}; the choices stand in {output} as comments")
    say(f"wrote {output}; edit it, then: {command('run', *files, '-c', output)}")


def check(
    files: opt.Files,
    config: opt.Config = None,
    values: Annotated[
        Path | None,
        typer.Option(
            "--values",
            help="Write every identifier cell, raw and normalised, with its quality to this CSV file (masked), "
            "e.g. --values values.csv",
            show_default=False,
        ),
    ] = None,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Full values in the file of --values, e.g. --values values.csv --reveal"),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace an existing file of --values, e.g. --values values.csv --overwrite"),
    ] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
    keep_going: opt.KeepGoing = False,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Say how FILES are understood and what in them cannot be used; nothing is written but --values.

    Status 1 if rows are rejected that need mending (not blank lines, repeated headers or totals) or files left out;
    2 if a column or table can be taken in two ways; 6 if an identifier column is not fit for linking.

    Example: ringfinder check exports/
    """
    from ringfinder.cli.ask import unclear_tables
    from ringfinder.issues import REASONS, count_reasons
    from ringfinder.link import link_tables
    from ringfinder.mapped import narrow_tables
    from ringfinder.pipeline import options_of
    from ringfinder.read import find_inputs, read_tables
    from ringfinder.tables import mapping_rows

    settings = settings_of(config, encoding, delimiter, keep_going)
    inputs = find_inputs(files)
    if values is not None:
        from ringfinder.cli.values import check_place

        check_place(values, inputs, overwrite=overwrite)
    skipped: list[str] = []
    tables = read_tables(inputs, settings.read, lambda error: skipped.append(error.message))
    refuse_idle_entries(settings, files, [t.file for t in tables])
    tables = narrow_tables(tables, settings)
    mappings, unclear = unclear_tables(tables, settings)
    open_columns = {(m.file, q.header) for m in mappings for q in m.questions}
    nothing = {True: "(unclear)", False: "(not used)"}
    found = [(f, t, h, field or nothing[(f, h) in open_columns], why) for f, t, h, field, why in mapping_rows(mappings)]
    rows = _masked_headers(found)
    if form is not opt.Format.json:
        print_table(_MAPPING, rows, form, "How the columns are understood")
    if unclear:
        if form is opt.Format.json:
            print_json(_document(rows, tables, mappings))
        for error in unclear:
            say(without_records(error.message, error.headers))
        raise typer.Exit(ConfigError.exit_code)
    if values is not None:
        from ringfinder.cli.values import write_values

        number = write_values(values, tables, mappings, settings, reveal=reveal or settings.privacy.reveal)
        say(f"wrote {number:,} values of identifier cells to {values}")
    try:
        linked = link_tables(
            list(zip(tables, mappings, strict=True)),
            kinds=settings.kinds,
            relations=settings.relations,
            options=options_of(settings),
        )
    except RingfinderError:
        if form is opt.Format.json:
            print_json(_document(rows, tables, mappings))
        raise
    counts = [(reason, number, *REASONS[reason]) for reason, number in count_reasons(linked.issues).items()]
    if form is opt.Format.json:
        print_json(_document(rows, tables, mappings, linked))
    elif form is opt.Format.table:
        read = [(i.name, i.table, i.encoding, i.rows, i.used, i.rejected) for i in linked.inputs]
        print_table(_FILES, read, form, "Rows")
        if not linked.quality.is_empty():
            print_quality(linked.quality)
        print_table(
            ("reason", "number", "what happened", "what to do"),
            counts,
            form,
            "Cells and rows that do not link",
        )
    for note in [*map(masked_numbers, linked.notes), *stray_notes(linked.issues)]:
        say(f"note: {note}")
    for message in skipped:
        say(f"left out: {message}")
    if is_unfit(linked.notes):
        raise typer.Exit(NOT_FIT)
    rejected = count_reasons(linked.issues.filter("lost"))
    if skipped or any(REASONS[reason][1] != "nothing to do" for reason in rejected):
        raise typer.Exit(1)


def _document(
    rows: Sequence[Sequence[str]],
    tables: Sequence[RawTable],
    mappings: Sequence[TableMapping],
    linked: Linked | None = None,
) -> dict[str, object]:
    """What ``check`` found, for machines; without ``linked`` as far as it came.

    ``mapping`` (file, table, column, field, why), ``files`` (file, table, encoding, rows, used, rejected; the last two
    null if nothing was linked), ``quality`` (number of cells by quality for each identifier column, and whether it is
    fit for linking), ``reasons`` (reason and number) and ``fit_for_linking`` (null if nothing was linked).
    """
    import polars as pl

    from ringfinder.cli.output import quality_records
    from ringfinder.issues import count_reasons

    mapping = [dict(zip(_MAPPING, row, strict=True)) for row in rows]
    read: list[tuple[str, str, str, int, int | None, int | None]]
    if linked is None:
        read = [
            (t.file, m.table, t.encoding, t.cells.height + int(t.issues["lost"].sum()), None, None)
            for t, m in zip(tables, mappings, strict=True)
        ]
        issues = pl.concat([t.issues for t in tables])
    else:
        read = [(i.name, i.table, i.encoding, i.rows, i.used, i.rejected) for i in linked.inputs]
        issues = linked.issues
    return {
        "mapping": mapping,
        "files": [dict(zip(_FILES, one, strict=True)) for one in read],
        "quality": [] if linked is None else quality_records(linked.quality),
        "reasons": [{"reason": reason, "number": number} for reason, number in count_reasons(issues).items()],
        "fit_for_linking": None if linked is None else not is_unfit(linked.notes),
    }


def _masked_headers(rows: Sequence[tuple[str, str, str, str, str]]) -> list[tuple[str, str, str, str, str]]:
    """Rows (file, table, header, field, why) without the identifiers that stand where a header should.

    The first record of a short file without a header is taken for its headers. If one header of an unknown table looks
    like an identifier, all of them are masked, names included; else only long numbers, so that headers can be read.
    """
    from ringfinder.privacy.border import outer_header  # the rule of masked runs

    records = {f for f, t, h, _, _ in rows if t == "unknown" and looks_like_identifier(h)}
    return [
        (f, t, outer_header({"table": t if f in records else "", "header": h}), field, masked_numbers(why))
        for f, t, h, field, why in rows
    ]


def is_unfit(notes: Sequence[str]) -> bool:
    """Whether the notes of a run say that an identifier column is not fit for linking."""
    return any(note.startswith("not fit for linking") for note in notes)


def refuse_idle_entries(config: Config, files: list[Path], names: list[str]) -> None:
    """Refuse ``[[tables]]`` entries that mean none of the tables; a file that was left out counts as read."""
    from ringfinder.read import find_inputs
    from ringfinder.read.inputs import display_names
    from ringfinder.tables import check_entries

    left_out = display_names(find_inputs(files)) if config.read.keep_going else ()
    check_entries(config.tables, [*names, *left_out])


def settings_of(path: Path | None, encoding: str | None, delimiter: str | None, keep_going: bool) -> Config:
    """The configuration of a file with the options of the command line on top."""
    from ringfinder.config_file import load_config

    config = load_config(path)
    read = config.read.with_named(encoding, delimiter)
    return replace(config, read=replace(read, keep_going=keep_going or read.keep_going))
