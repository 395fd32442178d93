"""The measures of an enlarged picture, against what they are defined as."""

import numpy as np
import pytest

from training.upscaler import heldout
from training.upscaler.measuring import Likeness, bicubic, brightness, cut, lanczos, likeness, mean, reduced, ssim


def test_the_same_picture_is_perfect_and_a_blurred_one_is_worse_by_every_measure() -> None:
    picture = heldout.maze()
    same, blurred = likeness(picture, picture), likeness(bicubic(reduced(picture, 4), 4), picture)
    assert same.ssim == pytest.approx(1) and same.sharpness == pytest.approx(1) and same.psnr > 90
    assert same.beats(blurred) and not blurred.beats(same)
    assert blurred.sharpness < 0.6


def test_psnr_of_a_known_error() -> None:
    picture = np.full((32, 32, 3), 100, np.uint8)
    assert likeness(picture + np.uint8(10), picture).psnr == pytest.approx(20 * np.log10(255 / 10))


def test_ssim_is_that_of_the_paper_in_one_window() -> None:
    a, b = (brightness(np.random.default_rng(n).integers(0, 256, (11, 11, 3), dtype=np.uint8)) for n in (1, 2))
    window = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    weights = np.outer(window, window) / window.sum() ** 2
    mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
    spread_a, spread_b = (weights * (a - mean_a) ** 2).sum(), (weights * (b - mean_b) ** 2).sum()
    both = (weights * (a - mean_a) * (b - mean_b)).sum()
    c1, c2 = 2.55**2, 7.65**2
    expected = (
        (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (spread_a + spread_b + c2))
    )
    assert ssim(a, b) == pytest.approx(expected)


def test_too_sharp_counts_as_wrong_as_too_soft() -> None:
    good, soft, harsh = Likeness(30, 0.9, 0.95), Likeness(29, 0.8, 0.9), Likeness(29, 0.8, 1.1)
    assert good.beats(soft) and good.beats(harsh)
    assert not Likeness(30, 0.9, 1.2).beats(harsh)


def test_sizes_fit_again_and_means_are_of_each_measure() -> None:
    odd = np.zeros((37, 50, 3), np.uint8)
    assert cut(odd).shape == (36, 48, 3)
    assert lanczos(reduced(cut(odd), 4), 4).shape == (36, 48, 3)
    assert mean([Likeness(30, 0.8, 0.5), Likeness(20, 0.6, 0.7)]) == Likeness(25, 0.7, 0.6)
