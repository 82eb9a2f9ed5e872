"""What an office does to exports: one cell in ten of a world's tables damaged, with a record of every damage.

Each kind of damage is one that domain.md (5.0 to 5.7) describes; every kind that fits a cell is as likely as another.
Every damage stays within its cell, and only filled cells are damaged.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from pollute import text_of

from ringfinder.config import Config, PrivacySettings
from ringfinder.link import Linked, link_tables
from ringfinder.pipeline import map_tables, options_of
from ringfinder.read import ReadOptions, read_tables
from ringfinder.simulate import World

#: Table -> header -> cells.
Tables = dict[str, dict[str, list[str]]]
#: A named encoding is the consent to replace the bytes that do not fit it.
CONFIG = Config(read=ReadOptions(encoding="utf-8"), privacy=PrivacySettings(reveal=True))

#: Table of the world -> file name, encoding and delimiter. All in UTF-8: the encoding that a user names holds for all.
FILES = {
    "客户": ("客户.csv", "utf-8", ","),
    "投诉": ("投诉.csv", "utf-8-sig", ","),
    "委托": ("委托.csv", "utf-8", ","),
    "机构": ("机构.tsv", "utf-8", "\t"),
    "邮寄": ("邮寄.csv", "utf-8", ","),
    "付款": ("付款.csv", "utf-8", ","),
    "通话": ("通话.csv.gz", "utf-8", ","),
    "材料": ("材料.csv", "utf-8", ","),
    "变更": ("变更.csv", "utf-8", ","),
}
_WIDE = {c: chr(ord(c) + 0xFEE0) for c in map(chr, range(0x21, 0x7F))}
_DIGITS = re.compile(r"[0-9]")
_WORDS = ("无", "暂无", "不详", "未知", "N/A", "-", "同上", "待补充", "13800138000")
#: A byte that no encoding of ours can hold at this place: written by way of Python's surrogates.
BAD_BYTE = "\udcff"


@dataclass(frozen=True)
class Cell:
    """One cell to damage: its text, the text of its right neighbour, and a random generator."""

    text: str
    beside: str
    rng: np.random.Generator

    def digit(self) -> int:
        """The position of any digit."""
        return int(self.rng.choice([m.start() for m in _DIGITS.finditer(self.text)]))

    def pick(self, *texts: str) -> str:
        return texts[int(self.rng.integers(len(texts)))]


def _swapped(cell: Cell) -> str:
    text = cell.text
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isdecimal() and text[i] != text[i + 1]]
    i = int(cell.rng.choice(places)) if places else -1
    return text if i < 0 else text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _added(cell: Cell) -> str:
    i = cell.digit()
    return cell.text[:i] + str(cell.rng.integers(10)) + cell.text[i:]


def _lost(cell: Cell) -> str:
    i = cell.digit()
    return cell.text[:i] + cell.text[i + 1 :]


def _scientific(cell: Cell) -> str:
    return f"{float(cell.text):.{cell.rng.integers(2, 6)}E}"


def _masked(cell: Cell) -> str:
    n = len(cell.text)
    return cell.text[: n // 3] + "*" * (n - 2 * (n // 3)) + cell.text[n - n // 3 :]


def _date(cell: Cell) -> str:
    day = cell.text[:10]
    year, month, number = day.split("-")
    return cell.pick(
        f"{year}/{int(month)}/{int(number)}", day.replace("-", ""), f"{year}年{int(month)}月{int(number)}日",
        f"{year}.{month}.{number}", f"{day}T00:00:00",
    )  # fmt: skip


def _letters(cell: Cell) -> str:
    places = [i for i, c in enumerate(cell.text) if c in "01"]
    i = int(cell.rng.choice(places))
    return cell.text[:i] + ("O" if cell.text[i] == "0" else "l") + cell.text[i + 1 :]


def _bytes(cell: Cell) -> str:
    i = int(cell.rng.integers(len(cell.text)))
    return cell.text[:i] + BAD_BYTE + cell.text[i + 1 :]


@dataclass(frozen=True)
class Kind:
    """One kind of damage: which cells it can befall, what it makes of them, and what must come of it.

    ``repairable``: the value is still there in full. ``typed``: another value may stand there now, which nothing in the
    cell gives away.
    """

    fits: re.Pattern[str]
    make: Callable[[Cell], str]
    repairable: bool = False
    typed: bool = False


_ANY, _DIGIT = re.compile(r"(?s)."), re.compile(r"(?s).*[0-9]")
_NUMBER, _LONG = re.compile(r"[0-9]{11,}$"), re.compile(r"[0-9]{16,}$")
_DAY, _SHORT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"(?s).{2,60}$")
KINDS = {
    "digit lost": Kind(_DIGIT, _lost, typed=True),
    "digit added": Kind(_DIGIT, _added, typed=True),
    "digits swapped": Kind(re.compile(r".*[0-9]{2}"), _swapped, typed=True),
    "scientific": Kind(_NUMBER, _scientific),
    "zero tail": Kind(_LONG, lambda c: c.text[:15] + "0" * (len(c.text) - 15)),
    "masked": Kind(_SHORT, _masked),
    "blanked": Kind(_ANY, lambda c: ""),
    "placeholder": Kind(_ANY, lambda c: c.pick(*_WORDS)),
    "truncated": Kind(_SHORT, lambda c: c.text[: max(1, len(c.text) * 2 // 3)], typed=True),
    "byte": Kind(_SHORT, _bytes),
    "merged": Kind(_SHORT, lambda c: f"{c.text} {c.beside}".strip(), typed=True),
    "letter": Kind(re.compile(r".*[01]"), _letters, typed=True),
    "full-width": Kind(_ANY, lambda c: "".join(_WIDE.get(x, x) for x in c.text), repairable=True),
    "apostrophe": Kind(_ANY, lambda c: "'" + c.text, repairable=True),
    "formula": Kind(_DIGIT, lambda c: f'="{c.text}"', repairable=True),
    "tab": Kind(_ANY, lambda c: "\t" + c.text, repairable=True),
    "spaces": Kind(_ANY, lambda c: c.pick(f"  {c.text} ", f"\u3000{c.text}", f"{c.text}\u00a0"), repairable=True),
    "date": Kind(_DAY, _date, repairable=True),
}


#: Damage that programs do, and desks that leave out or hide; all of it shows in the cell.
MACHINES = tuple(k for k, kind in KINDS.items() if not kind.typed)


def damaged(world: World, share: float, seed: int, kinds: Sequence[str] = tuple(KINDS)) -> tuple[Tables, pl.DataFrame]:
    """The tables of a world with this share of their filled cells damaged, and a row for every damage.

    Returns
    -------
    tuple of dict and DataFrame
        Tables by name; ``file``, ``row`` (the header is row 1), ``column``, ``kind``, ``clean``, ``dirty``.
    """
    rng = np.random.default_rng(seed)
    tables, ledger = clean_tables(world), []
    for name, columns in tables.items():
        file = FILES[name][0]
        headers = list(columns)
        for header, beside in zip(headers, [*headers[1:], None], strict=True):
            cells = columns[header]
            for i in np.flatnonzero(rng.random(len(cells)) < share).tolist():
                text = cells[i]
                fitting = [k for k in kinds if text and KINDS[k].fits.match(text)]
                if fitting:
                    kind = fitting[int(rng.integers(len(fitting)))]
                    cells[i] = KINDS[kind].make(Cell(text, world.tables[name][beside][i] if beside else "", rng))
                    ledger.append((file, i + 2, header, kind, text, cells[i].replace(BAD_BYTE, "\ufffd")))
    names = {"file": pl.String, "row": pl.Int32, "column": pl.String, "kind": pl.String}
    return tables, pl.DataFrame(ledger, names | {"clean": pl.String, "dirty": pl.String}, orient="row")


def clean_tables(world: World) -> Tables:
    """The tables of a world as lists of cells."""
    return {name: {h: world.tables[name][h].to_list() for h in world.tables[name].columns} for name in FILES}


def write_tables(tables: Tables, folder: Path) -> Path:
    """Write the tables as the desks do; bad bytes go out as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (file, codec, delimiter) in FILES.items():
        columns = tables[name]
        rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
        data = text_of(rows, delimiter=delimiter).encode(codec, "surrogateescape")
        (folder / file).write_bytes(gzip.compress(data, mtime=0) if file.endswith(".gz") else data)
    return folder


