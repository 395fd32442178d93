"""ElevenLabs: speech, sound effects, music. The answer to the paid call is the sound itself: there is nothing to poll.

From the official client elevenlabs 2.78.0 and its wire; the words of its errors are general knowledge.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Offered, Prompt, Range, Seed, Slider
from ajar.offers import require
from ajar.remote import (
    Answer,
    Asking,
    Call,
    Cost,
    Made,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    Unreadable,
    choose,
    need,
    say,
)
from ajar.values import Audio
from nodes.remote import FACTS

WAIT = 600.0
"""Seconds to wait for a sound; the answer begins when it is made."""
CREDIT = ("quota_exceeded", "insufficient_credits", "payment_required", "subscription_required")
KEY = ("invalid_api_key", "missing_permissions", "needs_authorization")
BLOCKED = ("content_against_policy", "bad_prompt", "bad_composition_plan", "moderation_blocked")
LARGEST_SEED = 2**32


# --- on the wire ----------------------------------------------------------------------------------------------------


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    """The call that an order stands for; ``settings["route"]`` says which, the rest goes into its body as it is."""
    settings = dict(order.settings)
    route = settings.pop("route")
    if route == "voices":
        return Call("GET", "/v2/voices", query={"page_size": "100", "search": settings["search"]})
    query = {"output_format": settings.pop("format")}
    if route == "speech":
        path = f"/v1/text-to-speech/{quote(settings.pop('voice'), safe='')}"
    else:
        path = {"effect": "/v1/sound-generation", "music": "/v1/music"}[route]
    return Call("POST", path, json={**settings, "model_id": order.model}, query=query, seconds=WAIT)


def accepted(answer: Answer, order: Order) -> State:
    """The sound, told by its first bytes; what the answer calls itself is not asked."""
    if order.settings["route"] == "voices":
        return State("done", text=_voice_lines(answer.object()))
    kind = _type(answer.body)
    if not kind:
        raise Unreadable("it is not a sound")
    told = {name: answer.headers[header] for name, header in (("request", "request-id"), ("credits", "character-cost"))
            if header in answer.headers}
    return State("done", files=(Made(kind, data=answer.body),), data=told, cost=_cost(order))


def refused(answer: Answer) -> Refusal:
    detail = _detail(answer)
    status, words = str(choose(detail, "status", default="")), say(choose(detail, "message", default="no reason given"))
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", words, charged=None)
    if status in CREDIT or answer.status == 402:
        return Refusal("credit", words)
    if status in BLOCKED:
        return Refusal("blocked", words)
    if answer.status == 429:
        return Refusal("busy", words)
    if status in KEY or answer.status in (401, 403):
        return Refusal("key", words)
    hint = "The node ElevenLabs voices lists those of your account." if status == "voice_not_found" else ""
    return Refusal("invalid", words, hint)


def models() -> Asking[list[str]]:
    """The models for speech; those for effects and music are in no list."""
    answer = yield Call("GET", "/v1/models")
    rows = _fine(answer).json()
    if not isinstance(rows, list):
        raise Unreadable("the answer is not a list")
    return [str(row["model_id"]) for row in rows if choose(row, "can_do_text_to_speech") and "model_id" in row]


def greet() -> Asking[str]:
    answer = yield Call("GET", "/v1/user/subscription")
    plain = _fine(answer).object()
    used, most = need(plain, "character_count"), need(plain, "character_limit")
    return f"{str(need(plain, 'tier')).capitalize()} plan: {used:,} of {most:,} credits are used."


def _fine(answer: Answer) -> Answer:
    if not answer.ok:
        raise UserError(f"ElevenLabs did not say it: {refused(answer).message.rstrip('.')}.", "Look at the key.")
    return answer


def _detail(answer: Answer) -> Mapping[str, Any]:
    """What is wrong: an object with status and message, or a list of fields and what is the matter with each."""
    try:
        found = choose(answer.object(), "detail")
    except Unreadable:
        return {"message": f"HTTP {answer.status}"}
    if isinstance(found, Mapping):
        return found
    if isinstance(found, list):
        rows = [f"{choose(row, 'loc', -1, default='')}: {choose(row, 'msg', default='')}" for row in found]
        return {"message": "; ".join(rows)}
    return {"message": found or f"HTTP {answer.status}"}


def _type(content: bytes) -> str:
    if content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0):
        return "audio/mpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/ogg" if content[:4] == b"OggS" else ""


def _cost(order: Order) -> Cost | None:
    """What was used, where it is known before; the credits that a header names are not dollars."""
    units = {name: float(count) for name, count in order.units.items() if not isinstance(count, tuple)}
    note = ", ".join(f"{count:,.6g} {name}s" for name, count in units.items())
    return Cost(None, "computed", note, units) if units else None


def _voice_lines(plain: Mapping[str, Any]) -> str:
    lines = []
    for row in need(plain, "voices"):
        labels = choose(row, "labels", default={})
        about = ", ".join([str(choose(row, "category", default="")), *(str(one) for one in labels.values())])
        lines.append(f"{need(row, 'voice_id')}  {say(choose(row, 'name', default=''), 60)} ({say(about, 100)})")
    return "\n".join(lines)


PROVIDER = Provider(
    name="elevenlabs", file=FACTS / "elevenlabs.toml", submit=submit, accepted=accepted, refused=refused,
    models=models, greet=greet,
)


# --- nodes ----------------------------------------------------------------------------------------------------------


@node(group="Hosted sound", provider="elevenlabs", title="ElevenLabs speech")
def elevenlabs_speech(
    remote: Remote,
    text: Prompt,
    voice: str = "JBFqnCBsd6RMkjVDRZzb",
    model: Annotated[str, Model("elevenlabs-speech")] = "eleven_multilingual_v2",
    language: str = "",
    stability: Annotated[float, Slider(0, 1, 0.05)] = 0.5,
    similarity: Annotated[float, Slider(0, 1, 0.05)] = 0.75,
    style: Annotated[float, Slider(0, 1, 0.05)] = 0.0,
    speed: Annotated[float, Slider(0.7, 1.2, 0.01)] = 1.0,
    format: Annotated[str, Offered("formats")] = "mp3_44100_128",
    seed: Seed = 0,
) -> Audio:
    """Have a text spoken by a voice of ElevenLabs.

    `voice` is the id of a voice; the node ElevenLabs voices lists those of your account. `language` is a code such as
    "de", and empty lets the model find out. Low stability speaks with more feeling, high more evenly.
    The account's plan decides which formats it may have: mp3_44100_192 and WAV of 44.1 kHz need a dearer one.
    The same seed makes the same speech likelier, never sure, and 0 sends none; it goes along modulo 2^32.
    A job can't be stopped once it is sent.
    """
    offer = PROVIDER.offer(model)
    if not text.strip():
        raise UserError("There is nothing to speak: the text is empty.", "Write what is to be spoken.")
    if not voice.strip():
        raise UserError("No voice is chosen.", "The node ElevenLabs voices lists the ids of those you may use.")
    require(offer, prompt=text, language=bool(language.strip()), format=format)
    settings: dict[str, Any] = {
        "route": "speech", "voice": voice.strip(), "format": format, "text": text,
        "voice_settings": {"stability": stability, "similarity_boost": similarity, "style": style, "speed": speed},
    }
    settings |= {"language_code": language.strip()} if language.strip() else {}
    settings |= {"seed": seed % LARGEST_SEED} if seed else {}
    return remote.run(PROVIDER, Order(model, "audio", settings, units={"character": len(text)})).audio()


@node(group="Hosted sound", provider="elevenlabs", title="ElevenLabs sound effect")
def elevenlabs_effect(
    remote: Remote,
    prompt: Prompt,
    model: Annotated[str, Model("elevenlabs-effect")] = "eleven_text_to_sound_v2",
    seconds: Annotated[float, Range(0, 30, 0.5)] = 0.0,
    influence: Annotated[float, Slider(0, 1, 0.05)] = 0.3,
    loop: bool = False,
    format: Annotated[str, Offered("formats")] = "mp3_44100_128",
) -> Audio:
    """Make the sound of something: rain on a tin roof, a door, a crowd.

    With 0 seconds the model finds the length; then only the most that it may cost is known before. More `influence`
    follows the words more strictly and varies less. A `loop` has no seam where its end meets its beginning.
    There is no seed: the same order gives another sound.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is nothing to make a sound of: the prompt is empty.", "Say what is to be heard.")
    require(offer, prompt=prompt, seconds=seconds or None, influence=influence, format=format)
    settings: dict[str, Any] = {"route": "effect", "format": format, "text": prompt, "prompt_influence": influence,
                                "loop": loop}
    settings |= {"duration_seconds": seconds} if seconds else {}
    units: dict[str, float | tuple[float, float]] = {"second": seconds or (0.5, 30)}
    return remote.run(PROVIDER, Order(model, "audio", settings, units=units)).audio()


