import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from ajar.values import Image, Mask
from canvas.viewers import picture as pictures
from canvas.viewers.state import Box, Channel


def colour_at(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    colour = QColor(image.pixel(x, y))
    return colour.red(), colour.green(), colour.blue()


def painted(picture: pictures.Picture, box: Box, wide: int = 100, high: int = 80) -> QImage:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    picture.paint(painter, box, Box(0, 0, wide, high))
    painter.end()
    return image


def ramp(dtype: str, channels: int = 3) -> Image:
    top = {"uint8": 255, "uint16": 65535, "float32": 1.0}[dtype]
    array = np.zeros((40, 60, channels), dtype)
    array[:, :, 0] = np.linspace(0, 1, 60) * top
    if channels > 2:
        array[:, :, 1] = top
    if channels == 4:
        array[:, :, 3] = top
    return Image.of(array)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_depth_and_shape_is_seen_with_the_right_colours(dtype: str, channels: int) -> None:
    picture = pictures.prepare(ramp(dtype, channels))
    assert picture.size == (60, 40)
    right = colour_at(picture.sizes[0], 59, 20)
    assert right == ((255, 255, 255) if channels == 1 else (255, 255, 0))
    assert colour_at(picture.sizes[0], 0, 20) == ((0, 0, 0) if channels == 1 else (0, 255, 0))


@pytest.mark.parametrize(("dtype", "text"), [
    ("uint8", "R 255  G 255  B   0"), ("uint16", "R 65535  G 65535  B     0"),
    ("float32", "R 1.000  G 1.000  B .000"),
])
def test_the_read_out_tells_the_true_range_of_8_16_bit_and_float(dtype: str, text: str) -> None:
    picture = pictures.prepare(ramp(dtype))
    assert pictures.tells(picture, 59, 0) == text


def test_float_values_above_white_are_told_as_they_are() -> None:
    array = np.full((2, 2, 3), 1.25, np.float32)
    picture = pictures.prepare(Image.of(array))
    assert pictures.tells(picture, 0, 0) == "R 1.250  G 1.250  B 1.250"
    assert colour_at(picture.sizes[0], 0, 0) == (255, 255, 255)


@pytest.mark.parametrize(("channel", "value"), [("R", 255), ("G", 100), ("B", 0), ("A", 51)])
def test_one_channel_is_grey(channel: Channel, value: int) -> None:
    array = np.zeros((8, 9, 4), np.uint8)
    array[:] = (255, 100, 0, 51)
    picture = pictures.prepare(Image.of(array), channel)
    assert colour_at(picture.sizes[0], 8, 7) == (value, value, value)
    assert picture.opaque


def test_an_opaque_picture_has_a_white_alpha_channel() -> None:
    picture = pictures.prepare(ramp("uint16"), "A")
    assert colour_at(picture.sizes[0], 3, 3) == (255, 255, 255)


def test_a_mask_is_a_grey_picture() -> None:
    picture = pictures.prepare(Mask.of(np.full((5, 7), 0.5, np.float32)))
    assert colour_at(picture.sizes[0], 2, 2) == (128, 128, 128)
    assert pictures.tells(picture, 0, 0) == "Y .500"


def test_a_profile_is_turned_into_srgb_and_the_numbers_stay() -> None:
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    array = np.full((4, 4, 3), 77, np.uint8)
    picture = pictures.prepare(Image.of(array, lab))
    assert colour_at(picture.sizes[0], 0, 0) == pytest.approx((77, 77, 77), abs=2)
    assert "R  77" in pictures.tells(picture, 0, 0)


def test_a_damaged_profile_does_not_hide_the_picture() -> None:
    picture = pictures.prepare(Image.of(np.full((4, 4, 3), 9, np.uint8), b"no profile at all" * 20))
    assert colour_at(picture.sizes[0], 0, 0) == (9, 9, 9)


def test_large_pictures_are_kept_in_halving_sizes() -> None:
    picture = pictures.prepare(Image.of(np.zeros((1000, 3000, 3), np.uint8)))
    assert [image.width() for image in picture.sizes] == [3000, 1500, 750, 375]
    assert pictures.level_for(0.1, 4) == 3
    assert pictures.level_for(0.5, 4) == 1
    assert pictures.level_for(1.0, 4) == 0
    assert pictures.level_for(4.0, 4) == 0


def test_an_eight_thousand_picture_is_painted_from_a_small_one_while_it_is_fitted() -> None:
    picture = pictures.prepare(Image.of(np.full((4320, 7680, 1), 200, np.uint8)))
    level = pictures.level_for(800 / 7680, len(picture.sizes))
    assert picture.sizes[level].width() <= 1600
    assert colour_at(painted(picture, Box(0, 0, 100, 56)), 50, 30) == (200, 200, 200)


def test_zoomed_in_one_pixel_is_one_sharp_square() -> None:
    array = np.zeros((4, 4, 3), np.uint8)
    array[1, 2] = 255
    image = painted(pictures.prepare(Image.of(array)), Box(0, 0, 80, 80))
    assert colour_at(image, 41, 21) == colour_at(image, 58, 38) == (255, 255, 255)
    assert colour_at(image, 39, 21) == colour_at(image, 61, 38) == (0, 0, 0)


def test_only_what_is_in_the_room_is_painted() -> None:
    picture = pictures.prepare(ramp("uint8"))
    image = painted(picture, Box(-300, -200, 60, 40))
    assert colour_at(image, 0, 0) == (255, 0, 255)


def test_what_is_transparent_lets_the_ground_through() -> None:
    array = np.zeros((10, 10, 4), np.uint8)
    array[:, 5:] = (0, 255, 0, 255)
    picture = pictures.prepare(Image.of(array))
    image = painted(picture, Box(0, 0, 10, 10))
    assert not picture.opaque
    assert colour_at(image, 1, 5) == (255, 0, 255)
    assert colour_at(image, 8, 5) == (0, 255, 0)


def test_a_poster_fills_its_square() -> None:
    picture = pictures.prepare(Image.of(np.full((300, 1200, 3), 50, np.uint8)))
    small = pictures.poster(picture, 40, 40)
    assert (small.width(), small.height()) == (40, 40)
    assert colour_at(small, 0, 0) == (50, 50, 50)
