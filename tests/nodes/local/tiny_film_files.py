"""Tiny film models under the names of the published files, which are not those of diffusers."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny_flux import write_base

OLD_VAE = (
    ("decoder.mid_block", "decoder.up_blocks_0"), ("up_blocks.3.upsamplers.0", "up_blocks_8"),
    ("up_blocks.3.conv_in", "up_blocks_7"), ("up_blocks.3", "up_blocks_9"), ("up_blocks.2.upsamplers.0", "up_blocks_5"),
    ("up_blocks.2.conv_in", "up_blocks_4"), ("up_blocks.2", "up_blocks_6"), ("up_blocks.1.upsamplers.0", "up_blocks_2"),
    ("up_blocks.1", "up_blocks_3"), ("up_blocks.0.resnets", "up_blocks_1.resnets"),
    ("encoder.mid_block", "encoder.down_blocks_9"), ("down_blocks.3", "down_blocks_8"),
    ("down_blocks.2.downsamplers.0", "down_blocks_7"), ("down_blocks.2", "down_blocks_6"),
    ("down_blocks.1.downsamplers.0", "down_blocks_4"), ("down_blocks.1.conv_out", "down_blocks_5"),
    ("down_blocks.1", "down_blocks_3"), ("down_blocks.0.downsamplers.0", "down_blocks_1"),
    ("down_blocks.0.conv_out", "down_blocks_2"),
)
NEW_VAE = (
    ("decoder.mid_block", "decoder.up_blocks_0"), ("encoder.mid_block", "encoder.down_blocks_8"),
    *((f"{way}_blocks.{at}.{way}samplers.0", f"{way}_blocks_{2 * at + 1}") for at in range(4)
      for way in ("up", "down")),
    *((f"up_blocks.{at}.", f"up_blocks_{2 * at + 2}.") for at in range(4)),
    *((f"down_blocks.{at}.", f"down_blocks_{2 * at}.") for at in range(4)),
    ("time_embedder", "time__embedder"), ("decoder.time__embedder", "decoder.last_time_embedder"),
    ("decoder.scale_shift_table", "decoder.last_scale_shift_table"), ("time__embedder", "time_embedder"),
)
"""Pieces of names in a VAE of LTX, and in the original file."""


def ltx_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """A transformer as Lightricks published it."""
    pairs = (("proj_in", "patchify_proj"), ("time_embed", "adaln_single"), ("norm_q", "q_norm"), ("norm_k", "k_norm"))
    return {_renamed(name, pairs): weight for name, weight in weights.items()}


def ltx_vae_names(weights: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    """A VAE as Lightricks published it; ``new`` for that of 0.9.5."""
    found: dict[str, Any] = {}
    for name, weight in weights.items():
        own = _renamed(name, NEW_VAE if new else OLD_VAE).replace("_blocks_", "_blocks.")
        for mine, theirs in (("resnets", "res_blocks"), ("conv_shortcut.conv", "conv_shortcut"),
                             ("norm3.", "norm3.norm."), ("latents_mean", "per_channel_statistics.mean-of-means"),
                             ("latents_std", "per_channel_statistics.std-of-means")):
            own = own.replace(mine, theirs)
        found[own] = weight
    return found


def _renamed(name: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for mine, theirs in pairs:
        name = name.replace(mine, theirs)
    return name


def write_resources(folder: Path, bases: Mapping[str, Path], tokenizer: str = "t5") -> Path:
    """Ajar's own resources for models of this size: the parts with smaller shapes, these folders as bases, and the
    tokenizer that they all have."""
    from nodes.local.folders import RESOURCES

    shutil.copytree(RESOURCES / "families", folder / "families")
    parts = folder / "families" / "parts.toml"
    parts.write_text(parts.read_text("utf-8").replace("[-1, 4096]", "[-1, 32]"), "utf-8")
    for name, source in bases.items():
        tokens = write_base(folder / "bases" / name, source) / "tokenizer"
        shutil.copytree(tokens, folder / "tokenizers" / tokenizer, dirs_exist_ok=True)
        shutil.rmtree(tokens)
    return folder


HUNYUAN = (
    ("context_embedder.token_refiner.refiner_blocks.", "txt_in.individual_token_refiner.blocks."),
    ("context_embedder.proj_in", "txt_in.input_embedder"),
    ("context_embedder.time_text_embed.timestep_embedder.linear_1", "txt_in.t_embedder.mlp.0"),
    ("context_embedder.time_text_embed.timestep_embedder.linear_2", "txt_in.t_embedder.mlp.2"),
    ("context_embedder.time_text_embed.text_embedder", "txt_in.c_embedder"), ("x_embedder", "img_in"),
    ("time_text_embed.timestep_embedder.linear_1", "time_in.mlp.0"),
    ("time_text_embed.timestep_embedder.linear_2", "time_in.mlp.2"),
    ("time_text_embed.guidance_embedder.linear_1", "guidance_in.mlp.0"),
    ("time_text_embed.guidance_embedder.linear_2", "guidance_in.mlp.2"),
    ("time_text_embed.text_embedder.linear_1", "vector_in.in_layer"),
    ("time_text_embed.text_embedder.linear_2", "vector_in.out_layer"),
)
PLACES = {
    "single_transformer_blocks.": ("single_blocks.", (
        ("attn.norm_q", "q_norm"), ("attn.norm_k", "k_norm"), ("norm.linear", "modulation.linear"),
        ("proj_out", "linear2"))),
    "transformer_blocks.": ("double_blocks.", (
        ("attn.norm_q", "img_attn_q_norm"), ("attn.norm_k", "img_attn_k_norm"),
        ("attn.norm_added_q", "txt_attn_q_norm"), ("attn.norm_added_k", "txt_attn_k_norm"),
        ("attn.to_out.0", "img_attn_proj"), ("attn.to_add_out", "txt_attn_proj"),
        ("norm1_context.linear", "txt_mod.linear"), ("norm1.linear", "img_mod.linear"),
        ("ff_context.net.0.proj", "txt_mlp.fc1"), ("ff_context.net.2", "txt_mlp.fc2"),
        ("ff.net.0.proj", "img_mlp.fc1"), ("ff.net.2", "img_mlp.fc2"))),
    "txt_in.individual_token_refiner.blocks.": ("txt_in.individual_token_refiner.blocks.", (
        ("attn.to_out.0", "self_attn_proj"), ("ff.net.0.proj", "mlp.fc1"), ("ff.net.2", "mlp.fc2"),
        ("norm_out.linear", "adaLN_modulation.1"))),
}
TOGETHER = {
    "single_blocks.": (("linear1", ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")),),
    "double_blocks.": (("img_attn_qkv", ("attn.to_q", "attn.to_k", "attn.to_v")),
                       ("txt_attn_qkv", ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"))),
    "txt_in.individual_token_refiner.blocks.": (("self_attn_qkv", ("attn.to_q", "attn.to_k", "attn.to_v")),),
}
"""Layers of diffusers that are one in the original."""


def hunyuan_names(weights: Mapping[str, Any]) -> dict[str, Any]:
    """A HunyuanVideo transformer as Tencent published it."""
    import torch

    found: dict[str, Any] = {}
    for name, weight in weights.items():
        own = _renamed(name, HUNYUAN)
        start = next((one for one in PLACES if own.startswith(one)), "")
        if start:
            own = PLACES[start][0] + _renamed(own.removeprefix(start), PLACES[start][1])
        elif own.startswith("norm_out.linear"):
            own = own.replace("norm_out.linear", "final_layer.adaLN_modulation.1")
            weight = torch.cat(weight.chunk(2)[::-1])
        found[own.replace("proj_out", "final_layer.linear") if not start else own] = weight
    for start, joined in TOGETHER.items():
        for number in sorted({name.removeprefix(start).split(".")[0] for name in found if name.startswith(start)}):
            for theirs, layers in joined:
                for end in ("weight", "bias"):
                    parts = [found.pop(f"{start}{number}.{layer}.{end}") for layer in layers]
                    found[f"{start}{number}.{theirs}.{end}"] = torch.cat(parts)
    return found
