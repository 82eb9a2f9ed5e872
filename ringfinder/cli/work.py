"""The verbs that find rings in exports: demo, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import StageLines, command, say, stray_notes
from ringfinder.cli.prepare import NOT_FIT, is_unfit, refuse_idle_entries, settings_of
from ringfinder.errors import OutputError

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.model import Run

__all__ = ["demo", "run"]

#: Most shared values that a run prints.
_MOST_HUBS = 20


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to write the case and its run.")] = Path("ringfinder-demo"),
    customers: Annotated[int, typer.Option(min=300, max=200_000, help="Size of the synthetic lender.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another case.")] = 2024,
) -> None:
    """Write a synthetic case of a lender's exports, find its rings, and name the page to open.

    Example: ringfinder demo
    """
    from ringfinder.config import Config
    from ringfinder.simulate import WorldSettings, most_rings, simulate, write_case
    from ringfinder.store.folder import new_folder

    _clear_demo(folder)
    say(
        f"writing a synthetic case of {customers:,} customers into {folder / 'exports'} (all people in it are invented)"
    )
    with new_folder(folder) as place:
        rings = min(WorldSettings().rings, most_rings(customers))
        write_case(simulate(WorldSettings(customers=customers, rings=rings, seed=seed)), place / "exports")
        (place / _DEMO_MARK).write_text("made by 'ringfinder demo'; it may be deleted\n", encoding="utf-8")
    found = _find([folder / "exports"], Config(), folder / "run", overwrite=False)
    _print_rings(found, opt.Format.table)
    say(f"open {folder / 'run' / 'report.html'}")
    say(f"then try: {command('show', folder / 'run', 'R1')}")


def run(
    files: opt.Files,
    config: opt.Config = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The run folder to write; by default one in ringfinder-runs/, named by the time.",
            show_default=False,
        ),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option("--detector", help="ring, leiden, louvain, label_propagation or components.", show_default="ring"),
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option("--resolution", help="Above 0; higher gives smaller communities.", show_default="1.0"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Seed of the detector; recorded in the run.", show_default="0"),
    ] = None,
    chance: Annotated[
        int | None,
        typer.Option(
            "--chance",
            metavar="ROUNDS",
            min=0,
            max=1000,
            help="Copies with dates and with ties dealt by chance, to say how many rings these give; 0 for none.",
            show_default="5, fewer for large data",
        ),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Write full identifiers and names instead of masked ones.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing run folder.")] = False,
    no_ask: Annotated[
        bool,
        typer.Option(
            "--no-ask",
            help="Stop, even on a terminal, when a column can be taken in two ways, e.g. run exports/ --no-ask",
        ),
    ] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
    keep_going: opt.KeepGoing = False,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """The main job: from exports to ranked rings in a new run folder.

    On a terminal it asks what a column means that can be taken in two ways; elsewhere it stops with the choices.
    Status 6 if there is no lead and an identifier column is not fit for linking; the run folder is written.

    Example: ringfinder run exports/ -o runs/june
    """
    import datetime as dt

    from ringfinder.cli.ask import may_ask

    settings = settings_of(config, encoding, delimiter, keep_going)
    detect = settings.detect
    detect = replace(
        detect,
        method=detector or detect.method,
        resolution=detect.resolution if resolution is None else resolution,
        seed=detect.seed if seed is None else seed,
    )
    settings = replace(
        settings, detect=detect, privacy=replace(settings.privacy, reveal=reveal or settings.privacy.reveal)
    )
    if chance is not None:
        asked = replace(settings.chance, mode="on" if chance else "off", rounds=chance or settings.chance.rounds)
        settings = replace(settings, chance=asked)
    folder = output or Path("ringfinder-runs") / dt.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    found = _find(files, settings, folder, overwrite=overwrite, ask=may_ask(files, form, no_ask=no_ask))
    _print_rings(found, form)
    say(f"run folder: {folder}   page: {folder / 'report.html'}")
    if is_unfit(found.notes) and not any(r.tier == "strong" for r in found.rings):
        raise typer.Exit(NOT_FIT)


def _find(files: list[Path], config: Config, folder: Path, *, overwrite: bool, ask: bool = False) -> Run:
    """Find rings and write the run folder; says what people need to know on stderr, and asks if ``ask``."""
    import datetime as dt
    import gc
    import threading
    import time

    from ringfinder.cli.ask import ask_all, say_answers
    from ringfinder.model import TREATMENTS
    from ringfinder.pipeline import Progress, find_rings, write_run
    from ringfinder.store.folder import check_free
    from ringfinder.tables import TableOverride, UnclearError

    class Lines(StageLines, Progress):
        """Stage lines as a pipeline's progress."""

    check_free(folder, overwrite=overwrite)
    lines = Lines()
    created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    answers: list[TableOverride] = []
    collecting = gc.isenabled()
    gc.disable()  # for those who call this from a program of their own; the command line has done so already
    threading.Thread(target=_load_page).start()
    try:
        try:
            result = find_rings(files, config, progress=lines, created=created)
        except UnclearError:
            lines.stop()
            if not ask:
                raise
            config, answers = ask_all(files, config)
            result = find_rings(files, config, progress=lines, created=created)
        refuse_idle_entries(config, files, [i.name for i in result.run.inputs])
        start = time.perf_counter()
        lines.begin("write")
        write_run(folder, result, overwrite=overwrite)
        lines.end("write", {"rings": len(result.run.rings), "seconds": time.perf_counter() - start})
    finally:
        if collecting:
            gc.enable()
        lines.stop()
        say_answers(answers)  # whatever happened after them, nobody wants to give them twice
    run = result.run
    lost = sum(i.rejected for i in run.inputs)
    if lost:
        every = sum(i.rows for i in run.inputs)
        say(f"{lost:,} of {every:,} rows were rejected; the reasons are in {folder / 'rejected.csv'}")
    for hub in run.hubs[:_MOST_HUBS]:
        what = "kept from linking" if hub.treatment in ("EXCLUDE", "GUARD") else TREATMENTS[hub.treatment]
        say(f"{what}: {hub.kind} {hub.label} ({hub.degree}; {hub.reason})")
    if len(run.hubs) > _MOST_HUBS:
        say(f"... and {len(run.hubs) - _MOST_HUBS:,} more shared values (see run.json or the page)")
    for sentence in run.representatives:
        say(sentence)
    for cause in run.common_causes:
        say(f"common cause ({cause.code}): {cause.sentence}")
    for note in (*run.notes, *stray_notes(result.issues)):
        say(f"note: {note}")
    return run


