"""Voices and faces by Kling: lips that follow a voice, a picture that speaks, speech. They go the older standard."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Prompt, Range, Slider
from ajar.offers import require
from ajar.remote import Order
from ajar.values import Audio, Image, Video
from nodes.remote.kling import PROVIDER
from nodes.remote.kling_inputs import begun, picture, sound, web_address

MEGABYTES = 10
LONGEST = 60
"""Seconds of the longest film whose lips can be moved."""
SHORTEST = 2000
"""Milliseconds for which a voice must fall onto a face, at least."""


@node(group="Hosted video", provider="kling", title="Kling lip sync")
def kling_lip_sync(
    remote: Remote,
    film: str,
    voice: Audio,
    face: Annotated[int, Range(1, 20)] = 1,
    start: Annotated[float, Range(0, 60, 0.1)] = 0.0,
    volume: Annotated[float, Slider(0, 2, 0.1)] = 1.0,
    volume_before: Annotated[float, Slider(0, 2, 0.1)] = 1.0,
) -> Video:
    """Let the lips of someone in a film follow a voice, with Kling.

    Film is a public https address, or the number of a film that Kling made in the last 30 days: Kling takes no file
    from this machine. It is 2 to 60 s long, 720p or 1080p. The voice is 2 to 60 s long and begins at Start (seconds);
    Volume before is that of the film's own sound. There are two orders, both paid: finding the faces, of which Face
    chooses one in the order Kling lists them, and moving its lips, which Kling bills for every 5 s of a film of up to
    60 s; how long the film is shows only there, so the price is from-to. No seed. No job can be stopped.
    """
    offer = PROVIDER.offer("advanced-lip-sync")
    media = sound(offer, voice)
    require(offer, volume=volume)
    require(offer, volume=volume_before)
    where = {"video_id": film.strip()} if film.strip().isdigit() else {"video_url": web_address(film)}
    units = {"second": (min(begun(start + voice.seconds, 5), LONGEST), LONGEST)}
    later = Order(offer.id, "video", {}, units=units)
    look = {"path": "/v1/videos/identify-face", "body": where}
    found = remote.run(PROVIDER, Order("identify-face", "data", look, units={"call": 1}, later=(later,)))
    chosen = _face(found.data, face, start, voice.seconds)
    body = {"session_id": found.data["session_id"], "face_choose": [{
        "face_id": chosen, "sound_start_time": 0, "sound_end_time": int(voice.seconds * 1000),
        "sound_insert_time": round(start * 1000), "sound_volume": volume, "original_audio_volume": volume_before}]}
    order = Order(offer.id, "video", {"path": "/v1/videos/advanced-lip-sync", "body": body}, (media,), {}, units)
    return remote.run(PROVIDER, order).video()


def _face(data: Mapping[str, Any], number: int, start: float, seconds: float) -> str:
    """The Kling number of a face. UserError if there is none, or the voice does not fall onto it."""
    faces = data.get("faces", ())
    if number > len(faces):
        count = f"{len(faces)} face{'s' if len(faces) != 1 else ''}" if faces else "no face"
        raise UserError(f"Kling found {count} in the film, so there is no face {number}.",
                        "Choose another face." if faces else "Take a film in which a face is seen from the front.")
    chosen = faces[number - 1]
    begin, end = chosen.get("start_time") or 0, chosen.get("end_time")
    if end is not None and min(end, (start + seconds) * 1000) - max(begin, start * 1000) < SHORTEST:
        raise UserError(
            f"The voice falls for less than 2 s onto face {number}, which is seen from {begin / 1000:g} s to "
            f"{end / 1000:g} s.", "Change the start of the voice, or choose another face.")
    return str(chosen["face_id"])


@node(group="Hosted video", provider="kling", title="Kling avatar")
def kling_avatar(
    remote: Remote,
    image: Image,
    voice: Audio,
    prompt: Prompt = "",
    resolution: Literal["720p", "1080p"] = "720p",
) -> Video:
    """Let a person in a picture speak with a voice, with Kling.

    The voice is 2 to 300 s long and at most 5 MB as WAV: that is about 28 s of stereo at 44.1 kHz, or three and a half
    minutes in mono at 12 kHz. The film is taken to be as long as the voice. The prompt may say how the person moves.
    Kling has no seed here. A job can't be stopped.
    """
    offer = PROVIDER.offer("avatar")
    require(offer, prompt=prompt, resolution=resolution)
    media = (picture("image", image, MEGABYTES), sound(offer, voice))
    body: dict[str, Any] = {"mode": "pro" if resolution == "1080p" else "std"}
    if prompt.strip():
        body["prompt"] = prompt
    order = Order(offer.id, "video", {"path": "/v1/videos/avatar/image2video", "body": body}, media,
                  {"resolution": resolution}, {"second": begun(voice.seconds)})
    return remote.run(PROVIDER, order).video()


@node(group="Hosted sound", provider="kling", title="Kling speech")
def kling_speech(
    remote: Remote,
    text: Prompt,
    voice: str = "oversea_male1",
    language: Literal["en", "zh"] = "en",
    speed: Annotated[float, Slider(0.8, 2.0, 0.1)] = 1.0,
) -> Audio:
    """Read a text aloud with Kling, in English or Chinese.

    Voice is the id of one of Kling's voices, each of which speaks one of the two languages; Kling's voice guide lists
    them. A text has at most 1,000 characters. Kling gives an order of this kind no name: if its answer is lost, what
    became of it can be seen only in Kling's console.
    """
    offer = PROVIDER.offer("tts")
    if not text.strip():
        raise UserError("There is no text to read.", "Write what should be said.")
    if not voice.strip():
        raise UserError("No voice was chosen.", "Write the id of one of Kling's voices.")
    require(offer, text=text, speed=speed)
    body = {"text": text, "voice_id": voice.strip(), "voice_language": language, "voice_speed": round(speed, 1)}
    order = Order(offer.id, "audio", {"path": "/v1/audio/tts", "body": body}, units={"call": 1})
    return remote.run(PROVIDER, order).audio()
