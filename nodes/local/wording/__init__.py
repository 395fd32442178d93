"""Free words for models that know only a few: what a person types becomes a caption in the form they learned."""

from nodes.local.wording.front import avoid, hear
from nodes.local.wording.lexicon import Words, read_words, words_of

__all__ = ["Words", "avoid", "hear", "read_words", "words_of"]
