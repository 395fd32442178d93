"""Every word of the captions: the grammar that the model is trained on, and nothing else.

    one, two or three things    a small red striped circle above a blue star on a white background
    landscapes                  mountains at dusk in snow with sun
    patterns, gradients         red and white diagonal stripes; a vertical gradient from blue to pink

Any of them may end in a style: 'in watercolour style'.
"""

from __future__ import annotations

from training.icons import ICONS
from training.palette import NAMES as COLOUR_NAMES
from training.shapes import SHAPES

THINGS: tuple[str, ...] = (*SHAPES, *ICONS)
SIZES = ("small", "large")
FILLS = ("striped", "dotted", "checked")
RELATIONS = ("above", "below", "left of", "right of", "inside", "behind")
LANDS = ("sea", "mountains", "hills", "desert", "forest", "city")
HOURS = ("day", "dusk", "night")
WEATHERS = ("rain", "snow", "fog", "clouds")
EXTRAS: dict[str, tuple[str, ...]] = {"day": ("sun",), "dusk": ("sun",), "night": ("moon", "stars")}
PATTERNS = ("horizontal stripes", "vertical stripes", "diagonal stripes", "dots", "checks")
GRADIENTS = ("vertical", "horizontal")
STYLES = ("outline", "watercolour", "pixel", "blueprint")
SMALL_WORDS = ("a", "an", "on", "in", "at", "to", "of", "and", "with", "from", "background", "gradient", "style")


def vocabulary() -> set[str]:
    """All single words that a caption may have."""
    extras = {word for words in EXTRAS.values() for word in words}
    phrases = (*RELATIONS, *PATTERNS)
    loose = {word for phrase in phrases for word in phrase.split()}
    return (
        loose
        | extras
        | {
            word
            for words in (THINGS, COLOUR_NAMES, SIZES, FILLS, LANDS, HOURS, WEATHERS, GRADIENTS, STYLES, SMALL_WORDS)
            for word in words
        }
    )


def article(words: str) -> str:
    """The words with 'a' or 'an' before them."""
    return ("an " if words[0] in "aeiou" else "a ") + words
