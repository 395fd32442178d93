"""What xAI takes in an order, field by field; written after its pages, not after the client.

How several pictures are named in an edit (``images``) is not confirmed by a page that was read.
"""

import base64
import io
import re
from typing import Any

from nodes.remote.emulators.server import Problem

IMAGES = ("grok-imagine-image", "grok-imagine-image-2.0", "grok-imagine-image-quality")
VIDEOS = ("grok-imagine-video", "grok-imagine-video-1.5", "grok-imagine-video-1.5-lite")
SIDES = {"auto": (96, 96), "1:1": (96, 96), "16:9": (128, 72), "9:16": (72, 128), "4:3": (96, 72), "3:4": (72, 96),
         "3:2": (108, 72), "2:3": (72, 108), "2:1": (128, 64), "1:2": (64, 128), "19.5:9": (156, 72),
         "9:19.5": (72, 156), "20:9": (160, 72), "9:20": (72, 160), "21:9": (168, 72), "5:2": (180, 72)}
OF_FILMS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9", "5:2")
WIDE = ("21:9", "5:2")
PICTURE: dict[str, type] = {
    "model": str, "prompt": str, "n": int, "aspect_ratio": str, "resolution": str, "quality": str,
    "response_format": str, "image": dict, "images": list, "user": str,
}
FILM: dict[str, type] = {
    "model": str, "prompt": str, "duration": int, "aspect_ratio": str, "resolution": str, "image": dict,
    "reference_images": list, "reference_audios": list, "last_frame": dict, "keyframes": list, "generate_audio": bool,
    "video": dict, "user": str,
}
ONLY_NEW = ("last_frame", "keyframes", "reference_audios")


def check_image(route: str, body: Any) -> dict[str, Any]:
    """The fields of a picture's order. A Problem where one is not as documented."""
    found = _fields(body, PICTURE)
    if found.get("model") not in IMAGES:
        raise Problem(404, f"The model {found.get('model')} does not exist or your team has no access to it.")
    if not found.get("prompt", "").strip():
        raise Problem(400, "Prompt cannot be empty.")
    newest = found["model"].endswith("2.0")
    shape = found.get("aspect_ratio", "auto")
    _one_of(found, "aspect_ratio", tuple(SIDES))
    if shape in WIDE and not newest:
        raise Problem(400, "Invalid aspect_ratio for this model.")
    _one_of(found, "resolution", ("1k", "2k"))
    _one_of(found, "response_format", ("url", "b64_json"))
    if "quality" in found and (not newest or found["quality"] not in ("low", "medium")):
        raise Problem(400, "Argument not supported on this model: quality.")
    if not 1 <= found.get("n", 1) <= 10:
        raise Problem(400, "n must be between 1 and 10.")
    given = [found["image"]] if "image" in found else found.get("images", [])
    if (route == "edits") != bool(given) or ("image" in found and "images" in found) or len(given) > 3:
        raise Problem(400, "An edit needs one to three images.")
    for one in given:
        _picture(one)
    return found


def check_video(route: str, body: Any) -> dict[str, Any]:
    """The fields of a film's order. A Problem where one is not as documented."""
    found = _fields(body, FILM)
    model = found.get("model")
    if model not in VIDEOS:
        raise Problem(404, f"The model {model} does not exist or your team has no access to it.")
    if len(found.get("prompt", "").encode()) > 4096:
        raise Problem(400, "Prompt is too long.")
    if route != "generations":
        _check_other(route, found)
        return found
    pinned = [found[name] for name in ("image", "last_frame") if name in found]
    references = found.get("reference_images", [])
    for one in (*pinned, *references):
        _picture(one)
    if "video" in found or len(references) > 7:
        raise Problem(400, "Conflicting request modes.")
    if not found.get("prompt", "").strip() and not pinned and not references:
        raise Problem(400, "Prompt cannot be empty. Please provide a prompt.")
    _check_model(model, found, bool(references))
    _one_of(found, "aspect_ratio", OF_FILMS)
    return found


def _check_model(model: str, found: dict[str, Any], refers: bool) -> None:
    for name in ONLY_NEW:
        if name in found and model != "grok-imagine-video-1.5":
            raise Problem(400, f"`{name}` is not supported for this model.")
    if refers and model.endswith("lite"):
        raise Problem(400, "`reference_images` is not supported for this model.")
    if refers and "image" in found and model == "grok-imagine-video":
        raise Problem(400, "`image` and `reference_images` cannot be combined.")
    high = () if model == "grok-imagine-video" or refers else ("1080p",)
    _one_of(found, "resolution", ("480p", "720p", *high))
    most = 10 if refers and model == "grok-imagine-video" else 15
    if not 1 <= found.get("duration", 8) <= most:
        raise Problem(400, f"Duration must be between 1 and {most} seconds.")


def _check_other(route: str, found: dict[str, Any]) -> None:
    """Edits and extensions of a film."""
    allowed = {"model", "prompt", "video", "user"} | ({"duration"} if route == "extensions" else set())
    if set(found) - allowed or found["model"] != "grok-imagine-video":
        raise Problem(400, "The requested operation is not available for the selected model or settings.")
    if not found.get("prompt", "").strip():
        raise Problem(400, "Prompt cannot be empty. Please provide a prompt.")
    video = found.get("video", {})
    if set(video) != {"url"} or not re.fullmatch(r"https?://\S+\.mp4", str(video["url"])):
        raise Problem(400, "An mp4 video is needed.")
    if not 2 <= found.get("duration", 6) <= 10:
        raise Problem(400, "Duration must be between 2 and 10 seconds.")


def _fields(body: Any, known: dict[str, type]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Problem(400, "The body is not a JSON object.")
    for name, value in body.items():
        kind = known.get(name)
        if kind is None:
            raise Problem(422, f"Failed to deserialize the JSON body: unknown field `{name}`")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Problem(422, f"Failed to deserialize the JSON body: {name}: invalid type")
    return body


def _one_of(found: dict[str, Any], name: str, choices: tuple[str, ...]) -> None:
    if name in found and found[name] not in choices:
        raise Problem(400, f"Invalid {name}. Valid values: {', '.join(choices)}.")


def _picture(one: Any) -> None:
    """``{url}``, perhaps with ``type``: a web address or a data URI that holds a picture."""
    if not isinstance(one, dict) or set(one) - {"url", "type"} or one.get("type", "image_url") != "image_url":
        raise Problem(422, "Failed to deserialize the JSON body: an image needs a url")
    url = str(one.get("url"))
    if re.match(r"https?://\S+\.\S+", url):
        return
    match = re.fullmatch(r"data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/]+=*)", url)
    try:
        import PIL.Image

        with PIL.Image.open(io.BytesIO(base64.b64decode(match[1] if match else ""))) as picture:
            picture.verify()
    except Exception:
        raise Problem(400, "The image is invalid or could not be fetched.") from None
