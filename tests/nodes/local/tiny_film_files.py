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
