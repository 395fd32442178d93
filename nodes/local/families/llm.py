"""Language models: Qwen, Llama, Mistral, Gemma, gpt-oss and others of transformers, from folders and GGUF files."""

from collections.abc import Mapping
from typing import Any

import torch
import transformers
from gguf import GGUFReader

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.assembly import BROKEN, first_line
from nodes.local.folders import known_rows
from nodes.local.ggufs import read_gguf
from nodes.local.headers import AGAIN
from nodes.local.site import Site
from nodes.local.talking import Talker, loaded, read_single, read_tokens

PACKED: Mapping[str, str] = {
    "llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM", "qwen3": "Qwen3ForCausalLM",
    "qwen3moe": "Qwen3MoeForCausalLM",
}
"""Architecture in a GGUF file -> class; Mistral calls itself llama there, and is built like it. Of the others
transformers leaves out facts that their files have, and would run them wrong."""
FACTS: Mapping[str, str] = {"attention.key_length": "head_dim", "expert_feed_forward_length": "moe_intermediate_size"}
"""Facts in a file, after its architecture, that transformers leaves to chance -> setting."""
ROTATION = "rope_freqs.weight"
"""By how much Llama 3.1 and later turn slower than they would; transformers leaves it out."""


def load(entry: ModelEntry, site: Site) -> Talker:
    """Load a language model. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    if entry.form == "gguf":
        return _packed(entry, site)
    classes = [name for name, kind in known_rows().folders.items() if kind == "llm"]
    return Talker(entry, read_single(entry, classes), read_tokens(entry, entry.path), site)


def _packed(entry: ModelEntry, site: Site) -> Talker:
    """A GGUF file. Its weights are unpacked while they are read, to 16 bits each."""
    assert entry.path is not None
    found = read_gguf(entry.path)
    name = PACKED.get(found.arch)
    if name is None:
        raise UserError(
            f'"{entry.title}" is of the architecture {found.arch[:60]!r}, which can\'t be read from GGUF here.',
            f"Get it as a folder with safetensors; from GGUF these are read: {', '.join(PACKED)}.",
        )
    facts = {name: found.facts.get(f"{found.arch}.{name}") for name in (*FACTS, "rope.scaling.type")}
    if facts["rope.scaling.type"] not in (None, "none"):
        raise UserError(
            f'"{entry.title}" is stretched to read more than it learned with, which can\'t be read from GGUF here.',
            "Get the model as it was published, or as a folder with safetensors.",
        )
    model = _unpacked(entry, getattr(transformers, name), {FACTS[one]: facts[one] for one in FACTS if facts[one]})
    try:
        tokens: Any = transformers.PreTrainedTokenizerFast.from_pretrained(
            entry.path.parent, gguf_file=entry.path.name, local_files_only=True
        )
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise UserError(f'The words of "{entry.title}" can\'t be read: {first_line(error)}.', AGAIN) from error
    template = found.facts.get("tokenizer.chat_template")
    if isinstance(template, str):
        tokens.chat_template = template
    return Talker(entry, model, tokens, site)


def _unpacked(entry: ModelEntry, kind: type[Any], facts: Mapping[str, Any]) -> Any:
    assert entry.path is not None
    try:
        config = kind.config_class.from_pretrained(
            entry.path.parent, gguf_file=entry.path.name, local_files_only=True, **facts
        )
    except BROKEN as error:
        raise UserError(f'The model "{entry.title}" could not be loaded: {first_line(error)}.', AGAIN) from error
    model = loaded(
        entry, kind, entry.path.parent, entry.settings["precision"], gguf_file=entry.path.name, config=config
    )
    slower = next((one for one in GGUFReader(entry.path).tensors if one.name == ROTATION), None)
    if slower is not None:
        turning = model.model.rotary_emb
        turning.inv_freq = turning.inv_freq / torch.tensor(slower.data, dtype=torch.float32)
        turning.original_inv_freq = turning.inv_freq
    return model
