"""``ringfinder.toml`` → :class:`ringfinder.config.Config`; all faults are told together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import types
import typing
from pathlib import Path
from typing import Any

from ringfinder.config import Config
from ringfinder.errors import ConfigError
from ringfinder.tables import TableOverride

__all__ = ["load_config", "parse_config"]


def load_config(path: str | Path | None) -> Config:
    """Read a configuration file; ``None`` gives the defaults.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no TOML, or holds unknown names or values of the wrong type (all are told).
    """
    if path is None:
        return Config()
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"the configuration cannot be read ({error.strerror})",
            where=str(file),
            do="write one with 'ringfinder init FILES'",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the configuration is not valid TOML: {error}", where=str(file), do="mend that line"
        ) from error
    return parse_config(data, where=str(file))


def parse_config(data: dict[str, Any], *, where: str = "configuration") -> Config:
    """A :class:`Config` from parsed TOML.

    Raises
    ------
    ConfigError
        Listing every unknown name and every value of the wrong type.
    """
    faults: list[str] = []
    data = dict(data)
    tables = data.pop("tables", [])
    overrides: list[TableOverride] = []
    if isinstance(tables, list) and all(isinstance(entry, dict) for entry in tables):
        for number, entry in enumerate(tables, start=1):
            try:
                overrides.append(TableOverride.from_toml(entry, f"[[tables]] entry {number}"))
            except ConfigError as error:
                faults.append(error.message)
    else:
        faults.append("tables must be written as [[tables]] entries")
    faults += _twice(overrides)
    config = _build(Config, data, "", faults)
    if config is not None:
        for number, entry in enumerate(config.allow_list, start=1):
            if not (entry.name.strip() or entry.uscc.strip() or entry.phone.strip()):
                faults.append(f"[[allow_list]] entry {number} names nobody: give name, uscc or phone")
        for name in ("same", "different"):
            for number, pair in enumerate(getattr(config, name), start=1):
                if not (pair.left.strip() and pair.right.strip()):
                    faults.append(f"[[{name}]] entry {number} needs two keys: left and right")
    if faults:
        raise ConfigError("; ".join(faults), where=where, do="mend these lines; 'ringfinder init' shows all settings")
    return dataclasses.replace(typing.cast(Config, config), tables=tuple(overrides))


def _twice(overrides: list[TableOverride]) -> list[str]:
    """A fault for every ``[[tables]]`` entry that is about the same table as an earlier one."""
    places = [(o.file, o.sheet, o.table or 1) for o in overrides]
    return [
        f"two [[tables]] entries are about {override.title}: make one of them, since only one can hold"
        for i, override in enumerate(overrides)
        if places[i] in places[:i]
    ]


def _build(record: type[Any], data: Any, path: str, faults: list[str]) -> Any:
    """One frozen record from a TOML table, collecting faults instead of stopping at the first."""
    if not isinstance(data, dict):
        faults.append(f"{path.rstrip('.')} must be a table")
        return None
    hints = typing.get_type_hints(record)
    known = [f.name for f in dataclasses.fields(record)]
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in known:
            faults.append(f"unknown setting {path}{name} (known: {', '.join(known)})")
            continue
        values[name] = _convert(hints[name], value, f"{path}{name}", faults)
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
        return _build(hint, value, f"{path}.", faults)
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
        return float(value)
    elif hint is dt.date and isinstance(value, dt.datetime):
        return value.date()
    elif isinstance(hint, type) and isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value
    faults.append(f"{path} = {_shown(value)} is not {_wanted(hint)}")
    return None


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


def _shown(value: Any) -> str:
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (types.UnionType, typing.Union)
