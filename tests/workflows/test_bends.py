import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.tone import smooth_curve
from workflows import bends

TEXTS = ("0,0 0.25,0.2 0.75,0.8 1,1", "0,0 1,1", "0,1 1,0", "0.1,0 0.5,0.9 0.6,0.2 1,1", "0,0.5 0.5,0.5 1,1")


@pytest.mark.parametrize("text", TEXTS)
def test_the_line_is_the_one_that_the_node_bends_by(text: str) -> None:
    exact = smooth_curve(text)
    points = bends.read(text)
    assert points is not None
    for x in np.linspace(0, 1, 41):
        assert bends.height(points, float(x)) == pytest.approx(float(exact(np.array([x]))[0]), abs=2e-3)


@pytest.mark.parametrize("text", ["1,1", "a,b", "0,0 0,1", "0,0 2,1", "0 0 1 1", "0,0,0 1,1"])
def test_what_is_no_curve_is_known(text: str) -> None:
    assert bends.read(text) is None


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_was(text: str) -> None:
    points = bends.read(text)
    assert points is not None and bends.write(points) == text
    assert bends.read("") == ()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_points_that_are_added_and_moved_stay_a_curve(clicks: list[tuple[float, float]]) -> None:
    points: tuple[tuple[float, float], ...] = bends.STRAIGHT
    for point in clicks:
        points, at = bends.added(points, point)
        points = bends.moved(points, at, (point[1], point[0]))
    assert bends.read(bends.write(points)) is not None
    for at in range(len(points)):
        assert len(bends.removed(points, at)) >= 2
