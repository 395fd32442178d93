import numpy as np
import pytest

from ajar.values import Color, Image, Mask
from nodes.mask import cut_out, mask_from_alpha, mask_from_brightness, mask_from_color, mask_invert, mask_to_image
from tests.nodes.pictures_for_tests import every_form, flat, picture


@every_form
def test_mask_from_alpha(form: tuple[str, int]) -> None:
    mask = mask_from_alpha(picture(form)).array
    assert mask.shape == (16, 24)
    assert (mask.min(), mask.max()) == ((0, 1) if form[1] == 4 else (1, 1))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_mask_from_color_knows_near_from_far(dtype: str) -> None:
    for shade, expected in ((0.0, 1.0), (0.1, 1.0), (0.35, 0.0), (1.0, 0.0)):
        image = flat(shade, 1 - shade, shade, dtype=dtype)
        assert mask_from_color(image).array[0, 0] == pytest.approx(expected, abs=1e-4)
    half = mask_from_color(flat(0.5, 0.5, 0.5, dtype=dtype), Color(0, 0, 0), 0.4, 0.2).array[0, 0]
    assert half == pytest.approx(0.5, abs=0.02)
    assert mask_from_color(flat(0.5, dtype=dtype), Color(128, 128, 128), 0.01, 0).array.min() == 1


def test_mask_from_brightness() -> None:
    ramp = Image.of(np.linspace(0, 1, 24, dtype=np.float32)[None, :, None])
    assert np.allclose(mask_from_brightness(ramp).array, ramp.array[:, :, 0])
    assert mask_from_brightness(ramp, 0.5, 0.5).array.tolist()[0] == [0] * 12 + [1] * 12


def test_inverting_twice_is_nothing() -> None:
    mask = Mask.of(np.linspace(0, 1, 8, dtype=np.float32).reshape(2, 4))
    assert np.allclose(mask_invert(mask_invert(mask)).array, mask.array)
    assert mask_invert(mask).array[0, 0] == 1
    assert mask_to_image(mask).array[1, 3].tolist() == [255]


@every_form
def test_cut_out_multiplies_the_alpha(form: tuple[str, int]) -> None:
    image = picture(form)
    half = Mask.of(np.full((8, 12), 0.5, np.float32))
    done = cut_out(image, half)
    assert (done.channels, done.dtype) == (4, form[0])
    assert np.allclose(mask_from_alpha(done).array, mask_from_alpha(image).array * 0.5, atol=0.005)
