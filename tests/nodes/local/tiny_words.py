"""Tiny models that write and see, in every form in which they are published. Their words mean nothing."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny_z_image import TEMPLATE

WIDTH = 32


def chat_tokens() -> Any:
    """A tokenizer of single bytes, and of one pair of them, that talks as Qwen does."""
    from tokenizers import pre_tokenizers
    from transformers import Qwen2Tokenizer

    letters = [*sorted(pre_tokenizers.ByteLevel.alphabet()), "ab", "<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    vocab = {symbol: at for at, symbol in enumerate(letters)}
    marks = {"eos_token": "<|im_end|>", "extra_special_tokens": ["<|endoftext|>", "<|im_start|>"]}
    tokens = Qwen2Tokenizer(vocab=vocab, merges=[("a", "b")], **marks)
    tokens.chat_template = TEMPLATE
    return tokens


def write_qwen(folder: Path) -> Path:
    """A Qwen3 model that writes, with settings of its own."""
    import torch
    from transformers import GenerationConfig, Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    tokens = chat_tokens()
    model = Qwen3ForCausalLM(Qwen3Config(
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16, tie_word_embeddings=False, max_position_embeddings=512,
    ))
    ids = {"eos_token_id": tokens.eos_token_id, "pad_token_id": 0}
    model.generation_config = GenerationConfig(**ids, do_sample=True, top_k=40, max_length=9, num_beams=1)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def write_llama(folder: Path) -> Path:
    """A Llama model without a template, as models that were never taught to talk are."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(1)
    tokens = chat_tokens()
    tokens.chat_template = None
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=256, bos_token_id=None, eos_token_id=tokens.eos_token_id,
    ))
    model.to(torch.bfloat16).save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def pack(path: Path, folder: Path, arch: str, quant: str, slower: Any = None) -> Path:
    """The weights, words and template of such a model in one GGUF file, as llama.cpp writes them.

    ``slower`` is what Llama 3.1 has as ``rope_freqs``.
    """
    import gguf
    import torch
    from safetensors.torch import load_file

    tokens = chat_tokens()
    writer = gguf.GGUFWriter(path, arch)
    for name, number in {
        "block_count": 2, "context_length": 512, "embedding_length": WIDTH, "feed_forward_length": 64,
        "attention.head_count": 2, "attention.head_count_kv": 2, "attention.key_length": 16,
        "attention.value_length": 16, "rope.dimension_count": 16,
    }.items():
        writer.add_uint32(f"{arch}.{name}", number)
    writer.add_float32(f"{arch}.attention.layer_norm_rms_epsilon", 1e-6)
    writer.add_float32(f"{arch}.rope.freq_base", 10000.0)
    words = tokens.convert_ids_to_tokens(range(len(tokens)))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    writer.add_token_types([3 if word.startswith("<|") else 1 for word in words])
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(tokens.eos_token_id)
    if arch == "qwen3":
        writer.add_chat_template(tokens.chat_template)
    if slower is not None:
        writer.add_tensor("rope_freqs.weight", slower)
    kind = gguf.GGMLQuantizationType[quant]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[arch.upper()], 2)
    for name, weight in load_file(folder / "model.safetensors").items():
        stem, _, end = name.rpartition(".")
        array = weight.to(torch.float32)
        if arch == "llama" and stem.endswith(("q_proj", "k_proj")):  # llama.cpp turns neighbours, not halves
            array = array.reshape(2, 2, 8, WIDTH).swapaxes(1, 2).reshape(array.shape)
        packed = gguf.quants.quantize(array.numpy(), kind) if array.ndim > 1 else array.numpy()
        writer.add_tensor(f"{names.get_name(stem)}.{end}", packed, raw_dtype=kind if array.ndim > 1 else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
