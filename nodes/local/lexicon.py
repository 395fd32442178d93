"""Words that a model learned later (textual inversions): put into a pipeline, and taken out again exactly."""

import copy
import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from safetensors.torch import load_file

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.headers import read_header

PLACES = (("text_encoder", "tokenizer", "clip_l"), ("text_encoder_2", "tokenizer_2", "clip_g"))
"""The text encoders of a pipeline, their tokenizers, and what a file for several calls the vectors for each."""


class Lexicon:
    """The new words of one pipeline. A prompt writes them as their file is called, alone or between < and >."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._own = {name: part for name, part in pipe.components.items() if name.startswith("tokenizer")}
        self._embeddings = {name: encoder.get_input_embeddings() for name, encoder, _, _ in self._encoders()}
        self._names: list[str] = []
        self.known: tuple[tuple[str, int], ...] = ()
        """Which there are now: each file and its time of change."""

    def knows(self, entries: Sequence[ModelEntry]) -> bool:
        """Whether exactly these are known already."""
        return self.known == _marks(entries)

    def learn(self, entries: Sequence[ModelEntry]) -> None:
        """Know exactly these words. UserError for one that was not made for this model; then it knows none."""
        self._forget()
        try:
            for entry in entries:
                self._add(entry)
        except BaseException:
            self._forget()
            raise
        self.known = _marks(entries)

    def _forget(self) -> None:
        """Know only what the model was trained with."""
        self._pipe.register_modules(**self._own)
        for name, encoder, _, _ in self._encoders():
            encoder.set_input_embeddings(self._embeddings[name])
        self._names, self.known = [], ()

    def written(self, prompt: str) -> str:
        """The prompt with the new words as the tokenizers know them."""
        for name in self._names:
            plain = re.escape(name)
            prompt = re.sub(rf"<{plain}>|(?<![\w<]){plain}(?![\w>])", f"<{name}>", prompt, flags=re.IGNORECASE)
        return prompt

    def _add(self, entry: ModelEntry) -> None:
        assert entry.path is not None
        read_header(entry.path)
        found = load_file(entry.path)
        word = entry.path.stem.lower()
        if len(found) != len(self._embeddings):
            raise _misfit(entry)
        for _, encoder, tokenizer, key in self._encoders():
            if key not in found and len(found) > 1:
                raise _misfit(entry)
            vectors = found[key] if key in found else next(iter(found.values()))
            vectors = vectors.reshape(-1, vectors.shape[-1])
            known = encoder.get_input_embeddings().weight
            if vectors.shape[1] != known.shape[1]:
                raise _misfit(entry)
            larger = copy.deepcopy(getattr(self._pipe, tokenizer))
            rows = known[: len(larger)]
            larger.add_tokens([f"<{word}>", *(f"<{word}>_{number}" for number in range(1, len(vectors)))])
            if len(larger) != len(rows) + len(vectors):
                raise UserError(f'The word "{word}" is known twice.', "Take each textual inversion once.")
            with torch.no_grad():
                table = torch.nn.Embedding.from_pretrained(torch.cat([rows, vectors.to(rows)]))
            encoder.set_input_embeddings(table)
            self._pipe.register_modules(**{tokenizer: larger})
        self._names.append(word)

    def _encoders(self) -> Iterator[tuple[str, Any, str, str]]:
        for name, tokenizer, key in PLACES:
            encoder = getattr(self._pipe, name, None)
            if encoder is not None:
                yield name, encoder, tokenizer, key


def _marks(entries: Sequence[ModelEntry]) -> tuple[tuple[str, int], ...]:
    return tuple((str(one.path), one.path.stat().st_mtime_ns) for one in entries if one.path is not None)


def _misfit(entry: ModelEntry) -> UserError:
    return UserError(
        f'The textual inversion "{entry.title}" was not made for this model.',
        "Choose one of the same family as the model.",
    )
