"""One case, one graph: however its files were written, packed, ordered and dressed, the same nodes and links come out.

Unlike ``test_laws.py``, which compares what is read, this goes through reading, mapping and linking.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from pathlib import Path
from random import Random

import pytest
from damage import KINDS, Cell, linked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pollute import Table, text_of
from scenarios import CUSTOMERS, ORGANISATIONS, POWERS, complaints

from ringfinder.config import Config
from ringfinder.graph import NO_DATE

MAIL = "运单号,客户号,寄件人,寄件人电话,寄件地址,寄件时间\n" + "".join(
    f"E{i},C00{i},甲{'一二三四'[i - 1]},15400000901,A市100路1号快递点,2026-05-0{i}\n" for i in range(1, 5)
)
PAYMENTS = "客户号,收款人,收款账号,交易时间\n" + "".join(
    f"C00{i},王某甲,6222021234567890128,2026-05-1{i}\n" for i in range(1, 5)
)
FILES: dict[str, Table] = {
    name: list(csv.reader(io.StringIO(text)))
    for name, text in {
        "客户": CUSTOMERS, "投诉": complaints(), "委托": POWERS, "机构": ORGANISATIONS, "邮寄": MAIL, "付款": PAYMENTS,
    }.items()
}  # fmt: skip
CODECS = {
    "utf-8": b"",
    "utf-8 ": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": b"",
}
#: Damage that can be undone in every column; dates are written in other ways only where they stand alone.
DRESSING = ("full-width", "apostrophe", "formula", "tab", "spaces", "date")
#: Free text goes to the templates as it was written, so it is left alone here.
PROSE = "投诉内容"
STYLE = st.fixed_dictionaries(
    {
        "codec": st.sampled_from(sorted(CODECS)),
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "every": st.booleans(),
        "end": st.sampled_from(["\n", "\r\n"]),
        "packed": st.booleans(),
    }
)
LAW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class _Choice:
    """Random choices of :class:`damage.Cell` from hypothesis's own random numbers."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def integers(self, first: int, last: int | None = None) -> int:
        return self.random.randrange(first) if last is None else self.random.randrange(first, last)


def dressed(text: str, random: Random) -> str:
    """A cell with damage that can be undone."""
    fitting = [k for k in DRESSING if text and KINDS[k].fits.match(text)]
    return KINDS[random.choice(fitting)].make(Cell(text, "", _Choice(random))) if fitting else text  # type: ignore[arg-type]


def write(folder: Path, random: Random, styles: dict[str, dict], share: float, *, move: bool = True) -> list[Path]:
    """The case in these styles, with this share of its cells dressed; the files in any order."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    paths = []
    for name, (header, *rows) in FILES.items():
        style = dict(styles[name])
        codec, packed = style.pop("codec"), style.pop("packed")
        rows = [
            [
                dressed(c, random) if h != PROSE and random.random() < share else c
                for h, c in zip(header, row, strict=True)
            ]
            for row in rows
        ]
        columns = list(range(len(header)))
        if move:
            random.shuffle(rows)
            random.shuffle(columns)
        text = text_of([[row[i] for i in columns] for row in (header, *rows)], **style)
        data = CODECS[codec] + text.encode(codec.strip())
        paths.append(folder / f"{name}.csv{'.gz' if packed else ''}")
        paths[-1].write_bytes(gzip.compress(data) if packed else data)
    return paths


def graph_of(folder: Path) -> tuple[list, list]:
    """All nodes with their attributes, and all links with their day; both without their place in the files."""
    graph = linked(folder, Config()).graph
    ids = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").iter_rows()]
    c = graph.links
    links = [
        (ids[c.source[i]], graph.relations[c.relation[i]], ids[c.target[i]],
         None if c.date[i] == NO_DATE else int(c.date[i]), float(c.weight[i]))
        for i in range(len(c))
    ]  # fmt: skip
    names = sorted(set(graph.nodes.columns) - {"id"})
    return graph.nodes.select(names).rows(), sorted(links, key=repr)


_PLAIN = {"codec": "utf-8", "delimiter": ",", "every": False, "end": "\n", "packed": False}
PLAIN = {name: {**_PLAIN} for name in FILES}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    write(folder, Random(0), PLAIN, 0.0, move=False)
    nodes, links = graph_of(folder)
    assert len(links) > 80
    return nodes, links


@LAW
@given(st.randoms(use_true_random=False), st.fixed_dictionaries(dict.fromkeys(FILES, STYLE)))
def test_any_encoding_delimiter_quoting_packing_and_order_gives_the_same_graph(tmp_path, clean, random, styles):
    write(tmp_path / "in", random, styles, 0.0)
    assert graph_of(tmp_path / "in") == clean


@LAW
@given(st.randoms(use_true_random=False), st.sampled_from([0.05, 0.3, 1.0]))
def test_dressed_cells_give_the_same_graph(tmp_path, clean, random, share):
    write(tmp_path / "in", random, PLAIN, share)
    assert graph_of(tmp_path / "in") == clean


@LAW
@given(st.randoms(use_true_random=False), st.fixed_dictionaries(dict.fromkeys(FILES, STYLE)))
def test_dressed_cells_in_any_file_give_the_same_graph(tmp_path, clean, random, styles):
    write(tmp_path / "in", random, styles, 0.3)
    assert graph_of(tmp_path / "in") == clean


def test_the_law_can_fail(tmp_path, clean):
    write(tmp_path / "in", Random(0), PLAIN, 0.0)
    path = tmp_path / "in" / "委托.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("15400000990", "15400000991", 1), encoding="utf-8")
    assert graph_of(tmp_path / "in") != clean
