"""Identifiers that come in two shapes: an organisation by code or name, an account by card number or anything else."""

from __future__ import annotations

import re

from ringfinder.normalise.card import luhn, normalise_card
from ringfinder.normalise.cells import clean_cell
from ringfinder.normalise.company_code import normalise_company_code
from ringfinder.normalise.text import normalise_text
from ringfinder.normalise.values import DEFAULTS, Options, Value

__all__ = ["normalise_account", "normalise_organisation"]

_MISREAD = str.maketrans("OoIl", "0011")
#: A card number with at most two letters typed for digits.
_LETTERED = re.compile(r"(?=.*[OoIl])(?!(?:.*[OoIl]){3})[0-9OoIl]{12,19}")


def normalise_organisation(text: str, options: Options = DEFAULTS) -> Value:
    """An organisation: its code where the text is one (GB 32100, GB 11714), else the text as a plain identifier."""
    code = normalise_company_code(text, options)
    return code if code.quality in ("valid", "plausible", "damaged", "empty") else normalise_text(text, options)


def normalise_account(text: str, options: Options = DEFAULTS) -> Value:
    """A payee's account: a card or account number by :func:`normalise_card`, else a wallet or handle as it stands.

    A text of digits only that is no card number stays invalid: it is a broken number, not a handle. Letters typed for
    digits are corrected if the check digit then holds, and are damage otherwise.
    """
    written = clean_cell(text).replace(" ", "").replace("-", "")
    if _LETTERED.fullmatch(written):
        mended = normalise_card(written.translate(_MISREAD), options)
        if mended.value is not None and luhn(mended.value):
            return mended._replace(quality="plausible", issues=(*mended.issues, "letter_corrected"))
        return Value(None, "card", "damaged", ("characters",), written)
    card = normalise_card(text, options)
    if card.quality != "invalid" or written.isdigit():
        return card
    return normalise_text(text, options)
