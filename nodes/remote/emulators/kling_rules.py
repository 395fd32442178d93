"""What Kling takes, as its pages of 2026-09 say it: fields, values, limits, and which go together."""

from collections.abc import Mapping
from typing import Any

from nodes.remote.emulators.kling_media import film, picture, sound, wrong

SHAPES = ("16:9", "9:16", "1:1")
LOW, HIGH = ("720p", "1080p"), ("720p", "1080p", "4k")
VIDEO: dict[str, dict[str, Any]] = {
    "text-to-video/kling-3.0": {"prompt": 3072, "settings": {
        "multi_shot": bool, "audio": ("native", "off"), "resolution": HIGH, "aspect_ratio": SHAPES,
        "duration": range(3, 16)}},
    "image-to-video/kling-3.0": {"prompt": 3072, "types": ("prompt", "first_frame", "last_frame", "element"),
        "settings": {"multi_shot": bool, "audio": ("native", "off"), "resolution": HIGH, "duration": range(3, 16)}},
    "omni-video/kling-3.0-omni": {"prompt": 3072,
        "types": ("prompt", "first_frame", "last_frame", "refer_image", "feature_video", "base_video", "element"),
        "settings": {"multi_shot": bool, "audio": ("native", "original", "off"), "resolution": HIGH,
                     "aspect_ratio": SHAPES, "duration": range(3, 16)}},
    "text-to-video/kling-3.0-turbo": {"prompt": 3072, "settings": {
        "resolution": LOW, "aspect_ratio": SHAPES, "duration": range(3, 16)}},
    "image-to-video/kling-3.0-turbo": {"prompt": 2500, "types": ("prompt", "first_frame"), "settings": {
        "resolution": LOW, "duration": range(3, 16)}},
    "omni-video/kling-o1": {"prompt": 2500,
        "types": ("prompt", "first_frame", "last_frame", "refer_image", "feature_video", "base_video", "element"),
        "settings": {"audio": ("original", "off"), "resolution": LOW, "aspect_ratio": SHAPES,
                     "duration": range(3, 11)}},
    "text-to-video/kling-2.6": {"prompt": 2500, "settings": {
        "audio": ("native", "off"), "resolution": LOW, "aspect_ratio": SHAPES, "duration": (5, 10)}},
    "image-to-video/kling-2.6": {"prompt": 2500, "types": ("prompt", "first_frame", "last_frame", "voice"),
        "settings": {"audio": ("native", "off"), "resolution": LOW, "duration": (5, 10)}},
    "text-to-video/kling-2.5-turbo": {"prompt": 2500, "settings": {
        "resolution": LOW, "aspect_ratio": SHAPES, "duration": (5, 10)}},
    "image-to-video/kling-2.5-turbo": {"prompt": 2500, "types": ("prompt", "first_frame", "last_frame"), "settings": {
        "resolution": LOW, "duration": (5, 10)}},
    "motion-control/kling-3.0": {"prompt": 2500, "types": ("prompt", "image", "video", "element"), "settings": {
        "character_orientation": ("image", "video"), "audio": ("original", "off"), "resolution": LOW}},
    "motion-control/kling-2.6": {"prompt": 2500, "types": ("prompt", "image", "video"), "settings": {
        "character_orientation": ("image", "video"), "audio": ("original", "off"), "resolution": LOW}},
}
COMMON = {"watermark_info": dict, "callback_url": str, "external_task_id": str}
RATIOS = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9")
OLDER: dict[str, dict[str, Any]] = {
    "images/generations": {"model_name": ("kling-v2-1", "kling-v3"), "prompt!": 2500, "negative_prompt": 2500,
        "image": str, "image_reference": ("subject", "face"), "image_fidelity": (0.0, 1.0),
        "human_fidelity": (0.0, 1.0), "element_list": list, "resolution": ("1k", "2k"), "n": range(1, 10),
        "aspect_ratio": RATIOS},
    "images/omni-image": {"model_name": ("kling-image-o1", "kling-v3-omni"), "prompt!": 2500, "image_list": list,
        "element_list": list, "resolution": ("1k", "2k", "4k"), "result_type": ("single", "series"),
        "n": range(1, 10), "series_amount": (2, 3, 4, 5, 6, 7, 8, 9, "auto"), "aspect_ratio": (*RATIOS, "auto")},
    "images/editing/expand": {"image!": str, "up_expansion_ratio!": (0.0, 2.0), "down_expansion_ratio!": (0.0, 2.0),
        "left_expansion_ratio!": (0.0, 2.0), "right_expansion_ratio!": (0.0, 2.0), "prompt": 2500, "n": range(1, 10)},
    "videos/identify-face": {"video_id": str, "video_url": str},
    "videos/advanced-lip-sync": {"session_id!": str, "face_choose!": list},
    "videos/avatar/image2video": {"image!": str, "audio_id": str, "sound_file": str, "prompt": 2500,
        "mode": ("std", "pro")},
    "audio/tts": {"text!": 1000, "voice_id!": str, "voice_language!": ("zh", "en"), "voice_speed": (0.8, 2.0)},
}
FACE = {"face_id!": str, "audio_id": str, "sound_file": str, "sound_start_time!": int, "sound_end_time!": int,
        "sound_insert_time!": int, "sound_volume": (0.0, 2.0), "original_audio_volume": (0.0, 2.0)}
