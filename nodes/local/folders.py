"""Checks a model's folder before any library reads it: only classes we name, only safetensors. No torch."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import UserError
from ajar.families import Pipeline, Rows, read_rows
from nodes.local.bounds import check_beside, check_counts, check_words
from nodes.local.headers import AGAIN, PICKLES, Header, read_header

RESOURCES = Path(__file__).parents[2] / "resources"
MAX_CONFIG = 4 * 2**20
"""Bytes; that of Gemma's tokenizer has more than one megabyte."""
WEIGHTLESS = re.compile(r"tokenizer(_\d)?|(\w+_)?scheduler|(\w+_)?processor|feature_extractor|guider")
"""Parts that are configuration and words, without weights."""
CONFIGS = {"tokenizer": "tokenizer_config.json", "scheduler": "scheduler_config.json", "guider": "guider_config.json",
           "processor": "preprocessor_config.json", "extractor": "preprocessor_config.json"}
"""What the configuration of a part is called, by what its name holds; else config.json."""
MORE_CONFIGS = ("config.json", "generation_config.json", "processor_config.json", "video_preprocessor_config.json",
                "chat_template.json")
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
        name = index_of(folder).get("_class_name")
    except UserError:
        return None
    return name if isinstance(name, str) else None


def single_class(folder: Path) -> str | None:
    """What config.json says a folder is that is one model; None where it says nothing. Never raises."""
    try:
        plain = _read_json(folder / "config.json")
    except UserError:
        return None
    names = plain.get("architectures")
    name = plain.get("_class_name") or (names[0] if isinstance(names, list) and names else None)
    return name if isinstance(name, str) else None


def index_of(folder: Path) -> dict[str, Any]:
    """What model_index.json says. UserError if it is missing or could bring in code."""
    return _read_json(folder / "model_index.json")


@functools.cache
def known_rows(resources: Path = RESOURCES) -> Rows:
    """What resources/families says, read once."""
    return read_rows(resources / "families")


def check_folder(folder: Path, pipelines: Mapping[str, Pipeline] | None = None) -> Folder:
    """UserError unless every class is one we name and every weight is in a sound safetensors file."""
    pipelines = known_rows().pipelines if pipelines is None else pipelines
    index = index_of(folder)
    name = index.get("_class_name")
    if not isinstance(name, str) or name not in pipelines:
        raise UserError(
            f'The model folder "{folder.name}" is of the kind {str(name)[:60]}, which Ajar can\'t run.',
            f"Kinds that run: {', '.join(pipelines)}.",
        )
    pipeline = pipelines[name]
    there = _check_classes(folder, index, pipeline)
    size, numbers, half = 0, {}, False
    for part in there:
        if not WEIGHTLESS.fullmatch(part) and part not in pipeline.unused:
            headers, is_half = _check_weights(folder / part)
            half = half or is_half
            size += sum(header.bytes for header in headers)
            numbers[part] = sum(header.numbers for header in headers)
    return Folder(name, "fp16" if half else None, size, numbers)


def check_single(folder: Path) -> int:
    """Bytes of the weights of a folder that is one model. UserError if a part of it could bring in code."""
    check_words(folder)
    configs = _configs(folder)
    headers = _check_weights(folder)[0]
    for config in configs:
        check_counts(folder, config, headers)
    return sum(header.bytes for header in headers)


def _configs(folder: Path) -> list[dict[str, Any]]:
    """All configurations that a library may read here. UserError where one could bring in code."""
    names = dict.fromkeys((*CONFIGS.values(), *MORE_CONFIGS))
    return [_read_json(folder / name) for name in names if (folder / name).exists()]


def weights(part: Path) -> tuple[list[Path], bool]:
    """The safetensors files of one part, and whether they are the half-precision variant. UserError if none."""
    found = sorted(file for file in part.glob("*.safetensors") if file.is_file())
    plain = [file for file in found if ".fp16" not in file.name]
    if found:
        return (plain, False) if plain else (found, True)
    if any(file.suffix in PICKLES for file in part.glob("*")):
        raise UserError(
            f'The part "{part.name}" of the model "{part.parent.name}" has its weights in a file that can run code.',
            "Get the model with .safetensors files.",
        )
    raise UserError(f'The part "{part.name}" of the model "{part.parent.name}" has no weights.', AGAIN)


def _check_weights(part: Path) -> tuple[list[Header], bool]:
    """The headers of one part, and whether they are of the half-precision variant."""
    files, half = weights(part)
    check_beside(part)
    headers = [read_header(file) for file in files]
    if (part / "config.json").exists():
        check_counts(part, _read_json(part / "config.json"), headers)
    return headers, half


def config_of(folder: Path, part: str) -> dict[str, Any]:
    """The configuration of one part. UserError if it is missing or could bring in code."""
    found = next((name for word, name in CONFIGS.items() if word in part and WEIGHTLESS.fullmatch(part)), "config.json")
    return _read_json(folder / part / found)


def _check_classes(folder: Path, index: Mapping[str, Any], pipeline: Pipeline) -> list[str]:
    """The parts that are there, each of an allowed class."""
    for part, value in index.items():
        if isinstance(value, list) and part not in pipeline.parts:
            if part not in pipeline.optional:
                raise UserError(f'The model "{folder.name}" has an unknown part {part[:60]!r}.', AGAIN)
            if value != [None, None]:
                raise UserError(f'The model "{folder.name}" has a part "{part}" that Ajar can\'t run.', AGAIN)
    there = []
    for part, classes in pipeline.parts.items():
        value = index.get(part)
        if part in pipeline.optional and value in (None, [None, None]):
            continue
        there.append(part)
        library, name = value if isinstance(value, list) and len(value) == 2 else (None, None)
        if not (f"{library}.{name}" in classes or (library in ("diffusers", "transformers") and name in classes)):
            raise UserError(
                f'The part "{part}" of the model "{folder.name}" wants {str(name)[:60]}, which is not allowed.',
                f"Allowed there: {', '.join(sorted(classes))}.",
            )
        if part in pipeline.unused:
            continue  # it may be missing, for nothing reads it
        _check_config(folder, part, classes)
        if WEIGHTLESS.fullmatch(part):
            check_words(folder / part)
            for config in _configs(folder / part):
                check_counts(folder / part, config)
    return there


def _check_config(folder: Path, part: str, classes: frozenset[str]) -> None:
    config = config_of(folder, part)
    said = config.get("_class_name") or (config.get("architectures") or [None])[0]
    if not WEIGHTLESS.fullmatch(part) and said not in (None, *(name.rpartition(".")[2] for name in classes)):
        raise UserError(f'The part "{part}" of the model "{folder.name}" is a {str(said)[:60]}.', AGAIN)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():  # a pipe would let everybody wait
            raise FileNotFoundError
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
