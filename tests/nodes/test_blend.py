import numpy as np
import pytest

from ajar.errors import UserError
from ajar.values import Image, Mask, Size
from nodes.blend import blend, composite
from tests.nodes.pictures_for_tests import every_form, flat, picture, shades

A, B = 0.6, 0.3
RESULTS = {
    "normal": B, "multiply": A * B, "screen": 1 - (1 - A) * (1 - B), "overlay": 1 - 2 * (1 - A) * (1 - B),
    "soft light": A - (1 - 2 * B) * A * (1 - A), "add": A + B, "difference": A - B, "darken": B, "lighten": A,
}


@pytest.mark.parametrize("mode", RESULTS)
@every_form
def test_modes_are_those_of_image_editors(mode: str, form: tuple[str, int]) -> None:
    dtype, channels = form
    base, top = (flat(*[part, part, part, 1.0][:channels], dtype=dtype) for part in (A, B))
    done = blend(base, top, mode)  # type: ignore[arg-type]
    assert (done.dtype, done.channels) == form
    assert shades(done)[0, 0, 0] == pytest.approx(RESULTS[mode], abs=0.01)
    half = blend(base, top, mode, 0.5)  # type: ignore[arg-type]
    assert shades(half)[0, 0, 0] == pytest.approx((A + RESULTS[mode]) / 2, abs=0.01)


def test_nothing_overflows() -> None:
    white = flat(1.0, 1.0, 1.0, dtype="float32")
    assert blend(white, white, "add").array.max() == 1
    assert blend(white.to("uint8"), white, "add").array.max() == 255


@every_form
def test_alpha_of_the_top_shows_the_base(form: tuple[str, int]) -> None:
    base, top = picture(form, seed=1), picture((form[0], 4), seed=2)
    done = shades(blend(base, top))
    if form[1] == 4:
        assert done[0, 0, 3] == 0
    else:
        assert np.allclose(done[:, 0], shades(base.rgb() if form[1] == 1 else base)[:, 0], atol=0.01)
    assert np.allclose(done[:, -1, :3], shades(top)[:, -1, :3], atol=0.01)


def test_alpha_of_both() -> None:
    done = blend(flat(1.0, 0.0, 0.0, 0.5), flat(0.0, 1.0, 0.0, 0.5))
    assert shades(done)[0, 0] == pytest.approx([1 / 3, 2 / 3, 0, 0.75], abs=0.01)


def test_masks_and_sizes_fit() -> None:
    mask = np.zeros((8, 8), np.float32)
    mask[:, 4:] = 1
    base, top = flat(0.0, 0.0, 0.0), flat(1.0, 1.0, 1.0, width=50, height=9)
    done = blend(base, top, mask=Mask.of(mask)).array
    assert (done[0, 0, 0], done[0, -1, 0]) == (0, 255)
    with pytest.raises(UserError, match="differ in size"):
        blend(base, top, fit="exact")


def test_different_kinds_meet_in_the_base() -> None:
    done = blend(flat(0.0, dtype="uint16"), flat(1.0, 0.0, 0.0, dtype="float32"))
    assert done.array[0, 0].tolist() == [65535, 0, 0]


def test_profiles_meet_in_that_of_the_base() -> None:
    from tests.ajar.test_values import wide_gamut

    base = Image.of(np.full((4, 4, 3), 100, np.uint8), wide_gamut())
    top = Image.of(np.full((4, 4, 3), 100, np.uint8))
    done = blend(base, top)
    assert done.profile == base.profile
    assert done.array[0, 0, 0] != 100
    assert abs(int(done.srgb().array[0, 0, 0]) - 100) <= 1


@every_form
def test_composite_puts_the_foreground_in_its_place(form: tuple[str, int]) -> None:
    background = flat(*[0.2, 0.2, 0.2, 1.0][: form[1]], dtype=form[0])
    done = composite(flat(0.9, 0.9, 0.9, width=4, height=4), background, anchor="top left", x=2, y=1)
    values = shades(done)
    assert done.size == background.size
    assert done.dtype == form[0]
    assert np.abs(values[1:5, 2:6, 0] - 0.9).max() < 0.01
    assert np.abs(values[0, :, 0] - 0.2).max() < 0.01


def test_composite_cuts_off_what_hangs_over() -> None:
    background = flat(0.0, 0.0, 0.0)
    done = composite(flat(1.0, 1.0, 1.0, width=10, height=10), background, anchor="bottom right", x=5, y=5)
    assert int(done.array[:, :, 0].astype(bool).sum()) == 25
    assert composite(background, background, x=100) is background
    assert done.size == Size(24, 16)


def test_composite_through_a_mask() -> None:
    mask = Mask.of(np.array([[0, 1]], np.float32).repeat(12, axis=1).repeat(16, axis=0))
    done = composite(flat(1.0, 1.0, 1.0), flat(0.0, 0.0, 0.0), mask, opacity=0.5).array
    assert (done[0, 0, 0], done[0, -1, 0]) == (0, 128)
