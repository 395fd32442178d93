"""What of a generator another model takes: values in its words and numbers, and a sentence for all that is lost."""

from typing import Any

import pytest

from workflows.graph import Expr, Graph, Node, Row, Value, Wire
from workflows.packs import load_packs
from workflows.twins import Target, Twin, translate

PACKS = load_packs(entry_points=False)
TYPES = PACKS.types
WAN = {"size": "832x480", "frames": 81, "fps": 16, "frame_step": 4, "multiple": 16}
"""What Wan 2.1 does by itself."""


def hosted(type_: str, model: str) -> Target:
    provider = PACKS.providers[TYPES[type_].provider]
    offer = next(row for row in provider.facts.offers if row.id == model and row.status != "retired")
    return Target(TYPES[type_], model, offer.title, offer.can)


KLING = hosted("kling_video", "kling-3.0")


def twin(target: Target, type_: str = "wan", own: dict[str, Any] | None = None, *, follow: bool = True,
         **inputs: Value) -> Twin:
    graph = Graph({"draft": Node(type_, {"prompt": Wire("words"), **inputs}), "words": Node("prompt", {"text": "a"})})
    return translate(graph, TYPES, "draft", target, WAN if own is None else own, follow=follow)


def test_the_sentences_say_exactly_what_is_lost_and_rounded() -> None:
    found = twin(KLING, frames=121, fps=24.0, size="1280x720", seed=7, negative="blurry", loras=Wire("lora"), steps=30,
                 guidance=7.0)
    assert found.losses == (
        "The negative prompt is not sent.", "Kling 3.0 has no seed.", "121 frames at 24 fps become 5 s.",
        "1280x720 becomes 16:9 at 720p.", "LoRAs, steps and guidance stay with the draft.",
    )
    assert found.inputs == {"model": "kling-3.0", "prompt": Wire("words"), "seconds": 5, "shape": "16:9",
                            "resolution": "720p"}
    assert found.missing == ()


def test_what_the_draft_does_by_itself_counts_too() -> None:
    found = twin(KLING)
    assert "81 frames at 16 fps become 5 s." in found.losses and "832x480 becomes 16:9 at 720p." in found.losses
    assert not any("frames" in loss for loss in twin(KLING, own={}).losses), "nothing is claimed that nobody knows"


@pytest.mark.parametrize(("frames", "seconds"), [(24, 4), (121, 6), (168, 8), (960, 8)])
def test_seconds_are_the_nearest_that_are_offered(frames: int, seconds: int) -> None:
    veo = hosted("veo_video", "veo-3.1-generate-preview")
    assert twin(veo, frames=frames, fps=24.0).inputs["seconds"] == seconds


@pytest.mark.parametrize(("size", "shape", "resolution"), [
    ("480x832", "9:16", "720p"), ("1024x1024", "1:1", "1080p"), ("3840x2160", "16:9", "4k"), ("900x832", "1:1", "720p"),
])
def test_shape_and_resolution_are_the_nearest_that_are_offered(size: str, shape: str, resolution: str) -> None:
    found = twin(KLING, size=size).inputs
    assert (found["shape"], found["resolution"]) == (shape, resolution)


def test_shapes_in_pixels_and_sizes_in_a_list_are_met_too() -> None:
    runway, openai = hosted("runway_video", "gen4.5"), hosted("openai_image", "gpt-image-2")
    assert twin(runway, size="1280x720").inputs["shape"] == "1280:720"
    assert twin(openai, "flux", {}, size="768x1024").inputs["size"] == "1024x1536"


def test_words_and_seed_of_a_final_follow_its_draft_and_those_of_a_replacement_are_kept() -> None:
    flux = hosted("bfl_image", "flux-2-pro")
    graph = Graph({"draft": Node("flux", {"prompt": "a boat", "seed": 9})})
    assert translate(graph, TYPES, "draft", flux, follow=True).inputs["prompt"] == Expr("draft.prompt")
    assert translate(graph, TYPES, "draft", flux, follow=True).inputs["seed"] == Expr("draft.seed")
    kept = translate(graph, TYPES, "draft", flux).inputs
    assert (kept["prompt"], kept["seed"]) == ("a boat", 9)


