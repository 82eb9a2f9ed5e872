"""What every normaliser returns, and the settings that it may be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

__all__ = ["DEFAULTS", "LINKING", "QUALITIES", "Options", "Value", "empty", "words"]

#: Every quality, best first.
QUALITIES = ("valid", "plausible", "masked", "damaged", "placeholder", "invalid", "empty")

#: The qualities that may link; all others are kept for display only.
LINKING = ("valid", "plausible")


class Value(NamedTuple):
    """One value of a cell.

    ``value`` is the normal form, and ``None`` unless ``quality`` is one of :data:`LINKING`: a masked, damaged
    or placeholder value can thus never link by mistake. ``extra`` carries what else is known for display: an
    extension, a time of day, the pattern of a masked value, the stem of a damaged one.
    ``issues`` holds warnings; ``not_linkable`` among them forbids links although the quality allows them.
    """

    value: str | None
    kind: str
    quality: str
    issues: tuple[str, ...] = ()
    extra: str = ""

    @property
    def linkable(self) -> bool:
        """Whether the value may join records."""
        return self.quality in LINKING and "not_linkable" not in self.issues


@dataclass(frozen=True)
class Options:
    """Settings of the normalisers.

    Attributes
    ----------
    country : str
        Whose numbering plan and currency apply: ``CN``, ``GB`` or ``US``.
    date_1904 : bool
        Spreadsheet serial numbers count from 1904-01-01 (old Macintosh files).
    day_first : bool, optional
        How ``03/05/2021`` reads: True = 3 May, False = 5 March, None = ambiguous.
    month_names : bool
        Accept ``05-Mar-21``.
    zone : str
        Time zone that epoch stamps and stamps with an offset are converted to.
    today : datetime.date, optional
        The day after which a birth date lies in the future; the real today if None.
    allow : frozenset of str
        Numbers that look like placeholders and that the user has confirmed as real (national digits).
    """

    country: str = "CN"
    date_1904: bool = False
    day_first: bool | None = None
    month_names: bool = False
    zone: str = "Asia/Shanghai"
    today: date | None = None
    allow: frozenset[str] = frozenset()


#: The settings when nobody gave any.
DEFAULTS = Options()


def words(text: str) -> frozenset[str]:
    """The words of a text as a set: how the word lists of this package are written down."""
    return frozenset(text.split())


def empty(kind: str) -> Value:
    """The value of a cell that says nothing."""
    return Value(None, kind, "empty")
