"""Writing a world the way a bank's desks export: other encodings, other delimiters, a little mess."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from ringfinder.errors import OutputError
from ringfinder.simulate.world import World

__all__ = ["MESSY_SHARE", "write_case"]

MESSY_SHARE = 0.03  # of phone cells
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PHONES = {
    "客户": ("手机号", "预留手机号"), "投诉": ("来电号码",), "委托": ("受托人电话",), "邮寄": ("寄件人电话",),
    "机构": ("注册电话",),
}  # fmt: skip
_STYLES: tuple[Callable[[str], str], ...] = (
    lambda p: f"{p[:3]} {p[3:7]} {p[7:]}",
    lambda p: f"{p[:3]}-{p[3:7]}-{p[7:]}",
    lambda p: f"+86 {p}",
    lambda p: f"86{p}",
    lambda p: f"0086-{p}",
    lambda p: p.translate(_WIDE),
    lambda p: f" {p} ",
)


def write_case(world: World, folder: Path) -> tuple[Path, ...]:
    """Write the exports into a folder and the truth into its sub-folder `truth`.

    Customers: GB18030 CSV with CRLF. Complaints: CSV in UTF-8 with a byte order mark, two kinds of dates.
    Powers of attorney, letters and payments: plain UTF-8 CSV, payments with a closing total. Organisations:
    GB18030 TSV. Calls: gzip CSV. Some 3 % of the phone cells are written in other ways.

    Parameters
    ----------
    world : World
        What `simulate` made.
    folder : Path
        Where to write; it is made if missing.

    Returns
    -------
    tuple of Path
        The exports, without the files in `truth`.
    """
    rng = np.random.default_rng([world.settings.seed, 99])
    tables = {name: _untidy(rng, name, frame) for name, frame in world.tables.items()}
    tables["投诉"] = _mixed_dates(rng, tables["投诉"])
    tables["付款"] = _with_total(tables["付款"])
    files = {
        "客户.csv": tables["客户"].write_csv(line_terminator="\r\n").encode("gb18030"),
        "投诉.csv": tables["投诉"].write_csv().encode("utf-8-sig"),
        "委托.csv": tables["委托"].write_csv().encode("utf-8"),
        "机构.tsv": tables["机构"].write_csv(separator="\t").encode("gb18030"),
        "邮寄.csv": tables["邮寄"].write_csv().encode("utf-8"),
        "付款.csv": tables["付款"].write_csv().encode("utf-8"),
        "通话.csv.gz": gzip.compress(tables["通话"].write_csv().encode("utf-8"), compresslevel=6, mtime=0),
    }
    hidden = {
        "truth/truth.csv": world.truth.write_csv().encode("utf-8"),
        "truth/benign.csv": world.benign.write_csv().encode("utf-8"),
    }
    try:
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        for name, data in (files | hidden).items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"the synthetic case could not be written ({error.strerror})",
            where=str(folder), do="Name a folder that can be written",
        ) from error  # fmt: skip
    return tuple(folder / name for name in files)


def _untidy(rng: np.random.Generator, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Write some mobile numbers with spaces, dashes, prefixes or full-width digits."""
    for column in _PHONES.get(table, ()):
        cells = frame[column].to_list()
        for i in np.flatnonzero(rng.random(len(cells)) < MESSY_SHARE).tolist():
            if len(cells[i]) == 11 and cells[i].isdigit() and cells[i][0] == "1":
                cells[i] = _STYLES[int(rng.integers(len(_STYLES)))](cells[i])
        frame = frame.with_columns(pl.Series(column, cells, pl.String))
    return frame


def _mixed_dates(rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    """Write two dates in five as 2026/5/6 and the rest as 2026-05-06."""
    other = pl.Series("other", rng.random(frame.height) < 0.4)
    slashed = pl.col("投诉日期").str.replace_all("-0?", "/")
    return frame.with_columns(pl.when(other).then(slashed).otherwise(pl.col("投诉日期")).alias("投诉日期"))


def _with_total(frame: pl.DataFrame) -> pl.DataFrame:
    """Close the payments with the total row that a spreadsheet leaves."""
    total = frame["交易金额"].cast(pl.Float64).sum()
    last = dict.fromkeys(frame.columns, "") | {frame.columns[0]: "合计", "交易金额": f"{total:.2f}"}
    return pl.concat([frame, pl.DataFrame([last], schema=frame.schema)])
