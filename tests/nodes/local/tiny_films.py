"""Tiny random film models of the real classes, built on the spot: LTX."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import _t5


def write_ltx(folder: Path, version: str = "0.9") -> Path:
    """An LTX pipeline of a tenth of a million parameters; ``version`` is ``0.9``, ``0.9.1`` or ``0.9.5``.

    As the real one, it makes a latent pixel of 32 x 32 pixels and of 8 frames.
    """
    import torch
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    torch.manual_seed(0)
    tokens, encoder = _t5()
    moved = {"use_dynamic_shifting": True, "base_shift": 0.95, "max_shift": 2.05, "base_image_seq_len": 1024,
             "max_image_seq_len": 4096, "shift_terminal": 0.1}
    pipe: Any = (LTXConditionPipeline if version == "0.9.5" else LTXPipeline)(
        scheduler=FlowMatchEulerDiscreteScheduler(**({} if version == "0.9.5" else moved)), vae=ltx_vae(version),
        text_encoder=encoder, tokenizer=tokens,
        transformer=LTXVideoTransformer3DModel(
            in_channels=8, out_channels=8, num_attention_heads=2, attention_head_dim=16, cross_attention_dim=32,
            num_layers=2, caption_channels=32,
        ),
    )
    pipe.save_pretrained(folder)
    return folder


def ltx_vae(version: str) -> Any:
    """The VAE of a version, with real statistics of its latents."""
    import torch
    from diffusers import AutoencoderKLLTXVideo

    shapes: dict[str, dict[str, Any]] = {
        "0.9": {
            "block_out_channels": (8, 8, 16, 16), "decoder_block_out_channels": (8, 8, 16, 16),
            "layers_per_block": (1,) * 5, "decoder_layers_per_block": (1,) * 5,
            "decoder_inject_noise": (False,) * 5,
        },
        "0.9.1": {
            "block_out_channels": (8, 8, 16, 16), "decoder_block_out_channels": (8, 16, 32),
            "layers_per_block": (1,) * 5, "decoder_layers_per_block": (1,) * 4,
            "decoder_spatio_temporal_scaling": (True,) * 3, "decoder_inject_noise": (True, True, True, False),
            "upsample_residual": (True,) * 3, "upsample_factor": (2,) * 3, "timestep_conditioning": True,
        },
        "0.9.5": {
            "block_out_channels": (8, 8, 16, 16, 32), "decoder_block_out_channels": (8, 16, 32),
            "down_block_types": ("LTXVideo095DownBlock3D",) * 4, "layers_per_block": (1,) * 5,
            "decoder_layers_per_block": (1,) * 4, "spatio_temporal_scaling": (True,) * 4,
            "decoder_spatio_temporal_scaling": (True,) * 3, "decoder_inject_noise": (False,) * 4,
            "downsample_type": ("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
            "upsample_residual": (True,) * 3, "upsample_factor": (2,) * 3, "timestep_conditioning": True,
            "spatial_compression_ratio": 32, "temporal_compression_ratio": 8,
        },
    }
    made = AutoencoderKLLTXVideo(latent_channels=8, **shapes[version])
    made.latents_mean.copy_(torch.linspace(-0.2, 0.2, 8))
    made.latents_std.copy_(torch.linspace(0.8, 1.5, 8))
    return made
