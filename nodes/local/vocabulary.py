"""Tokenizers out of the vocabulary that lies among a text encoder's weights, as ComfyUI's files have it."""

import json
import tempfile
from pathlib import Path
from typing import Any

from safetensors import safe_open

from nodes.local.companions import VOCABULARY
from nodes.local.headers import read_header

LONGEST = 512


def tokenizer_inside(kind: type[Any], path: Path) -> Any:
    """A tokenizer of this class from the sentencepiece model in a safetensors file. KeyError if there is none."""
    if VOCABULARY not in read_header(path).tensors:
        raise KeyError(f"{path.name} holds no vocabulary")
    with safe_open(path, "pt") as file:
        pieces = bytes(file.get_tensor(VOCABULARY).numpy().tobytes())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "spiece.model").write_bytes(pieces)
        said = {"tokenizer_class": kind.__name__, "model_max_length": LONGEST, "extra_ids": 0}
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(said), "utf-8")
        return kind.from_pretrained(folder, local_files_only=True)
