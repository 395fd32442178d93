"""A tiny Z-Image model in every form in which it is published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import _vae
from tests.nodes.local.tiny_flux import WIDTH, weights_of

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""How Qwen wants to be spoken to."""


def qwen_tokens() -> Any:
    """A tokenizer of single bytes with Qwen's template."""
    from tokenizers import pre_tokenizers
    from transformers import Qwen2Tokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    vocab = {symbol: at for at, symbol in enumerate((*letters, *special))}
    tokens = Qwen2Tokenizer(vocab=vocab, merges=[])
    tokens.chat_template = TEMPLATE
    return tokens


def write_z_image(folder: Path, *, shift: float = 3.0) -> Path:
    """A Z-Image folder in bfloat16."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(0)
    tokens = qwen_tokens()
    encoder = Qwen3Model(Qwen3Config(
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16,
    ))
    transformer = ZImageTransformer2DModel(
        all_patch_size=(2,), all_f_patch_size=(1,), in_channels=16, dim=WIDTH, n_layers=2, n_refiner_layers=1,
        n_heads=2, n_kv_heads=2, cap_feat_dim=WIDTH, qk_norm=True, axes_dims=[8, 4, 4], axes_lens=[1024, 32, 32],
    )
    for name in ("x_pad_token", "cap_pad_token"):  # they are left as memory had them
        torch.nn.init.normal_(getattr(transformer, name))
    pipe: Any = ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=shift), vae=_vae(False), text_encoder=encoder,
        tokenizer=tokens, transformer=transformer,
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def original(folder: Path) -> dict[str, Any]:
    """The transformer under the names of the single file that is published for ComfyUI."""
    return original_names(weights_of(folder, "transformer"))


def original_names(own: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of a ZImageTransformer2DModel under those names."""
    import torch

    found: dict[str, Any] = {}
    for name, weight in own.items():
        if ".attention.to_k" in name or ".attention.to_v" in name:
            continue
        if ".attention.to_q" in name:
            rest = [own[name.replace("to_q", f"to_{part}")] for part in "qkv"]
            found[name.replace("to_q", "qkv")] = torch.cat(rest)
            continue
        for mine, theirs in NAMES:
            name = name.replace(mine, theirs)
        found[name] = weight
    return found


NAMES = (
    ("all_final_layer.2-1.", "final_layer."), ("all_x_embedder.2-1.", "x_embedder."),
    (".attention.to_out.0.", ".attention.out."), (".attention.norm_k.", ".attention.k_norm."),
    (".attention.norm_q.", ".attention.q_norm."),
)


def lora_weights(style: str) -> dict[str, Any]:
    """A random LoRA for it under the names of diffusers, ai-toolkit or kohya."""
    import torch

    noise = torch.Generator().manual_seed(1)
    found: dict[str, Any] = {}
    for number in range(2):
        for layer in ("to_q", "to_k", "to_v"):
            down, up = (torch.randn(4, WIDTH, generator=noise) * 0.5, torch.randn(WIDTH, 4, generator=noise) * 0.5)
            if style == "kohya":
                name = f"lora_unet_layers_{number}_attention_{layer}"
                found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up,
                          f"{name}.alpha": torch.tensor(2.0)}
            else:
                start = "transformer" if style == "peft" else "diffusion_model"
                name = f"{start}.layers.{number}.attention.{layer}"
                found |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    return found


QWEN_NAMES = (
    ("layers.", "blk."), ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"), ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"), ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"), ("post_attention_layernorm", "ffn_norm"), ("input_layernorm", "attn_norm"),
    ("embed_tokens", "token_embd"),
)


def save_qwen_gguf(path: Path, folder: Path) -> Path:
    """The text encoder of a folder as llama.cpp writes it, in full precision."""
    import gguf

    writer = gguf.GGUFWriter(path, "qwen3")
    for add, number in (
        (writer.add_context_length, 512), (writer.add_embedding_length, WIDTH), (writer.add_feed_forward_length, 64),
        (writer.add_block_count, 2), (writer.add_head_count, 2), (writer.add_head_count_kv, 2),
        (writer.add_key_length, 16), (writer.add_value_length, 16),
    ):
        add(number)
    writer.add_layer_norm_rms_eps(1e-6)
    for name, weight in weights_of(folder, "text_encoder").items():
        theirs = "output_norm.weight" if name == "norm.weight" else name
        for mine, other in QWEN_NAMES:
            theirs = theirs.replace(mine, other)
        writer.add_tensor(theirs, weight.float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
