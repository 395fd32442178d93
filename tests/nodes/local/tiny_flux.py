"""Tiny models of the Flux classes in every form in which they are published: folders, single files, GGUF, LoRAs."""

import types
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.nodes.local.tiny import _clip, _t5, _vae

WIDTH = 32
PICTURE_CHANNELS = {"FluxPipeline": 64, "FluxKontextPipeline": 64, "FluxFillPipeline": 384, "FluxControlPipeline": 128}
"""Numbers that the transformer of each class reads of a patch; it always gives 64."""


def write_pipeline(
    folder: Path, name: str = "FluxPipeline", *, guided: bool = True, width: int = WIDTH, kind: str = "bfloat16"
) -> Path:
    """A Flux folder of one of these classes; ``width`` is a multiple of 32, ``kind`` what its numbers are kept in."""
    import diffusers
    import torch

    torch.manual_seed(0)
    clip_tokens, clip = _clip()
    t5_tokens, t5 = _t5()
    transformer = diffusers.FluxTransformer2DModel(
        patch_size=1, in_channels=PICTURE_CHANNELS[name], out_channels=64, num_layers=2, num_single_layers=2,
        attention_head_dim=16, num_attention_heads=width // 16, joint_attention_dim=32, pooled_projection_dim=32,
        guidance_embeds=guided, axes_dims_rope=(4, 4, 8),
    )
    pipe: Any = getattr(diffusers, name)(
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(), vae=_vae(False), text_encoder=clip,
        tokenizer=clip_tokens, text_encoder_2=t5, tokenizer_2=t5_tokens, transformer=transformer,
    )
    pipe.to(dtype=getattr(torch, kind))
    pipe.save_pretrained(folder)
    return folder


def write_redux(folder: Path) -> Path:
    """What turns a picture into words for those models."""
    import torch
    from diffusers import FluxPriorReduxPipeline
    from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
    from transformers import SiglipImageProcessor, SiglipVisionConfig, SiglipVisionModel

    torch.manual_seed(1)
    eye = SiglipVisionModel(SiglipVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=16,
    ))
    pipe: Any = FluxPriorReduxPipeline(
        image_encoder=eye, feature_extractor=SiglipImageProcessor(size={"height": 32, "width": 32}),
        image_embedder=ReduxImageEncoder(redux_dim=32, txt_in_features=32),
    )
    pipe.to(dtype=torch.bfloat16)
    pipe.save_pretrained(folder)
    return folder


def write_base(base: Path, folder: Path) -> Path:
    """What Ajar ships of a model in the place of its weights: the same folder without them."""
    import shutil

    return Path(shutil.copytree(folder, base, ignore=shutil.ignore_patterns("*.safetensors")))


def flux_weights(folder: Path) -> dict[str, Any]:
    """The transformer of a folder under the names of Black Forest Labs' own files."""
    return flux_names(weights_of(folder, "transformer"))


