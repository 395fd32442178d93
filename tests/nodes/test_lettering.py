from pathlib import Path

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.letters import shortened, wrapped
from ajar.values import Color, Image
from nodes.lettering import text_on_image, typeface
from tests.nodes.pictures_for_tests import every_form, flat, shades


@every_form
def test_text_is_written_in_every_form(form: tuple[str, int]) -> None:
    image = flat(*[0.0, 0.0, 0.0, 0.5][: form[1]], dtype=form[0], width=200, height=100)
    done = text_on_image(image, "Hello", 30)
    assert (done.size, done.dtype, done.channels) == (image.size, *form)
    values = shades(done)
    assert values[:, :, 0].max() > 0.99
    assert 0.01 < values[:, :, 0].mean() < 0.2
    assert values[0, 0, 0] == 0
    assert image.array[:, :, 0].max() == 0
    if form[1] == 4:
        assert values[:, :, 3].max() > 0.99
        assert values[0, 0, 3] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("anchor", "rows", "columns"), [
    ("top left", slice(0, 50), slice(0, 100)), ("bottom right", slice(50, 100), slice(100, 200)),
    ("center", slice(25, 75), slice(50, 150)),
])
def test_text_sits_at_its_anchor(anchor: str, rows: slice, columns: slice) -> None:
    done = text_on_image(flat(0.0, width=200, height=100), "Hi", 30, anchor=anchor).array  # type: ignore[arg-type]
    assert done.any()
    assert done[rows, columns].sum() == done.sum()


def test_colours_outline_and_box() -> None:
    gray = flat(0.5, width=200, height=100)
    done = text_on_image(
        gray, "Hi", 40, Color(255, 0, 0), outline=0.1, outline_color=Color(0, 0, 255), box=Color(0, 255, 0)
    )
    found = {tuple(pixel) for pixel in done.array.reshape(-1, 3).tolist()}
    assert {(255, 0, 0), (0, 0, 255), (0, 255, 0), (128, 128, 128)} <= found
    assert text_on_image(gray, "  \n ") is gray


def test_a_text_larger_than_the_picture_is_cut_off() -> None:
    small = flat(0.0, width=20, height=10)
    assert text_on_image(small, "Wider than wide\n" * 9, 40).size == small.size


def test_lines_break_between_words_and_in_long_ones() -> None:
    face = typeface(20)
    lines = wrapped("one two three four five\nsix " + "x" * 80, face, 100)
    assert all(face.getlength(line) <= 100 for line in lines)
    assert "".join(lines).replace(" ", "") == "onetwothreefourfivesix" + "x" * 80
    assert shortened("a long label", face, 60).endswith("…")
    assert shortened("short", face, 200) == "short"


def test_the_bundled_font_knows_the_letters_of_europe() -> None:
    face = typeface(20)
    nothing = bytes(face.getmask("\uffff"))
    for letter in "ÜßéñøŁőșЖяΩλ“”–—…→×√€":
        assert bytes(face.getmask(letter)) != nothing, letter
    assert typeface(20, text="Ωж").getname()[0].startswith("Source")


def test_a_letter_that_no_font_has_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ajar.letters.FALLBACKS", ())
    with pytest.raises(UserError, match="日") as caught:
        text_on_image(flat(0.0, width=200, height=100), "a 日")
    assert "font file" in caught.value.hint
    assert text_on_image(flat(0.0, width=200, height=100), "tab\tand\u200bspace").array.any()


def test_a_font_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font")
    with pytest.raises(UserError, match=r"a\.ttf"):
        text_on_image(flat(0.0), "x", font=tmp_path / "a.ttf")


def test_text_in_a_picture_with_a_profile_keeps_its_colour() -> None:
    from tests.ajar.test_values import wide_gamut

    image = Image.of(np.zeros((60, 100, 3), np.uint8), wide_gamut())
    done = text_on_image(image, "MMM", 40, Color(128, 128, 128))
    assert done.profile == image.profile
    assert abs(int(done.srgb().array.max()) - 128) <= 2
    assert abs(int(done.array.max()) - 128) > 3
