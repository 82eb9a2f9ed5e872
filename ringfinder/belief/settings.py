"""The parameters of the ring model: sources of evidence and numbers, each with its unit and meaning.

The starting values of the propagation are those measured in the reference (see ``README.md``, *The ring model*); the
priors of the sources are stated judgements: how telling is it that three unrelated debtors share such a thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["SOURCES", "BeliefSettings", "Source"]


@dataclass(frozen=True)
class Source:
    """One source of evidence: a way in which debtors use a thing.

    Attributes
    ----------
    code : str
        Name; ``prior_<code>`` of :class:`BeliefSettings` is its prior.
    family : str
        Evidence family; dependent evidence of one family counts once for each debtor.
    relations : tuple[str, ...]
        The relations it is read from.
    growth : float
        What each doubling of the unrelated debtors adds to the prior log-odds.
    complained : bool
        Whether all who use such a thing complained by its nature, so that their complaints prove nothing.
    local : bool
        Whether neighbours or colleagues with a common cause come to share such a thing by themselves.
    """

    code: str
    family: str
    relations: tuple[str, ...]
    growth: float = 0.0
    complained: bool = False
    local: bool = False


def _table(*sources: Source) -> Mapping[str, Source]:
    return MappingProxyType({source.code: source for source in sources})


#: All sources by code, the more telling first: a debtor who uses a thing in two ways counts by the first. "mandate" and
#: "licensed" share their relations: who the representative is tells them apart, as the kind of number tells "caller"
#: (a mobile) from "desk" (a landline).
SOURCES = _table(
    Source("caller", "CONTACT", ("complained_from",), growth=1.5, complained=True, local=True),
    Source("desk", "CONTACT", ("complained_from",), complained=True, local=True),
    Source("block", "CONTACT", ("uses_block",), growth=1.5, complained=True, local=True),
    Source("own", "CONTACT", ("uses_phone", "uses_record_phone"), growth=0.3),
    Source("mandate", "REPRESENT", ("represented_by",), growth=0.5),
    Source("licensed", "REPRESENT", ("represented_by",)),
    Source("payee", "MONEY", ("paid",)),
    Source("device", "DEVICE", ("uses_device",), growth=-0.5, complained=True, local=True),
    Source("document", "DOC", ("submitted",), growth=0.5, complained=True, local=True),
    Source("template", "TEXT", ("uses_template",), complained=True, local=True),
    Source("kin", "TEXT", ("resembles_template",), complained=True, local=True),
    Source("sender", "MAIL", ("sent_by",), complained=True, local=True),
    Source("called", "CONTACT", ("called",), growth=-0.5),
    Source("other", "OTHER", ()),
)


@dataclass(frozen=True)
class BeliefSettings:
    """``[belief]``: the numbers of the ring model.

    Log-odds are natural logarithms. ``prior_*``: log-odds that a thing which three unrelated debtors share through
    that source belongs to a ring; more debtors change it (:attr:`Source.growth`) up to ``prior_most``;
    ``pair_penalty`` is taken off where only two share it, ``landline_penalty`` from an agent's landline, which is an
    institution's more often than a mobile. ``prior_block`` lies a little under ``prior_caller``: that the numbers
    belong together is inferred, and shops sell a family's or a firm's cards out of one box, too.

    ``consulting``: added for an agency or payee whose name sells consulting, 0.7 of it for its staff and phones;
    ``denied``: added for a paper that its issuer denies; ``fee_like``: added for a payee whose payments look like fees
    (middle amount at least ``fee_least`` in the input's currency, at most ``fee_payments`` payments for each payer),
    and again if most of them name a service; ``fee_unlike``: taken off where they do not.
    ``local_prior``: prior of a thing most of whose users are colleagues or of one village.

    ``complaint_rate``: share of customers who complain, used when the data cannot tell; ``selected_share``: from this
    share of complainants on, the export is a selection and cannot tell; ``selected_burst``: how much bunching counts
    then, since the selection may have made it; ``ring_complaint_rate``: share of a ring's
    clients who complain; ``enough_events``: complaints from which on the season is read from the data;
    ``period_days``: the period over which complaints are taken to spread otherwise.

    ``client_share``: share of a ring thing's users who are its clients; ``stray_share``: that of a benign thing;
    ``hub_shares``, ``hub_penalties``: benign things that a ring uses, too, and the log-odds against each;
    ``litigious_rate``: share of a licensed body's clients who complain, unbunched.

    ``window_days``: complaints within so many days of one another are bunched; ``burst_share``: share of the other
    complaints that a burst brings into the window; ``burst_mix``: share of a ring's complaints that are in bursts;
    ``burst_cap``: most that one complaint's bunching may count. ``rounds``: of propagation. ``message_cap``: most
    that one family may say about one debtor.
    """

    prior_caller: float = -1.5
    prior_desk: float = -4.5
    prior_block: float = -2.0
    prior_own: float = 0.5
    prior_called: float = -3.5
    prior_mandate: float = 0.0
    prior_licensed: float = -5.0
    prior_payee: float = -3.8
    prior_device: float = -0.5
    prior_document: float = -2.5
    prior_template: float = -0.5
    prior_kin: float = -2.5
    prior_sender: float = -1.5
    prior_other: float = -5.3
    prior_most: float = 2.0
    pair_penalty: float = 1.0
    landline_penalty: float = 2.0
    consulting: float = 1.5
    denied: float = 3.0
    fee_like: float = 1.0
    fee_unlike: float = 3.0
    fee_least: float = 500.0
    fee_payments: float = 2.5
    local_prior: float = -5.0
    complaint_rate: float = 0.06
    selected_share: float = 0.3
    selected_burst: float = 0.5
    ring_complaint_rate: float = 0.4
    enough_events: int = 50
    period_days: int = 365
    client_share: float = 0.9
    stray_share: float = 0.02
    hub_shares: tuple[float, ...] = (0.1, 0.2, 0.35, 0.5)
    hub_penalties: tuple[float, ...] = (3.0, 3.0, 3.5, 4.5)
    litigious_rate: float = 0.3
    window_days: int = 10
    burst_share: float = 0.3
    burst_mix: float = 0.6
    burst_cap: float = 4.0
    rounds: int = 6
    message_cap: float = 4.0

    def prior(self, code: str) -> float:
        """The prior log-odds of a source."""
        return float(getattr(self, f"prior_{code}"))
