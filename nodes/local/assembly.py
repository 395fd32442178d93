"""A pipeline out of what a person has: a diffusers folder, one file with everything, or single parts, also as GGUF."""

import functools
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from accelerate import init_empty_weights
from diffusers.loaders.single_file_model import SINGLE_FILE_LOADABLE_CLASSES
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local import in_full
from nodes.local.folders import check_folder, config_of, known_rows
from nodes.local.ggufs import read_gguf
from nodes.local.headers import AGAIN
from nodes.local.precision import quantisation
from nodes.local.readers import READERS
from nodes.local.renaming import known
from nodes.local.vocabulary import tokenizer_inside
from nodes.local.weights import Weights, read_weights, split

DTYPES: Mapping[str, Any] = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
BROKEN = (OSError, ValueError, ArithmeticError, RuntimeError, LookupError, TypeError, AttributeError, AssertionError,
          SafetensorError, StrictDataclassError)
"""What the libraries raise for files that are not what they seem."""
Quantize = Callable[[str], Any]
"""The quantisation of a part by its name, as diffusers or transformers want it; None: as it is."""

# What a person should know is said in Ajar's own words; bars and advice would only fill the log.
for library in (diffusers, transformers):
    library.utils.logging.set_verbosity_error()
    library.utils.logging.disable_progress_bar()


def assemble(
    entry: ModelEntry, pipeline: type[Any], precision: str, quantize: Quantize | None = None,
    exact: Mapping[str, str] | None = None,
) -> Any:
    """A pipeline in main memory. UserError if a file is damaged, incomplete or another model than it seems.

    ``precision`` is a key of DTYPES, and ``exact`` names parts that have another one. Nothing is fetched, and nothing
    in the files is run.
    """
    assert entry.path is not None
    quantize = quantize or functools.partial(quantisation, entry.settings.get("kept", ""))
    dtype = {"default": DTYPES[precision]} | {part: DTYPES[name] for part, name in (exact or {}).items()}
    build = {"folder": _from_folder, "checkpoint": _from_checkpoint}.get(entry.form, _from_parts)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipe = build(entry, pipeline, dtype, quantize)
    except ImportError as error:
        raise UserError(
            f'The model "{entry.title}" is packed in a way that needs a package which is not installed: '
            f"{first_line(error)}.", "Get it in plain weights, or install that package.",
        ) from error
    except BROKEN as error:
        raise UserError(
            f'The model "{entry.title}" could not be loaded: {first_line(error)}.', "Download it again."
        ) from error
    _check_whole(entry, pipe)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def weight_bytes(pipe: Any) -> int:
    """Bytes of all weights of a pipeline."""
    parts = (part for part in pipe.components.values() if isinstance(part, torch.nn.Module))
    return sum(weight.nbytes for part in parts for weight in part.parameters())


