"""``python -m ringfinder``."""

from ringfinder.cli import main

main()
