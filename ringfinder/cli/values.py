"""``check --values``: every identifier cell as it stands and as it was understood, in one CSV."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ringfinder.errors import ConfigError, OutputError
from ringfinder.link.sheet_values import OWN_PHONES
from ringfinder.normalise import normalise_column
from ringfinder.pipeline import options_of
from ringfinder.privacy import mask_number, mask_value, open_border
from ringfinder.privacy.mask import mask_label, mask_text
from ringfinder.privacy.token import tokens
from ringfinder.report.tables import guard_column
from ringfinder.tables.synonyms import shape_of
from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.read import RawTable
    from ringfinder.tables import TableMapping

__all__ = ["COLUMNS", "check_place", "write_values"]

#: ``raw`` is the cell, ``normalised`` the value that links (empty if none does), ``key`` what the value is called in
#: a run: itself, or its token. A cell that lists several values gives a row for each.
COLUMNS = ("file", "row", "column", "field", "raw", "normalised", "kind", "quality", "issues", "key")

#: Shape of a field (``words.toml``) -> normalising rule; account fields differ from card fields.
_RULES = {"phone": "phone", "id": "identity", "uscc": "company_code", "card": "card"}
_ACCOUNTS = ("payee_account", "account_no")
#: Kinds of a link table whose identifiers have a shape of their own.
_KINDS = ("phone", "account")
#: Rule -> kind of node whose tokens the run has for such values.
_NODES = {
    "phone": "phone",
    "own_phone": "phone",
    "company_code": "company",
    "card": "payee_account",
    "account": "payee_account",
}
_SLICE = 50_000


class _Column(NamedTuple):
    """One identifier column; ``only`` says for each row whether it is one there (None: in every row)."""

    header: str
    field: str
    rule: str
    only: pl.Series | None = None


def check_place(path: Path, inputs: Sequence[Path], *, overwrite: bool) -> None:
    """Say early that the file cannot be written there.

    Raises
    ------
    ConfigError
        If it is standard output or one of the inputs.
    OutputError
        If it exists and may not be replaced.
    """
    if str(path) == "-":
        raise ConfigError(
            "--values cannot go to standard output", expected="a file", do="name one: --values values.csv"
        )
    if path.resolve() in {file.resolve() for file in inputs}:
        raise ConfigError("--values would replace an input file", where=str(path), do="name another file")
    if os.path.lexists(path) and not overwrite:
        raise OutputError("the file exists", where=str(path), do="name another with --values, or add --overwrite")


def write_values(
    path: Path, tables: Sequence[RawTable], mappings: Sequence[TableMapping], config: Config, *, reveal: bool
) -> int:
    """Write every identifier cell of ``tables`` as CSV (:data:`COLUMNS`; BOM, CRLF, guarded), whole or not at all.

    Rows come in the order of tables, rows and columns. No more than one slice of one table is held at a time beside
    the input. Masked unless ``reveal``: no identifier stands in clear, only masks and tokens. Mode 0600.

    Returns the number of rows written. An OSError tells that the place cannot be written or is full.
    """
    border = open_border(reveal, config.privacy.key_file)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".partial", dir=path.resolve().parent)
    work = Path(name)
    written = 0
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
            for table, mapping in zip(tables, mappings, strict=True):
                columns = _identifiers(table, mapping, config)
                for start in range(0, table.cells.height if columns else 0, _SLICE):
                    part = _slice(table, columns, start, config)
                    part = _revealed(part) if border.key is None else _masked(part, border.key)
                    part = part.select(guard_column(c) if part[c].dtype == pl.String else c for c in COLUMNS)
                    stream.write(part.write_csv(include_header=False, line_terminator="\r\n").encode())
                    written += part.height
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
    return written


def _identifiers(table: RawTable, mapping: TableMapping, config: Config) -> list[_Column]:
    """The identifier columns of a table, in its order."""
    if mapping.table == "links":
        return list(_ends(table, mapping, config))
    found = []
    for column in mapping.columns:
        rule = "" if column.field is None else _rule_of(column.field)
        if column.field is not None and rule:
            chinese = rule in ("identity", "company_code")
            found.append(_Column(column.header, column.field, "text" if chinese and config.country != "CN" else rule))
    return found


def _rule_of(field: str) -> str:
    rule = "account" if field in _ACCOUNTS else _RULES.get(shape_of(field) or "", "")
    return "own_phone" if rule == "phone" and field in OWN_PHONES else rule


def _ends(table: RawTable, mapping: TableMapping, config: Config) -> Iterator[_Column]:
    """Sources and targets of a link table that are phones or accounts, by the kinds that stand beside them."""
    kinds = vocabulary().kinds.values()
    words = {name.lower(): k.value for k in kinds for name in (k.code, k.en, k.plural, k.zh) if k.value in _KINDS}
    words |= {own.strip().lower(): words.get(ours.strip().lower(), "") for own, ours in config.kinds.items()}
    for end in ("source", "target"):
        (header,) = mapping.headers_of(end)
        beside = mapping.headers_of(f"{end}_kind")
        if beside:
            said = table.cells[beside[0]].fill_null("").str.strip_chars().str.to_lowercase()
            rules = said.replace_strict(words, default="", return_dtype=pl.String)
            yield from (_Column(header, end, rule, rules == rule) for rule in _KINDS)
        else:
            rule = words.get((mapping.constant(f"{end}_kind") or "").strip().lower(), "")
            yield from [_Column(header, end, rule)] if rule else []


def _slice(table: RawTable, columns: Sequence[_Column], start: int, config: Config) -> pl.DataFrame:
    """The identifier cells of some rows, in clear: ``rule`` and all of :data:`COLUMNS` but ``key``."""
    options = options_of(config)
    parts = []
    for position, column in enumerate(columns):
        cells = table.cells[column.header].slice(start, _SLICE)
        values = normalise_column(column.rule, cells, options=options)
        if column.only is not None:
            values = values.filter(column.only.slice(start, _SLICE).gather(values["index"]))
        parts.append(
            values.select(
                "index",
                pl.lit(position).alias("position"),
                pl.lit(column.rule).alias("rule"),
                pl.lit(table.file).alias("file"),
                table.rows.slice(start, _SLICE).gather(values["index"]).alias("row"),
                pl.lit(column.header).alias("column"),
                pl.lit(column.field).alias("field"),
                cells.gather(values["index"]).fill_null("").alias("raw"),
                pl.col("value").fill_null("").alias("normalised"),
                "kind",
                "quality",
                "issues",
            )
        )
    return pl.concat(parts).sort("index", "position", maintain_order=True)


def _revealed(part: pl.DataFrame) -> pl.DataFrame:
    return part.with_columns(pl.col("normalised").alias("key"))


def _masked(part: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """``part`` with masks for cells and values, and the tokens of the values."""
    part = part.with_columns(_each(part["raw"], lambda cells: [mask_value(c) for c in cells]).alias("raw"))
    blocks = []
    for (rule,), block in part.with_row_index("place").group_by("rule", maintain_order=True):
        node, mask = _NODES.get(str(rule), str(rule)), partial(_mask, str(rule))
        keys = _each(block["normalised"], partial(tokens, key, node))
        shown = _each(block["normalised"], partial(map, mask))
        shown += " (" + keys.str.slice(0, 4) + ")"
        blank = pl.col("normalised") == ""
        masked = [
            pl.when(blank).then(pl.lit("")).otherwise(s).alias(n) for n, s in (("normalised", shown), ("key", keys))
        ]
        blocks.append(block.with_columns(masked))
    return pl.concat(blocks).sort("place") if blocks else part.with_columns(pl.lit("").alias("key"))


def _mask(rule: str, value: str) -> str:
    """A value as people may see it: the masks of labels, 1+1 for identity numbers."""
    if rule == "identity":
        return mask_number(value, 1, 1)
    node = _NODES.get(rule, "")
    return mask_label(node, value, "") if node in ("phone", "payee_account") else mask_text(value)


def _each(texts: pl.Series, change: Callable[[list[str]], Iterable[str]]) -> pl.Series:
    """``texts`` with every distinct one changed once."""
    distinct = texts.unique(maintain_order=True).to_list()
    changed: Mapping[str, str] = dict(zip(distinct, change(distinct), strict=True))
    return texts.replace_strict(changed, return_dtype=pl.String)
