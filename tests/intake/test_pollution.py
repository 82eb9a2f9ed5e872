"""Every pollution of every table: the clean rows come out, or each bad row is counted with its reason."""

from __future__ import annotations

import gzip

import pytest
from pollute import POLLUTIONS, TABLES, Polluted, Table

from ringfinder.read import RawTable, read_table


def cells_of(rows: Table) -> list[tuple[str | None, ...]]:
    return [tuple(c or None for c in row) for row in rows]


def count(tables: tuple[RawTable, ...]) -> tuple[int, int]:
    """Rows used, and rows rejected."""
    return sum(t.cells.height for t in tables), sum(int(t.issues["lost"].sum()) for t in tables)


def check(table: RawTable, expected: Polluted) -> None:
    found = table.cells.rows()
    if expected.strip:
        found = [tuple(c and c.strip() for c in row) for row in found]
    if expected.names:
        assert table.cells.columns == expected.header
    assert found == cells_of(expected.rows)
    issues = [(r["row"], r["reason"], r["lost"]) for r in table.issues.iter_rows(named=True)]
    assert [i[:2] for i in issues if i[2]] == expected.rejected
    assert [i[:2] for i in issues if not i[2]] == expected.told


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("name", POLLUTIONS)
def test_pollution(tmp_path, name, kind):
    expected = POLLUTIONS[name]([list(row) for row in TABLES[kind]])
    (tmp_path / "t.csv").write_bytes(expected.data)
    (table,) = read_table(tmp_path / "t.csv")
    check(table, expected)
    # and the same from a packed file
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(expected.data))
    (packed,) = read_table(tmp_path / "t.csv.gz")
    assert packed.cells.equals(table.cells)
