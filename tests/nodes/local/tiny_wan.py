"""Tiny random Wan models of the real classes, built on the spot in every form that people have them in."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import LETTERS

PATCHES = (32 // 8) ** 2 + 1
"""What the tiny image encoder makes of a picture: so many tokens."""
SHAPE: dict[str, Any] = {
    "patch_size": (1, 2, 2), "num_attention_heads": 2, "attention_head_dim": 16, "in_channels": 16,
    "out_channels": 16, "text_dim": 32, "freq_dim": 64, "ffn_dim": 64, "num_layers": 2, "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads", "rope_max_seq_len": 64,
}
"""Of a transformer."""


def write_wan(
    folder: Path, *, experts: bool = False, expand: bool = False, image: str = "", whole: bool = False
) -> Path:
    """A Wan pipeline of a tenth of a million parameters.

    ``experts``: two of them, as Wan 2.2 A14B has; ``expand``: as TI2V-5B, with a VAE of 16 pixels to a latent one;
    ``image``: one for first pictures, with an image encoder (``2.1``; ``ends``: last ones too) or without (``2.2``);
    ``whole``: with a VAE of all layers.
    """
    import torch
    from diffusers import WanImageToVideoPipeline, WanPipeline

    torch.manual_seed(0)
    tokens, encoder = _umt5()
    shape: dict[str, Any] = {}
    if expand:
        shape = {"in_channels": 48, "out_channels": 48}
    elif image:
        shape = {"in_channels": 36} | ({} if image == "2.2" else {"image_dim": 32, "added_kv_proj_dim": 32})
        shape |= {"pos_embed_seq_len": 2 * PATCHES} if image == "ends" else {}
    parts: dict[str, Any] = {
        "tokenizer": tokens, "text_encoder": encoder, "vae": vae(large=expand, whole=whole), "scheduler": _scheduler(),
        "transformer": transformer(**shape), "expand_timesteps": expand,
    }
    if experts:
        parts |= {"transformer_2": transformer(**shape), "boundary_ratio": 0.9 if image else 0.875}
    if image in ("2.1", "ends"):
        parts |= _clip_vision()
    pipe: Any = (WanImageToVideoPipeline if image else WanPipeline)(**parts)
    pipe.save_pretrained(folder)
    return folder


def write_vace(folder: Path, *, experts: bool = False, whole: bool = False) -> Path:
    """A Wan VACE pipeline of the same size."""
    import torch
    from diffusers import WanVACEPipeline, WanVACETransformer3DModel

    torch.manual_seed(0)
    tokens, encoder = _umt5()
    shape = {**SHAPE, "vace_layers": [0, 1], "vace_in_channels": 96}
    pipe: Any = WanVACEPipeline(
        tokenizer=tokens, text_encoder=encoder, vae=vae(whole=whole), scheduler=_scheduler(),
        transformer=WanVACETransformer3DModel(**shape),
        transformer_2=WanVACETransformer3DModel(**shape) if experts else None,
        boundary_ratio=0.875 if experts else None,
    )
    pipe.save_pretrained(folder)
    return folder


def write_animate(folder: Path, *, whole: bool = False) -> Path:
    """A Wan Animate pipeline of the same size, which looks at faces of 16 pixels."""
    import torch
    from diffusers import WanAnimatePipeline, WanAnimateTransformer3DModel

    torch.manual_seed(0)
    tokens, encoder = _umt5()
    shape = {
        **SHAPE, "in_channels": 36, "latent_channels": 16, "image_dim": 32, "added_kv_proj_dim": 32,
        "motion_encoder_channel_sizes": {"4": 16, "8": 16, "16": 16}, "motion_encoder_size": 16, "motion_style_dim": 8,
        "motion_dim": 4, "motion_encoder_dim": 16, "face_encoder_hidden_dim": 16, "face_encoder_num_heads": 2,
        "inject_face_latents_blocks": 2,
    }
    pipe: Any = WanAnimatePipeline(
        tokenizer=tokens, text_encoder=encoder, vae=vae(whole=whole), scheduler=_scheduler(),
        transformer=WanAnimateTransformer3DModel(**shape), **_clip_vision(),
    )
    pipe.save_pretrained(folder)
    return folder


def _scheduler() -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000, flow_shift=3.0
    )


def transformer(**changes: Any) -> Any:
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(**{**SHAPE, **changes})


def vae(*, large: bool = False, whole: bool = False) -> Any:
    """The VAE of Wan 2.1, or with ``large`` that of Wan 2.2 5B: 16 pixels to a latent one, in patches of 2.

    ``whole``: with as many layers as the real ones, so that they have all the names.
    """
    from diffusers import AutoencoderKLWan

    channels = 48 if large else 16
    more: dict[str, Any] = {}
    if large:
        more = {"patch_size": 2, "in_channels": 12, "out_channels": 12, "is_residual": True, "scale_factor_spatial": 16}
    return AutoencoderKLWan(
        base_dim=4, z_dim=channels, dim_mult=[1, 2, 4, 4] if whole else [1, 1, 1, 1],
        num_res_blocks=2 if whole else 1, temperal_downsample=[False, True, True],
        latents_mean=[0.1] * channels, latents_std=[1.5] * channels, **more,
    )


def _umt5() -> tuple[Any, Any]:
    from transformers import T5Tokenizer, UMT5Config, UMT5EncoderModel

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), *((letter, -6.0) for letter in LETTERS)]
    tokens = T5Tokenizer(vocab=vocab, extra_ids=0, model_max_length=64)
    config = UMT5Config(
        vocab_size=len(tokens), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        feed_forward_proj="gated-gelu", pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )
    return tokens, UMT5EncoderModel(config)


def _clip_vision() -> dict[str, Any]:
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    config = CLIPVisionConfig(
        hidden_size=32, projection_dim=32, num_hidden_layers=2, num_attention_heads=4, image_size=32,
        intermediate_size=64, patch_size=8,
    )
    return {"image_encoder": CLIPVisionModel(config), "image_processor": CLIPImageProcessor(crop_size=32, size=32)}
