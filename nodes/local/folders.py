"""Checks a diffusers folder before any library reads it: only classes we name, only safetensors. No torch."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from nodes.local.headers import AGAIN, PICKLES, read_header

MAX_CONFIG = 2**20
ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = {
    "FluxPipeline": {
        "scheduler": frozenset({"FlowMatchEulerDiscreteScheduler"}),
        "vae": frozenset({"AutoencoderKL", "AutoencoderTiny"}),
        "text_encoder": frozenset({"CLIPTextModel"}),
        "text_encoder_2": frozenset({"T5EncoderModel"}),
        "tokenizer": frozenset({"CLIPTokenizer", "CLIPTokenizerFast"}),
        "tokenizer_2": frozenset({
            "T5Tokenizer", "T5TokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend",
        }),
        "transformer": frozenset({"FluxTransformer2DModel"}),
    },
}
"""For each pipeline class: its parts and the classes that each may have."""
OPTIONAL = frozenset({"image_encoder", "feature_extractor"})
"""Parts that are listed but empty in the pipelines that run here."""
WEIGHTLESS = frozenset({"scheduler", "tokenizer", "tokenizer_2"})
CODE_KEYS = frozenset({
    "auto_map", "custom_pipeline", "custom_pipelines", "trust_remote_code", "_attn_implementation",
    "attn_implementation", "_attn_implementation_internal",
})
"""Settings through which a configuration file can bring in code from elsewhere."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A checked diffusers folder."""

    pipeline: str
    variant: str | None
    """``fp16`` where the weights lie in ``*.fp16.safetensors``."""
    bytes: int
    """Bytes of all weights."""
    numbers: Mapping[str, int]
    """How many numbers the weights of each part hold."""


def pipeline_class(folder: Path) -> str | None:
    """What model_index.json says the folder is; None where it is no diffusers folder. Never raises."""
    try:
        name = _read_json(folder / "model_index.json").get("_class_name")
    except UserError:
        return None
    return name if isinstance(name, str) else None


def check_folder(folder: Path) -> Folder:
    """UserError unless every class is one we name and every weight is in a sound safetensors file."""
    index = _read_json(folder / "model_index.json")
    pipeline = index.get("_class_name")
    if not isinstance(pipeline, str) or pipeline not in ALLOWED:
        raise UserError(
            f'The model folder "{folder.name}" is of the kind {str(pipeline)[:60]}, which Ajar can\'t run.',
            f"Kinds that run: {', '.join(ALLOWED)}.",
        )
    _check_classes(folder, index, ALLOWED[pipeline])
    size, numbers, half = 0, {}, False
    for part in ALLOWED[pipeline]:
        if part not in WEIGHTLESS:
            files, is_half = weights(folder / part)
            half = half or is_half
            headers = [read_header(file) for file in files]
            size += sum(header.bytes for header in headers)
            numbers[part] = sum(header.numbers for header in headers)
    return Folder(pipeline, "fp16" if half else None, size, numbers)


def weights(part: Path) -> tuple[list[Path], bool]:
    """The safetensors files of one part, and whether they are the half-precision variant. UserError if none."""
    found = sorted(part.glob("*.safetensors"))
    plain = [file for file in found if ".fp16" not in file.name]
    if found:
        return (plain, False) if plain else (found, True)
    if any(file.suffix in PICKLES for file in part.glob("*")):
        raise UserError(
            f'The part "{part.name}" of the model "{part.parent.name}" has its weights in a file that can run code.',
            "Get the model with .safetensors files.",
        )
    raise UserError(f'The part "{part.name}" of the model "{part.parent.name}" has no weights.', AGAIN)


def config_of(folder: Path, part: str) -> dict[str, Any]:
    """The configuration of one part. UserError if it is missing or could bring in code."""
    name = {"scheduler": "scheduler_config.json"}.get(part, "config.json")
    name = "tokenizer_config.json" if part.startswith("tokenizer") else name
    return _read_json(folder / part / name)


def _check_classes(folder: Path, index: Mapping[str, Any], parts: Mapping[str, frozenset[str]]) -> None:
    for part, value in index.items():
        if part in OPTIONAL and value not in ([None, None], None):
            raise UserError(f'The model "{folder.name}" has a part "{part}" that Ajar can\'t run.', AGAIN)
        if isinstance(value, list) and part not in parts and part not in OPTIONAL:
            raise UserError(f'The model "{folder.name}" has an unknown part {part[:60]!r}.', AGAIN)
    for part, classes in parts.items():
        value = index.get(part)
        library, name = value if isinstance(value, list) and len(value) == 2 else (None, None)
        if library not in ("diffusers", "transformers") or name not in classes:
            raise UserError(
                f'The part "{part}" of the model "{folder.name}" wants {str(name)[:60]}, which is not allowed.',
                f"Allowed there: {', '.join(sorted(classes))}.",
            )
        config = config_of(folder, part)
        said = config.get("_class_name") or (config.get("architectures") or [None])[0]
        if part not in WEIGHTLESS and said not in (None, *classes):
            raise UserError(f'The part "{part}" of the model "{folder.name}" is a {str(said)[:60]}.', AGAIN)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_CONFIG + 1)
    except OSError:
        raise UserError(f'The model folder "{path.parent.name}" has no {path.name}.', AGAIN) from None
    if len(raw) > MAX_CONFIG:
        raise UserError(f'The file "{path.parent.name}/{path.name}" is larger than a configuration ever is.', AGAIN)
    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError):
        raise UserError(f'The file "{path.parent.name}/{path.name}" is not sound JSON.', AGAIN) from None
    if not isinstance(plain, dict):
        raise UserError(f'The file "{path.parent.name}/{path.name}" is not a configuration.', AGAIN)
    code = next((key for key in _keys(plain) if key in CODE_KEYS), None)
    if code is not None:
        raise UserError(
            f'The file "{path.parent.name}/{path.name}" asks for code from elsewhere ("{code}"); Ajar never runs any.',
            AGAIN,
        )
    return plain


def _keys(plain: Any) -> Iterator[str]:
    """Every key at any depth whose value is set."""
    waiting = [plain]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield from (key for key, value in found.items() if value not in (None, False))
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
