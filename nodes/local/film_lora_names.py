"""LoRAs of film models in every form that programs write, brought into one: which model calls its layers how."""

from collections.abc import Mapping
from typing import Any

from nodes.local import hunyuan_lora_names, wan_lora_names
from nodes.local.wan_lora_names import Names, Weights

LTX: Names = (
    ("proj_in", "patchify_proj"), ("time_embed", "adaln_single"), ("norm_q", "q_norm"), ("norm_k", "k_norm"),
)
LTX2: Names = (
    ("audio_proj_in", "audio_patchify_proj"), ("audio_time_embed", "audio_adaln_single"),
    ("av_cross_attn_video_scale_shift", "av_ca_video_scale_shift_adaln_single"),
    ("av_cross_attn_video_a2v_gate", "av_ca_a2v_gate_adaln_single"),
    ("av_cross_attn_audio_scale_shift", "av_ca_audio_scale_shift_adaln_single"),
    ("av_cross_attn_audio_v2a_gate", "av_ca_v2a_gate_adaln_single"),
    ("audio_prompt_adaln.", "audio_prompt_adaln_single."), ("prompt_adaln.", "prompt_adaln_single."), *LTX,
)
BY_MODEL: Mapping[str, Names] = {
    "LTXVideoTransformer3DModel": LTX, "LTX2VideoTransformer3DModel": LTX2, "CogVideoXTransformer3DModel": (),
}
"""Class of a transformer -> pieces of its layers' names, and what they are in the original program."""


def plain(pipe: Any, weights: Mapping[str, Any], title: str) -> Weights:
    """The same LoRA in one form, or as it is for models whose LoRAs the libraries read well.

    UserError for forms that are no LoRA; KeyError for a layer that is not there.
    """
    model = getattr(pipe, "transformer", None)
    if type(pipe).__name__.startswith("Wan"):
        return wan_lora_names.plain(model, weights, title)
    if type(model).__name__.startswith("HunyuanVideo"):
        return hunyuan_lora_names.plain(model, weights, title)
    names = BY_MODEL.get(type(model).__name__)
    return dict(weights) if names is None else wan_lora_names.plain(model, weights, title, names)
