"""Tiny models that make music and speak. What they make is noise."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny_words import chat_tokens

WIDTH = 32
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def t5_tokens(length: int = 32) -> Any:
    """A T5 tokenizer of letters."""
    from transformers import T5Tokenizer

    letters = [(letter, -5.0) for letter in LETTERS]
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0), *letters]
    return T5Tokenizer(vocab=vocab, extra_ids=0, model_max_length=length)


def t5_encoder(count: int) -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(vocab_size=count, d_model=WIDTH, d_kv=16, d_ff=64, num_layers=2, num_heads=2))


def oobleck(rate: int) -> Any:
    from diffusers import AutoencoderOobleck

    return AutoencoderOobleck(
        encoder_hidden_size=16, downsampling_ratios=[2, 4, 8, 8], channel_multiples=[1, 1, 1, 1], decoder_channels=6,
        decoder_input_channels=8, audio_channels=2, sampling_rate=rate,
    )


def write_stable_audio(folder: Path) -> Path:
    """A Stable Audio Open folder: two seconds at 8 kHz at most."""
    import torch
    from diffusers import CosineDPMSolverMultistepScheduler, StableAudioDiTModel, StableAudioPipeline
    from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel

    torch.manual_seed(0)
    tokens = t5_tokens()
    StableAudioPipeline(
        vae=oobleck(8000), text_encoder=t5_encoder(len(tokens)), tokenizer=tokens,
        projection_model=StableAudioProjectionModel(
            text_encoder_dim=WIDTH, conditioning_dim=WIDTH, min_value=0, max_value=32
        ),
        transformer=StableAudioDiTModel(
            sample_size=32, in_channels=8, out_channels=8, num_layers=2, attention_head_dim=16, num_attention_heads=2,
            num_key_value_attention_heads=2, cross_attention_dim=WIDTH, time_proj_dim=8,
            global_states_input_dim=2 * WIDTH, cross_attention_input_dim=WIDTH,
        ),
        scheduler=CosineDPMSolverMultistepScheduler(),
    ).save_pretrained(folder)
    return folder


def write_stable_audio_3(folder: Path) -> Path:
    """A Stable Audio 3 folder."""
    import torch
    from diffusers import (
        AutoencoderSAME,
        FlowMatchEulerDiscreteScheduler,
        StableAudio3DiTModel,
        StableAudio3Pipeline,
    )
    from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import StableAudio3DurationEmbedder
    from transformers import GemmaTokenizer, T5GemmaConfig, T5GemmaEncoderModel, T5GemmaModuleConfig

    torch.manual_seed(4)
    vocab: dict[str, int] = {word: at for at, word in enumerate(("<pad>", "<eos>", "<bos>", "<unk>", "▁", *LETTERS))}
    tokens = GemmaTokenizer(vocab=vocab, merges=[])
    module = T5GemmaModuleConfig(
        vocab_size=len(tokens), hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, head_dim=16,
    )
    pipe: Any = StableAudio3Pipeline(
        vae=AutoencoderSAME(
            patch_size=16, encoder_channels=16, encoder_c_mults=[2], encoder_strides=[4],
            encoder_transformer_depths=[1], latent_dim=8, dim_heads=16, sampling_rate=8000,
        ),
        text_encoder=T5GemmaEncoderModel(T5GemmaConfig(
            encoder=module, decoder=module, is_encoder_decoder=False, vocab_size=len(tokens),
        )),
        tokenizer=tokens,
        duration_embedder=StableAudio3DurationEmbedder(output_dim=WIDTH, fourier_dim=8),
        transformer=StableAudio3DiTModel(
            io_channels=8, embed_dim=WIDTH, depth=2, num_heads=2, cond_token_dim=WIDTH, global_cond_dim=WIDTH,
            local_add_cond_dim=9, timestep_features_dim=8, num_memory_tokens=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(stochastic_sampling=True, num_train_timesteps=1),
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def write_ace_step(folder: Path, *, turbo: bool = False) -> Path:
    """An ACE-Step folder."""
    import torch
    from diffusers import AceStepPipeline, AceStepTransformer1DModel, FlowMatchEulerDiscreteScheduler
    from diffusers.pipelines.ace_step.modeling_ace_step import (
        AceStepAudioTokenDetokenizer,
        AceStepAudioTokenizer,
        AceStepConditionEncoder,
    )
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(1)
    tokens = chat_tokens()
    tokens.pad_token = "<|endoftext|>"
    size: dict[str, Any] = {"hidden_size": WIDTH, "intermediate_size": 64, "num_attention_heads": 2,
                            "num_key_value_heads": 2, "head_dim": 16}
    conditions = AceStepConditionEncoder(
        **size, text_hidden_dim=WIDTH, timbre_hidden_dim=8, num_lyric_encoder_hidden_layers=2,
        num_timbre_encoder_hidden_layers=2,
    )
    for name in ("null_condition_emb", "silence_latent"):
        torch.nn.init.normal_(getattr(conditions, name))
    codes: dict[str, Any] = {} if turbo else {
        "audio_tokenizer": AceStepAudioTokenizer(
            **size, audio_acoustic_hidden_dim=8, num_attention_pooler_hidden_layers=1, fsq_dim=WIDTH,
        ),
        "audio_token_detokenizer": AceStepAudioTokenDetokenizer(
            **size, audio_acoustic_hidden_dim=8, num_attention_pooler_hidden_layers=1,
        ),
    }
    pipe: Any = AceStepPipeline(
        vae=oobleck(48000 // 4), tokenizer=tokens, condition_encoder=conditions,
        text_encoder=Qwen3Model(Qwen3Config(vocab_size=len(tokens), **size, num_hidden_layers=2)),
        transformer=AceStepTransformer1DModel(
            **size, num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, is_turbo=turbo,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0), **codes,
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def write_musicgen(folder: Path) -> Path:
    """A MusicGen folder: 50 steps a second at 3.2 kHz."""
    import torch
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    torch.manual_seed(2)
    tokens = t5_tokens()
    model = MusicgenForConditionalGeneration(MusicgenConfig(
        text_encoder=T5Config(
            vocab_size=len(tokens), d_model=WIDTH, d_kv=16, d_ff=64, num_layers=2, num_heads=2
        ).to_dict(),
        audio_encoder=EncodecConfig(
            sampling_rate=3200, upsampling_ratios=[8, 8], num_filters=4, hidden_size=8, codebook_size=32,
            codebook_dim=8, num_lstm_layers=1, num_residual_layers=1, target_bandwidths=[1.0],
        ).to_dict(),
        decoder=MusicgenDecoderConfig(
            vocab_size=32, hidden_size=WIDTH, ffn_dim=64, num_hidden_layers=2, num_attention_heads=2, num_codebooks=4,
            pad_token_id=32, bos_token_id=32, max_position_embeddings=256,
        ).to_dict(),
    ))
    for layer in model.audio_encoder.quantizer.layers:
        torch.nn.init.normal_(layer.codebook.embed)
    model.generation_config.decoder_start_token_id = 32
    model.generation_config.pad_token_id = 32
    model.generation_config.bos_token_id = 32
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    return folder


def write_vits(folder: Path, speakers: int = 1) -> Path:
    """A VITS folder that knows the letters and some marks, at 4 kHz."""
    import json

    import torch
    from transformers import VitsConfig, VitsModel, VitsTokenizer

    torch.manual_seed(3)
    folder.mkdir(parents=True)
    vocab = {letter: at for at, letter in enumerate(("_", " ", *LETTERS, "<unk>"))}
    (folder / "vocab.json").write_text(json.dumps(vocab))
    VitsTokenizer(
        str(folder / "vocab.json"), pad_token="_", unk_token="<unk>", phonemize=False, language="eng"
    ).save_pretrained(folder)
    VitsModel(VitsConfig(
        vocab_size=len(vocab), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, ffn_dim=32, flow_size=16,
        spectrogram_bins=9, upsample_initial_channel=32, upsample_rates=[4, 4], upsample_kernel_sizes=[8, 8],
        resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1, 3]], sampling_rate=4000,
        duration_predictor_filter_channels=16, depth_separable_num_layers=2, num_speakers=speakers,
        speaker_embedding_size=8 if speakers > 1 else 0, prior_encoder_num_flows=2, duration_predictor_num_flows=2,
        posterior_encoder_num_wavenet_layers=2, prior_encoder_num_wavenet_layers=2, wavenet_dilation_rate=1,
    )).save_pretrained(folder)
    return folder
