import pytest

from workflows.tokens import about, tokens_about


@pytest.mark.parametrize(("text", "least", "most"), [
    ("", 0, 0), ("cat", 3, 3),
    ("a lighthouse on a headland, sun setting into calm water, slow push in, 35 mm film", 19, 25),
    ("incomprehensibilities", 4, 8), ("灯台と海", 4, 8), ("1234567890", 5, 8),
])
def test_the_estimate_is_near(text: str, least: int, most: int) -> None:
    assert least <= tokens_about(text) <= most


def test_it_is_called_an_estimate() -> None:
    assert about("") == "no tokens"
    assert about("a cat") == "about 4 tokens"
