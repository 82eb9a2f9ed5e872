"""The verb that measures ringfinder on the user's own data: audit."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfinder.audit import Audit
    from ringfinder.graph import Graph
    from ringfinder.model import Ring

__all__ = ["audit"]

#: The thresholds' columns: header for people, and the field.
_COLUMNS = {
    "threshold": "name", "recall": "recall", "low": "low", "high": "high", "recall, all kinds alike": "even",
    "your leads to review": "leads", "precision": "precision", "new false leads a round": "false_leads",
    "purity": "pure", "true recall": "true_recall", "true precision": "true_precision",
}  # fmt: skip


def audit(
    files: opt.Files,
    config: opt.Config = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write all figures to this file as JSON.", show_default=False),
    ] = None,
    rings: Annotated[
        int, typer.Option("--rings", min=0, help="Planted rings a round.", show_default="as many as the data bear")
    ] = 0,
    rounds: Annotated[int, typer.Option("--rounds", min=1, max=100, help="Rounds, each with other rings.")] = 5,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed plants other rings.")] = 0,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            help="Rings that you know of (as for 'evaluate'): the estimates are shown beside the true figures.",
            show_default=False,
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file of -o.")] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
    keep_going: opt.KeepGoing = False,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Measure recall, precision and review load on your own data: plant known rings into them and look for them.

    Rings of several designs, of 4 to 60 debtors, in easy, medium and hard camouflage are planted in memory among
    debtors who are in no strong lead; nothing of yours is changed, and no identifier is printed or written. Recall is
    that of rings like those that your data show.

    Example: ringfinder audit exports/ --rounds 5 --seed 1 -o audit.json
    """
    from dataclasses import replace

    from ringfinder.audit import audit_figures, run_trial
    from ringfinder.cli.prepare import refuse_idle_entries, settings_of
    from ringfinder.cli.worlds import read_truth, truth_of_run
    from ringfinder.model import Run
    from ringfinder.pipeline import checked, link_inputs, rings_of
    from ringfinder.store.folder import write_file

    if output is not None:
        _check_free(output, files, overwrite=overwrite)
    told_rings = None if truth is None else read_truth(truth)  # before the minutes of work
    settings = checked(settings_of(config, encoding, delimiter, keep_going))
    say("reading and linking the input")
    linked, _, left_out = link_inputs(files, settings)
    for message in left_out:
        say(f"left out: {message}")
    refuse_idle_entries(settings, files, [i.name for i in linked.inputs])

    def look(graph: Graph) -> tuple[Ring, ...]:
        return rings_of(replace(linked, graph=graph), settings)

    trial = run_trial(linked.graph, look, seed=seed, rings=rings, rounds=rounds, told=say)
    known = None
    if told_rings is not None:
        known = truth_of_run(told_rings, Run((), config=settings.to_dict(), revealed=True), linked.graph, str(truth))
    result = audit_figures(trial, known)
    if output is not None:
        write_file(output, json.dumps(result.to_dict(), ensure_ascii=False, indent=1) + "\n")
    _print(result, form, with_truth=known is not None)
    if output is not None:
        say(f"written: {output}")


def _check_free(path: Path, files: Sequence[Path], *, overwrite: bool) -> None:
    """Say early, before minutes of work, that the file cannot be written there."""
    from ringfinder.errors import OutputError
    from ringfinder.read import find_inputs

    if path.is_dir():
        raise OutputError("is a folder", where=str(path), do="name a file, e.g. audit.json")
    if os.path.lexists(path) and path.resolve() in {file.resolve() for file in find_inputs(files)}:
        raise OutputError("-o would replace an input file", where=str(path), do="name another file")
    if os.path.lexists(path) and not overwrite:
        raise OutputError("exists already", where=str(path), do="name another file, or add --overwrite")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the file cannot be written ({error.strerror or error})"
        raise OutputError(what, where=str(path), do="name another place") from error
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise OutputError("its folder is read-only", where=str(path), do="name another place")


def _print(result: Audit, form: opt.Format, *, with_truth: bool) -> None:
    if form is opt.Format.json:
        print_json(result.to_dict())
        return
    columns = {h: f for h, f in _COLUMNS.items() if with_truth or not f.startswith("true_")}
    rows: list[list[Any]] = [[getattr(t, f) for f in columns.values()] for t in result.thresholds]
    if form is opt.Format.csv:
        print_table(tuple(columns.values()), [[_cell(c) for c in row] for row in rows], form)
        return
    blank = [["-" if c is None else c for c in row] for row in rows]
    print_table(tuple(columns), blank, form, "By threshold: rings like yours, and your own leads")
    cells = [(c.size, c.camouflage, c.planted, c.yours, c.recall_strong, c.recall) for c in result.cells]
    header = ("debtors", "camouflage", "planted", "share among yours", "recall, strong", "recall, with to observe")
    print_table(header, cells, form, "By size and camouflage")
    for sentence in result.sentences:
        say(sentence)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return round(value, 4) if isinstance(value, float) else value
