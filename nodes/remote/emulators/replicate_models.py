"""The models that the stand-in for Replicate knows, with a part of their inputs: as schemas, and as what it checks."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

Gives = Literal["image", "images", "video", "audio", "text"]
TEXT = {"type": "string"}
URI = {"type": "string", "format": "uri"}
URIS = {"type": "array", "items": URI, "default": []}
SEED = {"type": "integer", "description": "Random seed. Set for reproducible generation"}


class Hosted(NamedTuple):
    """A model: what its output is, its inputs, and which of them it needs."""

    gives: Gives
    inputs: Mapping[str, Mapping[str, Any]]
    needs: tuple[str, ...]
    version: str
    official: bool = True
    """Official models are run by their name; the others only by a version."""


def _version(digit: str) -> str:
    return digit * 64


RATIO = {"allOf": [{"$ref": "#/components/schemas/aspect_ratio"}], "default": "1:1"}
HOSTED: Mapping[str, Hosted] = {
    "black-forest-labs/flux-dev": Hosted("images", {
        "prompt": TEXT, "aspect_ratio": RATIO, "image": URI, "seed": SEED,
        "num_outputs": {"type": "integer", "minimum": 1, "maximum": 4, "default": 1},
        "guidance": {"type": "number", "minimum": 0, "maximum": 10, "default": 3},
    }, ("prompt",), _version("1")),
    "black-forest-labs/flux-kontext-pro": Hosted("image", {
        "prompt": TEXT, "input_image": URI, "seed": SEED,
    }, ("prompt",), _version("2")),
    "google/nano-banana": Hosted("image", {"prompt": TEXT, "image_input": URIS}, ("prompt",), _version("3")),
    "philz1337x/clarity-upscaler": Hosted("images", {
        "image": URI, "prompt": {**TEXT, "default": "masterpiece"}, "mask": URI,
        "scale_factor": {"type": "number", "default": 2}, "seed": {**SEED, "default": 1337},
    }, ("image",), "dfad41707589d68ecdccd1dfa600d55a208f9310748e44bfe35b4a6291453d5e", official=False),
    "wan-video/wan-2.2-i2v-fast": Hosted("video", {
        "image": URI, "prompt": TEXT, "last_image": URI, "seed": SEED,
        "resolution": {"type": "string", "enum": ["480p", "720p"], "default": "480p"},
    }, ("image", "prompt"), _version("5")),
    "kwaivgi/kling-v2.1": Hosted("video", {
        "prompt": TEXT, "start_image": URI, "end_image": URI,
    }, ("prompt", "start_image"), _version("9")),
    "topazlabs/video-upscale": Hosted("video", {"video": URI}, ("video",), _version("6")),
    "meta/musicgen": Hosted("audio", {
        "prompt": TEXT, "duration": {"type": "integer", "default": 8}, "seed": SEED,
    }, (), _version("7"), official=False),
    "meta/meta-llama-3-70b-instruct": Hosted("text", {"prompt": TEXT}, ("prompt",), _version("8")),
}
RATIOS = {"1:1": (128, 128), "16:9": (256, 144), "9:16": (144, 256), "4:3": (192, 144)}
OUTPUTS: Mapping[Gives, Mapping[str, Any]] = {
    "image": URI, "video": URI, "audio": URI, "images": {"type": "array", "items": URI},
    "text": {"type": "array", "items": TEXT, "x-cog-array-type": "iterator", "x-cog-array-display": "concatenate"},
}


def document(model: str) -> dict[str, Any]:
    """What cog publishes of a model: an OpenAPI document."""
    hosted = HOSTED[model]
    properties = {name: {"title": name.replace("_", " ").title(), "x-order": place, **rule}
                  for place, (name, rule) in enumerate(hosted.inputs.items())}
    ratio = {"title": "aspect_ratio", "type": "string", "enum": list(RATIOS), "description": "An enumeration."}
    return {
        "openapi": "3.0.2", "info": {"title": "Cog", "version": "0.1.0"}, "paths": {},
        "components": {"schemas": {
            "Input": {"title": "Input", "type": "object", "properties": properties, "required": list(hosted.needs)},
            "Output": {"title": "Output", **OUTPUTS[hosted.gives]}, "aspect_ratio": ratio,
        }},
    }


def faults(model: str, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(input, what is wrong with it)."""
    hosted = HOSTED[model]
    found = [(name, "is required") for name in hosted.needs if name not in given]
    for name, value in given.items():
        if name not in hosted.inputs:
            found.append((name, "Additional property is not allowed"))
        else:
            found += [(name, said) for said in _wrong(hosted.inputs[name], value)]
    return found


def _wrong(rule: Mapping[str, Any], value: Any) -> Sequence[str]:
    if "allOf" in rule:
        return [] if value in RATIOS else [f"must be one of the following: {', '.join(RATIOS)}"]
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "array": list}
    if not isinstance(value, kinds[rule["type"]]) or isinstance(value, bool):
        return [f"Invalid type. Expected: {rule['type']}, given: {type(value).__name__}"]
    if isinstance(value, list):
        return [said for one in value for said in _wrong(rule["items"], one)]
    if isinstance(value, int | float) and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        return [f"Must be from {rule.get('minimum')} to {rule.get('maximum')}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"must be one of the following: {', '.join(rule['enum'])}"]
    if rule.get("format") == "uri" and not value.startswith(("http://", "https://", "data:")):
        return ["Does not match format 'uri'"]
    return []
