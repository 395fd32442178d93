"""Kling's nodes: what they order, what they refuse, and the bodies of the paid calls."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import UserError
from ajar.offers import Quote
from ajar.remote import Call, Done, Order, Part
from ajar.testing import FakeRemote, Ordered
from ajar.values import Audio, Image
from nodes.remote.kling import PROVIDER
from nodes.remote.kling_image import kling_expand, kling_image
from nodes.remote.kling_video import kling_motion, kling_omni, kling_video
from nodes.remote.kling_voice import kling_avatar, kling_lip_sync, kling_speech

FILM = "https://example.com/walk.mp4"


def image(width: int = 400, height: int = 320) -> Image:
    return Image.of(np.full((height, width, 3), 90, np.uint8))


def voice(seconds: float = 3.0, rate: int = 8000) -> Audio:
    return Audio(np.zeros((1, int(seconds * rate)), np.float32), rate)


def ordered(node: Callable[..., Any], *arguments: Any, results: tuple[Done, ...] = (), **more: Any) -> Order:
    with pytest.raises(Ordered) as found:
        node(FakeRemote(*results), *arguments, **more)
    return found.value.order


def sent(order: Order, folder: Path) -> Call:
    """The paid call, with the media written as their role: what is sent of them is ``Zmlyc3Q=`` and the like."""
    parts = []
    for number, media in enumerate(order.media):
        path = folder / str(number)
        path.write_bytes(media.role.encode())
        parts.append(Part(media.role, "image/png", str(number), path))
    return PROVIDER.submit(order, parts, "nonce-1")


def quote(order: Order) -> Quote:
    return PROVIDER.facts.quote(order)


def test_words_to_film(tmp_path: Path) -> None:
    order = ordered(kling_video, "a fox", model="kling-3.0", seconds=7, shape="9:16", resolution="1080p", audio=True)
    call = sent(order, tmp_path)
    assert (call.method, call.path) == ("POST", "/text-to-video/kling-3.0")
    assert call.json == {
        "prompt": "a fox",
        "settings": {"resolution": "1080p", "duration": 7, "audio": "native", "multi_shot": True,
                     "aspect_ratio": "9:16"},
        "options": {"external_task_id": "nonce-1"},
    }
    assert quote(order).high == pytest.approx(7 * 0.168)


def test_turbo_has_no_setting_for_sound(tmp_path: Path) -> None:
    order = ordered(kling_video, "a fox", model="kling-3.0-turbo", resolution="1080p")
    assert sent(order, tmp_path).json["settings"] == {"resolution": "1080p", "duration": 5, "aspect_ratio": "16:9"}
    assert quote(order).high == pytest.approx(0.7)


def test_pictures_to_film(tmp_path: Path) -> None:
    order = ordered(kling_video, "@anna turns", image(), image(), elements="anna = 8123, hat=99")
    call = sent(order, tmp_path)
    assert call.path == "/image-to-video/kling-3.0"
    assert call.json["contents"] == [
        {"type": "prompt", "text": "@anna turns"},
        {"type": "first_frame", "url": "Zmlyc3RfZnJhbWU="},
        {"type": "last_frame", "url": "bGFzdF9mcmFtZQ=="},
        {"type": "element", "element_id": "8123", "id": "anna"},
        {"type": "element", "element_id": "99", "id": "hat"},
    ]
    assert call.json["settings"] == {"resolution": "720p", "duration": 5, "audio": "off", "multi_shot": True}
    assert quote(order).high == pytest.approx(0.42)


def test_voice_of_2_6(tmp_path: Path) -> None:
    order = ordered(kling_video, "@ann says hello", image(), model="kling-2.6", resolution="1080p", audio=True,
                    voices="ann=77")
    assert sent(order, tmp_path).json["contents"][-1] == {"type": "voice", "voice_id": "77", "id": "ann"}
    assert quote(order).high == pytest.approx(5 * 0.168)
    plain = ordered(kling_video, "hello", image(), model="kling-2.6", resolution="1080p", audio=True)
    assert quote(plain).high == pytest.approx(5 * 0.14)


def test_omni_follows_a_film(tmp_path: Path) -> None:
    order = ordered(kling_omni, "@image_2 as in @video_1", references=(image(), image()), film=FILM, seconds=4)
    body = sent(order, tmp_path).json
    assert body["contents"] == [
        {"type": "prompt", "text": "@image_2 as in @video_1"},
        {"type": "refer_image", "url": "cmVmZXJlbmNl", "id": "image_1"},
        {"type": "refer_image", "url": "cmVmZXJlbmNl", "id": "image_2"},
        {"type": "feature_video", "url": FILM, "id": "video_1"},
    ]
    assert body["settings"] == {"resolution": "720p", "audio": "off", "multi_shot": True, "duration": 4}
    assert quote(order).high == pytest.approx(4 * 0.126)


def test_omni_edits_a_film(tmp_path: Path) -> None:
    order = ordered(kling_omni, "make it night", film=FILM, use="edit", keep_sound=True, resolution="1080p")
    call = sent(order, tmp_path)
    assert call.path == "/omni-video/kling-3.0-omni"
    assert call.json["contents"][1] == {"type": "base_video", "url": FILM, "id": "video_1"}
    assert call.json["settings"] == {"resolution": "1080p", "audio": "original", "multi_shot": False}
    assert quote(order).low == pytest.approx(3 * 0.168) and quote(order).high == pytest.approx(15.5 * 0.168)


def test_omni_o1_knows_no_shots(tmp_path: Path) -> None:
    body = sent(ordered(kling_omni, "a fox", model="kling-o1"), tmp_path).json
    assert body["settings"] == {"resolution": "720p", "audio": "off", "duration": 5, "aspect_ratio": "16:9"}


def test_motion(tmp_path: Path) -> None:
    order = ordered(kling_motion, image(), FILM, "in the rain", facing="image", keep_sound=False)
    call = sent(order, tmp_path)
    assert call.path == "/motion-control/kling-3.0"
    assert call.json["contents"] == [{"type": "prompt", "text": "in the rain"},
                                     {"type": "image", "url": "aW1hZ2U="}, {"type": "video", "url": FILM}]
    assert call.json["settings"] == {"character_orientation": "image", "audio": "off", "resolution": "720p"}
    assert quote(order).high == pytest.approx(1.26)
    assert quote(ordered(kling_motion, image(), FILM, model="motion-control/kling-2.6")).high == pytest.approx(2.1)


def test_pictures(tmp_path: Path) -> None:
    order = ordered(kling_image, "a fox", negative="snow")
    call = sent(order, tmp_path)
    assert call.path == "/v1/images/generations"
    assert call.json == {"model_name": "kling-v3", "prompt": "a fox", "resolution": "1k", "aspect_ratio": "16:9",
                         "n": 1, "negative_prompt": "snow", "external_task_id": "nonce-1"}
    assert quote(order).high == 0.028
    assert quote(ordered(kling_image, "a fox", model="kling-v2-1")).high == 0.014
    omni = ordered(kling_image, "<<<image_1>>>", (image(),), model="kling-v3-omni", shape="auto", resolution="4k")
    call = sent(omni, tmp_path)
    assert call.path == "/v1/images/omni-image" and call.json["image_list"] == [{"image": "bGlzdGVk"}]
    assert quote(omni).high == 0.056


def test_likeness(tmp_path: Path) -> None:
    order = ordered(kling_image, "her at sea", (image(),), model="kling-v2-1", likeness="subject", strength=0.7)
    body = sent(order, tmp_path).json
    assert (body["image"], body["image_reference"], body["image_fidelity"], body["human_fidelity"]) == (
        "aW1hZ2U=", "subject", 0.7, 0.45)
    assert quote(order).high == 0.028


def test_expand(tmp_path: Path) -> None:
    body = sent(ordered(kling_expand, image(), up=0.5, left=0.0, right=0.0), tmp_path).json
    assert body == {"image": "aW1hZ2U=", "up_expansion_ratio": 0.5, "down_expansion_ratio": 0.0,
                    "left_expansion_ratio": 0.0, "right_expansion_ratio": 0.0, "n": 1,
                    "external_task_id": "nonce-1"}


def test_lip_sync_is_two_orders(tmp_path: Path) -> None:
    first = ordered(kling_lip_sync, FILM, voice())
    assert sent(first, tmp_path).json == {"video_url": FILM} and not first.free and quote(first).high == 0.007
    assert sent(ordered(kling_lip_sync, "8934", voice()), tmp_path).json == {"video_id": "8934"}
    faces = Done(data={"session_id": "s1", "faces": [{"face_id": "0", "start_time": 0, "end_time": 5200}]})
    order = ordered(kling_lip_sync, FILM, voice(), results=(faces,), start=1.0, volume=2.0)
    call = sent(order, tmp_path)
    assert call.path == "/v1/videos/advanced-lip-sync"
    assert call.json == {"session_id": "s1", "external_task_id": "nonce-1", "face_choose": [{
        "face_id": "0", "sound_file": "c291bmQ=", "sound_start_time": 0, "sound_end_time": 3000,
        "sound_insert_time": 1000, "sound_volume": 2.0, "original_audio_volume": 1.0}]}
    assert quote(order).low == pytest.approx(0.07) and quote(order).high == pytest.approx(0.84)


@pytest.mark.parametrize(("faces", "more", "words"), [
    ([], {}, "no face in the film"),
    ([{"face_id": "0", "start_time": 0, "end_time": 5200}], {"face": 2}, "found 1 face"),
    ([{"face_id": "0", "start_time": 0, "end_time": 5200}], {"start": 4.0}, "less than 2 s"),
])
def test_faces_that_do_not_do(faces: list[Any], more: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        kling_lip_sync(FakeRemote(Done(data={"session_id": "s", "faces": faces})), FILM, voice(), **more)


def test_avatar_and_speech(tmp_path: Path) -> None:
    order = ordered(kling_avatar, image(), voice(2.5), resolution="1080p")
    assert sent(order, tmp_path).json == {"image": "aW1hZ2U=", "sound_file": "c291bmQ=", "mode": "pro",
                                          "external_task_id": "nonce-1"}
    assert quote(order).high == pytest.approx(3 * 0.112)
    order = ordered(kling_speech, "Good morning.", speed=1.2)
    call = sent(order, tmp_path)
    assert call.path == "/v1/audio/tts" and quote(order).high == 0.007
    assert call.json == {"text": "Good morning.", "voice_id": "oversea_male1", "voice_language": "en",
                         "voice_speed": 1.2}


@pytest.mark.parametrize(("node", "arguments", "words"), [
    (kling_video, {"prompt": " "}, "no prompt"),
    (kling_video, {"prompt": "x" * 3073}, "3,072 characters"),
    (kling_video, {"prompt": "x", "seconds": 16}, "from 3 to 15"),
    (kling_video, {"prompt": "x", "seconds": 7, "model": "kling-2.6"}, "can't do seconds 7"),
    (kling_video, {"prompt": "x", "audio": True, "model": "kling-2.6"}, "resolution 720p together with audio"),
    (kling_video, {"prompt": "x", "audio": True, "model": "kling-2.5-turbo"}, "has no audio"),
    (kling_video, {"prompt": "x", "shape": "4:3"}, "shape 4:3"),
    (kling_video, {"prompt": "x", "resolution": "4k", "model": "kling-o1"}, "4k"),
    (kling_video, {"prompt": "x", "last_frame": image()}, "last picture only"),
    (kling_video, {"prompt": "x", "first_frame": image(), "last_frame": image(), "model": "kling-3.0-turbo"},
     "none as last frame"),
    (kling_video, {"prompt": "x", "first_frame": image(), "last_frame": image(), "model": "kling-2.5-turbo"},
     "resolution 720p together with last frame"),
    (kling_video, {"prompt": "x", "first_frame": image(299, 400)}, "at least 300 x 300"),
    (kling_video, {"prompt": "x", "first_frame": image(1000, 390)}, "1 : 2.5"),
    (kling_video, {"prompt": "x" * 2600, "first_frame": image(), "model": "kling-3.0-turbo"}, "2,500"),
    (kling_video, {"prompt": "x", "elements": "a=1"}, "only together with a first picture"),
    (kling_video, {"prompt": "x", "first_frame": image(), "elements": "a=1,b=2,c=3,d=4"}, "at most 3 as element"),
    (kling_video, {"prompt": "x", "first_frame": image(), "elements": "ann=1,anna=2"}, "part of another"),
    (kling_video, {"prompt": "x", "first_frame": image(), "elements": "ann"}, "does not say which element"),
    (kling_video, {"prompt": "x", "first_frame": image(), "model": "kling-2.6", "voices": "a=1"}, "with audio"),
    (kling_omni, {"prompt": "x", "film": "/home/me/walk.mp4"}, "public https"),
    (kling_omni, {"prompt": "x", "film": "http://example.com/walk.mp4"}, "public https"),
    (kling_omni, {"prompt": "x", "references": (image(),) * 8}, "at most 7"),
    (kling_omni, {"prompt": "x", "references": (image(),) * 5, "film": FILM}, "at most 4"),
    (kling_omni, {"prompt": "x", "film": FILM, "audio": True}, "no new sound"),
    (kling_omni, {"prompt": "x", "film": FILM, "keep_sound": True}, "keep sound together with follow"),
    (kling_omni, {"prompt": "x", "film": FILM, "use": "edit", "first_frame": image()}, "without a first"),
    (kling_omni, {"prompt": "x", "keep_sound": True}, "no film whose sound"),
    (kling_omni, {"prompt": "x", "first_frame": image(), "model": "kling-o1", "seconds": 6}, "seconds 6"),
    (kling_omni, {"prompt": "x", "first_frame": image(), "last_frame": image(), "references": (image(),),
                  "model": "kling-o1"}, "references together with last frame"),
    (kling_omni, {"prompt": "x", "first_frame": image(), "elements": "a=1,b=2,c=3,d=4"}, "elements with a frame"),
    (kling_motion, {"image": image(), "film": ""}, "public https"),
    (kling_motion, {"image": image(), "film": FILM, "model": "motion-control/kling-2.6", "elements": "a=1"}, "element"),
    (kling_image, {"prompt": "x", "references": (image(), image())}, "at most 1 as reference"),
    (kling_image, {"prompt": "x", "references": (image(),), "negative": "y"}, "negative prompt together"),
    (kling_image, {"prompt": "x", "negative": "y", "model": "kling-image-o1"}, "has no negative"),
    (kling_image, {"prompt": "x", "resolution": "4k"}, "resolution 4k"),
    (kling_image, {"prompt": "x", "shape": "auto", "model": "kling-v3-omni"}, "only after references"),
    (kling_image, {"prompt": "x", "likeness": "face", "references": (image(),)}, "has no likeness"),
    (kling_image, {"prompt": "x", "likeness": "face", "model": "kling-v2-1"}, "no reference whose"),
    (kling_expand, {"image": image(), "left": 0.0, "right": 0.0}, "nothing to add"),
    (kling_expand, {"image": image(), "left": 2.0, "right": 1.0}, "three times"),
    (kling_expand, {"image": image(), "left": 2.5}, "from 0 to 2"),
    (kling_avatar, {"image": image(), "voice": voice(1.0)}, "from 2 to 300"),
    (kling_avatar, {"image": image(), "voice": voice(60, 48000)}, "5 MB"),
    (kling_lip_sync, {"film": FILM, "voice": voice(61)}, "from 2 to 60"),
    (kling_speech, {"text": ""}, "no text"),
    (kling_speech, {"text": "x" * 1001}, "1,000"),
    (kling_speech, {"text": "x", "speed": 2.5}, "from 0.8 to 2.0"),
])
def test_refused_before_anything_is_sent(node: Callable[..., Any], arguments: dict[str, Any], words: str) -> None:
    remote = FakeRemote()
    with pytest.raises(UserError, match=words) as found:
        node(remote, **arguments)
    assert found.value.hint and remote.orders == []


def test_large_pictures_go_as_jpeg() -> None:
    assert ordered(kling_expand, image(2000, 2000)).media[0].suffix == "jpg"
    assert ordered(kling_video, "x", image(2000, 2000)).media[0].suffix == "png"


def test_a_model_nobody_knows_may_be_typed_in(tmp_path: Path) -> None:
    order = ordered(kling_video, "a fox", model="kling-4", seconds=20, resolution="8k")
    call = sent(order, tmp_path)
    assert call.path == "/text-to-video/kling-4" and call.json["settings"] == {
        "resolution": "8k", "duration": 20, "aspect_ratio": "16:9"}
    assert not quote(order).known
