"""What the Gemini API refuses, in its words: unknown fields, wrong values, pictures that can't be read."""

import base64
import io
from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators.server import Problem

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
LONG_RATIOS = ("1:4", "4:1", "1:8", "8:1")
TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")


def only(found: Any, *names: str, at: str = "") -> None:
    """Refuse what is no object or has other fields, in the words of the real one."""
    if not isinstance(found, Mapping):
        raise Problem(400, f"Invalid value at '{at or 'request'}': an object was expected.")
    for name in found:
        if name not in names:
            where = f" at '{at}'" if at else ""
            raise Problem(400, f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')


def among(value: Any, choices: tuple[str, ...], name: str) -> str:
    if value not in choices or not isinstance(value, str):
        raise Problem(400, f"Invalid value for {name}: {value!r}. Supported values are {', '.join(choices)}.")
    return value


def dimensions(ratio: str, longest: int) -> tuple[int, int]:
    width, height = map(int, ratio.split(":"))
    scale = longest / max(width, height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def content_of(body: Any) -> list[Any]:
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        raise Problem(400, "GenerateContentRequest.contents: contents is not specified")
    for one in contents:
        only(one, "role", "parts", at="contents[0]")
        among(one.get("role", "user"), ("user", "model"), "contents.role")
    return [part for one in contents for part in one.get("parts", ())]


def part_of(part: Any) -> str:
    """A part in words; a picture must be one that can be read."""
    only(part, "text", "inlineData", at="contents[0].parts[0]")
    if "text" in part:
        if not isinstance(part["text"], str):
            raise Problem(400, "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING).")
        return part["text"]
    inline = part.get("inlineData")
    only(inline, "mimeType", "mime_type", "data", at="contents[0].parts[0].inline_data")
    check_picture(inline.get("data"), inline.get("mimeType") or inline.get("mime_type"))
    return f"<picture of {len(inline['data'])}>"


def check_picture(data: Any, type: Any) -> None:
    import PIL.Image

    among(type, ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"), "mime_type")
    try:
        # Both alphabets are taken; the official client sends the one for addresses.
        content = base64.b64decode(data.translate({45: 43, 95: 47}), validate=True)
        PIL.Image.open(io.BytesIO(content)).load()
    except Exception:
        raise Problem(400, "Unable to process input image.") from None


def check_film(data: Any, type: Any) -> None:
    among(type, ("video/mp4", "video/mpeg", "video/mov", "video/webm"), "mime_type")
    if base64.b64decode(str(data).translate({45: 43, 95: 47}))[4:8] != b"ftyp":
        raise Problem(400, "Unable to process input video.")


def blocks_of(given: Any) -> list[str]:
    """The types of the content blocks: of a bare text, a list of blocks, or a list of steps."""
    if isinstance(given, str) and given:
        return ["text"]
    if not isinstance(given, list) or not given:
        raise Problem(400, "input is required.")
    blocks: list[Any] = []
    for one in given:
        step = isinstance(one, Mapping) and one.get("type") == "user_input"
        if step:
            only(one, "type", "content", at="input")
        blocks += one.get("content", ()) if step else [one]
    for block in blocks:
        only(block, "type", "text", "data", "mime_type", "uri", at="input")
        if not isinstance(block.get("text", ""), str):
            raise Problem(400, "Invalid value at 'input.text' (TYPE_STRING).")
        among(block.get("type"), ("text", "image", "video"), "input.type")
        if block["type"] == "image":
            check_picture(block.get("data"), block.get("mime_type"))
        if block["type"] == "video":
            check_film(block.get("data"), block.get("mime_type"))
    return [block["type"] for block in blocks]


def check_task(task: Any, blocks: list[str]) -> None:
    images = blocks.count("image")
    if "text" not in blocks:
        raise Problem(400, "A text prompt is required.")
    if task is None:
        return
    among(task, TASKS, "task")
    if task == "text_to_video" and len(blocks) > blocks.count("text"):
        raise Problem(400, "text_to_video takes no media.")
    if (task == "image_to_video" and images not in (1, 2)) or (task == "reference_to_video" and not images):
        raise Problem(400, f"{task} does not take {images} images.")
    if task in ("edit", "extend", "upscale") and "video" not in blocks:
        raise Problem(400, f"{task} needs a video.")


def seconds_of(text: Any) -> float:
    """A protobuf Duration in JSON: ``5s``."""
    if not isinstance(text, str) or not text.endswith("s"):
        raise Problem(400, "Invalid value at 'response_format.duration' (google.protobuf.Duration).")
    try:
        return float(text[:-1])
    except ValueError:
        raise Problem(400, f"Illegal duration format {text!r}.") from None


def check_instance(instance: Any) -> None:
    only(instance, "prompt", "image", "lastFrame", "referenceImages", "video", at="instances[0]")
    pictures = [instance[name] for name in ("image", "lastFrame") if name in instance]
    for one in instance.get("referenceImages", ()):
        only(one, "image", "referenceType", at="instances[0].referenceImages")
        among(one.get("referenceType"), ("ASSET", "asset"), "referenceType")
        pictures.append(one.get("image"))
    for picture in pictures:
        only(picture, "bytesBase64Encoded", "mimeType", at="instances[0].image")
        check_picture(picture.get("bytesBase64Encoded"), picture.get("mimeType"))
    if not isinstance(instance.get("prompt", ""), str):
        raise Problem(400, "prompt must be a string.")
    if not instance.get("prompt") and not pictures:
        raise Problem(400, "A prompt or an image is required.")
    if len(instance.get("referenceImages", ())) > 3:
        raise Problem(400, "At most 3 reference images are supported.")


def check_veo(model: str, given: Any) -> None:
    only(given, "sampleCount", "durationSeconds", "aspectRatio", "resolution", "personGeneration", "negativePrompt",
         at="parameters")
    among(given.get("aspectRatio", "16:9"), ("16:9", "9:16"), "aspectRatio")
    size = among(given.get("resolution", "720p"), ("720p", "1080p") if "lite" in model else ("720p", "1080p", "4k"),
                 "resolution")
    if given.get("sampleCount", 1) != 1:
        raise Problem(400, "sampleCount must be 1.")
    seconds = given.get("durationSeconds", 8)
    if seconds not in (4, 6, 8) or not isinstance(seconds, int):
        raise Problem(400, "durationSeconds must be 4, 6 or 8.")
    if size != "720p" and seconds != 8:
        raise Problem(400, f"{size} needs a durationSeconds of 8.")
