"""What the routes of Stability AI take, as the vendor's OpenAPI document of 2026-09-22 says."""

import io
from collections.abc import Callable, Mapping

from nodes.remote.emulators.server import Field, Problem

RATIOS = ("21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21")
STYLES = ("enhance", "anime", "photographic", "digital-art", "comic-book", "fantasy-art", "line-art", "analog-film",
          "neon-punk", "isometric", "low-poly", "origami", "modeling-compound", "cinematic", "3d-model", "pixel-art",
          "tile-texture")
Check = Callable[[Field], bool]


def _words(field: Field) -> bool:
    return not field.filename and len(field.text) <= 10000


def _from(low: float, high: float) -> Check:
    def check(field: Field) -> bool:
        try:
            return not field.filename and low <= float(field.text) <= high
        except ValueError:
            return False

    return check


def _of(*choices: str) -> Check:
    return lambda field: not field.filename and field.text in choices


def _picture(least: int = 4096, most: int = 9_437_184, ratio: float = 1000.0) -> Check:
    """A file with a picture of so many pixels whose sides are at most 1 : ratio, none below 64."""
    def check(field: Field) -> bool:
        if not field.filename or field.type not in ("image/png", "image/jpeg", "image/webp"):
            return False
        width, height = size(field.content)
        return min(width, height) >= 64 and least <= width * height <= most and max(width, height) <= ratio * min(
            width, height)

    return check


def _sound(field: Field) -> bool:
    return bool(field.filename) and field.type in ("audio/wav", "audio/mpeg") and len(field.content) > 44


SEED, FORMAT, STYLE = _from(0, 4294967294), _of("jpeg", "png", "webp"), _of(*STYLES)
BASE: dict[str, Check] = {"seed": SEED, "output_format": FORMAT}
WORDED = {**BASE, "prompt": _words, "negative_prompt": _words, "style_preset": STYLE}
RAW = _picture(4096, 16384 * 16384)
NARROW = _picture(ratio=2.5)
SOUND: dict[str, Check] = {"prompt": _words, "model": _of("stable-audio-3"), "duration": _from(1, 380), "seed": SEED,
                           "steps": _from(4, 8), "cfg_scale": _from(1, 25), "output_format": _of("mp3", "wav")}
