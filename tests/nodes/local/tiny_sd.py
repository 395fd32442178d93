"""Tiny random Stable Diffusion models of the real classes, as folders and as single files in their original form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

State = dict[str, Any]
L_WIDE, G_WIDE, T5_WIDE = 32, 40, 80
"""The lengths of the words of the text encoders; those of the first two must differ, as those of SDXL do."""
NOISE = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1,
    "timestep_spacing": "leading",
}


def write_sdxl(folder: Path, *, refiner: bool = False, channels: int = 4, half: bool = False) -> Path:
    """SDXL, or its refiner, that paints noise of the right shape."""
    import torch
    from diffusers import EulerDiscreteScheduler, StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline

    torch.manual_seed(1 if refiner else 0)
    tokens, first = clip(L_WIDE)
    tokens_2, second = clip(G_WIDE, projected=True)
    ids = 5 if refiner else 6
    net = unet(
        False, True, cross_attention_dim=G_WIDE if refiner else L_WIDE + G_WIDE, addition_embed_type="text_time",
        addition_time_embed_dim=8, projection_class_embeddings_input_dim=8 * ids + G_WIDE, use_linear_projection=True,
        in_channels=channels, attention_head_dim=(2, 4), transformer_layers_per_block=(1, 2),
    )
    kind: Any = StableDiffusionXLImg2ImgPipeline if refiner else StableDiffusionXLPipeline
    more: Any = {"requires_aesthetics_score": True} if refiner else {}
    pipe = kind(
        vae=vae(scaling_factor=0.13025), text_encoder=None if refiner else first, text_encoder_2=second, unet=net,
        tokenizer=None if refiner else tokens, tokenizer_2=tokens_2, scheduler=EulerDiscreteScheduler(**NOISE),
        force_zeros_for_empty_prompt=not refiner, **more,
    )
    return _saved(pipe, folder, half)


def write_sd15(folder: Path, *, channels: int = 4, half: bool = False) -> Path:
    """Stable Diffusion 1.5 that paints noise of the right shape."""
    import torch
    from diffusers import PNDMScheduler, StableDiffusionPipeline

    torch.manual_seed(2)
    tokens, words = clip(L_WIDE)
    pipe: Any = StableDiffusionPipeline(
        vae=vae(scaling_factor=0.18215), text_encoder=words, tokenizer=tokens,
        unet=unet(True, False, cross_attention_dim=L_WIDE, attention_head_dim=4, in_channels=channels),
        scheduler=PNDMScheduler(**NOISE, skip_prk_steps=True), safety_checker=None, feature_extractor=None,
        image_encoder=None, requires_safety_checker=False,
    )
    return _saved(pipe, folder, half)


def unet(*reads: bool, **settings: Any) -> Any:
    """A UNet of two levels; ``reads`` says of each whether it reads the words."""
    from diffusers import UNet2DConditionModel

    down, up = ("DownBlock2D", "CrossAttnDownBlock2D"), ("UpBlock2D", "CrossAttnUpBlock2D")
    return UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=2, sample_size=8, out_channels=4, norm_num_groups=8,
        down_block_types=tuple(down[one] for one in reads), up_block_types=tuple(up[one] for one in reversed(reads)),
        **settings,
    )


def vae(**settings: Any) -> Any:
    """A VAE that makes an eighth of the pixels each way."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(8, 16, 16, 32), layers_per_block=1, norm_num_groups=8, sample_size=64,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4, **settings,
    )


