"""What a case is made of: links, readings, complaints and uses with their source rows, and the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ringfinder.model import Row

__all__ = ["Background", "Clients", "Complaint", "Fact", "Reading", "Use"]

#: Representative -> debtor -> the rows that say so; all are node indices.
Clients = Mapping[int, Mapping[int, frozenset[Row]]]


class Fact(NamedTuple):
    """One link as the indicators read it: node indices, relation, day since 1970-01-01 or None, source row.

    A named tuple, as there is one for every link of every candidate: it is made in half the time of a data class.
    """

    source: int
    target: int
    relation: str
    day: int | None
    row: Row


@dataclass(frozen=True, order=True)
class Reading:
    """What a row says of a debtor beside links (:mod:`ringfinder.link.readings`); a day counts from 1970-01-01."""

    what: str
    value: float
    row: Row


@dataclass(frozen=True)
class Background:
    """What the whole input looks like: number of debtors, complaints by day, first and last day of complaints."""

    debtors: int
    complaints_by_day: Mapping[int, int]
    first_day: int | None
    last_day: int | None

    @property
    def complaints(self) -> int:
        """Number of dated complaints."""
        return sum(self.complaints_by_day.values())

    @property
    def days(self) -> int:
        """Length of the complaint period in days, at least 1."""
        if self.first_day is None or self.last_day is None:
            return 1
        return self.last_day - self.first_day + 1


@dataclass(frozen=True)
class Complaint:
    """One complaint of one debtor: node indices, day since 1970-01-01 or None, source row."""

    node: int
    debtor: int
    day: int | None
    row: Row


@dataclass(frozen=True)
class Use:
    """One debtor's use of one thing: node indices, relation and source row."""

    debtor: int
    thing: int
    relation: str
    row: Row
