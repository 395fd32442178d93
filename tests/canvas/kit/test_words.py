import pytest

from canvas.kit import words

NAN = float("nan")


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.31, None, "$0.31"), (0.28, 0.37, "$0.28 – 0.37"), (0, None, "free"), (0, 0, "free"), (None, None, "?"),
    (NAN, None, "?"), (0.1, NAN, "?"), (0.002, None, "0.2 ¢"), (0.002, 0.004, "0.2 – 0.4 ¢"),
    (0.005, 0.32, "0.5 – 32 ¢"),
    (0, 0.37, "up to $0.37"), (1390, None, "$1\xa0390.00"), (0.31, 0.31, "$0.31"), (0.37, 0.28, "$0.28 – 0.37"),
    (0.0002, None, "0.02 ¢"), (214.6, None, "$214.60"), (1.005, None, "$1.01"), (0.01, None, "$0.01"),
])
def test_prices(low: float | None, high: float | None, said: str) -> None:
    assert words.price(low, high) == said


@pytest.mark.parametrize(("seconds", "said"), [
    (62, "62 s"), (108, "1 min 48 s"), (0, "0 s"), (0.3, "0.3 s"), (99.4, "99 s"), (120, "2 min"), (7500, "2 h 5 min"),
    (3599.7, "1 h"), (-5, "0 s"), (3600, "1 h"),
])
def test_times(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [
    (118, "about 2 min"), (42, "about 40 s"), (3, "about 3 s"), (0.2, "about 1 s"), (5400, "about 1.5 h"),
    (58, "about 1 min"), (3550, "about 1 h"),
])
def test_guessed_times_are_round_and_say_so(seconds: float, said: str) -> None:
    assert words.duration(seconds, about=True) == said


@pytest.mark.parametrize(("count", "said"), [
    (6_900_000_000, "6.9 GB"), (34_000_000_000, "34 GB"), (870_000_000, "870 MB"), (12_400, "12 kB"), (12, "12 B"),
    (None, "?"), (0, "0 B"), (999_999_999, "1 GB"), (1_500_000_000_000, "1.5 TB"),
])
def test_sizes(count: int | None, said: str) -> None:
    assert words.size(count) == said


def test_other_words() -> None:
    assert words.action("Run", "$0.84 – 1.12") == "Run · $0.84 – 1.12" and words.action("Stop") == "Stop"
    assert words.part_of(10.4e9, 12e9) == "10.4 of 12 GB" and words.part_of(870e6, 12e9) == "870 MB of 12 GB"
    assert words.pixels(1280, 704) == "1280 × 704" and words.figure(418207) == "418\xa0207"
    assert (words.count(1, "take"), words.count(10, "take"), words.count(2, "match", "matches")) == (
        "1 take", "10 takes", "2 matches")
    assert (words.percent(0.629), words.percent(0.999), words.percent(1), words.percent(-1)) == (
        "62 %", "99 %", "100 %", "0 %")
    assert [words.ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]
    assert [words.ago(seconds) for seconds in (0.4, 2, 90, 7300, 90000, 200000)] == [
        "just now", "2 s ago", "1 min ago", "2 h ago", "1 day ago", "2 days ago"]
    assert (words.clock(108), words.clock(5), words.clock(3661)) == ("1:48", "0:05", "1:01:01")
    assert words.sold("yes", "Apache-2.0") == "May be sold: yes, Apache-2.0"
    assert words.sold("conditional", "") == "May be sold: on conditions"
    assert words.facts("GPU 0", "", words.left(23)) == "GPU 0 · 23 s left"
    assert words.brief("Built-in (small, made for trying out)") == "Built-in" and words.brief("SDXL") == "SDXL"


@pytest.mark.parametrize(("keys", "said"), [
    ("Ctrl+Shift+P", "Ctrl Shift P"), ("Ctrl++", "Ctrl +"), ("+", "+"), ("Tab", "Tab"), ("Ctrl+.", "Ctrl ."), ("", ""),
    ("Ctrl+Return", "Ctrl Enter"), ("Ctrl +", "Ctrl +"),
])
def test_keys_as_on_a_key_cap(keys: str, said: str) -> None:
    assert words.keys(keys) == said


def test_tips_show_what_strangers_wrote_and_do_not_render_it() -> None:
    assert words.tip("a cup & a glass") == "a cup & a glass"
    assert words.tip("<img src='file:///etc/x'>\nwide") == (
        '<p style="white-space: pre-wrap">&lt;img src=&#x27;file:///etc/x&#x27;&gt;\nwide</p>')


def test_names_in_menus_keep_their_signs() -> None:
    assert words.entry("cups & plates\tCtrl+Q") == "cups && plates Ctrl+Q"
