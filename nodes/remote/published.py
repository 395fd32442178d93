"""Any model of a provider that publishes schemas: prompt, seed and wired media go to the properties that fit.

Where a medium goes is decided, in this order, by the settings (a value ``"@image"`` stands for the wired picture), by
the schema that was kept of the model, by its row (``can.fields``), by the names that are usual at the provider.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ajar.errors import UserError
from ajar.published import Field, check, kept, read, settings_of
from ajar.remote import Media, Order, Part, Provider
from ajar.values import Audio, Image, Mask, Video

ROLES = {"image": "picture", "images": "pictures", "mask": "mask", "video": "film", "voice": "sound"}
"""What can be wired, and what it is called."""
NAMES: Mapping[str, tuple[str, ...]] = {
    "image": (
        "image_url", "image", "input_image", "start_image_url", "start_image", "first_frame_url", "first_frame_image",
        "first_frame", "init_image", "source_image_url", "source_image", "face_image_url", "portrait_url",
    ),
    "images": (
        "image_urls", "images", "input_images", "image_input", "reference_image_urls", "reference_images",
        "reference_image_url",
    ),
    "mask": ("mask_url", "mask_image_url", "mask", "mask_image", "image_mask"),
    "video": ("video_url", "video", "input_video", "source_video_url", "reference_video_url"),
    "voice": ("audio_url", "audio", "audio_file", "input_audio", "driven_audio", "voice_url", "speech", "sound"),
}
"""Names that are preferred where several properties would take a medium."""
KINDS = {"image": "image", "images": "image", "mask": "image", "video": "video", "voice": "audio"}
LATER = ("end", "last", "tail", "mask", "reference", "ref", "style", "control", "background")
"""Words of properties that take a picture, but not the picture that is worked on."""
LARGEST_SEED = 2**31 - 1
"""Taken where a schema names no largest seed: it fits everywhere."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is wired to a node for any model."""

    prompt: str
    image: Image | None
    images: tuple[Image, ...]
    mask: Mask | None
    video: Video | None
    voice: Audio | None
    settings: str
    seed: int

    def media(self) -> tuple[Media, ...]:
        """All of it to be uploaded: an address is what every model takes, however large the file is."""
        single = (("image", self.image, "png"), ("mask", self.mask, "png"), ("video", self.video, "mp4"),
                  ("voice", self.voice, "wav"))
        found = [Media(role, value, suffix, "upload") for role, value, suffix in single if value is not None]
        return (*found, *(Media("images", one, "png", "upload") for one in self.images))


def order(provider: Provider, model: str, inputs: Inputs, usual: Mapping[str, str]) -> Order:
    """The order of a model by its name. UserError where what is known of it says that it would be refused."""
    offer = provider.offer(model)
    if offer.status == "retired":
        instead = f"Use {offer.instead}." if offer.instead else "Choose another model."
        raise UserError(f"{offer.title} was ended{f' on {offer.ended}' if offer.ended else ''}.", instead)
    wanted = settings_of(inputs.settings)
    settings = {"prompt": inputs.prompt, "seed": inputs.seed, "input": wanted}
    media = inputs.media()
    shell = Order(model, offer.modality, settings, media)
    given = {role: [f"https://{role}.{number}" for number, one in enumerate(media) if one.role == role]
             for role in ROLES}
    phrased = phrase(provider, shell, given, usual)
    fields = fields_of(provider, model)
    if fields:
        check(fields, phrased, offer.title)
    defaults = {field.name: field.default for field in fields if field.default is not None}
    terms = {**offer.can.get("defaults", {}), **defaults, **wanted}
    terms = {name: value for name, value in terms.items() if isinstance(value, str | int | float | bool)}
    return Order(model, offer.modality, settings, media, terms, _units(terms, offer.modality))


def refs(parts: Sequence[Part]) -> dict[str, list[str]]:
    """The addresses of uploaded media by role."""
    return {role: [part.ref or part.data_uri() for part in parts if part.role == role] for role in ROLES}


def phrase(
    provider: Provider, order: Order, given: Mapping[str, Sequence[str]], usual: Mapping[str, str]
) -> dict[str, Any]:
    """The model's input as JSON: settings, prompt, seed, and the addresses of media where they belong."""
    offer = provider.offer(order.model)
    fields = fields_of(provider, order.model)
    names = {field.name for field in fields}
    used: set[str] = set()
    seed = _seed(int(order.settings["seed"]), fields)
    plain: dict[str, Any] = _filled(order.settings["input"], given, seed, used)
    prompt = str(order.settings["prompt"])
    if prompt and fields and "prompt" not in names:
        raise UserError(f"{offer.title} takes no prompt.", "Empty the prompt, or write it into a setting that it has.")
    _put(plain, "prompt", prompt or None)
    if "seed" not in plain and ("seed" in names if fields else offer.can.get("seed")):
        plain["seed"] = seed
    places = _places(fields) if fields else _row_places(offer.can.get("fields", usual))
    for role, addresses in given.items():
        if addresses and role not in used:
            name, many = _place(places, role, offer.title)
            if many:
                _add(plain, name, addresses)
            else:
                _put(plain, name, addresses[0])
    return plain


