"""The CSV tables of a run. Every text cell is guarded against formulas; files open cleanly in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

import polars as pl

from ringfinder.model import Ring, Run

__all__ = [
    "EVIDENCE",
    "LEDGER",
    "MEMBERS",
    "PLAYBOOK",
    "RINGS",
    "csv_text",
    "evidence_table",
    "guard",
    "guard_column",
    "ledger_table",
    "member_rows",
    "members_table",
    "playbook_table",
    "ring_row",
    "rings_table",
]

RINGS = (
    "ring_id", "rank", "score", "tier", "debtors", "agents", "companies", "phones", "complaints", "first_date",
    "last_date", "families", "summary", "name",
)  # fmt: skip
MEMBERS = ("ring_id", "kind", "key", "label", "role", "confidence")
EVIDENCE = ("ring_id", "signal", "value", "sentence", "rows")
PLAYBOOK = ("ring_id", "debtor", "stage", "date", "rows")
LEDGER = ("ring_id", "code", "low", "high", "unit", "sentence", "rows")

#: A cell that a spreadsheet would take for a formula: one of = + - @ (also full width), tab, CR or LF, after spaces,
#: quotes and apostrophes (OWASP).
_FORMULA = r"^[\s\x1c-\x1f'\"]*[=+\-@＝＋－＠]|^[\t\r\n]"
_IS_FORMULA = re.compile(_FORMULA)
_PHONE = r"\+[0-9]+"
#: Control characters (not tab and line ends) and bidi marks, and their JSON escapes: a table that is shown in a
#: terminal must not drive it, nor turn a line around.
_CONTROLS = {
    chr(n): f"\\u{n:04x}"
    for n in (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(n) not in "\t\r\n"
}
_SHOWN = str.maketrans(_CONTROLS)


def guard(text: str) -> str:
    """``text`` made inert: a phone loses its plus, a formula gets an apostrophe, control characters are escaped."""
    if re.fullmatch(_PHONE, text):
        return text[1:]
    return ("'" + text if _IS_FORMULA.search(text) else text).translate(_SHOWN)


def guard_column(name: str) -> pl.Expr:
    """:func:`guard` as an expression over a String column."""
    column = pl.col(name)
    return (
        pl.when(column.str.contains(f"^{_PHONE}$"))
        .then(column.str.slice(1))
        .when(column.str.contains(_FORMULA))
        .then(pl.lit("'") + column)
        .otherwise(column)
        .str.replace_many(list(_CONTROLS), list(_CONTROLS.values()))
        .alias(name)
    )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV document with BOM and CRLF, every text cell guarded; numbers stay numbers."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard(c) if isinstance(c, str) else c for c in row] for row in rows)
    return "\ufeff" + stream.getvalue()


def rings_table(run: Run) -> list[tuple[object, ...]]:
    """One row a ring, columns :data:`RINGS`."""
    return [ring_row(ring) for ring in run.rings]


def ring_row(r: Ring) -> tuple[object, ...]:
    """One ring as a row, columns :data:`RINGS`; ``companies`` counts law firms, too."""
    return (
        r.id, r.rank, r.score, r.tier, r.debtors, r.count("agent"), r.count("company", "law_firm"), r.count("phone"),
        r.count("complaint"), r.first_date, r.last_date, " ".join(r.families), r.summary, r.name,
    )  # fmt: skip


def members_table(run: Run) -> list[tuple[object, ...]]:
    """One row a member, columns :data:`MEMBERS`."""
    return [row for ring in run.rings for row in member_rows(ring)]


def member_rows(ring: Ring) -> list[tuple[object, ...]]:
    """The members of one ring as rows, columns :data:`MEMBERS`."""
    return [(ring.id, m.kind, m.key, m.label, m.role, m.confidence) for m in ring.members]


def evidence_table(run: Run) -> list[tuple[object, ...]]:
    """One row a reason, columns :data:`EVIDENCE`; rows are ``file:row`` separated by spaces and semicolons."""
    return [
        (r.id, e.signal, round(e.value, 6), e.sentence, "; ".join(str(row) for row in e.rows))
        for r in run.rings
        for e in r.evidence
    ]


def playbook_table(run: Run) -> list[tuple[object, ...]]:
    """One row a dated step, columns :data:`PLAYBOOK`; the ring's own steps have no debtor."""
    return [(r.id, s.debtor, s.stage, s.date, "; ".join(map(str, s.rows))) for r in run.rings for s in r.playbook]


def ledger_table(run: Run) -> list[tuple[object, ...]]:
    """One row a figure, columns :data:`LEDGER`."""
    return [
        (r.id, f.code, f.low, f.high, f.unit, f.sentence, "; ".join(map(str, f.rows)))
        for r in run.rings
        for f in r.ledger
    ]
