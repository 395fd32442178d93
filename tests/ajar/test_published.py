"""Published schemas become fields, and settings are checked against them without a network."""

from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from ajar.published import Field, check, keep, kept, problem, read, settings_of

# In the forms that fal (anyOf with null, x-fal-order-properties) and Replicate (allOf around choices, x-order,
# format uri) publish.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["prompt", "image_url"],
    "x-fal-order-properties": ["prompt", "steps", "image_url", "nothing"],
    "properties": {
        "seed": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, {"type": "null"}]},
        "steps": {"type": "integer", "minimum": 1, "maximum": 50, "default": 28, "description": "How  many\nsteps."},
        "prompt": {"type": "string"},
        "image_url": {"type": "string", "description": "The picture."},
        "image_size": {"anyOf": [{"type": "object", "properties": {}}, {"type": "string", "enum": ["square", "wide"]}]},
        "scale": {"type": "number", "maximum": 4},
        "ratio": {"allOf": [{"enum": ["1:1", "16:9"], "type": "string"}], "default": "1:1"},
        "reference_images": {"type": "array", "items": {"type": "string", "format": "uri"}},
        "driving_audio_url": {"type": ["string", "null"]},
        "weights_url": {"type": "string"},
        "sharp": {"type": "boolean", "default": False},
        "loras": {"type": "array", "items": {"type": "object", "properties": {}}},
        "odd": {},
    },
}


def field(name: str) -> Field:
    return next(one for one in read(SCHEMA) if one.name == name)


def test_fields_are_read_in_the_published_order() -> None:
    names = [one.name for one in read(SCHEMA)]
    assert names[:4] == ["prompt", "steps", "image_url", "seed"] and sorted(names) == sorted(SCHEMA["properties"])


def test_replicates_order() -> None:
    schema = {"properties": {"b": {"type": "string", "x-order": 1}, "a": {"type": "string", "x-order": 0}}}
    assert [one.name for one in read(schema)] == ["a", "b"]


def test_each_form_of_a_property() -> None:
    assert field("steps") == Field("steps", "whole", False, False, 28, (), 1, 50, "How many steps.")
    assert field("prompt") == Field("prompt", "text", required=True)
    assert field("seed") == Field("seed", "whole", low=0, high=100)
    assert field("ratio") == Field("ratio", "text", default="1:1", choices=("1:1", "16:9"))
    assert field("image_size") == Field("image_size", "any", choices=("square", "wide"))
    assert field("loras") == Field("loras", "object", many=True)
    assert field("odd").kind == "any"


def test_media_are_known_by_their_names() -> None:
    kinds = {one.name: (one.kind, one.many) for one in read(SCHEMA) if one.medium}
    assert kinds == {
        "image_url": ("image", False), "reference_images": ("image", True), "driving_audio_url": ("audio", False),
        "weights_url": ("file", False),
    }


@pytest.mark.parametrize(("name", "value", "said"), [
    ("steps", 28, ""), ("steps", 28.0, ""), ("steps", 28.5, "as a whole number"), ("steps", True, "as a whole number"),
    ("steps", 51, "from 1 to 50"), ("scale", 9, "from anything to 4"), ("scale", "2", "as a number"),
    ("ratio", "2:1", "as one of 1:1, 16:9"), ("image_size", {"width": 3}, ""), ("image_size", "wide", ""),
    ("sharp", 1, "as true or false"), ("loras", {"path": "x"}, "as a list"), ("loras", ["x"], "as an object"),
    ("seed", None, ""), ("prompt", None, "as text"), ("image_url", 3, "as the address of a picture"),
])
def test_what_is_wrong_with_a_value(name: str, value: Any, said: str) -> None:
    assert problem(field(name), value) == said


def test_settings_are_checked() -> None:
    right = {"prompt": "x", "image_url": "https://a/b.png"}
    check(read(SCHEMA), right, "Model")
    with pytest.raises(UserError, match='Model has no setting "stepps"'):
        check(read(SCHEMA), {**right, "stepps": 3}, "Model")
    with pytest.raises(UserError, match='Model takes "steps" from 1 to 50'):
        check(read(SCHEMA), {**right, "steps": 0}, "Model")
    with pytest.raises(UserError, match="Model needs image_url"):
        check(read(SCHEMA), {"prompt": "x"}, "Model")


@pytest.mark.parametrize("text", ["{", "[]", "3", "[" * 100_000])
def test_settings_that_are_no_object(text: str) -> None:
    with pytest.raises(UserError, match="JSON"):
        settings_of(text)


def test_no_settings() -> None:
    assert settings_of("  ") == {} and settings_of('{"steps": 3}') == {"steps": 3}


def test_a_schema_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))
    assert kept("fal", "owner/name") is None
    keep("fal", "owner/name", SCHEMA)
    assert kept("fal", "owner/name") == SCHEMA and kept("fal", "owner") is None
    keep("fal", "../../up", SCHEMA)
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / "schemas" / "fal"] * 2


def test_a_spoilt_schema_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))
    keep("fal", "owner/name", {"properties": "?"})
    assert kept("fal", "owner/name") is None
    next(tmp_path.rglob("*.json")).write_text("{", encoding="utf-8")
    assert kept("fal", "owner/name") is None
    assert read({"properties": "?"}) == () and read({}) == ()
