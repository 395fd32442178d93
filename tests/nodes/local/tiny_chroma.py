"""A tiny Chroma model in the forms in which it is published."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import _t5, _vae
from tests.nodes.local.tiny_flux import WIDTH, flux_names, weights_of


def write_chroma(folder: Path) -> Path:
    """A Chroma folder in bfloat16."""
    import torch
    from diffusers import ChromaPipeline, ChromaTransformer2DModel, FlowMatchEulerDiscreteScheduler

    torch.manual_seed(0)
    tokens, encoder = _t5()
    transformer = ChromaTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=1, num_single_layers=2, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=WIDTH, axes_dims_rope=(4, 4, 8), approximator_num_channels=64,
        approximator_hidden_dim=WIDTH, approximator_layers=2,
    )
    pipe: Any = ChromaPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=_vae(False), text_encoder=encoder, tokenizer=tokens,
        transformer=transformer,
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def original(folder: Path) -> dict[str, Any]:
    """The transformer under the names of the published single file."""
    return original_names(weights_of(folder, "transformer"))


def original_names(own: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of a ChromaTransformer2DModel under those names."""
    found = flux_names(own)
    for name, weight in own.items():
        if name.startswith("distilled_guidance_layer."):
            theirs = name.replace("linear_1", "in_layer").replace("linear_2", "out_layer")
            found[theirs.replace(".weight", ".scale") if ".norms." in name else theirs] = weight
    return found
