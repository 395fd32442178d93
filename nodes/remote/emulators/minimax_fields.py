"""What MiniMax takes in an order, field by field; written after its pages, not after the client."""

import base64
import io
import re
from typing import Any

from nodes.remote.emulators.server import Problem

RATIOS = {"21:9": (168, 72), "16:9": (128, 72), "4:3": (96, 72), "1:1": (96, 96), "3:4": (72, 96), "9:16": (72, 128)}
H3 = {"MiniMax-H3": (("768P", "2K"), 4), "MiniMax-H3-Max": (("480P", "768P"), 5)}
"""Resolutions, and the fewest seconds."""
FIELDS: dict[str, type] = {"model": str, "content": list, "resolution": str, "duration": int, "ratio": str,
                           "aigc_watermark": bool, "callback_url": str}
ROLES = {"image_url": ("first_frame", "last_frame", "reference_image"), "video_url": ("reference_video",),
         "audio_url": ("reference_audio",)}
MOST = {"first_frame": 1, "last_frame": 1, "reference_image": 9, "reference_video": 3, "reference_audio": 3}
HAILUO = ("MiniMax-Hailuo-2.3", "MiniMax-Hailuo-2.3-Fast", "MiniMax-Hailuo-02")
OLDER: dict[str, type] = {"model": str, "prompt": str, "duration": int, "resolution": str, "first_frame_image": str,
                          "last_frame_image": str, "prompt_optimizer": bool, "fast_pretreatment": bool,
                          "aigc_watermark": bool, "callback_url": str}


def check_h3(body: Any) -> dict[str, Any]:
    """The fields of an H3 order. A Problem where one is not as documented."""
    found = _fields(body, FIELDS, ("model", "content", "resolution", "duration"))
    if found["model"] not in H3:
        raise wrong("model")
    resolutions, least = H3[found["model"]]
    if found["resolution"] not in resolutions:
        raise wrong("resolution")
    if not least <= found["duration"] <= 15:
        raise wrong("duration")
    roles = [_checked(one) for one in found["content"]]
    _check_roles(found, roles)
    ratio = found.get("ratio", "adaptive")
    if ratio not in (*RATIOS, "adaptive"):
        raise wrong("ratio")
    if ratio == "adaptive" and not any(role and role != "reference_audio" for role in roles):
        raise Problem(400, "invalid params, ratio adaptive needs an image or a video")
    return found


def _check_roles(found: dict[str, Any], roles: list[str]) -> None:
    if roles.count("") != 1:
        raise Problem(400, "invalid params, content must include a non-empty text item (prompt is required)")
    for role, most in MOST.items():
        if roles.count(role) > most:
            raise Problem(400, f"invalid params, too many {role}")
    if len(roles) - 1 > 12:
        raise Problem(400, "invalid params, too many files")
    refers = {role for role in roles if role.startswith("reference")}
    if refers and {"first_frame", "last_frame"} & set(roles):
        raise Problem(400, "invalid params, frame and reference roles cannot be mixed")
    if refers == {"reference_audio"}:
        raise Problem(400, "invalid params, reference_audio needs a reference image or video")


def _checked(one: Any) -> str:
    """The role of one item; empty for the words."""
    kind = one.get("type") if isinstance(one, dict) else None
    if kind == "text":
        text = one.get("text")
        if set(one) != {"type", "text"} or not isinstance(text, str) or not text.strip() or len(text) > 7000:
            raise Problem(400, "invalid params, content must include a non-empty text item (prompt is required)")
        return ""
    if kind not in ROLES or set(one) != {"type", kind, "role"} or one["role"] not in ROLES[kind]:
        raise wrong("content")
    if not isinstance(one[kind], dict) or set(one[kind]) != {"url"}:
        raise wrong(kind)
    _check_address(str(one[kind]["url"]), kind.removesuffix("_url"))
    return str(one["role"])


def check_hailuo(body: Any) -> dict[str, Any]:
    """The fields of a Hailuo order. A Problem where one is not as documented."""
    found = _fields(body, OLDER, ("model",))
    model, resolution = found["model"], found.get("resolution", "768P")
    if model not in HAILUO:
        raise wrong("model")
    if not found.get("prompt", "").strip() and "first_frame_image" not in found:
        raise Problem(400, "invalid params, prompt is required")
    if len(found.get("prompt", "")) > 2000:
        raise wrong("prompt")
    if resolution not in ("768P", "1080P") or found.get("duration", 6) not in (6, 10):
        raise wrong("resolution or duration")
    if resolution == "1080P" and found.get("duration", 6) != 6:
        raise Problem(400, "invalid params, 1080P supports only 6 seconds")
    if model.endswith("Fast") and "first_frame_image" not in found:
        raise Problem(400, "invalid params, this model needs first_frame_image")
    if "last_frame_image" in found and model != "MiniMax-Hailuo-02":
        raise Problem(400, "invalid params, this model does not support last_frame_image")
    for name in ("first_frame_image", "last_frame_image"):
        if name in found:
            _check_address(found[name], "image")
    return found


def _fields(body: Any, known: dict[str, type], needed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Problem(400, "invalid params, the body is not a JSON object")
    for name, value in body.items():
        kind = known.get(name)
        if kind is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise wrong(name)
    for name in needed:
        if name not in body:
            raise Problem(400, f"invalid params, {name} is required")
    return body


def _check_address(url: str, kind: str) -> None:
    """A web address, a file of MiniMax, or a data URI whose content is of the kind."""
    if re.match(r"https?://\S+\.\S+|mm_file://\w+", url):
        return
    match = re.fullmatch(r"data:(\w+)/[\w-]+;base64,([A-Za-z0-9+/]+=*)", url)
    if match is None or match[1] != kind:
        raise wrong(f"{kind}_url")
    content = base64.b64decode(match[2])
    if kind == "image":
        _check_picture(content)


def _check_picture(content: bytes) -> None:
    import PIL.Image

    try:
        with PIL.Image.open(io.BytesIO(content)) as picture:
            wide, high = picture.size
    except Exception:
        raise wrong("image_url") from None
    if min(wide, high) < 256 or not 0.4 <= wide / high <= 2.5:
        raise Problem(400, "invalid params, the image is too small, too wide or too high")


def wrong(name: str) -> Problem:
    return Problem(400, f"invalid params, {name} is invalid")
