import numpy as np
import pytest

from ajar.errors import UserError
from ajar.values import Image
from nodes.tone import color_match, curves, levels, smooth_curve
from tests.nodes.pictures_for_tests import every_form, flat, picture, shades


@every_form
def test_levels_spread_the_tones_and_leave_alpha(form: tuple[str, int]) -> None:
    image = picture(form)
    before, after = shades(image), shades(levels(image, 0.2, 0.8, 1.5, 0.1, 0.9))
    expected = np.clip((before - 0.2) / 0.6, 0, 1) ** (1 / 1.5) * 0.8 + 0.1
    colours = min(form[1], 3)
    assert np.abs(after[:, :, :colours] - expected[:, :, :colours]).max() < 0.004
    if form[1] == 4:
        assert (after[:, :, 3] == before[:, :, 3]).all()
    assert levels(image).dtype == form[0]
    assert np.abs(shades(levels(image)) - before).max() < 1e-6


def test_levels_of_one_channel() -> None:
    done = levels(flat(0.5, 0.5, 0.5), 0.5, channel="green").array[0, 0].tolist()
    assert done == [128, 1, 128]
    with pytest.raises(UserError, match="above black"):
        levels(flat(0.5), 0.5, 0.5)


@every_form
def test_curves_go_through_their_points(form: tuple[str, int]) -> None:
    image = flat(*[0.5, 0.5, 0.5, 0.5][: form[1]], dtype=form[0])
    done = shades(curves(image, "0,0 0.5,0.75 1,1"))[0, 0]
    assert done[0] == pytest.approx(0.75, abs=0.01)
    if form[1] == 4:
        assert done[3] == pytest.approx(0.5, abs=0.01)


def test_a_colour_has_its_own_curve() -> None:
    done = curves(flat(0.5, dtype="uint16"), "", blue="0,0.2 1,0.2").array[0, 0]
    assert done[2] == round(0.2 * 65535)
    assert done[0] == done[1] == 32768
    assert curves(image := flat(0.5), "") is image


def test_curves_never_overshoot() -> None:
    tones = np.linspace(0, 1, 1000)
    steep = smooth_curve("0,0 0.4,0.02 0.5,0.98 1,1")(tones)
    assert (np.diff(steep) >= -1e-9).all()
    assert 0 <= steep.min() <= steep.max() <= 1
    assert np.allclose(smooth_curve("0,0 1,1")(tones), tones)
    assert smooth_curve("0.2,0 0.8,1")(np.array([0.0, 0.9])).tolist() == [0, 1]


@pytest.mark.parametrize("text", ["0,0", "a,b c,d", "0,0 0,1", "0,0 2,1", "0 1", "nan,0 1,1", "0,0,0 1,1"])
def test_bad_points_are_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match="not a curve") as caught:
        curves(flat(0.5), text)
    assert "0,0 0.5,0.6 1,1" in caught.value.hint


@every_form
def test_color_match_takes_the_mood_over(form: tuple[str, int]) -> None:
    image = picture(form, 64, 64)
    values = np.random.default_rng(9).random((40, 40, 3), np.float32) * [0.5, 0.3, 0.2] + [0.4, 0.2, 0.1]
    reference = Image.of(values.astype(np.float32))
    done = color_match(image, reference)
    assert done.dtype == form[0]
    visible = shades(done)[32:, 32:, :3].reshape(-1, 3).mean(axis=0)
    assert np.abs(visible - values.mean(axis=(0, 1))).max() < 0.09
    if form[1] == 4:
        assert (done.array[:, :, 3] == image.array[:, :, 3]).all()
    same = shades(image.rgb() if form[1] == 1 else image)
    assert np.abs(shades(color_match(image, reference, 0)) - same).max() < 0.01


def test_color_match_of_a_flat_picture() -> None:
    done = color_match(flat(0.5, 0.5, 0.5), flat(0.8, 0.2, 0.2))
    assert shades(done)[0, 0] == pytest.approx([0.8, 0.2, 0.2], abs=0.02)
