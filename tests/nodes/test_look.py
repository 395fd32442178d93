import numpy as np
import pytest

from ajar.values import Image
from nodes.look import blur, grain, sharpen
from tests.nodes.pictures_for_tests import every_form, flat, picture, shades


@every_form
@pytest.mark.parametrize("radius", [2.0, 30.0])
def test_blur_keeps_the_mean_and_loses_the_detail(form: tuple[str, int], radius: float) -> None:
    image = picture(form, 90, 80).rgb() if form[1] == 4 else picture(form, 90, 80)
    done = blur(image, radius)
    assert (done.dtype, done.size, done.channels) == (image.dtype, image.size, image.channels)
    assert shades(done).std() < shades(image).std() / 3
    assert shades(done).mean() == pytest.approx(shades(image).mean(), abs=0.02)
    assert blur(image, 0) is image


def test_a_wide_blur_looks_like_the_exact_one() -> None:
    import cv2

    array = np.zeros((200, 200, 1), np.float32)
    array[60:140, 40:120] = 1
    exact = cv2.GaussianBlur(array, (0, 0), 25, borderType=cv2.BORDER_REPLICATE)
    assert np.abs(blur(Image.of(array), 25).array[:, :, 0] - exact).max() < 0.012


def test_blur_does_not_bleed_what_is_invisible() -> None:
    array = np.zeros((32, 32, 4), np.uint8)
    array[:, :16] = (200, 0, 0, 255)
    array[:, 16:] = (0, 255, 0, 0)
    done = blur(Image.of(array), 3).array
    assert done[done[:, :, 3] > 8][:, 1].max() <= 1


@every_form
def test_sharpen_makes_an_edge_steeper_and_leaves_alpha(form: tuple[str, int]) -> None:
    values = np.full((16, 24, form[1]), 0.4, np.float32)
    values[:, 12:] = 0.6
    image = Image.of(values).to(form[0])
    done = shades(sharpen(image, 1.0))
    assert done[8, 12, 0] > 0.63
    assert done[8, 11, 0] < 0.37
    assert done[8, 0, 0] == pytest.approx(0.4, abs=0.005)
    if form[1] == 4:
        assert (done[:, :, 3] == shades(image)[:, :, 3]).all()
    assert np.abs(shades(sharpen(image, 1.0, threshold=0.2)) - shades(image)).max() < 0.005


@every_form
def test_grain_is_the_same_for_the_same_seed(form: tuple[str, int]) -> None:
    image = flat(*[0.5, 0.5, 0.5, 0.7][: form[1]], dtype=form[0], width=64, height=64)
    one, again, other = grain(image, seed=1), grain(image, seed=1), grain(image, seed=2**63 - 1)
    assert (one.array == again.array).all()
    assert (one.array != other.array).any()
    assert one.dtype == form[0]
    assert 0.01 < shades(one)[:, :, 0].std() < 0.1
    if form[1] == 4:
        assert (one.array[:, :, 3] == image.array[:, :, 3]).all()


def test_grain_is_coloured_or_not_and_spares_black() -> None:
    gray = flat(0.5, 0.5, 0.5, width=64, height=64)
    plain, coloured = shades(grain(gray)), shades(grain(gray, coloured=True))
    assert np.abs(plain[:, :, 0] - plain[:, :, 1]).max() < 0.005
    assert np.abs(coloured[:, :, 0] - coloured[:, :, 1]).max() > 0.02
    assert shades(grain(flat(0.02, 0.02, 0.02, width=64, height=64))).std() < plain.std() / 2
    assert grain(gray, 0) is gray
