"""The inputs of a hosted model as its provider publishes them: read into fields for a form, kept, and checked offline.

A schema here is a JSON schema of an object without ``$ref``: ``properties``, ``required``, and where the provider says
in which order to show them, ``x-fal-order-properties`` (fal) or an ``x-order`` at each property (Replicate).
"""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from ajar.errors import UserError

Kind = Literal["text", "number", "whole", "switch", "image", "video", "audio", "file", "object", "any"]
MEDIA: tuple[Kind, ...] = ("image", "video", "audio", "file")
WORDS: Mapping[Kind, frozenset[str]] = {
    "video": frozenset({"video", "videos", "footage", "clip", "clips"}),
    "audio": frozenset({"audio", "audios", "voice", "speech", "sound", "music", "song"}),
    "image": frozenset({
        "image", "images", "img", "imgs", "mask", "masks", "frame", "frames", "picture", "photo", "photos", "face",
        "portrait", "garment", "depth",
    }),
}
"""What a property is called that takes the address of such a medium."""
MOST = 2**20
"""Bytes of a kept schema; more is not believed to be one."""
SAID: Mapping[Kind, str] = {
    "text": "text", "number": "a number", "whole": "a whole number", "switch": "true or false", "object": "an object",
    "image": "the address of a picture", "video": "the address of a film", "audio": "the address of a sound",
    "file": "the address of a file", "any": "anything",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a model, as a form shows it."""

    name: str
    kind: Kind
    many: bool = False
    """Takes a list of these."""
    required: bool = False
    default: Any = None
    choices: tuple[Any, ...] = ()
    """All values there are; of ``any`` only some, others are taken too."""
    low: float | None = None
    high: float | None = None
    description: str = ""

    @property
    def medium(self) -> bool:
        """Whether it takes the address of a file."""
        return self.kind in MEDIA

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


def read(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a schema, in the order in which they are to be shown. What can't be understood is ``any``."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return ()
    plain = {str(name): one for name, one in properties.items() if isinstance(one, Mapping)}
    required = schema.get("required")
    musts = set(required) if isinstance(required, list) and all(isinstance(one, str) for one in required) else set()
    return tuple(_field(name, plain[name], name in musts) for name in _ordered(plain, schema))


def settings_of(text: str) -> dict[str, Any]:
    """The settings in a text. UserError where it is not a JSON object; empty text is none."""
    try:
        plain = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise UserError(f"The settings are not JSON: {error}.", 'Write them as {"name": value}.') from None
    if not isinstance(plain, dict):
        raise UserError("The settings are not a JSON object.", 'Write them as {"name": value}.')
    return plain


def check(fields: Sequence[Field], values: Mapping[str, Any], title: str) -> None:
    """UserError where a model of this title does not take a value, or one that it needs is missing."""
    known = {field.name: field for field in fields}
    for name, value in values.items():
        if name not in known:
            raise UserError(f'{title} has no setting "{name}".', f"It has: {', '.join(known)}.")
        if wrong := problem(known[name], value):
            raise UserError(f'{title} takes "{name}" {wrong}.', "Change it, or leave it out.")
    missing = [field.name for field in fields if field.required and field.default is None and field.name not in values]
    if missing:
        raise UserError(f"{title} needs {', '.join(missing)}.", "Wire it, or write it into the settings.")


def problem(field: Field, value: Any) -> str:
    """What is wrong with a value, as the end of ``takes "steps" ...``; empty where nothing is."""
    if value is None and not field.required:
        return ""
    if field.many:
        if not isinstance(value, list):
            return "as a list"
        return next((wrong for one in value if (wrong := _wrong(field, one))), "")
    return _wrong(field, value)


def keep(provider: str, model: str, schema: Mapping[str, Any]) -> None:
    """Remember what was published of a model, for offline. OSError where the data folder can't be written."""
    path = _place(provider, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(schema), encoding="utf-8")
    part.replace(path)


def kept(provider: str, model: str) -> dict[str, Any] | None:
    """What was last published of a model, as far as it was kept."""
    path = _place(provider, model)
    try:
        if path.stat().st_size > MOST:
            return None
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) and isinstance(plain.get("properties"), dict) else None


