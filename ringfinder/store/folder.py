"""A run folder: ``run.json``, CSVs for the desk, Parquet for the graph and ``report.html``.

It is written into a hidden sibling and renamed at the end, so that a folder with its final name is always whole.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl

from ringfinder.errors import ConfigError, DataError, OutputError, first_line
from ringfinder.graph import NO_DATE, Graph, Links
from ringfinder.model import Run

__all__ = ["check_free", "load_graph", "load_run", "new_folder", "save_run", "write_file"]

_MARK = "run.json"


def save_run(
    folder: str | Path,
    run: Run,
    graph: Graph,
    texts: Mapping[str, str | Callable[[], str]],
    issues: pl.DataFrame,
    decisions: pl.DataFrame | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """Write a run folder, whole or not at all; mode 0700, files 0600.

    Parameters
    ----------
    folder : path
        Where; it must not exist, unless ``overwrite`` and it is a run folder.
    run, graph, issues, decisions
        As they may be seen (see :class:`ringfinder.privacy.Border`).
    texts : mapping of file name to text
        The CSVs and the page; written in UTF-8 as they are. A function gives its text while the graph is written.

    Raises
    ------
    OutputError
        If the place is taken, cannot be written or is full. Nothing is left behind then.
    """
    with new_folder(Path(folder), overwrite=overwrite) as place:
        (place / "graph").mkdir(mode=0o700)
        with ThreadPoolExecutor(max_workers=1) as pool:  # it needs little of Python, the texts need nothing else
            written = pool.submit(_write_graph, place / "graph", graph)
            for name, text in texts.items():
                (place / name).write_text(text if isinstance(text, str) else text(), encoding="utf-8", newline="")
            write_rejected(place / "rejected.csv", issues)
            if decisions is not None:
                write_same(place / "same.csv", decisions)
            (place / _MARK).write_text(run.to_json(), encoding="utf-8", newline="")
            written.result()
    return Path(folder)


def _write_graph(place: Path, graph: Graph) -> None:
    """The two tables of ``graph/``."""
    for name, table in (("nodes", _node_table(graph)), ("links", _link_table(graph))):
        # level 1: a third of the time of the default, and about the same size on tokens and numbers
        table.write_parquet(place / f"{name}.parquet", compression_level=1, statistics=False)


def write_rejected(path: Path, issues: pl.DataFrame) -> None:
    """``rejected.csv``: file, row, column, value, reason, scope; opens cleanly in a spreadsheet."""
    from ringfinder.report.tables import guard_column

    table = issues.select(
        "file",
        "row",
        "column",
        "value",
        "reason",
        pl.when("lost").then(pl.lit("row")).otherwise(pl.lit("cell")).alias("scope"),
    ).with_columns(guard_column("file"), guard_column("column"), guard_column("value"))
    _write_table(path, table)


def write_same(path: Path, decisions: pl.DataFrame) -> None:
    """``same.csv``: pairs of keys that were joined or are left to the user; opens cleanly in a spreadsheet."""
    from ringfinder.report.tables import guard_column

    guarded = [guard_column(column) for column in ("left", "right", "file", "left_file")]
    _write_table(path, decisions.with_columns(*guarded))


def _write_table(path: Path, table: pl.DataFrame) -> None:
    with path.open("wb") as stream:
        stream.write(b"\xef\xbb\xbf")
        table.write_csv(stream, line_terminator="\r\n")


@contextlib.contextmanager
def new_folder(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A hidden sibling of ``folder`` that becomes ``folder`` when the block ends well and vanishes when it does not.

    Raises
    ------
    OutputError
        If the place is taken, cannot be written or is full.
    """
    check_free(folder, overwrite=overwrite)
    try:
        folder = folder.resolve()
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name[:100]}.", suffix=".partial", dir=folder.parent))
    except OSError as error:
        raise _output_error(folder, error) from error
    old = work.with_suffix(".old")
    try:
        yield work
        for path in work.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        if folder.exists():
            folder.rename(old)
        work.rename(folder)
    except OSError as error:
        raise _output_error(folder, error) from error
    except pl.exceptions.PolarsError as error:
        raise _output_error(folder, OSError(errno.EIO, str(error))) from error
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)  # what was there comes back when its successor did not arrive
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)


def write_file(path: Path, text: str) -> None:
    """Write one text file, whole or not at all; an older file of that name is replaced. Mode 0600.

    Raises
    ------
    OutputError
        If the place cannot be written or is full. The older file stays then.
    """
    work = None
    try:
        path = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".partial", dir=path.parent)
        work = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        work.replace(path)
    except OSError as error:
        raise _output_error(path, error, "file") from error
    finally:
        if work is not None:
            work.unlink(missing_ok=True)