def linked(folder: Path, config: Config = CONFIG) -> Linked:
    """The files of a folder, read, mapped and linked."""
    raws = list(read_tables([folder], config.read))
    pairs = list(zip(raws, map_tables(raws, config), strict=True))
    return link_tables(pairs, kinds=config.kinds, relations=config.relations, options=options_of(config))


def links_of(found: Linked) -> pl.DataFrame:
    """Every link as ``source``, ``relation``, ``target`` (ends as ``kind:key``), ``file`` and ``row``."""
    graph = found.graph
    names = graph.nodes.select(pl.col("kind") + ":" + pl.col("key")).to_series()
    return pl.DataFrame(
        {
            "source": names.gather(graph.links.source),
            "relation": pl.Series(graph.relations).gather(graph.links.relation),
            "target": names.gather(graph.links.target),
            "file": pl.Series(graph.files).gather(graph.links.file),
            "row": graph.links.row,
        }
    )


def same_names(world: World, clean: pl.DataFrame, dirty: pl.DataFrame) -> pl.DataFrame:
    """The links of the damaged exports with the names that the clean exports give to the same person or event.

    Where a customer number is gone, a debtor goes by identity number, or by name and phone. A complaint or letter is
    its row, whatever became of its number, unless another row has that number now.
    """
    people = world.tables["客户"]
    by_phone = people.filter(pl.struct("姓名", "手机号").is_unique())
    names = {f"debtor:id {i}": f"debtor:{c}" for c, i in people.select("客户号", "证件号码").iter_rows()}
    names |= {
        f"debtor:{n} +86{p}": f"debtor:{c}" for c, n, p in by_phone.select("客户号", "姓名", "手机号").iter_rows()
    }
    events = (pl.col("target").str.contains("^(?:complaint|mail_item):"), "file", "row", "target")
    before, after = (t.filter(events[0]).select(*events[1:]).unique() for t in (clean, dirty))
    moved = before.join(after, on=["file", "row"], suffix="_now").filter(
        pl.col("target_now").is_unique() & ~pl.col("target_now").is_in(before["target"].implode())
    )
    names |= dict(moved.select("target_now", "target").iter_rows())
    return dirty.with_columns(pl.col("source", "target").replace(names))
