import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajar.values import Size
from workflows import ratios

SIDES = st.integers(64, 4096)


@pytest.mark.parametrize(("size", "name"), [
    (Size(1280, 704), "16:9"), (Size(1280, 720), "16:9"), (Size(1024, 1024), "1:1"), (Size(720, 1280), "9:16"),
    (Size(1344, 768), "16:9"), (Size(100, 1000), None),
])
def test_a_size_is_called_by_its_ratio(size: Size, name: str | None) -> None:
    found = ratios.ratio_of(size)
    assert (ratios.name(found) if found else None) == name


@given(SIDES, SIDES, st.sampled_from(ratios.RATIOS), st.sampled_from([8, 16, 64]))
def test_another_shape_has_about_as_many_pixels_on_the_grid(
    width: int, height: int, ratio: tuple[int, int], multiple: int,
) -> None:
    found = ratios.shaped(Size(width, height), ratio, multiple)
    assert found.width % multiple == found.height % multiple == 0
    assert found.width >= multiple and found.height >= multiple


@given(SIDES, SIDES, st.sampled_from(ratios.RATIOS))
def test_no_side_is_longer_than_the_model_paints(width: int, height: int, ratio: tuple[int, int]) -> None:
    found = ratios.shaped(Size(width, height), ratio, 16, 1024)
    assert max(found.width, found.height) <= 1024
    larger = ratios.scaled(Size(width, height), 4.0, 16, 1024)
    assert max(larger.width, larger.height) <= 1024


def test_megapixels_in_words() -> None:
    assert ratios.megapixels(Size(1280, 704)) == "0.9 MP"
    assert ratios.megapixels(Size(96, 96)) == "9 thousand pixels"
    assert ratios.swapped(Size(3, 2)) == Size(2, 3)
    assert ratios.off_grid(Size(100, 96), 16) and not ratios.off_grid(Size(96, 96), 16)
