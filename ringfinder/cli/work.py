"""The verbs that work on exports: demo, init, check, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import StageLines, command, print_table, say
from ringfinder.errors import OutputError

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.model import Run

__all__ = ["check", "demo", "init", "run"]


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


def init(
    files: opt.Files,
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write; '-' for stdout.")] = Path(
        "ringfinder.toml"
    ),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
) -> None:
    """Write a commented ringfinder.toml from the headers of FILES.

    Example: ringfinder init exports/
    """
    import os
    import sys

    from ringfinder.config import Config
    from ringfinder.pipeline import map_tables
    from ringfinder.read import ReadOptions, find_inputs, read_tables
    from ringfinder.store.folder import write_file
    from ringfinder.tables import starter_config

    config = Config(read=ReadOptions(encoding, delimiter))
    text = starter_config(map_tables(read_tables(find_inputs(files), config.read), config))
    if str(output) == "-":
        sys.stdout.write(text)
        return
    if os.path.lexists(output) and not overwrite:
        raise OutputError("the file exists", where=str(output), do="name another with -o, or add --overwrite")
    write_file(output, text)
    say(f"wrote {output}; edit it, then: {command('run', *files, '-c', output)}")


def check(
    files: opt.Files,
    config: opt.Config = None,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
    keep_going: opt.KeepGoing = False,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Say how FILES are understood and what in them cannot be used; nothing is written.

    Status 1 if rows are rejected that need mending (not blank lines, repeated headers or totals), files left out, or a
    column is not fit for linking.

    Example: ringfinder check exports/
    """
    from ringfinder.issues import REASONS, count_reasons
    from ringfinder.link import link_tables
    from ringfinder.pipeline import map_tables, options_of
    from ringfinder.read import find_inputs, read_tables
    from ringfinder.tables import mapping_rows

    settings = _config(config, encoding, delimiter, keep_going)
    skipped: list[str] = []
    tables = read_tables(find_inputs(files), settings.read, lambda error: skipped.append(error.message))
    mappings = map_tables(tables, settings)
    rows = [(f, t, h, field or "(not used)", reason) for f, t, h, field, reason in mapping_rows(mappings)]
    print_table(("file", "table", "column", "field", "why"), rows, form, "How the columns are understood")
    linked = link_tables(
        list(zip(tables, mappings, strict=True)),
        kinds=settings.kinds,
        relations=settings.relations,
        options=options_of(settings),
    )
    counts = [(reason, number, *REASONS[reason]) for reason, number in count_reasons(linked.issues).items()]
    if form is opt.Format.table:
        inputs = [(i.name, i.table, i.encoding, i.rows, i.used, i.rejected) for i in linked.inputs]
        print_table(("file", "table", "encoding", "rows", "used", "rejected"), inputs, form, "Rows")
        if not linked.quality.is_empty():
            print_table(linked.quality.columns, linked.quality.rows(), form, "Identifiers: cells by quality")
        print_table(
            ("reason", "number", "what happened", "what to do"),
            counts,
            form,
            "Cells and rows that do not link",
        )
    for note in linked.notes:
        say(f"note: {note}")
    for message in skipped:
        say(f"left out: {message}")
    unfit = any(note.startswith("not fit for linking") for note in linked.notes)
    rejected = count_reasons(linked.issues.filter("lost"))
    if skipped or unfit or any(REASONS[reason][1] != "nothing to do" for reason in rejected):
        raise typer.Exit(1)


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
        typer.Option("--detector", help="leiden, louvain, label_propagation or components.", show_default="leiden"),
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option("--resolution", help="Above 0; higher gives smaller communities.", show_default="1.0"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", help="Seed of the detector; recorded in the run.", show_default="0"),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Write full identifiers and names instead of masked ones.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing run folder.")] = False,
    encoding: opt.Encoding = None,
    delimiter: opt.Delimiter = None,
    keep_going: opt.KeepGoing = False,
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """The main job: from exports to ranked rings in a new run folder.

    Example: ringfinder run exports/ -o runs/june
    """
    import datetime as dt

    settings = _config(config, encoding, delimiter, keep_going)
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
    folder = output or Path("ringfinder-runs") / dt.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    found = _find(files, settings, folder, overwrite=overwrite)
    _print_rings(found, form)
    say(f"run folder: {folder}   page: {folder / 'report.html'}")


def _find(files: list[Path], config: Config, folder: Path, *, overwrite: bool) -> Run:
    """Find rings and write the run folder; says what people need to know on stderr."""
    import datetime as dt
    import gc
    import time

    from ringfinder.pipeline import Progress, find_rings, write_run
    from ringfinder.store.folder import check_free

    class Lines(StageLines, Progress):
        """Stage lines as a pipeline's progress."""

    check_free(folder, overwrite=overwrite)
    lines = Lines()
    gc.disable()  # millions of records without a cycle among them: looking for cycles costs a tenth of the time
    try:
        result = find_rings(
            files, config, progress=lines, created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        )
        start = time.perf_counter()
        lines.begin("write")
        write_run(folder, result, overwrite=overwrite)
        lines.end("write", {"rings": len(result.run.rings), "seconds": time.perf_counter() - start})
    finally:
        gc.enable()
        lines.stop()
    run = result.run
    lost = sum(i.rejected for i in run.inputs)
    if lost:
        every = sum(i.rows for i in run.inputs)
        say(f"{lost:,} of {every:,} rows were rejected; the reasons are in {folder / 'rejected.csv'}")
    for hub in run.hubs[:10]:
        say(f"kept from linking: {hub.kind} {hub.label} ({hub.degree}; {hub.reason})")
    if len(run.hubs) > 10:
        say(f"... and {len(run.hubs) - 10:,} more harmless hubs (see run.json or the page)")
    for sentence in run.representatives:
        say(sentence)
    for note in run.notes:
        say(f"note: {note}")
    return run


def _print_rings(run: Run, form: opt.Format, limit: int = 20) -> None:
    """The table of rings: leads, and how many clusters are only to be observed."""
    from ringfinder.cli.look import print_rings
    from ringfinder.vocabulary import plural

    strong = [r for r in run.rings if r.tier == "strong"]
    shown = run.rings if form is not opt.Format.table else (strong or list(run.rings))[:limit]
    if shown or form is not opt.Format.table:
        print_rings(shown, form, "Rings: leads for a person to examine, never verdicts")
    candidates = len(run.rings) - len(strong)
    if not strong and any(note.startswith("not fit for linking") for note in run.notes):
        say("no lead can be told from this input: it is not fit for linking (see the notes above)")
    elif form is opt.Format.table:
        say(
            f"{plural(len(strong), 'strong lead')}, {plural(candidates, 'cluster')} to observe"
            + (" (ringfinder list RUN shows all)" if candidates or len(strong) > limit else "")
        )


def _config(path: Path | None, encoding: str | None, delimiter: str | None, keep_going: bool) -> Config:
    from ringfinder.config import load_config

    config = load_config(path)
    read = replace(
        config.read,
        encoding=encoding or config.read.encoding,
        delimiter=delimiter or config.read.delimiter,
        keep_going=keep_going or config.read.keep_going,
    )
    return replace(config, read=read)


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