def first_line(error: BaseException) -> str:
    """What an exception of a library says, short enough for a person."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _from_folder(entry: ModelEntry, pipeline: type[Any], dtype: Mapping[str, Any], quantize: Quantize) -> Any:
    assert entry.path is not None
    folder = check_folder(entry.path)
    readers = _readers(entry.path)
    # What is no processor is not taken for one, so it is put in afterwards.
    given: dict[str, Any] = _left_out(entry.path, folder.pipeline) | {
        name: one if isinstance(one, transformers.ProcessorMixin) else None for name, one in readers.items()
    }
    for part in folder.numbers:
        config = quantize(part)
        if config is not None:
            given[part] = _part_from_folder(entry.path, part, _of(dtype, part), config, folder.variant)
    pipe = pipeline.from_pretrained(
        entry.path, dtype=dtype, variant=folder.variant, use_safetensors=True, local_files_only=True, **given,
    )
    pipe.register_modules(**readers)
    for part, held in folder.numbers.items():
        found = getattr(pipe, part, None)
        if found is None or part in given:
            continue
        if sum(weight.numel() for weight in found.parameters()) > held:  # the library would leave the rest to chance
            raise UserError(f'The part "{part}" of the model "{entry.title}" is incomplete.', AGAIN)
    return pipe


def _left_out(folder: Path, pipeline: str) -> dict[str, Any]:
    """The parts that a folder lacks or that are never loaded; the libraries want to be told of them."""
    unused = known_rows().pipelines[pipeline].unused
    return {name: None for name, value in config_index(folder).items() if value == [None, None] or name in unused}


def _readers(folder: Path) -> dict[str, Any]:
    """What stands in for the processors of a folder that would need more packages."""
    said = {name: value[1] for name, value in config_index(folder).items() if isinstance(value, list)}
    return {name: READERS[kind].from_pretrained(folder / name, local_files_only=True)
            for name, kind in said.items() if kind in READERS}


def _from_checkpoint(entry: ModelEntry, pipeline: type[Any], dtype: Mapping[str, Any], quantize: Quantize) -> Any:
    """One file with all parts or most of them; the others come from elsewhere."""
    assert entry.path is not None
    base = _base_of(entry)
    weights = read_weights(entry.path)
    brought = split(weights)
    if brought is not None:
        return _joined(entry, pipeline, base, {**entry.parts, **brought}, dtype, quantize)
    del weights  # the library reads the file itself, and knows these forms well
    others = {name: _part(base, name, path, _of(dtype, name), quantize(name)) for name, path in entry.parts.items()}
    return pipeline.from_single_file(
        str(entry.path), config=str(base), dtype=dtype["default"], use_safetensors=True, local_files_only=True,
        **others,
    )


def _from_parts(entry: ModelEntry, pipeline: type[Any], dtype: Mapping[str, Any], quantize: Quantize) -> Any:
    """One part in one file, such as a transformer, and each other one from where it lies."""
    assert entry.path is not None
    return _joined(entry, pipeline, _base_of(entry), {**entry.parts, entry.part: entry.path}, dtype, quantize)


def _joined(
    entry: ModelEntry, pipeline: type[Any], base: Path, places: Mapping[str, Path | Weights], dtype: Any,
    quantize: Quantize,
) -> Any:
    """A pipeline of parts that lie in files and folders or are in memory already; the rest is our own."""
    parts: dict[str, Any] = {}
    index = {name: value for name, value in config_index(base).items() if isinstance(value, list) and len(value) == 2}
    for name, (_, class_name) in index.items():
        if class_name is None:
            parts[name] = None
        elif name in places:
            parts[name] = _part(base, name, places[name], _of(dtype, name), quantize(name))
        elif (base / name).is_dir():
            parts[name] = class_of(base, name).from_pretrained(base / name, local_files_only=True)
        else:
            raise UserError(f'The model "{entry.title}" came without its part "{name}".', "Put it beside the model.")
    extra = {name: value for name, value in config_index(base).items()
             if not name.startswith("_") and not isinstance(value, list)}
    return pipeline(**parts, **extra)


def _of(dtypes: Mapping[str, Any], part: str) -> Any:
    return dtypes.get(part, dtypes["default"])


def config_index(folder: Path) -> dict[str, Any]:
    """The model_index.json of one of our own folders."""
    import json

    found: dict[str, Any] = json.loads((folder / "model_index.json").read_text("utf-8"))
    return found


def class_of(base: Path, part: str) -> type[Any]:
    """The class of a part, as the model_index.json of our own folder names it."""
    library, name = config_index(base)[part]
    if name in READERS:
        return READERS[name]
    found: type[Any] = getattr({"diffusers": diffusers, "transformers": transformers}[library], name)
    return found


def _part(base: Path, name: str, place: Path | Weights, dtype: Any, quantized: Any) -> Any:
    """One part from a folder of its own, from a single file, or of weights that were read already."""
    kind = class_of(base, name)
    if isinstance(place, Path) and place.is_dir():
        if issubclass(kind, torch.nn.Module):
            return _part_from_folder(place.parent, place.name, dtype, quantized, kind=kind)
        return kind.from_pretrained(place, local_files_only=True)
    if isinstance(place, Path) and issubclass(kind, transformers.PreTrainedTokenizerBase):
        return tokenizer_inside(kind, place)
    packed = isinstance(place, Path) and place.suffix.lower() == ".gguf"
    if kind.__module__.startswith("transformers"):
        return _text_model(kind, base / name, place, dtype, quantized)
    if packed and kind.__name__ not in SINGLE_FILE_LOADABLE_CLASSES:
        raise UserError(
            f'"{place}" is packed as GGUF, in which such a model can\'t be read here.',
            "Get it as safetensors or as a diffusers folder.",
        )
    if packed:
        quantized = diffusers.GGUFQuantizationConfig(compute_dtype=dtype)
    weights = known(kind.__name__, read_weights(place) if isinstance(place, Path) else place)
    if kind.__name__ not in SINGLE_FILE_LOADABLE_CLASSES:
        return _filled(kind, base / name, weights, dtype)
    model = kind.from_single_file(
        dict(weights), config=str(base), subfolder=name, dtype=dtype, quantization_config=quantized,
        local_files_only=True,
    )
    if quantized is None:
        in_full.restore(model, weights)
    return model


def _filled(kind: type[Any], config: Path, weights: Weights, dtype: Any) -> Any:
    """A part of a class that the library reads from folders only, with these weights and our own configuration."""
    with init_empty_weights():  # what is reckoned and not read is whole in it
        model = kind.from_config(kind.load_config(config))
    model.load_state_dict(dict(weights), strict=True, assign=True)
    return model.to(dtype=dtype).eval()


def _part_from_folder(
    folder: Path, part: str, dtype: Any, quantized: Any, variant: str | None = None, kind: type[Any] | None = None
) -> Any:
    kind = kind or class_of(folder, part)
    more = {"quantization_config": quantized} if quantized is not None else {}
    config_of(folder, part)  # refused here if it could bring in code
    return kind.from_pretrained(
        folder / part, dtype=dtype, variant=variant, use_safetensors=True, local_files_only=True, **more
    )


def _text_model(kind: type[Any], config: Path, place: Path | Weights, dtype: Any, quantized: Any) -> Any:
    """A text encoder from one file or of weights that were read already, with our own configuration of it."""
    more = {"quantization_config": quantized} if quantized is not None else {}
    settings = kind.config_class.from_pretrained(config, local_files_only=True)
    if isinstance(place, Path) and place.suffix.lower() == ".gguf":
        read_gguf(place)  # its own configuration would get the activation wrong
        return kind.from_pretrained(
            place.parent, gguf_file=place.name, config=settings, dtype=dtype, local_files_only=True, **more
        )
    weights = known(kind.__name__, read_weights(place) if isinstance(place, Path) else place)
    model, told = kind.from_pretrained(
        None, config=settings, state_dict=dict(weights), dtype=dtype, output_loading_info=True, **more
    )
    if told["missing_keys"]:
        raise UserError(
            f'The text encoder in "{config.name}" lacks {len(told["missing_keys"])} of its weights.', AGAIN
        )
    return model.eval()


def _base_of(entry: ModelEntry) -> Path:
    """Our folder of configurations for this model, as a path."""
    base = entry.base
    if base is None or not (base / "model_index.json").is_file():
        raise UserError(
            f'The file "{entry.title}" can\'t be loaded by itself: its configuration is not part of Ajar.',
            "Get the model as a diffusers folder.",
        )
    return base


def _check_whole(entry: ModelEntry, pipe: Any) -> None:
    """UserError where a weight was in no file: the library leaves it empty and goes on."""
    for name, part in pipe.components.items():
        if not isinstance(part, torch.nn.Module):
            continue
        part.eval()  # the library leaves a T5 of a checkpoint forgetting at random, as for training
        if any(weight.is_meta for weight in part.parameters()):
            raise UserError(f'The part "{name}" of the model "{entry.title}" is incomplete.', AGAIN)
