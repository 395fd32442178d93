"""The words that the product turns prompts into are exactly those that the model was trained on."""

import tomllib
from pathlib import Path

from transformers import AutoTokenizer

from training import words
from training.palette import NAMES
from training.tokenizers import SILENT

BUILTIN = Path(__file__).parents[2] / "resources" / "builtin"


def test_the_products_words_are_the_trainings() -> None:
    spoken = tomllib.loads((BUILTIN / "words.toml").read_text("utf-8"))
    assert set(spoken["colours"]) == set(NAMES)
    assert set(spoken["things"]) == set(words.THINGS)
    assert set(spoken["sizes"]) == set(words.SIZES)
    assert set(spoken["textures"]) == set(words.FILLS)
    assert set(spoken["relations"]) == set(words.RELATIONS)
    assert set(spoken["lands"]) == set(words.LANDS)
    assert set(spoken["hours"]) == set(words.HOURS)
    assert set(spoken["weathers"]) == set(words.WEATHERS)
    assert set(spoken["styles"]) == set(words.STYLES)


def test_the_shipped_tokenizer_knows_exactly_these_words() -> None:
    shipped = AutoTokenizer.from_pretrained(BUILTIN / "tokenizer_2")
    assert set(shipped.get_vocab()) - {"<pad>", "</s>", "<unk>"} == words.vocabulary() - set(SILENT)
