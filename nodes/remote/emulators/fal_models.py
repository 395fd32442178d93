"""The endpoints that the stand-in for fal knows, with a part of their inputs: as schemas, and as what it checks."""

from collections.abc import Mapping
from typing import Any

PRESETS = {
    "square_hd": (1024, 1024), "square": (512, 512), "portrait_4_3": (768, 1024), "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768), "landscape_16_9": (1024, 576),
}
TEXT = {"type": "string"}
SEED = {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "The same seed gives the same result."}
SIZE = {
    "anyOf": [{"$ref": "#/components/schemas/ImageSize"}, {"enum": list(PRESETS), "type": "string"}],
    "default": "landscape_4_3", "description": "The size of the generated image.",
}
STEPS = {"type": "integer", "minimum": 1, "maximum": 50, "default": 28, "title": "Num Inference Steps"}
COUNT = {"type": "integer", "minimum": 1, "maximum": 4, "default": 1}
PAINT = {"prompt": TEXT, "image_size": SIZE, "num_inference_steps": STEPS, "seed": SEED, "num_images": COUNT}
LORAS = {"type": "array", "items": {"$ref": "#/components/schemas/LoraWeight"}, "default": []}
LENGTH = {"type": "integer", "enum": [5, 10], "default": 5}
ENDPOINTS: Mapping[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {
    "fal-ai/flux/dev": ("image", PAINT, ("prompt",)),
    "fal-ai/flux-lora": ("image", {**PAINT, "loras": LORAS}, ("prompt",)),
    "fal-ai/flux-lora/inpainting": (
        "image", {**PAINT, "image_url": TEXT, "mask_url": TEXT, "loras": LORAS}, ("prompt", "image_url", "mask_url"),
    ),
    "fal-ai/nano-banana/edit": (
        "image", {"prompt": TEXT, "image_urls": {"type": "array", "items": TEXT}, "num_images": COUNT},
        ("prompt", "image_urls"),
    ),
    "fal-ai/clarity-upscaler": (
        "upscale",
        {"image_url": TEXT, "prompt": {"type": "string", "default": "masterpiece"},
         "upscale_factor": {"type": "number", "minimum": 1, "maximum": 4, "default": 2}, "seed": SEED},
        ("image_url",),
    ),
    "alibaba/wan-3.0/text-to-video": (
        "video",
        {"prompt": TEXT, "resolution": {"type": "string", "enum": ["480p", "720p", "1080p"], "default": "1080p"},
         "duration": LENGTH, "seed": SEED},
        ("prompt",),
    ),
    "fal-ai/wan/v2.2-a14b/image-to-video": (
        "video", {"prompt": TEXT, "image_url": TEXT, "end_image_url": TEXT, "seed": SEED}, ("prompt", "image_url"),
    ),
    "fal-ai/kling-video/v3/pro/image-to-video": (
        "video", {"prompt": TEXT, "start_image_url": TEXT, "end_image_url": TEXT}, ("prompt", "start_image_url"),
    ),
    "fal-ai/topaz/upscale/video": (
        "video", {"video_url": TEXT, "upscale_factor": {"type": "number", "minimum": 1, "maximum": 8, "default": 2}},
        ("video_url",),
    ),
    "fal-ai/sync-lipsync": ("video", {"video_url": TEXT, "audio_url": TEXT}, ("video_url", "audio_url")),
    "fal-ai/stable-audio": (
        "audio", {"prompt": TEXT, "seconds_total": {"type": "integer", "minimum": 1, "default": 30}}, ("prompt",),
    ),
    "fal-ai/florence-2-large/caption": ("text", {"image_url": TEXT}, ("image_url",)),
}
COMPONENTS: Mapping[str, Mapping[str, Any]] = {
    "ImageSize": {
        "type": "object",
        "properties": {side: {"type": "integer", "exclusiveMinimum": 0, "maximum": 14142, "default": 512}
                       for side in ("width", "height")},
    },
    "LoraWeight": {
        "type": "object", "required": ["path"],
        "properties": {"path": TEXT, "scale": {"type": "number", "minimum": 0, "maximum": 4, "default": 1}},
    },
}


def document(endpoint: str) -> dict[str, Any]:
    """The OpenAPI document of an endpoint."""
    _, properties, required = ENDPOINTS[endpoint]
    title = "".join(part.capitalize() for part in endpoint.replace("/", "-").replace(".", "").split("-")) + "Input"
    schema = {"title": title, "type": "object", "properties": properties, "required": list(required),
              "x-fal-order-properties": list(properties)}
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{title}"}}}
    queue = {"title": "QueueStatus", "type": "object", "properties": {"status": TEXT}, "required": ["status"]}
    return {
        "openapi": "3.0.4", "info": {"title": f"Queue OpenAPI for {endpoint}", "version": "1.0.0"},
        "components": {"schemas": {**COMPONENTS, "QueueStatus": queue, title: schema}},
        "paths": {
            f"/{endpoint}/requests/{{request_id}}/status": {"get": {}},
            f"/{endpoint}/requests/{{request_id}}/cancel": {"put": {}},
            f"/{endpoint}": {"post": {"requestBody": {"required": True, "content": content}}},
            f"/{endpoint}/requests/{{request_id}}": {"get": {}},
        },
        "servers": [{"url": "https://queue.fal.run"}],
    }


def size_of(request: Mapping[str, Any]) -> tuple[int, int]:
    """The width and height that a request wants, in pixels."""
    size = request.get("image_size", "landscape_4_3")
    if isinstance(size, dict):
        return int(size.get("width", 512)), int(size.get("height", 512))
    return PRESETS[size]


def faults(rule: Mapping[str, Any], value: Any) -> list[str]:
    """What is wrong with a value; several alternatives are right if one is."""
    if "anyOf" in rule:
        tries = [faults(one, value) for one in rule["anyOf"]]
        return [] if [] in tries else tries[0]
    if "$ref" in rule:
        rule = COMPONENTS[rule["$ref"].rpartition("/")[2]]
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "array": list, "object": dict,
                             "null": type(None)}
    if not isinstance(value, kinds[rule["type"]]) or isinstance(value, bool):
        return [f"Input should be a valid {rule['type']}"]
    if "enum" in rule and value not in rule["enum"]:
        return [f"Input should be one of {rule['enum']}"]
    if isinstance(value, int | float) and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        return [f"Input should be from {rule.get('minimum')} to {rule.get('maximum')}"]
    return [said for one in value for said in faults(rule["items"], one)] if isinstance(value, list) else []
