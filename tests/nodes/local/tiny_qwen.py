"""A tiny Qwen-Image model in every form in which it is published."""

from pathlib import Path
from typing import Any

from tests.nodes.local.tiny_flux import WIDTH, weights_of

SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>",
)


def qwen_tokens() -> Any:
    """A tokenizer of single bytes with Qwen's marks for pictures."""
    from tokenizers import AddedToken, pre_tokenizers
    from transformers import Qwen2Tokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = Qwen2Tokenizer(vocab={symbol: at for at, symbol in enumerate((*letters, *SPECIAL))}, merges=[])
    tokens.add_tokens([AddedToken(mark, special=True) for mark in SPECIAL], special_tokens=True)
    return tokens


def write_tokens(folder: Path) -> Path:
    """The same as a vocabulary and a list of merges, as ComfyUI and the published folders have it."""
    import json

    tokens = qwen_tokens()
    vocab = {name: at for name, at in tokens.get_vocab().items() if name not in SPECIAL}
    marks = {str(tokens.convert_tokens_to_ids(mark)): {"content": mark, "special": True} for mark in SPECIAL}
    said = {"tokenizer_class": "Qwen2Tokenizer", "pad_token": "<|endoftext|>", "added_tokens_decoder": marks}
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps(vocab), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(said), "utf-8")
    return folder