@node(group="Hosted sound", provider="elevenlabs", title="ElevenLabs music")
def elevenlabs_music(
    remote: Remote,
    prompt: Prompt,
    model: Annotated[str, Model("elevenlabs-music")] = "music_v1",
    seconds: Annotated[float, Range(3, 600, 0.5)] = 30.0,
    instrumental: bool = False,
    format: Annotated[str, Offered("formats")] = "mp3_44100_128",
) -> Audio:
    """Compose a piece of music from words: its style, its mood, its instruments, and what is sung.

    An `instrumental` piece has no voices. There is no seed beside a prompt: the same order gives another piece.
    """
    offer = PROVIDER.offer(model)
    if not prompt.strip():
        raise UserError("There is nothing to compose: the prompt is empty.", "Say what the music is like.")
    require(offer, prompt=prompt, seconds=seconds, format=format)
    settings = {"route": "music", "format": format, "prompt": prompt, "music_length_ms": round(seconds * 1000),
                "force_instrumental": instrumental}
    return remote.run(PROVIDER, Order(model, "audio", settings, units={"second": seconds})).audio()


@node(group="Hosted sound", provider="elevenlabs", title="ElevenLabs voices")
def elevenlabs_voices(remote: Remote, search: str = "") -> str:
    """List the voices that your account may use: a line each, the id first.

    It costs nothing. At most a hundred are listed; `search` finds those whose name or labels hold these words.
    The list is kept like every result: it is asked for again when `search` changes, or in another take.
    """
    order = Order("voices", "text", {"route": "voices", "search": search.strip()}, free=True)
    return remote.run(PROVIDER, order).text
