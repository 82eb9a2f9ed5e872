"""Counting unrelated debtors in rolling windows, shared by the indicators."""

from __future__ import annotations

from collections.abc import Iterable

from ringfinder.graph import iso_day
from ringfinder.model import Row
from ringfinder.score.case import Case

__all__ = ["Window", "busiest_window", "day_text"]

#: (day or None, debtor, row)
Window = list[tuple[int | None, int, Row]]


def busiest_window(case: Case, uses: Iterable[tuple[int | None, int, Row]], days: int) -> Window:
    """The uses within the window of ``days`` days that holds most unrelated debtors (the earliest of equals).

    Undated uses belong to every window: a missing date must not hide a link.
    """
    items = sorted(set(uses), key=lambda u: (u[0] is not None, u[0] or 0, u[1], u[2]))
    undated = [u for u in items if u[0] is None]
    dated = [(u[0], u) for u in items if u[0] is not None]
    best: Window = undated
    best_units = case.units({u[1] for u in undated}) if undated else 0
    start = 0
    for end, (day, _) in enumerate(dated):
        while dated[start][0] <= day - days:
            start += 1
        if end + 1 < len(dated) and dated[end + 1][0] == day:
            continue
        window = undated + [u for _, u in dated[start : end + 1]]
        units = case.units({u[1] for u in window})
        if units > best_units:
            best, best_units = window, units
    return best


def day_text(first: int | None, last: int | None) -> str:
    """``between 2026-05-06 and 2026-05-14``, ``on 2026-05-06``, or nothing when undated."""
    if first is None or last is None:
        return ""
    if first == last:
        return f"on {iso_day(first)}"
    return f"between {iso_day(first)} and {iso_day(last)}"
