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
from ringfinder.score.signals.demands import payoff_claim, same_demands, suit_claims, template_vocabulary
from ringfinder.score.signals.filing import campaign, repeat_filing, several_lenders
from ringfinder.score.signals.mandates import duplicate_representation, represented_outsider, thin_mandate
from ringfinder.score.signals.noted import (
    advert_contact,
    blocked_contact,
    custody,
    group_lure,
    insider,
    issuer_wording,
    provocation,
    same_hand,
    theft_story,
)
from ringfinder.score.signals.organisation import linked_companies
from ringfinder.score.signals.people import (
    changed_phone,
    denied_paper,
    impersonation,
    unlikely_profile,
    wide_spread,
)
from ringfinder.score.signals.represent import multi_client_agency, shared_agent
from ringfinder.score.signals.resources import (
    same_posting_origin,
    shared_device,
    shared_document,
    shared_payee,
)
from ringfinder.score.signals.rotation import company_rotation, phone_rotation
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
        "RF06": template_vocabulary,
        "RF07": burst,
        "RF08": repeat_filing,
        "RF09": onset_window,
        "RF10": several_lenders,
        "RF11": thin_mandate,
        "RF12": shared_document,
        "RF13": denied_paper,
        "RF14": same_posting_origin,
        "RF15": shared_payee,
        "RF16": campaign,
        "RF17": suit_claims,
        "RF18": same_demands,
        "RF19": provocation,
        "RF20": company_rotation,
        "RF21": phone_rotation,
        "RF22": shared_own_phone,
        "RF22b": number_block,
        "RF22c": changed_phone,
        "RF23": advert_contact,
        "RF24": impersonation,
        "RF25": call_fan,
        "RF26": shared_device,
        "RF27": wide_spread,
        "RF28": unlikely_profile,
        "RF29": issuer_wording,
        "RF30": insider,
        "RF31": payoff_claim,
        "RF32": duplicate_representation,
        "RF33": represented_outsider,
        "RF34": group_lure,
        "RF35": custody,
        "RF36": theft_story,
        "RF37": blocked_contact,
        "RF38": same_hand,
    }
)
