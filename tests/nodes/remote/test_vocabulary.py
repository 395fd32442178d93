"""Hosted nodes speak one language: where one is replaced by another, wires and values find the same names again."""

import pytest

from ajar.contract import NodeType
from ajar.hints import Model, Offered, SeedBox
from ajar.remote import Provider
from ajar.values import Audio, Image, Mask, Video
from tests.nodes.remote.seats import packs

HOSTED = {name: type_ for name, type_ in packs().types.items() if type_.lane == "remote"}
ORDER = ("text", "prompt", "first_frame", "last_frame", "references", "image", "images", "mask", "video", "voice",
         "model", "seconds", "shape", "resolution", "audio", "negative", "seed")
"""The shared names in their order. What is a node's own stands anywhere between or after, but a seed is the last."""
KINDS = {"prompt": str, "text": str, "first_frame": Image, "last_frame": Image, "references": Image, "image": Image,
         "images": Image, "mask": Mask, "video": Video, "model": str, "seconds": (int, float), "shape": str,
         "resolution": str, "audio": bool, "negative": str, "seed": int}
OFFERED = {"seconds": "seconds", "shape": "shapes", "resolution": "resolutions"}
GROUPS = {"Hosted video": Video, "Hosted image": Image, "Hosted sound": Audio, "Hosted text": str}

ANOTHER_ORDER = dict.fromkeys((
    "bfl_expand", "bfl_outpaint", "kling_avatar", "kling_expand", "stability_outpaint", "stability_restyle",
    "stability_upscale", "kling_motion", "genjutsu_video",
), "what is changed comes first; words only help") | dict.fromkeys(
    ("gemini_video_edit", "runway_edit"), "the film is what is changed; pictures only help")
OTHER_NAMES = {
    ("bfl_ultra", "reference"): "it takes one",
    ("stability_restyle", "reference"): "it takes one", ("stability_relight", "reference"): "it takes one",
    ("kling_motion", "image"): "the figure, which has no other name",
    ("kling_omni", "film"): "Kling takes films by their web address only", ("kling_motion", "film"): "likewise",
    ("kling_lip_sync", "film"): "likewise", ("grok_video_edit", "film"): "likewise xAI",
    ("luma_modify", "film"): "likewise Luma", ("luma_reframe", "film"): "likewise Luma",
    ("seedance_video", "films"): "likewise BytePlus, several", ("seedance_video", "sounds"): "likewise",
}
"""Inputs that look like one of the shared words and are another thing, and why."""
WORDS_FOR_MEDIA = ("reference", "film", "films", "sounds", "frame", "pictures", "picture")
NO_MODEL = {
    "elevenlabs_voices": "it lists voices", "kling_avatar": "Kling has one", "kling_expand": "Kling has one",
    "kling_lip_sync": "Kling has one", "kling_speech": "Kling has one", "grok_video_edit": "xAI has one",
}
each = pytest.mark.parametrize("type_", HOSTED.values(), ids=HOSTED)


def provider(type_: NodeType) -> Provider | None:
    return packs().providers.get(type_.provider)


@each
def test_shared_names_have_their_order_and_kinds(type_: NodeType) -> None:
    shared = [socket.name for socket in type_.inputs if socket.name in ORDER]
    in_order = shared == sorted(shared, key=ORDER.index)
    assert in_order != (type_.id in ANOTHER_ORDER), shared
    if "seed" in shared:
        assert type_.inputs[-1].name == "seed"
    for socket in type_.inputs:
        if socket.name in KINDS and not (socket.name == "resolution" and type_.id in NO_MODEL):
            kinds = KINDS[socket.name]
            assert socket.type in (kinds if isinstance(kinds, tuple) else (kinds,)), socket.name
        assert (socket.name == "references") == (socket.form == "list" and socket.type is Image
                                                 and socket.name != "images"), socket.name


@each
def test_what_a_model_offers_is_chosen_from_its_row(type_: NodeType) -> None:
    has_model = any(socket.hint(Model) for socket in type_.inputs)
    by_other = any(socket.name == "by" for socket in type_.inputs)
    assert has_model or by_other or type_.id in NO_MODEL
    for socket in type_.inputs:
        hint = socket.hint(Offered)
        if hint is not None and socket.name in OFFERED:
            assert hint.name == OFFERED[socket.name]
        if socket.name in ("shape", "resolution") and has_model:
            assert hint is not None, f"{socket.name} is not chosen from what the model offers"
        assert (socket.name == "seed") == (socket.hint(SeedBox) is not None)


@each
def test_names_that_mean_the_same_are_the_same(type_: NodeType) -> None:
    for socket in type_.inputs:
        if socket.name in WORDS_FOR_MEDIA:
            assert (type_.id, socket.name) in OTHER_NAMES, socket.name
        assert socket.name not in ("negative_prompt", "aspect_ratio", "duration", "size_of", "input_image", "enhance",
                                   "image_url", "video_url", "start_image", "end_image", "ratio", "number"), socket.name


def test_every_deviation_still_is_one() -> None:
    names = {(type_.id, socket.name) for type_ in HOSTED.values() for socket in type_.inputs}
    assert set(OTHER_NAMES) <= names
    assert set(NO_MODEL) | set(ANOTHER_ORDER) <= set(HOSTED)


@each
def test_titles_name_the_maker_and_groups_what_is_made(type_: NodeType) -> None:
    makers = {"google": ("Gemini", "Veo"), "byteplus": ("BytePlus",), "minimax": ("MiniMax",), "xai": ("xAI",),
              "bfl": ("Black Forest Labs",), "stability": ("Stab",), "": ("language model",)}
    known = provider(type_)
    wanted = makers.get(type_.provider, (known.facts.title.split()[0],) if known is not None else ())
    assert any(word in type_.title for word in wanted), type_.title
    if type_.group in GROUPS and type_.id != "elevenlabs_voices":
        assert type_.outputs[0].type is GROUPS[type_.group]
    else:
        assert type_.group in ("Hosted, any model", "Hosted sound")
    assert len(type_.tooltip) < 140 and type_.tooltip.endswith(".")
