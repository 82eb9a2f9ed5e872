"""Community detection: links weighted by how specific they are, a detector, and a checked partition.

>>> from ringfinder.detect import detect
>>> partition = detect(graph, "leiden", resolution=1.0, seed=0)  # doctest: +SKIP
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from ringfinder.detect.communities import (
    DETECTORS,
    METHODS,
    check_choice,
    components,
    detect,
    label_propagation,
    leiden,
    louvain,
)
from ringfinder.detect.partition import Partition, groups, relabel, split_disconnected
from ringfinder.detect.project import detect_communities, project_events
from ringfinder.detect.weights import clustering_links, specificity, weighted_adjacency

__all__ = [
    "DETECTORS",
    "METHODS",
    "Partition",
    "check_choice",
    "clustering_links",
    "components",
    "detect",
    "detect_communities",
    "groups",
    "label_propagation",
    "leiden",
    "louvain",
    "project_events",
    "relabel",
    "specificity",
    "split_disconnected",
    "weighted_adjacency",
]


class _Room(ModuleType):
    """Python sets ``ringfinder.detect`` to this module as soon as it is loaded; the public function has that name."""

    def __call__(self, *arguments: Any, **options: Any) -> Partition:
        return detect(*arguments, **options)


sys.modules[__name__].__class__ = _Room
