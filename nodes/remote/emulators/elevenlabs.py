"""ElevenLabs: speech, sound effects and music, whose bytes are the answer; lists of voices and models."""

import json
from typing import Any

from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator, Fault, Handler, Job, Problem, Reply, Seen

PLAIN = ("mp3_22050_32", "mp3_24000_48", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "mp3_44100_128",
         "mp3_44100_192")
WAV = tuple(f"wav_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000))
MUSIC = ("auto", *PLAIN, "mp3_48000_128", "mp3_48000_192", "mp3_48000_240", "mp3_48000_320")
"""The stand-in makes MP3 and WAV only; the service also has pcm, opus, ulaw and alaw."""
LENGTHS = {"eleven_v3": 5_000, "eleven_multilingual_v2": 10_000, "eleven_flash_v2_5": 40_000}
VOICES = {"JBFqnCBsd6RMkjVDRZzb": "George", "EXAVITQu4vr4xnSDxMaL": "Sarah", "voice-of-one-s-own": "Me"}
SETTINGS = {"stability": (0, 1), "similarity_boost": (0, 1), "style": (0, 1), "speed": (0.25, 4)}


class ElevenLabs(Emulator):
    """The key in ``xi-api-key``."""

    name = "elevenlabs"

    def routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("POST", "/v1/text-to-speech/(?P<voice>[^/]+)", self._speech),
            ("POST", "/v1/sound-generation", self._effect),
            ("POST", "/v1/music", self._music),
            ("GET", "/v1/models", self._models),
            ("GET", "/v2/voices", self._voices),
            ("GET", "/v1/user/subscription", self._subscription),
        ]

    def authorise(self, seen: Seen) -> None:
        if seen.headers.get("xi-api-key") != self.key:
            raise Problem(401, "Invalid API key", "invalid_api_key")

    def refuse(self, problem: Problem) -> Reply:
        if problem.status == 422:
            where = problem.code.split(".") if problem.code else []
            return Reply(422, {"detail": [{"type": "value_error", "loc": ["body", *where], "msg": problem.message}]})
        return Reply(problem.status, {"detail": {"status": problem.code or "error", "message": problem.message}})

    def fault_reply(self, fault: Fault) -> Reply:
        status, text, code = {
            "busy": (429, "Too many concurrent requests.", "too_many_concurrent_requests"),
            "key": (401, "Invalid API key", "invalid_api_key"),
            "no_credit": (401, "This request exceeds your quota of 10000. You have 3 credits remaining.",
                          "quota_exceeded"),
            "blocked": (403, "Your text goes against our content policy.", "content_against_policy"),
        }.get(fault.kind, (500, "Something went wrong.", "internal_error"))
        return self.refuse(Problem(status, text, code))

    # --- what makes sound -------------------------------------------------------------------------------------------

    def _speech(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = _fields(seen, {"text", "model_id", "language_code", "voice_settings", "seed", "previous_text",
                              "next_text", "apply_text_normalization"})
        wanted = _format(seen, (*PLAIN, *WAV))
        text = _text(body, "text")
        model = body.get("model_id", "eleven_multilingual_v2")
        if names["voice"] not in VOICES:
            raise Problem(404, f"A voice with voice_id {names['voice']} was not found.", "voice_not_found")
        if model not in LENGTHS:
            raise Problem(400, f"A model with model ID {model} does not exist.", "model_not_found")
        if len(text) > LENGTHS[model]:
            raise Problem(400, f"A single request can not have more than {LENGTHS[model]} characters.",
                          "max_character_limit_exceeded")
        if "language_code" in body and model == "eleven_multilingual_v2":
            raise Problem(400, f"Model {model} does not support language codes.", "unsupported_language")
        for name, value in (body.get("voice_settings") or {}).items():
            if name == "use_speaker_boost":
                continue
            if name not in SETTINGS:
                raise Problem(422, "Extra inputs are not permitted", name)
            low, high = SETTINGS[name]
            _number({name: value}, name, low, high)
        _number(body, "seed", 0, 4294967295, whole=True)
        return self._pay(seen, wanted, f"speech {names['voice']} {text}", characters=len(text))

    def _effect(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = _fields(seen, {"text", "loop", "duration_seconds", "prompt_influence", "model_id"})
        wanted = _format(seen, (*PLAIN, *WAV))
        text = _text(body, "text")
        _number(body, "duration_seconds", 0.5, 30)
        _number(body, "prompt_influence", 0, 1)
        _choice(body, "model_id", ("eleven_text_to_sound_v2", "eleven_text_to_sound_v3"))
        if not isinstance(body.get("loop", False), bool):
            raise Problem(422, "Input should be a valid boolean", "loop")
        return self._pay(seen, wanted, f"effect {text}", characters=100)

    def _music(self, seen: Seen, names: dict[str, str]) -> Reply:
        body = _fields(seen, {"prompt", "composition_plan", "music_length_ms", "model_id", "force_instrumental", "seed",
                              "sign_with_c2pa"})
        wanted = _format(seen, MUSIC)
        if ("prompt" in body) == ("composition_plan" in body):
            raise Problem(422, "Either prompt or composition_plan must be given", "prompt")
        if "prompt" in body and "seed" in body:
            raise Problem(422, "seed can not be used together with prompt", "seed")
        if not isinstance(body.get("prompt", ""), str):
            raise Problem(422, "Input should be a valid string", "prompt")
        for name in ("force_instrumental", "sign_with_c2pa"):
            if not isinstance(body.get(name, False), bool):
                raise Problem(422, "Input should be a valid boolean", name)
        _number(body, "music_length_ms", 3000, 600_000, whole=True)
        _choice(body, "model_id", ("music_v1", "music_v2", "music_v2_5"))
        return self._pay(seen, wanted, f"music {body.get('prompt', 'plan')}", characters=100)

    def _pay(self, seen: Seen, wanted: str, text: str, *, characters: int) -> Reply:
        def make(job: Job) -> Reply:
            headers = {"request-id": job.id, "character-cost": str(characters)}
            content, kind = self.sound(wanted, text)
            if job.struck("html"):
                content, kind = b"<!doctype html><title>Sign in</title>", "text/html"
            if job.struck("truncated"):
                whole, content = len(content), content[: len(content) // 2]
                headers["X-Whole"] = str(whole)
            return Reply(body=content, type=kind, headers=headers)

        return self.pay(seen, make)

    def sound(self, wanted: str, text: str) -> tuple[bytes, str]:
        """What a text sounds like, and its type."""
        if wanted.startswith("wav"):
            return samples.sound(text, rate=int(wanted.partition("_")[2])), "audio/wav"
        return samples.mp3(text), "audio/mpeg"

    # --- lists ------------------------------------------------------------------------------------------------------

    def _models(self, seen: Seen, names: dict[str, str]) -> Reply:
        rows = [{"model_id": one, "name": one, "can_do_text_to_speech": True, "maximum_text_length_per_request": most,
                 "languages": [{"language_id": "en", "name": "English"}]} for one, most in LENGTHS.items()]
        changer = {"model_id": "eleven_english_sts_v2", "name": "changer", "can_do_text_to_speech": False}
        return Reply(json=[*rows, changer])

    def _voices(self, seen: Seen, names: dict[str, str]) -> Reply:
        rows = [{"voice_id": one, "name": name, "category": "premade", "labels": {"accent": "british"}}
                for one, name in VOICES.items()]
        start, size = int(seen.query.get("next_page_token", "0")), int(seen.query.get("page_size", "10"))
        if not 1 <= size <= 100:
            raise Problem(422, "Input should be less than or equal to 100", "page_size")
        more = start + size < len(rows)
        return Reply(json={"voices": rows[start : start + size], "has_more": more, "total_count": len(rows),
                           "next_page_token": str(start + size) if more else None})

    def _subscription(self, seen: Seen, names: dict[str, str]) -> Reply:
        return Reply(json={"tier": "creator", "character_count": 1200, "character_limit": 100_000, "status": "active",
                           "next_character_count_reset_unix": 1790000000})


def _fields(seen: Seen, known: set[str]) -> dict[str, Any]:
    try:
        body = json.loads(seen.body)
    except ValueError:
        raise Problem(422, "JSON decode error") from None
    if not isinstance(body, dict):
        raise Problem(422, "Input should be a valid dictionary")
    for name in set(body) - known:
        raise Problem(422, "Extra inputs are not permitted", name)
    return body


def _format(seen: Seen, known: tuple[str, ...]) -> str:
    for name in set(seen.query) - {"output_format", "enable_logging", "optimize_streaming_latency"}:
        raise Problem(422, "Extra inputs are not permitted", name)
    wanted = seen.query.get("output_format", "mp3_44100_128")
    if wanted not in known:
        raise Problem(422, f"Input should be one of {', '.join(known)}", "output_format")
    return wanted


def _text(body: dict[str, Any], name: str) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text:
        raise Problem(422, "Field required", name)
    return text


def _number(body: dict[str, Any], name: str, low: float, high: float, *, whole: bool = False) -> None:
    value = body.get(name)
    if value is None:
        return
    right = isinstance(value, int) if whole else isinstance(value, int | float)
    if not right or isinstance(value, bool) or not low <= value <= high:
        raise Problem(422, f"Input should be from {low} to {high}", name)


def _choice(body: dict[str, Any], name: str, known: tuple[str, ...]) -> None:
    if body.get(name, known[0]) not in known:
        raise Problem(422, f"Input should be {' or '.join(known)}", name)