ROUTES: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "stable-image/generate/ultra": ({**WORDED, "aspect_ratio": _of(*RATIOS), "image": RAW, "strength": _from(0, 1)},
                                    ("prompt",)),
    "stable-image/generate/core": ({**WORDED, "aspect_ratio": _of(*RATIOS)}, ("prompt",)),
    "stable-image/generate/sd3": (
        {**WORDED, "aspect_ratio": _of(*RATIOS), "image": RAW, "strength": _from(0, 1), "cfg_scale": _from(1, 10),
         "mode": _of("text-to-image", "image-to-image"),
         "model": _of("sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash")}, ("prompt",)),
    "stable-image/upscale/fast": ({"image": _picture(1024, 1_048_576), "output_format": FORMAT}, ("image",)),
    "stable-image/upscale/conservative": (
        {**BASE, "prompt": _words, "negative_prompt": _words, "image": _picture(), "creativity": _from(0.2, 0.5)},
        ("image", "prompt")),
    "stable-image/upscale/creative": ({**WORDED, "image": _picture(4096, 1_048_576), "creativity": _from(0.1, 0.5)},
                                      ("image", "prompt")),
    "stable-image/edit/erase": ({**BASE, "image": _picture(), "mask": _picture(), "grow_mask": _from(0, 20)},
                                ("image",)),
    "stable-image/edit/inpaint": ({**WORDED, "image": _picture(), "mask": _picture(), "grow_mask": _from(0, 100)},
                                  ("image", "prompt")),
    "stable-image/edit/outpaint": (
        {**BASE, "prompt": _words, "style_preset": STYLE, "image": NARROW, "creativity": _from(0, 1),
         **dict.fromkeys(("left", "right", "up", "down"), _from(0, 2000))}, ("image",)),
    "stable-image/edit/search-and-replace": (
        {**WORDED, "image": NARROW, "search_prompt": _words, "grow_mask": _from(0, 20)},
        ("image", "prompt", "search_prompt")),
    "stable-image/edit/search-and-recolor": (
        {**WORDED, "image": NARROW, "select_prompt": _words, "grow_mask": _from(0, 20)},
        ("image", "prompt", "select_prompt")),
    "stable-image/edit/remove-background": ({"image": _picture(4096, 4_194_304), "output_format": _of("png", "webp")},
                                            ("image",)),
    "stable-image/edit/replace-background-and-relight": (
        {**BASE, "subject_image": NARROW, "background_reference": _picture(), "light_reference": _picture(),
         **dict.fromkeys(("background_prompt", "foreground_prompt", "negative_prompt"), _words),
         **dict.fromkeys(("preserve_original_subject", "original_background_depth", "light_source_strength"),
                         _from(0, 1)),
         "keep_original_background": _of("true", "false"),
         "light_source_direction": _of("left", "right", "above", "below")}, ("subject_image",)),
    "stable-image/control/sketch": ({**WORDED, "image": NARROW, "control_strength": _from(0, 1)}, ("image", "prompt")),
    "stable-image/control/structure": ({**WORDED, "image": NARROW, "control_strength": _from(0, 1)},
                                       ("image", "prompt")),
    "stable-image/control/style": ({**WORDED, "image": NARROW, "fidelity": _from(0, 1), "aspect_ratio": _of(*RATIOS)},
                                   ("image", "prompt")),
    "stable-image/control/style-transfer": (
        {**BASE, "prompt": _words, "negative_prompt": _words, "init_image": NARROW, "style_image": _picture(),
         "style_strength": _from(0, 1), "composition_fidelity": _from(0, 1), "change_strength": _from(0.1, 1)},
        ("init_image", "style_image")),
    "audio/stable-audio/text-to-audio": (SOUND, ("prompt",)),
    "audio/stable-audio/audio-to-audio": ({**SOUND, "audio": _sound, "strength": _from(0, 1)}, ("prompt", "audio")),
}


def check(fields: Mapping[str, Field], known: Mapping[str, Check], needed: tuple[str, ...]) -> None:
    for name in needed:
        if name not in fields or not fields[name].content:
            raise Problem(400, f"{name}: is required")
    for name, field in fields.items():
        if name not in known:
            raise Problem(400, f"{name}: is not a known field")
        if not known[name](field):
            raise Problem(400, f"{name}: is not valid")


def check_together(route: str, fields: Mapping[str, Field]) -> None:
    """What one field asks of another."""
    if route.startswith("stable-image/generate") and ("image" in fields) != ("strength" in fields):
        raise Problem(400, "strength: is required when image is provided, and only then")
    if route.endswith("/sd3"):
        later = "mode" in fields and fields["mode"].text == "image-to-image"
        if later != ("image" in fields) or (later and "aspect_ratio" in fields):
            raise Problem(400, "mode: image-to-image takes image and strength and no aspect_ratio")
    if route.endswith("/outpaint") and not any(float(fields[name].text) for name in ("left", "right", "up", "down")
                                               if name in fields):
        raise Problem(400, "left, right, up, down: at least one must be greater than 0")
    if route.endswith("relight"):
        if "background_prompt" not in fields and "background_reference" not in fields:
            raise Problem(400, "background_prompt: background_prompt or background_reference is required")
        if "light_source_strength" in fields and not {"light_reference", "light_source_direction"} & set(fields):
            raise Problem(400, "light_source_strength: requires light_reference or light_source_direction")


def size(content: bytes) -> tuple[int, int]:
    import PIL.Image

    try:
        found: tuple[int, int] = PIL.Image.open(io.BytesIO(content)).size
    except Exception:
        return 0, 0
    return found
