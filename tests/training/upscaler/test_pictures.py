"""The pictures that the upscalers learn from: always the same by number, of many kinds, and held-out kinds besides."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.upscaler import heldout, pictures


def test_a_number_always_draws_the_same_picture() -> None:
    first, again, other = (pictures.picture(number) for number in (7, 7, 8))
    assert first.shape == (pictures.SIDE, pictures.SIDE, 3) and first.dtype == np.uint8
    assert (first == again).all() and (first != other).any()


@pytest.mark.parametrize("kind", pictures.KINDS, ids=lambda kind: str(kind.__name__))
def test_every_kind_draws_colours_that_differ_over_the_picture(kind: Callable[..., Any]) -> None:
    drawn = [kind(np.random.default_rng(number), 128) for number in range(3)]
    assert all(one.shape == (128, 128, 3) and one.min() > -0.01 and one.max() < 1.01 for one in drawn)
    assert max(one.std(axis=(0, 1)).max() for one in drawn) > 0.02


def test_pieces_lie_where_their_originals_lie(tmp_path: Path) -> None:
    pictures.render(tmp_path, first=20, count=3)
    for scale in pictures.SCALES:
        smalls, larges = pictures.Pairs(tmp_path, scale).batch(np.random.default_rng(1), 8, 24)
        assert smalls.shape == (8, 24, 24, 3) and larges.shape == (8, 24 * scale, 24 * scale, 3)
        boxes = larges.reshape(8, 24, scale, 24, scale, 3).mean((2, 4))
        assert np.abs(boxes - smalls).mean() < 12


def test_a_finished_set_is_not_drawn_again_and_another_one_is(tmp_path: Path) -> None:
    pictures.render(tmp_path, first=20, count=1)
    before = (tmp_path / "1.npy").stat().st_mtime_ns
    pictures.render(tmp_path, first=20, count=1)
    assert (tmp_path / "1.npy").stat().st_mtime_ns == before
    pictures.render(tmp_path, first=21, count=2)
    assert len(np.load(tmp_path / "4.npy")) == 2


@pytest.mark.parametrize("kind", heldout.KINDS, ids=lambda kind: str(kind.__name__))
def test_held_out_pictures_have_edges_and_are_always_the_same(kind: Callable[..., Any]) -> None:
    drawn = kind()
    assert drawn.shape == (heldout.SIDE, heldout.SIDE, 3) and drawn.std() > 20
    assert (drawn == kind()).all()
