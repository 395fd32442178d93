"""What BytePlus takes: the fields of its official client 3.0.63 and the limits of its pages, as of 2026-08."""

import base64
import io
import re
from typing import Any

from nodes.remote.emulators.server import Problem

WIDE = ("480p", "720p", "1080p")
VIDEO: dict[str, tuple[tuple[str, ...], int, int, tuple[int, int, int]]] = {
    "dreamina-seedance-2-5-260628": (WIDE, 4, 30, (30, 10, 10)),
    "dreamina-seedance-2-0-260128": ((*WIDE, "4k"), 4, 15, (9, 3, 3)),
    "dreamina-seedance-2-0-fast-260128": (("480p", "720p"), 4, 15, (9, 3, 3)),
    "dreamina-seedance-2-0-mini-260615": (("480p", "720p"), 4, 15, (9, 3, 3)),
    "seedance-1-5-pro-251215": (WIDE, 4, 12, (0, 0, 0)),
    "seedance-1-0-pro-250528": (WIDE, 2, 12, (0, 0, 0)),
    "seedance-1-0-pro-fast-251015": (WIDE, 2, 12, (0, 0, 0)),
}
"""Resolutions, seconds from and to, and how many pictures, films and sounds a model refers to."""
NO_LAST = ("seedance-1-0-pro-fast-251015",)
IMAGES = ("dola-seedream-5-0-pro-260628", "seedream-5-0-lite-260128", "seedream-4-5-251128", "seedream-4-0-250828")
SHAPES = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")
TASK: dict[str, type] = {
    "model": str, "content": list, "resolution": str, "ratio": str, "duration": int, "generate_audio": bool,
    "seed": int, "watermark": bool, "return_last_frame": bool, "callback_url": str, "service_tier": str,
    "execution_expires_after": int, "priority": int, "draft": bool, "camera_fixed": bool, "frames": int,
    "output_format": str, "omni_reference_task_type": str, "safety_identifier": str,
}
PICTURE: dict[str, type] = {
    "model": str, "prompt": str, "image": object, "size": str, "seed": int, "guidance_scale": float,
    "response_format": str, "watermark": bool, "sequential_image_generation": str,
    "sequential_image_generation_options": dict, "output_format": str, "optimize_prompt_options": dict,
    "tools": list, "layer_decomposition": bool, "stream": bool,
}
ROLES = {"image_url": ("first_frame", "last_frame", "reference_image"), "video_url": ("reference_video",),
         "audio_url": ("reference_audio",)}


def check_task(body: Any) -> dict[str, Any]:
    """The fields of a film's order that are given (null is as none). A Problem where one is not as documented."""
    found = _fields(body, TASK)
    if found.get("model") not in VIDEO:
        raise Problem(404, f"The model `{found.get('model')}` does not exist.", "InvalidEndpointOrModel.NotFound")
    resolutions, low, high, most = VIDEO[found["model"]]
    for name, choices in (("resolution", resolutions), ("ratio", (*SHAPES, "adaptive")),
                          ("output_format", ("mp4", "mov")), ("service_tier", ("default", "flex"))):
        if name in found and found[name] not in choices:
            raise Problem(400, f"The parameter `{name}` specified in the request is not valid.")
    if "duration" in found and not low <= found["duration"] <= high:
        raise Problem(400, "The parameter `duration` specified in the request is not valid.")
    if not -1 <= found.get("seed", -1) < (0 if "seedance-2-" in found["model"] else 2**32):
        raise Problem(400, "The parameter `seed` specified in the request is not valid.")
    _check_content(found["model"], found.get("content"), most)
    return found


def _check_content(model: str, content: Any, most: tuple[int, int, int]) -> None:
    if not content:
        raise Problem(400, "The request is missing `content`.", "MissingParameter")
    roles = []
    for one in content:
        kind = one.get("type") if isinstance(one, dict) else None
        if kind == "text" and isinstance(one.get("text"), str) and set(one) == {"type", "text"}:
            continue
        if kind not in ROLES or set(one) - {"type", kind, "role"} or one.get("role") not in ROLES[kind]:
            raise Problem(400, "The parameter `content` specified in the request is not valid.")
        _check_address(str(one[kind].get("url")), kind.removesuffix("_url"))
        if kind == "image_url":
            _check_sides(str(one[kind]["url"]))
        roles.append(one["role"])
    counts = [roles.count(name) for name in ("reference_image", "reference_video", "reference_audio")]
    frames = "first_frame" in roles, "last_frame" in roles
    if any(count > limit for count, limit in zip(counts, most, strict=True)):
        raise Problem(400, "Too many references in `content`.")
    if (any(frames) and any(counts)) or frames == (False, True) or roles.count("first_frame") > 1:
        raise Problem(400, "first/last frame content cannot be mixed with reference media content.")
    if frames[1] and model in NO_LAST:
        raise Problem(400, "The model does not support the last frame.")
    if counts == [0, 0, counts[2]] and counts[2] and "2-5" not in model:
        raise Problem(400, "Reference audio needs a reference image or video.")


def check_picture(body: Any) -> dict[str, Any]:
    """The fields of a picture's order that are given. A Problem where one is not as documented."""
    found = _fields(body, PICTURE)
    if found.get("model") not in IMAGES:
        raise Problem(404, f"The model `{found.get('model')}` does not exist.", "InvalidEndpointOrModel.NotFound")
    if not found.get("prompt"):
        raise Problem(400, "The request is missing `prompt`.", "MissingParameter")
    if not re.fullmatch(r"([1234]|1\.5)K|\d{3,4}x\d{3,4}", found.get("size", "2K")):
        raise Problem(400, "The parameter `size` specified in the request is not valid.")
    if found.get("response_format", "url") not in ("url", "b64_json"):
        raise Problem(400, "The parameter `response_format` specified in the request is not valid.")
    if found.get("sequential_image_generation", "disabled") not in ("disabled", "auto"):
        raise Problem(400, "The parameter `sequential_image_generation` specified in the request is not valid.")
    images = found.get("image", [])
    for one in [images] if isinstance(images, str) else images:
        _check_address(one, "image")
    return found


def _fields(body: Any, known: dict[str, type]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Problem(400, "The request body is not a JSON object.")
    for name, value in body.items():
        kind = known.get(name)
        if kind is None:
            raise Problem(400, f"json: unknown field `{name}`")
        fits = isinstance(value, kind if kind is not float else (int, float))
        if value is not None and (not fits or (kind is int and isinstance(value, bool))):
            raise Problem(400, f"The parameter `{name}` specified in the request is not valid.")
    return {name: value for name, value in body.items() if value is not None}


def _check_address(url: str, kind: str) -> None:
    if re.match(r"https?://|asset://", url):
        return
    types = {"image": "image/(?:png|jpeg|webp)", "audio": "audio/(?:wav|mp3)", "video": "no such thing"}[kind]
    match = re.fullmatch(rf"data:{types};base64,([A-Za-z0-9+/]+=*)", url)
    if match is None or not base64.b64decode(match[1]):
        raise Problem(400, "The parameter `url` specified in the request is not valid.")


def _check_sides(url: str) -> None:
    import PIL.Image

    if not url.startswith("data:"):
        return
    with PIL.Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as picture:
        width, height = picture.size
    if not 300 <= min(width, height) <= max(width, height) <= 6000 or not 0.4 <= width / height <= 2.5:
        raise Problem(400, "The image's sides must be 300 to 6000 px, its aspect ratio 0.4 to 2.5.")
