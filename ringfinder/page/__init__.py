"""The interactive page: positions, the pyvis adapter and one self-contained HTML file."""

from ringfinder.page.layout import ring_positions
from ringfinder.page.pyvis_adapter import ring_to_pyvis, write_pyvis_html
from ringfinder.page.render import render_html

__all__ = ["render_html", "ring_positions", "ring_to_pyvis", "write_pyvis_html"]
