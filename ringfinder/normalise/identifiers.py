"""Identifiers that come in two shapes: an organisation by code or name, an account by card number or anything else."""

from __future__ import annotations

from ringfinder.normalise.card import normalise_card
from ringfinder.normalise.cells import clean_cell
from ringfinder.normalise.company_code import normalise_company_code
from ringfinder.normalise.text import normalise_text
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["normalise_account", "normalise_organisation"]


def normalise_organisation(text: str, options: Options = DEFAULTS) -> Value:
    """An organisation: its code where the text is one (GB 32100, GB 11714), else the text as a plain identifier."""
    code = normalise_company_code(text, options)
    return code if code.quality in ("valid", "plausible", "damaged", "empty") else normalise_text(text, options)


def normalise_account(text: str, options: Options = DEFAULTS) -> Value:
    """A payee's account: a card or account number by :func:`normalise_card`, else a wallet or handle as it stands.

    A text of digits only that is no card number stays invalid: it is a broken number, not a handle.
    """
    card = normalise_card(text, options)
    if card.quality != "invalid" or clean_cell(text).replace(" ", "").replace("-", "").isdigit():
        return card
    return normalise_text(text, options)
