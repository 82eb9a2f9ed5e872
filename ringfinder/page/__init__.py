"""The interactive page: positions, the pyvis adapter and one self-contained HTML file."""
