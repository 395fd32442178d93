"""LoRAs of HunyuanVideo in every form that programs write, brought into one: transformer.layer.lora_A.weight, scaled.

The original program has layers in one that diffusers keeps apart: such a LoRA's half that gives is cut into theirs.
"""

from collections.abc import Mapping
from typing import Any

from ajar.errors import UserError
from nodes.local.wan_lora_names import ENDS, FOREIGN, STARTS, Weights

BLOCKS = ("transformer_blocks", "double_blocks"), ("single_transformer_blocks", "single_blocks"), (
    "context_embedder.token_refiner.refiner_blocks", "txt_in.individual_token_refiner.blocks")
"""Where blocks are, here and in the original."""
LAYERS = {
    "img_attn_qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "txt_attn_qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "self_attn_qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "linear1": ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
    "img_attn_proj": ("attn.to_out.0",), "txt_attn_proj": ("attn.to_add_out",), "self_attn_proj": ("attn.to_out.0",),
    "img_mlp_fc1": ("ff.net.0.proj",), "img_mlp_fc2": ("ff.net.2",), "img_mlp_0": ("ff.net.0.proj",),
    "img_mlp_2": ("ff.net.2",), "txt_mlp_fc1": ("ff_context.net.0.proj",), "txt_mlp_fc2": ("ff_context.net.2",),
    "txt_mlp_0": ("ff_context.net.0.proj",), "txt_mlp_2": ("ff_context.net.2",), "mlp_fc1": ("ff.net.0.proj",),
    "mlp_fc2": ("ff.net.2",), "mlp_0": ("ff.net.0.proj",), "mlp_2": ("ff.net.2",), "img_mod_linear": ("norm1.linear",),
    "txt_mod_linear": ("norm1_context.linear",), "img_mod_lin": ("norm1.linear",),
    "txt_mod_lin": ("norm1_context.linear",), "linear2": ("proj_out",), "modulation_linear": ("norm.linear",),
    "modulation_lin": ("norm.linear",), "adaLN_modulation_1": ("norm_out.linear",),
}
"""Layers of a block in the original, and what they are here."""


def plain(model: Any, weights: Mapping[str, Any], title: str) -> Weights:
    """The same LoRA in one form. UserError for forms that are no LoRA; KeyError for a layer that is not there."""
    for mark, form in FOREIGN.items():
        if any(mark in name for name in weights):
            raise UserError(
                f'The LoRA "{title}" has the form {form}, which Ajar can\'t use.', "Get it as a plain LoRA."
            )
    sizes = {name.replace(".base_layer", ""): layer.out_features for name, layer in model.named_modules()
             if hasattr(layer, "out_features") and ".lora_" not in name}
    known = _known(sizes)
    pairs: dict[tuple[str, ...], Weights] = {}
    for name, weight in weights.items():
        layers, what = _told(name, known)
        pairs.setdefault(layers, {})[what] = weight
    found: Weights = {}
    for layers, own in pairs.items():
        # The scale goes into the weights: the libraries lose it in some of these forms.
        scale = float(own["alpha"]) / own["down"].shape[0] if "alpha" in own else 1.0
        up = own["up"].float() * scale if scale != 1 else own["up"]
        for layer, part in zip(layers, up.split([sizes[one] for one in layers]), strict=True):
            found[f"transformer.{layer}.lora_A.weight"] = own["down"]
            found[f"transformer.{layer}.lora_B.weight"] = part.contiguous()
    return found


def _known(sizes: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Every way to write the name of a layer, with _ instead of dots, and what it is here."""
    found: dict[str, tuple[str, ...]] = {name.replace(".", "_"): (name,) for name in sizes}
    for mine, theirs in BLOCKS:
        numbers = {name[len(mine) + 1 :].split(".")[0] for name in sizes if name.startswith(f"{mine}.")}
        for number in numbers:
            for old, new in LAYERS.items():
                layers = tuple(f"{mine}.{number}.{layer}" for layer in new)
                if all(layer in sizes for layer in layers):
                    found[f"{theirs}.{number}.{old}".replace(".", "_")] = layers
    return found


def _told(name: str, known: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], str]:
    """The layers that a name means, and what of them: ``down``, ``up`` or ``alpha``."""
    for start in STARTS:
        name = name.removeprefix(start)
    ends = ENDS.match(name)
    if ends is None:
        raise KeyError(name)
    what = ends["what"] or {"A": "down", "B": "up"}.get(ends["side"], ends["side"])
    return known[ends["layer"].replace(".", "_")], what
