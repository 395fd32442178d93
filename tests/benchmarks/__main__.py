"""Prints what Ajar costs on this machine: ``python -m tests.benchmarks [PART ...]``; the parts are in ``PARTS``.

Each figure is the best of several repetitions; ratios compare two things measured in the same process, one after
the other. The goals beside them are for a quiet machine with two cores.
"""

import importlib
import sys

from tests.benchmarks.figures import show

PARTS = ("engine", "images", "films", "commands", "model", "memory", "canvas", "window", "remote")


def main(wanted: list[str]) -> int:
    for name in wanted or PARTS:
        if name not in PARTS:
            print(f"There is no benchmark {name!r}; there are {', '.join(PARTS)}.", file=sys.stderr)
            return 2
        print(f"\n{name}")
        for figure in importlib.import_module(f"tests.benchmarks.{name}").figures():
            show(figure)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
