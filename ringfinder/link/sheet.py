"""One mapped table on its way into the graph: normalised columns, the links and nodes they give, and every loss.

A :class:`Sheet` is the only mutable thing of this stage: the functions of the sibling modules fill it, and
:func:`ringfinder.link.link_tables` empties it. Nothing here loops over rows in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ringfinder.graph_build import LINK_COLUMNS
from ringfinder.link.quality import IDENTIFIERS, column_quality
from ringfinder.link.sheet_values import VALUES, kept_out, read_values, value_issues
from ringfinder.model import ISSUE_SCHEMA

if TYPE_CHECKING:
    from ringfinder.normalise import Options
    from ringfinder.read import RawTable
    from ringfinder.tables import TableMapping

__all__ = ["EXCLUDED_SCHEMA", "Sheet"]

#: A value that was kept from linking: what it is, why, who (a key) carried it, and a phone's extension.
EXCLUDED_SCHEMA: dict[str, Any] = {
    "kind": pl.String,
    "key": pl.String,
    "reason": pl.String,
    "who": pl.String,
    "extra": pl.String,
}


class Sheet:
    """A mapped table, its normalised columns and what has been made of it so far."""

    def __init__(self, raw: RawTable, mapping: TableMapping, options: Options) -> None:
        self.raw = raw
        self.mapping = mapping
        self.options = options
        self.links: list[pl.DataFrame] = []
        self.nodes: list[pl.DataFrame] = []
        self.excluded: list[pl.DataFrame] = []
        self.issues: list[pl.DataFrame] = []
        self.quality: list[pl.DataFrame] = []
        self.readings: list[pl.DataFrame] = []
        #: Numbers of several people: ``value``, and ``by`` what they are told apart (name or lender).
        self.shared_numbers = pl.DataFrame(schema={"value": pl.String, "by": pl.String})
        #: Numbers that were taken for damaged: ``value``.
        self.odd_numbers = pl.DataFrame(schema={"value": pl.String})
        #: What the run should say about this table.
        self.notes: list[str] = []
        self._used: list[pl.Series] = []
        self._columns: dict[tuple[str, str], pl.DataFrame] = {}

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.raw.cells.height

    def has(self, field: str) -> bool:
        """Whether a column was mapped to ``field``."""
        return bool(self.mapping.headers_of(field))

    def column(self, field: str, rule: str) -> pl.DataFrame:
        """The usable values of a field: ``index`` (row position), ``value``, ``kind``, ``extra``, ``header``.

        Values that are masked, damaged, placeholders, invalid or too weak to link become issues; public numbers and
        placeholders of phone columns are remembered as excluded (see :meth:`exclude`). Computed once per field.
        """
        cached = self._columns.get((field, rule))
        if cached is not None:
            return cached
        frames = []
        for header in self.mapping.headers_of(field):
            cells = self.raw.cells[header]
            values = read_values(cells, field, rule, self.options).with_columns(pl.lit(header).alias("header"))
            issues = value_issues(values, cells)
            if not issues.is_empty():
                place = pl.lit(self.raw.file).alias("file"), self.rows(issues["index"]).alias("row")
                table = issues.select(*place, pl.lit(header).alias("column"), "value", "reason", lost=pl.lit(False))
                self.issues.append(table.cast(ISSUE_SCHEMA))
            if rule in IDENTIFIERS:
                self.quality.append(column_quality(self.raw.file, header, rule, values))
            frames.append(values)
        every = pl.concat(frames) if frames else pl.DataFrame(schema=VALUES)
        table = every.filter(pl.col("_links") & ~pl.col("_public")).select("index", "value", "kind", "extra", "header")
        if rule == "phone" and frames:
            self._columns[field, "_excluded"] = kept_out(every)
        self._columns[field, rule] = table
        return table

    def first(self, field: str, rule: str) -> pl.DataFrame:
        """Like :meth:`column`, at most one value a row (the first): ``index``, ``value``, ``kind``, ``extra``."""
        table = self.column(field, rule)
        return table.unique("index", keep="first", maintain_order=True).select("index", "value", "kind", "extra")

    def dates(self, field: str) -> pl.DataFrame:
        """A date column as ``index``, ``date`` (Date)."""
        table = self.first(field, "date")
        return table.select("index", pl.col("value").str.to_date("%Y-%m-%d", strict=False).alias("date"))

    def rows(self, index: pl.Series) -> pl.Series:
        """Spreadsheet row numbers of row positions."""
        return self.raw.rows.gather(index)

    def add_links(
        self,
        source: tuple[str | pl.Expr, pl.DataFrame],
        relation: str | pl.Expr,
        target: tuple[str | pl.Expr, pl.DataFrame],
        dates: pl.DataFrame | None = None,
    ) -> None:
        """Links between the values of two columns on the same row.

        Parameters
        ----------
        source, target : tuple of (kind, frame)
            ``frame`` has ``index`` and ``value``; ``kind`` is a code, or an expression over ``frame``.
        relation : str or Expr
            Relation code.
        dates : DataFrame, optional
            ``index``, ``date``.
        """
        kind_a, left = source
        kind_b, right = target
        left = left.select("index", pl.col("value").alias("source"), *_varying("source_kind", kind_a))
        right = right.select("index", pl.col("value").alias("target"), *_varying("target_kind", kind_b))
        pairs = left.join(right, on="index", how="inner", maintain_order="left")
        if pairs.is_empty():
            return
        if dates is not None and not dates.is_empty():
            pairs = pairs.join(dates, on="index", how="left", maintain_order="left")
        else:
            pairs = pairs.with_columns(pl.lit(None, dtype=pl.Date).alias("date"))
        self._used.append(pairs["index"])
        self.links.append(
            pairs.with_columns(
                *_constant("source_kind", kind_a),
                *_constant("target_kind", kind_b),
                _expr(relation).alias("relation"),
                pl.lit(self.raw.file).alias("file"),
                self.rows(pairs["index"]).alias("row"),
                pl.lit(1.0, dtype=pl.Float32).alias("weight"),
            ).select(list(LINK_COLUMNS))
        )

    def add_nodes(
        self,
        kind: str | pl.Expr,
        keys: pl.DataFrame,
        label: pl.DataFrame | None = None,
        **attributes: pl.DataFrame,
    ) -> None:
        """Nodes from a key column (``index``, ``value``), with a label and attribute columns joined by row.

        Each attribute frame has ``index`` and one more column, which gives the attribute's values.
        """
        if keys.is_empty():
            return
        table = keys.select("index", _expr(kind).alias("kind"), pl.col("value").alias("key"))
        texts = [("label", label), *attributes.items()]
        for name, frame in texts:
            if frame is None or frame.is_empty():
                continue
            value = next(c for c in frame.columns if c not in ("index", "kind", "extra", "header"))
            table = table.join(
                frame.select("index", pl.col(value).alias(name)).unique("index", keep="first", maintain_order=True),
                on="index",
                how="left",
                maintain_order="left",
            )
        if "label" not in table.columns:
            table = table.with_columns(pl.lit(None, dtype=pl.String).alias("label"))
        self._used.append(table["index"])
        self.nodes.append(table.drop("index"))

    def mark_used(self, index: pl.Series) -> None:
        """Record rows (positions) as used by links that were added directly."""
        self._used.append(index)

    def exclude(self, keys: pl.DataFrame, kind: str, reason: str | pl.Expr, who: pl.DataFrame) -> None:
        """Remember values that were kept from linking, with who carried them (``index``, ``value``)."""
        joined = keys.join(who.select("index", pl.col("value").alias("who")), on="index", how="inner")
        self.excluded.append(
            joined.select(
                pl.lit(kind).alias("kind"),
                pl.col("value").alias("key"),
                _expr(reason).alias("reason"),
                pl.col("who"),
                pl.col("extra") if "extra" in joined.columns else pl.lit("").alias("extra"),
            )
        )

    def public_phones(self, field: str) -> pl.DataFrame:
        """Public numbers and placeholders found in a phone field: ``index``, ``value``, ``reason``."""
        self.column(field, "phone")
        return self._columns.get(
            (field, "_excluded"),
            pl.DataFrame(schema={"index": pl.UInt32, "value": pl.String, "reason": pl.String}),
        )

    def lose(self, lost: pl.Series, column: str, reason: str, *, whole: bool = True) -> None:
        """Record rows (positions) as lost for a reason: whole rows, or only their cell in ``column``."""
        if lost.is_empty():
            return
        headers = self.mapping.headers_of(column)
        value = self.raw.cells[headers[0]].gather(lost) if headers else pl.Series([None] * len(lost), dtype=pl.String)
        self.issues.append(
            pl.DataFrame(
                {
                    "file": [self.raw.file] * len(lost),
                    "row": self.rows(lost),
                    "column": [headers[0] if headers else column] * len(lost),
                    "value": value.fill_null(""),
                    "reason": [reason] * len(lost),
                    "lost": [whole] * len(lost),
                },
                schema=ISSUE_SCHEMA,
            )
        )

    def unused(self) -> pl.Series:
        """Positions of the rows that gave neither a node nor a link."""
        every = pl.Series("index", range(self.height), dtype=pl.UInt32)
        if not self._used:
            return every
        used = pl.concat([s.cast(pl.UInt32) for s in self._used]).unique()
        return every.filter(~every.is_in(used.implode()))

    def take_links(self) -> list[pl.DataFrame]:
        """The links. The sheet forgets them and its normalised columns, which makes room for the graph."""
        taken, self.links = self.links, []
        self._columns.clear()
        return taken

    def take_nodes(self) -> list[pl.DataFrame]:
        """The nodes, which the sheet forgets (see :meth:`take_links`)."""
        taken, self.nodes = self.nodes, []
        return taken


def _expr(value: str | pl.Expr) -> pl.Expr:
    return pl.lit(value) if isinstance(value, str) else value


def _varying(name: str, value: str | pl.Expr) -> list[pl.Expr]:
    """The column ``name`` if its values may differ. A join would copy a constant row by row, so it is added later."""
    return [] if isinstance(value, str) else [value.alias(name)]


def _constant(name: str, value: str | pl.Expr) -> list[pl.Expr]:
    return [pl.lit(value).alias(name)] if isinstance(value, str) else []
