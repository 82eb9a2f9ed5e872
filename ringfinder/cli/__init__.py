"""The command line. Bodies read options, call the library and print; heavy imports stay inside the functions."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ringfinder.cli import audit, look, prepare, work, worlds
from ringfinder.cli.output import clean, without_records
from ringfinder.errors import RingfinderError

__all__ = ["app", "main"]

_EPILOG = (
    "Exit status: 0 done; 1 a check said no; 2 wrong usage or configuration; 3 the input cannot be read or used; "
    "4 a package or service is missing; 5 the result cannot be written; 6 the input is not fit for linking; "
    "70 a fault in ringfinder; 130 interrupted."
)


class _Group(TyperGroup):
    """Turns our errors into one paragraph on stderr and their exit status; a traceback only with --debug."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here and not when Python ends, so that a reader who has gone is noticed
        except RingfinderError as error:
            _fail(_shown(error), error.exit_code)
        except (KeyboardInterrupt, EOFError):
            _fail("interrupted", 130)
        except BrokenPipeError:
            # the reader of our output (head, less) has gone: that is no fault of ours
            _drop_stdout()
            raise typer.Exit(0) from None
        except OSError as error:
            _drop_stdout()
            where = f"{error.filename}: " if error.filename else ""
            _fail(f"{where}the system refused to read or write ({error.strerror or error}).", 5)
        except MemoryError:
            _fail("not enough memory for this input. Try fewer files, or a larger machine.", 5)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if type(error).__module__.startswith(("typer", "click")) or ctx.params.get("debug"):
                raise
            _fail(
                f"a fault in ringfinder: {type(error).__name__}: {error}. "
                "Run again with 'ringfinder --debug ...' and report it.",
                70,
            )


def _shown(error: RingfinderError) -> str:
    """The message of an error without the records that it may quote as headers."""
    from ringfinder.tables import HeadersError

    return without_records(error.message, error.headers) if isinstance(error, HeadersError) else error.message


def _fail(message: str, code: int) -> None:
    print(f"ringfinder: {clean(message)}", file=sys.stderr)  # noqa: T201
    raise typer.Exit(code) from None


def _drop_stdout() -> None:
    """What is still to be written goes nowhere, so that Python does not fail again on its way out."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    name="ringfinder",
    cls=_Group,
    help="Find organised intermediary rings in exports of debtors, phones, agents, companies and complaints.\n\n"
    "Begin with: ringfinder demo",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: importing rich for it would cost more CPU than all the rest
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print(f"ringfinder {version('ringfinder')}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when ringfinder itself fails.")] = False,
) -> None:
    """Options of every command."""


_WORK: tuple[Callable[..., None], ...] = (work.demo, prepare.init, prepare.check, work.run)
_WORLDS: tuple[Callable[..., None], ...] = (worlds.simulate, worlds.evaluate, audit.audit)
_LOOK: tuple[Callable[..., None], ...] = (look.list_rings, look.show, look.path, look.html)
for _command in (*_WORK, *_WORLDS):
    app.command()(_command)
for _command in _LOOK:
    app.command(name=_command.__name__.removesuffix("_rings"))(_command)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point of the ``ringfinder`` script."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to fail
    signal.signal(signal.SIGTERM, _stop)  # a scheduler's stop leaves as little behind as Ctrl-C
    gc.disable()  # millions of records without a cycle among them: looking for cycles costs a tenth of the time
    try:
        app()
    finally:
        gc.freeze()  # nor does Python look for any among them when it ends
