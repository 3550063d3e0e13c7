"""`python -m tests.bench [name …]`: run the benchmarks and print the table of the README."""

import sys
from importlib import import_module

from tests.bench.measure import HEADER

NAMES = ("store", "import_", "pulls", "hanging", "clock", "scrape", "score", "large", "page", "start", "mails")


def main(names: list[str]) -> int:
    """Exit code 1 where a bar is missed."""
    held = True
    sys.stdout.write(HEADER + "\n")
    for name in names or NAMES:
        for figure in import_module(f"tests.bench.{name}").figures():
            held &= figure.holds
            sys.stdout.write(figure.row() + "\n")
            sys.stdout.flush()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
