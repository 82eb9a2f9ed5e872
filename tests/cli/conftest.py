"""Running the command line: inside this process, and as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from scenarios import write_s1
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.config import Config
from ringfinder.pipeline import find_rings, write_run


@pytest.fixture
def cli() -> Callable:
    """Run a command in this process; gives ``exit_code``, ``stdout`` and ``stderr``."""

    def run(*arguments: object):
        done = CliRunner().invoke(app, [str(a) for a in arguments])
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def shell() -> Callable:
    """Run a command in a process of its own."""

    def run(*arguments: object, **options) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "ringfinder", *map(str, arguments)]
        settings = {"capture_output": True, "timeout": 60, "encoding": "utf-8", **options}
        return subprocess.run(command, check=False, **settings)

    return run


@pytest.fixture(scope="session")
def s1_files(tmp_path_factory) -> Path:
    """The four exports of scenario S1."""
    return write_s1(tmp_path_factory.mktemp("cli") / "s1")


@pytest.fixture(scope="session")
def s1_revealed(s1_files, revealed, tmp_path_factory) -> Path:
    """Scenario S1 as a revealed run."""
    return write_run(tmp_path_factory.mktemp("cli") / "revealed", find_rings([s1_files], revealed))


@pytest.fixture(scope="session")
def s1_masked(s1_files, tmp_path_factory) -> Path:
    """Scenario S1 as a masked run."""
    return write_run(tmp_path_factory.mktemp("cli") / "masked", find_rings([s1_files], Config()))


@pytest.fixture
def unprivileged() -> dict:
    """Options of subprocess.run for a process without root's rights."""
    return {"preexec_fn": lambda: (os.setgid(65534), os.setuid(65534))} if os.geteuid() == 0 else {}
