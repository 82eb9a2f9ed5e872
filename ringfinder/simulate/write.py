"""Writing a world the way a bank's desks export: other encodings, other delimiters, a little mess."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import numpy as np
import polars as pl

from ringfinder.errors import OutputError
from ringfinder.simulate.ledger import CORE
from ringfinder.simulate.link_table import link_table
from ringfinder.simulate.world import World

__all__ = ["MESSY_SHARE", "Form", "write_case", "write_world"]

MESSY_SHARE = 0.03  # of phone cells
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PHONES = {
    "客户": ("手机号", "预留手机号"), "投诉": ("来电号码",), "委托": ("受托人电话",), "邮寄": ("寄件人电话",),
    "机构": ("注册电话",), "变更": ("原预留手机号", "新预留手机号"),
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


class Form(StrEnum):
    """What is written of a world."""

    core = "core"  # the seven tables that every lender exports
    full = "full"  # these, the documents and the changes of the phone of record
    links = "links"  # one generic link table
    complaints = "complaints"  # the complaints and nothing else

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables of the world that show in this form (文本: the names of shared texts)."""
        if self is Form.complaints:
            return ("投诉",)
        more = {Form.core: (), Form.full: ("材料", "变更"), Form.links: ("材料", "变更", "文本")}
        return (*CORE, *more[self])


def write_case(world: World, folder: Path, form: Form = Form.core) -> tuple[Path, ...]:
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
    form : Form
        What to write of it.

    Returns
    -------
    tuple of Path
        The exports, without the files in `truth`.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    files = _exports(world, form)
    hidden = {
        "truth/truth.csv": world.truth_in(form.tables).write_csv().encode("utf-8"),
        "truth/benign.csv": world.benign.write_csv().encode("utf-8"),
    }
    _write(folder, files | hidden)
    return tuple(folder / name for name in files)


def write_world(world: World, folder: Path, form: Form = Form.full) -> tuple[Path, ...]:
    """Write `exports/` with nothing but the exports, and `truth.csv`, `benign.csv` and `truth.json` beside it.

    `truth.json` holds the settings of the world, what was written, and the rings of each design. Parameters, errors and
    encodings as for `write_case`.

    Returns
    -------
    tuple of Path
        The exports.
    """
    exports = {f"exports/{name}": data for name, data in _exports(world, form).items()}
    truth = world.truth_in(form.tables)
    debtors = truth.filter(pl.col("kind") == "debtor")
    designs = debtors.group_by("design").agg(pl.col("ring_id").n_unique()).sort("design")
    facts = {
        "format": 1,
        "form": form.value,
        "settings": {name: getattr(world.settings, name) for name in world.settings.__slots__},
        "exports": sorted(name.removeprefix("exports/") for name in exports),
        "rings": dict(designs.iter_rows()),
        "ring_debtors": debtors.height,
        "benign_groups": world.benign["group_id"].n_unique(),
    }
    hidden = {
        "truth.csv": truth.write_csv().encode("utf-8"),
        "benign.csv": world.benign.write_csv().encode("utf-8"),
        "truth.json": (json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8"),
    }
    _write(folder, exports | hidden)
    return tuple(folder / name for name in exports)


def _exports(world: World, form: Form) -> dict[str, bytes]:
    """Name and content of every export."""
    if form is Form.links:
        return {"links.csv": link_table(world).write_csv().encode("utf-8")}
    rng = np.random.default_rng([world.settings.seed, 99])
    tables = {name: _untidy(rng, name, world.tables[name]) for name in form.tables}
    complaints = {"投诉.csv": _mixed_dates(rng, tables["投诉"]).write_csv().encode("utf-8-sig")}
    if form is Form.complaints:
        return complaints
    files = {
        "客户.csv": tables["客户"].write_csv(line_terminator="\r\n").encode("gb18030"),
        **complaints,
        "委托.csv": tables["委托"].write_csv().encode("utf-8"),
        "机构.tsv": tables["机构"].write_csv(separator="\t").encode("gb18030"),
        "邮寄.csv": tables["邮寄"].write_csv().encode("utf-8"),
        "付款.csv": _with_total(tables["付款"]).write_csv().encode("utf-8"),
        "通话.csv.gz": gzip.compress(tables["通话"].write_csv().encode("utf-8"), compresslevel=6, mtime=0),
    }
    more = [name for name in form.tables if name not in CORE]
    return files | {f"{name}.csv": tables[name].write_csv().encode("utf-8") for name in more}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise OutputError(
            f"the synthetic case could not be written ({error.strerror})",
            where=str(folder), do="Name a folder that can be written",
        ) from error  # fmt: skip


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
