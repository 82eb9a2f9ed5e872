"""Options that several commands share, spelled once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Config", "Delimiter", "Encoding", "Files", "Format", "FormatOption", "KeepGoing", "Run"]


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


Files = Annotated[
    list[Path],
    typer.Argument(
        help="Exports: files or folders (CSV, TSV, Excel, Parquet; gzip, zip; - is standard input).",
        show_default=False,
        readable=False,
    ),
]
Run = Annotated[
    Path, typer.Argument(help="A run folder, made by 'ringfinder run'.", show_default=False, readable=False)
]
Config = Annotated[
    Path | None,
    typer.Option(
        "-c", "--config", help="A ringfinder.toml (see 'ringfinder init').", show_default=False, readable=False
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", help="Encoding of all text files; recognised by itself otherwise.", show_default=False),
]
Delimiter = Annotated[
    str | None,
    typer.Option("--delimiter", help="Cell delimiter of all text files, e.g. ';', '\\t' or '||'.", show_default=False),
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Leave out files that cannot be read, instead of stopping.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the table.")]
