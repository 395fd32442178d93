"""LoRAs of Wan in every form that programs write, brought into one: transformer.layer.lora_A.weight, scaled already.

kohya's and musubi's scripts, diffusers, PEFT, and ComfyUI with the names of the original program.
"""

import re
from collections.abc import Mapping
from typing import Any

from ajar.errors import UserError

Weights = dict[str, Any]
STARTS = (
    "base_model.model.", "lora_unet__", "lora_unet_", "model.diffusion_model.", "diffusion_model.", "transformer_2.",
    "transformer.",
)
ENDS = re.compile(
    r"(?P<layer>.+?)(?:\.(?P<what>alpha|diff_b|diff)|\.lora[._](?P<side>down|up|A|B)(?:\.default)?\.(?P<kind>weight|bias))$"
)
FOREIGN = {"hada_w": "LoHa", "lokr_w": "LoKr", "oft_": "OFT", "dora_scale": "DoRA"}
"""Marks of forms that are no plain LoRA."""
ORIGINAL = (
    ("condition_embedder.time_embedder.linear_1", "time_embedding.0"),
    ("condition_embedder.time_embedder.linear_2", "time_embedding.2"),
    ("condition_embedder.text_embedder.linear_1", "text_embedding.0"),
    ("condition_embedder.text_embedder.linear_2", "text_embedding.2"),
    ("condition_embedder.time_proj", "time_projection.1"),
    ("condition_embedder.image_embedder.ff.net.0.proj", "img_emb.proj.1"),
    ("condition_embedder.image_embedder.ff.net.2", "img_emb.proj.3"),
    ("attn1", "self_attn"), ("attn2", "cross_attn"), (".to_out.0", ".o"), (".to_q", ".q"), (".to_k", ".k"),
    (".to_v", ".v"), (".add_k_proj", ".k_img"), (".add_v_proj", ".v_img"), ("ffn.net.0.proj", "ffn.0"),
    ("ffn.net.2", "ffn.2"),
)
"""Layers, and what they are called in the original program."""
Names = tuple[tuple[str, str], ...]
VACE = ((".proj_in", ".before_proj"), (".proj_out", ".after_proj"))


def plain(model: Any, weights: Mapping[str, Any], title: str, names: Names = ORIGINAL) -> Weights:
    """The same LoRA in one form. UserError for forms that are no LoRA; KeyError for a layer that is not there.

    ``names`` are pieces of layers' names and what they are in the original program.

    Of differences to whole layers those to biases are taken, and to what makes the latents at the end; the others
    are to norms, where they are nothing.
    """
    for mark, form in FOREIGN.items():
        if any(mark in name for name in weights):
            raise UserError(
                f'The LoRA "{title}" has the form {form}, which Ajar can\'t use.', "Get it as a plain LoRA."
            )
    known = _layers(model, names)
    layers: dict[str, Weights] = {}
    for name, weight in weights.items():
        layer, what = _told(name, known)
        if layer is not None:
            layers.setdefault(layer, {})[what] = weight
    found: Weights = {}
    for layer, own in layers.items():
        found |= _layer(f"transformer.{layer}", own)
    return found


def _layer(name: str, own: Mapping[str, Any]) -> Weights:
    import torch

    if "down" not in own and "diff" in own and own["diff"].ndim == 2:
        own = {**own, "down": own["diff"], "up": torch.eye(own["diff"].shape[0])}
    if "down" not in own or "up" not in own:
        return {}
    # The scale goes into the weights: the libraries lose it in some of these forms.
    scale = float(own["alpha"]) / own["down"].shape[0] if "alpha" in own else 1.0
    found = {f"{name}.lora_A.weight": own["down"],
             f"{name}.lora_B.weight": own["up"].float() * scale if scale != 1 else own["up"]}
    bias = own.get("diff_b", own.get("bias"))
    return found if bias is None else {**found, f"{name}.lora_B.bias": bias}


def _told(name: str, known: Mapping[str, str]) -> tuple[str | None, str]:
    """The layer that a name means, and what of it: ``down``, ``up``, ``alpha``; None for what is left out."""
    for start in STARTS:
        name = name.removeprefix(start)
    ends = ENDS.match(name)
    if ends is None:
        raise KeyError(name)
    layer = known.get(ends["layer"].replace(".", "_"))
    what = ends["what"]
    if layer is None:
        if what in ("diff", "diff_b"):
            return None, ""
        raise KeyError(name)
    if ends["kind"] == "bias":
        return layer, "bias"
    return layer, what or {"A": "down", "B": "up"}.get(ends["side"], ends["side"])


def _layers(model: Any, names: Names) -> dict[str, str]:
    """Every way to write a layer's name, with _ for dots, and the name."""
    found: dict[str, str] = {}
    for own, layer in model.named_modules():
        if not hasattr(layer, "in_features"):
            continue
        name = own.replace(".base_layer", "")  # what wears a LoRA already is called so inside
        if ".lora_" in name:
            continue
        old = "head.head" if name == "proj_out" else name
        for new, original in (*names, *(VACE if name.startswith("vace_blocks") else ())):
            old = old.replace(new, original)
        found |= {name.replace(".", "_"): name, old.replace(".", "_"): name}
    return found
