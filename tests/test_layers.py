"""Data goes one way: a module imports only from rooms to its left, and every exception is written down here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ringfinder

ROOT = Path(ringfinder.__file__).parent
FILES = sorted(p for p in ROOT.rglob("*.py") if "_queries" not in p.parts and "_examples" not in p.parts)

_BASE = {"errors", "model", "vocabulary", "issues"}
_ANALYSIS = _BASE | {"graph", "people"}

#: Room -> what it may import, at the top of a file or inside a function.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "model_facts": set(),
    "model_kinds": set(),
    "model": {"model_facts", "model_kinds"},
    "vocabulary": {"errors"},
    "issues": {"errors", "model"},
    "read": _BASE,
    "tables": _BASE,
    "normalise": _BASE,
    "graph": _BASE,
    "graph_numbers": set(),
    "graph_build": _BASE | {"graph", "graph_numbers"},
    "graph_convert": _BASE | {"graph", "graph_build"},
    "people": _BASE | {"graph"},
    "units": _ANALYSIS,
    "bodies": _ANALYSIS,
    "guard": _ANALYSIS | {"units"},
    # the option types that [read], [[tables]], [identity] and [belief] are parsed into
    "config": {"errors", "read", "tables", "link", "belief"},
    "config_types": set(),
    "config_file": {"errors", "tables", "config", "config_types"},
    "mapped": _BASE | {"read", "tables", "config"},  # stage map: long and wide tables are taken apart
    "link": _BASE | {"graph", "graph_build", "read", "tables", "normalise"},
    "templates": _ANALYSIS | {"graph_build"},
    "blocks": _ANALYSIS | {"graph_build", "units"},
    "hubs": _ANALYSIS | {"config", "normalise"},  # the user's lists are normalised like the data
    "belief": _ANALYSIS | {"bodies"},
    "detect": _ANALYSIS | {"belief", "guard", "units"},
    "score": _ANALYSIS | {"config", "belief", "units", "templates"},  # thresholds, the model, letters side by side
    "judged": _ANALYSIS | {"belief", "config", "detect", "hubs", "link", "score"},  # the stage score, put together
    "progress": set(),
    "chance_deals": _ANALYSIS,
    "chance": _ANALYSIS | {"belief", "chance_deals", "config", "detect", "score"},  # the same stages on dealt copies
    "what_if": _ANALYSIS | {"belief", "config", "score", "units"},  # a ring of a run folder, judged again
    "explain": _ANALYSIS,
    "privacy": _BASE | {"graph", "graph_build"},  # the graph is sorted anew by its tokens
    "report": _BASE,
    "page": _BASE,
    "store": _BASE | {"graph", "report"},  # rejected.csv is guarded like every other table
    "simulate": {"errors"},
    "evaluate": _BASE,
    # rings are made by simulate, linked like the user's files, planted into the graph, and judged
    "audit": _ANALYSIS | {"graph_build", "simulate", "evaluate", "read", "mapped", "config", "link", "normalise"},
    "lookup": _BASE | {"graph", "normalise", "privacy"},  # what a user types, to the keys of a run
}

#: (file, room) -> reason. These hold inside a function only, so that nothing is loaded before it is used.
LAZY = {
    ("model.py", "page"): "Ring.to_pyvis() for notebooks",
    ("graph.py", "graph_convert"): "Graph.to_networkx() and its like",
}

#: Files that see everything: the flow itself, the command line, and the public names.
EVERYTHING = {"pipeline", "cli", "__init__", "__main__"}


def _room(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(tree: ast.AST, file: Path) -> list[tuple[str, bool, int]]:
    """(room, whether it is inside a function, line) of every import of our own; relative ones count, too."""
    found = []

    def visit(node: ast.AST, lazy: bool) -> None:
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parts = ("ringfinder", *file.relative_to(ROOT).parts[:-1])
                module = ".".join([*parts[: len(parts) - node.level + 1], *([module] if module else [])])
            if module.split(".")[0] == "ringfinder":
                rooms = [module.split(".")[1]] if "." in module else [a.name for a in node.names]
                found.extend((room, lazy, node.lineno) for room in rooms)
        elif isinstance(node, ast.Import):
            found.extend(
                (a.name.split(".")[1] if "." in a.name else "__init__", lazy, node.lineno)
                for a in node.names
                if a.name.split(".")[0] == "ringfinder"
            )
        for child in ast.iter_child_nodes(node):
            visit(child, lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(tree, False)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_go_with_the_data(file):
    room = _room(file)
    if room in EVERYTHING:
        return
    assert room in ALLOWED, f"say in {Path(__file__).name} what the new room {room!r} may import"
    for other, lazy, line in _imports(ast.parse(file.read_text(encoding="utf-8")), file):
        if other == room or other in ALLOWED[room]:
            continue
        excused = lazy and (str(file.relative_to(ROOT)), other) in LAZY
        assert excused, f"{file.relative_to(ROOT)}:{line} imports {other}, against the way of the data"


def test_every_exception_is_still_needed():
    used = {
        (str(file.relative_to(ROOT)), other)
        for file in FILES
        for other, lazy, _ in _imports(ast.parse(file.read_text(encoding="utf-8")), file)
        if lazy
    }
    assert used >= LAZY.keys()


def test_rooms_have_no_cycle():
    done: list[str] = []

    def visit(room: str, above: tuple[str, ...]) -> None:
        assert room not in above, f"cycle: {' > '.join((*above, room))}"
        if room not in done:
            for other in sorted(ALLOWED[room]):
                visit(other, (*above, room))
            done.append(room)

    for room in ALLOWED:
        visit(room, ())


def test_things_live_with_their_noun():
    assert not [f for f in FILES if f.stem.strip("_") in ("utils", "util", "helpers", "helper", "common", "misc")]


@pytest.mark.parametrize("file", [f for f in FILES if _room(f) != "cli"], ids=lambda f: str(f.relative_to(ROOT)))
def test_only_the_command_line_prints(file):
    calls = [n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)]
    assert not [n.lineno for n in calls if isinstance(n.func, ast.Name) and n.func.id in ("print", "input")]
