"""What the models of Black Forest Labs take, as its OpenAPI pages say (2026-09; FLUX.1 by ComfyUI, 2026-01)."""

import base64
import io
import itertools
from collections.abc import Callable, Mapping
from typing import Any

from nodes.remote.emulators.server import Problem

Check = Callable[[Any], bool]
FLUX2 = ("flux-2-max", "flux-2-pro", "flux-2-pro-preview", "flux-2-flex", "flux-2-klein-9b", "flux-2-klein-4b")
SHAPES = ("auto", "21:9", "2:1", "16:9", "4:3", "1:1", "3:4", "9:16")


def _number(low: float, high: float, step: int = 0) -> Check:
    """A number from low to high; with a step a whole one, and a multiple of it."""
    def check(value: Any) -> bool:
        kind = isinstance(value, int) if step else isinstance(value, int | float)
        return kind and not isinstance(value, bool) and low <= value <= high and (not step or value % step == 0)

    return check


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*choices: Any) -> Check:
    return lambda value: value in choices and not isinstance(value, bool)


def _picture(value: Any) -> bool:
    """An address, or Base64 of a picture that can be read."""
    if not isinstance(value, str):
        return False
    if value.startswith(("https://", "http://")):
        return True
    try:
        opened(value).load()
    except Exception:
        return False
    return True


def _film(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return value.startswith(("https://", "http://")) or base64.b64decode(value, validate=True)[4:8] == b"ftyp"
    except ValueError:
        return False


def _ratio(value: Any) -> bool:
    """A shape from 21:9 to 9:21."""
    try:
        width, height = map(int, value.split(":"))
        return 9 / 21 - 1e-9 <= width / height <= 21 / 9 + 1e-9
    except (AttributeError, ValueError, ZeroDivisionError):
        return False


def _keyframes(value: Any) -> bool:
    """One picture, up to ten, or pairs of a second and a picture in the order of time."""
    if isinstance(value, str):
        return _picture(value)
    if not isinstance(value, list) or not 1 <= len(value) <= 10:
        return False
    if all(isinstance(one, list) and len(one) == 2 and _number(0, 20)(one[0]) for one in value):
        times = [one[0] for one in value]
        return all(later - earlier >= 1 / 24 for earlier, later in itertools.pairwise(times)) and all(
            _picture(one[1]) for one in value)
    return all(map(_picture, value))


WHOLE = _number(0, 2**63, 1)
COMMON: dict[str, Check] = {"prompt": _text, "seed": WHOLE, "output_format": _one_of("jpeg", "png"),
                            "webhook_url": _text, "webhook_secret": _text}
TOLERANT = {**COMMON, "safety_tolerance": _number(0, 6, 1), "prompt_upsampling": _flag}
FILLING = {**TOLERANT, "image": _picture, "steps": _number(15, 50, 1), "guidance": _number(1.5, 100)}
SIDES = {"width": _number(64, 4096, 16), "height": _number(64, 4096, 16)}


def _flux2(inputs: int) -> dict[str, Check]:
    names = ["input_image", *(f"input_image_{number}" for number in range(2, inputs + 1))]
    return {**COMMON, **SIDES, **dict.fromkeys(names, _picture), "safety_tolerance": _number(0, 5, 1), "user": _text,
            "output_format": _one_of("jpeg", "png", "webp")}


CLIP: dict[str, Check] = {
    "mode": _text, "prompt": _text, "aspect_ratio": _one_of(*SHAPES), "resolution": _one_of("hd", "fhd", "qhd", "uhd"),
    "duration": lambda value: value == "auto" or _number(5, 20, 1)(value), "version": _one_of("latest"), "user": _text,
    "generate_audio": _flag, "safety_tolerance": _number(0, 4, 1), "draft": _flag,
}
MODES: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "t2v": (CLIP, ("prompt",)),
    "i2v": ({**CLIP, "keyframes": _keyframes}, ("prompt", "keyframes")),
    "v2v": ({**CLIP, "start_video": _film, "duration": lambda value: value == "auto" or _number(5, 15, 1)(value)},
            ("prompt", "start_video")),
    "draft_enhance": ({name: CLIP[name] for name in ("mode", "resolution", "safety_tolerance", "user")}
                      | {"draft_cache": _text}, ("draft_cache",)),
}
MODELS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    **{name: ({**_flux2(8), "disable_pup": _flag}, ("prompt",)) for name in FLUX2 if "klein" not in name},
    "flux-2-flex": ({**_flux2(8), "prompt_upsampling": _flag, "steps": _number(1, 50, 1), "guidance": _number(1.5, 10)},
                    ("prompt",)),
    **{name: (_flux2(4), ("prompt",)) for name in FLUX2 if "klein" in name},
    "flux-pro-1.1": ({**TOLERANT, "width": _number(256, 1440, 32), "height": _number(256, 1440, 32),
                      "image_prompt": _picture}, ()),
    "flux-pro-1.1-ultra": ({**TOLERANT, "aspect_ratio": _ratio, "raw": _flag, "image_prompt": _picture,
                            "image_prompt_strength": _number(0, 1)}, ()),
    "flux-kontext-pro": ({**TOLERANT, "aspect_ratio": _ratio, "input_image": _picture, "guidance": _number(0.1, 99),
                          "steps": _number(1, 150, 1)}, ("prompt",)),
    "flux-pro-1.0-fill": ({**FILLING, "mask": _picture}, ("image",)),
    "flux-pro-1.0-expand": ({**FILLING, **dict.fromkeys(("top", "bottom", "left", "right"), _number(0, 2048, 1))},
                            ("image",)),
}
MODELS["flux-kontext-max"] = MODELS["flux-kontext-pro"]
TOOL: dict[str, Check] = {"user": _text, "safety_tolerance": _number(0, 5, 1),
                          "output_format": _one_of("jpeg", "png", "webp")}
MODELS["flux-tools/erase-v1"] = (
    {**COMMON, **TOOL, "image": _picture, "mask": _picture, "dilate_pixels": _number(0, 25, 1)}, ("image", "mask"))
del MODELS["flux-tools/erase-v1"][0]["prompt"]
MODELS["flux-tools/outpainting-v1"] = (
    {**TOOL, "input_image": _picture, "prompt": _text, "width": _number(64, 4096, 1), "height": _number(64, 4096, 1),
     "auto_crop": _flag, "disable_pup": _flag, "mode": _one_of("high", "fast"),
     "reference_offset_x": _number(-4096, 4096, 1), "reference_offset_y": _number(-4096, 4096, 1)},
    ("input_image", "width", "height"))


def check(body: Any, fields: Mapping[str, Check], needed: tuple[str, ...]) -> None:
    if not isinstance(body, Mapping):
        raise Problem(422, "Input should be a valid dictionary", "body")
    for name in needed:
        if not body.get(name):
            raise Problem(422, "Field required", name)
    for name, value in body.items():
        if name not in fields:
            raise Problem(422, "Extra inputs are not permitted", name)
        if not fields[name](value):
            raise Problem(422, "Input should be valid", name)


def opened(text: str) -> Any:
    import PIL.Image

    return PIL.Image.open(io.BytesIO(base64.b64decode(text, validate=True)))


def size(text: str) -> tuple[int, int]:
    """Width and height; of an address, which is not fetched here, a square megapixel."""
    if text.startswith(("https://", "http://")):
        return 1024, 1024
    found: tuple[int, int] = opened(text).size
    return found
