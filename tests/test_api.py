"""The public names, and what importing them costs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import ringfinder as rf

HEAVY = ["numpy", "polars", "pandas", "networkx", "scipy", "pyarrow", "rich", "typer", "pyvis"]


@pytest.mark.parametrize("name", rf.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(rf, name).__doc__
    assert name in dir(rf)


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert rf.__version__ == version("ringfinder")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'find_ring'"):
        _ = rf.find_ring


def test_importing_costs_nothing():
    code = f"import sys, json, ringfinder; print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == []


def test_a_notebook_needs_five_names(demo_exports, demo_result, demo_run):
    assert isinstance(demo_result, rf.Result)
    run, graph = rf.load_run(demo_run), rf.load_graph(demo_run)
    assert isinstance(run, rf.Run)
    assert isinstance(graph, rf.Graph)
    ring = run.ring("R1")
    assert isinstance(ring, rf.Ring)
    assert len(rf.detect(graph, "components").labels) == graph.n_nodes
    assert rf.render_html(run).startswith("<!")


def test_errors_have_one_base(tmp_path):
    with pytest.raises(rf.RingfinderError) as caught:
        rf.find_rings([tmp_path / "nothing.csv"])
    assert caught.value.exit_code == 3


def test_only_the_message_of_an_error_is_shown():
    error = rf.RingfinderError("what", where="where", expected="this", do="do that")
    assert str(error) == error.message == "where: what. Expected this. Do that."


def test_wrong_settings_are_told_before_anything_is_read(tmp_path):
    settings = rf.Config(detect=type(rf.Config().detect)(method="astrology"))
    with pytest.raises(rf.RingfinderError, match="unknown detector 'astrology'"):
        rf.find_rings([tmp_path / "nothing.csv"], settings)