def text_model(tokens: Any) -> Any:
    """A Qwen2.5-VL that reads words and pictures."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    at = {mark: tokens.convert_tokens_to_ids(mark) for mark in SPECIAL}
    return Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokens), "hidden_size": WIDTH, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 3, 3]},
        },
        vision_config={
            "depth": 2, "hidden_size": WIDTH, "intermediate_size": 64, "num_heads": 2, "out_hidden_size": WIDTH,
            "patch_size": 14, "window_size": 112, "fullatt_block_indexes": [1],
        },
        image_token_id=at["<|image_pad|>"], video_token_id=at["<|video_pad|>"],
        vision_start_token_id=at["<|vision_start|>"], vision_end_token_id=at["<|vision_end|>"],
    ))


def write_qwen(folder: Path, name: str = "QwenImagePipeline", *, marked: bool = False) -> Path:
    """A Qwen-Image folder in bfloat16 of one of these classes; ``marked`` knows finished pictures by their time."""
    import diffusers
    import torch

    torch.manual_seed(0)
    tokens = qwen_tokens()
    parts: dict[str, Any] = {
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, max_image_seq_len=8192, max_shift=0.9, shift_terminal=0.02,
        ),
        "vae": diffusers.AutoencoderKLQwenImage(
            base_dim=4, z_dim=16, dim_mult=[1, 2, 4, 4], num_res_blocks=2, temperal_downsample=[False, True, True],
        ),
        "text_encoder": text_model(tokens), "tokenizer": tokens,
        "transformer": diffusers.QwenImageTransformer2DModel(
            patch_size=2, in_channels=64, out_channels=16, num_layers=2, attention_head_dim=16, num_attention_heads=2,
            joint_attention_dim=WIDTH, axes_dims_rope=(4, 4, 8), zero_cond_t=marked,
        ),
    }
    pipe: Any = diffusers.QwenImagePipeline(**parts)
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    if name != "QwenImagePipeline":
        _say(folder, {"_class_name": name, "processor": ["transformers", "Qwen2VLProcessor"]})
        from nodes.local.readers import PictureReader

        reader = PictureReader.of(tokens)
        reader.image_processor.save_pretrained(folder / "processor")
        tokens.save_pretrained(folder / "processor")
    return folder


def write_newer(folder: Path) -> Path:
    """A Qwen-Image 2.1 folder in bfloat16."""
    import diffusers
    import torch
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    from nodes.local.readers import NewerReader
    from tests.nodes.local.tiny_z_image import TEMPLATE

    torch.manual_seed(0)
    tokens = qwen_tokens()
    tokens.chat_template = TEMPLATE.replace("message['content']", "message['content'][0]['text']")
    eye = Qwen2VLImageProcessorPil(patch_size=16, temporal_patch_size=2, merge_size=2, min_pixels=1024)
    at = {mark: tokens.convert_tokens_to_ids(mark) for mark in SPECIAL}
    encoder = Qwen3VLForConditionalGeneration(Qwen3VLConfig(
        text_config={
            "vocab_size": len(tokens), "hidden_size": WIDTH, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16,
            "rope_parameters": {"rope_type": "default", "rope_theta": 5e6, "mrope_section": [3, 3, 2],
                                "mrope_interleaved": True},
        },
        vision_config={
            "depth": 2, "hidden_size": WIDTH, "intermediate_size": 64, "num_heads": 2, "out_hidden_size": WIDTH,
            "patch_size": 16, "num_position_embeddings": 64, "deepstack_visual_indexes": [0],
        },
        image_token_id=at["<|image_pad|>"], video_token_id=at["<|video_pad|>"],
        vision_start_token_id=at["<|vision_start|>"], vision_end_token_id=at["<|vision_end|>"],
    ))
    pipe: Any = diffusers.QwenImage21Pipeline(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True, max_image_seq_len=8192, max_shift=0.9, shift_terminal=0.02,
        ),
        vae=diffusers.AutoencoderKLQwenImage21(
            base_dim=4, decoder_base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1, 1], num_res_blocks=1,
            latents_mean=[0.1] * 16, latents_std=[1.5] * 16,
        ),
        text_encoder=encoder, processor=NewerReader(image_processor=eye, tokenizer=tokens,
                                                    chat_template=tokens.chat_template),
        transformer=diffusers.QwenImage21Transformer2DModel(
            in_channels=16, out_channels=16, num_layers=2, attention_head_dim=16, num_attention_heads=2,
            context_in_dim=WIDTH, axes_dims_rope=(4, 4, 8),
        ),
    )
    pipe.to(dtype=torch.bfloat16)
    processor, pipe.processor = pipe.processor, None
    pipe.register_modules(processor=None)
    pipe.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder / "processor")
    tokens.save_pretrained(folder / "processor")
    _say(folder, {"processor": ["transformers", "Qwen3VLProcessor"]})
    return folder


def write_net(folder: Path) -> Path:
    """A ControlNet for those models."""
    import torch
    from diffusers import QwenImageControlNetModel

    torch.manual_seed(2)
    net: Any = QwenImageControlNetModel(
        patch_size=2, in_channels=64, out_channels=16, num_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=WIDTH, axes_dims_rope=(4, 4, 8),
    )
    for weight in net.parameters():  # they begin at nothing, and would change nothing
        torch.nn.init.normal_(weight, std=0.05)
    net.to(dtype=torch.bfloat16).save_pretrained(folder)
    return folder


def _say(folder: Path, more: dict[str, Any]) -> None:
    import json

    index = folder / "model_index.json"
    index.write_text(json.dumps({**json.loads(index.read_text("utf-8")), **more}), "utf-8")


def original_vae(folder: Path) -> dict[str, Any]:
    """The VAE under the names of the single file that is published for ComfyUI: those of Wan 2.1's."""
    from tests.nodes.local.tiny_wan_files import vae_names

    return vae_names(weights_of(folder, "vae"), nested=False)


def lora_weights(style: str) -> dict[str, Any]:
    """A random LoRA for it under the names of diffusers, ComfyUI, kohya or the Lightning files."""
    import torch

    noise = torch.Generator().manual_seed(1)
    found: dict[str, Any] = {}
    for number in range(2):
        for layer in ("attn.to_q", "attn.to_k", "attn.add_q_proj", "attn.to_out.0"):
            down, up = (torch.randn(4, WIDTH, generator=noise) * 0.5, torch.randn(WIDTH, 4, generator=noise) * 0.5)
            name = f"transformer_blocks.{number}.{layer}"
            if style in ("peft", "comfy"):
                start = "transformer" if style == "peft" else "diffusion_model"
                found |= {f"{start}.{name}.lora_A.weight": down, f"{start}.{name}.lora_B.weight": up}
                continue
            name = f"lora_unet_{name.replace('.', '_')}" if style == "kohya" else name
            found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up,
                      f"{name}.alpha": torch.tensor(2.0)}
    return found
