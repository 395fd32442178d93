"""How much memory a model needs for a picture or film of one size, reckoned from headers and work.toml. No torch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from ajar.models import ModelEntry, read_toml
from ajar.plain import Precision, Tuning
from nodes.local.memory import STREAMED, Need, tiles
from nodes.local.weighing import Weight, config_of_part, weigh

WORK = Path(__file__).parents[2] / "resources" / "work.toml"
DENOISERS = ("transformer", "transformer_2", "unet")
HOLDS = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0, "fp8": 1.0, "int8": 1.02, "nf4": 0.57}
"""Bytes of a weight in each precision; int8 and nf4 with their scales."""
SMALL = ("fp8", "int8", "nf4")
"""What only the denoisers are kept in; it is computed in the model's own precision."""
EXACT = ("vae", "image_encoder")
"""What is read in float32 where the row of the decoder says so."""
GUESSED = 0.5
"""Where a class is not in work.toml: its work as a part of its weights, a rule that many use."""
BESIDES = {"cpu": 1.4, "cuda": 1.15, "mps": 1.15}
"""What allocators and the libraries of convolutions take besides the tensors, as a factor. Measured on a processor
(the benchmark ``memory``); on cards it is not proven."""
WORDS = 512
"""Tokens of a prompt where the model's row does not say."""
ENCODING = 24
"""Copies of a text encoder's width that live at once for each token; T5-XXL, traced."""
JOINING = 4.4
"""Copies of a whole film that live at once while its tiles are put together; Wan, traced."""
@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made."""

    width: int
    height: int
    frames: int = 1
    batch: int = 1
    pictures: int = 0
    """Pictures that the model looks at beside its own, as large as it."""


def as_tuned(entry: ModelEntry, tuning: Tuning, device: str) -> ModelEntry:
    """An entry whose settings say how it is to be read here: ``precision``, and ``kept`` for what denoises.

    UserError where the device can't do what the tuning asks for.
    """
    wanted = tuning.precision
    if wanted == "nf4" and not device.startswith("cuda"):
        raise UserError(
            f"The precision nf4 needs an NVIDIA card, and this worker runs on {device}.",
            "Choose fp8, which runs anywhere, or a GGUF file of the model.",
        )
    if wanted in SMALL and entry.form == "gguf":
        raise UserError(
            f'"{entry.title}" is quantised already, so it can\'t be kept in {wanted}.', "Set the precision to auto."
        )
    if wanted in ("int8", "nf4") and entry.form == "checkpoint":
        raise UserError(
            f'"{entry.title}" is one file with all parts, which can\'t be packed into {wanted}.',
            "Choose fp8, or get the model as a diffusers folder.",
        )
    settings = dict(entry.settings)
    if wanted not in ("auto", *SMALL):
        settings["precision"] = wanted
    if device == "cpu" and settings.get("precision") == "float16":
        settings["precision"] = "float32"  # processors have no arithmetic for it
    return replace(entry, settings={**settings, "kept": wanted if wanted in SMALL else ""})


def estimate(entry: ModelEntry, job: Job, precision: Precision = "auto", device: str = "cuda") -> Need:
    """The need of an installed model on a kind of device. UserError where its files can't be read."""
    held = weigh(entry)
    usual = str(entry.settings.get("precision", "bfloat16"))
    base = HOLDS.get(precision if precision not in SMALL else usual, HOLDS.get(usual, 2.0))
    besides = BESIDES.get(device.partition(":")[0], 1.0)
    parts, blocks, work, sure = {}, {}, {}, True
    exact = bool((_row("decoder", config_of_part(entry, "vae")) or {}).get("exact"))
    for name, weight in held.items():
        size = HOLDS["float32"] if exact and name in EXACT else base
        share = HOLDS[precision] if precision in SMALL and name in DENOISERS else size
        each = weight.stored / max(weight.numbers, 1) if weight.packed else share
        if precision == "fp8" and each == share != base:
            each += (base - share) * weight.wide / max(weight.numbers, 1)
        parts[name] = int(weight.numbers * each)
        blocks[name] = min(parts[name], int(_streamed(name, weight) * each))
        found = _work(entry, name, job, size)
        # What lies packed is widened for one layer at a time.
        widened = weight.largest * base if weight.packed or (precision in SMALL and name in DENOISERS) else 0
        sure = sure and found is not None
        work[name] = int((GUESSED * parts[name] if found is None else found * besides) + widened)
    return Need(parts, work, blocks, sure)