ENTRY = {"prompt": {"text"}, "element": {"element_id", "id"}, "voice": {"voice_id", "id"}}


def check(body: Any, rules: Mapping[str, Any], where: str = "body") -> None:
    """Every field known, of its type, among its values; ``!`` marks what must be there, a number a longest text."""
    if not isinstance(body, dict):
        raise wrong(f"{where} must be an object")
    bare = {name.rstrip("!"): rule for name, rule in rules.items()}
    for name in rules:
        if name.endswith("!") and body.get(name[:-1]) in (None, "", []):
            raise wrong(f"{where}.{name[:-1]} is required")
    for name, value in body.items():
        if name not in bare:
            raise wrong(f"unknown field {where}.{name}")
        _value(value, bare[name], f"{where}.{name}")


def _value(value: Any, rule: Any, where: str) -> None:
    if isinstance(rule, type):
        fits = isinstance(value, rule) and not (rule is int and isinstance(value, bool))
    elif isinstance(rule, int):
        fits = isinstance(value, str) and len(value) <= rule
    elif isinstance(rule, tuple) and len(rule) == 2 and all(isinstance(one, float) for one in rule):
        fits = isinstance(value, int | float) and not isinstance(value, bool) and rule[0] <= value <= rule[1]
    else:
        fits = not isinstance(value, bool | float) and value in rule
    if not fits:
        raise wrong(f"{where} has an invalid value")


def check_video(route: str, body: Any) -> None:
    """A request of the newer standard."""
    rules = VIDEO[route]
    text = "types" not in rules
    check(body, {"prompt!" if text else "contents!": rules["prompt"] if text else list, "settings": dict,
                 "options": dict})
    settings = body.get("settings", {})
    check(settings, rules["settings"], "settings")
    check(body.get("options", {}), COMMON, "options")
    kinds = [] if text else [_entry(entry, rules) for entry in body["contents"]]
    if len(ids := [one["id"] for one in body.get("contents", ()) if one.get("id")]) != len(set(ids)):
        raise wrong("contents[].id must not be duplicated")
    family, _, model = route.partition("/")
    {"text-to-video": _of_text, "image-to-video": _of_image, "omni-video": _omni, "motion-control": _motion}[family](
        model, settings, kinds)


def _of_text(model: str, settings: dict[str, Any], kinds: list[str]) -> None:
    if model == "kling-2.6" and settings.get("audio") == "native" and settings.get("resolution") != "1080p":
        raise wrong("native audio supports 1080p only")


def _of_image(model: str, settings: dict[str, Any], kinds: list[str]) -> None:
    _of_text(model, settings, kinds)
    for kind, most in (("prompt", 1), ("first_frame", 1), ("last_frame", 1), ("element", 3), ("voice", 2)):
        if kinds.count(kind) > most:
            raise wrong(f"at most {most} {kind}")
    if "first_frame" not in kinds or "prompt" not in kinds:
        raise wrong("first_frame and prompt are required")
    if model in ("kling-2.6", "kling-2.5-turbo") and "last_frame" in kinds and settings.get("resolution") != "1080p":
        raise wrong("first and last frame support 1080p only")
    if "voice" in kinds and settings.get("audio", "off") == "off":
        raise wrong("audio cannot be off with a voice")