def fields_of(provider: Provider, model: str) -> tuple[Field, ...]:
    """The fields of a model whose schema was kept; none where there is no schema."""
    return read(kept(provider.name, model) or {})


def inlined(document: Mapping[str, Any], schema: Any, depth: int = 12) -> Any:
    """A schema of an OpenAPI document with what its ``$ref`` point at in their place."""
    if isinstance(schema, list):
        return [inlined(document, one, depth) for one in schema]
    if not isinstance(schema, Mapping) or depth < 0:
        return schema
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith("#/"):
        found: Any = document
        for step in target[2:].split("/"):
            found = found.get(step) if isinstance(found, Mapping) else None
        rest = {name: one for name, one in schema.items() if name != "$ref"}
        return {**(inlined(document, found, depth - 1) or {}), **rest}
    return {name: inlined(document, one, depth - 1) for name, one in schema.items()}


def _filled(value: Any, given: Mapping[str, Sequence[str]], seed: int, used: set[str]) -> Any:
    """Settings with what their ``@`` words stand for; the roles they name are added to ``used``."""
    if isinstance(value, Mapping):
        return {name: _filled(one, given, seed, used) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, given, seed, used) for one in value]
    if value == "@seed":
        return seed
    role, _, number = value[1:].partition(".") if isinstance(value, str) and value.startswith("@") else ("", "", "")
    if role not in ROLES:
        return value
    addresses = list(given.get(role, ()))
    used.add(role)
    if role == "images" and not number:
        return addresses
    place = int(number or 1) if (number or "1").isdecimal() else 0
    if not 1 <= place <= len(addresses):
        raise UserError(f'The settings say "{value}", but {len(addresses) or "nothing"} is wired there.',
                        f"Wire the {ROLES[role]}, or take it out of the settings.")
    return addresses[place - 1]


def _put(plain: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        return
    if name in plain:
        raise UserError(f'"{name}" is given twice, by an input and by the settings.', "Take it out of the settings.")
    plain[name] = value


def _add(plain: dict[str, Any], name: str, addresses: Sequence[str]) -> None:
    before = plain.get(name, [])
    plain[name] = [*(before if isinstance(before, list) else [before]), *addresses]


def _seed(seed: int, fields: Sequence[Field]) -> int:
    field = next((one for one in fields if one.name == "seed"), None)
    low = max(0, int(field.low)) if field is not None and field.low is not None else 0
    high = int(field.high) if field is not None and field.high is not None else LARGEST_SEED
    return low + seed % (max(high - low, 0) + 1)


def _places(fields: Sequence[Field]) -> dict[str, tuple[str, bool]]:
    """The property for each role, and whether it takes a list."""
    return {role: (found.name, found.many) for role in ROLES if (found := _fitting(fields, role)) is not None}


def _fitting(fields: Sequence[Field], role: str) -> Field | None:
    able = [one for one in fields if one.kind == KINDS[role] and (role == "image" or one.many == (role == "images"))]
    if role == "mask":
        able = [one for one in able if "mask" in one.name.lower()]
    elif role in ("image", "images"):
        able = [one for one in able if "mask" not in one.name.lower()]
    able.sort(key=lambda one: one.many)
    for name in NAMES[role]:
        for one in able:
            if one.name == name:
                return one
    plain = [one for one in able if not set(one.name.lower().split("_")).intersection(LATER)]
    found = [one for one in plain if one.required] or plain or able
    return found[0] if found else None


def _row_places(fields: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    return {role: (name, role == "images" or name == fields.get("images")) for role, name in fields.items()}


def _place(places: Mapping[str, tuple[str, bool]], role: str, title: str) -> tuple[str, bool]:
    if role not in places:
        raise UserError(f"{title} takes no {ROLES[role]}.",
                        f'Unplug it, or say in the settings where it goes: {{"name": "@{role}"}}.')
    return places[role]


def _units(terms: Mapping[str, Any], modality: str) -> dict[str, float]:
    """What is counted of an order, as far as its settings say it."""
    units: dict[str, float] = {"call": 1.0}
    for name in ("duration", "seconds"):
        text = str(terms.get(name, "")).removesuffix("s")
        if text.replace(".", "", 1).isdecimal():
            units["second"] = float(text)
    if modality == "image":
        count = next((terms[name] for name in ("num_images", "num_outputs") if isinstance(terms.get(name), int)), 1)
        units["image"] = float(count)
    return units
