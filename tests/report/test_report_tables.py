"""The CSV tables: the columns of the issue, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ringfinder.report import csv_text, guard
from ringfinder.report.tables import guard_column
from ringfinder.store import load_run
from ringfinder.store.folder import write_rejected

HEADERS = {
    "rings.csv": "ring_id,rank,score,tier,debtors,agents,companies,phones,complaints,first_date,last_date,families,"
    "summary,name",
    "members.csv": "ring_id,kind,key,label,role,confidence",
    "evidence.csv": "ring_id,signal,value,sentence,rows",
    "playbook.csv": "ring_id,debtor,stage,date,rows",
    "ledger.csv": "ring_id,code,low,high,unit,sentence,rows",
    "rejected.csv": "file,row,column,value,reason,scope",
}


def _records(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", HEADERS)
def test_header_mark_and_line_ends(demo_run, name):
    data = (demo_run / name).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + HEADERS[name].encode() + b"\r\n")
    assert data.endswith(b"\r\n")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in table} == {HEADERS[name].count(",") + 1}
    assert len(table) > 1


def test_the_tables_say_what_the_run_says(demo_run, demo_result):
    rings = load_run(demo_run).rings

    def read(name):
        return _records(demo_run / name)

    table = read("rings.csv")
    assert [(r["ring_id"], int(r["rank"]), float(r["score"]), r["tier"]) for r in table] == [
        (r.id, r.rank, r.score, r.tier) for r in rings
    ]
    assert [int(r["debtors"]) for r in table] == [sum(m.role == "debtor" for m in r.members) for r in rings]
    assert {r["tier"] for r in table} <= {"strong", "candidate"}
    assert len(read("members.csv")) == sum(len(r.members) for r in rings)
    assert len(read("evidence.csv")) == sum(len(r.evidence) for r in rings)
    assert len(read("rejected.csv")) == demo_result.issues.height


def test_a_revealed_key_is_the_normalised_identifier(demo_run, demo_exports):
    members = _records(demo_run / "members.csv")
    debtors = {m["key"] for m in members if m["kind"] == "debtor"}
    text = (demo_exports / "客户.csv").read_bytes().decode("gb18030")
    assert debtors <= {line.split(",")[0] for line in text.splitlines()}
    assert all(m["key"].isdigit() for m in members if m["kind"] == "phone")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2", "'-2"),
        ("+1a", "'+1a"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("＠x", "'＠x"),
        ("  =1", "'  =1"),
        ("\t1", "'\t1"),
        ("\r1", "'\r1"),
        ("\n1", "'\n1"),
        ("'=1", "''=1"),
        ('"=1', "'\"=1"),
        ("+8615400000901", "8615400000901"),
        ("plain 文字", "plain 文字"),
        ("a=1", "a=1"),
        ("\x1b[31m红\x07", "\\u001b[31m红\\u0007"),
        ("=\u202e坏\u2066", "'=\\u202e坏\\u2066"),
        ("", ""),
    ],
)
def test_formulas_are_made_inert(text, safe):
    assert guard(text) == safe


@given(
    st.lists(
        st.text(
            alphabet=st.one_of(st.sampled_from("=+-@＝＋ \t\r\n'\"\x1c\x1f\x850a1,;"), st.characters(codec="utf-8"))
        ),
        min_size=1,
    )
)
@example(["+86154\n"])
@example(["\x1c=1"])
def test_the_column_version_equals_the_scalar_one(texts):
    frame = pl.DataFrame({"x": texts}, schema={"x": pl.String})
    assert frame.select(guard_column("x"))["x"].to_list() == [guard(t) for t in texts]


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers()), max_size=5))
def test_a_table_reads_back_as_its_guarded_cells(rows):
    text = csv_text(("a", "b"), rows)
    assert text.startswith("\ufeffa,b\r\n")
    read = list(csv.reader(io.StringIO(text[1:], newline="")))[1:]
    assert read == [[guard(a), str(b)] for a, b in rows]


@pytest.mark.parametrize("value", ["a\rb", "a\nb", 'say "x"', "a,b", " x ", "=1\r\n=2"])
def test_rejected_rows_read_back_whatever_they_hold(tmp_path, value):
    from ringfinder.issues import issue, issue_table

    write_rejected(tmp_path / "x.csv", issue_table([issue("=f.csv", 2, value, value, "invalid", lost=True)]))
    (record,) = _records(tmp_path / "x.csv")
    assert list(record.values()) == ["'=f.csv", "2", guard(value), guard(value), "invalid", "row"]
