import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas.kit.slide import Scale, allowed, dragged, part, read, shown, stepped

TENTHS = Scale(1, 9, 0.1, unit="s")
STEPS = Scale(0, 50)
FREE = Scale(step=1)


def test_the_whole_width_is_the_whole_range() -> None:
    assert dragged(STEPS, 0, 200, 200) == 50
    assert dragged(STEPS, 20, -40, 200) == 10
    assert dragged(TENTHS, 5.0, 25, 100) == 7.0


def test_fine_goes_a_tenth_as_far_and_coarse_in_large_steps() -> None:
    assert dragged(TENTHS, 5.0, 10, 100, fine=True) == pytest.approx(5.08)
    assert dragged(STEPS, 0, 33, 100, coarse=True) == 20
    assert dragged(STEPS, 20, 40, 100, fine=True) == 22


def test_without_a_range_a_few_pixels_are_a_step() -> None:
    assert dragged(FREE, 418_207, 40, 100) == 418_217
    assert dragged(FREE, 0, 40, 100, coarse=True) == 100
    assert part(FREE, 5) == 0 and not FREE.ranged


def test_keys_step_on_the_grid() -> None:
    assert stepped(TENTHS, 5.0, 1) == 5.1
    assert stepped(TENTHS, 5.0, 1, fine=True) == 5.01
    assert stepped(TENTHS, 5.0, -3, coarse=True) == 2.0
    assert stepped(STEPS, 50, 1) == 50


@pytest.mark.parametrize(("text", "value"), [
    ("7", 7.0), (" 7,5 ", 7.5), ("7.25 s", 7.25), ("−3", 1.0), ("100", 9.0), ("word", None), ("", None), ("nan", None),
    ("inf", None), ("1e1", 9.0),
])
def test_what_is_typed_is_read_kindly_and_kept_in_bounds(text: str, value: float | None) -> None:
    assert read(TENTHS, text) == value


def test_typing_may_leave_the_slider_as_far_as_floor_and_roof_say() -> None:
    wide = Scale(0, 20, 0.5, floor=0, roof=100)
    assert read(wide, "64") == 64 and read(wide, "640") == 100
    assert allowed(Scale(0, 10), 3.7) == 4


def test_numbers_show_the_decimals_of_their_step_and_finer_ones_when_they_have_them() -> None:
    assert (shown(TENTHS, 5), shown(TENTHS, 5.02), shown(STEPS, 20), shown(Scale(0, 1, 0.05), 0.5)) == (
        "5.0 s", "5.02 s", "20", "0.50")
    assert shown(Scale(0, 9, 0.1, decimals=3), 1) == "1.000"


@given(st.floats(1, 9), st.floats(-500, 500), st.floats(1, 1000), st.booleans(), st.booleans())
def test_a_drag_never_leaves_the_range(start: float, pixels: float, width: float, fine: bool, coarse: bool) -> None:
    value = dragged(TENTHS, start, pixels, width, fine=fine, coarse=coarse)
    assert 1 <= value <= 9
    assert read(TENTHS, shown(TENTHS, value)) == value
