"""One quote too many in any one cell: no other row is lost or changed, and the row itself is kept or told."""

from __future__ import annotations

import time

import pytest

from ringfinder.read import read_table

HEAD = ["客户号", "姓名", "手机号", "逾期金额"]
ROWS = [[f"C{i}", "张三", f"1380000{i}", f"1,{i}.50"] for i in range(1000, 1012)]
PLACES = {"start": lambda c: f'"{c}', "end": lambda c: f'{c}"', "middle": lambda c: f'{c[:2]}"{c[2:]}'}


def written(cell: str) -> str:
    return f'"{cell}"' if "," in cell or "\n" in cell else cell


@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("row", [0, 1, 2, 6, 11, 12])
@pytest.mark.parametrize("place", PLACES)
def test_an_extra_quote_costs_no_other_row(tmp_path, place, row, column):
    table = [HEAD, *ROWS]
    lines = [[written(c) for c in cells] for cells in table]
    lines[row][column] = PLACES[place](lines[row][column])
    path = tmp_path / "t.csv"
    path.write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    (found,) = read_table(path)
    others = [tuple(cells) for i, cells in enumerate(ROWS, start=1) if i != row]
    assert [cells for cells, number in zip(found.cells.rows(), found.rows, strict=True) if number != row + 1] == others
    lost = int(found.issues["lost"].sum())
    assert found.cells.height + lost == 12
    if row and not lost:
        (mine,) = (cells for cells, number in zip(found.cells.rows(), found.rows, strict=True) if number == row + 1)
        assert [(c or "").replace('"', "") for c in mine] == table[row]
    if not row:
        assert [c.replace('"', "") for c in found.cells.columns] == HEAD


def test_a_last_cell_that_opens_before_a_row_with_quotes_swallows_nothing(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b,c\n1,"x,y","z\n2,"u ""v"" w",t\n3,x,y\n', encoding="utf-8")
    (table,) = read_table(path)
    assert table.cells.rows() == [("1", "x,y", '"z'), ("2", 'u "v" w', "t"), ("3", "x", "y")]
    assert table.issues["reason"].to_list() == ["open_quote"]


@pytest.mark.parametrize("row", [2, 4, 12])
def test_a_quote_behind_a_cell_with_line_breaks_swallows_no_next_row(tmp_path, row):
    """``"first,\\nsecond"",`` reads as an escaped quote, and the cell as going on."""
    table = [
        [f"T{i}", f"C{i}", f"停止催收,\n{i}元" if i % 2 else "要求减免,谢谢", f"1380{i}"] for i in range(1001, 1013)
    ]
    lines = [[written(c) for c in cells] for cells in table]
    lines[row - 2][2] += '"'
    path = tmp_path / "t.csv"
    path.write_text("\n".join(map(",".join, [["投诉编号", "客户号", "内容", "来电"], *lines])) + "\n", encoding="utf-8")
    (found,) = read_table(path)
    got = found.cells.rows()
    assert [tuple(r) for i, r in enumerate(table) if i != row - 2 and tuple(r) not in got] == []
    assert found.cells.height == 12 or found.issues.height


def test_a_cell_of_thousands_of_lines_that_ends_badly_is_read_in_a_moment(tmp_path):
    """Each line more is another try; 9,000 of them took ten seconds."""
    inside = [f"w{i},{i},k,z" if i % 3 else f"w{i} text" for i in range(9_000)]
    lines = ["a,b,c,d", *["1,2,3,4"] * 5, '9,"open', *inside, 'end"x,1,2', *["1,2,3,4"] * 5]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    start = time.process_time()
    (found,) = read_table(path)
    assert time.process_time() - start < 4
    assert found.cells.height + int(found.issues["lost"].sum()) >= 11