def _omni(model: str, settings: dict[str, Any], kinds: list[str]) -> None:
    films = [kind for kind in kinds if kind.endswith("_video")]
    given = kinds.count("refer_image") + kinds.count("element")
    if "prompt" not in kinds or ("last_frame" in kinds and "first_frame" not in kinds):
        raise wrong("prompt is required; last frame only is not supported")
    if len(films) > 1 or given > (4 if films else 7):
        raise wrong("too many references")
    if not films and "first_frame" not in kinds and "aspect_ratio" not in settings:
        raise wrong("aspect_ratio is required without first frame and reference video")
    shots, audio = settings.get("multi_shot", True), settings.get("audio", "off")
    if films == ["base_video"] and ("first_frame" in kinds or audio == "native"
                                    or (model == "kling-3.0-omni" and shots)):
        raise wrong("base_video goes without frames, native audio and multi_shot")
    if films == ["feature_video"] and model == "kling-3.0-omni" and (audio != "off" or not shots):
        raise wrong("feature_video needs audio off and multi_shot true")
    if model == "kling-o1" and "last_frame" in kinds and (given or films):
        raise wrong("no references with first and last frames")
    alone = "first_frame" in kinds and not films and "refer_image" not in kinds
    if model == "kling-o1" and alone and settings.get("duration", 5) not in (5, 10):
        raise wrong("first frame only: 5 or 10 seconds")


def _motion(model: str, settings: dict[str, Any], kinds: list[str]) -> None:
    if kinds.count("image") != 1 or kinds.count("video") != 1 or kinds.count("element") > 1:
        raise wrong("one image, one video, at most one element")
    if "character_orientation" not in settings:
        raise wrong("character_orientation is required")


def _entry(entry: Any, rules: Mapping[str, Any]) -> str:
    kind = entry.get("type") if isinstance(entry, dict) else None
    if not isinstance(kind, str) or kind not in rules["types"]:
        raise wrong(f"contents[].type {kind!r} is not supported")
    needed = ENTRY.get(kind, {"url"})
    free = {"id"} if kind in ("first_frame", "last_frame", "refer_image", "feature_video", "base_video") else set()
    if missing := needed - set(entry):
        raise wrong(f"contents[].{missing} is required")
    if unknown := set(entry) - needed - free - {"type"}:
        raise wrong(f"unknown field contents[].{unknown}")
    if not all(isinstance(value, str) and value for value in entry.values()):
        raise wrong("contents[] holds texts")
    if kind == "prompt":
        _value(entry["text"], rules["prompt"], "contents[].text")
    elif "video" in kind:
        film(entry["url"])
    elif "url" in needed:
        picture(entry["url"], 50)
    return kind


def check_older(route: str, body: Any) -> None:
    """A request of the older standard."""
    named = {} if route in ("videos/identify-face", "audio/tts") else COMMON
    check(body, {**OLDER[route], **named})
    if "image" in body:
        picture(body["image"], 10)
    for entry in body.get("image_list", ()):
        check(entry, {"image!": str}, "image_list[]")
        picture(entry["image"], 10)
    if len(body.get("image_list", ())) + len(body.get("element_list", ())) > 10:
        raise wrong("images and elements: at most 10")
    if body.get("negative_prompt") and body.get("image"):
        raise wrong("negative_prompt is not supported with image")
    if "image_reference" in body and not body.get("image"):
        raise wrong("image is required with image_reference")
    if {"image_reference", "image_fidelity", "human_fidelity"} & set(body) and body.get("model_name") != "kling-v2-1":
        raise wrong("only kling-v2-1 supports image_reference, image_fidelity and human_fidelity")
    if route == "videos/identify-face":
        if bool(body.get("video_id")) == bool(body.get("video_url")):
            raise wrong("either video_id or video_url")
        if body.get("video_url"):
            film(body["video_url"])
    elif route == "videos/advanced-lip-sync":
        if len(body["face_choose"]) != 1:
            raise wrong("one face")
        _face(body["face_choose"][0])
    elif route == "videos/avatar/image2video":
        sound(body, 300)
    elif route == "images/editing/expand":
        up, down, left, right = (body[f"{side}_expansion_ratio"] for side in ("up", "down", "left", "right"))
        if (1 + up + down) * (1 + left + right) > 3:
            raise wrong("the new image is larger than 3 times the original")


def _face(face: Any) -> None:
    check(face, FACE, "face_choose[]")
    seconds = sound(face, 60)
    if not 0 <= face["sound_start_time"] <= face["sound_end_time"] - 2000 or face["sound_insert_time"] < 0:
        raise wrong("the cropped sound must not be shorter than 2 seconds")
    if seconds is not None and face["sound_end_time"] > seconds * 1000 + 1:
        raise wrong("sound_end_time is later than the end of the sound")
