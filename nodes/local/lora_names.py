"""LoRAs of UNets in every form that programs write, brought into one: part.layer.lora_A.weight, with the scale in it.

kohya's scripts (with the layers' names of diffusers, or of the original programs), diffusers old and new, and PEFT.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ajar.errors import UserError

Weights = dict[str, Any]
PARTS = {
    "lora_unet_": "unet", "unet.": "unet", "base_model.model.unet.": "unet", "base_model.model.": "unet",
    "diffusion_model.": "unet", "model.diffusion_model.": "unet", "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2", "lora_te_": "text_encoder", "text_encoder_2.": "text_encoder_2",
    "text_encoder.": "text_encoder",
}
"""How the names begin, and the part of the pipeline that they then mean."""
ENDS = re.compile(
    r"(?P<layer>.+?)(?:\.(?P<what>alpha)|(?:\.|_)lora(?:_linear_layer)?[._](?P<side>down|up|A|B|mid)(?:\.\w+)?\.weight)$"
)
INSIDE = {".conv1": ".in_layers.2", ".time_emb_proj": ".emb_layers.1", ".conv2": ".out_layers.3",
          ".conv_shortcut": ".skip_connection"}
"""Layers of a block of the UNet, and what they are called in the original programs."""
FOREIGN = {"hada_w": "LoHa", "lokr_w": "LoKr", "oft_": "OFT", "dora_scale": "DoRA", "lora_mid": "LoCon with a core"}
"""Marks of forms that are no plain LoRA."""


def plain(pipe: Any, weights: Mapping[str, Any], title: str) -> Weights:
    """The same LoRA in one form. UserError for forms that are no LoRA; KeyError for a layer that is not there.

    Weights for a text encoder that the pipeline lacks are left out.
    """
    for mark, form in FOREIGN.items():
        if any(mark in name for name in weights):
            raise UserError(
                f'The LoRA "{title}" has the form {form}, which Ajar can\'t use.', "Get it as a plain LoRA."
            )
    known = {part: _layers(pipe, part) for part in dict.fromkeys(PARTS.values())}
    pairs: dict[tuple[str, str], dict[str, Any]] = {}
    for name, weight in weights.items():
        place, what = _told(name, known)
        if place is not None:
            pairs.setdefault(place, {})[what] = weight
    found: Weights = {}
    for (part, layer), pair in pairs.items():
        down, up = pair["down"], pair["up"]
        # The scale goes into the weights: the libraries lose it, or whole layers, in some of these forms.
        scale = float(pair["alpha"]) / down.shape[0] if "alpha" in pair else 1.0
        found[f"{part}.{layer}.lora_A.weight"] = down
        found[f"{part}.{layer}.lora_B.weight"] = up.float() * scale if scale != 1 else up
    return found


def _told(name: str, known: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str] | None, str]:
    """The part and layer that a name means, and ``down``, ``up`` or ``alpha``; None for a part that is not there."""
    start = next((start for start in PARTS if name.startswith(start)), "")
    part, ends = PARTS.get(start, "unet"), ENDS.match(name.removeprefix(start))
    if ends is None:
        raise KeyError(name)
    layers = known[part]
    if not layers and part != "unet":
        return None, ""
    layer = ends["layer"].replace(".processor", "").replace(".", "_").removeprefix("text_model_")
    found = layers.get(layer) or layers[layer + "_0"]  # diffusers once wrote to_out for to_out.0
    return (part, found), ends["what"] or {"A": "down", "B": "up"}.get(ends["side"], ends["side"])


def _layers(pipe: Any, part: str) -> dict[str, str]:
    """Every way to write a layer's name, with _ for dots, and the name."""
    model = getattr(pipe, part, None)
    if model is None:
        return {}
    # A layer that wears a LoRA already is called base_layer inside.
    names = {name.replace(".base_layer", "") for name, layer in model.named_modules() if hasattr(layer, "weight")}
    found = {name.removeprefix("text_model.").replace(".", "_"): name for name in names}
    if part == "unet":
        for new, old in _original(model):
            for name in names:
                if name == new or name.startswith(new + "."):
                    rest = name.removeprefix(new)
                    found[(old + INSIDE.get(rest, rest)).replace(".", "_")] = name
    return found


def _original(unet: Any) -> Iterator[tuple[str, str]]:
    """The blocks of a UNet, and what they are called in the original programs."""
    layers = unet.config.layers_per_block
    yield from (("mid_block.resnets.0", "middle_block.0"), ("mid_block.attentions.0", "middle_block.1"),
                ("mid_block.resnets.1", "middle_block.2"), ("conv_in", "input_blocks.0.0"), ("conv_out", "out.2"))
    for at in range(len(unet.config.down_block_types)):
        first = 1 + at * (layers + 1)
        yield f"down_blocks.{at}.downsamplers.0.conv", f"input_blocks.{first + layers}.0.op"
        for number in range(layers):
            yield f"down_blocks.{at}.resnets.{number}", f"input_blocks.{first + number}.0"
            yield f"down_blocks.{at}.attentions.{number}", f"input_blocks.{first + number}.1"
    for at, kind in enumerate(unet.config.up_block_types):
        first = at * (layers + 1)
        yield f"up_blocks.{at}.upsamplers.0.conv", f"output_blocks.{first + layers}.{2 if 'Cross' in kind else 1}.conv"
        for number in range(layers + 1):
            yield f"up_blocks.{at}.resnets.{number}", f"output_blocks.{first + number}.0"
            yield f"up_blocks.{at}.attentions.{number}", f"output_blocks.{first + number}.1"
