import numpy as np
import pytest

from ajar.errors import UserError
from ajar.values import Color, Image, Size
from nodes.edit import crop, flip, pad, resize, rotate
from tests.nodes.pictures_for_tests import every_form, flat, picture, shades

FILTERS = ["auto", "nearest", "bilinear", "bicubic", "lanczos", "area"]


@every_form
@pytest.mark.parametrize("filter", FILTERS)
@pytest.mark.parametrize("size", [Size(12, 8), Size(48, 32)])
def test_resize_keeps_depth_channels_and_a_flat_colour(form: tuple[str, int], filter: str, size: Size) -> None:
    dtype, channels = form
    image = flat(*[0.25, 0.5, 0.75, 0.6][:channels], dtype=dtype)
    done = resize(image, size, filter=filter)  # type: ignore[arg-type]
    assert (done.size, done.dtype, done.channels) == (size, dtype, channels)
    assert np.abs(shades(done) - shades(image)[0, 0]).max() < 0.005


def test_resize_fits_in_three_ways() -> None:
    image = picture(width=40, height=20)
    assert resize(image, Size(20, 20)).size == Size(20, 10)
    assert resize(image, Size(20, 20), fit="cover").size == Size(20, 20)
    assert resize(image, Size(7, 33), fit="cover").size == Size(7, 33)
    assert resize(image, Size(7, 33), fit="stretch").size == Size(7, 33)
    assert resize(image, factor=0.5).size == Size(20, 10)
    assert resize(image) is image


def test_cover_cuts_the_middle_out() -> None:
    array = np.zeros((10, 30, 3), np.uint8)
    array[:, 10:20] = 255
    assert resize(Image.of(array), Size(10, 10), fit="cover").array.min() == 255


@pytest.mark.parametrize("filter", ["bilinear", "bicubic", "lanczos", "area", "auto"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_shrinking_has_no_aliases(filter: str, dtype: str) -> None:
    stripes = np.zeros((64, 64, 1), np.float32)
    stripes[:, ::2] = 1
    done = resize(Image.of(stripes).to(dtype), Size(8, 8), filter=filter)  # type: ignore[arg-type]
    assert np.abs(shades(done) - 0.5).max() < 0.06


@pytest.mark.parametrize("filter", ["bilinear", "lanczos", "area", "auto"])
@pytest.mark.parametrize("size", [Size(9, 9), Size(60, 60)])
def test_invisible_colours_do_not_bleed(filter: str, size: Size) -> None:
    array = np.zeros((32, 32, 4), np.uint8)
    array[:, :16] = (255, 0, 0, 255)
    array[:, 16:] = (0, 255, 0, 0)
    done = resize(Image.of(array), size, filter=filter).array  # type: ignore[arg-type]
    assert done[done[:, :, 3] > 8][:, 1].max() <= 2


def test_a_resize_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(UserError, match="too many"):
        resize(picture(width=40, height=20), Size(60_000, 60_000))


@every_form
def test_crop_and_pad_are_inverse(form: tuple[str, int]) -> None:
    image = picture(form)
    wide = pad(image, 3, 4, 5, 6)
    assert wide.size == Size(32, 26)
    assert (crop(wide, image.size, "top left", 3, 4).array == image.array).all()
    assert shades(wide)[0, 0, 0] == 0


def test_crop_sits_at_its_anchor() -> None:
    image = picture()
    assert (crop(image, Size(4, 4), "bottom right").array == image.array[-4:, -4:]).all()
    assert (crop(image, Size(4, 4), "top", x=1).array == image.array[:4, 11:15]).all()
    with pytest.raises(UserError, match="inside"):
        crop(image, Size(25, 4))
    with pytest.raises(UserError, match="inside"):
        crop(image, Size(4, 4), "left", x=-1)


def test_pad_takes_the_channels_its_colour_needs() -> None:
    gray = picture(("uint16", 1))
    red = pad(gray, left=1, color=Color(255, 0, 0))
    assert red.array[0, 0].tolist() == [65535, 0, 0]
    assert pad(gray, left=1, color=Color(128, 128, 128)).channels == 1
    clear = pad(picture(), left=1, color=Color(1, 2, 3, 0))
    assert clear.array[0, 0].tolist() == [1, 2, 3, 0]
    assert clear.array[0, 1, 3] == 255
    assert (pad(gray, left=2, fill="edge").array[:, 0] == gray.array[:, 0]).all()
    assert (pad(gray, left=2, fill="mirror").array[:, 0] == gray.array[:, 1]).all()


@every_form
def test_quarter_turns_are_exact(form: tuple[str, int]) -> None:
    image = picture(form)
    assert (rotate(image, 90).array == np.rot90(image.array, -1)).all()
    assert (rotate(image, -90).array == np.rot90(image.array)).all()
    assert (rotate(image, 180, expand=False).array == image.array[::-1, ::-1]).all()
    assert (rotate(image, 0).array == image.array).all()
    assert rotate(image, 90, expand=False).size == image.size


@every_form
def test_other_turns_keep_the_colour_up_to_the_seam(form: tuple[str, int]) -> None:
    dtype, channels = form
    image = flat(*[0.8, 0.8, 0.8, 1.0][:channels], dtype=dtype)
    done = rotate(image, 30)
    assert done.channels == 4
    assert done.dtype == dtype
    values = shades(done)
    seen = values[:, :, 3] > 0.05
    assert np.abs(values[seen][:, :3] - 0.8).max() < 0.02
    assert values[0, 0, 3] == 0
    assert abs(values[:, :, 3].sum() - image.width * image.height) < 12
    solid = rotate(image, 30, background=Color(255, 255, 255))
    assert solid.channels == channels
    assert shades(solid)[0, 0, 0] == 1


def test_a_turn_is_clockwise() -> None:
    array = np.zeros((41, 41, 1), np.uint8)
    array[:10, 18:23] = 255
    turned = rotate(Image.of(array), 45, expand=False, background=Color(0, 0, 0)).array[:, :, 0]
    assert turned[:20, 21:].mean() > 10 * turned[:20, :20].mean()


@every_form
def test_flip(form: tuple[str, int]) -> None:
    image = picture(form)
    assert (flip(image).array == image.array[:, ::-1]).all()
    assert (flip(image, "vertical").array == image.array[::-1]).all()
    assert (flip(flip(image, "both"), "both").array == image.array).all()
    assert not flip(image).array.flags.writeable


def test_profiles_travel_along() -> None:
    image = Image.of(np.zeros((8, 8, 3), np.uint8), b"profile")
    for done in (resize(image, factor=2), crop(image, Size(2, 2)), flip(image), rotate(image)):
        assert done.profile == b"profile"
