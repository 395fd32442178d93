"""python -m training.blueprint FOLDER: pictures as white lines on blue, to train a LoRA on. Each with its caption."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from training import examples as all_examples
from training.styles import INK, PAPER, blueprint

__all__ = ["COUNT", "INK", "PAPER", "blueprint", "examples", "write"]

COUNT = all_examples.COUNT


def examples(count: int = COUNT) -> Iterator[tuple[str, Image.Image]]:
    """Captions and pictures at the model's size."""
    return all_examples.examples("blueprint", count)


def write(folder: Path, count: int = COUNT) -> None:
    """NN.png and NN.txt for each."""
    all_examples.write("blueprint", folder, count)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
