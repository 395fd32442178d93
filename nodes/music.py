"""Sounds and music from models on this machine."""

from typing import Annotated

from ajar.clips import Audio
from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Area, Model, Prompt, Range, Seed, Slider
from ajar.values import Tuning
from ajar.wishes import Composer, Composing

Seconds = Annotated[float, Range(0, 600, 0.5)]
Steps = Annotated[int, Range(0, 300)]
Guidance = Annotated[float, Slider(0, 20, 0.5)]


@node
def stable_audio(
    gpu: Gpu,
    prompt: Prompt,
    model: Annotated[str, Model("stable-audio")] = "stable-audio-open-1.0",
    seconds: Seconds = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    negative: Prompt = "",
    audio: Audio | None = None,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Audio:
    """Make a sound or music without voices with a Stable Audio model on this machine.

    With 0 for seconds, steps or guidance, the model's own are taken. Negative says what should not be heard: "low
    quality". With an audio, Stable Audio Open begins with noise over that sound. The same seed gives the same sound.
    """
    composer: Composer = gpu.load(model, kind="stable-audio", tuning=tuning)
    wanted = Composing(
        prompt=_said(prompt), negative=negative, seconds=seconds, steps=steps, guidance=guidance, seed=seed,
        audio=audio,
    )
    return composer.compose(wanted, gpu.progress)


@node(title="ACE-Step")
def ace_step(
    gpu: Gpu,
    prompt: Prompt,
    lyrics: Annotated[str, Area(rows=8)] = "",
    language: str = "en",
    model: Annotated[str, Model("ace-step")] = "acestep-v15-xl-turbo",
    seconds: Seconds = 0.0,
    steps: Steps = 0,
    guidance: Guidance = 0.0,
    shift: Annotated[float, Range(1, 5, 0.5)] = 3.0,
    bpm: Annotated[int, Range(0, 300)] = 0,
    key: str = "",
    meter: str = "",
    timbre: Audio | None = None,
    audio: Audio | None = None,
    likeness: Annotated[float, Slider(0, 1, 0.05)] = 1.0,
    start: Annotated[float, Range(0, 600, 0.5)] = 0.0,
    end: Annotated[float, Range(0, 600, 0.5)] = 0.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Audio:
    """Make music with an ACE-Step model on this machine, sung if there are lyrics.

    The prompt says the style; lyrics may have marks such as [verse] and [chorus], and no lyrics make an instrumental.
    With 0 for seconds, steps or guidance, the model's own are taken; turbo models take no guidance. Bpm, key
    ("A minor") and meter ("4" is 4/4) are the model's choice where they are left out. Timbre is a sound whose voices
    and instruments it takes after.

    With an audio the music is made after that one, as alike as likeness says; with a start or an end in seconds only
    that part of it is made anew. It is then as long as the audio. The same seed gives the same music.
    """
    more = {"lyrics": lyrics.strip() or "[Instrumental]", "language": language, "shift": shift, "likeness": likeness}
    more |= {"bpm": bpm} if bpm else {}
    more |= {"keyscale": key.strip()} if key.strip() else {}
    more |= {"timesignature": meter.strip()} if meter.strip() else {}
    extra = {**more, **({"timbre": timbre} if timbre else {}), **({"start": start, "end": end} if start or end else {})}
    composer: Composer = gpu.load(model, kind="ace-step", tuning=tuning)
    wanted = Composing(
        prompt=_said(prompt), seconds=seconds, steps=steps, guidance=guidance, seed=seed, audio=audio, extra=extra,
    )
    return composer.compose(wanted, gpu.progress)


@node(title="MusicGen")
def musicgen(
    gpu: Gpu,
    prompt: Prompt,
    model: Annotated[str, Model("musicgen")] = "musicgen-small",
    seconds: Annotated[float, Range(0, 30, 0.5)] = 0.0,
    guidance: Guidance = 0.0,
    temperature: Annotated[float, Slider(0.1, 2, 0.05)] = 1.0,
    top_k: Annotated[int, Range(1, 2048)] = 250,
    audio: Audio | None = None,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Audio:
    """Make music without voices with a MusicGen model on this machine.

    Its published weights are for non-commercial use only. With 0 for seconds or guidance, the model's own are taken.
    With an audio it goes on from there, and seconds is how long it goes on. Temperature and top k say how freely it
    chooses. The same seed gives the same music.
    """
    composer: Composer = gpu.load(model, kind="musicgen", tuning=tuning)
    wanted = Composing(
        prompt=_said(prompt), seconds=seconds, guidance=guidance, seed=seed, audio=audio,
        extra={"temperature": temperature, "top_k": top_k},
    )
    return composer.compose(wanted, gpu.progress)


def _said(prompt: str) -> str:
    if not prompt.strip():
        raise UserError("There is nothing to play: the prompt is empty.", "Say what is to be heard.")
    return prompt