def _place(provider: str, model: str) -> Path:
    # The same folder as workflows.settings.Home finds; this floor can't import that one.
    home = os.environ.get("AJAR_HOME")
    if not home:
        import platformdirs

        home = platformdirs.user_data_dir("ajar", appauthor=False)
    return Path(home).expanduser() / "schemas" / quote(provider, safe="") / f"{quote(model, safe='')}.json"


def _ordered(properties: Mapping[str, Mapping[str, Any]], schema: Mapping[str, Any]) -> list[str]:
    listed = schema.get("x-fal-order-properties")
    if isinstance(listed, list):
        first = [name for name in listed if isinstance(name, str) and name in properties]
        return [*dict.fromkeys(first), *(name for name in properties if name not in first)]

    def place(name: str) -> float:
        order = properties[name].get("x-order")
        return order if isinstance(order, int | float) else math.inf

    return sorted(properties, key=place)


def _field(name: str, plain: Mapping[str, Any], required: bool) -> Field:
    branches = _branches(plain)
    only = branches[0] if len(branches) == 1 else {}
    many = only.get("type") == "array"
    one = _merged(only.get("items")) if many else only
    choices = [value for branch in ([one] if one else branches) for value in _choices(branch)]
    return Field(
        name, _kind(name, one), many, required, plain.get("default"), tuple(choices),
        _limit(one, "minimum", "exclusiveMinimum"), _limit(one, "maximum", "exclusiveMaximum"),
        " ".join(str(plain.get("description") or only.get("description") or "").split()),
    )


def _branches(plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a property may be, without null."""
    for word in ("anyOf", "oneOf"):
        if isinstance(found := plain.get(word), list):
            merged = [_merged(one) for one in found]
            return [one for one in merged if one.get("type") != "null"] or [{}]
    one = _merged(plain)
    if isinstance(types := one.get("type"), list):
        return [{**one, "type": kind} for kind in types if kind != "null"] or [{}]
    return [one]


def _merged(plain: Any) -> dict[str, Any]:
    """A schema with its ``allOf`` in it (Replicate writes choices as one)."""
    if not isinstance(plain, Mapping):
        return {}
    found: dict[str, Any] = {}
    parts = plain.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        found.update(_merged(part))
    return found | {name: value for name, value in plain.items() if name != "allOf"}


def _kind(name: str, one: Mapping[str, Any]) -> Kind:
    if one.get("type") == "string" and not _choices(one):
        words = name.lower().split("_")
        if one.get("format") in ("uri", "url") or words[-1] in ("url", "urls", "uri"):
            return next((kind for kind, said in WORDS.items() if said.intersection(words)), "file")
        return "text"
    kinds: dict[str, Kind] = {
        "string": "text", "integer": "whole", "number": "number", "boolean": "switch", "object": "object",
    }
    return kinds.get(str(one.get("type")), "any")


def _choices(one: Mapping[str, Any]) -> list[Any]:
    found = one.get("enum")
    return list(found) if isinstance(found, list) else [one["const"]] if "const" in one else []


def _limit(one: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = one.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    return None


def _wrong(field: Field, value: Any) -> str:
    fits = {
        "text": isinstance(value, str), "switch": isinstance(value, bool), "object": isinstance(value, dict),
        "number": _number(value), "whole": _number(value) and float(value).is_integer(), "any": True,
    }
    if not fits.get(field.kind, isinstance(value, str)):
        return f"as {SAID[field.kind]}"
    if field.choices and field.kind != "any" and value not in field.choices:
        return f"as one of {', '.join(map(str, field.choices))}"
    low = -math.inf if field.low is None else field.low
    high = math.inf if field.high is None else field.high
    if _number(value) and not low <= value <= high:
        return f"from {low:g} to {high:g}".replace("-inf", "anything").replace("inf", "anything")
    return ""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
