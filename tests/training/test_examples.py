"""The pictures that style LoRAs are trained on: clearly stylised, with their content's captions."""

from pathlib import Path

import numpy as np
import pytest

from training.examples import examples, write
from training.styles import INK, PAPER


def pixels(style: str, count: int = 4) -> list[np.ndarray]:
    return [np.asarray(image, float) for _, image in examples(style, count)]


def test_blueprints_have_the_colours_between_paper_and_ink() -> None:
    way = np.array(INK, float) - PAPER
    way /= np.linalg.norm(way)
    for picture in pixels("blueprint"):
        off = picture - PAPER
        assert np.linalg.norm(off - (off @ way)[..., None] * way, axis=-1).mean() < 4
        assert picture.max() > 220


def test_neon_glows_on_near_black() -> None:
    for picture in pixels("neon"):
        assert np.median(picture.sum(-1)) < 120
        assert np.percentile(picture.max(-1), 99) > 200


def test_watercolour_is_grained_and_soft_and_keeps_its_colours() -> None:
    flat, wet = pixels("", 3), pixels("watercolour", 3)
    for dry, washed in zip(flat, wet, strict=True):
        assert np.abs(washed - dry).mean() > 3
        assert np.abs(np.diff(washed, axis=0)).max() < np.abs(np.diff(dry, axis=0)).max()
        assert np.corrcoef(dry.ravel(), washed.ravel())[0, 1] > 0.8


@pytest.mark.parametrize("style", ["blueprint", "watercolour", "neon"])
def test_each_picture_is_written_with_its_caption(style: str, tmp_path: Path) -> None:
    write(style, tmp_path, 3)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        f"0{n}.{end}" for n in (1, 2, 3) for end in ("png", "txt")
    ]
    assert "background" in (tmp_path / "01.txt").read_text()
