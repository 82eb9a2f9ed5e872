"""The border between a run in memory and all that leaves it: masks, keyed pseudonyms, the choice to reveal."""

from ringfinder.privacy.border import Border, open_border
from ringfinder.privacy.mask import mask_name, mask_number, mask_value
from ringfinder.privacy.token import load_key, token

__all__ = ["Border", "load_key", "mask_name", "mask_number", "mask_value", "open_border", "token"]
