"""Thumbnails of every kind of value that has a picture, made beside the Qt thread."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ajar.values import Audio, Image, Mask, Video
from canvas.theme import Theme
from canvas.thumbs import SIDE, Thumbs, has_picture, thumb_of

INK = (QColor("white"), QColor("black"))


def flat(red: int, height: int = 40, width: int = 80, channels: int = 3) -> Image:
    return Image.of(np.full((height, width, channels), red, np.uint8))


@pytest.fixture
def thumbs(qtbot: QtBot, theme: Theme) -> Iterator[Thumbs]:
    thumbs = Thumbs(theme)
    yield thumbs
    thumbs.close()


def test_a_picture_keeps_its_shape_and_colours() -> None:
    found = thumb_of(flat(200, 2000, 1000), INK)
    assert found is not None and (found.width(), found.height()) == (SIDE // 2, SIDE)
    assert found.pixelColor(9, 9).red() == 200
    odd = thumb_of(flat(7, 31, 33), INK)
    assert odd is not None and (odd.width(), odd.height()) == (33, 31) and odd.pixelColor(32, 30).red() == 7


def test_deep_grey_and_see_through_pictures_have_thumbnails() -> None:
    deep = thumb_of(Image.of(np.full((8, 8, 3), 0.5, np.float32)), INK)
    grey = thumb_of(flat(90, 8, 8, 1), INK)
    clear = thumb_of(Image.of(np.full((8, 8, 4), [255, 0, 0, 0], np.uint8)), INK)
    assert deep is not None and abs(deep.pixelColor(1, 1).red() - 128) <= 1
    assert grey is not None and grey.pixelColor(1, 1).green() == 90
    assert clear is not None and clear.pixelColor(1, 1).alpha() == 0


def test_masks_lists_and_sounds_have_thumbnails_and_words_have_none() -> None:
    mask = thumb_of(Mask.of(np.ones((8, 8), np.float32)), INK)
    assert mask is not None and mask.pixelColor(1, 1).red() == 255
    assert has_picture([flat(3)]) and thumb_of([flat(3), flat(4)], INK) is not None
    sound = thumb_of(Audio(np.sin(np.linspace(0, 90, 9000, dtype=np.float32))[None], 9000), INK)
    assert sound is not None and sound.pixelColor(sound.width() // 2 + 2, sound.height() // 2).red() > 100
    assert thumb_of(Audio(np.zeros((1, 0), np.float32), 9000), INK) is not None
    assert not has_picture("words") and not has_picture([]) and thumb_of(3, INK) is None and thumb_of([], INK) is None


def test_a_film_shows_its_first_frame(tmp_path: Path) -> None:
    pytest.importorskip("av")
    film = Video.write((flat(red, 64, 64) for red in (250, 20, 20)), 8.0, path=tmp_path / "film.mp4")
    found = thumb_of(film, INK)
    assert found is not None and found.pixelColor(9, 9).red() > 220


def test_it_is_made_elsewhere_and_handed_on_here(qtbot: QtBot, thumbs: Thumbs) -> None:
    made: list[QImage | None] = []
    where: list[int] = []

    def slow() -> QImage | None:
        where.append(threading.get_ident())
        return QImage(4, 4, QImage.Format.Format_RGB32)

    def then(image: QImage | None) -> None:
        where.append(threading.get_ident())
        made.append(image)

    thumbs.work(slow, then)
    thumbs.make(flat(3), made.append)
    qtbot.waitUntil(lambda: len(made) == 2)
    assert where[0] != threading.get_ident() and where[1] == threading.get_ident() and None not in made


def test_what_can_t_be_read_has_no_thumbnail_and_hurts_nobody(qtbot: QtBot, thumbs: Thumbs, tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(flat(3).encode())
    value = Image.open(file)
    file.write_bytes(b"no picture")
    made: list[QImage | None] = []
    thumbs.make(value, made.append)
    qtbot.waitUntil(lambda: made == [None])
