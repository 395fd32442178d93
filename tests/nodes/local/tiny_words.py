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


SEEING = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{% if message.content is string %}"
    "{{ message.content }}{% else %}{% for part in message.content %}{% if part.type == 'image' %}IMAGE"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""How models that see want to be spoken to; IMAGE is each one's own mark."""


def seeing_tokens(mark: str, *marks: str) -> Any:
    """A tokenizer that knows marks for pictures too."""
    tokens = chat_tokens()
    tokens.add_special_tokens({"extra_special_tokens": [*marks, *tokens.extra_special_tokens]})
    tokens.chat_template = SEEING.replace("IMAGE", mark)
    return tokens


def write_qwen_vl(folder: Path, number: int) -> Path:
    """A Qwen2-VL (2) or Qwen3-VL (3) model."""
    import torch
    import transformers

    torch.manual_seed(2)
    marks = ("<|vision_start|>", "<|image_pad|>", "<|vision_end|>", "<|video_pad|>")
    tokens = seeing_tokens("".join(marks[:3]), *marks)
    ids = dict(zip(("vision_start_token_id", "image_token_id", "vision_end_token_id", "video_token_id"),
                   tokens.convert_tokens_to_ids(list(marks)), strict=True))
    text: dict[str, Any] = {
        "vocab_size": len(tokens), "hidden_size": WIDTH, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "max_position_embeddings": 1024,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [2, 3, 3]},
    }
    if number == 2:
        vision: dict[str, Any] = {"depth": 2, "embed_dim": WIDTH, "hidden_size": WIDTH, "num_heads": 2,
                                  "patch_size": 14, "mlp_ratio": 2}
        config: Any = transformers.Qwen2VLConfig(text_config=text, vision_config=vision, **ids)
        model: Any = transformers.Qwen2VLForConditionalGeneration(config)
    else:
        vision = {"depth": 2, "hidden_size": WIDTH, "intermediate_size": 64, "num_heads": 2, "patch_size": 16,
                  "out_hidden_size": WIDTH, "deepstack_visual_indexes": [0], "num_position_embeddings": 64}
        config = transformers.Qwen3VLConfig(text_config={**text, "head_dim": 16}, vision_config=vision, **ids)
        model = transformers.Qwen3VLForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.to(torch.bfloat16).save_pretrained(folder)
    tokens.save_pretrained(folder)
    transformers.Qwen2VLImageProcessorPil(patch_size=14 if number == 2 else 16, merge_size=2).save_pretrained(folder)
    return folder


def write_llava(folder: Path) -> Path:
    """A LLaVA model."""
    import torch
    import transformers

    torch.manual_seed(3)
    tokens = seeing_tokens("<image>", "<image>")
    text = transformers.LlamaConfig(
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=512,
    )
    vision = transformers.CLIPVisionConfig(
        hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2, image_size=32,
        patch_size=8,
    )
    model: Any = transformers.LlavaForConditionalGeneration(transformers.LlavaConfig(
        text_config=text, vision_config=vision, image_token_id=tokens.convert_tokens_to_ids("<image>"),
    ))
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.to(torch.bfloat16).save_pretrained(folder)
    tokens.save_pretrained(folder)
    transformers.CLIPImageProcessorPil(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    ).save_pretrained(folder)
    return folder
