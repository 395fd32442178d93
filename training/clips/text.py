"""The words of the clips: a tokenizer of whole words, and an encoder trained to tell what a caption says.

The encoder learns alone, in a few minutes, to tell the thing, its colour, its motion and the background from every
single one of its outputs. So which colour belongs to what is settled before the transformer sees a film.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

from training.clips.drawing import HOURS, MOTIONS, Clip, chosen, loose_caption
from training.clips.lands import LANDS
from training.clips.things import THINGS
from training.palette import NAMES
from training.progress import Optimisers, Progress, load_checkpoint, save_checkpoint

LENGTH = 12
WIDTH = 128
BATCH = 256
SILENT = ("a", "an", "the", "of", "in", "at", "to", "background")
"""Words that tell nothing here; without them captions are short."""
# What each output must tell; the last answer of a list is that there is none.
ANSWERS: dict[str, tuple[str, ...]] = {
    "name": (*THINGS, *LANDS),
    "motion": (*MOTIONS, *HOURS),
    "colour": (*NAMES, ""),
    "background": (*NAMES, ""),
}


def tokenizer() -> Any:
    """One token for each word that clips are told in; every other word is one unknown token."""
    told = " ".join(word for answers in ANSWERS.values() for word in answers).split()
    specials = ["<pad>", "</s>", "<unk>"]
    words = {word: number for number, word in enumerate([*specials, *sorted({*told, "on"})])}
    encoder = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    silent = Regex(rf"\b({'|'.join(SILENT)})\b")
    encoder.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[^\w\s]+"), " "),
            normalizers.Replace("grey", "gray"),
            normalizers.Replace(silent, " "),
        ]
    )
    encoder.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    encoder.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=encoder, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=LENGTH
    )


def new_encoder(tokens: Any) -> Any:
    """An untrained UMT5 encoder of two layers."""
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=len(tokens),
            d_model=WIDTH,
            d_kv=32,
            d_ff=2 * WIDTH,
            num_layers=2,
            num_heads=4,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            pad_token_id=0,
            eos_token_id=1,
            decoder_start_token_id=0,
        )
    )


def as_ids(tokens: Any, captions: list[str]) -> tuple[Tensor, Tensor]:
    """Ids and which of them are words, as the pipeline makes them."""
    found = tokens(captions, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt")
    return found.input_ids, found.attention_mask


@torch.no_grad()
def told(encoder: Any, tokens: Any, captions: list[str]) -> Tensor:
    """What the transformer is given for each caption (caption, token, number): zeros where no word is."""
    parts = []
    for first in range(0, len(captions), BATCH):
        ids, there = as_ids(tokens, captions[first : first + BATCH])
        parts.append(encoder(ids, there).last_hidden_state * there[..., None])
    return torch.cat(parts)


class _Telling(nn.Module):
    """The encoder with one question to each of its outputs for everything that a caption tells."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict({kind: nn.Linear(WIDTH, len(answers)) for kind, answers in ANSWERS.items()})

    def loss(self, ids: Tensor, there: Tensor, right: dict[str, Tensor]) -> Tensor:
        """How far all outputs that stand for words are from telling everything."""
        words = self.encoder(ids, there).last_hidden_state[there.bool()]
        total = torch.zeros(())
        for kind, answers in right.items():
            each = answers[:, None].expand_as(there)[there.bool()]
            total = total + F.cross_entropy(self.heads[kind](words), each)
        return total


def _answers(clips: list[Clip]) -> dict[str, Tensor]:
    return {
        kind: torch.tensor([answers.index(getattr(clip, kind)) for clip in clips]) for kind, answers in ANSWERS.items()
    }


def _is_inner(name: str, weight: nn.Parameter) -> bool:
    """A matrix inside a block of the encoder."""
    return name.startswith("encoder.") and "block" in name and weight.ndim == 2 and "relative" not in name


def train(work: Path, minutes: float) -> tuple[Any, Any]:
    """The tokenizer and the trained encoder; combinations that are kept back are not among its captions."""
    torch.manual_seed(0)
    tokens = tokenizer()
    telling = _Telling(new_encoder(tokens))
    optimisers, progress = Optimisers(telling, _is_inner, muon_rate=0.01, adam_rate=2e-3), Progress(minutes)
    load_checkpoint(work / "text.pt", telling, optimisers, progress)
    while not progress.done:
        rng = Random(f"captions {progress.step}")
        clips = [chosen(rng) for _ in range(BATCH)]
        ids, there = as_ids(tokens, [loose_caption(rng, clip) for clip in clips])
        loss = telling.loss(ids, there, _answers(clips))
        optimisers.update(loss, progress.rate(hold=0.3))
        progress.note(loss.item(), BATCH)
    save_checkpoint(work / "text.pt", telling, optimisers, progress)
    return tokens, telling.encoder.eval()