def _load_page() -> None:
    """Load what draws the page, which takes a quarter of a second, while other cores read the input."""
    import contextlib
    import importlib

    with contextlib.suppress(ImportError):  # it is told where the page is written
        for name in ("ringfinder.page", "pyvis.edge", "pyvis.network"):
            importlib.import_module(name)


def _print_rings(run: Run, form: opt.Format, limit: int = 20) -> None:
    """The table of rings: leads, and how many clusters are only to be observed."""
    from ringfinder.cli.look import print_rings
    from ringfinder.vocabulary import plural

    strong = [r for r in run.rings if r.tier == "strong"]
    shown = run.rings if form is not opt.Format.table else (strong or list(run.rings))[:limit]
    if shown or form is not opt.Format.table:
        print_rings(shown, form, "Rings: leads for a person to examine, never verdicts")
    candidates = len(run.rings) - len(strong)
    if not strong and is_unfit(run.notes):
        say("no lead can be told from this input: it is not fit for linking (see the notes above)")
    elif form is opt.Format.table:
        say(
            f"{plural(len(strong), 'strong lead')}, {plural(candidates, 'cluster')} to observe"
            + (" (ringfinder list RUN shows all)" if candidates or len(strong) > limit else "")
        )


_DEMO_MARK = ".ringfinder-demo"


def _clear_demo(folder: Path) -> None:
    """Delete an earlier demo; refuse anything else."""
    import shutil

    from ringfinder.store.folder import check_free

    if not (folder / _DEMO_MARK).is_file():
        try:
            check_free(folder)
        except OutputError as error:
            raise OutputError(
                f"{error.what}, and it is not an earlier demo",
                where=str(folder),
                do="name another folder: ringfinder demo FOLDER",
            ) from None
        return
    shutil.rmtree(folder.resolve())
