"""The demo, linked, for the tests of the audit."""

from __future__ import annotations

import pytest

from ringfinder.audit.plant import Host, host_of
from ringfinder.config import Config
from ringfinder.link import Linked
from ringfinder.pipeline import link_inputs


@pytest.fixture(scope="session")
def linked(demo_exports) -> Linked:
    """The demo after stage *link*."""
    return link_inputs([demo_exports], Config())[0]


@pytest.fixture(scope="session")
def host(linked) -> Host:
    """The demo as the planting needs it; ten of its debtors may not be touched."""
    debtors = linked.graph.nodes.filter(kind="debtor")["key"].head(10)
    return host_of(linked.graph, frozenset(debtors.to_list()), "debtor")
