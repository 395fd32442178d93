"""Tokenizers made from the words of the captions alone: byte pairs for CLIP, whole words for T5."""

from __future__ import annotations

import json
from typing import Any

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPTokenizer, PreTrainedTokenizerFast

from training.words import vocabulary

# The pipeline reads CLIP's length from the tokenizer, T5's from `max_sequence_length`.
CLIP_LENGTH = 24
T5_LENGTH = 16
SILENT = ("a", "an", "the", "of", "to", "in", "at", "background", "style")
"""Words that T5's tokenizer drops: they tell nothing, and fewer tokens are faster."""
START, END = "<|startoftext|>", "<|endoftext|>"


def clip_tokenizer() -> CLIPTokenizer:
    """Byte pairs merged until every caption word is one token; CLIP's own class lowers the case."""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    encoder = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=END))
    encoder.normalizer = normalizers.Lowercase()
    encoder.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=2000, end_of_word_suffix="</w>", initial_alphabet=alphabet, show_progress=False
    )
    encoder.train_from_iterator(sorted(vocabulary()) * 2, trainer)
    merges = [
        tuple(pair.split(" ")) if isinstance(pair, str) else tuple(pair)
        for pair in json.loads(encoder.to_str())["model"]["merges"]
    ]
    # The trainer numbers its symbols in another order each time; a run that goes on must find its own numbers again.
    singles = sorted(alphabet)
    symbols = dict.fromkeys([*singles, *(single + "</w>" for single in singles), *map("".join, merges)])
    # CLIP finds its pooled token as the largest id, so the end mark comes last.
    numbers = {symbol: number for number, symbol in enumerate([*symbols, START, END])}
    return CLIPTokenizer(vocab=numbers, merges=merges, model_max_length=CLIP_LENGTH)


def word_tokenizer() -> Any:
    """One token per known word, any case; every other word is one unknown token; silent words are none."""
    words = sorted(vocabulary() - set(SILENT))
    specials = ["<pad>", "</s>", "<unk>"]
    numbers = {word: number for number, word in enumerate([*specials, *words])}
    encoder = Tokenizer(models.WordLevel(numbers, unk_token="<unk>"))
    encoder.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[^\w\s]+"), " "),
            normalizers.Replace(Regex(r"\bgrey\b"), "gray"),
            normalizers.Replace(Regex(rf"\b({'|'.join(SILENT)})\b"), " "),
        ]
    )
    encoder.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    encoder.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=encoder,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=T5_LENGTH,
    )


def token_ids(tokenizer: Any, captions: list[str], length: int) -> Any:
    """Ids padded to the length, as the pipeline makes them."""
    return tokenizer(captions, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids
