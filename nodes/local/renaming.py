"""Names of weights that the libraries don't know, brought into theirs: Wan's own text encoder, the VAE of Wan 2.2."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Weights = Mapping[str, Any]
UMT5 = (
    (r"^token_embedding\.", "shared."), (r"^norm\.", "encoder.final_layer_norm."),
    (r"^blocks\.(\d+)\.attn\.([qkvo])\.", r"encoder.block.\1.layer.0.SelfAttention.\2."),
    (r"^blocks\.(\d+)\.pos_embedding\.embedding\.", r"encoder.block.\1.layer.0.SelfAttention.relative_attention_bias."),
    (r"^blocks\.(\d+)\.norm1\.", r"encoder.block.\1.layer.0.layer_norm."),
    (r"^blocks\.(\d+)\.norm2\.", r"encoder.block.\1.layer.1.layer_norm."),
    (r"^blocks\.(\d+)\.ffn\.gate\.0\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_0."),
    (r"^blocks\.(\d+)\.ffn\.fc1\.", r"encoder.block.\1.layer.1.DenseReluDense.wi_1."),
    (r"^blocks\.(\d+)\.ffn\.fc2\.", r"encoder.block.\1.layer.1.DenseReluDense.wo."),
)
VAE = (
    (r"^conv1\.", "quant_conv."), (r"^conv2\.", "post_quant_conv."), (r"^(encoder|decoder)\.conv1\.", r"\1.conv_in."),
    (r"^(encoder|decoder)\.head\.0\.", r"\1.norm_out."), (r"^(encoder|decoder)\.head\.2\.", r"\1.conv_out."),
    (r"\.middle\.1\.", ".mid_block.attentions.0."), (r"\.middle\.0\.", ".mid_block.resnets.0."),
    (r"\.middle\.2\.", ".mid_block.resnets.1."),
    (r"\.downsamples\.(\d+)\.downsamples\.\d+\.(resample|time_conv)\.", r".down_blocks.\1.downsampler.\2."),
    (r"\.upsamples\.(\d+)\.upsamples\.\d+\.(resample|time_conv)\.", r".up_blocks.\1.upsampler.\2."),
    (r"\.downsamples\.(\d+)\.downsamples\.(\d+)\.", r".down_blocks.\1.resnets.\2."),
    (r"\.upsamples\.(\d+)\.upsamples\.(\d+)\.", r".up_blocks.\1.resnets.\2."),
    (r"\.residual\.0\.", ".norm1."), (r"\.residual\.2\.", ".conv1."), (r"\.residual\.3\.", ".norm2."),
    (r"\.residual\.6\.", ".conv2."), (r"\.shortcut\.", ".conv_shortcut."),
)
FLF = ((r"^img_emb\.emb_pos$", "condition_embedder.image_embedder.pos_embed"),)
"""What only the model for first and last pictures has, and diffusers forgets."""


def known(kind: str, weights: Weights) -> Weights:
    """The weights for a class, by names that its library knows; most are as they are."""
    way = WAYS.get(kind)
    return way(weights) if way else weights


def _unet(weights: Weights) -> Weights:
    """The original names of a UNet that lies alone: diffusers only knows them as they are in a checkpoint."""
    if "input_blocks.0.0.weight" not in weights:
        return weights
    return {f"model.diffusion_model.{name}": weight for name, weight in weights.items()}


def _umt5(weights: Weights) -> Weights:
    return _by(UMT5, weights) if "token_embedding.weight" in weights else weights


def _vae(weights: Weights) -> Weights:
    nested = any(".upsamples.0.upsamples." in name for name in weights)  # that of 2.1 the library knows
    return _by(VAE, weights) if nested else weights


def _flux2_vae(weights: Weights) -> Weights:
    """The original names of Stable Diffusion's VAEs, which diffusers takes apart, beside what only this one has."""
    from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint

    if "encoder.down.0.block.0.norm1.weight" not in weights:
        return weights
    levels = [""] * (1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.down.")))
    found = convert_ldm_vae_checkpoint(dict(weights), {"down_block_types": levels, "up_block_types": levels})
    return {**found, **{name: weight for name, weight in weights.items() if name.startswith("bn.")}}


def _qwen_vae(weights: Weights) -> Weights:
    """The original names are those of Wan 2.1's VAE, whose form it has."""
    from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers

    original = "decoder.middle.0.residual.0.gamma" in weights
    return convert_wan_vae_to_diffusers(dict(weights)) if original else weights


def _qwen_vl(weights: Weights) -> Weights:
    """With something in the place of the last layer where a file lacks it: no picture depends on that."""
    embedded = next((name for name in weights if name.endswith("embed_tokens.weight")), "")
    return weights if not embedded or "lm_head.weight" in weights else {**weights, "lm_head.weight": weights[embedded]}


def _ltx_vae(weights: Weights) -> Weights:
    """With the prefix of the original files, without which diffusers does not take their names for such."""
    original = "per_channel_statistics.mean-of-means" in weights
    return {f"vae.{name}": weight for name, weight in weights.items()} if original else weights


def _by(rules: tuple[tuple[str, str], ...], weights: Weights) -> Weights:
    found = {}
    for old, weight in weights.items():
        name = old
        for pattern, new in rules:
            name = re.sub(pattern, new, name)
        found[name] = weight
    return found


WAYS: Mapping[str, Callable[[Weights], Weights]] = {
    "AutoencoderKLFlux2": _flux2_vae, "UMT5EncoderModel": _umt5, "AutoencoderKLWan": _vae,
    "AutoencoderKLLTXVideo": _ltx_vae, "AutoencoderKLQwenImage": _qwen_vae,
    "Qwen2_5_VLForConditionalGeneration": _qwen_vl,
    "UNet2DConditionModel": _unet,
    "WanTransformer3DModel": lambda weights: _by(FLF, weights),
}
