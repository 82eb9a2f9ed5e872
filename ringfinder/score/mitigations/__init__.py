"""Facts that speak against a ring, M01 to M12, one file a theme; they stand beside the reasons with equal weight.

Each is a function ``(case) -> tuple[Mitigation, ...]``. The first line of its docstring is the fact's name. A fact
carries the rows that it rests on: without these rows it is not said (domain page 3.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ringfinder.model import Mitigation
from ringfinder.score.case import Case
from ringfinder.score.mitigations.causes import known_event, public_template
from ringfinder.score.mitigations.conduct import broken_rules, upheld
from ringfinder.score.mitigations.provenance import kinship, single_source
from ringfinder.score.mitigations.representation import allow_listed, valid_mandates
from ringfinder.score.mitigations.requests import kept_paying, lawful_requests, lender_first
from ringfinder.score.mitigations.victims import possible_victims

__all__ = ["FACTS", "mitigations"]

#: Code -> function. Adding a fact is one function and one line here.
FACTS: Mapping[str, Callable[[Case], tuple[Mitigation, ...]]] = MappingProxyType(
    {
        "M01": valid_mandates,
        "M02": lawful_requests,
        "M03": broken_rules,
        "M04": upheld,
        "M05": possible_victims,
        "M06": allow_listed,
        "M07": kinship,
        "M08": known_event,
        "M09": public_template,
        "M10": lender_first,
        "M11": kept_paying,
        "M12": single_source,
    }
)


def mitigations(case: Case) -> tuple[Mitigation, ...]:
    """The mitigating facts that the loaded tables show, by code."""
    return tuple(fact for code in FACTS for fact in FACTS[code](case))
