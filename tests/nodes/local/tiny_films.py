"""Tiny random film models of the real classes, built on the spot."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import LETTERS, _clip, _t5


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


def write_ltx2(folder: Path) -> Path:
    """An LTX-2 pipeline of the same size: 32 x 32 pixels and 8 frames to a latent pixel, and stereo sound."""
    import torch
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        FlowMatchEulerDiscreteScheduler,
        LTX2Pipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder

    torch.manual_seed(0)
    tokens, encoder = _gemma()
    vae = AutoencoderKLLTX2Video(
        latent_channels=4, block_out_channels=(8, 8, 8, 16), decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1,) * 5, decoder_layers_per_block=(1,) * 4, spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    sound = AutoencoderKLLTX2Audio(
        base_channels=4, ch_mult=(1, 1, 1), num_res_blocks=1, latent_channels=2, resolution=32, mel_bins=8,
    )
    pipe: Any = LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, base_shift=0.95, max_shift=2.05, base_image_seq_len=1024,
            max_image_seq_len=4096, shift_terminal=0.1,
        ),
        vae=vae, audio_vae=sound, text_encoder=encoder, tokenizer=tokens,
        connectors=LTX2TextConnectors(
            caption_channels=32, text_proj_in_factor=3, video_connector_num_attention_heads=4,
            video_connector_attention_head_dim=8, video_connector_num_layers=1,
            video_connector_num_learnable_registers=None, audio_connector_num_attention_heads=4,
            audio_connector_attention_head_dim=8, audio_connector_num_layers=1,
            audio_connector_num_learnable_registers=None, connector_rope_base_seq_len=32, rope_type="split",
        ),
        transformer=LTX2VideoTransformer3DModel(
            in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=8, cross_attention_dim=16,
            audio_in_channels=4, audio_out_channels=4, audio_num_attention_heads=2, audio_attention_head_dim=4,
            audio_cross_attention_dim=8, num_layers=2, caption_channels=32, rope_type="split",
        ),
        vocoder=LTX2Vocoder(
            in_channels=16, hidden_channels=32, upsample_kernel_sizes=[20, 32], upsample_factors=[10, 16],
            resnet_kernel_sizes=[3], resnet_dilations=[[1, 3, 5]], output_sampling_rate=16000,
        ),
    )
    pipe.save_pretrained(folder)
    return folder


def _gemma() -> tuple[Any, Any]:
    from transformers import (
        Gemma3Config,
        Gemma3ForConditionalGeneration,
        Gemma3TextConfig,
        GemmaTokenizer,
        SiglipVisionConfig,
    )

    special = ("<pad>", "<eos>", "<bos>", "<unk>")
    tokens = GemmaTokenizer(vocab={word: at for at, word in enumerate((*special, "▁", *LETTERS))}, merges=[])
    config = Gemma3Config(
        text_config=Gemma3TextConfig(
            vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=1, head_dim=16, pad_token_id=0, eos_token_id=1, bos_token_id=2,
        ).to_dict(),
        vision_config=SiglipVisionConfig(
            hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=16,
            patch_size=8,
        ).to_dict(),
        mm_tokens_per_image=4, image_token_index=3,
    )
    return tokens, Gemma3ForConditionalGeneration(config)


def write_cogvideox(folder: Path, *, image: bool = False, newer: bool = False) -> Path:
    """A CogVideoX pipeline of the same size, 8 x 8 pixels and 4 frames to a latent pixel.

    ``image``: one that begins at pictures, of 64 x 64 only; ``newer``: as 1.5, which takes latent frames in twos.
    """
    import torch
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXImageToVideoPipeline,
        CogVideoXPipeline,
        CogVideoXTransformer3DModel,
    )

    torch.manual_seed(0)
    tokens, encoder = _t5()
    shape: dict[str, Any] = {"patch_size_t": 2, "patch_bias": False} if newer else {}
    pipe: Any = (CogVideoXImageToVideoPipeline if image else CogVideoXPipeline)(
        tokenizer=tokens, text_encoder=encoder,
        vae=AutoencoderKLCogVideoX(
            block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2,
            scaling_factor=0.7,
        ),
        transformer=CogVideoXTransformer3DModel(
            num_attention_heads=2, attention_head_dim=16, in_channels=8 if image else 4, out_channels=4,
            time_embed_dim=16, text_embed_dim=32, num_layers=2, sample_width=8, sample_height=8, sample_frames=9,
            max_text_seq_length=226, use_rotary_positional_embeddings=True,
            use_learned_positional_embeddings=image and not newer, **shape,
        ),
        scheduler=CogVideoXDDIMScheduler(
            snr_shift_scale=1.0, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
            prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
            clip_sample=False,
        ),
    )
    pipe.save_pretrained(folder)
    return folder


def write_hunyuan(folder: Path) -> Path:
    """A HunyuanVideo pipeline of the same size, 8 x 8 pixels and 4 frames to a latent pixel."""
    import torch
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import LlamaConfig, LlamaModel, LlamaTokenizer

    torch.manual_seed(0)
    special = ("<unk>", "<s>", "</s>", "<pad>")
    tokens = LlamaTokenizer(
        vocab={word: at for at, word in enumerate((*special, "▁", *LETTERS))}, merges=[], pad_token="<pad>"
    )
    clip_tokens, clip = _clip()
    encoder = LlamaModel(LlamaConfig(
        vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=2, pad_token_id=3,
    ))
    pipe: Any = HunyuanVideoPipeline(
        text_encoder=encoder, tokenizer=tokens, text_encoder_2=clip, tokenizer_2=clip_tokens,
        transformer=HunyuanVideoTransformer3DModel(
            in_channels=4, out_channels=4, num_attention_heads=2, attention_head_dim=16, num_layers=1,
            num_single_layers=1, num_refiner_layers=1, text_embed_dim=32, pooled_projection_dim=32,
            rope_axes_dim=(4, 6, 6),
        ),
        vae=AutoencoderKLHunyuanVideo(
            latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
    )
    pipe.save_pretrained(folder)
    return folder


def write_hunyuan_image(folder: Path, way: str) -> Path:
    """The same for first pictures; ``way`` is how it takes them: ``token_replace`` or ``latent_concat``."""
    import torch
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoImageToVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        PreTrainedTokenizerFast,
    )

    torch.manual_seed(0)
    special = ("<unk>", "<s>", "</s>", "<pad>", "<image>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
    words = Tokenizer(models.WordLevel({word: at for at, word in enumerate((*special, "a", "red", "circle", "blue"))},
                                       unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokens = PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="<unk>", pad_token="<pad>", additional_special_tokens=list(special[4:])
    )
    clip_tokens, clip = _clip()
    encoder = LlavaForConditionalGeneration(LlavaConfig(
        text_config=LlamaConfig(
            vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
            num_key_value_heads=2, pad_token_id=3,
        ).to_dict(),
        vision_config=CLIPVisionConfig(
            hidden_size=8, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=48,
            patch_size=2,
        ).to_dict(),
        image_token_index=4, pad_token_id=3,
    ))
    pipe: Any = HunyuanVideoImageToVideoPipeline(
        text_encoder=encoder, tokenizer=tokens, text_encoder_2=clip, tokenizer_2=clip_tokens,
        transformer=HunyuanVideoTransformer3DModel(
            in_channels=9 if way == "latent_concat" else 4, out_channels=4, num_attention_heads=2,
            attention_head_dim=16, num_layers=1, num_single_layers=1, num_refiner_layers=1, text_embed_dim=32,
            pooled_projection_dim=32, rope_axes_dim=(4, 6, 6), image_condition_type=way,
            guidance_embeds=way == "token_replace",
        ),
        vae=AutoencoderKLHunyuanVideo(
            latent_channels=4, block_out_channels=(8, 8, 8, 8), layers_per_block=1, norm_num_groups=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        image_processor=CLIPImageProcessor(size={"height": 48, "width": 48}, crop_size={"height": 48, "width": 48}),
    )
    pipe.save_pretrained(folder)
    return folder


def write_hunyuan15(folder: Path, *, image: bool = False) -> Path:
    """A HunyuanVideo 1.5 pipeline of the same size, 16 x 16 pixels and 4 frames to a latent pixel."""
    import torch
    from diffusers import (
        AutoencoderKLHunyuanVideo15,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideo15ImageToVideoPipeline,
        HunyuanVideo15Pipeline,
        HunyuanVideo15Transformer3DModel,
    )
    from diffusers.guiders import ClassifierFreeGuidance
    from transformers import (
        ByT5Tokenizer,
        Qwen2_5_VLTextConfig,
        Qwen2_5_VLTextModel,
        SiglipImageProcessor,
        SiglipVisionConfig,
        SiglipVisionModel,
        T5Config,
        T5EncoderModel,
    )

    torch.manual_seed(0)
    tokens = _qwen_tokens()
    encoder = Qwen2_5_VLTextModel(Qwen2_5_VLTextConfig(
        vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
        num_key_value_heads=2, rope_scaling={"mrope_section": [2, 3, 3], "rope_type": "default", "type": "default"},
    ))
    glyph_tokens = ByT5Tokenizer()
    glyphs = T5EncoderModel(T5Config(
        vocab_size=len(glyph_tokens), d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4, pad_token_id=0,
        eos_token_id=1, decoder_start_token_id=0,
    ))
    looking: dict[str, Any] = {
        "image_encoder": SiglipVisionModel(SiglipVisionConfig(
            hidden_size=12, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2, image_size=54,
            patch_size=2,
        )),
        "feature_extractor": SiglipImageProcessor(size={"height": 54, "width": 54}),
    }
    pipe: Any = (HunyuanVideo15ImageToVideoPipeline if image else HunyuanVideo15Pipeline)(
        text_encoder=encoder, tokenizer=tokens, text_encoder_2=glyphs, tokenizer_2=glyph_tokens,
        guider=ClassifierFreeGuidance(guidance_scale=6.0), scheduler=FlowMatchEulerDiscreteScheduler(shift=5.0),
        transformer=HunyuanVideo15Transformer3DModel(
            in_channels=9, out_channels=4, num_attention_heads=2, attention_head_dim=16, num_layers=2,
            num_refiner_layers=1, text_embed_dim=32, text_embed_2_dim=32, image_embed_dim=12, rope_axes_dim=(4, 6, 6),
            target_size=64, task_type="i2v" if image else "t2v",
        ),
        vae=AutoencoderKLHunyuanVideo15(
            latent_channels=4, block_out_channels=(8, 8, 8, 8, 8), layers_per_block=1, downsample_match_channel=False,
            upsample_match_channel=False,
        ),
        **(looking if image else {}),
    )
    pipe.save_pretrained(folder)
    return folder


def _qwen_tokens() -> Any:
    from transformers import Qwen2Tokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    special = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    vocab = {word: at for at, word in enumerate((*bytes_to_unicode().values(), *special))}
    template = ("{% for said in messages %}<|im_start|>{{ said.role }} {{ said.content }}<|im_end|>{% endfor %}"
                "{% if add_generation_prompt %}<|im_start|>assistant {% endif %}")
    return Qwen2Tokenizer(vocab=vocab, merges=[], chat_template=template)
