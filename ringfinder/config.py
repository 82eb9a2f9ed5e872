"""``ringfinder.toml`` → :class:`Config`, a frozen tree with every default in one place; faults are told together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ringfinder.errors import ConfigError
from ringfinder.read import ReadOptions
from ringfinder.tables import TableOverride

__all__ = [
    "AllowEntry",
    "Config",
    "DetectSettings",
    "HubSettings",
    "PrivacySettings",
    "ScoreSettings",
    "load_config",
    "parse_config",
]


@dataclass(frozen=True)
class DetectSettings:
    """``[detect]``: which community detection runs, and how.

    ``method`` is a key of :data:`ringfinder.detect.DETECTORS`; ``resolution`` > 0, higher gives smaller communities;
    ``seed`` is recorded in the run.
    """

    method: str = "leiden"
    resolution: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class ScoreSettings:
    """``[score]``: thresholds of the indicators (RF01 and on) and of the lead rule.

    Counts are unrelated debtors (households count once), windows are days, ``burst_p`` is a probability,
    ``base_complaints_per_day`` the complaints a group would bring without any ring.
    """

    min_units: int = 3
    min_families: int = 2
    caller_min: int = 3
    caller_days: int = 90
    agent_min: int = 3
    agent_days: int = 180
    agency_min: int = 5
    template_min: int = 3
    burst_min: int = 5
    burst_days: int = 14
    burst_p: float = 0.001
    base_complaints_per_day: float = 0.05
    uncovered_callers_min: int = 2
    resource_min: int = 3
    mail_days: int = 7
    onset_from: int = 45
    onset_to: int = 90
    onset_share: float = 0.7
    onset_min: int = 5
    max_rings: int = 2000
    max_debtors: int = 5000


@dataclass(frozen=True)
class HubSettings:
    """``[hubs]``: how harmless shared values are kept from linking people.

    ``placeholder_customers``: an own phone of that many customers whom nothing else ties together is suspected;
    ``switchboard_customers``: a work phone of that many is a switchboard; ``registered_companies``: a registered phone
    or address of that many companies belongs to a registration service; ``household_max``: most people in a household;
    ``exclude`` / ``keep``: identifiers that never / always may link.
    """

    placeholder_customers: int = 10
    switchboard_customers: int = 5
    registered_companies: int = 20
    household_max: int = 6
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class AllowEntry:
    """``[[allow_list]]``: a lawful representative, with who vouches for it, the proof and the last day it holds."""

    name: str = ""
    uscc: str = ""
    phone: str = ""
    owner: str = ""
    proof: str = ""
    expires: dt.date | None = None


@dataclass(frozen=True)
class PrivacySettings:
    """``[privacy]``: ``key_file`` holds the key of the pseudonyms; ``reveal`` writes full values."""

    reveal: bool = False
    key_file: str = ""


@dataclass(frozen=True)
class Config:
    """All settings of a run. ``kinds`` and ``relations`` map a link table's own words to vocabulary codes."""

    read: ReadOptions = field(default_factory=ReadOptions)
    tables: tuple[TableOverride, ...] = ()
    kinds: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))
    relations: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))
    detect: DetectSettings = DetectSettings()
    score: ScoreSettings = ScoreSettings()
    hubs: HubSettings = HubSettings()
    allow_list: tuple[AllowEntry, ...] = ()
    privacy: PrivacySettings = PrivacySettings()
    country: str = "CN"
    day_first: bool | None = None
    date_1904: bool = False
    today: dt.date | None = None

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON types, for ``run.json``; the key file's place is left out."""
        data: dict[str, Any] = _plain(self)
        data["privacy"].pop("key_file", None)
        return data


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
    config = _build(Config, data, "", faults)
    if config is not None:
        for number, entry in enumerate(config.allow_list, start=1):
            if not (entry.name.strip() or entry.uscc.strip() or entry.phone.strip()):
                faults.append(f"[[allow_list]] entry {number} names nobody: give name, uscc or phone")
    if faults:
        raise ConfigError("; ".join(faults), where=where, do="mend these lines; 'ringfinder init' shows all settings")
    return dataclasses.replace(typing.cast(Config, config), tables=tuple(overrides))


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


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict | types.MappingProxyType):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
