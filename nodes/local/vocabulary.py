"""Tokenizers out of the vocabulary that lies beside a text encoder's weights, in ComfyUI's files and in GGUF."""

import json
import tempfile
from pathlib import Path
from typing import Any

from safetensors import safe_open

from nodes.local.companions import LISTED, VOCABULARY
from nodes.local.ggufs import read_gguf
from nodes.local.headers import read_header

LONGEST = 512


def tokenizer_inside(kind: type[Any], path: Path) -> Any:
    """A tokenizer of this class from the words in a text encoder's file. KeyError if there are none."""
    if path.suffix.lower() == ".gguf":
        return _listed(kind, path)
    if VOCABULARY not in read_header(path).tensors:
        raise KeyError(f"{path.name} holds no vocabulary")
    with safe_open(path, "pt") as file:
        pieces = bytes(file.get_tensor(VOCABULARY).numpy().tobytes())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "spiece.model").write_bytes(pieces)
        said = {"tokenizer_class": kind.__name__, "model_max_length": LONGEST, "extra_ids": 0}
        (Path(folder) / "tokenizer_config.json").write_text(json.dumps(said), "utf-8")
        return kind.from_pretrained(folder, local_files_only=True)


def _listed(kind: type[Any], path: Path) -> Any:
    import gguf

    read_gguf(path)
    fields = gguf.GGUFReader(path).fields
    words, scores = fields[f"{LISTED}tokens"], fields[f"{LISTED}scores"]
    pieces = (str(bytes(words.parts[at]), "utf-8", "replace") for at in words.data)
    numbers = (float(scores.parts[at][0]) for at in scores.data)
    return kind(vocab=list(zip(pieces, numbers, strict=True)), extra_ids=0, model_max_length=LONGEST)
