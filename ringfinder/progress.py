"""Who is told about the stages of a run, and what each of them took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Progress", "stage"]


class Progress:
    """Told about every stage; the command line prints it. The default says nothing."""

    def begin(self, stage: str) -> None:
        """A stage begins."""

    def end(self, stage: str, facts: dict[str, Any]) -> None:
        """A stage ended; ``facts`` holds rows, nodes, links ... and seconds."""


@contextmanager
def stage(name: str, progress: Progress, stages: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Times a stage, adds its facts to ``stages`` and tells ``progress``; the body fills the facts."""
    facts: dict[str, Any] = {}
    progress.begin(name)
    start = time.perf_counter()
    yield facts
    facts = {"stage": name, **facts, "seconds": round(time.perf_counter() - start, 3)}
    stages.append(facts)
    progress.end(name, facts)
