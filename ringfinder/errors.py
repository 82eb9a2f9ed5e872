"""The errors that users see: one base class, one child for each thing a user can do about it.

Every message says what went wrong, where (file, row, column), what was expected and what to do.
The command line prints it as one paragraph and ends with the class's exit status.
"""

from __future__ import annotations

__all__ = ["ConfigError", "DataError", "MissingError", "OutputError", "RingfinderError", "first_line"]


class RingfinderError(Exception):
    """Base of every error that ringfinder raises on purpose. Exit status 2.

    Parameters
    ----------
    what : str
        What went wrong, as a sentence without its full stop.
    where : str, optional
        File, row and column, or the setting's name.
    expected : str, optional
        What would have been right.
    do : str, optional
        What the user can do now.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", expected: str = "", do: str = "") -> None:
        self.what, self.where, self.expected, self.do = what, where, expected, do
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The whole message in one paragraph: where, what, what was expected, what to do."""
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            parts.append(f"Expected {self.expected}")
        if self.do:
            parts.append(self.do[0].upper() + self.do[1:])
        return ". ".join(p.rstrip(". ") for p in parts) + "."


class ConfigError(RingfinderError):
    """The configuration or the command line is wrong: mend it. Exit status 2."""

    exit_code = 2


class DataError(RingfinderError):
    """The input cannot be read or holds nothing usable: mend or name other files. Exit status 3."""

    exit_code = 3


class MissingError(RingfinderError):
    """A package or a service is missing: install or start it. Exit status 4."""

    exit_code = 4


class OutputError(RingfinderError):
    """The result could not be written (disk full, no permission, name taken). Exit status 5."""

    exit_code = 5


def first_line(error: BaseException) -> str:
    """What an error of another library says, in one line; the error's name if it says nothing."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
