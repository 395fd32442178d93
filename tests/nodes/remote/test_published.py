"""Prompt, seed, settings and wired media of a model whose inputs are published, and the files in its answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.published import keep
from ajar.remote import Made, Provider, Refusal
from ajar.values import Image
from nodes.remote.published import Inputs, inlined, order, phrase
from nodes.remote.published_answers import files_of, text_of

PROVIDER_FILE = """
name = "shop"
title = "Shop"
url = "https://shop.test"
auth = "bearer"
keys = []
console = ""
terms = ""
source = "a test"
checked = 2026-11-20
trust = "GK"

[[offer]]
id = "a/known"
kind = "shop"
title = "Known"
modality = "image"
source = "a test"
checked = 2026-11-20
trust = "GK"
can = { seed = true, fields = { image = "start", images = "refs" }, defaults = { resolution = "720p" } }

[[offer]]
id = "a/gone"
kind = "shop"
title = "Gone"
modality = "image"
source = "a test"
checked = 2026-11-20
trust = "GK"
status = "retired"
ended = "2026-01-01"
instead = "a/known"
"""
USUAL = {"image": "image_url", "images": "image_urls", "video": "video_url"}
URI = {"type": "string", "format": "uri"}


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path))
    (tmp_path / "shop.toml").write_text(PROVIDER_FILE, encoding="utf-8")

    def never(*_: Any) -> Any:
        raise AssertionError

    return Provider("shop", tmp_path / "shop.toml", never, never, lambda answer: Refusal("invalid", ""))


def inputs(**given: Any) -> Inputs:
    plain = {"prompt": "", "image": None, "images": (), "mask": None, "video": None, "voice": None, "settings": "{}",
             "seed": 5}
    return Inputs(**{**plain, **given})


def picture() -> Image:
    return Image.of(np.zeros((8, 8, 3), np.uint8))


def body(shop: Provider, model: str, given: dict[str, list[str]] | None = None, **wired: Any) -> dict[str, Any]:
    """What would be sent for these inputs, with these addresses of uploads."""
    return phrase(shop, order(shop, model, inputs(**wired), USUAL), given or {}, USUAL)


def publish(shop: Provider, model: str, **properties: Any) -> None:
    keep(shop.name, model, {"properties": properties, "required": []})


def test_a_model_of_which_nothing_is_known(shop: Provider) -> None:
    wired = {"prompt": "a toy", "image": picture(), "images": (picture(), picture()), "settings": '{"steps": 3}'}
    found = body(shop, "x/y", {"image": ["A"], "images": ["B", "C"]}, **wired)
    assert found == {"prompt": "a toy", "steps": 3, "image_url": "A", "image_urls": ["B", "C"]}
    with pytest.raises(UserError, match="takes no mask"):
        order(shop, "x/y", inputs(mask=picture()), USUAL)


def test_a_model_with_a_row(shop: Provider) -> None:
    found = body(shop, "a/known", {"image": ["A"], "images": ["B"]}, image=picture(), images=(picture(),))
    assert found == {"seed": 5, "start": "A", "refs": ["B"]}
    with pytest.raises(UserError, match="Known takes no film"):
        order(shop, "a/known", inputs(video=picture()), USUAL)


def test_a_retired_model_is_not_ordered(shop: Provider) -> None:
    with pytest.raises(UserError, match="Gone was ended on 2026-01-01") as caught:
        order(shop, "a/gone", inputs(), USUAL)
    assert caught.value.hint == "Use a/known."


def test_a_schema_decides_where_media_go(shop: Provider) -> None:
    publish(shop, "x/y", end_image=URI, mask=URI, start_image=URI, clip_url={"type": "string"},
            reference_images={"type": "array", "items": URI}, song=URI)
    given = {"image": ["A"], "images": ["B"], "mask": ["M"], "video": ["V"], "voice": ["S"]}
    wired = {"image": picture(), "images": (picture(),), "mask": picture(), "video": picture(), "voice": picture()}
    assert body(shop, "x/y", given, **wired) == {
        "start_image": "A", "reference_images": ["B"], "mask": "M", "clip_url": "V", "song": "S",
    }


def test_one_picture_for_a_model_that_takes_a_list(shop: Provider) -> None:
    publish(shop, "x/y", image_input={"type": "array", "items": URI})
    found = body(shop, "x/y", {"image": ["A"], "images": ["B"]}, image=picture(), images=(picture(),))
    assert found == {"image_input": ["A", "B"]}


def test_a_schema_refuses_before_anything_is_sent(shop: Provider) -> None:
    publish(shop, "x/y", image_url={"type": "string"}, scale={"type": "number", "maximum": 4})
    with pytest.raises(UserError, match="takes no prompt"):
        order(shop, "x/y", inputs(prompt="a toy"), USUAL)
    with pytest.raises(UserError, match='takes "scale" from anything to 4'):
        order(shop, "x/y", inputs(settings='{"scale": 5}'), USUAL)
    with pytest.raises(UserError, match="takes no film"):
        order(shop, "x/y", inputs(video=picture()), USUAL)


def test_settings_say_where_media_go(shop: Provider) -> None:
    settings = '{"elements": [{"front": "@image", "more": "@images"}], "end": "@images.2", "n": "@seed", "to": "@home"}'
    wired = {"image": picture(), "images": (picture(), picture()), "settings": settings}
    found = body(shop, "x/y", {"image": ["A"], "images": ["B", "C"]}, **wired)
    assert found == {"elements": [{"front": "A", "more": ["B", "C"]}], "end": "C", "n": 5, "to": "@home"}


@pytest.mark.parametrize("word", ["@image", "@images.1", "@images.0", "@images.x", "@video"])
def test_settings_that_name_what_is_not_wired(shop: Provider, word: str) -> None:
    with pytest.raises(UserError, match="nothing is wired there"):
        order(shop, "x/y", inputs(settings=f'{{"end": "{word}"}}'), USUAL)


def test_nothing_is_given_twice(shop: Provider) -> None:
    with pytest.raises(UserError, match='"prompt" is given twice'):
        order(shop, "x/y", inputs(prompt="a", settings='{"prompt": "b"}'), USUAL)


def test_the_seed_fits_the_model(shop: Provider) -> None:
    publish(shop, "x/y", seed={"type": "integer", "minimum": 1, "maximum": 10})
    assert body(shop, "x/y", seed=23)["seed"] == 1 + 23 % 10
    assert "seed" not in body(shop, "x/z", seed=23)
    assert body(shop, "a/known", seed=2**31 + 3)["seed"] == 3


def test_the_order_is_the_same_with_and_without_a_schema(shop: Provider) -> None:
    """Its key must not change when a form was loaded in between: it would be paid twice."""
    before = order(shop, "x/y", inputs(prompt="a", image=picture()), USUAL)
    publish(shop, "x/y", prompt={"type": "string"}, image=URI)
    after = order(shop, "x/y", inputs(prompt="a", image=picture()), USUAL)
    assert before.settings == after.settings and [one.role for one in before.media] == [one.role for one in after.media]


def test_what_is_counted(shop: Provider) -> None:
    found = order(shop, "a/known", inputs(settings='{"duration": "5s", "num_images": 2, "loras": []}'), USUAL)
    assert found.units == {"call": 1, "second": 5, "image": 2}
    assert found.terms == {"resolution": "720p", "duration": "5s", "num_images": 2}


def test_references_are_put_in_their_place() -> None:
    document = {"parts": {"Size": {"type": "object"}, "Loop": {"again": {"$ref": "#/parts/Loop"}}}}
    schema = {"properties": {"size": {"$ref": "#/parts/Size", "default": 3}, "none": {"$ref": "#/parts/Nothing"}}}
    assert inlined(document, schema) == {"properties": {"size": {"type": "object", "default": 3}, "none": {}}}
    assert inlined(document, {"$ref": "#/parts/Loop"})["again"]


def test_files_of_answers() -> None:
    assert files_of({"images": [{"url": "https://a/1", "content_type": "image/jpeg"}], "seed": 3}, "image") == (
        Made("image/jpeg", "https://a/1", role="images"),
    )
    assert files_of({"video": {"url": "https://a/1.mp4", "content_type": "application/octet-stream"}}, "data") == (
        Made("video/mp4", "https://a/1.mp4", role="video"),
    )
    assert files_of(["https://a/x.WEBP?x=1", "https://a/x.WEBP?x=1"], "data") == (
        Made("image/webp", "https://a/x.WEBP?x=1"),
    )
    assert files_of("https://a/output", "video") == (Made("video/*", "https://a/output"),)
    assert files_of({"image": "data:image/png;base64,AAAA"}, "image") == (
        Made("image/png", data=b"\0\0\0", role="image"),
    )
    mesh = {"model_mesh": {"url": "https://a/x.glb", "content_type": "model/gltf-binary"}, "page": "https://a/b"}
    assert files_of(mesh, "data") == ()


def test_text_of_answers() -> None:
    assert text_of("words", ()) == "words"
    assert text_of(["wo", "rds"], ()) == "words"
    assert text_of({"results": "words", "n": 1}, ()) == "words"
    assert text_of({"n": 1}, ()) == '{"n": 1}'
    assert text_of({"image": "https://a/b.png"}, (Made("image/png", "https://a/b.png"),)) == ""
    assert text_of(None, ()) == "" == text_of("https://a/b.png", ())
