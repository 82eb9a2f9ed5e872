"""All settings as a frozen tree, with every default in one place. See :mod:`ringfinder.config_file` for the file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ringfinder.belief.settings import BeliefSettings
from ringfinder.link.same import SameSettings
from ringfinder.read import ReadOptions
from ringfinder.tables import TableOverride

__all__ = [
    "AllowEntry",
    "CalendarEntry",
    "ChanceSettings",
    "Config",
    "Decision",
    "DetectSettings",
    "HubSettings",
    "LedgerSettings",
    "PrivacySettings",
    "ScoreSettings",
]


@dataclass(frozen=True)
class DetectSettings:
    """``[detect]``: which community detection runs, and how.

    ``method`` is one of :data:`ringfinder.detect.METHODS`; ``resolution`` > 0, higher gives smaller communities;
    ``seed`` is recorded in the run; the method ``ring`` does not depend on it.
    """

    method: str = "ring"
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
    call_min: int = 5
    call_days: int = 7
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
    rotation_days: int = 730
    carry_share: float = 0.5
    demands_min: int = 3
    repeat_min: int = 3
    repeat_days: int = 365
    duplicate_days: int = 180
    outsiders_min: int = 2
    customer_share: float = 0.5
    mandate_faults: int = 2
    denied_min: int = 2
    change_days: int = 30
    law_share: float = 0.05
    campaign_days: int = 180
    provinces_min: int = 5
    province_clients: int = 10
    payoff_min: int = 2
    claims_min: int = 5
    relatives_min: int = 2
    lure_min: int = 2
    noted_min: int = 3
    noted_few: int = 2
    custody_days: int = 60
    lenders_min: int = 3
    lenders_days: int = 30
    pooled: bool = False
    profile: bool = False
    profile_times: float = 5.0
    strength_min: float = 8.0
    max_rings: int = 2000
    max_debtors: int = 5000
    instalments_max: int = 60
    answer_days: int = 15
    calls_a_day: int = 3
    wave_min: int = 20
    wave_days: int = 14


@dataclass(frozen=True)
class LedgerSettings:
    """``[ledger]``: what intermediaries ask, for the range of their income; shares of a sum, or the input's currency.

    ``percent_low``, ``percent_high``: of the debt (domain facts F30, F31: 5 to 10 %); ``flat_low``, ``flat_high`` in
    advance, with ``waiver_low``, ``waiver_high`` of the reduction (F32: 2,000 to 5,000, and 20 to 50 %);
    ``least_percent``, ``most_flat``: the lowest and the highest that others ask (2 % of the debt; 20,000).
    """

    percent_low: float = 0.05
    percent_high: float = 0.10
    flat_low: float = 2000.0
    flat_high: float = 5000.0
    waiver_low: float = 0.20
    waiver_high: float = 0.50
    least_percent: float = 0.02
    most_flat: float = 20000.0


@dataclass(frozen=True)
class ChanceSettings:
    """``[chance]``: whether the run says what chance alone would give, on how many copies of each sort.

    ``mode`` is ``auto`` (at most ``rounds`` copies, fewer for many links, none beyond 500,000), ``on`` or ``off``.
    """

    mode: str = "auto"
    rounds: int = 5


@dataclass(frozen=True)
class HubSettings:
    """``[hubs]``: how harmless shared values are kept from linking people.

    ``placeholder_customers``: an own phone of that many customers whom nothing else ties together is suspected;
    ``switchboard_customers``: a work phone of that many is a switchboard; ``registered_companies``: a registered phone
    or address of that many companies belongs to a registration service; ``household_max``: most people in a household;
    ``guard_cap``: most people who share a guarded thing (a switchboard, a dormitory) that may still link two of them
    who share something of another family, 0 for never;
    ``exclude`` / ``keep``: identifiers that never / always may link; ``list``: a file of known hubs whose entries go
    before the shipped ones (see ``ringfinder/hubs/hubs.toml``).
    """

    placeholder_customers: int = 10
    switchboard_customers: int = 5
    registered_companies: int = 20
    household_max: int = 6
    guard_cap: int = 10
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    list: str = ""


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
class CalendarEntry:
    """``[[calendar]]``: an event that made many people complain (M08): an outage, a lay-off, a disaster, a fee change.

    ``first`` and ``last`` are its days, both included (``from`` and ``to`` in the file); ``lender`` and ``region`` (the
    beginning of a home address) say whom it concerns, all if empty; ``source`` says where it is known from.
    """

    name: str = ""
    first: dt.date | None = field(default=None, metadata={"name": "from"})
    last: dt.date | None = field(default=None, metadata={"name": "to"})
    lender: str = ""
    region: str = ""
    source: str = ""

    @property
    def fault(self) -> str:
        """What is wrong with it, or nothing."""
        if not self.name.strip():
            return "needs a name"
        if self.first is None or self.last is None:
            return "needs its first and last day: from and to"
        return "" if self.first <= self.last else f"begins on {self.first}, after its end on {self.last}"


@dataclass(frozen=True)
class Decision:
    """``[[same]]`` or ``[[different]]``: two keys of customers or companies that a person judged to be one, or not."""

    left: str = ""
    right: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PrivacySettings:
    """``[privacy]``: ``key_file`` holds the key of the pseudonyms; ``reveal`` writes full values."""

    reveal: bool = False
    key_file: str = ""


_BELIEF, _IDENTITY = BeliefSettings(), SameSettings()


@dataclass(frozen=True)
class Config:
    """All settings of a run. ``kinds`` and ``relations`` map a link table's own words to vocabulary codes.

    ``day_first``, ``date_1904``, ``month_names`` and ``zone`` say how dates read; see
    :class:`ringfinder.normalise.Options`.

    ``tables`` is sorted, the most specific entry first: the first that matches a table holds for it.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    tables: tuple[TableOverride, ...] = ()
    kinds: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))
    relations: types.MappingProxyType[str, str] = field(default_factory=lambda: types.MappingProxyType({}))
    detect: DetectSettings = DetectSettings()
    belief: BeliefSettings = _BELIEF
    score: ScoreSettings = ScoreSettings()
    ledger: LedgerSettings = LedgerSettings()
    chance: ChanceSettings = ChanceSettings()
    hubs: HubSettings = HubSettings()
    identity: SameSettings = _IDENTITY
    same: tuple[Decision, ...] = ()
    different: tuple[Decision, ...] = ()
    allow_list: tuple[AllowEntry, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()
    privacy: PrivacySettings = PrivacySettings()
    country: str = "CN"
    day_first: bool | None = None
    date_1904: bool = False
    month_names: bool = False
    zone: str = "Asia/Shanghai"
    today: dt.date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(sorted(self.tables, key=lambda o: o.rank, reverse=True)))

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON types, for ``run.json``.

        The key file's place and the folder of the list of hubs are left out.
        """
        data: dict[str, Any] = _plain(self)
        data["privacy"].pop("key_file", None)
        data["hubs"]["list"] = Path(self.hubs.list).name
        return data


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