def test_pictures_go_where_the_model_takes_them() -> None:
    found = twin(KLING, first=Wire("a"), last=Wire("b"))
    assert (found.inputs["first_frame"], found.inputs["last_frame"]) == (Wire("a"), Wire("b"))
    turbo = twin(hosted("kling_video", "kling-3.0-turbo"), first=Wire("a"), last=Wire("b"))
    assert "last_frame" not in turbo.inputs
    assert "The last picture is not sent: Kling 3.0 Turbo takes none." in turbo.losses
    assert "Kling 3.0 Turbo makes sound too." in turbo.losses
    veo = hosted("veo_video", "veo-3.1-generate-preview")
    many = twin(veo, "wan_vace", references=Row(tuple(Wire(one) for one in "abcde")))
    assert many.inputs["references"] == Row((Wire("a"), Wire("b"), Wire("c")))
    assert "Only 3 of 5 reference pictures are sent." in many.losses


def test_a_picture_to_begin_with_becomes_a_reference_or_is_named_as_lost() -> None:
    found = twin(hosted("bfl_image", "flux-2-pro"), "flux", {}, image=Wire("a"), strength=0.4)
    assert found.inputs["references"] == Wire("a")
    assert found.losses == ("The picture goes as a reference picture.", "Strength stays with the draft.")
    core = twin(hosted("stability_image", "stable-image-core"), "flux", {}, image=Wire("a"))
    assert "image" not in core.inputs and "The picture is not sent: Stable Image Core takes none." in core.losses


def test_from_a_hosted_model_to_one_on_this_machine() -> None:
    wan = Target(TYPES["wan"], "Wan2.1-T2V-1.3B", "Wan 2.1", settings=WAN)
    found = twin(wan, "kling_video", {}, follow=False, seconds=5, shape="9:16", resolution="720p", audio=True)
    assert (found.inputs["frames"], found.inputs["size"]) == (81, "720x1280")
    assert found.losses == ("5 s become 81 frames at 16 fps.", "Wan 2.1 has no setting for sound.")
    # Its own row says that Kling O1 makes no sound; nothing says so of Veo.
    assert "The sound is left out: Kling O1 makes none." in twin(
        hosted("kling_omni", "kling-o1"), "kling_video", {}, audio=True).losses


def test_what_it_can_not_do_without_is_named() -> None:
    dop = hosted("dop_video", "higgsfield-ai/dop/standard")
    assert twin(dop).missing == ("First frame",) and twin(dop, first=Wire("a")).missing == ()
    lips = hosted("fal", "fal-ai/sync-lipsync")
    assert set(twin(lips).missing) == {"Video", "Voice"}, "a tool for films has nothing to work on here"


def test_a_prompt_that_is_too_long_is_told() -> None:
    graph = Graph({"draft": Node("wan", {"prompt": "x" * 4000})})
    losses = translate(graph, TYPES, "draft", KLING, WAN).losses
    assert losses[0] == "The prompt has 4,000 characters, and Kling 3.0 takes 3,072: shorten it."


def test_wired_lengths_are_not_guessed() -> None:
    found = twin(KLING, frames=Wire("number"))
    assert "seconds" not in found.inputs
    assert "How many seconds its frames are is not known: it is left at 5 s." in found.losses


@pytest.mark.parametrize("target", [
    Target(TYPES[type_.id], offer.id, offer.title, offer.can)
    for type_ in TYPES.values() if type_.lane == "remote" and type_.provider and (model := type_.input("model"))
    for offer in PACKS.providers[type_.provider].facts.offers
    if model.hints and offer.kind == model.hints[0].kind and offer.status == "current"  # type: ignore[attr-defined]
], ids=lambda target: f"{target.type.id}-{target.model}")
def test_every_value_is_one_that_the_offer_takes(target: Target) -> None:
    from workflows import kinds

    for type_, own in (("wan", WAN), ("flux", {})):
        found = twin(target, type_, own, size="1000x600", seed=3, negative="fog", strength=0.5)
        for name, value in found.inputs.items():
            socket = target.type.input(name)
            assert socket is not None
            if not isinstance(value, (Wire, Expr, Row)):
                kinds.read_literal(socket, value)
            rule = target.can.get({"shape": "shapes", "resolution": "resolutions"}.get(name, name))
            if isinstance(rule, (list, tuple)):
                assert value in rule
            elif isinstance(rule, dict) and isinstance(value, (int, float)):
                assert rule["low"] <= value <= rule["high"]
