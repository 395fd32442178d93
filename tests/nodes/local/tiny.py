"""Tiny random models of the real classes, built on the spot: a Flux folder, LoRAs for it, an upscaler."""

from pathlib import Path
from typing import Any

from nodes.local.folders import check_folder

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789,.-'"


def write_flux(folder: Path, *, tiny_vae: bool = False, guided: bool = False, half: bool = False) -> Path:
    """A Flux pipeline of a third of a million parameters that paints noise of the right shape."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(0)
    clip_tokens, clip = _clip()
    t5_tokens, t5 = _t5()
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=32, guidance_embeds=guided, axes_dims_rope=(4, 4, 8),
    )
    pipe: Any = FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=_vae(tiny_vae), text_encoder=clip, tokenizer=clip_tokens,
        text_encoder_2=t5, tokenizer_2=t5_tokens, transformer=transformer,
    )
    if half:
        pipe.to(dtype=torch.float16)
    pipe.save_pretrained(folder, variant="fp16" if half else None)
    return folder


def write_lora(path: Path, flux: Path, seed: int, *, alpha: int = 4, strength: float = 1.0) -> Path:
    """A random LoRA for the attention of that Flux folder."""
    import torch
    from diffusers import FluxPipeline, FluxTransformer2DModel
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    transformer: Any = FluxTransformer2DModel.from_pretrained(
        flux, subfolder="transformer", variant=check_folder(flux).variant
    )
    torch.manual_seed(seed)
    config = LoraConfig(
        r=4, lora_alpha=alpha, target_modules=["to_q", "to_k", "to_v", "to_out.0"], init_lora_weights=False
    )
    transformer.add_adapter(config)
    layers = {name: weight * strength for name, weight in get_peft_model_state_dict(transformer).items()}
    FluxPipeline.save_lora_weights(
        path.parent, transformer_lora_layers=layers, weight_name=path.name,
        transformer_lora_adapter_metadata=config.to_dict(),
    )
    return path


def write_upscaler(path: Path, scale: int = 4) -> Path:
    """A random real-time upscaler (the Compact architecture) that adds a little to each enlarged pixel."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    weights = {}
    for layer, (outside, inside) in {0: (8, 3), 2: (8, 8), 4: (8, 8), 6: (3 * scale**2, 8)}.items():
        weights[f"body.{layer}.weight"] = torch.randn(outside, inside, 3, 3) * 0.05
        weights[f"body.{layer}.bias"] = torch.zeros(outside)
    for layer in (1, 3, 5):
        weights[f"body.{layer}.weight"] = torch.full((8,), 0.2)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(weights, path)
    return path


def _vae(tiny: bool) -> Any:
    from diffusers import AutoencoderKL, AutoencoderTiny

    if tiny:
        return AutoencoderTiny(
            latent_channels=16, encoder_block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4,
            num_encoder_blocks=(1, 1, 1, 1), num_decoder_blocks=(1, 1, 1, 1), scaling_factor=1.5, shift_factor=0.0,
        )
    widths = (8, 16, 16, 32)
    return AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=16, block_out_channels=widths, layers_per_block=1,
        norm_num_groups=8, down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        sample_size=64, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.0, scaling_factor=1.0,
    )


def _clip() -> tuple[Any, Any]:
    from tokenizers import pre_tokenizers
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    symbols = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    tokens = CLIPTokenizer(vocab={symbol: at for at, symbol in enumerate(symbols)}, merges=[], model_max_length=77)
    config = CLIPTextConfig(
        vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=77, projection_dim=32, bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id,
    )
    return tokens, CLIPTextModel(config)


def _t5() -> tuple[Any, Any]:
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), *((letter, -6.0) for letter in LETTERS)]
    tokens = T5Tokenizer(vocab=vocab, extra_ids=0, model_max_length=64)
    config = T5Config(
        vocab_size=len(tokens), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        feed_forward_proj="gated-gelu", pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    )
    return tokens, T5EncoderModel(config)
