"""Benign hubs: shared values that join people without meaning anything, and how each was treated."""

from ringfinder.hubs.known import KnownHub, read_known, shipped
from ringfinder.hubs.table import Hubs, find_hubs

__all__ = ["Hubs", "KnownHub", "find_hubs", "read_known", "shipped"]
