"""Weights of fewer bits: packed while a transformer is read (int8, nf4) or after that (fp8). Not taken back."""

import importlib
from importlib.util import find_spec
from typing import Any

import torch
from peft.tuners.tuners_utils import BaseTunerLayer

from ajar.errors import UserError
from nodes.local.estimates import DENOISERS


def quantisation(kept: str, part: str) -> Any:
    """What ``from_pretrained`` and ``from_single_file`` of a part take to pack it; None to read it as it is.

    Only what denoises is packed: most of the weights are there. UserError where a package is missing.
    """
    if part not in DENOISERS or kept not in ("int8", "nf4"):
        return None
    import diffusers

    if kept == "int8":
        _ask_for("torchao", kept)
        return diffusers.TorchAoConfig(importlib.import_module("torchao.quantization").Int8WeightOnlyConfig())
    _ask_for("bitsandbytes", kept)
    return diffusers.BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16
    )


def press(pipe: Any, kept: str) -> None:
    """With ``fp8``: keep the weights of what denoises in 8 bits, and widen a layer only while it computes."""
    if kept != "fp8":
        return
    for part in denoisers(pipe):
        if getattr(part, "hf_quantizer", None) is not None:
            raise UserError(
                "This model is quantised already, so it can't be kept in fp8.", 'Set its precision to "auto".'
            )
        part.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=part.dtype)


def widen(pipe: Any) -> None:
    """After LoRAs were put on a pipeline kept in fp8: let them compute in full, they are small."""
    for part in denoisers(pipe):
        for module in part.modules():
            if isinstance(module, BaseTunerLayer):
                for name in module.adapter_layer_names:
                    getattr(module, name).to(part.dtype)


def denoisers(pipe: Any) -> list[Any]:
    """The parts of a pipeline that are called at every step."""
    return [part for name in DENOISERS if (part := getattr(pipe, name, None)) is not None]


def _ask_for(package: str, precision: str) -> None:
    if find_spec(package) is None:
        raise UserError(
            f'The precision {precision} needs the package "{package}", which is not installed.',
            f"Install it (pip install {package}), or choose fp8, which needs none.",
        )
