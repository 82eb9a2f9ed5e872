"""Ringfinder: organised intermediary rings among debtors, phones, agents, companies and complaints.

>>> import ringfinder as rf
>>> result = rf.find_rings(["exports/"])          # doctest: +SKIP
>>> rf.write_run("runs/june", result)             # doctest: +SKIP
>>> graph = rf.load_graph("runs/june")            # doctest: +SKIP

The names below are loaded when first used, so that ``import ringfinder`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.config_file import load_config
    from ringfinder.detect import Partition, detect
    from ringfinder.errors import RingfinderError
    from ringfinder.graph import Graph
    from ringfinder.model import Ring, Run
    from ringfinder.page import render_html
    from ringfinder.pipeline import Result, find_rings, write_run
    from ringfinder.store import load_graph, load_run

__all__ = [
    "Config",
    "Graph",
    "Partition",
    "Result",
    "Ring",
    "RingfinderError",
    "Run",
    "detect",
    "find_rings",
    "load_config",
    "load_graph",
    "load_run",
    "render_html",
    "write_run",
]

_HOME = {
    "Config": "config",
    "Graph": "graph",
    "Partition": "detect",
    "Result": "pipeline",
    "Ring": "model",
    "RingfinderError": "errors",
    "Run": "model",
    "detect": "detect",
    "find_rings": "pipeline",
    "load_config": "config_file",
    "load_graph": "store",
    "load_run": "store",
    "render_html": "page",
    "write_run": "pipeline",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("ringfinder")
    if name not in _HOME:
        raise AttributeError(f"module 'ringfinder' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"ringfinder.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
