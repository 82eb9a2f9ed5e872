"""The indicators, RF01 and on, one file a family.

Each is a function ``(case) -> tuple[Evidence, ...]`` that never looks at how the ring was found. The first line of
its docstring is the indicator's name as users read it. Sentences refer to nodes as ``{n0}``, ``{n1}`` ...: positions
in ``Evidence.nodes``; labels are filled in (and masked) at the border, see :mod:`ringfinder.explain`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ringfinder.model import Evidence
from ringfinder.score.case import Case
from ringfinder.score.signals.contact import call_fan, number_block, shared_caller, shared_own_phone
from ringfinder.score.signals.organisation import linked_companies
from ringfinder.score.signals.represent import multi_client_agency, shared_agent
from ringfinder.score.signals.resources import (
    same_posting_origin,
    shared_device,
    shared_document,
    shared_payee,
)
from ringfinder.score.signals.text import near_identical_text
from ringfinder.score.signals.timing import burst, onset_window

__all__ = ["SIGNALS"]

#: Indicator code -> function. Adding an indicator is one function and one line here.
SIGNALS: Mapping[str, Callable[[Case], tuple[Evidence, ...]]] = MappingProxyType(
    {
        "RF01": shared_caller,
        "RF02": shared_agent,
        "RF03": multi_client_agency,
        "RF04": linked_companies,
        "RF05": near_identical_text,
        "RF07": burst,
        "RF09": onset_window,
        "RF12": shared_document,
        "RF14": same_posting_origin,
        "RF15": shared_payee,
        "RF22": shared_own_phone,
        "RF22b": number_block,
        "RF25": call_fan,
        "RF26": shared_device,
    }
)
