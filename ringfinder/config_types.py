"""From the values of a TOML file to frozen records, by the records' own types."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
import typing
from typing import Any

__all__ = ["build", "shown"]


def build(record: type[Any], data: Any, path: str, faults: list[str]) -> Any:
    """One frozen record from a TOML table, collecting faults instead of stopping at the first."""
    if not isinstance(data, dict):
        faults.append(f"{path.rstrip('.')} must be a table")
        return None
    hints = typing.get_type_hints(record)
    known = {f.metadata.get("name", f.name): f.name for f in dataclasses.fields(record) if f.metadata.get("toml", True)}
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            faults.append(f"unknown setting {path}{name} (known: {', '.join(known)})")
            continue
        values[known[name]] = _convert(hints[known[name]], value, f"{path}{name}", faults)
    if faults:
        return None
    try:
        return record(**values)
    except TypeError as error:
        faults.append(f"{path.rstrip('.')}: {error}")
        return None


def _convert(hint: Any, value: Any, path: str, faults: list[str]) -> Any:
    """``value`` as the type ``hint`` asks, or a fault."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, f"{path}.", faults)
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(arguments[0], item, f"{path}[{i}]", faults) for i, item in enumerate(value))
    if hint is types.MappingProxyType or origin is types.MappingProxyType:
        if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
            return types.MappingProxyType(dict(value))
    elif _is_union(hint):
        for option in arguments:
            if option is type(None):
                continue
            attempt: list[str] = []
            converted = _convert(option, value, path, attempt)
            if not attempt:
                return converted
    elif (origin is not None and origin is not tuple) or hint is Any:
        return value
    elif hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value) if abs(value) < 2**1000 else math.inf  # out of every range
    elif hint is dt.date and isinstance(value, dt.datetime):
        return value.date()
    elif isinstance(hint, type) and isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value
    unquoted = "; write it without quotes" if isinstance(value, str) and _wants_day(hint) and _is_day(value) else ""
    faults.append(f"{path} = {shown(value)} is not {_wanted(hint)}{unquoted}")
    return None


def _wants_day(hint: Any) -> bool:
    return dt.date in (hint, *typing.get_args(hint))


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


#: What a TOML file calls our types.
_TYPE_NAMES = {
    str: 'a text ("...")',
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dt.date: "a date (2026-01-31)",
    tuple: "a list ([...])",
    types.MappingProxyType: "a table of texts",
}


def _wanted(hint: Any) -> str:
    """A type as the user of a TOML file knows it."""
    options = [a for a in typing.get_args(hint) if a is not type(None)] if _is_union(hint) else [hint]
    return " or ".join(_TYPE_NAMES.get(typing.get_origin(o) or o, str(o)) for o in options)


def shown(value: Any) -> str:
    """A value as a fault quotes it."""
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (types.UnionType, typing.Union)
