"""One mapped table on its way into the graph: normalised columns, the links and nodes they give, and every loss.

A :class:`Sheet` is the only mutable thing of this stage: the functions of the sibling modules fill it, and
:func:`ringfinder.link.link_tables` empties it. Nothing here loops over rows in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ringfinder.graph_build import LINK_COLUMNS
from ringfinder.link.quality import IDENTIFIERS, column_quality
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.normalise import LINKING, PUBLIC_PHONES, linkable, normalise_column

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

#: Rules for China's identifiers: in other countries these identifiers are plain texts.
_CHINESE_RULES = ("identity", "company_code", "organisation")

#: Plain numbers that a program may have held as decimals, and the share of a column from which on it did.
_NUMBERS = ("customer_id", "complaint_id", "poa_id")
_MOSTLY = 0.9


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
        applied = "text" if self.options.country != "CN" and rule in _CHINESE_RULES else rule
        for header in self.mapping.headers_of(field):
            cells = self.raw.cells[header]
            values = normalise_column(applied, cells, options=self.options)
            if field in _NUMBERS:
                values = _without_point_zero(values)
            values = values.with_columns(pl.lit(header).alias("header"))
            kept = pl.col("value").is_in(list(self.options.allow))
            public = (
                pl.col("kind").is_in(list(PUBLIC_PHONES)) & linkable() & ~kept if rule == "phone" else pl.lit(False)
            )
            values = values.with_columns(linkable().alias("_links"), public.alias("_public"))
            self._note_losses(values, cells, header)
            if rule in IDENTIFIERS:
                self.quality.append(column_quality(self.raw.file, header, rule, values))
            frames.append(values)
        if frames:
            every = pl.concat(frames)
            table = every.filter(pl.col("_links") & ~pl.col("_public")).select(
                "index", "value", "kind", "extra", "header"
            )
            if rule == "phone":
                self._note_excluded(every, field)
        else:
            table = pl.DataFrame(
                schema={
                    "index": pl.UInt32,
                    "value": pl.String,
                    "kind": pl.String,
                    "extra": pl.String,
                    "header": pl.String,
                }
            )
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

    def _note_losses(self, values: pl.DataFrame, cells: pl.Series, header: str) -> None:
        bad = values.filter(~pl.col("_links") & (pl.col("quality") != "empty") | pl.col("_public"))
        if bad.is_empty():
            return
        reason = (
            pl.when(pl.col("_public"))
            .then(pl.lit("benign_hub"))
            .when(pl.col("issues").str.contains("ambiguous"))
            .then(pl.lit("ambiguous"))
            .when(pl.col("quality").is_in(LINKING))
            .then(pl.lit("not_linkable"))
            .otherwise(pl.col("quality"))
        )
        self.issues.append(
            bad.select(
                pl.lit(self.raw.file).alias("file"),
                self.rows(bad["index"]).alias("row"),
                pl.lit(header).alias("column"),
                cells.gather(bad["index"]).fill_null("").alias("value"),
                reason.alias("reason"),
                pl.lit(False).alias("lost"),
            ).cast(ISSUE_SCHEMA)
        )

    def _note_excluded(self, every: pl.DataFrame, field: str) -> None:
        public = every.filter(pl.col("_public") | (pl.col("quality") == "placeholder"))
        kinds = pl.col("kind").replace_strict(PUBLIC_PHONES, default="placeholder")
        reason = pl.when(pl.col("quality") == "placeholder").then(pl.lit("placeholder")).otherwise(kinds)
        self._columns[field, "_excluded"] = public.select(
            "index", pl.coalesce("value", "extra").alias("value"), reason.alias("reason")
        )


def _without_point_zero(values: pl.DataFrame) -> pl.DataFrame:
    """Numbers of a column that a program held as decimals: ``1011.0`` is ``1011`` if nearly all of them end so."""
    decimal = pl.col("value").str.contains(r"^[0-9]{1,15}\.0$")
    share = values.select(decimal.mean()).item()
    if share is None or share < _MOSTLY:
        return values
    return values.with_columns(
        pl.when(decimal).then(pl.col("value").str.strip_suffix(".0")).otherwise("value").alias("value")
    )


def _expr(value: str | pl.Expr) -> pl.Expr:
    return pl.lit(value) if isinstance(value, str) else value


def _varying(name: str, value: str | pl.Expr) -> list[pl.Expr]:
    """The column ``name`` if its values may differ. A join would copy a constant row by row, so it is added later."""
    return [] if isinstance(value, str) else [value.alias(name)]


def _constant(name: str, value: str | pl.Expr) -> list[pl.Expr]:
    return [pl.lit(value).alias(name)] if isinstance(value, str) else []