def flux_names(own: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of a FluxTransformer2DModel under the names of the original."""
    import torch

    found: dict[str, Any] = {}
    for name in [name for name in own if name.endswith((".weight", ".bias"))]:
        stem, _, end = name.rpartition(".")
        if stem == "norm_out.linear":
            scale, shift = own[name].chunk(2)
            found[f"final_layer.adaLN_modulation.1.{end}"] = torch.cat([shift, scale])
            continue
        for mine, theirs in FLUX_NAMES.items():
            if stem == mine:
                found[f"{theirs}.{end}"] = own[name]
        part, _, rest = stem.partition(".")
        number, _, layer = rest.partition(".")
        names = {"transformer_blocks": DOUBLE, "single_transformer_blocks": SINGLE}.get(part, {})
        if layer in names:
            theirs = names[layer]
            last = "scale" if "_norm" in theirs else end
            block = "double_blocks" if part == "transformer_blocks" else "single_blocks"
            found[f"{block}.{number}.{theirs}.{last}"] = own[name]
    for part, theirs, fused in FUSED:
        for number in {name.split(".")[1] for name in own if name.startswith(f"{part}.")}:
            for end in ("weight", "bias"):
                layers = [own[f"{part}.{number}.{layer}.{end}"] for layer in fused]
                found[f"{theirs.format(number)}.{end}"] = torch.cat(layers)
    return found


FLUX_NAMES = {
    "time_text_embed.timestep_embedder.linear_1": "time_in.in_layer",
    "time_text_embed.timestep_embedder.linear_2": "time_in.out_layer",
    "time_text_embed.text_embedder.linear_1": "vector_in.in_layer",
    "time_text_embed.text_embedder.linear_2": "vector_in.out_layer",
    "time_text_embed.guidance_embedder.linear_1": "guidance_in.in_layer",
    "time_text_embed.guidance_embedder.linear_2": "guidance_in.out_layer",
    "context_embedder": "txt_in", "x_embedder": "img_in", "proj_out": "final_layer.linear",
}
DOUBLE = {
    "norm1.linear": "img_mod.lin", "norm1_context.linear": "txt_mod.lin", "attn.to_out.0": "img_attn.proj",
    "attn.to_add_out": "txt_attn.proj", "attn.norm_q": "img_attn.norm.query_norm",
    "attn.norm_k": "img_attn.norm.key_norm", "attn.norm_added_q": "txt_attn.norm.query_norm",
    "attn.norm_added_k": "txt_attn.norm.key_norm", "ff.net.0.proj": "img_mlp.0", "ff.net.2": "img_mlp.2",
    "ff_context.net.0.proj": "txt_mlp.0", "ff_context.net.2": "txt_mlp.2",
}
SINGLE = {
    "norm.linear": "modulation.lin", "attn.norm_q": "norm.query_norm", "attn.norm_k": "norm.key_norm",
    "proj_out": "linear2",
}
FUSED = (
    ("transformer_blocks", "double_blocks.{}.img_attn.qkv", ("attn.to_q", "attn.to_k", "attn.to_v")),
    ("transformer_blocks", "double_blocks.{}.txt_attn.qkv", ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj")),
    ("single_transformer_blocks", "single_blocks.{}.linear1", ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")),
)
"""Layers of diffusers that are one in the original."""


def narrow(converter: Callable[..., Any], width: int = WIDTH) -> Callable[..., Any]:
    """A converter of diffusers that knows only the width of the published model, for one of this width."""
    numbers = {3072: width, 12288: 4 * width, (3072, 3072, 3072, 12288): (width, width, width, 4 * width)}
    return types.FunctionType(_narrowed(converter.__code__, numbers), converter.__globals__, converter.__name__,
                              converter.__defaults__, converter.__closure__)


def _narrowed(code: types.CodeType, numbers: Mapping[Any, Any]) -> types.CodeType:
    constants = tuple(
        _narrowed(one, numbers) if isinstance(one, types.CodeType) else
        numbers.get(one, one) if isinstance(one, int | tuple) and not isinstance(one, bool) else one
        for one in code.co_consts
    )
    return code.replace(co_consts=constants)


def ldm_vae(folder: Path) -> dict[str, Any]:
    """The VAE of a folder under the names of the original file (``ae.safetensors``)."""
    own = weights_of(folder, "vae")
    deep = 1 + max(int(name.split(".")[2]) for name in own if name.startswith("encoder.down_blocks."))
    return {_ldm_name(name, deep): weight[:, :, None, None] if _is_attention(name) else weight
            for name, weight in own.items()}


def _is_attention(name: str) -> bool:
    return "attentions.0." in name and "group_norm" not in name and name.endswith(".weight")


def _ldm_name(name: str, deep: int) -> str:
    words = name.split(".")
    if words[1] == "down_blocks":
        rest = ["block", *words[4:]] if words[3] == "resnets" else ["downsample", *words[5:]]
        words = [words[0], "down", words[2], *rest]
    elif words[1] == "up_blocks":
        rest = ["block", *words[4:]] if words[3] == "resnets" else ["upsample", *words[5:]]
        words = [words[0], "up", str(deep - 1 - int(words[2])), *rest]
    elif words[1] == "mid_block":
        own = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out": "proj_out"}
        if words[2] == "attentions":
            words = [words[0], "mid", "attn_1", own[words[4]], words[-1]]
        else:
            words = [words[0], "mid", f"block_{int(words[3]) + 1}", *words[4:]]
    own_name = ".".join(words)
    return own_name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")


def weights_of(folder: Path, part: str) -> dict[str, Any]:
    """All weights of a part of a diffusers folder."""
    from safetensors.torch import load_file

    files = sorted((folder / part).glob("*.safetensors"))
    return {name: weight for file in files for name, weight in load_file(file).items()}


def clip_weights(folder: Path) -> dict[str, Any]:
    """The CLIP encoder of a folder under the names of the published file."""
    return {f"text_model.{name}": weight for name, weight in weights_of(folder, "text_encoder").items()}


def save(path: Path, weights: Mapping[str, Any], prefix: str = "") -> Path:
    """A safetensors file of these weights, each name with ``prefix`` before it."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({prefix + name: weight.contiguous() for name, weight in weights.items()}, path)
    return path


def save_gguf(path: Path, weights: Mapping[str, Any], arch: str, quant: str, whole: str = "") -> Path:
    """A GGUF file of these weights; matrices that can be are written as ``quant``, all else in full, and what has
    ``whole`` in its name."""
    import gguf
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, arch)
    kind = gguf.GGMLQuantizationType[quant]
    block, size = gguf.GGML_QUANT_SIZES[kind]
    for name, weight in weights.items():
        array = weight.float().numpy()
        if array.ndim < 2 or array.shape[0] == 1 or array.shape[-1] % block or (whole and whole in name):
            writer.add_tensor(name, array)
        elif quant == "F16":
            writer.add_tensor(name, array.astype(np.float16))
        elif quant in ("Q4_K", "Q5_K", "Q6_K"):  # gguf only reads these: any blocks will do
            writer.add_tensor(name, _any_blocks(array.shape, block, size, quant), raw_dtype=kind)
        else:
            writer.add_tensor(name, gguf.quants.quantize(array, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _any_blocks(shape: tuple[int, ...], block: int, size: int, quant: str) -> Any:
    import numpy as np

    count = shape[0] * shape[1] // block
    blocks = np.random.default_rng(0).integers(0, 256, (count, size), np.uint8)
    scales = np.array([0.0005, 0.004], np.float16).view(np.uint8)
    if quant == "Q6_K":
        blocks[:, -2:] = scales[:2]
    else:
        blocks[:, :4] = scales
    return blocks.reshape(shape[0], shape[1] // block * size)


def write_resources(folder: Path, bases: Mapping[str, Path]) -> Path:
    """Ajar's own resources for models of this size: the families with smaller shapes, and these folders as bases."""
    import shutil

    from nodes.local.folders import RESOURCES

    shutil.copytree(RESOURCES / "families", folder / "families")
    for name in ("parts", "llm"):
        parts = folder / "families" / f"{name}.toml"
        text = parts.read_text("utf-8")
        for real in ("[-1, 768]", "[-1, 4096]", "[32128, 4096]", "[151936, 2560]"):
            text = text.replace(real, f"[-1, {WIDTH}]")
        parts.write_text(text, "utf-8")
    flux2 = folder / "families" / "flux2.toml"
    flux2.write_text(flux2.read_text("utf-8").replace("[-1, 7680]", f"[-1, {3 * WIDTH}]"), "utf-8")
    for name, source in bases.items():
        write_base(folder / "bases" / name, source)
    return folder


def write_checkpoint(path: Path, folder: Path) -> Path:
    """Everything in one file as ComfyUI writes it, the transformer in fp8."""
    import torch

    small = {name: weight.to(torch.float8_e4m3fn) for name, weight in flux_weights(folder).items()}
    parts = {
        "model.diffusion_model.": small, "vae.": ldm_vae(folder),
        "text_encoders.clip_l.transformer.": clip_weights(folder),
        "text_encoders.t5xxl.transformer.": weights_of(folder, "text_encoder_2"),
    }
    return save(path, {prefix + name: weight for prefix, own in parts.items() for name, weight in own.items()})


T5_NAMES = (
    ("encoder.block.", "enc.blk."), ("layer.0.SelfAttention.relative_attention_bias", "attn_rel_b"),
    ("layer.0.SelfAttention.", "attn_"), ("layer.0.layer_norm", "attn_norm"),
    ("layer.1.DenseReluDense.wi_0", "ffn_gate"), ("layer.1.DenseReluDense.wi_1", "ffn_up"),
    ("layer.1.DenseReluDense.wo", "ffn_down"), ("layer.1.layer_norm", "ffn_norm"),
    ("encoder.final_layer_norm", "enc.output_norm"), ("shared", "token_embd"),
)


def save_t5_gguf(path: Path, folder: Path) -> Path:
    """The T5 encoder of a folder as llama.cpp writes it, in full precision."""
    import gguf

    writer = gguf.GGUFWriter(path, "t5encoder")
    for number, add in {
        512: writer.add_context_length, 32: writer.add_embedding_length, 64: writer.add_feed_forward_length,
        2: writer.add_block_count, 4: writer.add_head_count, 8: writer.add_key_length,
    }.items():
        add(number)
    writer.add_value_length(8)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_relative_attn_buckets_count(32)
    for name, weight in weights_of(folder, "text_encoder_2").items():
        for theirs, own in T5_NAMES:
            name = name.replace(theirs, own)
        writer.add_tensor(name, weight.float().numpy())
    writer.add_vocab_size(weights_of(folder, "text_encoder_2")["shared.weight"].shape[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def lora_weights(style: str, *, alpha: bool = True, blocks: int = 2, seed: int = 1, rank: int = 4) -> dict[str, Any]:
    """A random LoRA for those transformers under the names of kohya, ComfyUI, the original, XLabs or PEFT."""
    import torch

    noise = torch.Generator().manual_seed(seed)

    def pair(wide: int, deep: int = WIDTH) -> tuple[Any, Any]:
        return torch.randn(rank, deep, generator=noise) * 0.5, torch.randn(wide, rank, generator=noise) * 0.5

    found: dict[str, Any] = {}
    for number in range(blocks):
        for layer, wide in (("img_attn_qkv", 3 * WIDTH), ("img_attn_proj", WIDTH), ("img_mlp_0", 4 * WIDTH)):
            down, up = pair(wide)
            dotted = layer.replace("img_attn_", "img_attn.").replace("img_mlp_", "img_mlp.")
            if style == "kohya":
                name = f"lora_unet_double_blocks_{number}_{layer}"
                found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}
                found |= {f"{name}.alpha": torch.tensor(2.0)} if alpha else {}
            elif style == "comfy":
                name = f"diffusion_model.double_blocks.{number}.{dotted}"
                found |= {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}
                found |= {f"{name}.alpha": torch.tensor(2.0)} if alpha else {}
            elif style == "original":
                name = f"diffusion_model.double_blocks.{number}.{dotted}"
                found |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
            elif style == "xlabs" and "attn" in layer:
                name = f"double_blocks.{number}.processor.{layer.removeprefix('img_attn_')}_lora1"
                found |= {f"{name}.down.weight": down, f"{name}.up.weight": up}
            elif style == "peft" and layer == "img_attn_proj":
                for own in ("to_q", "to_k", "to_v", "to_out.0"):
                    down, up = pair(WIDTH)
                    name = f"transformer.transformer_blocks.{number}.attn.{own}"
                    found |= {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    return found


def write_net(folder: Path) -> Path:
    """A ControlNet for those models."""
    import torch
    from diffusers import FluxControlNetModel

    torch.manual_seed(2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # diffusers warns of its own ways
        net: Any = FluxControlNetModel(
            patch_size=1, in_channels=64, num_layers=1, num_single_layers=1, attention_head_dim=16,
            num_attention_heads=2, joint_attention_dim=32, pooled_projection_dim=32, guidance_embeds=True,
            axes_dims_rope=(4, 4, 8),
        )
    for weight in net.parameters():  # they begin at nothing, and would change nothing
        torch.nn.init.normal_(weight, std=0.05)
    net.to(dtype=torch.bfloat16).save_pretrained(folder)
    return folder
