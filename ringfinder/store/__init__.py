"""Stage *store*: the run folder, written whole or not at all, and read back."""

from ringfinder.store.folder import load_graph, load_run, save_run

__all__ = ["load_graph", "load_run", "save_run"]
