"""Fixtures shared by all tests: a key of its own for every session, and the demo case made once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from ringfinder.config import ChanceSettings, Config, PrivacySettings
from ringfinder.pipeline import Result, find_rings, write_run
from ringfinder.simulate import WorldSettings, simulate, write_case

# The default suite draws the same examples every time; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.fixture(scope="session", autouse=True)
def _key_file(tmp_path_factory):
    """No test touches the user's own key."""
    path = tmp_path_factory.mktemp("key") / "key"
    old = os.environ.get("RINGFINDER_KEY_FILE")
    os.environ["RINGFINDER_KEY_FILE"] = str(path)
    yield path
    if old is None:
        del os.environ["RINGFINDER_KEY_FILE"]
    else:
        os.environ["RINGFINDER_KEY_FILE"] = old


@pytest.fixture(scope="session")
def revealed() -> Config:
    """The default configuration with full identifiers, without chance, which takes longer than all else together."""
    return Config(privacy=PrivacySettings(reveal=True), chance=ChanceSettings(mode="off"))


@pytest.fixture(scope="session")
def demo_world():
    """The world of ``ringfinder demo``."""
    return simulate(WorldSettings())


@pytest.fixture(scope="session")
def demo_exports(demo_world, tmp_path_factory) -> Path:
    """The demo's exports on disk."""
    folder = tmp_path_factory.mktemp("demo") / "exports"
    write_case(demo_world, folder)
    return folder


@pytest.fixture(scope="session")
def demo_result(demo_exports, revealed) -> Result:
    """The demo, analysed, revealed, with what chance would give."""
    return find_rings([demo_exports], replace(revealed, chance=ChanceSettings()))


@pytest.fixture(scope="session")
def demo_run(demo_result, tmp_path_factory) -> Path:
    """The demo's run folder, revealed."""
    return write_run(tmp_path_factory.mktemp("run") / "demo", demo_result)


@pytest.fixture(scope="session")
def masked_run(demo_exports, tmp_path_factory) -> Path:
    """The demo's run folder, masked as by default."""
    return write_run(tmp_path_factory.mktemp("run") / "masked", find_rings([demo_exports]))
