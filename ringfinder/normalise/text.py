"""Plain identifiers: customer and complaint numbers, agents. Kept as written, trimmed, case and all."""

from __future__ import annotations

import re

from ringfinder.normalise.cells import expand_exponent, is_masked, mask_pattern, open_cell
from ringfinder.normalise.phone_plans import SAMPLES
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["normalise_text"]

# Longer texts are prose: a star or xx in them hides no identifier.
_LONGEST_IDENTIFIER = 40

_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]{1,3}")
_ZERO_TAIL = re.compile(r"[0-9]{15}0{3,}")


def normalise_text(text: str, options: Options = DEFAULTS) -> Value:
    """One plain identifier: the cleaned cell."""
    opened = open_cell(text, "text")
    if isinstance(opened, Value):
        return opened
    # A number that forms print as a sample stands for nothing, whatever column it was typed into.
    if opened in SAMPLES:
        return Value(None, "text", "placeholder", ("pattern",), opened)
    if len(opened) > _LONGEST_IDENTIFIER:
        return Value(opened, "text", "valid")
    if is_masked(opened):
        return Value(None, "text", "masked", (), mask_pattern(opened))
    # Many different long numbers end up as the same 2.02103E+17: one false node for all of them.
    if _EXPONENT.fullmatch(opened):
        return Value(expand_exponent(opened) or None, "text", *_exponent_quality(opened))
    if _ZERO_TAIL.fullmatch(opened):
        return Value(opened, "text", "plausible", ("zero_tail",))
    return Value(opened, "text", "valid")


def _exponent_quality(text: str) -> tuple[str, tuple[str, ...], str]:
    return ("plausible", ("exponent",), "") if expand_exponent(text) else ("damaged", ("exponent",), text)