def _work(entry: ModelEntry, part: str, job: Job, size: float) -> float | None:
    """Bytes that a part takes besides its weights; None where that is not known."""
    config = config_of_part(entry, part)
    if part.startswith(("text_encoder", "image_encoder")):
        inner = config.get("text_config") or config
        return float(ENCODING * _words(entry) * (inner.get("d_model") or inner.get("hidden_size") or 0) * size)
    if part == "vae":
        size = 4.0 if config.get("force_upcast") and _half(entry, size) else size
        return _decoding(config, job, size, entry.settings.get("tiled_above"))
    if part in DENOISERS:
        return _denoising(entry, config, job, size)
    return 0.0


def _denoising(entry: ModelEntry, config: Mapping[str, Any], job: Job, size: float) -> float | None:
    row = _row("denoiser", config)
    if row is None:
        return None
    vae = config_of_part(entry, "vae")
    width = _width(row, config)
    point = _scale(vae) * row.get("patch", 2)
    tokens = math.ceil(job.width / point) * math.ceil(job.height / point) * _latents(vae, job.frames)
    tokens *= 1 + job.pictures
    if row.get("words") == "sequence":
        tokens += _words(entry)
    guided = float(entry.settings.get("guidance", 1.0)) not in (0.0, 1.0)
    together = row.get("together", 1) if guided else 1
    copies = row["copies"] + row.get("per_ffn", 0.0) * config.get("ffn_dim", 0) / max(width, 1)
    copies += len(config.get(row["kept"]) or ()) if "kept" in row else 0
    return float(copies * tokens * width * size * together * job.batch)


def _decoding(config: Mapping[str, Any], job: Job, size: float, above: int | None) -> float | None:
    row = _row("decoder", config)
    if row is None:
        return None
    latents, pixels = _latents(config, job.frames), job.width * job.height
    film = 0.0 if row.get("pieces") else job.frames * pixels * 3 * size * job.batch
    copies = row.get("picture", row["copies"]) if latents == 1 else row["copies"]
    copies += row.get("per_frame", 0.0) * latents
    at_once = pixels
    if tiles(job.width, job.height, job.frames, above):
        side = row["tile"] if isinstance(row["tile"], int) else int(config.get(row["tile"], 512))
        at_once = min(pixels, side * side)
    once = copies * at_once / (config.get("patch_size") or 1) ** 2 if _residual(config) else copies * at_once
    joined = JOINING * film if job.frames > 1 and at_once < pixels else 0.0
    return max(once * _width(row, config) * size + film, joined)


def _residual(config: Mapping[str, Any]) -> bool:
    return bool(config.get("is_residual"))


def _streamed(part: str, weight: Weight) -> int:
    """Numbers of a part that are on the device at once while its blocks or layers stream in."""
    if part in DENOISERS and weight.block:
        return weight.outside + STREAMED * weight.block
    return STREAMED * weight.largest


def _width(row: Mapping[str, Any], config: Mapping[str, Any]) -> int:
    found = 1
    for name in row["width"]:
        value = config.get(name) or 0
        found *= value[0] if isinstance(value, list) and value else value if isinstance(value, int) else 0
    return found


def _latents(vae: Mapping[str, Any], frames: int) -> int:
    """Frames of the latent for so many frames of a film."""
    if frames <= 1:
        return 1
    each = vae.get("scale_factor_temporal") or vae.get("temporal_compression_ratio")
    if not isinstance(each, int):
        each = 8 if "LTX" in str(vae.get("_class_name")) else 4
    return (frames - 1) // each + 1


def _scale(vae: Mapping[str, Any]) -> int:
    """Pixels of a picture for each point of its latent, each way."""
    known = vae.get("scale_factor_spatial") or vae.get("spatial_compression_ratio")
    if isinstance(known, int):
        return known
    if "LTX" in str(vae.get("_class_name")):
        return 32
    levels = vae.get("block_out_channels") or vae.get("encoder_block_out_channels")
    return int(2 ** (len(levels) - 1)) if isinstance(levels, list) and levels else 8


def _words(entry: ModelEntry) -> int:
    found = entry.settings.get("sequence", WORDS)
    return found if isinstance(found, int) else WORDS


def _half(entry: ModelEntry, size: float) -> bool:
    return size == HOLDS["float16"] and entry.settings.get("precision") == "float16"


def _row(kind: str, config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    name = config.get("_class_name")
    for row in _rows().get(kind, ()):
        if row["class"] == name and all(config.get(key) == value for key, value in row.get("when", {}).items()):
            found: Mapping[str, Any] = row
            return found
    return None


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    return read_toml(WORK)
