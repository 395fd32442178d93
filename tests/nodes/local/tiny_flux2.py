"""Tiny FLUX.2 models in the forms in which they are published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny_flux import WIDTH, weights_of
from tests.nodes.local.tiny_z_image import qwen_tokens

CHANNELS = 32
"""Numbers of a latent pixel, of which four by two and two are packed together."""


def write_klein(folder: Path, *, distilled: bool = False, name: str = "Flux2KleinPipeline") -> Path:
    """A FLUX.2 [klein] folder in bfloat16."""
    import diffusers
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.manual_seed(0)
    tokens = qwen_tokens()
    encoder = Qwen3ForCausalLM(Qwen3Config(  # layers 9, 18 and 27 are read
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=28, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
    ))
    more = {"is_distilled": distilled} if name == "Flux2KleinPipeline" else {}
    pipe: Any = getattr(diffusers, name)(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True), vae=_vae(),
        text_encoder=encoder, tokenizer=tokens, transformer=_transformer(3 * WIDTH, guided=False), **more,
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def _vae() -> Any:
    import torch
    from diffusers import AutoencoderKLFlux2

    vae: Any = AutoencoderKLFlux2(
        block_out_channels=(8, 16, 16, 32), layers_per_block=1, latent_channels=CHANNELS, norm_num_groups=8,
        sample_size=64,
    )
    torch.nn.init.normal_(vae.bn.running_mean, std=0.3)
    torch.nn.init.uniform_(vae.bn.running_var, 0.5, 2.0)
    return vae


def _transformer(words: int, *, guided: bool) -> Any:
    from diffusers import Flux2Transformer2DModel

    return Flux2Transformer2DModel(
        patch_size=1, in_channels=4 * CHANNELS, num_layers=1, num_single_layers=2, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=words, timestep_guidance_channels=32, axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=guided,
    )


def original(folder: Path) -> dict[str, Any]:
    """The transformer under the names of Black Forest Labs' own file."""
    return original_names(weights_of(folder, "transformer"))


def original_names(own: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of a Flux2Transformer2DModel under those names."""
    import torch

    found: dict[str, Any] = {}
    for name, weight in own.items():
        if any(f".{part}." in name for part in ("to_k", "to_v", "add_k_proj", "add_v_proj")):
            continue
        if name.startswith("norm_out.linear"):
            scale, shift = weight.chunk(2)
            found[name.replace("norm_out.linear", "final_layer.adaLN_modulation.1")] = torch.cat([shift, scale])
            continue
        for first, rest, theirs in (("attn.to_q", ("attn.to_k", "attn.to_v"), "img_attn.qkv"),
                                    ("attn.add_q_proj", ("attn.add_k_proj", "attn.add_v_proj"), "txt_attn.qkv")):
            if f".{first}." in name:
                weight = torch.cat([weight, *(own[name.replace(first, one)] for one in rest)])
                name = name.replace(first, theirs)
        found[_original(name)] = weight
    return found


def _original(name: str) -> str:
    single = name.startswith("single_transformer_blocks")
    for mine, theirs in SINGLE if single else DOUBLE:
        name = name.replace(mine, theirs)
    return name.replace("norm.weight", "norm.scale") if "_norm." in name and name.split("_blocks.")[0] != name else name


SINGLE = (
    ("single_transformer_blocks", "single_blocks"), ("attn.to_qkv_mlp_proj", "linear1"), ("attn.to_out", "linear2"),
    ("attn.norm_q", "norm.query_norm"), ("attn.norm_k", "norm.key_norm"),
)
DOUBLE = (
    ("transformer_blocks", "double_blocks"), ("attn.norm_q", "img_attn.norm.query_norm"),
    ("attn.norm_k", "img_attn.norm.key_norm"), ("attn.norm_added_q", "txt_attn.norm.query_norm"),
    ("attn.norm_added_k", "txt_attn.norm.key_norm"), ("attn.to_out.0", "img_attn.proj"),
    ("attn.to_add_out", "txt_attn.proj"), ("ff.linear_in", "img_mlp.0"), ("ff.linear_out", "img_mlp.2"),
    ("ff_context.linear_in", "txt_mlp.0"), ("ff_context.linear_out", "txt_mlp.2"), ("x_embedder", "img_in"),
    ("context_embedder", "txt_in"), ("time_guidance_embed.timestep_embedder.linear_1", "time_in.in_layer"),
    ("time_guidance_embed.timestep_embedder.linear_2", "time_in.out_layer"),
    ("time_guidance_embed.guidance_embedder.linear_1", "guidance_in.in_layer"),
    ("time_guidance_embed.guidance_embedder.linear_2", "guidance_in.out_layer"),
    ("_modulation_img.linear", "_modulation_img.lin"), ("_modulation_txt.linear", "_modulation_txt.lin"),
    ("single_stream_modulation.linear", "single_stream_modulation.lin"), ("proj_out", "final_layer.linear"),
)


def lora_weights(style: str) -> dict[str, Any]:
    """A random LoRA for it under the names of diffusers or of the original."""
    import torch

    noise = torch.Generator().manual_seed(1)
    down, up = torch.randn(4, WIDTH, generator=noise) * 0.5, torch.randn(WIDTH, 4, generator=noise) * 0.5
    if style == "peft":
        name = "transformer.transformer_blocks.0.attn.to_q"
        return {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    name = "diffusion_model.double_blocks.0.img_attn.proj"
    return {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}


def write_dev(folder: Path) -> Path:
    """A FLUX.2 [dev] folder in bfloat16, whose index names the processor that the published one has."""
    import json

    import diffusers
    import torch
    from transformers import Mistral3Config, Mistral3ForConditionalGeneration

    torch.manual_seed(0)
    tokens = qwen_tokens()
    tokens.chat_template = (
        "{% for message in messages %}{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{% endfor %}"
    )
    layers: dict[str, Any] = {"hidden_size": WIDTH, "intermediate_size": 64, "num_attention_heads": 2}
    encoder = Mistral3ForConditionalGeneration(Mistral3Config(  # layers 10, 20 and 30 are read
        text_config={"model_type": "mistral", "vocab_size": len(tokens), "num_hidden_layers": 31,
                     "num_key_value_heads": 2, "head_dim": 16, **layers},
        vision_config={"model_type": "pixtral", "num_hidden_layers": 1, "image_size": 32, "patch_size": 16, **layers},
        image_token_index=len(tokens) - 1,
    ))
    pipe: Any = diffusers.Flux2Pipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True), vae=_vae(),
        text_encoder=encoder, tokenizer=tokens, transformer=_transformer(3 * WIDTH, guided=True),
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    index = folder / "model_index.json"
    named = json.loads(index.read_text("utf-8"))
    index.write_text(json.dumps({**named, "tokenizer": ["transformers", "PixtralProcessor"]}), "utf-8")
    return folder
