"""``ringfinder.toml`` → :class:`ringfinder.config.Config`; all faults are told together."""

from __future__ import annotations

import dataclasses
import math
import tomllib
import typing
import zoneinfo
from pathlib import Path
from typing import Any, NamedTuple

from ringfinder.config import Config
from ringfinder.config_types import build, shown
from ringfinder.errors import ConfigError
from ringfinder.tables import TableOverride

__all__ = ["load_config", "parse_config"]


class _Range(NamedTuple):
    """Lowest and highest value; an open end is itself no value. ``words`` tell the user."""

    low: float
    high: float
    words: str
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: float) -> bool:
        """Whether the value is in the range; no range holds NaN or infinity."""
        low = value > self.low if self.low_open else value >= self.low
        high = value < self.high if self.high_open else value <= self.high
        return low and high and math.isfinite(value)


_MOST = 2**31 - 1  # of a count, which the tables hold in 32 bits
_COUNT = _Range(1, _MOST, "a whole number from 1")
_COUNT_OR_OFF = _Range(0, _MOST, "a whole number from 0")
_ABOVE = _Range(0, math.inf, "a number above 0", low_open=True)
_NOT_LESS = _Range(0, math.inf, "a number from 0")
_NUMBER = _Range(-math.inf, math.inf, "a finite number")
_SHARE = _Range(0, 1, "above 0, at most 1", low_open=True)
_SHARE_OR_NONE = _Range(0, 1, "from 0 to 1")
#: The model takes logarithms of the share and of what is left of it, so neither may be 0.
_PART = _Range(0, 1, "above 0 and below 1", low_open=True, high_open=True)

#: Section -> setting -> range. A number that is not named here may be any finite one (a whole one: from 1).
_RANGES: dict[str, dict[str, _Range]] = {
    "detect": {"resolution": _ABOVE, "seed": _Range(0, 2**32 - 1, "a whole number from 0 to 4294967295")},
    "score": {
        "burst_p": _SHARE,
        "base_complaints_per_day": _ABOVE,
        "onset_from": _COUNT_OR_OFF,
        "onset_share": _SHARE,
        "strength_min": _NOT_LESS,
    },
    "ledger": {
        **dict.fromkeys(("percent_low", "percent_high", "waiver_low", "waiver_high", "least_percent"), _SHARE_OR_NONE),
        **dict.fromkeys(("flat_low", "flat_high", "most_flat"), _NOT_LESS),
    },
    "chance": {"rounds": _Range(1, 1000, "a whole number from 1 to 1000")},
    "hubs": {"household_max": _COUNT_OR_OFF, "guard_cap": _COUNT_OR_OFF},
    "identity": {"name_ratio": _SHARE},
    "belief": {
        **dict.fromkeys(("complaint_rate", "ring_complaint_rate", "litigious_rate"), _PART),
        **dict.fromkeys(("client_share", "stray_share", "hub_shares"), _PART),
        **dict.fromkeys(("selected_share", "burst_share", "burst_mix"), _SHARE),
        "selected_burst": _SHARE_OR_NONE,
        **dict.fromkeys(("fee_least", "burst_cap", "message_cap"), _NOT_LESS),
        "fee_payments": _ABOVE,
    },
}


def load_config(path: str | Path | None) -> Config:
    """Read a configuration file; ``None`` gives the defaults.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no TOML, or holds unknown names, values of the wrong type or values out of range
        (all are told).
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
        Listing every unknown name, every value of the wrong type and every number out of its range.
    """
    faults: list[str] = []
    data = dict(data)
    tables = data.pop("tables", [])
    overrides: list[TableOverride] = []
    if isinstance(tables, list) and all(isinstance(entry, dict) for entry in tables):
        for number, entry in enumerate(tables, start=1):
            try:
                override = TableOverride.from_toml(entry, f"[[tables]] entry {number}")
                Config().read.check(override.encoding, override.delimiter, f"[[tables]] entry {number}")
                overrides.append(override)
            except ConfigError as error:
                faults.append(error.message)
    else:
        faults.append("tables must be written as [[tables]] entries")
    faults += _twice(overrides) + _two_ways(overrides)
    config = build(Config, data, "", faults)
    faults += _out_of_range(data)
    if config is not None:
        if not _is_zone(config.zone):
            faults.append(f"zone = {shown(config.zone)} is no time zone (expected: a name such as Asia/Shanghai)")
        for number, entry in enumerate(config.allow_list, start=1):
            if not (entry.name.strip() or entry.uscc.strip() or entry.phone.strip()):
                faults.append(f"[[allow_list]] entry {number} names nobody: give name, uscc or phone")
        faults += [f"[[calendar]] entry {n} {e.fault}" for n, e in enumerate(config.calendar, start=1) if e.fault]
        for name in ("same", "different"):
            for number, pair in enumerate(getattr(config, name), start=1):
                if not (pair.left.strip() and pair.right.strip()):
                    faults.append(f"[[{name}]] entry {number} needs two keys: left and right")
    if faults:
        raise ConfigError("; ".join(faults), where=where, do="mend these lines; 'ringfinder init' shows all settings")
    config = dataclasses.replace(typing.cast(Config, config), tables=tuple(overrides))
    files = [(o.file, o.encoding, o.delimiter) for o in config.tables]
    named = tuple(o for o in config.tables if o.columns or o.is_links)
    return dataclasses.replace(config, read=dataclasses.replace(config.read.with_files(files), named=named))


