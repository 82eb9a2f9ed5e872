"""Normalising and validating the values of cells: one file a type of value, plus whole columns.

Every function takes a raw cell and returns a :class:`Value`; only ``valid`` and ``plausible`` ones may link.
"""

from ringfinder.normalise.address import normalise_address
from ringfinder.normalise.card import luhn, normalise_card
from ringfinder.normalise.cells import (
    NULL_WORDS,
    clean_cell,
    expand_exponent,
    is_masked,
    is_null,
    mask_pattern,
    split_list,
)
from ringfinder.normalise.columns import NORMALISERS, Rule, linkable, normalise_cell, normalise_column
from ringfinder.normalise.company_code import company_check, normalise_company_code, organisation_check
from ringfinder.normalise.date import normalise_date
from ringfinder.normalise.employer import normalise_employer
from ringfinder.normalise.identity import identity_check, normalise_identity
from ringfinder.normalise.money import normalise_money
from ringfinder.normalise.name import normalise_name
from ringfinder.normalise.phone import PUBLIC_PHONES, is_placeholder_number, normalise_phone
from ringfinder.normalise.text import normalise_text
from ringfinder.normalise.values import DEFAULTS, LINKING, QUALITIES, Options, Value

__all__ = [
    "DEFAULTS",
    "LINKING",
    "NORMALISERS",
    "NULL_WORDS",
    "PUBLIC_PHONES",
    "QUALITIES",
    "Options",
    "Rule",
    "Value",
    "clean_cell",
    "company_check",
    "expand_exponent",
    "identity_check",
    "is_masked",
    "is_null",
    "is_placeholder_number",
    "linkable",
    "luhn",
    "mask_pattern",
    "normalise_address",
    "normalise_card",
    "normalise_cell",
    "normalise_column",
    "normalise_company_code",
    "normalise_date",
    "normalise_employer",
    "normalise_identity",
    "normalise_money",
    "normalise_name",
    "normalise_phone",
    "normalise_text",
    "organisation_check",
    "split_list",
]
