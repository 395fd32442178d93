"""Keeps what lies beside the weights of a model from costing more than they do: counts in configurations, indexes of
shards, vocabularies, adapters that would be put on unasked. No torch."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from nodes.local.headers import AGAIN, Header

MAX_LAYERS = 200
"""Layers that a part with fewer tensors may speak of; each layer has at least one tensor."""
MAX_COUNT = 2**21
"""Any other count; a part with a larger tensor may speak of as many numbers as that one holds."""
NO_LIMIT = 10**20
"""What tokenizers write who know none."""
LAYERS = re.compile(r"(layers|blocks|depths?|layers_per_block)$")
FREQUENCIES = re.compile(r"theta|freq")
"""Numbers that are no counts, and large in models for long texts."""
MOST: Mapping[str, int] = {
    "num_train_timesteps": 100_000, "pos_embed_max_size": 1024, "rope_max_seq_len": 2**16,
    "longest_edge": 2**26, "max_pixels": 2**26,
}
"""Counts for which tables are computed at once, so that a few digits could fill the memory; and pixels that a
processor makes a picture at most of: Qwen's says millions, and pictures are only made smaller for it."""
MAX_VOCABULARY = 64 * 2**20
"""Bytes of one file of a tokenizer; those of Gemma, the largest of today, have half of it."""
WORDS = {".json", ".txt", ".model", ".jinja", ".tiktoken"}
MAX_INDEX = 16 * 2**20


def check_counts(part: Path, config: Mapping[str, Any], headers: Sequence[Header] = ()) -> None:
    """UserError for a configuration that speaks of more layers or larger tables than the weights could have."""
    tensors = sum(len(header.tensors) for header in headers)
    largest = max((math.prod(tensor.shape) for header in headers for tensor in header.tensors.values()), default=0)
    for name, count in _counts(config):
        most = MOST.get(name, max(MAX_LAYERS, tensors) if LAYERS.search(name) else max(MAX_COUNT, largest))
        if most < abs(count) < NO_LIMIT and not FREQUENCIES.search(name):
            raise UserError(
                f'The configuration of "{part.parent.name}/{part.name}" asks for {count} as "{name[:60]}", '
                "which its weights can't have.", AGAIN,
            )


def check_beside(part: Path) -> None:
    """UserError for files beside the weights that would be read with them and must not be."""
    if (part / "adapter_config.json").exists():
        raise UserError(f'Beside "{part.parent.name}/{part.name}" lies an adapter, which would change it.',
                        "Put the adapter elsewhere, and use it as a LoRA.")
    for file in sorted(part.glob("*.safetensors.index*.json")):
        _check_index(part, file)


def check_words(part: Path) -> None:
    """UserError for a tokenizer that is larger than any is."""
    for file in sorted(part.iterdir()):
        if file.suffix in WORDS and file.is_file() and file.stat().st_size > MAX_VOCABULARY:
            raise UserError(
                f'The file "{part.name}/{file.name}" has {file.stat().st_size} bytes, more than any tokenizer.', AGAIN
            )


def _check_index(part: Path, file: Path) -> None:
    """Every shard must be a safetensors file of this folder: only those were checked, and only those are inert."""
    try:
        if not file.is_file():
            raise ValueError
        with file.open("rb") as opened:
            shards = sorted({str(shard) for shard in json.loads(opened.read(MAX_INDEX))["weight_map"].values()})
    except (OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        raise UserError(f'The file "{part.name}/{file.name}" is no list of weights.', AGAIN) from None
    there = [shard for shard in shards if (part / shard).is_file()]
    for shard in shards:
        if Path(shard).name != shard or "\\" in shard or not shard.endswith(".safetensors"):
            raise UserError(
                f'The file "{part.name}/{file.name}" names "{shard[:60]}", which is not a safetensors file beside it.',
                AGAIN,
            )
        if there and shard not in there:  # none: that of a variant which was not fetched
            raise UserError(f'"{part.name}/{shard[:100]}" is missing, a piece of the model "{part.parent.name}".',
                            "Get that file too, or fetch the model again.")


def _counts(plain: Any) -> Iterator[tuple[str, int]]:
    """Every whole number at any depth, with the name it stands under."""
    waiting: list[tuple[str, Any]] = [("", plain)]
    while waiting:
        name, found = waiting.pop()
        if isinstance(found, Mapping):
            waiting.extend((str(key), value) for key, value in found.items())
        elif isinstance(found, list):
            waiting.extend((name, value) for value in found)
        elif type(found) is int:
            yield name, found