def _twice(overrides: list[TableOverride]) -> list[str]:
    """A fault for every ``[[tables]]`` entry that is about the same table as an earlier one."""
    places = [(o.file, o.sheet, o.table or 1) for o in overrides]
    return [
        f"two [[tables]] entries are about {override.title}: make one of them, since only one can hold"
        for i, override in enumerate(overrides)
        if places[i] in places[:i]
    ]


def _two_ways(overrides: list[TableOverride]) -> list[str]:
    """A fault for every entry that would have a file read otherwise than an earlier one (a file has several tables)."""
    return [
        f"two [[tables]] entries give file = {override.file!r} another {name}: a file has only one"
        for i, override in enumerate(overrides)
        for name in ("encoding", "delimiter")
        if getattr(override, name) is not None
        and any(
            o.file == override.file and getattr(o, name) not in (None, getattr(override, name)) for o in overrides[:i]
        )
    ]


def _is_zone(name: str) -> bool:
    """Whether the system knows a time zone of this name; the default needs no list of zones."""
    if name == Config().zone:
        return True
    try:
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):  # a folder, no name at all, or an unknown one
        return False
    return True


def _out_of_range(data: dict[str, Any]) -> list[str]:
    """A fault for every number of the file that its setting cannot be; other types are :func:`_convert`'s matter."""
    faults: list[str] = []
    for section, ranges in _RANGES.items():
        given = data.get(section)
        if not isinstance(given, dict):
            continue
        defaults = getattr(Config(), section)
        for name in [f.name for f in dataclasses.fields(defaults) if f.name in given]:
            default, value = getattr(defaults, name), given[name]
            several = isinstance(default, tuple) and isinstance(value, list)
            whole = isinstance(default, int) and not isinstance(default, bool)
            wanted = ranges.get(name, _COUNT if whole else _NUMBER)
            for number, one in enumerate(value if several else [value]):
                right_type = isinstance(one, int if whole else int | float) and not isinstance(one, bool)
                if right_type and not isinstance(default, bool | str) and not _holds(wanted, one):
                    place = f"{section}.{name}" + (f"[{number}]" if several else "")
                    faults.append(f"{place} = {shown(one)} is out of range (expected: {wanted.words})")
    return faults + _crossed(data)


def _holds(wanted: _Range, value: float) -> bool:
    try:
        return wanted.holds(value)
    except OverflowError:  # a whole number that is too large for a float
        return False


def _crossed(data: dict[str, Any]) -> list[str]:
    """Faults of settings that only fit together."""
    try:
        score, belief = Config().score, Config().belief
        given, model = data.get("score", {}), data.get("belief", {})
        first, last = given.get("onset_from", score.onset_from), given.get("onset_to", score.onset_to)
        shares = model.get("hub_shares", belief.hub_shares)
        penalties = model.get("hub_penalties", belief.hub_penalties)
        faults = []
        if first > last:
            faults.append(f"score.onset_from = {shown(first)} is after score.onset_to = {shown(last)}")
        asked = {**dataclasses.asdict(Config().ledger), **data.get("ledger", {})}
        faults += [
            f"ledger.{name}_low = {shown(asked[f'{name}_low'])} is above ledger.{name}_high = "
            f"{shown(asked[f'{name}_high'])}"
            for name in ("percent", "flat", "waiver")
            if asked[f"{name}_low"] > asked[f"{name}_high"]
        ]
        if len(shares) != len(penalties):
            faults.append("belief.hub_shares and belief.hub_penalties must be of one length")
        return faults
    except (AttributeError, TypeError):  # a value of the wrong type, which is told as such
        return []
