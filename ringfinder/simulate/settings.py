"""What a synthetic world is asked for, and how its difficulty changes what rings do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ringfinder.errors import ConfigError

__all__ = ["WorldSettings", "most_rings"]

SMALLEST = 300  # customers; below that the look-alikes find no room


def most_rings(customers: int) -> int:
    """Most rings that a world of so many customers can hold."""
    return customers // 40


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """The wishes from which a world is made; equal settings make equal worlds, byte for byte.

    Parameters
    ----------
    customers : int
        Customers of the lender, ring clients included; at least 300.
    rings : int
        Planted rings (a twin counts as two); 0 makes a world without any. Fifteen hold every design once.
        Rings shrink together where they would hold more than an eighth of the customers.
    seed : int
        Seed of the random numbers, not negative.
    hard : float
        Difficulty, 0 (easy) to 1 (hard): ring clients complain at (1 - hard/2) times the rate, their bursts
        widen from 5 to 30 days, the share of their complaints outside any burst rises from 0.12 to 0.42, and
        they use the ring's text (1 - 0.4 hard) times as often.
    start : date
        First day of the period that the exports cover.
    days : int
        Length of that period in days, at least 120.
    complaint_rate : float
        Share of ordinary customers who complain at least once in 365 days; with the look-alikes some 6 in 100 do.
    """

    customers: int = 3000
    rings: int = 15
    seed: int = 2024
    hard: float = 0.0
    start: date = date(2025, 7, 1)
    days: int = 365
    complaint_rate: float = 0.025

    def __post_init__(self) -> None:
        _check("customers", self.customers, self.customers >= SMALLEST, f"at least {SMALLEST}")
        most = most_rings(self.customers)
        _check("rings", self.rings, 0 <= self.rings <= most, f"0 to {most} for {self.customers} customers")
        _check("seed", self.seed, self.seed >= 0, "0 or more")
        _check("hard", self.hard, 0 <= self.hard <= 1, "0 to 1")
        _check("days", self.days, self.days >= 120, "at least 120")
        _check("complaint_rate", self.complaint_rate, 0 <= self.complaint_rate <= 1, "0 to 1")

    @property
    def ring_complaint_factor(self) -> float:
        """Factor on the share of ring clients who complain."""
        return 1 - self.hard / 2

    @property
    def burst_days(self) -> float:
        """Width of a ring's burst in days."""
        return 5 + 25 * self.hard

    @property
    def background_share(self) -> float:
        """Share of a ring's complaints that fall outside its bursts."""
        return 0.12 + 0.30 * self.hard

    @property
    def template_factor(self) -> float:
        """Factor on how often a ring's clients use its text."""
        return 1 - 0.4 * self.hard


def _check(name: str, value: float, good: bool, expected: str) -> None:
    if not good:
        raise ConfigError(f"{value} is not possible", where=name, expected=expected, do="Choose another value")