def clip(wide: int, *, projected: bool = False) -> tuple[Any, Any]:
    """A tokenizer of single letters, and a text encoder."""
    from tokenizers import pre_tokenizers
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    symbols = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    tokens = CLIPTokenizer(vocab={symbol: at for at, symbol in enumerate(symbols)}, merges=[], model_max_length=77)
    config = CLIPTextConfig(
        vocab_size=len(tokens), hidden_size=wide, intermediate_size=2 * wide, num_hidden_layers=3,
        num_attention_heads=4, projection_dim=wide, bos_token_id=tokens.bos_token_id,
        eos_token_id=tokens.eos_token_id, pad_token_id=tokens.pad_token_id,
    )
    return tokens, (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def _saved(pipe: Any, folder: Path, half: bool) -> Path:
    import torch

    if half:
        pipe.to(dtype=torch.float16)
    pipe.save_pretrained(folder, variant="fp16" if half else None)
    return folder


def write_base(model: Path, folder: Path) -> Path:
    """A folder with a model's configurations and tokenizers, and none of its weights."""
    import shutil

    shutil.copytree(model, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


def write_checkpoint(
    model: Path, path: Path, pipeline: str, *, half: bool = False, marks: tuple[str, ...] = ()
) -> Path:
    """All parts of a folder in one file, with the names that the original programs give them; ``marks`` are empty."""
    import diffusers
    import torch
    from safetensors.torch import save_file

    pipe: Any = getattr(diffusers, pipeline).from_pretrained(model)
    state = {f"model.diffusion_model.{name}": weight for name, weight in ldm_unet(pipe.unet).items()}
    state |= {f"first_stage_model.{name}": weight for name, weight in ldm_vae(pipe.vae).items()}
    first: Any = getattr(pipe, "text_encoder", None)
    second: Any = getattr(pipe, "text_encoder_2", None)
    if second is None:
        state |= _prefixed("cond_stage_model.transformer.text_model.", first.state_dict())
    else:
        if first is not None:
            state |= _prefixed("conditioner.embedders.0.transformer.text_model.", first.state_dict())
        state |= _prefixed(f"conditioner.embedders.{int(first is not None)}.model.", open_clip(second))
    kind = torch.float16 if half else torch.float32
    state |= {name: torch.zeros(0) for name in marks}
    save_file({name: weight.to(kind).contiguous() for name, weight in state.items()}, path)
    return path


def _prefixed(prefix: str, state: Mapping[str, Any]) -> State:
    return {prefix + name: weight for name, weight in state.items()}


def ldm_unet(net: Any) -> State:
    """The weights of a UNet under their original names."""
    layers = net.config.layers_per_block
    places = {
        "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
        "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2",
        "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
        "mid_block.resnets.0": "middle_block.0", "mid_block.attentions.0": "middle_block.1",
        "mid_block.resnets.1": "middle_block.2",
    }
    for at in range(len(net.down_blocks)):
        first = 1 + at * (layers + 1)
        for number in range(layers):
            places[f"down_blocks.{at}.resnets.{number}"] = f"input_blocks.{first + number}.0"
            places[f"down_blocks.{at}.attentions.{number}"] = f"input_blocks.{first + number}.1"
        places[f"down_blocks.{at}.downsamplers.0.conv"] = f"input_blocks.{first + layers}.0.op"
    for at, block in enumerate(getattr(net, "up_blocks", [])):
        first = at * (layers + 1)
        for number in range(layers + 1):
            places[f"up_blocks.{at}.resnets.{number}"] = f"output_blocks.{first + number}.0"
            places[f"up_blocks.{at}.attentions.{number}"] = f"output_blocks.{first + number}.1"
        where = 2 if hasattr(block, "attentions") else 1
        places[f"up_blocks.{at}.upsamplers.0.conv"] = f"output_blocks.{first + layers}.{where}.conv"
    inner = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
             "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
    return _renamed(net.state_dict(), places, lambda place: inner if ".resnets." in place else {})


def ldm_vae(net: Any) -> State:
    """The weights of a VAE under their original names."""
    count = len(net.config.block_out_channels)
    places = {}
    for side, blocks in (("encoder", "down_blocks"), ("decoder", "up_blocks")):
        for at in range(count):
            old = f"{side}.down.{at}" if side == "encoder" else f"{side}.up.{count - 1 - at}"
            for number in range(net.config.layers_per_block + 1):
                places[f"{side}.{blocks}.{at}.resnets.{number}"] = f"{old}.block.{number}"
            places[f"{side}.{blocks}.{at}.downsamplers.0.conv"] = f"{old}.downsample.conv"
            places[f"{side}.{blocks}.{at}.upsamplers.0.conv"] = f"{old}.upsample.conv"
        places |= {
            f"{side}.mid_block.resnets.0": f"{side}.mid.block_1", f"{side}.mid_block.resnets.1": f"{side}.mid.block_2",
            f"{side}.mid_block.attentions.0": f"{side}.mid.attn_1", f"{side}.conv_norm_out": f"{side}.norm_out",
        }
    attention = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}
    resnet = {"conv_shortcut": "nin_shortcut"}
    found = _renamed(
        net.state_dict(), places, lambda place: attention if ".attentions." in place else resnet
    )
    return {
        name: weight[:, :, None, None] if ".attn_1." in name and weight.ndim == 2 else weight
        for name, weight in found.items()
    }


def _renamed(state: Mapping[str, Any], places: Mapping[str, str], inner: Any) -> State:
    found = {}
    for name, weight in state.items():
        place = max((one for one in places if name.startswith(one + ".")), key=len, default="")
        rest = name.removeprefix(place + ".") if place else name
        for new, old in inner(place + ".").items() if place else ():
            if rest.startswith(new + "."):
                rest = old + rest.removeprefix(new)
        found[f"{places[place]}.{rest}" if place else rest] = weight
    return found


def open_clip(model: Any) -> State:
    """The weights of the second text encoder under the names that OpenCLIP gives them."""
    import torch

    state = {name.removeprefix("text_model."): weight for name, weight in model.state_dict().items()}
    found = {
        "token_embedding.weight": state["embeddings.token_embedding.weight"],
        "positional_embedding": state["embeddings.position_embedding.weight"],
        "ln_final.weight": state["final_layer_norm.weight"], "ln_final.bias": state["final_layer_norm.bias"],
        "text_projection": state["text_projection.weight"].T,
    }
    for at in range(model.config.num_hidden_layers):
        layer, block = f"encoder.layers.{at}", f"transformer.resblocks.{at}"
        for kind in ("weight", "bias"):
            joined = [state[f"{layer}.self_attn.{one}_proj.{kind}"] for one in "qkv"]
            found[f"{block}.attn.in_proj_{kind}"] = torch.cat(joined)
            for new, old in (("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
                             ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")):
                found[f"{block}.{old}.{kind}"] = state[f"{layer}.{new}.{kind}"]
    return found


def write_control(folder: Path, model: Path, seed: int = 5) -> Path:
    """A ControlNet for that model, whose last layers are random too: fresh ones would change nothing."""
    import torch
    from diffusers import ControlNetModel, UNet2DConditionModel

    torch.manual_seed(seed)
    net: Any = UNet2DConditionModel.from_pretrained(model, subfolder="unet")
    found: Any = ControlNetModel.from_unet(net, conditioning_channels=3, load_weights_from_unet=False)
    for layer in (*found.controlnet_down_blocks, found.controlnet_mid_block):
        torch.nn.init.normal_(layer.weight, std=0.3)
    torch.nn.init.normal_(found.controlnet_cond_embedding.conv_out.weight, std=0.3)
    found.save_pretrained(folder)
    return folder


LORA_LAYERS = {
    "unet": ("attn1.to_q", "attn1.to_k", "attn2.to_v", "attn2.to_out.0", "ff.net.2"),
    "text_encoder": ("self_attn.q_proj", "mlp.fc1"),
    "text_encoder_2": ("self_attn.v_proj", "mlp.fc2"),
}
RANK, ALPHA = 4, 2.0


def lora_layers(pipe: Any, seed: int, parts: tuple[str, ...] = tuple(LORA_LAYERS)) -> dict[tuple[str, str], Any]:
    """(part, layer) -> a random pair of matrices, down and up."""
    import torch

    torch.manual_seed(seed)
    found = {}
    for part in parts:
        model = getattr(pipe, part, None)
        for name, layer in model.named_modules() if model is not None else ():
            if name.endswith(LORA_LAYERS[part]) and hasattr(layer, "weight"):
                outside, inside = layer.weight.shape[:2]
                shape = (1, 1) if layer.weight.ndim == 4 else ()
                pair = torch.randn(RANK, inside, *shape) * 0.3, torch.randn(outside, RANK, *shape) * 0.3
                found[(part, name.removeprefix("text_model."))] = pair
    return found


def kohya(layers: Any, net: Any, *, original: bool) -> State:
    """As kohya's scripts write them; ``original``: with the block names of the original UNet, as for SDXL."""
    import torch

    places = {}
    if original:
        old = ldm_unet(net)
        new = net.state_dict()
        by_weight = {weight.data_ptr(): name for name, weight in old.items()}
        places = {name.removesuffix(".weight"): by_weight[weight.data_ptr()].removesuffix(".weight")
                  for name, weight in new.items()}
    found: State = {}
    two = any(part == "text_encoder_2" for part, _ in layers)
    for (part, name), (down, up) in layers.items():
        if part == "unet":
            start = "lora_unet_" + places.get(name, name).replace(".", "_")
        else:
            te = {"text_encoder": "te1" if two else "te", "text_encoder_2": "te2"}[part]
            start = f"lora_{te}_text_model_{name.replace('.', '_')}"
        found |= {f"{start}.lora_down.weight": down, f"{start}.lora_up.weight": up}
        found[f"{start}.alpha"] = torch.tensor(ALPHA)
    return found


def of_diffusers(layers: Any) -> State:
    """As diffusers writes them; the scale is in the weights, for this form has none."""
    found: State = {}
    for (part, name), (down, up) in layers.items():
        start = f"{part}.{name}" if part == "unet" else f"{part}.text_model.{name}"
        found |= {f"{start}.lora_A.weight": down, f"{start}.lora_B.weight": up * (ALPHA / RANK)}
    return found


def of_peft(layers: Any) -> State:
    """As PEFT saves the UNet alone."""
    return {
        f"base_model.model.{name}.lora_{letter}.weight": weight
        for (part, name), (down, up) in layers.items() if part == "unet"
        for letter, weight in (("A", down), ("B", up * (ALPHA / RANK)))
    }


def write_resources(folder: Path, bases: Mapping[str, Path]) -> Path:
    """Ajar's own resources, with these models' configurations as bases, and the shapes by which files are told."""
    import shutil

    from nodes.local.folders import RESOURCES

    shutil.copytree(RESOURCES / "families", folder / "families")
    for name in ("control", "embedding"):
        rows = folder / "families" / f"{name}.toml"
        rows.write_text(rows.read_text("utf-8").replace("768]", f"{L_WIDE}]"), "utf-8")
    for name, model in bases.items():
        write_base(model, folder / "bases" / name)
    return folder


def write_sd3(folder: Path, *, t5: bool = True) -> Path:
    """Stable Diffusion 3.5 (its medium form) that paints noise of the right shape."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline
    from transformers import T5Config, T5EncoderModel

    from tests.nodes.local import tiny

    torch.manual_seed(3)
    tokens, first = clip(L_WIDE, projected=True)
    first.text_projection.weight.data = torch.eye(L_WIDE)  # as everywhere: its original form has none
    tokens_2, second = clip(G_WIDE, projected=True)
    tokens_3, small = tiny._t5()
    third = T5EncoderModel(T5Config(**{**small.config.to_dict(), "d_model": T5_WIDE}))
    net = SD3Transformer2DModel(
        sample_size=8, patch_size=2, in_channels=16, num_layers=2, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=T5_WIDE, caption_projection_dim=32, pooled_projection_dim=L_WIDE + G_WIDE,
        out_channels=16, pos_embed_max_size=16, qk_norm="rms_norm", dual_attention_layers=(0,),
    )
    pipe: Any = StableDiffusion3Pipeline(
        transformer=net, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae(
            latent_channels=16, scaling_factor=1.5, shift_factor=0.1, use_quant_conv=False, use_post_quant_conv=False,
        ), text_encoder=first, tokenizer=tokens, text_encoder_2=second, tokenizer_2=tokens_2,
        text_encoder_3=third if t5 else None, tokenizer_3=tokens_3 if t5 else None,
    )
    return _saved(pipe, folder, half=False)


def write_sd3_checkpoint(model: Path, path: Path, *, bare: bool = False) -> Path:
    """The transformer and the VAE in one file with their original names, and the text encoders unless ``bare``."""
    from diffusers import StableDiffusion3Pipeline
    from safetensors.torch import save_file

    pipe: Any = StableDiffusion3Pipeline.from_pretrained(model)
    state = _prefixed("model.diffusion_model.", ldm_sd3(pipe.transformer))
    state |= _prefixed("first_stage_model.", ldm_vae(pipe.vae))
    if not bare:
        words = {name: weight for name, weight in pipe.text_encoder.state_dict().items() if "projection" not in name}
        state |= _prefixed("text_encoders.clip_l.transformer.", words)
        state |= _prefixed("text_encoders.clip_g.transformer.", pipe.text_encoder_2.state_dict())
        state |= _prefixed("text_encoders.t5xxl.transformer.", pipe.text_encoder_3.state_dict())
    save_file({name: weight.clone().contiguous() for name, weight in state.items()}, path)
    return path


def ldm_sd3(net: Any) -> State:
    """The weights of an SD 3 transformer under their original names."""
    import torch

    state = dict(net.state_dict())
    found: State = {"pos_embed": state.pop("pos_embed.pos_embed")}
    places = {
        "pos_embed.proj": "x_embedder.proj", "time_text_embed.timestep_embedder.linear_1": "t_embedder.mlp.0",
        "time_text_embed.timestep_embedder.linear_2": "t_embedder.mlp.2",
        "time_text_embed.text_embedder.linear_1": "y_embedder.mlp.0",
        "time_text_embed.text_embedder.linear_2": "y_embedder.mlp.2", "proj_out": "final_layer.linear",
        "norm_out.linear": "final_layer.adaLN_modulation.1",
    }
    last = net.config.num_layers - 1
    for at in range(net.config.num_layers):
        new, x, words = f"transformer_blocks.{at}", f"joint_blocks.{at}.x_block", f"joint_blocks.{at}.context_block"
        places |= {
            f"{new}.norm1.linear": f"{x}.adaLN_modulation.1",
            f"{new}.norm1_context.linear": f"{words}.adaLN_modulation.1",
            f"{new}.ff.net.0.proj": f"{x}.mlp.fc1", f"{new}.ff.net.2": f"{x}.mlp.fc2",
            f"{new}.ff_context.net.0.proj": f"{words}.mlp.fc1", f"{new}.ff_context.net.2": f"{words}.mlp.fc2",
            f"{new}.attn.to_add_out": f"{words}.attn.proj", f"{new}.attn.norm_q": f"{x}.attn.ln_q",
            f"{new}.attn.norm_k": f"{x}.attn.ln_k", f"{new}.attn.norm_added_q": f"{words}.attn.ln_q",
            f"{new}.attn.norm_added_k": f"{words}.attn.ln_k",
        }
        for part in ("attn", "attn2"):
            places |= {f"{new}.{part}.to_out.0": f"{x}.{part}.proj", f"{new}.{part}.norm_q": f"{x}.{part}.ln_q",
                       f"{new}.{part}.norm_k": f"{x}.{part}.ln_k"}
            for kind in ("weight", "bias"):
                if f"{new}.{part}.to_q.{kind}" in state:
                    found[f"{x}.{part}.qkv.{kind}"] = torch.cat(
                        [state.pop(f"{new}.{part}.to_{one}.{kind}") for one in "qkv"]
                    )
                if f"{new}.{part}.add_q_proj.{kind}" in state:
                    found[f"{words}.{part}.qkv.{kind}"] = torch.cat(
                        [state.pop(f"{new}.{part}.add_{one}_proj.{kind}") for one in "qkv"]
                    )
    found |= _renamed(state, places, lambda place: {})
    for name in ("final_layer", f"joint_blocks.{last}.context_block"):  # scale and shift the other way round
        for kind in ("weight", "bias"):
            scale, shift = found[f"{name}.adaLN_modulation.1.{kind}"].chunk(2)
            found[f"{name}.adaLN_modulation.1.{kind}"] = torch.cat([shift, scale])
    return found


def fuse(pipe: Any, layers: Any) -> None:
    """Put a LoRA into the weights themselves."""
    for (part, name), (down, up) in layers.items():
        model = getattr(pipe, part)
        known = dict(model.named_modules())
        weight = (known.get(name) or known[f"text_model.{name}"]).weight
        added = (up.flatten(1) @ down.flatten(1)) * (ALPHA / RANK)
        weight.data += added.reshape(weight.shape)


def write_sd3_control(folder: Path) -> Path:
    """A ControlNet for the SD 3.5 above, whose last layers are random too: fresh ones would change nothing."""
    import torch
    from diffusers import SD3ControlNetModel

    torch.manual_seed(4)
    net: Any = SD3ControlNetModel(
        sample_size=8, patch_size=2, in_channels=16, num_layers=1, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=T5_WIDE, caption_projection_dim=32, pooled_projection_dim=L_WIDE + G_WIDE,
        out_channels=16, pos_embed_max_size=16, extra_conditioning_channels=0,
    )
    for layer in net.controlnet_blocks:
        torch.nn.init.normal_(layer.weight, std=0.3)
    net.save_pretrained(folder)
    return folder


def write_control_file(folder: Path, path: Path, *, original: bool) -> Path:
    """A ControlNet in one file, with its original names or those of diffusers."""
    from diffusers import ControlNetModel
    from safetensors.torch import save_file

    net: Any = ControlNetModel.from_pretrained(folder)
    state = dict(net.state_dict())
    if original:
        hint, hints = "controlnet_cond_embedding", len(net.controlnet_cond_embedding.blocks)
        places = {
            f"{hint}.conv_in": "input_hint_block.0", f"{hint}.conv_out": f"input_hint_block.{2 + 2 * hints}",
            "controlnet_mid_block": "middle_block_out.0",
        }
        places |= {f"{hint}.blocks.{at}": f"input_hint_block.{2 + 2 * at}" for at in range(hints)}
        count = len(net.controlnet_down_blocks)
        places |= {f"controlnet_down_blocks.{at}": f"zero_convs.{at}.0" for at in range(count)}
        state = _renamed(ldm_unet(net), places, lambda place: {})
        state = _prefixed("control_model.", state)
    save_file({name: weight.contiguous() for name, weight in state.items()}, path)
    return path
