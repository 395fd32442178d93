"""Tiny random Stable Diffusion and SDXL pipelines of the real classes."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import _clip


def write_sd15(folder: Path, prediction: str = "epsilon") -> Path:
    """A Stable Diffusion pipeline of half a million parameters."""
    import torch
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    torch.manual_seed(0)
    tokens, text = _clip()
    pipe: Any = StableDiffusionPipeline(
        vae=_vae(), text_encoder=text, tokenizer=tokens, unet=_unet(32),
        scheduler=_scheduler(DDIMScheduler, prediction),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )
    pipe.save_pretrained(folder)
    return folder


def write_sdxl(folder: Path, prediction: str = "epsilon") -> Path:
    """An SDXL pipeline of half a million parameters."""
    import torch
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline
    from transformers import CLIPTextModelWithProjection

    torch.manual_seed(0)
    tokens, text = _clip()
    unet = _unet(
        64, addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=32 + 6 * 8,
    )
    pipe: Any = StableDiffusionXLPipeline(
        vae=_vae(), text_encoder=text, text_encoder_2=CLIPTextModelWithProjection(text.config), tokenizer=tokens,
        tokenizer_2=tokens, unet=unet, scheduler=_scheduler(EulerDiscreteScheduler, prediction), add_watermarker=False,
    )
    pipe.save_pretrained(folder)
    return folder


def _scheduler(kind: Any, prediction: str) -> Any:
    facts = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
    found = kind(**facts, prediction_type=prediction)
    if "clip_sample" in found.config:
        found.register_to_config(clip_sample=False)
    return found


def _unet(cross: int, **more: Any) -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(16, 32), layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=cross, attention_head_dim=8, norm_num_groups=8, use_linear_projection=True, **more,
    )


def _vae() -> Any:
    from diffusers import AutoencoderKL

    widths = (8, 16, 16, 32)
    return AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, block_out_channels=widths, layers_per_block=1,
        norm_num_groups=8, down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        sample_size=64, scaling_factor=0.18215,
    )
