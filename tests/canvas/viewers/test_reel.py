import pytest
from pytestqt.qtbot import QtBot

from canvas.viewers.reel import Reel, Wanted
from tests.canvas.viewers.conftest import MakeFilm


@pytest.mark.parametrize(("wanted", "end", "numbers"), [
    (Wanted(3), None, [3, 4, 5, 6]), (Wanted(3), 4, [3, 4, 4, 4]), (Wanted(2, -1), None, [2, 1, 0]),
    (Wanted(8, 1, 2, 9), None, [8, 9, 2, 3]), (Wanted(3, -1, 2, 9), None, [3, 2, 9, 8]),
    (Wanted(20, 1, 2, 9), None, [20, 21, 22, 23]),
])
def test_what_is_read_ahead(wanted: Wanted, end: int | None, numbers: list[int]) -> None:
    assert wanted.numbers(4, end) == numbers


def grey(reel: Reel, number: int) -> int:
    picture = reel.at(number)
    return -1 if picture is None else round((int(picture.pixels[20, 20, 0]) - 8) / 8)


@pytest.mark.parametrize("way", [1, -1])
def test_every_frame_is_exact_in_both_directions(film: MakeFilm, qtbot: QtBot, way: int) -> None:
    reel = Reel(film(frames=60).path, 25)
    try:
        for number in range(60)[::way]:
            reel.want(Wanted(number, way))
            qtbot.waitUntil(lambda number=number: grey(reel, number) == number % 30)  # type: ignore[misc]
    finally:
        reel.close()
        reel.wait()


def test_jumping_about_gives_the_right_frames(film: MakeFilm, qtbot: QtBot) -> None:
    reel = Reel(film(frames=90).path, 25)
    try:
        for number in (80, 3, 55, 54, 89, 0, 200):
            reel.want(Wanted(number))
            qtbot.waitUntil(lambda number=number: grey(reel, number) == min(number, 89) % 30)  # type: ignore[misc]
    finally:
        reel.close()
        reel.wait()


def test_the_start_of_a_loop_is_there_before_it_is_shown(film: MakeFilm, qtbot: QtBot) -> None:
    reel = Reel(film(frames=90).path, 25)
    try:
        reel.want(Wanted(69, 1, 30, 70))
        qtbot.waitUntil(lambda: all(reel.at(number) is not None for number in (69, 70, 30, 31, 32)))
    finally:
        reel.close()
        reel.wait()