def check_free(folder: Path, *, overwrite: bool = False) -> None:
    """Say early, before hours of work, that the place is taken.

    Raises
    ------
    OutputError
        If ``folder`` exists and is neither empty nor a run folder that may be replaced, or cannot be looked at.
    """
    try:
        if not folder.exists() and not folder.is_symlink():
            return
        if folder.is_dir() and not any(folder.iterdir()):
            return
        taken_by_run = (folder / _MARK).is_file()
    except OSError as error:
        raise _output_error(folder, error) from error
    if overwrite and taken_by_run:
        return
    what = "a run is there already" if taken_by_run else "something else is there already"
    do = "name another folder with -o" + (", or add --overwrite to replace it" if taken_by_run else "")
    raise OutputError(what, where=str(folder), do=do)


def load_run(folder: str | Path) -> Run:
    """Read ``run.json`` of a run folder.

    Raises
    ------
    ConfigError
        If the folder is no run folder.
    DataError
        If its ``run.json`` is damaged or of another schema version.
    """
    path = Path(folder) / _MARK
    try:
        return Run.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ConfigError(
            "this is no run folder",
            where=str(folder),
            expected="a folder with run.json, made by 'ringfinder run'",
            do="check the path",
        ) from error
    except OSError as error:
        raise DataError(
            f"the run cannot be read ({error.strerror or error})", where=str(path), do="check its rights"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "it does not hold what a run holds"
        raise DataError(
            f"run.json cannot be read ({f'it lacks {error}' if isinstance(error, KeyError) else why})",
            where=str(path),
            expected="the file as ringfinder wrote it",
            do="run ringfinder again",
        ) from error


def load_graph(folder: str | Path) -> Graph:
    """The graph of a run folder; keys are tokens unless the run was revealed.

    Raises
    ------
    ConfigError
        If the folder has no graph.
    DataError
        If its tables are damaged.
    """
    place = Path(folder) / "graph"
    if not (place / "nodes.parquet").is_file() or not (place / "links.parquet").is_file():
        raise ConfigError("this run folder has no graph", where=str(folder), do="check the path")
    try:
        nodes = pl.read_parquet(place / "nodes.parquet")
        links = pl.read_parquet(place / "links.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        what = f"the graph cannot be read ({first_line(error)})"
        raise DataError(what, where=str(place), do="run ringfinder again") from error
    try:
        return _graph(nodes, links)
    except (pl.exceptions.PolarsError, ValueError) as error:
        what = f"the graph has not the columns of this release ({first_line(error)})"
        raise DataError(what, where=str(place), do="run ringfinder again") from error


def _graph(nodes: pl.DataFrame, links: pl.DataFrame) -> Graph:
    relations = tuple(links["relation"].unique().sort().to_list())
    files = tuple(links["file"].unique().sort().to_list())
    code = {r: i for i, r in enumerate(relations)}
    number = {f: i for i, f in enumerate(files)}
    return Graph(
        nodes.drop("id"),
        Links(
            links["source"].to_numpy(),
            links["target"].to_numpy(),
            links["relation"].replace_strict(code, return_dtype=pl.UInt8).to_numpy(),
            links["date"].to_physical().fill_null(int(NO_DATE)).to_numpy(),
            links["file"].replace_strict(number, return_dtype=pl.UInt16).to_numpy(),
            links["row"].to_numpy(),
            links["weight"].to_numpy(),
        ),
        relations,
        files,
    )


def _node_table(graph: Graph) -> pl.DataFrame:
    return graph.nodes.select(pl.int_range(pl.len(), dtype=pl.Int32).alias("id"), pl.all())


def _link_table(graph: Graph) -> pl.DataFrame:
    links = graph.links
    date = np.where(links.date == NO_DATE, 0, links.date)
    return pl.DataFrame(
        {
            "source": links.source,
            "target": links.target,
            "relation": pl.Series(links.relation.astype(np.uint32)).replace_strict(
                dict(enumerate(graph.relations)), return_dtype=pl.String
            ),
            "date": pl.Series(date, dtype=pl.Int32).cast(pl.Date),
            "file": pl.Series(links.file.astype(np.uint32)).replace_strict(
                dict(enumerate(graph.files)), return_dtype=pl.String
            ),
            "row": links.row,
            "weight": links.weight,
        }
    ).with_columns(pl.when(pl.Series(links.date == NO_DATE)).then(None).otherwise(pl.col("date")).alias("date"))


def _output_error(place: Path, error: OSError, what: str = "run") -> OutputError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(error)
    return OutputError(
        "the disk is full" if full else f"the {what} cannot be written ({error.strerror or error})",
        where=str(place),
        do="free some space, or name another place with -o"
        if full
        else "check the rights, or name another place with -o",
    )
