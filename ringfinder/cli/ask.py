"""Asking what a column or a table means: only on a terminal, with masked samples, and never twice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ringfinder.cli.options import Format
from ringfinder.cli.output import clean, say, without_records

if TYPE_CHECKING:
    from ringfinder.config import Config
    from ringfinder.read import RawTable
    from ringfinder.tables import Question, TableMapping, TableOverride, UnclearError

__all__ = ["ask_all", "may_ask", "say_answers", "unclear_tables"]

_STOP = "stop"
_SAMPLES = 3


def may_ask(files: Sequence[Path], form: Format, *, no_ask: bool) -> bool:
    """Whether a person sits there: standard input and error are terminals, and neither data nor a document is piped."""
    from ringfinder.read.inputs import STDIN

    if no_ask or form is not Format.table or STDIN in files:
        return False
    return sys.stdin.isatty() and sys.stderr.isatty()


def unclear_tables(tables: Sequence[RawTable], config: Config) -> tuple[list[TableMapping], list[UnclearError]]:
    """The mapping of every table, as far as it is known, and what is unclear about some of them.

    Raises
    ------
    ConfigError
        If an entry of the configuration fits no table, or not the table that it is about.
    """
    from ringfinder.pipeline import map_tables
    from ringfinder.tables import UnclearError

    mappings, unclear = [], []
    for table in tables:
        try:
            mappings += map_tables([table], config)
        except UnclearError as error:
            mappings.append(error.mapping)
            unclear.append(error)
    return mappings, unclear


def ask_all(files: Sequence[Path], config: Config) -> tuple[Config, list[TableOverride]]:
    """Put every question about ``files`` to the user; gives the configuration with the answers, and these alone.

    Raises
    ------
    UnclearError
        If the user would rather stop.
    """
    from ringfinder.mapped import map_tables, narrow_tables
    from ringfinder.read import find_inputs, read_tables
    from ringfinder.tables import UnclearError, answered

    answers: list[TableOverride] = []
    for table in narrow_tables(read_tables(find_inputs(files), config.read, lambda _: None), config):
        mine: TableOverride | None = None
        while True:
            try:
                map_tables([table], config)
                break
            except UnclearError as error:
                # One question at a time: its answer may settle the next one.
                question = error.mapping.questions[0]
                try:
                    choice = _choose(error, question, table)
                except (UnclearError, KeyboardInterrupt):
                    say_answers([*answers, *([mine] if mine else [])])
                    raise
                earlier = next((o for o in config.tables if o.matches(table.file)), None)
                mine = answered(error.mapping, question, choice, earlier)
                same = (mine.file, mine.sheet, mine.table)
                others = tuple(o for o in config.tables if (o.file, o.sheet, o.table) != same)
                config = replace(config, tables=(mine, *others))
        if mine is not None:
            answers.append(mine)
    return config, answers


def say_answers(answers: Sequence[TableOverride]) -> None:
    """The lines that make the next run ask nothing."""
    from ringfinder.tables import entry_lines

    if not answers:
        return
    say("So that the next run need not ask, put this into ringfinder.toml (in place of an entry for the same table)")
    say("and name it with -c:")
    for answer in answers:
        say("\n".join(entry_lines(answer)))


def _choose(error: UnclearError, question: Question, table: RawTable) -> str:
    """One question on standard error, the answer from standard input."""
    from ringfinder.tables import IGNORE, choice_text

    choices = [*question.choices, *([IGNORE] if question.header is not None else []), _STOP]
    texts = [choice_text(question, c) for c in choices[:-1]] + ["end here, with the lines for ringfinder.toml"]
    if question.header is None:
        say(f"{table.file}: {without_records(error.mapping.reason, error.headers)}")
        say(f"  headers: {without_records(', '.join(table.cells.columns)[:300], error.headers)}")
    else:
        say(f"{table.file}: the column {question.header} can mean several things")
        say(f"  cells: {_samples(table, question.header)}")
    for number, (choice, text) in enumerate(zip(choices, texts, strict=True), start=1):
        say(f"  {number}  {choice:<18} {text}")
    while True:
        print(f"Your choice, 1 to {len(choices)}: ", end="", file=sys.stderr, flush=True)  # noqa: T201
        line = sys.stdin.readline()
        answer = line.strip().lower()
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            answer = choices[int(answer) - 1]
        if answer == _STOP or not line:
            raise error
        if answer in choices:
            return answer
        say(f"'{clean(answer)[:40]}' is none of these; type a number or a word of the list")


def _samples(table: RawTable, header: str) -> str:
    """The first cells of a column that hold anything, masked."""
    from ringfinder.privacy import mask_value

    cells = table.cells[header].drop_nulls().unique(maintain_order=True).head(_SAMPLES)
    return ", ".join(mask_value(cell) for cell in cells) or "(none holds anything)"
