"""Prompts of any length for text encoders that read 77 tokens at once: in pieces, cut between words."""

from collections.abc import Callable, Sequence
from typing import Any

import torch


def pieces(pipe: Any, prompt: str) -> list[str]:
    """A prompt in pieces that each fit into all text encoders of a pipeline; one piece where it fits as it is."""
    tokenizers = [one for name, one in pipe.components.items() if name.startswith("tokenizer") and one is not None]

    def fits(text: str) -> bool:
        return all(_tokens(pipe, one, text) <= one.model_max_length for one in tokenizers)

    if fits(prompt):
        return [prompt]
    found: list[list[str]] = [[]]
    for word in prompt.split():
        if found[-1] and not fits(" ".join([*found[-1], word])):
            found.append([])
        found[-1].append(word)
    return [" ".join(words) for words in found]


def encoded(
    pipe: Any, prompt: str, negative: str | None, encode: Callable[[str, str | None], Sequence[Any]]
) -> tuple[Any, ...]:
    """What ``encode(prompt, negative)`` gives for prompts of any length: words, negative words, and what else there is.

    The words of the pieces follow each other; of the rest the first piece's is taken. ``negative`` None: there is none.
    """
    said, unsaid = pieces(pipe, prompt), [None] if negative is None else pieces(pipe, negative)
    count = max(len(said), len(unsaid))
    said += [""] * (count - len(said))
    unsaid = [*unsaid, *([None if negative is None else ""] * (count - len(unsaid)))]
    found = [encode(one, other) for one, other in zip(said, unsaid, strict=True)]
    if count == 1:
        return tuple(found[0])
    words = [None if found[0][at] is None else torch.cat([one[at] for one in found], dim=1) for at in (0, 1)]
    return (*words, *found[0][2:])


def _tokens(pipe: Any, tokenizer: Any, text: str) -> int:
    return len(tokenizer(pipe.maybe_convert_prompt(text, tokenizer)).input_ids)
